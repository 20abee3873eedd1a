package ingest

import (
	"slices"
	"strings"
)

// doubles returns the indices of the keys that are not alone: they occur twice
// in keys, or in extra too. It looks at the keys in sixteen rounds, each with a
// small table, so that millions of them need no index in memory. Where rising
// is set, those in keys are known to differ.
func doubles(keys, extra []uint64, rising bool) []int32 {
	const rounds = 16
	twice := map[uint64]bool{}
	for _, k := range extra {
		twice[k] = true
	}
	if rising {
		return among(keys, twice)
	}
	size := 16
	for size < len(keys)/rounds*3 {
		size *= 2
	}
	slots := make([]uint64, size) // keys of the round
	for round := range uint64(rounds) {
		clear(slots)
		n := 0
		for _, k := range keys {
			if k>>60 != round || k == 0 {
				continue
			}
			if n++; 4*n > 3*len(slots) {
				return manyDoubles(keys, twice)
			}
			at := int(k>>20) & (size - 1)
			for slots[at] != 0 && slots[at] != k {
				at = (at + 1) & (size - 1)
			}
			if slots[at] == k {
				twice[k] = true
			}
			slots[at] = k
		}
	}
	zero := 0
	for _, k := range keys {
		if k == 0 {
			zero++
		}
	}
	if zero > 1 {
		twice[0] = true
	}
	return among(keys, twice)
}

// among returns the indices of the keys that are wanted.
func among(keys []uint64, wanted map[uint64]bool) (out []int32) {
	if len(wanted) == 0 {
		return nil
	}
	filter := newSieve(wanted)
	for i, k := range keys {
		if filter.may(k) && wanted[k] {
			out = append(out, int32(i))
		}
	}
	return out
}

// sieve says of most keys that are not in a set that they are not, faster than
// the set does.
type sieve struct {
	bits []uint64
	mask uint64
}

func newSieve(set map[uint64]bool) sieve {
	words := 1
	for words*4 < len(set) {
		words *= 2
	}
	s := sieve{make([]uint64, words), uint64(words)<<6 - 1}
	for k := range set {
		at := k >> 7 & s.mask
		s.bits[at>>6] |= 1 << (at & 63)
	}
	return s
}

func (s sieve) may(k uint64) bool {
	at := k >> 7 & s.mask
	return s.bits[at>>6]>>(at&63)&1 != 0
}

func manyDoubles(keys []uint64, twice map[uint64]bool) []int32 {
	sorted := slices.Clone(keys)
	slices.Sort(sorted)
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			twice[sorted[i]] = true
		}
	}
	return among(keys, twice)
}

// splice drops the elements numbered drop (ascending) from s and puts add[i]
// before the element that was numbered at[i]/2, or after it where that is odd;
// at ascends. It works in place as far as it can.
func splice[T any](s []T, drop []int32, at []int, add []T) []T {
	if len(drop) == 0 && len(add) == 0 {
		return s
	}
	// Forward: close the gaps, and learn where each insertion falls.
	kept, d, places := 0, drop, make([]int, len(at))
	k := 0
	note := func(i int) { // everything before element i
		for k < len(at) && at[k] <= 2*i {
			places[k] = kept
			k++
		}
	}
	first := len(s)
	if len(drop) > 0 {
		first = int(drop[0])
	}
	if len(at) > 0 {
		first = min(first, at[0]/2)
	}
	kept = first
	for i := first; i < len(s); i++ {
		note(i)
		if len(d) > 0 && int(d[0]) == i {
			d = d[1:]
			continue
		}
		s[kept] = s[i]
		kept++
	}
	for ; k < len(at); k++ {
		places[k] = kept
	}
	clear(s[kept:])
	// Backward: open room for what is added.
	s = slices.Grow(s[:kept], len(add))[:kept+len(add)]
	from, to := kept, len(s)
	for k := len(add) - 1; k >= 0; k-- {
		n := from - places[k]
		copy(s[to-n:to], s[places[k]:from])
		from, to = places[k], to-n-1
		s[to] = add[k]
	}
	return s
}

// rise follows keys for as long as each is beyond the one before it: by length,
// then by bytes, as numbers with and without leading zeros go. Such keys are
// all different, and need not be looked up.
type rise struct {
	first, last string
	keys        int // how many there are; -1 where one was not beyond
}

// see takes the next key. The text may be a view.
func (r *rise) see(key string) {
	switch {
	case r.keys < 0:
	case r.keys == 0:
		r.first, r.last, r.keys = key, key, 1
	case beyond(key, r.last):
		r.last = key
		r.keys++
	default:
		r.keys = -1
	}
}

// join takes the keys that come behind r's.
func (r *rise) join(next rise) {
	switch {
	case next.keys == 0 || r.keys < 0:
	case r.keys == 0:
		*r = next
	case next.keys > 0 && beyond(next.first, r.last):
		r.last = next.last
		r.keys += next.keys
	default:
		r.keys = -1
	}
}

// kept is r with texts of its own.
func (r rise) kept() rise {
	r.first, r.last = strings.Clone(r.first), strings.Clone(r.last)
	return r
}

func beyond(x, y string) bool { return len(x) > len(y) || len(x) == len(y) && x > y }
