package cli

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/metrics"
)

// export is a file of the demo, read by nothing of ours: records by line, cells
// by the header's names. No cell of the demo has a line break.
type export struct {
	header  []string
	records map[int][]string
}

func readExport(t *testing.T, dir, name string) *export {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := csv.NewReader(f)
	e := &export{records: map[int][]string{}}
	for {
		record, err := c.Read()
		if err != nil {
			break
		}
		line, _ := c.FieldPos(0)
		if e.header == nil {
			e.header = record
		}
		e.records[line] = record
	}
	return e
}

// record is a row that explain names, as it stands in the file.
type record struct {
	table string
	cells map[string]string
}

func (r record) number(t *testing.T, column string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(r.cells[column], 64)
	if err != nil {
		t.Fatalf("%v: %s", r, column)
	}
	return x
}

// counts are ways to count rows as one would with awk.

// distinct counts the values of some columns of a table, of the rows that where
// wants.
func distinct(table string, where func(record) bool, columns ...string) func(*testing.T, []record) float64 {
	return func(_ *testing.T, rows []record) float64 {
		seen := map[string]bool{}
		for _, r := range rows {
			if r.table != table || where != nil && !where(r) {
				continue
			}
			key := ""
			for _, c := range columns {
				text := r.cells[c]
				if c == "start_at" {
					text = text[:len("2025-06-01")]
				}
				key += text + "|"
			}
			seen[key] = true
		}
		return float64(len(seen))
	}
}

// sum adds up a column of a table.
func sum(table, column string, where func(record) bool) func(*testing.T, []record) float64 {
	return func(t *testing.T, rows []record) float64 {
		total := 0.0
		for _, r := range rows {
			if r.table == table && (where == nil || where(r)) {
				total += math.Round(100 * r.number(t, column))
			}
		}
		return total
	}
}

func with(column, word string) func(record) bool {
	return func(r record) bool { return r.cells[column] == word }
}

func validVisit(r record) bool {
	return (r.cells["met_role"] == "KP" || r.cells["met_role"] == "driver") && r.cells["pitched"] == "1" && (r.cells["rejection"] == "none" || r.cells["rejection"] == "soft")
}

// The rows that explain names, counted without us in the files of the demo,
// give the number: of ten metrics of a team in the last month, both sides of
// a ratio.
func TestExplainedRowsCountedGiveTheNumber(t *testing.T) {
	dir := demoExports(t)
	data, conf, err := buildFlags{data: dir, period: "month", values: "all"}.inputs()
	if err != nil {
		t.Fatal(err)
	}
	b, rep, err := ingest.Read(data, conf.Ingest)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*export{}
	const team = "华北/北京/二组" // with somebody who fakes visits
	type count func(*testing.T, []record) float64
	visits := distinct("visits", nil, "rep_id", "customer_id", "start_at")
	valid := distinct("visits", validVisit, "rep_id", "customer_id", "start_at")
	signings := distinct("contracts", with("type", "new"), "customer_id")
	deals := func(status string) count { return distinct("deals", with("status", status), "deal_id") }
	closed := func(t *testing.T, rows []record) float64 { return deals("won")(t, rows) + deals("lost")(t, rows) }
	for _, c := range []struct {
		metric, key string
		sides       []count // of each evidence in turn: its number, or one side of it
	}{
		{"conversion.visits", "", []count{visits}},
		{"conversion.signings", "", []count{signings}},
		{"conversion.signed_amount", "", []count{sum("contracts", "amount", nil)}},
		{"conversion.valid_share", "", []count{valid, visits}},
		{"conversion.golden_index", "", []count{signings, valid}},
		{"activity.suspect_visits", "", []count{distinct("visits", nil, "visit_id")}},
		{"funnel.reached", "stage=proposal", []count{distinct("deals", nil, "deal_id")}},
		{"funnel.win_rate_count", "", []count{deals("won"), closed}},
		{"forecast.submitted", "", []count{sum("forecasts", "amount", nil)}},
		{"renewal.due", "", []count{distinct("contracts", func(r record) bool { return strings.HasPrefix(r.cells["end"], "2025-06") }, "contract_id")}},
	} {
		x, err := metrics.Explain(b, inputs(b, rep), conf.Metrics, metrics.Question{Metric: c.metric, Key: c.key, Scope: team, Period: "2025-06"})
		if err != nil {
			t.Errorf("%s: %v", c.metric, err)
			continue
		}
		if len(x.Evidence) != len(c.sides) || x.Alone != metrics.Confirmed {
			t.Errorf("%s: %d sides, %s", c.metric, len(x.Evidence), x.Alone)
			continue
		}
		for i, e := range x.Evidence {
			want := float64(e.Value.Num) / float64(max(e.Value.Den, 1))
			if e.Side == "numerator" {
				want = float64(e.Value.Num)
			}
			if e.Side == "denominator" {
				want = float64(e.Value.Den)
			}
			if got := c.sides[i](t, records(t, dir, b, e.Rows, files)); got != want || got == 0 {
				t.Errorf("%s %s: the rows give %v, the number is %v", e.Value.Metric, e.Side, got, want)
			}
		}
	}
}

// records looks the rows up in the files.
func records(t *testing.T, dir string, b *crm.Book, rows []crm.RowRef, files map[string]*export) []record {
	t.Helper()
	var out []record
	for _, ref := range rows {
		name := b.Files[ref.File]
		if files[name] == nil {
			files[name] = readExport(t, dir, name)
		}
		f := files[name]
		cells := map[string]string{}
		for i, cell := range f.records[int(ref.Line)] {
			cells[f.header[i]] = cell
		}
		out = append(out, record{ref.Table, cells})
	}
	return out
}
