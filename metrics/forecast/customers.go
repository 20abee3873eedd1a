package forecast

import (
	"cmp"

	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// signer is a customer who signed contracts of one type.
type signer struct {
	customer crm.CustomerNo
	of       series
}

// customers are how many customers signed in a period, by series and scope, in
// units of 10^-9: credit may be shared.
type customers map[series]map[crm.NodeNo]int64

// signers counts, for each period that every metric covers, the customers who
// signed. A customer with several contracts of a type in the period is one, and
// belongs to the rep of the earliest, of those of one day to the smaller
// contract id's, unless its credit is split. Void contracts and
// those without a customer are none.
func (w *writer) signers() map[crm.Period]customers {
	out := map[crm.Period]customers{}
	sales, room := ledger.NewSales(w.Book), make([]ledger.Share, 0, 1)
	for _, p := range w.frame.Periods() {
		if !whole(p) || !w.frame.IsCurrent(p) {
			continue
		}
		sums := customers{seriesNew: {}, seriesRenewal: {}}
		out[p] = sums
		for at, c := range w.firsts(p) {
			shares, _, _ := sales.CreditOf(c.ID, c, room)
			weights := make([]int64, len(shares))
			for i, s := range shares {
				weights[i] = s.Weight
			}
			for i, part := range ledger.Split(int64(crm.One), weights) {
				for _, n := range w.Org.Path(w.Org.Leaf(shares[i].Rep, c.SignDate)) {
					sums[at.of][n] += part
				}
			}
		}
	}
	return out
}

// firsts are the contracts that customers signed first in p, by type.
func (w *writer) firsts(p crm.Period) map[signer]*crm.Contract {
	out := map[signer]*crm.Contract{}
	for i := range w.Contracts {
		c := &w.Contracts[i]
		of, counts := seriesOf(c.Type)
		if !counts || c.Status == crm.ContractVoid || c.Customer == crm.NoCustomer || !p.Contains(c.SignDate) {
			continue
		}
		at := signer{c.Customer, of}
		if first := out[at]; first == nil || cmp.Or(cmp.Compare(c.SignDate, first.SignDate), cmp.Compare(c.ID, first.ID)) < 0 {
			out[at] = c
		}
	}
	return out
}

// seriesOf is the series of a contract's type, a blank one being new; expansion
// has none of its own.
func seriesOf(t crm.ContractType) (series, bool) {
	switch t {
	case crm.Renewal:
		return seriesRenewal, true
	case crm.Expansion:
		return seriesAll, false
	}
	return seriesNew, true
}

// customersSigned puts the customers who signed, and what that is of their target.
func (w *writer) customersSigned(s slot) {
	sums := w.signed[s.Period]
	if sums == nil {
		return
	}
	for _, of := range []series{seriesNew, seriesRenewal} {
		n, any := sums[of][s.Scope]
		if any || w.Org.Nodes[s.Scope].Level != crm.RepLevel && w.board.signedIn(s.Scope, s.no).some {
			v := measure.NewShares("forecast.customers", s.Slot, n)
			v.Open = w.frame.Running(s.Period)
			w.put(v, of.key())
		}
		a := w.asked[s.Period]
		if a == nil {
			continue
		}
		if g, given := a.customers[of][s.Scope]; given {
			v := measure.NewNanoRatio("forecast.customers_attainment", s.Slot, n, int64(g.Value))
			v.Open, v.N = w.frame.Running(s.Period), n/int64(crm.One)
			w.put(v.Flag(g.Uncovered > 0, "partial_target"), of.key())
		}
	}
}
