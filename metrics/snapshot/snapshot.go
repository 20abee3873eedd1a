// Package snapshot is the versioned document between computing and showing:
// what metrics.json, metrics.csv and the page are all written from. It holds
// no clock and no sentence but the definitions, and imports nothing above it.
//
// The JSON form is specified in doc.go.
package snapshot

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Schema is the version of the JSON form. Readers accept the same major.
const Schema = "crmreport.metrics/1.1"

// Document is one run's results.
type Document struct {
	Tool         string
	AsOf         string // 2025-03-09
	Timezone     string
	Currency     string
	ConfigSHA256 string
	Golden       int64    // valid visits per signing that the rule asks for
	Tolerance    [2]int64 // of forecasts, numerator and denominator

	Inputs      []Input
	Missing     []string // tables of inputs.md without a source
	Scopes      []Scope  // company first; a parent before its children
	Periods     []Period
	Definitions []measure.Definition
	Words       []Word // names of the words in keys and cells, by ID (stages, causes, statuses)
	Values      Values // sorted by metric, scope, period, key; every scope, reps too
	Lists       []List
	Warnings    []Warning
	Series      *Series // what the values of weeks would be that have none; in no file

	Above []Value // of a cut: the company's rates that it may hold; in no file
	Since *Since  // what changed since the report before; in no file
}

// Input accounts for one file read for one table: Read = Accepted + Duplicates
// + Rejected + Skipped.
type Input struct {
	Table, File, SHA256, Encoding                 string
	Bytes                                         int64
	Read, Accepted, Duplicates, Rejected, Skipped int64
	FutureRows                                    int64 // of Skipped: dated after the as-of day
	Newest                                        string
	AgeWorkdays                                   int64     // working days after Newest, up to the as-of day
	Problems                                      []Problem // the first of each code, with its count

	Refused []Refused // its rejected rows; in no file
}

// Refused is what can be read of a rejected row: how much it could have changed.
type Refused struct {
	Day     crm.Date // NoDate where it cannot be read
	Minor   int64    // its amount in the report's currency …
	Known   bool     // … where that can be read
	Version bool     // it is another version of a row that was accepted
}

// Problem is a kind of fault in a file, with its first place.
type Problem struct {
	Code, Column, Example, Expected string
	Line                            int
	Count                           int64
	Rejects                         bool // rows with it were rejected
}

// Scope is a node of the organisation. A rep's Parent is its latest unit.
type Scope struct {
	ID, Level, Name, Parent string
	Manager                 string // name of who leads it, where known
}

// Word names a word of keys and cells, such as stage proposal, in both
// languages.
type Word struct {
	ID    string
	Text  measure.Text
	Limit int // of a stage: a deal stalls beyond so many days; 0 is never
}

// Role says what a period is for.
type Role string

// The roles of periods.
const (
	RoleCurrent    Role = "current"
	RoleComparable Role = "comparable" // the stretch to compare the running one with
	RoleBefore     Role = "before"
)

// Period is a stretch of days; Last is its last day, included. A period can
// have more than one entry, one for each role.
type Period struct {
	Name, Kind  string
	Start, Last string
	Role        Role
	Running     bool
	Workdays    int64 // of the company's calendar; 0: not known
}

// Bound is one end of an interval; nil is open.
type Bound = *float64

// Value is one number of one scope and period.
type Value struct {
	Metric, Scope, Period, Key string
	Num, Den                   int64
	V                          float64
	OK                         bool // false: the denominator is 0, no data
	CI                         *[2]Bound
	Method                     string
	Bounds                     *[2]Bound
	N                          int64
	Currency                   string
	Final                      bool
	Flags                      []string
}

// List names the cases behind a metric, worst first, for every scope at once.
type List struct {
	ID, Metric string
	Title      measure.Text
	Columns    []measure.Column
	Rows       []Row
}

// Row is one case: the scopes it belongs to (rep, unit, … company) and its
// cells. A CellScope cell carries the scope's id in Text.
type Row struct {
	Scopes []string
	Cells  []measure.Cell
}

// Warning is something the reader should know.
type Warning struct {
	Code string
	N    int64
	Text measure.Text
}
