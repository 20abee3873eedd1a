package funnel

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Acc folds deal logs into additive integers: of each rep and of each unit that
// reps are in directly (what is above is summed up at the end), for the periods
// of one frame. The rules are set again after decoding.
type Acc struct {
	*desk // where logs are read

	Scopes  map[crm.NodeNo]*Scope
	Stalled bag[Stall]  // each deal is in one log only
	Spans   []bag[Span] // by place
	// Closings are the units won and lost in near periods.
	Closings bag[Closing]
	Opens    bag[Open]
	Notes    Notes

	leaf  crm.LeafNo // whose scopes are at hand: deals of one owner come together
	both  [2]*Scope
	marks []mark
}

// mark is a number to add to a Tally, and its place there.
type mark struct {
	at int
	n  int64
}

func newAcc(b *crm.Book, f *measure.Frame, o Options) *Acc {
	r := &rules{asOf: b.AsOf, dateOnly: b.StagesDateOnly, history: b.Has("stage_history"),
		pipeline: b.Pipeline, org: b.Org, fx: b.FX, currency: b.Currency, options: o, fiscal: b.Fiscal, frame: f, periods: f.Periods()}
	r.days, r.near = measure.NewStretches(r.periods), nearPeriods(f, r.periods)
	r.aims, r.cash = readAims(b, f, r.periods), readCash(b, o.seen)
	return &Acc{desk: &desk{rules: r}, leaf: -1}
}

// another is an Acc of the same rules, for another part of the logs.
func (a *Acc) another() *Acc { return &Acc{desk: &desk{rules: a.rules}, leaf: -1} }

// Stall is one stalled deal.
type Stall struct {
	ID      crm.DealID
	Name    string
	Leaf    crm.LeafNo
	Stage   crm.Stage
	Seconds int64 // cumulative in Stage
	Amount  int64 // minor units of the report currency; measure.NoAmount
}

// Notes counts what the reader should know of the data.
type Notes struct {
	WithoutHistory int64 // deals without a row, where there is a history
	ClosedInDeals  int64 // closes that the history lacks
	Differs        int64 // closed by the history, otherwise in the deals table
	Undated        int64 // won or lost without a date: in no period
	NoAmount       int64 // closings and open deals without an amount
	NoRate         int64 // of them, in a currency without a rate
	Dues           int64 // deals whose history has an expected close
	Collected      int64 // units whose money came
}

func (n Notes) plus(o Notes) Notes {
	return Notes{n.WithoutHistory + o.WithoutHistory, n.ClosedInDeals + o.ClosedInDeals,
		n.Differs + o.Differs, n.Undated + o.Undated, n.NoAmount + o.NoAmount, n.NoRate + o.NoRate, n.Dues + o.Dues, n.Collected + o.Collected}
}

// Merge adds what o has seen. It may take o's state for its own: o is spent.
func (a *Acc) Merge(o *Acc) {
	a.prepare()
	for n, s := range o.Scopes {
		if mine := a.Scopes[n]; mine != nil {
			mine.add(s)
		} else {
			a.Scopes[n] = s
		}
	}
	for k := range o.Spans {
		a.Spans[k] = joined(a.Spans[k], o.Spans[k])
	}
	a.Stalled = joined(a.Stalled, o.Stalled)
	a.Closings, a.Opens = joined(a.Closings, o.Closings), joined(a.Opens, o.Opens)
	a.Notes = a.Notes.plus(o.Notes)
}

// joined is both bags in one, which may be the room of either.
func joined[T any](b, more bag[T]) bag[T] {
	if len(b) == 0 {
		return more
	}
	return append(b, more...)
}

func (a *Acc) prepare() {
	if a.Scopes == nil {
		a.Scopes, a.Spans = map[crm.NodeNo]*Scope{}, make([]bag[Span], a.kinds())
	}
}

