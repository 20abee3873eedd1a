// Package publish writes a run's files into a folder of their own and makes them
// visible at once: who reads sees the run before or this one, never half of
// either. It knows nothing of reports.
//
// One process at a time publishes under a folder: it holds a lock from Open to
// Close. So what other runs left there is known to be dead, and is removed.
package publish

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
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
	CannotCreate             // the folder to publish under cannot be made or is not ours
	Bug                      // what writes a file failed, and not the disk
	Held                     // another run holds the lock
)

// Error is why a run was not published. The run before is untouched.
type Error struct {
	Kind Kind
	Err  error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// IOError is an Error of writing.
func IOError(err error) *Error {
	if full(err) {
		return &Error{Disk, fmt.Errorf("the disk is full: %w; the previous run is untouched", err)}
	}
	return &Error{Disk, fmt.Errorf("%w; the previous run is untouched", err)}
}

// cannotCreate is the Error of a folder that nothing can be made in.
func cannotCreate(err error) *Error {
	if full(err) {
		return IOError(err)
	}
	return &Error{CannotCreate, fmt.Errorf("%w; name a folder that can be written with --out", err)}
}

// Undo has a function called when the program is told to stop, until the one
// that it returns is called. The last one given is called first.
type Undo func(func()) (done func())

// Options say how a folder is published under.
type Options struct {
	Mode   fs.FileMode   // of files, whatever the umask; folders get x where r is; 0: FileMode
	Wait   time.Duration // for another run to end; 0: not at all
	Copies bool          // make no symlinks: copy, as where they cannot be made
	Undo   Undo          // nil: nobody tells the program to stop
	Say    func(string)  // is told what an operator should know; nil: nobody is

	symlink func(to, at string) error      // for tests
	noLocks bool                           // for tests: the file system has no locks
	free    func(dir string) (int64, bool) // for tests: the bytes that are free
}

// Folder is a folder that this process alone publishes under.
type Folder struct {
	Options
	out     string
	release func() // gives the lock back
	kept    func() // nothing need be undone any more
	made    bool   // out was not there, and nothing was published yet

	noRights sync.Once // it was said that rights cannot be set
}

// Open takes the folder out, which it makes where there is none: it waits for
// the lock as the options say, and finishes or removes what killed runs left.
// Errors are of type *Error.
func Open(out string, o Options) (*Folder, error) {
	f := &Folder{Options: o.defaults(), out: out, release: func() {}}
	if err := f.makeOut(); err != nil {
		return nil, cannotCreate(fmt.Errorf("cannot create %s: %w", out, err))
	}
	f.kept = f.Undo(func() {}) // from here on a signal ends the program by its exit code
	if err := f.lock(); err != nil {
		f.made = false // what is in it by now is another's
		f.Close()
		return nil, err
	}
	if err := errors.Join(f.makeDir(f.runs()), f.tidy()); err != nil {
		f.Close()
		return nil, IOError(err)
	}
	return f, nil
}

// Close lets other runs in. A folder that Open made and nothing was published
// under is as it was: not there.
func (f *Folder) Close() {
	f.kept() // which does not return where an interrupt came first
	if f.made {
		for _, path := range []string{f.runs(), filepath.Join(f.out, lockName), f.out} {
			_ = os.Remove(path) // what is in use or holds something stays
		}
	}
	f.release()
}

func (o Options) defaults() Options {
	if o.Mode == 0 {
		o.Mode = FileMode
	}
	if o.Undo == nil {
		o.Undo = func(func()) func() { return func() {} }
	}
	if o.Say == nil {
		o.Say = func(string) {}
	}
	if o.symlink == nil {
		o.symlink = os.Symlink
	}
	if o.free == nil {
		o.free = freeBytes
	}
	// Windows replaces no link to a folder by a rename.
	o.Copies = o.Copies || runtime.GOOS == "windows"
	return o
}

func (f *Folder) runs() string   { return filepath.Join(f.out, "runs") }
func (f *Folder) latest() string { return filepath.Join(f.out, "latest") }

// Publish writes a run under runs/<name>.rN in a temporary folder and makes it
// visible: runs/<name> shows it, then latest does, unless a run of a later name
// is there. When the run there already
// has the same bytes (all but run.json, which is asked for last), nothing is
// touched; where it has them by its manifest alone, it is published anew. Errors are of type *Error.
func (f *Folder) Publish(name string, files []File, run func() []byte) (Publication, error) {
	if err := f.ours(name); err != nil {
		return Publication{}, err
	}
	s, err := f.newStage()
	if err != nil {
		return Publication{}, IOError(err)
	}
	defer s.drop()
	f.made = false
	if err := s.addAll(files); err != nil {
		return Publication{}, err
	}
	manifest, err := s.manifest()
	if err != nil {
		return Publication{}, &Error{Bug, err}
	}
	numbers := f.revisions(name)
	if dir, there := f.shown(name, numbers); dir != "" && bytes.Equal(there, manifest) {
		bad := f.damaged(name, dir, manifest)
		if bad == 0 {
			return Publication{filepath.Join("runs", dir), true}, f.again(dir)
		}
		f.Say(fmt.Sprintf("%s is damaged and published anew: files missing or not as %s lists them: %d", filepath.Join(f.runs(), dir), manifestName, bad))
	}
	for _, file := range []File{{"run.json", Text(run())}, {manifestName, Text(manifest)}} {
		if err := s.add(file); err != nil {
			return Publication{}, err
		}
	}
	dir := fmt.Sprintf("%s.r%d", name, slices.Max(append(numbers, 0))+1)
	if err := s.commit(dir); err != nil {
		return Publication{}, IOError(err)
	}
	return Publication{filepath.Join("runs", dir), false}, nil
}

// again shows a run that is there already where somebody removed latest.
func (f *Folder) again(dir string) error {
	if _, err := os.Stat(filepath.Join(f.latest(), manifestName)); err == nil {
		return nil
	}
	if err := f.show(dir); err != nil {
		return IOError(err)
	}
	return nil
}

// revisions are the numbers of the runs called name, in no order.
func (f *Folder) revisions(name string) (numbers []int) {
	entries, _ := os.ReadDir(f.runs())
	for _, e := range entries {
		if n, ok := strings.CutPrefix(e.Name(), name+".r"); ok {
			if i, err := strconv.Atoi(n); err == nil && i > 0 {
				numbers = append(numbers, i)
			}
		}
	}
	return numbers
}

// shown is the run that runs/<name> shows, and its manifest: the one that it
// points to or, where it is a copy, the last one with its manifest.
func (f *Folder) shown(name string, numbers []int) (dir string, manifest []byte) {
	at := filepath.Join(f.runs(), name)
	manifest, err := os.ReadFile(filepath.Join(at, manifestName))
	if err != nil {
		return "", nil
	}
	if to, err := os.Readlink(at); err == nil {
		return to, manifest
	}
	slices.Sort(numbers)
	for _, n := range slices.Backward(numbers) {
		dir := fmt.Sprintf("%s.r%d", name, n)
		if b, err := os.ReadFile(filepath.Join(f.runs(), dir, manifestName)); err == nil && bytes.Equal(b, manifest) {
			return dir, manifest
		}
	}
	return "", manifest
}
