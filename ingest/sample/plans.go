package sample

import (
	"math/big"

	"crmreport/ingest/crm"
)

// thousand is the step of a forecast, in minor units.
const thousand = 1000 * yuan

// measures are what targets are set for, in the order of goal.
func measures() [6]string {
	return [6]string{"new_amount", "renewal_amount", "new_customers", "renewal_customers", "visits", "valid_visits"}
}

// goal holds one value a measure; amounts in whole currency units.
type goal [6]int64

func (g *goal) add(o goal) {
	for i := range g {
		g[i] += o[i]
	}
}

// teamPlan is what the levels above a team need to know of it.
type teamPlan struct {
	goals              []goal  // by month of window.targets
	forecast, handedUp []int64 // by month of window.months
	actual             []int64
	days               DayTruth
}

// planBook writes targets, forecasts and confidence.
type planBook struct {
	*generator
}

func newPlanBook(g *generator) *planBook {
	for _, t := range g.org.teams {
		t.plan = teamPlan{goals: make([]goal, len(g.w.targets)), forecast: make([]int64, len(g.w.months)),
			handedUp: make([]int64, len(g.w.months)), actual: make([]int64, len(g.w.months))}
	}
	return &planBook{g}
}

// writeGoals writes a scope's targets for its months, and for the quarters all
// of whose months have one.
func (p *planBook) writeGoals(scope string, goals []goal) {
	t := p.out[tTargets]
	row := func(period string, g goal) {
		for k, m := range measures() {
			t.raw(period)
			t.text(scope)
			t.raw(m)
			t.int(g[k])
			t.end()
		}
	}
	var quarter goal
	n := 0
	for i, m := range p.w.targets {
		row(m.Name, goals[i])
		q := crm.Fiscal{}.Period(crm.Quarter, m.Start)
		if m.Start == q.Start {
			quarter, n = goal{}, 0
		}
		quarter.add(goals[i])
		if n++; n == 3 && m.End == q.End {
			row(q.Name, quarter)
		}
	}
}

// closeTeam writes what is said about a team once its reps are written.
func (p *planBook) closeTeam(t *team) { p.writeGoals(t.path(), t.plan.goals) }

// closeCompany writes the units above the teams, and the upper levels of the
// confidence cascade.
func (p *planBook) closeCompany() {
	sum := make([]goal, len(p.w.targets))
	for _, r := range p.org.regions {
		inRegion := make([]goal, len(p.w.targets))
		for _, a := range r.areas {
			inArea := make([]goal, len(p.w.targets))
			for _, t := range a.teams {
				for i := range inArea {
					inArea[i].add(t.plan.goals[i])
				}
			}
			p.writeGoals(a.path(), inArea)
			for i := range inRegion {
				inRegion[i].add(inArea[i])
			}
		}
		p.writeGoals(r.name, inRegion)
		for i := range sum {
			sum[i].add(inRegion[i])
		}
	}
	p.writeGoals("company", sum)
	p.cascade()
	p.overconfidence()
}

// cascade writes the indices above the supervisors: area managers first, then
// regional managers, then the head, each before the freeze.
func (p *planBook) cascade() {
	d := newDice(p.o.Seed, 3)
	for _, r := range p.org.regions {
		for _, a := range r.areas {
			for _, t := range a.teams {
				p.indices(d, r.sixDay, t.id, a.id, t.part == overconfident, 1005, 565)
			}
		}
	}
	for _, r := range p.org.regions {
		for _, a := range r.areas {
			p.indices(d, r.sixDay, a.id, r.id, false, 1040, 580)
		}
	}
	for _, r := range p.org.regions {
		p.indices(d, r.sixDay, r.id, p.org.head.id, false, 1065, 590)
	}
}

// indices writes what boss gives subject for each month and week; one is 1
// throughout. month and week are minutes of the day.
func (p *planBook) indices(d dice, six bool, subject, boss string, one bool, month, week int) {
	index := func() string {
		if one {
			return "1"
		}
		return hundredths(int64(min(max(100+d.noise(3), 85), 115)))
	}
	for _, m := range p.w.months {
		if on := p.cal.onOrAfter(six, m.Start); on <= p.w.end {
			p.confidence(m.Name, subject, boss, index(), on, month)
		}
	}
	for _, w := range p.w.weeks {
		p.confidence(w.Name, subject, boss, index(), w.Start, week)
	}
}