// scope is the state of n, empty where the frame wants nothing of it.
func (a *Acc) scope(n crm.NodeNo) *Scope {
	s := a.Scopes[n]
	if s == nil {
		wanted := len(a.periods) // a unit may be part of one that is wanted
		if a.org.Nodes[n].Level == crm.RepLevel {
			wanted = len(a.frame.Wanted(n, true))
		}
		s = &Scope{Sums: make(Vec, wanted*tallyLen(a.stages()))}
		a.Scopes[n] = s
	}
	return s
}

// of returns the scopes that count what leaf does: the unit, and the rep.
func (a *Acc) of(leaf crm.LeafNo) []*Scope {
	l := a.org.Leaves[leaf]
	if a.leaf != leaf {
		a.leaf, a.both = leaf, [2]*Scope{a.scope(l.Unit), a.scope(l.Node)}
	}
	if l.Node == l.Unit {
		return a.both[:1]
	}
	return a.both[:]
}

// count adds marks to the tallies of what leaf did on d.
func (a *Acc) count(leaf crm.LeafNo, d crm.Date, marks ...mark) {
	in := a.days.Containing(d)
	if len(in) == 0 {
		return
	}
	for _, s := range a.of(leaf) {
		n := s.periods(a.stages())
		for _, p := range in {
			if p >= n {
				break // of reps only the first periods are wanted
			}
			t := s.tally(p, a.stages())
			for _, m := range marks {
				t[m.at] += m.n
			}
		}
	}
}

// Add folds one deal.
func (a *Acc) Add(l crm.DealLog) {
	a.prepare()
	units := a.units(l)
	if len(units) == 0 {
		a.addBare(l.Deal)
		return
	}
	won := latestWon(units)
	for i := range units {
		u, latest := &units[i], i == len(units)-1
		if i == won {
			a.paidFor(l, u, latest)
		}
		a.addUnit(l.Deal, u, latest)
		if u.fate == crm.DealWon || u.fate == crm.DealLost {
			a.addClose(l.Deal, u, latest)
		}
		if u.collected {
			a.addCash(l.Deal, u, latest)
		}
		a.addSpans(l.Deal, u, latest)
	}
	u, ms := &units[len(units)-1], a.timeline(l, units)
	a.addMoves(ms)
	if u.fate == crm.DealOpen {
		a.addOpen(l, u, ms)
	}
	if slices.ContainsFunc(a.rows, func(e *crm.StageEntry) bool { return e.ExpectedClose.Known() }) {
		a.Notes.Dues++
	}
	switch {
	case u.fate != crm.DealOpen && u.close.implied:
		a.Notes.ClosedInDeals++
	case l.Deal != nil && u.fate != crm.DealOpen && a.closedBy(l.Deal) != u.fate:
		a.Notes.Differs++
	}
}

// addUnit counts a unit under its first entry and its passages under theirs.
func (a *Acc) addUnit(d *crm.Deal, u *unit, latest bool) {
	first := u.first.at.Date()
	a.marks = a.worths(u.marks(a.rules, a.marks[:0]), d, u, latest)
	a.count(a.org.Leaf(u.first.rep, first), first, a.marks...)
	a.addFlows(u)
	for j := crm.Stage(1); j <= min(u.depth, a.stages()); j++ {
		if a.window(j) > 0 {
			a.addPassage(u, j)
		}
	}
}

// marks appends what a unit counts for in the Tally of its first entry.
func (u *unit) marks(r *rules, out []mark) []mark {
	at := func(n byStage, j crm.Stage) { out = append(out, mark{place(n, j, r.stages()), 1}) }
	switch u.fate {
	case crm.DealVoid: // leaves every count
		return append(out, mark{unitsVoid, 1})
	case crm.DealWon:
		out = append(out, mark{unitsWon, 1})
		if u.collected {
			out = append(out, mark{unitsCollected, 1})
		}
	case crm.DealLost:
		at(lostAt, u.depth)
	default:
		at(openAt, u.depth)
		if u.stalled(r) {
			at(overdueAt, u.depth)
		}
	}
	for j, e := range u.entered {
		if e {
			at(enteredAt, crm.Stage(j))
		} else if u.skipped(crm.Stage(j)) {
			at(skippedAt, crm.Stage(j))
		}
	}
	at(orderedAt, crm.Stage(u.ordered(r)))
	if u.bornLate() {
		out = append(out, mark{unitsLate, 1})
	}
	if !u.early(r) {
		out = append(out, mark{unitsLateEntry, 1})
	}
	return append(out, mark{regressions, int64(u.regressions)})
}

