package cli

import (
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/snapshot"
)

// tableOf is a CSV file: its header, and the rows under it.
func tableOf(t *testing.T, dir, name string) (head []string, rows [][]string) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(read(t, dir, name))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}

func saveTable(t *testing.T, dir, name string, head []string, rows [][]string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := csv.NewWriter(f).WriteAll(append([][]string{head}, rows...)); err != nil {
		t.Fatal(err)
	}
}

// forecastValues are all numbers of the forecasts that a document has.
func forecastValues(d *snapshot.Document) map[string]bool {
	out := map[string]bool{}
	for v := range d.Values.All() {
		if strings.HasPrefix(v.Metric, "forecast.") {
			out[fmt.Sprint(v.Metric, v.Scope, v.Period, v.Key, v.Num, v.Den, v.V, v.OK, v.N, v.Flags)] = true
		}
	}
	return out
}

// Six weekly exports that hold the last submission alone of each rep, period and
// type tell together what a table that is never overwritten tells, less what was
// overwritten before any export: every number of the forecasts is the same.
func TestForecastsLikeTheWholeTable(t *testing.T) {
	from, out, real := t.TempDir(), t.TempDir(), t.TempDir()
	run(t, exitOK, "sample", "--reps", "12", "--weeks", "12", "--out", from)
	end := crm.DateOf(2025, 6, 29)
	head, all := tableOf(t, from, "forecasts.csv") // period, rep_id, submitted_by, submitted_at, amount, type
	soldHead, sold := tableOf(t, from, "contracts.csv")
	signed := slices.Index(soldHead, "sign_date")
	others := map[string]string{}
	for _, name := range []string{"reps.csv", "calendar.csv", "roster.csv", "targets.csv", "confidence.csv"} {
		others[name] = read(t, from, name)
	}
	seen, last := map[string]bool{}, 0
	var data string
	for week := range 6 {
		sunday := end - crm.Date(7*(5-week))
		day := func(x string) bool { return x[:10] <= (sunday + 1).String() } // exported on Monday night
		of := map[string][]string{}
		for _, r := range all {
			if key := r[0] + "|" + r[1] + "|" + r[5]; day(r[3]) && (of[key] == nil || of[key][3] <= r[3]) {
				of[key] = r
			}
		}
		var held [][]string
		for _, key := range slices.Sorted(maps.Keys(of)) {
			held = append(held, of[key])
			if of[key][3][:10] <= sunday.String() {
				seen[strings.Join(of[key], "|")] = true
			}
		}
		last = len(held)
		data = t.TempDir()
		write(t, data, others)
		saveTable(t, data, "forecasts.csv", head, held)
		saveTable(t, data, "contracts.csv", soldHead, slices.DeleteFunc(slices.Clone(sold), func(r []string) bool { return !day(r[signed]) }))
		run(t, exitOK, "build", "-q", "--data", data, "--out", out, "--as-of", sunday.String(), "--values", "all", "--files", "none")
	}
	whole := slices.DeleteFunc(slices.Clone(all), func(r []string) bool { return !seen[strings.Join(r, "|")] })
	saveTable(t, data, "forecasts.csv", head, whole)
	run(t, exitOK, "build", "-q", "--data", data, "--out", real, "--as-of", end.String(), "--values", "all", "--files", "none")
	kept, want := latest(t, out), latest(t, real)
	added := notice(kept, "forecasts_from_snapshots")
	if added < 5 || len(whole) < last {
		t.Errorf("only %d were overwritten, of %d in the whole table, %d in the last export", added, len(whole), last)
	}
	got, wanted := forecastValues(kept), forecastValues(want)
	if len(wanted) < 500 {
		t.Errorf("only %d numbers", len(wanted))
	}
	for v := range wanted {
		if !got[v] {
			t.Errorf("the kept weeks do not tell %s", v)
		}
	}
	if len(got) != len(wanted) {
		t.Errorf("%d numbers, the whole table gives %d", len(got), len(wanted))
	}
}
