package history

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"crmreport/metrics/snapshot"
	"crmreport/metrics/weeks"
)

var heads = map[string]bool{"a.signings": true}

// put publishes a run of a week whose company signed n times.
func put(t *testing.T, out, run string, n int64) {
	t.Helper()
	week, _, _ := strings.Cut(run, ".r")
	last, err := weeks.LastDay(week)
	if err != nil {
		t.Fatal(err)
	}
	d := &snapshot.Document{AsOf: last.String(), Scopes: []snapshot.Scope{{ID: "company", Level: "company"}}, Periods: []snapshot.Period{{Name: week, Kind: "week", Role: snapshot.RoleCurrent}},
		Values: snapshot.ValuesOf([]snapshot.Value{{Metric: "a.signings", Scope: "company", Period: week, Num: n, Den: 1, OK: true, Final: true}})}
	var b strings.Builder
	if err := d.Encode(&b, snapshot.All); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(out, "runs", run)
	manifest := fmt.Sprintf(`[{"file":"metrics.json","bytes":%d}]`, b.Len())
	for name, text := range map[string]string{"metrics.json": b.String(), "manifest.json": manifest} {
		file(t, filepath.Join(dir, name), text)
	}
	link(t, run, filepath.Join(out, "runs", week))
	if newest, err := os.Readlink(filepath.Join(out, "latest")); err != nil || newest < filepath.Join("runs", week) {
		link(t, filepath.Join("runs", week), filepath.Join(out, "latest"))
	}
}

func file(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, to, at string) {
	t.Helper()
	os.Remove(at)
	if err := os.Symlink(to, at); err != nil {
		t.Fatal(err)
	}
}

