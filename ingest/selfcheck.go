package ingest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"reflect"

	"crmreport/ingest/block"
	"crmreport/ingest/dialect"
)

// SelfCheck is how far reading by blocks was held against reading row by row,
// on a sample of the blocks.
type SelfCheck struct {
	Rows        int          // that were decoded both ways
	Differences []Difference // a bug of ours each; the table was then read row by row
}

// Difference is a row on which the two ways of reading differ.
type Difference struct {
	Table, File string
	Line        int
}

type difference struct{ Difference }

func (d *difference) Error() string {
	return fmt.Sprintf("%s:%d: two ways of reading differ", d.File, d.Line)
}

// checkEvery is how many blocks there are to each that is read both ways; the
// first of a file always is.
const checkEvery = 64

func (b *reading) sampled(f *blockFile, x *block.Block) bool {
	return (x.From-f.options.Skip)/block.Size%checkEvery == 0
}

// check reads a block once more, by encoding/csv and the decoder that reads row
// by row, and holds the rows against p's. Events are read that way anyhow.
func (b *blocks[R, T]) check(h *hand, p *part[T], text []byte) error {
	f := b.files[p.file]
	rd := csv.NewReader(bytes.NewReader(text))
	rd.Comma, rd.FieldsPerRecord, rd.ReuseRecord = rune(f.comma), -1, true
	again, events, n := &part[T]{piece: piece{span: p.span}}, p.events, 0
	for {
		record, err := rd.Read()
		if err != nil {
			break // the end, or what the counts below will tell
		}
		line, _ := rd.FieldPos(0)
		line += p.line - 1
		if len(events) > 0 && events[0].line == line {
			events = events[1:]
			continue
		}
		class, shape := f.form.Classify(record)
		if class != dialect.Data || !h.rows[p.file].binding.wanted(record) {
			continue
		}
		again.rows, again.keys = again.rows[:0], again.keys[:0]
		if !b.decodeRow(h, again, record, line, shape) || !alike(again.rows, p.rows, n) || again.keys[0] != p.keys[p.checked] {
			return &difference{Difference{Line: line}}
		}
		n += len(again.rows)
		p.checked++
	}
	if n != len(p.rows) || len(events) > 0 {
		return &difference{Difference{Line: p.line}}
	}
	return nil
}

// alike reports whether rows[at:] begins with want.
func alike[T located](want, rows []T, at int) bool {
	return len(want) <= len(rows)-at && reflect.DeepEqual(want, rows[at:at+len(want)])
}
