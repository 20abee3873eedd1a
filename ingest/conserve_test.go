package ingest

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
)

// exports are small files with everything that is no data: titles, blank rows,
// the header again, totals, page feet; and with duplicates, rejects, rows of
// other tables and of the future.
var exports = []struct {
	text    string
	sources []Source // of f.csv
}{
	{"Visits of March\n\n" + visitHead + "v1,r1,c1,2025-03-03\nv1,r1,c1,2025-03-03\nv2,,c1,2025-03-03\n\n,,,\n" + visitHead +
		"v3,r1,\"c \"\"1\"\",\n\",2025-03-04\nv4,r1,c1,2025-03-10\nv5,r1,c1,soon\n合计,,,3\n\"Confidential Information - Do Not Distribute\"\n\n",
		[]Source{{Table: "visits"}}},
	{"deal_id,stage,changed_at,sequence\nd1,contact,2025-01-05,1\nd1,proposal,2025-01-09,2\n,contact,2025-01-05,1\nd2,nowhere,2025-01-05,\nd1,contact,2025-01-05,1\n\nd3,contact,2025-03-30,\nTotal,,,\n",
		[]Source{{Table: "stage_history"}}},
	{"deal_id,\"Date entered \"\"Contact\"\"\",Date entered Won\nd1,2025-03-01,2025-03-12\nd2,2025-03-10,\n\nd3,,\nd4,soon,2025-03-03\nd1,2025-03-01,2025-03-12\nd1,2025-03-02,\nSum,,\n",
		[]Source{{Table: "stage_history"}}},
	{"id,rep,customer,stage,day,amount\n1,r1,c1,Won,2025-03-03,10.5\n2,r1,c1,proposal,2025-03-03,x\n\n3,r1,c1,Won,2025-03-30,7\n4,r1,,Won,2025-03-03,8\nid,rep,customer,stage,day,amount\n5,r1,c1,lost,2025-03-03,1\n1,r1,c1,Won,2025-03-03,10.5\nPage 1 of 2,,,,,\n",
		[]Source{
			{Table: "deals", Columns: map[string]string{"deal_id": "id", "rep_id": "rep", "customer_id": "customer", "created_at": "day"}},
			{Table: "contracts", Columns: map[string]string{"contract_id": "id", "rep_id": "rep", "customer_id": "customer", "sign_date": "day"},
				When: []Condition{{"stage", []string{"Won", "won"}}}},
			{Table: "contracts", Columns: map[string]string{"contract_id": "id", "rep_id": "rep", "customer_id": "customer", "sign_date": "day"},
				When: []Condition{{"stage", []string{"proposal"}}}}}},
	{"contract_id,rep_id,share\nk1,r1,0.5\nk1,r2,0.4\nk2,r1,1\n\nk3,,1\nk2,r1,1\n", []Source{{Table: "credit_splits"}}},
	{"rep_id,period,amount\nr1,2025-02,5\nr1,2025-02,5\nr1,never,5\n\n小计,,10\n", []Source{{Table: "commission_ledger"}}},
	{"visit_id,rep_id,customer_id,start_at,updated_at\nv1,r1,c1,2025-03-03,2025-03-03\nv1,r1,c2,2025-03-03,2025-03-04\nv1,r1,c3,2025-03-03,2025-03-02\nv1,r1,c4,2025-03-03,2025-03-04\n",
		[]Source{{Table: "visits"}}},
}

// mangled damages a file: bytes flipped, bytes and lines dropped, doubled or
// moved, delimiters and line ends changed.
func mangled(r *rand.Rand, text string) string {
	b := []byte(text)
	for range r.IntN(4) {
		if len(b) == 0 {
			break
		}
		at, lines := r.IntN(len(b)), bytes.SplitAfter(b, []byte{'\n'})
		n := r.IntN(len(lines))
		switch r.IntN(10) {
		case 0:
			b[at] ^= 1 << r.IntN(8)
		case 1:
			b[at] = "\",;\t|\n\r\\ \x00=é"[r.IntN(12)]
		case 2:
			b = append(b[:at], b[at+1:]...)
		case 3:
			b = b[:at]
		case 4:
			lines = append(lines[:n], lines[n+1:]...)
			b = bytes.Join(lines, nil)
		case 5:
			lines = append(lines, lines[n])
			b = bytes.Join(lines, nil)
		case 6:
			lines[0], lines[n] = lines[n], lines[0]
			b = bytes.Join(lines, nil)
		case 7:
			b = bytes.ReplaceAll(b, []byte{','}, []byte(";\t|"[r.IntN(3):][:1]))
		case 8:
			b = bytes.ReplaceAll(b, []byte{'\n'}, []byte("\r\n"))
		case 9:
			lines[n] = bytes.ReplaceAll(lines[n], []byte{','}, []byte(",,"))
			b = bytes.Join(lines, nil)
		}
	}
	return string(b)
}

