package renewal

import (
	"bytes"
	"io"
	"testing"
	"testing/fstest"

	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/ingest/sample"
	"crmreport/metrics/measure"
)

// buffer is a file of an export in memory.
type buffer struct{ bytes.Buffer }

func (*buffer) Close() error { return nil }

// sampled is the book of a generated export: about 125 contracts a rep.
func sampled(b *testing.B, reps int) *crm.Book {
	b.Helper()
	files := map[string]*buffer{}
	o := sample.Options{Reps: reps, Weeks: 26}
	if _, err := sample.WriteTo(func(name string) (io.WriteCloser, error) {
		files[name] = &buffer{}
		return files[name], nil
	}, o); err != nil {
		b.Fatal(err)
	}
	export := fstest.MapFS{}
	for name, f := range files {
		export[name] = &fstest.MapFile{Data: f.Bytes()}
	}
	in := ingest.DefaultOptions()
	var err error
	if in.Sources, err = ingest.DefaultSources(export); err != nil {
		b.Fatal(err)
	}
	book, _, err := ingest.Read(export, in)
	if err != nil {
		b.Fatal(err)
	}
	return book
}

// The whole family over 100 reps, as a build computes it.
func BenchmarkCompute(b *testing.B) {
	book := sampled(b, 100)
	frame := measure.NewFrame(book)
	b.ReportAllocs()
	for b.Loop() {
		if r := Compute(book, frame, DefaultOptions()); len(r.Values) == 0 {
			b.Fatal("no values")
		}
	}
}

// One number of one customer's contracts, as explain computes it for every
// customer there is.
func BenchmarkComputeOne(b *testing.B) {
	book := sampled(b, 100)
	frame := measure.NewFrame(book).Narrowed(measure.Slot{Period: book.Fiscal.Period(crm.Quarter, book.AsOf)})
	parts := book.Groups(crm.ByCustomer)[:1000]
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range parts {
			Compute(p, frame, DefaultOptions())
		}
	}
}
