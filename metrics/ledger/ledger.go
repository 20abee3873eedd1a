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
}

// Item is an instalment as it stands: Outstanding = amount − Σ events ≥ 0.
type Item struct {
	Invoice     *crm.Invoice
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

// Account is a customer's account at the end of a day.
type Account struct {
	Items      []Item // by due date, invoice date, id, instalment
	Unapplied  []Unapplied
	WriteOffs  []WriteOff        // by date
	Recoveries []*crm.Adjustment // by date; outside the identity
	Totals     []Totals          // by currency
	Flags      []Flag            // by date
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

// TermsOf finds the terms of a customer in the customers table.
func TermsOf(b *crm.Book, no crm.CustomerNo) Terms {
	rows := b.CustomerRows
	i := sort.Search(len(rows), func(i int) bool { return rows[i].No >= no })
	if i == len(rows) || rows[i].No != no {
		return Terms{}
	}
	return Terms{rows[i].TermsDays, rows[i].TermsKnown}
}

// Settle returns the account of a journey at the end of asOf.
func Settle(j *crm.Journey, terms Terms, asOf crm.Date) Account { return New(j, terms).At(asOf) }

// Ledger is a customer's documents in the order of settlement. It can be read
// at any number of days; what is dated later is then ignored.
type Ledger struct {
	items      []item
	byInvoice  map[crm.InvoiceID][]int
	byContract map[crm.ContractID][]int
	byCurrency map[crm.Currency][]int
	moves      []move
	writeOffs  []WriteOff // by date
	taken      []taken    // what the write-offs take, by date
	recoveries []*crm.Adjustment
	flags      []Flag
	nobody     bool // rows without a customer: nothing is shared out among them
}

type item struct {
	row     *crm.Invoice
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
}

// taken is the part of a write-off that falls on one instalment.
type taken struct {
	date   crm.Date
	item   int
	amount int64
}

// New reads the documents of a journey. Void invoices are out. An invoice of a
// negative amount is a credit note.
func New(j *crm.Journey, terms Terms) *Ledger {
	l := &Ledger{byInvoice: map[crm.InvoiceID][]int{}, byContract: map[crm.ContractID][]int{},
		byCurrency: map[crm.Currency][]int{}, nobody: j.Customer == crm.NoCustomer}
	l.readInvoices(j.Invoices, terms)
	for i := range j.Payments {
		p := &j.Payments[i]
		m := move{p.Date, Paid, p.Amount.Minor, p.Amount.Currency, p.ID, p.Invoice, ""}
		if p.Refund || m.amount < 0 {
			m.kind, m.amount = Refunded, max(m.amount, -m.amount)
		}
		l.moves = append(l.moves, m)
	}
	offs := l.readAdjustments(j.Adjustments)
	slices.SortStableFunc(l.moves, func(a, b move) int {
		return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(order(a.kind), order(b.kind)))
	})
	slices.SortStableFunc(offs, func(a, b *crm.Adjustment) int { return cmp.Compare(a.Date, b.Date) })
	slices.SortStableFunc(l.recoveries, func(a, b *crm.Adjustment) int { return cmp.Compare(a.Date, b.Date) })
	l.checkReferences()
	for _, w := range offs {
		l.writeOff(w)
	}
	slices.SortStableFunc(l.flags, func(a, b Flag) int { return cmp.Compare(a.Date, b.Date) })
	return l
}

// order puts money in before credit before money back within a day.
func order(k Kind) int {
	switch k {
	case Paid:
		return 0
	case Credited:
		return 1
	}
	return 2
}

func (l *Ledger) readInvoices(rows []crm.Invoice, terms Terms) {
	for i := range rows {
		r := &rows[i]
		if r.Void {
			continue
		}
		if r.Amount.Minor < 0 {
			l.moves = append(l.moves, move{r.Date, Credited, -r.Amount.Minor, r.Amount.Currency, string(r.ID), "", r.Contract})
			continue
		}
		it := item{row: r, due: r.Due}
		if !it.due.Known() {
			it.missing, it.due = true, r.Date
			if terms.Known {
				it.due += crm.Date(terms.Days)
			}
		}
		l.items = append(l.items, it)
	}
	slices.SortStableFunc(l.items, func(a, b item) int {
		return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.row.Date, b.row.Date), cmp.Compare(a.row.ID, b.row.ID),
			cmp.Compare(len(a.row.Instalment), len(b.row.Instalment)), cmp.Compare(a.row.Instalment, b.row.Instalment))
	})
	for i, it := range l.items {
		l.byInvoice[it.row.ID] = append(l.byInvoice[it.row.ID], i)
		if it.row.Contract != "" {
			l.byContract[it.row.Contract] = append(l.byContract[it.row.Contract], i)
		}
		c := it.row.Amount.Currency
		l.byCurrency[c] = append(l.byCurrency[c], i)
	}
}

