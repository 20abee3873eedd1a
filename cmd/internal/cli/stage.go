package cli

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
	"sort"
	"sync"
	"time"
)

// stage is the temporary folder in which a run is written, file by file. Files
// are hashed as they pass and stay open until it is known that they are wanted.
type stage struct {
	dir   string
	files []*os.File
	wrote []listed
	kept  func() // it need not be dropped at an interrupt any more

	making  sync.Mutex // a file, or the end of the folder
	dropped bool
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
func newStage(runs string) (*stage, error) {
	s := &stage{}
	s.kept = atInterrupt.add(s.remove)
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
	return os.Chmod(s.dir, dirMode)
}

var errInterrupted = errors.New("interrupted")

// add writes f. What fails in f itself and not on the disk is a bug of ours.
func (s *stage) add(f file) error {
	to, err := s.create(f.name)
	if err != nil {
		return ioError(err)
	}
	s.files = append(s.files, to)
	hash, disk := sha256.New(), &disk{file: to}
	b := bufio.NewWriterSize(io.MultiWriter(disk, hash), 1<<16)
	err = errors.Join(f.write(b), b.Flush())
	switch {
	case disk.err != nil:
		return ioError(disk.err)
	case err != nil:
		return &exitError{exitBug, fmt.Errorf("%s: %w", f.name, err)}
	}
	s.wrote = append(s.wrote, listed{f.name, hex.EncodeToString(hash.Sum(nil)), disk.n})
	return nil
}

func (s *stage) create(name string) (*os.File, error) {
	s.making.Lock()
	defer s.making.Unlock()
	if s.dropped {
		return nil, errInterrupted
	}
	p := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(p), dirMode); err != nil {
		return nil, err
	}
	return os.OpenFile(p, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fileMode)
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
	for _, f := range s.files {
		if err := f.Sync(); err != nil {
			return err
		}
	}
	if err := s.close(); err != nil {
		return err
	}
	return os.Rename(s.dir, to)
}

func (s *stage) close() (err error) {
	for _, f := range s.files {
		err = errors.Join(err, f.Close())
	}
	s.files = nil
	return err
}

// drop removes what is left: nothing after rename.
func (s *stage) drop() {
	s.close()
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

// text writes what is there already.
func text(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}