// addPassage counts the way of a unit through stage j: credited to the owner
// when the unit first reached the stage.
func (a *Acc) addPassage(u *unit, j crm.Stage) {
	from := &u.pass[j-1]
	d := from.at.Date()
	seconds, ended := u.stay(a.rules, j)
	a.marks = a.marks[:0]
	switch {
	case ended == advanced:
		a.marks = append(a.marks, mark{place(fateAdvanced, j, a.stages()), 1})
	case ended == lost:
		a.marks = append(a.marks, mark{place(fateLost, j, a.stages()), 1})
	case u.current() == j && u.stalled(a.rules):
		a.marks = append(a.marks, mark{place(fateOverdue, j, a.stages()), 1})
	}
	a.pass(Span{a.org.Leaf(from.rep, d), d, seconds, fate(ended)}, j, a.marks)
}

// pass counts a passage through stage j in its cohort, by what became of it
// within the window; marks are counted with it.
func (a *Acc) pass(s Span, j crm.Stage, marks []mark) {
	k, window := a.stages(), int64(a.window(j))*day
	marks = append(marks, mark{place(cohort, j, k), 1})
	switch ended := measure.Fate(s.Fate); {
	case ended == advanced && s.Seconds <= window:
		marks = append(marks, mark{place(cohortAdvanced, j, k), 1})
	case ended == lost && s.Seconds <= window:
		marks = append(marks, mark{place(cohortLost, j, k), 1})
	case ended == measure.Censored && s.Seconds < window:
		marks = append(marks, mark{place(cohortRunning, j, k), 1})
	}
	a.count(s.Leaf, s.Day, marks...)
	young := func(i int) bool { return !a.mature(a.periods[i], j) }
	if s.Seconds <= window && slices.ContainsFunc(a.days.Containing(s.Day), young) {
		a.Spans[a.place(passage(j))].Add(s)
	}
}

// usable converts an amount, and notes the ones that cannot be used.
func (a *Acc) usable(amount crm.Money, known bool, d crm.Date) (int64, bool) {
	if !known {
		a.Notes.NoAmount++
		return 0, false
	}
	minor, ok := a.convert(amount, d)
	if !ok {
		a.Notes.NoAmount++
		a.Notes.NoRate++
	}
	return minor, ok
}

// addOpen counts an open unit where its deal stands on the as-of day.
func (a *Acc) addOpen(l crm.DealLog, u *unit, ms []moment) {
	rep, name := owner(l.Deal), ""
	if rep < 0 {
		rep = u.steps[len(u.steps)-1].holder
	}
	amount, known := u.lastAmount()
	if l.Deal != nil {
		name = l.Deal.Name
		if l.Deal.AmountKnown {
			amount, known = l.Deal.Amount, true
		}
	}
	stage, leaf := u.current(), a.org.Leaf(rep, a.asOf)
	minor, ok := a.usable(amount, known, a.asOf)
	a.stand(leaf, stage, standOpen, minor, ok)
	stalled := u.stalled(a.rules)
	if stalled {
		a.stand(leaf, stage, standStalled, minor, ok)
	}
	if !ok {
		minor = measure.NoAmount
	}
	a.keepOpen(Open{ID: l.ID, Name: name, Leaf: leaf, Stage: stage, Minor: minor}, l.Deal, ms)
	if stalled {
		a.Stalled.Add(Stall{l.ID, name, leaf, stage, u.dwell[stage], minor})
	}
}

