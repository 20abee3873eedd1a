package conversion

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
	"crmreport/metrics/plan"
)

// Compute computes the family over the journeys of b. Without a visits table
// there are no visits and no ratios; without contracts, no signings.
func Compute(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("visits") && !b.Has("contracts") {
		return measure.Result{}
	}
	e, f := newEnv(b), f.ByOwnCalendar()
	acc := fold.Journeys(b, func() *Acc { return newAcc(e, f, o) })
	t := newTable(b, f, o, acc)
	return measure.Result{Values: t.values(), Lists: t.lists(acc), Warnings: t.warnings(acc), Series: acc.series(f)}
}

// sums is everything additive of a slot.
type sums struct {
	Visits
	Signed
	days    int64 // of the plan
	refuted int64 // visits that failed their audit only after the period ended
}

// Plus adds field by field.
func (s sums) Plus(t sums) sums {
	return sums{s.Visits.Plus(t.Visits), s.Signed.Plus(t.Signed), s.days + t.days, s.refuted + t.refuted}
}

// restated reports whether a number of both visits and signings has changed
// since the period ended.
func (s sums) restated() bool { return s.Voided > 0 || s.refuted > 0 }

func (s sums) factors() Factors {
	return Factors{float64(s.Visits.Visits), float64(s.Valid), float64(s.Signings) / float64(crm.One)}
}

// table holds the sums of every leaf and of every scope.
type table struct {
	book      *crm.Book
	frame     *measure.Frame
	options   Options
	visited   bool // there is a visits table
	contracts bool // there is a contracts table
	periods   []crm.Period
	number    map[string]int // of a period, by its name
	leaves    map[crm.LeafNo]fold.Row[sums]
	scopes    map[crm.NodeNo]fold.Row[sums]
	visits    fold.Cells[DayVisits]
	entries   *entries
	lags      *lagged
	goals     goals
	closed    []crm.Period
	courses   *courses // where there are goals
	common    *string  // the region whose calendar is the company's, too
	rankings  map[crm.Period]*ranking
	planOf    map[crm.Period]map[crm.NodeNo]need
	garwood   measure.Garwoods
}

// at returns the sums of a row in a period, nothing where either is not there.
func (t *table) at(r fold.Row[sums], p crm.Period) (sums, bool) {
	n, known := t.number[p.Name]
	if !known {
		return sums{}, false
	}
	return r.At(n)
}

func newTable(b *crm.Book, f *measure.Frame, o Options, a *Acc) *table {
	t := &table{book: b, frame: f, options: o, visited: b.Has("visits"), contracts: b.Has("contracts"),
		periods: a.periods, number: map[string]int{}, leaves: map[crm.LeafNo]fold.Row[sums]{},
		visits: a.Visits, entries: newEntries(f, a.Entered), goals: readGoals(b, f), rankings: map[crm.Period]*ranking{},
		planOf: map[crm.Period]map[crm.NodeNo]need{}}
	if t.goals != nil {
		t.closed, t.courses = closed(f), newCourses(a)
	}
	for i, p := range t.periods {
		t.number[p.Name] = i
	}
	a.Visits.Stretches(a.days, func(leaf crm.LeafNo, in []int, v DayVisits) { t.add(leaf, in, v.whole()) })
	a.Rest.Stretches(a.days, func(leaf crm.LeafNo, in []int, v DayRest) { t.add(leaf, in, v.whole()) })
	for leaf, its := range a.Signed {
		row := t.leaf(leaf)
		for p, s := range its {
			if s != (Signed{}) {
				row.To(p).Signed = s
			}
		}
	}
	if t.planned() {
		plan.SeatDays(f, f.Close(), func(leaf crm.LeafNo, p crm.Period, n int64) { t.leaf(leaf).To(t.number[p.Name]).days += n })
	}
	t.refute(a)
	t.scopes = fold.RollUp(t.leaves, f.Org)
	return t
}

// refute marks the periods that had ended when one of their visits failed its
// audit, by the last audit of each visit.
func (t *table) refute(a *Acc) {
	last := map[crm.Pos]*crm.Audit{}
	for i := range t.book.Audits {
		x := &t.book.Audits[i]
		if was := last[x.VisitAt]; x.VisitOn.Known() && (was == nil || was.Date <= x.Date) {
			last[x.VisitAt] = x
		}
	}
	for _, x := range last {
		if !x.Failed {
			continue
		}
		leaf := t.frame.Org.Leaf(x.Rep, x.VisitOn)
		for _, p := range a.days.Of(leaf, x.VisitOn) {
			if x.Date >= t.periods[p].End {
				t.leaf(leaf).To(p).refuted++
			}
		}
	}
}

