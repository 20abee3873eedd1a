package dialect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ a, b string }{
		{"Deal Stage", "deal stage"}, {" Deal  Stage ", "deal stage"}, {"ＤＥＡＬ　ＩＤ", "deal id"}, {"客户（名称）", "客户(名称)"},
		{"Umsatz\u00A0", "umsatz"}, {"", ""}, {"É", "é"}, {"ﬁrst", "first"},
	} {
		if Fold(c.a) != Fold(c.b) {
			t.Errorf("%q and %q: %q and %q", c.a, c.b, Fold(c.a), Fold(c.b))
		}
	}
	if Fold("Amount") == Fold("Amount 2") {
		t.Error("other names are other")
	}
}

func TestColumns(t *testing.T) {
	f, err := openText("f", []byte("Id,Modified On,Amount,modified on,Amount,,Amount#2\n1,2,3,4,5,6,7\n"), Spec{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%q", f.Header); got != `["Id" "Modified On" "Amount" "modified on" "Amount#3" "" "Amount#2"]` {
		t.Error(got)
	}
	for _, c := range []struct {
		name   string
		column int
		twice  bool
	}{
		{"Id", 0, false}, {"ID", 0, false}, {"Modified On", 1, false}, {"modified on", 3, false}, {"MODIFIED ON", 1, true}, {"Amount", 2, true},
		{"Amount#1", 2, false}, {"Amount#2", 6, false}, {"amount#3", 4, false}, {"Amount#9", -1, false}, {"x", -1, false}, {"#", -1, false},
	} {
		if n, twice := f.Column(c.name); n != c.column || twice != c.twice {
			t.Errorf("%s: %d %v", c.name, n, twice)
		}
	}
}

// What the header is, by hand.
func TestHeaders(t *testing.T) {
	for _, c := range []struct {
		name, text string
		spec       Spec
		line, rows int
		header     string
	}{
		{"first line", "a,b\n1,2\n", Spec{}, 1, 1, "a b"},
		{"below titles", "Report\n\n,,\nx,y,z\n1,2,3\n", Spec{}, 4, 1, "x y z"},
		{"a title of two cells", "Date:,2025-03-04,,,\nid,a,b,c,d\n1,2,3,4,5\n6,7,8,9,0\n", Spec{}, 2, 1, "id a b c d"},
		{"wanted further down", "a,b,c\n1,2,3\nid,stage,amount\n1,2,3\n", Spec{Wanted: []string{"Stage", "AMOUNT"}}, 3, 1, "id stage amount"},
		{"one name may stand anywhere", "id,b,c\n1,stage,3\n", Spec{Wanted: []string{"stage", "x", "id"}}, 1, 1, "id b c"},
		{"stated wins", "id,stage\na,b\n1,2\n", Spec{Wanted: []string{"id", "stage"}, HeaderLine: 2}, 2, 1, "a b"},
		{"lines are physical", "\"Report\nof March\",,\n\nx,y,z\n1,2,3\n", Spec{HeaderLine: 4}, 4, 1, "x y z"},
		{"two rows by merged cells", "单号,客户,借方,,贷方,\n,,发生,已结,发生,已结\n1,甲,5,6,7,8\n", Spec{}, 1, 2, "单号 客户 借方-发生 借方-已结 贷方-发生 贷方-已结"},
		{"two rows by wanted names", "借方,,贷方,\n发生,已结,发生,已结\n5,6,7,8\n", Spec{Wanted: []string{"借方-发生", "贷方-已结"}}, 1, 2, "借方-发生 借方-已结 贷方-发生 贷方-已结"},
		{"two rows stated", "a,b\nc,d\n1,2\n", Spec{HeaderRows: 2}, 1, 2, "a-c b-d"},
		{"three rows stated", "a,z\nb,c\nd,e\n1,2\n", Spec{HeaderRows: 3}, 1, 3, "a-b-d z-c-e"},
		{"a blank header over data is one row", "id,name,,note\nr1,Ann,x,y\nr2,Bob,x,y\n", Spec{}, 1, 1, "id name  note"},
		{"data with blanks is no header", "a,b,,\nx,,y,\nz,w,y,\n", Spec{}, 1, 1, "a b  "},
		{"one column", "name\nAnn\n\nBob\n", Spec{}, 1, 1, "name"},
		{"one column with commas in it", "name\nAnn\nSmith, Bob\nEve\n", Spec{}, 1, 1, "name"},
	} {
		f, err := openText("f", []byte(c.text), c.spec)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := strings.Join(f.Header, " "); got != c.header || f.Facts.HeaderLine != c.line || f.Facts.HeaderRows != c.rows {
			t.Errorf("%s: %q on line %d, %d rows", c.name, got, f.Facts.HeaderLine, f.Facts.HeaderRows)
		}
	}
}

func TestDelimiters(t *testing.T) {
	for _, c := range []struct {
		name, text string
		spec       Spec
		want       rune
	}{
		{"comma", "a,b\n1,2\n", Spec{}, ','},
		{"semicolon with decimal commas", "id;amount\n1;1,50\n2;2,50\n3;3,50\n", Spec{}, ';'},
		{"tab with commas in text", "id\tnote\n1\ta, b\n2\tc, d\n", Spec{}, '\t'},
		{"bar", "id|note|x\n1|a, b|\n", Spec{}, '|'},
		{"quoted delimiters do not count", "\"a;b;c\",\"d;e\"\n\"1;2;3\",\"4;5\"\n", Spec{}, ','},
		{"title with commas", "Sales, March, 2025\n\nid;name\n1;x\n2;y\n3;z\n", Spec{}, ';'},
		{"stated", "a;b,c\n1;2,3\n", Spec{Delimiter: ','}, ','},
		{"sep line", "sep=|\na,b|c\n", Spec{}, '|'},
		{"sep line against what is stated", "sep=;\na,b;c\n", Spec{Delimiter: ','}, ','},
		{"nothing to tell", "name\nAnn\n", Spec{}, ','},
		{"header alone", "a;b;c\n", Spec{}, ';'},
	} {
		f, err := openText("f", []byte(c.text), c.spec)
		if err != nil || f.Facts.Delimiter != c.want {
			t.Errorf("%s: %v %+v", c.name, err, f)
		}
	}
}

func TestFooters(t *testing.T) {
	f := newFooters([]string{"Ende"})
	for _, c := range []struct {
		record string
		footer bool
	}{
		{"Grand Totals (5700 records),,,", true}, {"Grand Totals (5700 records)", true}, {"Confidential Information - Do Not Distribute", true},
		{"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.", true}, {"合计,,,100", true}, {",,合计,100", true}, {"小计：,,100,", true},
		{" 总 计 ,,,1", false}, {"总计,5,6,7", false}, {"Total,,,100", true}, {"TOTAL:,,,100", true}, {"Total,c1,2025-03-01,100", false}, {"Total Energies,,,", false},
		{"第1页,,,", true}, {"第 2 页 共 3 页,,,", true}, {"第一名,,,", false}, {"Page 2 of 3,,,", true}, {"Page,,,", false}, {"打印日期：2025-03-04,,制表人：张三,", true},
		{"v1,r1,c1,2025", false}, {"ENDE der Liste,1,2,3", true}, {"", false}, {",,,", false}, {"Summer Sewald,,,", false}, {"© Acme,,,", true},
	} {
		if got := f.is(strings.Split(c.record, ","), 4); got != c.footer {
			t.Errorf("%s: %v", c.record, got)
		}
	}
	if f.is([]string{"合计"}, 1) {
		t.Error("a table of one column has no room to tell")
	}
}

// Places and texts hold across the edges of blocks.
func TestLongFile(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,note\n")
	const rows = 30_000
	for i := range rows {
		fmt.Fprintf(&b, "%d,\"第 %d 行\n续\"\n", i, i)
	}
	for name, src := range map[string]io.Reader{"whole": strings.NewReader(b.String()), "in pieces": iotest.HalfReader(strings.NewReader(b.String()))} {
		f, err := Read("f", src, Spec{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			if err := f.Next(); err != nil || f.Line != 2+2*i || f.Record[1] != fmt.Sprintf("第 %d 行\n续", i) || f.Text() != fmt.Sprintf("%d,\"第 %d 行\n续\"", i, i) {
				t.Fatalf("%s: row %d: %v, line %d, %q", name, i, err, f.Line, f.Record)
			}
		}
		if err := f.Next(); err != io.EOF || f.Facts.Bytes != int64(b.Len()) {
			t.Error(err, f.Facts.Bytes)
		}
		f.Close()
	}
}

// A quote that is never closed ends in a fault with its line and does not take
// the memory that the rest of the file would.
func TestRunawayQuote(t *testing.T) {
	text := append([]byte("a,b\n1,2\n3,\"4\n"), bytes.Repeat([]byte("5,6\n"), 8<<20)...)
	f, err := openText("f", text, Spec{})
	if err != nil {
		t.Fatal(err)
	}
	var fault *Fault
	for err = f.Next(); err == nil; err = f.Next() {
	}
	if !errors.As(err, &fault) || fault.Code != "bad_quotes" || fault.Line != 3 || !strings.Contains(fault.Message, "longer than 16 MiB") {
		t.Errorf("%v", err)
	}
	if len(f.tokens.buf) > 4*maxRecord {
		t.Errorf("%d bytes are held", len(f.tokens.buf))
	}
}

// The encoding is settled over the whole file, not over its beginning.
func TestLateEncoding(t *testing.T) {
	ascii := "id,name\n" + strings.Repeat("1,plain text that says nothing of its encoding\n", 20_000)
	late := readTable("f", []byte(ascii+"2,\xD5\xC5\xC8\xFD\n"), Spec{})
	if late.err != nil || late.facts.Encoding != GB18030 || late.rows[len(late.rows)-1][1] != "张三" {
		t.Errorf("%v %+v", late.err, late.facts)
	}
	broken := readTable("f", []byte(ascii+"2,\xD5\xC5\xC8\xFD\n3,\xFF\n"), Spec{})
	var fault *Fault
	if !errors.As(broken.err, &fault) || fault.Code != "not_utf8" || fault.Line != 20_002 {
		t.Errorf("%v", broken.err)
	}
}

// What only decodes as GB18030 is not taken for Chinese.
func TestNotChinese(t *testing.T) {
	for name, text := range map[string]string{
		"Latin-1":             "id,name\n1,Garc\xEDa\n2,Jim\xE9nez\n",
		"Shift JIS":           "id,name\n1,\x83\x65\x83\x58\x83\x67\n", // テスト
		"damaged UTF-8":       "id,name\n1,客户\n2,拜访\n3,记录\n4,客\xE6\xA8\n",
		"Windows-1252 quotes": "id,name\n1,\x93a\x94\n",
	} {
		if got := readTable("f", []byte(text), Spec{}); got.code() != "not_utf8" {
			t.Errorf("%s: %v %s %q", name, got.err, got.facts.Encoding, got.rows)
		}
	}
	if got := readTable("f", []byte("id,name\n1,\x93a\x94\n"), Spec{Encoding: Windows1252}); got.err != nil || got.rows[0][1] != "“a”" {
		t.Errorf("%v %q", got.err, got.rows)
	}
	if got := readTable("f", []byte("id,name\n1,\x81\n"), Spec{Encoding: Windows1252}); got.code() != "undecodable" {
		t.Errorf("%v", got.err)
	}
}

// Facts.BodyOffset is where the records begin in the bytes.
func TestBodyOffset(t *testing.T) {
	for _, head := range []string{"a,b\n", "\uFEFFa,b\r\n", "sep=,\na,b\n", "Title\n\n\"a\",\"b\"\r\n"} {
		f, err := openText("f", []byte(head+"1,2\n"), Spec{})
		if err != nil || !f.Facts.Canonical() || f.Facts.BodyOffset() != int64(len(head)) {
			t.Errorf("%q: %v %+v", head, err, f.Facts)
		}
	}
}

// Head tells what Open tells, but for what only the whole file can tell.
func TestHead(t *testing.T) {
	long := "a;b\n" + strings.Repeat("1;2\n", 50_000)
	for name, text := range map[string]string{"canonical": long, "bom": "\uFEFFa,b\n1,2\n", "gbk": "\xBF\xCD\xBB\xA7,b\n1,2\n", "late gbk": long + "\xBF\xCD;2\n"} {
		fsys := fstest.MapFS{"f": {Data: []byte(text)}}
		whole, err := Open(fsys, "f", Spec{})
		if err != nil {
			t.Fatal(err)
		}
		head, err := Head(fsys, "f", Spec{})
		if err != nil {
			t.Fatal(err)
		}
		want := whole.Facts
		if name != "gbk" {
			want.SHA256, want.Bytes, want.Encoding = "", 0, UTF8
		}
		if head.Facts != want || !slices.Equal(head.Header, whole.Header) {
			t.Errorf("%s: %+v, want %+v", name, head.Facts, want)
		}
		n := 0
		for err = head.Next(); err == nil; err = head.Next() {
			n++
		}
		if err != io.EOF || n != strings.Count(text, "\n")-1 {
			t.Errorf("%s: %d records, %v", name, n, err)
		}
		whole.Close()
		head.Close()
	}
	if _, err := Head(fstest.MapFS{"f": {Data: []byte("PK\x03\x04")}}, "f", Spec{}); err == nil {
		t.Error("a workbook is no CSV")
	}
}

// Reading a stream leaves nothing in the temporary folder, a fault neither.
func TestSpool(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	f, err := Read("-", strings.NewReader("a,b\n1,2\n"), Spec{})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Next(); err != nil || !slices.Equal(f.Record, []string{"1", "2"}) {
		t.Error(err)
	}
	f.Close()
	if _, err := Read("-", strings.NewReader(""), Spec{}); err == nil {
		t.Error("nothing came")
	}
	var fault *Fault
	if _, err := Read("-", iotest.ErrReader(io.ErrClosedPipe), Spec{}); !errors.As(err, &fault) || fault.Err == nil || fault.Code != "cannot_read" {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// A file that grows while it is read is not read half.
func TestChangedFile(t *testing.T) {
	n := 0
	f, err := openFile("f", func() (io.ReadCloser, error) {
		n++
		return io.NopCloser(strings.NewReader("a,b\n" + strings.Repeat("1,2\n", n))), nil
	}, Spec{})
	if err != nil {
		t.Fatal(err)
	}
	for err = f.Next(); err == nil; err = f.Next() {
	}
	var fault *Fault
	if !errors.As(err, &fault) || fault.Code != "changed" {
		t.Error(err)
	}
}

// Errors of the disk are not the file's.
func TestUnreadable(t *testing.T) {
	if _, err := Open(fstest.MapFS{}, "none.csv", Spec{}); err == nil || !strings.Contains(err.Error(), "none.csv: cannot open the file") {
		t.Error(err)
	}
	for at := range 3 {
		n := 0
		_, err := openFile("f", func() (io.ReadCloser, error) {
			if n++; n > at {
				return io.NopCloser(io.MultiReader(strings.NewReader("a,b\n"), iotest.ErrReader(io.ErrNoProgress))), nil
			}
			return io.NopCloser(strings.NewReader("a,b\n")), nil
		}, Spec{})
		var fault *Fault
		if at < 2 && (!errors.As(err, &fault) || fault.Err != io.ErrNoProgress || fault.Code != "cannot_read") || at == 2 && err != nil {
			t.Errorf("on pass %d: %v", at+1, err)
		}
	}
}