// wrapped is the file as it may lie on the disk, and the name that it goes by.
func wrapped(how int, text string) (name string, file []byte) {
	switch how % 5 {
	case 1:
		return "f.csv.gz", []byte(packed(text))
	case 2:
		return stdin, []byte(text)
	case 3:
		return "f.csv", []byte("\uFEFF" + text)
	case 4:
		if strings.ToValidUTF8(text, "") == text && !strings.ContainsAny(text, "\x00\uFEFF") {
			return "f.csv", []byte(asUTF16(text, true))
		}
	}
	return "f.csv", []byte(text)
}

// unwrapped is the text of a file by other means than ours.
func unwrapped(t *testing.T, file []byte, f dialect.Facts) string {
	t.Helper()
	if f.Compressed {
		z, err := gzip.NewReader(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if file, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	if f.Encoding == dialect.UTF16LE || f.Encoding == dialect.UTF16BE {
		var units []uint16
		for i := 0; i+1 < len(file); i += 2 {
			u := uint16(file[i])<<8 | uint16(file[i+1])
			if f.Encoding == dialect.UTF16LE {
				u = u<<8 | u>>8
			}
			units = append(units, u)
		}
		file = []byte(string(utf16.Decode(units)))
	}
	return strings.TrimPrefix(string(file), "\uFEFF")
}

// record is one as encoding/csv cuts it.
type record struct {
	text  string // without its line end
	blank bool
}

// independent are all records of a text by the line they begin on, as
// encoding/csv reads it: empty lines too, which it passes over. ok is false
// where it cannot read the text.
func independent(text string, comma rune) (records map[int]record, ok bool) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = comma, -1
	records = map[int]record{}
	at, line := 0, 1
	empty := func() {
		for at < len(text) {
			n := 0
			for _, end := range []string{"\n", "\r\n"} {
				if strings.HasPrefix(text[at:], end) {
					n = len(end)
				}
			}
			if text[at:] == "\r" {
				n = 1
			}
			if n == 0 {
				return
			}
			records[line] = record{"", true}
			at, line = at+n, line+1
		}
	}
	for {
		empty()
		cells, err := r.Read()
		if err == io.EOF {
			return records, at == len(text)
		}
		if err != nil {
			return nil, false
		}
		if begins, _ := r.FieldPos(0); begins != line {
			return nil, false
		}
		end := int(r.InputOffset())
		raw := text[at:end]
		records[line] = record{strings.TrimSuffix(strings.TrimSuffix(raw, "\n"), "\r"), strings.TrimSpace(strings.Join(cells, "")) == ""}
		at, line = end, line+strings.Count(raw, "\n")
	}
}

// conserve reads a file by every source of an export and holds each receipt
// against encoding/csv. It reports whether that could be done.
func conserve(t *testing.T, which, how int, text string) bool {
	t.Helper()
	name, file := wrapped(how, text)
	fsys := fstest.MapFS{name: {Data: file}}
	o := DefaultOptions()
	o.AsOf, o.MaxRejects = day("2025-03-09"), crm.One
	o.Stdin = bytes.NewReader(file)
	if name == stdin {
		fsys = fstest.MapFS{}
	}
	for _, s := range exports[which%len(exports)].sources {
		s.Files = []string{name}
		o.Sources = append(o.Sources, s)
	}
	_, report, err := Read(fsys, o)
	var fault *Fault
	if err != nil && !errors.As(err, &fault) {
		t.Fatalf("%q: %v", text, err)
	}
	if err != nil {
		return false
	}
	held := true
	for _, c := range report.Receipts {
		if !c.Conserved() || c.Bytes != int64(len(file)) {
			t.Fatalf("%q is not conserved: %+v", text, *c)
		}
		if !heldAgainstCSV(t, c, unwrapped(t, file, c.Form), report.Rejects[c.Table]) {
			held = false
		}
	}
	return held
}

func heldAgainstCSV(t *testing.T, c *Receipt, text string, rejects []Reject) bool {
	t.Helper()
	f := c.Form
	if f.Quotes != dialect.Doubled || f.Padded || f.Encoding == dialect.GB18030 || f.LineEnds == "CR" || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") {
		return false // encoding/csv has no such form
	}
	records, ok := independent(text, f.Delimiter)
	if !ok {
		return false
	}
	want, blank := len(records)-f.HeaderRows, 0
	if f.SepLine {
		want--
	}
	for _, r := range records {
		if r.blank {
			blank++
		}
	}
	if c.Read != want || c.Blank != blank {
		t.Fatalf("%s as %s: read %d, blank %d; encoding/csv has %d and %d of them: %q", c.File, c.Table, c.Read, c.Blank, want, blank, text)
	}
	n := 0
	for _, x := range rejects {
		if r, there := records[x.Line]; !there || x.Text != r.text || x.Code == "" || x.Message == "" || x.File != c.File {
			t.Fatalf("the reject %+v is %q in the file: %q", x, r.text, text)
		}
		n++
	}
	if n < c.Rejected {
		t.Fatalf("%d rejects of %d: %q", n, c.Rejected, text)
	}
	return true
}

