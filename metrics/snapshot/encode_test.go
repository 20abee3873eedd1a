package snapshot

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

var update = flag.Bool("update", false, "write the golden files")

func ptr(f float64) Bound { return &f }

// example is a document with one value of every shape that the format knows.
func example() *Document {
	def := func(id string, k measure.Kind, u measure.Unit, b measure.Better) measure.Definition {
		return measure.Definition{ID: id, Revision: 1, Kind: k, Unit: u, Better: b}
	}
	headline := def("a.count", measure.Count, measure.UnitVisits, measure.Up)
	headline.Headline = true
	return &Document{
		Tool: "crmreport 0.1.0", AsOf: "2025-03-09", Timezone: "Asia/Shanghai", Currency: "CNY", ConfigSHA256: "c0",
		Inputs:  []Input{{Table: "visits", File: "visits.csv", SHA256: "ab", Encoding: "utf-8", Bytes: 9, Read: 5, Accepted: 2, Duplicates: 1, Rejected: 1, Skipped: 1, FutureRows: 1, Newest: "2025-03-08"}},
		Missing: []string{"payments"},
		Scopes: []Scope{{ID: "company", Level: "company"}, {ID: "华东", Level: "region", Name: "华东", Parent: "company"},
			{ID: "华东/一组", Level: "team", Name: "一组 <b>", Parent: "华东"}, {ID: "R1", Level: "rep", Name: "王芳", Parent: "华东/一组"}},
		Periods: []Period{{Name: "2025-W10", Kind: "week", Start: "2025-03-03", Last: "2025-03-09", Role: RoleCurrent},
			{Name: "2025-W09", Kind: "week", Start: "2025-02-24", Last: "2025-03-02", Role: RoleComparable},
			{Name: "2025-W09", Kind: "week", Start: "2025-02-24", Last: "2025-03-02", Role: RoleBefore},
			{Name: "2025-02~d6", Kind: "month", Start: "2025-02-01", Last: "2025-02-10", Role: RoleComparable}},
		Definitions: []measure.Definition{headline, def("b.ratio", measure.Ratio, measure.UnitPercent, measure.Up),
			def("c.money", measure.Amount, measure.UnitMoney, measure.Down), def("d.effect", measure.Effect, measure.UnitSignings, measure.Up)},
		Values: ValuesOf([]Value{
			{Metric: "a.count", Scope: "company", Period: "2025-W09", Num: 7, Den: 1, V: 7, OK: true, N: 7, Final: true},
			{Metric: "a.count", Scope: "company", Period: "2025-W10", Num: 3, Den: 2, V: 1.5, OK: true, N: 1, Final: true, Flags: []string{"split", "zero_case"}},
			{Metric: "a.count", Scope: "华东/一组", Period: "2025-W09", Num: 7, Den: 1, V: 7, OK: true, N: 7, Final: true},
			{Metric: "a.count", Scope: "R1", Period: "2025-W10", Num: 4, Den: 1, V: 4, OK: true, N: 4, Final: true},
			{Metric: "b.ratio", Scope: "company", Period: "2025-W10", Num: 840, Den: 100, V: 8.4, OK: true, CI: &[2]Bound{ptr(6.91), ptr(10.33)}, Method: "garwood", N: 100, Final: true},
			{Metric: "b.ratio", Scope: "华东", Period: "2025-W10", Num: 16, Den: 0, CI: &[2]Bound{ptr(4.337), nil}, Method: "garwood"},
			{Metric: "c.money", Scope: "company", Period: "2025-W10", Key: "bucket=1-30", Num: -5, Den: 1, V: -5, OK: true, Currency: "CNY", Final: true},
			{Metric: "c.money", Scope: "company", Period: "2025-W10", Key: "bucket=not_due", Num: 123456, Den: 1, V: 123456, OK: true, CI: &[2]Bound{ptr(99), nil}, Bounds: &[2]Bound{ptr(0), ptr(223456)}, Currency: "CNY", Final: true},
			{Metric: "d.effect", Scope: "company", Period: "2025-W10", V: -1.25, OK: true, Final: true},
			{Metric: "d.effect", Scope: "company", Period: "2025-02~d6", V: 1, OK: true, Final: true},
		}),
		Warnings: []Warning{{Code: "odd", N: 2, Text: measure.Text{ZH: "奇怪", EN: "odd"}}},
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (-update writes it):\n%s", path, got)
	}
}

