package crm

import "math/big"

// Scale is how often Amount is paid over the whole term: 1 for a total, 36 for
// a monthly amount over three years. A blank term is the inclusive days of
// service / 365 years. It reports false, and 1, where the amount is per
// month or year and no term is known.
func (c *Contract) Scale() (*big.Rat, bool) {
	if c.Per == PerTerm {
		return big.NewRat(1, 1), true
	}
	var years *big.Rat
	switch {
	case c.TermMonths > 0:
		years = big.NewRat(int64(c.TermMonths), 12)
	case c.Start.Known() && c.End.Known() && c.End >= c.Start:
		years = big.NewRat(int64(c.End-c.Start)+1, 365)
	default:
		return big.NewRat(1, 1), false
	}
	if c.Per == PerMonth {
		years.Mul(years, big.NewRat(12, 1))
	}
	return years, true
}

// Total is the amount over the whole term (TCV), rounded half-up where it is
// stated per month or year; false where it cannot be said.
func (c *Contract) Total() (Money, bool) {
	if c.Per == PerTerm { // as nearly all are: asked millions of times, no fraction is made
		return c.Amount, true
	}
	scale, known := c.Scale()
	if !known {
		return Money{}, false
	}
	scale.Mul(scale, new(big.Rat).SetInt64(c.Amount.Minor))
	return Money{Minor: RoundHalfUp(scale), Currency: c.Amount.Currency}, true
}
