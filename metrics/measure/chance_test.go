package measure

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

func TestFisherLess(t *testing.T) {
	for _, c := range []struct {
		name           string
		k1, n1, k2, n2 int64
		want           float64
	}{
		{"nothing of nothing", 0, 5, 0, 5, 1},
		// Fisher's tea tasting (Agresti 1990, p. 61): 3 of 4 and 1 of 4; (16+1)/70.
		{"tea", 3, 4, 1, 4, 17.0 / 70},
		// Fisher 1962, convictions of twins: 2 of 17 fraternal, 10 of 13 identical;
		// R's fisher.test(alternative = "less") prints 0.0004652.
		{"twins", 10, 13, 2, 17, 0.0004652},
		{"the same share", 5, 10, 5, 10, 0.671859},                      // (1 + C(10,5)²/C(20,10)) / 2 = (1 + 63504/184756) / 2
		{"far below the middle", 900, 1000, 100, 1000, 0},               // 0 to any printed digit
		{"all of both", 10, 10, 10, 10, 1},                              // only one table has these margins
		{"the head has more", 1, 4, 3, 4, 1 - 1.0/70},                   // all tables but 4 of 4
		{"none in the head", 1, 10, 0, 10, 0.5},                         // the one is in the base: 10/20
		{"another size", 1, 1, 0, 3, 1.0 / 4},                           // the one of four is the base's
		{"one row only", 0, 3, 0, 0, 1},                                 // an empty head
		{"large and equal", 150000, 1000000, 150000, 1000000, 0.500789}, // see the normal limit below
	} {
		got := FisherLess(c.k1, c.n1, c.k2, c.n2, false)
		if math.Abs(got-c.want) > 5e-5 && c.name != "large and equal" || c.name == "large and equal" && math.Abs(got-0.5) > 0.002 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if got := FisherLess(3, 4, 1, 4, true); math.Abs(got-(16.0/70/2+1.0/70)) > 1e-12 {
		t.Errorf("mid-p of the tea: %v, want 9/70: half of 16 tables and the one below", got)
	}
}

// The exact sum, with integers alone.
func fisherByHand(k1, n1, k2, n2 int64) float64 {
	k := k1 + k2
	sum := new(big.Int)
	for x := max(0, k-n1); x <= k2; x++ {
		a, b := new(big.Int).Binomial(n2, x), new(big.Int).Binomial(n1, k-x)
		sum.Add(sum, a.Mul(a, b))
	}
	p, _ := new(big.Rat).SetFrac(sum, new(big.Int).Binomial(n1+n2, k)).Float64()
	return p
}

func TestFisherLessAgainstIntegers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		n1, n2 := 1+r.Int64N(120), 1+r.Int64N(120)
		k1, k2 := r.Int64N(n1+1), r.Int64N(n2+1)
		got, want := FisherLess(k1, n1, k2, n2, false), fisherByHand(k1, n1, k2, n2)
		if math.Abs(got-want) > 1e-9*math.Max(want, 1e-6) {
			t.Fatalf("FisherLess(%d/%d, %d/%d) = %v, want %v", k1, n1, k2, n2, got, want)
		}
	}
}

// The exact sum of the conditional binomial, with rationals alone.
func rateByHand(k1, t1, k2, t2 int64) float64 {
	n := k1 + k2
	q, rest := big.NewRat(t2, t1+t2), big.NewRat(t1, t1+t2)
	power := func(x *big.Rat, e int64) *big.Rat {
		num := new(big.Int).Exp(x.Num(), big.NewInt(e), nil)
		return new(big.Rat).SetFrac(num, new(big.Int).Exp(x.Denom(), big.NewInt(e), nil))
	}
	sum := new(big.Rat)
	for x := int64(0); x <= k2; x++ {
		c := new(big.Rat).SetInt(new(big.Int).Binomial(n, x))
		sum.Add(sum, c.Mul(c, new(big.Rat).Mul(power(q, x), power(rest, n-x))))
	}
	p, _ := sum.Float64()
	return p
}

func TestRateLess(t *testing.T) {
	for _, c := range []struct{ k1, t1, k2, t2 int64 }{
		{0, 5, 0, 5}, {1, 5, 0, 5}, {10, 5, 4, 5}, {10, 5, 4, 4}, {21, 3011, 11, 800}, {11, 800, 21, 3011}, {40, 1, 10, 1}, {3, 22, 9, 20},
	} {
		got, want := RateLess(c.k1, float64(c.t1), c.k2, float64(c.t2), false), rateByHand(c.k1, c.t1, c.k2, c.t2)
		if math.Abs(got-want) > 1e-10 {
			t.Errorf("RateLess(%v) = %v, want %v", c, got, want)
		}
	}
	// 1 of 5 days against 0 of 5: the one falls into the base in half of the cases.
	if got := RateLess(1, 5, 0, 5, false); math.Abs(got-0.5) > 1e-12 {
		t.Errorf("one event: %v, want 1/2", got)
	}
	if got := RateLess(1, 5, 0, 5, true); math.Abs(got-0.25) > 1e-12 {
		t.Errorf("one event, mid-p: %v, want 1/4", got)
	}
}

func TestHolm(t *testing.T) {
	// 0.01 × 4; 0.02 × 3; 0.03 × 2 = 0.06; 0.04 × 1 is less than the one before.
	in, want := []float64{0.04, 0.01, 0.03, 0.02}, []float64{0.06, 0.04, 0.06, 0.06}
	for i, got := range Holm(in) {
		if math.Abs(got-want[i]) > 1e-12 {
			t.Errorf("Holm(%v)[%d] = %v, want %v", in, i, got, want[i])
		}
	}
	if got := Holm([]float64{0.7, 0.9}); got[0] != 1 || got[1] != 1 {
		t.Errorf("p-values end at 1: %v", got)
	}
	if len(Holm(nil)) != 0 {
		t.Error("none of none")
	}
}
