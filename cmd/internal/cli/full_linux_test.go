package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// setBytes are the bytes of the run in dir, each file in whole pages of memory,
// as a tmpfs counts them.
func setBytes(t *testing.T, dir string) (n int64) {
	t.Helper()
	err := filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil {
			n += (info.Size() + 4095) / 4096 * 4096
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// mountRoom mounts a disk of n bytes, or another size of it.
func mountRoom(t *testing.T, dir string, n int64, flags uintptr) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", flags, fmt.Sprintf("size=%d", n)); err != nil {
		t.Skipf("SKIPPED: a full disk: cannot mount one, which root can: %v", err)
	}
	if flags == 0 {
		t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	}
}

// A disk with no room for a run: the build says so before it begins, or ends
// when it meets the end of the disk; the run that is there stays, nothing else
// does, and with room the next build goes through.
func TestFullDisk(t *testing.T) {
	data, normal := twoWeeks(t), t.TempDir()
	built(t, buildOf(data, normal, 0), normal)
	set := setBytes(t, filepath.Join(normal, "runs", "2025-W10.r1"))
	built(t, buildOf(data, normal, 0, "--files", "none"), normal)
	small := setBytes(t, filepath.Join(normal, "runs", "2025-W10.r2"))
	for how, c := range map[string]struct {
		first, second []string
		room          int64
		says          string
	}{
		// 1.3 sets, one is there: 0.3 are left, 1.5 are needed.
		"seen before": {nil, nil, set * 13 / 10, "bytes free and a run needs"},
		// A small set is there; 1.6 of it are left, but the next one is bigger.
		"met in writing": {[]string{"--files", "none"}, []string{"--files", "all"}, small * 26 / 10, "the disk is full"},
		// As before, but with room for 1.9 of the bigger set, and it is copied.
		"met in copying": {[]string{"--files", "none"}, []string{"--files", "all", "--copies"}, small + set*19/10, "the disk is full"},
	} {
		t.Run(how, func(t *testing.T) {
			out := t.TempDir()
			mountRoom(t, out, c.room, 0)
			built(t, buildOf(data, out, 0, c.first...), out)
			before := read(t, out, "latest", "manifest.json")
			cmd, said := program(buildOf(data, out, 1, c.second...)...)
			err := cmd.Run()
			if code := cmd.ProcessState.ExitCode(); err == nil || code != exitIO || !strings.Contains(said.String(), c.says) {
				t.Errorf("%v, want %d\n%s", err, exitIO, said)
			}
			t.Logf("%s", strings.TrimSpace(said.String()))
			if names := remains(t, out); len(names) > 0 {
				t.Errorf("left: %v", names)
			}
			if read(t, out, "latest", "manifest.json") != before {
				t.Error("another report is the latest")
			}
			checkDisk(t, out, false)
			mountRoom(t, out, 20*set, syscall.MS_REMOUNT)
			built(t, buildOf(data, out, 1, c.second...), out)
		})
	}
}
