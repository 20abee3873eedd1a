package team

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// After counts new contracts by their sign date.
type After struct {
	Due       int64 // whose days for a contact are over
	Contacted int64 // of these, those whose customer saw somebody in them
	Pending   int64 // whose days run
}

// Plus adds field by field.
func (a After) Plus(b After) After {
	return After{a.Due + b.Due, a.Contacted + b.Contacted, a.Pending + b.Pending}
}

// Again counts customers who had signed before a period began: those who were
// in contact then and those who were not, and of both who signed again in it.
type Again struct{ Seen, SeenAgain, Unseen, UnseenAgain int64 }

func (a Again) plus(b Again) Again {
	return Again{a.Seen + b.Seen, a.SeenAgain + b.SeenAgain, a.Unseen + b.Unseen, a.UnseenAgain + b.UnseenAgain}
}

// AfterAcc folds the journeys of customers.
type AfterAcc struct {
	Signed fold.Cells[After]
	Again  map[Place]Again

	book    *crm.Book
	frame   *measure.Frame
	sales   *ledger.Sales
	options Options
	periods []crm.Period
}

func newAfterAcc(b *crm.Book, f *measure.Frame, s *ledger.Sales, o Options) *AfterAcc {
	return &AfterAcc{Signed: fold.Cells[After]{}, Again: map[Place]Again{}, book: b, frame: f, sales: s, options: o, periods: f.Close()}
}

// Add folds a customer; what has no customer is nobody's to look after.
func (a *AfterAcc) Add(j *crm.Journey) {
	if j.Customer == crm.NoCustomer || len(j.Contracts) == 0 {
		return
	}
	days := crm.Date(a.options.AfterSalesDays)
	for i := range j.Contracts {
		c := &j.Contracts[i]
		if !isSigning(c) {
			continue
		}
		var s After
		switch {
		case c.SignDate+days > a.book.AsOf:
			s.Pending = 1
		case visited(j.Visits, c.SignDate+1, c.SignDate+days):
			s.Due, s.Contacted = 1, 1
		default:
			s.Due = 1
		}
		a.Signed.Add(a.book.Org.Leaf(first(a.sales, c), c.SignDate), c.SignDate, s)
	}
	for n, p := range a.periods {
		a.again(j, int32(n), p)
	}
}

// again counts a customer in the units of who signed last before a period.
func (a *AfterAcc) again(j *crm.Journey, n int32, p crm.Period) {
	var last *crm.Contract
	signed := int64(0)
	for i := range j.Contracts {
		c := &j.Contracts[i]
		switch {
		case c.Status == crm.ContractVoid:
		case c.SignDate < p.Start:
			last = c
		case p.Contains(c.SignDate):
			signed = 1
		}
	}
	if last == nil {
		return
	}
	s := Again{Unseen: 1, UnseenAgain: signed}
	if visited(j.Visits, p.Start-crm.Date(a.options.ContactDays), p.Start-1) {
		s = Again{Seen: 1, SeenAgain: signed}
	}
	for _, scope := range a.book.Org.Path(a.book.Org.Leaf(first(a.sales, last), p.Start)) {
		if unit(a.frame, measure.Slot{Scope: scope, Period: p}) {
			at := Place{scope, n}
			a.Again[at] = a.Again[at].plus(s)
		}
	}
}

// visited reports a visit over any channel in [from, last] that did not fail the
// audit.
func visited(vs []crm.Visit, from, last crm.Date) bool {
	for i := range vs {
		if d := vs[i].At.Date(); from <= d && d <= last && vs[i].Audit != crm.AuditFailed {
			return true
		}
	}
	return false
}

// Merge adds the state of b.
func (a *AfterAcc) Merge(b *AfterAcc) {
	a.Signed.Merge(b.Signed)
	for at, s := range b.Again {
		a.Again[at] = a.Again[at].plus(s)
	}
}

// afterSales computes who looked after customers, and who came again.
func afterSales(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("visits") || !b.Has("contracts") {
		return measure.Result{}
	}
	sales := ledger.NewSales(b)
	a := fold.Journeys(b, func() *AfterAcc { return newAfterAcc(b, f, sales, o) })
	out := f.Out()
	first := firstVisit(b)
	for slot, s := range rolled(a.Signed, f, false) {
		if unit(f, slot) {
			out.Add(since(share(f, afterSalesID, slot, s.Contacted, s.Due, s.Pending, 0), slot.Period.Start >= first))
		}
	}
	for n, p := range a.periods {
		for i := range f.Org.Nodes {
			slot := measure.Slot{Scope: crm.NodeNo(i), Period: p}
			s, ok := a.Again[Place{slot.Scope, int32(n)}]
			if !ok || !f.Wants(slot) {
				continue
			}
			for _, v := range []measure.Value{share(f, repeatID, slot, s.SeenAgain, s.Seen, 0, 0).Keyed("contacted=yes"),
				share(f, repeatID, slot, s.UnseenAgain, s.Unseen, 0, 0).Keyed("contacted=no")} {
				out.Add(since(v, p.Start-crm.Date(o.ContactDays) >= first))
			}
		}
	}
	return measure.Result{Values: out.Rest()}
}

// since takes the interval from a share that looks at days before the first
// visit on record: who was visited then is not known.
func since(v measure.Value, known bool) measure.Value {
	if !known {
		v.CI, v.Method = nil, ""
	}
	return v.Flag(!known, "visits_incomplete")
}
