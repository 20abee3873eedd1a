// Package intake judges whether the files that were read are those of this
// report: not too old, not last week's once more, not cut short, not of another
// form. It reads no file and no clock: it is given what was read now and what
// the run before read.
package intake

import (
	"math/big"
	"path"
	"slices"

	"crmreport/ingest"
	"crmreport/metrics/compare"
	"crmreport/metrics/snapshot"
)

// Rule is what a source must be, to be taken for this report's.
type Rule struct {
	Warn, Fail         compare.Age // how old its newest row may be
	SameFile           Same
	RowsWarn, RowsFail *big.Rat // share of the rows of the run before; nil: any
}

// Same says what it means that a source's files are those of an earlier week,
// byte for byte.
type Same string

// The words for it; without one, the table decides.
const (
	ByTable  Same = ""
	SameOK   Same = "ok"
	SameWarn Same = "warn"
	SameFail Same = "fail"
)

// Sames are the words that a configuration may use.
var Sames = []Same{SameOK, SameWarn, SameFail}

// moving are the tables in which a sales force leaves a trace every week: the
// same bytes a week later mean that nobody exported. The others (people, plans,
// rates, calendars, splits, complaints) may well be as they were, and a warning
// that is mostly wrong is one that nobody reads.
var moving = []string{"visits", "customers", "deals", "stage_history", "contracts", "forecasts", "invoices", "payments", "leads"}

func (s Same) of(table string) Same {
	switch {
	case s != ByTable:
		return s
	case slices.Contains(moving, table):
		return SameWarn
	}
	return SameOK
}

// Before is an earlier run's report of what it read.
type Before struct {
	AsOf    string
	Run     string // its folder, such as 2025-W09.r1
	Inputs  []snapshot.Input
	Headers []Header
}

// Header is the header of a file that was read as a table.
type Header struct {
	Table, File string
	Columns     []string
}

// Run is what was read.
type Run struct {
	AsOf    string
	Sources []ingest.Source
	Rules   []Rule // of the sources; none: every source has the zero Rule
	Inputs  []snapshot.Input
	Headers []Header
	Absent  []string // globs of optional sources that no file matches
}

// source is a source with its files, now and before.
type source struct {
	*ingest.Source
	Rule
	now, was []snapshot.Input
}

// has reports whether a file read as table is of the source.
func (s *source) has(table, file string) bool {
	return table == s.Table && slices.ContainsFunc(s.Files, func(glob string) bool {
		ok, _ := path.Match(path.Clean(glob), file) // a bad pattern was refused before
		return ok
	})
}

// of are those of the inputs that are of the source, by the names of the files:
// so a file with the date in its name is the one that follows last week's.
func (s *source) of(inputs []snapshot.Input) (out []snapshot.Input) {
	for _, in := range inputs {
		if s.has(in.Table, in.File) {
			out = append(out, in)
		}
	}
	return out
}
