package publish

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// signalled says whether a process with the number pid can be sent a signal, or
// might be by somebody else.
func signalled(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = p.Signal(syscall.Signal(0)) // which only asks
	return err == nil || errors.Is(err, fs.ErrPermission)
}
