package ingest

import (
	"fmt"

	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
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

// readTable reads every file of a table. R is its row struct; decode appends
// the record (or records) of one row to out.
func readTable[R any, T located](r *run, table string, p policy, decode func(d *row, c *R, out []T) []T) *shelf[T] {
	s := &shelf[T]{index: map[uint64]int32{}}
	for _, j := range r.jobs[table] {
		if err := readFile(r, s, j, p, decode); err != nil {
			r.faults = append(r.faults, err)
		}
	}
	return s
}

func readFile[R any, T located](r *run, s *shelf[T], j job, p policy, decode func(*row, *R, []T) []T) error {
	f, err := r.open(j.file, j.source)
	if err != nil {
		return err
	}
	defer f.close()
	rec := new(R)
	b, err := bind(rec, f, j.source)
	if err != nil {
		return err
	}
	d, err := r.newRow(j, b)
	if err != nil {
		return err
	}
	return readRows(f, d, s, j, p, func(out []T) []T { return decode(d, rec, out) })
}

// readRows takes the rows of a file that is open and bound.
func readRows[T located](f *csvFile, d *row, s *shelf[T], j job, p policy, decode func([]T) []T) error {
	b, c := d.binding, d.receipt
	keyed := b.keyed()
	progress := d.run.meter(f, c)
	err := f.next()
	for ; err == nil; err = f.next() {
		c.Read++
		progress.row()
		if !b.wanted(f.record) {
			c.Skipped++
			c.OtherTable++
			continue
		}
		d.reset(j.number, int32(f.line))
		b.line = f.line
		d.shape = f.Shape
		if f.Fixed {
			c.problem("repaired_quotes", "", f.line, f.text(), "quotes doubled within a quoted cell; the row is read by the number of its cells", false)
		}
		key, content := b.fill(f.record)
		at, same, known := s.seen(key, content, keyed)
		if known && same && !p.repeats {
			c.Duplicates++
			continue
		}
		n := len(s.rows)
		updated, newer := crm.NoStamp, false
		if d.wellShaped(f.record) {
			updated = d.updatedAt()
			if known && !same && !d.rejected {
				what := s.versions(d, at, updated)
				if what == duplicate {
					c.Duplicates++
					continue
				}
				newer = what == replaced
			}
			if !d.rejected {
				s.rows = decode(s.rows)
			}
		}
		if d.fault != nil {
			return d.fault
		}
		if d.rejected {
			s.rows = s.rows[:n]
			d.refuse(f.text())
			continue
		}
		c.Accepted++
		if newer {
			s.replace(d, at, n, updated, content, j.receipt)
			continue
		}
		if known && p.repeats {
			c.problem("identical_rows", "", f.line, f.text(), "rows that differ; both are counted", false)
		}
		if !keyed {
			key = content
		}
		s.index[key] = int32(n)
		for i := n; i < len(s.rows); i++ {
			s.describe(i, j.receipt, content, keyed, updated)
			if p.keepTexts {
				s.texts = append(s.texts, f.text())
			}
		}
	}
	if fault, ok := err.(*Fault); ok {
		return fault
	}
	if err := d.damaged(); err != nil {
		return err
	}
	f.account(c)
	progress.report(c.Bytes)
	return nil
}

// wellShaped refuses rows whose shape or a blank cell settles the matter.
func (d *row) wellShaped(record []string) bool {
	b := d.binding
	switch d.shape {
	case dialect.Cut:
		d.receipt.problem("short_row", "", int(d.Line), fmt.Sprint(len(record)), fmt.Sprintf("%d cells, as the header has; a delimiter may be lost", b.width), false)
	case dialect.Long:
		d.rejectAs("", fmt.Sprint(len(record)), "ragged", fmt.Sprintf("%d cells, as the header has", b.width))
		d.message = fmt.Sprintf("%d cells where the header has %d", len(record), b.width)
		return false
	}
	for i, filled := range b.filled {
		if filled && *b.cells[i] == "" {
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
	d.run.report.reject(d.receipt.Table, Reject{d.receipt.File, int(d.Line), d.column, d.code, d.message, text})
}

func (r *Report) reject(table string, x Reject) { r.Rejects[table] = append(r.Rejects[table], x) }

// updatedAt is the row's updated_at, for.
func (d *row) updatedAt() crm.Stamp {
	if d.binding.stamp < 0 || d.rejected {
		return crm.NoStamp
	}
	return d.stamp(d.binding.cells[d.binding.stamp])
}

func (b *binding) keyed() bool {
	for _, k := range b.key {
		if k {
			return true
		}
	}
	return false
}

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
