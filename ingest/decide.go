package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"crmreport/ingest/dialect"
	"crmreport/ingest/value"
)

// A column whose cells are canonical (2025-03-09, 1234.5) is read as it comes.
// The first cell that is not makes ingest go through all files of its source
// once more, for every column of dates and numbers together, and decide how
// each is read. Rows that were read before stand: what is canonical has one
// reading, whatever the column turns out to be, and a column that contradicts
// it is a fault.

// decision is how the cells of one column are read.
type decision struct {
	dates   value.Dates
	numbers value.Numbers
}

// judged is a column while its source is gone through.
type judged struct {
	field, header string
	kind          value.Kind
	unit          int
	words         map[string]string
	dates         *value.DateColumn
	numbers       *value.NumberColumn
}

// decided returns the decision on a cell's column; nil after a fault.
func (d *row) decided(cell *string) *decision {
	i := d.index(cell)
	if c := d.made[i]; c != nil {
		return c
	}
	if d.run.aside {
		return nil // the cell is refused here, and its row read again where columns are decided
	}
	key := columnKey{d.source, d.binding.header[i]}
	if d.binding.column[i] < 0 {
		key.header = "constant " + d.binding.names[i]
	}
	if _, known := d.run.decisions[key]; !known && d.fault == nil {
		if d.binding.column[i] < 0 {
			d.fault = d.run.decideConstant(d, i, key)
		} else {
			d.fault = d.run.decide(d.source, d.binding)
		}
		if d.fault != nil {
			d.rejected = true
		}
	}
	d.made[i] = d.run.decisions[key]
	return d.made[i]
}

// columnKey names a column of a source by its header.
type columnKey struct {
	source *Source
	header string
}

// decide goes through the files of a source.
func (r *run) decide(s *Source, b *binding) error {
	var cols []*judged
	for i, kind := range b.kinds {
		if b.column[i] < 0 || b.class[i] != classTyped {
			continue
		}
		c := b.judge(i, kind)
		if !slices.ContainsFunc(cols, c.same) {
			cols = append(cols, c)
		}
	}
	for _, j := range r.jobs[s.Table] {
		if j.source != s {
			continue
		}
		if err := r.goThrough(j, cols); err != nil {
			return err
		}
	}
	var faults []error
	for _, c := range cols {
		if err := r.settleColumn(s, c.header, c); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

func (b *binding) judge(i int, kind value.Kind) *judged {
	c := &judged{field: b.names[i], header: b.header[i], kind: kind, unit: b.units[i], words: b.words[i]}
	if kind == value.Date || kind == value.Stamp || kind == value.End {
		c.dates = &value.DateColumn{Ends: kind == value.End}
	} else {
		c.numbers = value.NewNumberColumn(kind)
	}
	return c
}

// same reports whether o is the same column under another of our names.
func (c *judged) same(o *judged) bool { return c.header == o.header }

func (c *judged) add(at value.Place, cell string) {
	text := value.Trim(cell)
	if w, ok := c.words[text]; ok {
		text = w
	}
	switch {
	case text == "" || value.Blank(text):
	case c.dates != nil:
		c.dates.Add(at, text)
	default:
		c.numbers.Add(at, text)
	}
}

// goThrough shows one file's rows to the columns that it has.
func (r *run) goThrough(j job, cols []*judged) error {
	f, err := r.open(j.file, j.source)
	if err != nil {
		return err
	}
	defer f.close()
	b := &binding{width: len(f.header)}
	if err := b.conditions(f, j.source); err != nil {
		return err
	}
	at := make([]int, len(cols))
	for i, c := range cols {
		at[i], _ = f.Column(c.header)
	}
	err = f.next()
	for ; err == nil; err = f.next() {
		if !b.wanted(f.record) || f.Shape == dialect.Long {
			continue
		}
		for i, c := range cols {
			if n := at[i]; n >= 0 && n < len(f.record) {
				c.add(value.Place{File: j.file, Line: f.line}, f.record[n])
			}
		}
	}
	var fault *Fault
	if errors.As(err, &fault) {
		return fault
	}
	return nil
}

// settleColumn keeps the decision on a column, or returns the question.
func (r *run) settleColumn(s *Source, header string, c *judged) error {
	d := &decision{}
	var doubt *value.Doubt
	proof := ""
	if c.dates != nil {
		d.dates, doubt = c.dates.Decide(s.DateOrder)
		proof = c.dates.Proof(d.dates, s.DateOrder)
	} else {
		stated := value.Stated{Point: s.Decimal, Unit: c.unit, Percent: s.percent(c.field)}
		d.numbers, doubt = c.numbers.Decide(stated)
		proof = c.numbers.Proof(d.numbers, stated)
	}
	if doubt != nil {
		r.decisions[columnKey{s, header}] = nil
		return s.question(c, doubt)
	}
	r.decisions[columnKey{s, header}] = d
	if proof != "" {
		r.report.Readings = append(r.report.Readings, Reading{s.Table, c.header, proof})
	}
	return nil
}

// percent is what is said about a field's plain numbers. The shares of a split
// are settled by their sum, not by their size.
func (s *Source) percent(field string) *bool {
	if p, ok := s.Percent[field]; ok {
		return &p
	}
	if s.Table == "credit_splits" && field == "share" {
		return new(bool)
	}
	return nil
}

// question turns a doubt into the fault that ends the run.
func (s *Source) question(c *judged, doubt *value.Doubt) *Fault {
	remedy := doubt.Remedy
	if strings.HasSuffix(doubt.Code, "_percent") {
		remedy = fmt.Sprintf("say percent: {%s: true} (a plain 15 is 15 %%) or percent: {%s: false} in crmreport.yaml for this source", c.field, c.field)
	}
	return &Fault{Code: doubt.Code, File: doubt.At.File, Line: doubt.At.Line, Column: c.header, Place: s.Place,
		Message: fmt.Sprintf("column %s: %s", c.header, doubt.Why), Remedy: remedy}
}

// decideConstant decides a column that the configuration fills: its one cell
// has to speak for itself.
func (r *run) decideConstant(d *row, i int, key columnKey) error {
	b := d.binding
	c := b.judge(i, b.kinds[i])
	c.header = b.names[i]
	c.add(value.Place{File: r.files[d.File], Line: int(d.Line)}, *b.cells[i])
	return r.settleColumn(d.source, key.header, c)
}

// index is the field of a cell.
func (d *row) index(cell *string) int {
	for i, c := range d.binding.cells {
		if c == cell {
			return i
		}
	}
	panic("ingest: a cell of another row")
}
