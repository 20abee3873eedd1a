package team

import (
	"math/big"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// soldIn is what units signed, in minor units of the report currency.
func soldIn(b *crm.Book, f *measure.Frame, periods []crm.Period) map[measure.Slot]int64 {
	out, x := map[measure.Slot]int64{}, measure.NewStretches(periods)
	ledger.Signings(b, func(c *crm.Contract, rep crm.RepNo, minor int64) {
		for _, n := range x.Containing(c.SignDate) {
			for _, scope := range b.Org.Path(b.Org.Leaf(rep, c.SignDate)) {
				out[measure.Slot{Scope: scope, Period: periods[n]}] += minor
			}
		}
	}, func(ledger.Flaw) {})
	return out
}

// perHead is what was sold over the average of the heads, to the cent.
func perHead(s measure.Slot, sold int64, heads measure.Value, in crm.Currency) measure.Value {
	v := measure.Value{Metric: perHeadID, Slot: s}
	if heads.Num > 0 {
		each := new(big.Rat).SetFrac64(heads.Den, heads.Num)
		v = measure.NewMoney(perHeadID, s, crm.RoundHalfUp(each.Mul(each, new(big.Rat).SetInt64(sold))), in)
	}
	v.N, v.Open = heads.Num, heads.Open
	return v
}

// Margins sums what signings leave.
type Margins struct {
	Margin, Of int64 // minor units: of the contracts that state a margin
	Contracts  int64 // these, each with who is credited first
	Left       int64 // contracts without one, or without a rate of exchange
}

// Plus adds field by field.
func (m Margins) Plus(n Margins) Margins {
	return Margins{m.Margin + n.Margin, m.Of + n.Of, m.Contracts + n.Contracts, m.Left + n.Left}
}

// marginOf is a contract's margin and the amount without VAT that it is of, in
// minor units of the report currency at the rate of the sign date.
func marginOf(b *crm.Book, c *crm.Contract) (margin, of int64, ok bool) {
	scale, known := c.Scale()
	if !c.MarginKnown || !known {
		return 0, 0, false
	}
	base := c.Amount
	if c.BaseKnown {
		base = c.Base
	}
	in := func(m crm.Money) (int64, bool) {
		if c.Per == crm.PerTerm { // as nearly all are: no fraction is made
			return b.FX.Convert(m, b.Currency, c.SignDate)
		}
		x, found := b.FX.Exact(m, b.Currency, c.SignDate)
		if !found {
			return 0, false
		}
		return crm.RoundHalfUp(x.Mul(x, scale)), true
	}
	if margin, ok = in(c.Margin); ok {
		of, ok = in(base)
	}
	return margin, of, ok
}

// margins computes what part of the amount signed is margin (S3-27).
func margins(b *crm.Book, f *measure.Frame, _ Options) measure.Result {
	cells, any, want := fold.Cells[Margins]{}, false, wanted(f)
	credited(b, func(c *crm.Contract, shares []ledger.Share) {
		if any = any || c.MarginKnown; !want(c.SignDate) || len(shares) == 0 {
			return
		}
		margin, of, ok := marginOf(b, c)
		if !ok {
			cells.Add(b.Org.Leaf(shares[0].Rep, c.SignDate), c.SignDate, Margins{Left: 1})
			return
		}
		weights := make([]int64, len(shares))
		for i, s := range shares {
			weights[i] = s.Weight
		}
		parts, whole := ledger.Split(margin, weights), ledger.Split(of, weights)
		for i, s := range shares {
			cells.Add(b.Org.Leaf(s.Rep, c.SignDate), c.SignDate, Margins{Margin: parts[i], Of: whole[i], Contracts: one(i == 0)})
		}
	})
	if !any {
		return measure.Result{}
	}
	out := f.Out()
	for slot, m := range rolled(cells, f, false) {
		if unit(f, slot) {
			v := measure.NewRatio(marginID, slot, m.Margin, m.Of).Flag(m.Left > 0, "left_out")
			v.N, v.Open = m.Contracts, f.Running(slot.Period)
			out.Add(v)
		}
	}
	return measure.Result{Values: out.Rest()}
}
