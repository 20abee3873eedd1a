package ingest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
)

// asUTF16 is text as Excel's “Unicode text” has it.
func asUTF16(text string, big bool) string {
	var b strings.Builder
	for _, u := range append([]uint16{0xFEFF}, utf16.Encode([]rune(text))...) {
		if big {
			b.WriteString(string([]byte{byte(u >> 8), byte(u)}))
		} else {
			b.WriteString(string([]byte{byte(u), byte(u >> 8)}))
		}
	}
	return b.String()
}

// gbk has the bytes of 客户, 张三, 合计, 拜访记录, ： and 第1页 by the tables of GB 2312.
var gbk = strings.NewReplacer("客户", "\xBF\xCD\xBB\xA7", "张三", "\xD5\xC5\xC8\xFD", "合计", "\xBA\xCF\xBC\xC6",
	"拜访记录", "\xB0\xDD\xB7\xC3\xBC\xC7\xC2\xBC", "：", "\xA3\xBA", "第1页", "\xB5\xDA1\xD2\xB3")

// The same two visits of 客户 by 张三, however they are written.
func TestForms(t *testing.T) {
	const head, first, second = "visit_id,rep_id,customer_id,start_at\n", "v1,张三,客户,2025-03-03\n", "v2,张三,客户,2025-03-04\n"
	const plain = head + first + second
	semicolons := strings.ReplaceAll(plain, ",", ";")
	for _, c := range []struct {
		name, text, counts, form string // form: encoding delimiter line ends header line+rows
		source                   Source
	}{
		{"plain", plain, "2 2 0 0 0", `utf-8 ',' LF 1+1`, Source{}},
		{"bom", "\uFEFF" + plain, "2 2 0 0 0", `utf-8 ',' LF 1+1`, Source{}},
		{"gbk", gbk.Replace(plain), "2 2 0 0 0", `gb18030 ',' LF 1+1`, Source{}},
		{"gbk, stated", gbk.Replace(plain), "2 2 0 0 0", `gb18030 ',' LF 1+1`, Source{Encoding: "GB2312"}},
		{"utf-16, tabs", asUTF16(strings.ReplaceAll(strings.ReplaceAll(plain, ",", "\t"), "\n", "\r\n"), false), "2 2 0 0 0", `utf-16le '\t' CRLF 1+1`, Source{}},
		{"utf-16, big end first", asUTF16(plain, true), "2 2 0 0 0", `utf-16be ',' LF 1+1`, Source{}},
		{"utf-16 without a mark, stated", asUTF16(plain, false)[2:], "2 2 0 0 0", `utf-16le ',' LF 1+1`, Source{Encoding: "utf-16"}},
		{"semicolons", semicolons, "2 2 0 0 0", `utf-8 ';' LF 1+1`, Source{}},
		{"semicolons, half-commas", strings.ReplaceAll(strings.ReplaceAll(semicolons, "start_at", "start_at;note"), "2025-03-03", "2025-03-03;1,5"), "2 2 0 0 0", `utf-8 ';' LF 1+1`, Source{}},
		{"sep line", "sep=;\r\n" + semicolons, "2 2 0 0 0", `utf-8 ';' LF 2+1`, Source{}},
		{"sep line, quoted, in utf-16", asUTF16("\"sep=|\"\n"+strings.ReplaceAll(plain, ",", "|"), false), "2 2 0 0 0", `utf-16le '|' LF 2+1`, Source{}},
		{"gzip", packed(plain), "2 2 0 0 0", `utf-8 ',' LF 1+1`, Source{}},
		{"gzip of gbk", packed(gbk.Replace(plain)), "2 2 0 0 0", `gb18030 ',' LF 1+1`, Source{}},
		{"lone CR", strings.ReplaceAll(plain, "\n", "\r"), "2 2 0 0 0", `utf-8 ',' CR 1+1`, Source{}},
		{"mixed line ends", head + strings.ReplaceAll(first, "\n", "\r") + strings.ReplaceAll(second, "\n", "\r\n"), "2 2 0 0 0", `utf-8 ',' mixed 1+1`, Source{}},
		{"titles above", "拜访记录,,,\n,,,\n\n" + plain, "5 2 0 0 3", `utf-8 ',' LF 4+1`, Source{}},
		{"header stated", "rep_id,visit_id,customer_id,start_at\n" + plain, "3 2 0 0 1", `utf-8 ',' LF 2+1`, Source{HeaderLine: 2}},
		{"footers", plain + "\n\"Grand Totals (2 records)\"\n\"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.\"\nConfidential Information - Do Not Distribute\n",
			"6 2 0 0 4", `utf-8 ',' LF 1+1`, Source{}},
		{"Chinese footers, in gbk", gbk.Replace(head + first + "合计,,,1\n第1页,,,\n" + second + "合计：,,,\n"), "5 2 0 0 3", `gb18030 ',' LF 1+1`, Source{}},
		{"own footers", plain + "Ende der Liste,x,y,z\n", "3 2 0 0 1", `utf-8 ',' LF 1+1`, Source{Footers: []string{"ende der"}}},
		{"repeated header", head + first + head + second, "3 2 0 0 1", `utf-8 ',' LF 1+1`, Source{}},
		{"trailing empty columns", strings.ReplaceAll(plain, "\n", ",,\n"), "2 2 0 0 0", `utf-8 ',' LF 1+1`, Source{}},
		{"full width, capitals", strings.ReplaceAll(plain, "visit_id", "ＶＩＳＩＴ＿ＩＤ"), "2 2 0 0 0", `utf-8 ',' LF 1+1`, Source{}},
		{"two header rows", "拜访,,销售,客户\n编号,时间,,\nv1,2025-03-03,张三,客户\nv2,2025-03-04,张三,客户\n", "2 2 0 0 0", `utf-8 ',' LF 1+2`,
			Source{Columns: map[string]string{"visit_id": "拜访-编号", "start_at": "拜访-时间", "rep_id": "销售", "customer_id": "客户"}}},
		{"the second of two columns", "visit_id,rep_id,rep_id,customer_id,start_at\nv1,x,张三,客户,2025-03-03\nv2,y,张三,客户,2025-03-04\n", "2 2 0 0 0", `utf-8 ',' LF 1+1`,
			Source{Columns: map[string]string{"rep_id": "rep_id#2"}}},
		{"padded", strings.ReplaceAll(strings.ReplaceAll(plain, ",", ", "), "张三", `"张三"`), "2 2 0 0 0", `utf-8 ',' LF 1+1`, Source{}},
		{"backslashes", strings.ReplaceAll(strings.ReplaceAll(plain, "\n", ",n\n"), "v2", `"v2"`) + `v3,"张\"三",客户,2025-03-05,"a, \"b\""` + "\n", "3 3 0 0 0", `utf-8 ',' LF 1+1`, Source{}},
		{"a GBK office", gbk.Replace("拜访记录;;;\n\n" + semicolons + "合计;;;2\n"), "5 2 0 0 3", `gb18030 ';' LF 3+1`, Source{}},
	} {
		c.source.Table, c.source.Files = "visits", []string{"visits.csv"}
		o := DefaultOptions()
		o.AsOf, o.MaxRejects, o.Sources = day("2025-03-09"), crm.One, []Source{c.source}
		b, r, err := Read(folder("visits.csv", c.text), o)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		x := r.Receipts[0]
		if got := fmt.Sprint(x.Read, x.Accepted, x.Duplicates, x.Rejected, x.Skipped); got != c.counts || !x.Conserved() || x.Bytes != int64(len(c.text)) {
			t.Errorf("%s: %s, want %s: %+v", c.name, got, c.counts, *x)
		}
		if got := fmt.Sprintf("%s %q %s %d+%d", x.Encoding, x.Form.Delimiter, x.Form.LineEnds, x.Form.HeaderLine, x.Form.HeaderRows); got != c.form {
			t.Errorf("%s: %s, want %s", c.name, got, c.form)
		}
		if len(b.Visits) < 2 || b.Reps.ID(b.Visits[0].Rep) != "张三" || b.Customers.ID(b.Visits[0].Customer) != "客户" || b.Visits[0].At != day("2025-03-03").At() {
			t.Errorf("%s: %+v", c.name, b.Visits)
		}
	}
}

