package ledger

import (
	"cmp"
	"slices"
	"strings"

	"crmreport/ingest/crm"
)

// New reads the documents of a journey. Void invoices are out. An invoice of a
// negative amount is a credit note.
func New(j *crm.Journey, terms Terms) *Ledger {
	l := new(Ledger)
	l.Reset(j, terms)
	return l
}

// Reset makes l what New returns, in the room that it has.
func (l *Ledger) Reset(j *crm.Journey, terms Terms) {
	l.nobody = j.Customer == crm.NoCustomer
	l.items, l.moves, l.purposes = l.items[:0], l.moves[:0], l.purposes[:0]
	l.writeOffs, l.taken, l.recoveries, l.flags = l.writeOffs[:0], l.taken[:0], l.recoveries[:0], l.flags[:0]
	l.losses, l.deemed = l.losses[:0], nil
	l.readInvoices(j.Invoices, terms)
	for i := range j.Payments {
		p := &j.Payments[i]
		m := move{date: p.Date, kind: Paid, amount: p.Amount.Minor, currency: p.Amount.Currency, id: p.ID, invoice: p.Invoice, row: p.Pos}
		if p.Refund || m.amount < 0 {
			m.kind, m.amount = Refunded, max(m.amount, -m.amount)
		}
		l.moves = append(l.moves, m)
	}
	l.readAdjustments(j.Adjustments)
	slices.SortStableFunc(l.moves, func(a, b move) int {
		return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(order(a.kind), order(b.kind)))
	})
	slices.SortStableFunc(l.writeOffs, func(a, b WriteOff) int { return cmp.Compare(a.Row.Date, b.Row.Date) })
	slices.SortStableFunc(l.recoveries, func(a, b *crm.Adjustment) int { return cmp.Compare(a.Date, b.Date) })
	l.findPurposes()
	l.checkReferences()
	l.takeOff()
	slices.SortStableFunc(l.flags, func(a, b Flag) int { return cmp.Compare(a.Date, b.Date) })
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
			l.moves = append(l.moves, move{date: r.Date, kind: Credited, amount: -r.Amount.Minor, currency: r.Amount.Currency,
				id: string(r.ID), contract: r.Contract, row: r.Pos})
			continue
		}
		it := item{row: r, at: i, due: r.Due}
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
	l.byInvoice.by, l.byContract.by, l.byCurrency.by = l.byInvoice.by[:0], l.byContract.by[:0], l.byCurrency.by[:0]
}

// readAdjustments puts rows where they belong. What a write-off counts is found
// out later.
func (l *Ledger) readAdjustments(rows []crm.Adjustment) {
	for i := range rows {
		r := &rows[i]
		if r.Amount.Minor < 0 { // a reversal, or a sign convention: not ours to guess
			l.flags = append(l.flags, flagOf(NegativeAdjustment, r, 0))
			continue
		}
		switch r.Kind {
		case crm.WriteOff:
			l.writeOffs = append(l.writeOffs, WriteOff{r, 0})
		case crm.Recovery:
			l.recoveries = append(l.recoveries, r)
		case crm.CreditNote:
			m := move{date: r.Date, kind: Credited, amount: r.Amount.Minor, currency: r.Amount.Currency, id: r.ID,
				invoice: r.Invoice, contract: r.Contract, row: r.Pos}
			if m.invoice != "" { // the narrower name is the purpose: a refund names the invoice alone
				m.contract = ""
			}
			l.moves = append(l.moves, m)
		}
	}
}

func flagOf(word string, r *crm.Adjustment, counted int64) Flag {
	return Flag{word, r.ID, r.Date, r.Amount.Currency, r.Invoice, r.Contract, r.Amount.Minor, counted}
}

// findPurposes lists what the moves are meant for, and the pool of each of their
// currencies.
func (l *Ledger) findPurposes() {
	l.order = l.order[:0]
	for i := range l.moves {
		l.order = append(l.order, int32(i))
	}
	slices.SortFunc(l.order, func(i, j int32) int { return byPurpose(&l.moves[i], &l.moves[j]) })
	var last *move
	var pool int32
	for _, i := range l.order {
		m := &l.moves[i]
		if last == nil || last.currency != m.currency {
			pool = int32(len(l.purposes))
			l.purposes = append(l.purposes, purpose{currency: m.currency, pool: pool})
		}
		if m.names() && (last == nil || byPurpose(last, m) != 0) {
			l.purposes = append(l.purposes, purpose{m.currency, m.invoice, m.contract, l.targets(m.invoice, m.contract, m.currency), pool})
		}
		m.purpose, last = int32(len(l.purposes)-1), m
	}
}

func (m *move) names() bool { return m.invoice != "" || m.contract != "" }

func byPurpose(a, b *move) int {
	return cmp.Or(strings.Compare(string(a.currency), string(b.currency)), strings.Compare(string(a.invoice), string(b.invoice)),
		strings.Compare(string(a.contract), string(b.contract)))
}

// targets are the instalments that a document names, in order of settlement;
// every instalment of its currency where it names none.
func (l *Ledger) targets(invoice crm.InvoiceID, contract crm.ContractID, c crm.Currency) []int32 {
	switch {
	case invoice != "":
		return l.byInvoice.find(l.items, invoiceOf, string(invoice), c)
	case contract != "":
		return l.byContract.find(l.items, contractOf, string(contract), c)
	case !l.nobody:
		return l.byCurrency.find(l.items, nothing, "", c)
	}
	return nil
}

// checkReferences flags documents that name an invoice the customer does not
// have, or one in another currency: their amounts stay unapplied.
func (l *Ledger) checkReferences() {
	for i := range l.moves {
		m := &l.moves[i]
		if m.invoice == "" || len(l.purposes[m.purpose].targets) > 0 {
			continue
		}
		word := ReferenceUnknown
		if l.has(m.invoice) {
			word = CurrencyMismatch
		}
		l.flags = append(l.flags, Flag{word, m.id, m.date, m.currency, m.invoice, m.contract, m.amount, 0})
	}
}

// has reports whether there is an invoice, of any currency.
func (l *Ledger) has(id crm.InvoiceID) bool {
	_, found := slices.BinarySearchFunc(l.byInvoice.by, id, func(i int32, id crm.InvoiceID) int { return cmp.Compare(l.items[i].row.ID, id) })
	return found
}

// writeOff fixes what a write-off takes: what was open on its day, and no more
// . What later comes in cannot undo it, and it cannot displace what had
// been paid before it.
func (l *Ledger) writeOff(w *WriteOff) {
	rest := w.Row.Amount.Minor
	if items := l.targets(w.Row.Invoice, w.Row.Contract, w.Row.Amount.Currency); len(items) > 0 {
		s := l.settle(w.Row.Date)
		for _, i := range items {
			if n := min(rest, s.open[i]); n > 0 {
				l.taken = append(l.taken, taken{w.Row.Date, i, n, w.Row.Pos})
				rest -= n
			}
		}
	}
	w.Counted = w.Row.Amount.Minor - rest
	if rest > 0 {
		l.flags = append(l.flags, flagOf(WriteOffExceedsOpen, w.Row, w.Counted))
	}
}
