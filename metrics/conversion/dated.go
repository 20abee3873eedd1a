package conversion

import (
	"slices"

	"crmreport/ingest/crm"
)

// dated is a day of a customer: the customer in the upper half, the day in the
// lower, so that days sort by both. Millions of them are one list.
type dated uint64

func dateOf(c crm.CustomerNo, d crm.Date) dated {
	return dated(c)<<32 | dated(uint32(d)^1<<31)
}

func (a dated) customer() crm.CustomerNo { return crm.CustomerNo(a >> 32) }
func (a dated) day() crm.Date            { return crm.Date(uint32(a) ^ 1<<31) }

// of cuts out what is a customer's.
func of(all []dated, c crm.CustomerNo) []dated {
	if c == crm.NoCustomer {
		return nil
	}
	from, _ := slices.BinarySearch(all, dated(c)<<32)
	to := from
	for to < len(all) && all[to].customer() == c {
		to++
	}
	return all[from:to]
}
