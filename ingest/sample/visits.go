package sample

import (
	"crmreport/ingest/crm"
)

// poolSize is how many prospects a rep works on at a time.
const poolSize = 45

// slot is a prospect in the private pool.
type slot struct {
	customer int32
	signOn   crm.Date // agreed to sign on this day; NoDate while open
	deal     deal     // number 0: no deal yet
}

// visit is one row of today.
type visit struct {
	customer int32
	slot     int32 // -1: no prospect
	minute   int
	channel  string
	met      string
	pitched  string
	answer   string
	audit    string
	coach    string
	note     string // "" = drawn when written
	valid    bool
	unknown  bool
	faked    bool
}

// work lives through the window day by day.
func (s *seller) work() {
	s.fake.setUp(s)
	if s.from <= s.to {
		s.poolStart()
	}
	for d := s.from; d <= s.to; d++ {
		count := d >= s.w.plotFrom && d <= s.w.plotTo
		var c teamCount
		works := s.works(d)
		if works {
			c.repDays++
		}
		s.today = s.today[:0]
		switch {
		case works && !s.fake.running(d) && s.chance(25):
			c.leaveDays++
			s.leave(d)
		case works:
			c.signings += s.signToday(d)
			s.dailyWork(d)
		}
		s.fake.extra(s, d, works)
		s.fake.count(s, d)
		if d == s.w.end && s.rep == s.org.last && len(s.today) == 0 {
			// the newest row of the export is dated on its last day
			s.today = append(s.today, visit{customer: s.slots[0].customer, slot: -1, minute: 600, channel: "online",
				met: "KP", pitched: "0", answer: "none", audit: "unaudited"})
		}
		for i := range s.today {
			v := &s.today[i]
			s.writeVisit(d, v)
			if v.channel != "visit" {
				continue
			}
			switch {
			case v.audit == "failed":
				c.failed++
				continue
			case v.valid:
				c.valid++
			case v.unknown:
				c.unknown++
			}
			c.visits++
		}
		if count {
			s.rep.teamOn(d).count.add(c)
			if s.rep.role == mover {
				m := &s.move[0]
				if d >= s.rep.movedOn {
					m = &s.move[1]
				}
				m.Visits, m.Valid, m.Signings = m.Visits+c.visits, m.Valid+c.valid, m.Signings+c.signings
			}
		}
	}
	s.leaveTheField()
	s.fake.report(s)
	if s.rep.role == mover {
		s.truth.Mover = &MoverTruth{Rep: s.rep.id, OldUnit: s.rep.team.path(), NewUnit: s.rep.next.path(),
			MovedOn: s.rep.movedOn, Before: s.move[0], After: s.move[1]}
	}
}

// leave writes a day off into the roster.
func (s *seller) leave(d crm.Date) {
	t := s.out[tRoster]
	t.raw(s.rep.id)
	t.date(d)
	t.raw("leave")
	t.end()
}

// poolStart fills the private pool.
func (s *seller) poolStart() {
	s.slots = make([]slot, 0, poolSize)
	for range poolSize {
		i := s.newCustomer(s.from-crm.Date(s.between(1, 60)), pick(s.dice, s.words.sources))
		s.slots = append(s.slots, slot{customer: i, signOn: crm.NoDate})
	}
	for k := range 2 { // who was there before has signings under way
		if s.rep.hired < s.w.from-30 && s.chance(900) {
			s.openDeal(&s.slots[k*20], s.from-crm.Date(s.between(4, 25)))
			s.slots[k*20].deal.stuck = false
			s.slots[k*20].signOn = s.cal.onOrAfter(s.six, s.from+crm.Date(s.between(1, 18)))
		}
	}
	t := s.out[tPoolMoves]
	t.raw(s.rep.id)
	t.date(s.from)
	t.raw("in")
	t.int(poolSize)
	t.none(1)
	t.end()
}

// replace puts a new prospect into slot k on day d: one in, one out.
func (s *seller) replace(k int, d crm.Date) {
	t := s.out[tPoolMoves]
	row := func(direction, customer string) {
		t.raw(s.rep.id)
		t.date(d)
		t.raw(direction)
		t.none(1)
		t.raw(customer)
		t.end()
	}
	row("out", s.customers[s.slots[k].customer].id)
	var i int32
	if n := len(s.prospects); n > 0 && s.prospects[n-1].from <= d {
		b := s.prospects[n-1]
		s.prospects = s.prospects[:n-1]
		b.customer.foreign = true
		s.customers = append(s.customers, b.customer)
		i = int32(len(s.customers) - 1)
	} else {
		i = s.newCustomer(d, pick(s.dice, s.words.sources))
		if s.chance(350) {
			s.leadCustomer(i, d)
		}
		if s.chance(400) {
			s.setGrade(i, d, 'C')
		}
	}
	row("in", s.customers[i].id)
	s.slots[k] = slot{customer: i, signOn: crm.NoDate}
}

