package publish

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func refused(t *testing.T, out string, o Options) error {
	t.Helper()
	f, err := Open(out, o)
	var e *Error
	if !errors.As(err, &e) || e.Kind != Held {
		t.Fatalf("want the lock to be held: %v", err)
	}
	if f != nil {
		t.Error("there is a folder though")
	}
	return err
}

// One at a time, by either kind of lock; the one that is refused is told who is
// there, and touches nothing of theirs.
func TestLock(t *testing.T) {
	for how, noLocks := range map[string]bool{"flock": false, "a folder": true} {
		out := t.TempDir()
		o := Options{noLocks: noLocks}
		f := open(t, out, o)
		s, err := f.newStage()
		if err != nil {
			t.Fatal(err)
		}
		host, _ := os.Hostname()
		if err := refused(t, out, o); !strings.Contains(err.Error(), " on "+host+" since 2") || !strings.Contains(err.Error(), "--lock-wait") {
			t.Errorf("%s: %v", how, err)
		}
		if _, err := os.Stat(s.dir); err != nil {
			t.Errorf("%s: the one that was refused swept: %v", how, err)
		}
		s.drop()
		f.Close()
		f.Close() // once more does nothing
		if b, err := os.ReadFile(filepath.Join(out, lockName)); err == nil && len(b) > 0 {
			t.Errorf("%s: nobody holds the lock, and it says %q", how, b)
		}
		open(t, out, o).Close()
		if l := left(t, out); len(l) > 0 {
			t.Errorf("%s: left %v", how, l)
		}
	}
}

// A lock lasts until Close, even of a Folder that its caller forgot: the garbage
// collector closes a file that nobody refers to, and flock ends with it.
func TestLockOutlivesTheCollector(t *testing.T) {
	out := t.TempDir()
	func() {
		if _, err := Open(out, Options{}); err != nil {
			t.Fatal(err)
		}
	}()
	collected := make(chan bool, 1)
	runtime.SetFinalizer(&struct{ n [64]byte }{}, func(any) { collected <- true })
	for i := 0; i < 5000 && len(collected) == 0; i++ { // until other garbage was seen to
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	if len(collected) == 0 {
		t.Fatal("the garbage collector ran no finalizer: nothing was tried")
	}
	for range 3 {
		runtime.GC()
		refused(t, out, Options{})
	}
}

// Who waits gets the lock when it is free, and says once that it waits.
func TestLockWait(t *testing.T) {
	for _, noLocks := range []bool{false, true} {
		out := t.TempDir()
		f := open(t, out, Options{noLocks: noLocks})
		said := make(chan string, 100)
		got := make(chan error)
		go func() {
			g, err := Open(out, Options{noLocks: noLocks, Wait: time.Hour, Say: func(s string) { said <- s }})
			if err == nil {
				g.Close()
			}
			got <- err
		}()
		if s := <-said; !strings.Contains(s, "waiting for another run (process ") {
			t.Errorf("said %q", s)
		}
		f.Close()
		if err := <-got; err != nil {
			t.Error(err)
		}
		refusedAfter := open(t, out, Options{noLocks: noLocks})
		refused(t, out, Options{noLocks: noLocks, Wait: 50 * time.Millisecond})
		refusedAfter.Close()
	}
}

// A lock file that somebody removed is another file: who comes then does not
// share the folder with the one who made it after.
func TestLockRemoved(t *testing.T) {
	out := t.TempDir()
	f := open(t, out, Options{})
	if err := os.Remove(filepath.Join(out, lockName)); err != nil {
		t.Fatal(err)
	}
	g := open(t, out, Options{}) // the price of removing it
	refused(t, out, Options{})
	f.Close()
	refused(t, out, Options{}) // the first one's end is not the second one's
	g.Close()
	open(t, out, Options{})
}

// What is in the lock is shown as text, and never trusted.
func TestReadHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	if got := readHolder(path); got != unknownHolder {
		t.Errorf("no file: %q", got)
	}
	for text, want := range map[string]string{"": unknownHolder, "half of": unknownHolder, "\x1b[31mred\n": "[31mred", "one\ntwo\n": "one",
		strings.Repeat("x", 300) + "\n": unknownHolder, "\x00\xff\n": "\uFFFD"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := readHolder(path); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A lock folder is taken over from a process that is certainly gone, and from no
// other.
func TestLockFolderOfTheDead(t *testing.T) {
	me := myself()
	change := func(f func(*owner)) owner {
		o := me
		f(&o)
		return o
	}
	for name, c := range map[string]struct {
		is   owner
		gone bool
	}{
		"this process":              {me, false},
		"no such process":           {change(func(o *owner) { o.PID = 1 << 30 }), true},
		"another machine":           {change(func(o *owner) { o.PID, o.Host = 1<<30, "elsewhere" }), false},
		"a machine without a name":  {change(func(o *owner) { o.PID, o.Host = 1<<30, "" }), false},
		"before the reboot":         {change(func(o *owner) { o.Process.Boot = "another" }), true},
		"another container":         {change(func(o *owner) { o.PID, o.Process.Space = 1<<30, "pid:[1]" }), false},
		"a later one of its number": {change(func(o *owner) { o.Process.Started = "1" }), true},
	} {
		out := t.TempDir()
		lock := filepath.Join(out, lockFolder)
		if err := os.Mkdir(lock, 0o700); err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(c.is)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(lock, ownerName), b, 0o600); err != nil {
			t.Fatal(err)
		}
		var said string
		f, err := Open(out, Options{noLocks: true, Say: func(s string) { said += s + "\n" }})
		if (err == nil) != c.gone {
			t.Errorf("%s: %v", name, err)
		}
		if c.gone && (!strings.Contains(said, "took over") || !strings.Contains(said, "the file system has no locks")) {
			t.Errorf("%s: said %q", name, said)
		}
		if !c.gone && !strings.Contains(err.Error(), lock) {
			t.Errorf("%s: does not say what to remove: %v", name, err)
		}
		if err == nil {
			f.Close()
		}
		if _, err := os.Stat(lock); (err == nil) == c.gone {
			t.Errorf("%s: the lock folder afterwards: %v", name, err)
		}
	}
}

// A lock folder that does not say whose it is is somebody's.
func TestLockFolderOfNobody(t *testing.T) {
	out := t.TempDir()
	lock := filepath.Join(out, lockFolder)
	if err := os.Mkdir(lock, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(lock, ownerName), []byte("half of"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := refused(t, out, Options{noLocks: true}); !strings.Contains(err.Error(), lock) {
		t.Error(err)
	}
}

// Of many at once one has the lock, by either kind.
func TestLockOfMany(t *testing.T) {
	for _, noLocks := range []bool{false, true} {
		out := t.TempDir()
		inside, got := make(chan bool, 1), make(chan error)
		for range 8 {
			go func() {
				f, err := Open(out, Options{noLocks: noLocks, Wait: time.Hour})
				if err != nil {
					got <- err
					return
				}
				defer f.Close()
				select {
				case inside <- true:
					time.Sleep(2 * time.Millisecond)
					<-inside
					got <- nil
				default:
					got <- errors.New("two are inside")
				}
			}()
		}
		for range 8 {
			if err := <-got; err != nil {
				t.Error(err)
			}
		}
	}
}