// Every row of a file is read once and is in one count only, however the file
// comes and whatever is wrong with it; what is rejected is there word for word.
func TestConservation(t *testing.T) {
	held, of := 0, 0
	for which := range exports {
		for how := range 5 {
			if !conserve(t, which, how, exports[which].text) {
				t.Errorf("file %d, way %d: whole, it is not held against encoding/csv", which, how)
			}
			for seed := range uint64(15) {
				r := rand.New(rand.NewPCG(seed, uint64(which*5+how)))
				if of++; conserve(t, which, how, mangled(r, exports[which].text)) {
					held++
				}
			}
		}
	}
	if t.Logf("%d of %d mangled files were read by both", held, of); held < of/3 {
		t.Errorf("only %d of %d mangled files were held against encoding/csv", held, of)
	}
}

// The counts of the whole files, by hand: read, accepted, duplicates, rejected,
// skipped, future; of the skipped, blank, titles, headers,
// footers, other tables.
func TestSkippedRows(t *testing.T) {
	want := [][]string{
		{"14 2 1 2 9 1 of 4 1 1 2 0"}, // the title, 4 without text, the header, the sum and the foot, one of next week
		{"8 2 1 2 3 1 of 1 0 0 1 0"},
		{"8 3 1 1 3 1 of 1 0 0 1 0"}, // d3 has no date in any stage: accepted, and listed
		{"9 3 1 1 4 1 of 1 0 1 1 0", "9 1 1 1 6 1 of 1 0 1 1 2", "9 0 0 1 8 0 of 1 0 1 1 5"},
		{"6 1 1 3 1 0 of 1 0 0 0 0"},
		{"5 2 0 1 2 0 of 1 0 0 1 0"},
		{"4 1 2 1 0 0 of 0 0 0 0 0"},
	}
	for i, x := range exports {
		for how := range 5 {
			name, file := wrapped(how, x.text)
			o := DefaultOptions()
			o.AsOf, o.MaxRejects, o.Stdin = day("2025-03-09"), crm.One, bytes.NewReader(file)
			for _, s := range x.sources {
				s.Files = []string{name}
				o.Sources = append(o.Sources, s)
			}
			_, r := mustRead(t, fstest.MapFS{name: {Data: file}}, o)
			for k, c := range r.Receipts {
				got := fmt.Sprint(c.Read, c.Accepted, c.Duplicates, c.Rejected, c.Skipped, c.FutureRows, " of ", c.Blank, c.Titles, c.Headers, c.Footers, c.OtherTable)
				if got != want[i][k] {
					t.Errorf("file %d, way %d, as %s: %s, want %s", i, how, c.Table, got, want[i][k])
				}
			}
		}
	}
}

// FuzzConservation is TestConservation on whatever the bytes are.
func FuzzConservation(f *testing.F) {
	for i, x := range exports {
		for how := range 5 {
			f.Add(x.text, uint8(i), uint8(how))
		}
		r := rand.New(rand.NewPCG(uint64(i), 3))
		for range 4 {
			f.Add(mangled(r, x.text), uint8(i), uint8(0))
		}
	}
	f.Fuzz(func(t *testing.T, text string, which, how uint8) { conserve(t, int(which), int(how), text) })
}
