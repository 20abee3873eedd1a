package conversion

import "math"

// Factors are the three terms of S = N · (V/N) · (S/V) on one side of a
// comparison: visits, valid visits, signings.
type Factors struct{ N, V, S float64 }

// Effects say how much of a change of signings is due to the number of visits,
// to the share of them that is valid and to the signings per valid visit. They
// sum to the change.
type Effects struct{ Quantity, Quality, Conversion float64 }

func (e Effects) plus(o Effects) Effects {
	return Effects{e.Quantity + o.Quantity, e.Quality + o.Quality, e.Conversion + o.Conversion}
}

// LMDI decomposes the change from base to actual with the additive logarithmic
// mean Divisia index (LMDI-I). Where a side is zero it takes the analytical
// limit, never a small number in its place, and reports zero.
func LMDI(base, actual Factors) (e Effects, zero bool) {
	change := actual.S - base.S
	switch {
	case base.S == 0 && actual.S == 0:
		return Effects{}, false
	case unearned(base) || unearned(actual):
		return Effects{Conversion: change}, true
	case base.S == 0:
		return firstZero(base, change), true
	case actual.S == 0:
		return firstZero(actual, change), true
	}
	l := logMean(actual.S, base.S)
	n := l * math.Log(actual.N/base.N)
	q := l * math.Log((actual.V/actual.N)/(base.V/base.N))
	c := l * math.Log((actual.S/actual.V)/(base.S/base.V))
	return Effects{n, q, c}, false
}

// Shapley decomposes the same change by the average over all orders in which
// the factors can change. An undefined factor (0/0) takes the other side's
// value.
func Shapley(base, actual Factors) Effects {
	if unearned(base) || unearned(actual) {
		return Effects{Conversion: actual.S - base.S}
	}
	q0, c0 := rates(base, actual)
	q1, c1 := rates(actual, base)
	part := func(a0, a1, x0, x1, y0, y1 float64) float64 {
		return (a1 - a0) * ((x0*y0+x1*y1)/3 + (x0*y1+x1*y0)/6)
	}
	return Effects{
		part(base.N, actual.N, q0, q1, c0, c1),
		part(q0, q1, base.N, actual.N, c0, c1),
		part(c0, c1, base.N, actual.N, q0, q1),
	}
}

// rates are V/N and S/V of f, of other where f has none, else 0: a factor that
// is undefined on both sides is multiplied by a zero on both.
func rates(f, other Factors) (q, c float64) {
	q, c = quotient(f.V, f.N, quotient(other.V, other.N, 0)), quotient(f.S, f.V, quotient(other.S, other.V, 0))
	return q, c
}

func quotient(a, b, undefined float64) float64 {
	if b == 0 {
		return undefined
	}
	return a / b
}

// unearned reports signings without a valid visit to explain them.
func unearned(f Factors) bool { return f.S > 0 && (f.V == 0 || f.N == 0) }

// firstZero gives the whole change to the first factor that is 0 on a side
// without signings.
func firstZero(side Factors, change float64) Effects {
	switch {
	case side.N == 0:
		return Effects{Quantity: change}
	case side.V == 0:
		return Effects{Quality: change}
	}
	return Effects{Conversion: change}
}

// logMean is the logarithmic mean of two positive numbers.
func logMean(a, b float64) float64 {
	if a == b {
		return a
	}
	return (a - b) / math.Log1p((a-b)/b)
}
