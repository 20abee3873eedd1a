package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest/crm"
)

// touched is every file below out with its time of change, but the lock.
func touched(t *testing.T, out string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() == ".lock" || path == out {
			return err
		}
		info, err := d.Info()
		if err == nil {
			fmt.Fprintln(&b, path, info.Mode(), info.ModTime().UnixNano())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// visitsOn is an export with a visit of R1 on each day, each with a customer of
// its own.
func visitsOn(days ...string) string {
	s := "visit_id,rep_id,customer_id,start_at,met_role,pitched,rejection\n"
	for i, d := range days {
		s += fmt.Sprintf("V%d,R1,C%d,%sT09:00,KP,Y,none\n", i, i, d)
	}
	return s
}

// The same inputs, configuration, flags and program again: nothing is computed,
// no file is touched. Whatever the bytes may depend on is built.
func TestNothingToDo(t *testing.T) {
	data, out, conf := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "c.yaml")
	write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": weeksVisits})
	write(t, filepath.Dir(conf), map[string]string{"c.yaml": "currency: CNY\n"})
	base := []string{"build", "--data", data, "--out", out, "--as-of", "2025-03-02"}
	build := func(extra ...string) string {
		t.Helper()
		said, _ := run(t, exitOK, append(slices.Clone(base), extra...)...)
		return said
	}
	again := func(why string, extra ...string) {
		t.Helper()
		before := touched(t, out)
		if said := build(extra...); !strings.HasPrefix(said, "Nothing to do: ") {
			t.Errorf("%s: the same again says\n%s", why, said)
		}
		if quiet := build(append(slices.Clone(extra), "--quiet")...); quiet != "" {
			t.Errorf("%s: --quiet prints %q", why, quiet)
		}
		if after := touched(t, out); after != before {
			t.Errorf("%s: touched\n%s\n%s", why, before, after)
		}
	}
	build()
	again("the first")
	again("what cannot change the output", "--memory", "64MB", "--decoder", "rows", "--lock-wait", "1s")
	for _, c := range []struct {
		why   string
		do    func()
		extra []string
	}{
		{"another language", nil, []string{"--lang", "en"}},
		{"another period", nil, []string{"--period", "week"}},
		{"all values", nil, []string{"--values", "all"}},
		{"no files of single readers", nil, []string{"--files", "none"}},
		{"a configuration", nil, []string{"-c", conf}},
		{"that configuration changed", func() { write(t, filepath.Dir(conf), map[string]string{"c.yaml": "currency: EUR\n"}) }, []string{"-c", conf}},
		{"a row more", func() { write(t, data, map[string]string{"visits.csv": weeksVisits + late}) }, nil},
		{"as many bytes, another name", func() {
			write(t, data, map[string]string{"reps.csv": strings.Replace(weeksReps, "赵磊", "赵雷", 1)})
		}, nil},
		{"another file", func() {
			write(t, data, map[string]string{"contracts.csv": "contract_id,customer_id,rep_id,sign_date,amount\nK1,C1,R1,2025-02-27,1000.00\n"})
		}, nil},
	} {
		if c.do != nil {
			c.do()
		}
		if said := build(c.extra...); !strings.HasPrefix(said, "Published ") {
			t.Errorf("%s: %s", c.why, said)
		}
		again(c.why, c.extra...)
	}
	runs, _ := filepath.Glob(filepath.Join(out, "runs", "*.r*"))
	if len(runs) != 10 { // the first and nine others
		t.Errorf("runs %q", runs)
	}
	// A rebuild that is asked for gives the same bytes, so no new revision.
	if said := build("--force"); !strings.HasPrefix(said, "Nothing new: ") {
		t.Errorf("--force says %s", said)
	}
	// A damaged run is built again, and what was lost beside it is written again.
	if err := os.Remove(filepath.Join(out, "index.html")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(out, "history")); err != nil {
		t.Fatal(err)
	}
	if said := build(); !strings.HasPrefix(said, "Nothing to do: ") {
		t.Errorf("without its history: %s", said)
	}
	if read(t, out, "index.html") == "" || read(t, out, "history", "2025-W09.json") == "" {
		t.Error("what was lost is not written again")
	}
	if err := os.Remove(filepath.Join(out, "latest", "report.html")); err != nil {
		t.Fatal(err)
	}
	if said := build(); !strings.HasPrefix(said, "Published ") || read(t, out, "latest", "report.html") == "" {
		t.Errorf("with a damaged run: %s", said)
	}
	again("after a damaged run")
}

// A run that is damaged is built anew, also where nothing but --force can tell:
// a file has other bytes, and as many. --force says what it found and did.
func TestForceOnADamagedRun(t *testing.T) {
	for how, flags := range map[string][]string{"symlinks": nil, "copies": {"--copies"}} {
		data, out := twoWeeks(t), t.TempDir()
		args := append(buildOf(data, out, 3), flags...)
		run(t, exitOK, args...)
		page := filepath.Join(out, "runs", "2025-W10", "report.html")
		good := read(t, page)
		if err := os.WriteFile(page, []byte(strings.Replace(good, "<html", "<HTML", 1)), 0o640); err != nil {
			t.Fatal(err)
		}
		said, warned := run(t, exitOK, append(args, "--force")...)
		if !strings.HasPrefix(said, "Published "+filepath.Join(out, "runs", "2025-W10.r2")) || !strings.Contains(warned, "is damaged and published anew: files missing or not as manifest.json lists them: 1\n") {
			t.Errorf("%s: --force says\n%s%s", how, said, warned)
		}
		for _, at := range []string{"latest", "runs/2025-W10", "runs/2025-W10.r2"} {
			if read(t, out, at, "report.html") != good {
				t.Errorf("%s: %s has another page", how, at)
			}
		}
		if said, warned = run(t, exitOK, append(args, "--force")...); !strings.HasPrefix(said, "Nothing new: ") || strings.Contains(warned, "damaged") {
			t.Errorf("%s: --force once more says\n%s%s", how, said, warned)
		}
	}
}

// The default as-of day is the last finished week, whatever day of the next week
// it is, wherever the machine is. Events after the day by the clock do not
// count, so such a run is not the same on another day.
func TestKeyOfDays(t *testing.T) {
	of := func(asOf, today string, capped bool) buildKey {
		return buildKey{Program: "p", AsOf: asOf, Today: today, Capped: capped, Inputs: []keyFile{{File: "visits.csv", Bytes: 7, SHA256: "00"}}}
	}
	for _, c := range []struct {
		why      string
		was, now buildKey
		want     bool
	}{
		{"the same day", of("", "2025-03-10", true), of("", "2025-03-10", false), true},
		{"a day later, nothing lay ahead", of("", "2025-03-10", false), of("", "2025-03-11", false), true},
		{"a day later, something lay ahead", of("", "2025-03-10", true), of("", "2025-03-11", false), false},
		{"the clock went back", of("", "2025-03-10", false), of("", "2025-03-09", false), false},
		{"the day was stated", of("2025-03-09", "2025-03-10", true), of("2025-03-09", "2025-04-01", false), true},
		{"another stated day", of("2025-03-09", "2025-03-10", false), of("2025-03-02", "2025-03-10", false), false},
		{"stated, then not", of("2025-03-09", "2025-03-10", false), of("", "2025-03-10", false), false},
	} {
		if got := c.now.like(c.was); got != c.want {
			t.Errorf("%s: %v", c.why, got)
		}
	}
	bytes := of("", "2025-03-10", false)
	bytes.Inputs = []keyFile{{File: "visits.csv", Bytes: 8}}
	if bytes.like(of("", "2025-03-10", false)) {
		t.Error("a file of another size is the same")
	}
}

// The report of a machine anywhere in the world is the same, and weeks are those
// of ISO 8601: 2020 and 2026 have 53, and 2025-W01 began in December 2024.
func TestWeeksWhereverTheMachineIs(t *testing.T) {
	for _, c := range []struct{ newest, week, asOf string }{
		{"2021-01-03", "2020-W53", "2021-01-03"}, // a Sunday
		{"2021-01-05", "2020-W53", "2021-01-03"}, // the Tuesday after gives the same
		{"2025-01-05", "2025-W01", "2025-01-05"},
		{"2025-01-07", "2025-W01", "2025-01-05"},
		{"2027-01-03", "2026-W53", "2027-01-03"},
	} {
		data := t.TempDir()
		write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": visitsOn("2020-12-01", c.newest)})
		extra := []string{}
		if d, _ := crm.ParseDate(c.newest); d > today("Asia/Shanghai") { // what lies ahead of the clock does not count
			extra = []string{"--as-of", c.asOf}
		}
		var first string
		for _, env := range [][]string{{"TZ=UTC", "LANG=C"}, {"TZ=Pacific/Kiritimati", "LANG=zh_CN.UTF-8"}, {"TZ=America/Los_Angeles", "LC_ALL=tr_TR.UTF-8"}, {"TZ=:/nowhere", "ZONEINFO=/nowhere"}} {
			out := t.TempDir()
			cmd := exec.Command(os.Args[0], append([]string{"build", "-q", "--data", data, "--out", out}, extra...)...)
			cmd.Env = append([]string{"CRMREPORT_TEST_AS=crmreport", "HOME=" + os.Getenv("HOME"), "PATH=" + os.Getenv("PATH")}, env...)
			if said, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%s %v: %v\n%s", c.newest, env, err, said)
			}
			if to, err := os.Readlink(filepath.Join(out, "latest")); err != nil || to != filepath.Join("runs", c.week) {
				t.Errorf("%s %v: latest is %s, want %s", c.newest, env, to, c.week)
			}
			all := read(t, out, "latest", "manifest.json") + read(t, out, "history", c.week+".json") + read(t, out, "index.html")
			if !strings.Contains(all, `"as_of":"`+c.asOf+`"`) {
				t.Errorf("%s %v: the as-of day is not %s", c.newest, env, c.asOf)
			}
			if first == "" {
				first = all
			}
			if all != first {
				t.Errorf("%s %v: other bytes than with TZ=UTC", c.newest, env)
			}
		}
	}
}

