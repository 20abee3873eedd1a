package renewal

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold/foldtest"
	"crmreport/metrics/measure"
)

// has says that the shop keeps tables.
func (s *shop) has(tables ...string) {
	for _, t := range tables {
		s.b.Tables[t] = true
	}
}

// ago is the day so many days before the as-of day.
func (s *shop) ago(days int) crm.Date { return s.b.AsOf - crm.Date(days) }

func (s *shop) bill(id, customer string, date, due crm.Date, yuan int64) {
	s.b.Invoices = append(s.b.Invoices, crm.Invoice{ID: crm.InvoiceID(id), Customer: s.b.Customers.Number(customer), Rep: s.b.Reps.Number("R1"),
		Date: date, Due: due, Amount: crm.Money{Minor: yuan * 100, Currency: "CNY"}})
}

func (s *shop) complain(id, customer string, day crm.Date) {
	s.b.Cases = append(s.b.Cases, crm.Case{ID: id, Customer: s.b.Customers.Number(customer), OpenedOn: day})
}

// visit adds a valid visit, and lets edit change it.
func (s *shop) visit(customer, rep string, day crm.Date, edit ...func(*crm.Visit)) {
	v := crm.Visit{At: crm.Stamp(day) * 86400, Customer: s.b.Customers.Number(customer), Rep: s.b.Reps.Number(rep),
		Met: crm.RoleKP, Pitched: crm.Yes, Rejection: crm.RejectionNone}
	for _, e := range edit {
		e(&v)
	}
	s.b.Visits = append(s.b.Visits, v)
}

func (s *shop) deal(customer string, kind crm.ContractType, status crm.DealStatus) {
	s.b.Deals = append(s.b.Deals, crm.Deal{ID: crm.DealID(fmt.Sprint("D", len(s.b.Deals))), Customer: s.b.Customers.Number(customer), Type: kind, Status: status})
}

// ready is the book with every table in its order.
func (s *shop) ready() *crm.Book {
	b := s.book()
	slices.SortStableFunc(b.Invoices, func(x, y crm.Invoice) int {
		return cmp.Or(cmp.Compare(x.Customer, y.Customer), cmp.Compare(x.Date, y.Date), cmp.Compare(x.ID, y.ID))
	})
	slices.SortStableFunc(b.Payments, func(x, y crm.Payment) int {
		return cmp.Or(cmp.Compare(x.Customer, y.Customer), cmp.Compare(x.Date, y.Date))
	})
	slices.SortStableFunc(b.Visits, func(x, y crm.Visit) int {
		return cmp.Or(cmp.Compare(x.Customer, y.Customer), cmp.Compare(x.At, y.At))
	})
	return b
}

// watched reads the lamps of every customer of the shop, by id.
func (s *shop) watched() map[string]Watched {
	b, o := s.ready(), DefaultOptions()
	o.AtRiskLights = 0
	d := newDesk(b, measure.NewFrame(b), o)
	out := map[string]Watched{}
	for _, x := range d.fold(newArchive(b), 1, crm.Period{}).watch.risky {
		out[b.Customers.ID(x.customer)] = x
	}
	return out
}

