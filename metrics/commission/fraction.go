package commission

import (
	"math"
	"math/big"
	"math/bits"

	"crmreport/ingest/crm"
)

// fraction is an exact number. Almost every commission is one of two small
// integers: those need no memory. What is negative or outgrows them is wide.
type fraction struct {
	num, den int64 // ≥ 0 and > 0
	wide     *big.Rat
}

func whole(n int64) fraction { return fraction{1, 1, nil}.times(n, 1) }

func exactly(r *big.Rat) fraction {
	if r.Sign() >= 0 && r.Num().IsInt64() && r.Denom().IsInt64() {
		return fraction{r.Num().Int64(), r.Denom().Int64(), nil}
	}
	return fraction{wide: r}
}

func (f fraction) rat() *big.Rat {
	if f.wide != nil {
		return f.wide
	}
	return big.NewRat(f.num, f.den)
}

func (f fraction) negative() bool { return f.wide != nil && f.wide.Sign() < 0 }

// times is f × num/den; den > 0.
func (f fraction) times(num, den int64) fraction {
	if num == den {
		return f
	}
	if f.wide == nil && num >= 0 {
		x, y := gcd(f.num, den), gcd(num, f.den)
		n, small := product(f.num/x, num/y)
		d, also := product(f.den/y, den/x)
		if small && also {
			return fraction{n, d, nil}
		}
	}
	return fraction{wide: new(big.Rat).Mul(f.rat(), big.NewRat(num, den))}
}

// by is f × g.
func (f fraction) by(g fraction) fraction {
	if g.wide == nil {
		return f.times(g.num, g.den)
	}
	return fraction{wide: new(big.Rat).Mul(f.rat(), g.wide)}
}

// part is f × num/den rounded half-up as crm.RoundHalfUp does; den > 0.
func (f fraction) part(num, den int64) int64 {
	if num == den {
		num, den = 1, 1
	}
	if f.wide == nil && num >= 0 {
		hi, lo := bits.Mul64(uint64(f.num), uint64(num))
		over, d := bits.Mul64(uint64(f.den), uint64(den))
		if over == 0 && hi<<1|lo>>63 < d { // the quotient is below 2^63
			q, r := bits.Div64(hi, lo, d)
			if r >= d-r {
				q++
			}
			return int64(q)
		}
	}
	return crm.RoundHalfUp(new(big.Rat).Mul(f.rat(), big.NewRat(num, den)))
}

// product reports whether it is one: false where it does not fit.
func product(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return int64(lo), hi == 0 && lo <= math.MaxInt64
}

func gcd(a, b int64) int64 {
	for b > 1 {
		a, b = b, a%b
	}
	if b == 1 {
		return 1
	}
	return a
}
