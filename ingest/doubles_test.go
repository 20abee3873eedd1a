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
		if got := doubles(nil, keys, extra); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %v, want %v", seed, got, want)
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
		if got := splice(nil, s, drop, at, add); !slices.Equal(got, want) {
			t.Fatalf("seed %d: drop %v, add at %v: %v, want %v", seed, drop, at, got, want)
		}
	}
}

// More keys than one heap holds, with doubles in all of them.
func TestDoublesOfMany(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	var keys []uint64
	for range 5 * heapOf {
		keys = append(keys, r.Uint64())
	}
	var want []int32
	for i := range 100 {
		at := len(keys) - 1 - 37*i
		keys[at] = keys[601*i]
		want = append(want, int32(601*i), int32(at))
	}
	slices.Sort(want)
	if got := doubles(nil, keys, nil); !slices.Equal(got, want) {
		t.Errorf("%d found, want %d", len(got), len(want))
	}
}

func BenchmarkDoubles(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 5))
	keys := make([]uint64, 1_000_000)
	for i := range keys {
		keys[i] = r.Uint64()
	}
	for b.Loop() {
		doubles(nil, keys, nil)
	}
}
