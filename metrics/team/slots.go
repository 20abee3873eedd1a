package team

import (
	"iter"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// slots yields the slots to say something about: units in every current period,
// whatever else is wanted where has knows of something.
func slots(f *measure.Frame, headline bool, has func(measure.Slot) bool) iter.Seq[measure.Slot] {
	return func(yield func(measure.Slot) bool) {
		for i, node := range f.Org.Nodes {
			for _, p := range f.Wanted(crm.NodeNo(i), headline) {
				s := measure.Slot{Scope: crm.NodeNo(i), Period: p}
				if !has(s) && (node.Level == crm.RepLevel || !f.IsCurrent(p)) {
					continue
				}
				if !yield(s) {
					return
				}
			}
		}
	}
}

// rolled yields slots with what cells come to there.
func rolled[V fold.Summand[V]](c fold.Cells[V], f *measure.Frame, headline bool) iter.Seq2[measure.Slot, V] {
	return func(yield func(measure.Slot, V) bool) {
		sums := fold.Roll(c, f)
		for s := range slots(f, headline, func(s measure.Slot) bool { _, ok := sums[s]; return ok }) {
			if !yield(s, sums[s]) {
				return
			}
		}
	}
}

// unit reports whether a slot is a unit's, and one that every metric covers:
// reps have the headlines only.
func unit(f *measure.Frame, s measure.Slot) bool {
	return f.Org.Nodes[s.Scope].Level != crm.RepLevel && f.Near(s.Period)
}

// share is k of n. What is pending is in neither yet, what is unknown counts in
// n and is no success: both allow bounds. There is an interval only
// where neither is left.
func share(f *measure.Frame, id string, s measure.Slot, k, n, pending, unknown int64) measure.Value {
	v := measure.NewRatio(id, s, k, n)
	v.Open = f.Running(s.Period) || pending > 0
	switch {
	case n == 0:
	case pending+unknown > 0:
		b := measure.Closed(float64(k)/float64(n+pending), float64(k+pending+unknown)/float64(n+pending))
		v.Bounds = &b
	default:
		ci, _ := measure.Wilson(k, n)
		v = v.With(ci, "wilson")
	}
	return v
}

// count is a number of things of a slot.
func count(f *measure.Frame, id string, s measure.Slot, n int64) measure.Value {
	v := measure.NewCount(id, s, n)
	v.Open = f.Running(s.Period)
	return v
}

// median is the Kaplan–Meier median of the days to fate 1.
func median(f *measure.Frame, id string, s measure.Slot, endings []measure.Ending) measure.Value {
	v := measure.Value{Metric: id, Slot: s}
	if days, reached := measure.KaplanMeier(endings, 1).Quantile(0.5); reached {
		v = measure.NewReal(id, s, days)
	}
	censored := false
	for _, e := range endings {
		v.N += e.N
		censored = censored || e.Fate == measure.Censored
	}
	v.Open = f.Running(s.Period) || censored
	return v.Flag(!v.OK && v.N > 0, "not_reached")
}

// wanted reports whether any wanted period contains d; of nothing else there is
// a number to say.
func wanted(f *measure.Frame) func(crm.Date) bool {
	x := measure.NewStretches(f.Periods())
	return func(d crm.Date) bool { return len(x.Containing(d)) > 0 }
}

// hires says when reps were hired.
type hires struct {
	org    *crm.Org
	latest []crm.Date // by rep, NoDate where no row says so
}

func newHires(b *crm.Book) hires {
	h := hires{b.Org, make([]crm.Date, b.Reps.Len())}
	for i := range h.latest {
		h.latest[i] = crm.NoDate
	}
	for i := range b.Org.Spells {
		s := &b.Org.Spells[i]
		h.latest[s.Rep] = max(h.latest[s.Rep], s.HiredOn)
	}
	return h
}

// of is when rep was hired, as the row of reps in force on d says, else the
// latest that any says; NoDate where none does.
func (h hires) of(rep crm.RepNo, d crm.Date) crm.Date {
	if rep == crm.NoRep {
		return crm.NoDate
	}
	if s, ok := h.org.Spell(rep, d); ok && s.HiredOn.Known() {
		return s.HiredOn
	}
	return h.latest[rep]
}

func text(zh, en string) measure.Text { return measure.Text{ZH: zh, EN: en} }

func column(kind measure.CellKind, zh, en string) measure.Column {
	return measure.Column{Title: text(zh, en), Kind: kind}
}

// seller is the cell of a rep; of nobody, the node of nobody's leaf.
func seller(o *crm.Org, rep crm.RepNo) measure.Cell {
	if rep == crm.NoRep {
		return measure.Cell{Num: int64(o.Leaves[o.NobodyLeaf()].Node)}
	}
	return measure.Cell{Num: int64(o.RepNode(rep))}
}
