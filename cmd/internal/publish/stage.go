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
)

// stage is the temporary folder in which a run is written, several files at a
// time. Files are hashed as they pass; they are brought to the disk when it is
// known that they are wanted.
type stage struct {
	folder *Folder
	dir    string
	kept   func() // it need not be dropped at an interrupt any more

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

// newStage makes the folder in runs. What an interrupt must remove is known
// before it is there.
func (f *Folder) newStage() (*stage, error) {
	s := &stage{folder: f}
	s.kept = f.Undo(s.remove)
	if err := s.make(); err != nil {
		s.drop()
		return nil, err
	}
	return s, nil
}

func (s *stage) make() error {
	return s.alone(func() (err error) {
		s.dir, err = os.MkdirTemp(s.folder.runs(), temporary)
		return err
	})
}

// newRun is where the run is in the stage; beside it is what will show it.
const newRun = ".run"

var errInterrupted = errors.New("interrupted")

// add writes f. What fails in f itself and not on the disk is a bug of ours.
func (s *stage) add(f File) error {
	to, err := s.create(filepath.Join(newRun, f.Name))
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

// create makes a file of the temporary folder.
func (s *stage) create(name string) (file *os.File, err error) {
	err = s.alone(func() error {
		file, err = s.folder.create(s.dir, name)
		return err
	})
	return file, err
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

// commit brings the files to the disk and publishes them as runs/<dir>.
func (s *stage) commit(dir string) error {
	from, f := filepath.Join(s.dir, newRun), s.folder
	if err := s.bring(from); err != nil {
		return err
	}
	if err := syncDirs(from); err != nil {
		return err
	}
	sights, err := s.prepare(dir, from)
	if err != nil {
		return err
	}
	return s.alone(func() error {
		return f.journalled(dir, func() error {
			if err := os.Rename(from, filepath.Join(f.runs(), dir)); err != nil {
				return err
			}
			return errors.Join(syncDir(f.runs()), f.reveal(sights))
		})
	})
}

// alone has f called unless an interrupt came; one that comes now waits.
func (s *stage) alone(f func() error) error {
	s.making.Lock()
	defer s.making.Unlock()
	if s.dropped {
		return errInterrupted
	}
	return f()
}

// link makes a symlink to the relative path to, wherever it will be renamed to.
func (s *stage) link(to, at string) error {
	return s.alone(func() error { return s.folder.symlink(to, at) })
}

// atOnce is how many files are brought to the disk together. The processor has
// nothing to do with it: a disk answers many in little more than the time of one.
const atOnce = 8

// bring waits until the files are on the disk. Of several that fail, it tells the
// first.
func (s *stage) bring(from string) error {
	failed := make([]error, len(s.wrote))
	turn := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i, x := range s.wrote {
		turn <- struct{}{}
		wg.Go(func() {
			defer func() { <-turn }()
			failed[i] = bring(filepath.Join(from, x.File))
		})
	}
	wg.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

func bring(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// drop removes what is left.
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
