package ledger

import "crmreport/ingest/crm"

// Flaw is what keeps a contract from being counted as it is.
type Flaw int

// The flaws.
const (
	NoTerm         Flaw = iota // an amount a year or month without a term: left out
	NoRate                     // no rate of exchange on the sign date: left out
	SharesNotWhole             // shares that are not 100 %: all is the contract's own rep's
)

// Signings calls emit for each rep's share of each contract that is not void,
// in minor units of the report currency at the rate of the sign date (R-3.4,
// ), and tell for each flaw.
func Signings(b *crm.Book, emit func(c *crm.Contract, rep crm.RepNo, minor int64), tell func(Flaw)) {
	sales, room := NewSales(b), make([]Share, 0, 1)
	for i := range b.Contracts {
		c := &b.Contracts[i]
		if c.Status == crm.ContractVoid || !c.SignDate.Known() {
			continue
		}
		minor, ok := booked(b, c, tell)
		if !ok {
			continue
		}
		shares, _, whole := sales.CreditOf(c.ID, c, room)
		if !whole {
			tell(SharesNotWhole)
		}
		if len(shares) == 1 {
			emit(c, shares[0].Rep, minor)
			continue
		}
		weights := make([]int64, len(shares))
		for i, s := range shares {
			weights[i] = s.Weight
		}
		for i, part := range Split(minor, weights) {
			emit(c, shares[i].Rep, part)
		}
	}
}

// booked is the contract's total in the report currency at the sign date.
func booked(b *crm.Book, c *crm.Contract, tell func(Flaw)) (int64, bool) {
	total := c.Amount
	if c.Per != crm.PerTerm {
		var ok bool
		if total, ok = c.Total(); !ok {
			tell(NoTerm)
			return 0, false
		}
	}
	minor, ok := b.FX.Convert(total, b.Currency, c.SignDate)
	if !ok {
		tell(NoRate)
	}
	return minor, ok
}
