package funnel

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Compute reads every deal once and returns the family's values, its list of
// stalled deals and what the reader should know of the data. Without stage
// history there is no reach, conversion, drop-off or stall; without deals the
// history alone says what was won, lost and is open.
func Compute(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("deals") && !b.Has("stage_history") {
		return measure.Result{}
	}
	acc := newAcc(b, o)
	for l := range b.DealLogs() {
		acc.Add(l)
	}
	return acc.result(f)
}

// result is the only place that divides.
func (a *Acc) result(f *measure.Frame) measure.Result {
	a.prepare()
	s := &sheet{acc: a, frame: f, headline: map[string]bool{},
		units: fold.Roll(a.Units, f), closings: fold.Roll(a.Closings, f), standing: fold.Roll(a.Standing, f)}
	for _, d := range Definitions() {
		s.headline[d.ID] = d.Headline
	}
	if a.rules.history {
		s.cohorts = a.cohorts(f)
		s.stalledDays = a.stalledDays()
	}
	for n := range f.Org.Nodes {
		scope := crm.NodeNo(n)
		for _, p := range f.Wanted(scope, true) {
			s.fill(measure.Slot{Scope: scope, Period: p}, f.IsCurrent(p), f.Near(p)) // the rest are for headlines alone
		}
	}
	out := measure.Result{Values: s.values, Warnings: a.warnings()}
	if a.rules.history {
		out.Lists = []measure.List{a.stalledList()}
	}
	return out
}

// sheet collects values.
type sheet struct {
	acc         *Acc
	frame       *measure.Frame
	headline    map[string]bool
	units       map[measure.Slot]Tally
	closings    map[measure.Slot]Closing
	standing    map[measure.Slot]Standing
	cohorts     map[cohortSlot]*cohort
	stalledDays map[crm.NodeNo]map[crm.Stage][]float64
	values      []measure.Value
}

// page is the slot being filled.
type page struct {
	*sheet
	slot    measure.Slot
	running bool
	all     bool // else headline metrics only
}

// add appends v, final only where nothing can change it.
func (p *page) add(v measure.Value, pending bool) {
	if !p.all && !p.headline[v.Metric] {
		return
	}
	v.Open = v.Open || p.running || pending
	p.values = measure.Append(p.values, v)
}

// fill adds the values of a slot. A unit's current periods are always filled:
// a count of 0 is a fact there. Other slots are filled where something is.
func (s *sheet) fill(slot measure.Slot, current, all bool) {
	p := &page{s, slot, s.frame.Running(slot.Period), all}
	always := current && s.frame.Org.Nodes[slot.Scope].Level != crm.RepLevel
	rules := s.acc.rules
	if rules.history {
		t, some := s.units[slot]
		for j := crm.Stage(1); j <= rules.stages() && !some; j++ {
			some = s.cohorts[cohortSlot{slot, j}] != nil
		}
		if some || always {
			p.reach(t)
			p.steps(t)
			p.fillCohorts()
		}
	}
	if c, some := s.closings[slot]; some || always {
		p.closes(c)
	}
	if st, some := s.standing[slot]; current && (some || always) {
		p.stands(st)
	}
}

// key names a stage dimension; K+1 is won.
func (p *page) key(j crm.Stage) string {
	r := p.acc.rules
	if j > r.stages() {
		j = crm.Won
	}
	return "stage=" + r.pipeline.ID(j)
}

// reach adds the counts of units down the funnel. They wait for the open units
// that may still get there.
func (p *page) reach(t Tally) {
	k := p.acc.rules.stages()
	var shallower, stricter int64 // open units, units, that came less far than j
	for j := crm.Stage(1); j <= k+1; j++ {
		shallower += t.Open.at(j - 1)
		entered := t.Entered.at(j)
		if j > k {
			entered = t.Won
		}
		stricter = t.Ordered.sum(j)
		open := t.Open.sum(0) > 0
		p.add(measure.NewCount("funnel.reached", p.slot, t.reached(j)).Keyed(p.key(j)), shallower > 0)
		p.add(measure.NewCount("funnel.entered", p.slot, entered).Keyed(p.key(j)), open)
		p.add(measure.NewCount("funnel.ordered", p.slot, stricter).Keyed(p.key(j)), open)
	}
	open := t.Open.sum(0) > 0
	p.add(measure.NewCount("funnel.born_late", p.slot, t.BornLate), false)
	p.add(measure.NewRatio("funnel.regression_rate", p.slot, t.Regressions, t.units()), open)
}

