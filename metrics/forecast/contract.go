package forecast

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
)

// signedLines makes a line of each rep's share of each contract that is not
// void, credited to the leaf on the sign date.
func (r *reader) signedLines(emit func(Line)) {
	sales := ledger.NewSales(r.Book)
	for i := range r.Contracts {
		c := &r.Contracts[i]
		if c.Status == crm.ContractVoid || !c.SignDate.Known() {
			continue
		}
		minor, ok := r.booked(c)
		if !ok {
			continue
		}
		shares, _, whole := sales.Credit(c.ID)
		if !whole {
			r.warn("contract_shares_not_whole", contractSharesNotWhole)
		}
		weights := make([]int64, len(shares))
		for i, s := range shares {
			weights[i] = s.Weight
		}
		for i, part := range ledger.Split(minor, weights) {
			l := Line{Kind: SignedLine, Leaf: r.Org.Leaf(shares[i].Rep, c.SignDate), Day: c.SignDate}
			l.Signed.add(c.Type, part)
			emit(l)
		}
	}
}

// booked is the contract's total in the report currency at the sign date; what
// cannot be said in it is left out, with a warning.
func (r *reader) booked(c *crm.Contract) (int64, bool) {
	total, ok := c.Total()
	if !ok {
		r.warn("contract_without_term", contractWithoutTerm)
		return 0, false
	}
	minor, ok := r.FX.Convert(total, r.Currency, c.SignDate)
	if !ok {
		r.warn("contract_without_rate", contractWithoutRate)
	}
	return minor, ok
}
