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

	only    *Slot // where set, the one slot that is wanted
	andReps bool  // and the same period of every rep

	take func([]Value) // where set, gets the values
}

// NewFrame returns the frame of a book.
func NewFrame(b *crm.Book) *Frame {
	f := &Frame{AsOf: b.AsOf, Fiscal: b.Fiscal, Currency: b.Currency, Org: b.Org, Calendar: b.Calendar}
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
		f.Comparable = append(f.Comparable, f.comparable(cur, before[history-1]))
	}
	return f
}

// comparable cuts prev to as many company working days as cur has had by the
// as-of day; a finished period is compared with the whole of the one before.
func (f *Frame) comparable(cur, prev crm.Period) crm.Period {
	if !f.Running(cur) {
		return prev
	}
	n, end := f.Elapsed(cur, prev)
	if end == prev.End {
		return prev
	}
	return crm.Period{Kind: prev.Kind, Name: fmt.Sprintf("%s~d%d", prev.Name, n), Start: prev.Start, End: end}
}

// Elapsed is how many company working days cur has had by the as-of day, and
// the end (exclusive) of the stretch of other, another period, that has had as
// many.
func (f *Frame) Elapsed(cur, other crm.Period) (days int, end crm.Date) {
	days = f.Calendar.Workdays("", cur.Start, min(cur.End, f.AsOf+1))
	end = other.Start
	for seen := 0; end < other.End; end++ {
		if f.Calendar.Workday("", end) {
			if seen++; seen > days {
				break
			}
		}
	}
	return days, end
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
