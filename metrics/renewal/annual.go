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
// denominators kept apart. Only add changes a Sum.
type Sum []Part

// sumOf is a Sum of one part.
func sumOf(p Part) Sum {
	if p.Num == 0 {
		return nil
	}
	return Sum{p}
}

// add makes s, whose memory must be nobody else's, s + o.
func (s *Sum) add(o Sum) {
	for _, p := range o {
		s.addPart(p)
	}
}

func (s *Sum) addPart(p Part) {
	if p.Num == 0 {
		return
	}
	at := 0
	if len(*s) > 0 && (*s)[0].Den != p.Den {
		at, _ = slices.BinarySearchFunc(*s, p.Den, func(p Part, den int64) int { return cmp.Compare(p.Den, den) })
	}
	if at == len(*s) || (*s)[at].Den != p.Den {
		*s = slices.Insert(*s, at, p)
		return
	}
	if (*s)[at].Num += p.Num; (*s)[at].Num == 0 {
		*s = slices.Delete(*s, at, at+1)
	}
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

// exact is the first integer that float64 does not tell from the next one.
const exact = 1 << 53

// single is s as one part that is not negative, where there is one whose terms
// are not large.
func (s Sum) single() (Part, bool) {
	switch len(s) {
	case 0:
		return Part{1, 0}, true
	case 1:
		return s[0], s[0].Num >= 0
	}
	const large = 1 << 20 // of denominators: lcm and products stay below exact
	one := Part{1, 0}
	for _, p := range s {
		if p.Num < 0 || p.Den >= large || one.Den >= large {
			return Part{}, false
		}
		g := gcd(one.Den, p.Den)
		mine, its := p.Den/g, one.Den/g
		if p.Num >= exact/its || one.Num >= exact/mine {
			return Part{}, false
		}
		one = Part{one.Den * mine, one.Num*mine + p.Num*its}
	}
	return one, true
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
		if p.Den == 1 {
			return p.Num
		}
		n := p.Num / p.Den
		if rest := p.Num % p.Den; rest >= p.Den-rest {
			n++
		}
		return n
	}
	return crm.RoundHalfUp(s.Rat())
}

// over is s / o, the nearest float64; o is not zero.
func (s Sum) over(o Sum) float64 {
	a, ok := s.single()
	b, also := o.single()
	if ok && also && a.Den < exact && b.Den < exact {
		// One division of integers that float64 has exactly is exact to the last bit.
		g := gcd(a.Den, b.Den)
		if x, y := b.Den/g, a.Den/g; a.Num < exact/x && b.Num < exact/y {
			return float64(a.Num*x) / float64(b.Num*y)
		}
	}
	v, _ := new(big.Rat).Quo(s.Rat(), o.Rat()).Float64()
	return v
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
	if num == 0 {
		return Part{1, 0}
	}
	g := gcd(num, den)
	return Part{den / g, num / g}
}

// gcd is the greatest common divisor of two numbers that are not negative.
func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
