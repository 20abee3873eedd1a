// Package inspect says what files are: form, header, preset, what each column
// holds, what is ambiguous; and proposes the configuration that build reads.
// It decides nothing for build: what is proposed stands in the configuration,
// where a person reads it.
package inspect

import (
	"errors"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"crmreport/cmd/internal/preset"
	"crmreport/ingest"
	"crmreport/ingest/dialect"
)

// mostRows is how many rows of a file are looked at: enough to prove a date
// order, little enough to hold in memory.
const mostRows = 200_000

// File is what one file is.
type File struct {
	Name    string // below the folder
	Facts   dialect.Facts
	Titles  []string       // the headers as they stand in the file
	Header  []string       // the same, each once: as a configuration names them
	Matches []preset.Match // the best first; those that fit stand before those that do not
	Rows    int            // rows of data looked at
	More    bool           // there are more rows than were looked at
	Skipped map[dialect.Class]int
	Fault   error // why it cannot be read

	lines []int
	rows  [][]string
}

// cells yields a column, line by line.
func (f *File) cells(column int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i, r := range f.rows {
			text := ""
			if column < len(r) {
				text = r[column]
			}
			if !yield(f.lines[i], text) {
				return
			}
		}
	}
}

// blank reports whether no row has text in a column.
func (f *File) blank(column int) bool {
	for _, c := range f.cells(column) {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// best is the object that the file is taken for, or nil.
func (f *File) best() *preset.Object {
	if len(f.Matches) == 0 || !f.Matches[0].Fits {
		return nil
	}
	return f.Matches[0].Object
}

// opener opens a file as often as it has to be read.
type opener func(name string, spec dialect.Spec) (*dialect.File, error)

// look reads a file and matches its header. Where the vendor writes lines of its
// own below the data, the file is read once more with them known.
func look(open opener, name string, vendors []*preset.Vendor, wanted []string) *File {
	f := &File{Name: name}
	if f.Fault = f.read(open, dialect.Spec{Wanted: wanted}); f.Fault != nil {
		return f
	}
	f.Matches = preset.Rank(vendors, preset.NewHeader(f.Titles))
	if o := f.best(); o != nil && len(o.Vendor.Footers) > 0 {
		f.Fault = f.read(open, dialect.Spec{Wanted: wanted, Footers: o.Vendor.Footers})
	}
	return f
}

// read reads the rows of a file.
func (f *File) read(open opener, spec dialect.Spec) error {
	d, err := open(f.Name, spec)
	if err != nil {
		return err
	}
	defer d.Close()
	f.Skipped, f.rows, f.lines, f.Rows = map[dialect.Class]int{}, nil, nil, 0
	f.Titles, f.Header = d.Titles, slices.Clone(d.Header)
	for i, t := range f.Titles {
		if n := slices.Index(f.Titles, t); t != "" && n == i && slices.Contains(f.Titles[i+1:], t) {
			f.Header[i] = t + "#1"
		}
	}
	for {
		err := d.Next()
		f.Facts = d.Facts
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case d.Class != dialect.Data:
			f.Skipped[d.Class]++
		case f.Rows == mostRows:
			f.More = true
			return nil
		default:
			f.Rows++
			f.rows, f.lines = append(f.rows, slices.Clone(d.Record)), append(f.lines, d.Line)
		}
	}
}

// Look looks at files of a folder, by name.
func Look(fsys fs.FS, names []string) ([]*File, error) {
	return lookAll(func(name string, spec dialect.Spec) (*dialect.File, error) { return dialect.Open(fsys, name, spec) }, names)
}

// Stdin is the name of the standard input, here and under files.
const Stdin = "-"

// LookAtStdin looks at what r gives. The error is of reading it.
func LookAtStdin(r io.Reader) ([]*File, error) {
	spool, err := dialect.NewSpool(r)
	if err != nil {
		return nil, err
	}
	defer spool.Close()
	return lookAll(spool.Open, []string{Stdin})
}

func lookAll(open opener, names []string) ([]*File, error) {
	vendors, err := preset.All()
	if err != nil {
		return nil, err
	}
	vendors = append(vendors, preset.Own())
	wanted := preset.Headers(vendors)
	var out []*File
	for _, name := range names {
		out = append(out, look(open, name, vendors, wanted))
	}
	return out, nil
}

// fieldsOf returns the fields of a table in order.
func fieldsOf(table string) ingest.TableSpec {
	t, _ := preset.Table(table)
	return t
}
