// Package ingest reads the CSV exports of a CRM into a crm.Book. It knows files,
// encodings, headers, words and dates; it computes no metric and prints nothing.
// The command and the configuration call it.
//
// One row goes through these hands: dialect (bytes,
// encoding, header, records) → binding
// (their columns → our fields) → row (cells → values) → a decoder of decode_*.go
// (fields → a record of crm) → shelf (duplicates) → cut (as-of) → Book.
package ingest

import (
	"errors"
	"io/fs"

	"crmreport/ingest/crm"
)

// Read reads every source of o into a Book, with the receipts of every file. A
// fault of a row is counted and rejected in the report; a fault of a file, a
// column or the configuration is a *Fault (several are joined) and there is no
// Book. The report is there in either case. A caller that goes on after it is done
// with the Book is to Release it.
func Read(fsys fs.FS, o Options) (b *crm.Book, report *Report, err error) {
	r, err := newRun(fsys, o.withDefaults())
	if err != nil {
		return nil, r.report, err
	}
	defer func() {
		if r.close(); err != nil {
			r.book.Release()
		}
	}()
	defer r.full(&err)
	t := r.readTables()
	if len(r.faults) > 0 {
		return nil, r.report, errors.Join(r.faults...)
	}
	if err := r.settle(t); err != nil {
		return nil, r.report, err
	}
	if err := r.report.checkRejects(r.o.MaxRejects); err != nil {
		return nil, r.report, err
	}
	r.report.Memory = Memory{r.o.Memory, r.store.Used()}
	return r.book, r.report, nil
}

// withDefaults fills what is zero with DefaultOptions.
func (o Options) withDefaults() Options {
	d := DefaultOptions()
	if o.Pipeline.Len() == 0 {
		o.Pipeline = d.Pipeline
	}
	if o.Zone == "" {
		o.Zone = d.Zone
	}
	if o.Currency == "" {
		o.Currency = d.Currency
	}
	if o.AsOf == 0 {
		o.AsOf = crm.NoDate
	}
	if o.Today == 0 {
		o.Today = crm.NoDate
	}
	if o.MaxRejects == 0 {
		o.MaxRejects = d.MaxRejects
	}
	return o
}
