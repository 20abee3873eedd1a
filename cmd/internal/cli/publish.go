package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
	name  string
	write func(io.Writer) error
}

// publication is where a run was published.
type publication struct {
	dir       string // runs/2025-W10.r2
	unchanged bool   // the same bytes were there already
}

// publish writes a run under out/runs/<name>.rN in a temporary folder and
// makes it visible by swapping symlinks: runs/<name>, then latest. A reader
// sees the old run or the new one, never half of either. When the run there
// already has the same bytes (all but run.json, which is asked for last),
// nothing is touched.
func publish(out, name string, files []file, run func() []byte) (publication, error) {
	runs := filepath.Join(out, "runs")
	if err := os.MkdirAll(runs, dirMode); err != nil {
		return publication{}, &exitError{exitCannotCreate, fmt.Errorf("cannot create %s: %w; name a folder that can be written with --out", runs, err)}
	}
	sweep(runs)
	s, err := newStage(runs)
	if err != nil {
		return publication{}, ioError(err)
	}
	defer s.drop()
	if err := s.addAll(files); err != nil {
		return publication{}, err
	}
	manifest, err := s.manifest()
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
	for _, f := range []file{{"run.json", text(run())}, {"manifest.json", text(manifest)}} {
		if err := s.add(f); err != nil {
			return publication{}, err
		}
	}
	dir := fmt.Sprintf("%s.r%d", name, last+1)
	if err := s.rename(filepath.Join(runs, dir)); err != nil {
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
