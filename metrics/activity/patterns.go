package activity

import (
	"slices"
	"sort"

	"crmreport/ingest/crm"
)

// clearing is how many days after a daily stretch a contract still counts as
// its fruit.
const clearing = 30

// timed reports whether a rep's day has times of day: in date-only data every
// row is at midnight.
func timed(day []crm.Visit) bool {
	for i := range day {
		if day[i].At != day[i].At.Date().At() {
			return true
		}
	}
	return false
}

func seq(from, to int) []int {
	out := make([]int, 0, to-from)
	for i := from; i < to; i++ {
		out = append(out, i)
	}
	return out
}

// tooMany finds a day with more visits than anyone makes.
func (a *Acc) tooMany(from, to int) {
	if to-from > a.options.MaxPerDay {
		a.find(TooMany, seq(from, to))
	}
}

// dayOff finds visits on a day that the rep does not work.
func (a *Acc) dayOff(from, to int) {
	if !a.works(a.log.Visits[from].At.Date()) {
		a.find(DayOff, seq(from, to))
	}
}

// works reports whether the rep at hand works on d, by the roster or the
// calendar of the region it is in on d.
func (a *Acc) works(d crm.Date) bool {
	w, ok := a.working[d]
	if !ok {
		o := a.book.Org
		region := o.Nodes[o.Leaves[o.Leaf(a.log.Rep, d)].Unit].Region
		w = a.book.Calendar.RepWorkday(a.log.Rep, region, d)
		a.working[d] = w
	}
	return w
}

// night finds visits before or after the hours in which customers are met.
func (a *Acc) night(from, to int) {
	var is []int
	for i := from; i < to; i++ {
		if m := a.log.Visits[i].At.Minute(); m < a.options.DayStart || m >= a.options.DayEnd {
			is = append(is, i)
		}
	}
	a.find(Night, is)
}

// sameMinute finds visits at different customers in the same minute.
func (a *Acc) sameMinute(from, to int) {
	vs := a.log.Visits
	for i := from; i < to; {
		k, different := i+1, false
		for ; k < to && vs[k].At.Minute() == vs[i].At.Minute(); k++ {
			different = different || vs[k].Customer != vs[i].Customer
		}
		if different {
			a.find(SameMinute, seq(i, k))
		}
		i = k
	}
}

// copiedNotes finds notes that the rep has used word for word at several
// customers.
func (a *Acc) copiedNotes() {
	vs := a.log.Visits
	a.alike(func(v *crm.Visit) (uint32, bool) { return v.NoteHash, v.NoteHash != 0 }, func(is []int) {
		if len(is) < a.options.CopiedNotes {
			return
		}
		customers := map[crm.CustomerNo]bool{}
		for _, n := range is {
			customers[vs[n].Customer] = true
		}
		if len(customers) >= a.options.CopiedNotes {
			a.find(CopiedNote, is)
		}
	})
}

// alike calls f for the visits of each key, numbered in order.
func (a *Acc) alike(key func(*crm.Visit) (k uint32, ok bool), f func(is []int)) {
	a.keyed = a.keyed[:0] // the key, and behind it the number of the visit
	for i := range a.log.Visits {
		if k, ok := key(&a.log.Visits[i]); ok {
			a.keyed = append(a.keyed, uint64(k)<<32|uint64(i))
		}
	}
	slices.Sort(a.keyed)
	for i := 0; i < len(a.keyed); {
		a.some = a.some[:0]
		k := i
		for ; k < len(a.keyed) && a.keyed[k]>>32 == a.keyed[i]>>32; k++ {
			a.some = append(a.some, int(uint32(a.keyed[k])))
		}
		f(a.some)
		i = k
	}
}

// dailyCustomers finds customers visited on one working day after the other to
// no effect.
func (a *Acc) dailyCustomers() {
	a.alike(func(v *crm.Visit) (uint32, bool) { return uint32(v.Customer), v.Customer != crm.NoCustomer }, func(is []int) {
		if len(is) >= a.options.DailyRun {
			a.stretches(is)
		}
	})
}

// stretches cuts the visits to one customer where a working day was left out
// or a visit was valid, and judges each stretch that is left. A day off within
// a stretch neither counts nor breaks it.
func (a *Acc) stretches(is []int) {
	vs := a.log.Visits
	var run []int
	days, last := 0, crm.NoDate
	end := func() {
		if days >= a.options.DailyRun {
			a.stretch(run)
		}
		run, days = nil, 0
	}
	for len(is) > 0 {
		d, k, valid := vs[is[0]].At.Date(), 0, false
		for ; k < len(is) && vs[is[k]].At.Date() == d; k++ {
			v := &vs[is[k]]
			valid = valid || (v.Valid() == crm.Yes && v.Audit != crm.AuditFailed)
		}
		if valid || (len(run) > 0 && a.missed(last, d)) {
			end()
		}
		if !valid {
			run = append(run, is[:k]...)
			if a.works(d) {
				days++
			}
		}
		last, is = d, is[k:]
	}
	end()
}

// missed reports a working day strictly between two days.
func (a *Acc) missed(after, before crm.Date) bool {
	for d := after + 1; d < before; d++ {
		if a.works(d) {
			return true
		}
	}
	return false
}

// stretch marks a stretch unless a contract of the customer was signed in it
// or within the days after; until those are over a contract may still come.
func (a *Acc) stretch(is []int) {
	vs := a.log.Visits
	from, to := vs[is[0]].At.Date(), vs[is[len(is)-1]].At.Date()+clearing
	if a.signed(vs[is[0]].Customer, from, to) {
		return
	}
	a.find(DailyCustomer, is)
	for _, i := range is {
		a.marks[i].pending = to > a.book.AsOf
	}
}

// signed reports a contract of the customer signed in [from, to] and not void.
func (a *Acc) signed(customer crm.CustomerNo, from, to crm.Date) bool {
	cs := a.book.Contracts
	i := sort.Search(len(cs), func(i int) bool {
		return cs[i].Customer > customer || (cs[i].Customer == customer && cs[i].SignDate >= from)
	})
	for ; i < len(cs) && cs[i].Customer == customer && cs[i].SignDate <= to; i++ {
		if cs[i].Status != crm.ContractVoid {
			return true
		}
	}
	return false
}
