package team

import (
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Buying counts the open deals of a leaf on the as-of day.
type Buying struct {
	Deals   int64
	Roles   int64 // roles met of each, together
	Single  int64 // deals of which one role was met at most
	Decider int64 // deals whose decision maker was met lately
}

// Plus adds field by field.
func (b Buying) Plus(c Buying) Buying {
	return Buying{b.Deals + c.Deals, b.Roles + c.Roles, b.Single + c.Single, b.Decider + c.Decider}
}

// BuyingAcc folds deals.
type BuyingAcc struct {
	Deals fold.Cells[Buying]

	book *crm.Book
	days crm.Date
}

// Add folds a deal that is open and of a known customer, in its rep's leaf of
// the as-of day. What was met before the deal was there is no part of it.
func (a *BuyingAcc) Add(d *crm.Deal) {
	if d.Status != crm.DealOpen || d.Customer == crm.NoCustomer {
		return
	}
	vs := a.book.Visits
	var met [crm.RoleNone + 1]bool
	s := Buying{Deals: 1}
	for i := sort.Search(len(vs), func(i int) bool { return vs[i].Customer >= d.Customer }); i < len(vs) && vs[i].Customer == d.Customer; i++ {
		v := &vs[i]
		if v.Audit == crm.AuditFailed || d.CreatedOn.Known() && v.At.Date() < d.CreatedOn {
			continue
		}
		met[v.Met] = true
		if v.Met == crm.RoleKP && a.book.AsOf-v.At.Date() < a.days {
			s.Decider = 1
		}
	}
	for _, r := range []crm.MetRole{crm.RoleKP, crm.RoleDriver, crm.RoleOther} {
		s.Roles += one(met[r])
	}
	s.Single = one(s.Roles <= 1)
	a.Deals.Add(a.book.Org.Leaf(d.Rep, a.book.AsOf), a.book.AsOf, s)
}

// Merge adds the state of b.
func (a *BuyingAcc) Merge(b *BuyingAcc) { a.Deals.Merge(b.Deals) }

// buying computes whom the reps know of the customers of their open deals.
func buying(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("deals") || !b.Has("visits") {
		return measure.Result{}
	}
	a := &BuyingAcc{Deals: fold.Cells[Buying]{}, book: b, days: crm.Date(o.DeciderDays)}
	for i := range b.Deals {
		a.Add(&b.Deals[i])
	}
	out := f.Out()
	for slot, s := range rolled(a.Deals, f, false) {
		if !unit(f, slot) || !f.IsCurrent(slot.Period) {
			continue
		}
		for _, v := range []measure.Value{measure.NewRatio(rolesID, slot, s.Roles, s.Deals), measure.NewRatio(singleID, slot, s.Single, s.Deals),
			measure.NewRatio(deciderID, slot, s.Decider, s.Deals)} {
			v.Open = true
			out.Add(v)
		}
	}
	return measure.Result{Values: out.Rest()}
}
