package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"crmreport/ingest"
)

// The line at given times: at most five a second, longer ones covered, gone at
// the end.
func TestProgressLine(t *testing.T) {
	start := time.Date(2025, 3, 9, 6, 0, 0, 0, time.UTC)
	now := start
	var out bytes.Buffer
	l := &progressLine{out: &out, now: func() time.Time { return now }, start: start, last: start}
	const mega = 1_000_000
	for _, c := range []struct {
		at   time.Duration // since the start
		told ingest.Progress
		want string // what is written
	}{
		{0, ingest.Progress{Of: 2700 * mega}, ""},
		{199 * time.Millisecond, ingest.Progress{Bytes: 1, Of: 2700 * mega}, ""},
		{200 * time.Millisecond, ingest.Progress{Bytes: 999, Of: 2700 * mega, Rows: 4}, "\r  0 %  999 B of 2.7 GB  4 rows"}, // no rest before a second
		{399 * time.Millisecond, ingest.Progress{Bytes: 2000, Of: 2700 * mega, Rows: 9}, ""},
		// A ninth of the bytes in 10 s: eight ninths take 80 s.
		{10 * time.Second, ingest.Progress{Bytes: 300 * mega, Of: 2700 * mega, Rows: 2_701_234, Rejects: 12}, "\r 11 %  300.0 MB of 2.7 GB  2,701,234 rows  12 rejected  about 1:20 min left"},
		{10*time.Second + 100*time.Millisecond, ingest.Progress{Bytes: 301 * mega, Of: 2700 * mega}, ""},
		// The line was 76 characters; 45 s for a half leave 45 s.
		{45 * time.Second, ingest.Progress{Bytes: 1350 * mega, Of: 2700 * mega, Rows: 12_000_000}, "\r 50 %  1.4 GB of 2.7 GB  12,000,000 rows  about 45 s left                  "},
		// 1 h for a hundredth: 99 h.
		{time.Hour, ingest.Progress{Bytes: 27 * mega, Of: 2700 * mega, Rows: 1}, "\r  1 %  27.0 MB of 2.7 GB  1 rows  about 99:00 h left     "},
		{2 * time.Hour, ingest.Progress{Bytes: 2700 * mega, Of: 2700 * mega, Rows: 24_000_000, Rejects: 1000}, "\r100 %  2.7 GB of 2.7 GB  24,000,000 rows  1,000 rejected"},
	} {
		out.Reset()
		now = start.Add(c.at)
		l.show(c.told)
		if out.String() != c.want {
			t.Errorf("after %v:\n got %q\nwant %q", c.at, out.String(), c.want)
		}
	}
	out.Reset()
	l.clear()
	if want := "\r" + "                                                        " + "\r"; out.String() != want {
		t.Errorf("cleared by %q, want %q", out.String(), want)
	}
	out.Reset()
	if l.clear(); out.Len() > 2 {
		t.Errorf("cleared twice: %q", out.String())
	}
}

// However much there is, the line stays one line.
func TestProgressLineIsOneLine(t *testing.T) {
	var out bytes.Buffer
	now := time.Time{}
	l := &progressLine{out: &out, now: func() time.Time { return now.Add(time.Hour) }, start: now, last: now}
	l.show(ingest.Progress{Bytes: 123_456_789_012_345, Of: 987_654_321_098_765, Rows: 1 << 60, Rejects: 1 << 60})
	if n := out.Len() - 1; n != progressWidth {
		t.Errorf("%d characters: %q", n, out.String())
	}
}

// Nothing is shown where nobody looks: in a buffer, a file, a pipe.
func TestNoProgressWithoutTerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	for name, c := range map[string]*console{"a buffer": {err: &bytes.Buffer{}}, "a file": {err: file}, "a pipe": {err: w}} {
		var o ingest.Options
		done := watch(c, &o)
		if o.Progress != nil {
			t.Errorf("%s is taken for a terminal", name)
		}
		done()
	}
	if info, err := file.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("the log has %d bytes", info.Size())
	}
}
