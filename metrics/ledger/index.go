package ledger

import (
	"cmp"
	"slices"
	"sort"

	"crmreport/ingest/crm"
)

// index finds items by a name and their currency, in order of settlement. Most
// customers have one or two: a table of hashes would cost more. It is made when
// it is first asked.
type index struct{ by []int32 }

// What an item can be named by.
func invoiceOf(it *item) string  { return string(it.row.ID) }
func contractOf(it *item) string { return string(it.row.Contract) }
func nothing(*item) string       { return "" }

// find returns the items of a name and currency; items and name are the same at
// every call.
func (x *index) find(items []item, name func(*item) string, id string, c crm.Currency) []int32 {
	if len(x.by) == 0 {
		x.make(items, name)
	}
	after := func(k int) int {
		it := &items[x.by[k]]
		return cmp.Or(cmp.Compare(name(it), id), cmp.Compare(it.row.Amount.Currency, c))
	}
	from := sort.Search(len(x.by), func(k int) bool { return after(k) >= 0 })
	to := from
	for to < len(x.by) && after(to) == 0 {
		to++
	}
	return x.by[from:to]
}

func (x *index) make(items []item, name func(*item) string) {
	for i := range items {
		x.by = append(x.by, int32(i))
	}
	slices.SortFunc(x.by, func(i, j int32) int {
		a, b := &items[i], &items[j]
		return cmp.Or(cmp.Compare(name(a), name(b)), cmp.Compare(a.row.Amount.Currency, b.row.Amount.Currency), cmp.Compare(i, j))
	})
}
