// Package ledger keeps one customer's account: which payment, credit note or
// write-off settles which instalment, and when,
// and who has the credit of a sale. Receivables and
// commissions both stand on it; it defines no metric.
//
// Amounts are minor units of the invoice's currency; no currency is ever
// converted here.
package ledger

import (
	"cmp"
	"slices"
	"sort"

	"crmreport/ingest/crm"
)

// Kind is what an event on an instalment is.
type Kind string

// The kinds of event.
const (
	Paid       Kind = "payment"
	Refunded   Kind = "refund"
	Credited   Kind = "credit_note"
	WrittenOff Kind = "write_off"
)

// Event is a part of a payment, credit note or write-off that settles an
// instalment, dated as the document is. Amount is what it takes off the
// instalment: negative for a refund.
type Event struct {
	Date   crm.Date
	Kind   Kind
	Amount int64
	Row    crm.Pos // of the document
}

// Item is an instalment as it stands: Outstanding = amount − Σ events ≥ 0.
type Item struct {
	Invoice     *crm.Invoice
	Row         int // of Invoice in the journey
	Due         crm.Date
	DueMissing  bool // presumed from the invoice date
	Outstanding int64
	Events      []Event // by date
}

// Unapplied is money or credit that settles no instalment. Invoice or Contract
// say what its surplus was meant for; both blank: for nothing named.
// A negative amount is refunded beyond what was paid.
type Unapplied struct {
	Currency crm.Currency
	Invoice  crm.InvoiceID
	Contract crm.ContractID
	Amount   int64
}

// WriteOff is a write-off with the part of it that was open on its day.
type WriteOff struct {
	Row     *crm.Adjustment
	Counted int64
}

// Flag words.
const (
	WriteOffExceedsOpen = "write_off_exceeds_open"
	RefundExceedsPaid   = "refund_exceeds_paid"
	ReferenceUnknown    = "reference_unknown"
	CurrencyMismatch    = "currency_mismatch"
	NegativeAdjustment  = "negative_adjustment"
)

// Flag is a document that could not be taken as it is.
type Flag struct {
	Word           string
	ID             string // of the payment or adjustment
	Date           crm.Date
	Currency       crm.Currency
	Invoice        crm.InvoiceID
	Contract       crm.ContractID
	Given, Counted int64
}

// Totals is the account's identity in one currency:
// Outstanding − Unapplied = Billed − Paid − Credited − WrittenOff.
// The right side is summed from the documents, the left from the allocation.
type Totals struct {
	Currency                           crm.Currency
	Billed, Paid, Credited, WrittenOff int64
	Outstanding, Unapplied             int64
}

// Holds reports whether the identity does.
func (t Totals) Holds() bool {
	return t.Outstanding-t.Unapplied == t.Billed-t.Paid-t.Credited-t.WrittenOff
}

// Account is a customer's account at the end of a day. It lies in the room of
// its Ledger, and is good until that is read again.
type Account struct {
	Items      []Item // by due date, invoice date, id, instalment
	Unapplied  []Unapplied
	WriteOffs  []WriteOff        // by date
	Recoveries []*crm.Adjustment // by date; outside the identity
	Totals     []Totals          // by currency
	Flags      []Flag            // by date
	Deemed     []*crm.Adjustment // of WriteOffs and Recoveries, those of no row: DeemedBadDays made them
}

// Balanced reports whether the identity holds in every currency. It always
// does; callers say so to the reader rather than trust it.
func (a Account) Balanced() bool {
	for _, t := range a.Totals {
		if !t.Holds() {
			return false
		}
	}
	return true
}

// Terms are a customer's payment terms.
type Terms struct {
	Days  int
	Known bool
}

// TermsOf finds the terms of a journey's customer in the customers table. They
// are looked for only where a due date is missing: nothing else asks for them.
func TermsOf(b *crm.Book, j *crm.Journey) Terms {
	missing := false
	for i := range j.Invoices {
		missing = missing || !j.Invoices[i].Due.Known()
	}
	if !missing {
		return Terms{}
	}
	rows := b.CustomerRows
	i := sort.Search(len(rows), func(i int) bool { return rows[i].No >= j.Customer })
	if i == len(rows) || rows[i].No != j.Customer {
		return Terms{}
	}
	return Terms{rows[i].TermsDays, rows[i].TermsKnown}
}

// Settle returns the account of a journey at the end of asOf.
func Settle(j *crm.Journey, terms Terms, asOf crm.Date) Account { return New(j, terms).At(asOf) }

// Ledger is a customer's documents in the order of settlement. It can be read
// at any number of days; what is dated later is then ignored. One Ledger
// does for many customers, one after another: there may be a million of them,
// most with two documents, and Reset keeps the room of the one before.
type Ledger struct {
	// DeemedBadDays is the policy of 5.3: what is open so many days past due is
	// written off on that day, and later cash on it is recovered; 0 is no policy.
	// It holds from the next Reset on.
	DeemedBadDays int

	nobody     bool // rows without a customer: nothing is shared out among them
	items      []item
	moves      []move
	writeOffs  []WriteOff // by date
	taken      []taken    // what the write-offs take, by date
	recoveries []*crm.Adjustment
	flags      []Flag
	losses     []loss            // by date
	deemed     []*crm.Adjustment // the write-offs of losses
	purposes   []purpose         // by currency, invoice, contract
	order      []int32           // of the moves by purpose

	byInvoice, byContract, byCurrency index

	work settlement
	page page
}

type item struct {
	row     *crm.Invoice
	at      int // of row in the journey
	due     crm.Date
	missing bool
}

