package dialect

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

var seeds = []string{
	"a,b,c\n1,2,3\n", "a;b\r\n1,5;2\r\n", "\uFEFF\"a\",b\n\"x\"\"y\",\"1\n2\"\n", "a,b\r1,2\r", "sep=;\na;b\n1;2\n",
	"Title\n\n,,\na,b,c\n1,2,3\n合计,,6\n\"Grand Totals (1 records)\"\n", "a,,b\nx,y,\n1,2,3\n", "a,b\n1,\"2\n", "a,b\n1,2\"3\n", "a,b\n\"1\"2,3\n",
	"a,b\n\"1\\\"2\",3\n", "'a','b'\n'1,2','3'\n", "a, \"b\"\n1, \"2, 3\"\n", "a,a,a#2\n1,2,3\n", "\xFF\xFEa\x00,\x00b\x00\n\x00", "\xBF\xCD\xBB\xA7,b\n1,2\n",
	"PK\x03\x04", "\x1F\x8B\x08", "\x00", "\r", "\n", "\"", "a\r\n\r\nb\r", "\"a\"\r", "\"\r\n\",\"\r\"\r\n",
}

// encodingCSV are the records of encoding/csv, which leaves empty lines out.
func encodingCSV(text []byte, comma rune) ([][]string, []int, error) {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord = comma, -1
	var rows [][]string
	var lines []int
	for {
		row, err := r.Read()
		if err == io.EOF {
			return rows, lines, nil
		}
		if err != nil {
			return rows, lines, err
		}
		line, _ := r.FieldPos(0)
		rows, lines = append(rows, row), append(lines, line)
	}
}

func ours(src io.Reader, f form) (rows [][]string, lines []int, err error) {
	t := newTokens(src, f)
	for {
		if err := t.next(); err != nil {
			if err == io.EOF {
				err = nil
			}
			return rows, lines, err
		}
		if raw := strings.TrimRight(string(t.raw()), "\n"); raw != "" && raw != "\r" {
			rows, lines = append(rows, slices.Clone(t.cells)), append(lines, t.first)
		}
	}
}

// FuzzLikeEncodingCSV: the records, their lines and what is refused are those of
// encoding/csv, however the bytes come.
func FuzzLikeEncodingCSV(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s), uint8(0))
		f.Add([]byte(s), uint8(1))
	}
	f.Fuzz(func(t *testing.T, text []byte, n uint8) {
		d := delimiters[int(n)%len(delimiters)]
		want, wantLines, wantErr := encodingCSV(text, rune(d))
		for _, src := range []io.Reader{bytes.NewReader(text), iotest.OneByteReader(bytes.NewReader(text))} {
			got, lines, err := ours(src, form{delimiter: d, quotes: Doubled})
			if !slices.EqualFunc(got, want, slices.Equal) || !slices.Equal(lines, wantLines) {
				t.Fatalf("got %q at %v, want %q at %v", got, lines, want, wantLines)
			}
			if (err == nil) != (wantErr == nil) {
				t.Fatalf("got %v, want %v", err, wantErr)
			}
			var p *csv.ParseError
			var q *quoteError
			if errors.As(wantErr, &p) && errors.As(err, &q) && (q.why != p.Err.Error() || q.why == whyBare && q.line != p.Line || q.why == whyInside && q.line != p.StartLine) {
				t.Fatalf("got %q on line %d, want %v", q.why, q.line, p)
			}
		}
	})
}

// FuzzOpen: whatever the bytes are and whatever is stated, the detector ends
// without a panic, what it refuses it refuses with a Fault, and of the rest
// every byte is in a record that is counted.
func FuzzOpen(f *testing.F) {
	for i, s := range seeds {
		f.Add([]byte(s), uint16(0))
		f.Add([]byte(s), uint16(i*97))
	}
	f.Fuzz(func(t *testing.T, text []byte, how uint16) {
		spec := Spec{Quotes: Quotes(how % 7), HeaderRows: int(how/7%5) - 1, HeaderLine: int(how / 35 % 4)}
		if spec.Quotes > Lenient {
			spec.Quotes = QuotesFound
		}
		if how&4 != 0 {
			spec.Rows = RowsRepair
			spec.Tables = Tables(how / 8 % 2)
		}
		if how&1 != 0 {
			spec.Wanted, spec.Footers = []string{"a", "b", "x"}, []string{"1"}
		}
		if how&2 != 0 {
			spec.Encoding = Encodings()[int(how)%len(Encodings())]
		}
		x, err := conservedAs(text, spec)
		var fault *Fault
		if err != nil && (!errors.As(err, &fault) || fault.Message == "" || fault.Error() == "") {
			t.Fatalf("%v", err)
		}
		if err != nil {
			return
		}
		if len(x.header) != len(x.file.Titles) {
			t.Fatalf("%q of %q", x.header, x.file.Titles)
		}
		for i, h := range x.header {
			if c, twice := x.file.Column(h); h != "" && (c < 0 || !twice && c != i) {
				t.Fatalf("column %q is found at %d", h, c)
			}
		}
	})
}

// FuzzEncodings: a text in another encoding has the records that it has in
// UTF-8, or its encoding is asked for.
func FuzzEncodings(f *testing.F) {
	for _, s := range []string{"序号,姓名\n1,张三\n", "a;é\n1;€\n", "客户,金额\n\"a\n客户\",1\n", "𠮷,b\n1,2\n", "a\tb\n1\t\U0001F600\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(strings.ReplaceAll(text, "\uFEFF", ""), "")
		if strings.ContainsAny(text, "\x00\uFFFD") {
			return
		}
		want := readTable("f", []byte("\uFEFF"+text), Spec{})
		for name, e := range map[string]encoding.Encoding{UTF16LE: unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
			UTF16BE: unicode.UTF16(unicode.BigEndian, unicode.UseBOM), GB18030: simplifiedchinese.GB18030} {
			in, err := e.NewEncoder().String(text)
			back, err2 := e.NewDecoder().String(in)
			if err != nil || err2 != nil || back != text || foreign([]byte(in)) != nil || strings.HasPrefix(in, gzipMagic) || strings.HasPrefix(in, utf8BOM) {
				continue // not every character has a place in every version of GB18030
			}
			if name == GB18030 && (strings.HasPrefix(in, "\xFF") || strings.HasPrefix(in, "\xFE\xFF")) {
				continue
			}
			got := readTable("f", []byte(in), Spec{Encoding: name})
			if got.code() != want.code() || !slices.Equal(got.header, want.header) || !slices.EqualFunc(got.rows, want.rows, slices.Equal) {
				t.Fatalf("%s: %v %q %q, want %v %q %q", name, got.err, got.header, got.rows, want.err, want.header, want.rows)
			}
		}
	})
}
