package crm

import (
	"math/bits"
	"sort"

	"crmreport/ingest/room"
)

// RepNo and CustomerNo are dense numbers of the ids in a Book: an id is text
// once, in Names, and four bytes everywhere else (spec: performance, 12 bytes
// a visit).
type (
	RepNo      int32
	CustomerNo int32
)

// NoRep and NoCustomer stand for a blank id.
const (
	NoRep      RepNo      = -1
	NoCustomer CustomerNo = -1
)

// Names numbers the ids of one kind in the order they are first seen. The zero
// value is ready. It is a hash table of numbers beside the ids themselves, and
// the ids lie end to end in large pieces: there may be millions, read by the
// million a second. What it answers depends on the ids and their order alone.
type Names[N ~int32] struct {
	base  *Names[N] // see Beside
	in    *room.Store
	ids   []string
	slots []slot // a power of two of them, at most half full
	texts Texts

	recent *[1 << recentBits]known[N] // what Number was asked for of late
}

// NewNames returns Names whose ids lie in a store; nil is the heap.
func NewNames[N ~int32](in *room.Store) *Names[N] { return &Names[N]{in: in, texts: Texts{In: in}} }

// slot is an entry of the hash table: a number + 1 (0 is free), and its id's
// hash, so that the table grows without a look at the ids.
type slot struct {
	number int32
	hash   uint32
}

// Number returns the number of id, giving it the next one when it is new. A
// blank id is -1.
func (n *Names[N]) Number(id string) N {
	if id == "" {
		return -1
	}
	h := hashID(id)
	if n.recent == nil {
		n.recent = new([1 << recentBits]known[N])
	}
	e := &n.recent[h>>(32-recentBits)^h&7]
	if e.id != id {
		e.number = n.number(id, h)
		e.id = n.ID(e.number) // a copy that lasts
	}
	return e.number
}

// recentBits is how many ids are at hand, as a power of two: rows that stand
// together are of the same few reps and customers.
const recentBits = 10

// known is an id with its number.
type known[N ~int32] struct {
	id     string
	number N
}

func (n *Names[N]) number(id string, h uint32) N {
	if n.base != nil {
		if i, _ := n.base.find(id, h); i >= 0 {
			return i
		}
	}
	i, at := n.find(id, h)
	if i < 0 {
		i = N(len(n.ids))
		n.add(n.texts.Keep(id), h, at)
	}
	return n.out(i)
}

// Beside returns Names that know what n knows, and number from -2 down what it
// does not. Several may be in use side by side while n does not change; n takes
// their ids over by Take.
func (n *Names[N]) Beside() *Names[N] {
	b := NewNames[N](n.in)
	b.base = n
	return b
}

// out is what the id at i is known by outside.
func (n *Names[N]) out(i N) N {
	if n.base != nil {
		return -2 - i
	}
	return i
}

// Take numbers the ids that others, made by n.Beside, have numbered, as they are
// asked for. The texts are shared.
func (n *Names[N]) Take(of *Names[N]) func(N) N {
	known := make([]N, len(of.ids)) // ours + 1
	hashes := of.hashes()
	return func(theirs N) N {
		if theirs >= -1 {
			return theirs
		}
		i := -2 - theirs
		if known[i] == 0 {
			known[i] = n.adopt(of.ids[i], hashes[i]) + 1
		}
		return known[i] - 1
	}
}

// hashes lists the hash of every id.
func (n *Names[N]) hashes() []uint32 {
	out := make([]uint32, len(n.ids))
	for _, s := range n.slots {
		if s.number != 0 {
			out[s.number-1] = s.hash
		}
	}
	return out
}

// adopt is Number of an id that lasts.
func (n *Names[N]) adopt(id string, h uint32) N {
	i, at := n.find(id, h)
	if i >= 0 {
		return i
	}
	n.add(id, h, at)
	return N(len(n.ids) - 1)
}

// add puts a new id, which lasts, where find says.
func (n *Names[N]) add(id string, h uint32, at int) {
	if 2*len(n.ids) < len(n.slots) {
		n.slots[at] = slot{int32(len(n.ids)) + 1, h}
	} else {
		n.grow()
		n.put(slot{int32(len(n.ids)) + 1, h})
	}
	if len(n.ids) == cap(n.ids) {
		n.ids = room.Reserve(n.in, n.ids, max(16, len(n.ids))) // append grows by a quarter
	}
	n.ids = append(n.ids, id)
}

// find returns the number of id, or -1 and the free slot where it belongs.
func (n *Names[N]) find(id string, h uint32) (N, int) {
	if len(n.slots) == 0 {
		return -1, 0
	}
	mask := len(n.slots) - 1
	for at := int(h) & mask; ; at = (at + 1) & mask {
		s := n.slots[at]
		if s.number == 0 {
			return -1, at
		}
		if s.hash == h && n.ids[s.number-1] == id {
			return N(s.number - 1), at
		}
	}
}

func (n *Names[N]) grow() {
	old := n.slots
	n.slots = room.Zeros[slot](n.in, max(16, 2*len(old)))
	for _, s := range old {
		if s.number != 0 {
			n.put(s)
		}
	}
	room.Free(n.in, old)
}

func (n *Names[N]) put(s slot) {
	mask := len(n.slots) - 1
	at := int(s.hash) & mask
	for n.slots[at].number != 0 {
		at = (at + 1) & mask
	}
	n.slots[at] = s
}

// hashID mixes eight bytes at a time. Its last three bits are those of the id,
// which is not blank: ids that differ in the last digit alone mostly come one
// after the other, and are neighbours in the table.
func hashID(id string) uint32 {
	const a, b = 0xA0761D6478BD642F, 0xE7037ED1A0B428DB
	h := uint64(len(id)) * a
	for ; len(id) > 8; id = id[8:] {
		hi, lo := bits.Mul64(h^eight(id), b)
		h = hi ^ lo
	}
	var rest uint64
	for i := range len(id) {
		rest = rest<<8 | uint64(id[i])
	}
	last := rest & 7
	hi, lo := bits.Mul64(h^(rest^last), b)
	h = hi ^ lo
	hi, lo = bits.Mul64(h^a, b)
	return uint32((hi^lo)&^7 | last)
}

func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// Lookup returns the number of id, or -1 where it was never seen.
func (n *Names[N]) Lookup(id string) N {
	if id == "" {
		return -1
	}
	i, _ := n.find(id, hashID(id))
	return i
}

// ID returns the id numbered i, "" for -1.
func (n *Names[N]) ID(i N) string {
	switch {
	case i == -1:
		return ""
	case n.base == nil:
		return n.ids[i]
	case i >= 0:
		return n.base.ids[i]
	}
	return n.ids[-2-i]
}

// Len is how many ids there are.
func (n *Names[N]) Len() int { return len(n.ids) }

// lastAtOrBefore returns the last index whose date is <= d in an ascending
// list, or -1.
func lastAtOrBefore(n int, date func(int) Date, d Date) int {
	return sort.Search(n, func(i int) bool { return date(i) > d }) - 1
}

func sortByDate[T any](s []T, date func(T) Date) {
	sort.SliceStable(s, func(i, j int) bool { return date(s[i]) < date(s[j]) })
}
