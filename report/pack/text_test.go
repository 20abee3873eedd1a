package pack

import (
	"bytes"
	"strings"
	"testing"
)

// 255 = 69 + 2·93, and letter 69 is one behind '!'+69 because < is left out.
// {1, 2} are the bits of 513 = 48 + 5·93 and three more, which are 0.
func TestLetters(t *testing.T) {
	for _, c := range []struct {
		data []byte
		want string
	}{{nil, ""}, {[]byte{0}, "!!"}, {[]byte{255}, "g#"}, {[]byte{1, 2}, "R&!"}} {
		if got := textOf(c.data); got != c.want {
			t.Errorf("%v is %q, want %q", c.data, got, c.want)
		}
	}
	for _, text := range []string{"<!", "! ", "!\x7f", "é", "~~", "!!~"} { // ~~ is 92 + 92·93 = 8648, more than 13 bits
		if got, err := bytesOf(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte("a"))
	f.Add(bytes.Repeat([]byte{255, 0}, 40))
	f.Fuzz(func(t *testing.T, data []byte) {
		text := textOf(data)
		if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == '<' || r > '~' }) {
			t.Fatalf("%q cannot stand in a page", text)
		}
		if got, err := bytesOf(text); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%x reads back as %x: %v", data, got, err)
		}
	})
}