func (p *planBook) confidence(period, subject, by, index string, on crm.Date, minute int) {
	t := p.out[tConfidence]
	t.raw(period)
	t.raw(subject)
	t.raw(by)
	t.raw(index)
	t.stamp(on, minute)
	t.end()
}

// hundredths writes n/100 without trailing zeros.
func hundredths(n int64) string { return crm.Decimal(n * int64(crm.One) / 100).String() }

// overconfidence fills in the truth about the supervisor whose index is
// always too high.
func (p *planBook) overconfidence() {
	for _, t := range p.org.teams {
		if t.part != overconfident {
			continue
		}
		x := &OverconfidentTruth{Unit: t.path(), Supervisor: t.id, Index: "1.3"}
		for i, m := range p.w.months {
			if m.End <= p.w.end+1 {
				x.Months = append(x.Months, HandedUp{m.Name, t.plan.forecast[i], t.plan.handedUp[i], t.plan.actual[i]})
			}
		}
		x.Days = t.plan.days
		p.truth.Overconfident = x
	}
}

// planRep writes the targets of the rep, what the rep forecasts and what the
// supervisor thinks of it.
func (s *seller) planRep() {
	s.targets()
	f := forecaster{seller: s, dev: []int{50, 70, 110, 220}[s.weighted(35, 35, 20, 10)], usual: 1000}
	switch {
	case s.rep.role == sandbagger:
		f.exact, f.dev, f.usual = true, 15, 600
	case s.rep.team.part == overconfident:
		f.exact, f.dev, f.usual = true, 25, 1333
	}
	var said []Forecasted
	for i, m := range s.w.months {
		if m.Start >= s.rep.hired-10 {
			said = append(said, f.month(i, m)...)
		}
	}
	if s.rep.role == sandbagger && len(said) > 0 {
		s.truth.Sandbagger = &SandbaggerTruth{Rep: s.rep.id, Unit: s.rep.team.path(), Months: said}
	}
	for _, w := range s.w.weeks {
		f.week(w)
	}
	for _, d := range s.w.workdays {
		f.day(d)
	}
}

// targets sets goals from the working days and from what is due.
func (s *seller) targets() {
	goals := make([]goal, len(s.w.targets))
	any := false
	for i, m := range s.w.targets {
		if !s.rep.active(m.Start) {
			continue
		}
		any = true
		days := int64(s.cal.count(s.six, m.Start, m.End-1))
		due := s.due[m.Name]
		signings := max(1, (2*days+4)/8)
		goals[i] = goal{signings * 44000, due.amount * 85 / 100 / thousand * 1000, signings, due.count * 85 / 100, 8 * days, 2 * days}
		s.rep.teamOn(m.Start).plan.goals[i].add(goals[i])
	}
	if any {
		s.plan.writeGoals(s.rep.id, goals)
	}
}

// forecaster says what a rep says: the truth with honest noise.
type forecaster struct {
	*seller
	dev   int  // deviation of the noise, permille
	usual int  // forecast per 1000 of actual
	exact bool // never late, never missing, by plan
}

// signed is what the rep signs in [from, to).
func (f *forecaster) signed(from, to crm.Date) int64 {
	var sum int64
	for d := max(from, f.w.from); d < min(to, f.w.end+1); d++ {
		sum += f.actual[d-f.w.from]
	}
	return sum
}

// guess is a forecast of actual, in steps of a thousand.
func (f *forecaster) guess(actual int64, dev int) int64 {
	g := actual / 1000 * int64(f.usual+f.noise(dev)) / 1000
	return max(0, (g*1000+thousand/2)/thousand*thousand)
}

// submit writes one submission unless its time is still to come.
func (f *forecaster) submit(period string, on crm.Date, minute int, amount int64) bool {
	if on > f.w.end {
		return false
	}
	t := f.out[tForecasts]
	t.raw(period)
	t.raw(f.rep.id)
	if !f.exact && f.chance(10) {
		t.raw(f.rep.teamOn(on).id)
	} else {
		t.raw(f.rep.id)
	}
	t.stamp(on, minute)
	t.money(amount)
	t.none(1)
	t.end()
	return true
}

