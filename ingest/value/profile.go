package value

import "iter"

// ColumnProfile is what one column says about itself.
type ColumnProfile struct {
	Name      string
	Kind      Kind
	Layout    string       // of dates and numbers: "YYYY-MM-DD", "D/M/YYYY", "1,234.56", "percent"
	Cells     int          // all, blank ones too
	Blank     int          // blank cells and words for blank, such as N/A
	Bad       Evidence     // cells that do not fit the kind
	Evidence  []Evidence   // what decided, strongest first
	Ambiguous []Reading    // where nothing decided: what the example may be
	Question  string       // where nothing decided: the question, with file, line and example; else ""
	Setting   string       // key: value to paste under the source; with Ambiguous, the first answer
	Words     []Occurrence // of Word and Bool: the distinct texts, most frequent first
	Distinct  int          // distinct texts; more than Words holds where there are many
}

// Occurrence is how often a text stands in a column, and where first.
type Occurrence struct {
	Text  string
	Count int
	Line  int
}

// Profile reads a whole column: cells yields each line with its text. want is
// the kind that the column must have, or Any.
func Profile(name string, want Kind, cells iter.Seq2[int, string]) ColumnProfile {
	p := ColumnProfile{Name: name, Kind: Text}
	for range cells {
		p.Cells++
	}
	return p
}
