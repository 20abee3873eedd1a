package team

import (
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// ReclaimSums counts leads by the day they were taken back on.
type ReclaimSums struct {
	Reclaimed int64
	Known     int64 // of a customer that is known
	Won       int64 // of these, whose customer then signed with somebody else
}

// Plus adds field by field.
func (s ReclaimSums) Plus(t ReclaimSums) ReclaimSums {
	return ReclaimSums{s.Reclaimed + t.Reclaimed, s.Known + t.Known, s.Won + t.Won}
}

// ReclaimAcc folds leads that were taken back.
type ReclaimAcc struct {
	Cells fold.Cells[ReclaimSums]

	book *crm.Book
}

// reclaimDay is the day on which a lead was taken back: where nobody noted it,
// the day it was assigned on.
func reclaimDay(l *crm.Lead) (d crm.Date, ok bool) {
	if at := reclaimedAt(l); at.Known() {
		return at.Date(), true
	}
	return l.AssignedAt.Date(), l.Status == leadReclaimed
}

// Add folds a lead, in the leaf of the rep who lost it.
func (a *ReclaimAcc) Add(l *crm.Lead) {
	d, ok := reclaimDay(l)
	if !ok {
		return
	}
	s := ReclaimSums{Reclaimed: 1}
	if l.Customer != crm.NoCustomer {
		s.Known = 1
		if a.wonByAnother(l, d) {
			s.Won = 1
		}
	}
	a.Cells.Add(a.book.Org.Leaf(l.Rep, d), d, s)
}

// wonByAnother reports whether the lead's customer signed a new contract with
// another rep on d or later.
func (a *ReclaimAcc) wonByAnother(l *crm.Lead, d crm.Date) bool {
	cs := a.book.Contracts
	for i := sort.Search(len(cs), func(i int) bool { return cs[i].Customer >= l.Customer }); i < len(cs) && cs[i].Customer == l.Customer; i++ {
		if isSigning(&cs[i]) && cs[i].SignDate >= d && cs[i].Rep != l.Rep {
			return true
		}
	}
	return false
}

// isSigning reports whether a contract is a new one that stands.
func isSigning(c *crm.Contract) bool {
	return (c.Type == crm.New || c.Type == "") && c.Status != crm.ContractVoid
}

// Merge adds the state of b.
func (a *ReclaimAcc) Merge(b *ReclaimAcc) { a.Cells.Merge(b.Cells) }

// winDays is how long after a lead was taken back its number may still move.
const winDays = 90

// reclaimed computes what became of leads that were taken back.
func reclaimed(b *crm.Book, f *measure.Frame, _ Options) measure.Result {
	if !b.Has("leads") {
		return measure.Result{}
	}
	a, in := &ReclaimAcc{Cells: fold.Cells[ReclaimSums]{}, book: b}, wanted(f)
	for i := range b.Leads {
		if d, ok := reclaimDay(&b.Leads[i]); ok && in(d) {
			a.Add(&b.Leads[i])
		}
	}
	out := f.Out()
	for slot, s := range rolled(a.Cells, f, true) {
		out.Add(count(f, reclaimedID, slot, s.Reclaimed))
		if unit(f, slot) && b.Has("contracts") {
			v := measure.NewRatio(reclaimedWonID, slot, s.Won, s.Known)
			early := slot.Period.End+winDays > b.AsOf+1
			v.Open = early
			out.Add(v.Flag(early && v.OK, "immature"))
		}
	}
	return measure.Result{Values: out.Rest()}
}
