package ingest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"crmreport/ingest/crm"
	"crmreport/ingest/value"
)

// style writes canonical cells as another system would.
type style struct {
	name     string
	date     func(time.Time) string
	stamp    func(time.Time) string
	number   func(string) string
	id, bool func(string) string
	source   Source
}

func same(s string) string { return s }

// withComma writes 1234.5 as 1.234,5.
func withComma(s string) string {
	whole, part, dotted := strings.Cut(s, ".")
	sign := ""
	if whole[0] == '-' {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "." + whole[i:]
	}
	if dotted {
		whole += "," + part
	}
	return sign + whole
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7F {
			return r + 0xFEE0
		}
		return r
	}, s)
}

// serial is Excel's day number: 45658 is 1 January 2025.
func serial(t time.Time) string {
	days := int(t.Sub(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)).Hours()/24) + 45658
	if t.Hour() == 0 && t.Minute() == 0 {
		return fmt.Sprint(days)
	}
	return fmt.Sprintf("%d.%09d", days, (t.Hour()*60+t.Minute())*1_000_000_000/1440)
}

func layout(l string) func(time.Time) string { return func(t time.Time) string { return t.Format(l) } }

// A folder written by other systems gives the same Book.
func TestForeignFolders(t *testing.T) {
	plain := everyTable()
	o := lenient(t, plain)
	want, _ := mustRead(t, plain, o)
	for _, s := range []style{
		{"Germany", layout("02.01.2006"), layout("02.01.2006 15:04"), withComma, same, same, Source{DateOrder: value.DayFirst, Decimal: ','}},
		{"United States", layout("1/2/2006"), layout("1/2/2006 3:04 PM"), same, func(s string) string { return `="` + s + `"` }, strings.ToLower, Source{DateOrder: value.MonthFirst}},
		{"China", layout("2006年1月2日"), layout("2006年1月2日 15:04"), fullWidth, func(s string) string { return s + "\u3000" },
			func(s string) string { return map[string]string{"Y": "是", "N": "否"}[s] }, Source{}},
		{"India", layout("02-Jan-2006"), layout("02-Jan-2006, 03:04 pm"), same, func(s string) string { return "'" + s }, fullWidth, Source{}},
		{"Excel", serial, serial, func(s string) string { return s + " " }, func(s string) string { return "\u00a0" + s }, strings.ToLower, Source{}},
		{"compact", layout("20060102"), layout("20060102T1504"), same, same, same, Source{}},
	} {
		fsys := fstest.MapFS{}
		for name, f := range plain {
			fsys[name] = &fstest.MapFile{Data: s.write(t, strings.TrimSuffix(name, ".csv"), f.Data)}
		}
		o := lenient(t, fsys)
		for i := range o.Sources {
			o.Sources[i].DateOrder, o.Sources[i].Decimal = s.source.DateOrder, s.source.Decimal
		}
		got, r := mustRead(t, fsys, o)
		for _, c := range r.Receipts {
			if c.Rejected > 0 {
				t.Errorf("%s: %s: %+v", s.name, c.Table, r.Rejects[c.Table][0])
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: another book:\n%+v\n%+v", s.name, got, want)
		}
	}
}

func (s *style) write(t *testing.T, table string, text []byte) []byte {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]value.Kind{}
	for _, spec := range Tables() {
		if spec.Name == table {
			for i, c := range spec.Columns {
				kinds[c] = spec.Kinds[i]
			}
		}
	}
	for _, row := range rows[1:] {
		for i, cell := range row {
			if cell != "" {
				row[i] = s.cell(t, kinds[rows[0][i]], cell)
			}
		}
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (s *style) cell(t *testing.T, k value.Kind, cell string) string {
	switch k {
	case value.Date, value.Stamp, value.End:
		at, err := time.Parse("2006-01-02T15:04", cell)
		if err != nil {
			at, err = time.Parse("2006-01-02", cell)
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(cell, "T") {
			return s.stamp(at)
		}
		return s.date(at)
	case value.Number, value.Percent, value.Factor:
		return s.number(cell)
	case value.ID:
		return s.id(cell)
	case value.Bool:
		return s.bool(cell)
	}
	return cell
}

// A column is decided over all files of its source; what another source says
// does not count.
func TestDecidedOverAllFiles(t *testing.T) {
	fsys := folder("visits-1.csv", visitHead+"v1,r1,c1,04/03/2025\n", "visits-2.csv", visitHead+"v2,r1,c1,2025-03-05\nv3,r1,c1,31/01/2025\n")
	o := DefaultOptions()
	o.AsOf = day("2025-03-09")
	o.Sources = []Source{{Table: "visits", Files: []string{"visits-*.csv"}}}
	b, r := mustRead(t, fsys, o)
	if got := fmt.Sprint(b.Visits[0].At.Date(), b.Visits[1].At.Date(), b.Visits[2].At.Date()); got != "2025-01-31 2025-03-04 2025-03-05" {
		t.Error(got)
	}
	if got := fmt.Sprint(r.Readings); got != `[{visits start_at 2 cells with / as day/month/year, which 1 prove, first "31/01/2025" (visits-2.csv:3)}]` {
		t.Error(got)
	}
	o.Sources = []Source{{Table: "visits", Files: []string{"visits-1.csv"}}, {Table: "visits", Files: []string{"visits-2.csv"}}}
	if _, _, err := Read(fsys, o); err == nil || !strings.Contains(err.Error(), "visits-1.csv:2: column start_at") {
		t.Error(err)
	}
}

// Rows of other tables and their words do not vote.
func TestDecidedByOwnRows(t *testing.T) {
	fsys := folder("all.csv", "visit_id,rep_id,customer_id,start_at,kind\nv1,r1,c1,04/03/2025,visit\nv2,r1,c1,13/01/2025,visit\nv3,r1,c1,01/13/2025,other\nv4,r1,c1,n.n.,visit\n")
	o := DefaultOptions()
	o.AsOf, o.MaxRejects = day("2025-03-09"), crm.One
	o.Sources = []Source{{Table: "visits", Files: []string{"all.csv"}, When: []Condition{{"kind", []string{"visit"}}}, Blank: []string{"n.n."}}}
	b, r := mustRead(t, fsys, o)
	if len(b.Visits) != 2 || b.Visits[1].At != day("2025-03-04").At() || fmt.Sprint(problems(r, "visits")) != "[blank_required start_at 5 1]" {
		t.Errorf("%+v %v", b.Visits, problems(r, "visits"))
	}
}

// The columns of a wide history are columns like others.
func TestWideDates(t *testing.T) {
	fsys := folder("stage_history.csv", "deal_id,\"Date entered \"\"Contact\"\"\",Date entered Proposal\nd1,01/02/2025,13/02/2025\n")
	o := lenient(t, fsys)
	if _, _, err := Read(fsys, o); err == nil || !strings.Contains(err.Error(), `column Date entered "Contact": "01/02/2025" may be 2025-02-01`) {
		t.Error(err)
	}
	o.Sources[0].DateOrder = value.DayFirst
	b, _ := mustRead(t, fsys, o)
	if got := fmt.Sprint(b.Stages[0].At.Date(), b.Stages[1].At.Date()); got != "2025-02-01 2025-02-13" {
		t.Error(got)
	}
}

// A constant speaks for itself, or is asked about once.
func TestConstants(t *testing.T) {
	fsys := folder("contracts.csv", "contract_id,customer_id,rep_id,amount\nk1,c1,r1,5\nk2,c1,r1,6\n")
	o := lenient(t, fsys)
	for in, want := range map[string]string{"2025-03-04": "2025-03-04", "13/02/2025": "2025-02-13", "04/03/2025": "ambiguous_date"} {
		o.Sources[0].Constants = map[string]string{"sign_date": in}
		b, _, err := Read(fsys, o)
		got := ""
		if f, ok := err.(interface{ Unwrap() []error }); ok {
			got = f.Unwrap()[0].(*Fault).Code
		} else if err == nil {
			got = b.Contracts[0].SignDate.String()
		}
		if got != want {
			t.Errorf("%s: %s %v, want %s", in, got, err, want)
		}
	}
}

// Percents are decided over the column; shares of a split by their sum.
func TestPercents(t *testing.T) {
	for _, c := range []struct {
		cells []string
		want  string
	}{
		{[]string{"0.08", "0.1"}, "0.08 0.1"}, {[]string{"8", "10"}, "0.08 0.1"}, {[]string{"8%", "10％"}, "0.08 0.1"}, {[]string{"0.5", "8"}, "0.005 0.08"},
		{[]string{"8,5", "10"}, "0.085 0.1"}, {[]string{"1"}, "1"},
	} {
		text := "plan,rate,valid_from\n"
		for i, s := range c.cells {
			text += fmt.Sprintf("p%d,\"%s\",2025-01-01\n", i, s)
		}
		fsys := folder("commission_rates.csv", text)
		b, _ := mustRead(t, fsys, lenient(t, fsys))
		var got []string
		for _, r := range b.Rates {
			got = append(got, r.Rate.String())
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%v: %s, want %s", c.cells, g, c.want)
		}
	}
}

// Unknown words are listed each with its count and the nearest known word, and
// beyond twenty together.
func TestUnknownWords(t *testing.T) {
	var text strings.Builder
	text.WriteString("visit_id,rep_id,customer_id,start_at,met_role\n")
	for i := range 24 {
		fmt.Fprintf(&text, "v%d,r1,c1,2025-03-03,w%d\n", i, i/2) // each word twice
	}
	text.WriteString("x1,r1,c1,2025-03-03,divers\nx2,r1,c1,2025-03-03,divers\nx3,r1,c1,2025-03-03,Ｄｒｉｖｅｒ\nx4,r1,c1,2025-03-03,-\n")
	for i := range 9 {
		fmt.Fprintf(&text, "y%d,r1,c1,2025-03-03,u%d\n", i, i)
	}
	fsys := folder("visits.csv", text.String())
	b, r := mustRead(t, fsys, lenient(t, fsys))
	ps := r.Receipts[0].Problems
	if len(ps) != 21 || ps[0].Example != "w0" || ps[0].Count != 2 || ps[12].Example != "divers" || ps[12].Count != 2 || !strings.HasSuffix(ps[12].Expected, `did you mean "driver"?`) {
		t.Errorf("%d problems: %+v", len(ps), *ps[12])
	}
	if last := ps[20]; last.Count != 2 || last.Example != "u7" {
		t.Errorf("%+v", *last)
	}
	if len(b.Visits) != 2 || b.Visits[0].Met != crm.RoleDriver || b.Visits[1].Met != crm.RoleUnknown {
		t.Errorf("%+v", b.Visits)
	}
}

// Report.Readings says what was decided, and only that.
func TestReadings(t *testing.T) {
	for header, c := range map[string]struct{ cells, want string }{
		"amount":  {"12.50 -3 1054.0", "[]"},
		"amount ": {"1.234 12,50", `[{deals amount decimal comma, which 1 cells prove, first "12,50" (deals.csv:3)}]`},
		"金额（万元）":  {"1.5", `[{deals 金额（万元） decimal point, which 1 cells prove, first "1.5" (deals.csv:2); every number times 10^4}]`},
	} {
		text := "deal_id,rep_id,stage,created_at," + header + "\n"
		for i, s := range strings.Fields(c.cells) {
			text += fmt.Sprintf("d%d,r1,contact,2025-03-03,\"%s\"\n", i, s)
		}
		fsys := folder("deals.csv", text)
		o := lenient(t, fsys)
		o.Sources[0].Columns = map[string]string{"amount": strings.TrimSpace(header)}
		if _, r := mustRead(t, fsys, o); fmt.Sprint(r.Readings) != c.want {
			t.Errorf("%s: got %v, want %s", header, r.Readings, c.want)
		}
	}
}
