package sample

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"crmreport/ingest/crm"
)

// shelf keeps the files in memory.
type shelf map[string]*bytes.Buffer

type drawer struct{ *bytes.Buffer }

func (drawer) Close() error { return nil }

func (s shelf) create(name string) (io.WriteCloser, error) {
	s[name] = &bytes.Buffer{}
	return drawer{s[name]}, nil
}

func write(t testing.TB, o Options) (shelf, *Truth) {
	t.Helper()
	s := shelf{}
	truth, err := WriteTo(s.create, o)
	if err != nil {
		t.Fatal(err)
	}
	return s, truth
}

// rows reads a table back with encoding/csv, as maps by column; a file that is
// no CSV has no rows (TestBytesAreThoseOfEncodingCSV says why).
func (s shelf) rows(table string) []map[string]string {
	r := csv.NewReader(bytes.NewReader(s[table+".csv"].Bytes()))
	head, err := r.Read()
	if err != nil {
		return nil
	}
	var out []map[string]string
	for {
		row, err := r.Read()
		if err != nil {
			return out
		}
		m := make(map[string]string, len(row))
		for i, c := range head {
			if row[i] != "" {
				m[c] = row[i]
			}
		}
		out = append(out, m)
	}
}

func cents(t testing.TB, s string) int64 {
	t.Helper()
	v, err := crm.ParseMinor(s, 2)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func day(t testing.TB, s string) crm.Date {
	t.Helper()
	if len(s) > 10 {
		s = s[:10]
	}
	d, err := crm.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// sizes are the shapes that every structural test runs over: one rep, one
// team, a few teams, the default, a long window, an end early in a quarter.
func sizes() []Options {
	return []Options{
		{Reps: 1, Weeks: 1},
		{Reps: 10, Weeks: 13},
		{Reps: 60, Weeks: 26, Seed: 7},
		{},
		{Reps: 40, Weeks: 60, Seed: 3, End: crm.DateOf(2025, 4, 20)},
	}
}

func name(o Options) string { return fmt.Sprintf("%dx%d", o.Reps, o.Weeks) }

func TestSameOptionsSameBytes(t *testing.T) {
	sum := func(o Options) map[string][32]byte {
		s, truth := write(t, o)
		out := map[string][32]byte{}
		for n, b := range s {
			out[n] = sha256.Sum256(b.Bytes())
		}
		j, err := json.Marshal(truth)
		if err != nil {
			t.Fatal(err)
		}
		out["truth"] = sha256.Sum256(j)
		return out
	}
	o := Options{Reps: 60, Weeks: 20}
	a, b := sum(o), sum(o)
	o.Seed = 2
	c := sum(o)
	if len(a) != len(Tables())+1 {
		t.Errorf("%d files, want %d", len(a)-1, len(Tables()))
	}
	for n, h := range a {
		if b[n] != h {
			t.Errorf("%s differs between two runs", n)
		}
	}
	if c["visits.csv"] == a["visits.csv"] {
		t.Error("another seed, the same visits")
	}
}

// TestWriteIsWriteTo holds the folder against the buffers.
func TestWriteIsWriteTo(t *testing.T) {
	o := Options{Reps: 10, Weeks: 4}
	dir := filepath.Join(t.TempDir(), "new")
	if _, err := Write(dir, o); err != nil {
		t.Fatal(err)
	}
	s, _ := write(t, o)
	for _, n := range Tables() {
		b, err := os.ReadFile(filepath.Join(dir, n+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b, s[n+".csv"].Bytes()) {
			t.Errorf("%s differs", n)
		}
	}
}

// TestBytesAreThoseOfEncodingCSV reads and rewrites every file with the
// standard library: our own row writer must not be told apart from it.
func TestBytesAreThoseOfEncodingCSV(t *testing.T) {
	for _, o := range sizes() {
		s, truth := write(t, o)
		for _, n := range Tables() {
			b := s[n+".csv"].Bytes()
			all, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
			if err != nil {
				t.Fatalf("%s %s: %v", name(o), n, err)
			}
			if got := int64(len(all) - 1); got != truth.Rows[n] {
				t.Errorf("%s %s: %d rows, Truth says %d", name(o), n, got, truth.Rows[n])
			}
			var w bytes.Buffer
			if err := csv.NewWriter(&w).WriteAll(all); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(w.Bytes(), b) {
				t.Errorf("%s %s: not the bytes of encoding/csv", name(o), n)
			}
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []Options{{Reps: -1}, {Weeks: -1}, {Reps: 100000}, {Weeks: 521}} {
		if _, err := WriteTo(shelf{}.create, o); err == nil {
			t.Errorf("%+v accepted", o)
		}
	}
}

// fullDisk takes a number of bytes and then fails.
type fullDisk struct{ left int }

func (f *fullDisk) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(b), nil
}
func (*fullDisk) Close() error { return nil }

func TestWriteErrorsAreReported(t *testing.T) {
	_, err := WriteTo(func(n string) (io.WriteCloser, error) {
		if n == "visits.csv" {
			return &fullDisk{300000}, nil
		}
		return drawer{&bytes.Buffer{}}, nil
	}, Options{Reps: 30, Weeks: 10})
	if err == nil || !strings.Contains(err.Error(), "visits.csv: disk full") {
		t.Errorf("got %v", err)
	}
	_, err = WriteTo(func(n string) (io.WriteCloser, error) {
		if n == "payments.csv" {
			return nil, errors.New("no permission")
		}
		return drawer{&bytes.Buffer{}}, nil
	}, Options{Reps: 3, Weeks: 1})
	if err == nil || !strings.Contains(err.Error(), "payments.csv: no permission") {
		t.Errorf("got %v", err)
	}
}

// sink throws everything away and looks at the heap now and then.
type sink struct{ peak *uint64 }

func (s sink) Write(b []byte) (int, error) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	*s.peak = max(*s.peak, m.HeapAlloc)
	return len(b), nil
}
func (sink) Close() error { return nil }

// TestMemoryDoesNotFollowTheVisits: sixteen times the visits must not take
// four times the memory.
func TestMemoryDoesNotFollowTheVisits(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED by -short: writes two million visits")
	}
	peak := func(reps int) (uint64, int64) {
		runtime.GC()
		var p uint64
		truth, err := WriteTo(func(n string) (io.WriteCloser, error) {
			if n == "visits.csv" {
				return sink{&p}, nil
			}
			return drawer2{}, nil
		}, Options{Reps: reps, Weeks: 26})
		if err != nil {
			t.Fatal(err)
		}
		return p, truth.Rows["visits"]
	}
	small, few := peak(100)
	large, many := peak(1600)
	t.Logf("%d visits: %d KB; %d visits: %d KB", few, small>>10, many, large>>10)
	if many < 15*few {
		t.Fatalf("%d visits of 1600 reps, %d of 100", many, few)
	}
	if large > 4*small && large > 48<<20 {
		t.Errorf("%d KB for %d visits, %d KB for %d", large>>10, many, small>>10, few)
	}
}

type drawer2 struct{}

func (drawer2) Write(b []byte) (int, error) { return len(b), nil }
func (drawer2) Close() error                { return nil }

func BenchmarkWrite(b *testing.B) {
	for _, reps := range []int{200, 1000} {
		b.Run(fmt.Sprintf("%dreps", reps), func(b *testing.B) {
			var visits, all int64
			for range b.N {
				truth, err := WriteTo(func(string) (io.WriteCloser, error) { return drawer2{}, nil }, Options{Reps: reps})
				if err != nil {
					b.Fatal(err)
				}
				visits += truth.Rows["visits"]
				for _, n := range truth.Rows {
					all += n
				}
			}
			b.ReportMetric(float64(visits)/b.Elapsed().Seconds(), "visits/s")
			b.ReportMetric(float64(all)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
