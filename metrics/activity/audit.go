package activity

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
)

// audits are the checks of visits by the row of the visit, oldest first.
type audits map[crm.Pos][]*crm.Audit

func readAudits(b *crm.Book) audits {
	out := audits{}
	for i := range b.Audits {
		if a := &b.Audits[i]; a.VisitOn.Known() {
			out[a.VisitAt] = append(out[a.VisitAt], a)
		}
	}
	for _, as := range out {
		slices.SortStableFunc(as, func(x, y *crm.Audit) int { return cmp.Compare(x.Date, y.Date) })
	}
	return out
}

// Fake is a visit that quality control refuted.
type Fake struct {
	Leaf    crm.LeafNo
	Rep     crm.RepNo
	On      crm.Date // of the visit
	Audited crm.Date // of the audit that decides; NoDate where only the visit says so
	Kind    crm.AuditKind
}

// audited counts the checks of a day's rows, failed ones and duplicates too. Of
// several checks of one sort the latest decides. A check drawn at random tells
// of all visits; one that somebody had a reason for tells only of its own
// and one of which nobody says how it was chosen is counted apart. What
// the visits table alone says counts so where there is no table of audits.
func (a *Acc) audited(day []crm.Visit, s *Sums) {
	s.Rows += int64(len(day))
	for i := range day {
		v := &day[i]
		if v.Audit == crm.Unaudited {
			continue
		}
		s.Audited++
		var last [crm.AuditTargeted + 1]*crm.Audit
		latest := &crm.Audit{Date: crm.NoDate, Failed: v.Audit == crm.AuditFailed} // what the visit itself says
		for _, x := range a.audits[v.Pos] {
			last[x.Kind], latest = x, x
		}
		drawn, unstated, targeted := last[crm.AuditRandom], last[crm.AuditUnstated], last[crm.AuditTargeted]
		switch {
		case drawn != nil:
			s.Drawn++
			s.DrawnFailed += one(drawn.Failed)
		case unstated != nil:
			s.Unstated++
			s.UnstatedFailed += one(unstated.Failed)
		case targeted == nil && !a.book.Has("audits"):
			s.Unstated++
			s.UnstatedFailed += one(latest.Failed)
		}
		if targeted != nil {
			s.TargetedFailed += one(targeted.Failed)
		}
		if v.Audit == crm.AuditFailed && a.isCurrent(a.in) {
			a.Fakes[Place(v.Pos)] = Fake{a.leaf, a.log.Rep, v.At.Date(), latest.Date, latest.Kind}
		}
	}
}

func one(on bool) int64 {
	if on {
		return 1
	}
	return 0
}

// isCurrent reports whether one of the periods is a current one.
func (a *Acc) isCurrent(periods []int) bool {
	return slices.ContainsFunc(periods, func(p int) bool { return a.now[p] })
}
