package ingest

import (
	"fmt"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
	"crmreport/ingest/value"
)

// row is what a decoder sees of one record: its methods turn cells into values
// and note what is wrong. A cell is passed by its address in the row struct, so
// that a message knows the column without naming it again.
type row struct {
	crm.Pos
	run     *run
	source  *Source
	binding *binding
	clock   *clock
	quick   quickDay
	iso     bool // dates of the form 2025-03-09 need no clock
	receipt *Receipt
	plain   bool        // canonical numbers need no decision
	made    []*decision // by field; nil: none so far
	shape   dialect.Shape

	texts    *texts
	keyedRow bool // the table has a key

	rejected     bool
	code, column string // the first fault
	message      string
	fault        error // of the file or a column: no row of it can be trusted
}

func (r *run) newRow(j job, b *binding) (*row, error) {
	clock, err := newClock(r.zone, j.source)
	if err != nil {
		return nil, err
	}
	return &row{run: r, source: j.source, binding: b, clock: clock, iso: len(clock.layouts) == 0 && clock.source == nil, receipt: r.report.Receipts[j.receipt],
		plain: j.source.Decimal != ',' && !b.scaled, made: make([]*decision, len(b.cells)), texts: &texts{kept: crm.Texts{In: r.store}}, keyedRow: b.keyed()}, nil
}

func (d *row) reset(file, line int32) {
	d.Pos = crm.Pos{File: file, Line: line}
	d.rejected, d.code, d.column, d.message = false, "", "", ""
}

// name returns our field and the file's header of a cell.
func (d *row) name(cell *string) (field, header string) {
	for i, c := range d.binding.cells {
		if c == cell {
			return d.binding.names[i], d.binding.header[i]
		}
	}
	return "", ""
}

// sameColumn reports whether two fields are read from one column of the file.
func (d *row) sameColumn(a, b *string) bool {
	column := func(cell *string) int {
		for i, c := range d.binding.cells {
			if c == cell {
				return d.binding.column[i]
			}
		}
		return -1
	}
	return column(a) >= 0 && column(a) == column(b)
}

// reject refuses the row because of a cell.
func (d *row) reject(cell *string, code, expected string) {
	field, _ := d.name(cell)
	d.rejectAs(field, *cell, code, expected)
}

func (d *row) rejectAs(field, text, code, expected string) {
	d.receipt.problem(code, field, int(d.Line), text, expected, !d.rejected)
	d.rejectFor(field, text, code, expected)
}

func (d *row) rejectWord(field, text, expected string) {
	d.receipt.unknownWord(field, int(d.Line), text, expected, !d.rejected)
	d.rejectFor(field, text, "unknown_word", expected)
}

// rejectFor keeps the first fault of a row: with two it is one rejected row.
func (d *row) rejectFor(field, text, code, expected string) {
	if d.rejected {
		return
	}
	d.rejected, d.code, d.column = true, code, field
	d.message = fmt.Sprintf("%s: %q is not %s", field, shorten(text), expected)
	if text == "" {
		d.message = field + ": blank; expected " + expected
	}
}

// warn counts something odd; the row stands.
func (d *row) warn(cell *string, code, expected string) {
	field, _ := d.name(cell)
	d.receipt.problem(code, field, int(d.Line), *cell, expected, false)
}

