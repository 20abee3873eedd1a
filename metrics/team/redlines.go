package team

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// Nano is a sum of shares in 10^-9.
type Nano int64

// Plus adds.
func (n Nano) Plus(m Nano) Nano { return n + m }

// managed is a contract credited to somebody who is there to lead.
type managed struct {
	*crm.Contract
	rep  crm.RepNo
	role crm.Role
	nano int64
}

// signedByManagers finds the contracts whose credit, on the sign date, was that
// of a person who does not sell (S0-17, S0-18).
func signedByManagers(b *crm.Book) []managed {
	var out []managed
	credits(b, func(c *crm.Contract, rep crm.RepNo, nano int64) {
		if rep == crm.NoRep {
			return
		}
		if s, ok := b.Org.Spell(rep, c.SignDate); ok && s.Role != crm.Seller && s.Role != "" {
			out = append(out, managed{c, rep, s.Role, nano})
		}
	})
	return out
}

// managers computes what managers signed.
func managers(b *crm.Book, f *measure.Frame, _ Options) measure.Result {
	if !b.Has("contracts") || len(b.Org.Spells) == 0 {
		return measure.Result{}
	}
	cells := fold.Cells[Nano]{}
	all := signedByManagers(b)
	for _, m := range all {
		cells.Add(b.Org.Leaf(m.rep, m.SignDate), m.SignDate, Nano(m.nano))
	}
	out := f.Out()
	for slot, n := range rolled(cells, f, true) {
		v := measure.NewShares(managerID, slot, int64(n))
		v.Open = f.Running(slot.Period)
		out.Add(v)
	}
	return measure.Result{Values: out.Rest(), Lists: []measure.List{managerList(b, f, all)}}
}

// managerList names what managers signed this year, the latest first, and
// whether they were coaching that day: the order is the rep's then (S4-29).
func managerList(b *crm.Book, f *measure.Frame, all []managed) measure.List {
	l := measure.List{ID: "activity.manager_signed", Metric: managerID, Title: text("红线：主管签单（本年）", "Red line: signed by a manager this year"),
		Columns: []measure.Column{column(measure.CellScope, "签单人", "Signed by"), column(measure.CellWord, "角色", "Role"), column(measure.CellText, "合同", "Contract"),
			column(measure.CellDate, "签约日", "Signed on"), column(measure.CellShare, "份额", "Share"), column(measure.CellWord, "当日陪访", "Coaching that day")}}
	coached := map[coachDay]bool{}
	for i := range b.Coaching {
		coached[coachDay{b.Coaching[i].Coach, b.Coaching[i].Date}] = true
	}
	year := f.Current[crm.Year]
	rows := slices.DeleteFunc(slices.Clone(all), func(m managed) bool { return !year.Contains(m.SignDate) })
	slices.SortFunc(rows, func(x, y managed) int {
		return cmp.Or(-cmp.Compare(x.SignDate, y.SignDate), cmp.Compare(x.ID, y.ID), cmp.Compare(b.Reps.ID(x.rep), b.Reps.ID(y.rep)))
	})
	for _, m := range rows {
		that := "no"
		if coached[coachDay{m.rep, m.SignDate}] {
			that = "yes"
		}
		l.Rows = append(l.Rows, measure.Row{Leaf: b.Org.Leaf(m.rep, m.SignDate), Cells: []measure.Cell{seller(b.Org, m.rep), {Text: string(m.role)},
			{Text: string(m.ID)}, {Num: int64(m.SignDate)}, {Num: m.nano, Den: int64(crm.One)}, {Text: that}}})
	}
	return l
}

// coachDay is a person and a day.
type coachDay struct {
	rep crm.RepNo
	day crm.Date
}

// Prepaid counts contracts by their sign date.
type Prepaid struct {
	Signed  int64 // new ones whose time for a first payment is over
	Paid    int64 // of these, paid in it
	Pending int64 // new ones whose time runs
	Risky   int64 // of any type, of a customer that was written off, and not paid in time
	Unripe  int64 // of Risky: whose time runs
}

// Plus adds field by field.
func (p Prepaid) Plus(q Prepaid) Prepaid {
	return Prepaid{p.Signed + q.Signed, p.Paid + q.Paid, p.Pending + q.Pending, p.Risky + q.Risky, p.Unripe + q.Unripe}
}

// PrepaidAcc folds the journeys of customers.
type PrepaidAcc struct {
	Cells fold.Cells[Prepaid]

	book  *crm.Book
	sales *ledger.Sales
	days  crm.Date
}

