package cli

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crmreport/cmd/internal/publish"
	"crmreport/ingest/crm"
	"crmreport/metrics/snapshot"
)

// exportOf is what a CRM that keeps no history would have exported on the Monday
// after a Sunday: the sample's deals as they stood at the end of that Monday.
func exportOf(t *testing.T, from, to string, sunday crm.Date, history bool) {
	t.Helper()
	monday := (sunday + 1).String()
	table := func(name string) [][]string {
		rows, err := csv.NewReader(strings.NewReader(read(t, from, name))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	save := func(name string, rows [][]string) {
		f, err := os.Create(filepath.Join(to, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := csv.NewWriter(f).WriteAll(rows); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"reps.csv", "calendar.csv"} {
		write(t, to, map[string]string{name: read(t, from, name)})
	}
	moves, last := table("stage_history.csv"), map[string][]string{}
	moves = slices.DeleteFunc(moves, func(m []string) bool { return m[2][:10] > monday && m[2] != "changed_at" })
	for _, m := range moves[1:] {
		if s := m[1]; s != "won" && s != "lost" && s != "collected" && s != "void" {
			last[m[0]] = m
		}
	}
	deals := table("deals.csv")
	at := map[string]int{}
	for i, name := range deals[0] {
		at[name] = i
	}
	deals = slices.DeleteFunc(deals, func(d []string) bool { return d[at["created_at"]][:10] > monday && d[0] != "deal_id" })
	for _, d := range deals[1:] {
		if closed := d[at["closed_at"]]; closed != "" && closed[:10] <= monday {
			continue
		}
		if m := last[d[0]]; m != nil {
			d[at["stage"]], d[at["status"]], d[at["closed_at"]], d[at["lost_reason"]], d[at["amount"]] = m[1], "open", "", "", m[4]
		}
	}
	save("deals.csv", deals)
	if history {
		save("stage_history.csv", moves)
	}
}

// ofCompany are the company's values of a metric in the week, by key.
func ofCompany(d *snapshot.Document, metric, week string) map[string]string {
	out := map[string]string{}
	for v := range d.Values.All() {
		if v.Metric == metric && v.Scope == "company" && v.Period == week {
			out[v.Key] = fmt.Sprintf("%d/%d %v", v.Num, v.Den, v.V)
		}
	}
	return out
}

// Six weeks of exports without a stage history, built week after week, tell what
// the history itself tells of what is open, where it stands, how it moved the
// pipeline and how it ended. What went on within a week they cannot tell.
func TestHistoryFromKeptPipelines(t *testing.T) {
	from, out, real := t.TempDir(), t.TempDir(), t.TempDir()
	run(t, exitOK, "sample", "--reps", "20", "--weeks", "12", "--out", from)
	end := crm.DateOf(2025, 6, 29) // the sample's last Sunday
	for week := range 6 {
		data, sunday := t.TempDir(), end-crm.Date(7*(5-week))
		exportOf(t, from, data, sunday, false)
		run(t, exitOK, "build", "--data", data, "--out", out, "--as-of", sunday.String())
	}
	data := t.TempDir()
	exportOf(t, from, data, end, true)
	run(t, exitOK, "build", "--data", data, "--out", real, "--as-of", end.String())
	kept, whole := latest(t, out), latest(t, real)
	for metric, atLeast := range map[string]int{"funnel.open": 7, "funnel.movement": 5, "funnel.stalled": 7, "funnel.win_rate_count": 1, "funnel.velocity_per_day": 1} {
		got, want := ofCompany(kept, metric, "2025-W26"), ofCompany(whole, metric, "2025-W26")
		if len(want) < atLeast || !maps.Equal(got, want) {
			t.Errorf("%s: %v, the history tells %v", metric, got, want)
		}
	}
	// Of the deals that began in the week, those that ended in it too were in no
	// pipeline that was kept.
	began := func(d *snapshot.Document) (n int64) {
		v, _ := d.Values.Find("funnel.reached", "company", "2025-W26", "stage=contact")
		return v.Num
	}
	if k, w := began(kept), began(whole); k == 0 || k >= w || w-k > w/5 {
		t.Errorf("%d deals began by the weeks that were kept, %d by the history", k, w)
	}
	if i := slices.IndexFunc(kept.Warnings, func(w snapshot.Warning) bool { return w.Code == "history_from_snapshots" }); i < 0 || kept.Warnings[i].N != 5 {
		t.Errorf("the warning is not there: %v", kept.Warnings)
	}
	if slices.ContainsFunc(whole.Warnings, func(w snapshot.Warning) bool { return w.Code == "history_from_snapshots" }) {
		t.Error("a history that is exported is said to be from what was kept")
	}
	var files []string
	for _, in := range kept.Inputs {
		if in.Table == "stage_history" {
			files = append(files, in.File)
			if sum := sha256.Sum256([]byte(read(t, out, in.File))); in.SHA256 != hex.EncodeToString(sum[:]) || in.Read != in.Accepted+in.Skipped || in.Skipped > in.Read/10 { // skipped: closed on the Monday of the export
				t.Errorf("%+v", in)
			}
		}
	}
	if want := "[snapshots/2025-W21.csv.gz snapshots/2025-W22.csv.gz snapshots/2025-W23.csv.gz snapshots/2025-W24.csv.gz snapshots/2025-W25.csv.gz]"; fmt.Sprint(files) != want {
		t.Errorf("read %v, want %s", files, want)
	}
	// The same again has nothing to do, and touches no week that is kept.
	was := tree(t, filepath.Join(out, "snapshots"))
	exportOf(t, from, data, end, false)
	os.Remove(filepath.Join(data, "stage_history.csv"))
	said, _ := run(t, exitOK, "build", "--data", data, "--out", out, "--as-of", end.String())
	if !strings.Contains(said, "Nothing to do") || tree(t, filepath.Join(out, "snapshots")) != was {
		t.Errorf("the same again says %s", said)
	}
}

const (
	keptHead  = "deal_id,rep_id,stage,amount,created_at,expected_close,closed_at\n"
	keptDeals = keptHead + "D1,R1,proposal,100.00,2025-02-03,2025-04-01,\nD2,R1,contact,200,2025-03-08,,\nD3,R1,won,300,2025-02-03,,2025-03-05\n"
)

// What is kept of a week, when, and with whose rights.
func TestKeepsTheOpenPipeline(t *testing.T) {
	week := filepath.Join("snapshots", "2025-W10.csv.gz")
	build := func(t *testing.T, out, deals, asOf string, code int, flags ...string) string {
		t.Helper()
		data := t.TempDir()
		write(t, data, map[string]string{"reps.csv": weeksReps, "deals.csv": deals})
		_, said := run(t, code, append([]string{"build", "--data", data, "--out", out, "--as-of", asOf}, flags...)...)
		return said
	}
	t.Run("the open deals, for their readers alone", func(t *testing.T) {
		out := t.TempDir()
		build(t, out, keptDeals, "2025-03-09", exitOK)
		z, err := gzip.NewReader(strings.NewReader(read(t, out, week)))
		if err != nil || !z.ModTime.IsZero() || z.Name != "" {
			t.Fatalf("%+v, %v", z, err)
		}
		text, err := io.ReadAll(z)
		want := "as_of,deal_id,rep_id,customer_id,stage,amount,currency,expected_close,created_on,entered_on\n" +
			"2025-03-09,D1,R1,,proposal,100.00,CNY,2025-04-01,2025-02-03,\n2025-03-09,D2,R1,,contact,200.00,CNY,,2025-03-08,\n"
		if err != nil || string(text) != want {
			t.Errorf("%s, %v, want %s", text, err, want)
		}
		if info, err := os.Stat(filepath.Join(out, week)); err != nil || info.Mode().Perm() != publish.FileMode {
			t.Errorf("%v, %v", info, err)
		}
	})
	t.Run("none of a week that is long over, or of one scope", func(t *testing.T) {
		out := t.TempDir()
		build(t, out, keptDeals, "2025-03-02", exitOK, "--scope", "R1")
		later := keptDeals + "D4,R1,contact,1,2025-03-17,,\n"
		other := t.TempDir()
		build(t, other, later, "2025-03-09", exitOK)     // the week of 16 March is over too
		build(t, other, keptDeals, "2025-03-07", exitOK) // a Friday
		for _, dir := range []string{out, other} {
			if _, err := os.Stat(filepath.Join(dir, "snapshots")); err == nil {
				t.Errorf("kept: %s", tree(t, filepath.Join(dir, "snapshots")))
			}
		}
	})
	t.Run("what is nearer to the end of the week stays", func(t *testing.T) {
		out := t.TempDir()
		build(t, out, keptDeals, "2025-03-09", exitOK)
		was := read(t, out, week)
		build(t, out, strings.Replace(keptDeals, "D1,R1,proposal", "D1,R1,closing", 1)+"D4,R1,contact,1,2025-03-12,,\n", "2025-03-09", exitOK) // of Wednesday
		if read(t, out, week) != was {
			t.Error("a later export took the place of the week's")
		}
		build(t, out, strings.Replace(keptDeals, "D1,R1,proposal", "D1,R1,closing", 1), "2025-03-09", exitOK) // of the week itself, corrected
		if read(t, out, week) == was {
			t.Error("a corrected export of the week was not kept")
		}
	})
	t.Run("a damaged week stops the run", func(t *testing.T) {
		out := t.TempDir()
		build(t, out, keptDeals, "2025-03-09", exitOK)
		file := filepath.Join(out, week)
		if err := os.Truncate(file, 40); err != nil {
			t.Fatal(err)
		}
		was := tree(t, out)
		next := keptDeals + "D4,R1,contact,1,2025-03-14,,\n"
		if said := build(t, out, next, "2025-03-16", exitData); !strings.Contains(said, "snapshots/2025-W10.csv.gz") || !strings.Contains(said, "delete it") {
			t.Errorf("says %s", said)
		}
		if tree(t, out) != was {
			t.Error("the folder of reports was touched")
		}
		os.Remove(file)
		build(t, out, next, "2025-03-16", exitOK)
	})
}
