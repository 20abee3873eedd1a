package ingest

import (
	"bufio"
	"errors"
	"io/fs"
	"runtime"
	"slices"

	"crmreport/ingest/block"
	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
	"crmreport/ingest/room"
	"crmreport/ingest/value"
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
	run    *run
	table  table[R, T]
	hands  []*hand[T] // one a worker
	files  []*blockFile
	shelf  *shelf[T]
	spans  []span
	events []*event[T] // in order
	free   chan *part[T]
	buffer *bufio.Reader // one for all events
	told   Progress      // so far
}

// blockFile is one file of the table.
type blockFile struct {
	job
	form    *csvFile // closed: it says what a record is
	comma   byte
	options block.Options
	size    int64
	receipt Receipt // of the rows that needed no event
	outside dialect.Outside
	ids     []value.IDColumn // of these rows; no damage
}

// hand is a worker, with ids of its own.
type hand[T any] struct {
	run    *run
	rows   []*row // one a file, bound to rec
	quick  []quick[T]
	rec    any
	tokens *block.Tokens
	cells  []string
}

// span is the rows of one block.
type span struct {
	hand, file int
	end        int // of its rows on the shelf
	from       int64
	bytes      int
	line       int
}

// part is what a worker made of one block.
type part[T any] struct {
	span
	rows   []T
	keys   []uint64
	events []*event[T]
	counts Receipt
	dialect.Outside
	ids     []value.IDColumn
	checked int // rows that were decoded both ways
	damaged bool
}

// event is a row that is not clean, or not alone in having its key.
type event[T any] struct {
	at   int // 2 i + 1 is the clean row i; 2 i lies before it
	file int
	line int
	text string
	key  uint64
	rows []T // as decoded, where the row was accepted
}

// readBlocks reads a table by blocks; false where it has to be read otherwise.
func readBlocks[R any, T located](r *run, t table[R, T]) (*shelf[T], bool) {
	if r.o.Decoder == ByRows || t.ids == nil {
		return nil, false
	}
	if r.o.Decoder == ByGocsv {
		t.quick = nil
	}
	b := &blocks[R, T]{run: r, table: t, shelf: &shelf[T]{}, free: make(chan *part[T], 16), buffer: bufio.NewReader(nil)}
	if b.open() && b.readAll() && b.settle() {
		return b.shelf, true
	}
	r.progress.again(b.told)
	return nil, false
}

func (b *blocks[R, T]) readAll() bool {
	for i := range b.files {
		if err := b.read(i); err != nil {
			return false
		}
	}
	return true
}

// tell reports what is new.
func (b *blocks[R, T]) tell(d Progress) {
	b.run.progress.add(d)
	b.told.Bytes += d.Bytes
	b.told.Rows += d.Rows
	b.told.Rejects += d.Rejects
}

// open binds every file, for every worker.
func (b *blocks[R, T]) open() bool {
	total := int64(0)
	for _, j := range b.run.jobs[b.table.name] {
		info, err := fs.Stat(b.run.fsys, j.file)
		if err != nil {
			return false
		}
		total += info.Size()
		b.files = append(b.files, &blockFile{job: j, size: info.Size()})
	}
	least := int64(fromBytes)
	if b.run.o.block > 0 {
		least = 1
	}
	if total < least {
		return false
	}
	workers := runtime.GOMAXPROCS(0)
	if b.run.buffers == nil {
		b.run.buffers = block.NewBuffers(workers)
	}
	for w := range workers {
		if w == len(b.run.tokens) {
			b.run.tokens = append(b.run.tokens, new(block.Tokens))
		}
		h := newHand[T](b.run, new(R))
		h.tokens = b.run.tokens[w]
		b.hands = append(b.hands, h)
	}
	for _, f := range b.files {
		c, ok := b.run.openHead(f.file, f.source)
		if !ok {
			return false
		}
		c.close()
		f.form, f.comma = c, byte(c.Facts.Delimiter)
		f.options = block.Options{Skip: c.Facts.BodyOffset(), Size: b.run.o.block, Workers: workers, Buffers: b.run.buffers}
		for _, h := range b.hands {
			if !h.bind(c, f.job) {
				return false
			}
			if b.table.quick != nil {
				h.quick = append(h.quick, b.table.quick(h.rows[len(h.rows)-1]))
			}
		}
		f.ids = make([]value.IDColumn, len(b.hands[0].rows[0].binding.ids))
	}
	return true
}

