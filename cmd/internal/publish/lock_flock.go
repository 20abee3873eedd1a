//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package publish

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// take opens the lock file and locks it, for as long as the file is open. A
// child does not inherit it: Go opens files with O_CLOEXEC.
func take(path string) (*os.File, error) {
	for range lockTries {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, stateMode)
		if err != nil {
			return nil, err
		}
		if err := flock(file); err != nil {
			file.Close()
			return nil, err
		}
		if is(file, path) {
			_ = file.Chmod(stateMode) // where it is ours and was made otherwise
			return file, nil
		}
		file.Close() // somebody removed the file: the lock is on another
	}
	return nil, errHeld
}

func is(file *os.File, path string) bool {
	a, err := file.Stat()
	if err != nil {
		return false
	}
	b, err := os.Stat(path)
	return err == nil && os.SameFile(a, b)
}

func flock(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return errHeld
	case unsupported(err):
		return fmt.Errorf("%w: %w", errNoLocks, err)
	}
	return err
}

// unsupported says that a file system knows no flock; ENOLCK is that of NFS
// without its lock service.
func unsupported(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.ENOLCK)
}
