package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest/crm"
)

// explained is what explain says of a number.
type explained struct {
	Value struct {
		Num, Den int64
		Value    *float64
	}
	Alone    string `json:"computed_from_these_rows_alone"`
	Evidence []struct {
		Rows []struct {
			File, Table, ID string
			Line            int
		}
	}
}

func explainJSON(t *testing.T, args ...string) (e explained, rows []string) {
	t.Helper()
	text, _ := run(t, exitOK, append([]string{"explain", "-o", "json"}, args...)...)
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	for _, x := range e.Evidence {
		for _, r := range x.Rows {
			rows = append(rows, fmt.Sprintf("%s %s:%d %s", r.Table, r.File, r.Line, r.ID))
		}
	}
	return e, rows
}

// A number that rests on kept weeks is explained as the page has it, and its
// rows are named in their files.
func TestExplainKeptForecasts(t *testing.T) {
	data, out := keptWeeks(t)
	ask := []string{"forecast.accuracy", "--data", data, "--as-of", "2024-03-31", "--period", "2024-03", "--scope"}
	e, rows := explainJSON(t, append(ask, "R1", "--out", out)...)
	if e.Value.Num != 10000 || e.Value.Den != 20000 || e.Alone == "refuted" {
		t.Errorf("R1: %+v", e)
	}
	if first := "forecasts snapshots/2024-W08.forecasts.csv.gz:2 2024-03 R1 2024-02-22T10:00 100.00"; !slices.Contains(rows, first) || !slices.ContainsFunc(rows, func(r string) bool { return strings.HasPrefix(r, "contracts contracts.csv:4 K3") }) {
		t.Errorf("the rows behind it: %q", rows)
	}
	if e, _ = explainJSON(t, append(ask, "company", "--out", out)...); e.Value.Num != 44000 || e.Value.Den != 60000 || e.Alone == "refuted" {
		t.Errorf("the company: %+v", e)
	}
	if e, _ = explainJSON(t, append(ask, "R1")...); e.Value.Value != nil {
		t.Errorf("from the exports alone: %+v", e)
	}
	text, _ := run(t, exitOK, append([]string{"explain"}, append(ask, "R1", "--out", out, "--lang", "en")...)...)
	if !strings.Contains(text, "snapshots/2024-W08.forecasts.csv.gz:2") {
		t.Errorf("the text does not name the row:\n%s", text)
	}
	if _, said := run(t, exitNoInput, append([]string{"explain"}, append(ask, "R1", "--out", filepath.Join(out, "none"))...)...); !strings.Contains(said, "none") {
		t.Errorf("a folder without reports: %s", said)
	}
}

// Four weeks without a stage history: explain gives the company's funnel as
// metrics.json has it, and no row is without its file.
func TestExplainKeptPipelines(t *testing.T) {
	from, out := t.TempDir(), t.TempDir()
	run(t, exitOK, "sample", "--reps", "8", "--weeks", "8", "--out", from)
	end := crm.DateOf(2025, 6, 29)
	var data string
	for week := range 4 {
		data = t.TempDir()
		exportOf(t, from, data, end-crm.Date(7*(3-week)), false)
		run(t, exitOK, "build", "-q", "--data", data, "--out", out, "--as-of", (end - crm.Date(7*(3-week))).String())
	}
	d := latest(t, out)
	tables := map[string]bool{}
	for _, c := range []struct{ metric, key string }{{"funnel.open", "stage=proposal"}, {"funnel.movement", "change=forward"}, {"funnel.reached", "stage=contact"}, {"funnel.win_rate_count", ""}} {
		metric := c.metric
		tried := 0
		for v := range d.Values.All() {
			if v.Metric != metric || v.Scope != "company" || v.Period != "2025-W26" || c.key != "" && v.Key != c.key && tried > 0 {
				continue
			}
			tried++
			e, rows := explainJSON(t, metric, "--data", data, "--out", out, "--as-of", end.String(), "--period", "2025-W26", "--key", v.Key)
			if e.Value.Num != v.Num || e.Value.Den != v.Den || v.OK != (e.Value.Value != nil) || v.OK && math.Abs(*e.Value.Value-v.V) > 1e-12 || e.Alone == "refuted" {
				t.Errorf("%s %s: explained as %+v, published as %d/%d", metric, v.Key, e, v.Num, v.Den)
			}
			for _, r := range rows {
				tables[strings.SplitN(r, ":", 2)[0]] = true
			}
		}
		if tried == 0 {
			t.Errorf("metrics.json has no %s", metric)
		}
	}
	for _, want := range []string{"stage_history snapshots/2025-W25.csv.gz", "stage_history deals.csv", "deals deals.csv"} {
		if !tables[want] {
			t.Errorf("no row is of %s: %v", want, tables)
		}
	}
}
