package sample

import (
	"crmreport/ingest/crm"
)

// yuan is one unit of the currency in minor units.
const yuan = 100

// grace is how long after its end a contract may still be renewed.
const grace = 30

// contract is a signing.
type contract struct {
	id, predecessor, deal string
	customer              int32
	kind                  crm.ContractType
	sign, start, end      crm.Date
	months                int
	product               string
	amount                int64
	dollars               bool
	oneOff                bool
	status                crm.ContractStatus
	statusOn              crm.Date

	foreign   bool     // written by the leaver; here only to be renewed
	notBefore crm.Date // of the heir
	settled   bool     // its successor is already in the list
	successor crm.Date // sign date of that successor, NoDate
	next      int      // its place in the list; 0 for none of our making
	script    script

	won    *deal // that ended in it
	mate   *rep  // shares its credit; nil for nobody
	tenths int64 // of the credit that are the rep's own
	events []happening
}

// script says how a contract is billed and paid when the plot decides it.
type script uint8

const (
	unscripted script = iota
	writtenOff        // two instalments, the second written off, then part recovered
	leftUnpaid        // one instalment, written off after the rep left
	plainPaid
)

// vatBase is the amount without 6 % VAT, rounded half-up to the cent.
func vatBase(amount int64) int64 { return (amount*200 + 106) / 212 }

// newContract appends a contract of the customer and counts it in the rep's
// actuals unless it is void.
func (s *seller) newContract(i int32, kind crm.ContractType, sign crm.Date, amount int64) *contract {
	s.nContract++
	months := []int{12, 24, 36}[s.weighted(94, 5, 1)]
	c := contract{id: s.id("K", s.nContract), customer: i, kind: kind, sign: sign, start: sign + crm.Date(s.between(1, 7)),
		months: months, product: pick(s.dice, s.words.products), amount: amount * int64(months) / 12,
		status: crm.Active, statusOn: crm.NoDate, successor: crm.NoDate, notBefore: crm.NoDate, tenths: 10}
	c.end = c.start.AddMonths(months) - 1
	s.contracts = append(s.contracts, c)
	return &s.contracts[len(s.contracts)-1]
}

// newAmount draws the amount of a new contract: 30 to 60 thousand a year.
func (s *seller) newAmount() int64 {
	a := 43000 + s.noise(7500)
	return int64(min(max(a, 12000), 90000)/100*100) * yuan
}

// past writes the signings of the two years before the window: fewer in the
// older one, because the business grew.
func (s *seller) past() {
	var usable []int32
	once := map[int32]string{} // the product of who has one
	for d := max(s.rep.hired, s.w.old); d < s.w.from; d++ {
		pm := 225
		if d < s.w.old+365 {
			pm = 150
		}
		if s.works(d) && s.chance(pm) {
			if s.buysAgain(usable, once, d) {
				continue
			}
			i := s.newCustomer(d-crm.Date(s.between(5, 60)), pick(s.dice, s.words.sources))
			s.setGrade(i, s.customers[i].created, 'B')
			c := s.newContract(i, crm.New, d, s.newAmount())
			s.maybeVoid(c)
			usable, once[i] = append(usable, i), c.product
		}
	}
	s.clients = append(s.clients, usable...)
	s.manyToOne()
	s.oneToMany()
}

// buysAgain lets one of the customers who have one contract sign for another
// product, and reports whether one did.
func (s *seller) buysAgain(usable []int32, once map[int32]string, d crm.Date) bool {
	if len(usable) < 5 || !s.chance(650) {
		return false
	}
	i := pick(s.dice, usable)
	has, ok := once[i]
	if !ok {
		return false
	}
	delete(once, i)
	c := s.newContract(i, crm.New, d, s.newAmount())
	for c.product == has {
		c.product = pick(s.dice, s.words.products)
	}
	return true
}

// maybeVoid cancels a few contracts shortly after they were signed, and lets a
// few be for once only.
func (s *seller) maybeVoid(c *contract) {
	if s.chance(4) {
		if on := c.sign + crm.Date(s.between(3, 20)); on <= s.to {
			c.status, c.statusOn = crm.ContractVoid, on
		}
	} else if s.chance(60) {
		c.oneOff = true
	}
}

// manyToOne makes two contracts of one customer that one contract renews.
func (s *seller) manyToOne() {
	end := s.w.plotFrom + 20
	sign := s.cal.onOrBefore(s.six, end-3)
	if s.rep.no%20 != 7 || !s.plainVeteran() || sign > s.w.end {
		return
	}
	start := (end + 1).AddMonths(-12)
	i := s.newCustomer(start-40, "转介绍")
	var sum int64
	for range 2 {
		c := s.newContract(i, crm.New, s.cal.onOrBefore(s.six, start-5), s.newAmount())
		c.span(start, 12)
		c.amount = s.newAmount()
		sum += c.amount
		c.settled, c.successor = true, sign
	}
	olds := []string{s.contracts[len(s.contracts)-2].id, s.contracts[len(s.contracts)-1].id}
	c := s.newContract(i, crm.Renewal, sign, sum)
	c.span(end+1, 12)
	c.amount = sum
	for _, o := range olds {
		s.succession(o, c.id, sign)
	}
}

