package measure

import (
	"cmp"
	"math"
	"slices"

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

// Fate is how a unit under observation ended: 0 is still open (censored), 1 and
// up are competing events.
type Fate int

// Censored is the Fate of a unit that is still open.
const Censored Fate = 0

// Ending counts units that ended with Fate after Days.
type Ending struct {
	Days float64
	Fate Fate
	N    int64
}

// CIF is the Aalen–Johansen cumulative incidence of fate by time t, for the
// competing fates 1 … fates. Events precede censorings at equal times
// . incidence[k-1] belongs to fate k; together with open they sum to 1.
func CIF(endings []Ending, t float64, fates int) (incidence []float64, open float64) {
	es := inOrder(endings)
	var risk int64
	for _, e := range es {
		risk += e.N
	}
	incidence, open = make([]float64, fates), 1
	events := make([]int64, fates)
	for i := 0; i < len(es) && es[i].Days <= t; {
		j, left, all := i, int64(0), int64(0)
		clear(events)
		for ; j < len(es) && es[j].Days == es[i].Days; j++ {
			left += es[j].N
			if es[j].Fate != Censored {
				events[es[j].Fate-1] += es[j].N
				all += es[j].N
			}
		}
		if all > 0 {
			for k, n := range events {
				incidence[k] += open * float64(n) / float64(risk)
			}
			open *= 1 - float64(all)/float64(risk)
		}
		risk -= left
		i = j
	}
	return incidence, open
}

// inOrder sorts endings by days, censorings last, unless they are sorted.
func inOrder(endings []Ending) []Ending {
	order := func(x, y Ending) int {
		if x.Days != y.Days {
			return cmp.Compare(x.Days, y.Days)
		}
		return cmp.Compare(y.Fate, x.Fate)
	}
	if slices.IsSortedFunc(endings, order) {
		return endings
	}
	endings = slices.Clone(endings)
	slices.SortFunc(endings, order)
	return endings
}
