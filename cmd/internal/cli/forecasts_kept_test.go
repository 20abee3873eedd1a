package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crmreport/cmd/internal/pipeline"
	"crmreport/cmd/internal/publish"
	"crmreport/metrics/snapshot"
)

// An export of forecasts that overwrites: a row for each rep and month, with the
// last amount. The freeze of March 2024 is Friday the 1st, 18:00; the month ends
// on a Sunday.
const (
	keptReps = "rep_id,name,role,team,area,region,hired_on,valid_from\n" +
		"R1,赵磊,rep,一组,上海,华东,2020-01-01,2020-01-01\nR2,李敏,rep,二组,广州,华南,2020-01-01,2020-01-01\nR3,王芳,rep,二组,广州,华南,2020-01-01,2020-01-01\n"
	saidHead = "period,rep_id,submitted_by,submitted_at,amount\n"
	saidW08  = saidHead + "2024-03,R1,R1,2024-02-22T10:00,100\n2024-03,R2,R2,2024-02-23T09:00,300\n2024-03,R3,R3,2024-02-23T09:30,20\n"
	saidW09  = saidHead + "2024-03,R1,R1,2024-03-02T10:00,150\n2024-03,R2,R2,2024-02-23T09:00,300\n2024-03,R3,R3,2024-02-23T09:30,20\n"
	// R1 has overwritten it again, R2's says another amount of the same time, R3's is deleted.
	saidW13 = saidHead + "2024-03,R1,R1,2024-03-20T10:00,180\n2024-03,R2,R2,2024-02-23T09:00,320\n2024-04,R1,R1,2024-03-29T09:00,250\n"
	// February's, one of them entered a week late; then March's.
	soldW08 = "contract_id,customer_id,rep_id,sign_date,amount\nK1,C1,R1,2024-02-21,50\n"
	soldW09 = soldW08 + "K2,C2,R2,2024-02-22,60\n"
	soldW13 = soldW09 + "K3,C3,R1,2024-03-25,200\nK4,C4,R2,2024-03-26,400\n"
)

// keptWeeks builds weeks 8, 9 and 13 as they came.
func keptWeeks(t *testing.T) (data, out string) {
	t.Helper()
	data, out = t.TempDir(), t.TempDir()
	for _, w := range []struct{ forecasts, sold, asOf string }{{saidW08, soldW08, "2024-02-25"}, {saidW09, soldW09, "2024-03-03"}, {saidW13, soldW13, "2024-03-31"}} {
		write(t, data, map[string]string{"reps.csv": keptReps, "contracts.csv": w.sold, "forecasts.csv": w.forecasts})
		run(t, exitOK, "build", "-q", "--data", data, "--out", out, "--as-of", w.asOf, "--values", "all")
	}
	return data, out
}

// number is a value as num/den; blank where there is none.
func number(d *snapshot.Document, metric, scope, period string) string {
	v, ok := d.Values.Find(metric, scope, period, "")
	if !ok || !v.OK {
		return ""
	}
	return fmt.Sprintf("%d/%d", v.Num, v.Den)
}

// notice is the number of a warning; 0 where there is none.
func notice(d *snapshot.Document, code string) int64 {
	for _, w := range d.Warnings {
		if w.Code == code {
			return w.N
		}
	}
	return 0
}

