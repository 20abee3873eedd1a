package history

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/weeks"
)

// All keeps every one of a kind.
const All = -1

// Policy says how many weeks, months and years keep their last run. A run is of
// the week, month and year in which its data end.
type Policy struct{ Weekly, Monthly, Yearly int }

// Empty says that the policy keeps nothing.
func (p Policy) Empty() bool { return p.Weekly == 0 && p.Monthly == 0 && p.Yearly == 0 }

// Verdict is what becomes of a run, and why.
type Verdict struct {
	Run  Run
	Keep bool
	Why  []string // it is kept: week, month, year, latest, last good, shown, not known; it goes: old, earlier revision
}

// Judge says which runs under out may go: all that the policy does not keep,
// but those that latest shows, the last whole one, and those whose place in
// history/ is not written. Of a week that is kept only the run that is shown
// stays. Newest first.
func Judge(out string, p Policy, kept []weeks.Record) ([]Verdict, error) {
	runs, err := Runs(out)
	if err != nil {
		return nil, err
	}
	shown, err := Shown(out)
	if err != nil {
		return nil, err
	}
	slices.Reverse(runs)
	slices.Reverse(shown)
	why := map[string][]string{}
	keep := func(run, reason string) { why[run] = append(why[run], reason) }
	p.keep(shown, kept, keep)
	if run := latest(out, shown); run != "" {
		keep(run, "latest")
	}
	if i := slices.IndexFunc(shown, func(r Run) bool { return Whole(out, r) }); i >= 0 {
		keep(shown[i].Name, "last good")
	} else if i := slices.IndexFunc(runs, func(r Run) bool { return Whole(out, r) }); i >= 0 {
		keep(runs[i].Name, "last good")
	}
	isShown := map[string]bool{}
	for _, r := range shown {
		isShown[r.Name] = true
	}
	var all []Verdict
	for _, r := range runs {
		v := Verdict{Run: r, Why: why[r.Name]}
		switch {
		case len(v.Why) > 0:
		case !remembered(r, kept):
			v.Why = []string{"not in history/"}
		case !isShown[r.Name]:
			all = append(all, Verdict{r, false, []string{"earlier revision"}})
			continue
		default:
			all = append(all, Verdict{r, false, []string{"old"}})
			continue
		}
		v.Keep = true
		all = append(all, v)
	}
	return all, nil
}

// keep calls f with the runs that the policy keeps; shown come newest first.
func (p Policy) keep(shown []Run, kept []weeks.Record, f func(run, reason string)) {
	last := map[string]crm.Date{}
	for _, r := range kept {
		if d, err := crm.ParseDate(r.AsOf); err == nil {
			last[r.Week] = d
		}
	}
	for _, of := range []struct {
		name  string
		n     int
		place func(Run, crm.Date) string
	}{
		{"week", p.Weekly, func(r Run, _ crm.Date) string { return r.Week }},
		{"month", p.Monthly, func(_ Run, d crm.Date) string { return d.String()[:7] }},
		{"year", p.Yearly, func(_ Run, d crm.Date) string { return d.String()[:4] }},
	} {
		seen := map[string]bool{}
		for _, r := range shown {
			day, ok := last[r.Week]
			if !ok {
				if day, _ = weeks.LastDay(r.Week); !day.Known() {
					continue
				}
			}
			if at := of.place(r, day); !seen[at] && (of.n == All || len(seen) < of.n) {
				seen[at] = true
				f(r.Name, of.name)
			}
		}
	}
}

// latest is the run that latest shows; empty where it shows none of them.
func latest(out string, shown []Run) string {
	at := filepath.Join(out, "latest")
	if to, err := filepath.EvalSymlinks(at); err == nil {
		for _, r := range shown {
			if filepath.Base(to) == r.Name {
				return r.Name
			}
		}
	}
	if len(shown) > 0 {
		return shown[0].Name // a folder of copies: of the newest
	}
	return ""
}

// remembered says that history/ has what the run said.
func remembered(r Run, kept []weeks.Record) bool {
	return slices.ContainsFunc(kept, func(k weeks.Record) bool {
		return k.Week == r.Week && (k.Run == r.Name || slices.ContainsFunc(k.Revisions, func(x weeks.Revision) bool { return x.Run == r.Name }))
	})
}

// Remove removes a run. It takes it out of sight first, so that no reader meets
// half of it; what is left where that is interrupted is swept by the next build.
func Remove(out string, r Run) error {
	runs := filepath.Join(out, "runs")
	sight := filepath.Join(runs, r.Week)
	if shows(out, r) {
		if err := os.RemoveAll(sight); err != nil { // a link, or a folder of copies
			return err
		}
	}
	gone := filepath.Join(runs, ".tmp-"+r.Name)
	if err := os.Rename(filepath.Join(runs, r.Name), gone); err != nil {
		return err
	}
	return os.RemoveAll(gone)
}

// shows says that runs/<week> shows the run.
func shows(out string, r Run) bool {
	runs := filepath.Join(out, "runs")
	if to, err := os.Readlink(filepath.Join(runs, r.Week)); err == nil {
		return to == r.Name
	}
	shown, err := Shown(out)
	if err != nil {
		return false
	}
	_, err = os.Lstat(filepath.Join(runs, r.Week))
	return !errors.Is(err, fs.ErrNotExist) && slices.ContainsFunc(shown, func(x Run) bool { return x.Name == r.Name })
}

// Bytes is how much a run takes.
func Bytes(out string, r Run) (n int64) {
	_ = filepath.WalkDir(filepath.Join(out, "runs", r.Name), func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // it is only told to people
		}
		if info, err := d.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	return n
}
