package funnel

import (
	"cmp"
	"fmt"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Acc folds deal logs into additive integers. The rules are set again after
// decoding.
type Acc struct {
	rules *rules

	// Units: leaf of the owner and day of the first stage entry.
	Units fold.Cells[Tally] `json:",omitempty"`
	// Passages: how many units went through a stage in one way.
	Passages map[Passage]int64 `json:",omitempty"`
	// Closings: leaf of the owner and day of the close.
	Closings fold.Cells[Closing] `json:",omitempty"`
	// Standing: leaf of the owner on the as-of day, which is its only day.
	Standing fold.Cells[Standing] `json:",omitempty"`
	// Stalled: the stalled deals by id; each deal is in one log only.
	Stalled map[crm.DealID]Stall `json:",omitempty"`
	Notes   Notes
}

func newAcc(b *crm.Book, o Options) *Acc {
	return &Acc{rules: &rules{asOf: b.AsOf, dateOnly: b.StagesDateOnly, history: b.Has("stage_history"),
		pipeline: b.Pipeline, org: b.Org, fx: b.FX, currency: b.Currency, options: o}}
}

// Vec counts by an index that is a stage or a depth; it is as long as its last
// entry needs.
type Vec []int64

// at is v[i], 0 beyond the end.
func (v Vec) at(i crm.Stage) int64 {
	if int(i) < len(v) {
		return v[i]
	}
	return 0
}

// only is the Vec with n at i.
func only(i crm.Stage, n int64) Vec {
	v := make(Vec, i+1)
	v[i] = n
	return v
}

func (v Vec) plus(w Vec) Vec {
	if len(v) < len(w) {
		v, w = w, v
	}
	if len(w) == 0 {
		return v // never written to: Vecs are only ever made anew
	}
	out := slices.Clone(v)
	for i, n := range w {
		out[i] += n
	}
	return out
}

// sum is the total from index i on.
func (v Vec) sum(i crm.Stage) int64 {
	var n int64
	for j := int(i); j < len(v); j++ {
		n += v[j]
	}
	return n
}

// Tally counts units by how far they came and how they stand.
type Tally struct {
	Won, Void             int64 `json:",omitempty"`
	BornLate, Regressions int64 `json:",omitempty"`
	Lost, Open, Overdue   Vec   `json:",omitempty"` // by max stage; Overdue is of Open
	Entered, Skipped      Vec   `json:",omitempty"` // by stage
	Ordered               Vec   `json:",omitempty"` // by strict depth
}

// Plus adds field by field.
func (t Tally) Plus(o Tally) Tally {
	return Tally{t.Won + o.Won, t.Void + o.Void, t.BornLate + o.BornLate, t.Regressions + o.Regressions,
		t.Lost.plus(o.Lost), t.Open.plus(o.Open), t.Overdue.plus(o.Overdue),
		t.Entered.plus(o.Entered), t.Skipped.plus(o.Skipped), t.Ordered.plus(o.Ordered)}
}

// units is every unit but the void ones.
func (t Tally) units() int64 { return t.Won + t.Lost.sum(0) + t.Open.sum(0) }

// reached is: the units whose depth is at least j; j = K+1 is won.
func (t Tally) reached(j crm.Stage) int64 { return t.Won + t.Lost.sum(j) + t.Open.sum(j) }

// Passage is one way through a stage: credited to the owner when the unit first
// reached the stage, Seconds under observation since then, and the
// fate that ended it.
type Passage struct {
	Leaf    crm.LeafNo
	Day     crm.Date
	Stage   crm.Stage
	Seconds int64
	Fate    measure.Fate
}

// MarshalText makes passages JSON map keys.
func (p Passage) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d %d %d %d %d", p.Leaf, p.Day, p.Stage, p.Seconds, p.Fate), nil
}

// UnmarshalText reads what MarshalText wrote.
func (p *Passage) UnmarshalText(b []byte) error {
	if _, err := fmt.Sscan(string(b), &p.Leaf, (*int32)(&p.Day), &p.Stage, &p.Seconds, &p.Fate); err != nil {
		return fmt.Errorf("%q is not a passage: %w", b, err)
	}
	return nil
}

// Closing counts closed units; amounts are minor units of the report currency
// at the rate of the close, of the units that have one.
type Closing struct {
	Won, Lost             int64 `json:",omitempty"`
	WonAmount, LostAmount int64 `json:",omitempty"`
	WonBlank, LostBlank   int64 `json:",omitempty"` // without a usable amount
}

// Plus adds field by field.
func (c Closing) Plus(o Closing) Closing {
	return Closing{c.Won + o.Won, c.Lost + o.Lost, c.WonAmount + o.WonAmount, c.LostAmount + o.LostAmount,
		c.WonBlank + o.WonBlank, c.LostBlank + o.LostBlank}
}