// readAdjustments returns the write-offs; the rest goes where it belongs.
func (l *Ledger) readAdjustments(rows []crm.Adjustment) (offs []*crm.Adjustment) {
	for i := range rows {
		r := &rows[i]
		if r.Amount.Minor < 0 { // a reversal, or a sign convention: not ours to guess
			l.flags = append(l.flags, flagOf(NegativeAdjustment, r, 0))
			continue
		}
		switch r.Kind {
		case crm.WriteOff:
			offs = append(offs, r)
		case crm.Recovery:
			l.recoveries = append(l.recoveries, r)
		case crm.CreditNote:
			m := move{r.Date, Credited, r.Amount.Minor, r.Amount.Currency, r.ID, r.Invoice, r.Contract}
			if m.invoice != "" { // the narrower name is the purpose: a refund names the invoice alone
				m.contract = ""
			}
			l.moves = append(l.moves, m)
		}
	}
	return offs
}

func flagOf(word string, r *crm.Adjustment, counted int64) Flag {
	return Flag{word, r.ID, r.Date, r.Amount.Currency, r.Invoice, r.Contract, r.Amount.Minor, counted}
}

// checkReferences flags documents that name an invoice the customer does not
// have, or one in another currency: their amounts stay unapplied.
func (l *Ledger) checkReferences() {
	for _, m := range l.moves {
		if m.invoice == "" {
			continue
		}
		f := Flag{ReferenceUnknown, m.id, m.date, m.currency, m.invoice, m.contract, m.amount, 0}
		items := l.byInvoice[m.invoice]
		if len(items) > 0 {
			f.Word = CurrencyMismatch
			if slices.ContainsFunc(items, func(i int) bool { return l.items[i].row.Amount.Currency == m.currency }) {
				continue
			}
		}
		l.flags = append(l.flags, f)
	}
}

// writeOff fixes what a write-off takes: what was open on its day, and no more
// . What later comes in cannot undo it, and it cannot displace what had
// been paid before it.
func (l *Ledger) writeOff(w *crm.Adjustment) {
	s := l.settle(w.Date)
	rest := w.Amount.Minor
	for _, i := range s.targets(w.Invoice, w.Contract, w.Amount.Currency) {
		if n := min(rest, s.open[i]); n > 0 {
			l.taken = append(l.taken, taken{w.Date, i, n})
			rest -= n
		}
	}
	counted := w.Amount.Minor - rest
	l.writeOffs = append(l.writeOffs, WriteOff{w, counted})
	if rest > 0 {
		l.flags = append(l.flags, flagOf(WriteOffExceedsOpen, w, counted))
	}
}

// At returns the account at the end of asOf.
func (l *Ledger) At(asOf crm.Date) Account {
	s := l.settle(asOf)
	a := Account{Unapplied: s.unapplied()}
	for i, it := range l.items {
		if it.row.Date <= asOf {
			ev := s.events[i]
			slices.SortStableFunc(ev, func(x, y Event) int { return cmp.Compare(x.Date, y.Date) })
			a.Items = append(a.Items, Item{it.row, it.due, it.missing, s.open[i], ev})
		}
	}
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
	for _, f := range append(slices.Clip(l.flags), s.flags...) {
		if f.Date <= asOf {
			a.Flags = append(a.Flags, f)
		}
	}
	slices.SortStableFunc(a.Flags, func(x, y Flag) int { return cmp.Compare(x.Date, y.Date) })
	a.Totals = l.totals(asOf, a)
	return a
}

func (l *Ledger) totals(asOf crm.Date, a Account) []Totals {
	sums := map[crm.Currency]*Totals{}
	of := func(c crm.Currency) *Totals {
		if sums[c] == nil {
			sums[c] = &Totals{Currency: c}
		}
		return sums[c]
	}
	for _, it := range a.Items {
		t := of(it.Invoice.Amount.Currency)
		t.Billed += it.Invoice.Amount.Minor
		t.Outstanding += it.Outstanding
	}
	for _, m := range l.moves {
		if m.date > asOf {
			continue
		}
		switch t := of(m.currency); m.kind {
		case Paid:
			t.Paid += m.amount
		case Refunded:
			t.Paid -= m.amount
		case Credited:
			t.Credited += m.amount
		}
	}
	for _, w := range a.WriteOffs {
		of(w.Row.Amount.Currency).WrittenOff += w.Counted
	}
	for _, u := range a.Unapplied {
		of(u.Currency).Unapplied += u.Amount
	}
	out := make([]Totals, 0, len(sums))
	for _, t := range sums {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(x, y Totals) int { return cmp.Compare(x.Currency, y.Currency) })
	return out
}

// Dates returns the days on which a document changes the account, ascending:
// between two of them only the age of what is open changes.
func (l *Ledger) Dates() []crm.Date {
	var out []crm.Date
	for _, it := range l.items {
		out = append(out, it.row.Date)
	}
	for _, m := range l.moves {
		out = append(out, m.date)
	}
	for _, w := range l.writeOffs {
		out = append(out, w.Row.Date)
	}
	for _, r := range l.recoveries {
		out = append(out, r.Date)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
