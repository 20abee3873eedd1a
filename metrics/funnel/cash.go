package funnel

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// cash is the day on which the money of a deal had come in full, of deals of
// which that is so: what the invoices say where the stage history has no
// `collected` (metrics.md 2.2, S1-18). It is nil where nobody says.
type cash map[crm.DealID]crm.Date

// readCash finds the source of the last step. The history is believed where it
// has a row of it at all; pinned says what the whole of the book has.
func readCash(b *crm.Book, pinned *Seen) cash {
	if pinned != nil && !pinned.invoiced || pinned == nil && toldByHistory(b) {
		return nil
	}
	if !b.Has("contracts") || !b.Has("invoices") || !b.Has("payments") {
		return nil
	}
	accounts := openAccounts(b)
	if len(accounts) == 0 {
		return nil
	}
	if billed := post(b, accounts); !billed && pinned == nil {
		return nil
	}
	out, owed := cash{}, map[crm.DealID]bool{}
	for _, a := range accounts {
		if !a.settled() {
			owed[a.deal] = true
		}
		out[a.deal] = max(out[a.deal], a.last)
	}
	for id := range owed {
		delete(out, id)
	}
	return out
}

// toldByHistory reports whether the stage history has cash by the as-of day.
func toldByHistory(b *crm.Book) bool {
	for i := range b.Stages {
		if e := &b.Stages[i]; e.Stage == crm.Collected && e.At.Known() && e.At < (b.AsOf+1).At() {
			return true
		}
	}
	return false
}

// account is what was billed and paid for a contract by the as-of day.
type account struct {
	deal  crm.DealID
	total crm.Money // of the contract
	known bool      // the total, and every instalment is in its currency

	instalments, billed int64
	open                bool
	paid, lost          int64 // lost is written off
	last                crm.Date
}

// openAccounts makes one for every contract that names a deal and stands.
func openAccounts(b *crm.Book) map[crm.ContractID]*account {
	out := map[crm.ContractID]*account{}
	for i := range b.Contracts {
		c := &b.Contracts[i]
		if c.Deal == "" || c.Status == crm.ContractVoid || c.SignDate > b.AsOf {
			continue
		}
		a := &account{deal: c.Deal}
		a.total, a.known = c.Total()
		out[c.ID] = a
	}
	return out
}

// post posts the instalments of the accounts as the customers' ledgers settle
// them; it reports whether there is any.
func post(b *crm.Book, accounts map[crm.ContractID]*account) (billed bool) {
	l := &ledger.Ledger{}
	for j := range b.Journeys(crm.NoCustomer, crm.CustomerNo(b.Customers.Len())) {
		named := false
		for i := range j.Invoices {
			named = named || accounts[j.Invoices[i].Contract] != nil
		}
		if !named {
			continue
		}
		l.Reset(j, ledger.TermsOf(b, j))
		for _, it := range l.At(b.AsOf).Items {
			if a := accounts[it.Invoice.Contract]; a != nil {
				a.post(&it)
				billed = true
			}
		}
	}
	return billed
}

func (a *account) post(it *ledger.Item) {
	a.instalments++
	a.billed += it.Invoice.Amount.Minor
	a.known = a.known && it.Invoice.Amount.Currency == a.total.Currency
	a.open = a.open || it.Outstanding > 0
	for _, e := range it.Events {
		a.last = max(a.last, e.Date)
		switch e.Kind {
		case ledger.Paid, ledger.Refunded:
			a.paid += e.Amount
		case ledger.WrittenOff:
			a.lost += e.Amount
		}
	}
}

// settled reports whether the contract was billed in full, nothing of it is
// open, and what settled it was money (and credit notes), not a write-off. A
// minor unit an instalment is rounding.
func (a *account) settled() bool {
	return a.paid > 0 && !a.open && a.lost <= a.instalments && (!a.known || a.billed+a.instalments >= a.total.Minor)
}

// paidFor dates the money of a won unit that the invoices say was paid: not
// before it was won.
func (a *Acc) paidFor(l crm.DealLog, u *unit, latest bool) {
	on, ok := a.cash[l.ID]
	if !ok || u.fate != crm.DealWon || u.collected {
		return
	}
	if closed := a.closedOn(l.Deal, u, latest); closed.Known() {
		on = max(on, closed)
	}
	rep := owner(l.Deal)
	if rep < 0 {
		rep = u.close.holder
	}
	u.cash, u.collected = step{stage: crm.Collected, at: max(on.At(), u.close.at), rep: rep, holder: rep}, true
}

// latestWon is the place of the youngest unit that was won; −1 where none was.
func latestWon(units []unit) int {
	for i := len(units) - 1; i >= 0; i-- {
		if units[i].fate == crm.DealWon {
			return i
		}
	}
	return -1
}

// addCash counts a unit under the day on which its money came.
func (a *Acc) addCash(d *crm.Deal, u *unit, latest bool) {
	amount, known := u.amountAt(&u.cash, d, latest)
	a.income(u.cash.rep, u.cash.at.Date(), amount, known)
}

// addBareCash is addCash of a won deal that only the deals table knows.
func (a *Acc) addBareCash(d *crm.Deal) {
	if on, ok := a.cash[d.ID]; ok && d.ClosedOn.Known() {
		a.income(d.Rep, max(on, d.ClosedOn), d.Amount, d.AmountKnown)
	}
}

func (a *Acc) income(rep crm.RepNo, on crm.Date, amount crm.Money, known bool) {
	a.Notes.Collected++
	worth := mark{cashBlank, 1}
	if known {
		if minor, ok := a.convert(amount, on); ok {
			worth = mark{cashAmount, minor}
		}
	}
	a.count(a.org.Leaf(rep, on), on, mark{cashCollected, 1}, worth)
}

// source flags a value of the last step where it is from the invoices, not from
// the stage history.
func (p *page) source(v measure.Value) measure.Value {
	return v.Flag(p.seen.invoiced, "cash_from_invoices")
}

// reachedCash adds how many of the units that began in the period brought their
// money, in all and of those won.
func (p *page) reachedCash(t Tally, open bool) {
	won, got := t[unitsWon], t[unitsCollected]
	reached := p.source(measure.NewCount("funnel.reached", p.slot, got))
	p.add(&reached, "stage="+p.pipeline.ID(crm.Collected), open || won > got)
}

// collected adds the step from the signing to the money.
func (p *page) collected(t Tally) {
	won, got := t[unitsWon], t[unitsCollected]
	p.shareOf(p.source(measure.NewRatio("funnel.step_conversion", p.slot, got, won)), won-got, p.keys[p.stages()+1])
}

// incomes adds the deals whose money came in the period.
func (p *page) incomes(t Tally) {
	n := p.source(measure.NewCount("funnel.collected", p.slot, t[cashCollected]))
	p.add(&n, "", false)
	amount := p.source(p.money("funnel.collected_amount", t[cashCollected], t[cashAmount], t[cashBlank]))
	p.add(&amount, "", false)
}