// move is a document that pays, credits or takes back.
type move struct {
	date     crm.Date
	kind     Kind
	amount   int64 // positive
	currency crm.Currency
	id       string
	invoice  crm.InvoiceID
	contract crm.ContractID
	row      crm.Pos
	purpose  int32 // into purposes
}

// taken is the part of a write-off that falls on one instalment.
type taken struct {
	date   crm.Date
	item   int32
	amount int64
	row    crm.Pos
}

// purpose is what documents are meant for, with the instalments that they name
// in order of settlement. One that names nothing is meant for every instalment
// of its currency: these are looked up when a document asks.
type purpose struct {
	currency crm.Currency
	invoice  crm.InvoiceID
	contract crm.ContractID
	targets  []int32
	pool     int32 // the purpose of its currency that names nothing
}

func (p *purpose) names() bool { return p.invoice != "" || p.contract != "" }

// page is the room of an Account.
type page struct {
	account Account
	events  []Event
}

// Standing is At without what has happened on the way: the items that are open,
// without their events, and what is unapplied.
func (l *Ledger) Standing(asOf crm.Date) Account {
	s := l.settle(asOf)
	a := &l.page.account
	*a = a.blank()
	for i, it := range l.items {
		if s.open[i] > 0 {
			a.Items = append(a.Items, Item{it.row, it.at, it.due, it.missing, s.open[i], nil})
		}
	}
	a.Unapplied = s.unapplied(a.Unapplied)
	return *a
}

// At returns the account at the end of asOf.
func (l *Ledger) At(asOf crm.Date) Account {
	s := l.settle(asOf)
	a := &l.page.account
	*a = a.blank()
	l.fillItems(a, s)
	a.Unapplied = s.unapplied(a.Unapplied)
	for _, w := range l.writeOffs {
		if w.Row.Date <= asOf {
			a.WriteOffs = append(a.WriteOffs, w)
		}
	}
	for _, r := range l.recoveries {
		if r.Date <= asOf {
			a.Recoveries = append(a.Recoveries, r)
		}
	}
	a.policy(l, s)
	for _, flags := range [][]Flag{l.flags, s.flags} {
		for _, f := range flags {
			if f.Date <= asOf {
				a.Flags = append(a.Flags, f)
			}
		}
	}
	slices.SortStableFunc(a.Flags, func(x, y Flag) int { return cmp.Compare(x.Date, y.Date) })
	l.addUp(a, asOf)
	return *a
}

// blank is an empty account in the room of a.
func (a *Account) blank() Account {
	return Account{a.Items[:0], a.Unapplied[:0], a.WriteOffs[:0], a.Recoveries[:0], a.Totals[:0], a.Flags[:0], a.Deemed[:0]}
}

// fillItems lists the items that are there by the day of s, each with its
// events by date.
func (l *Ledger) fillItems(a *Account, s *settlement) {
	slices.SortStableFunc(s.events, func(x, y posting) int {
		return cmp.Or(cmp.Compare(x.item, y.item), cmp.Compare(x.Date, y.Date))
	})
	events := l.page.events[:0]
	for _, p := range s.events {
		events = append(events, p.Event)
	}
	l.page.events = events
	rest := s.events
	for i, it := range l.items {
		n := 0
		for n < len(rest) && int(rest[n].item) == i {
			n++
		}
		its := events[:n:n]
		events, rest = events[n:], rest[n:]
		if it.row.Date <= s.asOf {
			a.Items = append(a.Items, Item{it.row, it.at, it.due, it.missing, s.open[i], its})
		}
	}
}

// of returns the totals in a currency. There are few currencies.
func (a *Account) of(c crm.Currency) *Totals {
	for i := range a.Totals {
		if a.Totals[i].Currency == c {
			return &a.Totals[i]
		}
	}
	a.Totals = append(a.Totals, Totals{Currency: c})
	return &a.Totals[len(a.Totals)-1]
}

// addUp sums both sides of the account's identity.
func (l *Ledger) addUp(a *Account, asOf crm.Date) {
	for i := range a.Items {
		it := &a.Items[i]
		t := a.of(it.Invoice.Amount.Currency)
		t.Billed += it.Invoice.Amount.Minor
		t.Outstanding += it.Outstanding
	}
	for i := range l.moves {
		m := &l.moves[i]
		if m.date > asOf {
			continue
		}
		switch t := a.of(m.currency); m.kind {
		case Paid:
			t.Paid += m.amount
		case Refunded:
			t.Paid -= m.amount
		case Credited:
			t.Credited += m.amount
		}
	}
	for _, w := range a.WriteOffs {
		a.of(w.Row.Amount.Currency).WrittenOff += w.Counted
	}
	for _, r := range l.work.recovered { // outside the identity, like any recovery
		a.of(r.Amount.Currency).Paid -= r.Amount.Minor
	}
	for _, u := range a.Unapplied {
		a.of(u.Currency).Unapplied += u.Amount
	}
	slices.SortFunc(a.Totals, func(x, y Totals) int { return cmp.Compare(x.Currency, y.Currency) })
}

// Dates appends to room the days on which a document changes the account,
// ascending: between two of them only the age of what is open changes.
func (l *Ledger) Dates(room []crm.Date) []crm.Date {
	for i := range l.items {
		room = append(room, l.items[i].row.Date)
	}
	for i := range l.moves {
		room = append(room, l.moves[i].date)
	}
	for _, w := range l.writeOffs {
		room = append(room, w.Row.Date)
	}
	for _, r := range l.recoveries {
		room = append(room, r.Date)
	}
	for _, f := range l.flags {
		room = append(room, f.Date)
	}
	slices.Sort(room)
	return slices.Compact(room)
}
