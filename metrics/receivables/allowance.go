package receivables

import (
	"fmt"
	"math/big"

	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// RatesMatch says what is wrong with the loss rates of o: there must be one a
// bucket, not due first, or none.
func (o Options) RatesMatch() error {
	b := newBuckets(o)
	if len(o.LossRates) == 0 || len(o.LossRates) == len(b.names) {
		return nil
	}
	return fmt.Errorf("%d loss rates for the %d buckets %v", len(o.LossRates), len(b.names), b.names)
}

// allowances is what each bucket is expected to lose, rounded half-up to the
// minor unit bucket by bucket, and their sum.
func allowances(amounts []int64, rates []*big.Rat) (parts []int64, total int64) {
	parts = make([]int64, len(rates))
	for i, x := range amounts {
		parts[i] = crm.RoundHalfUp(new(big.Rat).Mul(big.NewRat(x, 1), rates[i]))
		total += parts[i]
	}
	return parts, total
}

// Roll is the history of a bucket: what reached it, and what of that was
// written off in the end.
type Roll struct{ Reached, Lost int64 }

// rolls adds what the instalments of an account did: each reaches a bucket with
// what is open when its first day begins, the first bucket with all it was
// billed for. A write-off is lost to every bucket that it had reached by then.
// Amounts are at the rate of the invoice's day.
func (r *reading) rolls(a ledger.Account) {
	for i := range a.Items {
		r.rollItem(&a.Items[i])
	}
}

func (r *reading) rollItem(it *ledger.Item) {
	b, buckets := r.env.book, &r.env.buckets
	day := it.Invoice.Date
	add := func(bucket int, minor int64, to func(*Roll) *int64) {
		base, ok := b.FX.Convert(crm.Money{Minor: minor, Currency: it.Invoice.Amount.Currency}, b.Currency, day)
		if !ok || base == 0 {
			return // a currency without a rate is counted with its sale
		}
		parts := r.of(it.Row)
		for n, x := range r.split(base, parts) {
			*to(&r.acc.rolled(parts[n].leaf)[bucket]) += x
		}
	}
	for k := range buckets.names {
		first := max(buckets.first(it.Due, k), day)
		if first > b.AsOf {
			return
		}
		open, lost := it.Invoice.Amount.Minor, int64(0)
		for _, e := range it.Events {
			switch {
			case k > 0 && e.Date < first:
				open -= e.Amount
			case e.Kind == ledger.WrittenOff:
				lost += e.Amount
			}
		}
		add(k, open, func(x *Roll) *int64 { return &x.Reached })
		add(k, lost, func(x *Roll) *int64 { return &x.Lost })
	}
}

// first is the first day that an item due on a day is in bucket k; of not due
// there is none.
func (b *buckets) first(due crm.Date, k int) crm.Date {
	switch k {
	case 0:
		return crm.NoDate
	case 1:
		return due + 1
	}
	return due + crm.Date(b.upper[k-2]) + 1
}

// rolled is the history of a leaf's sales by bucket.
func (a *Acc) rolled(leaf crm.LeafNo) []Roll {
	s, ok := a.Rolls[leaf]
	if !ok {
		s = make([]Roll, len(a.Env.buckets.names))
		a.Rolls[leaf] = s
	}
	return s
}

func (a *Acc) mergeRolls(o map[crm.LeafNo][]Roll) {
	for leaf, its := range o {
		mine, ok := a.Rolls[leaf]
		if !ok {
			a.Rolls[leaf] = its
			continue
		}
		addRolls(mine, its)
	}
}

func addRolls(to, from []Roll) {
	for i, x := range from {
		to[i].Reached += x.Reached
		to[i].Lost += x.Lost
	}
}

// rollsOf sums the history by unit.
func (a *Acc) rollsOf(org *crm.Org) map[crm.NodeNo][]Roll {
	out := map[crm.NodeNo][]Roll{}
	for leaf, its := range a.Rolls {
		for _, scope := range org.Path(leaf) {
			if org.Nodes[scope].Level == crm.RepLevel {
				continue
			}
			if out[scope] == nil {
				out[scope] = make([]Roll, len(its))
			}
			addRolls(out[scope], its)
		}
	}
	return out
}

// allowance writes the allowance of a cell, where loss rates are known.
func (w *writer) allowance(c *cell) {
	if len(w.rates) == 0 {
		return
	}
	parts, total := allowances(c.standing.Buckets, w.rates)
	w.money(idAllowance, c, total)
	w.keyed(idAllowance, c, parts)
}

// lossRates writes what of each bucket was lost.
func (w *writer) lossRates(c *cell) {
	rolls := w.rolls[c.slot.Scope]
	for i, key := range w.buckets {
		var x Roll
		if rolls != nil {
			x = rolls[i]
		}
		w.add(measure.NewRatio(idLossRate, c.slot, x.Lost, x.Reached).Keyed(key), c)
	}
}
