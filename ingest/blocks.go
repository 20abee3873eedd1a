package ingest

import (
	"errors"
	"slices"

	"crmreport/ingest/block"
	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
	"crmreport/ingest/room"
)

// Big tables are read by blocks, side by side. A worker decodes the rows that
// are clean: nothing about them is odd, so they stand, unless their key occurs
// twice. Every other row is an event: it is taken again by itself, in order, by
// the same taker that reads row by row. The Book, the receipts and the rejects
// are to the byte those of reading row by row, which is also what happens when
// anything does not fit: a stray quote, another encoding, too many events.

// fromBytes is how big the files of a table must be for blocks to pay.
const fromBytes = 1 << 20

// errOdd says that too many rows are events: reading them twice does not pay.
var errOdd = errors.New("too many rows that are not clean")

// errDamaged says that a row is to be mended by what the others say: dialect has
// to read them all.
var errDamaged = errors.New("a row is damaged")

// quick decodes the plainest rows of one file faster than table.decode, to the
// same record and key; ok is false where it leaves the row to that.
type quick[T any] interface {
	decode(cells []string, pos crm.Pos, out []T) (rows []T, key uint64, ok bool)
}

// blocks is the reading of one table.
type blocks[R any, T located] struct {
	reading
	table   table[R, T]
	quick   [][]quick[T] // of a worker and a file; nil: none
	shelf   *shelf[T]
	decoded [][]T // of each event, where its row was accepted
	free    chan *part[T]
}

// part is what a worker made of one block.
type part[T any] struct {
	piece
	rows []T
}

// readBlocks reads a table by blocks; false where it has to be read otherwise.
func readBlocks[R any, T located](r *run, t table[R, T]) (*shelf[T], bool) {
	if r.o.Decoder == ByRows || t.ids == nil {
		return nil, false
	}
	if r.o.Decoder == ByGocsv {
		t.quick = nil
	}
	b := &blocks[R, T]{reading: newReading(r, t.name), table: t, shelf: &shelf[T]{}, free: make(chan *part[T], 16)}
	if b.open(func() any { return new(R) }) && b.readAll() && b.settle() {
		return b.shelf, true
	}
	r.progress.again(b.told)
	return nil, false
}

// quickOf makes the quick decoders of a worker, one a file.
func (b *blocks[R, T]) quickOf(h *hand) (of []quick[T]) {
	for _, d := range h.rows {
		if b.table.quick != nil {
			of = append(of, b.table.quick(d))
		}
	}
	return of
}

func (b *blocks[R, T]) readAll() bool {
	for _, h := range b.hands {
		b.quick = append(b.quick, b.quickOf(h))
	}
	for i := range b.files {
		if err := b.read(i); err != nil {
			return false
		}
	}
	return true
}

func (b *blocks[R, T]) read(n int) error {
	f := b.files[n]
	file, err := b.run.fsys.Open(f.file)
	if err != nil {
		return err
	}
	defer file.Close()
	// Of any: else the cutting of a file would be compiled for each table.
	work := func(w int, x *block.Block) (any, error) { return b.decode(w, n, x) }
	sum, err := block.Each(file, f.options, work, func(p any) error { return b.take(p.(*part[T])) })
	f.outside.SHA256, f.outside.Bytes = sum.SHA256, sum.Bytes
	var d *difference
	if errors.As(err, &d) {
		d.Table, d.File = b.name, f.file
		b.run.report.SelfCheck.Differences = append(b.run.report.SelfCheck.Differences, d.Difference)
	}
	return err
}

// decode is the work on one block.
func (b *blocks[R, T]) decode(w, file int, x *block.Block) (*part[T], error) {
	h, f := b.hands[w], b.files[file]
	if err := h.tokens.Scan(x.Text, f.comma, x.Line); err != nil {
		return nil, err
	}
	p := b.part()
	p.rows, p.keys = slices.Grow(p.rows, h.tokens.Len()), slices.Grow(p.keys, h.tokens.Len())
	p.span = span{hand: w, file: file, from: x.From, bytes: len(x.Text), line: x.Line}
	p.Blanks(h.tokens.Blanks)
	p.CRLF, p.LF = h.tokens.CRLF, h.tokens.Len()+h.tokens.Blanks-h.tokens.CRLF
	if x.Open {
		p.LF--
	}
	for i := range h.tokens.Len() {
		cells, plain := h.tokens.Cells(i, h.cells[:0])
		h.cells = cells
		line := h.tokens.Line(i)
		if !plain || !b.clean(h, p, cells, line) {
			p.events = append(p.events, &event{at: len(p.rows), file: file, line: line, text: string(h.tokens.Text(i))})
		}
	}
	if p.damaged {
		return nil, errDamaged
	}
	if b.sampled(f, x) {
		return p, b.check(h, p, x.Text)
	}
	return p, nil
}

