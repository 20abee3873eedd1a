package measure

import (
	"math"

	"github.com/montanaflynn/stats"
	"gonum.org/v1/gonum/mathext"
)

// z95 is the 97.5 % point of the normal distribution.
const z95 = 1.959963984540054

// Wilson is the 95 % score interval of k successes among n, clipped to [0, 1]
// and exact at k = 0 and k = n (metrics.md 1.3). n = 0 has none.
func Wilson(k, n int64) (Interval, bool) {
	if n <= 0 {
		return Interval{}, false
	}
	fn, p := float64(n), float64(k)/float64(n)
	mid := p + z95*z95/(2*fn)
	half := z95 * math.Sqrt(p*(1-p)/fn+z95*z95/(4*fn*fn))
	den := 1 + z95*z95/fn
	lo, hi := (mid-half)/den, (mid+half)/den
	if k == 0 || lo < 0 {
		lo = 0
	}
	if k == n || hi > 1 {
		hi = 1
	}
	return Closed(lo, hi), true
}

// Garwood is the exact 95 % Poisson interval of a count s; s may be
// fractional where credit is split.
func Garwood(s float64) (lo, hi float64) { return GarwoodAt(s, 0.95) }

// GarwoodAt is Garwood at another confidence level.
func GarwoodAt(s, level float64) (lo, hi float64) {
	alpha := 1 - level
	if s > 0 {
		lo = mathext.GammaIncRegInv(s, alpha/2)
	}
	return lo, mathext.GammaIncRegInv(s+1, 1-alpha/2)
}

// Garwoods is Garwood for many counts, most of which are small whole numbers:
// those it works out once each. It is not for concurrent use.
type Garwoods struct {
	of    [256][2]float64
	known [256]bool
}

// At is Garwood(s).
func (g *Garwoods) At(s float64) (lo, hi float64) {
	n := int(s)
	if n < 0 || n >= len(g.of) || float64(n) != s {
		return Garwood(s)
	}
	if !g.known[n] {
		lo, hi = Garwood(s)
		g.of[n], g.known[n] = [2]float64{lo, hi}, true
	}
	return g.of[n][0], g.of[n][1]
}

// Median is the median of the sample, the middle two averaged; false
// for an empty one.
func Median(sample []float64) (float64, bool) {
	m, err := stats.Median(sample)
	return m, err == nil
}

// Mean is the arithmetic mean; false for an empty sample.
func Mean(sample []float64) (float64, bool) {
	m, err := stats.Mean(sample)
	return m, err == nil
}
