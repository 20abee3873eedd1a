package forecast

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
)

// signedLines makes a line of each rep's share of each contract that is not
// void, credited to the leaf on the sign date.
func (r *reader) signedLines(emit func(Line)) {
	sales, room := ledger.NewSales(r.Book), make([]ledger.Share, 0, 1)
	for i := range r.Contracts {
		c := &r.Contracts[i]
		if c.Status == crm.ContractVoid || !c.SignDate.Known() {
			continue
		}
		minor, ok := r.booked(c)
		if !ok {
			continue
		}
		shares, _, whole := sales.CreditOf(c.ID, c, room)
		if !whole {
			r.warn("contract_shares_not_whole", contractSharesNotWhole)
		}
		if len(shares) == 1 {
			emit(r.signedLine(c, shares[0].Rep, minor))
			continue
		}
		weights := make([]int64, len(shares))
		for i, s := range shares {
			weights[i] = s.Weight
		}
		for i, part := range ledger.Split(minor, weights) {
			emit(r.signedLine(c, shares[i].Rep, part))
		}
	}
}

func (r *reader) signedLine(c *crm.Contract, rep crm.RepNo, minor int64) Line {
	l := Line{Kind: SignedLine, Leaf: r.Org.Leaf(rep, c.SignDate), Day: c.SignDate}
	l.Signed.add(c.Type, minor)
	return l
}

// booked is the contract's total in the report currency at the sign date; what
// cannot be said in it is left out, with a warning.
func (r *reader) booked(c *crm.Contract) (int64, bool) {
	total := c.Amount
	if c.Per != crm.PerTerm {
		var ok bool
		if total, ok = c.Total(); !ok {
			r.warn("contract_without_term", contractWithoutTerm)
			return 0, false
		}
	}
	minor, ok := r.FX.Convert(total, r.Currency, c.SignDate)
	if !ok {
		r.warn("contract_without_rate", contractWithoutRate)
	}
	return minor, ok
}
