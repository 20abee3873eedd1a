package activity

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// values appends what became of graded customers, slot by slot. What stands on
// the as-of day is of the current periods alone.
func (g *Grades) values(f *measure.Frame, days map[At]int64, out *measure.Out) {
	ripe, waits := fold.Roll(g.Ripe, f), g.waits(f)
	number := map[string]int32{} // of a period, by its name
	for i, p := range g.periods {
		number[p.Name] = int32(i)
	}
	var vs []measure.Value
	for i, node := range f.Org.Nodes {
		rep := node.Level == crm.RepLevel
		for _, p := range f.Wanted(crm.NodeNo(i), true) {
			slot := measure.Slot{Scope: crm.NodeNo(i), Period: p}
			r, ok := ripe[slot]
			if rep && (!f.IsCurrent(p) || r.Due == 0) || !ok && (rep || !f.IsCurrent(p)) {
				continue
			}
			vs = vs[:0]
			if g.book.Has("grades") {
				vs = append(vs, g.nextDay(slot, r))
			}
			if f.Near(p) && !rep {
				vs = g.further(vs, slot, r, days[At{slot.Scope, number[p.Name]}])
				if g.book.Has("grades") {
					vs = append(vs, median(slot, waits[slot]))
				}
			}
			if f.IsCurrent(p) && !rep {
				vs = g.state(vs, slot, r)
			}
			for i := range vs {
				vs[i].Open = vs[i].Open || f.Running(p)
			}
			out.Add(vs...)
		}
	}
}

// nextDay is the share of those who became A that had signed by the next
// working day; who still has time is in the bounds only.
func (g *Grades) nextDay(slot measure.Slot, r Ripe) measure.Value {
	v := measure.NewRatio(nextDayID, slot, r.Signed, r.Due)
	pending := r.BecameA - r.Due
	if pending == 0 {
		if ci, ok := measure.Wilson(r.Signed, r.Due); ok {
			v = v.With(ci, "wilson")
		}
		return v
	}
	b := measure.Closed(float64(r.Signed+r.PendingSigned)/float64(r.BecameA), float64(r.Signed+pending)/float64(r.BecameA))
	v.Bounds, v.Open = &b, true
	return v.Flag(true, "immature")
}

func (g *Grades) further(out []measure.Value, slot measure.Slot, r Ripe, days int64) []measure.Value {
	if g.book.Has("grades") {
		out = append(out, measure.NewCount(becameID, slot, r.BecameA), measure.NewCount(becameCID, slot, r.BecameC))
		for i := range r.Ended {
			out = append(out, measure.NewRatio(downID, slot, r.Down[i], r.Ended[i]).Keyed("grade="+gradeWords[i]),
				measure.NewRatio(upID, slot, r.Rose[i], r.Left[i]).Keyed("grade="+gradeWords[i+1]))
		}
	}
	if g.book.Has("contracts") {
		out = append(out, measure.NewCount(againID, slot, r.Again))
	}
	if g.book.Has("customers") {
		out = append(out, measure.NewCount(prospectsID, slot, r.Prospects), measure.NewRatio(prospectsADayID, slot, r.Prospects, days))
	}
	return out
}

func median(slot measure.Slot, waits []measure.Ending) measure.Value {
	v := measure.Value{Metric: ripenID, Slot: slot}
	for _, w := range waits {
		v.N += w.N
	}
	if days, ok := measure.KaplanMeier(waits, 1).Quantile(0.5); ok {
		n := v.N
		v = measure.NewReal(ripenID, slot, days)
		v.N = n
	}
	v.Open = true // who is not there yet may still come
	return v
}

// state appends what stands on the as-of day.
func (g *Grades) state(out []measure.Value, slot measure.Slot, r Ripe) []measure.Value {
	if g.book.Has("grades") || g.stated {
		out = append(out, measure.NewRatio(nextStepID, slot, r.BNext, r.B).Flag(g.stated, "from_customers"))
	}
	if g.book.Has("deals") && g.book.Has("visits") {
		out = append(out, measure.NewRatio(rolesID, slot, r.Roles, r.Open), measure.NewRatio(singleID, slot, r.Single, r.Open),
			measure.NewRatio(makerID, slot, r.Maker, r.Open))
	}
	return out
}

// keys names the customers graded A on the as-of day who have not signed since,
// those who are so for the longest first.
func (g *Grades) keys() measure.List {
	l := measure.List{ID: "activity.key_customers", Metric: nextDayID,
		Title: measure.Text{ZH: "重点（A 类）客户", EN: "Key customers, graded A"},
		Columns: []measure.Column{
			{Title: measure.Text{ZH: "客户", EN: "Customer"}, Kind: measure.CellText},
			{Title: measure.Text{ZH: "负责销售", EN: "Owner"}, Kind: measure.CellScope},
			{Title: measure.Text{ZH: "A 类天数", EN: "Days in grade A"}, Kind: measure.CellInt},
			{Title: measure.Text{ZH: "最近联系", EN: "Last contact"}, Kind: measure.CellDate},
			{Title: measure.Text{ZH: "下次联系", EN: "Next contact"}, Kind: measure.CellDate},
		}}
	nos := make([]crm.CustomerNo, 0, len(g.Keys))
	for no := range g.Keys {
		nos = append(nos, no)
	}
	slices.SortFunc(nos, func(x, y crm.CustomerNo) int {
		return cmp.Or(cmp.Compare(g.Keys[x].Since, g.Keys[y].Since), cmp.Compare(g.book.Customers.ID(x), g.book.Customers.ID(y)))
	})
	for _, no := range nos {
		k := g.Keys[no]
		owner := int64(-1)
		if k.Rep != crm.NoRep {
			owner = int64(g.book.Org.RepNode(k.Rep))
		}
		l.Rows = append(l.Rows, measure.Row{Leaf: k.Leaf, Cells: []measure.Cell{{Text: g.book.Customers.ID(no)}, {Num: owner},
			{Num: int64(g.book.AsOf - k.Since)}, {Num: int64(k.Last)}, {Num: int64(k.Next)}}})
	}
	return l
}
