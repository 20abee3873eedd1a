package measure

import (
	"fmt"
	"slices"

	"crmreport/ingest/crm"
)

// history is how many periods before the current one headline metrics cover.
const history = 12

// Frame is the set of scopes and periods to compute for, fixed by the as-of
// day: the week, month, quarter and year that contain it, the 12 of each
// before (headline metrics of units), and the stretch of the period before that
// has as many working days as have elapsed of the current one.
type Frame struct {
	AsOf     crm.Date
	Fiscal   crm.Fiscal
	Currency crm.Currency
	Org      *crm.Org
	Calendar *crm.Calendar

	Current    []crm.Period   // one of each kind, in the order of crm.PeriodKinds
	Comparable []crm.Period   // the stretch before to compare each with
	Before     [][]crm.Period // the 12 before each, oldest first

	ends map[cut]crm.Date // of comparable stretches in regions where they end on another day
	own  bool             // whether they count: each region goes by its own calendar

	only    *Slot // where set, the one slot that is wanted
	andReps bool  // and the same period of every rep

	take func([]Value) // where set, gets the values
}

// NewFrame returns the frame of a book.
func NewFrame(b *crm.Book) *Frame {
	f := &Frame{AsOf: b.AsOf, Fiscal: b.Fiscal, Currency: b.Currency, Org: b.Org, Calendar: b.Calendar, ends: map[cut]crm.Date{}}
	regions := f.Regions()
	for _, k := range crm.PeriodKinds {
		cur := b.Fiscal.Period(k, b.AsOf)
		f.Current = append(f.Current, cur)
		before := make([]crm.Period, history)
		p := cur
		for i := history - 1; i >= 0; i-- {
			p = b.Fiscal.Previous(p)
			before[i] = p
		}
		f.Before = append(f.Before, before)
		f.Comparable = append(f.Comparable, f.comparable(cur, before[history-1], regions))
	}
	return f
}

