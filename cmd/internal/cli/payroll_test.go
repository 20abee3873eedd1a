package cli

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/metrics"
)

// withPayroll is an edit that puts brackets in place of the rates of new business
// and adds to what was paid in the months before the last.
func withPayroll(last crm.Date) func(table string, rows [][]string) [][]string {
	return func(table string, rows [][]string) [][]string {
		switch table {
		case "commission_rates":
			var out [][]string
			for _, r := range rows {
				if !slices.Contains(r, "new") || slices.Contains(r, "ladder") { // which has its own
					out = append(out, r)
					continue
				}
				mode := "marginal"
				if slices.Contains(r, "cash") {
					mode = "whole"
				}
				for i, bounds := range [][2]string{{"", "60000"}, {"60000", "150000"}, {"150000", ""}} {
					x := slices.Clone(r)
					x[6], x[7], x[8], x[9] = fmt.Sprint("0.1", i), bounds[0], bounds[1], mode
					out = append(out, x)
				}
			}
			return out
		case "commission_ledger":
			for m := range 2 {
				month := crm.Fiscal{}.Period(crm.Month, last.AddMonths(-1-m)).Name
				for rep := range 5 {
					rows = append(rows, []string{fmt.Sprintf("R%04d", rep+1), month, "", fmt.Sprint(1000*(m+1)*rep, ".50"), ""})
				}
			}
		}
		return rows
	}
}

// with closed pay periods and brackets: a rep's other sales set the
// bracket, what was paid sets the first open month, and the rows alone give every
// number of commission. The order of rows moves none of them.
func TestExplainPayroll(t *testing.T) {
	plain := t.TempDir()
	run(t, exitOK, "sample", "--reps", "5", "--weeks", "14", "--seed", "8", "--out", plain)
	before := document(t, plain, "")
	dir := changed(t, plain, withPayroll(before.asOf))
	now := document(t, dir, "")
	if slices.Equal(before.lines, now.lines) {
		t.Fatal("the edit changed nothing")
	}
	same(t, "rows the other way round", document(t, changed(t, dir, func(_ string, rows [][]string) [][]string {
		slices.Reverse(rows[1:])
		return rows
	}), "").lines, now.lines)
	data, conf, err := buildFlags{data: dir, period: "month", values: "all"}.inputs()
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := ingest.Read(data, conf.Ingest)
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string]bool{}
	for _, d := range metrics.Definitions() {
		if !strings.HasPrefix(d.ID, "commission.") || d.ID == "commission.held" { // nobody of these few is paid on cash
			continue
		}
		for _, q := range []metrics.Question{{Scope: "company", Period: "month"}, {Scope: "R0003", Period: "quarter"}} {
			q.Metric = d.ID
			x, err := metrics.Explain(b, nil, conf.Metrics, q)
			if err != nil {
				t.Errorf("%+v: %v", q, err)
				continue
			}
			for _, e := range x.Evidence {
				for _, r := range e.Rows {
					tables[r.Table] = true
				}
			}
			if x.Alone != metrics.Confirmed {
				t.Errorf("%+v = %v: %s", q, x.Value.V, x.Alone)
			}
		}
	}
	for _, want := range []string{"contracts", "commission_rates", "commission_ledger", "credit_splits"} {
		if !tables[want] {
			t.Errorf("no row of %s is behind any number: %v", want, tables)
		}
	}
}
