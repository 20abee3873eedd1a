// Package conversion is the golden rule: valid visits per signing against 8,
// and how much of a shortfall is quantity, quality or conversion (metrics.md
// section 1). It reads journeys.
package conversion

import "crmreport/ingest/crm"

// Options are the parameters of the family; DefaultOptions is the rulings.
type Options struct {
	Golden           int64         // valid visits per signing (8)
	Channels         []crm.Channel // what counts as a visit
	PlanVisitsPerDay int64         // plan N*: visits per rep and working day (8)
	PlanValidPerDay  crm.Decimal   // plan q*·N*: valid visits per rep and working day
	MorningShare     crm.Decimal   // how much of a day's valid visits is planned for the morning
}

// DefaultOptions returns the rulings of metrics.md. The plan's share of valid
// visits is 2 of 8, the lower end of "2–3 of the 8"; of 8 valid visits a day 3 are
// made in the morning (domain.md).
func DefaultOptions() Options {
	return Options{Golden: 8, Channels: []crm.Channel{crm.ChannelVisit}, PlanVisitsPerDay: 8, PlanValidPerDay: 2 * crm.One,
		MorningShare: crm.One * 3 / 8}
}
