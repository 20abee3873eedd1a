package snapshot

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// csvHeader names the columns of metrics.csv and metrics-reps.csv.
var csvHeader = []string{"metric", "scope", "period", "key", "num", "den", "value", "ci_lo", "ci_hi", "method",
	"bounds_lo", "bounds_hi", "n", "currency", "final", "flags"}

// EncodeCSV writes the values of s, one a row. A missing number is blank.
func (d *Document) EncodeCSV(w io.Writer, s Selection) error {
	out := bufio.NewWriterSize(w, bufferSize)
	out.WriteString(strings.Join(csvHeader, ",") + "\n")
	cell := csvCells()
	f := format{text: cell, line: (*form).csv,
		flags: func(set []string) (string, error) { return cell(strings.Join(set, " ")) }}
	if err := d.write(out, s, f); err != nil {
		return err
	}
	return out.Flush()
}

// csvCells gives a text as a cell of a row, quoted where it has to be.
func csvCells() func(string) (string, error) {
	var b bytes.Buffer
	c := csv.NewWriter(&b)
	return func(s string) (string, error) {
		b.Reset()
		if err := c.Write([]string{s, ""}); err != nil {
			return "", err
		}
		c.Flush()
		return strings.TrimSuffix(b.String(), ",\n"), nil
	}
}

// csv appends a value as a row.
func (f *form) csv(b []byte, i int32) ([]byte, error) {
	v, at := &f.rows[i], f.slots[i]
	h := &f.heads[v.head]
	for _, cell := range []string{h.metric, f.scopes[v.scope], f.periods[at.period], f.keys[at.key]} {
		b = append(append(b, cell...), ',')
	}
	if h.terms() {
		b = strconv.AppendInt(b, v.num, 10)
	}
	b = append(b, ',')
	if h.hasDen(v) {
		b = strconv.AppendInt(b, v.den, 10)
	}
	b = append(b, ',')
	if v.ok {
		b = h.number(b, v)
	}
	x := &f.rare[v.rare]
	b = csvSpan(append(b, ','), &x.ci, h.unit)
	b = append(append(b, ','), f.words[x.method]...)
	b = csvSpan(append(b, ','), &x.bounds, h.unit)
	b = strconv.AppendInt(append(b, ','), v.n, 10)
	b = append(append(b, ','), h.currency...)
	b = strconv.AppendBool(append(b, ','), v.final)
	return append(append(append(b, ','), f.flags[x.flags]...), '\n'), nil
}

func csvSpan(b []byte, s *span, unit float64) []byte {
	if s.hasLo {
		b = strconv.AppendFloat(b, s.lo/unit, 'g', -1, 64)
	}
	b = append(b, ',')
	if s.hasHi {
		b = strconv.AppendFloat(b, s.hi/unit, 'g', -1, 64)
	}
	return b
}

// EncodeCSV writes every row of the list for a spreadsheet: the English titles
// of the columns, ids for scopes and words, amounts in major units with their
// currency where it is not the document's. A text that would be taken for a
// formula starts with an apostrophe.
func (l *List) EncodeCSV(w io.Writer, currency string) error {
	c := csv.NewWriter(w)
	head := make([]string, len(l.Columns))
	for i, col := range l.Columns {
		head[i] = col.Title.EN
	}
	if err := c.Write(head); err != nil {
		return err
	}
	row := make([]string, len(l.Columns))
	for _, r := range l.Rows {
		clear(row)
		for i := range min(len(row), len(r.Cells)) {
			row[i] = cellText(l.Columns[i].Kind, r.Cells[i], currency)
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func cellText(k measure.CellKind, c measure.Cell, currency string) string {
	switch k {
	case measure.CellInt:
		return strconv.FormatInt(c.Num, 10)
	case measure.CellMoney:
		if c.Num == measure.NoAmount {
			return ""
		}
		if c.Text != "" && c.Text != currency {
			return Major(c.Num, crm.Currency(c.Text)) + " " + c.Text
		}
		return Major(c.Num, crm.Currency(currency))
	case measure.CellDate:
		return crm.Date(c.Num).String()
	case measure.CellReal, measure.CellShare:
		if c.Den == 0 {
			return ""
		}
		return strconv.FormatFloat(float64(c.Num)/float64(c.Den), 'g', -1, 64)
	}
	return Guard(c.Text)
}

// Guard is a text for a cell of a spreadsheet: one that would be taken for a
// formula starts with an apostrophe.
func Guard(text string) string {
	if text != "" && strings.IndexByte("=+-@\t\r", text[0]) >= 0 {
		return "'" + text
	}
	return text
}