// 4.3, each light on both sides of its bound, and grey where data are missing
// . By hand: the last 90 days are those less than 90 days ago.
func TestLamps(t *testing.T) {
	valid := func(*crm.Visit) {}
	all := []string{"invoices", "payments", "cases", "visits", "ownership", "deals"}
	for _, c := range []struct {
		name string
		lamp lamp
		want state
		lack string // a table that is missing
		make func(s *shop)
	}{
		{"0.7 exactly", purchasesDown, off, "", func(s *shop) {
			s.bill("I1", "C", s.ago(90), s.ago(-9), 1000)
			s.bill("I2", "C", s.ago(89), s.ago(-9), 700)
		}},
		{"below 0.7", purchasesDown, on, "", func(s *shop) {
			s.bill("I1", "C", s.ago(179), s.ago(-9), 1000)
			s.bill("I2", "C", s.ago(0), s.ago(-9), 699)
		}},
		{"nothing before", purchasesDown, grey, "", func(s *shop) { s.bill("I1", "C", s.ago(180), s.ago(-9), 1000) }},
		{"void invoices", purchasesDown, grey, "", func(s *shop) {
			s.bill("I1", "C", s.ago(100), s.ago(-9), 1000)
			s.b.Invoices[0].Void = true
		}},
		{"signed, without invoices", purchasesDown, on, "invoices", func(s *shop) {
			s.sell("K2", "C", "2024-02-01", "2025-01-31", "10.00") // 150 days ago; nothing since
		}},
		{"a complaint more", complaintsUp, on, "", func(s *shop) { s.complain("A", "C", s.ago(89)) }},
		{"as many", complaintsUp, off, "", func(s *shop) { s.complain("A", "C", s.ago(89)); s.complain("B", "C", s.ago(90)) }},
		{"no cases", complaintsUp, grey, "cases", func(*shop) {}},
		{"30 days past due", overdueLong, off, "", func(s *shop) { s.bill("I", "C", s.ago(50), s.ago(30), 1) }},
		{"31 days past due", overdueLong, on, "", func(s *shop) { s.bill("I", "C", s.ago(50), s.ago(31), 1) }},
		{"paid since", overdueLong, off, "", func(s *shop) {
			s.bill("I", "C", s.ago(50), s.ago(31), 1)
			s.b.Payments = []crm.Payment{{ID: "P", Customer: s.b.Customers.Number("C"), Date: s.ago(1), Invoice: "I", Amount: crm.Money{Minor: 100, Currency: "CNY"}}}
		}},
		{"no payments", overdueLong, grey, "payments", func(s *shop) { s.bill("I", "C", s.ago(50), s.ago(31), 1) }},
		{"met 59 days ago", noContact, off, "", func(s *shop) { s.visit("C", "R1", s.ago(59), valid) }},
		{"met 60 days ago", noContact, on, "", func(s *shop) { s.visit("C", "R1", s.ago(60), valid) }},
		{"never met", noContact, on, "", func(*shop) {}},
		{"an audit failed", noContact, on, "", func(s *shop) { s.visit("C", "R1", s.ago(1), func(v *crm.Visit) { v.Audit = crm.AuditFailed }) }},
		{"not valid", noContact, on, "", func(s *shop) { s.visit("C", "R1", s.ago(1), func(v *crm.Visit) { v.Pitched = crm.No }) }},
		{"valid or not", noContact, grey, "", func(s *shop) { s.visit("C", "R1", s.ago(59), func(v *crm.Visit) { v.Pitched = crm.Unknown }) }},
		{"valid or not, long ago", noContact, on, "", func(s *shop) { s.visit("C", "R1", s.ago(60), func(v *crm.Visit) { v.Pitched = crm.Unknown }) }},
		{"by telephone", noContact, off, "", func(s *shop) { s.visit("C", "R1", s.ago(1), func(v *crm.Visit) { v.Channel = crm.ChannelPhone }) }},
		{"no visits", noContact, grey, "visits", func(*shop) {}},
		{"handed over 89 days ago", ownerChanged, on, "", func(s *shop) {
			s.own("C", "R1", "2020-01-01", s.ago(90).String())
			s.own("C", "R2", s.ago(89).String(), "")
		}},
		{"handed over 90 days ago", ownerChanged, off, "", func(s *shop) {
			s.own("C", "R1", "2020-01-01", "")
			s.own("C", "R2", s.ago(90).String(), "")
		}},
		{"to the same rep", ownerChanged, off, "", func(s *shop) { s.own("C", "R1", "2020-01-01", ""); s.own("C", "R1", s.ago(9).String(), "") }},
		{"a first owner", ownerChanged, off, "", func(s *shop) { s.own("C", "R2", s.ago(9).String(), "") }},
		{"no ownership", ownerChanged, grey, "ownership", func(*shop) {}},
		{"ends in 90 days", noRenewalTask, on, "", func(s *shop) { s.sell("K2", "C", "2023-09-29", s.ago(-90).String(), "9.00") }},
		{"ends in 91 days", noRenewalTask, off, "", func(s *shop) { s.sell("K2", "C", "2023-09-29", s.ago(-91).String(), "9.00") }},
		{"in grace", noRenewalTask, on, "", func(s *shop) { s.sell("K2", "C", "2023-06-26", s.ago(5).String(), "9.00") }},
		{"with a task", noRenewalTask, off, "", func(s *shop) {
			s.sell("K2", "C", "2023-09-29", s.ago(-90).String(), "9.00")
			s.deal("C", crm.Renewal, crm.DealOpen)
		}},
		{"with a task that is lost, and one of another kind", noRenewalTask, on, "", func(s *shop) {
			s.sell("K2", "C", "2023-09-29", s.ago(-90).String(), "9.00")
			s.deal("C", crm.Renewal, crm.DealLost)
			s.deal("C", crm.Expansion, crm.DealOpen)
		}},
		{"no deals", noRenewalTask, grey, "deals", func(s *shop) { s.sell("K2", "C", "2023-09-29", s.ago(-90).String(), "9.00") }},
		{"no deals, and nothing ends", noRenewalTask, off, "deals", func(*shop) {}},
		{"a merged customer's complaint", complaintsUp, on, "", func(s *shop) { s.merge("old C", "C"); s.complain("A", "old C", s.ago(1)) }},
		{"a merged customer's task", noRenewalTask, off, "", func(s *shop) {
			s.merge("old C", "C")
			s.sell("K2", "C", "2023-09-29", s.ago(-90).String(), "9.00")
			s.deal("old C", crm.Renewal, crm.DealOpen)
		}},
	} {
		s := newShop(t, "2024-06-30")
		s.has(all...)
		delete(s.b.Tables, c.lack)
		s.sell("K", "C", "2023-12-31", "2024-12-30", "12000.00")
		if c.lack == "invoices" {
			s.contracts = nil // K counts as a purchase
		}
		c.make(s)
		x, ok := s.watched()["C"]
		if !ok || x.states[c.lamp] != c.want {
			t.Errorf("%s: %s is %v, want %v (watched %v)", c.name, lampWords[c.lamp], stateWords[x.states[c.lamp]], stateWords[c.want], ok)
		}
		shown := slices.ContainsFunc(x.clues, func(k clue) bool { return k.lamp == c.lamp })
		if rows := c.want == on && len(x.acv) > 0 && c.lamp != noContact; shown != rows {
			t.Errorf("%s: rows shown %v", c.name, x.clues)
		}
	}
}

