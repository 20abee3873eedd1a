// Package inspect says what files are: form, header, preset, what each column
// holds, what is ambiguous; and proposes the configuration that build reads.
// It decides nothing for build: what is proposed stands in the configuration,
// where a person reads it.
package inspect

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"iter"
	"path"
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
	Header  []string
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

// look reads a file and matches its header.
func look(fsys fs.FS, name string, vendors []*preset.Vendor) *File {
	f := &File{Name: name, Skipped: map[dialect.Class]int{}}
	if f.Fault = notText(fsys, name); f.Fault != nil {
		return f
	}
	if f.Fault = f.read(fsys, vendors); f.Fault != nil {
		return f
	}
	f.Matches = preset.Rank(vendors, preset.NewHeader(f.Header))
	return f
}

// notText refuses workbooks, by their first bytes: their name may say CSV.
func notText(fsys fs.FS, name string) error {
	file, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	var head [8]byte
	n, _ := io.ReadFull(file, head[:])
	switch {
	case bytes.HasPrefix(head[:n], []byte("PK\x03\x04")):
		return &dialect.Fault{Code: "xlsx", File: name, Message: "this is an Excel workbook (.xlsx), not CSV", Remedy: saveAs}
	case bytes.HasPrefix(head[:n], []byte("\xD0\xCF\x11\xE0")):
		return &dialect.Fault{Code: "xls", File: name, Message: "this is an old Excel workbook (.xls), not CSV", Remedy: saveAs}
	}
	return nil
}

const saveAs = "open it in Excel or WPS, choose File, Save As, \"CSV UTF-8 (comma delimited)\", and inspect that file; one sheet gives one CSV"

// read reads the rows of a file.
func (f *File) read(fsys fs.FS, vendors []*preset.Vendor) error {
	file, err := fsys.Open(f.Name)
	if err != nil {
		return err
	}
	defer file.Close()
	b := bufio.NewReader(file)
	f.Facts = dialect.Facts{Encoding: dialect.UTF8, Delimiter: ',', HeaderLine: 1, HeaderRows: 1, Quotes: dialect.Doubled}
	if head, _ := b.Peek(3); string(head) == "\xEF\xBB\xBF" {
		b.Discard(3)
		f.Facts.BOM = true
	}
	head, _ := b.Peek(4096)
	line, _, _ := strings.Cut(string(head), "\n")
	for _, d := range ";\t|" {
		if strings.Count(line, string(d)) > strings.Count(line, string(f.Facts.Delimiter)) {
			f.Facts.Delimiter = d
		}
	}
	r := csv.NewReader(b)
	r.Comma, r.FieldsPerRecord = f.Facts.Delimiter, -1
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		at, _ := r.FieldPos(0)
		if f.Header == nil {
			for _, h := range record {
				f.Header = append(f.Header, strings.TrimSpace(h))
			}
			continue
		}
		if f.Rows == mostRows {
			f.More = true
			return nil
		}
		f.Rows++
		f.rows, f.lines = append(f.rows, record), append(f.lines, at)
	}
}

// Look looks at files of a folder, by name.
func Look(fsys fs.FS, names []string) ([]*File, error) {
	vendors, err := preset.All()
	if err != nil {
		return nil, err
	}
	vendors = append(vendors, preset.Own())
	var out []*File
	for _, name := range names {
		out = append(out, look(fsys, name, vendors))
	}
	return out, nil
}

// Candidates lists the files at the top of a folder that may be exports.
func Candidates(fsys fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		name := strings.TrimSuffix(strings.ToLower(e.Name()), ".gz")
		switch path.Ext(name) {
		case ".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xls":
			if !e.IsDir() && !strings.HasPrefix(name, ".") {
				out = append(out, e.Name())
			}
		}
	}
	return out, nil
}

// fieldsOf returns the fields of a table in order.
func fieldsOf(table string) ingest.TableSpec {
	t, _ := preset.Table(table)
	return t
}
