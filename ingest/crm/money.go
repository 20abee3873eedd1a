package crm

import (
	"fmt"
	"math/big"
	"strings"
)

// Currency is an ISO 4217 code in capitals, such as CNY.
type Currency string

// MinorDigits is how many decimal places the currency's minor unit has.
func (c Currency) MinorDigits() int {
	switch c {
	case "JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "XPF", "PYG", "RWF", "KMF", "GNF", "DJF", "BIF", "VUV":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}

// Money is an amount in integer minor units of one currency. There is
// no float anywhere near it, and two currencies are never added in silence.
type Money struct {
	Minor    int64
	Currency Currency
}

// Decimal is an exact decimal number with nine places: 1 is 1_000_000_000. It
// holds rates, indices and shares; arithmetic on it goes through big.Rat.
type Decimal int64

// One is the Decimal 1.
const One Decimal = 1_000_000_000

// Rat is d as an exact rational.
func (d Decimal) Rat() *big.Rat { return big.NewRat(int64(d), int64(One)) }

// String prints d without trailing zeros.
func (d Decimal) String() string {
	s := d.Rat().FloatString(9)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// ParseDecimal reads -?digits[.digits] with at most nine places.
func ParseDecimal(s string) (Decimal, error) {
	v, err := parseScaled(s, 9)
	return Decimal(v), err
}

// ParseMinor reads -?digits[.digits] into minor units with the given number of
// decimal places. More places than that are an error unless they are zeros:
// an amount is never rounded on the way in.
func ParseMinor(s string, places int) (int64, error) { return parseScaled(s, places) }

func parseScaled(s string, places int) (int64, error) {
	bad := func(why string) (int64, error) { return 0, fmt.Errorf("%q %s", s, why) }
	digits, neg := strings.CutPrefix(s, "-")
	whole, frac, dotted := strings.Cut(digits, ".")
	if whole == "" || (dotted && frac == "") {
		return bad("is not a number like 1234.56")
	}
	kept := strings.TrimRight(frac, "0")
	if len(kept) > places {
		return bad(fmt.Sprintf("has more than %d decimal places", places))
	}
	var v int64
	for _, c := range whole + kept + strings.Repeat("0", places-len(kept)) {
		if c < '0' || c > '9' {
			return bad("is not a number like 1234.56")
		}
		if v > (1<<62)/10 {
			return bad("is too large")
		}
		v = v*10 + int64(c-'0')
	}
	for _, c := range frac {
		if c < '0' || c > '9' {
			return bad("is not a number like 1234.56")
		}
	}
	if neg {
		v = -v
	}
	return v, nil
}

// RoundHalfUp rounds r to an integer, halves away from zero (四舍五入, R-0.8).
func RoundHalfUp(r *big.Rat) int64 {
	num := new(big.Int).Lsh(new(big.Int).Abs(r.Num()), 1)
	num.Add(num, r.Denom())
	den := new(big.Int).Lsh(r.Denom(), 1)
	q := num.Quo(num, den).Int64()
	if r.Sign() < 0 {
		return -q
	}
	return q
}

// FX converts currencies at dated rates; the zero value knows none.
type FX struct {
	rates map[Currency][]FXRate // by date
}

// FXRate is one row of fx_rates: units of the report currency for one unit of
// Currency, from Date on.
type FXRate struct {
	Pos
	Currency Currency
	Date     Date
	Rate     Decimal
}

// NewFX indexes rates; of two on one day the later row wins.
func NewFX(rates []FXRate) FX {
	m := map[Currency][]FXRate{}
	for _, r := range rates {
		m[r.Currency] = append(m[r.Currency], r)
	}
	for _, rs := range m {
		sortByDate(rs, func(r FXRate) Date { return r.Date })
	}
	return FX{m}
}

// Convert returns m in the currency to at the rate in force on d, rounded
// half-up to its minor unit. It reports false where no rate is known; nothing
// is ever converted 1:1 by default.
func (fx FX) Convert(m Money, to Currency, d Date) (int64, bool) {
	if m.Currency == to || m.Minor == 0 {
		return m.Minor, true
	}
	r, ok := fx.Exact(m, to, d)
	if !ok {
		return 0, false
	}
	return RoundHalfUp(r), true
}

// Exact is Convert without the rounding, for amounts that are rounded later
// at one point only).
func (fx FX) Exact(m Money, to Currency, d Date) (*big.Rat, bool) {
	r := new(big.Rat).SetInt64(m.Minor)
	if m.Currency == to || m.Minor == 0 {
		return r, true
	}
	rs := fx.rates[m.Currency]
	i := lastAtOrBefore(len(rs), func(i int) Date { return rs[i].Date }, d)
	if i < 0 {
		return nil, false
	}
	r.Mul(r, rs[i].Rate.Rat())
	return r.Mul(r, big.NewRat(pow10(to.MinorDigits()), pow10(m.Currency.MinorDigits()))), true
}

func pow10(n int) int64 {
	v := int64(1)
	for ; n > 0; n-- {
		v *= 10
	}
	return v
}
