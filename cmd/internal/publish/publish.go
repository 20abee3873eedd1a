// Package publish writes a run's files into a folder of their own and makes them
// visible at once: who reads sees the run before or this one, never half of
// either. It knows nothing of reports.
package publish

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
	FileMode = 0o640
	DirMode  = 0o750
)

// File is one file of a run, by its name below the run's folder.
type File struct {
	Name  string
	Write func(io.Writer) error
}

// Publication is where a run was published.
type Publication struct {
	Dir       string // runs/2025-W10.r2
	Unchanged bool   // the same bytes were there already
}

// Kind is what kept a run from being published.
type Kind int

// The kinds of an Error.
const (
	Disk         Kind = iota // reading or writing failed, or the disk is full
	CannotCreate             // the folder to publish under cannot be made
	Bug                      // what writes a file failed, and not the disk
)

// Error is why a run was not published. The run before is untouched.
type Error struct {
	Kind Kind
	Err  error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Undo has a function called when the program is told to stop, until the one
// that it returns is called.
type Undo func(func()) (done func())

// Publish writes a run under out/runs/<name>.rN in a temporary folder and
// makes it visible by swapping symlinks: runs/<name>, then latest. A reader
// sees the old run or the new one, never half of either. When the run there
// already has the same bytes (all but run.json, which is asked for last),
// nothing is touched.
func Publish(out, name string, files []File, run func() []byte, undo Undo) (Publication, error) {
	runs := filepath.Join(out, "runs")
	if err := os.MkdirAll(runs, DirMode); err != nil {
		return Publication{}, &Error{CannotCreate, fmt.Errorf("cannot create %s: %w; name a folder that can be written with --out", runs, err)}
	}
	sweep(runs)
	s, err := newStage(runs, undo)
	if err != nil {
		return Publication{}, IOError(err)
	}
	defer s.drop()
	if err := s.addAll(files); err != nil {
		return Publication{}, err
	}
	manifest, err := s.manifest()
	if err != nil {
		return Publication{}, err
	}
	current, last := revisions(runs, name)
	if current != "" {
		old, err := os.ReadFile(filepath.Join(runs, current, "manifest.json"))
		if err == nil && bytes.Equal(old, manifest) {
			return Publication{filepath.Join("runs", current), true}, nil
		}
	}
	for _, f := range []File{{"run.json", Text(run())}, {"manifest.json", Text(manifest)}} {
		if err := s.add(f); err != nil {
			return Publication{}, err
		}
	}
	dir := fmt.Sprintf("%s.r%d", name, last+1)
	if err := s.rename(filepath.Join(runs, dir)); err != nil {
		return Publication{}, IOError(err)
	}
	for _, l := range []struct{ at, to string }{
		{filepath.Join(runs, name), dir},
		{filepath.Join(out, "latest"), filepath.Join("runs", name)},
	} {
		if err := swapLink(l.at, l.to); err != nil {
			return Publication{}, IOError(err)
		}
	}
	return Publication{filepath.Join("runs", dir), false}, nil
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

// IOError is an Error of writing.
func IOError(err error) *Error {
	if errors.Is(err, syscall.ENOSPC) {
		return &Error{Disk, fmt.Errorf("the disk is full: %w; the previous run is untouched", err)}
	}
	return &Error{Disk, fmt.Errorf("%w; the previous run is untouched", err)}
}