// oneToMany makes one contract that two contracts renew.
func (s *seller) oneToMany() {
	end := s.w.plotFrom + 25
	sign := s.cal.onOrBefore(s.six, end-2)
	if s.rep.no%20 != 13 || !s.plainVeteran() || sign > s.w.end {
		return
	}
	start := (end + 1).AddMonths(-12)
	i := s.newCustomer(start-40, "转介绍")
	old := s.newContract(i, crm.New, s.cal.onOrBefore(s.six, start-5), s.newAmount())
	old.span(start, 12)
	old.amount = s.newAmount()
	old.settled, old.successor = true, sign
	oldID, half := old.id, old.amount/2/(100*yuan)*(100*yuan)
	for range 2 {
		c := s.newContract(i, crm.Renewal, sign, half)
		c.span(end+1, 12)
		c.amount = half
		s.succession(oldID, c.id, sign)
	}
}

// plainVeteran reports whether the rep has no part and was there all along.
func (s *seller) plainVeteran() bool {
	return s.rep.role == ordinary && s.rep.team.part == normalTeam && s.rep.hired < s.w.old && s.rep.left == crm.NoDate
}

func (c *contract) span(start crm.Date, months int) {
	c.start, c.months = start, months
	c.end = start.AddMonths(months) - 1
}

func (s *seller) succession(old, new string, sign crm.Date) {
	t := s.out[tSuccessions]
	t.raw(old)
	t.raw(new)
	t.date(sign)
	t.end()
}

// renew decides what becomes of contract i when it expires.
func (s *seller) renew(i int) {
	c := &s.contracts[i]
	if c.status == crm.ContractVoid || c.oneOff {
		return
	}
	if !c.settled {
		if s.rep.left != crm.NoDate && c.end > s.rep.left-grace-5 {
			if h := s.rep.heir; h != nil {
				handed := *c
				h.inherited = append(h.inherited, bequest{s.customers[c.customer], &handed, s.rep.left + 1})
			} else {
				s.classify(c)
			}
			return
		}
		s.outcome(i)
		c = &s.contracts[i]
	}
	s.classify(c)
	s.renewalDeal(i)
}

// outcome draws the fate of contract i and appends its successor.
func (s *seller) outcome(i int) {
	c := s.contracts[i]
	if c.script == writtenOff || c.script == leftUnpaid {
		return // nobody renews a bad debt
	}
	y, m, _ := c.end.Civil()
	month := crm.DateOf(y, m, 1)
	kind, amount := crm.Renewal, c.amount*int64(s.between(92, 114))/100/(100*yuan)*(100*yuan)
	amount = amount * 12 / int64(c.months) / (100 * yuan) * (100 * yuan)
	var sign crm.Date
	switch s.weighted(160, 430, 130, 40, 220, 8, 6, 6) {
	case 0: // early, in a month before
		sign = s.cal.onOrBefore(s.six, month-1-crm.Date(s.IntN(26)))
	case 1:
		sign = s.cal.onOrBefore(s.six, month+crm.Date(s.IntN(int(c.end-month)+1)))
	case 2: // late, in grace
		sign = s.cal.onOrAfter(s.six, c.end+crm.Date(s.between(1, 20)))
	case 3: // after grace: comes back
		sign = s.cal.onOrAfter(s.six, c.end+crm.Date(s.between(grace+2, grace+35)))
	case 4:
		return
	case 5:
		s.mark(i, crm.Notice, c.end-crm.Date(s.between(15, 70)))
		return
	case 6:
		s.mark(i, crm.Terminated, c.start+crm.Date(s.between(90, 300)))
		return
	case 7: // a larger contract replaces it in mid-term
		sign = s.cal.onOrAfter(s.six, c.start+crm.Date(s.between(120, 250)))
		if !s.mark(i, crm.Superseded, sign) {
			return
		}
		kind, amount = crm.Expansion, c.amount*140/100/(100*yuan)*(100*yuan)
	}
	if c.notBefore != crm.NoDate && sign < c.notBefore {
		sign = s.cal.onOrAfter(s.six, c.notBefore)
	}
	if sign > s.to {
		return // still to come
	}
	start := c.end + 1
	switch {
	case kind == crm.Expansion:
		start = sign + 1
	case sign > c.end+grace:
		start = sign + 3
	}
	s.contracts[i].successor, s.contracts[i].next = sign, len(s.contracts)
	n := s.newContract(c.customer, kind, sign, amount)
	n.span(start, 12)
	n.amount, n.predecessor, n.product = amount, c.id, c.product
}

