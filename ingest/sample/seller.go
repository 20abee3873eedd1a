package sample

import (
	"strconv"

	"crmreport/ingest/crm"
)

// customer is a prospect or a client of the rep at hand.
type customer struct {
	id, short, full           string
	industry, segment, source string
	city, region              string
	terms                     int
	created                   crm.Date
	grade                     byte
	graded                    crm.Date // day of the last grade
	since                     crm.Date // first day on which an heir may visit
	lost, foreign             bool     // foreign: another rep's rows describe it
	loose                     bool     // pays without naming an invoice
	uneven                    bool     // had a credit note or a write-off
}

// bequest is what a leaver hands over: a client with a running contract, or a
// prospect.
type bequest struct {
	customer customer
	contract *contract
	from     crm.Date // first day of the heir
}

// seller writes everything that one rep did.
type seller struct {
	*generator
	dice
	rep    *rep
	region *region
	city   string
	six    bool
	from   crm.Date // first and last day at work in the window
	to     crm.Date

	customers []customer
	contracts []contract
	prospects []bequest // handed over, not taken up yet
	slots     []slot
	clients   []int32 // indices of customers
	cursor    int     // of slots
	turn      int     // of clients
	today     []visit

	perVisit, valid, sign int // visits per day × 100; permille of visits; permille of valid visits

	actual                        []int64 // signed by day of the window, minor units
	due                           map[string]dueCount
	nCustomer, nVisit, nDeal      int
	nContract, nInvoice, nPayment int
	nAdjust, nLead, nCase         int
	fake                          fakeState
	move                          [2]MoverCount
	idBuf                         []byte
}

type dueCount struct{ count, amount int64 }

func (g *generator) newSeller(r *rep) *seller {
	s := &seller{generator: g, dice: newDice(g.o.Seed, uint64(r.no)+1000), rep: r, region: r.team.area.region,
		city: r.team.area.name, six: r.team.area.region.sixDay, due: map[string]dueCount{}}
	s.from, s.to = max(g.w.from, r.hired), g.w.end
	if r.left != crm.NoDate {
		s.to = min(s.to, r.left)
	}
	s.actual = make([]int64, int(g.w.end-g.w.from)+1)
	s.perVisit = 820 + s.noise(30)
	s.valid = 272 + s.noise(12)
	s.sign = 142 + s.noise(8)
	return s
}

// run writes the rep's rows in the order in which one thing leads to another.
func (s *seller) run() {
	s.past()
	s.inherit()
	s.plotContracts()
	s.work()
	for i := 0; i < len(s.contracts); i++ { // the list grows by the successors
		s.renew(i)
	}
	for i := range s.contracts {
		s.writeContract(&s.contracts[i])
		s.bill(&s.contracts[i])
		s.sold(&s.contracts[i])
	}
	s.writeCustomers()
	s.writeLeads()
	s.writeCases()
	s.planRep()
}

func (s *seller) works(d crm.Date) bool { return s.cal.works(s.six, d) }

// id builds prefix + rep number + "-" + number, the shape of all ids.
func (s *seller) id(prefix string, n int) string {
	b := append(s.idBuf[:0], prefix...)
	b = append(b, s.rep.id[1:]...)
	b = append(b, '-')
	for w := 1000; n < w && w >= 10; w /= 10 {
		b = append(b, '0')
	}
	s.idBuf = strconv.AppendInt(b, int64(n), 10)
	return string(s.idBuf)
}

// newCustomer makes a customer known from day d on.
func (s *seller) newCustomer(d crm.Date, source string) int32 {
	s.nCustomer++
	w := s.words
	brand := pick(s.dice, w.brandA) + pick(s.dice, w.brandB)
	industry := pick(s.dice, w.industries)
	s.customers = append(s.customers, customer{
		id: s.id("C", s.nCustomer), short: brand + industry, full: s.city + brand + industry + pick(s.dice, w.companyEnds),
		industry: industry, segment: pick(s.dice, w.segments), source: source, city: s.city, region: s.region.name,
		terms: []int{30, 30, 45, 60}[s.IntN(4)], created: d, grade: 'C',
		loose: s.nCustomer%50 == 17 && s.rep.plan != planCash})
	return int32(len(s.customers) - 1)
}

// setGrade appends to the customer's dated history: one grade a day, in order.
func (s *seller) setGrade(i int32, d crm.Date, grade byte) {
	c := &s.customers[i]
	if d <= c.graded {
		return
	}
	c.grade, c.graded = grade, d
	t := s.out[tGrades]
	t.raw(c.id)
	t.date(d)
	t.raw(string(grade))
	t.end()
}

