package renewal

import (
	"math/big"
	"sort"

	"crmreport/ingest/crm"
)

// Reasons why a contract counts but its money does not.
const (
	noTerm = "contracts_without_acv"
	noRate = "contracts_unconverted"
)

// acvAt is the ACV of c in the report currency at the rate of a day: the amount
// is converted, to its minor unit, and then annualised exactly.
func (d *desk) acvAt(c *crm.Contract, on crm.Date) (Part, string) {
	minor, ok := d.book.FX.Convert(c.Amount, d.book.Currency, on)
	return acvOf(c, minor, ok)
}

// acvOf is the ACV of c where its amount is minor in the report currency, if
// that is known.
func acvOf(c *crm.Contract, minor int64, known bool) (Part, string) {
	if _, ok := annual(c, c.Amount.Minor); !ok {
		return Part{}, noTerm
	}
	if !known {
		return Part{}, noRate
	}
	p, ok := annual(c, minor)
	if !ok {
		return Part{}, noTerm
	}
	return p, ""
}

// inherited is what the heirs of contract o are worth a year, both at the rate
// of o's start, or why that is not known.
func (k *clerk) inherited(g *bundle, o int) (Sum, string) {
	var total Sum
	start := g.contracts[o].Start
	for _, l := range k.verdicts[o].heirs {
		heir := g.contracts[l.new].Contract
		olds := k.olds.before(l.new)
		if len(olds) == 1 {
			p, why := k.acvAt(heir, start)
			if why != "" {
				return nil, why
			}
			total.add(sumOf(p))
			continue
		}
		minor, why := k.share(g, heir, olds, o)
		if why != "" {
			return nil, why
		}
		m, ok := k.book.FX.Convert(crm.Money{Minor: minor, Currency: heir.Amount.Currency}, k.book.Currency, start)
		if !ok {
			return nil, noRate
		}
		total.add(sumOf(Part{1, m}))
	}
	return total, ""
}

// share is the part of heir's ACV that falls to o among the contracts olds that
// it replaces: the ACV in minor units of heir's own currency, rounded
// half-up once, split by the ACV of the old contracts.
func (d *desk) share(g *bundle, heir *crm.Contract, olds []int, o int) (int64, string) {
	acv, ok := annual(heir, heir.Amount.Minor)
	if !ok {
		return 0, noTerm
	}
	weights, at := make([]*big.Rat, len(olds)), 0
	for i, k := range olds {
		weights[i] = new(big.Rat)
		if p, why := d.acvAt(g.contracts[k].Contract, g.contracts[k].Start); why == "" {
			weights[i].SetFrac64(p.Num, p.Den)
		}
		if k == o {
			at = i
		}
	}
	return allot(sumOf(acv).Minor(), weights)[at], ""
}

// allot splits total by weights with largest remainders, the first of equal
// ones first; where every weight is zero the parts are equal.
func allot(total int64, weights []*big.Rat) []int64 {
	sum := new(big.Rat)
	for _, w := range weights {
		sum.Add(sum, w)
	}
	parts, rest := make([]int64, len(weights)), make([]*big.Rat, len(weights))
	left := total
	for i, w := range weights {
		q := big.NewRat(total, int64(len(weights)))
		if sum.Sign() > 0 {
			q.Mul(big.NewRat(total, 1), new(big.Rat).Quo(w, sum))
		}
		floor := new(big.Int).Quo(q.Num(), q.Denom()) // total and weights are not negative
		parts[i] = floor.Int64()
		rest[i] = q.Sub(q, new(big.Rat).SetInt(floor))
		left -= parts[i]
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(x, y int) bool { return rest[order[x]].Cmp(rest[order[y]]) > 0 })
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}
