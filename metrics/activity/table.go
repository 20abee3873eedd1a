package activity

import (
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
	"crmreport/metrics/plan"
)

// table holds the sums of every scope, period by period.
type table struct {
	acc    *Acc
	frame  *measure.Frame
	number map[string]int32 // of a period, by its name
	sums   Ledger           // of every scope
	days   map[At]int64     // rostered days of sellers, likewise
	goals  [2]map[At]crm.Decimal
	next   bool // some visit says when the next contact is to be
}

// attained are the measures of targets that visits are held against, and what
// of the sums is.
var attained = [2]string{plan.Visits, plan.ValidVisits}

func newTable(a *Acc, f *measure.Frame) *table {
	t := &table{acc: a, frame: f, number: map[string]int32{}, sums: Ledger{}, days: map[At]int64{}}
	t.next = slices.ContainsFunc(a.book.Visits, func(v crm.Visit) bool { return v.Next != crm.LagUnknown })
	for i, p := range a.periods {
		t.number[p.Name] = int32(i)
	}
	for at, s := range a.Sums {
		t.above(at.Node, func(n crm.NodeNo) { t.sums.add(At{n, at.Period}, s) })
	}
	if !a.options.Lean {
		t.seats()
	}
	t.targets()
	return t
}

// above calls f for a rep's node alone, or for a unit and every unit above it.
func (t *table) above(n crm.NodeNo, f func(crm.NodeNo)) {
	f(n)
	for nodes := t.frame.Org.Nodes; nodes[n].Level != crm.RepLevel && nodes[n].Parent >= 0; {
		n = nodes[n].Parent
		f(n)
	}
}

// seats counts the rostered days. A day before the first visit of the export is
// nobody's missed one: it has no visits because it was not exported.
func (t *table) seats() {
	a := t.acc
	first := t.frame.AsOf + 1
	for i := range a.book.Visits {
		if at := a.book.Visits[i].At; at.Known() {
			first = min(first, at.Date())
		}
	}
	g := *t.frame
	g.Org = a.book.Org // of a part of a book: its own rep's seats alone
	var periods []crm.Period
	for _, p := range a.periods {
		if p.Start = max(p.Start, first); p.Start < p.End {
			periods = append(periods, p)
		}
	}
	plan.SeatDays(&g, periods, func(leaf crm.LeafNo, p crm.Period, n int64) {
		l, period := g.Org.Leaves[leaf], t.number[p.Name]
		if l.Node != l.Unit && a.now[period] {
			t.days[At{l.Node, period}] += n
		}
		t.above(l.Unit, func(s crm.NodeNo) { t.days[At{s, period}] += n })
	})
}

// targets reads what is asked from above.
func (t *table) targets() {
	if !t.acc.book.Has("targets") {
		return
	}
	all := plan.ReadTargets(t.acc.book)
	for i, m := range attained {
		t.goals[i] = map[At]crm.Decimal{}
		for _, p := range t.frame.Close() {
			for n, g := range all.Goals(p, min(p.End-1, t.frame.AsOf), m) {
				t.goals[i][At{n, t.number[p.Name]}] = g.Value
			}
		}
	}
}

// values appends what the sums of every scope and period come to: of a rep, the
// current periods and what says how it stands with the rep; of a unit
// everything, and the headline metrics for the periods before.
func (t *table) values(out *measure.Out) {
	var vs []measure.Value // of one slot
	none := &Sums{}
	for i, node := range t.frame.Org.Nodes {
		for _, p := range t.frame.Wanted(crm.NodeNo(i), true) {
			slot, at := measure.Slot{Scope: crm.NodeNo(i), Period: p}, At{crm.NodeNo(i), t.number[p.Name]}
			s, days := t.sums[at], t.days[at]
			rep := node.Level == crm.RepLevel
			if rep && !t.frame.IsCurrent(p) || s == nil && days == 0 && (rep || !t.frame.IsCurrent(p)) {
				continue
			}
			if s == nil {
				s = none
			}
			vs = t.headline(vs[:0], slot, s, days)
			if t.frame.Near(p) {
				vs = t.asked(vs, slot, s, days)
			}
			if t.frame.Near(p) && !rep {
				vs = t.further(vs, slot, s, days)
				vs = t.attainment(vs, slot, s)
			}
			for i := range vs {
				vs[i].Open = vs[i].Open || t.frame.Running(p)
			}
			out.Add(vs...)
		}
	}
}