// Add folds the contracts of a customer, each in the leaf of the first rep
// credited with it. Who was written off has signed before: what such a customer
// orders anew is a renewal or an expansion as well.
func (a *PrepaidAcc) Add(j *crm.Journey) {
	for i := range j.Contracts {
		c := &j.Contracts[i]
		if c.Status == crm.ContractVoid {
			continue
		}
		paid, due := prepaid(j, c, c.SignDate+a.days), c.SignDate+a.days <= a.book.AsOf
		var p Prepaid
		if isSigning(c) {
			p.Signed, p.Paid, p.Pending = one(due), one(due && paid), one(!due)
		}
		if !paid && writtenOff(j, c.SignDate) {
			p.Risky, p.Unripe = 1, one(!due)
		}
		a.Cells.Add(a.book.Org.Leaf(first(a.sales, c), c.SignDate), c.SignDate, p)
	}
}

// first is the first rep credited with a contract.
func first(s *ledger.Sales, c *crm.Contract) crm.RepNo {
	var room [1]ledger.Share
	if shares, _, _ := s.CreditOf(c.ID, c, room[:]); len(shares) > 0 {
		return shares[0].Rep
	}
	return c.Rep
}

// prepaid reports whether a payment up to a day names an invoice of the
// contract.
func prepaid(j *crm.Journey, c *crm.Contract, by crm.Date) bool {
	for i := range j.Invoices {
		v := &j.Invoices[i]
		if v.Contract != c.ID || v.Void {
			continue
		}
		for k := range j.Payments {
			if p := &j.Payments[k]; p.Invoice == v.ID && !p.Refund && p.Date <= by {
				return true
			}
		}
	}
	return false
}

// writtenOff reports whether the customer cost a write-off before a day.
func writtenOff(j *crm.Journey, before crm.Date) bool {
	return slices.ContainsFunc(j.Adjustments, func(r crm.Adjustment) bool { return r.Kind == crm.WriteOff && r.Date < before })
}

// Merge adds the state of b.
func (a *PrepaidAcc) Merge(b *PrepaidAcc) { a.Cells.Merge(b.Cells) }

// prepayments computes how many signings were paid for at once, and those that
// should have been.
func prepayments(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("contracts") || !b.Has("invoices") || !b.Has("payments") {
		return measure.Result{}
	}
	sales := ledger.NewSales(b)
	a := fold.Journeys(b, func() *PrepaidAcc {
		return &PrepaidAcc{Cells: fold.Cells[Prepaid]{}, book: b, sales: sales, days: crm.Date(o.PrepaidDays)}
	})
	out := f.Out()
	for slot, p := range rolled(a.Cells, f, false) {
		if unit(f, slot) {
			risky := count(f, riskyID, slot, p.Risky)
			risky.Open = risky.Open || p.Unripe > 0
			out.Add(share(f, prepaidID, slot, p.Paid, p.Signed, p.Pending, 0), risky)
		}
	}
	return measure.Result{Values: out.Rest(), Lists: []measure.List{riskyList(b, f, sales, o)}}
}

// riskyList names the contracts of this year with customers whose debts
// were written off before, signed without a prepayment; the latest first.
func riskyList(b *crm.Book, f *measure.Frame, sales *ledger.Sales, o Options) measure.List {
	l := measure.List{ID: "activity.write_off_customers", Metric: riskyID, Title: text("红线：核销过坏账的客户无预付再签（本年）", "Red line: signed without prepayment after a write-off, this year"),
		Columns: []measure.Column{column(measure.CellScope, "签单人", "Signed by"), column(measure.CellText, "客户", "Customer"), column(measure.CellText, "合同", "Contract"),
			column(measure.CellDate, "签约日", "Signed on")}}
	year := f.Current[crm.Year]
	var rows []*crm.Contract
	for _, c := range writtenOffCustomers(b) {
		for j := range b.Journeys(c, c+1) {
			for i := range j.Contracts {
				k := &j.Contracts[i]
				if k.Status != crm.ContractVoid && year.Contains(k.SignDate) && writtenOff(j, k.SignDate) && !prepaid(j, k, k.SignDate+crm.Date(o.PrepaidDays)) {
					rows = append(rows, k)
				}
			}
		}
	}
	slices.SortFunc(rows, func(x, y *crm.Contract) int {
		return cmp.Or(-cmp.Compare(x.SignDate, y.SignDate), cmp.Compare(x.ID, y.ID))
	})
	for _, k := range rows {
		rep := first(sales, k)
		l.Rows = append(l.Rows, measure.Row{Leaf: b.Org.Leaf(rep, k.SignDate), Cells: []measure.Cell{seller(b.Org, rep),
			{Text: b.Customers.ID(k.Customer)}, {Text: string(k.ID)}, {Num: int64(k.SignDate)}}})
	}
	return l
}

// writtenOffCustomers are those with a write-off, each once.
func writtenOffCustomers(b *crm.Book) []crm.CustomerNo {
	var out []crm.CustomerNo
	for i := range b.Adjustments {
		if r := &b.Adjustments[i]; r.Kind == crm.WriteOff && r.Customer != crm.NoCustomer {
			out = append(out, r.Customer)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