// steps adds what became of the units that reached each stage: advanced, lost
// there, or open there.
func (p *page) steps(t Tally) {
	for j := crm.Stage(1); j <= p.acc.rules.stages(); j++ {
		n, open := t.reached(j), t.Open.at(j)
		p.add(share("funnel.step_conversion", p.slot, t.reached(j+1), n, open).Keyed(p.key(j)), open > 0)
		p.add(share("funnel.drop_off", p.slot, t.Lost.at(j), n, open).Keyed(p.key(j)), open > 0)
		p.add(measure.NewRatio("funnel.overdue_share", p.slot, t.Overdue.at(j), n).Keyed(p.key(j)), open > 0)
		p.add(measure.NewRatio("funnel.skip_rate", p.slot, t.Skipped.at(j), n).Keyed(p.key(j)), t.Open.sum(0) > 0)
	}
}

// share is k of n units: with Wilson's interval once no unit is open in the
// stage; before that flagged immature, between the bounds that the open ones
// allow.
func share(metric string, s measure.Slot, k, n, open int64) measure.Value {
	v := measure.NewRatio(metric, s, k, n)
	if n == 0 {
		return v
	}
	if open > 0 {
		v = v.Flag(true, "immature")
		b := measure.Closed(float64(k)/float64(n), float64(k+open)/float64(n))
		v.Bounds = &b
		return v
	}
	return wilson(v)
}

// wilson adds the score interval of a ratio of counts.
func wilson(v measure.Value) measure.Value {
	if ci, ok := measure.Wilson(v.Num, v.Den); ok {
		return v.With(ci, "wilson")
	}
	return v
}

// closes adds the wins and losses of the period.
func (p *page) closes(c Closing) {
	currency := p.acc.rules.currency
	blank := c.WonBlank+c.LostBlank > 0
	p.add(measure.NewCount("funnel.won", p.slot, c.Won), false)
	p.add(measure.NewCount("funnel.lost", p.slot, c.Lost), false)
	amount := measure.NewMoney("funnel.won_amount", p.slot, c.WonAmount, currency).Flag(c.WonBlank > 0, "no_amount")
	amount.N = c.Won - c.WonBlank
	p.add(amount, false)
	p.add(wilson(measure.NewRatio("funnel.win_rate_count", p.slot, c.Won, c.Won+c.Lost)), false)
	value := measure.NewRatio("funnel.win_rate_value", p.slot, c.WonAmount, c.WonAmount+c.LostAmount).Flag(blank, "no_amount")
	value.N = c.Won + c.Lost - c.WonBlank - c.LostBlank
	p.add(value, false)
}

// stands adds the state on the as-of day, the same for every current period:
// per stage, and under no key the total.
func (p *page) stands(s Standing) {
	r := p.acc.rules
	one := func(key string, of func(Vec) int64, days []float64) {
		p.add(measure.NewCount("funnel.open", p.slot, of(s.Open)).Keyed(key), false)
		p.add(p.money("funnel.open_amount", of(s.Open), of(s.Amount), of(s.Blank)).Keyed(key), false)
		if !r.history {
			return
		}
		p.add(measure.NewCount("funnel.stalled", p.slot, of(s.Stalled)).Keyed(key), false)
		p.add(p.money("funnel.stalled_amount", of(s.Stalled), of(s.StalledAmount), of(s.StalledBlank)).Keyed(key), false)
		median := measure.Value{Metric: "funnel.stalled_median_days", Slot: p.slot}
		if m, ok := measure.Median(days); ok {
			median = measure.NewReal(median.Metric, p.slot, m)
		}
		median.N = int64(len(days))
		p.add(median.Keyed(key), false)
	}
	days := p.stalledDays[p.slot.Scope]
	var all []float64
	for j := crm.Stage(1); j <= r.stages(); j++ {
		one(p.key(j), func(v Vec) int64 { return v.at(j) }, days[j])
		all = append(all, days[j]...)
	}
	one("", func(v Vec) int64 { return v.sum(0) }, all)
}

// money is the amount of n deals, blank of which have none.
// money is an amount over n deals of which blank have none; where all have none
// it is no data, not 0.
func (p *page) money(metric string, n, minor, blank int64) measure.Value {
	v := measure.NewMoney(metric, p.slot, minor, p.acc.rules.currency).Flag(blank > 0, "no_amount")
	v.N, v.OK = n-blank, n == 0 || blank < n
	return v
}

// stalledDays lists, by scope and stage, the cumulative days of the stalled
// deals.
func (a *Acc) stalledDays() map[crm.NodeNo]map[crm.Stage][]float64 {
	out := map[crm.NodeNo]map[crm.Stage][]float64{}
	for _, id := range a.stalls() {
		s := a.Stalled[id]
		for _, scope := range a.rules.org.Path(s.Leaf) {
			if out[scope] == nil {
				out[scope] = map[crm.Stage][]float64{}
			}
			out[scope][s.Stage] = append(out[scope][s.Stage], float64(s.Seconds)/day)
		}
	}
	return out
}
