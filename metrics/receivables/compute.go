package receivables

import (
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Compute ages the receivables of a book. A period's standing is that of its
// last day, or of the as-of day where the period is not over, recomputed as if
// that day were the as-of day. Without invoices there is nothing; without
// payments everything would look open, so nothing is shown but a warning.
func Compute(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("invoices") {
		return measure.Result{}
	}
	if !b.Has("payments") {
		return measure.Result{Warnings: []measure.Warning{{Code: "no_payments", N: int64(len(b.Invoices)), Text: measure.Text{
			ZH: "没有回款表：不计算账龄与逾期。", EN: "No payments table: ageing and overdue are not shown."}}}}
	}
	env := NewEnv(b, stateDays(f), o)
	a := fold.Journeys(b, func() *Acc { return &Acc{Env: env} })
	a.ready()
	return measure.Result{Values: values(a, f), Lists: lists(a), Warnings: warnings(a)}
}

// stateDay is the day whose standing a period shows.
func stateDay(f *measure.Frame, p crm.Period) crm.Date { return min(p.End-1, f.AsOf) }

func stateDays(f *measure.Frame) []crm.Date {
	days := []crm.Date{f.AsOf}
	for _, p := range f.Periods() {
		days = append(days, stateDay(f, p))
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// standings rolls the standings up to scopes: unlike flows they are not summed
// over days.
func standings(a *Acc, f *measure.Frame) map[measure.Slot]Standing {
	periods := map[crm.Date][]crm.Period{}
	for _, p := range f.Periods() {
		d := stateDay(f, p)
		periods[d] = append(periods[d], p)
	}
	out := map[measure.Slot]Standing{}
	for c, s := range a.Standings.All() {
		for _, scope := range f.Org.Path(c.Leaf) {
			for _, p := range periods[c.Day] {
				slot := measure.Slot{Scope: scope, Period: p}
				out[slot] = out[slot].Plus(s)
			}
		}
	}
	return out
}

func values(a *Acc, f *measure.Frame) []measure.Value {
	states, flows := standings(a, f), fold.Roll(a.Flows, f)
	current := map[string]bool{}
	for _, p := range f.Current {
		current[p.Name] = true
	}
	var out []measure.Value
	for _, d := range Definitions() {
		for i, n := range f.Org.Nodes {
			for _, p := range f.Wanted(crm.NodeNo(i), d.Headline) {
				slot := measure.Slot{Scope: crm.NodeNo(i), Period: p}
				s, has := states[slot]
				fl, moved := flows[slot]
				if !has && !moved && (n.Level == crm.RepLevel || !current[p.Name]) {
					continue
				}
				for _, v := range valuesOf(d.ID, slot, s, fl, a.Env.buckets, f.Currency) {
					v.Open = f.Running(p)
					out = measure.Append(out, v)
				}
			}
		}
	}
	return out
}

func valuesOf(id string, slot measure.Slot, s Standing, fl Flow, b buckets, c crm.Currency) []measure.Value {
	money := func(n int64) []measure.Value { return []measure.Value{measure.NewMoney(id, slot, n, c)} }
	keyed := func(dimension string, words []string, amount func(int) int64) (out []measure.Value) {
		for i, w := range words {
			out = append(out, measure.NewMoney(id, slot, amount(i), c).Keyed(dimension+"="+w))
		}
		return out
	}
	switch id {
	case idBalance:
		v := measure.NewMoney(id, slot, s.open()-s.Unapplied, c)
		v.N = s.Items
		return []measure.Value{v}
	case idItems:
		return []measure.Value{measure.NewCount(id, slot, s.Items)}
	case idBucket:
		return keyed("bucket", b.names, func(i int) int64 {
			if len(s.Buckets) == 0 {
				return 0
			}
			return s.Buckets[i]
		})
	case idUnapplied:
		return money(-s.Unapplied)
	case idOverdue:
		return money(s.overdue())
	case idOverdueShare:
		return []measure.Value{measure.NewRatio(id, slot, s.overdue(), s.open())}
	case idByCause:
		return keyed("cause", causes(), func(i int) int64 { return s.Cause[i] })
	case idByStep:
		return keyed("step", steps(), func(i int) int64 { return s.Step[i] })
	case idWrittenOff:
		return money(fl.WrittenOff)
	case idRecovered:
		return money(fl.Recovered)
	}
	return nil
}
