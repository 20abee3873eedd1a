package crm

import (
	"sort"
	"strings"
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
// value is ready.
type Names[N ~int32] struct {
	ids   []string
	index map[string]N
}

// Number returns the number of id, giving it the next one when it is new. A
// blank id is -1.
func (n *Names[N]) Number(id string) N {
	if id == "" {
		return -1
	}
	if i, ok := n.index[id]; ok {
		return i
	}
	if n.index == nil {
		n.index = map[string]N{}
	}
	i := N(len(n.ids))
	id = strings.Clone(id) // id is often a piece of a whole line
	n.index[id] = i
	n.ids = append(n.ids, id)
	return i
}

// Lookup returns the number of id, or -1 where it was never seen.
func (n *Names[N]) Lookup(id string) N {
	if i, ok := n.index[id]; ok {
		return i
	}
	return -1
}

// ID returns the id numbered i, "" for -1.
func (n *Names[N]) ID(i N) string {
	if i < 0 {
		return ""
	}
	return n.ids[i]
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
