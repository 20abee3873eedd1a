package team

import (
	"cmp"
	"slices"
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Moves is every move into and out of one rep's private pool.
type Moves struct {
	Rep  crm.RepNo
	Rows []crm.PoolMove // by day
}

// movesOf groups the pool moves of a book by rep.
func movesOf(b *crm.Book) []Moves {
	rows := slices.Clone(b.PoolMoves)
	slices.SortStableFunc(rows, func(x, y crm.PoolMove) int { return cmp.Or(cmp.Compare(x.Rep, y.Rep), cmp.Compare(x.Date, y.Date)) })
	var out []Moves
	for i := range rows {
		if i == 0 || rows[i].Rep != rows[i-1].Rep {
			out = append(out, Moves{Rep: rows[i].Rep})
		}
		m := &out[len(out)-1]
		m.Rows = append(m.Rows, rows[i])
	}
	return out
}

// size is how many a move changes the pool by.
func size(m *crm.PoolMove) int64 {
	if m.In {
		return int64(m.Count)
	}
	return -int64(m.Count)
}

// PoolDays counts days with moves that began with a full pool.
type PoolDays struct {
	Full     int64
	Balanced int64 // of these, days on which as many came as went
}

// Plus adds field by field.
func (d PoolDays) Plus(e PoolDays) PoolDays {
	return PoolDays{d.Full + e.Full, d.Balanced + e.Balanced}
}

// PoolDayAcc folds the moves of reps.
type PoolDayAcc struct {
	Days fold.Cells[PoolDays]

	book    *crm.Book
	options Options
}

// Add folds the moves of a rep, in the leaf of the day.
func (a *PoolDayAcc) Add(m *Moves) {
	begin := int64(0)
	for i := 0; i < len(m.Rows); {
		day, net := m.Rows[i].Date, int64(0)
		for ; i < len(m.Rows) && m.Rows[i].Date == day; i++ {
			net += size(&m.Rows[i])
		}
		if begin >= int64(a.options.on(day).PoolCap) {
			d := PoolDays{Full: 1}
			if net == 0 {
				d.Balanced = 1
			}
			a.Days.Add(a.book.Org.Leaf(m.Rep, day), day, d)
		}
		begin += net
	}
}

// Merge adds the state of b.
func (a *PoolDayAcc) Merge(b *PoolDayAcc) { a.Days.Merge(b.Days) }

// poolDays computes whether full pools stayed as full as they were.
func poolDays(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("pool_moves") {
		return measure.Result{}
	}
	a := &PoolDayAcc{Days: fold.Cells[PoolDays]{}, book: b, options: o}
	for _, m := range movesOf(b) {
		a.Add(&m)
	}
	out := f.Out()
	for slot, d := range rolled(a.Days, f, false) {
		if unit(f, slot) {
			v := measure.NewRatio(oneInOneOutID, slot, d.Balanced, d.Full)
			v.Open = f.Running(slot.Period)
			out.Add(v)
		}
	}
	return measure.Result{Values: out.Rest()}
}

// Pool is the private pool of a leaf on the as-of day.
type Pool struct {
	Size      int64
	Private   int64 // customers that the customers table has in a private pool
	Untouched int64 // of these, not visited lately
}

// Plus adds field by field.
func (p Pool) Plus(q Pool) Pool {
	return Pool{p.Size + q.Size, p.Private + q.Private, p.Untouched + q.Untouched}
}

// pools computes the pools as they are on the as-of day: by the balance of the
// moves where there is a table of them, else by the customers that are private.
// What was before is not known of customers, so that only periods that contain
// the day have a number.
func pools(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	moves, customers := b.Has("pool_moves"), b.Has("customers")
	if !moves && !customers {
		return measure.Result{}
	}
	cells := fold.Cells[Pool]{}
	put := func(rep crm.RepNo, p Pool) { cells.Add(b.Org.Leaf(rep, b.AsOf), b.AsOf, p) }
	taken := map[crm.CustomerNo]crm.Date{} // into a private pool last
	for i := range b.PoolMoves {
		m := &b.PoolMoves[i]
		put(m.Rep, Pool{Size: size(m)})
		if m.In && m.Customer != crm.NoCustomer {
			if was, ok := taken[m.Customer]; !ok || was < m.Date {
				taken[m.Customer] = m.Date
			}
		}
	}
	in := func(c crm.CustomerNo) crm.Date {
		if d, ok := taken[c]; ok {
			return d
		}
		return crm.NoDate
	}
	for i := range b.CustomerRows {
		c := &b.CustomerRows[i]
		if c.Private != crm.Yes || !there(b, c) {
			continue
		}
		p := Pool{Private: 1}
		if !moves {
			p.Size = 1
		}
		if last := max(lastVisit(b, c.No), c.CreatedOn, in(c.No)); !last.Known() || b.AsOf-last >= crm.Date(o.UntouchedDays) {
			p.Untouched = 1
		}
		put(ownerOn(b, c, b.AsOf), p)
	}
	out := f.Out()
	for slot, p := range rolled(cells, f, false) {
		if !f.IsCurrent(slot.Period) {
			continue
		}
		size := measure.NewCount(poolSizeID, slot, p.Size).Flag(!moves, "from_customers")
		size.Open = true
		out.Add(size)
		if unit(f, slot) && customers && b.Has("visits") {
			v := measure.NewRatio(untouchedID, slot, p.Untouched, p.Private)
			v.Open = true
			out.Add(v)
		}
	}
	return measure.Result{Values: out.Rest()}
}

// there reports whether a row is a customer of its own on the as-of day: neither
// entered later nor merged into another.
func there(b *crm.Book, c *crm.Customer) bool {
	return c.CreatedOn <= b.AsOf && c.MergedInto == crm.NoCustomer
}

// lastVisit is the day on which a customer was last visited, over whatever
// channel and by whomever, as far as no audit refuted it; NoDate where it never
// was.
func lastVisit(b *crm.Book, c crm.CustomerNo) crm.Date {
	past := sort.Search(len(b.Visits), func(i int) bool { return b.Visits[i].Customer > c })
	for i := past - 1; i >= 0 && b.Visits[i].Customer == c; i-- {
		if v := &b.Visits[i]; v.Audit != crm.AuditFailed {
			return v.At.Date()
		}
	}
	return crm.NoDate
}

// ownerOn is who owns a customer on d: as the ownership table says, else the
// customer's own row.
func ownerOn(b *crm.Book, c *crm.Customer, d crm.Date) crm.RepNo {
	owner := c.Rep
	os := b.Ownership
	for i := sort.Search(len(os), func(i int) bool { return os[i].Customer >= c.No }); i < len(os) && os[i].Customer == c.No; i++ {
		if o := &os[i]; o.From <= d && (!o.To.Known() || d <= o.To) {
			owner = o.Rep
		}
	}
	return owner
}
