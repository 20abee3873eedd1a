package sample

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"crmreport/ingest/crm"
)

// flushAt is how many bytes a table collects before it writes them out.
const flushAt = 128 << 10

// table writes rows of CSV exactly as encoding/csv would, without building a
// slice of strings for each. The first write error sticks.
type table struct {
	schema
	w     io.WriteCloser
	days  *dayText
	buf   []byte
	rows  int64
	first bool // no field of the current row written yet
	err   error
}

func openTable(create func(string) (io.WriteCloser, error), s schema, days *dayText) (*table, error) {
	w, err := create(s.name + ".csv")
	if err != nil {
		return nil, fmt.Errorf("sample: %s.csv: %w", s.name, err)
	}
	t := &table{schema: s, w: w, days: days, buf: make([]byte, 0, flushAt+4096)}
	t.buf = append(t.buf, strings.Join(s.columns, ",")...)
	t.buf = append(t.buf, '\n')
	t.first = true
	return t, nil
}

func (t *table) sep() {
	if !t.first {
		t.buf = append(t.buf, ',')
	}
	t.first = false
}

// raw writes a field that never needs quotes: an id, a word, a number.
func (t *table) raw(s string) {
	t.sep()
	t.buf = append(t.buf, s...)
}

// none writes n empty fields.
func (t *table) none(n int) {
	for ; n > 0; n-- {
		t.sep()
	}
}

// text writes a field with quotes where CSV needs them.
func (t *table) text(s string) {
	t.sep()
	if !strings.ContainsAny(s, ",\"\r\n") && (s == "" || s[0] != ' ') {
		t.buf = append(t.buf, s...)
		return
	}
	t.buf = append(t.buf, '"')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' {
			t.buf = append(t.buf, '"')
		}
		t.buf = append(t.buf, s[i])
	}
	t.buf = append(t.buf, '"')
}

func (t *table) int(n int64) {
	t.sep()
	t.buf = strconv.AppendInt(t.buf, n, 10)
}

// flag writes 1 or 0.
func (t *table) flag(b bool) {
	if b {
		t.raw("1")
	} else {
		t.raw("0")
	}
}

// money writes minor units (1/100) with two decimals.
func (t *table) money(minor int64) {
	t.sep()
	t.buf = strconv.AppendInt(t.buf, minor/100, 10)
	t.buf = append(t.buf, '.', byte('0'+minor%100/10), byte('0'+minor%10))
}

// date writes a day, nothing for NoDate.
func (t *table) date(d crm.Date) {
	t.sep()
	t.buf = t.days.append(t.buf, d)
}

// stamp writes a day and a minute of the day, nothing for NoDate.
func (t *table) stamp(d crm.Date, minute int) {
	t.sep()
	if d == crm.NoDate {
		return
	}
	t.buf = t.days.append(t.buf, d+crm.Date(minute/1440))
	h, m := minute%1440/60, minute%60
	t.buf = append(t.buf, 'T', byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10))
}

// end closes the row.
func (t *table) end() {
	t.buf = append(t.buf, '\n')
	t.first = true
	t.rows++
	if len(t.buf) >= flushAt {
		t.flush()
	}
}

func (t *table) flush() {
	if t.err == nil {
		_, t.err = t.w.Write(t.buf)
	}
	t.buf = t.buf[:0]
}

func (t *table) close() error {
	t.flush()
	err := t.w.Close()
	if t.err != nil {
		err = t.err
	}
	if err != nil {
		return fmt.Errorf("sample: %s.csv: %w", t.name, err)
	}
	return nil
}

// dayText holds the text of the days that rows mention most: formatting a
// date costs more than the rest of a row.
type dayText struct {
	from crm.Date
	text [][10]byte
}

func newDayText(from, to crm.Date) *dayText {
	t := &dayText{from: from, text: make([][10]byte, to-from+1)}
	for i := range t.text {
		copy(t.text[i][:], (from + crm.Date(i)).String())
	}
	return t
}

func (t *dayText) append(b []byte, d crm.Date) []byte {
	if i := int(d) - int(t.from); i >= 0 && i < len(t.text) {
		return append(b, t.text[i][:]...)
	}
	return append(b, d.String()...)
}
