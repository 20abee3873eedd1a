package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Reports hold pay data: not for everybody on the machine.
const (
	FileMode = 0o640
	DirMode  = 0o750
	// stateMode is that of files for this program alone: who can open a lock
	// can hold it.
	stateMode = 0o600
)

// dirMode is that of folders: who may read a file may enter where it lies.
func (o Options) dirMode() fs.FileMode { return o.Mode | o.Mode&0o444>>2 }

// makeOut makes the folder that is published under. One that is there keeps its
// rights: they are its owner's choice.
func (f *Folder) makeOut() error {
	if _, err := os.Stat(f.out); !errors.Is(err, fs.ErrNotExist) {
		return os.MkdirAll(f.out, f.dirMode()) // which says when it is no folder
	}
	if err := os.MkdirAll(filepath.Dir(f.out), f.dirMode()); err != nil {
		return err
	}
	f.made = true
	return f.makeDir(f.out)
}

// makeDir makes dir in a folder that is there, unless it is there itself, and
// gives it its rights whatever the umask is.
func (f *Folder) makeDir(dir string) error {
	if err := os.Mkdir(dir, f.dirMode()); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return f.setDir(dir)
}

// setDir gives dir its rights; it stays with its group where it is marked so.
func (f *Folder) setDir(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	return f.chmod(dir, info.Mode()&fs.ModeSetgid|f.dirMode())
}

// chmod gives path the rights mode, where the file system has rights and they
// are ours to give.
func (f *Folder) chmod(path string, mode fs.FileMode) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode()&(fs.ModeSetgid|fs.ModePerm) == mode {
		return err
	}
	err = os.Chmod(path, mode)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, errors.ErrUnsupported) {
		f.noRights.Do(func() { f.Say(fmt.Sprintf("the rights of %s cannot be set: %v", path, err)) })
		return nil
	}
	return err
}

// create makes a file that is not there below root, and the folders between.
func (f *Folder) create(root, name string) (*os.File, error) {
	if err := f.makeBetween(root, filepath.Dir(filepath.FromSlash(name))); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(root, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, f.Mode)
	if err != nil {
		return nil, err
	}
	if err := f.chmod(file.Name(), f.Mode); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// makeBetween makes the folders of the relative path dir below root.
func (f *Folder) makeBetween(root, dir string) error {
	if dir == "." {
		return nil
	}
	if info, err := os.Lstat(filepath.Join(root, dir)); err == nil && info.IsDir() {
		return nil
	}
	if err := f.makeBetween(root, filepath.Dir(dir)); err != nil {
		return err
	}
	return f.makeDir(filepath.Join(root, dir))
}
