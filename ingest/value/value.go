// Package value turns the cells of one column into values: dates, numbers,
// percents, booleans and ids, in the shapes that real exports write. A column
// is decided as a whole: cells that prove a reading settle those that do not,
// and what nothing settles is a Doubt, a question with its answers, never a
// guess. The package knows no table, no file and no configuration; ingest calls
// it, and inspect shows its profiles.
package value

// Kind is what the cells of a column are.
type Kind uint8

// The kinds of a column. Any asks Profile to find out.
const (
	Any     Kind = iota
	Text         // free text
	Word         // a text that repeats: a stage, a status, a reason
	ID           // an opaque id
	Bool         // yes or no
	Number       // an exact number or an amount of money
	Percent      // a share or a rate: 15%, 15 or 0.15
	Factor       // a number around 1 that may be a percent: 1.25 or 125%
	Count        // a whole number
	Date         // a day
	Stamp        // a day with a time of day
	End          // a last day, which may stand for no end: 9999-12-31
	Period       // a week, month, quarter or year
)

// String names the kind as inspect prints it.
func (k Kind) String() string {
	return [...]string{"any", "text", "word", "id", "bool", "number", "percent", "factor", "count", "date", "stamp", "end", "period"}[k]
}

// Place is where a cell stands: the file, where several are read as one
// column, and the physical line.
type Place struct {
	File string
	Line int
}

// Evidence is a group of cells that show the same thing, with the first of
// them.
type Evidence struct {
	Says    string // what they show: "day/month/year: the first part exceeds 12"
	Count   int
	At      Place  // of the first
	Example string // the first
}

func (e *Evidence) add(at Place, cell string) {
	if e.Count == 0 {
		e.At, e.Example = at, shorten(cell)
	}
	e.Count++
}

// Reading is one way to take an undecided cell.
type Reading struct {
	Means   string // the example under this reading: "2025-03-04", "1234"
	Setting string // what to state for it: "date_order: dmy"
}

// Doubt is a column that cannot be read without an answer.
type Doubt struct {
	Code     string // ambiguous_date, mixed_dates, ambiguous_number …
	At       Place  // of the example
	Example  string
	Why      string    // what is wrong, as the end of "column start_at: …"
	Readings []Reading // the possible answers; empty where the file must be mended
	Remedy   string
}

func shorten(s string) string {
	const most = 60
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return string([]byte(s)) // a cell is a piece of its line, which is used again
}
