package funnel

import (
	"cmp"

	"crmreport/ingest/crm"
)

// moment is what a deal is from an instant on: the history with every change of
// amount, owner and expected close, of which clean keeps the moves alone.
type moment struct {
	at     crm.Stamp
	stage  crm.Stage
	fate   crm.DealStatus
	fresh  bool // a unit begins
	amount crm.Money
	known  bool     // the amount
	due    crm.Date // the expected close; NoDate where nobody knows
	rep    crm.RepNo
}

// timeline lists the moments of a deal whose units have just been cut. What the
// deals table says of an open deal is so on the as-of day. Of amounts and
// expected closes that no row has, the deals table's stand throughout.
func (d *desk) timeline(l crm.DealLog, units []unit) []moment {
	d.moments = d.moments[:0]
	var dues, amounts bool
	for _, e := range d.rows {
		dues, amounts = dues || e.ExpectedClose.Known(), amounts || e.AmountKnown
		d.moment(l.Deal, e)
	}
	if l.Deal == nil {
		return d.moments
	}
	if u := &units[len(units)-1]; u.fate != crm.DealOpen {
		d.closeMoment(l.Deal, u)
	} else {
		now := d.moments[len(d.moments)-1]
		now.at, now.fresh = max(now.at, d.asOf.At()), false
		now.rep = cmp.Or(ownerIf(l.Deal), now.rep+1) - 1
		if l.Deal.AmountKnown {
			now.amount, now.known = l.Deal.Amount, true
		}
		if l.Deal.ExpectedClose.Known() {
			now.due = l.Deal.ExpectedClose
		}
		d.moments = append(d.moments, now)
	}
	for i := range d.moments {
		m := &d.moments[i]
		if !amounts {
			m.amount, m.known = l.Deal.Amount, l.Deal.AmountKnown
		}
		if !dues {
			m.due = l.Deal.ExpectedClose
		}
	}
	return d.moments
}

// ownerIf is one more than the deal's rep, 0 where there is none.
func ownerIf(d *crm.Deal) crm.RepNo { return max(d.Rep, crm.NoRep) + 1 }

// moment appends what a row says. A close after another corrects it: the deal
// is taken back, and closes anew. So is one that the history begins with.
func (d *desk) moment(deal *crm.Deal, e *crm.StageEntry) {
	m := moment{at: e.At, stage: e.Stage, fate: fateOf(e.Stage), rep: e.Rep, amount: e.Amount, known: e.AmountKnown, due: e.ExpectedClose}
	if m.rep < 0 {
		m.rep = owner(deal)
	}
	n := len(d.moments)
	if n == 0 {
		m.fresh = true
	} else {
		last := d.moments[n-1]
		m.at = max(m.at, last.at)
		if m.rep < 0 && m.stage == last.stage {
			m.rep = last.rep
		}
		if !m.known {
			m.amount, m.known = last.amount, last.known
		}
		if !m.due.Known() {
			m.due = last.due
		}
		if last.fate != crm.DealOpen && (m.fate == last.fate || e.Stage == crm.Collected && last.fate == crm.DealVoid) {
			return // the same close again
		}
		m.fresh = m.fate == crm.DealOpen && last.fate != crm.DealOpen && int64(m.at-last.at) > int64(d.options.ReopenDays)*day
		if last.fate == crm.DealOpen {
			d.moments = append(d.moments, m)
			return
		}
	}
	if m.fate != crm.DealOpen {
		open := m
		open.fate = crm.DealOpen
		d.moments = append(d.moments, open)
		m.fresh = false
	}
	d.moments = append(d.moments, m)
}

// closeMoment lets the deals table say when the latest unit closed and, where
// the history has none, with what amount.
func (d *desk) closeMoment(deal *crm.Deal, u *unit) {
	last := d.moments[len(d.moments)-1]
	if last.fate == u.fate {
		d.moments = d.moments[:len(d.moments)-1]
	}
	last.fate, last.fresh = u.fate, false
	if on := d.closedOn(deal, u, true); on.Known() {
		last.at = on.At()
	}
	if n := len(d.moments); n > 0 {
		last.at = max(last.at, d.moments[n-1].at)
	}
	if u.close.implied && deal.AmountKnown {
		last.amount, last.known = deal.Amount, true
	}
	d.moments = append(d.moments, last)
}

// bareTimeline is that of a deal that only the deals table knows; none where
// nobody knows when it closed.
func (d *desk) bareTimeline(deal *crm.Deal) []moment {
	d.moments = d.moments[:0]
	status := d.closedBy(deal)
	if status != crm.DealOpen && !deal.ClosedOn.Known() {
		return nil
	}
	m := moment{at: crm.NoStamp, fresh: true, amount: deal.Amount, known: deal.AmountKnown, due: deal.ExpectedClose, rep: deal.Rep}
	if deal.CreatedOn.Known() {
		m.at = deal.CreatedOn.At()
	}
	d.moments = append(d.moments, m)
	if status != crm.DealOpen {
		m.at, m.fate, m.fresh = max(m.at, deal.ClosedOn.At()), status, false
		d.moments = append(d.moments, m)
	}
	return d.moments
}
