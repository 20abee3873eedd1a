package cli

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"crmreport/cmd/internal/publish"
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
		if left := remains(t, out); len(left) > 0 {
			t.Errorf("%v leaves %v", c.signal, left)
		}
		if read(t, out, "latest", "manifest.json") != before {
			t.Errorf("%v: another report is the latest", c.signal)
		}
	}
	run(t, exitOK, "build", "--data", data, "--out", out) // the lock is free
}

// A build that is told to stop while it waits for another ends as one that
// writes, and the other does not notice.
func TestInterruptedWaiting(t *testing.T) {
	data, out := twoWeeks(t), t.TempDir()
	folder, err := publish.Open(out, publish.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := program(buildOf(data, out, 0, "--lock-wait", "10m")...)
	b.Stderr = nil
	says, err := b.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(says).ReadString('\n'); err != nil || !strings.Contains(line, fmt.Sprintf("waiting for another run (process %d on", os.Getpid())) {
		t.Errorf("says %q, %v", line, err)
	}
	if err := b.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := b.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitTerminated {
		t.Errorf("%v, want exit code %d", err, exitTerminated)
	}
	if _, err := folder.Publish("2025-W10", nil, func() []byte { return nil }); err != nil {
		t.Error(err)
	}
	folder.Close()
	built(t, buildOf(data, out, 0), out)
}

func staged(t *testing.T, out string) []string {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(out, "runs", ".tmp-*"))
	if err != nil {
		t.Fatal(err)
	}
	return left
}
