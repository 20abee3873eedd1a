package dialect

import (
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// File is one file under the tokenizer.
type File struct {
	Name   string
	Facts  Facts
	Header []string // trimmed; unique but for blank ones: the second Amount is Amount#2
	Record []string // of the last Next; the slice is valid until the next one, its texts for ever
	Line   int      // physical line on which the record begins
	Class  Class    // what the record is

	titles []string // the headers as the file has them, trimmed
	counts [classes]int
}

// Open opens a file of a folder. The error is a *Fault.
func Open(fsys fs.FS, name string, spec Spec) (*File, error) { panic("not yet") }

// Read opens what r gives, spooled to a temporary file that Close removes.
func Read(name string, r io.Reader, spec Spec) (*File, error) { panic("not yet") }

// Next reads a record of any class. It returns io.EOF at the end, else a *Fault.
func (f *File) Next() error { panic("not yet") }

// Text is the last record as it is written, decoded, without its line end.
func (f *File) Text() string { panic("not yet") }

// Count returns how many records of a class Next has returned.
func (f *File) Count(c Class) int { return f.counts[c] }

// Close closes the file and removes what was spooled.
func (f *File) Close() error { panic("not yet") }

// Column finds a column by its header: as it stands, or else folded, or by the
// name that Header gives it (Amount#2). It is -1 where there is none; twice
// where two columns have the name and Header must tell them apart.
func (f *File) Column(name string) (column int, twice bool) {
	name = strings.TrimSpace(name)
	folded := Fold(name)
	for _, same := range []func(i int) bool{
		func(i int) bool { return f.titles[i] == name },
		func(i int) bool { return Fold(f.titles[i]) == folded },
	} {
		column = -1
		for i := range f.titles {
			if same(i) {
				if column >= 0 {
					return column, true
				}
				column = i
			}
		}
		if column >= 0 {
			return column, false
		}
	}
	return slices.Index(f.Header, name), false
}

func place(file string, line int) string {
	switch {
	case file == "":
		return ""
	case line > 0:
		return fmt.Sprintf("%s:%d: ", file, line)
	}
	return file + ": "
}