// Weeks 9 to 13 of 2025 end on 2, 9, 16, 23 and 30 March.
var march = visitsOn("2025-02-25", "2025-03-04", "2025-03-05", "2025-03-11", "2025-03-18", "2025-03-19", "2025-03-20", "2025-03-28")

// Weeks that nobody built are built, oldest first, each from what the exports
// say of it now, and say so; those before the first report are not.
func TestCatchUp(t *testing.T) {
	data, out := t.TempDir(), t.TempDir()
	write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": march})
	args := []string{"build", "--data", data, "--out", out}
	run(t, exitOK, append(args, "--as-of", "2025-03-09")...)
	said, _ := run(t, exitOK, append(args, "--catch-up", "8", "--as-of", "2025-03-30")...)
	published := regexp.MustCompile(`(?m)^Published \S*(2025-W\d\d\.r\d)`).FindAllStringSubmatch(said, -1)
	var order []string
	for _, m := range published {
		order = append(order, m[1])
	}
	if !slices.Equal(order, []string{"2025-W11.r1", "2025-W12.r1", "2025-W13.r1"}) {
		t.Errorf("published %q", order)
	}
	// Valid visits: 2 in week 10, 1 in 11, 3 in 12, 1 in 13.
	for week, want := range map[string]struct {
		n    string
		late bool
	}{"2025-W10": {"2", false}, "2025-W11": {"1", true}, "2025-W12": {"3", true}, "2025-W13": {"1", false}} {
		kept := read(t, out, "history", week+".json")
		if !strings.Contains(kept, `"metric":"conversion.visits","scope":"company","periods":{"2025-03":`) || !strings.Contains(kept, `"`+week+`":"`+want.n) {
			t.Errorf("%s does not have %s visits:\n%s", week, want.n, kept)
		}
		metrics, ran, page := read(t, out, "runs", week, "metrics.json"), read(t, out, "runs", week, "run.json"), read(t, out, "runs", week, "report.html")
		for what, has := range map[string]bool{"history": strings.Contains(kept, `"reconstructed":true`), "run.json": strings.Contains(ran, `"reconstructed": true`),
			"metrics.json": strings.Contains(metrics, `"code":"reconstructed"`), "the page": strings.Contains(page, "事后补建") && strings.Contains(page, "built after its week")} {
			if has != want.late {
				t.Errorf("%s: %s says reconstructed: %v", week, what, has)
			}
		}
	}
	if to, _ := os.Readlink(filepath.Join(out, "latest")); to != filepath.Join("runs", "2025-W13") {
		t.Errorf("latest is %s", to)
	}
	before := touched(t, out)
	if said, _ := run(t, exitOK, append(args, "--catch-up", "8", "--as-of", "2025-03-30")...); !strings.HasPrefix(said, "Nothing to do: ") || touched(t, out) != before {
		t.Errorf("nothing is missing any more:\n%s", said)
	}
	index := read(t, out, "index.html")
	for _, want := range []string{"runs/2025-W10/report.html", "runs/2025-W13/report.html", "事后补建"} {
		if !strings.Contains(index, want) {
			t.Errorf("the index has no %s", want)
		}
	}
}

