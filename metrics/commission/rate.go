package commission

import (
	"cmp"

	"crmreport/ingest/crm"
)

// rateOf returns the rate row in force on the sign date for a rep's
// sale of a type: the most specific of rep, plan, role and everybody; within
// it a row of the type before one of every type; then the latest valid_from,
// then the later row.
func rateOf(b *crm.Book, rep crm.RepNo, t crm.ContractType, sign crm.Date) (crm.Rate, bool) {
	spell, _ := b.Org.Spell(rep, sign)
	role := spell.Role
	if role == "" {
		role = crm.Seller
	}
	if t == "" {
		t = crm.New
	}
	var best crm.Rate
	rank := -1
	for _, r := range b.Rates {
		k := subject(r, rep, spell.Plan, role)
		if k < 0 || r.Type != "" && r.Type != t || r.From.Known() && sign < r.From || r.To.Known() && r.To < sign {
			continue
		}
		k *= 2
		if r.Type != "" {
			k++
		}
		if k > rank || k == rank && cmp.Or(cmp.Compare(r.From, best.From), cmp.Compare(r.File, best.File), cmp.Compare(r.Line, best.Line)) >= 0 {
			best, rank = r, k
		}
	}
	return best, rank >= 0
}

// subject is how specific a row is to the rep, -1 where it is another's. Of
// rep, plan and role the most specific that is given decides.
func subject(r crm.Rate, rep crm.RepNo, plan string, role crm.Role) int {
	given, fits := 0, true
	switch {
	case r.Rep != crm.NoRep:
		given, fits = 3, r.Rep == rep
	case r.Plan != "":
		given, fits = 2, r.Plan == plan
	case r.Role != "":
		given, fits = 1, r.Role == role
	}
	if !fits {
		return -1
	}
	return given
}

// tiered reports whether the row is one of several brackets.
func tiered(r crm.Rate) bool {
	return r.HasTo || r.FromAmount.Minor != 0 || r.ToAmount.Minor != 0
}
