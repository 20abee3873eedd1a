// Package settle waits until files are written to their end. It is the one room
// beside the command that sleeps: a file that grows is told by looking twice.
package settle

import (
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// Patience is how many times the quiet time is waited for it.
const Patience = 10

// Growing is the error where a file was still written to at the end.
type Growing struct {
	Files []string
	Quiet time.Duration
}

func (e *Growing) Error() string {
	return fmt.Sprintf("%q is still being written: its size or time changed within the last %s, after %s of waiting", e.Files, e.Quiet, Patience*e.Quiet)
}

// Watch says what to wait for.
type Watch struct {
	Data  fs.FS
	Files func() []string // asked again each time: a file may come while one waits
	Done  string          // a file whose name with this behind it is there too is written to its end
	Quiet time.Duration   // how long size and time of a file must stay as they are
}

// look is what a file was at one time.
type look struct {
	size  int64
	time  time.Time
	since time.Duration // by the clock of the waiting
}

// Wait returns when every file has been as it is for w.Quiet, or has its marker.
// A file that is gone again is not waited for. The error is a *Growing after
// Patience times w.Quiet; with a Quiet of 0 it returns at once.
func (w Watch) Wait() error {
	if w.Quiet <= 0 {
		return nil
	}
	start, step := time.Now(), max(w.Quiet/10, time.Millisecond)
	seen := map[string]look{}
	for {
		now := time.Since(start)
		moving := w.moving(seen, now)
		switch {
		case len(moving) == 0:
			return nil
		case now >= Patience*w.Quiet:
			return &Growing{moving, w.Quiet}
		}
		time.Sleep(step)
	}
}

// moving are the files that have not been quiet for long enough, in order.
func (w Watch) moving(seen map[string]look, now time.Duration) (out []string) {
	for _, name := range w.Files() {
		info, err := fs.Stat(w.Data, name)
		if err != nil {
			delete(seen, name)
			continue
		}
		if w.Done != "" {
			if _, err := fs.Stat(w.Data, name+w.Done); err == nil {
				continue
			}
		}
		was, known := seen[name]
		if !known || was.size != info.Size() || !was.time.Equal(info.ModTime()) {
			was = look{info.Size(), info.ModTime(), now}
			seen[name] = was
		}
		if now-was.since < w.Quiet {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