// inherit takes over what a leaver of the team left.
func (s *seller) inherit() {
	taken := map[string]int32{}
	for _, b := range s.rep.inherited {
		if b.contract == nil {
			s.prospects = append(s.prospects, b)
			continue
		}
		b.customer.foreign, b.customer.since = true, b.from
		i, known := taken[b.customer.id]
		if !known {
			i = int32(len(s.customers))
			taken[b.customer.id] = i
			s.customers, s.clients = append(s.customers, b.customer), append(s.clients, i)
		}
		c := *b.contract
		c.customer, c.foreign, c.notBefore = i, true, b.from
		s.contracts = append(s.contracts, c)
	}
}

// writeCustomers writes the customers and who owned them when it changed.
func (s *seller) writeCustomers() {
	t := s.out[tCustomers]
	heir := s.rep.heir
	for i := range s.customers {
		c := &s.customers[i]
		if c.foreign {
			continue
		}
		owner, pool := s.rep.id, "private"
		switch {
		case c.lost:
			owner, pool = "", "public"
		case heir != nil:
			owner = heir.id
			s.owned(c.id, s.rep.id, c.created, s.rep.left)
			s.owned(c.id, heir.id, s.rep.left+1, crm.NoDate)
		case s.rep.left != crm.NoDate:
			owner, pool = "", "public"
		}
		t.raw(c.id)
		t.text(c.full)
		t.raw(owner)
		t.raw(string(c.grade))
		t.raw(c.segment)
		t.raw(c.industry)
		t.raw(c.region)
		t.raw(c.city)
		t.raw(c.source)
		t.date(c.created)
		t.raw(pool)
		t.int(int64(c.terms))
		t.none(1)
		t.end()
	}
}

func (s *seller) owned(customer, rep string, from, to crm.Date) {
	t := s.out[tOwnership]
	t.raw(customer)
	t.raw(rep)
	t.date(from)
	t.date(to)
	t.end()
}

// leadCustomer writes a lead that became customer i on day d.
func (s *seller) leadCustomer(i int32, d crm.Date) {
	assigned := s.between(9*60, 11*60)
	s.writeLead(s.customers[i].source, d, assigned, s.between(20, 300), -1, "converted", d, s.customers[i].id)
}

// writeLead writes a lead assigned on day d; follow and reclaim are minutes
// after that, negative for never.
func (s *seller) writeLead(source string, d crm.Date, assigned, follow, reclaim int, status string, statusDay crm.Date, customer string) {
	s.nLead++
	t := s.out[tLeads]
	t.raw(s.id("L", s.nLead))
	t.raw(s.rep.id)
	t.raw(source)
	t.stamp(d, assigned-s.between(5, 90))
	t.stamp(d, assigned)
	for _, m := range []int{follow, reclaim} {
		if m < 0 {
			t.none(1)
		} else {
			t.stamp(d, assigned+m)
		}
	}
	t.raw(status)
	if reclaim >= 0 {
		t.stamp(d, assigned+reclaim)
	} else {
		t.stamp(statusDay, 1080)
	}
	t.raw(customer)
	t.end()
}

// writeLeads writes the leads that led nowhere: closed, reclaimed or open.
func (s *seller) writeLeads() {
	for d := s.from; d <= s.to; d++ {
		if !s.works(d) || !s.chance(140) {
			continue
		}
		source := pick(s.dice, s.words.sources)
		assigned := s.between(9*60, 16*60)
		follow := []int{s.between(15, 600), s.between(601, 1430), s.between(1441, 2800), -1}[s.weighted(60, 22, 9, 9)]
		closed := d + crm.Date(s.between(2, 12))
		switch {
		case follow < 0 && d+3 < s.to:
			s.writeLead(source, d, assigned, -1, 72*60+s.between(0, 180), "reclaimed", d, "")
		case follow < 0 || d+crm.Date((assigned+follow)/1440) > s.to:
			s.writeLead(source, d, assigned, -1, -1, "open", crm.NoDate, "")
		case closed <= s.to:
			s.writeLead(source, d, assigned, follow, -1, "closed", closed, "")
		default:
			s.writeLead(source, d, assigned, follow, -1, "open", crm.NoDate, "")
		}
	}
}

// writeCases writes the complaints of clients.
func (s *seller) writeCases() {
	if len(s.clients) == 0 {
		return
	}
	t := s.out[tCases]
	for d := s.from; d <= s.to; d++ {
		if !s.works(d) || !s.chance(18) {
			continue
		}
		c := &s.customers[pick(s.dice, s.clients)]
		if c.created > d || c.since > d {
			continue
		}
		s.nCase++
		t.raw(s.id("Q", s.nCase))
		t.raw(c.id)
		t.stamp(d, s.between(540, 1080))
		t.raw(pick(s.dice, s.words.caseKinds))
		if closed := d + crm.Date(s.between(1, 20)); closed <= s.w.end && s.chance(900) {
			t.stamp(closed, s.between(540, 1080))
		} else {
			t.none(1)
		}
		t.end()
	}
}
