package ingest

import "crmreport/ingest/crm"

// numbers turns the numbers that one worker gave to ids into those of the Book,
// which gives each id its number when it is first met.
type numbers struct {
	repOf      func(crm.RepNo) crm.RepNo
	customerOf func(crm.CustomerNo) crm.CustomerNo
}

func newNumbers(book, own *crm.Book) *numbers {
	return &numbers{book.Reps.Take(own.Reps), book.Customers.Take(own.Customers)}
}

func (n *numbers) rep(no *crm.RepNo)           { *no = n.repOf(*no) }
func (n *numbers) customer(no *crm.CustomerNo) { *no = n.customerOf(*no) }

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
