// Package activity finds entered visits that look invented, so that quality
// control knows where to look (domain.md, "Truth"). It reads a rep's visits
// day by day. The other definitions of metrics.md section 6 come later.
package activity

import "crmreport/ingest/crm"

// Options are the parameters of the patterns.
type Options struct {
	MaxPerDay   int           // more visits than this in a day are implausible (20)
	DayStart    int           // minute of the day before which a visit is "at night" (7:00)
	DayEnd      int           // … and from which (21:00)
	CopiedNotes int           // the same note at this many customers of one rep (4)
	DailyRun    int           // one customer on this many working days in a row without progress (5)
	Channels    []crm.Channel // what counts as a visit
}

// DefaultOptions returns the defaults.
func DefaultOptions() Options {
	return Options{MaxPerDay: 20, DayStart: 7 * 60, DayEnd: 21 * 60, CopiedNotes: 4, DailyRun: 5,
		Channels: []crm.Channel{crm.ChannelVisit}}
}
