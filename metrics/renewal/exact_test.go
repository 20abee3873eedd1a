package renewal

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"crmreport/ingest/crm"
)

// What is worked out in machine integers is what rationals give, near the limits
// of either and far from them.
func TestSumsAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	dens := []int64{1, 1, 2, 3, 7, 12, 365, 366, 1<<20 - 1, 1 << 20, 1 << 40}
	draw := func() Sum {
		var s Sum
		for range r.IntN(4) {
			s.addPart(reduced(r.Int64N(1<<(1+r.IntN(58))), dens[r.IntN(len(dens))]))
		}
		return s
	}
	whole := 0
	for range 20000 {
		a, b := draw(), draw()
		if got, want := a.Minor(), crm.RoundHalfUp(a.Rat()); got != want {
			t.Fatalf("%v rounds to %d, want %d", a, got, want)
		}
		if got, want := a.Cmp(b), a.Rat().Cmp(b.Rat()); got != want {
			t.Fatalf("%v compares to %v as %d, want %d", a, b, got, want)
		}
		if len(b) == 0 {
			continue
		}
		if want, _ := new(big.Rat).Quo(a.Rat(), b.Rat()).Float64(); a.over(b) != want {
			t.Fatalf("%v / %v = %v, want %v", a, b, a.over(b), want)
		}
		if _, ok := a.single(); ok && len(a) > 1 {
			whole++
		}
	}
	if whole < 1000 {
		t.Errorf("only %d sums of several parts were small", whole)
	}
}

// exchange converts as crm.FX does.
func TestExchange(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	b := &crm.Book{Currency: "CNY"}
	var rates []crm.FXRate
	for _, c := range []crm.Currency{"USD", "JPY", "KWD"} {
		for on := range crm.Date(5) {
			rate := crm.Decimal(r.Int64N(1 << (2 + r.IntN(60))))
			if on == 2 {
				rate = crm.One / 2 // halves are rounded up
			}
			rates = append(rates, crm.FXRate{Currency: c, Date: 10 * (on + 1), Rate: rate})
		}
	}
	b.FX = crm.NewFX(rates)
	var x exchange
	for range 20000 {
		m := crm.Money{Minor: r.Int64N(1<<(1+r.IntN(50))) - 5, Currency: []crm.Currency{"USD", "JPY", "KWD", "EUR", "CNY"}[r.IntN(5)]}
		on := crm.Date(r.IntN(70))
		got, ok := x.convert(b, m, on)
		want, known := b.FX.Convert(m, b.Currency, on)
		if got != want || ok != known {
			t.Fatalf("%v on %v is %d (%v), want %d (%v)", m, on, got, ok, want, known)
		}
	}
}
