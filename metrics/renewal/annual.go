package renewal

import (
	"math/big"

	"crmreport/ingest/crm"
)

// Part is an exact fraction of minor units, reduced; Den is positive.
type Part struct {
	Den int64 `json:"d"`
	Num int64 `json:"n"`
}

// Sum is an exact sum of fractions of minor units: one numerator for each
// denominator, in the order of the denominators, none of them zero. A three-year
// contract has a twelfth of a 36th; adding those up in integers alone needs the
// denominators kept apart. A Sum is never changed in place.
type Sum []Part

// sumOf is a Sum of one part.
func sumOf(p Part) Sum {
	if p.Num == 0 {
		return nil
	}
	return Sum{p}
}

// Plus is s + o.
func (s Sum) Plus(o Sum) Sum {
	if len(s) == 0 {
		return o
	}
	if len(o) == 0 {
		return s
	}
	out := make(Sum, 0, max(len(s), len(o)))
	for len(s) > 0 && len(o) > 0 {
		switch {
		case s[0].Den < o[0].Den:
			out, s = append(out, s[0]), s[1:]
		case s[0].Den > o[0].Den:
			out, o = append(out, o[0]), o[1:]
		default:
			if n := s[0].Num + o[0].Num; n != 0 {
				out = append(out, Part{s[0].Den, n})
			}
			s, o = s[1:], o[1:]
		}
	}
	return append(append(out, s...), o...)
}

// Rat is s as one rational.
func (s Sum) Rat() *big.Rat {
	total := new(big.Rat)
	for _, p := range s {
		total.Add(total, big.NewRat(p.Num, p.Den))
	}
	return total
}

// Cmp compares s and o: −1, 0 or +1.
func (s Sum) Cmp(o Sum) int {
	if len(s) == 1 && len(o) == 1 && s[0].Den == o[0].Den {
		return compare(s[0].Num, o[0].Num)
	}
	return s.Rat().Cmp(o.Rat())
}

// Minor is s in whole minor units, rounded half-up: for display.
func (s Sum) Minor() int64 {
	if len(s) == 0 {
		return 0
	}
	if len(s) == 1 && s[0].Den == 1 {
		return s[0].Num
	}
	return crm.RoundHalfUp(s.Rat())
}

// lesser is the smaller of two sums.
func lesser(a, b Sum) Sum {
	if a.Cmp(b) <= 0 {
		return a
	}
	return b
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// maxAmount keeps amounts so small that a year of them, summed over any real
// book, stays far from the ends of int64.
const maxAmount = 1 << 50

// annual is the ACV of c had it the given amount: twelve months of it, from the
// term in months, else from the days of service over 365 (4.1, R-4.24). It
// reports false where neither is known, and for an amount that is negative or
// absurd: such a row is no contract.
func annual(c *crm.Contract, amount int64) (Part, bool) {
	if amount < 0 || amount > maxAmount {
		return Part{}, false
	}
	switch {
	case c.Per == crm.PerMonth:
		return reduced(12*amount, 1), true
	case c.Per == crm.PerYear:
		return reduced(amount, 1), true
	case c.TermMonths > 0:
		return reduced(12*amount, int64(c.TermMonths)), true
	case c.Start.Known() && c.End.Known() && c.End >= c.Start:
		return reduced(365*amount, int64(c.End-c.Start)+1), true
	}
	return Part{}, false
}

func reduced(num, den int64) Part {
	a, b := num, den
	for b != 0 {
		a, b = b, a%b
	}
	if num == 0 {
		return Part{1, 0}
	}
	return Part{den / a, num / a}
}
