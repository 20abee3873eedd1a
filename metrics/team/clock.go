package team

import "crmreport/ingest/crm"

// State is what became of a lead's first follow-up by the end of the as-of day.
type State uint8

// The states. A lead that was converted or closed without a follow-up on
// record was dealt with, but nobody knows when: Unclear, unless that was in
// time itself.
const (
	Pending State = iota
	InSLA
	Late
	Overdue
	ReclaimDue
	Reclaimed
	Unclear
)

// String is the word of a state in lists.
func (s State) String() string {
	return [...]string{"pending", "in_sla", "late", "overdue", "overdue_reclaim_due", "reclaimed", "unknown"}[s]
}

// Words of leads.status.
const (
	leadOpen      = "open"
	leadConverted = "converted"
	leadClosed    = "closed"
	leadReclaimed = "reclaimed"
)

// Clock is how long a lead waited for its first follow-up.
type Clock struct {
	State   State
	Seconds int64 // from assigned to the follow-up, to being reclaimed, or to the end of the as-of day
	Passed  bool  // its time for the follow-up was over by the end of the as-of day
}

// reclaimedAt is when a lead was taken back; NoStamp while it was not, and where
// nobody noted when.
func reclaimedAt(l *crm.Lead) crm.Stamp {
	if l.ReclaimedAt.Known() || l.Status != leadReclaimed {
		return l.ReclaimedAt
	}
	return l.StatusAt
}

// clock judges a lead at end, which is exclusive: nothing at end itself can be
// seen. The rules are those of the day that it was assigned on. A follow-up after
// the lead was taken back is the next owner's.
func (o Options) clock(l *crm.Lead, end crm.Stamp) Clock {
	rules := o.on(l.AssignedAt.Date())
	sla, reclaim := int64(rules.SLAHours)*3600, int64(rules.ReclaimHours)*3600
	followed, taken := l.FirstFollowUp, reclaimedAt(l)
	if followed.Known() && taken.Known() && followed > taken {
		followed = crm.NoStamp
	}
	stop := end
	switch {
	case followed.Known():
		stop = followed
	case taken.Known():
		stop = taken
	}
	c := Clock{Seconds: max(0, int64(stop-l.AssignedAt)), Passed: int64(end-l.AssignedAt) > sla}
	switch {
	case followed.Known() && c.Seconds <= sla:
		c.State = InSLA
	case followed.Known():
		c.State = Late
	case taken.Known() || l.Status == leadReclaimed:
		c.State = Reclaimed
	case l.Status == leadConverted || l.Status == leadClosed:
		c.State = Unclear
		if l.StatusAt.Known() && int64(l.StatusAt-l.AssignedAt) <= sla {
			c.State = InSLA
		}
	case c.Seconds >= reclaim:
		c.State = ReclaimDue
	case c.Seconds > sla:
		c.State = Overdue
	}
	return c
}
