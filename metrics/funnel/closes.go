package funnel

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// addClose counts a won or lost unit. Of a deal's latest unit the deals table
// says the date and, where the history has none, the amount; what it says
// today is never taken for an earlier cycle.
func (a *Acc) addClose(d *crm.Deal, u *unit, latest bool) {
	amount, known := u.amountAt(&u.close, d, latest)
	c := Closing{Day: a.closedOn(d, u, latest), Won: u.fate == crm.DealWon, Stage: u.depth, Entry: entryLate}
	if u.early(a.rules) {
		c.Entry = entryEarly
	}
	created := u.createdOn(d)
	if !latest {
		d = nil
	}
	a.closing(c, d, u.close.rep, created, amount, known)
}

// amountAt is what a unit was worth at a close or when its money came: what the
// row says, else of the latest unit the deals table, else its newest row.
func (u *unit) amountAt(s *step, d *crm.Deal, latest bool) (crm.Money, bool) {
	switch {
	case s.amountKnown:
		return s.amount, true
	case latest && d != nil && d.AmountKnown:
		return d.Amount, true
	}
	return u.lastAmount()
}

// closedOn is the day on which a unit closed.
func (r *rules) closedOn(d *crm.Deal, u *unit, latest bool) crm.Date {
	switch {
	case !latest || d == nil:
	case r.closedBy(d) == u.fate && d.ClosedOn.Known():
		return d.ClosedOn
	case u.close.undated:
		return crm.NoDate
	}
	return u.close.at.Date()
}

// createdOn is the day on which a unit's cycle begins: of a deal's first one
// that of its creation, where it is known, else the first row's.
func (u *unit) createdOn(d *crm.Deal) crm.Date {
	if u.cycle == 1 && d != nil && d.CreatedOn.Known() {
		return d.CreatedOn
	}
	return u.first.at.Date()
}

// lastAmount is the newest amount the rows of a unit give.
func (u *unit) lastAmount() (crm.Money, bool) {
	for i := len(u.steps) - 1; i >= 0; i-- {
		if u.steps[i].amountKnown {
			return u.steps[i].amount, true
		}
	}
	return crm.Money{}, false
}

// closing counts a closing of rep, and keeps it with what d says of it.
func (a *Acc) closing(c Closing, d *crm.Deal, rep crm.RepNo, created crm.Date, amount crm.Money, known bool) {
	if !c.Day.Known() {
		a.Notes.Undated++
		return
	}
	minor, ok := a.usable(amount, known, c.Day)
	n, total, blank := closedWon, wonAmount, wonBlank
	if !c.Won {
		n, total, blank = closedLost, lostAmount, lostBlank
	}
	worth := mark{total, minor}
	if c.Minor = minor; !ok {
		worth, c.Minor = mark{blank, 1}, measure.NoAmount
	}
	c.Leaf = a.org.Leaf(rep, c.Day)
	a.marks = append(a.marks[:0], mark{n, 1}, worth)
	if c.Won && created.Known() {
		a.marks = append(a.marks, mark{cycleDays, int64(max(0, c.Day-created))}, mark{cycleKnown, 1})
	}
	a.count(c.Leaf, c.Day, a.marks...)
	a.keepClosing(c, d)
}
