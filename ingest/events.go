package ingest

import (
	"encoding/csv"
	"io"
	"maps"
	"slices"
	"strings"

	"crmreport/ingest/dialect"
	"crmreport/ingest/value"
)

// settle takes the events and numbers the ids.
func (b *blocks[R, T]) settle() bool {
	last := newHand(b.run, new(R))
	last.run.aside, last.run.decisions = false, maps.Clone(b.run.decisions)
	if !b.keyEvents(last) {
		return false
	}
	extra := make([]uint64, len(b.events))
	for i, e := range b.events {
		extra[i] = e.key
	}
	twins := doubles(b.run.store, b.shelf.keys, extra)
	s := b.shelf
	if !b.doubled(twins, s.keys, func(i int32) int { return int(s.rows[i].Where().Line) }) {
		return false
	}
	side := newShelf[T]()
	at, keys, ok := b.replay(last, side)
	if !ok {
		return false
	}
	for i, f := range b.files {
		for k := range f.ids {
			last.rows[i].binding.ids[k].Merge(f.ids[k])
		}
		if last.rows[i].damaged() != nil {
			return false
		}
	}
	b.number(last, twins, side)
	s.rows = splice(b.run.store, s.rows, twins, at, side.rows)
	s.keys = splice(b.run.store, s.keys, twins, at, keys)
	for _, i := range twins {
		for _, f := range b.files {
			if f.job.receipt == s.receipt[i] {
				f.receipt.Read--
				f.receipt.Accepted--
			}
		}
	}
	s.receipt = splice(b.run.store, s.receipt, twins, at, side.receipt)
	b.receipts(last)
	return true
}

// record reads an event's text as a row of its file.
func (b *reading) record(e *event) ([]string, bool) {
	b.buffer.Reset(strings.NewReader(e.text + "\r\n")) // else a \r of the last cell would go
	rd := csv.NewReader(b.buffer)
	rd.Comma, rd.FieldsPerRecord = rune(b.files[e.file].comma), -1
	record, err := rd.Read()
	return record, err == nil
}

func (b *reading) keyEvents(h *hand) bool {
	for _, f := range b.files {
		if !h.bind(f.form, f.job) {
			return false
		}
	}
	rows := b.events[:0]
	for _, e := range b.events {
		record, ok := b.record(e)
		if !ok {
			return false
		}
		class, shape := b.files[e.file].form.Classify(record)
		if b.files[e.file].damaged(class, shape) {
			return false
		}
		b.files[e.file].outside.See(class, shape)
		if class == dialect.Data {
			e.key = h.rows[e.file].rowKey(record)
			rows = append(rows, e)
		}
	}
	b.events = rows
	return true
}

// rowKey is what the row is known by: its key, or all of it.
func (d *row) rowKey(record []string) uint64 {
	defer func(ids []value.IDColumn) { d.binding.ids = ids }(slices.Clone(d.binding.ids)) // it is not read yet
	return d.binding.fillKey(record)
}

// doubled makes events of the clean rows whose key is not theirs alone: it
// reads their blocks again, for their text.
func (b *reading) doubled(twins []int32, keys []uint64, lineOf func(row int32) int) bool {
	var found []*event
	tokens := b.run.tokens[0]
	for len(twins) > 0 {
		k, _ := slices.BinarySearchFunc(b.spans, int(twins[0]), func(s span, i int) int {
			if s.end <= i {
				return -1
			}
			return 1
		})
		s, f := b.spans[k], b.files[b.spans[k].file]
		text, err := b.again(s)
		if err != nil || tokens.Scan(text, f.comma, s.line) != nil {
			return false
		}
		r := 0
		for ; len(twins) > 0 && int(twins[0]) < s.end; twins = twins[1:] {
			line := lineOf(twins[0])
			for r < tokens.Len() && tokens.Line(r) < line {
				r++
			}
			if r == tokens.Len() || tokens.Line(r) != line {
				return false
			}
			found = append(found, &event{at: 2*int(twins[0]) + 1, file: s.file, line: line, text: string(tokens.Text(r)), key: keys[twins[0]]})
		}
	}
	b.events = append(b.events, found...)
	slices.SortStableFunc(b.events, func(x, y *event) int { return x.at - y.at })
	return true
}

// again reads the text of a span once more.
func (b *reading) again(s span) ([]byte, error) {
	file, err := b.run.fsys.Open(b.files[s.file].file)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text := make([]byte, s.bytes)
	if at, ok := file.(io.ReaderAt); ok {
		_, err = at.ReadAt(text, s.from)
	} else if _, err = io.CopyN(io.Discard, file, s.from); err == nil {
		_, err = io.ReadFull(file, text)
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF { // the file may lack its last newline
		text[len(text)-1], err = '\n', nil
	}
	return text, err
}

// replay takes the events in order onto the side shelf. It returns where each
// of its rows stands, and its key.
func (b *blocks[R, T]) replay(h *hand, side *shelf[T]) (at []int, keys []uint64, ok bool) {
	rec := h.rec.(*R)
	b.decoded = make([][]T, len(b.events))
	for i, e := range b.events {
		record, ok := b.record(e)
		if !ok {
			return nil, nil, false
		}
		d := h.rows[e.file]
		t := taker[T]{row: d, shelf: side, job: b.files[e.file].job, policy: b.table.policy, keyed: d.keyedRow}
		t.decode = func(out []T) []T {
			n := len(out)
			out = b.table.decode(d, rec, out)
			if !d.rejected {
				b.decoded[i] = slices.Clone(out[n:])
			}
			return out
		}
		_, d.shape = b.files[e.file].form.Classify(record)
		ids := slices.Clone(d.binding.ids)
		if err := t.take(record, e.line, func() string { return e.text }); err != nil {
			return nil, nil, false
		}
		if e.at%2 == 1 { // a worker has shown its ids already
			d.binding.ids = ids
		}
		for len(at) < len(side.rows) {
			at, keys = append(at, e.at), append(keys, e.key)
		}
	}
	return at, keys, true
}

// number gives the ids their numbers in the Book, in the order of the rows that
// were accepted, and puts them into the rows.
func (b *blocks[R, T]) number(last *hand, twins []int32, side *shelf[T]) {
	var of []*numbers
	for _, h := range b.hands {
		of = append(of, newNumbers(b.run.book, h.run.book))
	}
	own := newNumbers(b.run.book, last.run.book)
	numberEvent := func(k int) {
		for i := range b.decoded[k] {
			b.table.ids(&b.decoded[k][i], own)
		}
	}
	i, k, rows := 0, 0, b.shelf.rows
	for _, s := range b.spans {
		n := of[s.hand]
		b.run.store.Trim()
		for ; i < s.end; i++ {
			for ; k < len(b.events) && b.events[k].at <= 2*i+1; k++ {
				numberEvent(k)
			}
			if len(twins) > 0 && int(twins[0]) == i {
				twins = twins[1:]
				continue
			}
			b.table.ids(&rows[i], n)
		}
	}
	for ; k < len(b.events); k++ {
		numberEvent(k)
	}
	for k := range side.rows {
		b.table.ids(&side.rows[k], own)
	}
}