func TestEncode(t *testing.T) {
	for name, s := range map[string]Selection{"units.json": Units, "all.json": All} {
		var b bytes.Buffer
		if err := example().Encode(&b, s); err != nil {
			t.Fatal(err)
		}
		if !json.Valid(b.Bytes()) {
			t.Errorf("%s is not JSON:\n%s", name, b.String())
		}
		golden(t, name, b.Bytes())
	}
}

func TestEncodeCSV(t *testing.T) {
	for name, s := range map[string]Selection{"units.csv": Units, "reps.csv": Reps} {
		var b bytes.Buffer
		if err := example().EncodeCSV(&b, s); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(b.Bytes())).ReadAll()
		if err != nil || len(rows) != 1+len(slices.Collect(example().Select(s))) {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
		golden(t, name, b.Bytes())
	}
}

// Which values go where (doc.go): reps never into the units' file, the periods
// before only for the company and its regions.
func TestSelect(t *testing.T) {
	count := map[Selection]int{}
	for _, s := range []Selection{Units, Reps, All} {
		for v := range example().Select(s) {
			count[s]++
			if s == Units && (v.Scope == "R1" || v.Scope == "华东/一组" && v.Period == "2025-W09" || strings.Contains(v.Period, "~")) {
				t.Errorf("the units' file has %s of %s in %s", v.Metric, v.Scope, v.Period)
			}
		}
	}
	if count[Units] != 7 || count[Reps] != 1 || count[All] != 10 {
		t.Errorf("counts are %v", count)
	}
}

// One metric of each sort, with a key and without, of every level and period.
func TestSelectUnits(t *testing.T) {
	d := &Document{
		Scopes:      []Scope{{ID: "company", Level: "company"}, {ID: "N", Level: "region"}, {ID: "N/1", Level: "area"}, {ID: "N/1/a", Level: "team"}, {ID: "R", Level: "rep"}},
		Periods:     []Period{{Name: "week", Role: RoleCurrent}, {Name: "year", Kind: "year", Role: RoleCurrent}, {Name: "last", Role: RoleBefore}, {Name: "last", Role: RoleComparable}, {Name: "cut", Role: RoleComparable}},
		Definitions: []measure.Definition{{ID: "headline", Headline: true}, {ID: "receivables.bucket"}, {ID: "extra"}},
	}
	var values []Value
	for _, def := range d.Definitions {
		for _, s := range d.Scopes {
			for _, p := range []string{"week", "year", "last", "cut"} {
				for _, key := range []string{"", "k=1"} {
					values = append(values, Value{Metric: def.ID, Scope: s.ID, Period: p, Key: key})
				}
			}
		}
	}
	d.Values = ValuesOf(values)
	got := map[string]string{}
	for v := range d.Select(Units) {
		got[v.Metric+" of "+v.Scope] += " " + v.Period + v.Key
	}
	all := " week weekk=1 year yeark=1 last lastk=1"
	want := map[string]string{
		"headline of company": all, "headline of N": all, "headline of N/1": " week weekk=1 year yeark=1", "headline of N/1/a": " week weekk=1 year yeark=1",
		"receivables.bucket of company": " week weekk=1", "receivables.bucket of N": " week weekk=1", "receivables.bucket of N/1": " week weekk=1", "receivables.bucket of N/1/a": " week weekk=1",
		"extra of company": " week weekk=1", "extra of N": " week weekk=1", "extra of N/1": " week", "extra of N/1/a": " week",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the units' file has\n%v\nwant\n%v", got, want)
	}
}

