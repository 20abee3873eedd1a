package lang

import (
	"strings"
	"testing"
)

func TestWidth(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "华东": 4, "（8）": 5, "−12.3 万": 8, "e\u0301": 1, "😀": 2, "a\u202eb": 2, "▲ +1%": 5} {
		if got := Width(s); got != want {
			t.Errorf("%q is %d wide, want %d", s, got, want)
		}
	}
}

func TestLine(t *testing.T) {
	for s, want := range map[string]string{"a\r\nb": "a b", " a\t b ": "a b", "x\x1b[31my": "x[31my", "a\u2028b\u2029c": "a b c", "a\u202eb\u200d": "ab", "全 角": "全 角"} {
		if got := Line(s); got != want {
			t.Errorf("%q on a line is %q, want %q", s, got, want)
		}
	}
}

func TestCutAndPad(t *testing.T) {
	for _, c := range []struct {
		s, want string
		n       int
	}{{"abcdef", "abcdef", 6}, {"abcdef", "abcd…", 5}, {"华东大区", "华东…", 6}, {"华东大区", "华…", 4}, {"华东", "…", 2}} {
		if got := Cut(c.s, c.n); got != c.want || Width(got) > c.n {
			t.Errorf("%q cut to %d is %q, want %q", c.s, c.n, got, c.want)
		}
	}
	if got := Pad("华东", 6, false) + "|" + Pad("1", 3, true) + "|" + Pad("long", 2, true); got != "华东  |  1|long" {
		t.Errorf("padded %q", got)
	}
}

// No line is longer than asked, nothing but spaces at line ends is lost, and no
// line begins with a mark that closes.
func TestWrap(t *testing.T) {
	for _, s := range []string{"", "short", "One signing took 8.16 valid visits (golden rule 8): not distinguishable.", strings.Repeat("x", 50),
		"每个签约用了 8.16 次有效拜访（黄金法则 8）：与规则无法区分。", strings.Repeat("华", 40), "a " + strings.Repeat("é", 30) + " b"} {
		for _, n := range []int{2, 7, 20, 80} {
			lines := Wrap(s, n)
			for _, l := range lines {
				if Width(l) > n && n > 2 {
					t.Errorf("%q in %d: line %q is %d wide", s, n, l, Width(l))
				}
			}
			if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(s, " ", ""); got != want {
				t.Errorf("%q in %d becomes %q", s, n, lines)
			}
		}
	}
	if got := Wrap("甲乙丙，丁", 6); strings.Join(got, "|") != "甲乙|丙，丁" {
		t.Errorf("wrapped %q", got)
	}
}