// damaged reports a record that is to be mended.
func (f *blockFile) damaged(class dialect.Class, shape dialect.Shape) bool {
	return f.source.Rows == dialect.RowsRepair && class == dialect.Data && shape != dialect.Whole
}

// clean decodes a record, or counts one that is no row of the table; it reports
// false, and leaves nothing behind, where something about it is odd.
func (b *blocks[R, T]) clean(h *hand, p *part[T], cells []string, line int) bool {
	d := h.rows[p.file]
	class, shape := b.files[p.file].form.Classify(cells)
	switch {
	case class != dialect.Data:
	case b.files[p.file].damaged(class, shape):
		p.damaged = true
		return false
	case !d.binding.wanted(cells):
		p.counts.Read++
		p.counts.Skipped++
		p.counts.OtherTable++
	default:
		if !b.decodeQuickly(h, p, cells, line) && !b.decodeRow(h, p, cells, line, shape) {
			return false
		}
	}
	p.See(class, shape)
	return true
}

func (b *blocks[R, T]) decodeQuickly(h *hand, p *part[T], cells []string, line int) bool {
	if b.table.quick == nil || b.quick[p.hand][p.file] == nil || len(cells) != h.rows[p.file].binding.width {
		return false
	}
	rows, key, ok := b.quick[p.hand][p.file].decode(cells, crm.Pos{File: h.rows[p.file].File, Line: int32(line)}, p.rows)
	if ok {
		p.rows, p.keys = rows, append(p.keys, key)
	}
	return ok
}

func (b *blocks[R, T]) decodeRow(h *hand, p *part[T], cells []string, line int, shape dialect.Shape) bool {
	d, rec := h.rows[p.file], h.rec.(*R)
	d.reset(d.File, int32(line))
	d.binding.line, d.shape = line, shape
	key, n := d.binding.fillKey(cells), len(p.rows)
	if d.wellShaped(cells) {
		d.updatedAt()
		if !d.rejected {
			p.rows = b.table.decode(d, rec, p.rows)
		}
	}
	c := d.receipt
	odd := d.rejected || d.fault != nil || len(c.Problems) > 0
	if d.binding.odd {
		odd = p.watch(d.binding, odd) || odd
	}
	if odd {
		d.fault, c.Problems, c.byCode, c.words = nil, nil, nil, nil
		p.rows = p.rows[:n]
		return false
	}
	p.keys = append(p.keys, key)
	return true
}

// part returns an empty part.
func (b *blocks[R, T]) part() *part[T] {
	select {
	case p := <-b.free:
		p.rows, p.piece = p.rows[:0], piece{keys: p.keys[:0]}
		return p
	default:
		return &part[T]{}
	}
}

// take shelves what a worker made, in the order of the file.
func (b *blocks[R, T]) take(p *part[T]) error {
	s, before := b.shelf, len(b.shelf.rows)
	if n := before + len(p.rows); n > cap(s.rows) {
		b.grow(n, p)
	}
	room.Own(b.run.store, p.rows)
	s.rows = append(s.rows, p.rows...)
	s.keys = append(s.keys, p.keys...)
	for range p.rows {
		s.receipt = append(s.receipt, b.files[p.file].job.receipt)
	}
	if err := b.count(&p.piece, before, len(s.rows)); err != nil {
		return err
	}
	clear(p.rows) // what a part keeps must not keep texts alive
	select {
	case b.free <- p:
	default:
	}
	return nil
}

// grow makes room for what the rest of the table will need, going by this block.
func (b *blocks[R, T]) grow(n int, p *part[T]) {
	left := -p.from
	for _, f := range b.files[p.file:] {
		left += f.size
	}
	more := int(float64(left)/float64(p.bytes)*float64(len(p.rows))*1.02) + 64
	s := b.shelf
	more = max(more, n-len(s.rows))
	st := b.run.store
	s.rows, s.keys, s.receipt = room.Reserve(st, s.rows, more), room.Reserve(st, s.keys, more), room.Reserve(st, s.receipt, more)
}
