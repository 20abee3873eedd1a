// Package dialect turns the bytes of a CSV export into records, whatever wrote
// them. It knows encodings, delimiters, quotes, line ends, header rows, footers
// and gzip; it knows no table and no value. Package ingest binds its columns.
//
// A file is read twice: once to settle its encoding over the whole file and to
// hash it, once to cut it into records. Neither pass holds more of it than a
// block and the longest record.
//
// What is found is in Facts; what a configuration states is a Spec and wins.
// What cannot be settled is a *Fault that asks for it: nothing is guessed.
package dialect

import (
	"slices"
	"strings"
)

// Spec is what is stated of a file's form. A zero field is found from the file.
type Spec struct {
	Encoding   string   // a name of Encodings
	Delimiter  rune     // an ASCII character
	Quotes     Quotes   // how cells are quoted
	HeaderLine int      // physical line on which the header begins
	HeaderRows int      // rows that the header takes; NoHeader where the first row is data
	Footers    []string // how the first filled cell of a row that is no data begins, beside the usual ones
	Rows       Rows     // what is done with a row that has not the header's cells
	Tables     Tables   // what is done with a second table below the first
	Wanted     []string // headers that the caller looks for, in any spelling that Fold makes equal; the row with most of them is the header
}

// NoHeader is the HeaderRows of a file whose first row is data.
const NoHeader = -1

// MaxHeaderRows is how many rows a header may take.
const MaxHeaderRows = 3

// Quotes is how the cells of a file are quoted.
type Quotes uint8

// The styles of quoting.
const (
	QuotesFound Quotes = iota // found from the first rows
	Doubled                   // "the ""best"" one": RFC 4180
	Backslash                 // "the \"best\" one"
	Single                    // 'the ''best'' one'
	Unquoted                  // a quote is a character like any other
	// Lenient is Doubled, but a line with a quote out of place is read by the
	// number of its cells where that leaves one way to read it, and counted in
	// Facts.Repaired. It is never found, only stated.
	Lenient
)

// quoteNames are the names of the styles in a configuration.
var quoteNames = map[string]Quotes{"doubled": Doubled, "backslash": Backslash, "single": Single, "none": Unquoted, "lenient": Lenient}

// QuoteNames returns the names that ParseQuotes knows.
func QuoteNames() []string { return []string{"doubled", "backslash", "single", "none", "lenient"} }

// ParseQuotes reads the name of a style.
func ParseQuotes(name string) (Quotes, bool) {
	q, ok := quoteNames[name]
	return q, ok
}

// String is the style's name.
func (q Quotes) String() string {
	for _, name := range QuoteNames() {
		if quoteNames[name] == q {
			return name
		}
	}
	return "found"
}

// Rows is what is done with a row whose cells do not fit the header.
type Rows uint8

// What may be stated of rows.
const (
	RowsStrict Rows = iota // such a row is reported as it is
	// RowsRepair: it is read as the other rows of the file suggest, if of all
	// ways to set one damage right one is clearly the likeliest; see mend.go.
	RowsRepair
)

// rowsNames are the names of Rows in a configuration.
var rowsNames = []string{RowsStrict: "strict", RowsRepair: "repair"}

// RowsNames returns the names that ParseRows knows.
func RowsNames() []string { return slices.Clone(rowsNames) }

// ParseRows reads the name of what is done with such rows.
func ParseRows(name string) (Rows, bool) {
	i := slices.Index(rowsNames, name)
	return Rows(max(i, 0)), i >= 0
}

// Facts are what a file is. They are complete once Next has returned io.EOF;
// before, LineEnds and the counts of records tell of the first rows only.
type Facts struct {
	SHA256     string // of the bytes as they lie on the disk
	Bytes      int64  // as they lie on the disk
	Compressed bool   // gzip
	Encoding   string // a name of Encodings
	BOM        bool
	Delimiter  rune
	SepLine    bool // the first line says sep=;
	Quotes     Quotes
	Padded     bool   // blanks stand before quotes, as in a, "b"
	LineEnds   string // LF, CRLF, CR or mixed; blank without one
	HeaderLine int    // physical line on which the header begins; 0 without a header
	HeaderRows int    // 0 without a header
	Body       int64  // offset of the first record behind the header, in the decoded text behind the BOM
	Short      int    // records of Shape Short and Cut
	Long       int    // records of Shape Long
	Repaired   int    // records with a quote out of place that Lenient read
	Mended     int    // records that RowsRepair read, the header among them
	MendedHead string // what was done to the header, as File.Mended says it of a record
	Below      int    // physical line of a second header, which ends the table (TablesFirst); 0 without one

	loneCR bool // a lone CR ends a record
	first  bool // TablesFirst is stated
}

// Canonical reports whether the bytes themselves are what encoding/csv reads:
// UTF-8, not compressed, quotes doubled, lines not ended by a lone CR. Such a
// file may be cut by other means than Next, from BodyOffset on.
func (f Facts) Canonical() bool {
	return f.Encoding == UTF8 && !f.Compressed && f.Quotes == Doubled && !f.Padded && !f.loneCR && f.MendedHead == "" && !f.first
}

// BodyOffset is the offset in a Canonical file of the first record behind the
// header, in bytes.
func (f Facts) BodyOffset() int64 {
	if f.BOM {
		return f.Body + int64(len(utf8BOM))
	}
	return f.Body
}

// Class says what a record is.
type Class uint8

// The classes of records. Only Data is to be decoded; the others are counted.
const (
	Data           Class = iota
	Blank                // no cell has text
	Preamble             // above the header: titles
	RepeatedHeader       // the header again
	Footer               // totals, page numbers, copyright
	classes
)

// String is the class in a message and in run.json.
func (c Class) String() string {
	return [...]string{"data", "blank", "preamble", "repeated_header", "footer"}[c]
}

// Shape compares the cells of a record with the header's.
type Shape uint8

// The shapes of records.
const (
	Whole Shape = iota // as many, or more that are blank in the whole file
	Short              // fewer: blank ones at the end were left out
	Cut                // fewer, though the last is blank: a delimiter may be lost
	Long               // more: a delimiter too many, so that no cell is surely in its column
)

// Fault is why a file cannot be read: it has a place and says what to do.
type Fault struct {
	Code     string // stable word: not_utf8, bad_quotes, header_unsure …
	File     string
	Line     int // physical line; 0 = the whole file
	Message  string
	Found    string
	Expected string
	Remedy   string
	Err      error // of reading; nil where the bytes themselves are at fault
}

func (f *Fault) Error() string {
	parts := []string{f.Message}
	if f.Expected != "" {
		parts = append(parts, "expected: "+f.Expected)
	}
	if f.Found != "" {
		parts = append(parts, "found: "+f.Found)
	}
	if f.Remedy != "" {
		parts = append(parts, f.Remedy)
	}
	return place(f.File, f.Line) + strings.Join(parts, "; ")
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }
