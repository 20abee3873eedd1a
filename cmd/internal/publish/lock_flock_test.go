//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package publish

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Which errors of flock are those of a file system that has none.
func TestUnsupported(t *testing.T) {
	for err, want := range map[error]bool{syscall.ENOTSUP: true, syscall.ENOSYS: true, syscall.ENOLCK: true,
		syscall.EWOULDBLOCK: false, syscall.EBADF: false, syscall.EIO: false} {
		if got := unsupported(err); got != want {
			t.Errorf("%v: %v", err, got)
		}
	}
}

// The lock is for this program alone, whoever made the file; it is no way to
// write elsewhere.
func TestLockFile(t *testing.T) {
	out := t.TempDir()
	path := filepath.Join(out, lockName)
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	f := open(t, out, Options{})
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != stateMode {
		t.Errorf("%v %v", info.Mode(), err)
	}
	held.Lock()
	var fds []uintptr
	for file := range held.files {
		if file.Name() == path {
			fds = append(fds, file.Fd())
		}
	}
	held.Unlock()
	if len(fds) != 1 {
		t.Fatalf("%d files are the lock", len(fds))
	}
	if flags, _, errno := syscall.Syscall(syscall.SYS_FCNTL, fds[0], syscall.F_GETFD, 0); errno != 0 || flags&syscall.FD_CLOEXEC == 0 {
		t.Errorf("a child inherits the lock: %v %v", flags, errno)
	}
	f.Close()
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, path); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(out, Options{}); err == nil || read(t, victim) != "text" {
		t.Errorf("a symlink was followed: %v, %q", err, read(t, victim))
	}
}

// A lock on a file that somebody removed meanwhile is seen to be one.
func TestIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), lockName)
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if !is(file, path) {
		t.Error("the file is not itself")
	}
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	if is(file, path) {
		t.Error("a file that is gone is there")
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if is(file, path) {
		t.Error("another file is the same")
	}
}
