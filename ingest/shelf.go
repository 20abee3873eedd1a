package ingest

import (
	"fmt"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
	"crmreport/ingest/room"
)

// located is a record of crm: it carries its place.
type located interface{ Where() crm.Pos }

// shelf holds the accepted records of one table while its files are read, and
// knows enough of each to find duplicates.
type shelf[T located] struct {
	rows    []T
	receipt []int32          // of each record, in the report
	content []uint64         // of each record; keyed tables only
	updated []crm.Stamp      // of each record, from the first file with updated_at on
	index   map[uint64]int32 // key (keyless tables: content) → record
	texts   []string         // of each record, where a later check may reject it
	keys    []uint64         // of each record, where the table was read by blocks; it has no index then
}

// policy is how a table deals with rows that repeat.
type policy struct {
	keepTexts bool
	// repeats: the table has no key and two alike rows may both be real
	// (two payments of one sum): they are kept and listed.
	repeats bool
}

// outcome is what becomes of a row whose key was there before.
type outcome uint8

const (
	duplicate outcome = iota // an older version: dropped
	replaced                 // a newer version: the older one is dropped
	conflict                 // nothing to decide by: rejected
)

// seen looks a row up before it is decoded: identical rows need no decoding.
func (s *shelf[T]) seen(key, content uint64, keyed bool) (at int32, same, known bool) {
	if !keyed {
		key = content
	}
	at, known = s.index[key]
	return at, known && (!keyed || s.content[at] == content), known
}

// find returns the records of the keys that are wanted.
func (s *shelf[T]) find(wanted map[uint64]bool) map[uint64]int32 {
	if s.index != nil {
		return s.index
	}
	out := map[uint64]int32{}
	for _, i := range among(s.keys, wanted) {
		out[s.keys[i]] = i
	}
	return out
}

// forget lets go what is no longer side by side with the records.
func (s *shelf[T]) forget(in *room.Store) {
	room.Free(in, s.receipt)
	s.receipt = nil
}

// describe adds what seen and versions need to know of record at.
func (s *shelf[T]) describe(at int, receipt int32, content uint64, keyed bool, updated crm.Stamp) {
	for len(s.receipt) <= at {
		s.receipt = append(s.receipt, receipt)
	}
	s.receipt[at] = receipt
	if keyed {
		for len(s.content) <= at {
			s.content = append(s.content, content)
		}
		s.content[at] = content
	}
	if updated.Known() || len(s.updated) > at {
		for len(s.updated) <= at {
			s.updated = append(s.updated, crm.NoStamp)
		}
		s.updated[at] = updated
	}
}

// table says how to read a table. R is its row struct, T its record.
type table[R any, T located] struct {
	name   string
	policy policy
	decode func(d *row, c *R, out []T) []T // appends the record (or records) of one row
	ids    func(v *T, n *numbers)          // numbers v's ids, in the order in which decode does
	quick  func(d *row) quick[T]           // nil, or returns nil: by decode alone
}

// readTable reads every file of a table: big ones by blocks, side by side,
// where they are plain CSV files; the rest, and everything else, row by row.
func readTable[R any, T located](r *run, t table[R, T]) *shelf[T] {
	if s, ok := readBlocks(r, t); ok {
		return s
	}
	s := newShelf[T]()
	for _, j := range r.jobs[t.name] {
		if err := readFile(r, s, j, t); err != nil {
			r.faults = append(r.faults, err)
		}
	}
	return s
}

func newShelf[T located]() *shelf[T] { return &shelf[T]{index: map[uint64]int32{}} }

func readFile[R any, T located](r *run, s *shelf[T], j job, t table[R, T]) error {
	f, err := r.open(j.file, j.source)
	if err != nil {
		return err
	}
	defer f.close()
	rec := new(R)
	d, err := r.row(rec, f, j)
	if err != nil {
		return err
	}
	return readRows(f, d, s, j, t.policy, func(out []T) []T { return t.decode(d, rec, out) })
}

// row binds the row struct rec to a file.
func (r *run) row(rec any, f *csvFile, j job) (*row, error) {
	b, err := bind(rec, f, j.source)
	if err != nil {
		return nil, err
	}
	d, err := r.newRow(j, b)
	if err != nil {
		return nil, err
	}
	d.File = j.number
	if what := f.Facts.MendedHead; what != "" {
		d.receipt.repaired(f.Facts.HeaderLine, strings.Join(f.header, string(f.Facts.Delimiter)), what)
	}
	return d, nil
}

// readRows takes the rows of a file that is open and bound.
func readRows[T located](f *csvFile, d *row, s *shelf[T], j job, p policy, decode func([]T) []T) error {
	t := taker[T]{row: d, shelf: s, job: j, policy: p, keyed: d.keyedRow, decode: decode}
	progress := d.run.meter(f, d.receipt)
	err := f.next()
	for ; err == nil; err = f.next() {
		progress.row()
		d.shape, t.fixed, t.mended = f.Shape, f.Fixed, f.Mended
		if err := t.take(f.record, f.line, f.text); err != nil {
			return err
		}
	}
	if fault, ok := err.(*Fault); ok {
		return fault
	}
	if err := d.damaged(); err != nil {
		return err
	}
	f.account(d.receipt)
	progress.report(d.receipt.Bytes)
	return nil
}

// taker puts the rows of one file on a shelf.
type taker[T located] struct {
	*row
	shelf  *shelf[T]
	job    job
	policy policy
	keyed  bool
	fixed  bool          // quotes of the row at hand were repaired
	mended string        // what was wrong with its delimiters, where they were
	decode func([]T) []T // appends the records of the row at hand
}

