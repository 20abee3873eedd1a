package team

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// What is counted of the leads that were assigned on a day.
const (
	leadsAssigned = iota
	leadsPassed   // their time for the first follow-up is over
	leadsInTime   // of these, followed up within it
	leadsUnclear  // of these, dealt with at a time that nobody knows
	leadsOverdue  // open without a follow-up for longer than that
	leadsDue      // of these, to be reclaimed
	leadsResolved // converted or closed
	leadsWaiting  // neither, and not reclaimed
	leadsOfNew    // assigned to a rep who was new
	leadsOfKnown  // assigned to a rep of whom it is known when hired
	leadCounters
)

// LeadSums counts leads by the day they were assigned on.
type LeadSums [leadCounters]int64

// Plus adds field by field.
func (s LeadSums) Plus(t LeadSums) LeadSums {
	for i := range s {
		s[i] += t[i]
	}
	return s
}

// LeadEnd is how many days after a leaf's leads were assigned they were
// resolved, or last seen unresolved.
type LeadEnd struct {
	fold.Cell
	Days     int32
	Resolved bool
}

// MarshalText makes ends JSON map keys: leaf@2025-03-09+12=true.
func (e LeadEnd) MarshalText() ([]byte, error) {
	cell, err := e.Cell.MarshalText()
	return fmt.Appendf(cell, "+%d=%t", e.Days, e.Resolved), err
}

// UnmarshalText reads what MarshalText wrote.
func (e *LeadEnd) UnmarshalText(b []byte) error {
	cell, rest, _ := strings.Cut(string(b), "+")
	days, resolved, ok := strings.Cut(rest, "=")
	n, err := strconv.ParseInt(days, 10, 32)
	if err != nil || !ok {
		return fmt.Errorf("%q is not the end of a lead", b)
	}
	e.Days, e.Resolved = int32(n), resolved == "true"
	return e.Cell.UnmarshalText([]byte(cell))
}

// LeadAcc folds leads.
type LeadAcc struct {
	Leads fold.Cells[LeadSums]
	Ends  map[LeadEnd]int64

	book    *crm.Book
	options Options
	hires   hires
	end     crm.Stamp // of the as-of day, exclusive
}

func newLeadAcc(b *crm.Book, o Options) *LeadAcc {
	return &LeadAcc{Leads: fold.Cells[LeadSums]{}, Ends: map[LeadEnd]int64{},
		book: b, options: o, hires: newHires(b), end: (b.AsOf + 1).At()}
}

// Add folds a lead: in the leaf of its rep on the day it was assigned.
func (a *LeadAcc) Add(l *crm.Lead) {
	d := l.AssignedAt.Date()
	at := fold.Cell{Leaf: a.book.Org.Leaf(l.Rep, d), Day: d}
	s := a.sums(l, d)
	a.Leads.Add(at.Leaf, at.Day, s)
	a.Ends[LeadEnd{at, int32(max(0, a.seen(l)-d)), s[leadsResolved] > 0 && l.StatusAt.Known()}]++
}

// seen is the day up to which a lead was in the hands of its rep, unresolved.
func (a *LeadAcc) seen(l *crm.Lead) crm.Date {
	if (l.Status == leadConverted || l.Status == leadClosed) && l.StatusAt.Known() {
		return l.StatusAt.Date()
	}
	if at := reclaimedAt(l); at.Known() {
		return at.Date()
	}
	return a.book.AsOf
}

func (a *LeadAcc) sums(l *crm.Lead, d crm.Date) LeadSums {
	s := LeadSums{leadsAssigned: 1}
	c := a.options.clock(l, a.end)
	set := func(i int, on bool) {
		if on {
			s[i] = 1
		}
	}
	set(leadsPassed, c.Passed)
	set(leadsInTime, c.Passed && c.State == InSLA)
	set(leadsUnclear, c.Passed && c.State == Unclear)
	set(leadsOverdue, c.State == Overdue || c.State == ReclaimDue)
	set(leadsDue, c.State == ReclaimDue)
	set(leadsResolved, l.Status == leadConverted || l.Status == leadClosed)
	set(leadsWaiting, s[leadsResolved] == 0 && c.State != Reclaimed)
	if hired := a.hires.of(l.Rep, d); hired.Known() {
		set(leadsOfKnown, true)
		set(leadsOfNew, a.options.isNew(hired, d))
	}
	return s
}

// isNew reports whether a rep hired on a day is still new on d.
func (o Options) isNew(hired, d crm.Date) bool { return d-hired < crm.Date(o.NewRepDays) }

// Merge adds the state of b.
func (a *LeadAcc) Merge(b *LeadAcc) {
	a.Leads.Merge(b.Leads)
	for e, n := range b.Ends {
		a.Ends[e] += n
	}
}

