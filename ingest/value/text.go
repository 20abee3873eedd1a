package value

import (
	"strings"
	"unicode/utf8"
)

// Fold writes a cell as a keyboard without an input method would: full-width
// digits, letters and punctuation become ASCII, every kind of space a space,
// typographic minus and apostrophe plain ones; marks that nobody sees go. The
// ends are trimmed.
func Fold(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return strings.TrimSpace(strings.Map(foldRune, s))
		}
	}
	return strings.TrimSpace(s)
}

func foldRune(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0
	case r >= 0x2000 && r <= 0x200A:
		return ' '
	}
	switch r {
	case 0x00A0, 0x202F, 0x205F, 0x3000:
		return ' '
	case 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF:
		return -1
	case 0x2212: // −
		return '-'
	case 0x2019: // ’, between thousands in Switzerland
		return '\''
	case 0xFFE5: // ￥
		return '¥'
	}
	return r
}

// Trim cuts spaces of every kind off the ends of a cell; it is quick where
// there are none.
func Trim(s string) string {
	if s != "" && (s[0]-'!' > 0x7F-'!' || s[len(s)-1]-'!' > 0x7F-'!') {
		return trim(s)
	}
	return s
}

// trim is Trim of what does not begin and end in ASCII.
func trim(s string) string {
	if solidStart(s) && solidEnd(s) {
		return s
	}
	return strings.TrimFunc(s, func(r rune) bool {
		f := foldRune(r)
		return f < 0 || f == ' ' || f >= '\t' && f <= '\r' || f == 0x85
	})
}

// solidStart reports a text that begins with ASCII that is no space, or with an
// ideograph of U+4000 to U+9FFF.
func solidStart(s string) bool { return s[0]-'!' <= 0x7F-'!' || ideographic(s[0]) }

// solidEnd is solidStart of the other end.
func solidEnd(s string) bool {
	n := len(s)
	return s[n-1]-'!' <= 0x7F-'!' || n > 2 && ideographic(s[n-3]) && s[n-2]&0xC0 == 0x80 && s[n-1]&0xC0 == 0x80
}

// ideographic reports a byte that begins U+4000 to U+9FFF, or nothing.
func ideographic(c byte) bool { return c >= 0xE4 && c <= 0xE9 }

// Blank reports a word that stands for nothing where a date, a number or a yes
// or no belongs. It is never 0.
func Blank(cell string) bool {
	if len(cell) > 8 || len(cell) > 2 && cell[0] == '-' {
		return false
	}
	switch strings.ToUpper(Fold(cell)) {
	case "", "-", "--", "–", "—", "——", "/", "N/A", "NA", "#N/A", "N.A.", "NULL", "(NULL)", "<NULL>", "NAN", "NIL", `\N`:
		return true
	}
	return false
}

// The words for yes and no, in any case and width.
var (
	YesWords = []string{"yes", "y", "true", "t", "1", "1.0", "是", "√", "✓", "✔", "☑", "有", "对"}
	NoWords  = []string{"no", "n", "false", "f", "0", "0.0", "否", "×", "✗", "✘", "☐", "无", "没有"}
)

// Tri reads a yes or a no.
func Tri(cell string) (yes, ok bool) {
	w := strings.ToLower(Fold(cell))
	for _, y := range YesWords {
		if w == y {
			return true, true
		}
	}
	for _, n := range NoWords {
		if w == n {
			return false, true
		}
	}
	return false, false
}
