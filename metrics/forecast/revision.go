package forecast

import (
	"strconv"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// revisionLines makes the revision path of months and quarters: a line
// for each week after the freeze that changed what a rep's last submission of a
// type says. The path is shown, never scored.
func (r *reader) revisionLines(groups map[group][]int32, subs map[post]chosen, emit func(Line)) {
	for g, rows := range groups {
		if !revisable(g.begun.kind) || r.Org.Nodes[g.scope].Level != crm.RepLevel || !r.wanted[g.begun] && r.own(rows) {
			continue
		}
		period := r.periods[g.begun]
		leaf := r.revisionLeaf(g.post, subs[g.post].plan.Submission.Given())
		last, was := -1, Submission{}
		for week, cut := range r.o.cuts(r.Calendar, period) {
			at, _, _ := counting(rows, r.submittedAt, cut)
			if at == last {
				continue
			}
			is := Submission{}
			given, ok := r.given(&r.Forecasts[rows[at]], r.frozen(period))
			if ok {
				is = stated(g.kind, given)
			}
			if week > 0 { // week 0 is the seat's, with its warning
				if !ok {
					r.warn("without_rate", forecastWithoutRate)
				}
				emit(Line{Kind: RevisedLine, Leaf: leaf, Period: period, Week: uint8(week), Change: is.minus(was)})
			}
			last, was = at, is
		}
	}
}

// own reports whether rows of forecasts are in the report currency: no rate can
// be missing.
func (r *reader) own(rows []int32) bool {
	for _, i := range rows {
		if r.Forecasts[i].Amount.Currency != r.Currency {
			return false
		}
	}
	return true
}

// revisionLeaf is the leaf at the freeze, where the scored row is. A rep who
// came later and so has no row there counts in the unit at the period's end.
func (r *reader) revisionLeaf(p post, scored bool) crm.LeafNo {
	rep, day := r.Org.Nodes[p.scope].Rep, r.frozen(r.periods[p.begun]).Date()
	if _, here := r.Org.Spell(rep, day); !here && !scored {
		day = r.periods[p.begun].End - 1
	}
	return r.Org.Leaf(rep, day)
}

// revise sums, for every scope and closed month and quarter that the frame
// wants, what the submissions in force at the end of each week would have been
// worth, had they counted. Week 0 is the score itself.
func (b *board) revise(f *measure.Frame) {
	type path struct {
		leaf   crm.LeafNo
		period int
	}
	paths, asked := map[path][]Submission{}, len(f.Periods()) // which are numbered first
	add := func(k Key, change Submission) {
		no, ok := b.scored[begun{k.Kind, k.Start}]
		if !ok || no >= asked || change == (Submission{}) {
			return
		}
		p := b.periods[no]
		if !revisable(p.Kind) || f.Running(p) {
			return
		}
		at := path{crm.LeafNo(k.No), no}
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
	for at, changes := range paths {
		b.addPath(at.leaf, at.period, changes)
	}
}

// addPath adds one leaf's row of each week to the scopes above it.
func (b *board) addPath(leaf crm.LeafNo, p int, changes []Submission) {
	signed := b.signedIn(b.org.Leaves[leaf].Node, p).Signed
	scopes, inForce := b.org.Path(leaf), Submission{}
	b.open(scopes)
	for week, change := range changes {
		inForce = inForce.Plus(change)
		if !inForce.Given() {
			continue
		}
		forecast, actual := inForce.against(signed)
		for _, n := range scopes {
			c := b.cell(n, p)
			if c.revised == nil {
				c.revised = make([]tally, len(changes))
			}
			c.revised[week] = c.revised[week].Plus(tally{n: 1, forecast: forecast, actual: actual})
		}
	}
}

// revisedAccuracy puts the accuracy of the scope's total week by week.
func (w *writer) revisedAccuracy(s slot) {
	c := w.board.seen(s.Scope, s.no)
	if c == nil {
		return
	}
	for week, t := range c.revised {
		t.net = abs(t.actual - t.forecast)
		num, den, ok := t.accuracy()
		v := ratio("forecast.revised_accuracy", s.Slot, num, den, ok, int(t.n))
		w.put(v.Flag(t.actual == 0 && t.n > 0, "zero_actual"), "week="+strconv.Itoa(week))
	}
}