// mark gives contract i a status from day on; it reports whether that day has
// come and the contract's row is ours to write.
func (s *seller) mark(i int, status crm.ContractStatus, on crm.Date) bool {
	c := &s.contracts[i]
	if c.foreign || on > s.to || on <= c.sign {
		return false
	}
	c.status, c.statusOn = status, on
	return true
}

// classify counts contract c in the renewal truth, and as due in the targets.
func (s *seller) classify(c *contract) {
	r := &s.truth.Renewals
	if c.status == crm.Superseded {
		return
	}
	if c.end >= s.w.from {
		p := crm.Fiscal{}.Period(crm.Month, c.end).Name
		d := s.due[p]
		d.count++
		d.amount += c.amount
		s.due[p] = d
	}
	signed := c.successor != crm.NoDate
	if signed && c.successor > c.end+grace && s.w.plot.Contains(c.successor) {
		r.Reactivated = append(r.Reactivated, c.id)
	}
	if !s.w.plot.Contains(c.end) {
		return
	}
	r.Due++
	y, m, _ := c.end.Civil()
	list := &r.Churned
	switch {
	case signed && c.successor < crm.DateOf(y, m, 1):
		list = &r.Early
	case signed && c.successor <= c.end:
		list = &r.OnTime
	case signed && c.successor <= c.end+grace:
		list = &r.Late
	case signed:
	case c.status == crm.Notice:
		list = &r.Notice
	case c.status == crm.Terminated:
		list = &r.Terminated
	case s.w.end <= c.end+grace:
		list = &r.Pending
	}
	*list = append(*list, c.id)
}

// plotContracts adds the sales that the plot is about, and the few in dollars.
func (s *seller) plotContracts() {
	add := func(sign crm.Date, amount int64, sc script) *contract {
		sign = s.cal.onOrBefore(s.six, sign)
		i := s.newCustomer(sign-30, "展会")
		c := s.newContract(i, crm.New, sign, amount)
		c.span(sign+1, 12)
		c.amount, c.script = amount, sc
		if sign = c.sign; sign >= s.w.plotFrom && sign <= s.w.plotTo {
			s.rep.teamOn(sign).count.signings++
		}
		return c
	}
	switch s.rep.role {
	case writeOffRep:
		add(s.w.rateChange-42, 215000*yuan, writtenOff)
	case leaver:
		add(s.rep.left-75, 84800*yuan, leftUnpaid)
	case dollarRep:
		c := add(s.w.plotFrom-60, 6000*yuan, plainPaid)
		c.dollars, c.oneOff = true, true
	}
}

// writeContract writes c, and sometimes who shares its credit.
func (s *seller) writeContract(c *contract) {
	if c.foreign {
		return
	}
	cu := &s.customers[c.customer]
	base := vatBase(c.amount)
	t := s.out[tContracts]
	t.raw(c.id)
	t.raw(cu.id)
	t.raw(s.rep.id)
	t.raw(c.deal)
	t.raw(string(c.kind))
	t.date(c.sign)
	t.date(c.start)
	t.date(c.end)
	t.int(int64(c.months))
	t.raw(c.product)
	t.money(c.amount)
	t.money(base)
	t.money(base * int64(s.between(35, 55)) / 100)
	if c.dollars {
		t.raw("USD")
	} else {
		t.raw("CNY")
	}
	t.flag(!c.oneOff)
	t.raw(string(c.status))
	t.date(c.statusOn)
	t.raw(c.predecessor)
	t.end()
	if c.script == unscripted && s.chance(25) {
		s.split(c)
	}
	if c.status != crm.ContractVoid && c.sign >= s.w.from {
		amount := c.amount * c.tenths / 10
		if c.dollars {
			amount *= 7
		}
		s.actual[c.sign-s.w.from] += amount
	}
}

// split shares the credit of c with a colleague without a part.
func (s *seller) split(c *contract) {
	if s.rep.role != ordinary || s.rep.team.part == overconfident || s.rep.left != crm.NoDate {
		return
	}
	mates := s.rep.team.reps
	m := mates[s.IntN(len(mates))]
	if m == s.rep || m.role != ordinary || !m.active(c.sign) || m.left != crm.NoDate {
		return
	}
	own := pick(s.dice, []string{"0.5", "0.6", "0.7", "0.8"})
	other := map[string]string{"0.5": "0.5", "0.6": "0.4", "0.7": "0.3", "0.8": "0.2"}[own]
	t := s.out[tSplits]
	row := func(rep, share, kind string) {
		t.raw(c.id)
		t.raw(rep)
		t.raw(share)
		t.raw(kind)
		t.end()
	}
	row(s.rep.id, own, "sale")
	row(m.id, other, "sale")
	if s.chance(150) {
		row(s.rep.team.id, "0.1", "overlay")
	}
	c.mate, c.tenths = m, int64(own[2]-'0')
}
