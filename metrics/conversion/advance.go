package conversion

import (
	"slices"

	"crmreport/ingest/crm"
)

// advanceDays is how soon after a visit a deal must move forward for the visit
// to have advanced it; the day itself and the last day count.
const advanceDays = 7

// advance is a day on which a deal of a customer moved forward: the customer in
// the upper half, the day in the lower, so that they sort by both.
type advance uint64

func advanceOf(c crm.CustomerNo, d crm.Date) advance {
	return advance(c)<<32 | advance(uint32(d)^1<<31)
}

func (a advance) customer() crm.CustomerNo { return crm.CustomerNo(a >> 32) }
func (a advance) day() crm.Date            { return crm.Date(uint32(a) ^ 1<<31) }

// advances finds the days on which a deal of a customer moved forward: into a
// stage beyond all before it, or to won. Where a deal begins is no advance, and
// going back and forth is none either.
func advances(b *crm.Book) []advance {
	var out []advance
	for log := range b.DealLogs() {
		if log.Deal == nil || log.Deal.Customer == crm.NoCustomer {
			continue
		}
		far := crm.StageNone
		for _, e := range log.Entries {
			if e.Stage == crm.Lost || e.Stage == crm.Void || e.Stage == crm.Collected || e.Stage <= far {
				continue
			}
			if far != crm.StageNone {
				out = append(out, advanceOf(log.Deal.Customer, e.At.Date()))
			}
			far = e.Stage
		}
	}
	slices.Sort(out)
	return out
}

// advancesOf cuts out what is a customer's.
func advancesOf(all []advance, c crm.CustomerNo) []advance {
	if c == crm.NoCustomer {
		return nil
	}
	from, _ := slices.BinarySearch(all, advance(c)<<32)
	to := from
	for to < len(all) && all[to].customer() == c {
		to++
	}
	return all[from:to]
}

// advanced reports whether one of a customer's advances is within advanceDays of
// d.
func advanced(its []advance, d crm.Date) bool {
	for _, a := range its {
		if a.day() >= d {
			return a.day() <= d+advanceDays
		}
	}
	return false
}