// rates returns the visits × 100 a day, the permille of valid ones and the
// permille of signings after a valid one on d. The parts of teams begin a few
// weeks before the quarter of the plot: a signing follows its visits by weeks.
func (s *seller) rates(d crm.Date) (visits, valid, sign int) {
	visits, valid, sign = s.perVisit, s.valid, s.sign
	switch p := s.rep.team.part; {
	case p == shortOfVisits && d >= s.w.plotFrom-24:
		visits = visits * 560 / 1000
	case p == invalidVisits && d >= s.w.plotFrom-24:
		valid = valid * 330 / 1000
	case p == notSigning && d >= s.w.plotFrom-28:
		sign = sign * 280 / 1000
	}
	return visits, valid, sign
}

// signToday signs what is due on d and replaces the prospects of it.
func (s *seller) signToday(d crm.Date) (signed int64) {
	for k := range s.slots {
		sl := &s.slots[k]
		if sl.signOn == crm.NoDate || sl.signOn > d {
			continue
		}
		signed += s.sell(sl, d)
		s.replace(k, d)
	}
	if s.chance(7) && s.rep.role == ordinary { // somebody calls and buys: no visit
		i := s.newCustomer(d, "官网")
		s.leadCustomer(i, d)
		var sl slot
		sl.customer = i
		s.openDeal(&sl, d)
		sl.deal.late = true
		signed += s.sell(&sl, d)
	}
	return signed
}

// sell signs a new contract with the prospect of the slot.
func (s *seller) sell(sl *slot, d crm.Date) int64 {
	c := s.newContract(sl.customer, crm.New, d, s.newAmount())
	if sl.deal.no != 0 {
		c.deal = s.id("D", sl.deal.no)
		sl.deal.amount = c.amount
	}
	s.maybeVoid(c)
	void := c.status == crm.ContractVoid
	if sl.deal.no != 0 {
		s.closeDeal(&sl.deal, d, "won")
		won := sl.deal
		c.won = &won
	}
	s.clients = append(s.clients, sl.customer)
	if void {
		return 0
	}
	return 1
}

// lag is how many days pass between the valid visit that decides and the
// signing.
func (s *seller) lag() crm.Date {
	switch s.weighted(40, 35, 20, 5) {
	case 0:
		return crm.Date(s.between(1, 3))
	case 1:
		return crm.Date(s.between(4, 10))
	case 2:
		return crm.Date(s.between(11, 25))
	}
	return crm.Date(s.between(26, 45))
}

// dailyWork makes the visits of an ordinary day.
func (s *seller) dailyWork(d crm.Date) {
	perDay, valid, sign := s.rates(d)
	n := (perDay+s.IntN(100))/100 + []int{-1, 0, 0, 0, 1}[s.IntN(5)]
	if d < s.rep.hired+14 {
		n = n * 6 / 10 // learning
	}
	n = s.fake.many(s, d, max(n, 1))
	clients := len(s.clients) >= 8 // fewer would be seen day after day
	prospects := valid
	if clients {
		prospects, sign = valid*(1000-clientVisits*clientValid/100)/(1000-clientVisits), sign*1000/(1000-clientVisits*clientValid/100)
	}
	coached := s.coachToday(d)
	span := 540 / n
	for i := range n {
		v := visit{minute: 510 + i*span + s.IntN(max(1, span-4)), channel: "visit", slot: -1}
		if c := s.client(clients && s.chance(clientVisits), d); c >= 0 {
			v.customer = c
			s.meet(&v, valid*clientValid/100)
		} else {
			v.slot = s.nextSlot()
			v.customer = s.slots[v.slot].customer
			s.meet(&v, prospects)
		}
		if coached != "" && i < 4 {
			v.coach = coached
		}
		s.today = append(s.today, v)
	}
	for range s.weighted(42, 38, 20) { // calls and sweeps are no visits
		v := visit{minute: s.between(1055, 1075), channel: pick(s.dice, []string{"phone", "phone", "sweep", "online"}), slot: -1}
		if c := s.client(clients && s.chance(900), d); c >= 0 {
			v.customer = c
			s.meet(&v, 950)
		} else {
			v.slot = s.nextSlot()
			v.customer = s.slots[v.slot].customer
			s.meet(&v, 120)
		}
		s.today = append(s.today, v)
	}
	s.fake.alter(s, d)
	for i := range s.today {
		if v := &s.today[i]; v.slot >= 0 && v.channel == "visit" {
			s.consequence(d, v, sign)
		}
	}
	for k := range s.slots {
		s.ageing(k, d)
	}
}

