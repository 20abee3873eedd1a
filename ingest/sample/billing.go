package sample

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"

	"crmreport/ingest/crm"
)

// instalment is one row of invoices and what became of it by the last day.
type instalment struct {
	due    crm.Date
	amount int64
	paid   int64
	gone   int64    // credited or written off
	last   crm.Date // of its payments
}

// bill writes the invoice of c and the money that came in for it.
func (s *seller) bill(c *contract) {
	if c.foreign {
		return
	}
	switch c.script {
	case writtenOff:
		s.billWrittenOff(c)
		return
	case leftUnpaid:
		s.billLeftUnpaid(c)
		return
	}
	on := c.sign + crm.Date(s.IntN(6))
	if on > s.w.end || c.status == crm.ContractVoid {
		return
	}
	n := 1 + s.weighted(75, 18, 7)
	terms := s.customers[c.customer].terms
	parts := make([]instalment, n)
	rest := c.amount
	for k := range parts {
		a := c.amount / int64(n) / (100 * yuan) * (100 * yuan)
		if k == n-1 {
			a = rest
		}
		rest -= a
		parts[k] = instalment{due: on + crm.Date(terms+60*k), amount: a}
	}
	s.nInvoice++
	id := s.id("I", s.nInvoice)
	for k := range parts {
		s.settle(c, id, on, &parts[k])
	}
	if c.won != nil && !slices.ContainsFunc(parts, func(p instalment) bool { return p.paid < p.amount }) {
		s.collected(c.won, slices.MaxFunc(parts, func(a, b instalment) int { return cmp.Compare(a.last, b.last) }).last)
	}
	noDue := n == 1 && s.chance(10)
	for k := range parts {
		s.writeInvoice(c, id, k+1, on, parts[k], noDue)
	}
	if n == 1 && parts[0].paid == parts[0].amount && s.rep.plan != planCash && s.unevenly(c, 6) {
		s.creditAndRefund(c, id, &parts[0])
	}
}

// settle pays an instalment: mostly near its due date, with a long tail.
func (s *seller) settle(c *contract, invoice string, on crm.Date, p *instalment) {
	late := 0
	switch s.weighted(340, 310, 180, 90, 40, 25, 15) {
	case 0:
		late = -s.between(0, 10)
	case 1:
		late = s.between(1, 10)
	case 2:
		late = s.between(11, 30)
	case 3:
		late = s.between(31, 60)
	case 4:
		late = s.between(61, 90)
	case 5:
		late = s.between(91, 180)
	case 6: // does not pay
		if c.script == unscripted && s.unevenly(c, 500) {
			s.giveUp(c, invoice, p)
		}
		return
	}
	when := max(p.due+crm.Date(late), on)
	linked := invoice
	if s.customers[c.customer].loose {
		linked = ""
	}
	if s.chance(60) { // in two parts
		half := p.amount * int64(s.between(3, 7)) / 10 / yuan * yuan
		s.payPart(c, p, when, half, linked)
		s.payPart(c, p, when+crm.Date(s.between(5, 40)), p.amount-half, linked)
		return
	}
	s.payPart(c, p, when, p.amount, linked)
}

// payPart pays amount of an instalment.
func (s *seller) payPart(c *contract, p *instalment, on crm.Date, amount int64, invoice string) {
	if s.pay(c, on, amount, invoice, "payment") {
		p.paid, p.last = p.paid+amount, on
	}
}

// unevenly reports, in permille cases, whether the customer of c has a credit
// note or a write-off: once, and not where payments go to the oldest invoice, so
// that no other sale's payments depend on it.
func (s *seller) unevenly(c *contract, permille int) bool {
	cu := &s.customers[c.customer]
	if cu.loose || cu.foreign || cu.uneven || s.rep.role == writeOffRep || s.rep.role == leaver || !s.chance(permille) {
		return false
	}
	cu.uneven = true
	return true
}

// pay writes a payment unless its day is still to come.
func (s *seller) pay(c *contract, on crm.Date, amount int64, invoice, kind string) bool {
	if on > s.w.end || amount <= 0 {
		return false
	}
	what := salePaid
	if kind == "refund" {
		what = saleRefunded
	}
	c.events = append(c.events, happening{on, what, amount})
	s.nPayment++
	t := s.out[tPayments]
	t.raw(s.id("P", s.nPayment))
	t.raw(s.customers[c.customer].id)
	t.date(on)
	t.money(amount)
	t.raw(invoice)
	if c.dollars {
		t.raw("USD")
	} else {
		t.raw("CNY")
	}
	t.raw(kind)
	t.end()
	return true
}

// adjust writes a credit note, write-off or recovery unless its day is still
// to come.
func (s *seller) adjust(c *contract, kind string, on crm.Date, amount int64, invoice, cause string) bool {
	if on > s.w.end || amount <= 0 {
		return false
	}
	what := map[string]event{"credit_note": saleCredited, "write_off": saleLost, "recovery": saleRecovered}[kind]
	c.events = append(c.events, happening{on, what, amount})
	s.nAdjust++
	t := s.out[tAdjustments]
	t.raw(s.id("J", s.nAdjust))
	t.raw(kind)
	t.raw(s.customers[c.customer].id)
	t.date(on)
	t.money(amount)
	t.raw(invoice)
	t.raw(c.id)
	t.raw(cause)
	t.end()
	return true
}

