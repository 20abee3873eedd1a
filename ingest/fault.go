package ingest

import (
	"fmt"
	"strings"
)

// Kind says which exit of the program a Fault asks for.
type Kind uint8

// The kinds of Fault.
const (
	BadData    Kind = iota // bad or ambiguous data (exit 65)
	Missing                // a required input is missing (66)
	TooMany                // too many rejected rows (65)
	BadConfig              // the configuration contradicts itself or the tables (78)
	CannotRead             // I/O (74)
)

// Fault is what ends a run: something is wrong with a file, a column or the
// configuration, and no number can be trusted.
type Fault struct {
	Kind     Kind
	Code     string // stable word: missing_column, ambiguous_date …
	File     string // "" where no file is concerned
	Line     int    // physical line; 0 = the whole file
	Column   string // their header, or our field where they have none
	Message  string // what is wrong
	Found    string
	Expected string
	Remedy   string // what to do
	Place    string // where the configuration says so: crmreport.yaml:12
	Err      error  // the cause, of CannotRead
}

func (f *Fault) Error() string {
	var b strings.Builder
	if f.File != "" {
		b.WriteString(f.File + ":")
		if f.Line > 0 {
			fmt.Fprintf(&b, "%d:", f.Line)
		}
		b.WriteByte(' ')
	}
	b.WriteString(f.Message)
	for _, p := range []struct{ name, text string }{{"expected: ", f.Expected}, {"found: ", f.Found}, {"", f.Remedy}} {
		if p.text != "" {
			b.WriteString("; " + p.name + p.text)
		}
	}
	if f.Place != "" {
		b.WriteString(" (" + f.Place + ")")
	}
	return b.String()
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }
