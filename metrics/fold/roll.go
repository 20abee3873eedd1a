package fold

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// row holds the sums of a leaf or scope by the number of a period.
type row[V Summand[V]] []sumOf[V]

// sumOf is a sum; any tells 0 from nothing.
type sumOf[V Summand[V]] struct {
	sum V
	any bool
}

func (s *sumOf[V]) add(v V) {
	if s.any {
		v = s.sum.Plus(v)
	}
	s.sum, s.any = v, true
}

func (r row[V]) plus(o row[V]) {
	for p := range o {
		if o[p].any {
			r[p].add(o[p].sum)
		}
	}
}

// count is how many periods have a sum.
func (r row[V]) count() (n int) {
	for p := range r {
		if r[p].any {
			n++
		}
	}
	return n
}

// addStrip adds the cells of a leaf to the periods of x that they are in: first
// up to a stretch, then that to its periods.
func (r row[V]) addStrip(s *strip[V], x *index) {
	var here sumOf[V]
	at := -1
	flush := func() {
		if here.any {
			for _, p := range x.of(at) {
				r[p].add(here.sum)
			}
		}
		here = sumOf[V]{}
	}
	for day, v := range s.all {
		if !x.holds(at, day) {
			flush()
			at = x.stretch(day)
		}
		here.add(*v)
	}
	flush()
}

// rowsOf sums the cells of every leaf over periods, where there are any.
func rowsOf[V Summand[V]](c Cells[V], x *index) map[crm.LeafNo]row[V] {
	rows := make(map[crm.LeafNo]row[V], len(c))
	var spare row[V]
	for leaf, s := range c {
		if spare == nil {
			spare = make(row[V], len(x.periods))
		}
		if spare.addStrip(s, x); spare.count() > 0 {
			rows[leaf], spare = spare, nil
		}
	}
	return rows
}

// Roll sums cells into every slot the frame wants: each scope on the leaf's
// path, each period that contains the day (R-0.4: a parent is the sum of its
// children). Slots without a cell are absent.
func Roll[V Summand[V]](c Cells[V], f *measure.Frame) map[measure.Slot]V {
	periods := f.Periods()
	scopes := rollUp(rowsOf(c, newIndex(periods)), f.Org, len(periods))
	n := 0
	for _, r := range scopes {
		n += r.count()
	}
	out := make(map[measure.Slot]V, n)
	for scope, r := range scopes {
		for p := range r {
			if r[p].any {
				out[measure.Slot{Scope: scope, Period: periods[p]}] = r[p].sum
			}
		}
	}
	return out
}

// rollUp sums the rows of leaves into every scope. What the leaves of a unit
// come to is summed once and then added to the units above, which are many
// times fewer than leaves. It takes the rows over.
func rollUp[V Summand[V]](leaves map[crm.LeafNo]row[V], org *crm.Org, periods int) map[crm.NodeNo]row[V] {
	out := make(map[crm.NodeNo]row[V], len(leaves))
	direct := map[crm.NodeNo]row[V]{}
	above := map[crm.NodeNo][]crm.NodeNo{} // a unit and those above it
	for leaf, r := range leaves {
		path := org.Path(leaf)
		if len(path) > 1 {
			unit := path[1]
			if direct[unit] == nil {
				direct[unit], above[unit] = make(row[V], periods), path[1:]
			}
			direct[unit].plus(r)
		}
		if mine := out[path[0]]; mine != nil {
			mine.plus(r)
		} else {
			out[path[0]] = r
		}
	}
	for unit, r := range direct {
		for _, scope := range above[unit] {
			if out[scope] == nil {
				out[scope] = make(row[V], periods)
			}
			out[scope].plus(r)
		}
	}
	return out
}

// LeafPeriod addresses the sums of one leaf over one period.
type LeafPeriod struct {
	Leaf   crm.LeafNo
	Period crm.Period
}

// ByLeaf sums cells over every period of the frame, leaf by leaf.
func ByLeaf[V Summand[V]](c Cells[V], f *measure.Frame) map[LeafPeriod]V {
	periods := f.Periods()
	rows := rowsOf(c, newIndex(periods))
	n := 0
	for _, r := range rows {
		n += r.count()
	}
	out := make(map[LeafPeriod]V, n)
	for leaf, r := range rows {
		for p := range r {
			if r[p].any {
				out[LeafPeriod{leaf, periods[p]}] = r[p].sum
			}
		}
	}
	return out
}
