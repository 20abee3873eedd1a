package measure

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// FisherLess is Fisher's exact test of one side: how likely it is that of two
// samples with the same share the second has no more than k2 of n2, given how
// many both have together. With mid, only half of the observed table counts:
// less conservative with few cases (Lancaster). It needs 0 <= k <= n.
func FisherLess(k1, n1, k2, n2 int64, mid bool) float64 {
	k, n := k1+k2, n1+n2
	logChoose := func(n, k int64) float64 {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		return a - b - c
	}
	term := math.Exp(logChoose(n2, k2) + logChoose(n1, k1) - logChoose(n, k))
	p := term
	if mid {
		p /= 2
	}
	// Downwards each table is the one above times a ratio; far from the middle
	// they soon add nothing. Below the middle they first grow.
	lowest := max(0, k-n1)
	for x := k2; x > lowest; x-- {
		term *= float64(x) * float64(n1-k+x) / (float64(n2-x+1) * float64(k-x+1))
		p += term
		if term < p*1e-17 {
			break
		}
	}
	return min(p, 1)
}

// RateLess is the conditional test of two Poisson counts: how likely it is that
// with the same rate the second count is no more than k2, given the sum of both
// (Przyborowski and Wilenski). t1 and t2 are their exposures, such as working
// days; both are above 0.
func RateLess(k1 int64, t1 float64, k2 int64, t2 float64, mid bool) float64 {
	n, q := k1+k2, t2/(t1+t2)
	p := binomialCDF(k2, n, q)
	if mid {
		p -= (p - binomialCDF(k2-1, n, q)) / 2
	}
	return p
}

// binomialCDF is the probability of no more than k of n at the share q.
func binomialCDF(k, n int64, q float64) float64 {
	switch {
	case k < 0:
		return 0
	case k >= n:
		return 1
	}
	return mathext.RegIncBeta(float64(n-k), float64(k+1), 1-q)
}

// Holm corrects p-values for being several (Holm 1979): the chance that any of
// those below alpha is there by chance alone is at most alpha. The result is in
// the order of ps.
func Holm(ps []float64) []float64 {
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ps[a], ps[b]) })
	out := make([]float64, len(ps))
	worst := 0.0
	for rank, i := range order {
		worst = max(worst, min(1, ps[i]*float64(len(ps)-rank)))
		out[i] = worst
	}
	return out
}
