package receivables_test

import (
	"os"
	"testing"

	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/ingest/sample"
	"crmreport/metrics/measure"
	"crmreport/metrics/receivables"
)

// sampled reads a sample of 100 reps and a year: contracts, invoices and
// payments as a company of that size has them.
func sampled(b *testing.B) *crm.Book {
	b.Helper()
	dir := b.TempDir()
	if _, err := sample.Write(dir, sample.Options{Reps: 100, Weeks: 52}); err != nil {
		b.Fatal(err)
	}
	fsys, o := os.DirFS(dir), ingest.DefaultOptions()
	var err error
	if o.Sources, err = ingest.DefaultSources(fsys); err != nil {
		b.Fatal(err)
	}
	book, _, err := ingest.Read(fsys, o)
	if err != nil {
		b.Fatal(err)
	}
	return book
}

func BenchmarkCompute(b *testing.B) {
	book := sampled(b)
	f := measure.NewFrame(book)
	b.ReportAllocs()
	for b.Loop() {
		receivables.Compute(book, f, receivables.DefaultOptions())
	}
}

// BenchmarkNarrowed is one customer's part of one number, as explain asks for
// it by the ten thousand.
func BenchmarkNarrowed(b *testing.B) {
	book := sampled(b)
	f := measure.NewFrame(book)
	f = f.Narrowed(measure.Slot{Scope: crm.Root, Period: f.Current[crm.Month]})
	parts := book.Groups(crm.ByCustomer)
	b.ReportAllocs()
	for b.Loop() {
		for _, part := range parts[:100] {
			receivables.Compute(part, f, receivables.DefaultOptions())
		}
	}
}