func shorten(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// id returns an opaque id or a text that the Book keeps: a copy, since a cell
// is a piece of its whole line.
func (d *row) id(cell *string) string { return d.texts.keep(*cell) }

func (d *row) rep(cell *string) crm.RepNo           { return d.run.book.Reps.Number(*cell) }
func (d *row) customer(cell *string) crm.CustomerNo { return d.run.book.Customers.Number(*cell) }

// stamp reads a date, with a time of day or not.
func (d *row) stamp(cell *string) crm.Stamp {
	at, expected := d.when(cell)
	if expected != "" {
		d.reject(cell, "bad_date", expected)
	}
	return at
}

// softDate reads a date that no row is refused for: one that is none is listed,
// and unknown.
func (d *row) softDate(cell *string) crm.Date {
	at, expected := d.when(cell)
	if expected != "" {
		d.warn(cell, "bad_date", expected+"; read as blank")
	}
	return at.Date()
}

// when is stamp; of what is no date it says what was expected.
func (d *row) when(cell *string) (at crm.Stamp, expected string) {
	if *cell == "" {
		return crm.NoStamp, ""
	}
	if d.iso {
		if at, ok := d.quick.stamp(*cell); ok {
			return at, ""
		}
	}
	if len(d.clock.layouts) == 0 {
		if m, ok := value.YearFirst(*cell); ok && m.Valid() {
			return d.clock.stamp(&m), ""
		}
		return d.oddDate(cell)
	}
	s, v := d.clock.byLayout(*cell)
	if v == bad {
		s, v = d.clock.byLayout(value.Fold(*cell))
	}
	switch v {
	case bad:
		return crm.NoStamp, d.clock.said
	case ambiguous:
		d.ambiguous(cell)
	}
	return s, ""
}

// oddDate reads a date that is not canonical: by itself where it has one
// reading, else as its column was decided.
func (d *row) oddDate(cell *string) (at crm.Stamp, expected string) {
	var m value.Moment
	ok := false
	if c := d.made[d.index(cell)]; c != nil {
		m, ok = c.dates.Parse(*cell)
	} else if m, ok = value.Plainly(value.Fold(*cell)); !ok && value.NeedsColumn(*cell) {
		if c := d.decided(cell); c != nil {
			m, ok = c.dates.Parse(*cell)
		}
	}
	if ok {
		return d.clock.stamp(&m), ""
	}
	expected = d.clock.said
	if value.ShortYear(*cell) {
		expected = "a date with four digits of the year, unless the source states a layout such as dates: [DD-MM-YY]"
	}
	return crm.NoStamp, expected
}

// ambiguous stops at a cell that two stated layouts read in two ways.
func (d *row) ambiguous(cell *string) {
	field, header := d.name(cell)
	if header == "" {
		header = field
	}
	if d.fault != nil {
		return
	}
	d.fault = &Fault{Code: "ambiguous_date", File: d.run.files[d.File], Line: int(d.Line), Column: header, Place: d.source.Place,
		Message: fmt.Sprintf("column %s: %q may be read by two of the stated layouts, with two results", header, shorten(*cell)),
		Remedy:  "leave one of them under sources/dates in crmreport.yaml"}
	d.rejected = true
}

func (d *row) date(cell *string) crm.Date {
	if *cell == "" {
		return crm.NoDate
	}
	if len(*cell) == len("2025-03-09") && d.iso {
		if day, ok := d.quick.date(*cell); ok {
			return day
		}
	}
	return d.stamp(cell).Date()
}

// firstOpen is the first day that stands for no end (see value.Moment.Open).
var firstOpen = crm.DateOf(2099, 12, 31)

// end reads the last day of what has one. What systems write for no end is read
// as a blank cell, and counted.
func (d *row) end(cell *string) crm.Date {
	if d.iso {
		if at, ok := d.quick.stamp(*cell); ok && at.Date() < firstOpen {
			return at.Date()
		}
	}
	if m, ok := value.YearFirst(*cell); (!ok || m.Open()) && *cell != "" && d.openEnd(cell) {
		d.warn(cell, "open_end", "a last day; so late a one stands for no end, and is read as blank")
		return crm.NoDate
	}
	return d.date(cell)
}

func (d *row) openEnd(cell *string) bool {
	text := value.Fold(*cell)
	for i := range d.clock.layouts {
		if m, ok := d.clock.layouts[i].Parse(text); ok {
			return m.Open()
		}
	}
	var dates value.Dates
	if len(d.clock.layouts) == 0 && value.NeedsColumn(text) {
		if c := d.decided(cell); c != nil {
			dates = c.dates
		}
	}
	return dates.OpenEnd(text)
}

// currency is the cell's, or the report's where it is blank.
func (d *row) currency(cell *string) crm.Currency {
	if *cell == "" {
		return d.run.o.Currency
	}
	if c, ok := d.run.words.currency.lookup(*cell); ok {
		return c
	}
	c := strings.ToUpper(*cell)
	if len(c) != 3 || strings.Trim(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		d.reject(cell, "bad_currency", "a currency code such as CNY")
		return d.run.o.Currency
	}
	return crm.Currency(d.texts.keep(c)) // it may be the cell, a piece of its whole line
}

// money reads an exact amount; known is false where the cell is blank.
func (d *row) money(cell *string, c crm.Currency) (m crm.Money, known bool) {
	m.Currency = c
	if *cell == "" {
		return m, false
	}
	places := c.MinorDigits()
	if d.plain {
		if minor, ok := value.Plain(*cell, places); ok {
			m.Minor = minor
			return m, true
		}
	}
	a, ok := d.number(cell)
	if !ok || a.Percent {
		d.reject(cell, "bad_amount", amountForm(places))
		return m, false
	}
	if !a.Sign.Fits(string(c)) {
		d.reject(cell, "currency_contradicts", fmt.Sprintf("an amount in %s: map the column currency, or state it under sources/constants", c))
		return m, false
	}
	minor, err := a.Scaled(places)
	if err != nil {
		d.reject(cell, "bad_amount", amountForm(places))
		return m, false
	}
	m.Minor = minor
	return m, true
}

// number reads a cell as its column was decided.
func (d *row) number(cell *string) (a value.Amount, ok bool) {
	c := d.decided(cell)
	if c == nil {
		return a, false
	}
	return c.numbers.Parse(*cell)
}

func amountForm(places int) string {
	if places == 0 {
		return "an amount like 1234, without decimals"
	}
	return fmt.Sprintf("an amount like 1234.56 or 1,234,567.89, with at most %d decimals", places)
}

// positive is money that another column gives the direction of.
func (d *row) positive(cell *string, c crm.Currency) crm.Money {
	m, _ := d.money(cell, c)
	if m.Minor < 0 {
		d.reject(cell, "negative_amount", "a positive amount (what takes it back is another kind of row)")
	}
	return m
}

const decimalPlaces = 9 // of crm.Decimal

func (d *row) decimal(cell *string) crm.Decimal {
	if d.plain {
		if v, ok := value.Plain(*cell, decimalPlaces); ok {
			return crm.Decimal(v)
		}
	}
	a, ok := d.number(cell)
	v, err := a.Scaled(decimalPlaces)
	if !ok || err != nil || a.Percent || !a.Sign.Fits(string(d.run.o.Currency)) {
		d.reject(cell, "bad_number", "a number like 1234.5, with at most 9 decimals")
		return 0
	}
	return crm.Decimal(v)
}

// share reads 0.08, 8% or, in a column of percents, 8.
func (d *row) share(cell *string) crm.Decimal {
	if *cell == "" {
		return 0
	}
	var e value.Exact
	c := d.decided(cell)
	ok := c != nil
	if ok {
		e, ok = c.numbers.Fraction(*cell)
	}
	v, err := e.Scaled(decimalPlaces)
	if !ok || err != nil {
		d.reject(cell, "bad_number", "a share like 0.08 or 8%")
		return 0
	}
	return crm.Decimal(v)
}

// whole reads a whole number.
func (d *row) whole(cell *string) (int64, bool) {
	if d.plain {
		if v, ok := value.Plain(*cell, 0); ok {
			return v, true
		}
	}
	a, ok := d.number(cell)
	v, err := a.Scaled(0)
	return v, ok && err == nil && !a.Percent && a.Sign.Text == ""
}

// count reads a whole number that is not negative.
func (d *row) count(cell *string) int {
	if *cell == "" {
		return 0
	}
	n, ok := d.whole(cell)
	if !ok || n < 0 || n > 1<<30 {
		d.reject(cell, "bad_number", "a whole number like 12")
		return 0
	}
	return int(n)
}

// word reads a cell by a lexicon; a blank cell is the lexicon's blank.
func word[V any](d *row, cell *string, l *lexicon[V]) V {
	if *cell == "" {
		return l.blank
	}
	v, ok := l.lookup(*cell)
	if !ok {
		d.unknown(cell, l.known)
		return l.blank
	}
	return v
}

// shownWords is how many unknown words of a column are listed each with its
// count; further ones are counted together.
const shownWords = 20

// unknown refuses a word, unless it is one for blank.
func (d *row) unknown(cell *string, known []string) {
	i := d.index(cell)
	if value.Blank(*cell) {
		if *cell = ""; d.binding.filled[i] {
			d.reject(cell, "blank_required", "a value")
		}
		return
	}
	d.rejectWord(d.binding.names[i], *cell, "one of "+strings.Join(known, ", ")+Nearest(*cell, known))
}

// stage reads a stage of the pipeline, by its id or either of its names.
func (d *row) stage(cell *string) crm.Stage {
	if *cell == "" {
		return crm.StageNone
	}
	if s, ok := d.run.stage(*cell); ok {
		return s
	}
	d.unknown(cell, d.run.stageWords)
	return crm.StageNone
}

func (d *row) period(cell *string) crm.Period {
	p, err := d.run.o.Fiscal.ParsePeriod(*cell)
	if err != nil {
		p, err = d.run.o.Fiscal.ParsePeriod(value.Fold(*cell))
	}
	if err != nil {
		d.reject(cell, "bad_period", "a period like 2025-W10, 2025-03, 2025-Q1 or 2025")
	}
	return p
}

// noteHash is 0 for a blank note and no other.
func noteHash(s string) uint32 {
	if s == "" {
		return 0
	}
	h := hashText(hashStart, s)
	return max(uint32(h^h>>32), 1)
}
