package ingest

import (
	"math/bits"
	"slices"
	"sync"

	"crmreport/ingest/block"
	"crmreport/ingest/room"
)

// doubles returns the indices of the keys that are not alone: they occur twice
// in keys, or in extra too. The keys, which are hashes, are dealt out into heaps
// small enough for a table that a processor keeps close by.
func doubles(in *room.Store, keys, extra []uint64) []int32 {
	twice := map[uint64]bool{}
	for _, k := range extra {
		twice[k] = true
	}
	dealt := room.Reserve[uint64](in, nil, len(keys))[:len(keys)]
	defer room.Free(in, dealt)
	heaps := heapsOf(keys, dealt)
	var lock sync.Mutex
	block.Split(len(heaps), func(from, to int) {
		table := &heap{}
		for _, keys := range heaps[from:to] {
			for _, k := range table.doubles(keys) {
				lock.Lock()
				twice[k] = true
				lock.Unlock()
			}
		}
	})
	return among(keys, twice)
}

// heapOf is about how many keys a heap gets.
const heapOf = 1 << 14

// heapsOf deals keys out by their top bits, into dealt.
func heapsOf(keys, dealt []uint64) [][]uint64 {
	shift := 64 - bits.Len(uint(len(keys)/heapOf))
	if shift == 64 {
		return [][]uint64{keys}
	}
	ends := make([]int, 1<<(64-shift))
	for _, k := range keys {
		ends[k>>shift]++
	}
	sum := 0
	for i, n := range ends {
		ends[i] = sum
		sum += n
	}
	for _, k := range keys {
		dealt[ends[k>>shift]] = k
		ends[k>>shift]++
	}
	heaps, from := make([][]uint64, len(ends)), 0
	for i, to := range ends {
		heaps[i], from = dealt[from:to], to
	}
	return heaps
}

// heap is a table of the keys of one heap.
type heap struct{ slots []uint64 }

// doubles returns the keys that are there twice.
func (h *heap) doubles(keys []uint64) (out []uint64) {
	if len(keys) > 8*heapOf { // many are alike
		return manyDoubles(keys)
	}
	size := 1 << bits.Len(uint(2*len(keys)))
	if size > len(h.slots) {
		h.slots = make([]uint64, size)
	}
	slots := h.slots[:size]
	clear(slots)
	zero := false
	for _, k := range keys {
		if k == 0 {
			if zero {
				out = append(out, 0)
			}
			zero = true
			continue
		}
		at := int(k>>20) & (size - 1)
		for slots[at] != 0 && slots[at] != k {
			at = (at + 1) & (size - 1)
		}
		if slots[at] == k {
			out = append(out, k)
		}
		slots[at] = k
	}
	return out
}

func manyDoubles(keys []uint64) (out []uint64) {
	sorted := slices.Clone(keys)
	slices.Sort(sorted)
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			out = append(out, sorted[i])
		}
	}
	return out
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

// splice drops the elements numbered drop (ascending) from s and puts add[i]
// before the element that was numbered at[i]/2, or after it where that is odd;
// at ascends. It works in place as far as it can.
func splice[T any](in *room.Store, s []T, drop []int32, at []int, add []T) []T {
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
		if i%stride == 0 {
			in.Trim()
		}
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
	room.Own(in, add)
	s = room.Reserve(in, s[:kept], len(add))[:kept+len(add)]
	from, to := kept, len(s)
	for k := len(add) - 1; k >= 0; k-- {
		n := from - places[k]
		copy(s[to-n:to], s[places[k]:from])
		from, to = places[k], to-n-1
		s[to] = add[k]
	}
	return s
}
