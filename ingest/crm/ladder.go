package crm

import (
	"cmp"
	"slices"
)

// Tiered reports whether the row is one of several brackets.
func (r *Rate) Tiered() bool {
	return r.HasTo || r.FromAmount.Minor != 0 || r.ToAmount.Minor != 0
}

// Subject is whom and what a rate is for: rows of one subject that are in force
// at different times are versions of each other.
type Subject struct {
	Plan         string
	Rep          RepNo
	Role         Role
	Type         ContractType
	Margin, Cash bool
}

// Subject returns the row's.
func (r *Rate) Subject() Subject { return Subject{r.Plan, r.Rep, r.Role, r.Type, r.Margin, r.Cash} }

// Ladder is the brackets of one subject and stretch of time, the lowest first.
// A bracket is [FromAmount, ToAmount), the last one open.
type Ladder []*Rate

// Ladders returns those of a table of rates: what has a bracket, with the rows of
// the same subject and days that have none.
func Ladders(rates []Rate) []Ladder {
	if !slices.ContainsFunc(rates, func(r Rate) bool { return r.Tiered() }) {
		return nil
	}
	type terms struct {
		Subject
		from, to Date
	}
	number := map[terms]int{}
	var all []Ladder
	for i := range rates {
		r := &rates[i]
		k := terms{r.Subject(), r.From, r.To}
		n, ok := number[k]
		if !ok {
			n, number[k] = len(all), len(all)
			all = append(all, nil)
		}
		all[n] = append(all[n], r)
	}
	all = slices.DeleteFunc(all, func(l Ladder) bool { return !slices.ContainsFunc(l, (*Rate).Tiered) })
	for _, l := range all {
		slices.SortFunc(l, func(x, y *Rate) int {
			return cmp.Or(cmp.Compare(x.FromAmount.Minor, y.FromAmount.Minor), cmp.Compare(x.ToAmount.Minor, y.ToAmount.Minor), cmp.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line))
		})
	}
	return all
}

// Whole reports whether the bracket reached rates the whole sale; else each slice
// is rated on its own, which is also what blank cells mean.
func (l Ladder) Whole() bool { return l[0].Mode == TierWhole }
