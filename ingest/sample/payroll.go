package sample

import (
	"cmp"
	"math/bits"
	"slices"

	"crmreport/ingest/crm"
)

// perUnit is the scale of rates: they are whole ten-thousandths.
const perUnit = 10000

// bracket is a commission rate from a lower bound on, in minor units.
type bracket struct{ from, rate int64 }

// ladder is a plan's rate of a kind of sale for some days; one of a single
// bracket is flat.
type ladder struct {
	plan     string
	kind     crm.ContractType
	from, to crm.Date
	mode     string
	brackets []bracket
}

// newLadders returns all rates. They rise on the day of change, from when on the
// third plan has brackets.
func newLadders(change crm.Date) (out []ladder) {
	const k = 1000 * yuan
	add := func(plan string, kind crm.ContractType, old int64, mode string, now ...bracket) {
		out = append(out, ladder{plan, kind, crm.DateOf(2015, 1, 1), change - 1, "", []bracket{{0, old}}},
			ladder{plan, kind, change, crm.NoDate, mode, now})
	}
	add(planBooking, crm.New, 800, "", bracket{0, 1000})
	add(planBooking, crm.Renewal, 400, "", bracket{0, 500})
	add(planBooking, crm.Expansion, 500, "", bracket{0, 600})
	add(planCash, crm.New, 900, "", bracket{0, 1100})
	add(planCash, crm.Renewal, 450, "", bracket{0, 550})
	add(planCash, crm.Expansion, 550, "", bracket{0, 650})
	add(planLadder, crm.New, 800, "marginal", bracket{0, 800}, bracket{150 * k, 1000}, bracket{300 * k, 1200})
	add(planLadder, crm.Renewal, 400, "whole", bracket{0, 400}, bracket{100 * k, 500}, bracket{250 * k, 600})
	add(planLadder, crm.Expansion, 500, "", bracket{0, 600})
	return out
}

// ladder returns the rate in force on a sign date.
func (w *window) ladder(plan string, kind crm.ContractType, sign crm.Date) *ladder {
	for i := range w.ladders {
		if l := &w.ladders[i]; l.plan == plan && l.kind == kind && l.from <= sign && (l.to == crm.NoDate || sign <= l.to) {
			return l
		}
	}
	return nil
}

// event is what happens to a sale, in the order in which it counts within a day.
type event uint8

const (
	saleSigned event = iota
	salePaid
	saleRefunded
	saleCredited
	saleLost
	saleRecovered
	saleVoided
)

// happening is one event of a contract.
type happening struct {
	on     crm.Date
	what   event
	amount int64
}

// sale is a contract as the payroll sees it.
type sale struct {
	id          string
	sign        crm.Date
	ladder      *ladder
	cash        bool
	base, scale int64 // base in report currency, in 1/scale of its minor unit
	gross       int64
	reps        []*rep
	tenths      []int64 // of the credit, by rep
	events      []happening
}

// sold hands c to the payroll; what is on brackets waits for the rest of the
// team, whose members may share it.
func (s *seller) sold(c *contract) {
	if c.foreign {
		return
	}
	x := sale{id: c.id, sign: c.sign, ladder: s.w.ladder(s.rep.plan, c.kind, c.sign), cash: s.rep.plan == planCash,
		base: vatBase(c.amount), scale: 1, gross: c.amount, reps: []*rep{s.rep}, tenths: []int64{c.tenths}, events: c.events}
	if c.dollars {
		y, m, _ := s.w.old.Civil()
		ye, me, _ := c.sign.Civil()
		x.base, x.scale = x.base*s.fx[(ye-y)*12+me-m], perUnit
	}
	if c.mate != nil {
		x.reps, x.tenths = append(x.reps, c.mate), append(x.tenths, 10-c.tenths)
	}
	x.events = append(x.events, happening{c.sign, saleSigned, 0})
	if c.status == crm.ContractVoid {
		x.events = append(x.events, happening{c.statusOn, saleVoided, 0})
	}
	slices.SortStableFunc(x.events, func(a, b happening) int { return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.what, b.what)) })
	if len(x.ladder.brackets) == 1 {
		s.earn(s.rep.team, &x, x.reps, x.tenths, x.base*10*x.ladder.brackets[0].rate)
		return
	}
	s.rep.team.climbing = append(s.rep.team.climbing, x)
}

// payTeam climbs the brackets in the order of signing and writes what the reps
// of t were paid in the closed months.
func (g *generator) payTeam(t *team) {
	slices.SortFunc(t.climbing, func(a, b sale) int { return cmp.Or(cmp.Compare(a.sign, b.sign), cmp.Compare(a.id, b.id)) })
	climbed := map[climb]int64{}
	for i := range t.climbing {
		x := &t.climbing[i]
		for k, r := range x.reps { // each on an own place of the ladder
			at := climb{r, x.ladder, crm.Fiscal{}.Period(crm.Month, x.sign).Start}
			own := x.base * x.tenths[k]
			g.earn(t, x, x.reps[k:k+1], []int64{10}, x.ladder.commission(10*climbed[at], own))
			if g.w.plot.Contains(x.sign) {
				g.truth.Ladder.Lowest += share(own*x.ladder.brackets[0].rate, 1, 10*perUnit)
			}
			climbed[at] += share(own, 1, 10)
		}
	}
	t.climbing = nil
	g.ledger(t)
}

// climb is where a rep climbs.
type climb struct {
	rep   *rep
	on    *ladder
	month crm.Date
}