// Standing counts open deals by stage on the as-of day; 0 is a stage nobody
// knows. Blank counts those without a usable amount.
type Standing struct {
	Open, Amount, Blank                  Vec `json:",omitempty"`
	Stalled, StalledAmount, StalledBlank Vec `json:",omitempty"`
}

// Plus adds field by field.
func (s Standing) Plus(o Standing) Standing {
	return Standing{s.Open.plus(o.Open), s.Amount.plus(o.Amount), s.Blank.plus(o.Blank),
		s.Stalled.plus(o.Stalled), s.StalledAmount.plus(o.StalledAmount), s.StalledBlank.plus(o.StalledBlank)}
}

// Stall is one stalled deal.
type Stall struct {
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
}

func (n Notes) plus(o Notes) Notes {
	return Notes{n.WithoutHistory + o.WithoutHistory, n.ClosedInDeals + o.ClosedInDeals,
		n.Differs + o.Differs, n.Undated + o.Undated, n.NoAmount + o.NoAmount, n.NoRate + o.NoRate}
}

// Merge adds what o has seen.
func (a *Acc) Merge(o *Acc) {
	a.prepare()
	a.Units.Merge(o.Units)
	a.Closings.Merge(o.Closings)
	a.Standing.Merge(o.Standing)
	for p, n := range o.Passages {
		a.Passages[p] += n
	}
	for id, s := range o.Stalled {
		a.Stalled[id] = s
	}
	a.Notes = a.Notes.plus(o.Notes)
}

func (a *Acc) prepare() {
	if a.Units == nil {
		a.Units = fold.Cells[Tally]{}
	}
	if a.Passages == nil {
		a.Passages = map[Passage]int64{}
	}
	if a.Closings == nil {
		a.Closings = fold.Cells[Closing]{}
	}
	if a.Standing == nil {
		a.Standing = fold.Cells[Standing]{}
	}
	if a.Stalled == nil {
		a.Stalled = map[crm.DealID]Stall{}
	}
}

// Add folds one deal.
func (a *Acc) Add(l crm.DealLog) {
	a.prepare()
	r := a.rules
	units := r.units(l)
	if len(units) == 0 {
		a.addBare(l.Deal)
		return
	}
	for i := range units {
		u, latest := &units[i], i == len(units)-1
		a.addUnit(u)
		if u.fate == crm.DealWon || u.fate == crm.DealLost {
			a.addClose(l.Deal, u, latest)
		}
	}
	u := &units[len(units)-1]
	if u.fate == crm.DealOpen {
		a.addOpen(l, u)
	}
	switch {
	case u.fate != crm.DealOpen && u.close.implied:
		a.Notes.ClosedInDeals++
	case l.Deal != nil && u.fate != crm.DealOpen && r.closedBy(l.Deal) != u.fate:
		a.Notes.Differs++
	}
}

// addUnit counts a unit under its first entry and its passages under theirs.
func (a *Acc) addUnit(u *unit) {
	r := a.rules
	t := Tally{}
	switch d := u.depth; u.fate {
	case crm.DealVoid:
		t.Void = 1
	case crm.DealWon:
		t.Won = 1
	case crm.DealLost:
		t.Lost = only(d, 1)
	default:
		t.Open = only(d, 1)
		if u.stalled(r) {
			t.Overdue = only(d, 1)
		}
	}
	if u.fate != crm.DealVoid { // a void unit leaves every count
		for j, e := range u.entered {
			if e {
				t.Entered = t.Entered.plus(only(crm.Stage(j), 1))
			}
		}
		for _, j := range u.skipped() {
			t.Skipped = t.Skipped.plus(only(j, 1))
		}
		t.Ordered = only(crm.Stage(u.ordered(r)), 1)
		t.Regressions = int64(u.regressions)
		if u.bornLate() {
			t.BornLate = 1
		}
	}
	first := u.first.at.Date()
	a.Units.Add(r.org.Leaf(u.first.rep, first), first, t)
	for j := crm.Stage(1); j <= min(u.depth, r.stages()); j++ {
		s := u.pass[j-1]
		d := s.at.Date()
		seconds, fate := u.stay(r, j)
		a.Passages[Passage{r.org.Leaf(s.rep, d), d, j, seconds, fate}]++
	}
}

