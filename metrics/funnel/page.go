package funnel

import (
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// sheet is what all pages share.
type sheet struct {
	*Acc
	seen     *Seen
	headline map[string]bool // where periods are wanted that are not near
	keys     []string        // by stage: names a stage dimension; K+1 is won
	none     Tally           // of a slot where nothing is

	worded [][dimensions]keyed // by near period: the keys of what is said of closings
	staged keyed               // of the stages that deals were lost in
}

func newSheet(a *Acc) *sheet {
	k := a.stages()
	s := &sheet{Acc: a, seen: a.options.seen, keys: []string{""}, none: make(Tally, tallyLen(k))}
	words := a.numberWords()
	if s.seen == nil {
		s.seen = a.look(words)
	}
	if slices.ContainsFunc(a.periods, func(p crm.Period) bool { return !a.frame.Near(p) }) {
		s.headline = map[string]bool{}
		for _, d := range Definitions() {
			s.headline[d.ID] = d.Headline
		}
	}
	for j := crm.Stage(1); j <= k; j++ {
		s.keys = append(s.keys, "stage="+a.pipeline.ID(j))
	}
	s.keys = append(s.keys, "stage="+a.pipeline.ID(crm.Won))
	s.keyWords(words)
	return s
}

// fill makes the values, in the order of scopes and periods.
func (s *sheet) fill() []measure.Value {
	pages := s.pages()
	switch len(pages) {
	case 0:
		return nil
	case 1: // a narrowed frame
		pages[0].values = make([]measure.Value, 0, 16*len(s.keys)) // a slot's
		pages[0].fill()
		return pages[0].values
	}
	out := s.frame.Out()
	var rooms [pagesAtOnce][]measure.Value
	for some := range slices.Chunk(pages, pagesAtOnce) {
		fold.Each(len(some), func(i int) {
			some[i].values = rooms[i]
			some[i].fill()
		})
		for i, p := range some {
			out.Add(p.values...)
			rooms[i], p.values = p.values[:0], nil
		}
	}
	return out.Rest()
}

// pagesAtOnce is how many pages are there at a time.
const pagesAtOnce = 16

// pages makes one for every scope of which there is anything to say.
func (s *sheet) pages() []*page {
	var out []*page
	add := func(n crm.NodeNo, wanted int) {
		p := &page{sheet: s, node: n, scope: s.Scopes[n], has: make([]parts, wanted)}
		for i := range p.has {
			p.has[i] = p.parts(i)
		}
		if slices.ContainsFunc(p.has, func(has parts) bool { return has != parts{} }) {
			out = append(out, p)
		}
	}
	var reps []crm.NodeNo
	for n := range s.Scopes {
		if s.org.Nodes[n].Level == crm.RepLevel {
			reps = append(reps, n)
		}
	}
	for n := 0; n < len(s.org.Nodes) && s.org.Nodes[n].Level != crm.RepLevel; n++ { // units come first
		add(crm.NodeNo(n), len(s.frame.Wanted(crm.NodeNo(n), true)))
	}
	slices.Sort(reps)
	for _, n := range reps {
		add(n, s.Scopes[n].periods(s.stages()))
	}
	return out
}

// page is one scope, period by period.
type page struct {
	*sheet
	node   crm.NodeNo
	scope  *Scope  // nil where there is nothing
	has    []parts // of the first of the frame's periods, those that the scope wants
	values []measure.Value

	slot    measure.Slot // that is being filled
	running bool
	all     bool // else headline metrics only

	standing  []measure.Value // of the first current period
	due       []measure.Value // of it, by expected close
	closed    []*Closing      // room of closedIn
	sums      []sides         // room of groups
	boxes     []box           // by stage from 1 on: of medians
	endings   []measure.Ending
	intervals []measure.Interval
}

// parts are the groups of values that a slot has or has not.
type parts struct{ units, closes, stands, created, moves, covers bool }

// parts tells what is filled of the i-th period: a unit's current periods
// always, since a count of 0 is a fact there; of other slots what there is.
func (p *page) parts(i int) parts {
	current := p.frame.IsCurrent(p.periods[i])
	unit := p.org.Nodes[p.node].Level != crm.RepLevel
	always := current && unit
	t := p.tally(i)
	return parts{
		units:   p.history && (always || t.units()+t[unitsVoid]+t[cashCollected]+t.by(cohort).sum(1) > 0),
		closes:  always || t[closedWon]+t[closedLost] > 0 || !p.history && t[cashCollected] > 0,
		created: p.window(0) > 0 && (always || t.by(cohort).at(0) > 0),
		covers:  p.aims.of(i, p.node) != nil && p.scope != nil,
		moves:   always || unit && i < p.near && p.scope != nil && p.scope.Moves.any(i),
		stands:  current && (always || p.scope != nil && p.scope.Standing != nil),
	}
}

func (p *page) tally(i int) Tally {
	if p.scope == nil {
		return p.none
	}
	return p.scope.tally(i, p.stages())
}

func (p *page) fill() {
	for i, has := range p.has {
		p.turn(p.periods[i])
		t := p.tally(i)
		if has.units {
			p.reach(t)
			from := len(p.values)
			p.steps(t)
			p.fillCohorts(t)
			if p.all {
				p.weakest(from)
			}
			if p.seen.cash {
				p.collected(t)
			}
		}
		if p.seen.cash && (has.units || has.closes) {
			p.incomes(t)
		}
		if has.closes {
			p.closes(t)
		}
		if has.created {
			p.fillCohort("funnel.cohort_win_rate", t, 0, "")
		}
		if has.stands {
			p.stands()
		}
		if p.all {
			p.more(i, t, has)
		}
	}
}

// more adds what only near periods have: of reps the least.
func (p *page) more(i int, t Tally, has parts) {
	unit := p.org.Nodes[p.node].Level != crm.RepLevel
	if has.closes {
		p.cycle(t)
		if has.stands || p.frame.IsCurrent(p.slot.Period) {
			p.velocities(t)
		}
	}
	if has.moves || unit && (has.units || has.created) {
		p.medians()
	}
	if unit && has.stands {
		p.expected()
	}
	if has.covers {
		p.cover(p.aims.of(i, p.node))
	}
	if has.moves {
		p.bridgeValues(i)
	}
	if unit && has.closes {
		closed := p.closedIn()
		p.reasons(i, closed)
		if p.history {
			p.engagement(closed)
		}
	}
	if unit && has.units {
		p.worths(t)
		p.fates(t)
		if p.frame.IsCurrent(p.slot.Period) {
			p.flows(i, t)
			p.spreads()
		}
	}
}

// turn turns to a period.
func (p *page) turn(to crm.Period) {
	p.slot, p.running, p.all = measure.Slot{Scope: p.node, Period: to}, p.frame.Running(to), p.frame.Near(to)
}

// add appends a value under a key, final only where nothing can change it
//
func (p *page) add(v *measure.Value, key string, pending bool) {
	if !p.all && !p.headline[v.Metric] {
		return
	}
	v.Key, v.Open = key, p.running || pending
	p.values = append(p.values, *v)
}

func (p *page) count(metric string, n int64, key string, pending bool) {
	v := measure.NewCount(metric, p.slot, n)
	p.add(&v, key, pending)
}

func (p *page) ratio(metric string, num, den int64, key string, pending bool) {
	v := measure.NewRatio(metric, p.slot, num, den)
	p.add(&v, key, pending)
}

// interval keeps an interval among others: there are many.
func (p *page) interval(i measure.Interval) *measure.Interval {
	if len(p.intervals) == cap(p.intervals) {
		p.intervals = make([]measure.Interval, 0, 64)
	}
	p.intervals = append(p.intervals, i)
	return &p.intervals[len(p.intervals)-1]
}

// reach adds the counts of units down the funnel. They wait for the open units
// that may still get there.
func (p *page) reach(t Tally) {
	k := p.stages()
	open, entered := t.by(openAt), t.by(enteredAt)
	some := open.sum(0) > 0
	var shallower int64 // open units that came less far than j
	for j := crm.Stage(1); j <= k+1; j++ {
		shallower += open.at(j - 1)
		n := entered.at(j)
		if j > k {
			n = t[unitsWon]
		}
		p.count("funnel.reached", t.reached(j), p.keys[j], shallower > 0)
		p.count("funnel.entered", n, p.keys[j], some)
		p.count("funnel.ordered", t.by(orderedAt).sum(j), p.keys[j], some)
	}
	if p.seen.cash {
		p.reachedCash(t, some)
	}
	p.count("funnel.born_late", t[unitsLate], "", false)
	late := measure.NewRatio("funnel.late_entry_share", p.slot, t[unitsLateEntry], t.units())
	p.wilson(&late)
	p.add(&late, "", false)
	p.ratio("funnel.regression_rate", t[regressions], t.units(), "", some)
}

// steps adds what became of the units that reached each stage: advanced, lost
// there, or open there.
func (p *page) steps(t Tally) {
	some := t.by(openAt).sum(0) > 0
	for j := crm.Stage(1); j <= p.stages(); j++ {
		n, open := t.reached(j), t.by(openAt).at(j)
		p.share("funnel.step_conversion", t.reached(j+1), n, open, p.keys[j])
		p.share("funnel.drop_off", t.by(lostAt).at(j), n, open, p.keys[j])
		p.ratio("funnel.overdue_share", t.by(overdueAt).at(j), n, p.keys[j], open > 0)
		p.ratio("funnel.skip_rate", t.by(skippedAt).at(j), n, p.keys[j], some)
	}
}

// Flags of values; nobody writes to them.
var (
	immature = []string{"immature"}
	noAmount = []string{"no_amount"}
)

// share adds k of n units: with Wilson's interval once no unit is open in the
// stage; before that flagged immature, between the bounds that the open ones
// allow.
func (p *page) share(metric string, k, n, open int64, key string) {
	p.shareOf(measure.NewRatio(metric, p.slot, k, n), open, key)
}

// shareOf is share of a ratio that may have flags of its own.
func (p *page) shareOf(v measure.Value, open int64, key string) {
	k, n := v.Num, v.Den
	switch {
	case n > 0 && open > 0:
		if v.Flags == nil {
			v.Flags = immature // one for all: there are many
		} else {
			v = v.Flag(true, immature[0])
		}
		v.Bounds = p.interval(measure.Closed(float64(k)/float64(n), float64(k+open)/float64(n)))
	case n > 0:
		p.wilson(&v)
	}
	p.add(&v, key, open > 0)
}

// wilson adds the score interval of a ratio of counts.
func (p *page) wilson(v *measure.Value) {
	if ci, ok := measure.Wilson(v.Num, v.Den); ok {
		v.CI, v.Method = p.interval(ci), "wilson"
	}
}

// closes adds the wins and losses of the period.
func (p *page) closes(t Tally) {
	won, lost := t[closedWon], t[closedLost]
	p.count("funnel.won", won, "", false)
	p.count("funnel.lost", lost, "", false)
	amount := measure.NewMoney("funnel.won_amount", p.slot, t[wonAmount], p.currency)
	if t[wonBlank] > 0 {
		amount.Flags = noAmount
	}
	amount.N = won - t[wonBlank]
	p.add(&amount, "", false)
	rate := measure.NewRatio("funnel.win_rate_count", p.slot, won, won+lost)
	p.wilson(&rate)
	p.add(&rate, "", false)
	value := measure.NewRatio("funnel.win_rate_value", p.slot, t[wonAmount], t[wonAmount]+t[lostAmount])
	if t[wonBlank]+t[lostBlank] > 0 {
		value.Flags = noAmount
	}
	value.N = won + lost - t[wonBlank] - t[lostBlank]
	p.add(&value, "", false)
}

// stands adds the state on the as-of day, the same for every current period:
// per stage, and under no key the total.
func (p *page) stands() {
	if len(p.standing) > 0 {
		p.again(p.standing)
		return
	}
	from := len(p.values)
	var s Standing
	var days [][]float64
	if p.scope != nil {
		s, days = p.scope.Standing, p.scope.stalled
	}
	if s == nil {
		s = make(Standing, int(standings)*len(p.keys))
	}
	var all []float64
	for j := crm.Stage(1); j <= p.stages(); j++ {
		var of []float64
		if days != nil {
			of = days[j]
		}
		p.stand(p.keys[j], func(n standingBy) int64 { return s.by(n).at(j) }, of)
		all = append(all, of...)
	}
	p.stand("", func(n standingBy) int64 { return s.by(n).sum(0) }, all)
	p.standing = p.values[from:]
}

// again adds the values of another current period to this one.
func (p *page) again(values []measure.Value) {
	for _, v := range values {
		v.Slot, v.Open = p.slot, p.running
		p.values = append(p.values, v)
	}
}

// stand adds what stands in one stage, or in all: days are those of the stalled
// deals.
func (p *page) stand(key string, of func(standingBy) int64, days []float64) {
	p.count("funnel.open", of(standOpen), key, false)
	amount := p.money("funnel.open_amount", of(standOpen), of(standAmount), of(standBlank))
	p.add(&amount, key, false)
	if !p.history {
		return
	}
	p.count("funnel.stalled", of(standStalled), key, false)
	amount = p.money("funnel.stalled_amount", of(standStalled), of(standStalledAmount), of(standStalledBlank))
	p.add(&amount, key, false)
	median := measure.Value{Metric: "funnel.stalled_median_days", Slot: p.slot}
	if m, ok := measure.Median(days); ok {
		median = measure.NewReal(median.Metric, p.slot, m)
	}
	median.N = int64(len(days))
	p.add(&median, key, false)
}

// money is an amount over n deals of which blank have none; where all have none
// it is no data, not 0.
func (p *page) money(metric string, n, minor, blank int64) measure.Value {
	v := measure.NewMoney(metric, p.slot, minor, p.currency)
	if blank > 0 {
		v.Flags = noAmount
	}
	v.N, v.OK = n-blank, n == 0 || blank < n
	return v
}
