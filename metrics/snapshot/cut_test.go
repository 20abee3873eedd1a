package snapshot

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"crmreport/metrics/measure"
)

// company is a document of two regions, the second of two teams, with so many
// reps in each team, a value of every scope and a list that names reps.
func company(reps int) *Document {
	d := &Document{AsOf: "2025-03-09", Currency: "CNY", Scopes: []Scope{{ID: "company", Level: "company"}},
		Periods: []Period{{Name: "2025-W10", Kind: "week", Role: RoleCurrent}},
		Lists: []List{{ID: "who", Columns: []measure.Column{{Kind: measure.CellScope}, {Kind: measure.CellText}, {Kind: measure.CellMoney}}},
			{ID: "units", Columns: []measure.Column{{Kind: measure.CellScope}}}},
		Inputs: []Input{{Table: "visits", Problems: []Problem{{Code: "bad_date", Example: "r1 was here"}}, Refused: []Refused{{Minor: 1}}}}}
	n := 0
	for _, path := range []string{"N", "N/a", "S", "S/a", "S/b"} {
		region, team, deep := strings.Cut(path, "/")
		if !deep {
			d.Scopes = append(d.Scopes, Scope{ID: path, Level: "region", Name: path, Parent: "company"})
			continue
		}
		d.Scopes = append(d.Scopes, Scope{ID: path, Level: "team", Name: team, Parent: region, Manager: "boss of " + path})
		for range reps {
			n++
			id := fmt.Sprintf("r%d", n)
			d.Scopes = append(d.Scopes, Scope{ID: id, Level: "rep", Name: "name of " + id, Parent: path})
			d.Lists[0].Rows = append(d.Lists[0].Rows, Row{Scopes: []string{id, path, region, "company"}, Cells: []measure.Cell{{Text: id}, {Text: "K" + id}, {Num: int64(n)}}})
		}
		d.Lists[1].Rows = append(d.Lists[1].Rows, Row{Scopes: []string{path, region, "company"}, Cells: []measure.Cell{{Text: path}}})
	}
	var values []Value
	for i, s := range d.Scopes {
		for _, m := range []string{"commission.payout", "conversion.valid_per_signing"} {
			values = append(values, Value{Metric: m, Scope: s.ID, Period: "2025-W10", Num: int64(i + 1), Den: 1, V: float64(i + 1), OK: true})
		}
	}
	slices.SortStableFunc(values, func(x, y Value) int { return strings.Compare(x.Metric, y.Metric) })
	d.Values = ValuesOf(values)
	return d
}

func ids(d *Document) string {
	var out []string
	for _, s := range d.Scopes {
		out = append(out, s.ID)
	}
	return strings.Join(out, " ")
}

func TestFor(t *testing.T) {
	d := company(2)
	c := NewCutter(d)
	for scope, want := range map[string]struct {
		ids         string
		rows, units int
	}{
		"N": {"N N/a r1 r2", 2, 1}, "S": {"S S/a r3 r4 S/b r5 r6", 4, 2}, "S/b": {"S/b r5 r6", 2, 1}, "r4": {"r4", 1, 0},
	} {
		own, err := c.For(scope)
		if err != nil {
			t.Fatal(err)
		}
		if ids(own) != want.ids || len(own.Lists[0].Rows) != want.rows || len(own.Lists[1].Rows) != want.units {
			t.Errorf("%s: scopes %s, %d and %d rows", scope, ids(own), len(own.Lists[0].Rows), len(own.Lists[1].Rows))
		}
		in := strings.Fields(want.ids)
		n := 0
		for v := range own.Values.All() {
			n++
			if whole, ok := d.Values.Find(v.Metric, v.Scope, v.Period, v.Key); !ok || !reflect.DeepEqual(v, whole) || !slices.Contains(in, v.Scope) {
				t.Errorf("%s: value %v, in the whole %v", scope, v, whole)
			}
		}
		if n != 2*len(in) {
			t.Errorf("%s: %d values of %d scopes", scope, n, len(in))
		}
		if v, ok := own.Values.Find("commission.payout", "company", "2025-W10", ""); ok {
			t.Errorf("%s: the company's value %v is there", scope, v)
		}
		var text strings.Builder
		if err := own.Encode(&text, All); err != nil {
			t.Fatal(err)
		}
		for _, s := range d.Scopes {
			if quoted := fmt.Sprintf("%q", s.ID); strings.Contains(text.String(), `"id":`+quoted) != slices.Contains(in, s.ID) {
				t.Errorf("%s: metrics.json and %s:\n%s", scope, s.ID, text.String())
			}
		}
		if p := own.Inputs[0].Problems[0]; p.Example != "" || own.Inputs[0].Refused != nil {
			t.Errorf("%s: an input still has what was in its rows: %v", scope, own.Inputs[0])
		}
	}
	if d.Inputs[0].Problems[0].Example == "" || d.Inputs[0].Refused == nil || ids(d) == "" || len(d.Lists[0].Rows) != 6 {
		t.Error("cutting changed the document")
	}
	if own, err := c.For("company"); err != nil || own != d {
		t.Errorf("the company's document is not the whole: %v", err)
	}
	if _, err := c.For("nobody"); err == nil {
		t.Error("a scope that is not there has a document")
	}
	if own, _ := d.For("S/b"); own.Scopes[0].Manager == "" {
		t.Error("the team's manager is gone")
	}
}

