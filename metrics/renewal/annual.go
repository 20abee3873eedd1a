package renewal

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"

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
	if slices.Equal(s, o) {
		return 0
	}
	if a, ok := s.single(); ok {
		if b, ok := o.single(); ok {
			return a.cmp(b)
		}
	}
	return s.Rat().Cmp(o.Rat())
}

// single is s as one part that is not negative, if it is one.
func (s Sum) single() (Part, bool) {
	switch len(s) {
	case 0:
		return Part{1, 0}, true
	case 1:
		return s[0], s[0].Num >= 0
	}
	return Part{}, false
}

// cmp compares parts that are not negative, in 128 bits.
func (p Part) cmp(o Part) int {
	hi, lo := bits.Mul64(uint64(p.Num), uint64(o.Den))
	ohi, olo := bits.Mul64(uint64(o.Num), uint64(p.Den))
	return cmp.Or(cmp.Compare(hi, ohi), cmp.Compare(lo, olo))
}

// Minor is s in whole minor units, rounded half-up: for display.
func (s Sum) Minor() int64 {
	if p, ok := s.single(); ok {
		n := p.Num / p.Den
		if rest := p.Num % p.Den; rest >= p.Den-rest {
			n++
		}
		return n
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
