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
func advances(b *crm.Book) []dated {
	var out []dated
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
				out = append(out, dateOf(log.Deal.Customer, e.At.Date()))
			}
			far = e.Stage
		}
	}
	slices.Sort(out)
	return out
}

// advanced reports whether one of a customer's advances is within advanceDays of
// d.
func advanced(its []dated, d crm.Date) bool {
	for _, a := range its {
		if a.day() >= d {
			return a.day() <= d+advanceDays
		}
	}
	return false
}