// clientVisits is the permille of an ordinary day's visits that go to clients,
// clientValid how many of them are valid against the average visit, in per
// cent. Prospects are valid less often for it, and sign more often after a valid
// visit, so that the totals stay.
const (
	clientVisits = 220
	clientValid  = 270
)

// client returns the next client to look after on day d where wanted, or -1.
// Clients take turns: nobody is forgotten while another is seen again.
func (s *seller) client(wanted bool, d crm.Date) int32 {
	if !wanted {
		return -1
	}
	s.turn++
	if i := s.clients[s.turn%len(s.clients)]; s.customers[i].since <= d {
		return i
	}
	return -1
}

// nextSlot walks through the pool round after round: a prospect is seen about
// once a week, never twice a day.
func (s *seller) nextSlot() int32 {
	k := s.cursor % len(s.slots)
	s.cursor++
	return int32(k)
}

// meet draws whom the rep met and what was said.
func (s *seller) meet(v *visit, valid int) {
	n := s.IntN(1000)
	v.met, v.pitched, v.answer, v.audit = "KP", "1", "none", "unaudited"
	if n < valid {
		v.valid = true
		if n%5 >= 3 {
			v.met = "driver"
		}
		if s.chance(150) {
			v.answer = "soft"
		}
	} else {
		s.invalid(v)
	}
	if s.IntN(1000) < 10 {
		v.audit = "passed"
		if s.chance(20) {
			v.audit = "failed"
		}
	}
}

// invalid draws why a visit does not count: nobody who decides, no pitch, a
// clear refusal, or a field left blank.
func (s *seller) invalid(v *visit) {
	n := s.IntN(1000)
	switch {
	case n < 620:
		v.met, v.pitched = "other", "0"
		if n < 240 {
			v.met = "none"
		} else if n%3 == 0 {
			v.pitched = "1"
		}
	case n < 820:
		v.pitched = "0"
	case n < 980:
		v.answer = "explicit"
	case n < 990:
		v.met, v.unknown = "", true
	default:
		v.pitched, v.unknown = "", true
	}
}

// consequence is what a visit to a prospect leads to.
func (s *seller) consequence(d crm.Date, v *visit, sign int) {
	sl := &s.slots[v.slot]
	switch {
	case v.audit == "failed" || v.faked:
	case v.valid:
		if sl.signOn == crm.NoDate && !sl.deal.stuck && s.chance(sign) {
			sl.signOn = s.cal.onOrAfter(s.six, d+s.lag())
		}
		if sl.deal.no == 0 && s.chance(850) {
			s.openDeal(sl, d)
		}
		s.regrade(sl, d)
	case v.answer == "explicit" && sl.signOn == crm.NoDate && !sl.deal.stuck && s.chance(350):
		s.lose(int(v.slot), d)
	}
}

// regrade moves the prospect of the slot after a valid visit: to A on the
// working day before it signs, or too early; else to B.
func (s *seller) regrade(sl *slot, d crm.Date) {
	day := crm.NoDate
	if sl.signOn != crm.NoDate && s.chance(700) {
		day = s.cal.onOrBefore(s.six, sl.signOn-1)
	} else if sl.signOn == crm.NoDate && s.chance(10) {
		day = d
	}
	if day != d && s.customers[sl.customer].grade == 'C' {
		s.setGrade(sl.customer, d, 'B')
	}
	if day >= d && day <= s.to {
		s.setGrade(sl.customer, day, 'A')
	}
}

// ageing loses the prospect of slot k when its deal has outlived itself.
func (s *seller) ageing(k int, d crm.Date) {
	sl := &s.slots[k]
	if sl.signOn == crm.NoDate && sl.deal.no != 0 && d > sl.deal.created+sl.deal.life() {
		s.lose(k, d)
	}
}

// lose gives up the prospect of slot k.
func (s *seller) lose(k int, d crm.Date) {
	sl := &s.slots[k]
	if sl.deal.no != 0 {
		s.closeDeal(&sl.deal, d, "lost")
	}
	s.customers[sl.customer].lost = true
	s.replace(k, d)
}

// leaveTheField closes the books: a leaver hands the prospects over, everybody
// else keeps the open deals.
func (s *seller) leaveTheField() {
	for k := range s.slots {
		sl := &s.slots[k]
		if s.rep.left == crm.NoDate {
			if sl.deal.no != 0 {
				s.keepOpen(&sl.deal)
			}
			continue
		}
		if sl.deal.no != 0 {
			s.closeDeal(&sl.deal, s.rep.left, "lost")
		}
		if h := s.rep.heir; h != nil && !s.customers[sl.customer].foreign {
			h.inherited = append(h.inherited, bequest{customer: s.customers[sl.customer], from: s.rep.left + 1})
		}
	}
}

