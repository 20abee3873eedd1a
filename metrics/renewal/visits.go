package renewal

import (
	"math"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Attention counts valid visits: all, and those to customers up for renewal.
type Attention struct{ Due, All int64 }

// Visiting folds journeys into the valid visits of the current periods, under
// where the visitor stood on the day. One rep's rows of one customer and day are
// one visit, and a row whose audit failed is none.
type Visiting struct {
	Leaves map[crm.LeafNo][]Attention `json:",omitempty"` // by period

	org     *crm.Org
	periods []crm.Period
	due     map[crm.CustomerNo]bool
	met     []crm.RepNo // of the day at hand
}

// Add adds the visits of one customer.
func (v *Visiting) Add(j *crm.Journey) {
	day := crm.NoDate
	due, first := v.due[j.Customer], v.first()
	for i := range j.Visits {
		x := &j.Visits[i]
		if x.At.Date() < first {
			continue
		}
		if x.Channel != crm.ChannelVisit || x.Audit == crm.AuditFailed || x.Valid() != crm.Yes {
			continue
		}
		if d := x.At.Date(); d != day {
			day, v.met = d, v.met[:0]
		}
		if slices.Contains(v.met, x.Rep) {
			continue
		}
		v.met = append(v.met, x.Rep)
		v.count(v.org.Leaf(x.Rep, day), day, due)
	}
}

// first is the first day that counts.
func (v *Visiting) first() crm.Date {
	day := crm.Date(math.MaxInt32)
	for _, p := range v.periods {
		day = min(day, p.Start)
	}
	return day
}

// count adds one visit.
func (v *Visiting) count(leaf crm.LeafNo, day crm.Date, due bool) {
	var its []Attention
	for p := range v.periods {
		if !v.periods[p].Contains(day) {
			continue
		}
		if its == nil {
			its = v.at(leaf)
		}
		if its[p].All++; due {
			its[p].Due++
		}
	}
}

func (v *Visiting) at(leaf crm.LeafNo) []Attention {
	if v.Leaves == nil {
		v.Leaves = map[crm.LeafNo][]Attention{}
	}
	s, ok := v.Leaves[leaf]
	if !ok {
		s = make([]Attention, len(v.periods))
		v.Leaves[leaf] = s
	}
	return s
}

// Merge adds everything of o.
func (v *Visiting) Merge(o *Visiting) {
	for leaf, its := range o.Leaves {
		mine := v.at(leaf)
		for p, a := range its {
			mine[p].Due += a.Due
			mine[p].All += a.All
		}
	}
}

// visiting sums the visits of the current periods among those of f by scope:
// nothing without a visits table.
func visiting(b *crm.Book, periods []crm.Period, due map[crm.CustomerNo]bool) map[measure.Slot]Attention {
	out := map[measure.Slot]Attention{}
	if !b.Has("visits") {
		return out
	}
	v := fold.Journeys(b, func() *Visiting { return &Visiting{org: b.Org, periods: periods, due: due} })
	for leaf, its := range v.Leaves {
		for _, scope := range b.Org.Path(leaf) {
			for p, a := range its {
				s := measure.Slot{Scope: scope, Period: periods[p]}
				x := out[s]
				out[s] = Attention{x.Due + a.Due, x.All + a.All}
			}
		}
	}
	return out
}

// visitsAlone are the values of a book without contracts to judge: visits to
// customers none of whom is up for renewal.
func (t *table) visitsAlone() []measure.Value {
	w := &writer{}
	if t.warnings == nil {
		return nil
	}
	for n := range t.frame.Org.Nodes {
		for _, p := range t.frame.Wanted(crm.NodeNo(n), false) {
			w.slot = measure.Slot{Scope: crm.NodeNo(n), Period: p}
			if a, ok := t.warnings.visits[w.slot]; ok {
				w.visited(a)
				w.open(len(w.out)-1, t.frame.Running(p))
			}
		}
	}
	return w.out
}

func (w *writer) visited(a Attention) {
	w.add(measure.NewRatio(visitShareDue, w.slot, a.Due, a.All))
}
