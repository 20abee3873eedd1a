package sample

import (
	"fmt"
	"sort"

	"crmreport/ingest/crm"
)

// The commission plans.
const (
	planBooking = "booking"
	planCash    = "cash"
	planLadder  = "ladder"
)

// role is a rep's part in the plot.
type role uint8

const (
	ordinary role = iota
	sandbagger
	writeOffRep
	leaver
	mover
	fakerSameMinute
	fakerManyPerDay
	fakerNight
	fakerDayOff
	fakerCopiedNotes
	fakerDailyRun
	dollarRep
)

// part is a team's part in the plot.
type part uint8

const (
	normalTeam part = iota
	shortOfVisits
	invalidVisits
	notSigning
	overconfident
)

type manager struct {
	id, name string
	hired    crm.Date
}

type region struct {
	manager
	name         string
	sixDay, cash bool
	ladder       bool // commission goes by brackets
	stuck        bool // deals stay in the proposal stage
	areas        []*area
}

type area struct {
	manager
	name   string
	region *region
	teams  []*team
}

func (a *area) path() string { return a.region.name + "/" + a.name }

type team struct {
	manager
	no   int
	name string
	area *area
	part part
	reps []*rep

	count    teamCount
	plan     teamPlan
	climbing []sale // under brackets
}

func (t *team) path() string { return t.area.path() + "/" + t.name }

// teamCount adds up what the reps of a team did in the plot quarter.
type teamCount struct {
	visits, failed, valid, unknown, signings int64
	repDays, leaveDays                       int64
}

func (c *teamCount) add(o teamCount) {
	c.visits += o.visits
	c.failed += o.failed
	c.valid += o.valid
	c.unknown += o.unknown
	c.signings += o.signings
	c.repDays += o.repDays
	c.leaveDays += o.leaveDays
}

type rep struct {
	no          int
	id, name    string
	team        *team
	role        role
	plan        string
	hired, left crm.Date
	heir        *rep // takes over when the rep leaves

	next    *team // the mover's second team
	movedOn crm.Date

	inherited []bequest
	pay       []int64 // commission by month of window.payroll
}

func (r *rep) teamOn(d crm.Date) *team {
	if r.next != nil && d >= r.movedOn {
		return r.next
	}
	return r.team
}

func (r *rep) active(d crm.Date) bool {
	return d >= r.hired && (r.left == crm.NoDate || d <= r.left)
}

type org struct {
	head    manager
	regions []*region
	areas   []*area
	teams   []*team
	width   int  // digits of a rep number
	last    *rep // the first who works on the last day: sees to a row of that date
}

// newOrg draws the people and gives out the parts.
func newOrg(g *generator) *org {
	d := newDice(g.o.Seed, 2)
	o := &org{width: max(4, len(fmt.Sprint(g.o.Reps)))}
	person := func(prefix string, width, no int) manager {
		return manager{fmt.Sprintf("%s%0*d", prefix, width, no), g.words.person(d), g.w.old - crm.Date(d.between(30, 2500))}
	}
	o.head = person("H", 1, 1)
	nTeams := (g.o.Reps + 9) / 10
	for i, n := range o.spread(nTeams) {
		c := cities()[i]
		r := &region{manager: person("G", 1, i+1), name: c.region}
		o.regions = append(o.regions, r)
		nAreas := max(1, n/3)
		if n > 12 {
			nAreas = max(4, (n+7)/8)
		}
		for k := range nAreas {
			a := &area{manager: person("A", 2, len(o.areas)+1), name: c.names[k%len(c.names)], region: r}
			if k >= len(c.names) {
				a.name += fmt.Sprintf("%d区", k/len(c.names)+1)
			}
			for j := range n*(k+1)/nAreas - n*k/nAreas {
				t := &team{manager: person("S", 3, len(o.teams)+1), no: len(o.teams), name: numeral(j+1) + "组", area: a}
				a.teams = append(a.teams, t)
				o.teams = append(o.teams, t)
			}
			r.areas = append(r.areas, a)
			o.areas = append(o.areas, a)
		}
	}
	no := 0
	for i, t := range o.teams {
		for range g.o.Reps*(i+1)/nTeams - g.o.Reps*i/nTeams {
			no++
			t.reps = append(t.reps, &rep{no: no, id: fmt.Sprintf("R%0*d", o.width, no), name: g.words.person(d), team: t,
				plan: planBooking, hired: g.w.old - crm.Date(d.between(1, 2000)), left: crm.NoDate})
		}
	}
	o.cast(g, d)
	return o
}

