package forecast

import (
	"math/big"
	"sort"

	"crmreport/ingest/crm"
)

// signedLines makes a line of each rep's share of each contract that is not
// void, credited to the leaf on the sign date.
func (r *reader) signedLines(emit func(Line)) {
	splits := map[crm.ContractID][]crm.Split{}
	for _, s := range r.Splits {
		if !s.Overlay {
			splits[s.Contract] = append(splits[s.Contract], s)
		}
	}
	for i := range r.Contracts {
		c := &r.Contracts[i]
		if c.Status == crm.ContractVoid || !c.SignDate.Known() {
			continue
		}
		minor, ok := r.booked(c)
		if !ok {
			r.warn("contract_without_rate", contractWithoutRate)
			continue
		}
		for _, s := range r.shares(c, splits[c.ID], minor) {
			l := Line{Kind: SignedLine, Leaf: r.Org.Leaf(s.rep, c.SignDate), Day: c.SignDate}
			l.Signed.add(c.Type, s.minor)
			emit(l)
		}
	}
}

// booked is the contract's total in the report currency at the sign date.
func (r *reader) booked(c *crm.Contract) (int64, bool) {
	total, ok := total(c)
	if !ok {
		r.warn("contract_without_term", contractWithoutTerm)
	}
	return r.FX.Convert(crm.Money{Minor: total, Currency: c.Amount.Currency}, r.Currency, c.SignDate)
}

// total is the contract's amount over its whole term in minor units, rounded
// half-up; false where the amount is per month or year and the term is unknown:
// it is then the amount as given. A blank term is inclusive days / 365.
func total(c *crm.Contract) (int64, bool) {
	if c.Per == crm.PerTerm {
		return c.Amount.Minor, true
	}
	var years *big.Rat
	switch {
	case c.TermMonths > 0:
		years = big.NewRat(int64(c.TermMonths), 12)
	case c.Start.Known() && c.End.Known() && c.End >= c.Start:
		years = big.NewRat(int64(c.End-c.Start)+1, 365)
	default:
		return c.Amount.Minor, false
	}
	if c.Per == crm.PerMonth {
		years.Mul(years, big.NewRat(12, 1))
	}
	return crm.RoundHalfUp(years.Mul(years, new(big.Rat).SetInt64(c.Amount.Minor))), true
}

type share struct {
	rep   crm.RepNo
	minor int64
}

// shares splits a contract's amount among its reps; without credit splits, or
// with ones that do not make a whole, it is all its own rep's.
func (r *reader) shares(c *crm.Contract, splits []crm.Split, minor int64) []share {
	if len(splits) == 0 {
		return []share{{c.Rep, minor}}
	}
	weights := make([]int64, len(splits))
	var sum crm.Decimal
	for i, s := range splits {
		weights[i], sum = int64(s.Share), sum+s.Share
		if s.Share < 0 {
			sum = -1
			break
		}
	}
	if sum != crm.One {
		r.warn("contract_shares_not_whole", contractSharesNotWhole)
		return []share{{c.Rep, minor}}
	}
	out := make([]share, len(splits))
	for i, part := range largestRemainder(minor, weights) {
		out[i] = share{splits[i].Rep, part}
	}
	return out
}

// largestRemainder splits total by weights (none negative, not all 0) so that
// the parts add up to it: each is cut down on the absolute amount, then the
// largest remainders get one minor unit more, ties to the first.
func largestRemainder(total int64, weights []int64) []int64 {
	sum := new(big.Int)
	for _, w := range weights {
		sum.Add(sum, big.NewInt(w))
	}
	abs, sign := new(big.Int).Abs(big.NewInt(total)), int64(1)
	if total < 0 {
		sign = -1
	}
	parts, rest := make([]int64, len(weights)), make([]*big.Int, len(weights))
	left := abs.Int64()
	for i, w := range weights {
		q, m := new(big.Int).QuoRem(new(big.Int).Mul(abs, big.NewInt(w)), sum, new(big.Int))
		parts[i], rest[i] = q.Int64(), m
		left -= parts[i]
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return rest[order[i]].Cmp(rest[order[j]]) > 0 })
	for _, i := range order[:left] {
		parts[i]++
	}
	for i := range parts {
		parts[i] *= sign
	}
	return parts
}