// share is num of den, of which unknown more may be.
func share(id string, slot measure.Slot, num, unknown, den int64) measure.Value {
	v := measure.NewRatio(id, slot, num, den)
	if v.OK && unknown > 0 {
		b := measure.Closed(v.V, float64(num+unknown)/float64(den))
		v.Bounds = &b
	}
	return v
}

// headline appends the metrics that every scope has.
func (t *table) headline(out []measure.Value, slot measure.Slot, s *Sums, days int64) []measure.Value {
	rep := t.frame.Org.Nodes[slot.Scope].Level == crm.RepLevel
	out = append(out, share(standardID, slot, s.Met, s.MetMaybe-s.Met, days),
		measure.NewRatio(perDayID, slot, s.Visits, days).Flag(s.OffDay > 0, "off_day"),
		share(freshID, slot, s.Fresh, s.EntryUnknown, s.Visits))
	if s.Drawn+s.Unstated > 0 || !rep {
		out = append(out, t.failRate(slot, s))
	}
	if t.frame.Near(slot.Period) && (s.Audited > 0 || !rep) {
		out = append(out, measure.NewRatio(auditRateID, slot, s.Audited, s.Rows))
	}
	if t.frame.Near(slot.Period) && (s.OffDay > 0 || !rep) {
		out = append(out, measure.NewCount(offDayID, slot, s.OffDay))
	}
	return out
}

// failRate is the share of visits drawn at random that failed. Where nobody says
// how they were drawn there is no interval: they may be those that somebody
// doubted.
func (t *table) failRate(slot measure.Slot, s *Sums) measure.Value {
	v := measure.NewRatio(failRateID, slot, s.DrawnFailed+s.UnstatedFailed, s.Drawn+s.Unstated)
	if ci, ok := measure.Wilson(v.Num, v.Den); ok && s.Unstated == 0 {
		v = v.With(ci, "wilson")
	}
	return v.Flag(s.Unstated > 0, "selection_unstated")
}

// asked appends the days on which each condition was met.
func (t *table) asked(out []measure.Value, slot measure.Slot, s *Sums, days int64) []measure.Value {
	if days == 0 && t.frame.Org.Nodes[slot.Scope].Level == crm.RepLevel && !t.acc.options.Lean {
		return out
	}
	for i, c := range t.acc.standards.all {
		var met, maybe int64
		if i < len(s.Asked) {
			met, maybe = s.Asked[i], s.AskedMaybe[i]
		}
		out = append(out, share(askedID, slot, met, maybe-met, days).Keyed("condition="+c.String()))
	}
	return out
}

// further appends what only units have.
func (t *table) further(out []measure.Value, slot measure.Slot, s *Sums, days int64) []measure.Value {
	hours := int64(t.acc.options.HoursPerDay) * days
	out = append(out, share(perHourID, slot, s.Valid, s.Unknown, hours),
		measure.NewRatio(firstPerDayID, slot, s.Works[workNew], days),
		measure.NewCount(targetedID, slot, s.TargetedFailed),
		share(plannedID, slot, s.Planned, s.Visits-s.Filled[fieldPlanned], s.Visits),
		measure.NewRatio(oneWorkID, slot, s.OneWork, s.Busy),
		measure.NewRatio(followUpID, slot, s.Since, s.Again))
	if t.next {
		out = append(out, share(tomorrowID, slot, s.Tomorrow, s.TomorrowMaybe, days))
	}
	for f, n := range s.Filled {
		den := s.Visits
		if field(f) == fieldNext {
			den = s.Valid
		}
		out = append(out, measure.NewRatio(filledID, slot, n, den).Keyed("field="+fieldWords[f]))
	}
	for w, n := range s.Works {
		out = append(out, measure.NewRatio(mixID, slot, n, s.Visits).Keyed("kind="+workWords[w]))
	}
	if t.acc.book.Has("grades") {
		for g, n := range s.Grades {
			out = append(out, measure.NewRatio(visitedID, slot, n, s.Visits).Keyed("grade="+gradeWords[g]))
		}
		out = append(out, measure.NewRatio(backupID, slot, s.PlannedB, s.PlannedA))
	}
	return out
}

// attainment appends visits against their targets.
func (t *table) attainment(out []measure.Value, slot measure.Slot, s *Sums) []measure.Value {
	actual := [2]int64{s.Visits, s.Valid}
	for i, m := range attained {
		if goal, ok := t.goals[i][At{slot.Scope, t.number[slot.Period.Name]}]; ok && goal > 0 {
			out = append(out, measure.NewNanoRatio(attainedID, slot, actual[i]*int64(crm.One), int64(goal)).Keyed("measure="+m))
		}
	}
	return out
}
