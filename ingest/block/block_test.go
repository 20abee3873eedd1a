package block

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// row is a record with its line, as encoding/csv and as Each find it.
type row struct {
	line  int
	cells []string
	text  string
}

// read reads text by blocks; rows with an escaped cell have no cells.
func read(text string, size int) (rows []row, blanks int, err error) {
	type part struct {
		rows   []row
		blanks int
	}
	work := func(_ int, b *Block) (part, error) {
		var t Tokens
		if err := t.Scan(b.Text, ',', b.Line); err != nil {
			return part{}, err
		}
		p := part{blanks: t.Blanks}
		for i := range t.Len() {
			cells, plain := t.Cells(i, nil)
			r := row{line: t.Line(i), text: string(t.Text(i))}
			for _, c := range cells {
				r.cells = append(r.cells, strings.Clone(c))
			}
			if !plain {
				r.cells = nil
			}
			p.rows = append(p.rows, r)
		}
		return p, nil
	}
	_, err = Each(strings.NewReader(text), Options{Line: 1, Size: size, Workers: 3}, work, func(p part) error {
		rows, blanks = append(rows, p.rows...), blanks+p.blanks
		return nil
	})
	return rows, blanks, err
}

// check demands that what Each accepts is what encoding/csv reads, and that
// Each accepts everything of the plain kind.
func check(t *testing.T, text string, size int) error {
	t.Helper()
	got, _, err := read(text, size)
	if err != nil {
		if !errors.Is(err, ErrNotPlain) {
			t.Fatalf("%q: %v", text, err)
		}
		return err
	}
	rd := csv.NewReader(strings.NewReader(text))
	rd.FieldsPerRecord = -1
	for i := 0; ; i++ {
		want, err := rd.Read()
		if err == io.EOF {
			if i != len(got) {
				t.Fatalf("%q by %d: %d rows, want %d", text, size, len(got), i)
			}
			return nil
		}
		if err != nil {
			t.Fatalf("%q by %d was accepted, but: %v", text, size, err)
		}
		if i >= len(got) {
			t.Fatalf("%q by %d: row %d is missing", text, size, i)
		}
		line, _ := rd.FieldPos(0)
		if g := got[i]; g.line != line || g.cells != nil && !reflect.DeepEqual(g.cells, want) {
			t.Fatalf("%q by %d: row %d is %d %q, want %d %q", text, size, i, g.line, g.cells, line, want)
		}
		again := csv.NewReader(strings.NewReader(got[i].text + "\r\n")) // the text with a line end reads as the record
		again.FieldsPerRecord = -1
		if alone, err := again.Read(); err != nil || !reflect.DeepEqual(alone, want) {
			t.Fatalf("%q by %d: the text %q reads as %q, %v", text, size, got[i].text, alone, err)
		}
	}
}

func TestEachReadsAsEncodingCSV(t *testing.T) {
	plain := []string{"", "a\n", "a", "a,b\n", ",\n", "a,b\nc,d", "\"a\"\n", "\"a,b\",c\n", "\"a\nb\",c\nd,e\n", "\"\"\n", "\"\"\"\"\n", "a\r\nb\r\n",
		"\"a\"\r\n\"b\r\nc\",d\r\n", "\n\na\n\r\nb\n\n", "a\rb,c\n", "\"a \"\"b\"\" c\",\"\"\"\"\nx\n", "长,\"中\n文\",é\n", "a,b,c,d,e,f,g,h,i,j,k,l,m\nn\n",
		strings.Repeat("x", 100) + ",\"" + strings.Repeat("y\n", 50) + "\"\nz\n", "a,\n\"\",\"\"\n,,\n", "\uFEFFa\n"}
	for _, text := range plain {
		for _, size := range []int{1, 2, 3, 7, 16, 1000} {
			if err := check(t, text, size); err != nil {
				t.Errorf("%q by %d: %v", text, size, err)
			}
		}
	}
}