// The default as-of day bounds what is missing, not the clock; and so many weeks
// back are looked at.
func TestCatchUpOnlySoFar(t *testing.T) {
	data, out := t.TempDir(), t.TempDir()
	write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": march})
	run(t, exitOK, "build", "-q", "--data", data, "--out", out, "--as-of", "2025-03-02")
	run(t, exitOK, "build", "-q", "--data", data, "--out", out, "--catch-up", "1") // the newest visit is of 25 March: week 12
	var got []string
	dirs, _ := filepath.Glob(filepath.Join(out, "runs", "*.r*"))
	for _, d := range dirs {
		got = append(got, filepath.Base(d))
	}
	if !slices.Equal(got, []string{"2025-W09.r1", "2025-W11.r1", "2025-W12.r1"}) { // week 10 is two weeks back
		t.Errorf("runs %q", got)
	}
	run(t, exitOK, "build", "-q", "--data", data, "--out", out, "--catch-up", "2")
	if _, err := os.Stat(filepath.Join(out, "runs", "2025-W10")); err != nil {
		t.Error(err)
	}
	_, said := run(t, exitUsage, "build", "--data", data, "--out", out, "--catch-up", "-1")
	if !strings.Contains(said, "--catch-up") {
		t.Errorf("says %s", said)
	}
}

