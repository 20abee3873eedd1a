package forecast

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
)

// signedLines makes a line of each rep's share of each contract that is not
// void, credited to the leaf on the sign date.
func (r *reader) signedLines(emit func(Line)) {
	split := map[crm.ContractID]bool{}
	for i := range r.Splits {
		split[r.Splits[i].Contract] = true
	}
	shared := &crm.Book{Splits: r.Splits} // the few contracts that more than one rep may have credit for
	for i := range r.Contracts {
		if c := &r.Contracts[i]; split[c.ID] {
			shared.Contracts = append(shared.Contracts, *c)
		}
	}
	sales := ledger.NewSales(shared)
	for i := range r.Contracts {
		c := &r.Contracts[i]
		if c.Status == crm.ContractVoid || !c.SignDate.Known() {
			continue
		}
		minor, ok := r.booked(c)
		switch {
		case !ok:
		case split[c.ID]:
			r.sharedLines(sales, c, minor, emit)
		case c.ID != "": // credit goes by id
			emit(r.signedLine(c, c.Rep, minor))
		}
	}
}

// sharedLines makes a line of each share of a contract that is split.
func (r *reader) sharedLines(sales *ledger.Sales, c *crm.Contract, minor int64, emit func(Line)) {
	shares, _, whole := sales.Credit(c.ID)
	if !whole {
		r.warn("contract_shares_not_whole", contractSharesNotWhole)
	}
	weights := make([]int64, len(shares))
	for i, s := range shares {
		weights[i] = s.Weight
	}
	for i, part := range ledger.Split(minor, weights) {
		emit(r.signedLine(c, shares[i].Rep, part))
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
