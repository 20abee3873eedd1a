package pack

import (
	"maps"
	"strings"
	"testing"
)

// What goes in comes out, whatever it is; the same parts give the same text.
func TestThereAndBack(t *testing.T) {
	want := map[string]string{"t-1": "<td>1,234.5</td><td>12%</td>", "t-2": "<td>1,234.5</td><td>9%</td>", "empty": "", "names": "张三 </script><b>&amp;\u2028\x00 12..3,,", "digits": "2025-06-30"}
	var first string
	for range 2 {
		var p Parts
		for _, name := range []string{"t-1", "t-2", "empty", "names", "digits"} {
			p.Add(name, []byte(want[name]))
		}
		text, err := p.Text()
		if err != nil {
			t.Fatal(err)
		}
		if first != "" && text != first {
			t.Error("the same parts give another text")
		}
		first = text
		got, err := Read(text)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("read back: %v %v", got, err)
		}
	}
}

// Fifty pages that differ in three numbers take less than a fifth of what
// gzip alone makes of them: its window sees no second page of 40 kB.
func TestPagesAlikeAreSmall(t *testing.T) {
	var p Parts
	var all strings.Builder
	words := strings.Repeat("visits signings funnel stage ", 1400)
	seed := uint32(7)
	random := func() string {
		seed = seed*1664525 + 1013904223
		return strings.Repeat(string(rune('0'+seed>>24%10)), 1+int(seed>>16%4))
	}
	for i := range 50 {
		page := "<p>" + random() + "</p>" + words + random()
		p.Add(string(rune('A'+i)), []byte(page))
		all.WriteString(page)
	}
	packed, err := p.Text()
	if err != nil {
		t.Fatal(err)
	}
	plain, err := Deflate([]byte(all.String()))
	if err != nil {
		t.Fatal(err)
	}
	if len(packed)*5 > len(plain) {
		t.Errorf("%d bytes, gzip alone makes %d", len(packed), len(plain))
	}
}

func FuzzParts(f *testing.F) {
	f.Add("a1b2", "a1.5b,2")
	f.Add("", "9,")
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = strings.ToValidUTF8(a, "?"), strings.ToValidUTF8(b, "?") // a page is UTF-8
		var p Parts
		p.Add("a", []byte(a))
		p.Add("b", []byte(b))
		text, err := p.Text()
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(text)
		if err != nil || got["a"] != a || got["b"] != b {
			t.Errorf("%q and %q read back as %q: %v", a, b, got, err)
		}
	})
}

// fuzzPacked feeds read what may lie in a page in place of text.
func fuzzPacked(f *testing.F, text string, err error, read func(string)) {
	if err != nil {
		f.Fatal(err)
	}
	data, err := Inflate(text)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := Deflate(data)
		if err != nil {
			t.Fatal(err)
		}
		read(text) // an error or an answer, no panic
	})
}

func FuzzRead(f *testing.F) {
	var p Parts
	p.Add("a", []byte("x1y2"))
	text, err := p.Text()
	fuzzPacked(f, text, err, func(text string) { Read(text) })
}