// giveUp writes an instalment off long after it was due; now and then a part
// is recovered.
func (s *seller) giveUp(c *contract, invoice string, p *instalment) {
	on := p.due + crm.Date(s.between(120, 270))
	if !s.adjust(c, "write_off", on, p.amount, invoice, pick(s.dice, []string{"fraud", "unwilling", "unwilling"})) {
		return
	}
	p.gone = p.amount
	if s.chance(250) {
		s.adjust(c, "recovery", on+crm.Date(s.between(20, 90)), p.amount*int64(s.between(2, 6))/10/yuan*yuan, invoice, "")
	}
}

// creditAndRefund gives a part of a paid invoice back.
func (s *seller) creditAndRefund(c *contract, invoice string, p *instalment) {
	on := max(p.due, p.last) + crm.Date(s.between(20, 90))
	amount := p.amount * int64(s.between(5, 20)) / 100 / yuan * yuan
	refund := on + crm.Date(s.between(2, 10))
	if refund <= s.w.end && s.adjust(c, "credit_note", on, amount, invoice, "quality") {
		s.pay(c, refund, amount, invoice, "refund")
	}
}

// writeInvoice writes one instalment with how far its collection has come.
func (s *seller) writeInvoice(c *contract, id string, no int, on crm.Date, p instalment, noDue bool) {
	t := s.out[tInvoices]
	t.raw(id)
	t.raw(strconv.Itoa(no))
	t.raw(s.customers[c.customer].id)
	t.raw(c.id)
	t.raw(s.rep.id)
	t.date(on)
	if noDue {
		t.none(1)
	} else {
		t.date(p.due)
	}
	t.money(p.amount)
	if c.dollars {
		t.raw("USD")
	} else {
		t.raw("CNY")
	}
	cause, step := "", ""
	if age := int(s.w.end - p.due); age > 0 && p.paid+p.gone < p.amount {
		if age > 30 {
			cause = []string{"unwilling", "quality", "fraud", ""}[s.weighted(50, 28, 6, 16)]
		}
		switch {
		case age > 60 && s.chance(800):
			step = "overdue_notice"
		case age > 25 && s.chance(850):
			step = "reminder"
		case age > 5 && s.chance(800):
			step = "delivery_letter"
		}
	}
	t.raw(cause)
	t.raw(step)
	t.none(1)
	t.end()
}

// billWrittenOff pays the first half, writes the second off in the plot
// quarter at the rate of the year before, and recovers a fifth of the gross.
func (s *seller) billWrittenOff(c *contract) {
	on := c.sign + 2
	half := c.amount / 2
	parts := []instalment{{due: on + 30, amount: half, paid: half}, {due: on + 90, amount: half, gone: half}}
	s.nInvoice++
	id := s.id("I", s.nInvoice)
	days := s.w.plotTo - s.w.plotFrom
	bad := &BadDebtTruth{LeftOn: crm.NoDate, WriteOffDate: max(s.w.plotFrom+days/3, parts[1].due+20),
		WrittenOff: half, Recovered: c.amount / 5}
	bad.RecoveryDate = max(s.w.plotFrom+days*3/4, bad.WriteOffDate+10)
	s.pay(c, on+33, half, id, "payment")
	s.adjust(c, "write_off", bad.WriteOffDate, bad.WrittenOff, id, "unwilling")
	s.adjust(c, "recovery", bad.RecoveryDate, bad.Recovered, id, "")
	for k := range parts {
		s.writeInvoice(c, id, k+1, on, parts[k], false)
	}
	s.badDebt(bad, c, id)
	s.truth.WriteOff = bad
}

// billLeftUnpaid writes the whole sale off after the rep left.
func (s *seller) billLeftUnpaid(c *contract) {
	on := c.sign + 2
	p := instalment{due: on + 30, amount: c.amount, gone: c.amount}
	s.nInvoice++
	id := s.id("I", s.nInvoice)
	bad := &BadDebtTruth{LeftOn: s.rep.left, WriteOffDate: s.rep.left + (s.w.end-s.rep.left)*2/3,
		RecoveryDate: crm.NoDate, WrittenOff: c.amount}
	s.adjust(c, "write_off", bad.WriteOffDate, bad.WrittenOff, id, "fraud")
	s.writeInvoice(c, id, 1, on, p, false)
	s.badDebt(bad, c, id)
	s.truth.Leaver = bad
}

// badDebt works out what the rep pays back, and gets back.
func (s *seller) badDebt(b *BadDebtTruth, c *contract, invoice string) {
	b.Rep, b.Unit, b.Contract, b.Invoice = s.rep.id, s.rep.team.path(), c.id, invoice
	b.Customer, b.SignDate, b.Gross, b.Base = s.customers[c.customer].id, c.sign, c.amount, vatBase(c.amount)
	rate := func(on crm.Date) crm.Decimal {
		return crm.One / perUnit * crm.Decimal(s.w.ladder(planBooking, c.kind, on).brackets[0].rate)
	}
	share := func(part int64, r crm.Decimal) int64 {
		x := new(big.Rat).Mul(r.Rat(), big.NewRat(b.Base, 1))
		return crm.RoundHalfUp(x.Mul(x, big.NewRat(part, b.Gross)))
	}
	b.Rate = rate(c.sign)
	b.Clawback, b.Restitution = share(b.WrittenOff, b.Rate), share(b.Recovered, b.Rate)
	b.WrongClawback = share(b.WrittenOff, rate(b.WriteOffDate))
}