// leaf is the row of a leaf.
func (t *table) leaf(l crm.LeafNo) fold.Row[sums] {
	r := t.leaves[l]
	if r == nil {
		r = make(fold.Row[sums], len(t.periods))
		t.leaves[l] = r
	}
	return r
}

func (t *table) add(l crm.LeafNo, in []int, v Visits) {
	row := t.leaf(l)
	for _, p := range in {
		s := row.To(p)
		s.Visits = s.Visits.Plus(v)
	}
}

// planned reports whether there is a plan: visits to hold against it and rows
// of reps that say who was there to make them.
func (t *table) planned() bool {
	o := t.options
	return t.visited && len(t.frame.Org.Spells) > 0 && (o.PlanVisitsPerDay > 0 || o.PlanValidPerDay > 0)
}

// values lists the values of every scope and period that is wanted and has
// data; units have the current periods always.
func (t *table) values() []measure.Value {
	out := t.frame.Out()
	effects := t.effects()
	var vs []measure.Value // of one slot
	for i, node := range t.frame.Org.Nodes {
		scope := crm.NodeNo(i)
		r, rep := t.scopes[scope], node.Level == crm.RepLevel
		if r == nil && rep && (t.goals == nil || !t.goals.any(scope)) {
			continue
		}
		for _, p := range t.frame.Wanted(scope, true) {
			slot := measure.Slot{Scope: scope, Period: p}
			s, ok := t.at(r, p)
			vs = vs[:0]
			if ok || !rep && t.frame.IsCurrent(p) {
				vs = t.headline(vs, slot, s)
				vs = t.rates(vs, slot, s)
				vs = t.cohorts(vs, slot)
				vs = t.lagIndex(vs, slot, s)
				if t.frame.Near(p) {
					vs = t.further(vs, slot, s)
					vs = t.plans(vs, slot, s)
				}
			}
			vs = effects.values(vs, slot) // who only has a past has a part in the company's, too
			vs = t.pace(vs, slot, s)
			vs = t.planner(vs, slot)
			for i := range vs {
				vs[i].Open = vs[i].Open || t.frame.Running(p)
			}
			out.Add(vs...)
		}
	}
	return out.Rest()
}

// headline appends the headline metrics of a slot to out.
func (t *table) headline(out []measure.Value, slot measure.Slot, s sums) []measure.Value {
	if t.visited {
		valid := measure.NewCount(validID, slot, s.Valid)
		share := measure.NewRatio(validShareID, slot, s.Valid, s.Visits.Visits)
		if s.Unknown > 0 {
			valid.Bounds = between(float64(s.Valid), float64(s.Valid+s.Unknown))
			share.Bounds = between(share.V, float64(s.Valid+s.Unknown)/float64(s.Visits.Visits))
		}
		fresh := measure.NewCount(newValidID, slot, s.NewValid)
		if s.Maybe != 0 {
			fresh.Bounds = either(fresh.V, fresh.V+float64(s.Maybe))
		}
		from := len(out)
		out = append(out, measure.NewCount(visitsID, slot, s.Visits.Visits), valid, share, fresh)
		for i := range out[from:] {
			out[from+i] = out[from+i].Flag(s.refuted > 0, "restated")
		}
	}
	if t.contracts {
		restated := s.Voided > 0
		out = append(out, measure.NewShares(signingsID, slot, s.Signings).Flag(restated, "restated"),
			measure.NewMoney(amountID, slot, s.Amount, t.book.Currency).Flag(restated, "restated"))
	}
	if t.visited && t.contracts {
		out = append(out, t.perValid(slot, s), t.golden(slot, s))
		if t.frame.Org.Nodes[slot.Scope].Level != crm.RepLevel || t.frame.IsCurrent(slot.Period) {
			v := t.perSigning(newPerSigningID, slot, s.NewValid, s)
			if v.OK && s.Maybe != 0 {
				v.Bounds = either(v.V, float64(s.NewValid+s.Maybe)/s.factors().S)
			}
			out = append(out, v)
		}
	}
	return out
}