// take judges one record of data, of d.shape, and shelves it. The error is the
// fault of the file or a column.
func (t *taker[T]) take(record []string, line int, text func() string) error {
	b, c, s, d := t.binding, t.receipt, t.shelf, t.row
	c.Read++
	if !b.wanted(record) {
		c.Skipped++
		c.OtherTable++
		return nil
	}
	d.reset(t.job.number, int32(line))
	b.line = line
	if t.fixed {
		c.problem("repaired_quotes", "", line, text(), "quotes doubled within a quoted cell; the row is read by the number of its cells", false)
	}
	if t.mended != "" {
		c.repaired(line, text(), t.mended)
	}
	key, content := b.fill(record)
	at, same, known := s.seen(key, content, t.keyed)
	if known && same && !t.policy.repeats {
		c.Duplicates++
		return nil
	}
	n := len(s.rows)
	updated, newer := crm.NoStamp, false
	if d.wellShaped(record) {
		updated = d.updatedAt()
		if known && !same && !d.rejected {
			what := s.versions(d, at, updated)
			if what == duplicate {
				c.Duplicates++
				return nil
			}
			newer = what == replaced
		}
		if !d.rejected {
			s.rows = t.decode(s.rows)
		}
	}
	if d.fault != nil {
		return d.fault
	}
	if d.rejected {
		s.rows = s.rows[:n]
		d.refuse(text())
		return nil
	}
	c.Accepted++
	if newer {
		s.replace(d, at, n, updated, content, t.job.receipt)
		return nil
	}
	if known && t.policy.repeats {
		c.problem("identical_rows", "", line, text(), "rows that differ; both are counted", false)
	}
	if !t.keyed {
		key = content
	}
	s.index[key] = int32(n)
	for i := n; i < len(s.rows); i++ {
		s.describe(i, t.job.receipt, content, t.keyed, updated)
		if t.policy.keepTexts {
			s.texts = append(s.texts, text())
		}
	}
	return nil
}

// wellShaped refuses rows whose shape or a blank cell settles the matter.
func (d *row) wellShaped(record []string) bool {
	b := d.binding
	switch d.shape {
	case dialect.Cut:
		d.receipt.problem("short_row", "", int(d.Line), fmt.Sprint(len(record)), fmt.Sprintf("%d cells, as the header has; a delimiter may be lost", b.width)+d.offerRepair(), false)
	case dialect.Long:
		d.rejectAs("", fmt.Sprint(len(record)), "ragged", fmt.Sprintf("%d cells, as the header has", b.width))
		d.message = fmt.Sprintf("%d cells where the header has %d", len(record), b.width) + d.offerRepair()
		return false
	}
	for _, i := range b.must {
		if *b.cells[i] == "" {
			d.rejectAs(b.names[i], "", "blank_required", "a value")
		}
	}
	return !d.rejected
}

// versions decides, before the row is decoded, between record at and a row of
// the same key with other content. It rejects the row where nothing
// decides.
func (s *shelf[T]) versions(d *row, at int32, updated crm.Stamp) outcome {
	old := crm.NoStamp
	if int(at) < len(s.updated) {
		old = s.updated[at]
	}
	keys, text := d.binding.keyNames(), d.binding.keyText()
	if !old.Known() || !updated.Known() || old == updated {
		place := s.rows[at].Where()
		first := fmt.Sprintf("%s:%d", d.run.files[place.File], place.Line)
		d.rejectAs(keys, text, "duplicate_conflict", "a new key, or a later updated_at")
		d.message = fmt.Sprintf("%s: %q is already in %s with other content, and no updated_at decides", keys, text, first)
		return conflict
	}
	d.receipt.problem("duplicate_key", keys, int(d.Line), text, "one row a key; the later updated_at is kept", false)
	if updated > old {
		return replaced
	}
	return duplicate
}

// replace puts the newer version, decoded to s.rows[n], where record at was.
func (s *shelf[T]) replace(d *row, at int32, n int, updated crm.Stamp, content uint64, receipt int32) {
	loser := d.run.report.Receipts[s.receipt[at]]
	loser.Accepted--
	loser.Duplicates++
	s.rows[at] = s.rows[n]
	s.rows = s.rows[:n]
	s.describe(int(at), receipt, content, true, updated)
}

// refuse writes the row to the rejects.
func (d *row) refuse(text string) {
	d.receipt.Rejected++
	d.run.report.reject(d.receipt.Table, Reject{d.receipt.File, int(d.Line), d.column, d.code, d.message, text, d.left()})
}

func (r *Report) reject(table string, x Reject) { r.Rejects[table] = append(r.Rejects[table], x) }

// updatedAt is the row's updated_at, for.
func (d *row) updatedAt() crm.Stamp {
	if d.binding.stamp < 0 || d.rejected {
		return crm.NoStamp
	}
	return d.stamp(d.binding.cells[d.binding.stamp])
}

func (b *binding) keyed() bool { return len(b.keys) > 0 }

func (b *binding) keyNames() string { return b.joinKeys(func(i int) string { return b.names[i] }) }
func (b *binding) keyText() string  { return b.joinKeys(func(i int) string { return *b.cells[i] }) }

func (b *binding) joinKeys(f func(int) string) string {
	out := ""
	for i, k := range b.key {
		if k && f(i) != "" {
			if out != "" {
				out += "+"
			}
			out += f(i)
		}
	}
	return out
}
