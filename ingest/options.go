package ingest

import "crmreport/ingest/crm"

// Options say what to read and how; the zero value of a field is the default
// of inputs.md.
type Options struct {
	Sources    []Source     // see DefaultSources
	Pipeline   crm.Pipeline // open stages in order
	Zone       string       // IANA name of the organisation's zone; Asia/Shanghai
	Currency   crm.Currency // of the report, and of amounts without a currency; CNY
	Fiscal     crm.Fiscal   // first month of the fiscal year
	SixDay     []string     // regions that work Saturdays
	AsOf       crm.Date     // NoDate: the last finished week at or before the newest event
	Today      crm.Date     // caps the default as-of; NoDate: no cap. The caller's clock, never ours
	MaxRejects crm.Decimal  // share of a table's rows that may be rejected; over it Read fails (0.01); negative: none
	Plain      bool         // read big tables row by row too: the same result, slower

	block int // bytes; tests: so that a small table has many blocks
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
	Files        []string                     // globs below the data folder; each must match
	Delimiter    rune                         // 0: found from the header (, ; tab |)
	Columns      map[string]string            // our field → their header; fields not named keep their own name. entered:<stage id> names a column of a wide stage_history
	Constants    map[string]string            // our field → the same value on every row
	Words        map[string]map[string]string // our field → their word → ours
	When         []Condition                  // a row that fails one is not of this table: skipped, not rejected
	Dates        []string                     // layouts such as M/D/YYYY or DD-MM-YY; none: ISO 8601 and year-first
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
