package receivables

import (
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
)

// lookBack is how many whole months before the newest one count-back may use.
const lookBack = 24

// cutsOf cuts time so that sales need not be kept by the day: behind every state
// day, and at the first of each month that count-back may look at. The last cut
// is the day after the last state day.
func cutsOf(days []crm.Date) []crm.Date {
	if len(days) == 0 {
		return nil
	}
	var cuts []crm.Date
	for d := monthsBefore(days[0], lookBack); d <= days[len(days)-1]; d = monthsBefore(d, -1) {
		cuts = append(cuts, d)
	}
	for _, d := range days {
		cuts = append(cuts, d+1)
	}
	slices.Sort(cuts)
	return slices.Compact(cuts)
}

// monthsBefore is the first of the month so many before that of d.
func monthsBefore(d crm.Date, months int) crm.Date {
	y, m, _ := d.Civil()
	return crm.DateOf(y, m-months, 1)
}

// cut is the number of the stretch between two cuts that d lies in; false
// outside all of them.
func (e *Env) cut(d crm.Date) (int, bool) {
	i, found := slices.BinarySearch(e.cuts, d)
	if !found {
		i--
	}
	return i, i >= 0 && i < len(e.cuts)-1
}

// sales adds what an account was sold on credit: invoices on their day, less the
// credit notes settled with them, on theirs or on the invoice's where it is
// later. Credit that settles nothing is no part of what is open, and so no part
// of this. An advance is no sale.
func (r *reading) sales(a ledger.Account) {
	for i := range a.Items {
		it := &a.Items[i]
		r.sell(it, it.Invoice.Date, it.Invoice.Amount.Minor)
		for _, e := range it.Events {
			if e.Kind == ledger.Credited {
				r.sell(it, max(e.Date, it.Invoice.Date), -e.Amount)
			}
		}
	}
}

// sell adds an amount of a sale of a day, at its rate. What is open without a
// rate is counted elsewhere.
func (r *reading) sell(it *ledger.Item, day crm.Date, minor int64) {
	b := r.env.book
	at, ok := r.env.cut(day)
	if !ok {
		return
	}
	m := crm.Money{Minor: minor, Currency: it.Invoice.Amount.Currency}
	base, ok := b.FX.Convert(m, b.Currency, day)
	if !ok {
		if it.Outstanding == 0 {
			r.acc.foreign(m.Currency, Foreign{Cases: 1})
		}
		return
	}
	parts := r.of(it.Row)
	for n, x := range r.split(base, parts) {
		if x != 0 {
			r.acc.sold(parts[n].leaf)[at] += x
		}
	}
}

// sold are the credit sales of a leaf by stretch.
func (a *Acc) sold(leaf crm.LeafNo) []int64 {
	s, ok := a.Sales[leaf]
	if !ok {
		s = make([]int64, len(a.Env.cuts)-1)
		a.Sales[leaf] = s
	}
	return s
}

func (a *Acc) mergeSales(o map[crm.LeafNo][]int64) {
	for leaf, sold := range o {
		mine, ok := a.Sales[leaf]
		if !ok {
			a.Sales[leaf] = sold
			continue
		}
		for i, x := range sold {
			mine[i] += x
		}
	}
}

// salesBook sums credit sales by scope: of each, those before each cut.
type salesBook struct {
	env    *Env
	before map[crm.NodeNo][]int64
}

func newSalesBook(a *Acc, org *crm.Org) *salesBook {
	s := &salesBook{a.Env, map[crm.NodeNo][]int64{}}
	for leaf, sold := range a.Sales {
		for _, scope := range org.Path(leaf) {
			mine, ok := s.before[scope]
			if !ok {
				mine = make([]int64, len(sold)+1)
				s.before[scope] = mine
			}
			for i, x := range sold {
				mine[i+1] += x
			}
		}
	}
	for _, mine := range s.before {
		for i := 1; i < len(mine); i++ {
			mine[i] += mine[i-1]
		}
	}
	return s
}

// of sums the credit sales of a scope from a cut to a state day.
func (s *salesBook) of(scope crm.NodeNo, from, to crm.Date) int64 {
	mine := s.before[scope]
	if mine == nil {
		return 0
	}
	lo, _ := slices.BinarySearch(s.env.cuts, from)
	hi, _ := slices.BinarySearch(s.env.cuts, to+1)
	return mine[hi] - mine[lo]
}

// months are the months back from a state day, the newest first, with its sales
// to date and elapsed days. A scope's history begins with the first of
// them that has credit sales.
func (s *salesBook) months(scope crm.NodeNo, to crm.Date) []month {
	if s.before[scope] == nil {
		return nil
	}
	out := make([]month, 0, lookBack+1)
	for n := 0; n <= lookBack; n++ {
		from := monthsBefore(to, 0)
		out = append(out, month{s.of(scope, from, to), int64(to - from + 1)})
		to = from - 1
	}
	for len(out) > 0 && out[len(out)-1].sales == 0 {
		out = out[:len(out)-1]
	}
	return out
}
