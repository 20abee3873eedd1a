package conversion

import (
	"slices"

	"crmreport/ingest/crm"
)

// advanceDays is how soon after a visit a deal must move forward for the visit
// to have advanced it; the day itself and the last day count.
const advanceDays = 7

// advances finds the days on which a deal of a customer moved forward: into a
// stage beyond all before it, or to won. Where a deal begins is no advance, and
// going back and forth is none either.
func advances(b *crm.Book) map[crm.CustomerNo][]crm.Date {
	out := map[crm.CustomerNo][]crm.Date{}
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
				c := log.Deal.Customer
				out[c] = append(out[c], e.At.Date())
			}
			far = e.Stage
		}
	}
	for _, days := range out {
		slices.Sort(days)
	}
	return out
}

// advanced reports whether one of the sorted days is within advanceDays of d.
func advanced(days []crm.Date, d crm.Date) bool {
	i, _ := slices.BinarySearch(days, d)
	return i < len(days) && days[i] <= d+advanceDays
}