// leads computes what rests on leads alone.
func leads(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("leads") {
		return measure.Result{}
	}
	a, in := newLeadAcc(b, o), wanted(f)
	for i := range b.Leads {
		if in(b.Leads[i].AssignedAt.Date()) {
			a.Add(&b.Leads[i])
		}
	}
	out := f.Out()
	endings := a.endings(f)
	for slot, s := range rolled(a.Leads, f, true) {
		pending := s[leadsAssigned] - s[leadsPassed]
		resolution := share(f, resolutionID, slot, s[leadsResolved], s[leadsAssigned], 0, s[leadsWaiting])
		resolution.Open = resolution.Open || s[leadsWaiting] > 0
		out.Add(share(f, slaID, slot, s[leadsInTime], s[leadsPassed], pending, s[leadsUnclear]), resolution)
		if unit(f, slot) {
			overdue, due := count(f, overdueID, slot, s[leadsOverdue]), count(f, dueID, slot, s[leadsDue])
			overdue.Open = overdue.Open || pending+s[leadsOverdue] > 0 // they may yet be followed up, or too late
			due.Open = overdue.Open
			out.Add(overdue, due, share(f, newShareID, slot, s[leadsOfNew], s[leadsOfKnown], 0, 0), median(f, daysID, slot, endings[slot]))
		}
	}
	return measure.Result{Values: out.Rest(), Lists: []measure.List{lateLeads(b, o), idleNewReps(b, o)}}
}

// endings collects the ends of every unit and near period.
func (a *LeadAcc) endings(f *measure.Frame) map[measure.Slot][]measure.Ending {
	out := map[measure.Slot][]measure.Ending{}
	near := f.Close()
	for e, n := range a.Ends {
		ending := measure.Ending{Days: float64(e.Days), N: n}
		if e.Resolved {
			ending.Fate = 1
		}
		for _, p := range near {
			if !p.Contains(e.Day) {
				continue
			}
			for _, scope := range f.Org.Path(e.Leaf) {
				if s := (measure.Slot{Scope: scope, Period: p}); unit(f, s) {
					out[s] = append(out[s], ending)
				}
			}
		}
	}
	return out
}

// lateLeads lists the open leads that nobody followed up in time, those that
// waited longest first.
func lateLeads(b *crm.Book, o Options) measure.List {
	l := measure.List{ID: "activity.leads_late", Metric: overdueID, Title: text("超时未跟进的线索", "Leads overdue for a first follow-up"),
		Columns: []measure.Column{column(measure.CellScope, "销售", "Rep"), column(measure.CellText, "线索", "Lead"), column(measure.CellWord, "状态", "State"),
			column(measure.CellDate, "分配日", "Assigned on"), column(measure.CellInt, "已等待小时", "Hours waited")}}
	type late struct {
		*crm.Lead
		Clock
	}
	var rows []late
	for i := range b.Leads {
		if c := o.clock(&b.Leads[i], (b.AsOf + 1).At()); c.State == Overdue || c.State == ReclaimDue {
			rows = append(rows, late{&b.Leads[i], c})
		}
	}
	slices.SortFunc(rows, func(x, y late) int { return cmp.Or(-cmp.Compare(x.Seconds, y.Seconds), cmp.Compare(x.ID, y.ID)) })
	for _, r := range rows {
		d := r.AssignedAt.Date()
		l.Rows = append(l.Rows, measure.Row{Leaf: b.Org.Leaf(r.Rep, d), Cells: []measure.Cell{
			seller(b.Org, r.Rep), {Text: r.ID}, {Text: r.State.String()}, {Num: int64(d)}, {Num: r.Seconds / 3600}}})
	}
	return l
}

// idleNewReps lists the sellers of the as-of day who are new and were never
// assigned a lead (S1-17).
func idleNewReps(b *crm.Book, o Options) measure.List {
	l := measure.List{ID: "activity.new_reps_without_leads", Metric: newShareID, Title: text("没有分到线索的新人", "New reps without a lead"),
		Columns: []measure.Column{column(measure.CellScope, "销售", "Rep"), column(measure.CellDate, "入职日", "Hired on"), column(measure.CellInt, "入职天数", "Days since")}}
	has := map[crm.RepNo]bool{}
	for i := range b.Leads {
		has[b.Leads[i].Rep] = true
	}
	h := newHires(b)
	type idle struct {
		leaf  crm.LeafNo
		rep   crm.RepNo
		hired crm.Date
	}
	var rows []idle
	b.Org.Seats(b.AsOf, b.AsOf, func(leaf crm.LeafNo, _, _ crm.Date) {
		rep := b.Org.Leaves[leaf].Rep
		hired := h.of(rep, b.AsOf)
		if !has[rep] && hired.Known() && o.isNew(hired, b.AsOf) && b.Org.Leaf(rep, b.AsOf) == leaf {
			rows = append(rows, idle{leaf, rep, hired})
		}
	})
	slices.SortFunc(rows, func(x, y idle) int {
		return cmp.Or(cmp.Compare(x.hired, y.hired), cmp.Compare(b.Reps.ID(x.rep), b.Reps.ID(y.rep)))
	})
	rows = slices.Compact(rows)
	for _, r := range rows {
		l.Rows = append(l.Rows, measure.Row{Leaf: r.leaf, Cells: []measure.Cell{seller(b.Org, r.rep), {Num: int64(r.hired)}, {Num: int64(b.AsOf - r.hired)}}})
	}
	return l
}
