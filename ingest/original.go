package ingest

import (
	"fmt"
	"io"
	"io/fs"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/ingest/value"
)

// Original is a row of the input as somebody would look it up.
type Original struct {
	crm.RowRef
	File string
	ID   string // its primary key, or else the cells it must have, joined by spaces
	Text string // the record as it stands in the file

	// The first cell of ID, and the field it is: the deal of a row of history,
	// the contract of a split.
	Subject, SubjectColumn string
}

// Originals finds rows of a Book in the files it was read from, in the order of
// rows. o must be the options it was read with. A row that is not there any
// more is a *Fault: the file has changed.
func Originals(fsys fs.FS, o Options, rows []crm.RowRef) ([]Original, error) {
	o.Memory = 0 // nothing is kept
	r, err := newRun(fsys, o.withDefaults())
	if err != nil {
		return nil, err
	}
	type place struct {
		table string
		file  int32
	}
	wanted := map[place]map[int32]*Original{}
	for _, ref := range rows {
		p := place{ref.Table, ref.File}
		if wanted[p] == nil {
			wanted[p] = map[int32]*Original{}
		}
		wanted[p][ref.Line] = &Original{RowRef: ref}
	}
	for _, spec := range Tables() {
		for _, j := range r.jobs[spec.Name] {
			if lines := wanted[place{spec.Name, j.number}]; len(lines) > 0 {
				if err := r.lookUp(j, spec, lines); err != nil {
					return nil, err
				}
			}
		}
	}
	out := make([]Original, len(rows))
	for i, ref := range rows {
		out[i] = *wanted[place{ref.Table, ref.File}][ref.Line]
		if out[i].Text == "" {
			return nil, &Fault{Code: "file_changed", File: r.files[ref.File], Line: int(ref.Line),
				Message: "the row is not there any more: the file has changed since it was read", Remedy: "run it again"}
		}
	}
	return out, nil
}

func (r *run) lookUp(j job, spec TableSpec, lines map[int32]*Original) error {
	f, err := r.open(j.file, j.source)
	if err != nil {
		return err
	}
	defer f.close()
	id := idColumns(f.header, j.source, spec)
	left := len(lines)
	for err = f.next(); err == nil && left > 0; err = f.next() {
		x := lines[int32(f.line)]
		if x == nil || x.Text != "" {
			continue
		}
		left--
		var cells []string
		for _, n := range id {
			if n < len(f.record) && value.Trim(f.record[n]) != "" {
				cells = append(cells, value.Trim(f.record[n]))
			}
		}
		x.File, x.ID, x.Text = j.file, strings.Join(cells, " "), f.text()
		if len(cells) > 0 {
			x.Subject, x.SubjectColumn = cells[0], f.header[id[0]]
		}
	}
	if err != nil && err != io.EOF {
		return fmt.Errorf("reading %s again: %w", j.file, err)
	}
	return nil
}

// idColumns are the columns that tell a row of the table from others.
func idColumns(header []string, s *Source, spec TableSpec) []int {
	fields := spec.Key
	if len(fields) == 0 {
		fields = spec.Filled
	}
	var out []int
	for _, field := range fields {
		name := field
		if theirs, ok := s.Columns[field]; ok {
			name = theirs
		} else if s.Only {
			continue
		}
		if n, twice := find(header, name); n >= 0 && !twice {
			out = append(out, n)
		}
	}
	return out
}