// What counts is the last submission at or before the freeze, also where
// the export has overwritten it. Amounts in cents; accuracy is 1 − |A−F|/A.
func TestForecastsFromKeptWeeks(t *testing.T) {
	data, out := keptWeeks(t)
	alone := t.TempDir()
	run(t, exitOK, "build", "-q", "--data", data, "--out", alone, "--as-of", "2024-03-31", "--values", "all")
	kept, without := latest(t, out), latest(t, alone)
	for _, c := range []struct{ metric, scope, want, without string }{
		{"forecast.submitted", "R1", "10000/1", ""},
		{"forecast.accuracy", "R1", "10000/20000", ""}, // 1 − |100−200|/200
		{"forecast.accuracy", "华东", "10000/20000", ""},
		{"forecast.submitted", "R2", "32000/1", "32000/1"}, // what the export says of its time
		{"forecast.submitted", "R3", "2000/1", ""},         // deleted, and submitted all the same
		{"forecast.submitted", "华南", "34000/1", "32000/1"},
		{"forecast.accuracy", "华南", "34000/40000", "32000/40000"}, // 1 − |320+20−400|/400
		{"forecast.submitted", "company", "44000/1", "32000/1"},
		{"forecast.accuracy", "company", "44000/60000", "32000/40000"}, // 1 − |100+340−600|/600; R1 and R3 forecast nothing in time
	} {
		if got, was := number(kept, c.metric, c.scope, "2024-03"), number(without, c.metric, c.scope, "2024-03"); got != c.want || was != c.without {
			t.Errorf("%s of %s: %s with the kept weeks, want %s; %s without, want %s", c.metric, c.scope, got, c.want, was, c.without)
		}
	}
	// R1's of weeks 8 and 9, and R3's.
	if got, was := notice(kept, "forecasts_from_snapshots"), notice(without, "forecasts_from_snapshots"); got != 3 || was != 0 {
		t.Errorf("the warnings count %d and %d", got, was)
	}
	page := read(t, out, "latest", "report.html")
	for _, want := range []string{"每周保存的预测", "forecasts kept of each week since 2024-02-25"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	var files []string
	for _, in := range kept.Inputs {
		if in.Table == "forecasts" {
			files = append(files, fmt.Sprintf("%s %d=%d+%d+%d+%d", in.File, in.Read, in.Accepted, in.Duplicates, in.Rejected, in.Skipped))
		}
	}
	// Of week 8: R1's alone, since week 9 has R2's and R3's too; R2's is the export's.
	if want := "[forecasts.csv 3=3+0+0+0 snapshots/2024-W08.forecasts.csv.gz 3=1+2+0+0 snapshots/2024-W09.forecasts.csv.gz 3=2+1+0+0]"; fmt.Sprint(files) != want {
		t.Errorf("read %v, want %s", files, want)
	}
}

// A week of the past takes what was kept up to it, and nothing later.
func TestForecastsOfAnEarlierWeek(t *testing.T) {
	data, out := keptWeeks(t)
	was := tree(t, filepath.Join(out, "snapshots"))
	run(t, exitOK, "build", "-q", "--data", data, "--out", out, "--as-of", "2024-03-03", "--values", "all")
	if tree(t, filepath.Join(out, "snapshots")) != was {
		t.Error("a week of the past was kept")
	}
	run(t, exitOK, "build", "-q", "--data", data, "--out", out, "--as-of", "2024-03-31", "--values", "all", "--catch-up", "8")
	for _, week := range []string{"2024-W10", "2024-W11"} { // of week 12 the exports can tell
		if _, err := os.Stat(filepath.Join(out, filepath.FromSlash(pipeline.ForecastsName(week)))); err == nil {
			t.Errorf("%s was kept", week)
		}
	}
	// Week 9 itself took R1's 100 of week 8. By the last export R2 said 320, and R1's
	// 150 and R3's 20 are kept alone.
	for run, want := range map[string]struct {
		number string
		added  int64
	}{"2024-W09.r1": {"42000/1", 1}, "2024-W09.r2": {"44000/1", 3}, "2024-W11.r1": {"44000/1", 3}} {
		f, err := os.Open(filepath.Join(out, "runs", run, "metrics.json"))
		if err != nil {
			t.Fatal(err)
		}
		d, err := snapshot.Decode(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		if got := number(d, "forecast.submitted", "company", "2024-03"); got != want.number || notice(d, "forecasts_from_snapshots") != want.added {
			t.Errorf("%s: %s with %d added, want %v", run, got, notice(d, "forecasts_from_snapshots"), want)
		}
		if slices.ContainsFunc(d.Inputs, func(in snapshot.Input) bool { return strings.Contains(in.File, "snapshots/") && in.Newest > d.AsOf }) {
			t.Errorf("%s read a later week: %v", run, d.Inputs)
		}
	}
}

// What is kept, when, with whose rights; and that the run depends on it.
func TestKeepsForecasts(t *testing.T) {
	data, out := keptWeeks(t)
	entries, err := os.ReadDir(filepath.Join(out, "snapshots"))
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	// No deals, no pipeline.
	if want := "[2024-W08.forecasts.csv.gz 2024-W09.forecasts.csv.gz 2024-W13.forecasts.csv.gz]"; err != nil || fmt.Sprint(names) != want {
		t.Errorf("kept %v, %v", names, err)
	}
	build := func(code int, flags ...string) string {
		t.Helper()
		said, wrong := run(t, code, append([]string{"build", "--data", data, "--out", out, "--as-of", "2024-03-31", "--values", "all"}, flags...)...)
		return said + wrong
	}
	before := touched(t, out)
	if said := build(exitOK); !strings.Contains(said, "Nothing to do") || touched(t, out) != before {
		t.Errorf("the same again says %s", said)
	}
	if said := build(exitOK, "--force"); !strings.Contains(said, "Nothing new: ") { // what the week itself kept is no input of it
		t.Errorf("built again: %s", said)
	}
	week := filepath.Join(out, "snapshots", "2024-W08.forecasts.csv.gz")
	if info, err := os.Stat(week); err != nil || info.Mode().Perm() != publish.FileMode {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.Truncate(week, 30); err != nil {
		t.Fatal(err)
	}
	if said := build(exitData); !strings.Contains(said, "snapshots/2024-W08.forecasts.csv.gz") || !strings.Contains(said, "delete it") {
		t.Errorf("damaged: says %s", said)
	}
	if err := os.Remove(week); err != nil {
		t.Fatal(err)
	}
	if said := build(exitOK); !strings.Contains(said, "2024-W13.r2") {
		t.Errorf("with one week less: %s", said)
	}
	if d := latest(t, out); number(d, "forecast.submitted", "R1", "2024-03") != "" || notice(d, "forecasts_from_snapshots") != 2 {
		t.Errorf("without week 8 R1's is still there: %v", d.Warnings)
	}
	// One scope's folder keeps nothing and reads nothing; without the table there
	// is nothing to keep, and what was kept is not read.
	own := t.TempDir()
	run(t, exitOK, "build", "-q", "--data", data, "--out", own, "--as-of", "2024-03-31", "--scope", "R1")
	if _, err := os.Stat(filepath.Join(own, "snapshots")); err == nil {
		t.Error("a scope's folder keeps forecasts")
	}
	if err := os.Remove(filepath.Join(data, "forecasts.csv")); err != nil {
		t.Fatal(err)
	}
	was := tree(t, filepath.Join(out, "snapshots"))
	build(exitPartial)
	if d := latest(t, out); notice(d, "forecasts_from_snapshots") != 0 || !slices.Contains(d.Missing, "forecasts") || tree(t, filepath.Join(out, "snapshots")) != was {
		t.Errorf("without the table: missing %v, %v", d.Missing, d.Warnings)
	}
}
