package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
)

// Reports hold pay data: not for everybody on the machine (operations: rights).
const (
	fileMode = 0o640
	dirMode  = 0o750
)

// file is one file of a run, by its name below the run's folder.
type file struct {
	name string
	body []byte
}

// publication is where a run was published.
type publication struct {
	dir       string // runs/2025-W10.r2
	unchanged bool   // the same bytes were there already
}

// publish writes a run under out/runs/<name>.rN in a temporary folder and
// makes it visible by swapping symlinks: runs/<name>, then latest. A reader
// sees the old run or the new one, never half of either. When the run there
// already has the same bytes (all but run.json), nothing is touched.
func publish(out, name string, files []file, run []byte) (publication, error) {
	runs := filepath.Join(out, "runs")
	if err := os.MkdirAll(runs, dirMode); err != nil {
		return publication{}, &exitError{exitCannotCreate, fmt.Errorf("cannot create %s: %w; name a folder that can be written with --out", runs, err)}
	}
	manifest, err := manifestOf(files)
	if err != nil {
		return publication{}, err
	}
	current, last := revisions(runs, name)
	if current != "" {
		old, err := os.ReadFile(filepath.Join(runs, current, "manifest.json"))
		if err == nil && bytes.Equal(old, manifest) {
			return publication{filepath.Join("runs", current), true}, nil
		}
	}
	dir := fmt.Sprintf("%s.r%d", name, last+1)
	if err := writeRun(runs, dir, append(files, file{"run.json", run}, file{"manifest.json", manifest})); err != nil {
		return publication{}, ioError(err)
	}
	for _, l := range []struct{ at, to string }{
		{filepath.Join(runs, name), dir},
		{filepath.Join(out, "latest"), filepath.Join("runs", name)},
	} {
		if err := swapLink(l.at, l.to); err != nil {
			return publication{}, ioError(err)
		}
	}
	return publication{filepath.Join("runs", dir), false}, nil
}

// revisions returns the run that runs/<name> points to, if any, and the highest
// revision number there.
func revisions(runs, name string) (current string, last int) {
	if to, err := os.Readlink(filepath.Join(runs, name)); err == nil {
		current = to
	}
	entries, _ := os.ReadDir(runs)
	for _, e := range entries {
		if n, ok := strings.CutPrefix(e.Name(), name+".r"); ok {
			if i, err := strconv.Atoi(n); err == nil && i > last {
				last = i
			}
		}
	}
	return current, last
}

// manifestOf lists the sha256 of every file but run.json and itself.
func manifestOf(files []file) ([]byte, error) {
	type entry struct {
		File   string `json:"file"`
		SHA256 string `json:"sha256"`
		Bytes  int    `json:"bytes"`
	}
	var m []entry
	for _, f := range files {
		sum := sha256.Sum256(f.body)
		m = append(m, entry{f.name, hex.EncodeToString(sum[:]), len(f.body)})
	}
	sort.Slice(m, func(i, j int) bool { return m[i].File < m[j].File })
	b, err := json.MarshalIndent(m, "", " ")
	return append(b, '\n'), err
}

// writeRun writes files into runs/.tmp-* and renames that to runs/<dir>.
func writeRun(runs, dir string, files []file) (err error) {
	tmp, err := os.MkdirTemp(runs, ".tmp-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(tmp)
		}
	}()
	if err := os.Chmod(tmp, dirMode); err != nil {
		return err
	}
	for _, f := range files {
		p := filepath.Join(tmp, f.name)
		if err := os.MkdirAll(filepath.Dir(p), dirMode); err != nil {
			return err
		}
		if err := writeSynced(p, f.body); err != nil {
			return err
		}
	}
	return os.Rename(tmp, filepath.Join(runs, dir))
}

func writeSynced(path string, body []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fileMode)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Sync(), f.Close())
}

// swapLink makes at point to the relative path to, by one rename.
func swapLink(at, to string) error {
	tmp := at + ".tmp"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Symlink(to, tmp); err != nil {
		return err
	}
	return os.Rename(tmp, at)
}

// ioError gives an error of writing its exit code.
func ioError(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return &exitError{exitIO, fmt.Errorf("the disk is full: %w; the previous run is untouched", err)}
	}
	return &exitError{exitIO, fmt.Errorf("%w; the previous run is untouched", err)}
}