// earlyShop has A, at risk by three lights and with 12000.00 due, B at risk by
// two and with nothing due, L, who has churned and owes 300.00, and F, without a
// contract. A owes 100.00 (31 days late) and 50.00 (a day late), B 70.00.
func earlyShop(t *testing.T) *shop {
	s := newShop(t, "2024-06-30")
	s.has("invoices", "payments", "cases", "visits", "ownership", "deals")
	s.hire("R1", "T1", "2018-01-01", "")
	s.hire("R2", "T2", "2018-01-01", "")
	s.sell("KA", "A", "2023-08-01", "2024-07-31", "12000.00")
	s.sell("KA2", "A", "2024-01-01", "2024-12-31", "24000.00")
	s.sell("KB", "B", "2024-01-01", "2024-12-31", "6000.00", func(c *crm.Contract) { c.Rep = s.b.Reps.Number("R2") })
	s.sell("KL", "L", "2022-01-01", "2022-12-31", "6000.00")
	s.bill("A1", "A", s.ago(40), s.ago(31), 100)
	s.bill("A2", "A", s.ago(40), s.ago(1), 50)
	s.bill("A3", "A", s.ago(40), s.ago(0), 7)
	s.bill("B1", "B", s.ago(40), s.ago(35), 70)
	s.bill("L1", "L", s.ago(400), s.ago(300), 300)
	s.bill("F1", "F", s.ago(400), s.ago(300), 999)
	s.visit("F", "R1", s.ago(3))
	s.visit("A", "R1", s.ago(100))
	return s
}

