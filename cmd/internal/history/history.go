// Package history keeps the folder history/ under --out: one small file a week,
// written from the published runs, so that what is missing there is written by
// the next run. It also says which runs may go, and knows the weeks that are
// missing. Whoever calls what writes holds the folder's lock.
package history

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"crmreport/metrics/snapshot"
	"crmreport/metrics/weeks"
)

// dir is the folder's name under --out.
const dir = "history"

// Run is a published run's folder below runs/.
type Run struct {
	Name     string // 2025-W10.r2
	Week     string // 2025-W10
	Revision int
}

var runName = regexp.MustCompile(`^(\d{4}-W\d\d)\.r([1-9]\d{0,8})$`)

// Runs lists the runs under out that have our manifest, by week and revision. What is not named as we name runs is not ours.
func Runs(out string) ([]Run, error) {
	entries, err := os.ReadDir(filepath.Join(out, "runs"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var runs []Run
	for _, e := range entries {
		m := runName.FindStringSubmatch(e.Name())
		if m == nil || !e.IsDir() {
			continue
		}
		if len(manifest(out, m[0])) == 0 {
			continue
		}
		n, _ := strconv.Atoi(m[2]) // of nine digits at most
		runs = append(runs, Run{m[0], m[1], n})
	}
	slices.SortFunc(runs, func(a, b Run) int {
		if c := strings.Compare(a.Week, b.Week); c != 0 {
			return c
		}
		return a.Revision - b.Revision
	})
	return runs, nil
}

// Load reads the weeks that are kept under out, oldest first. A file that
// cannot be read is an error that names it.
func Load(out string) ([]weeks.Record, error) {
	paths, err := filepath.Glob(filepath.Join(out, dir, "*.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(paths)
	var records []weeks.Record
	for _, p := range paths {
		r, err := load(p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w; move it away, and the next build writes it anew from the runs that are there", p, err)
		}
		records = append(records, r)
	}
	return records, nil
}

func load(path string) (weeks.Record, error) {
	f, err := os.Open(path)
	if err != nil {
		return weeks.Record{}, err
	}
	defer f.Close()
	return weeks.Decode(f)
}

// Settle writes the weeks that the runs under out have and history/ has not:
// that of a run just published, and that of one whose build was killed before
// it could. It returns all weeks that are kept, oldest first. headline says
// which metrics are kept.
func Settle(out string, headline map[string]bool, mode fs.FileMode) ([]weeks.Record, error) {
	kept, err := Load(out)
	if err != nil {
		return nil, err
	}
	byWeek := map[string]*weeks.Record{}
	for i := range kept {
		byWeek[kept[i].Week] = &kept[i]
	}
	runs, err := Runs(out)
	if err != nil {
		return nil, err
	}
	for len(runs) > 0 {
		n := 1
		for n < len(runs) && runs[n].Week == runs[0].Week {
			n++
		}
		r, changed, err := follow(out, byWeek[runs[0].Week], runs[:n], headline)
		if err != nil {
			return nil, err
		}
		if changed {
			if err := save(out, *r, mode); err != nil {
				return nil, err
			}
			byWeek[r.Week] = r
		}
		runs = runs[n:]
	}
	all := make([]weeks.Record, 0, len(byWeek))
	for _, r := range byWeek {
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b weeks.Record) int { return strings.Compare(a.Week, b.Week) })
	return all, nil
}

// follow adds the runs of a week that the record does not know yet. A run whose
// metrics cannot be read is of another version or damaged: it says nothing.
func follow(out string, was *weeks.Record, runs []Run, headline map[string]bool) (r *weeks.Record, changed bool, err error) {
	known := 0
	if was != nil {
		if m := runName.FindStringSubmatch(was.Run); m != nil {
			known, _ = strconv.Atoi(m[2])
		}
	}
	r = was
	for _, run := range runs {
		if run.Revision <= known {
			continue
		}
		f, err := os.Open(filepath.Join(out, "runs", run.Name, "metrics.json"))
		if err != nil {
			return r, false, err
		}
		d, err := snapshot.Decode(f)
		f.Close()
		if err != nil {
			continue
		}
		now := weeks.Of(d, run.Name, headline)
		if now.Week != run.Week {
			continue
		}
		if r != nil {
			now = now.After(*r)
		}
		r, changed = &now, true
	}
	return r, changed, nil
}

func save(out string, r weeks.Record, mode fs.FileMode) error {
	var b bytes.Buffer
	if err := r.Encode(&b); err != nil {
		return err
	}
	_, err := Replace(filepath.Join(out, dir, r.Week+".json"), b.Bytes(), mode)
	return err
}

// Replace gives a file other bytes by one rename; with the same bytes it is not
// touched. The folder is made where there is none, with x where the file has r.
func Replace(path string, text []byte, mode fs.FileMode) (changed bool, err error) {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
		return false, nil
	}
	folder := filepath.Dir(path)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(folder, searchable(mode)); err != nil {
			return false, err
		}
		if err := os.Chmod(folder, searchable(mode)); err != nil { // whatever the umask
			return false, err
		}
	}
	f, err := os.CreateTemp(folder, ".tmp-")
	if err != nil {
		return false, err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return false, errors.Join(err, os.Remove(f.Name()))
	}
	return true, nil
}

// searchable is the mode of a folder whose files have the given one.
func searchable(mode fs.FileMode) fs.FileMode { return mode | (mode&0o444)>>2 }

// Missing names the weeks between the first that is kept and last that have no
// record, oldest first; of the newest n weeks up to last alone.
func Missing(records []weeks.Record, last string, n int) []string {
	if len(records) == 0 || n <= 0 {
		return nil
	}
	have := map[string]bool{}
	first := records[0].Week
	for _, r := range records {
		have[r.Week] = true
		first = min(first, r.Week)
	}
	all := weeks.Between(first, last)
	all = all[max(0, len(all)-n):]
	return slices.DeleteFunc(all, func(w string) bool { return have[w] })
}

// Shown lists the run of each week that runs/<week> shows, oldest first: the
// last whole one, for a killed run is finished by the one after it, unless
// somebody pointed the link to another.
func Shown(out string) ([]Run, error) {
	runs, err := Runs(out)
	if err != nil {
		return nil, err
	}
	var shown []Run
	for i, r := range runs {
		if i+1 < len(runs) && runs[i+1].Week == r.Week {
			continue
		}
		if to, err := os.Readlink(filepath.Join(out, "runs", r.Week)); err == nil {
			if j := slices.IndexFunc(runs, func(x Run) bool { return x.Name == to && x.Week == r.Week }); j >= 0 {
				r = runs[j]
			}
		}
		shown = append(shown, r)
	}
	return shown, nil
}

// Whole says that the files of a run are there as its manifest lists them, by
// their sizes.
func Whole(out string, r Run) bool {
	files := manifest(out, r.Name)
	for _, f := range files {
		if info, err := os.Stat(filepath.Join(out, "runs", r.Name, filepath.FromSlash(f.File))); err != nil || info.Size() != f.Bytes {
			return false
		}
	}
	return len(files) > 0
}

// listed is a file in a manifest.
type listed struct {
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
}

// manifest is what a run's manifest lists; nothing where there is none of ours.
func manifest(out, run string) (files []listed) {
	b, err := os.ReadFile(filepath.Join(out, "runs", run, "manifest.json"))
	if err != nil || json.Unmarshal(b, &files) != nil {
		return nil
	}
	return files
}
