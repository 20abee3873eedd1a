package metrics

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"crmreport/ingest/sample"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// table is a file of a sample: its header and its rows.
type table struct {
	name   string
	header []string
	rows   [][]string
}

// column is the number of a column, -1 where the table has none.
func (x *table) column(name string) int {
	for i, h := range x.header {
		if h == name {
			return i
		}
	}
	return -1
}

// book is the files of a random company.
func randomBook(t *testing.T, seed uint64) []*table {
	t.Helper()
	dir := t.TempDir()
	if _, err := sample.Write(dir, sample.Options{Reps: 4 + int(seed%3), Weeks: 8 + int(seed%4), Seed: seed}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var out []*table
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(f).ReadAll()
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, &table{strings.TrimSuffix(filepath.Base(file), ".csv"), records[0], records[1:]})
	}
	return out
}

// computed writes the tables, reads them and computes the document.
func computed(t *testing.T, tables []*table) *snapshot.Document {
	t.Helper()
	dir := t.TempDir()
	for _, x := range tables {
		f, err := os.Create(filepath.Join(dir, x.name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		w := csv.NewWriter(f)
		if err := w.WriteAll(append([][]string{x.header}, x.rows...)); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	b, in := read(t, dir)
	doc, err := Compute(b, in, DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// place is where a row stands in a file.
var placeOf = regexp.MustCompile(`[\w./-]+\.csv:\d+`)

// said is what a document says, line by line, but of what was read: values,
// lists (without places in files), warnings.
func said(d *snapshot.Document) map[string]string {
	out := map[string]string{}
	end := func(i *[2]snapshot.Bound) string {
		if i == nil {
			return ""
		}
		return show(i[0]) + " " + show(i[1])
	}
	for v := range d.Values.All() {
		if !strings.HasPrefix(v.Metric, "data.") {
			out[fmt.Sprint(v.Metric, " ", v.Scope, " ", v.Period, " ", v.Key)] = fmt.Sprint(v.Num, v.Den, v.V, v.OK, end(v.CI), v.Method, end(v.Bounds), v.N, v.Currency, v.Final, v.Flags)
		}
	}
	for _, l := range d.Lists {
		for i, r := range l.Rows {
			out[fmt.Sprintf("list %s %d", l.ID, i)] = placeOf.ReplaceAllString(fmt.Sprint(r.Scopes, r.Cells), "")
		}
	}
	for _, w := range d.Warnings {
		out["warning "+w.Code] = fmt.Sprint(w.N)
	}
	out["scopes"], out["periods"] = fmt.Sprint(d.Scopes), fmt.Sprint(d.Periods)
	return out
}

// differences lists what two documents say that is not the same, by metric or
// list with an example.
func differences(a, b map[string]string) []string {
	found := map[string]string{}
	see := func(k, x, y string) {
		what := strings.Join(strings.Fields(k)[:min(2, len(strings.Fields(k)))], " ")
		if !strings.HasPrefix(what, "list") && !strings.HasPrefix(what, "warning") {
			what = strings.Fields(k)[0]
		}
		if _, ok := found[what]; !ok {
			found[what] = fmt.Sprintf("%s: %s, then %s", k, x, y)
		}
	}
	for k, x := range a {
		if y, ok := b[k]; !ok || x != y {
			see(k, x, y)
		}
	}
	for k, y := range b {
		if _, ok := a[k]; !ok {
			see(k, "nothing", y)
		}
	}
	var out []string
	for _, text := range found {
		out = append(out, text)
	}
	return out
}

const seeds = 4

// A row dated after the as-of day changes nothing but its count: copies
// of rows of every table of events, with a new id and a later day.
func TestRowsOfTheFutureChangeNothing(t *testing.T) {
	events := map[string][2]string{ // day, id
		"visits": {"start_at", "visit_id"}, "deals": {"created_at", "deal_id"}, "stage_history": {"changed_at", ""}, "contracts": {"sign_date", "contract_id"},
		"forecasts": {"submitted_at", ""}, "confidence": {"submitted_at", ""}, "invoices": {"invoice_date", "invoice_id"}, "payments": {"date", "payment_id"}, "adjustments": {"date", "adjustment_id"},
		"leads": {"assigned_at", "lead_id"}, "coaching": {"date", ""}, "cases": {"opened_at", "case_id"}, "pool_moves": {"date", ""}, "audits": {"date", ""}, "grades": {"date", ""},
	}
	for seed := range uint64(seeds) {
		r := rand.New(rand.NewPCG(seed, 1))
		tables := randomBook(t, seed+1)
		before := computed(t, tables)
		added := map[string]int64{}
		for _, x := range tables {
			e, ok := events[x.name]
			if !ok || len(x.rows) == 0 {
				continue
			}
			for i := range 1 + r.IntN(5) {
				row := append([]string{}, x.rows[r.IntN(len(x.rows))]...)
				row[x.column(e[0])] = fmt.Sprintf("2025-%02d-%02d 10:00", 7+i, 1+r.IntN(28))
				if e[1] != "" {
					row[x.column(e[1])] = fmt.Sprintf("future-%d", i)
				}
				x.rows = append(x.rows, row)
				added[x.name]++
			}
		}
		after := computed(t, tables)
		for _, d := range differences(said(before), said(after)) {
			t.Errorf("seed %d: %s", seed, d)
		}
		for i, in := range after.Inputs {
			if was := before.Inputs[i]; in.Accepted != was.Accepted || in.FutureRows-was.FutureRows != added[in.Table] {
				t.Errorf("seed %d: %s has %d rows of the future more, want %d; accepted %d, before %d", seed, in.Table, in.FutureRows-was.FutureRows, added[in.Table], in.Accepted, was.Accepted)
			}
		}
	}
}

// The order of the rows in the files decides nothing, but that of
// credit_splits, which says who of equal shares has the odd cent and whose the
// instalment is.
func TestOrderOfRowsChangesNothing(t *testing.T) {
	for seed := range uint64(seeds) {
		r := rand.New(rand.NewPCG(seed, 2))
		tables := randomBook(t, seed+1)
		before := said(computed(t, tables))
		for _, x := range tables {
			r.Shuffle(len(x.rows), func(i, j int) { x.rows[i], x.rows[j] = x.rows[j], x.rows[i] })
		}
		for _, d := range differences(before, said(computed(t, tables))) {
			t.Errorf("seed %d: %s", seed, d)
		}
	}
}

// The levels add up: every unit that is split up is the sum of its
// units, and the company is the sum of its reps where reps have the number.
func TestLevelsAddUp(t *testing.T) {
	for seed := range uint64(seeds) {
		doc := computed(t, randomBook(t, seed+1))
		additive := map[string]bool{}
		for _, d := range doc.Definitions {
			additive[d.ID] = !notAdditive[d.ID] && !strings.HasPrefix(d.ID, "data.") && (d.Kind == measure.Count || d.Kind == measure.Amount || d.Kind == measure.Effect)
		}
		parent, level, split := map[string]string{}, map[string]string{}, map[string]bool{}
		for _, s := range doc.Scopes {
			parent[s.ID], level[s.ID] = s.Parent, s.Level
			if s.Level != "rep" {
				split[s.Parent] = true
			}
		}
		type number struct{ metric, period, key, scope string }
		own, units, reps := map[number]float64{}, map[number]float64{}, map[number]float64{}
		ofReps := map[[2]string]bool{}
		for v := range doc.Values.All() {
			if !additive[v.Metric] {
				continue
			}
			above := number{v.Metric, v.Period, v.Key, parent[v.Scope]}
			if level[v.Scope] == "rep" {
				reps[number{v.Metric, v.Period, v.Key, "company"}] += v.V
				ofReps[[2]string{v.Metric, v.Key}] = true
				continue
			}
			own[number{v.Metric, v.Period, v.Key, v.Scope}] = v.V
			units[above] += v.V
		}
		current := map[string]bool{} // periods that reps have
		for _, p := range doc.Periods {
			current[p.Name] = current[p.Name] || p.Role == snapshot.RoleCurrent
		}
		apart := func(x, y float64) bool { return math.Abs(x-y) > 1e-6*math.Max(1, math.Abs(x)) }
		for n, v := range own {
			if split[n.scope] && apart(v, units[n]) {
				t.Errorf("seed %d: %v is %v, its units come to %v", seed, n, v, units[n])
			}
			// A rep who has nothing in the period has no effects of it either.
			if n.scope == "company" && ofReps[[2]string{n.metric, n.key}] && current[n.period] && !strings.HasPrefix(n.metric, "conversion.effect_") && apart(v, reps[n]) {
				t.Errorf("seed %d: %v is %v, its reps come to %v", seed, n, v, reps[n])
			}
		}
	}
}
