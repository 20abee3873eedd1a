package ingest

import (
	"io"

	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
	"crmreport/ingest/value"
)

// Decoder is how a big table is read. All give the same result: each is held
// against the next.
type Decoder uint8

// The decoders, the fastest first.
const (
	ByBlocks Decoder = iota // blocks side by side, plain visits by hand
	ByGocsv                 // blocks side by side, every record through gocsv's binding
	ByRows                  // one row after the other
)

// Options say what to read and how; the zero value of a field is the default
// of inputs.md.
type Options struct {
	Sources    []Source       // see DefaultSources
	Pipeline   crm.Pipeline   // open stages in order
	Zone       string         // IANA name of the organisation's zone; Asia/Shanghai
	Currency   crm.Currency   // of the report, and of amounts without a currency; CNY
	Fiscal     crm.Fiscal     // first month of the fiscal year
	SixDay     []string       // regions that work Saturdays
	AsOf       crm.Date       // NoDate: the last finished week at or before the newest event
	Today      crm.Date       // caps the default as-of; NoDate: no cap. The caller's clock, never ours
	Stdin      io.Reader      // what a source's file - is; nil: nothing. A *Kept may be read by Originals too
	MaxRejects crm.Decimal    // share of a table's rows that may be rejected; over it Read fails (0.01); see ShareOfRejects
	Memory     int64          // bytes that the run may take; what would be more lies in a temporary file. 0: any
	Scratch    string         // folder of that file; "": the system's
	Decoder    Decoder        // of big tables: the same result, at another speed
	Progress   func(Progress) // told every few thousand rows and at the end, by one goroutine at a time; nil: nobody

	block int // bytes; tests: so that a small table has many blocks
}

// ShareOfRejects is the Options.MaxRejects that allows a share: 0 allows none,
// while a zero field is the default.
func ShareOfRejects(share crm.Decimal) crm.Decimal {
	if share == 0 {
		return -1
	}
	return share
}

// DefaultOptions returns the rulings of inputs.md and metrics.md section 0.
func DefaultOptions() Options {
	return Options{Pipeline: crm.DefaultPipeline(), Zone: "Asia/Shanghai", Currency: "CNY",
		AsOf: crm.NoDate, Today: crm.NoDate, MaxRejects: crm.One / 100}
}

// Source maps files to one table. One file may feed several tables: it is then
// named by several sources, each with its own When.
type Source struct {
	Table        string                       // a table of inputs.md
	Files        []string                     // globs below the data folder, each must match; - is Options.Stdin
	Encoding     string                       // a name that dialect.ParseEncoding knows; blank: found
	Delimiter    rune                         // 0: found (, ; tab |)
	Quotes       dialect.Quotes               // how cells are quoted; 0: found
	Rows         dialect.Rows                 // what is done with rows that have not the header's cells
	Tables       dialect.Tables               // what is done with a second table below the first
	HeaderLine   int                          // physical line on which the header begins; 0: found
	HeaderRows   int                          // rows that the header takes; 0: found
	Footers      []string                     // how the first filled cell of a row that is no data begins, beside the usual ones
	Columns      map[string]string            // our field → their header; fields not named keep their own name. entered:<stage id> names a column of a wide stage_history
	Constants    map[string]string            // our field → the same value on every row
	Only         bool                         // read no column that Columns does not name, though it is called like a field of ours
	IDs          IDForm                       // how the source writes its ids
	Words        map[string]map[string]string // our field → their word → ours
	When         []Condition                  // a row that fails one is not of this table: skipped, not rejected
	Dates        []string                     // layouts such as M/D/YYYY or DD-MM-YY; none: ISO 8601 and year-first
	DateOrder    value.Order                  // which of day and month comes first in 04/03/2025; Unsaid: the column decides, or the run stops and asks
	Decimal      byte                         // '.' or ',': the decimal separator; 0: the column decides, or the run stops and asks
	Units        map[string]string            // our field → the unit of its numbers: 千元, 万元, K; not named: what the header states in brackets, or 1
	Percent      map[string]bool              // our field → its plain numbers are percents; not named: the column decides
	Blank        []string                     // further words for blank, in any column; - and N/A are known where a date or a number belongs
	Zone         string                       // of stamps without an offset; blank: the organisation's
	AmountPer    crm.AmountPer                // contracts: what amount covers
	EndExclusive bool                         // contracts: end is the first day without service
	Optional     bool                         // the folder may lack the files: Report.Absent says so
	Place        string                       // where the configuration says so, for messages: crmreport.yaml:12
}

// Condition holds of a row where the column's text, trimmed, is one of In; with
// In empty, where it is not blank.
type Condition struct {
	Column string // their header
	In     []string
}

// IDForm is how a program writes its ids.
type IDForm uint8

// The forms of ids.
const (
	PlainIDs      IDForm = iota // compared byte for byte
	SalesforceIDs               // 15 characters, or the same 15 with 3 that repeat their case (18)
)