func settle(t *testing.T, out string) []weeks.Record {
	t.Helper()
	kept, err := Settle(out, heads, 0o640)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// tree is every file below out, with its time of change.
func tree(t *testing.T, out string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil {
			fmt.Fprintln(&b, strings.TrimPrefix(path, out), info.Mode(), info.ModTime().UnixNano())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Whatever a killed build left unwritten, the next one writes: the same files as
// if it had been written at once. What is there is not touched.
func TestSettle(t *testing.T) {
	step, once := t.TempDir(), t.TempDir()
	for _, run := range []struct {
		name string
		n    int64
	}{{"2025-W10.r1", 41}, {"2025-W10.r2", 43}, {"2025-W11.r1", 50}, {"2025-W10.r3", 44}} {
		put(t, step, run.name, run.n)
		settle(t, step)
		put(t, once, run.name, run.n)
	}
	settle(t, once)
	for _, week := range []string{"2025-W10", "2025-W11"} {
		a, err := os.ReadFile(filepath.Join(step, "history", week+".json"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(once, "history", week+".json"))
		if err != nil || string(a) != string(b) {
			t.Errorf("%s: %v\nstep by step:\n%s\nat once:\n%s", week, err, a, b)
		}
	}
	kept := settle(t, step)
	if len(kept) != 2 || kept[0].Run != "2025-W10.r3" || len(kept[0].Revisions) != 2 || kept[0].Revisions[0].Changed[0].Num != 41 || kept[0].Revisions[1].Changed[0].Num != 43 || len(kept[1].Revisions) != 0 {
		t.Errorf("kept %+v", kept)
	}
	before := tree(t, step)
	settle(t, step)
	if after := tree(t, step); after != before {
		t.Errorf("touched:\n%s\n%s", before, after)
	}
	// A week stays when its runs are gone, and a run after them is its next revision.
	for _, r := range []string{"2025-W10.r1", "2025-W10.r2"} {
		if err := os.RemoveAll(filepath.Join(step, "runs", r)); err != nil {
			t.Fatal(err)
		}
	}
	put(t, step, "2025-W10.r4", 45)
	if kept = settle(t, step); len(kept[0].Revisions) != 3 || kept[0].Run != "2025-W10.r4" {
		t.Errorf("kept %+v", kept[0])
	}
}

func TestSettleSaysWhatItCannotRead(t *testing.T) {
	out := t.TempDir()
	put(t, out, "2025-W10.r1", 1)
	path := filepath.Join(out, "history", "2025-W10.json")
	file(t, path, "{")
	if _, err := Settle(out, heads, 0o640); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v does not name %s", err, path)
	}
	// Metrics that cannot be read say nothing, and stop nothing.
	os.Remove(path)
	file(t, filepath.Join(out, "runs", "2025-W10.r1", "metrics.json"), "{")
	put(t, out, "2025-W11.r1", 2)
	if kept := settle(t, out); len(kept) != 1 || kept[0].Week != "2025-W11" {
		t.Errorf("kept %+v", kept)
	}
}

func TestMissing(t *testing.T) {
	of := func(names ...string) (out []weeks.Record) {
		for _, n := range names {
			out = append(out, weeks.Record{Week: n})
		}
		return out
	}
	for name, c := range map[string]struct {
		kept []weeks.Record
		last string
		n    int
		want string
	}{
		"nothing published":            {nil, "2025-W12", 8, ""},
		"none asked for":               {of("2025-W10"), "2025-W12", 0, ""},
		"none missing":                 {of("2025-W10", "2025-W11"), "2025-W11", 8, ""},
		"two":                          {of("2025-W10"), "2025-W12", 8, "2025-W11 2025-W12"},
		"one between":                  {of("2025-W10", "2025-W12"), "2025-W12", 8, "2025-W11"},
		"never before the first":       {of("2025-W12", "2025-W14"), "2025-W14", 8, "2025-W13"},
		"at most so many back":         {of("2025-W01"), "2025-W06", 2, "2025-W05 2025-W06"},
		"a year of 53 weeks":           {of("2026-W52"), "2027-W01", 8, "2026-W53 2027-W01"},
		"the last before what is kept": {of("2025-W10"), "2025-W08", 8, ""},
		"in any order":                 {of("2025-W12", "2025-W10"), "2025-W12", 8, "2025-W11"},
	} {
		if got := strings.Join(Missing(c.kept, c.last, c.n), " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Weeks 2024-W48 to 2025-W10: their Sundays are 1, 8, 15, 22, 29 December
// (W48-W52), 5, 12, 19, 26 January (W01-W04), 2, 9, 16, 23 February (W05-W08),
// 2 and 9 March (W09, W10).
func TestJudge(t *testing.T) {
	out := t.TempDir()
	for i, w := range weeks.Between("2024-W48", "2025-W10") {
		put(t, out, w+".r1", int64(i))
	}
	put(t, out, "2025-W09.r2", 99)
	kept := settle(t, out)
	for name, c := range map[string]struct {
		policy Policy
		want   string
	}{
		"two weeks":               {Policy{Weekly: 2}, "2025-W10.r1 2025-W09.r2"},
		"three months":            {Policy{Monthly: 3}, "2025-W10.r1 2025-W08.r1 2025-W04.r1"},
		"two years":               {Policy{Yearly: 2}, "2025-W10.r1 2024-W52.r1"},
		"every year":              {Policy{Yearly: All}, "2025-W10.r1 2024-W52.r1"},
		"weeks, months, years":    {Policy{Weekly: 2, Monthly: 2, Yearly: All}, "2025-W10.r1 2025-W09.r2 2025-W08.r1 2024-W52.r1"},
		"more than there are":     {Policy{Weekly: 500}, "2025-W10.r1 2025-W09.r2 2025-W08.r1 2025-W07.r1 2025-W06.r1 2025-W05.r1 2025-W04.r1 2025-W03.r1 2025-W02.r1 2025-W01.r1 2024-W52.r1 2024-W51.r1 2024-W50.r1 2024-W49.r1 2024-W48.r1"},
		"nothing: the last stays": {Policy{}, "2025-W10.r1"},
	} {
		verdicts, err := Judge(out, c.policy, kept)
		if err != nil || len(verdicts) != 16 {
			t.Fatalf("%s: %d verdicts, %v", name, len(verdicts), err)
		}
		var got []string
		for _, v := range verdicts {
			if v.Keep {
				got = append(got, v.Run.Name)
			}
			if len(v.Why) == 0 {
				t.Errorf("%s: nothing says why %+v", name, v)
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: keeps %s, want %s", name, s, c.want)
		}
	}
}

// What latest shows stays, and the last whole run, and what is not in history/;
// what is not ours is not even looked at.
func TestJudgeNever(t *testing.T) {
	out := t.TempDir()
	for _, w := range weeks.Between("2025-W01", "2025-W06") {
		put(t, out, w+".r1", 1)
	}
	kept := settle(t, out)
	link(t, filepath.Join("runs", "2025-W02"), filepath.Join(out, "latest"))
	file(t, filepath.Join(out, "runs", "2025-W06.r1", "metrics.json"), "torn")                  // W05 is the last whole one
	kept = slices.DeleteFunc(kept, func(r weeks.Record) bool { return r.Week == "2025-W03" })   // not remembered
	file(t, filepath.Join(out, "runs", "2025-W01.r7", "notes.txt"), "no manifest")              // somebody's
	file(t, filepath.Join(out, "runs", "old", "manifest.json"), "[]")                           // somebody's
	file(t, filepath.Join(out, "runs", "2025-W04.r2", "manifest.json"), `{"name":"a web app"}`) // not ours
	link(t, "2025-W04.r1", filepath.Join(out, "runs", "2025-W04"))
	verdicts, err := Judge(out, Policy{Weekly: 1}, kept)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range verdicts {
		got = append(got, fmt.Sprintf("%s %v %s", v.Run.Name, v.Keep, strings.Join(v.Why, "+")))
	}
	want := []string{"2025-W06.r1 true week", "2025-W05.r1 true last good", "2025-W04.r1 false old", "2025-W03.r1 true not in history/", "2025-W02.r1 true latest", "2025-W01.r1 false old"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestRemove(t *testing.T) {
	out := t.TempDir()
	put(t, out, "2025-W01.r1", 1)
	put(t, out, "2025-W02.r1", 2)
	put(t, out, "2025-W02.r2", 3)
	for _, r := range []Run{{"2025-W01.r1", "2025-W01", 1}, {"2025-W02.r1", "2025-W02", 1}} {
		if err := Remove(out, r); err != nil {
			t.Fatal(err)
		}
	}
	var left []string
	entries, err := os.ReadDir(filepath.Join(out, "runs"))
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if want := []string{"2025-W02", "2025-W02.r2"}; err != nil || !slices.Equal(left, want) {
		t.Errorf("left %q, want %q (%v)", left, want, err)
	}
	if !Whole(out, Run{"2025-W02.r2", "2025-W02", 2}) {
		t.Error("the run that stays is damaged")
	}
}

func TestReplace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b.json")
	for i, c := range []struct {
		text    string
		changed bool
	}{{"one", true}, {"one", false}, {"two", true}} {
		changed, err := Replace(path, []byte(c.text), 0o640)
		got, _ := os.ReadFile(path)
		if err != nil || changed != c.changed || string(got) != c.text {
			t.Errorf("%d: %v %v, %q", i, changed, err, got)
		}
		if err := os.Chtimes(path, time.Time{}, time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
	}
	for p, mode := range map[string]fs.FileMode{path: 0o640, filepath.Dir(path): 0o750} {
		if info, err := os.Stat(p); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v %v", p, info.Mode(), err)
		}
	}
}
