package value

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Trim against cutting every space there is off by hand: ends that are ASCII,
// ideographs, other letters, spaces of every width, and bytes that are no UTF-8.
func TestTrim(t *testing.T) {
	const spaces = " \t\n\v\f\r\u0085\u00a0\u2000\u2005\u200a\u200b\u200e\u200f\u202f\u205f\u2060\u3000\ufeff"
	pieces := []string{"A", "0", "!", "\x7f", "\x00", "é", "–", "、", "㐀", "䀀", "上", "海", "鿿", "가", "（", "𠀀", "\x80", "\xe4", "\xe4\xb8", "\xb8\x8a", "\xe9\xff"}
	for _, s := range spaces {
		pieces = append(pieces, string(s), string(s))
	}
	byHand := func(s string) string {
		for _, cut := range []func(s, piece string) (string, bool){strings.CutPrefix, strings.CutSuffix} {
			for again := true; again; {
				again = false
				for _, c := range spaces {
					if rest, ok := cut(s, string(c)); ok {
						s, again = rest, true
					}
				}
			}
		}
		return s
	}
	for _, s := range []struct{ cell, want string }{{"", ""}, {"上海", "上海"}, {" 上海　", "上海"}, {"上 海", "上 海"}, {"　", ""}, {"A上", "A上"}, {"上A ", "上A"}} {
		if got := Trim(s.cell); got != s.want {
			t.Errorf("%q becomes %q, want %q", s.cell, got, s.want)
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 200_000 {
		cell := ""
		for range r.IntN(6) {
			cell += pieces[r.IntN(len(pieces))]
		}
		if got, want := Trim(cell), byHand(cell); got != want {
			t.Fatalf("%q becomes %q, want %q", cell, got, want)
		}
	}
}