// stand counts a deal that stands in a stage: of is standOpen or standStalled,
// behind which its amount and the blank ones follow.
func (a *Acc) stand(leaf crm.LeafNo, stage crm.Stage, of standingBy, minor int64, ok bool) {
	for _, s := range a.of(leaf) {
		if len(s.Sums) == 0 {
			continue
		}
		if s.Standing == nil {
			s.Standing = make(Standing, int(standings)*(int(a.stages())+1))
		}
		s.Standing.by(of)[stage]++
		if ok {
			s.Standing.by(of + 1)[stage] += minor
		} else {
			s.Standing.by(of + 2)[stage]++
		}
	}
}

// addBare counts a deal that only the deals table knows: where it stands or
// how it closed, but not how it came there.
func (a *Acc) addBare(d *crm.Deal) {
	if d == nil || (d.CreatedOn.Known() && d.CreatedOn > a.asOf) {
		return
	}
	if a.history {
		a.Notes.WithoutHistory++
	}
	a.addBareSpan(d)
	ms := a.bareTimeline(d)
	a.addMoves(ms)
	switch status := a.closedBy(d); status {
	case crm.DealWon, crm.DealLost:
		a.closing(Closing{Day: d.ClosedOn, Won: status == crm.DealWon}, d, d.Rep, d.CreatedOn, d.Amount, d.AmountKnown)
		if status == crm.DealWon {
			a.addBareCash(d)
		}
	case crm.DealOpen:
		stage := d.Stage
		if stage < 0 || stage > a.stages() {
			stage = crm.StageNone // closed after the as-of day: where it stood then is not known
		}
		minor, ok := a.usable(d.Amount, d.AmountKnown, a.asOf)
		leaf := a.org.Leaf(d.Rep, a.asOf)
		a.stand(leaf, stage, standOpen, minor, ok)
		if !ok {
			minor = measure.NoAmount
		}
		a.keepOpen(Open{ID: d.ID, Name: d.Name, Leaf: leaf, Stage: stage, Minor: minor}, d, ms)
	}
}

// stalls lists the stalled deals, worst first: by days beyond the limit, then
// amount (unknown last), then id.
func (a *Acc) stalls() []Stall {
	over := func(s *Stall) int64 { return s.Seconds - int64(a.pipeline.Def(s.Stage).LimitDays)*day }
	out := slices.Clone(a.Stalled)
	slices.SortFunc(out, func(x, y Stall) int {
		return cmp.Or(cmp.Compare(over(&y), over(&x)), cmp.Compare(y.Amount, x.Amount), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// rollUp adds every unit to the one above it, up to the company, and sorts the
// stalled deals by scope.
func (a *Acc) rollUp() {
	a.prepare()
	var units []crm.NodeNo
	for n := range a.Scopes {
		if a.org.Nodes[n].Level != crm.RepLevel {
			units = append(units, n)
		}
	}
	for i := 0; i < len(units); i++ { // grows upwards
		if up := a.org.Nodes[units[i]].Parent; up >= 0 && a.Scopes[up] == nil {
			a.scope(up)
			units = append(units, up)
		}
	}
	slices.Sort(units)
	for _, u := range slices.Backward(units) { // a parent comes before its children
		if up := a.org.Nodes[u].Parent; up >= 0 {
			a.scope(up).add(a.scope(u))
		}
	}
	for i := range a.Stalled {
		a.settle(&a.Stalled[i])
	}
	a.settleSpans()
	a.settleClosings()
	a.settleOpens()
	a.aims.open(a)
}

func (a *Acc) settle(d *Stall) {
	for _, n := range a.org.Path(d.Leaf) {
		s := a.scope(n)
		if s.stalled == nil {
			s.stalled = make([][]float64, a.stages()+1)
		}
		s.stalled[d.Stage] = append(s.stalled[d.Stage], float64(d.Seconds)/day)
	}
}
