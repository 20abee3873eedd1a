package conversion

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
)

// credit is a leaf's share of a contract, in 10⁻⁹.
type credit struct {
	leaf crm.LeafNo
	nano int64
}

// contracts folds the new contracts of a customer; firstValid is the day of
// its first valid visit. Contracts come by sign date and id, so the first of a
// period is the one its signing belongs to.
func (a *Acc) contracts(j *crm.Journey, firstValid crm.Date) {
	a.signed = a.signed[:0]
	for i := range j.Contracts {
		c := &j.Contracts[i]
		switch {
		case c.Type != crm.New && c.Type != "":
		case c.Status == crm.ContractVoid:
			a.void(c)
		default:
			a.sign(c, !firstValid.Known() || firstValid > c.SignDate)
		}
	}
}

// sign adds a contract's amount to every period it is signed in, and the
// signing where the customer has not signed in that period yet.
func (a *Acc) sign(c *crm.Contract, without bool) {
	periods := a.find.Containing(c.SignDate)
	if len(periods) == 0 {
		return
	}
	credits := a.credits(c)
	amounts := share(a.amount(c), credits)
	for _, p := range periods {
		first := !a.hasSigned(p.Name)
		if first {
			a.signed = append(a.signed, p.Name)
		}
		for i, cr := range credits {
			s := Signed{Amount: amounts[i]}
			if first {
				s.Signings = cr.nano
			}
			if first && without {
				s.WithoutVisit = cr.nano
			}
			k := SignedCell{cr.leaf, p.Name}
			a.Signed[k] = a.Signed[k].Plus(s)
		}
		if first && without && a.current[p.Name] {
			a.Without[Place(c.Pos)] = Case{a.book.Org.Leaf(c.Rep, c.SignDate), c.Rep, c.Customer, c.SignDate, c.ID}
		}
	}
}

func (a *Acc) hasSigned(period string) bool {
	for _, s := range a.signed {
		if s == period {
			return true
		}
	}
	return false
}

// void marks the periods that had ended when one of their contracts was voided:
// their numbers have changed since they were first reported.
func (a *Acc) void(c *crm.Contract) {
	if !c.StatusDate.Known() {
		return
	}
	for _, p := range a.find.Containing(c.SignDate) {
		if c.StatusDate >= p.End {
			k := SignedCell{a.book.Org.Leaf(c.Rep, c.SignDate), p.Name}
			a.Signed[k] = a.Signed[k].Plus(Signed{Voided: 1})
		}
	}
}

// credits returns who is credited with a contract, on its sign date: the reps
// of its sale splits, else its own rep. Shares that do not
// sum to 1 would lose or invent signings: the contract's rep has it all then.
func (a *Acc) credits(c *crm.Contract) []credit {
	shares, _, whole := a.sales.Credit(c.ID)
	if !whole {
		a.BadSplits++
	}
	out := make([]credit, len(shares))
	for i, s := range shares {
		out[i] = credit{a.book.Org.Leaf(s.Rep, c.SignDate), s.Weight}
	}
	return out
}

// amount is the whole contract in minor units of the report currency at the
// rate of the sign date; what cannot be said in it counts as 0, with a warning.
func (a *Acc) amount(c *crm.Contract) int64 {
	total, ok := c.Total()
	if !ok {
		a.NoTerm++
		return 0
	}
	minor, ok := a.book.FX.Convert(total, a.book.Currency, c.SignDate)
	if !ok {
		a.NoRate++
		return 0
	}
	return minor
}

// share splits minor among credits to the cent.
func share(minor int64, credits []credit) []int64 {
	weights := make([]int64, len(credits))
	for i, c := range credits {
		weights[i] = c.nano
	}
	return ledger.Split(minor, weights)
}