// Regions lists the regions that units lie in, by name.
func (f *Frame) Regions() []string {
	var out []string
	for _, n := range f.Org.Nodes {
		if n.Region != "" {
			out = append(out, n.Region)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// comparable cuts prev to as many company working days as cur has had by the
// as-of day; a finished period is compared with the whole of the one before.
// Where a region's own calendar ends the stretch on another day, it notes that.
func (f *Frame) comparable(cur, prev crm.Period, regions []string) crm.Period {
	if !f.Running(cur) {
		return prev
	}
	n, end := f.Elapsed(cur, prev)
	p := crm.Period{Kind: prev.Kind, Name: fmt.Sprintf("%s~d%d", prev.Name, n), Start: prev.Start, End: end}
	whole := end == prev.End
	for _, r := range regions {
		if _, own := f.ElapsedIn(r, cur, prev); own != end {
			f.ends[cut{p.Kind, p.Name, r}], whole = own, false
		}
	}
	if whole {
		return prev
	}
	return p
}

// cut addresses a comparable stretch in a region.
type cut struct {
	kind         crm.PeriodKind
	name, region string
}

// Elapsed is how many company working days cur has had by the as-of day, and
// the end (exclusive) of the stretch of other, another period, that has had as
// many.
func (f *Frame) Elapsed(cur, other crm.Period) (days int, end crm.Date) {
	return f.ElapsedIn("", cur, other)
}

// ElapsedIn is Elapsed by the calendar of a region. Of the days off that follow
// the last working day the stretch has no more than have gone by of cur: no
// weekend is held against a Friday.
func (f *Frame) ElapsedIn(region string, cur, other crm.Period) (days int, end crm.Date) {
	works := func(d crm.Date) bool { return f.Calendar.Workday(region, d) }
	days = f.Calendar.Workdays(region, cur.Start, min(cur.End, f.AsOf+1))
	off := 0
	for d := min(cur.End-1, f.AsOf); d >= cur.Start && !works(d); d-- {
		off++
	}
	end = other.Start
	for seen := 0; end < other.End && seen < days; end++ {
		if works(end) {
			seen++
		}
	}
	for ; off > 0 && end < other.End && !works(end); end++ {
		off--
	}
	return days, end
}

// ByOwnCalendar is f with comparable stretches that hold, leaf by leaf, as many
// working days of its region's own calendar as have elapsed there. A unit
// above regions has the sum of theirs; the stretch keeps one name, by the
// company's calendar.
func (f *Frame) ByOwnCalendar() *Frame {
	g := *f
	g.own = true
	return &g
}

// End is where p ends (exclusive) in a region.
func (f *Frame) End(p crm.Period, region string) crm.Date {
	if f.own {
		if end, ok := f.ends[cut{p.Kind, p.Name, region}]; ok {
			return end
		}
	}
	return p.End
}

// Latest is where p ends (exclusive) in the last of all regions; uneven reports
// whether it ends on another day in any.
func (f *Frame) Latest(p crm.Period) (end crm.Date, uneven bool) {
	end = p.End
	if f.own {
		for c, e := range f.ends {
			if c.kind == p.Kind && c.name == p.Name {
				end, uneven = max(end, e), true
			}
		}
	}
	return end, uneven
}

// Running reports whether p is not over on the as-of day: its values can still
// change.
func (f *Frame) Running(p crm.Period) bool { return p.End > f.AsOf+1 }

// Wanted lists the periods to compute for scope: the current ones and their
// comparable stretches for everybody; for units, and headline metrics only,
// the 12 before of each kind too. A narrowed frame wants its one slot.
func (f *Frame) Wanted(scope crm.NodeNo, headline bool) []crm.Period {
	if f.only != nil {
		wanted := scope == f.only.Scope || f.andReps && f.Org.Nodes[scope].Level == crm.RepLevel
		if !wanted || !headline && !f.Near(f.only.Period) {
			return nil
		}
		return []crm.Period{f.only.Period}
	}
	return f.every(headline && f.Org.Nodes[scope].Level != crm.RepLevel)
}

// every lists the current periods, their comparable stretches and, with before,
// those before. A stretch may be the whole period before; else no two are the
// same. Every scope asks for it: there is no map here.
func (f *Frame) every(before bool) []crm.Period {
	n := len(f.Current) + len(f.Comparable)
	for _, ps := range f.Before {
		if before {
			n += len(ps)
		}
	}
	out := append(make([]crm.Period, 0, n), f.Current...)
	add := func(among []crm.Period, p crm.Period) {
		if !slices.ContainsFunc(among, func(q crm.Period) bool { return q.Name == p.Name }) {
			out = append(out, p)
		}
	}
	for _, p := range f.Comparable {
		add(out[len(f.Current):], p)
	}
	near := out[len(f.Current):]
	if before {
		for _, ps := range f.Before {
			for _, p := range ps {
				add(near, p)
			}
		}
	}
	return out
}

// Periods lists every period that any scope wants.
func (f *Frame) Periods() []crm.Period {
	if f.only == nil {
		return f.every(true)
	}
	out := []crm.Period{f.only.Period}
	if i := slices.Index(f.Current, f.only.Period); i >= 0 && f.Comparable[i] != f.only.Period {
		out = append(out, f.Comparable[i])
	}
	return out
}

// Close lists the periods that every metric covers: the current ones and their
// comparable stretches.
func (f *Frame) Close() []crm.Period {
	if f.only != nil {
		return f.Wanted(f.only.Scope, false)
	}
	return f.every(false)
}

// IsCurrent reports whether p is one of the current periods.
func (f *Frame) IsCurrent(p crm.Period) bool { return slices.Contains(f.Current, p) }

// Near reports whether every metric covers p: it is current, or the stretch to
// compare a current one with.
func (f *Frame) Near(p crm.Period) bool { return f.IsCurrent(p) || slices.Contains(f.Comparable, p) }

// Narrowed is f wanting one slot only: what a single number costs to compute
// again.
func (f *Frame) Narrowed(s Slot) *Frame {
	g := *f
	g.only = &s
	return &g
}

// NarrowedWithReps is Narrowed, wanting the period of every rep too.
func (f *Frame) NarrowedWithReps(s Slot) *Frame {
	g := f.Narrowed(s)
	g.andReps = true
	return g
}

// Wants reports whether a narrowed frame is narrowed to s; any other wants it
// as far as Wanted goes.
func (f *Frame) Wants(s Slot) bool { return f.only == nil || *f.only == s }

// Asked reports whether f is narrowed: somebody asks for one number, be it one
// that is not offered for the whole period.
func (f *Frame) Asked() bool { return f.only != nil }

// Whole is f without a Narrowed's limit.
func (f *Frame) Whole() *Frame {
	g := *f
	g.only = nil
	return &g
}
