package ingest

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
)

// Report is what one run read, table by table and file by file.
type Report struct {
	AsOf     crm.Date
	Capped   bool                // events lie after Options.Today, so that another Today may give another AsOf; false where AsOf was stated
	Newest   crm.Date            // the day of the newest event, beyond the as-of day too; NoDate without one
	Receipts []*Receipt          // by table in reading order, then file
	Missing  []string            // tables without a source, in reading order
	Absent   []string            // globs of optional sources that match no file
	Rejects  map[string][]Reject // by table; in reading order
	Readings []Reading           // columns whose cells were not canonical, as they were decided

	SelfCheck SelfCheck
	Memory    Memory
}

// Reading is how the cells of one column of a source are read, and why.
type Reading struct{ Table, Column, Says string }

// Receipt accounts for one file read as one table: Read = Accepted +
// Duplicates + Rejected + Skipped.
type Receipt struct {
	Table, File string
	SHA256      string
	Bytes       int64
	Encoding    string
	Form        dialect.Facts // what the file was found to be
	Header      []string      // its columns, unique but for blank ones
	Read        int
	Accepted    int
	Duplicates  int
	Rejected    int
	Skipped     int // rows that are no data, rows of other tables (When), future rows
	Blank       int // of Skipped: rows without text
	Titles      int // of Skipped: rows above the header
	Headers     int // of Skipped: the header again, among the data
	Footers     int // of Skipped: totals, page numbers, copyright
	OtherTable  int // of Skipped: rows that a When condition gives to another table
	FutureRows  int // of Skipped: dated after the as-of
	Newest      crm.Date
	Mended      []Mend     // rows that rows: repair read, the header among them; the first shownMends of them
	Problems    []*Problem // in the order of their first place

	byCode map[problemKey]*Problem
	words  map[string]int // unknown words listed, by column
}

// Conserved reports whether every row read is accounted for.
func (r *Receipt) Conserved() bool {
	return r.Read == r.Accepted+r.Duplicates+r.Rejected+r.Skipped && r.FutureRows+r.OtherTable+r.Blank+r.Titles+r.Headers+r.Footers == r.Skipped &&
		min(r.Accepted, r.Duplicates, r.Rejected, r.Skipped) >= 0
}

// Problem groups the rows of one file in which the same thing is wrong with the
// same column; unknown words are a Problem each.
type Problem struct {
	Code, Column string
	Count        int
	Line         int    // of the first
	Example      string // the first cell
	Expected     string
	Rejected     int // rows of Count that were rejected for it
}

type problemKey struct{ code, column, word string }

func (r *Receipt) problem(code, column string, line int, example, expected string, rejected bool) {
	r.count(problemKey{code, column, ""}, line, example, expected, rejected)
}

// unknownWord lists each unknown word of a column with its count, up to
// shownWords of them; further ones are counted together.
func (r *Receipt) unknownWord(column string, line int, word, expected string, rejected bool) {
	const code = "unknown_word"
	k := problemKey{code, column, word}
	if r.byCode[k] == nil {
		if r.words == nil {
			r.words = map[string]int{}
		}
		if r.words[column] == shownWords {
			k.word, expected = "", "one of the words named above (this is one of several others)"
		} else {
			r.words[column]++
			k.word = strings.Clone(word)
		}
	}
	r.count(k, line, word, expected, rejected)
}

func (r *Receipt) count(k problemKey, line int, example, expected string, rejected bool) {
	p := r.byCode[k]
	if p == nil {
		p = &Problem{Code: k.code, Column: k.column, Line: line, Example: strings.Clone(example), Expected: expected}
		if r.byCode == nil {
			r.byCode = map[problemKey]*Problem{}
		}
		r.byCode[k] = p
		r.Problems = append(r.Problems, p)
	}
	p.Count++
	if rejected {
		p.Rejected++
	}
}

// Reject is one rejected row with the first thing that is wrong with it.
type Reject struct {
	File    string
	Line    int
	Column  string
	Code    string
	Message string
	Text    string // the record as it stands in the file
	Left    Left
}

// WriteRejects writes rejected rows as CSV that a spreadsheet can open: a cell
// that would be taken for a formula starts with an apostrophe.
func WriteRejects(w io.Writer, rejects []Reject) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"file", "line", "column", "code", "message", "text"}); err != nil {
		return err
	}
	for _, r := range rejects {
		row := []string{r.File, strconv.Itoa(r.Line), r.Column, r.Code, r.Message, r.Text}
		for i := range row {
			row[i] = Defuse(row[i])
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// Defuse makes a cell that a spreadsheet would take for a formula start with an
// apostrophe.
func Defuse(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}

// checkRejects fails where more than the share limit of a table's rows were
// rejected. Rows that are not the table's own (blank ones, those of other
// tables) are not counted; a negative limit allows none.
func (r *Report) checkRejects(limit crm.Decimal) error {
	for i := 0; i < len(r.Receipts); {
		table, j := r.Receipts[i].Table, i
		rejected, rows := 0, 0
		for ; j < len(r.Receipts) && r.Receipts[j].Table == table; j++ {
			c := r.Receipts[j]
			rejected += c.Rejected
			rows += c.Read - c.Skipped + c.FutureRows
		}
		i = j
		if rejected == 0 || int64(rejected)*int64(crm.One) <= int64(limit)*int64(rows) {
			continue
		}
		f := &Fault{Kind: TooMany, Code: "too_many_rejects",
			Message:  fmt.Sprintf("table %s: %d of %d rows were rejected", table, rejected, rows),
			Expected: fmt.Sprintf("at most %s of them", percent(max(limit, 0))),
			Remedy:   "correct them or raise --max-rejects"}
		if rs := r.Rejects[table]; len(rs) > 0 {
			f.File, f.Line, f.Column = rs[0].File, rs[0].Line, rs[0].Column
			f.Found = "first " + rs[0].Code + ": " + rs[0].Message
		}
		return f
	}
	return nil
}

func percent(d crm.Decimal) string { return (d * 100).String() + " %" }