// A week built again remembers what it said; a later week that says otherwise of
// it is told too; history keeps both when the reports are pruned.
func TestHistoryAndPrune(t *testing.T) {
	data, out := t.TempDir(), t.TempDir()
	build := func(visits, asOf string) {
		t.Helper()
		write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": visits})
		run(t, exitOK, "build", "-q", "--data", data, "--out", out, "--as-of", asOf)
	}
	build(weeksVisits, "2025-03-02")              // 2 visits in week 9
	build(weeksVisits+weekTwo+late, "2025-03-09") // of which there were 3, says week 10
	build(weeksVisits+weekTwo+late, "2025-03-02") // and week 9 itself, built again
	if to, _ := os.Readlink(filepath.Join(out, "latest")); to != filepath.Join("runs", "2025-W10") {
		t.Errorf("latest is %s after a late run of the week before", to)
	}
	kept := read(t, out, "history", "2025-W09.json")
	if !strings.Contains(kept, `{"run":"2025-W09.r1","as_of":"2025-03-02","because":["inputs"],"changed":[`) {
		t.Errorf("no revision is kept:\n%s", kept)
	}
	said, _ := run(t, exitOK, "history", "--out", out, "--metric", "conversion.visits")
	for _, want := range []string{"2025-W09", "revision 2", "Restated numbers: 1", "2025-W09 company conversion.visits: changed from 2 to 3 (since 2025-W09.r2)"} {
		if !strings.Contains(said, want) {
			t.Errorf("history does not say %q:\n%s", want, said)
		}
	}
	plan, _ := run(t, exitOK, "prune", "--out", out, "--keep-weekly", "1", "--dry-run")
	for _, want := range []string{"keep   ", "2025-W10.r1  (week, latest, last good)", "2025-W09.r2  (old)", "2025-W09.r1  (earlier revision)", "Would remove 2 of 3 runs"} {
		if !strings.Contains(plan, want) {
			t.Errorf("the plan has no %q:\n%s", want, plan)
		}
	}
	if runs, _ := filepath.Glob(filepath.Join(out, "runs", "*.r*")); len(runs) != 3 {
		t.Errorf("--dry-run left %q", runs)
	}
	if quiet, _ := run(t, exitOK, "prune", "--out", out, "--keep-weekly", "1", "--quiet"); quiet != "" {
		t.Errorf("--quiet prints %q", quiet)
	}
	entries, err := os.ReadDir(filepath.Join(out, "runs"))
	var left []string
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if err != nil || !slices.Equal(left, []string{"2025-W10", "2025-W10.r1"}) {
		t.Errorf("left %q (%v)", left, err)
	}
	if after := read(t, out, "history", "2025-W09.json"); after != kept {
		t.Errorf("prune changed the history:\n%s", after)
	}
	index := read(t, out, "index.html")
	if strings.Contains(index, `href="runs/2025-W09/`) || !strings.Contains(index, "报告已清理") || !strings.Contains(index, "2025-W09") {
		t.Error("the index links to what is gone, or does not list it")
	}
	// The week that it was compared with is gone; it is the same report all the same.
	write(t, data, map[string]string{"visits.csv": weeksVisits + weekTwo + late})
	if said, _ := run(t, exitOK, "build", "--data", data, "--out", out, "--as-of", "2025-03-09"); !strings.HasPrefix(said, "Nothing to do: ") {
		t.Errorf("after prune: %s", said)
	}
	text, _ := run(t, exitOK, "history", "--out", out, "-m", "conversion.visits", "-o", "csv")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	found := false
	for _, r := range rows {
		if r[0] == "2025-W09" && r[6] == "company" && r[7] == "2025-W09" {
			found = true
			if got := strings.Join([]string{r[4], r[8], r[10], r[13], r[16]}, " "); got != "true 3 3 2 2025-W09.r2" {
				t.Errorf("csv: %s", got)
			}
		}
	}
	if err != nil || !found {
		t.Errorf("csv has no week 9 (%v):\n%s", err, text)
	}
	text, _ = run(t, exitOK, "history", "--out", out, "-o", "json")
	var doc struct {
		Weeks []struct {
			Week   string
			Pruned bool
		}
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil || len(doc.Weeks) != 2 || !doc.Weeks[0].Pruned || doc.Weeks[1].Pruned {
		t.Errorf("json: %v %+v", err, doc)
	}
}

func TestHistoryAndPruneRefuse(t *testing.T) {
	data, out := t.TempDir(), t.TempDir()
	write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": weeksVisits})
	run(t, exitOK, "build", "-q", "--data", data, "--out", out)
	before := touched(t, out)
	for _, c := range []struct {
		code int
		args string
		want string
	}{
		{exitUsage, "prune --keep-weekly 4", "--out"},
		{exitUsage, "prune --out OUT", "would remove every report"},
		{exitUsage, "prune --out OUT --keep-weekly 0 --keep-yearly 0", "would remove every report"},
		{exitUsage, "prune --out OUT --keep-monthly -1", "--keep-monthly"},
		{exitUsage, "prune --out OUT --keep-monthly some", "--keep-monthly"},
		{exitUsage, "prune --out OUT x", `"x"`},
		{exitNoInput, "prune --out OUT/none --keep-weekly 4", "OUT/none"},
		{exitUsage, "history", "--out"},
		{exitUsage, "history --out OUT -o xml", `"xml"`},
		{exitUsage, "history --out OUT --lang de", `"de"`},
		{exitUsage, "history --out OUT --metric [", "pattern"},
		{exitUsage, "history --out OUT --metric conversion.visit", "conversion.visits"},
		{exitUsage, "history --out OUT --scope compny", "company"},
		{exitNoInput, "history --out OUT/none", "OUT/none"},
	} {
		_, said := run(t, c.code, strings.Fields(strings.ReplaceAll(c.args, "OUT", out))...)
		if !strings.Contains(said, strings.ReplaceAll(c.want, "OUT", out)) {
			t.Errorf("%s: says %s", c.args, said)
		}
	}
	if after := touched(t, out); after != before {
		t.Errorf("something was touched:\n%s\n%s", before, after)
	}
}