// What is written reads back: encode ∘ decode ∘ encode = encode.
func TestDecode(t *testing.T) {
	var first, second bytes.Buffer
	if err := example().Encode(&first, All); err != nil {
		t.Fatal(err)
	}
	d, err := Decode(bytes.NewReader(first.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Encode(&second, All); err != nil {
		t.Fatal(err)
	}
	if first.String() != second.String() {
		t.Errorf("read back it is\n%s", second.String())
	}
	if got, want := slices.Collect(d.Values.All()), slices.Collect(example().Values.All()); !reflect.DeepEqual(got, want) {
		t.Errorf("values read back are\n%+v\nwant\n%+v", got, want)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"another schema":   `{"schema":"other/1.0"}`,
		"a newer major":    `{"schema":"crmreport.metrics/2.0"}`,
		"a longer number":  `{"schema":"crmreport.metrics/10.0"}`,
		"no JSON":          `schema`,
		"a fractional num": `{"schema":"crmreport.metrics/1.0","values":[{"metric":"a","num":"1.5","value":1.5}]}`,
		"a value of text":  `{"schema":"crmreport.metrics/1.0","values":[{"metric":"a","num":"1","value":"x"}]}`,
	} {
		if _, err := Decode(strings.NewReader(text)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	if _, err := Decode(strings.NewReader(`{"schema":"crmreport.metrics/1.7"}`)); err != nil {
		t.Errorf("a newer minor version is refused: %v", err)
	}
}

func TestMajor(t *testing.T) {
	for want, m := range map[string]struct {
		minor int64
		c     string
	}{"0.00": {0, "CNY"}, "0.05": {5, "CNY"}, "-0.05": {-5, "CNY"}, "1234.56": {123456, "CNY"}, "500": {500, "JPY"}, "1.234": {1234, "KWD"}} {
		if got := Major(m.minor, crm.Currency(m.c)); got != want {
			t.Errorf("%d %s prints as %s, want %s", m.minor, m.c, got, want)
		}
	}
}

func TestListEncodeCSV(t *testing.T) {
	col := func(title string, k measure.CellKind) measure.Column {
		return measure.Column{Title: measure.Text{ZH: "列", EN: title}, Kind: k}
	}
	l := List{Columns: []measure.Column{col("Name", measure.CellText), col("Unit", measure.CellScope), col("Amount", measure.CellMoney), col("Day", measure.CellDate),
		col("Share", measure.CellShare), col("N", measure.CellInt)},
		Rows: []Row{
			{Cells: []measure.Cell{{Text: "=1+1"}, {Text: "华东/一组"}, {Num: 123456}, {Num: 20156}, {Num: 1, Den: 8}, {Num: -3}}},
			{Cells: []measure.Cell{{Text: "a,\"b\""}, {}, {Num: 500, Text: "JPY"}, {Num: int64(crm.NoDate)}, {Num: 1}, {}}},
			{Cells: []measure.Cell{{Text: "x"}, {}, {Num: measure.NoAmount}}},
		}}
	var b bytes.Buffer
	if err := l.EncodeCSV(&b, "CNY"); err != nil {
		t.Fatal(err)
	}
	// 20,156 days after 1970-01-01 is 2025-03-09.
	want := "Name,Unit,Amount,Day,Share,N\n'=1+1,华东/一组,1234.56,2025-03-09,0.125,-3\n\"a,\"\"b\"\"\",,500 JPY,,,0\nx,,,,,\n"
	if b.String() != want {
		t.Errorf("the list is\n%swant\n%s", b.String(), want)
	}
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	if err := example().Encode(&b, All); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Decode(bytes.NewReader(text))
		if !bytes.Contains(text, []byte("\\")) && bytes.Count(bytes.ToLower(text), []byte(`"values"`)) < 2 { // a member that is there twice is anybody's guess
			alike(t, "", string(text))
		}
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := d.Encode(&out, All); err == nil && !json.Valid(out.Bytes()) {
			t.Errorf("what was read is written as no JSON: %s", out.String())
		}
	})
}
