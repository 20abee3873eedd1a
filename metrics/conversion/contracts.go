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
	clear(a.signed)
	a.last = -1
	for i := range j.Contracts {
		c := &j.Contracts[i]
		switch {
		case signs(c):
			a.sign(c, !firstValid.Known() || firstValid > c.SignDate)
		case isNew(c):
			a.void(c)
		}
	}
}

// isNew reports whether a contract is of this family at all, signs
// whether it is one that counts.
func isNew(c *crm.Contract) bool { return c.Type == crm.New || c.Type == "" }
func signs(c *crm.Contract) bool { return isNew(c) && c.Status != crm.ContractVoid }

// sign adds a contract's amount to every period it is signed in, by the calendar
// of its rep, and the signing where the customer has not signed in that period
// yet.
func (a *Acc) sign(c *crm.Contract, without bool) {
	home := a.book.Org.Leaf(c.Rep, c.SignDate)
	periods := a.days.Of(home, c.SignDate)
	if len(periods) == 0 {
		return
	}
	credits := a.credits(c)
	amounts := share(a.amount(c), credits)
	a.week(c.SignDate, credits, amounts)
	for i, cr := range credits {
		its := a.signings(cr.leaf)
		for _, p := range periods {
			s := Signed{Contracts: 1, Amount: amounts[i]}
			if !a.signed[p] {
				s.Signings = cr.nano
			}
			if !a.signed[p] && without {
				s.WithoutVisit = cr.nano
			}
			its[p] = its[p].Plus(s)
		}
	}
	for _, p := range periods {
		if !a.signed[p] && without && a.current[p] {
			a.Without[Place(c.Pos)] = Case{home, c.Rep, c.Customer, c.SignDate, c.ID}
		}
		a.signed[p] = true
	}
}

// signings are what a leaf signed, by period.
func (a *Acc) signings(leaf crm.LeafNo) []Signed {
	its := a.Signed[leaf]
	if its == nil {
		its = make([]Signed, len(a.periods))
		a.Signed[leaf] = its
	}
	return its
}

// void marks the periods that had ended when one of their contracts was voided:
// their numbers have changed since they were first reported.
func (a *Acc) void(c *crm.Contract) {
	if !c.StatusDate.Known() {
		return
	}
	home := a.book.Org.Leaf(c.Rep, c.SignDate)
	for _, p := range a.days.Of(home, c.SignDate) {
		if c.StatusDate >= a.periods[p].End {
			a.signings(home)[p].Voided++
		}
	}
}

// credits returns who is credited with a contract, on its sign date: the reps
// of its sale splits, else its own rep. Shares that do not
// sum to 1 would lose or invent signings: the contract's rep has it all then.
func (a *Acc) credits(c *crm.Contract) []credit {
	a.credit = a.credit[:0]
	shares, _, whole := a.sales.CreditOf(c.ID, c, a.room[:])
	if !whole {
		a.BadSplits++
	}
	for _, s := range shares {
		a.credit = append(a.credit, credit{a.book.Org.Leaf(s.Rep, c.SignDate), s.Weight})
	}
	return a.credit
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
	if len(credits) == 1 && credits[0].nano == int64(crm.One) {
		return []int64{minor}
	}
	weights := make([]int64, len(credits))
	for i, c := range credits {
		weights[i] = c.nano
	}
	return ledger.Split(minor, weights)
}
