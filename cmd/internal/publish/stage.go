package publish

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

// stage is the temporary folder in which a run is written, several files at a
// time. Files are hashed as they pass; they are brought to the disk when it is
// known that they are wanted.
type stage struct {
	dir  string
	kept func() // it need not be dropped at an interrupt any more

	making  sync.Mutex // a file, or the end of the folder
	dropped bool
	wrote   []listed
}

// listed is a file in the manifest.
type listed struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// leftFor is how long nothing happens in a folder before it is known to be left
// over: no run takes as long.
const leftFor = 24 * time.Hour

// sweep removes the folders of runs that were killed.
func sweep(runs string) {
	left, _ := filepath.Glob(filepath.Join(runs, ".tmp-*"))
	for _, dir := range left {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > leftFor {
			os.RemoveAll(dir)
		}
	}
}

// newStage makes the folder below runs. What an interrupt must remove is known
// before it is there.
func newStage(runs string, undo Undo) (*stage, error) {
	s := &stage{}
	s.kept = undo(s.remove)
	if err := s.make(runs); err != nil {
		s.drop()
		return nil, err
	}
	return s, nil
}

func (s *stage) make(runs string) (err error) {
	s.making.Lock()
	defer s.making.Unlock()
	if s.dropped {
		return errInterrupted
	}
	if s.dir, err = os.MkdirTemp(runs, ".tmp-"); err != nil {
		return err
	}
	return os.Chmod(s.dir, DirMode)
}

var errInterrupted = errors.New("interrupted")

// add writes f. What fails in f itself and not on the disk is a bug of ours.
func (s *stage) add(f File) error {
	to, err := s.create(f.Name)
	if err != nil {
		return IOError(err)
	}
	defer to.Close()
	hash, disk := sha256.New(), &disk{file: to}
	b := bufio.NewWriterSize(io.MultiWriter(disk, hash), 1<<16)
	err = errors.Join(f.Write(b), b.Flush())
	if err == nil {
		disk.err = to.Close()
	}
	switch {
	case disk.err != nil:
		return IOError(disk.err)
	case err != nil:
		return &Error{Bug, fmt.Errorf("%s: %w", f.Name, err)}
	}
	s.making.Lock()
	defer s.making.Unlock()
	s.wrote = append(s.wrote, listed{f.Name, hex.EncodeToString(hash.Sum(nil)), disk.n})
	return nil
}

// addAll writes files, several at a time. Of several that fail, it tells the
// first.
func (s *stage) addAll(files []File) error {
	failed := make([]error, len(files))
	bugs := make([]any, len(files)) // a panic must end in the caller, who reports it
	var next atomic.Int64
	var broken atomic.Bool
	var wg sync.WaitGroup
	for range min(len(files), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(files) && !broken.Load(); i = int(next.Add(1)) - 1 {
				func() {
					defer func() { bugs[i] = recover() }()
					failed[i] = s.add(files[i])
				}()
				if failed[i] != nil || bugs[i] != nil {
					broken.Store(true)
				}
			}
		})
	}
	wg.Wait()
	for i := range files {
		if bugs[i] != nil {
			panic(bugs[i])
		}
		if failed[i] != nil {
			return failed[i]
		}
	}
	return nil
}

func (s *stage) create(name string) (*os.File, error) {
	s.making.Lock()
	defer s.making.Unlock()
	if s.dropped {
		return nil, errInterrupted
	}
	p := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(p), DirMode); err != nil {
		return nil, err
	}
	return os.OpenFile(p, os.O_CREATE|os.O_EXCL|os.O_WRONLY, FileMode)
}

// disk counts what is written to a file, and tells what failed there.
type disk struct {
	file *os.File
	n    int64
	err  error
}

func (d *disk) Write(b []byte) (int, error) {
	n, err := d.file.Write(b)
	d.n += int64(n)
	if err != nil {
		d.err = err
	}
	return n, err
}

// manifest lists the sha256 of every file so far.
func (s *stage) manifest() ([]byte, error) {
	sort.Slice(s.wrote, func(i, j int) bool { return s.wrote[i].File < s.wrote[j].File })
	b, err := json.MarshalIndent(s.wrote, "", " ")
	return append(b, '\n'), err
}

// rename brings the files to the disk and the folder to its place.
func (s *stage) rename(to string) error {
	for _, f := range s.wrote {
		if err := bring(filepath.Join(s.dir, f.File)); err != nil {
			return err
		}
	}
	return os.Rename(s.dir, to)
}

// bring waits until a file is on the disk.
func bring(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// drop removes what is left: nothing after rename.
func (s *stage) drop() {
	s.remove()
	s.kept()
}

func (s *stage) remove() {
	s.making.Lock()
	defer s.making.Unlock()
	s.dropped = true
	if s.dir != "" {
		os.RemoveAll(s.dir)
	}
}

// Text writes what is there already.
func Text(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}
