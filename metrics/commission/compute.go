package commission

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Compute works out commissions. Accruals and reversals belong to the day of
// their event, in periods of every kind. Payout, deduction and carry are a
// rep's month, so weeks and stretches cut short have none; a quarter
// and a year sum their months and carry what their last month carries. Without
// rates or contracts there is nothing.
func Compute(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("commission_rates") || !b.Has("contracts") {
		return measure.Result{}
	}
	env := NewEnv(b, o)
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

// payroll settles every rep's months from the first with any commission to the
// running one, by rep id and month.
func payroll(a *Acc, f *measure.Frame) []pay {
	sums := map[crm.RepNo]map[crm.Date]Sums{}
	for c, s := range a.Days.All() {
		rep := f.Org.Leaves[c.Leaf].Rep
		if sums[rep] == nil {
			sums[rep] = map[crm.Date]Sums{}
		}
		m := f.Fiscal.Period(crm.Month, c.Day).Start
		sums[rep][m] = sums[rep][m].Plus(s)
	}
	reps := make([]crm.RepNo, 0, len(sums))
	for r := range sums {
		reps = append(reps, r)
	}
	names := a.Env.book.Reps
	slices.SortFunc(reps, func(x, y crm.RepNo) int { return cmp.Compare(names.ID(x), names.ID(y)) })
	var out []pay
	for _, r := range reps {
		first := f.AsOf
		for d := range sums[r] {
			first = min(first, d)
		}
		var months []crm.Period
		var in []Sums
		for m := f.Fiscal.Period(crm.Month, first); m.Start <= f.AsOf; m = f.Fiscal.Period(crm.Month, m.End) {
			months, in = append(months, m), append(in, sums[r][m.Start])
		}
		for i, s := range payMonths(in, a.Env.options.MaxDeductionShare) {
			day := min(months[i].End-1, f.AsOf)
			out = append(out, pay{r, payLeaf(f.Org, r, months[i], day), months[i], day, s})
		}
	}
	return out
}

// payLeaf is where a month's pay counts: the rep's leaf on its last day, or on
// the last day of employment within it.
func payLeaf(o *crm.Org, rep crm.RepNo, month crm.Period, day crm.Date) crm.LeafNo {
	if left := o.LeftOn(rep); left.Known() && month.Contains(left) && left < day {
		day = left
	}
	return o.Leaf(rep, day)
}

// paid is the additive part of a pay.
type paid struct{ Deducted, Payout int64 }

// Plus adds field by field.
func (p paid) Plus(o paid) paid { return paid{p.Deducted + o.Deducted, p.Payout + o.Payout} }

// wholeMonths reports whether p is made of months.
func wholeMonths(f *measure.Frame, p crm.Period) bool {
	return p.Kind != crm.Week && p == f.Fiscal.Period(p.Kind, p.Start)
}

func values(a *Acc, f *measure.Frame, pays []pay) []measure.Value {
	sums := fold.Roll(a.Days, f)
	cells := fold.Cells[paid]{}
	carries := map[measure.Slot]int64{}
	for _, p := range pays {
		if p.Deducted != 0 || p.Payout != 0 {
			cells.Add(p.leaf, p.day, paid{p.Deducted, p.Payout})
		}
		if p.Carry == 0 {
			continue
		}
		for _, period := range f.Periods() {
			if wholeMonths(f, period) && min(period.End-1, f.AsOf) == p.day {
				for _, scope := range f.Org.Path(p.leaf) {
					carries[measure.Slot{Scope: scope, Period: period}] += p.Carry
				}
			}
		}
	}
	payouts := fold.Roll(cells, f)
	current := map[string]bool{}
	for _, p := range f.Current {
		current[p.Name] = true
	}
	var out []measure.Value
	for _, d := range Definitions() {
		monthly := d.ID == idDeducted || d.ID == idPayout || d.ID == idCarried
		for i, n := range f.Org.Nodes {
			for _, p := range f.Wanted(crm.NodeNo(i), d.Headline) {
				slot := measure.Slot{Scope: crm.NodeNo(i), Period: p}
				s, has := sums[slot]
				pd, hasPay := payouts[slot]
				carry, hasCarry := carries[slot]
				if monthly && !wholeMonths(f, p) || !has && !hasPay && !hasCarry && (n.Level == crm.RepLevel || !current[p.Name]) {
					continue
				}
				v := measure.NewMoney(d.ID, slot, amountOf(d.ID, s, pd, carry), f.Currency)
				v.Open = f.Running(p)
				out = measure.Append(out, v)
			}
		}
	}
	return out
}

func amountOf(id string, s Sums, p paid, carry int64) int64 {
	switch id {
	case idAccrued:
		return s.Accrued
	case idClawedBack:
		return s.ClawedBack
	case idRestored:
		return s.Restored
	case idAdjusted:
		return s.Adjusted
	case idDeducted:
		return p.Deducted
	case idPayout:
		return p.Payout
	case idCarried:
		return carry
	}
	return 0
}
