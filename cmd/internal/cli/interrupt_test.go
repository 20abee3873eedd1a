package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A build that is told to stop while it writes leaves nothing behind, and the
// report before it as it was.
func TestInterrupted(t *testing.T) {
	data, out := t.TempDir(), t.TempDir()
	run(t, exitOK, "sample", "--reps", "60", "--weeks", "26", "--out", data)
	run(t, exitOK, "build", "--data", data, "--out", out)
	before := read(t, out, "latest", "manifest.json")
	for _, c := range []struct {
		signal os.Signal
		code   int
	}{{os.Interrupt, exitInterrupted}, {syscall.SIGTERM, exitTerminated}} {
		b := exec.Command(os.Args[0], "build", "--data", data, "--out", out, "--as-of", "2025-03-09")
		b.Env = append(os.Environ(), "CRMREPORT_TEST_AS=crmreport")
		if err := b.Start(); err != nil {
			t.Fatal(err)
		}
		for len(staged(t, out)) == 0 {
			time.Sleep(time.Millisecond)
			if b.Process.Signal(syscall.Signal(0)) != nil {
				t.Fatal("the build ended before it wrote anything")
			}
		}
		if err := b.Process.Signal(c.signal); err != nil {
			t.Fatal(err)
		}
		var exit *exec.ExitError
		if err := b.Wait(); !errors.As(err, &exit) || exit.ExitCode() != c.code {
			t.Errorf("%v: %v, want exit code %d", c.signal, err, c.code)
		}
		if left := staged(t, out); len(left) > 0 {
			t.Errorf("%v leaves %v", c.signal, left)
		}
		if read(t, out, "latest", "manifest.json") != before {
			t.Errorf("%v: another report is the latest", c.signal)
		}
	}
}

func staged(t *testing.T, out string) []string {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(out, "runs", ".tmp-*"))
	if err != nil {
		t.Fatal(err)
	}
	return left
}
