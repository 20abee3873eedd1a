package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"crmreport/ingest"
)

// betweenUpdates keeps the progress line at five updates a second.
const betweenUpdates = 200 * time.Millisecond

// progressWidth keeps the line on one line: a terminal that wraps it cannot
// rewrite it.
const progressWidth = 79

// progressLine shows how far reading is on one line of a terminal that it
// rewrites.
type progressLine struct {
	out   io.Writer
	now   func() time.Time
	start time.Time
	last  time.Time // of the last update
	shown int       // characters on the line
}

// watch shows the progress of a run on stderr where that is a terminal: a log or
// a file gets none. done clears the line and ends it.
func watch(c *console, o *ingest.Options) (done func()) {
	if !isTerminal(c.err) {
		return func() {}
	}
	now := time.Now()
	l := &progressLine{out: c.err, now: time.Now, start: now, last: now}
	o.Progress = l.show
	return func() {
		o.Progress = nil
		l.clear()
	}
}

// isTerminal reports a writer that somebody looks at.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (l *progressLine) show(p ingest.Progress) {
	now := l.now()
	if now.Sub(l.last) < betweenUpdates {
		return
	}
	l.last = now
	l.print(progressText(p, now.Sub(l.start)))
}

// print rewrites the line: blanks cover what a longer one left, since not every
// console knows how to erase.
func (l *progressLine) print(text string) {
	text = text[:min(len(text), progressWidth)]
	fmt.Fprintf(l.out, "\r%-*s", l.shown, text)
	l.shown = len(text)
}

func (l *progressLine) clear() {
	if l.shown > 0 {
		l.print("")
		fmt.Fprint(l.out, "\r")
	}
}

// progressText is the line, in ASCII: a byte is a column.
func progressText(p ingest.Progress, elapsed time.Duration) string {
	percent := int64(100)
	if p.Of > 0 {
		percent = min(p.Bytes*100/p.Of, 100)
	}
	text := fmt.Sprintf("%3d %%  %s of %s  %s rows", percent, bytesText(p.Bytes), bytesText(p.Of), grouped(p.Rows))
	if p.Rejects > 0 {
		text += fmt.Sprintf("  %s rejected", grouped(p.Rejects))
	}
	if p.Bytes > 0 && p.Bytes < p.Of && elapsed >= time.Second {
		left := float64(elapsed) * float64(p.Of-p.Bytes) / float64(p.Bytes)
		text += "  about " + durationText(time.Duration(left)) + " left"
	}
	return text
}

// bytesText prints bytes in powers of 1000, as disks are sold.
func bytesText(n int64) string {
	v, unit := float64(n), 0
	for ; v >= 999.95 && unit < 4; unit++ {
		v /= 1000
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %cB", v, " kMGT"[unit])
}

// durationText rounds up: a run that takes half a second more is not done.
func durationText(d time.Duration) string {
	s := int64((d + time.Second - 1) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d:%02d min", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d h", s/3600, s/60%60)
}

// grouped prints a count with a comma between thousands.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	var b strings.Builder
	for i, c := range text {
		if i > 0 && (len(text)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}
