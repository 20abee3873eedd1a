package publish

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// ours says no where what a run called name would be shown at is a folder that
// this program did not make: copying would remove what is in it.
func (f *Folder) ours(name string) error {
	for _, at := range []string{filepath.Join(f.runs(), name), f.latest()} {
		if !isDir(at) {
			continue
		}
		entries, err := os.ReadDir(at)
		if err != nil {
			return IOError(err)
		}
		if len(entries) > 0 && !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == manifestName }) {
			return &Error{CannotCreate, fmt.Errorf("%s is a folder without %s, so this program did not make it; move it away, or name another folder with --out", at, manifestName)}
		}
	}
	return nil
}

// replace makes the folder v.at what was prepared: the old manifest goes first,
// the files are renamed into place, and the new manifest comes last. Who trusts
// only files that the manifest has right never takes a mix for a run.
func (f *Folder) replace(v sight) error {
	if err := f.clear(v.at); err != nil {
		return err
	}
	for _, name := range v.names {
		if name == manifestName {
			continue
		}
		if err := f.makeBetween(v.at, filepath.Dir(name)); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(v.new, name), filepath.Join(v.at, name)); err != nil {
			return err
		}
	}
	if err := errors.Join(keepOnly(v.at, v.names), syncDirs(v.at)); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(v.new, manifestName), filepath.Join(v.at, manifestName)); err != nil {
		return err
	}
	return syncDir(v.at)
}

// clear makes at a folder that no reader trusts.
func (f *Folder) clear(at string) error {
	if !isDir(at) {
		if err := os.Remove(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err // a symlink from when there could be one
		}
	}
	if err := f.makeDir(at); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(at, manifestName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncDir(at)
}

// copyFiles copies every file below from into the stage below to, brings it to
// the disk, and returns their paths.
func (s *stage) copyFiles(to, from string) (names []string, err error) {
	err = filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		names = append(names, name)
		return s.copyFile(filepath.Join(to, name), path)
	})
	return names, err
}

func (s *stage) copyFile(name, path string) error {
	src, err := os.Open(path)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := s.create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Sync(), dst.Close())
}

// keepOnly removes every file below dir but names, and folders that are empty
// then.
func keepOnly(dir string, names []string) error {
	keep := map[string]bool{}
	for _, name := range names {
		for ; name != "."; name = filepath.Dir(name) {
			keep[name] = true
		}
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || keep[name] {
			return err
		}
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		if d.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
}
