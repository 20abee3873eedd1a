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
	last := newHand[T](b.run, new(R))
	last.run.aside, last.run.decisions = false, maps.Clone(b.run.decisions)
	if !b.keyEvents(last) {
		return false
	}
	extra := make([]uint64, len(b.events))
	for i, e := range b.events {
		extra[i] = e.key
	}
	twins := doubles(b.run.store, b.shelf.keys, extra)
	if !b.doubled(twins) {
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
	s := b.shelf
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
func (b *blocks[R, T]) record(e *event[T]) ([]string, bool) {
	b.buffer.Reset(strings.NewReader(e.text + "\r\n")) // else a \r of the last cell would go
	rd := csv.NewReader(b.buffer)
	rd.Comma, rd.FieldsPerRecord = rune(b.files[e.file].comma), -1
	record, err := rd.Read()
	return record, err == nil
}

func (b *blocks[R, T]) keyEvents(h *hand[T]) bool {
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
	key, content := d.binding.fill(record)
	if d.keyedRow {
		return key
	}
	return content
}

// doubled makes events of the clean rows whose key is not theirs alone: it
// reads their blocks again, for their text.
func (b *blocks[R, T]) doubled(twins []int32) bool {
	var found []*event[T]
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
			line := int(b.shelf.rows[twins[0]].Where().Line)
			for r < tokens.Len() && tokens.Line(r) < line {
				r++
			}
			if r == tokens.Len() || tokens.Line(r) != line {
				return false
			}
			found = append(found, &event[T]{at: 2*int(twins[0]) + 1, file: s.file, line: line, text: string(tokens.Text(r)), key: b.shelf.keys[twins[0]]})
		}
	}
	b.events = append(b.events, found...)
	slices.SortStableFunc(b.events, func(x, y *event[T]) int { return x.at - y.at })
	return true
}

// again reads the text of a span once more.
func (b *blocks[R, T]) again(s span) ([]byte, error) {
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
func (b *blocks[R, T]) replay(h *hand[T], side *shelf[T]) (at []int, keys []uint64, ok bool) {
	rec := h.rec.(*R)
	for _, e := range b.events {
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
				e.rows = slices.Clone(out[n:])
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
func (b *blocks[R, T]) number(last *hand[T], twins []int32, side *shelf[T]) {
	var of []*numbers
	for _, h := range b.hands {
		of = append(of, newNumbers(b.run.book, h.run.book))
	}
	own := newNumbers(b.run.book, last.run.book)
	i, rows, events := 0, b.shelf.rows, b.events
	for _, s := range b.spans {
		n := of[s.hand]
		b.run.store.Trim()
		for ; i < s.end; i++ {
			for len(events) > 0 && events[0].at <= 2*i+1 {
				for k := range events[0].rows {
					b.table.ids(&events[0].rows[k], own)
				}
				events = events[1:]
			}
			if len(twins) > 0 && int(twins[0]) == i {
				twins = twins[1:]
				continue
			}
			b.table.ids(&rows[i], n)
		}
	}
	for _, e := range events {
		for k := range e.rows {
			b.table.ids(&e.rows[k], own)
		}
	}
	for k := range side.rows {
		b.table.ids(&side.rows[k], own)
	}
}

// receipts adds what the workers and the events counted to the report.
func (b *blocks[R, T]) receipts(last *hand[T]) {
	report := b.run.report
	for _, f := range b.files {
		c, events := report.Receipts[f.job.receipt], last.run.report.Receipts[f.job.receipt]
		*c = *events
		c.Read += f.receipt.Read
		c.Accepted += f.receipt.Accepted
		c.Skipped += f.receipt.Skipped
		c.OtherTable += f.receipt.OtherTable
		f.form.Complete(f.outside)
		f.form.account(c)
	}
	all := Progress{}
	for _, f := range b.files {
		c := report.Receipts[f.job.receipt]
		all.Bytes, all.Rows, all.Rejects = all.Bytes+c.Bytes, all.Rows+int64(c.Read), all.Rejects+int64(c.Rejected)
	}
	b.tell(Progress{Bytes: all.Bytes - b.told.Bytes, Rows: all.Rows - b.told.Rows, Rejects: all.Rejects - b.told.Rejects})
	maps.Copy(b.run.decisions, last.run.decisions)
	report.Readings = append(report.Readings, last.run.report.Readings...)
	if rs := last.run.report.Rejects[b.table.name]; len(rs) > 0 {
		report.Rejects[b.table.name] = rs
	}
}