// month writes the forecast of a month, its revisions and the index, and
// returns what counts when the month is over.
func (f *forecaster) month(i int, m crm.Period) []Forecasted {
	on := f.cal.onOrAfter(f.six, m.Start)
	if !f.rep.active(on) || on > f.w.end {
		return nil
	}
	actual := f.signed(m.Start, m.End)
	expected := actual
	if m.End > f.w.end+1 { // running: as if it went on like this
		all, done := f.cal.count(f.six, m.Start, m.End-1), f.cal.count(f.six, m.Start, f.w.end)
		expected = actual / int64(max(done, 1)) * int64(all)
	}
	amount := f.guess(expected, f.dev)
	tp := &f.rep.teamOn(on).plan
	tp.forecast[i] += amount
	tp.actual[i] += actual
	handed := new(big.Rat).Mul(big.NewRat(amount, 1), big.NewRat(13, 10))
	tp.handedUp[i] += crm.RoundHalfUp(handed)
	late := 0
	if !f.exact {
		late = f.weighted(93, 4, 3)
	}
	switch late {
	case 0:
		f.submit(m.Name, on, f.between(540, 930), amount)
	case 1:
		f.submit(m.Name, on, f.between(1085, 1300), amount)
	}
	if late == 0 || late == 1 {
		f.index(m.Name, on, f.between(940, 995))
	}
	if !f.exact && late < 2 && f.chance(300) {
		f.revise(m, on, expected)
	}
	if m.End > f.w.end+1 {
		return nil
	}
	return []Forecasted{{m.Name, amount, actual}}
}

// revise writes later submissions that come closer to the truth.
func (f *forecaster) revise(m crm.Period, first crm.Date, expected int64) {
	for k := range f.weighted(70, 30) + 1 {
		on := f.cal.onOrAfter(f.six, first+crm.Date(8+8*k+f.IntN(4)))
		if on < m.End {
			f.submit(m.Name, on, f.between(600, 1100), f.guess(expected, f.dev/(2+k)))
		}
	}
}

// index writes what the supervisor gives the rep.
func (f *forecaster) index(period string, on crm.Date, minute int) {
	tm := f.rep.teamOn(on)
	v := int64(100 + f.noise(4)/5*5)
	switch {
	case tm.part == overconfident:
		v = 130
	case f.dev > 200:
		v -= 15
	}
	if tm.part != overconfident && f.chance(20) {
		return // forgotten
	}
	f.plan.confidence(period, f.rep.id, tm.id, hundredths(v), on, minute)
}

// week writes the forecast of a week: on its Monday before ten, on a holiday
// the working day before.
func (f *forecaster) week(w crm.Period) {
	if !f.rep.active(w.Start) {
		return
	}
	on, from, to := w.Start, 485, 535
	if !f.works(on) {
		on, from, to = f.cal.onOrBefore(f.six, on), 1020, 1200
	}
	amount := f.guess(f.signed(w.Start, w.End), f.dev*3/2)
	if amount == 0 && !f.exact && f.chance(400) {
		amount = f.guess(f.newAmount(), 200)
	}
	late := 0
	if !f.exact {
		late = f.weighted(93, 4, 3)
	}
	switch late {
	case 0:
		f.submit(w.Name, on, f.between(from, to), amount)
	case 1:
		f.submit(w.Name, w.Start, f.between(605, 900), amount)
	}
	if late < 2 {
		f.index(w.Name, w.Start, f.between(538, 560))
	}
}

// day writes the forecast of a day, the evening before.
func (f *forecaster) day(d crm.Date) {
	if !f.works(d) || !f.rep.active(d) {
		return
	}
	actual := f.signed(d, d+1)
	amount := f.guess(actual, f.dev)
	switch {
	case actual > 0 && f.chance(250):
		amount = 0
	case actual == 0 && f.chance(180):
		amount = f.guess(f.newAmount(), 200)
	}
	switch late := f.weighted(90, 5, 5); late {
	case 0:
		f.submit(d.String(), f.cal.onOrBefore(f.six, d-1), f.between(1140, 1350), amount)
		if f.w.plot.Contains(d) {
			f.rep.teamOn(d).plan.days.add(amount, actual)
		}
	case 1:
		f.submit(d.String(), d, f.between(500, 560), amount)
	}
}

func (t *DayTruth) add(forecast, actual int64) {
	off := max(actual-forecast, forecast-actual)
	t.Submitted++
	t.Forecast, t.Actual, t.Absolute = t.Forecast+forecast, t.Actual+actual, t.Absolute+off
	if 10*off <= forecast {
		t.Hits++
	}
}