// A file in windows-1252 is refused until that is stated: as GB18030 it would
// decode without an error, to another name.
func TestLatin1IsStated(t *testing.T) {
	text := visitHead + "v1,r1,Garc\xEDa,2025-03-03\n"
	o := DefaultOptions()
	o.AsOf, o.Sources = day("2025-03-09"), []Source{{Table: "visits", Files: []string{"visits.csv"}}}
	var f *Fault
	if _, _, err := Read(folder("visits.csv", text), o); !errors.As(err, &f) || f.Code != "not_utf8" || f.Line != 2 {
		t.Errorf("%v", err)
	}
	o.Sources[0].Encoding = "latin-1"
	b, r := mustRead(t, folder("visits.csv", text), o)
	if b.Customers.ID(0) != "García" || r.Receipts[0].Encoding != dialect.Windows1252 {
		t.Errorf("%q %+v", b.Customers.ID(0), r.Receipts[0])
	}
}

// Rows of an odd width: what may be shifted is rejected or said.
func TestOddWidths(t *testing.T) {
	fsys := folder("visits.csv", "visit_id,rep_id,customer_id,start_at,channel,note\n"+
		"v1,r1,c1,2025-03-03,visit,\nv2,r1,c1,2025-03-03\nv3,r1,c12025-03-03,visit,\nv4,,r1,c1,2025-03-03,visit,\nv5,r1,c1,2025-03-03,visit,x,y\nv6,r1,c1,2025-03-03,visit,\n")
	_, r := mustRead(t, fsys, lenient(t, fsys))
	if got := counts(r, "visits"); got != "6 3 0 3 0 0" {
		t.Error(got)
	}
	got := ""
	for _, x := range r.Rejects["visits"] {
		got += fmt.Sprintf("%d %s %s; ", x.Line, x.Code, x.Message)
	}
	const offer = "; rows: repair in crmreport.yaml under sources reads such a row where the others leave one way to; "
	if want := `4 bad_date start_at: "visit" is not a date like 2025-03-09 or 2025-03-09T10:00; 5 ragged 7 cells where the header has 6` + offer + `6 ragged 7 cells where the header has 6` + offer; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if got := fmt.Sprint(problems(r, "visits")); !strings.Contains(got, "short_row  4 1") || strings.Contains(got, "short_row  3") {
		t.Error(got)
	}
}

