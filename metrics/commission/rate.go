package commission

import (
	"cmp"

	"crmreport/ingest/crm"
)

// rates finds rates for rep after rep, each of whom most rows are not for.
type rates struct {
	book *crm.Book
	rows map[crm.RepNo][]*crm.Rate // that may be for a rep, in order
}

func (t *rates) of(rep crm.RepNo) []*crm.Rate {
	rows, ok := t.rows[rep]
	if ok {
		return rows
	}
	for i := range t.book.Rates {
		if r := &t.book.Rates[i]; r.Rep == crm.NoRep || r.Rep == rep {
			rows = append(rows, r)
		}
	}
	if t.rows == nil {
		t.rows = map[crm.RepNo][]*crm.Rate{}
	}
	t.rows[rep] = rows
	return rows
}

// find returns the rate row in force on the sign date for a rep's sale
// of a type, nil for none; spell is the rep's on that day. It is the most
// specific of rep, plan, role and everybody; within it a row of the type before
// one of every type; then the latest valid_from, then the later row.
func (t *rates) find(spell *crm.Spell, rep crm.RepNo, typ crm.ContractType, sign crm.Date) *crm.Rate {
	role := spell.Role
	if role == "" {
		role = crm.Seller
	}
	if typ == "" {
		typ = crm.New
	}
	var best *crm.Rate
	rank := -1
	for _, r := range t.of(rep) {
		k := subject(r, rep, spell.Plan, role)
		if k < 0 || r.Type != "" && r.Type != typ || r.From.Known() && sign < r.From || r.To.Known() && r.To < sign {
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
	return best
}

// subject is how specific a row is to the rep, -1 where it is another's. Of
// rep, plan and role the most specific that is given decides.
func subject(r *crm.Rate, rep crm.RepNo, plan string, role crm.Role) int {
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
func tiered(r *crm.Rate) bool {
	return r.HasTo || r.FromAmount.Minor != 0 || r.ToAmount.Minor != 0
}
