package commission

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"crmreport/ingest/crm"
)

// A fraction is what big.Rat says, in small terms and beyond them.
func TestFraction(t *testing.T) {
	small, wide := 0, 0
	for seed := range uint64(20000) {
		r := rand.New(rand.NewPCG(seed, 19))
		number := func() int64 { return r.Int64N(1 + r.Int64N(1<<(1+r.IntN(50)))) }
		start := number() - number()/8
		f, want := whole(start), big.NewRat(start, 1)
		for range r.IntN(4) {
			num, den := number(), 1+number()
			switch r.IntN(4) {
			case 0:
				num = -num
			case 1:
				den = int64(crm.One)
			}
			if r.IntN(2) == 0 {
				f = f.times(num, den)
			} else {
				f = f.by(exactly(big.NewRat(num, den)))
			}
			want.Mul(want, big.NewRat(num, den))
		}
		if f.rat().Cmp(want) != 0 || f.negative() != (want.Sign() < 0) {
			t.Fatalf("seed %d: %v, want %v", seed, f.rat(), want)
		}
		if f.wide == nil {
			small++
		} else {
			wide++
		}
		den := 1 + number()
		num := number() % (den + 1)
		rounded := new(big.Rat).Mul(want, big.NewRat(num, den))
		if half := new(big.Int).Quo(rounded.Num(), rounded.Denom()); !half.IsInt64() {
			continue // beyond every amount
		}
		if got := f.part(num, den); got != crm.RoundHalfUp(rounded) {
			t.Fatalf("seed %d: %v × %d/%d is %d, want %d", seed, want, num, den, got, crm.RoundHalfUp(rounded))
		}
	}
	if small < 3000 || wide < 3000 {
		t.Errorf("%d small, %d wide: one of them was hardly tried", small, wide)
	}
}
