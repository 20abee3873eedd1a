package ledger

import (
	"slices"

	"crmreport/ingest/crm"
)

// settlement is the work of reading a ledger at one day.
type settlement struct {
	l       *Ledger
	asOf    crm.Date
	open    []int64   // by item
	paid    []int64   // by item: payments less refunds
	events  []posting // in the order of booking
	surplus []int64   // by purpose
	next    []int32   // by pool: where oldest first goes on, into its targets
	rest    []rest
	flags   []Flag

	lost      []loss            // what was deemed lost and is not recovered
	recovered []*crm.Adjustment // of it, by the documents that bring it
}

// posting is an event with the item it falls on.
type posting struct {
	item int32
	Event
}

// rest is what the first round leaves of a move.
type rest struct {
	*move
	amount int64
}

// zeros returns n zeros in the room of s.
func zeros[T int32 | int64](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// settle allocates what is dated up to asOf: write-offs are fixed
// already, then documents that name an invoice or a contract, then the rest,
// oldest due first. Each of the two rounds goes by date.
func (l *Ledger) settle(asOf crm.Date) *settlement {
	s := &l.work
	s.l, s.asOf = l, asOf
	s.open, s.paid = zeros(s.open, len(l.items)), zeros(s.paid, len(l.items))
	s.surplus, s.next = zeros(s.surplus, len(l.purposes)), zeros(s.next, len(l.purposes))
	s.events, s.rest, s.flags = s.events[:0], s.rest[:0], s.flags[:0]
	s.lose()
	for i := range l.items {
		if r := l.items[i].row; r.Date <= asOf {
			s.open[i] = r.Amount.Minor
		}
	}
	for _, t := range l.taken {
		if t.date <= asOf {
			s.put(t.item, Event{t.date, WrittenOff, t.amount, t.row})
		}
	}
	s.settleNamed()
	for _, r := range s.rest {
		if r.kind == Refunded {
			s.takeBack(r)
		} else {
			s.spread(r)
		}
	}
	return s
}

// settleNamed is the first round; it leaves the second its rest.
func (s *settlement) settleNamed() {
	for i := range s.l.moves { // by date
		m := &s.l.moves[i]
		if m.date > s.asOf {
			return
		}
		switch p := &s.l.purposes[m.purpose]; {
		case !p.names():
			s.rest = append(s.rest, rest{m, m.amount})
		case m.kind == Refunded:
			if n := m.amount - s.takeBackNamed(m); n > 0 {
				s.rest = append(s.rest, rest{m, n})
			}
		default:
			s.surplus[m.purpose] += s.fill(m, p.targets)
		}
	}
}

// put books an event on an item.
func (s *settlement) put(i int32, e Event) {
	s.open[i] -= e.Amount
	if e.Kind == Paid || e.Kind == Refunded {
		s.paid[i] += e.Amount
	}
	s.events = append(s.events, posting{i, e})
}

// fill settles items with m in order and returns what is left of it.
func (s *settlement) fill(m *move, items []int32) int64 {
	left := m.amount - s.recover(m, m.amount, items)
	for _, i := range items {
		if left == 0 {
			break
		}
		if n := min(left, s.open[i]); n > 0 {
			s.put(i, Event{m.date, m.kind, n, m.row})
			left -= n
		}
	}
	return left
}

// pool is the purpose of a move's currency that names nothing, by its number,
// with its targets.
func (s *settlement) pool(m *move) (int32, []int32) {
	n := s.l.purposes[m.purpose].pool
	p := &s.l.purposes[n]
	if p.targets == nil {
		p.targets = s.l.targets("", "", m.currency)
	}
	return n, p.targets
}

// spread settles the oldest items with a document that names nothing.
func (s *settlement) spread(m rest) {
	n, items := s.pool(m.move)
	if owed := -s.surplus[n]; owed > 0 { // refunded before it was paid
		x := min(owed, m.amount)
		s.surplus[n] += x
		m.amount -= x
	}
	m.amount -= s.recover(m.move, m.amount, items)
	at := s.next[n]
	for int(at) < len(items) && m.amount > 0 {
		i := items[at]
		if x := min(m.amount, s.open[i]); x > 0 {
			s.put(i, Event{m.date, m.kind, x, m.row})
			m.amount -= x
		}
		if s.open[i] == 0 {
			at++
		}
	}
	s.next[n] = at
	s.surplus[n] += m.amount
}

// reopen takes up to n off what was paid on items, the one due last first.
func (s *settlement) reopen(m *move, n int64, items []int32) int64 {
	var done int64
	for k := len(items) - 1; k >= 0 && done < n; k-- {
		if x := min(n-done, s.paid[items[k]]); x > 0 {
			s.put(items[k], Event{m.date, Refunded, -x, m.row})
			done += x
			s.next[s.l.purposes[m.purpose].pool] = 0
		}
	}
	return done
}

// drain takes up to n off a surplus.
func (s *settlement) drain(purpose int32, n int64) int64 {
	x := max(0, min(n, s.surplus[purpose]))
	s.surplus[purpose] -= x
	return x
}

// takeBackNamed lets a refund that names an invoice take back what was paid in
// its name: first the surplus, then the instalments.
func (s *settlement) takeBackNamed(m *move) int64 {
	done := s.drain(m.purpose, m.amount)
	return done + s.reopen(m, m.amount-done, s.l.purposes[m.purpose].targets)
}

// takeBack lets a refund take credit that settles nothing, then (a named one)
// the surplus of its own name, which may have come in after it, and what oldest
// first has put on its instalments, then any surplus, then the instalments due
// last. What is beyond all payments leaves a negative credit.
func (s *settlement) takeBack(m rest) {
	n, all := s.pool(m.move)
	left := m.amount - s.drain(n, m.amount)
	if own := &s.l.purposes[m.purpose]; own.names() {
		left -= s.drain(m.purpose, left)
		left -= s.reopen(m.move, left, own.targets)
	}
	for i := n; int(i) < len(s.l.purposes) && s.l.purposes[i].pool == n; i++ { // its currency's
		left -= s.drain(i, left)
	}
	left -= s.reopen(m.move, left, all)
	if left > 0 {
		s.surplus[n] -= left
		s.flags = append(s.flags, Flag{RefundExceedsPaid, m.id, m.date, m.currency, m.invoice, m.contract, m.amount, m.amount - left})
	}
}

// unapplied appends to room what is left over, by purpose.
func (s *settlement) unapplied(room []Unapplied) []Unapplied {
	for i, n := range s.surplus {
		if p := &s.l.purposes[i]; n != 0 {
			room = append(room, Unapplied{p.currency, p.invoice, p.contract, n})
		}
	}
	return room
}
