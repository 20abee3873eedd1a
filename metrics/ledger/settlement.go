package ledger

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
)

// purpose is what a surplus was meant for.
type purpose struct {
	currency crm.Currency
	invoice  crm.InvoiceID
	contract crm.ContractID
}

// settlement is the work of reading a ledger at one day.
type settlement struct {
	l       *Ledger
	asOf    crm.Date
	open    []int64 // by item
	paid    []int64 // by item: payments less refunds
	events  [][]Event
	surplus map[purpose]int64
	next    map[crm.Currency]int // where oldest first goes on, into byCurrency
	flags   []Flag
}

// settle allocates what is dated up to asOf: write-offs are fixed
// already, then documents that name an invoice or a contract, then the rest,
// oldest due first. Each of the two rounds goes by date.
func (l *Ledger) settle(asOf crm.Date) *settlement {
	n := len(l.items)
	s := &settlement{l: l, asOf: asOf, open: make([]int64, n), paid: make([]int64, n), events: make([][]Event, n),
		surplus: map[purpose]int64{}, next: map[crm.Currency]int{}}
	for i, it := range l.items {
		if it.row.Date <= asOf {
			s.open[i] = it.row.Amount.Minor
		}
	}
	for _, t := range l.taken {
		if t.date <= asOf {
			s.put(t.item, t.amount, WrittenOff, t.date)
		}
	}
	var rest []move
	for _, m := range l.moves {
		switch {
		case m.date > asOf:
		case m.invoice == "" && m.contract == "":
			rest = append(rest, m)
		case m.kind == Refunded:
			if m.amount -= s.takeBackNamed(m); m.amount > 0 {
				rest = append(rest, m)
			}
		default:
			left := s.fill(m, s.targets(m.invoice, m.contract, m.currency))
			s.surplus[purpose{m.currency, m.invoice, m.contract}] += left
		}
	}
	for _, m := range rest {
		if m.kind == Refunded {
			s.takeBack(m)
		} else {
			s.spread(m)
		}
	}
	return s
}

// targets are the instalments that a document names, in order of settlement;
// every instalment of its currency where it names none.
func (s *settlement) targets(invoice crm.InvoiceID, contract crm.ContractID, c crm.Currency) []int {
	var all []int
	switch {
	case invoice != "":
		all = s.l.byInvoice[invoice]
	case contract != "":
		all = s.l.byContract[contract]
	case !s.l.nobody:
		return s.l.byCurrency[c]
	}
	var out []int
	for _, i := range all {
		if s.l.items[i].row.Amount.Currency == c {
			out = append(out, i)
		}
	}
	return out
}

// put books an event on an item; amount is what it takes off.
func (s *settlement) put(i int, amount int64, k Kind, d crm.Date) {
	s.open[i] -= amount
	if k == Paid || k == Refunded {
		s.paid[i] += amount
	}
	s.events[i] = append(s.events[i], Event{d, k, amount})
}

// fill settles items with m in order and returns what is left of it.
func (s *settlement) fill(m move, items []int) int64 {
	for _, i := range items {
		if m.amount == 0 {
			break
		}
		if n := min(m.amount, s.open[i]); n > 0 {
			s.put(i, n, m.kind, m.date)
			m.amount -= n
		}
	}
	return m.amount
}

// spread settles the oldest items with a document that names nothing.
func (s *settlement) spread(m move) {
	pool := purpose{currency: m.currency}
	if owed := -s.surplus[pool]; owed > 0 { // refunded before it was paid
		n := min(owed, m.amount)
		s.surplus[pool] += n
		m.amount -= n
	}
	var items []int
	if !s.l.nobody {
		items = s.l.byCurrency[m.currency]
	}
	at := s.next[m.currency]
	for at < len(items) && m.amount > 0 {
		if n := min(m.amount, s.open[items[at]]); n > 0 {
			s.put(items[at], n, m.kind, m.date)
			m.amount -= n
		}
		if s.open[items[at]] == 0 {
			at++
		}
	}
	s.next[m.currency] = at
	s.surplus[pool] += m.amount
}

// reopen takes up to n off what was paid on items, the one due last first.
func (s *settlement) reopen(m move, n int64, items []int) int64 {
	var done int64
	for k := len(items) - 1; k >= 0 && done < n; k-- {
		if x := min(n-done, s.paid[items[k]]); x > 0 {
			s.put(items[k], -x, Refunded, m.date)
			done += x
			s.next[m.currency] = 0
		}
	}
	return done
}

// drain takes up to n off a surplus.
func (s *settlement) drain(p purpose, n int64) int64 {
	x := max(0, min(n, s.surplus[p]))
	if x > 0 {
		s.surplus[p] -= x
	}
	return x
}

// takeBackNamed lets a refund that names an invoice take back what was paid in
// its name: first the surplus, then the instalments.
func (s *settlement) takeBackNamed(m move) int64 {
	done := s.drain(purpose{m.currency, m.invoice, m.contract}, m.amount)
	return done + s.reopen(m, m.amount-done, s.targets(m.invoice, m.contract, m.currency))
}

// takeBack lets a refund take credit that settles nothing, then (a named one)
// the surplus of its own name, which may have come in after it, and what oldest
// first has put on its instalments, then any surplus, then the instalments due
// last. What is beyond all payments leaves a negative credit.
func (s *settlement) takeBack(m move) {
	pool := purpose{currency: m.currency}
	rest := m.amount - s.drain(pool, m.amount)
	if m.invoice != "" || m.contract != "" {
		rest -= s.drain(purpose{m.currency, m.invoice, m.contract}, rest)
		rest -= s.reopen(m, rest, s.targets(m.invoice, m.contract, m.currency))
	}
	for _, p := range s.purposes() {
		if p.currency == m.currency {
			rest -= s.drain(p, rest)
		}
	}
	if !s.l.nobody {
		rest -= s.reopen(m, rest, s.l.byCurrency[m.currency])
	}
	if rest > 0 {
		s.surplus[pool] -= rest
		s.flags = append(s.flags, Flag{RefundExceedsPaid, m.id, m.date, m.currency, m.invoice, m.contract, m.amount, m.amount - rest})
	}
}

func (s *settlement) purposes() []purpose {
	out := make([]purpose, 0, len(s.surplus))
	for p, n := range s.surplus {
		if n != 0 {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b purpose) int {
		return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(a.invoice, b.invoice), cmp.Compare(a.contract, b.contract))
	})
	return out
}

func (s *settlement) unapplied() []Unapplied {
	var out []Unapplied
	for _, p := range s.purposes() {
		out = append(out, Unapplied{p.currency, p.invoice, p.contract, s.surplus[p]})
	}
	return out
}
