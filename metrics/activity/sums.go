package activity

import (
	"fmt"

	"crmreport/ingest/crm"
)

// field is a field of a visit that is to be filled in.
type field int

// The fields. fieldValidity is the three that a valid visit is told by, together;
// the next contact is asked of valid visits only (S4-39).
const (
	fieldMet field = iota
	fieldPitched
	fieldRejection
	fieldValidity
	fieldNote
	fieldNext
	fieldPlanned
	fields
)

var fieldWords = [fields]string{"met_role", "pitched", "rejection", "validity", "note", "next_contact", "planned"}

// work is what a visit was for (S0-10).
type work int

// The kinds of work.
const (
	workNew work = iota
	workFollowUp
	workClosing
	workAfterSales
	works
)

var workWords = [works]string{"first_contact", "follow_up", "to_close", "after_sales"}

// grade is a customer's grade on a day.
type grade uint8

// The grades; gradeOther is any other word, gradeNone no row yet.
const (
	gradeA grade = iota
	gradeB
	gradeC
	gradeOther
	gradeNone
	grades
)

var gradeWords = [grades]string{"A", "B", "C", "other", "ungraded"}

// Sums is everything additive of a scope and period. Visits are counted as
// everywhere, unless it says otherwise.
type Sums struct {
	Rows           int64         // entered, of the counted channels: with failed audits and duplicates
	Audited        int64         // of Rows
	Drawn          int64         // of Rows: audited at random
	DrawnFailed    int64         // of Drawn
	Unstated       int64         // of Rows: audited, and nobody says how it was chosen
	UnstatedFailed int64         // of Unstated
	TargetedFailed int64         // of Rows: failed a targeted audit
	Visits         int64         //
	Valid          int64
	Unknown        int64         // neither valid nor invalid
	OffDay         int64         // on a day that the rep does not work
	Met, MetMaybe  int64         // days on standard; and with every unknown visit valid
	Asked          []int64       // days, by condition
	AskedMaybe     []int64       // likewise
	Fresh          int64         // entered on their day
	EntryUnknown   int64         // when they were entered is blank
	Filled         [fields]int64 // of Visits; of fieldNext: of Valid
	Works          [works]int64
	OneWork, Busy  int64 // days with one kind of work only, of those with two visits or more
	Again, Since   int64 // visits after another one of the rep's to the customer, and the days between
	Tomorrow       int64 // days that left a next contact on the next working day
	TomorrowMaybe  int64 // further ones, if it was entered by midnight
	Grades         [grades]int64
	Planned        int64 // with a plan
	PlannedA       int64 // planned visits to customers graded A
	PlannedB       int64
}

func (s *Sums) add(t *Sums) {
	s.Rows += t.Rows
	s.Audited += t.Audited
	s.Drawn += t.Drawn
	s.DrawnFailed += t.DrawnFailed
	s.Unstated += t.Unstated
	s.UnstatedFailed += t.UnstatedFailed
	s.TargetedFailed += t.TargetedFailed
	s.Visits += t.Visits
	s.Valid += t.Valid
	s.Unknown += t.Unknown
	s.OffDay += t.OffDay
	s.Met += t.Met
	s.MetMaybe += t.MetMaybe
	s.Asked = plus(s.Asked, t.Asked)
	s.AskedMaybe = plus(s.AskedMaybe, t.AskedMaybe)
	s.Fresh += t.Fresh
	s.EntryUnknown += t.EntryUnknown
	for i := range s.Filled {
		s.Filled[i] += t.Filled[i]
	}
	for i := range s.Works {
		s.Works[i] += t.Works[i]
	}
	s.OneWork += t.OneWork
	s.Busy += t.Busy
	s.Again += t.Again
	s.Since += t.Since
	s.Tomorrow += t.Tomorrow
	s.TomorrowMaybe += t.TomorrowMaybe
	for i := range s.Grades {
		s.Grades[i] += t.Grades[i]
	}
	s.Planned += t.Planned
	s.PlannedA += t.PlannedA
	s.PlannedB += t.PlannedB
}

// plus adds b to a, in place where there is room.
func plus(a, b []int64) []int64 {
	if len(a) < len(b) {
		a = append(make([]int64, 0, len(b)), a...)[:len(b)]
	}
	for i, v := range b {
		a[i] += v
	}
	return a
}

// reset makes s zero and keeps its room.
func (s *Sums) reset() {
	asked, maybe := s.Asked, s.AskedMaybe
	clear(asked)
	clear(maybe)
	*s = Sums{Asked: asked, AskedMaybe: maybe}
}

// At addresses the sums of a rep, or of what is directly in a unit, over a
// period by its number in Frame.Periods.
type At struct {
	Node   crm.NodeNo
	Period int32
}

// MarshalText makes places JSON map keys: node@period.
func (a At) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%d@%d", a.Node, a.Period), nil }

// UnmarshalText reads what MarshalText wrote.
func (a *At) UnmarshalText(b []byte) error {
	if _, err := fmt.Sscanf(string(b), "%d@%d", &a.Node, &a.Period); err != nil {
		return fmt.Errorf("%q is not a node and a period", b)
	}
	return nil
}

// Ledger is the sums of many places.
type Ledger map[At]*Sums

func (l Ledger) add(at At, s *Sums) {
	into := l[at]
	if into == nil {
		into = &Sums{}
		l[at] = into
	}
	into.add(s)
}
