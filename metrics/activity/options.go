// Package activity judges what sellers enter and do day by day (metrics.md 6):
// whether the team's standard of visits was kept on every rostered day, whether
// the entries are fresh and complete, what quality control found in them, which
// of them look invented (domain.md, "Truth"), and what became of customers once
// they were graded.
package activity

import "crmreport/ingest/crm"

// Options are the parameters of the family.
type Options struct {
	MaxPerDay   int           // more visits than this in a day are implausible (20)
	DayStart    int           // minute of the day before which a visit is "at night" (7:00)
	DayEnd      int           // … and from which (21:00)
	CopiedNotes int           // the same note at this many customers of one rep (4)
	DailyRun    int           // one customer on this many working days in a row without progress (5)
	Channels    []crm.Channel // what counts as a visit

	Profiles    map[string]Standard // the standards of visits that a team may have, by name
	Profile     string              // the one of teams that are not named below
	Teams       map[string]string   // a unit by its path → its profile; the longest path wins
	Also        Standard            // further conditions, each shown on its own and part of no profile
	Noon        int                 // minute of the day that the afternoon begins at (12:00 sharp is afternoon)
	HoursPerDay int                 // hours of visiting in a day (8)
	ClosingDays int                 // a visit at most this many days before a contract is one to close it (7)
	MakerDays   int                 // the decision maker should have been met within this many days (30)

	Lean bool // neither rostered days nor lists: for who takes rows away and computes again, who looks at numerators alone
}

// Standard is what a day is asked for; 0 asks for nothing.
type Standard struct {
	Visits             int // at least so many visits
	Valid              int // … of them valid
	Morning, Afternoon int // … so many valid before noon, and so many after
	NewValid           int // valid visits that are the rep's first valid one to the customer
}

// DefaultOptions returns the defaults.
func DefaultOptions() Options {
	return Options{MaxPerDay: 20, DayStart: 7 * 60, DayEnd: 21 * 60, CopiedNotes: 4, DailyRun: 5,
		Channels: []crm.Channel{crm.ChannelVisit},
		Profiles: map[string]Standard{"铁军": {Visits: 8, Valid: 2}, "诚信通": {Valid: 8, Morning: 3, Afternoon: 5}},
		Profile:  "铁军", Teams: map[string]string{}, Also: Standard{Valid: 3, NewValid: 8}, Noon: 12 * 60, HoursPerDay: 8, ClosingDays: 7, MakerDays: 30}
}
