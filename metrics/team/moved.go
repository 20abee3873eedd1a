package team

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// movedMonths is how long before and after a move is compared (S0-38).
const movedMonths = 2

// Moved sums what sellers signed who moved to a leaf on a day.
type Moved struct {
	Before, After int64 // minor units, in the months before and after
	Moves         int64 // whose months are over
	Pending       int64 // whose are not
}

// Plus adds field by field.
func (m Moved) Plus(n Moved) Moved {
	return Moved{m.Before + n.Before, m.After + n.After, m.Moves + n.Moves, m.Pending + n.Pending}
}

// relocation is a seller's move from one area to another.
type relocation struct {
	rep      crm.RepNo
	from, to crm.LeafNo
	on       crm.Date // the first day there
	Moved
}

// areaOf is the area of a leaf, else its region; false where it has neither.
func areaOf(o *crm.Org, l crm.LeafNo) (crm.NodeNo, bool) {
	for _, n := range o.Path(l) {
		if level := o.Nodes[n].Level; level == crm.Area || level == crm.Region {
			return n, true
		}
	}
	return 0, false
}

// relocations finds the moves from a day on.
func relocations(b *crm.Book, from crm.Date) []relocation {
	var out []relocation
	for _, p := range people(b, nil, from.AddMonths(-movedMonths)) {
		slices.SortFunc(p.Stays, func(x, y Stay) int { return cmp.Compare(x.From, y.From) })
		for i := 1; i < len(p.Stays); i++ {
			last, here := p.Stays[i-1], p.Stays[i]
			before, known := areaOf(b.Org, last.Leaf)
			after, also := areaOf(b.Org, here.Leaf)
			if known && also && before != after && last.To < here.From && here.From >= from {
				out = append(out, relocation{rep: p.Rep, from: last.Leaf, to: here.Leaf, on: here.From})
			}
		}
	}
	return out
}

// weigh sums what the movers signed before and after. Months that are not over,
// or that begin before the first signing on record, are none to compare.
func weigh(b *crm.Book, all []relocation) []relocation {
	by, first := map[crm.RepNo][]int{}, b.AsOf+1
	for i, r := range all {
		by[r.rep] = append(by[r.rep], i)
	}
	earned(b, func(c *crm.Contract, rep crm.RepNo, minor int64) {
		first = min(first, c.SignDate)
		for _, i := range by[rep] {
			switch r := &all[i]; {
			case c.SignDate >= r.on.AddMonths(-movedMonths) && c.SignDate < r.on:
				r.Before += minor
			case c.SignDate >= r.on && c.SignDate < r.on.AddMonths(movedMonths):
				r.After += minor
			}
		}
	})
	out := all[:0]
	for _, r := range all {
		switch {
		case r.on.AddMonths(movedMonths) > b.AsOf+1:
			r.Moved = Moved{Pending: 1}
		case r.on.AddMonths(-movedMonths) < first:
			continue
		default:
			r.Moves = 1
		}
		out = append(out, r)
	}
	return out
}

// moves computes what sellers sign before and after they move to another area.
func moves(b *crm.Book, f *measure.Frame, _ Options) measure.Result {
	if !b.Has("contracts") || len(b.Org.Spells) == 0 {
		return measure.Result{}
	}
	from := b.AsOf
	for _, p := range f.Close() {
		from = min(from, p.Start)
	}
	all, cells := weigh(b, relocations(b, from)), fold.Cells[Moved]{}
	for _, r := range all {
		cells.Add(r.to, r.on, r.Moved)
	}
	out, sums := f.Out(), fold.Roll(cells, f)
	for slot := range slots(f, false, func(s measure.Slot) bool { return sums[s].Moves > 0 }) {
		m := sums[slot]
		if m.Moves == 0 || !unit(f, slot) {
			continue
		}
		for _, side := range []struct {
			key   string
			minor int64
		}{{"when=before", m.Before}, {"when=after", m.After}} {
			v := measure.NewMoney(movedID, slot, side.minor, b.Currency).Keyed(side.key)
			v.N, v.Open = m.Moves, m.Pending > 0 || f.Running(slot.Period)
			out.Add(v)
		}
	}
	return measure.Result{Values: out.Rest(), Lists: []measure.List{moveList(b, all)}}
}

// moveList names the moves, the latest first.
func moveList(b *crm.Book, all []relocation) measure.List {
	l := measure.List{ID: "activity.moves", Metric: movedID, Title: text("调动前后两个月签约额", "Signed in two months before and after a move"),
		Columns: []measure.Column{column(measure.CellScope, "销售", "Rep"), column(measure.CellScope, "原单位", "From"), column(measure.CellScope, "新单位", "To"),
			column(measure.CellDate, "调动日", "Moved on"), column(measure.CellMoney, "前两个月", "Before"), column(measure.CellMoney, "后两个月", "After")}}
	slices.SortFunc(all, func(x, y relocation) int {
		return cmp.Or(-cmp.Compare(x.on, y.on), cmp.Compare(b.Reps.ID(x.rep), b.Reps.ID(y.rep)))
	})
	for _, r := range all {
		unit := func(leaf crm.LeafNo) measure.Cell { return measure.Cell{Num: int64(b.Org.Leaves[leaf].Unit)} }
		before, after := measure.Cell{Num: r.Before}, measure.Cell{Num: r.After}
		if r.Pending > 0 {
			before, after = measure.Cell{Num: measure.NoAmount}, measure.Cell{Num: measure.NoAmount}
		}
		l.Rows = append(l.Rows, measure.Row{Leaf: r.to, Cells: []measure.Cell{seller(b.Org, r.rep), unit(r.from), unit(r.to), {Num: int64(r.on)}, before, after}})
	}
	return l
}
