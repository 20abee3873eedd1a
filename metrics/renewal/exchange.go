package renewal

import (
	"math"
	"math/bits"

	"crmreport/ingest/crm"
)

// exchange converts many amounts at the rates of few days: a contract's ACV is
// looked at on every day on which retention is measured. It looks a rate up once
// and does in 128 bits what crm.FX does in rationals.
type exchange map[quote]rate

type quote struct {
	currency crm.Currency
	day      crm.Date
}

// rate is minor units of the report currency for one minor unit; den 0: not one
// that exchange can work with.
type rate struct{ num, den uint64 }

// acvAt is the ACV of c at the rate of a day, zero where it is not known.
func (x *exchange) acvAt(b *crm.Book, c *crm.Contract, on crm.Date) Part {
	minor, ok := x.convert(b, c.Amount, on)
	p, _ := acvOf(c, minor, ok)
	return p
}

// convert is b.FX.Convert to the currency of the report.
func (x *exchange) convert(b *crm.Book, m crm.Money, on crm.Date) (int64, bool) {
	if r := x.rate(b, m.Currency, on); r.den > 0 && m.Minor > 0 {
		if hi, lo := bits.Mul64(uint64(m.Minor), r.num); hi < r.den {
			n, rest := bits.Div64(hi, lo, r.den)
			if rest >= r.den-rest { // half-up
				n++
			}
			if n <= math.MaxInt64 {
				return int64(n), true
			}
		}
	}
	return b.FX.Convert(m, b.Currency, on)
}

func (x *exchange) rate(b *crm.Book, c crm.Currency, on crm.Date) rate {
	if r, ok := (*x)[quote{c, on}]; ok {
		return r
	}
	var r rate
	one, ok := b.FX.Exact(crm.Money{Minor: 1, Currency: c}, b.Currency, on)
	if ok && one.Sign() > 0 && one.Num().IsUint64() && one.Denom().IsUint64() {
		r = rate{one.Num().Uint64(), one.Denom().Uint64()}
	}
	if *x == nil {
		*x = exchange{}
	}
	(*x)[quote{c, on}] = r
	return r
}
