package lang

import (
	"strings"
	"unicode"
)

// wide are the characters that take two columns of a terminal or of a mail in
// one fixed width (East Asian Wide and Fullwidth, and emoji).
var wide = [][2]rune{{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0x4dbf}, {0x4e00, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe4f}, {0xff00, 0xff60}, {0xffe0, 0xffe6},
	{0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd}}

func runeWidth(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	for _, w := range wide {
		if r >= w[0] && r <= w[1] {
			return 2
		}
	}
	return 1
}

// Width is how many columns a text takes where every character has one or two.
func Width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// Line is a text on one line of a plain file: without control characters, line
// ends and marks that turn the direction of writing.
func Line(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)), " ")
}

// Cut is a text of at most so many columns; one that was longer ends in ….
func Cut(s string, columns int) string {
	if Width(s) <= columns {
		return s
	}
	return first(s, columns-1) + "…"
}

// first is as much of a text as fits into so many columns.
func first(s string, columns int) string {
	n := 0
	for i, r := range s {
		if n += runeWidth(r); n > columns {
			return s[:i]
		}
	}
	return s
}

// Pad fills a text up to so many columns, on its left for numbers.
func Pad(s string, columns int, left bool) string {
	fill := strings.Repeat(" ", max(0, columns-Width(s)))
	if left {
		return fill + s
	}
	return s + fill
}

// Wrap breaks a text into lines of at most so many columns: at spaces, and
// between characters of two columns.
func Wrap(s string, columns int) []string {
	var lines []string
	line := ""
	for _, w := range breakable(s) {
		if line != "" && Width(line)+Width(strings.TrimRight(w, " ")) > columns {
			lines, line = append(lines, strings.TrimRight(line, " ")), ""
		}
		if line == "" {
			w = strings.TrimLeft(w, " ")
		}
		for Width(w) > columns { // a word of more than a line
			head := first(w, columns)
			if head == "" {
				break
			}
			lines, w = append(lines, head), w[len(head):]
		}
		line += w
	}
	if line = strings.TrimRight(line, " "); line != "" {
		lines = append(lines, line)
	}
	return lines
}

// breakable are the pieces that a line may end after. A mark that closes stays
// with what it follows.
func breakable(s string) []string {
	var out []string
	var piece strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		piece.WriteRune(r)
		next := rune(0)
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		closes := next != 0 && strings.ContainsRune("，。：；、）”！？", next)
		opens := r == '（' || r == '“'
		if r == ' ' || !closes && !opens && (runeWidth(r) == 2 || runeWidth(next) == 2) {
			out = append(out, piece.String())
			piece.Reset()
		}
	}
	return append(out, piece.String())
}
