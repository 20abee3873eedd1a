package funnel

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// what a Span measures: a stage from 1 on is the time in it, else one of these.
type what int8

const (
	theCycle what = 0  // from the creation to the win
	theYes   what = -1 // from the spoken yes to the signing (S0-14)
)

// place is where spans of w stand among those of all kinds.
func (w what) place() int { return int(w - theYes) }

// Span is a time under observation that began on Day: cumulative in a stage,
// or until the win. It is kept where every metric covers Day, for the
// Kaplan–Meier estimates of units.
type Span struct {
	Leaf    crm.LeafNo
	Day     crm.Date
	Seconds int64
	Of      what
	Over    bool // else censored on the as-of day
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
		a.pass(leaf, 0, Passage{after(closed), created, fate(ended)})
	}
	if !a.looksBack(created) {
		return
	}
	end, won := a.asOf, ended == advanced
	if won {
		end = closed
	}
	a.Spans = append(a.Spans, Span{leaf, created, after(end), theCycle, won})
}

func (a *Acc) span(of what, from *step, seconds int64, over bool) {
	if d := from.at.Date(); a.isNear(d) {
		a.Spans = append(a.Spans, Span{a.org.Leaf(from.rep, d), d, seconds, of, over})
	}
}

// yes is the stage of the spoken yes; 0 where there is none.
func (r *rules) yes() crm.Stage {
	if s, ok := r.pipeline.Lookup(r.options.YesStage); ok && !s.Terminal() {
		return s
	}
	return r.stages()
}

// settleSpans sorts the spans by unit, in the order that the estimate wants.
func (a *Acc) settleSpans() {
	slices.SortFunc(a.Spans, func(x, y Span) int {
		over := func(s Span) int {
			if s.Over {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(x.Seconds, y.Seconds), cmp.Compare(over(x), over(y)))
	})
	// Counted first: millions need not be copied to grow.
	kinds, nodes := what(a.stages()).place()+1, len(a.org.Nodes)
	sizes, spans := make([][]int, nodes), make([][][]Span, nodes)
	a.eachSpan(func(n crm.NodeNo, s *Span) {
		if sizes[n] == nil {
			sizes[n] = make([]int, kinds)
		}
		sizes[n][s.Of.place()]++
	})
	for n := range sizes {
		for _, size := range sizes[n] {
			spans[n] = append(spans[n], make([]Span, 0, size))
		}
	}
	a.eachSpan(func(n crm.NodeNo, s *Span) { spans[n][s.Of.place()] = append(spans[n][s.Of.place()], *s) })
	for n := range spans {
		if spans[n] != nil {
			a.scope(crm.NodeNo(n)).spans = spans[n]
		}
	}
}

// eachSpan calls f for each span with each unit that it is of.
func (a *Acc) eachSpan(f func(crm.NodeNo, *Span)) {
	for i := range a.Spans {
		for _, n := range a.org.Path(a.Spans[i].Leaf) {
			if a.org.Nodes[n].Level != crm.RepLevel {
				f(n, &a.Spans[i])
			}
		}
	}
}

// observe puts the spans that began in a period into p.endings.
func (p *page) observe(of what, in crm.Period) {
	p.endings = p.endings[:0]
	if p.scope != nil && p.scope.spans != nil {
		for _, s := range p.scope.spans[of.place()] {
			if in.Contains(s.Day) {
				p.endings = append(p.endings, s.ending())
			}
		}
	}
}

// curve is the Kaplan–Meier estimate of the spans that began in a period;
// p.endings are those under observation.
func (p *page) curve(of what, in crm.Period) measure.Curve {
	p.observe(of, in)
	return measure.KaplanMeier(p.endings, advanced)
}

// median is the Kaplan–Meier median of the spans that began in the period: no
// data where half is never reached. N is how many are under
// observation.
func (p *page) median(metric string, of what) measure.Value {
	in := p.slot.Period
	if of == theCycle {
		in = p.lookback(in)
	}
	p.observe(of, in)
	v := measure.Value{Metric: metric, Slot: p.slot}
	if m, ok := measure.Quantile(p.endings, advanced, 0.5); ok {
		v = measure.NewReal(metric, p.slot, m)
	}
	v.N = int64(len(p.endings))
	return v
}

// censored reports whether any of p.endings is not over.
func (p *page) censored() bool {
	return slices.ContainsFunc(p.endings, func(e measure.Ending) bool { return e.Fate == measure.Censored })
}

func (s Span) ending() measure.Ending {
	e := measure.Ending{Days: float64(s.Seconds) / day, Fate: measure.Censored, N: 1}
	if s.Over {
		e.Fate = advanced
	}
	return e
}

// medians adds the times of a unit's deals. They wait for those that are
// censored.
func (p *page) medians() {
	add := func(metric string, of what, key string) {
		v := p.median(metric, of)
		p.add(&v, key, p.censored())
	}
	add("funnel.cycle_median_days", theCycle, "")
	if !p.history {
		return
	}
	add("funnel.signing_median_days", theYes, "")
	for j := crm.Stage(1); j <= p.stages(); j++ {
		add("funnel.median_days", what(j), p.keys[j])
	}
}
