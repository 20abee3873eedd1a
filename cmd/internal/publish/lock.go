package publish

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"
)

const lockName = ".lock"

var (
	errHeld    = errors.New("another run holds the lock")
	errNoLocks = errors.New("the file system has no locks")
)

// held are the lock files of folders that are open. A lock ends with its file,
// and a file that nobody refers to is closed by the garbage collector: whoever
// forgets a Folder would lose its lock in the middle of a run.
var held struct {
	sync.Mutex
	files map[*os.File]bool
}

func hold(file *os.File) (release func()) {
	held.Lock()
	defer held.Unlock()
	if held.files == nil {
		held.files = map[*os.File]bool{}
	}
	held.files[file] = true
	return func() {
		held.Lock()
		defer held.Unlock()
		if held.files[file] {
			delete(held.files, file)
			_ = file.Truncate(0) // the next one is not taken for this one
			file.Close()         // which ends the lock; nothing in it is worth an error
		}
	}
}

// lock takes the folder for this process, or waits for it as long as the
// options say.
func (f *Folder) lock() error {
	until := time.Now().Add(f.Wait)
	for pause := 20 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		holder, err := f.try()
		left := time.Until(until)
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, errHeld):
			return cannotCreate(fmt.Errorf("cannot lock %s: %w", f.out, err))
		case left <= 0:
			return &Error{Held, fmt.Errorf("%s is being published under by another run (%s); the previous run is untouched; try again when it has ended, or have this one wait with --lock-wait 10m", f.out, holder)}
		case pause == 20*time.Millisecond:
			f.Say(fmt.Sprintf("waiting for another run (%s), at most %v", holder, f.Wait))
		}
		time.Sleep(min(pause, left))
	}
}

// try takes the lock where it is free. Where it is not, it says who holds it.
func (f *Folder) try() (holder string, err error) {
	path := filepath.Join(f.out, lockName)
	file, err := (*os.File)(nil), errNoLocks
	if !f.noLocks {
		file, err = take(path)
	}
	switch {
	case errors.Is(err, errHeld):
		return readHolder(path), err
	case errors.Is(err, errNoLocks):
		return f.tryFolder(err)
	case err != nil:
		return "", err
	}
	f.release = hold(file)
	// For people who look into it; that it cannot be written stops nobody.
	if file.Truncate(0) == nil {
		_, _ = file.WriteAt([]byte(myself().String()+"\n"), 0)
	}
	return "", nil
}

const unknownHolder = "it does not say which"

// readHolder is what the holder of the lock wrote into it: for people, and no
// more than that, for anything may be in it. One that has just taken the lock is
// given a moment to write.
func readHolder(path string) string {
	for range 20 {
		if line := firstLine(path); line != "" {
			return line
		}
		time.Sleep(5 * time.Millisecond)
	}
	return unknownHolder
}

// firstLine is the printable part of what a file begins with.
func firstLine(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	line, _, ended := strings.Cut(string(b[:min(len(b), 200)]), "\n")
	if !ended {
		return "" // it is being written
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, line)
}

// owner says who holds a lock.
type owner struct {
	PID     int     `json:"pid"`
	Host    string  `json:"host"`
	Process process `json:"process"`
	Since   string  `json:"since"`
}

// process tells a process from a later one of the same number. What the system
// does not tell is empty.
type process struct {
	Boot    string `json:"boot,omitempty"`    // of the machine
	Space   string `json:"space,omitempty"`   // in which the number means it
	Started string `json:"started,omitempty"` // after the boot
}

func myself() owner {
	host, _ := os.Hostname()
	o := owner{PID: os.Getpid(), Host: host, Since: time.Now().UTC().Format(time.RFC3339)}
	o.Process, _ = processOf(o.PID)
	return o
}

func (o owner) String() string {
	return fmt.Sprintf("process %d on %s since %s", o.PID, o.Host, o.Since)
}

// gone says that the owner is certainly no more. Of another machine, or another
// container, nobody can tell.
func (o owner) gone() bool {
	me := myself()
	if o.Host == "" || o.Host != me.Host {
		return false
	}
	if o.Process.Boot != me.Process.Boot {
		return true
	}
	if o.Process.Space != me.Process.Space {
		return false
	}
	now, runs := processOf(o.PID)
	return !runs || now.Started != o.Process.Started
}