// The values and lists of the early warning, and S3-01: what customers at risk
// and churned owe.
func TestEarlyWarning(t *testing.T) {
	b := earlyShop(t).ready()
	f := measure.NewFrame(b)
	res := Compute(b, f, DefaultOptions())
	at := map[string]measure.Value{}
	for _, v := range res.Values {
		if v.Slot.Period.Name == "2024-06" {
			at[f.Org.Nodes[v.Slot.Scope].ID+" "+v.Metric+" "+v.Key] = v
		}
	}
	for where, want := range map[string]int64{
		"company renewal.warning_lights ":                                2,
		"company renewal.warning_lights light=overdue_30":                2,
		"company renewal.warning_lights light=no_contact":                2,
		"company renewal.warning_lights light=no_renewal_task":           1,
		"company renewal.warning_lights light=complaints_up":             0,
		"company renewal.warning_lights light=purchases_down,state=grey": 2, // nothing was billed in the 90 days before
		"company renewal.warning_lights score=3":                         1,
		"company renewal.warning_lights score=2":                         1,
		"East/T1 renewal.warning_lights ":                                1,
		"company renewal.at_risk ":                                       2,
		"R1 renewal.at_risk ":                                            1,
		"company renewal.at_risk_overdue customers=at_risk":              22000,
		"company renewal.at_risk_overdue customers=churned":              30000,
		"company renewal.at_risk_overdue ":                               52000,
		"East/T2 renewal.at_risk_overdue ":                               7000,
		"R1 renewal.at_risk_overdue ":                                    45000,
	} {
		if v, ok := at[where]; !ok || v.Num != want || v.Den != 1 {
			t.Errorf("%s: %+v, want %d", where, v, want)
		}
	}
	if v := at["company renewal.acv_share_due "]; v.Num != 1200000 || v.Den != 4200000 || !v.OK {
		t.Errorf("ACV up for renewal: %+v", v)
	}
	if _, ok := at["R1 renewal.warning_lights "]; ok {
		t.Error("a rep is shown the customers at risk alone")
	}
	risky, rows := res.Lists[2], res.Lists[3]
	if len(risky.Rows) != 2 || risky.Rows[0].Cells[0].Text != "A" || risky.Rows[0].Cells[2].Num != 1200000 || risky.Rows[0].Cells[3].Num != 3 ||
		risky.Rows[0].Cells[4].Text != "grey" || risky.Rows[0].Cells[6].Text != "on" || risky.Rows[0].Cells[10].Num != 15000 || risky.Rows[1].Cells[2].Num != 0 {
		t.Errorf("at risk: %+v", risky.Rows)
	}
	// Of B nothing is due. A: the late instalment, the last valid visit, the contract that ends.
	var got []string
	for _, r := range rows.Rows {
		got = append(got, fmt.Sprint(r.Cells[0].Text, " ", r.Cells[1].Text, " ", r.Cells[2].Text, " ", r.Cells[3].Text, " ", crm.Date(r.Cells[4].Num)))
	}
	want := []string{"A overdue_30 invoices A1 2024-05-30", "A no_contact visits  2024-03-22", "A no_renewal_task contracts KA 2024-07-31"}
	if !slices.Equal(got, want) {
		t.Errorf("rows %q, want %q", got, want)
	}
}

