package sample

import (
	"strings"
	"testing"
	"testing/fstest"

	"crmreport/ingest"
)

func TestHeadersAreKnownToIngest(t *testing.T) {
	s, _ := write(t, Options{Reps: 3, Weeks: 1})
	specs := ingest.Tables()
	if len(specs) != len(Tables()) {
		t.Errorf("%d tables, ingest has %d", len(Tables()), len(specs))
	}
	for _, spec := range specs {
		f := s[spec.Name+".csv"]
		if f == nil {
			t.Errorf("%s is not written", spec.Name)
			continue
		}
		line, _, _ := strings.Cut(f.String(), "\n")
		have := map[string]bool{}
		for _, c := range strings.Split(line, ",") {
			have[c] = true
		}
		known := map[string]bool{}
		for _, c := range spec.Columns {
			known[c] = true
		}
		for _, c := range spec.Required {
			if !have[c] {
				t.Errorf("%s: required column %s is missing", spec.Name, c)
			}
		}
		for c := range have {
			if !known[c] {
				t.Errorf("%s: column %s is unknown", spec.Name, c)
			}
		}
	}
}

// TestIngestAcceptsEveryRow reads the sample as a report does: nothing may be
// rejected, and only the rows that were written twice are dropped.
func TestIngestAcceptsEveryRow(t *testing.T) {
	for _, o := range sizes() {
		s, truth := write(t, o)
		fsys := fstest.MapFS{}
		for n, b := range s {
			fsys[n] = &fstest.MapFile{Data: b.Bytes()}
		}
		opt := ingest.DefaultOptions()
		var err error
		if opt.Sources, err = ingest.DefaultSources(fsys); err != nil {
			t.Fatal(err)
		}
		book, report, err := ingest.Read(fsys, opt)
		if err != nil {
			t.Errorf("%s: %v", name(o), err)
			continue
		}
		for _, r := range report.Receipts {
			if int64(r.Read) != truth.Rows[r.Table] {
				t.Errorf("%s %s: read %d rows, wrote %d", name(o), r.Table, r.Read, truth.Rows[r.Table])
			}
			if r.Rejected != 0 || r.Skipped != 0 {
				t.Errorf("%s %s: %d rejected, %d skipped", name(o), r.Table, r.Rejected, r.Skipped)
			}
			for _, p := range r.Problems {
				t.Errorf("%s %s: %s %s at line %d (%q), %d times", name(o), r.Table, p.Column, p.Code, p.Line, p.Example, p.Count)
			}
			want := 0
			if r.Table == "visits" {
				want = int(truth.DuplicateVisits)
			}
			if r.Duplicates != want {
				t.Errorf("%s %s: %d duplicates, want %d", name(o), r.Table, r.Duplicates, want)
			}
		}
		if book.AsOf != truth.Options.End {
			t.Errorf("%s: as of %v, want %v", name(o), book.AsOf, truth.Options.End)
		}
	}
}
