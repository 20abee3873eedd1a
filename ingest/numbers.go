package ingest

import "crmreport/ingest/crm"

// numbers turns the numbers that one worker gave to ids into those of the Book,
// which gives each id its number when it is first met.
type numbers struct {
	book, own       *crm.Book
	reps, customers []int32 // by the worker's number: ours + 1; 0 is not met yet
}

func newNumbers(book, own *crm.Book) *numbers {
	return &numbers{book, own, make([]int32, own.Reps.Len()), make([]int32, own.Customers.Len())}
}

func (n *numbers) rep(no *crm.RepNo) {
	if *no < 0 {
		return
	}
	to := &n.reps[*no]
	if *to == 0 {
		*to = int32(n.book.Reps.Number(n.own.Reps.ID(*no))) + 1
	}
	*no = crm.RepNo(*to - 1)
}

func (n *numbers) customer(no *crm.CustomerNo) {
	if *no < 0 {
		return
	}
	to := &n.customers[*no]
	if *to == 0 {
		*to = int32(n.book.Customers.Number(n.own.Customers.ID(*no))) + 1
	}
	*no = crm.CustomerNo(*to - 1)
}

func noIDs[T any](*T, *numbers) {}

func customerIDs(v *crm.Customer, n *numbers) {
	n.customer(&v.No)
	n.rep(&v.Rep)
	n.customer(&v.MergedInto)
}

func visitIDs(v *crm.Visit, n *numbers) {
	n.rep(&v.Rep)
	n.customer(&v.Customer)
	n.rep(&v.Coach)
}

func dealIDs(v *crm.Deal, n *numbers) {
	n.customer(&v.Customer)
	n.rep(&v.Rep)
}

func contractIDs(v *crm.Contract, n *numbers) {
	n.customer(&v.Customer)
	n.rep(&v.Rep)
}

func invoiceIDs(v *crm.Invoice, n *numbers) {
	n.customer(&v.Customer)
	n.rep(&v.Rep)
}

func leadIDs(v *crm.Lead, n *numbers) {
	n.rep(&v.Rep)
	n.customer(&v.Customer)
}

func ownershipIDs(v *crm.Ownership, n *numbers) {
	n.customer(&v.Customer)
	n.rep(&v.Rep)
}

func poolIDs(v *crm.PoolMove, n *numbers) {
	n.rep(&v.Rep)
	n.customer(&v.Customer)
}

func gradeIDs(v *crm.Grade, n *numbers)       { n.customer(&v.Customer) }
func paymentIDs(v *crm.Payment, n *numbers)   { n.customer(&v.Customer) }
func stageIDs(v *crm.StageEntry, n *numbers)  { n.rep(&v.Rep) }
func ledgerIDs(v *crm.LedgerLine, n *numbers) { n.rep(&v.Rep) }
func rosterIDs(v *crm.RosterDay, n *numbers)  { n.rep(&v.Rep) }
