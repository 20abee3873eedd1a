package publish

import (
	"errors"
	"os"
	"syscall"
)

// errSharing is what a file tells that another process has open alone
// (ERROR_SHARING_VIOLATION).
const errSharing = syscall.Errno(32)

// take opens the lock file so that nobody else can open it for writing while it
// is open; they may read who has it.
func take(path string) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, syscall.FILE_SHARE_READ, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, errSharing) {
		return nil, errHeld
	}
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}
