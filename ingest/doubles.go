package ingest

import "slices"

// doubles returns the indices of the keys that are not alone: they occur twice
// in keys, or in extra too. It looks at the keys in sixteen rounds, each with a
// small table, so that millions of them need no index in memory.
func doubles(keys, extra []uint64) []int32 {
	const rounds = 16
	size := 16
	for size < len(keys)/rounds*3 {
		size *= 2
	}
	var out []int32
	slots := make([]uint64, size) // keys of the round
	twice := map[uint64]bool{}
	for _, k := range extra {
		twice[k] = true
	}
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
	if len(twice) == 0 {
		return nil
	}
	for i, k := range keys {
		if twice[k] {
			out = append(out, int32(i))
		}
	}
	return out
}

func manyDoubles(keys []uint64, twice map[uint64]bool) []int32 {
	sorted := slices.Clone(keys)
	slices.Sort(sorted)
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			twice[sorted[i]] = true
		}
	}
	var out []int32
	for i, k := range keys {
		if twice[k] {
			out = append(out, int32(i))
		}
	}
	return out
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
