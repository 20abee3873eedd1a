package sample

import "math/rand/v2"

// dice is a seeded generator with the draws that this package needs. All of
// them are integers: floating point may differ between machines.
type dice struct{ *rand.Rand }

// newDice returns the generator of one stream; streams with different numbers
// are independent of each other and of the order in which they are used.
func newDice(seed, stream uint64) dice {
	return dice{rand.New(rand.NewPCG(seed*0x9e3779b97f4a7c15+1, stream*0xbf58476d1ce4e5b9+7))}
}

// chance is true in permille cases of a thousand.
func (d dice) chance(permille int) bool { return d.IntN(1000) < permille }

// between returns a number in [lo, hi], both included.
func (d dice) between(lo, hi int) int { return lo + d.IntN(hi-lo+1) }

// noise returns a roughly normal number with mean 0 and the given deviation.
func (d dice) noise(dev int) int {
	if dev <= 0 {
		return 0
	}
	return d.IntN(2*dev+1) + d.IntN(2*dev+1) + d.IntN(2*dev+1) - 3*dev
}

// weighted returns an index with probability proportional to its weight.
func (d dice) weighted(weights ...int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := d.IntN(sum)
	for i, w := range weights {
		if n < w {
			return i
		}
		n -= w
	}
	return len(weights) - 1
}

func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }
