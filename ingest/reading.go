package ingest

import (
	"bufio"
	"io/fs"
	"maps"
	"runtime"

	"crmreport/ingest/block"
	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
	"crmreport/ingest/value"
)

// reading is what the reading of a table by blocks has that is alike for every
// table: it is compiled once.
type reading struct {
	run    *run
	name   string  // of the table
	hands  []*hand // one a worker
	files  []*blockFile
	spans  []span
	events []*event      // in order
	buffer *bufio.Reader // one for all events
	told   Progress      // so far
}

func newReading(r *run, name string) reading {
	return reading{run: r, name: name, buffer: bufio.NewReader(nil)}
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
type hand struct {
	run    *run
	rows   []*row // one a file, bound to rec
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

// piece is what a worker made of one block, without the records.
type piece struct {
	span
	keys   []uint64
	events []*event
	counts Receipt
	dialect.Outside
	ids     []value.IDColumn
	checked int  // rows that were decoded both ways
	damaged bool // a record that is to be mended: the table has to be read by rows
}

// event is a row that is not clean, or not alone in having its key.
type event struct {
	at   int // 2 i + 1 is the clean row i; 2 i lies before it
	file int
	line int
	text string
	key  uint64
}

// tell reports what is new.
func (b *reading) tell(d Progress) {
	b.run.progress.add(d)
	b.told.Bytes += d.Bytes
	b.told.Rows += d.Rows
	b.told.Rejects += d.Rejects
}

// open binds every file, for every worker, to a rec of its own.
func (b *reading) open(rec func() any) bool {
	total := int64(0)
	for _, j := range b.run.jobs[b.name] {
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
		h := newHand(b.run, rec())
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
		}
		f.ids = make([]value.IDColumn, len(b.hands[0].rows[0].binding.ids))
	}
	return true
}

// newHand is a worker: it reads what r knows, and keeps to itself what decoding
// writes.
func newHand(r *run, rec any) *hand {
	own := *r
	own.book = &crm.Book{Reps: r.book.Reps.Beside(), Customers: r.book.Customers.Beside()}
	own.report, own.aside, own.progress = &Report{Rejects: map[string][]Reject{}}, true, &progress{}
	for range r.report.Receipts {
		own.report.Receipts = append(own.report.Receipts, newReceipt("", ""))
	}
	return &hand{run: &own, rec: rec}
}

func (h *hand) bind(f *csvFile, j job) bool {
	*h.run.report.Receipts[j.receipt] = *newReceipt(j.source.Table, j.file)
	d, err := h.run.row(h.rec, f, j)
	h.rows = append(h.rows, d)
	return err == nil
}

// watch takes over what the binding has seen of the ids of one row; true where
// some may be damaged, or the row is odd anyhow: then nothing was seen.
func (p *piece) watch(b *binding, odd bool) bool {
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

// count notes a piece whose rows stand on the shelf from before to end.
func (b *reading) count(p *piece, before, end int) error {
	for _, e := range p.events {
		e.at = 2 * (before + e.at)
	}
	b.events = append(b.events, p.events...)
	f, rows := b.files[p.file], end-before
	c := &f.receipt
	c.Read += p.counts.Read + rows
	c.Accepted += rows
	c.Skipped += p.counts.Skipped
	c.OtherTable += p.counts.OtherTable
	f.outside.Add(p.Outside)
	for i := range p.ids {
		f.ids[i].Merge(p.ids[i])
	}
	p.end = end
	b.run.report.SelfCheck.Rows += p.checked
	b.spans = append(b.spans, p.span)
	b.tell(Progress{Bytes: int64(p.bytes), Rows: int64(p.counts.Read + rows)})
	if len(b.events) > 1000 && len(b.events) > end/8 {
		return errOdd
	}
	return nil
}

// receipts adds what the workers and the events counted to the report.
func (b *reading) receipts(last *hand) {
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
	if rs := last.run.report.Rejects[b.name]; len(rs) > 0 {
		report.Rejects[b.name] = rs
	}
}
