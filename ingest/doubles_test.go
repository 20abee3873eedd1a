package ingest

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// doubles against counting, with keys that all fall into one round too.
func TestDoubles(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		var keys, extra []uint64
		for range r.IntN(400) {
			k := r.Uint64()
			switch {
			case seed%3 == 0:
				k = r.Uint64N(300) // 0 too
			case seed%3 == 1:
				k >>= 8
			}
			keys = append(keys, k)
			if r.IntN(9) == 0 {
				keys = append(keys, keys[r.IntN(len(keys))])
			}
			if r.IntN(9) == 0 {
				extra = append(extra, keys[r.IntN(len(keys))], r.Uint64())
			}
		}
		count := map[uint64]int{}
		for _, k := range keys {
			count[k]++
		}
		for _, k := range extra {
			count[k]++
		}
		var want []int32
		for i, k := range keys {
			if count[k] > 1 {
				want = append(want, int32(i))
			}
		}
		alone := len(slices.Compact(slices.Sorted(slices.Values(keys)))) == len(keys)
		for _, rising := range []bool{false, alone} {
			if got := doubles(keys, extra, rising); !slices.Equal(got, want) {
				t.Fatalf("seed %d, rising %v: %v, want %v", seed, rising, got, want)
			}
		}
	}
}

// Keys rise where each is longer than the one before, or as long and greater;
// blocks of them rise where the whole does.
func TestRise(t *testing.T) {
	for _, c := range []struct {
		blocks [][]string
		keys   int
	}{
		{nil, 0},
		{[][]string{{"a"}}, 1},
		{[][]string{{"V1", "V2", "V10"}}, 3},
		{[][]string{{"V1", "V2"}, {}, {"V10"}, {"V11", "V12"}}, 5},
		{[][]string{{"V1", "V1"}}, -1},
		{[][]string{{"V2", "V1"}}, -1},
		{[][]string{{"V1", "V2"}, {"V2"}}, -1},
		{[][]string{{"V1", "V2"}, {"V3", "V3"}, {"V4"}}, -1},
		{[][]string{{"B"}, {"A"}, {"C"}}, -1},
		{[][]string{{"V9", "W1", "V10"}}, 3},
	} {
		var whole rise
		for _, block := range c.blocks {
			var r rise
			for _, k := range block {
				r.see(k)
			}
			whole.join(r.kept())
		}
		if whole.keys != c.keys {
			t.Errorf("%v: %d, want %d", c.blocks, whole.keys, c.keys)
		}
	}
}

// splice against building the list anew.
func TestSplice(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 2))
		var s, add, want []int
		var drop []int32
		var at []int
		n := r.IntN(20)
		put := func(place int) {
			for r.IntN(3) == 0 {
				at, add = append(at, place), append(add, -len(add)-1)
				want = append(want, add[len(add)-1])
			}
		}
		for i := range n {
			s = append(s, i)
			put(2 * i)
			if r.IntN(3) == 0 {
				drop = append(drop, int32(i))
			} else {
				want = append(want, i)
			}
			put(2*i + 1)
		}
		put(2 * n)
		if got := splice(s, drop, at, add); !slices.Equal(got, want) {
			t.Fatalf("seed %d: drop %v, add at %v: %v, want %v", seed, drop, at, got, want)
		}
	}
}