func TestNotPlain(t *testing.T) {
	for _, text := range []string{"a\"b\n", "\"a\"b\n", "\"a\n", "\"a\"\"\n", "a,\"b\"c\n", "\"a\"\rb\n", "x\xffy\n", "a\x00b\n", "a\r", "\xe4\xb8\n", "\xed\xa0\x80\n"} {
		for _, size := range []int{1, 4, 1000} {
			if err := check(t, text, size); !errors.Is(err, ErrNotPlain) {
				t.Errorf("%q by %d: %v", text, size, err)
			}
		}
	}
}

// The sum is of every byte, also of those skipped and of a last line without
// an end; offsets and lines are those of the file.
func TestSumAndPlaces(t *testing.T) {
	text := "\uFEFFhead,\"er\"\nab,\"c\nd\"\nef,g"
	var places []int64
	var lines []int
	work := func(_ int, b *Block) (*Block, error) {
		return &Block{From: b.From, Line: b.Line, Text: bytes.Clone(b.Text)}, nil
	}
	sum, err := Each(strings.NewReader(text), Options{Skip: 13, Line: 2, Size: 8, Workers: 2}, work, func(b *Block) error {
		if got := text[b.From : b.From+int64(len(strings.TrimSuffix(string(b.Text), "\n")))]; !strings.HasPrefix(string(b.Text), got) {
			t.Errorf("block at %d is %q, the file has %q", b.From, b.Text, got)
		}
		places, lines = append(places, b.From), append(lines, b.Line)
		return nil
	})
	// printf '\xef\xbb\xbfhead,"er"\nab,"c\nd"\nef,g' | sha256sum
	const want = "6acd5fac403a91947b5748c77df89b9c6afbb7daa496c1a7ce9b286010129219"
	if err != nil || sum.Bytes != int64(len(text)) || sum.SHA256 != want {
		t.Errorf("%+v, %v", sum, err)
	}
	if !reflect.DeepEqual(places, []int64{13, 22}) || !reflect.DeepEqual(lines, []int{2, 4}) {
		t.Errorf("places %v, lines %v", places, lines)
	}
}

// Errors of reading, of work and of take end Each; a panic ends in the caller.
func TestEachEnds(t *testing.T) {
	text := strings.Repeat("a,b\n", 1000)
	bad := errors.New("bad")
	o := Options{Line: 1, Size: 64, Workers: 2}
	fine := func(int, *Block) (int, error) { return 1, nil }
	if _, err := Each(iotest.TimeoutReader(strings.NewReader(text)), o, fine, func(int) error { return nil }); !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("reading: %v", err)
	}
	if _, err := Each(strings.NewReader(text), o, func(int, *Block) (int, error) { return 0, bad }, func(int) error { return nil }); !errors.Is(err, bad) {
		t.Errorf("work: %v", err)
	}
	n := 0
	if _, err := Each(strings.NewReader(text), o, fine, func(int) error {
		if n++; n == 3 {
			return bad
		}
		return nil
	}); !errors.Is(err, bad) || n != 3 {
		t.Errorf("take: %v after %d", err, n)
	}
	defer func() {
		if p := recover(); p != "a bug" {
			t.Errorf("recovered %v", p)
		}
	}()
	_, _ = Each(strings.NewReader(text), o, func(int, *Block) (int, error) { panic("a bug") }, func(int) error { return nil })
	t.Error("no panic")
}

// FuzzEach: what Each accepts, encoding/csv reads as the same records.
func FuzzEach(f *testing.F) {
	f.Add("a,\"b\nc\"\r\n\n\"d\"\"e\",f", uint16(3))
	f.Add("\"\",\"\"\n,,\nx\"y\n", uint16(1))
	f.Add("长\r\r\n\"a\"\r", uint16(5))
	f.Fuzz(func(t *testing.T, text string, size uint16) { _ = check(t, text, int(size)+1) })
}