// S0-08: of June's valid visits those to customers up for renewal. A row twice a
// day is one visit, of two reps two; the telephone, failed audits and what is
// not known to be valid are out. By hand: A is met by R1 on the 3rd and by R1
// and R2 on the 4th, B once, F (of no contract) once: 3 of 5.
func TestVisitShareDue(t *testing.T) {
	s := earlyShop(t)
	s.b.Visits = nil
	for _, v := range []struct {
		customer, rep string
		ago           int
		edit          func(*crm.Visit)
	}{
		{"A", "R1", 27, nil}, {"A", "R1", 26, nil}, {"A", "R1", 26, nil}, {"A", "R2", 26, nil}, {"B", "R1", 20, nil}, {"F", "R1", 0, nil},
		{"A", "R1", 10, func(v *crm.Visit) { v.Channel = crm.ChannelPhone }}, {"A", "R1", 9, func(v *crm.Visit) { v.Audit = crm.AuditFailed }},
		{"A", "R1", 8, func(v *crm.Visit) { v.Pitched = crm.Unknown }}, {"A", "R1", 40, nil},
	} {
		edits := []func(*crm.Visit){func(*crm.Visit) {}}
		if v.edit != nil {
			edits[0] = v.edit
		}
		s.visit(v.customer, v.rep, s.ago(v.ago), edits...)
	}
	b := s.ready()
	f := measure.NewFrame(b)
	for _, v := range Compute(b, f, DefaultOptions()).Values {
		if v.Metric != visitShareDue || v.Slot.Period.Name != "2024-06" {
			continue
		}
		want := map[string][2]int64{"company": {3, 5}, "R1": {2, 4}, "R2": {1, 1}, "East/T1": {2, 4}, "East/T2": {1, 1}, "East": {3, 5}}[f.Org.Nodes[v.Slot.Scope].ID]
		if v.Num != want[0] || v.Den != want[1] {
			t.Errorf("%s: %d of %d, want %v", f.Org.Nodes[v.Slot.Scope].ID, v.Num, v.Den, want)
		}
	}
}

// randomTables gives a random shop everything that lamps look at.
func randomTables(t *testing.T, seed uint64) *crm.Book {
	s := randomShop(t, seed, "2024-05-15")
	r := rand.New(rand.NewPCG(seed, 9))
	s.has("invoices", "payments", "cases", "visits", "ownership", "deals")
	for i := range 300 {
		c, rep := fmt.Sprintf("C%d", r.IntN(40)), fmt.Sprintf("R%d", r.IntN(6))
		s.bill(fmt.Sprint("I", i), c, s.ago(r.IntN(250)), s.ago(r.IntN(200)-50), r.Int64N(1000))
		s.complain(fmt.Sprint("X", i), c, s.ago(r.IntN(400)))
		s.visit(c, rep, s.ago(r.IntN(200)), func(v *crm.Visit) { v.Pitched = crm.Tri(r.IntN(3)) })
		if i%3 == 0 {
			s.deal(c, crm.Renewal, crm.DealStatus(r.IntN(3)))
			s.b.Payments = append(s.b.Payments, crm.Payment{ID: fmt.Sprint("P", i), Customer: s.b.Customers.Number(c), Date: s.ago(r.IntN(100)), Amount: crm.Money{Minor: r.Int64N(90000), Currency: "CNY"}})
		}
	}
	return s.ready()
}

// The accumulators obey the laws; every watched customer has one score; a unit
// is the sum of its parts.
func TestEarlyWarningLaws(t *testing.T) {
	for seed := range uint64(4) {
		b := randomTables(t, seed)
		f := measure.NewFrame(b)
		d := newDesk(b, f, DefaultOptions())
		j, known := judgeBook(b, DefaultOptions()), newFacts(d, masters(b))
		foldtest.Laws(t, func() *Watch { return &Watch{reader: newReader(known)} }, j.accounts)
		due := map[crm.CustomerNo]bool{1: true, 5: true, 7: true}
		foldtest.Laws(t, func() *Visiting { return &Visiting{org: b.Org, periods: f.Current, due: due} }, foldtest.Journeys(b))
		sums := map[string]int64{}
		for _, v := range Compute(b, f, DefaultOptions()).Values {
			where := v.Metric + v.Key + v.Slot.Period.Name
			n := f.Org.Nodes[v.Slot.Scope]
			switch {
			case !slices.Contains([]string{warningLights, atRisk, atRiskOverdue, visitShareDue}, v.Metric):
			case v.Slot.Scope == crm.Root:
				sums[where] += v.Num
				if v.Metric == warningLights && v.Key == "" {
					sums["lit"] += v.Num
				}
			case n.Parent == crm.Root && n.Level != crm.RepLevel:
				sums[where] -= v.Num
			}
		}
		if sums["lit"] == 0 {
			t.Fatal("no lamp is on")
		}
		delete(sums, "lit")
		for where, rest := range sums {
			if rest != 0 {
				t.Errorf("seed %d: %s: the company has %d more than its units", seed, where, rest)
			}
		}
	}
}
