// Package team computes what metrics.md section 6 asks of a sales team beside
// its visits: leads and private pools, sellers without a signing, coaching, red
// lines, boards and reviews. Its metrics are of the family activity, which
// metrics/activity shares with it: there what is read off visits.
package team

import (
	"cmp"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Options are the parameters of the package.
type Options struct {
	Rules                                  // of leads and pools, from the beginning
	Changes                  []RuleChange  // of these, from a day on
	UntouchedDays            int           // a customer of the pool not visited for this long is untouched (30)
	DormantMonths            int           // so many months without a signing are an alert (2, R-6.5)
	PrepaidDays              int           // a signing is prepaid if money came up to so many days after it (7)
	CoachingPoints           int           // more points than this on a coached day are too many (3)
	CoachingWindow           int           // working days on each side of a first coached day (20, R-6.7)
	Channels                 []crm.Channel // what counts as a visit
	AssignedFrom, AssignedTo int           // so many leads assigned a rep-day are right, both included (30, 50)
	AfterSalesDays           int           // a signing is followed by a contact within this (30)
	ContactDays              int           // a customer visited so shortly before a period was in contact (90)
	CoverageDays             int           // visits of so many days say where time goes (90)
	Cities                   int           // how many cities of a scope are compared (10)
	ReviewDays               int           // own day forecasts of so many working days say what is high (20)
	DayFreeze                int           // minute of the day before until which a day forecast counts (24:00, R-3.1)
	Tolerance                crm.Decimal   // a day is missed by more than this of its forecast (0.10, R-3.8)
	BoardPlaces              int           // places of a board (10)
	ImprovedVisits           int           // valid visits in both stretches to be among the most improved (20)
	PK                       [][2]string   // teams that compete, by their ids
	Hunt, Farm               []string      // units that are to grow, and those that are to earn, by their ids (S3-27)
	NewRepDays               int           // a rep is new for so many days after being hired (90)

	cities map[crm.NodeNo][]string // by Look
}

// Rules are what leads and private pools go by.
type Rules struct {
	SLAHours     int // a lead is followed up in time within this, inclusive (24)
	ReclaimHours int // from this without a follow-up on it is to be reclaimed (72, R-6.4)
	PoolCap      int // days that begin with this many in the private pool are one in, one out (50, R-6.3)
}

// RuleChange is what rules are from a day on; 0 is left as it was.
type RuleChange struct {
	From crm.Date
	Rules
}

// on is the rules in force on d. Changes hold in the order of their days.
func (o Options) on(d crm.Date) Rules {
	out := o.Rules
	for _, c := range o.Changes {
		if c.From > d {
			break
		}
		out = Rules{cmp.Or(c.SLAHours, out.SLAHours), cmp.Or(c.ReclaimHours, out.ReclaimHours), cmp.Or(c.PoolCap, out.PoolCap)}
	}
	return out
}

// DefaultOptions returns the defaults.
func DefaultOptions() Options {
	return Options{Rules: Rules{SLAHours: 24, ReclaimHours: 72, PoolCap: 50}, UntouchedDays: 30, NewRepDays: 90,
		DormantMonths: 2, PrepaidDays: 7, CoachingPoints: 3, CoachingWindow: 20, AssignedFrom: 30, AssignedTo: 50, AfterSalesDays: 30, ContactDays: 90, CoverageDays: 90, Cities: 10,
		ReviewDays: 20, DayFreeze: 24 * 60, Tolerance: crm.One / 10, BoardPlaces: 10, ImprovedVisits: 20,
		Channels: []crm.Channel{crm.ChannelVisit}}
}

// Part is metrics that are computed together, over rows that are looked at
// together. The parts know nothing of each other: to explain a number only its
// own is computed again.
type Part struct {
	Rows        crm.Grouping
	Definitions func() []measure.Definition
	Compute     func(*crm.Book, *measure.Frame) measure.Result
}

// Parts lists the parts in the order of the page.
func Parts(o Options) []Part {
	part := func(rows crm.Grouping, definitions func() []measure.Definition, compute func(*crm.Book, *measure.Frame, Options) measure.Result) Part {
		return Part{rows, definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return compute(b, f, o) }}
	}
	return []Part{
		part(crm.ByVisitor, leadDefinitions, leads),
		part(crm.ByCustomer, reclaimedDefinitions, reclaimed),
		part(crm.ByVisitor, poolDayDefinitions, poolDays),
		part(crm.ByCustomer, poolDefinitions, pools),
		part(crm.ByRep, dormantDefinitions, dormancy),
		part(crm.ByRep, managerDefinitions, managers),
		part(crm.ByCustomer, prepaidDefinitions, prepayments),
		part(crm.ByVisitor, coachingDefinitions, coaching),
		part(crm.ByVisitor, headDefinitions, heads),
		part(crm.ByVisitor, effectDefinitions, effects),
		part(crm.ByRep, staffDefinitions, staff),
		part(crm.ByRep, marginDefinitions, margins),
		part(crm.ByRep, movedDefinitions, moves),
		part(crm.ByVisitor, newcomerDefinitions, newcomers),
		part(crm.ByVisitor, assignedDefinitions, assigned),
		part(crm.ByCustomer, afterSalesDefinitions, afterSales),
		part(crm.ByCustomer, cityDefinitions, cities),
		part(crm.ByCustomer, segmentDefinitions, segments),
		part(crm.ByRep, reviewDefinitions, reviews),
		part(crm.ByRep, changeDefinitions, improved),
		part(crm.ByRep, listsOnly, boards),
		part(crm.ByRep, listsOnly, contests),
	}
}
