package funnel

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// what a Span measures: a stage from 1 on is the time in it, else one of these
// or a passage.
type what int8

const (
	theCycle what = 0  // from the creation to the win
	theYes   what = -1 // from the spoken yes to the signing (S0-14)
)

// passage is the way through a stage, of stage 0 that of a whole unit: since it
// was first reached, for cohorts that are immature.
func passage(j crm.Stage) what { return theYes - 1 - what(j) }

// place is where spans of w stand among those of all kinds, which are kinds.
func (r *rules) place(w what) int {
	if w < 0 {
		return int(r.stages()) - int(w)
	}
	return int(w)
}

func (r *rules) kinds() int { return r.place(passage(r.stages())) + 1 }

// Span is a time under observation that began on Day: cumulative in a stage,
// until the win, or a passage that ended, or was cut, within the window of its
// stage. It is kept where every metric covers Day, for the Kaplan–Meier
// estimates of units, and a passage where a cohort of Day is immature, for those
// of Aalen and Johansen.
type Span struct {
	Leaf    crm.LeafNo
	Day     crm.Date
	Seconds int64
	Fate    fate
}

// fate is a measure.Fate in little room.
type fate int8

// until is the fate of a span that is over, or is censored on the as-of day.
func until(over bool) fate {
	if over {
		return fate(advanced)
	}
	return fate(measure.Censored)
}

// timed is a Span of a scope and a kind, in little room.
type timed struct {
	seconds int64
	day     crm.Date
	fate    fate
}

// nearPeriods is how many of the periods, which come first, every metric covers.
func nearPeriods(f *measure.Frame, periods []crm.Period) int {
	n := 0
	for n < len(periods) && f.Near(periods[n]) {
		n++
	}
	return n
}

// isNear reports whether a near period contains d.
func (r *rules) isNear(d crm.Date) bool {
	in := r.days.Containing(d)
	return len(in) > 0 && in[0] < r.near
}

// lookback is what the median cycle of p looks back on.
func (r *rules) lookback(p crm.Period) crm.Period {
	if n := r.options.CycleDays; n > 0 {
		p.End = min(p.End, r.asOf+1)
		p.Start = p.End - crm.Date(n)
	}
	return p
}

// looksBack reports whether the median cycle of a near period looks back on d.
func (r *rules) looksBack(d crm.Date) bool {
	return slices.ContainsFunc(r.periods[:r.near], func(p crm.Period) bool { return r.lookback(p).Contains(d) })
}

// addSpans keeps the times of a unit: in each stage that it has rows of (who
// skipped a stage was not in it), of the whole cycle, and of the signing.
func (a *Acc) addSpans(d *crm.Deal, u *unit, latest bool) {
	if u.fate == crm.DealVoid {
		return
	}
	for j := crm.Stage(1); j <= min(u.depth, a.stages()); j++ {
		if u.entered[j] {
			a.span(what(j), &u.pass[j-1], u.dwell[j], u.current() != j)
		}
	}
	end, won := a.horizon(), u.fate == crm.DealWon // who was lost stays at risk
	if won {
		end = u.close.at
	}
	if j := a.yes(); j > 0 && u.depth >= j && u.entered[j] {
		a.span(theYes, &u.pass[j-1], max(0, int64(end-u.pass[j-1].at)), won)
	}
	closed := a.asOf
	if u.fate != crm.DealOpen {
		closed = a.closedOn(d, u, latest)
	}
	a.addCycle(u.createdOn(d), u.first.rep, closed, u.fate)
}

// addBareSpan is addSpans of a deal that only the deals table knows.
func (a *Acc) addBareSpan(d *crm.Deal) {
	status, closed := a.closedBy(d), d.ClosedOn
	if status == crm.DealOpen {
		closed = a.asOf
	}
	if d.CreatedOn.Known() && status != crm.DealVoid {
		a.addCycle(d.CreatedOn, d.Rep, closed, status)
	}
}

// addCycle counts a cycle in the cohort of its creation, in whole days: a
// creation has no clock. It is credited to who owned the deal then. One that
// closed nobody knows when says nothing of time.
func (a *Acc) addCycle(created crm.Date, rep crm.RepNo, closed crm.Date, status crm.DealStatus) {
	if !closed.Known() {
		return
	}
	leaf, ended := a.org.Leaf(rep, created), measure.Censored
	switch status {
	case crm.DealWon:
		ended = advanced
	case crm.DealLost:
		ended = lost
	}
	after := func(end crm.Date) int64 { return int64(max(0, end-created)) * day }
	if a.window(0) > 0 {
		a.pass(Span{leaf, created, after(closed), fate(ended)}, 0, a.marks[:0])
	}
	if !a.looksBack(created) {
		return
	}
	end, won := a.asOf, ended == advanced
	if won {
		end = closed
	}
	a.Spans[a.place(theCycle)].Add(Span{leaf, created, after(end), until(won)})
}

