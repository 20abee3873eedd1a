package fold

import (
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Row holds the sums of a leaf or scope by the number of a period.
type Row[V Summand[V]] []sumOf[V]

// sumOf is a sum; any tells 0 from nothing.
type sumOf[V Summand[V]] struct {
	sum V
	any bool
}

// Add adds v to a period.
func (r Row[V]) Add(p int, v V) {
	if r[p].any {
		v = r[p].sum.Plus(v)
	}
	r[p] = sumOf[V]{v, true}
}

// To is the sum of a period, to add to in place.
func (r Row[V]) To(p int) *V {
	r[p].any = true
	return &r[p].sum
}

// At is the sum of a period; of no row there is none.
func (r Row[V]) At(p int) (sum V, any bool) {
	if r == nil {
		return sum, false
	}
	return r[p].sum, r[p].any
}

func (r Row[V]) plus(o Row[V]) {
	for p := range o {
		if o[p].any {
			r.Add(p, o[p].sum)
		}
	}
}

// count is how many periods have a sum.
func (r Row[V]) count() (n int) {
	for p := range r {
		if r[p].any {
			n++
		}
	}
	return n
}

// Stretches calls add with what the cells of each leaf come to on days that are
// in the same periods, and the numbers of these, leaf by leaf.
func (c Cells[V]) Stretches(x measure.Regional, add func(leaf crm.LeafNo, in []int, sum V)) {
	for leaf, s := range c {
		var in []int
		var sum V
		days, end := x.At(leaf), crm.NoDate
		for day, v := range s.all {
			if day < end {
				sum = sum.Plus(*v)
				continue
			}
			if len(in) > 0 {
				add(leaf, in, sum)
			}
			sum = *v
			in, end = days.Around(day)
		}
		if len(in) > 0 {
			add(leaf, in, sum)
		}
	}
}

// rowsOf sums the cells of every leaf over periods, where there are any.
func rowsOf[V Summand[V]](c Cells[V], f *measure.Frame, periods []crm.Period) map[crm.LeafNo]Row[V] {
	rows := make(map[crm.LeafNo]Row[V], len(c))
	c.Stretches(f.Stretches(periods), func(leaf crm.LeafNo, in []int, sum V) {
		r := rows[leaf]
		if r == nil {
			r = make(Row[V], len(periods))
			rows[leaf] = r
		}
		for _, p := range in {
			r.Add(p, sum)
		}
	})
	return rows
}

// Roll sums cells into every slot the frame wants: each scope on the leaf's
// path, each period that contains the day (R-0.4: a parent is the sum of its
// children). Slots without a cell are absent.
func Roll[V Summand[V]](c Cells[V], f *measure.Frame) map[measure.Slot]V {
	periods := f.Periods()
	scopes := RollUp(rowsOf(c, f, periods), f.Org)
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

// RollUp sums the rows of leaves, all of the same length, into every scope. What
// the leaves of a unit come to is summed once and then added to the units above,
// which are many times fewer than leaves. A rep of one leaf shares its row.
func RollUp[V Summand[V]](leaves map[crm.LeafNo]Row[V], org *crm.Org) map[crm.NodeNo]Row[V] {
	out := make(map[crm.NodeNo]Row[V], len(leaves))
	direct := map[crm.NodeNo]Row[V]{}
	above := map[crm.NodeNo][]crm.NodeNo{} // a unit and those above it
	for leaf, r := range leaves {
		path := org.Path(leaf)
		if len(path) == 0 {
			continue
		}
		if len(path) > 1 {
			unit := path[1]
			if direct[unit] == nil {
				direct[unit], above[unit] = make(Row[V], len(r)), path[1:]
			}
			direct[unit].plus(r)
		}
		if mine := out[path[0]]; mine != nil || org.Nodes[path[0]].Level != crm.RepLevel {
			r = slices.Clone(r)
			r.plus(mine)
		}
		out[path[0]] = r
	}
	for unit, r := range direct {
		for _, scope := range above[unit] {
			if out[scope] == nil {
				out[scope] = make(Row[V], len(r))
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
	rows := rowsOf(c, f, periods)
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