// writeVisit writes v; a few rows are written twice, as real exports do.
func (s *seller) writeVisit(d crm.Date, v *visit) {
	s.nVisit++
	t := s.out[tVisits]
	begin := len(t.buf)
	cu := &s.customers[v.customer]
	t.sep()
	idAt := len(t.buf)
	t.buf = append(t.buf, 'V')
	t.buf = append(t.buf, s.rep.id[1:]...)
	n := s.nVisit
	t.buf = append(t.buf, '-', byte('0'+n/10000%10), byte('0'+n/1000%10), byte('0'+n/100%10), byte('0'+n/10%10), byte('0'+n%10))
	idEnd := len(t.buf)
	t.raw(s.rep.id)
	t.raw(cu.id)
	t.stamp(d, v.minute)
	t.raw(v.channel)
	t.raw(v.met)
	t.raw(v.pitched)
	t.raw(v.answer)
	t.raw(v.audit)
	t.raw(v.coach)
	r := s.Uint32()
	s.entered(t, d, v.minute, r%1000)
	s.note(t, v, cu, r/1000%1000)
	if v.valid && r/1000000%10 < 7 {
		t.date(d + 3 + crm.Date(r%11))
	} else {
		t.none(1)
	}
	if r>>8%100 < 85 {
		t.raw("1")
	} else {
		t.raw("0")
	}
	if v.audit != "unaudited" {
		s.audit(d, v, string(t.buf[idAt:idEnd]))
	}
	twice := v.channel == "visit" && s.IntN(20000) == 0
	row := t.buf[begin:]
	t.buf = append(t.buf, '\n')
	if twice {
		t.buf = append(t.buf, row...)
		t.buf = append(t.buf, '\n')
		t.rows++
		s.truth.DuplicateVisits++
	}
	t.buf = t.buf[:len(t.buf)-1]
	t.end()
}

// entered writes when the visit was put into the CRM: the same evening mostly.
func (s *seller) entered(t *table, d crm.Date, minute int, r uint32) {
	evening := 1110 + int(r*7%180)
	switch {
	case minute >= 1110:
		t.stamp(d, minute+2+int(r%20))
	case r < 930 || d >= s.w.end:
		t.stamp(d, evening)
	case r < 990:
		t.stamp(d+1, 480+int(r%60))
	default:
		t.none(1)
	}
}

// note writes what was talked about; with the customer's name in it no two
// customers have the same one.
func (s *seller) note(t *table, v *visit, cu *customer, r uint32) {
	switch {
	case v.note != "":
		t.text(v.note)
	case r < 3:
		t.text(cu.short + ": " + s.words.oddNotes[(s.nVisit+int(r))%len(s.words.oddNotes)])
		s.truth.OddNotes++
	case r < 550:
		t.sep()
		t.buf = append(t.buf, cu.short...)
		t.buf = append(t.buf, "："...)
		t.buf = append(t.buf, s.words.notes[(s.nVisit+int(r))%len(s.words.notes)]...)
	default:
		t.none(1)
	}
}

// audit writes a check of the visit, a few days later.
func (s *seller) audit(d crm.Date, v *visit, id string) {
	t := s.out[tAudits]
	t.raw(id)
	t.date(min(d+crm.Date(s.between(1, 5)), s.w.end))
	t.raw(v.audit)
	if v.faked {
		t.raw("targeted")
	} else {
		t.raw("random")
	}
	t.end()
}

// coachToday returns the supervisor when this is the rep's coached day, and
// writes what was coached. A supervisor coaches one rep on Tuesdays and one on
// Thursdays, in turn.
func (s *seller) coachToday(d crm.Date) string {
	wd := d.Weekday()
	if wd != 2 && wd != 4 {
		return ""
	}
	tm := s.rep.team
	turn := (int(d)/7*2 + wd/4) % len(tm.reps)
	if tm.reps[turn] != s.rep || s.chance(100) {
		return ""
	}
	coach := s.rep.teamOn(d).id
	t := s.out[tCoaching]
	t.raw(s.rep.id)
	t.date(d)
	t.raw(coach)
	points := pick(s.dice, s.words.points)
	for range s.weighted(30, 40, 24, 6) {
		points += ";" + pick(s.dice, s.words.points)
	}
	t.raw(points)
	if s.chance(850) {
		t.raw(pick(s.dice, s.words.purposes))
		t.raw(pick(s.dice, []string{"新人", "老销售"}))
	} else {
		t.none(2)
	}
	switch s.weighted(78, 14, 8) {
	case 0:
		t.stamp(d, s.between(1140, 1320))
	case 1:
		t.stamp(min(d+1, s.w.end), s.between(540, 720))
	default:
		t.none(1)
	}
	t.end()
	return coach
}
