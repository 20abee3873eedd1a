package metrics

import (
	"os"
	"testing"

	"crmreport/ingest"
	"crmreport/ingest/sample"
	"crmreport/metrics/snapshot"
)

// Two families count visits, valid ones, failed audits and days of plan, each by
// its own path: customer by customer and rep by rep. They come to the same in
// every scope and period.
func TestFamiliesAgreeOnVisits(t *testing.T) {
	dir := t.TempDir()
	if _, err := sample.Write(dir, sample.Options{Reps: 12, Weeks: 9, Seed: 7}); err != nil {
		t.Fatal(err)
	}
	fsys, o := os.DirFS(dir), ingest.DefaultOptions()
	var err error
	if o.Sources, err = ingest.DefaultSources(fsys); err != nil {
		t.Fatal(err)
	}
	book, _, err := ingest.Read(fsys, o)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Compute(book, nil, DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	type slot struct{ scope, period string }
	got, want := map[string]map[slot]int64{}, map[string]map[slot]int64{}
	note := func(into map[string]map[slot]int64, what string, v snapshot.Value, n int64) {
		if into[what] == nil {
			into[what] = map[slot]int64{}
		}
		into[what][slot{v.Scope, v.Period}] = n
	}
	hours := int64(DefaultOptions().Activity.HoursPerDay)
	for v := range d.Values.All() {
		switch v.Metric {
		case "activity.visits_per_day":
			note(got, "visits", v, v.Num)
		case "activity.valid_per_hour":
			note(got, "valid", v, v.Num)
			note(got, "days", v, v.Den/hours)
		case "conversion.visits":
			note(want, "visits", v, v.Num)
		case "conversion.valid_visits":
			note(want, "valid", v, v.Num)
		case "conversion.plan_visits":
			note(want, "days", v, v.Num/DefaultOptions().Conversion.PlanVisitsPerDay)
		}
	}
	for _, what := range []string{"visits", "valid"} {
		compared := 0
		for s, n := range got[what] {
			if w, ok := want[what][s]; ok {
				compared++
				if n != w {
					t.Errorf("%s of %s in %s: %d rep by rep, %d customer by customer", what, s.scope, s.period, n, w)
				}
			}
		}
		if compared < 20 {
			t.Errorf("only %d numbers of %s compared", compared, what)
		}
	}
	// The plan's days go back to the start of the period, the standard's to the
	// first visit of the export.
	compared := 0
	for s, n := range got["days"] {
		if w := want["days"][s]; n > 0 && s.period != "" {
			compared++
			if n > w {
				t.Errorf("%d days of %s in %s, of %d", n, s.scope, s.period, w)
			}
		}
	}
	if compared < 10 {
		t.Errorf("only %d numbers of days compared", compared)
	}
}
