package publish

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func read(t *testing.T, elem ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// never is told to stop.
func never(func()) func() { return func() {} }

func TestPublish(t *testing.T) {
	out := filepath.Join(t.TempDir(), "reports")
	week := func(body string) []File {
		return []File{{"report.html", Text([]byte(body))}, {"rejects/visits.csv", Text([]byte("x\n"))}}
	}
	steps := []struct {
		name, body, want string
		unchanged        bool
	}{
		{"2025-W10", "one", "runs/2025-W10.r1", false},
		{"2025-W10", "one", "runs/2025-W10.r1", true}, // the same again: nothing is touched
		{"2025-W10", "two", "runs/2025-W10.r2", false},
		{"2025-W11", "three", "runs/2025-W11.r1", false},
	}
	for _, s := range steps {
		p, err := Publish(out, s.name, week(s.body), func() []byte { return []byte("{}") }, never)
		if err != nil {
			t.Fatal(err)
		}
		if p.Dir != s.want || p.Unchanged != s.unchanged {
			t.Errorf("%s %q: %+v", s.name, s.body, p)
		}
		if got := read(t, out, "latest", "report.html"); got != s.body {
			t.Errorf("latest shows %q, want %q", got, s.body)
		}
	}
	if got := read(t, out, "runs", "2025-W10", "report.html"); got != "two" {
		t.Errorf("runs/2025-W10 shows %q, want the newer revision", got)
	}
	for _, name := range []string{"latest/report.html", "latest/manifest.json", "latest/rejects/visits.csv"} {
		info, err := os.Stat(filepath.Join(out, name))
		if err != nil || info.Mode().Perm() != FileMode {
			t.Errorf("%s: %v %v, want mode %o", name, info, err, FileMode)
		}
	}
	left, _ := filepath.Glob(filepath.Join(out, "runs", ".tmp-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// What fails in making a file is a bug; what fails on the disk is not. Neither
// leaves anything behind or touches the run that is there.
func TestPublishHalf(t *testing.T) {
	out := t.TempDir()
	run := func() []byte { return []byte("{}") }
	if _, err := Publish(out, "2025-W10", []File{{"report.html", Text([]byte("one"))}}, run, never); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		second File
		kind   Kind
	}{
		"a bug":        {File{"b.csv", func(w io.Writer) error { return errors.Join(Text([]byte("half"))(w), errors.New("broken")) }}, Bug},
		"the same one": {File{"report.html", Text(nil)}, Disk},
	} {
		_, err := Publish(out, "2025-W10", []File{{"report.html", Text([]byte("two"))}, c.second}, run, never)
		var e *Error
		if !errors.As(err, &e) || e.Kind != c.kind {
			t.Errorf("%s: error is %v", name, err)
		}
		if entries, _ := os.ReadDir(filepath.Join(out, "runs")); len(entries) != 2 { // the run and its name
			t.Errorf("%s: left behind: %v", name, entries)
		}
		if got := read(t, out, "latest", "report.html"); got != "one" {
			t.Errorf("%s: latest shows %q", name, got)
		}
	}
}

// What the disk refuses is told from what fails in making a file.
func TestDisk(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	d := &disk{file: f}
	if _, err := d.Write([]byte("abc")); err != nil || d.n != 3 || d.err != nil {
		t.Errorf("%d bytes, %v", d.n, d.err)
	}
	f.Close()
	if _, err := d.Write([]byte("x")); err == nil || d.n != 3 || !errors.Is(d.err, os.ErrClosed) {
		t.Errorf("%d bytes, %v", d.n, d.err)
	}
}

func TestPublishWhereItCannot(t *testing.T) {
	notADir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(notADir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Publish(notADir, "2025-W10", nil, nil, never)
	var e *Error
	if !errors.As(err, &e) || e.Kind != CannotCreate || !strings.Contains(err.Error(), "--out") {
		t.Errorf("error is %v", err)
	}
}

// What a killed run left goes a day later; what another run is writing stays.
func TestSweep(t *testing.T) {
	runs := t.TempDir()
	old, young, run := filepath.Join(runs, ".tmp-1"), filepath.Join(runs, ".tmp-2"), filepath.Join(runs, "2025-W10.r1")
	for _, dir := range []string{old, young, run} {
		if err := os.MkdirAll(filepath.Join(dir, "lists"), DirMode); err != nil {
			t.Fatal(err)
		}
	}
	past := time.Now().Add(-25 * time.Hour)
	for _, dir := range []string{old, run} {
		if err := os.Chtimes(dir, past, past); err != nil {
			t.Fatal(err)
		}
	}
	sweep(runs)
	for dir, want := range map[string]bool{old: false, young: true, run: true} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s: there %v, want %v", filepath.Base(dir), err == nil, want)
		}
	}
}
