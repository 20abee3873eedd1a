package commission

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
)

// Kind is what happens to a sale; its values are the words of the lists.
type Kind string

// The kinds, in the order they count within a day.
const (
	Signed     Kind = "signed"
	Paid       Kind = "payment"
	Refunded   Kind = "refund"
	Credited   Kind = "credit_note"
	WrittenOff Kind = "write_off"
	TooLate    Kind = "write_off_outside_window"
	Recovered  Kind = "recovery"
	Voided     Kind = "void"
)

var kinds = [...]Kind{Signed, Paid, Refunded, Credited, WrittenOff, TooLate, Recovered, Voided}

func order(k Kind) int { return slices.Index(kinds[:], k) }

// event is something that happened to a sale. Gross is positive, in minor
// units of the contract's currency.
type event struct {
	date  crm.Date
	kind  Kind
	gross int64
	row   crm.Pos // that says so
}

// sale is a contract with what happened to it. One serves many contracts, one
// after another.
type sale struct {
	gross  int64 // in minor units of the contract's currency
	events []event
	over   int64 // write-offs above the open amount

	weights, parts, had []int64 // room of commissions
}

// read puts events in order, none before the signing, and cuts them to what
// counts: write-offs to the open amount of the sale, credit notes to its gross
// write-offs after deadline take nothing back.
func (s *sale) read(gross int64, sign, deadline crm.Date, events []event) {
	for i := range events {
		events[i].date = max(events[i].date, sign)
	}
	slices.SortStableFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(order(a.kind), order(b.kind)))
	})
	s.gross, s.events, s.over = gross, events, 0
	var paid, credited, off int64
	for i := range events {
		e := &events[i]
		switch e.kind {
		case Paid:
			paid += e.gross
		case Refunded:
			paid -= e.gross
		case Credited:
			e.gross = min(e.gross, gross-credited)
			credited += e.gross
		case WrittenOff:
			if n := max(0, min(e.gross, gross-paid-credited-off)); n < e.gross {
				e.gross = n
				s.over++
			}
			off += e.gross
			if deadline.Known() && e.date > deadline {
				e.kind = TooLate
			}
		case Voided:
			e.gross = max(0, gross-credited-off) // what was still sold
		}
	}
}

// state is where a sale stands after some of its events.
type state struct {
	signed, voided                          bool
	paid, credited, lost, recovered, cashed int64
}

func (st *state) after(e event) {
	switch e.kind {
	case Signed:
		st.signed = true
	case Paid:
		st.paid += e.gross
	case Refunded:
		st.paid -= e.gross
	case Credited:
		st.credited += e.gross
	case WrittenOff:
		st.lost += e.gross
	case Recovered:
		st.cashed += e.gross
		st.recovered = min(st.recovered+e.gross, st.lost)
	case Voided:
		st.voided = true
	}
}

// earned is the part of a sale that commission is due on, 0 to 1, as two terms.
// On bookings: what is neither credited nor lost; on cash: what is paid, a
// recovery being a payment, of what is not credited.
func (s *sale) earned(st state, cash bool) (num, den int64) {
	if !st.signed || st.voided {
		return 0, 1
	}
	if s.gross <= 0 {
		if cash {
			return 0, 1
		}
		return 1, 1
	}
	n := s.gross - st.credited
	if cash {
		n = min(st.paid+st.cashed, n)
	} else {
		n -= st.lost - st.recovered
	}
	return max(0, min(n, s.gross)), s.gross
}

// due is commission that an event of a sale brings or takes, for each member
// of a group. The parts are good until the next.
type due struct {
	event    event
	column   column
	parts    []int64
	cum      []int64 // of the sale so far, this event's part included
	num, den int64   // the part of the sale that commission is due on now
	given    int64   // of the sale so far, all members'
}

// column is where an amount of commission belongs.
type column uint8

const (
	accrued column = iota
	clawedBack
	restored
	adjusted
)

func columnOf(k Kind, cash bool) column {
	switch {
	case k == Signed || k == Paid || k == Recovered && cash:
		return accrued
	case k == WrittenOff || k == TooLate:
		return clawedBack
	case k == Recovered:
		return restored
	}
	return adjusted
}

// commissions follows a sale: full is the whole group's commission before
// anything is lost, exact. The cumulative amount is rounded, split by largest
// remainder, and each member gets the difference to before.
// An event never moves commission against its kind, and what is restored never
// exceeds what was clawed back; a cent so held back comes with the
// next event.
func (s *sale) commissions(full fraction, cash bool, members []ledger.Share, yield func(due)) {
	s.weights, s.had = s.weights[:0], s.had[:0]
	for _, m := range members {
		s.weights, s.had = append(s.weights, m.Weight), append(s.had, 0)
	}
	var st state
	var given, clawed int64
	for _, e := range s.events {
		before := st.recovered
		st.after(e)
		num, den := s.earned(st, cash)
		delta := full.part(num, den) - given
		c := columnOf(e.kind, cash)
		if c == restored {
			e.gross = st.recovered - before // what is beyond the loss gives nothing back
		}
		switch c {
		case accrued:
			delta = max(0, delta)
		case restored:
			delta = max(0, min(delta, clawed))
			clawed -= delta
		case clawedBack:
			delta = min(0, delta)
			clawed -= delta
		default:
			delta = min(0, delta)
		}
		given += delta
		s.parts = ledger.AppendSplit(s.parts[:0], given, s.weights)
		for i, n := range s.parts {
			s.parts[i], s.had[i] = n-s.had[i], n
		}
		yield(due{e, c, s.parts, s.had, num, den, given})
	}
}
