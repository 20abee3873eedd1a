//go:build unix

package publish

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// The rights are those asked for whatever the umask, and what is the program's
// own is for it alone.
func TestRights(t *testing.T) {
	for _, copies := range []bool{false, true} {
		for _, umask := range []int{0, 0o077} {
			for mode, dirs := range map[fs.FileMode]fs.FileMode{0: 0o750, 0o600: 0o700, 0o644: 0o755, 0o660: 0o770} {
				out := filepath.Join(t.TempDir(), "a", "reports")
				was := syscall.Umask(umask)
				f := open(t, out, Options{Mode: mode, Copies: copies})
				_, err := f.Publish("2025-W10", []File{{"report.html", Text(nil)}, {"a/b/c.csv", Text(nil)}}, emptyRun)
				syscall.Umask(was)
				if err != nil {
					t.Fatal(err)
				}
				if mode == 0 {
					mode = FileMode
				}
				for name, want := range map[string]fs.FileMode{"": dirs, "runs": dirs, "runs/2025-W10.r1": dirs, "latest": dirs, "latest/a": dirs, "latest/a/b": dirs,
					"runs/2025-W10": dirs, "latest/report.html": mode, "latest/a/b/c.csv": mode, "latest/run.json": mode, "latest/manifest.json": mode, ".lock": 0o600} {
					info, err := os.Stat(filepath.Join(out, name))
					if err != nil || info.Mode().Perm() != want {
						t.Errorf("umask %o, mode %o: %q has %v, want %v (%v)", umask, mode, name, info.Mode(), want, err)
					}
				}
				f.Close()
			}
		}
	}
}

// A folder of a group's stays the group's, and one that was there keeps its
// rights.
func TestRightsOfAGroup(t *testing.T) {
	out := t.TempDir()
	if err := os.Chmod(out, 0o770|fs.ModeSetgid); err != nil {
		t.Fatal(err)
	}
	f := open(t, out, Options{})
	if _, err := f.Publish("2025-W10", []File{{"a/b.csv", Text(nil)}}, emptyRun); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{"": 0o770, "runs": 0o750, "latest/": 0o750, "latest/a": 0o750} {
		info, err := os.Stat(filepath.Join(out, name))
		if err != nil || info.Mode().Perm() != want || info.Mode()&fs.ModeSetgid == 0 {
			t.Errorf("%q: %v %v", name, info.Mode(), err)
		}
	}
}
