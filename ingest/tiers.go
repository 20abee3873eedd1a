package ingest

import (
	"fmt"
	"math/big"

	"crmreport/ingest/crm"
)

// checkTiers wants the brackets of every ladder of commission rates to cover
// each amount from 0 on once, and in one way: in a gap a sale would
// earn nothing, and nobody would be told.
func (r *run) checkTiers() error {
	for _, l := range crm.Ladders(r.book.Rates) {
		if f := r.tierFault(l); f != nil {
			return f
		}
	}
	return nil
}

func (r *run) tierFault(l crm.Ladder) *Fault {
	if first := l[0]; first.FromAmount.Minor != 0 {
		return r.badTiers(first, "from_amount", "no bracket begins at 0: the lowest begins at "+r.amount(first.FromAmount), "a first bracket with from_amount 0 or blank")
	}
	for i, x := range l[1:] {
		before := l[i] // l[1:] is one behind
		switch {
		case !before.HasTo:
			return r.badTiers(x, "from_amount", "this bracket begins at "+r.amount(x.FromAmount)+", and the one of "+r.place(before)+" has no end", "brackets that do not overlap")
		case before.ToAmount.Minor > x.FromAmount.Minor:
			return r.badTiers(x, "from_amount", "this bracket begins at "+r.amount(x.FromAmount)+", before the one of "+r.place(before)+" ends at "+r.amount(before.ToAmount), "brackets that do not overlap")
		case before.ToAmount.Minor < x.FromAmount.Minor:
			return r.badTiers(x, "from_amount", "this bracket begins at "+r.amount(x.FromAmount)+", and the one of "+r.place(before)+" ends at "+r.amount(before.ToAmount), "brackets without a gap")
		case (before.Mode == crm.TierWhole) != (x.Mode == crm.TierWhole):
			return r.badTiers(x, "tier_mode", "this bracket and the one of "+r.place(before)+" apply in two ways", "marginal or whole on every bracket; blank is marginal")
		}
	}
	if last := l[len(l)-1]; last.HasTo {
		return r.badTiers(last, "to_amount", "no bracket covers amounts from "+r.amount(last.ToAmount)+" on", "a last bracket with a blank to_amount")
	}
	return nil
}

func (r *run) badTiers(x *crm.Rate, column, message, expected string) *Fault {
	return &Fault{Kind: BadConfig, Code: "bad_tiers", File: r.book.Files[x.File], Line: int(x.Line), Column: column, Message: message, Expected: expected,
		Remedy: "correct the brackets of this plan, rep or role, type and days in commission_rates"}
}

func (r *run) place(x *crm.Rate) string { return fmt.Sprintf("%s:%d", r.book.Files[x.File], x.Line) }

// amount prints a bound in major units.
func (r *run) amount(m crm.Money) string {
	digits := m.Currency.MinorDigits()
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	return big.NewRat(m.Minor, unit).FloatString(digits)
}
