package forecast

import (
	"fmt"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// revisionLines makes the revision path of months and quarters: a line
// for each week after the freeze that changed what a rep's last submission of a
// type says. The path is shown, never scored.
func (r *reader) revisionLines(groups map[group][]int32, subs map[post]chosen, emit func(Line)) {
	for g, rows := range groups {
		if !revisable(g.period.Kind) || r.Org.Nodes[g.scope].Level != crm.RepLevel {
			continue
		}
		leaf := r.revisionLeaf(g.post, subs[g.post].plan.Submission.Given())
		last, was := -1, Submission{}
		for week, cut := range r.o.cuts(r.Calendar, g.period) {
			at, _, _ := counting(rows, r.submittedAt, cut)
			if at == last {
				continue
			}
			is := Submission{}
			given, ok := r.given(r.Forecasts[rows[at]], r.frozen(g.period))
			if ok {
				is = stated(g.kind, given)
			}
			if week > 0 { // week 0 is the seat's, with its warning
				if !ok {
					r.warn("without_rate", forecastWithoutRate)
				}
				emit(Line{Kind: RevisedLine, Leaf: leaf, Period: g.period, Week: uint8(week), Change: is.minus(was)})
			}
			last, was = at, is
		}
	}
}

// revisionLeaf is the leaf at the freeze, where the scored row is. A rep who
// came later and so has no row there counts in the unit at the period's end.
func (r *reader) revisionLeaf(p post, scored bool) crm.LeafNo {
	rep, day := r.Org.Nodes[p.scope].Rep, r.frozen(p.period).Date()
	if _, here := r.Org.Spell(rep, day); !here && !scored {
		day = p.period.End - 1
	}
	return r.Org.Leaf(rep, day)
}

// revise sums, for every scope and closed month and quarter that the frame
// wants, what the submissions in force at the end of each week would have been
// worth, had they counted. Week 0 is the score itself.
func (b *board) revise(f *measure.Frame) {
	wanted := map[crm.Period]bool{}
	for _, p := range f.Periods() {
		wanted[p] = revisable(p.Kind) && !f.Running(p)
	}
	paths := map[fold.LeafPeriod][]Submission{}
	add := func(k Key, change Submission) {
		p := f.Fiscal.Period(k.Kind, k.Start)
		if !wanted[p] || change == (Submission{}) {
			return
		}
		at := fold.LeafPeriod{Leaf: crm.LeafNo(k.No), Period: p}
		if paths[at] == nil {
			paths[at] = make([]Submission, weeks(p)+1)
		}
		paths[at][k.Week] = paths[at][k.Week].Plus(change)
	}
	for k, p := range b.acc.Seats {
		add(k, p.Submission)
	}
	for k, change := range b.acc.Revised {
		add(k, change)
	}
	b.revised = map[measure.Slot][]tally{}
	for at, path := range paths {
		b.addPath(at, path)
	}
}

// addPath adds one leaf's row of each week to the scopes above it.
func (b *board) addPath(at fold.LeafPeriod, path []Submission) {
	signed := b.signed[measure.Slot{Scope: b.org.Leaves[at.Leaf].Node, Period: at.Period}]
	inForce := Submission{}
	for week, change := range path {
		inForce = inForce.Plus(change)
		if !inForce.Given() {
			continue
		}
		forecast, actual := inForce.against(signed)
		for _, n := range b.org.Path(at.Leaf) {
			s := measure.Slot{Scope: n, Period: at.Period}
			if b.revised[s] == nil {
				b.revised[s] = make([]tally, len(path))
			}
			b.revised[s][week] = b.revised[s][week].Plus(tally{n: 1, forecast: forecast, actual: actual})
		}
	}
}

// revisedAccuracy puts the accuracy of the scope's total week by week.
func (w *writer) revisedAccuracy(s measure.Slot) {
	for week, t := range w.board.revised[s] {
		t.net = abs(t.actual - t.forecast)
		num, den, ok := t.accuracy()
		v := ratio("revised_accuracy", s, num, den, ok, int(t.n))
		w.put(v.Flag(t.actual == 0 && t.n > 0, "zero_actual"), fmt.Sprintf("week=%d", week))
	}
}