// addClose counts a won or lost unit. Of a deal's latest unit the deals table
// says the date and, where the history has none, the amount; what it says
// today is never taken for an earlier cycle.
func (a *Acc) addClose(d *crm.Deal, u *unit, latest bool) {
	date, amount, known := u.close.at.Date(), u.close.amount, u.close.amountKnown
	if latest && d != nil {
		if a.rules.closedBy(d) == u.fate && d.ClosedOn.Known() {
			date = d.ClosedOn
		} else if u.close.undated {
			date = crm.NoDate
		}
		if !known {
			amount, known = d.Amount, d.AmountKnown
		}
	}
	if !known {
		amount, known = u.lastAmount()
	}
	a.closing(u.fate, u.close.rep, date, amount, known)
}

// lastAmount is the newest amount the rows of a unit give.
func (u *unit) lastAmount() (crm.Money, bool) {
	for i := len(u.steps) - 1; i >= 0; i-- {
		if u.steps[i].amountKnown {
			return u.steps[i].amount, true
		}
	}
	return crm.Money{}, false
}

func (a *Acc) closing(fate crm.DealStatus, rep crm.RepNo, date crm.Date, amount crm.Money, known bool) {
	if !date.Known() {
		a.Notes.Undated++
		return
	}
	minor, ok := a.usable(amount, known, date)
	c := Closing{}
	switch {
	case fate == crm.DealWon && ok:
		c.Won, c.WonAmount = 1, minor
	case fate == crm.DealWon:
		c.Won, c.WonBlank = 1, 1
	case ok:
		c.Lost, c.LostAmount = 1, minor
	default:
		c.Lost, c.LostBlank = 1, 1
	}
	a.Closings.Add(a.rules.org.Leaf(rep, date), date, c)
}

// usable converts an amount, and notes the ones that cannot be used.
func (a *Acc) usable(amount crm.Money, known bool, d crm.Date) (int64, bool) {
	if !known {
		a.Notes.NoAmount++
		return 0, false
	}
	minor, ok := a.rules.convert(amount, d)
	if !ok {
		a.Notes.NoAmount++
		a.Notes.NoRate++
	}
	return minor, ok
}

// addOpen counts an open unit where its deal stands on the as-of day.
func (a *Acc) addOpen(l crm.DealLog, u *unit) {
	r := a.rules
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
	stage, leaf := u.current(), r.org.Leaf(rep, r.asOf)
	minor, ok := a.usable(amount, known, r.asOf)
	s := Standing{Open: only(stage, 1)}
	s.Amount, s.Blank = amounts(stage, minor, ok)
	if u.stalled(r) {
		s.Stalled, s.StalledAmount, s.StalledBlank = s.Open, s.Amount, s.Blank
		if !ok {
			minor = measure.NoAmount
		}
		a.Stalled[l.ID] = Stall{name, leaf, stage, u.dwell[stage], minor}
	}
	a.Standing.Add(leaf, r.asOf, s)
}

func amounts(stage crm.Stage, minor int64, ok bool) (amount, blank Vec) {
	if ok {
		return only(stage, minor), nil
	}
	return nil, only(stage, 1)
}

// addBare counts a deal that only the deals table knows: where it stands or
// how it closed, but not how it came there.
func (a *Acc) addBare(d *crm.Deal) {
	r := a.rules
	if d == nil || (d.CreatedOn.Known() && d.CreatedOn > r.asOf) {
		return
	}
	if r.history {
		a.Notes.WithoutHistory++
	}
	switch status := r.closedBy(d); status {
	case crm.DealWon, crm.DealLost:
		a.closing(status, d.Rep, d.ClosedOn, d.Amount, d.AmountKnown)
	case crm.DealOpen:
		stage := d.Stage
		if stage < 0 || stage > r.stages() {
			stage = crm.StageNone // closed after the as-of day: where it stood then is not known
		}
		minor, ok := a.usable(d.Amount, d.AmountKnown, r.asOf)
		s := Standing{Open: only(stage, 1)}
		s.Amount, s.Blank = amounts(stage, minor, ok)
		a.Standing.Add(r.org.Leaf(d.Rep, r.asOf), r.asOf, s)
	}
}

// stalls lists the stalled deals, worst first: by days beyond the limit, then
// amount (unknown last), then id.
func (a *Acc) stalls() []crm.DealID {
	ids := make([]crm.DealID, 0, len(a.Stalled))
	for id := range a.Stalled {
		ids = append(ids, id)
	}
	over := func(s Stall) int64 { return s.Seconds - int64(a.rules.pipeline.Def(s.Stage).LimitDays)*day }
	slices.SortFunc(ids, func(x, y crm.DealID) int {
		p, q := a.Stalled[x], a.Stalled[y]
		return cmp.Or(cmp.Compare(over(q), over(p)), cmp.Compare(q.Amount, p.Amount), cmp.Compare(x, y))
	})
	return ids
}