// spread gives each region its number of teams: one at least, the rest by
// weight with the largest remainders.
func (o *org) spread(teams int) []int {
	all := cities()
	k := min(len(all), (teams+1)/2)
	sum := 0
	for _, c := range all[:k] {
		sum += c.weight
	}
	n := make([]int, k)
	rest := teams - k
	order := make([]int, k)
	given := 0
	for i := range n {
		n[i] = 1 + rest*all[i].weight/sum
		given += n[i]
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool {
		return rest*all[order[a]].weight%sum > rest*all[order[b]].weight%sum
	})
	for i := 0; given < teams; i, given = i+1, given+1 {
		n[order[i%k]]++
	}
	return n
}

// byRegion returns the teams so that neighbours lie in different regions: the
// first of every region, then the second of every region, and so on.
func (o *org) byRegion() []*team {
	var out []*team
	for round := 0; len(out) < len(o.teams); round++ {
		for _, r := range o.regions {
			seen := 0
			for _, a := range r.areas {
				for _, t := range a.teams {
					if seen == round {
						out = append(out, t)
					}
					seen++
				}
			}
		}
	}
	return out
}

// cast gives regions, teams and reps their parts, as far as they fit.
func (o *org) cast(g *generator, d dice) {
	absent := func(what, why string) { g.truth.Absent = append(g.truth.Absent, what+": "+why) }
	if n := len(o.regions); n >= 2 {
		o.regions[1].sixDay = true
		cash := o.regions[min(4, n-1)]
		cash.cash = true
		g.truth.SixDayRegion, g.truth.CashRegion = o.regions[1].name, cash.name
		if !o.regions[1].cash {
			o.regions[1].ladder = true
			g.truth.Ladder = &LadderTruth{Region: o.regions[1].name}
		}
	} else {
		absent("six-day region, region on the cash plan", "one region only")
	}
	room := g.w.plotTo-g.w.plotFrom+1 >= plotDays
	order := o.byRegion()
	parts := []part{shortOfVisits, invalidVisits, notSigning, overconfident}
	fit := min(len(parts), len(order)/2)
	if !room {
		fit = 0
		absent("everything that unfolds in a quarter", fmt.Sprintf("fewer than %d days of a quarter", plotDays))
	}
	for i, p := range parts {
		if i < fit {
			order[i].part = p
		} else {
			absent([]string{"ShortOfVisits", "Invalid", "NotSigning", "Overconfident"}[i], "too few teams, or no room in the quarter")
		}
	}
	if n := len(o.regions); room && n >= 2 {
		o.regions[n-1].stuck = true
		g.truth.Stalled = &StalledTruth{Region: o.regions[n-1].name}
	} else {
		absent("Stalled", "one region only, or no room in the quarter")
	}
	for _, t := range o.teams {
		for _, r := range t.reps {
			switch {
			case t.area.region.cash:
				r.plan = planCash
			case t.area.region.ladder:
				r.plan = planLadder
			}
		}
	}
	if room {
		o.castReps(g, order[fit:], absent)
	}
	o.turnover(g, d)
	for _, t := range o.teams {
		for _, r := range t.reps {
			if o.last == nil && r.active(g.w.end) {
				o.last = r
			}
		}
	}
}

// castReps gives the rep parts to reps of normal teams, one team after the
// other, at most half of the reps there.
func (o *org) castReps(g *generator, teams []*team, absent func(what, why string)) {
	names := []string{"", "Sandbagger", "WriteOff", "Leaver", "Mover", "faker: same minute", "faker: many per day",
		"faker: night", "faker: days off", "faker: copied notes", "faker: daily run", "dollar contracts"}
	n := 0
	for _, t := range teams {
		n += len(t.reps)
	}
	quota := n / 2
	var used int
	give := func(p role, ok func(*rep) bool) *rep {
		for round := range 10 {
			for i := range teams {
				t := teams[(used+i)%len(teams)]
				if round >= len(t.reps) || quota == 0 {
					continue
				}
				if r := t.reps[round]; r.role == ordinary && ok(r) {
					r.role = p
					r.hired = min(r.hired, g.w.old-1)
					used, quota = used+i+1, quota-1
					return r
				}
			}
		}
		absent(names[p], "too few reps or teams")
		return nil
	}
	anyone := func(*rep) bool { return true }
	booking := func(r *rep) bool { return r.plan == planBooking }
	give(writeOffRep, booking)
	give(sandbagger, anyone)
	if r := give(leaver, func(r *rep) bool { return booking(r) && len(r.team.reps) >= 4 }); r != nil {
		days := int(g.w.end-g.w.from) + 1
		r.left = g.cal.onOrBefore(r.team.area.region.sixDay, g.w.from+crm.Date(days*6/10))
	}
	for p := fakerSameMinute; p <= fakerDailyRun; p++ {
		give(p, anyone)
	}
	if r := give(mover, func(r *rep) bool { return o.secondTeam(r, teams) != nil }); r != nil {
		r.next = o.secondTeam(r, teams)
		r.movedOn = g.cal.onOrAfter(r.team.area.region.sixDay, g.w.plotFrom+(g.w.plotTo-g.w.plotFrom)/2)
	}
	if g.o.Reps >= 50 {
		for range 3 {
			give(dollarRep, func(r *rep) bool { return r.plan != planLadder })
		}
	}
}