// commission is what amount earns on top of before, both in tenths of a minor
// unit: the product with the rate.
func (l *ladder) commission(before, amount int64) (sum int64) {
	after := before + amount
	for i, b := range l.brackets {
		lo, hi := 10*b.from, int64(1)<<62
		if i+1 < len(l.brackets) {
			hi = 10 * l.brackets[i+1].from
		}
		switch {
		case l.mode == "whole" && lo <= after && after < hi:
			return amount * b.rate
		case l.mode == "marginal":
			sum += max(0, min(after, hi)-max(before, lo)) * b.rate
		}
	}
	return sum
}

// clawback is how long after the signing a write-off takes commission back.
const clawback = 12

// earn follows a sale and books what its reps earn and lose. full is the whole
// commission in 1/(10·perUnit·scale) of a minor unit.
func (g *generator) earn(t *team, x *sale, reps []*rep, weights []int64, full int64) {
	var given, taken, money, credit, lost, back int64
	had := make([]int64, len(reps))
	void := false
	for _, e := range x.events {
		switch e.what {
		case salePaid:
			money += e.amount
		case saleRefunded:
			money -= e.amount
		case saleCredited:
			credit += e.amount
		case saleLost:
			if e.on <= x.sign.AddMonths(clawback) {
				lost += e.amount
			}
		case saleRecovered:
			back += e.amount
		case saleVoided:
			void = true
		}
		counts := x.gross - credit
		if x.cash {
			counts = min(money+back, counts)
		} else {
			counts -= lost - min(back, lost)
		}
		if void {
			counts = 0
		}
		delta := share(full, max(0, counts), 10*perUnit*x.scale*x.gross) - given
		switch {
		case e.what == saleSigned || e.what == salePaid || e.what == saleRecovered && x.cash:
			delta = max(0, delta)
		case e.what == saleRecovered:
			delta = max(0, min(delta, taken))
			taken -= delta
		default:
			if delta = min(0, delta); e.what == saleLost {
				taken -= delta
			}
		}
		given += delta
		for i, n := range split(given, reps, weights) {
			g.book(t, reps[i], e, n-had[i])
			had[i] = n
		}
	}
}

// book adds n to the rep's month of the event.
func (g *generator) book(t *team, r *rep, e happening, n int64) {
	if r.pay == nil {
		r.pay = make([]int64, len(g.w.payroll))
	}
	if i := slices.IndexFunc(g.w.payroll, func(m crm.Period) bool { return m.Contains(e.on) }); i >= 0 {
		r.pay[i] += n
	}
	if t.area.region.ladder && e.what == saleSigned && g.w.plot.Contains(e.on) {
		g.truth.Ladder.Accrued += n
	}
}

// share is num × part / whole, rounded half-up; nothing of it is negative.
func share(num, part, whole int64) int64 {
	hi, lo := bits.Mul64(uint64(num), uint64(part))
	q, r := bits.Div64(hi, lo, uint64(whole))
	if r >= uint64(whole)-r {
		q++
	}
	return int64(q)
}

// split divides n by weights of tenths; the cent that is left over goes to the
// larger remainder, of equal ones to the smaller rep id.
func split(n int64, reps []*rep, weights []int64) []int64 {
	if len(reps) == 1 {
		return []int64{n}
	}
	out := []int64{n * weights[0] / 10, n * weights[1] / 10}
	if out[0]+out[1] < n {
		a, b := n*weights[0]%10, n*weights[1]%10
		if a > b || a == b && reps[0].id < reps[1].id {
			out[0]++
		} else {
			out[1]++
		}
	}
	return out
}

// What the payroll got wrong, in minor units.
const (
	forgotten = 1000 * yuan
	paidTwice = 500 * yuan
)

// ledger writes what the reps of t were paid in the closed months: a negative
// month is carried forward.
func (g *generator) ledger(t *team) {
	first := len(g.w.payroll) - g.w.closed
	if g.w.closed > 0 && g.truth.Payroll == nil {
		g.truth.Payroll = &PayrollTruth{}
		for _, m := range g.w.payroll[first:] {
			g.truth.Payroll.Months = append(g.truth.Payroll.Months, PaidMonth{Period: m.Name})
		}
	}
	for _, r := range t.reps {
		var carry int64
		for i, n := range r.pay {
			carry += n
			if carry <= 0 {
				continue
			}
			if i >= first {
				g.payOut(r, i-first, carry)
			}
			carry = 0
		}
		r.pay = nil
	}
}

// payOut writes the line of a rep and closed month, or the mistake in it.
func (g *generator) payOut(r *rep, i int, n int64) {
	p, month := g.truth.Payroll, g.w.payroll[len(g.w.payroll)-g.w.closed+i].Name
	fits := r.role == ordinary && r.left == crm.NoDate && n > 2*forgotten
	x := &PaidTruth{Rep: r.id, Unit: r.team.path(), Period: month}
	switch {
	case fits && p.Underpaid == nil && i == g.w.closed-1:
		x.Amount, p.Underpaid = forgotten, x
		n -= forgotten
	case fits && p.Overpaid == nil && i == 0 && p.Underpaid != nil:
		x.Amount, p.Overpaid = paidTwice, x
		g.payLine(r, month, paidTwice, "补发")
		p.Months[i].Paid += paidTwice
	}
	g.payLine(r, month, n, "")
	p.Months[i].Paid += n
}

func (g *generator) payLine(r *rep, month string, n int64, reason string) {
	t := g.out[tLedger]
	t.raw(r.id)
	t.raw(month)
	t.none(1)
	t.money(n)
	t.text(reason)
	t.end()
}