// A row that names somebody who is not below the scope is not there, and an id
// in its text is blank.
func TestForLeavesOutWhoHasLeft(t *testing.T) {
	d := company(2)
	d.Lists[0].Rows = append(d.Lists[0].Rows,
		Row{Scopes: []string{"r1", "S/b", "S", "company"}, Cells: []measure.Cell{{Text: "r1"}, {Text: "x"}, {Num: 7}}},  // r1 was in S/b then
		Row{Scopes: []string{"r5", "S/b", "S", "company"}, Cells: []measure.Cell{{Text: "r5"}, {Text: "r2"}, {Num: 8}}}, // goes by another's id
		Row{Scopes: []string{"S/b", "S", "company"}, Cells: []measure.Cell{{Text: "r2"}, {Text: "y"}, {Num: 9}}})        // the unit's, of another
	own, err := d.For("S/b")
	if err != nil {
		t.Fatal(err)
	}
	rows := own.Lists[0].Rows
	if len(rows) != 3 || rows[2].Cells[1].Text != "" || rows[2].Cells[2].Num != 8 || !slices.Equal(rows[2].Scopes, []string{"r5", "S/b"}) {
		t.Errorf("rows %v", rows)
	}
	if d.Lists[0].Rows[7].Cells[1].Text != "r2" {
		t.Error("cutting changed the document's row")
	}
}

// The company's rates are a reference only where enough others stand behind
// the rest of it; no amount ever is.
func TestForReference(t *testing.T) {
	for reps, want := range map[int]int{2: 0, 3: 1} { // outside of N/a: 4, 6
		own, err := company(reps).For("N/a")
		if err != nil {
			t.Fatal(err)
		}
		if len(own.Above) != want {
			t.Errorf("%d reps a team: %d rates of the company", reps, len(own.Above))
		}
		for _, v := range own.Above {
			if v.Currency != "" || v.Metric != "conversion.valid_per_signing" || v.Scope != "company" {
				t.Errorf("reference %v", v)
			}
		}
	}
}

// A cut of a cut is the cut.
func TestForTwice(t *testing.T) {
	d := company(5)
	region, err := d.For("S")
	if err != nil {
		t.Fatal(err)
	}
	twice, err := region.For("S/b")
	if err != nil {
		t.Fatal(err)
	}
	once, _ := d.For("S/b")
	if ids(twice) != ids(once) || !reflect.DeepEqual(slices.Collect(twice.Values.All()), slices.Collect(once.Values.All())) || !reflect.DeepEqual(twice.Lists, once.Lists) {
		t.Errorf("%s, want %s", ids(twice), ids(once))
	}
	if len(region.Above) != 1 || !reflect.DeepEqual(twice.Above, region.Above) {
		t.Errorf("references %v, of the region %v", twice.Above, region.Above)
	}
}

// Every field of a document has its way of being cut: one that is not named
// here is a hidden copy of everybody's data, or is missing in every unit's file.
func TestForKnowsEveryField(t *testing.T) {
	known := strings.Fields(`Tool AsOf Timezone Currency ConfigSHA256 Golden Tolerance Inputs Missing Scopes Periods Definitions Words Values Lists Warnings Series Above Since`)
	var have []string
	for f := range reflect.TypeFor[Document]().Fields() {
		have = append(have, f.Name)
	}
	if !slices.Equal(have, known) {
		t.Errorf("fields %v, For knows %v", have, known)
	}
}

// Blocks are cut as if every row had been looked at, in whatever order the
// scopes lie.
func TestCutBlock(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var values []Value
		for range r.IntN(200) {
			values = append(values, Value{Metric: fmt.Sprint("m", r.IntN(3)), Scope: fmt.Sprint("s", r.IntN(9)), Period: fmt.Sprint("p", r.IntN(3)), Key: strings.Repeat("k", r.IntN(2)), Num: int64(r.IntN(9)), Den: 1, OK: true})
		}
		in := map[string]bool{}
		var scopes []string
		for _, i := range r.Perm(10)[:r.IntN(10)] {
			scopes = append(scopes, fmt.Sprint("s", i))
			in[scopes[len(scopes)-1]] = true
		}
		for _, b := range ValuesOf(values) {
			got, want := map[string]int{}, map[string]int{}
			own := b.cut(scopes)
			for v := range (Values{own}).All() {
				got[fmt.Sprint(v)]++
			}
			for _, v := range values {
				if in[v.Scope] {
					want[fmt.Sprint(v)]++
				}
				whole, _ := Values{b}.Find(v.Metric, v.Scope, v.Period, v.Key)
				if cut, ok := (Values{own}).Find(v.Metric, v.Scope, v.Period, v.Key); ok != in[v.Scope] || ok && !reflect.DeepEqual(cut, whole) {
					t.Fatalf("%v is %v, %v after the cut to %v", whole, cut, ok, scopes)
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("cut to %v: %v, want %v", scopes, got, want)
			}
		}
	}
}