// secondTeam returns a team that r can move to: normal, another one, of the
// same working week and plan; of the own region where there is one.
func (o *org) secondTeam(r *rep, teams []*team) *team {
	var other *team
	for _, t := range teams {
		if t == r.team || t.area.region.sixDay != r.team.area.region.sixDay || t.area.region.cash != r.team.area.region.cash {
			continue
		}
		if t.area.region == r.team.area.region {
			return t
		}
		if other == nil {
			other = t
		}
	}
	return other
}

// turnover lets a few ordinary reps of normal teams leave or join, and names
// an heir for everybody who leaves.
func (o *org) turnover(g *generator, d dice) {
	days := int(g.w.end-g.w.from) + 1
	for _, t := range o.teams {
		if t.part != normalTeam || len(t.reps) < 4 {
			continue
		}
		leaving := 0
		for _, r := range t.reps {
			if r.left != crm.NoDate {
				leaving++
			}
		}
		six := t.area.region.sixDay
		for _, r := range t.reps {
			if r.role != ordinary || days < 60 {
				continue
			}
			switch d.weighted(93, 3, 4) {
			case 1:
				if leaving < 2 {
					leaving++
					r.left = g.cal.onOrBefore(six, g.w.from+crm.Date(d.between(25, days-25)))
					r.hired = min(r.hired, g.w.old-1)
				}
			case 2:
				r.hired = g.cal.onOrAfter(six, g.w.from+crm.Date(d.between(7, days*7/10)))
			}
		}
		for i, r := range t.reps {
			for k := 1; r.left != crm.NoDate && k < len(t.reps); k++ {
				h := t.reps[(i+k)%len(t.reps)]
				if h.left == crm.NoDate && h.hired <= r.left && h.role == ordinary {
					r.heir = h
					break
				}
			}
			if r.heir == nil && r.role == ordinary {
				r.left = crm.NoDate // nobody to take over: stays
			}
		}
	}
}

// writeManagers writes the head, the regional and area managers and the
// supervisors.
func (g *generator) writeManagers() {
	t := g.out[tReps]
	row := func(m manager, role, team, area, region, boss string) {
		t.raw(m.id)
		t.text(m.name)
		t.raw(role)
		t.none(1)
		t.raw(team)
		t.raw(area)
		t.raw(region)
		t.raw(boss)
		t.date(m.hired)
		t.none(1)
		t.date(m.hired)
		t.none(1)
		t.end()
	}
	o := g.org
	row(o.head, "head", "", "", "", "")
	for _, r := range o.regions {
		row(r.manager, "regional_manager", "", "", r.name, o.head.id)
	}
	for _, a := range o.areas {
		row(a.manager, "area_manager", "", a.name, a.region.name, a.region.id)
	}
	for _, m := range o.teams {
		row(m.manager, "supervisor", m.name, m.area.name, m.area.region.name, m.area.id)
	}
}

// writeRepRows writes one row for a seller, two for the one who moved.
func (g *generator) writeRepRows(r *rep) {
	t := g.out[tReps]
	row := func(m *team, from, to crm.Date) {
		t.raw(r.id)
		t.text(r.name)
		t.raw("rep")
		t.raw(r.plan)
		t.raw(m.name)
		t.raw(m.area.name)
		t.raw(m.area.region.name)
		t.raw(m.id)
		t.date(r.hired)
		t.date(r.left)
		t.date(from)
		t.date(to)
		t.end()
	}
	if r.next != nil {
		row(r.team, r.hired, r.movedOn-1)
		row(r.next, r.movedOn, crm.NoDate)
		return
	}
	row(r.team, r.hired, r.left)
}