func (t *table) further(out []measure.Value, slot measure.Slot, s sums) []measure.Value {
	if t.visited {
		out = append(out, measure.NewCount(unknownID, slot, s.Unknown), measure.NewCount(failedID, slot, s.Failed),
			measure.NewCount(duplicatesID, slot, s.Duplicates))
		if t.book.Has("deals") && t.book.Has("stage_history") {
			v := measure.NewCount(advancedID, slot, s.Advanced)
			v.N, v.Open = s.Valid, slot.Period.End+advanceDays > t.frame.AsOf+1
			out = append(out, v.Flag(v.Open, "advance_pending"))
		}
	}
	if t.visited && t.contracts {
		out = append(out, measure.NewShares(withoutVisitID, slot, s.WithoutVisit))
	}
	return out
}

func between(lo, hi float64) *measure.Interval {
	i := measure.Closed(lo, hi)
	return &i
}

// either is the range of two numbers.
func either(x, y float64) *measure.Interval { return between(min(x, y), max(x, y)) }

// perSigning is V/S with the interval [V/U, V/L]; without a signing there is
// no value but the lower end, without a V neither. V are valid
// visits or new valid customers.
func (t *table) perSigning(id string, slot measure.Slot, valid int64, s sums) measure.Value {
	one := int64(crm.One)
	v := measure.NewNanoRatio(id, slot, valid*one, s.Signings).Flag(s.restated(), "restated")
	v.N = s.Signings / one
	if valid == 0 {
		if s.Signings > 0 {
			v.V, v.OK = 0, false
		}
		return v.Flag(s.Signings > 0, "no_valid_visits")
	}
	n := float64(valid)
	lo, hi := t.garwood.At(s.factors().S)
	ci := measure.Interval{Lo: measure.Bound{V: n / hi, OK: true}}
	if lo > 0 {
		ci.Hi = measure.Bound{V: n / lo, OK: true}
	}
	return verdict(v.With(ci, "garwood"), float64(t.options.Golden), lo/n, hi/n)
}

// perValid is perSigning of valid visits, with what it were if all unknown ones
// were valid.
func (t *table) perValid(slot measure.Slot, s sums) measure.Value {
	v := t.perSigning(perSigningID, slot, s.Valid, s)
	if v.OK && s.Unknown > 0 {
		f := s.factors()
		v.Bounds = between(v.V, (f.V+float64(s.Unknown))/f.S)
	}
	return v
}

// verdict says where the rate of signings per valid visit is apart from the
// rule's: only where its interval [lo, hi] excludes 1/rule.
func verdict(v measure.Value, rule, lo, hi float64) measure.Value {
	return v.Flag(rule*hi < 1, "below_rule").Flag(rule*lo > 1, "above_rule")
}

// golden is 8·S/V; it is below or above the rule only where its interval
// excludes 1.
func (t *table) golden(slot measure.Slot, s sums) measure.Value {
	v := measure.NewNanoRatio(goldenID, slot, t.options.Golden*s.Signings, s.Valid*int64(crm.One)).Flag(s.restated(), "restated")
	v.N = s.Valid
	if s.Valid == 0 {
		return v.Flag(s.Signings > 0, "no_valid_visits")
	}
	f, g := s.factors(), float64(t.options.Golden)
	lo, hi := t.garwood.At(f.S)
	lo, hi = lo/f.V, hi/f.V
	if s.Unknown > 0 {
		v.Bounds = between(g*f.S/(f.V+float64(s.Unknown)), v.V)
	}
	return verdict(v.With(measure.Closed(g*lo, g*hi), "garwood"), g, lo, hi)
}

// plans are what the standard asks of the rostered days of a slot; N is the
// days.
func (t *table) plans(out []measure.Value, slot measure.Slot, s sums) []measure.Value {
	if !t.planned() {
		return out
	}
	o, one := t.options, int64(crm.One)
	from := len(out)
	out = append(out,
		measure.NewCount(planVisitsID, slot, o.PlanVisitsPerDay*s.days),
		measure.NewNanoRatio(planValidID, slot, int64(o.PlanValidPerDay)*s.days, one),
		measure.NewNanoRatio(planSigningsID, slot, int64(o.PlanValidPerDay)*s.days, o.Golden*one))
	for i := range out[from:] {
		out[from+i].N = s.days
	}
	return out
}
