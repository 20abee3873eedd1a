package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func read(t *testing.T, elem ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func open(t *testing.T, out string, o Options) *Folder {
	t.Helper()
	f, err := Open(out, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

func emptyRun() []byte { return []byte("{}") }

// whole fails where a file of the run in dir is not the one of its manifest.
func whole(t *testing.T, dir string) {
	t.Helper()
	var files []listed
	if err := json.Unmarshal([]byte(read(t, dir, manifestName)), &files); err != nil || len(files) == 0 {
		t.Fatalf("%s: manifest of %d files, %v", dir, len(files), err)
	}
	for _, f := range files {
		sum := sha256.Sum256([]byte(read(t, dir, f.File)))
		if hex.EncodeToString(sum[:]) != f.SHA256 {
			t.Errorf("%s: %s is not the one of the manifest", dir, f.File)
		}
	}
}

// left are the names of what a run must not leave below out.
func left(t *testing.T, out string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if strings.HasPrefix(d.Name(), temporary) || strings.HasPrefix(d.Name(), lockTemporary) || d.Name() == journalName || d.Name() == lockFolder {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// Both ways of publishing show the same.
func TestPublish(t *testing.T) {
	for how, copies := range map[string]bool{"symlinks": false, "copies": true} {
		t.Run(how, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "reports")
			week := func(body string) []File {
				return []File{{"report.html", Text([]byte(body))}, {"rejects/" + body + ".csv", Text([]byte("x\n"))}}
			}
			steps := []struct {
				name, body, want string
				unchanged        bool
			}{
				{"2025-W10", "one", "runs/2025-W10.r1", false},
				{"2025-W10", "one", "runs/2025-W10.r1", true}, // the same again: nothing is touched
				{"2025-W10", "two", "runs/2025-W10.r2", false},
				{"2025-W10", "one", "runs/2025-W10.r3", false}, // the first again is the third
				{"2025-W11", "three", "runs/2025-W11.r1", false},
			}
			f := open(t, out, Options{Copies: copies})
			for _, s := range steps {
				p, err := f.Publish(s.name, week(s.body), emptyRun)
				if err != nil {
					t.Fatal(err)
				}
				if p.Dir != filepath.FromSlash(s.want) || p.Unchanged != s.unchanged {
					t.Errorf("%s %q: %+v", s.name, s.body, p)
				}
				for _, dir := range []string{filepath.Join(out, "latest"), filepath.Join(out, "runs", s.name), filepath.Join(out, p.Dir)} {
					whole(t, dir)
					if got := read(t, dir, "report.html"); got != s.body {
						t.Errorf("%s shows %q, want %q", dir, got, s.body)
					}
					rejects, err := os.ReadDir(filepath.Join(dir, "rejects"))
					if err != nil || len(rejects) != 1 || rejects[0].Name() != s.body+".csv" {
						t.Errorf("%s has rejects %v, want those of %s alone", dir, rejects, s.body)
					}
				}
			}
			if got := read(t, out, "runs", "2025-W10", "report.html"); got != "one" {
				t.Errorf("runs/2025-W10 shows %q, want its last revision", got)
			}
			if l := left(t, out); len(l) > 0 {
				t.Errorf("left behind: %v", l)
			}
			if isDir(filepath.Join(out, "latest")) != copies {
				t.Errorf("latest is a folder: %v", !copies)
			}
		})
	}
}

// What was copied stays a copy, and what was linked becomes one where it must.
func TestPublishBothWays(t *testing.T) {
	out := t.TempDir()
	for i, copies := range []bool{false, true, false} {
		f := open(t, out, Options{Copies: copies})
		body := strings.Repeat("x", i+1)
		if _, err := f.Publish("2025-W10", []File{{"report.html", Text([]byte(body))}}, emptyRun); err != nil {
			t.Fatal(err)
		}
		f.Close()
		whole(t, filepath.Join(out, "latest"))
		if got := read(t, out, "latest", "report.html"); got != body {
			t.Errorf("step %d: latest shows %q", i, got)
		}
		if want := i > 0; isDir(filepath.Join(out, "latest")) != want {
			t.Errorf("step %d: latest is a folder: %v", i, !want)
		}
	}
}

// Where a symlink cannot be made, the run is copied, and that is said; but a
// full disk is no reason to write three times as much.
func TestPublishWithoutSymlinks(t *testing.T) {
	for cause, copied := range map[error]bool{syscall.EPERM: true, syscall.ENOTSUP: true, syscall.ENOSPC: false} {
		out := t.TempDir()
		files := func(body string) []File { return []File{{"report.html", Text([]byte(body))}} }
		f := open(t, out, Options{})
		if _, err := f.Publish("2025-W10", files("one"), emptyRun); err != nil {
			t.Fatal(err)
		}
		f.Close()
		var said []string
		f = open(t, out, Options{Say: func(s string) { said = append(said, s) }, symlink: func(to, at string) error {
			return &os.LinkError{Op: "symlink", Old: to, New: at, Err: cause}
		}})
		p, err := f.Publish("2025-W10", files("two"), emptyRun)
		if (err == nil) != copied {
			t.Errorf("%v: %+v %v", cause, p, err)
		}
		want := map[bool]string{true: "two", false: "one"}[copied]
		if got := read(t, out, "latest", "report.html"); got != want {
			t.Errorf("%v: latest shows %q, want %q", cause, got, want)
		}
		whole(t, f.latest())
		if l := left(t, out); len(l) > 0 {
			t.Errorf("%v: left %v", cause, l)
		}
		if copied && (len(said) != 2 || !strings.Contains(said[1], f.latest()+" is published by copying") || !strings.Contains(said[1], manifestName)) {
			t.Errorf("%v: said %q", cause, said)
		}
	}
}

// A latest that somebody removed comes back, though the run is there already.
func TestPublishAgain(t *testing.T) {
	for _, copies := range []bool{false, true} {
		out := t.TempDir()
		f := open(t, out, Options{Copies: copies})
		files := []File{{"report.html", Text([]byte("one"))}}
		if _, err := f.Publish("2025-W10", files, emptyRun); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(f.latest()); err != nil {
			t.Fatal(err)
		}
		p, err := f.Publish("2025-W10", files, emptyRun)
		if err != nil || !p.Unchanged {
			t.Errorf("%+v %v", p, err)
		}
		whole(t, f.latest())
	}
}

// A folder that somebody else made is not written over.
func TestPublishOverAStranger(t *testing.T) {
	for _, name := range []string{"latest", "runs/2025-W10"} {
		out := t.TempDir()
		if err := os.MkdirAll(filepath.Join(out, name), 0o700); err != nil {
			t.Fatal(err)
		}
		mine := filepath.Join(out, name, "mine.txt")
		if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := open(t, out, Options{}).Publish("2025-W10", []File{{"report.html", Text([]byte("one"))}}, emptyRun)
		var e *Error
		if !errors.As(err, &e) || e.Kind != CannotCreate || !strings.Contains(err.Error(), filepath.FromSlash(name)) {
			t.Errorf("%s: error is %v", name, err)
		}
		if read(t, mine) != "mine" {
			t.Errorf("%s: the stranger's file is another", name)
		}
	}
}

// What fails in making a file is a bug; what fails on the disk is not. Neither
// leaves anything behind or touches the run that is there.
func TestPublishHalf(t *testing.T) {
	for _, copies := range []bool{false, true} {
		out := t.TempDir()
		f := open(t, out, Options{Copies: copies})
		if _, err := f.Publish("2025-W10", []File{{"report.html", Text([]byte("one"))}}, emptyRun); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			second File
			kind   Kind
		}{
			"a bug":        {File{"b.csv", func(w io.Writer) error { return errors.Join(Text([]byte("half"))(w), errors.New("broken")) }}, Bug},
			"the same one": {File{"report.html", Text(nil)}, Disk},
		} {
			_, err := f.Publish("2025-W10", []File{{"report.html", Text([]byte("two"))}, c.second}, emptyRun)
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
	for err, want := range map[error]bool{&fs.PathError{Op: "write", Path: "f", Err: syscall.ENOSPC}: true, io.ErrShortWrite: false} {
		if full(err) != want || strings.Contains(IOError(err).Error(), "the disk is full") != want {
			t.Errorf("%v: the disk is full: %v", err, !want)
		}
	}
}

func TestPublishWhereItCannot(t *testing.T) {
	notADir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(notADir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(notADir, Options{})
	var e *Error
	if !errors.As(err, &e) || e.Kind != CannotCreate || !strings.Contains(err.Error(), "--out") {
		t.Errorf("error is %v", err)
	}
	if e := cannotCreate(syscall.ENOSPC); e.Kind != Disk {
		t.Errorf("a full disk is %v", e)
	}
}

// Who holds the lock knows that what is temporary is a dead run's. A run itself
// is left as it is.
func TestSweep(t *testing.T) {
	out := t.TempDir()
	for _, dir := range []string{"runs/.tmp-1/lists", "runs/.tmp-2", "runs/2025-W10.r1/lists", ".tmp-3", ".lock-4"} {
		if err := os.MkdirAll(filepath.Join(out, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("2025-W10.r1", filepath.Join(out, "runs", ".tmp-2025-W10")); err != nil {
		t.Fatal(err)
	}
	var said []string
	open(t, out, Options{Say: func(s string) { said = append(said, s) }})
	if l := left(t, out); len(l) > 0 {
		t.Errorf("left: %v", l)
	}
	if len(said) != 5 { // of six entries the run stays
		t.Errorf("said %q", said)
	}
	if _, err := os.Stat(filepath.Join(out, "runs", "2025-W10.r1", "lists")); err != nil {
		t.Error(err)
	}
}

// A run that was killed while it was being shown is shown by the next one; a
// journal that names none is forgotten.
func TestFinishWhatWasKilled(t *testing.T) {
	for how, copies := range map[string]bool{"symlinks": false, "copies": true} {
		for _, dir := range []string{"2025-W11.r1", "2025-W12.r1", "../2025-W11.r1", "", "x"} {
			out := t.TempDir()
			f := open(t, out, Options{Copies: copies})
			latest, kept := filepath.Join(out, "latest"), filepath.Join(t.TempDir(), "latest")
			for _, name := range []string{"2025-W10", "2025-W11"} {
				if _, err := f.Publish(name, []File{{"report.html", Text([]byte(name))}}, emptyRun); err != nil {
					t.Fatal(err)
				}
				if name == "2025-W10" {
					if err := os.Rename(latest, kept); err != nil {
						t.Fatal(err)
					}
				}
			}
			// Killed before latest showed W11.
			if err := errors.Join(os.RemoveAll(latest), os.Rename(kept, latest)); err != nil {
				t.Fatal(err)
			}
			f.Close()
			if err := os.WriteFile(filepath.Join(out, journalName), []byte(dir+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if copies { // killed after the old manifest went
				if err := os.Remove(filepath.Join(out, "latest", manifestName)); err != nil && dir == "2025-W11.r1" {
					t.Fatal(err)
				}
			}
			open(t, out, Options{Copies: copies}).Close()
			want := "2025-W10"
			if dir == "2025-W11.r1" {
				want = "2025-W11"
				whole(t, filepath.Join(out, "latest"))
			}
			if got := read(t, out, "latest", "report.html"); got != want {
				t.Errorf("%s, journal of %q: latest shows %s, want %s", how, dir, got, want)
			}
			if l := left(t, out); len(l) > 0 {
				t.Errorf("%s, journal of %q: left %v", how, dir, l)
			}
		}
	}
}

func TestNameOf(t *testing.T) {
	for dir, want := range map[string]string{"2025-W10.r2": "2025-W10", "2025-W10.r12": "2025-W10", "2025-W10": "", "2025-W10.r": "",
		"2025-W10.rx": "", "2025-W10.r2/..": "", "../x.r2": "", ".r2": "", "..r2": ""} {
		if got := nameOf(dir); got != want {
			t.Errorf("%q: %q, want %q", dir, got, want)
		}
	}
}

// A disk with less room than one and a half of the last set takes no run: 300
// bytes of files are a set of 300 + 2 of run.json's, which the manifest does not
// count, so 450 must be free, and three times that for copies.
func TestRoom(t *testing.T) {
	for _, c := range []struct {
		copies bool
		free   int64
		fits   bool
	}{{false, 449, false}, {false, 450, true}, {true, 1349, false}, {true, 1350, true}} {
		out := t.TempDir()
		f := open(t, out, Options{Copies: c.copies, free: func(string) (int64, bool) { return 0, true }})
		if err := f.Room(); err != nil {
			t.Errorf("nothing is known of the first run: %v", err)
		}
		if _, err := f.Publish("2025-W10", []File{{"report.html", Text(make([]byte, 200))}, {"a/b.csv", Text(make([]byte, 100))}}, emptyRun); err != nil {
			t.Fatal(err)
		}
		f.Close()
		for _, known := range []bool{true, false} {
			f := open(t, out, Options{Copies: c.copies, free: func(string) (int64, bool) { return c.free, known }})
			err := f.Room()
			f.Close()
			if fits := err == nil; fits != (c.fits || !known) {
				t.Errorf("%+v, known %v: %v", c, known, err)
			}
			var e *Error
			if err != nil && (!errors.As(err, &e) || e.Kind != Disk) {
				t.Errorf("%+v: %v", c, err)
			}
			if err != nil && !strings.Contains(err.Error(), "300") {
				t.Errorf("%+v: %v", c, err)
			}
		}
	}
	if n, known := freeBytes(t.TempDir()); known && n <= 0 {
		t.Errorf("%d bytes are free here", n)
	}
}

// An interrupt while a run is written leaves nothing and publishes nothing; the
// last that is to be undone is undone first.
func TestUndo(t *testing.T) {
	out := t.TempDir()
	var undo []func()
	f := open(t, out, Options{noLocks: true, Undo: func(u func()) func() {
		undo = append(undo, u)
		return func() {}
	}})
	_, err := f.Publish("2025-W10", []File{{"report.html", func(w io.Writer) error {
		for _, u := range slices.Backward(undo) {
			u()
		}
		return nil
	}}}, emptyRun)
	if !errors.Is(err, errInterrupted) {
		t.Errorf("error is %v", err)
	}
	if l := left(t, out); len(l) > 0 {
		t.Errorf("left: %v", l)
	}
	if _, err := os.Lstat(filepath.Join(out, "latest")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("latest: %v", err)
	}
}

// Latest is the newest run, not the one that was built last; where somebody
// removed it, an older run built late brings it back.
func TestLatestIsTheNewest(t *testing.T) {
	for how, copies := range map[string]bool{"symlinks": false, "copies": true} {
		out := t.TempDir()
		f := open(t, out, Options{Copies: copies})
		publish := func(name, body string) {
			t.Helper()
			if _, err := f.Publish(name, []File{{"report.html", Text([]byte(body))}}, emptyRun); err != nil {
				t.Fatal(err)
			}
		}
		publish("2025-W52", "a")
		publish("2026-W01", "b")
		for i, late := range []string{"2025-W52", "2025-W51"} {
			publish(late, "late")
			if got := read(t, out, "latest", "report.html"); got != "b" {
				t.Errorf("%s: latest shows %q after %s", how, got, late)
			}
			if got := read(t, out, "runs", late, "report.html"); got != "late" {
				t.Errorf("%s: %s shows %q", how, late, got)
			}
			if i == 0 {
				if err := os.RemoveAll(filepath.Join(out, "latest")); err != nil {
					t.Fatal(err)
				}
			}
		}
		publish("2026-W01", "c")
		if got := read(t, out, "latest", "report.html"); got != "c" {
			t.Errorf("%s: latest shows %q, want the newer revision", how, got)
		}
		f.Close()
	}
}

// Copying that fails half-way shows no manifest, neither the old nor the new:
// nobody takes the mix for a run. The next one finishes it.
func TestCopyHalf(t *testing.T) {
	out := t.TempDir()
	f := open(t, out, Options{Copies: true})
	files := func(body string) []File {
		return []File{{"a.html", Text([]byte(body))}, {"b.html", Text([]byte(body))}}
	}
	if _, err := f.Publish("2025-W10", files("one"), emptyRun); err != nil {
		t.Fatal(err)
	}
	obstacle := filepath.Join(f.latest(), "b.html") // a folder is where a file has to go
	if err := errors.Join(os.Remove(obstacle), os.MkdirAll(filepath.Join(obstacle, "x"), 0o700)); err != nil {
		t.Fatal(err)
	}
	_, err := f.Publish("2025-W10", files("two"), emptyRun)
	var e *Error
	if !errors.As(err, &e) || e.Kind != Disk {
		t.Errorf("error is %v", err)
	}
	f.Close()
	if got := read(t, out, "latest", "a.html"); got != "two" {
		t.Errorf("it failed before a.html, which is %q: that shows nothing", got)
	}
	if _, err := os.Stat(filepath.Join(out, "latest", manifestName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a mix has a manifest: %v", err)
	}
	whole(t, filepath.Join(out, "runs", "2025-W10"))
	if err := os.RemoveAll(obstacle); err != nil {
		t.Fatal(err)
	}
	var said string
	open(t, out, Options{Copies: true, Say: func(s string) { said += s }})
	if !strings.Contains(said, "finished publishing") {
		t.Errorf("said %q", said)
	}
	whole(t, filepath.Join(out, "latest"))
	if got := read(t, out, "latest", "b.html"); got != "two" || len(left(t, out)) > 0 {
		t.Errorf("b.html is %q, left %v", got, left(t, out))
	}
}

// A folder that Open made goes again where nothing was published; one that was
// there stays.
func TestNothingPublished(t *testing.T) {
	for _, there := range []bool{false, true} {
		out := filepath.Join(t.TempDir(), "reports")
		if there {
			if err := os.Mkdir(out, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		f := open(t, out, Options{})
		f.Close()
		if _, err := os.Stat(out); (err == nil) != there {
			t.Errorf("there before: %v, afterwards: %v", there, err)
		}
	}
}
