package ingest

import (
	"fmt"
	"strconv"
	"strings"

	"crmreport/ingest/crm"
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
	receipt *Receipt

	keyedRow bool // the table has a key

	rejected     bool
	code, column string // the first fault
	message      string
	fault        *Fault // of the file: no row of it can be trusted
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

// reject refuses the row because of a cell.
func (d *row) reject(cell *string, code, expected string) {
	field, _ := d.name(cell)
	d.rejectAs(field, *cell, code, expected)
}

func (d *row) rejectAs(field, text, code, expected string) {
	// A row with two faults is one rejected row, of the first.
	d.receipt.problem(code, field, int(d.Line), text, expected, !d.rejected)
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
func (d *row) id(cell *string) string { return strings.Clone(*cell) }

func (d *row) rep(cell *string) crm.RepNo           { return d.run.book.Reps.Number(*cell) }
func (d *row) customer(cell *string) crm.CustomerNo { return d.run.book.Customers.Number(*cell) }

func (d *row) stamp(cell *string) crm.Stamp {
	if *cell == "" {
		return crm.NoStamp
	}
	s, v := d.clock.parse(*cell)
	switch v {
	case bad:
		d.reject(cell, "bad_date", d.clock.said)
	case ambiguous:
		d.ambiguous(cell)
	}
	return s
}

func (d *row) ambiguous(cell *string) {
	field, header := d.name(cell)
	if header == "" {
		header = field
	}
	if d.fault != nil {
		return
	}
	d.fault = &Fault{Code: "ambiguous_date", File: d.run.files[d.File], Line: int(d.Line), Column: header, Place: d.source.Place,
		Message: fmt.Sprintf("column %s: %q may be day/month or month/day", header, shorten(*cell)), Expected: "a stated layout",
		Remedy: "say which in crmreport.yaml under sources/dates, such as dates: [D/M/YYYY] or [M/D/YYYY]"}
	d.rejected = true
}

func (d *row) date(cell *string) crm.Date { return d.stamp(cell).Date() }

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
	return crm.Currency(strings.Clone(c)) // it may be the cell, a piece of its whole line
}

// money reads an exact amount; known is false where the cell is blank.
func (d *row) money(cell *string, c crm.Currency) (m crm.Money, known bool) {
	m.Currency = c
	if *cell == "" {
		return m, false
	}
	minor, err := parseAmount(*cell, c.MinorDigits())
	if err != nil {
		d.reject(cell, "bad_amount", amountForm(c.MinorDigits()))
		return m, false
	}
	m.Minor = minor
	return m, true
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

func (d *row) decimal(cell *string) crm.Decimal {
	v, err := parseNumber(*cell)
	if err != nil {
		d.reject(cell, "bad_number", "a number like 1234.5, with at most 9 decimals")
	}
	return v
}

// share reads 0.08 or 8%; whether plain numbers are percents is the caller's.
func (d *row) share(cell *string) crm.Decimal {
	v, err := parseShare(*cell)
	if err != nil {
		d.reject(cell, "bad_number", "a share like 0.08 or 8%")
	}
	return v
}

// count reads a whole number that is not negative.
func (d *row) count(cell *string) int {
	if *cell == "" {
		return 0
	}
	text := strings.TrimSuffix(strings.TrimRight(*cell, "0"), ".")
	if text != *cell && !strings.Contains(*cell, ".") {
		text = *cell
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 1<<30 {
		d.reject(cell, "bad_number", "a whole number like 12")
		return 0
	}
	return n
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

func (d *row) unknown(cell *string, known []string) {
	d.reject(cell, "unknown_word", "one of "+strings.Join(known, ", ")+Nearest(*cell, known))
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