// A quote out of place refuses the file; if lenient is stated, the row is read
// and said.
func TestLenientQuotes(t *testing.T) {
	text := visitHead + "v1,r1,c1,2025-03-03\nv2,r1,\"c \"x\", y\",2025-03-04\nv3,r1,\"c3,2025-03-05\nv4,r1,c1,2025-03-06\n"
	o := DefaultOptions()
	o.AsOf, o.Sources = day("2025-03-09"), []Source{{Table: "visits", Files: []string{"visits.csv"}, Quotes: dialect.Lenient}}
	b, r := mustRead(t, folder("visits.csv", text), o)
	if len(b.Visits) != 4 || b.Customers.ID(1) != `c "x", y` || b.Customers.ID(2) != `"c3` || r.Receipts[0].Form.Repaired != 2 {
		t.Errorf("%d visits, %+v", len(b.Visits), r.Receipts[0].Form)
	}
	if got := fmt.Sprint(problems(r, "visits")); got != "[repaired_quotes  3 2]" {
		t.Error(got)
	}
}

// One stream feeds two tables; nothing of it is left in the temporary folder.
func TestStandardInput(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	o := DefaultOptions()
	o.AsOf = day("2025-03-09")
	o.Stdin = io.MultiReader(strings.NewReader("contract_id;customer_id;rep_id;sign_date;amount\n"), strings.NewReader("k1;c1;r1;2025-03-03;5\n"))
	o.Sources = []Source{{Table: "contracts", Files: []string{"-"}},
		{Table: "customers", Files: []string{"-"}, Columns: map[string]string{"customer_id": "customer_id"}, Constants: map[string]string{"rep_id": "r1"}}}
	b, r, err := Read(fstest.MapFS{}, o)
	if err != nil || len(b.Contracts) != 1 || b.Customers.ID(0) != "c1" || r.Receipts[0].File != "-" || r.Receipts[1].Accepted != 1 {
		t.Fatalf("%v %+v", err, r.Receipts)
	}
	if left := entries(t, dir); left != "" {
		t.Errorf("left behind: %s", left)
	}
}

// Files of one table may each be written in their own way.
func TestFilesOfOneTable(t *testing.T) {
	fsys := folder("a/v1.csv", visitHead+"v1,r1,c1,2025-03-03\n", "a/v2.csv.gz", packed(visitHead+"v2,r1,c1,2025-03-04\n"),
		"a/v3.txt", strings.ReplaceAll(visitHead+"v3,r1,c1,2025-03-05\n", ",", "\t"))
	o := DefaultOptions()
	o.AsOf, o.Sources = day("2025-03-09"), []Source{{Table: "visits", Files: []string{"a/*.csv", "a/*.gz", "a/*.txt"}}}
	b, r := mustRead(t, fsys, o)
	if len(b.Visits) != 3 || len(r.Receipts) != 3 || !r.Receipts[1].Form.Compressed {
		t.Errorf("%d visits of %d files", len(b.Visits), len(r.Receipts))
	}
	s, err := DefaultSources(folder("visits.csv.gz", ""))
	if err != nil || s[0].Files[0] != "visits.csv.gz" {
		t.Error(s, err)
	}
	var f *Fault
	if _, err = DefaultSources(folder("visits.csv.gz", "", "visits.csv", "")); !errors.As(err, &f) || f.Code != "two_files" {
		t.Error(err)
	}
}

func entries(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}
