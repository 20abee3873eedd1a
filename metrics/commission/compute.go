package commission

import (
	"cmp"
	"maps"
	"slices"
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Compute works out commissions. Accruals and reversals belong to the day of
// their event, in periods of every kind. Payout, deduction and carry are a
// rep's month, so weeks and stretches cut short have none; a quarter
// and a year sum their months and carry what their last month carries. What the
// commission ledger closes was paid as it says. Without rates or
// contracts there is nothing.
func Compute(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("commission_rates") || !b.Has("contracts") {
		return measure.Result{}
	}
	env := NewEnv(b, o, stateDays(f)...)
	a := fold.Journeys(b, func() *Acc { return &Acc{Env: env} })
	a.ready()
	pays := payroll(a, f)
	return measure.Result{Values: values(a, f, pays), Lists: lists(a, f, pays), Warnings: warnings(a)}
}

// pay is a rep's month.
type pay struct {
	rep   crm.RepNo
	leaf  crm.LeafNo // at the end of the month: the balance goes with the rep
	month crm.Period
	day   crm.Date // the month's last, or the as-of day
	Statement
}

// payroll settles every rep's months from the first with any commission or pay
// to the running one, by rep id and month.
func payroll(a *Acc, f *measure.Frame) []pay {
	months := monthsOf(a, f)
	byRep := earnings(a, f, months)
	reps := slices.Collect(maps.Keys(byRep))
	names := a.Env.book.Reps
	slices.SortFunc(reps, func(x, y crm.RepNo) int { return cmp.Compare(names.ID(x), names.ID(y)) })
	out := make([]pay, 0, len(reps)*len(months))
	for _, r := range reps {
		in, first := byRep[r], 0
		for first < len(in) && in[first].Sums == (Sums{}) && in[first].paid == 0 {
			first++
		}
		for i, s := range payMonths(in[first:], a.Env.options.MaxDeductionShare) {
			m := months[first+i]
			day := min(m.End-1, f.AsOf)
			out = append(out, pay{r, payLeaf(f.Org, r, m, day), m, day, s})
		}
	}
	return out
}

// earnings sums what each rep earned and was paid, by month.
func earnings(a *Acc, f *measure.Frame, months []crm.Period) map[crm.RepNo][]earning {
	out := map[crm.RepNo][]earning{}
	of := func(r crm.RepNo) []earning {
		if out[r] == nil {
			out[r] = make([]earning, len(months))
			for i, m := range months {
				out[r][i].closed = closed(a.Env.book, m)
			}
		}
		return out[r]
	}
	for c, s := range a.Days.All() {
		m := sort.Search(len(months), func(i int) bool { return months[i].End > c.Day })
		e := &of(f.Org.Leaves[c.Leaf].Rep)[m]
		e.Sums = e.Sums.Plus(s)
	}
	for r, ns := range paid(a.Env.book, months) {
		for i, n := range ns {
			of(r)[i].paid = n
		}
	}
	return out
}

// monthsOf lists the months from the first with any commission or pay to the
// running one.
func monthsOf(a *Acc, f *measure.Frame) []crm.Period {
	first := f.AsOf
	for c := range a.Days.All() {
		first = min(first, c.Day)
	}
	if b := a.Env.book; b.PaidFrom < b.PaidEnd {
		first = min(first, b.PaidFrom)
	}
	var months []crm.Period
	for m := f.Fiscal.Period(crm.Month, first); m.Start <= f.AsOf; m = f.Fiscal.Period(crm.Month, m.End) {
		months = append(months, m)
	}
	return months
}

// payLeaf is where a month's pay counts: the rep's leaf on its last day, or on
// the last day of employment within it.
func payLeaf(o *crm.Org, rep crm.RepNo, month crm.Period, day crm.Date) crm.LeafNo {
	if left := o.LeftOn(rep); left.Known() && month.Contains(left) && left < day {
		day = left
	}
	return o.Leaf(rep, day)
}

// wholeMonths reports whether p is made of months.
func wholeMonths(f *measure.Frame, p crm.Period) bool {
	return p.Kind != crm.Week && p == f.Fiscal.Period(p.Kind, p.Start)
}

// cell is what a slot shows.
type cell struct {
	slot     measure.Slot
	near     bool // every metric covers the period, not the headlines alone
	monthly  bool // the period is made of months
	open     bool
	shown    bool
	lastDay  crm.Date // or the as-of day
	sums     Sums
	frozen   bool // every month of it was paid: no payout changes
	prior    int64
	deducted int64
	payout   int64
	carry    int64
	holding  Holding
}

// sheet is the slots to publish.
type sheet struct {
	cells []cell
	first []int32 // of each node's cells; one more for the end
}

// moved reports whether a month pays or withholds anything.
func (s *Statement) moved() bool { return s.Prior != 0 || s.Deducted != 0 || s.Payout != 0 }

// newSheet sums commissions and pays of every scope and period that is wanted.
func newSheet(a *Acc, f *measure.Frame, pays []pay) *sheet {
	s := &sheet{first: make([]int32, 0, len(f.Org.Nodes)+1)}
	sums := fold.Roll(a.Days, f)
	monthly := map[crm.Period]bool{}
	for _, p := range f.Periods() {
		monthly[p] = wholeMonths(f, p)
	}
	for i, n := range f.Org.Nodes {
		s.first = append(s.first, int32(len(s.cells)))
		for _, p := range f.Wanted(crm.NodeNo(i), true) {
			c := cell{slot: measure.Slot{Scope: crm.NodeNo(i), Period: p}, near: f.Near(p), monthly: monthly[p], open: f.Running(p), lastDay: min(p.End-1, f.AsOf), frozen: closed(a.Env.book, p)}
			c.sums, c.shown = sums[c.slot]
			c.shown = c.shown || n.Level != crm.RepLevel && f.IsCurrent(p)
			s.cells = append(s.cells, c)
		}
	}
	s.first = append(s.first, int32(len(s.cells)))
	for i := range pays {
		if p := &pays[i]; p.moved() || p.Carry != 0 {
			for _, scope := range f.Org.Path(p.leaf) {
				s.pay(scope, p)
			}
		}
	}
	s.hold(a.Held, f)
	return s
}

// hold adds what is in suspense to the cells that show the state of that day.
func (s *sheet) hold(held fold.Cells[Holding], f *measure.Frame) {
	for at, h := range held.All() {
		for _, scope := range f.Org.Path(at.Leaf) {
			for i := s.first[scope]; i < s.first[scope+1]; i++ {
				if c := &s.cells[i]; c.lastDay == at.Day && c.near {
					c.holding = c.holding.Plus(h)
				}
			}
		}
	}
}

// pay adds a rep's month to a scope's cells: what was paid to the periods that
// it ends in, what is carried to those made of months that end with it.
func (s *sheet) pay(scope crm.NodeNo, p *pay) {
	for i := s.first[scope]; i < s.first[scope+1]; i++ {
		c := &s.cells[i]
		if p.moved() && c.slot.Period.Contains(p.day) {
			c.prior += p.Prior
			c.deducted += p.Deducted
			c.payout += p.Payout
			c.shown = true
		}
		if p.Carry != 0 && c.monthly && c.lastDay == p.day {
			c.carry += p.Carry
			c.shown = true
		}
	}
}

func values(a *Acc, f *measure.Frame, pays []pay) []measure.Value {
	s := newSheet(a, f, pays)
	defs := Definitions()
	out := f.Out()
	for _, d := range defs {
		if d.ID == idPrior && !a.Env.frozen() {
			continue
		}
		for i := range s.cells {
			if c := &s.cells[i]; c.has(&d) {
				v := measure.NewMoney(d.ID, c.slot, c.amount(d.ID), f.Currency)
				v.Open = c.open && !(c.frozen && d.ID == idPayout)
				out.Add(v)
			}
		}
	}
	return out.Rest()
}

// has reports whether the slot has a value of the metric.
func (c *cell) has(d *measure.Definition) bool {
	switch d.ID {
	case idPrior, idDeducted, idPayout, idCarried:
		if !c.monthly {
			return false
		}
	case idHeld:
		return c.near && c.holding.Held != 0
	case idExposed:
		return c.near && c.holding.Exposed != 0
	}
	return c.shown && (c.near || d.Headline)
}

func (c *cell) amount(id string) int64 {
	switch id {
	case idAccrued:
		return c.sums.Accrued
	case idClawedBack:
		return c.sums.ClawedBack
	case idRestored:
		return c.sums.Restored
	case idAdjusted:
		return c.sums.Adjusted
	case idPrior:
		return c.prior
	case idDeducted:
		return c.deducted
	case idPayout:
		return c.payout
	case idCarried:
		return c.carry
	case idHeld:
		return c.holding.Held
	case idExposed:
		return c.holding.Exposed
	}
	return 0
}