// newHand is a worker: it reads what r knows, and keeps to itself what decoding
// writes.
func newHand[T any](r *run, rec any) *hand[T] {
	own := *r
	own.book = &crm.Book{Reps: r.book.Reps.Beside(), Customers: r.book.Customers.Beside()}
	own.report, own.aside, own.progress = &Report{Rejects: map[string][]Reject{}}, true, &progress{}
	for range r.report.Receipts {
		own.report.Receipts = append(own.report.Receipts, newReceipt("", ""))
	}
	return &hand[T]{run: &own, rec: rec}
}

func (h *hand[T]) bind(f *csvFile, j job) bool {
	*h.run.report.Receipts[j.receipt] = *newReceipt(j.source.Table, j.file)
	d, err := h.run.row(h.rec, f, j)
	h.rows = append(h.rows, d)
	return err == nil
}

func (b *blocks[R, T]) read(n int) error {
	f := b.files[n]
	file, err := b.run.fsys.Open(f.file)
	if err != nil {
		return err
	}
	defer file.Close()
	work := func(w int, x *block.Block) (*part[T], error) { return b.decode(w, n, x) }
	sum, err := block.Each(file, f.options, work, b.take)
	f.outside.SHA256, f.outside.Bytes = sum.SHA256, sum.Bytes
	var d *difference
	if errors.As(err, &d) {
		d.Table, d.File = b.table.name, f.file
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
			p.events = append(p.events, &event[T]{at: len(p.rows), file: file, line: line, text: string(h.tokens.Text(i))})
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
func (b *blocks[R, T]) clean(h *hand[T], p *part[T], cells []string, line int) bool {
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

func (b *blocks[R, T]) decodeQuickly(h *hand[T], p *part[T], cells []string, line int) bool {
	if b.table.quick == nil || h.quick[p.file] == nil || len(cells) != h.rows[p.file].binding.width {
		return false
	}
	rows, key, ok := h.quick[p.file].decode(cells, crm.Pos{File: h.rows[p.file].File, Line: int32(line)}, p.rows)
	if ok {
		p.rows, p.keys = rows, append(p.keys, key)
	}
	return ok
}

func (b *blocks[R, T]) decodeRow(h *hand[T], p *part[T], cells []string, line int, shape dialect.Shape) bool {
	d, rec := h.rows[p.file], h.rec.(*R)
	d.reset(d.File, int32(line))
	d.binding.line, d.shape = line, shape
	key, content := d.binding.fill(cells)
	if !d.keyedRow {
		key = content
	}
	n := len(p.rows)
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

// watch takes over what the binding has seen of the ids of one row; true where
// some may be damaged, or the row is odd anyhow: then nothing was seen.
func (p *part[T]) watch(b *binding, odd bool) bool {
	for i := range b.ids {
		odd = odd || !b.ids[i].Quiet()
	}
	for i := range b.ids {
		if !odd {
			if p.ids == nil {
				p.ids = make([]value.IDColumn, len(b.ids))
			}
			p.ids[i].Merge(b.ids[i])
		}
		b.ids[i] = value.IDColumn{}
	}
	b.odd = false
	return odd
}

// part returns an empty part.
func (b *blocks[R, T]) part() *part[T] {
	select {
	case p := <-b.free:
		p.rows, p.keys, p.events, p.counts, p.Outside, p.ids, p.checked = p.rows[:0], p.keys[:0], nil, Receipt{}, dialect.Outside{}, nil, 0
		p.damaged = false
		return p
	default:
		return &part[T]{}
	}
}

// take shelves what a worker made, in the order of the file.
func (b *blocks[R, T]) take(p *part[T]) error {
	s, f := b.shelf, b.files[p.file]
	for _, e := range p.events {
		e.at = 2 * (len(s.rows) + e.at)
	}
	b.events = append(b.events, p.events...)
	if n := len(s.rows) + len(p.rows); n > cap(s.rows) {
		b.grow(n, p)
	}
	room.Own(b.run.store, p.rows)
	s.rows = append(s.rows, p.rows...)
	s.keys = append(s.keys, p.keys...)
	for range p.rows {
		s.receipt = append(s.receipt, f.job.receipt)
	}
	c := &f.receipt
	c.Read += p.counts.Read + len(p.rows)
	c.Accepted += len(p.rows)
	c.Skipped += p.counts.Skipped
	c.OtherTable += p.counts.OtherTable
	f.outside.Add(p.Outside)
	for i := range p.ids {
		f.ids[i].Merge(p.ids[i])
	}
	p.end = len(s.rows)
	b.run.report.SelfCheck.Rows += p.checked
	b.spans = append(b.spans, p.span)
	b.tell(Progress{Bytes: int64(p.bytes), Rows: int64(p.counts.Read + len(p.rows))})
	if len(b.events) > 1000 && len(b.events) > len(s.rows)/8 {
		return errOdd
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
