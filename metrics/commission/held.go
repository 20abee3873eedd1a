package commission

import (
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// Holding is commission in suspense at the end of a day, in minor units of the
// report currency. It is a state: sums over reps and units mean something, sums
// over days nothing.
type Holding struct {
	Held    int64 // not accrued yet: a cash plan waits for the customer's payments
	Exposed int64 // accrued on bookings: writing off today what is overdue would take it back
}

// Plus adds field by field.
func (h Holding) Plus(o Holding) Holding { return Holding{h.Held + o.Held, h.Exposed + o.Exposed} }

// Suspended is a rep's commission of one sale in suspense on the as-of day.
type Suspended struct {
	Leaf     crm.LeafNo
	Contract crm.ContractID
	Sign     crm.Date
	Reason   string
	Gross    int64 // that the customer still owes of the sale, or is overdue with; in its Currency
	Currency crm.Currency
	Due      crm.Date // of the oldest open instalment; unknown: all that is billed is paid
	Until    crm.Date // the last day of the clawback window
	Amount   int64
}

// Why a sale's commission is in suspense; the words of the list.
const (
	WaitsForPayment = "waits_for_payment"
	Overdue         = "overdue"
)

// stateDay is the day whose state a period shows.
func stateDay(f *measure.Frame, p crm.Period) crm.Date { return min(p.End-1, f.AsOf) }

// stateDays are those of the periods that every metric covers.
func stateDays(f *measure.Frame) []crm.Date {
	days := []crm.Date{f.AsOf}
	for _, p := range f.Periods() {
		if f.Near(p) {
			days = append(days, stateDay(f, p))
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// open is what a contract has open at the end of a day, in its own currency.
type open struct {
	overdue int64
	due     crm.Date // of the oldest open instalment
}

// standings finds what each contract has open on every state day, from the
// account as it stood then.
func (r *reading) standings() {
	days := r.acc.Env.days
	if len(days) == 0 {
		return
	}
	n := len(r.facts) * len(days)
	r.open = slices.Grow(r.open[:0], n)[:n]
	for i := range r.open {
		r.open[i] = open{due: crm.NoDate}
	}
	for i := range r.facts {
		r.facts[i].open = r.open[i*len(days) : (i+1)*len(days)]
	}
	for k, d := range days {
		account := r.ledger.Standing(d)
		for i := range account.Items {
			it := &account.Items[i]
			n, ok := r.ours(it.Invoice.Contract, it.Invoice.Amount.Currency)
			if !ok {
				continue
			}
			o := &r.facts[n].open[k]
			if !o.due.Known() || it.Due < o.due {
				o.due = it.Due
			}
			if it.Due < d {
				o.overdue += it.Outstanding
			}
		}
	}
}

// suspense follows a group's commission of a sale and notes, at the end of every
// state day, what of it is in suspense.
type suspense struct {
	*reading
	c       *crm.Contract
	g       *group
	full    fraction
	facts   *facts
	until   crm.Date // the last day of the clawback window
	next    int      // state day
	state   state
	written int64 // written off, late or not
	given   int64
}

func (r *reading) suspense(n int, c *crm.Contract, g *group, full fraction) suspense {
	s := suspense{reading: r, c: c, g: g, full: full, facts: &r.facts[n], until: crm.NoDate}
	if months := r.acc.Env.options.ClawbackMonths; months > 0 {
		s.until = c.SignDate.AddMonths(months)
	}
	return s
}

// before notes the state days that are over before a day; after takes in what
// happens on it.
func (s *suspense) before(d crm.Date) {
	for days := s.acc.Env.days; s.next < len(days) && days[s.next] < d; s.next++ {
		s.note(days[s.next], s.next)
	}
}

func (s *suspense) after(d due) {
	s.state.after(d.event)
	if d.event.kind == WrittenOff || d.event.kind == TooLate {
		s.written += d.event.gross
	}
	s.given = d.given
}

// note splits what is in suspense at the end of a day as the commission itself is
// split: each rep gets the difference between the split of what is
// accrued and the split of what it would become.
func (s *suspense) note(day crm.Date, k int) {
	gross, then := s.waiting()
	if !s.g.rate.Cash {
		gross, then = s.risked(day, k)
	}
	if then == s.given {
		return
	}
	weights := make([]int64, len(s.g.members))
	for i, m := range s.g.members {
		weights[i] = m.Weight
	}
	now, would := ledger.Split(s.given, weights), ledger.Split(then, weights)
	for i, m := range s.g.members {
		n := would[i] - now[i]
		if n == 0 {
			continue
		}
		leaf := s.b.Org.Leaf(m.Rep, day)
		x := Suspended{Leaf: leaf, Contract: s.c.ID, Sign: s.c.SignDate, Reason: WaitsForPayment, Gross: gross, Currency: s.c.Amount.Currency, Due: crm.NoDate, Until: crm.NoDate, Amount: n}
		h := Holding{Held: n}
		if !s.g.rate.Cash {
			h, x.Reason, x.Until, x.Amount = Holding{Exposed: -n}, Overdue, s.until, -n
		}
		s.acc.Held.Add(leaf, day, h)
		if day == s.b.AsOf {
			if len(s.facts.open) > 0 {
				x.Due = s.facts.open[k].due
			}
			s.cases.Suspended = append(s.cases.Suspended, x)
		}
	}
}

// waiting is, on cash, what the customer still owes of the sale and the
// commission when all of it is paid. What is credited, voided or written off is
// never paid, and what was never billed cannot be (it is listed as not computed).
func (s *suspense) waiting() (gross, commission int64) {
	st := s.state
	if !st.signed || st.voided || s.sale.gross <= 0 || !s.facts.invoiced {
		return 0, s.given
	}
	whole := max(0, s.sale.gross-st.credited-(st.lost-st.recovered))
	return max(0, whole-st.paid-st.cashed), max(s.given, s.full.part(whole, s.sale.gross))
}

// risked is, on bookings, what of the sale is overdue and the commission after
// that is written off on the same day: a write-off is cut to what is open, and
// after the window takes nothing.
func (s *suspense) risked(day crm.Date, k int) (gross, commission int64) {
	st := s.state
	if !st.signed || st.voided || len(s.facts.open) == 0 || s.until.Known() && day > s.until {
		return 0, s.given
	}
	lost := min(s.facts.open[k].overdue, s.sale.gross-st.paid-st.credited-s.written)
	if lost <= 0 {
		return 0, s.given
	}
	st.lost += lost
	num, den := s.sale.earned(st, false)
	return lost, min(s.given, s.full.part(num, den))
}