func (a *Acc) span(of what, from *step, seconds int64, over bool) {
	if d := from.at.Date(); a.isNear(d) {
		a.Spans[a.place(of)].Add(Span{a.org.Leaf(from.rep, d), d, seconds, until(over)})
	}
}

// yes is the stage of the spoken yes; 0 where there is none.
func (r *rules) yes() crm.Stage {
	if s, ok := r.pipeline.Lookup(r.options.YesStage); ok && !s.Terminal() {
		return s
	}
	return r.stages()
}

// settleSpans sorts the spans by scope, one kind beside another.
func (a *Acc) settleSpans() {
	of := make([][][]timed, len(a.Spans)) // by kind and scope
	fold.Each(len(of), func(k int) {
		of[k] = a.byScope(a.Spans[k], k >= a.place(passage(0)))
		a.Spans[k] = nil // they are sorted
	})
	for n := range a.org.Nodes {
		var s *Scope
		for k := range of {
			if its := of[k][n]; len(its) > 0 {
				if s == nil {
					s = a.scope(crm.NodeNo(n))
					s.spans = make([][]timed, len(of))
				}
				s.spans[k] = its
			}
		}
	}
}

// byScope lists the spans of each unit, and of each rep where the rep is wanted
// in a near period, in the order that the estimates want: shortest first, and of
// equal ones those that are over.
func (a *Acc) byScope(spans []Span, reps bool) [][]timed {
	slices.SortFunc(spans, func(x, y Span) int {
		if x.Seconds != y.Seconds {
			return cmp.Compare(x.Seconds, y.Seconds)
		}
		return cmp.Compare(y.Fate, x.Fate)
	})
	each := func(f func(crm.NodeNo, *Span)) {
		for i := range spans {
			s := &spans[i]
			for _, n := range a.org.Path(s.Leaf) {
				if a.org.Nodes[n].Level != crm.RepLevel || reps && a.isNear(s.Day) {
					f(n, s)
				}
			}
		}
	}
	// Counted first: millions need not be copied to grow.
	sizes, all := make([]int, len(a.org.Nodes)), 0
	each(func(n crm.NodeNo, _ *Span) { sizes[n], all = sizes[n]+1, all+1 })
	out, room := make([][]timed, len(sizes)), make([]timed, all)
	for n, size := range sizes {
		out[n], room = room[:0:size], room[size:]
	}
	each(func(n crm.NodeNo, s *Span) { out[n] = append(out[n], timed{s.Seconds, s.Day, s.Fate}) })
	return out
}

// observe puts the spans that began in a period into p.endings.
func (p *page) observe(of what, in crm.Period) {
	p.endings = p.endings[:0]
	if p.scope == nil || p.scope.spans == nil {
		return
	}
	for _, s := range p.scope.spans[p.place(of)] {
		if in.Contains(s.day) {
			p.endings = append(p.endings, measure.Ending{Days: float64(s.seconds) / day, Fate: measure.Fate(s.fate), N: 1})
		}
	}
}

// censored reports whether any of p.endings is not over.
func (p *page) censored() bool {
	return slices.ContainsFunc(p.endings, func(e measure.Ending) bool { return e.Fate == measure.Censored })
}

// quantiles are told of the days in a stage, the median of every time.
var (
	quantiles     = []float64{0.10, 0.25, 0.50, 0.75, 0.90}
	quantileWords = []string{"10", "25", "50", "75", "90"}
)

const half = 2 // is the place of the median among them

// box is how times under observation are spread.
type box struct {
	days    []float64 // those of quantiles that are reached
	n       int64     // how many are under observation
	pending bool      // any of them is not over
}

// box is the Kaplan–Meier estimate of the spans that began in the period.
func (p *page) box(of what) box {
	in := p.slot.Period
	if of == theCycle {
		in = p.lookback(in)
	}
	p.observe(of, in)
	return box{measure.Quantiles(p.endings, advanced, quantiles), int64(len(p.endings)), p.censored()}
}

// value is the i-th quantile: no data where that is never reached.
func (b *box) value(metric string, s measure.Slot, i int) measure.Value {
	v := measure.Value{Metric: metric, Slot: s}
	if i < len(b.days) {
		v = measure.NewReal(metric, s, b.days[i])
	}
	v.N = b.n
	return v
}

// medians adds the times of a unit's deals. They wait for those that are
// censored.
func (p *page) medians() {
	add := func(metric string, of what, key string) box {
		b := p.box(of)
		v := b.value(metric, p.slot, half)
		p.add(&v, key, b.pending)
		return b
	}
	add("funnel.cycle_median_days", theCycle, "")
	if !p.history {
		return
	}
	add("funnel.signing_median_days", theYes, "")
	p.boxes = p.boxes[:0]
	for j := crm.Stage(1); j <= p.stages(); j++ {
		p.boxes = append(p.boxes, add("funnel.median_days", what(j), p.keys[j]))
	}
}
