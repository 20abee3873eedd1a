package renewal

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// leafName is rep@unit of a case.
func leafName(b *crm.Book, l crm.LeafNo) string {
	leaf := b.Org.Leaves[l]
	return b.Org.Nodes[leaf.Node].ID + "@" + b.Org.Nodes[leaf.Unit].ID
}

// Contract A of R1 ends on 2024-03-31; B on 2024-09-30, after the as-of day.
func TestCredit(t *testing.T) {
	for _, c := range []struct {
		name string
		more func(*shop)
		a, b string
	}{
		{"1 the contract's rep", func(s *shop) {}, "R1@East/T1", "R1@East/T2"}, // R1 moved in June: B counts where R1 stands now
		{"2 handed over before", func(s *shop) { s.own("C1", "R2", "2024-01-01", "") }, "R2@East/T1", "R2@East/T1"},
		{"3 handed over on the day", func(s *shop) { s.own("C1", "R2", "2024-03-31", "") }, "R2@East/T1", "R2@East/T1"},
		{"4 handed over after: history stays (R-4.15)", func(s *shop) { s.own("C1", "R2", "2024-04-01", "") }, "R1@East/T1", "R2@East/T1"},
		{"5 one owner after another", func(s *shop) {
			s.own("C1", "R2", "2023-01-01", "2024-05-31")
			s.own("C1", "R1", "2024-06-01", "")
		}, "R2@East/T1", "R1@East/T2"},
		{"6 owned as the customer it was merged into", func(s *shop) {
			s.merge("C1", "C7")
			s.own("C7", "R2", "2023-01-01", "")
		}, "R2@East/T1", "R2@East/T1"},
		{"7 nobody knows the owner's team", func(s *shop) { s.own("C1", "R9", "2023-01-01", "") }, "R9@(unassigned)", "R9@(unassigned)"},
	} {
		s := newShop(t, "2024-07-31")
		s.hire("R1", "T1", "2020-01-01", "2024-05-31")
		s.hire("R1", "T2", "2024-06-01", "2024-08-31")
		s.hire("R1", "T3", "2024-09-01", "") // a move that is planned
		s.hire("R2", "T1", "2020-01-01", "")
		s.sell("A", "C1", "2023-04-01", "2024-03-31", "100")
		s.sell("B", "C1", "2023-10-01", "2024-09-30", "100", product("Q"))
		c.more(s)
		j := judgeBook(s.book(), DefaultOptions())
		for id, want := range map[crm.ContractID]string{"A": c.a, "B": c.b} {
			if got := leafName(j.book, j.cases[id].Leaf); got != want {
				t.Errorf("%s: %s counts for %s, want %s", c.name, id, got, want)
			}
		}
	}
}

// One customer: 100 → 150 in January, 100 → 60 in February. Capped by month
// that is 100 + 60 of 200 in the quarter, not 200; in the week of
// 29 January to 4 February it is one bucket of what ends in it. In each of them it
// is one customer.
func TestCapsByMonth(t *testing.T) {
	s := newShop(t, "2024-12-31")
	s.sell("A", "C1", "2023-02-01", "2024-01-31", "100", product("a"))
	s.sell("A2", "C1", "2024-02-01", "2025-01-31", "150", product("a"))
	s.sell("B", "C1", "2023-02-02", "2024-02-01", "100", product("b"))
	s.sell("B2", "C1", "2024-02-02", "2025-02-01", "60", product("b"))
	j := judgeBook(s.book(), DefaultOptions())
	for _, c := range []struct {
		period          string
		capped, due     int64 // minor units
		logos, contract int64
	}{{"2024-01", 10000, 10000, 1, 1}, {"2024-02", 6000, 10000, 1, 1}, {"2024-Q1", 16000, 20000, 1, 2}, {"2024", 16000, 20000, 1, 2}, {"2024-W05", 20000, 20000, 1, 2}} {
		v := j.values(t, c.period)
		if g := v[grossCapped]; g.Num != c.capped || g.Den != c.due || v[due+" unit=customer"].Num != c.logos || v[due].Num != c.contract {
			t.Errorf("%s: %d/%d, %d customers, %d contracts, want %+v", c.period, g.Num, g.Den, v[due+" unit=customer"].Num, v[due].Num, c)
		}
	}
}

// a customer with contracts ending in January and in March is one of the
// quarter's; it is renewed there if either is, 1 of 1 and not 1 of 2, partially.
func TestCustomersOfAQuarter(t *testing.T) {
	s := newShop(t, "2025-12-31")
	s.sell("A", "C1", "2024-02-01", "2025-01-31", "100", product("a"))
	s.sell("B", "C1", "2024-04-01", "2025-03-31", "100", product("b"))
	s.sell("B2", "C1", "2025-04-01", "2026-03-31", "100", product("b"))
	j := judgeBook(s.book(), DefaultOptions())
	for period, want := range map[string][2]int64{"2025-01": {0, 1}, "2025-03": {1, 1}, "2025-Q1": {1, 1}, "2025": {1, 1}} {
		v := j.values(t, period)
		if got := v[logoRate]; got.Num != want[0] || got.Den != want[1] || v[due+" unit=customer"].Num != want[1] {
			t.Errorf("%s: %d of %d customers, want %v", period, got.Num, got.Den, want)
		}
	}
	v := j.values(t, "2025-Q1")
	if got := v[contractRate]; got.Num != 1 || got.Den != 2 || fmt.Sprint(v[logoRate].Flags) != "[partial]" {
		t.Errorf("contracts %d of %d, flags %v", got.Num, got.Den, v[logoRate].Flags)
	}
}

// Two contracts of one customer end in one month under two owners: the
// customer counts once, for the owner of the later end.
func TestCustomerCountsOnce(t *testing.T) {
	s := newShop(t, "2024-12-31")
	s.hire("R1", "T1", "2020-01-01", "")
	s.hire("R2", "T2", "2020-01-01", "")
	s.sell("A", "C1", "2023-04-01", "2024-03-10", "100")
	s.sell("B", "C1", "2023-04-01", "2024-03-20", "100", product("Q"), func(c *crm.Contract) { c.Rep = s.b.Reps.Number("R2") })
	j := judgeBook(s.book(), DefaultOptions())
	p, _ := j.book.Fiscal.ParsePeriod("2024-03")
	at := j.cohorts(p)
	for id, want := range map[string][2]int64{"company": {2, 1}, "East": {2, 1}, "East/T1": {1, 0}, "East/T2": {1, 1}} {
		n, _ := j.book.Org.Find(id)
		c := at[measure.Slot{Scope: n, Period: p}]
		if got := [2]int64{c.Due(), c.Logos.Due}; got != want {
			t.Errorf("%s: contracts and customers %v, want %v", id, got, want)
		}
	}
}

// They end on one day: the owner who comes first counts the customer, in any
// run.
func TestCustomerOfTwoOwners(t *testing.T) {
	s := newShop(t, "2024-12-31")
	s.hire("R1", "T1", "2020-01-01", "")
	s.hire("R2", "T2", "2020-01-01", "")
	s.sell("A", "C1", "2023-04-01", "2024-03-31", "100", func(c *crm.Contract) { c.Rep = s.b.Reps.Number("R2") })
	s.sell("B", "C1", "2023-04-01", "2024-03-31", "100", product("Q"))
	j := judgeBook(s.book(), DefaultOptions())
	p, _ := j.book.Fiscal.ParsePeriod("2024-03")
	for range 20 {
		at := j.cohorts(p)
		for rep, want := range map[string]int64{"R1": 1, "R2": 0} {
			slot := measure.Slot{Scope: j.book.Org.RepNode(j.book.Reps.Number(rep)), Period: p}
			if c := at[slot]; c.Logos.Due != want || c.Due() != 1 {
				t.Fatalf("%s: %d customers of %d contracts, want %d of 1", rep, c.Logos.Due, c.Due(), want)
			}
		}
	}
}

// row prints a list row.
func row(b *crm.Book, cols []measure.Column, r measure.Row) string {
	var out []string
	for i, c := range r.Cells {
		switch cols[i].Kind {
		case measure.CellDate:
			out = append(out, crm.Date(c.Num).String())
		case measure.CellInt, measure.CellMoney:
			out = append(out, fmt.Sprint(c.Num)+c.Text)
		case measure.CellScope:
			out = append(out, b.Org.Nodes[c.Num].ID)
		default:
			out = append(out, c.Text)
		}
	}
	return strings.Join(out, " ")
}

func TestLists(t *testing.T) {
	s := newShop(t, "2024-05-15")
	s.sell("g1", "C1", "2023-05-01", "2024-04-30", "100")
	s.sell("t1", "C2", "2023-05-16", "2024-05-15", "100") // today
	s.sell("s1", "C3", "2023-06-01", "2024-05-31", "100")
	s.sell("s2", "C4", "2023-06-01", "2024-05-31", "300")
	s.sell("s3", "C5", "2023-06-01", "2024-05-31", "100")
	s.sell("e1", "C6", "2023-08-14", "2024-08-13", "100") // in 90 days
	s.sell("e2", "C7", "2023-08-15", "2024-08-14", "100") // in 91
	s.sell("r1", "C8", "2023-06-01", "2024-05-31", "100") // renewed
	s.sell("r2", "C8", "2024-06-01", "2025-05-31", "100", signed(t, "2024-05-10"))
	s.sell("n1", "C9", "2023-07-01", "2024-06-30", "50", status(t, crm.Notice, "2024-05-01"))
	s.sell("n2", "C9", "2023-07-01", "2024-06-29", "50", product("Q"), status(t, crm.Terminated, "2024-05-01"))
	s.sell("x1", "D1", "2023-04-11", "2024-04-10", "80", func(c *crm.Contract) { c.Amount.Currency = "EUR" })
	s.sell("x2", "D2", "2023-04-11", "2024-04-10", "10.05")
	s.sell("q1", "D3", "2023-03-01", "2024-02-29", "999") // the quarter before
	s.sell("i1", "D4", "2023-04-16", "2024-04-15", "7")   // end + 30 = today: in grace
	b := s.book()
	for i := range b.CustomerRows {
		t.Fatal("no customer rows expected", i)
	}
	b.CustomerRows = []crm.Customer{{No: b.Customers.Number("C1"), Name: "One", MergedInto: crm.NoCustomer}}
	got := map[string][]string{}
	for _, l := range Compute(b, measure.NewFrame(b), DefaultOptions()).Lists {
		for _, r := range l.Rows {
			if len(r.Cells) != len(l.Columns) {
				t.Fatalf("%s: %d cells in %d columns", l.ID, len(r.Cells), len(l.Columns))
			}
			got[l.ID] = append(got[l.ID], row(b, l.Columns, r))
		}
	}
	want := map[string][]string{
		"renewal.due_soon": {
			"D4 i1 2024-04-15 700 R1 -30 in_grace",
			"One g1 2024-04-30 10000 R1 -15 in_grace",
			"C2 t1 2024-05-15 10000 R1 0 pending",
			"C4 s2 2024-05-31 30000 R1 16 pending",
			"C3 s1 2024-05-31 10000 R1 16 pending",
			"C5 s3 2024-05-31 10000 R1 16 pending",
			"C6 e1 2024-08-13 10000 R1 90 pending",
		},
		"renewal.lost": {
			"C9 n2 2024-06-29 5000 R1 terminated",
			"C9 n1 2024-06-30 5000 R1 notice",
			"D2 x2 2024-04-10 1005 R1 expired",
			"D1 x1 2024-04-10 8000EUR R1 expired", // no rate: not compared
		},
	}
	for id := range want {
		if strings.Join(got[id], "\n") != strings.Join(want[id], "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", id, strings.Join(got[id], "\n"), strings.Join(want[id], "\n"))
		}
	}
}

// outputs.md names these ids.
func TestDefinitions(t *testing.T) {
	have := map[string]measure.Definition{}
	for _, d := range Definitions() {
		if _, twice := have[d.ID]; twice {
			t.Errorf("%s is defined twice", d.ID)
		}
		have[d.ID] = d
		for _, x := range []measure.Text{d.Title, d.Meaning, d.Formula, d.Unit.Text} {
			if x.ZH == "" || x.EN == "" {
				t.Errorf("%s: a text is missing in one language: %+v", d.ID, x)
			}
		}
		if d.Revision < 1 || d.Rulings == "" || d.Kind == "" || d.Better == "" {
			t.Errorf("%s: incomplete", d.ID)
		}
	}
	headline := map[string]bool{"due": true, "renewed": true, "logo_rate": true, "contract_rate": true, "gross_rate": true, "net_rate": true, "nrr": true, "grr": true}
	for _, id := range strings.Fields("due renewed pending churned reactivated logo_rate contract_rate gross_rate gross_rate_capped net_rate nrr grr logo_retention bridge warning_lights") {
		if d, ok := have["renewal."+id]; !ok || d.Headline != headline[id] {
			t.Errorf("renewal.%s: defined %v, headline %v", id, ok, d.Headline)
		}
	}
}

func TestEmission(t *testing.T) {
	s := newShop(t, "2024-05-15")
	s.hire("R1", "T1", "2020-01-01", "")
	s.hire("R2", "T2", "2020-01-01", "") // has sold nothing
	s.sell("A", "C1", "2023-06-01", "2024-05-31", "100")
	s.sell("B", "C2", "2022-06-01", "2023-05-31", "100") // a headline month ago
	b := s.book()
	f := measure.NewFrame(b)
	defined := map[string]measure.Definition{}
	for _, d := range Definitions() {
		defined[d.ID] = d
	}
	type place struct{ scope, period, key string }
	seen := map[place]measure.Value{}
	for _, v := range Compute(b, f, DefaultOptions()).Values {
		d, ok := defined[v.Metric]
		if !ok {
			t.Fatalf("%s is not defined", v.Metric)
		}
		k := place{b.Org.Nodes[v.Slot.Scope].ID, v.Slot.Period.Name, v.Metric + " " + v.Key}
		if _, twice := seen[k]; twice {
			t.Errorf("%v twice", k)
		}
		seen[k] = v
		inFrame := false
		for _, p := range f.Wanted(v.Slot.Scope, d.Headline) {
			inFrame = inFrame || p == v.Slot.Period
		}
		if !inFrame {
			t.Errorf("%v is not wanted", k)
		}
	}
	for _, c := range []struct {
		place
		want bool
	}{
		{place{"company", "2024-05", due + " "}, true},
		{place{"R1", "2024-05", due + " "}, true},
		{place{"East/T2", "2024-05", due + " "}, true}, // a unit's zero is a fact
		{place{"R2", "2024-05", due + " "}, false},
		{place{"company", "2023-05", due + " "}, true}, // twelve months before, headline
		{place{"company", "2023-05", pending + " "}, false},
		{place{"R1", "2023-05", due + " "}, false},
		{place{"company", "2023-06", due + " "}, false}, // nothing expired
	} {
		if _, ok := seen[c.place]; ok != c.want {
			t.Errorf("%v emitted %v, want %v", c.place, ok, c.want)
		}
	}
	if v := seen[place{"East/T2", "2024-05", contractRate + " "}]; v.OK || v.Den != 0 {
		t.Errorf("a rate of nothing is %d/%d, OK %v, want no data", v.Num, v.Den, v.OK)
	}

	b.Tables = map[string]bool{}
	if r := Compute(b, f, DefaultOptions()); len(r.Values)+len(r.Lists) != 0 {
		t.Error("values without a contracts table")
	}
	s = newShop(t, "2024-05-15")
	s.sell("A", "C1", "2023-06-01", "", "100", renewable(crm.Unknown))
	b = s.book()
	r := Compute(b, measure.NewFrame(b), DefaultOptions())
	if len(r.Values) != 0 || len(r.Warnings) != 1 || r.Warnings[0].Code != undated || r.Warnings[0].N != 1 {
		t.Errorf("without dates: %d values, warnings %+v, want only %s", len(r.Values), r.Warnings, undated)
	}
}

// A number by itself, and with those of the reps, is that of the whole frame.
func TestNarrowed(t *testing.T) {
	b := randomShop(t, 1, "2024-05-15").book()
	f := measure.NewFrame(b)
	whole := map[measure.Slot][]measure.Value{}
	for _, v := range Compute(b, f, DefaultOptions()).Values {
		whole[v.Slot] = append(whole[v.Slot], v)
	}
	for n, node := range b.Org.Nodes {
		for _, p := range f.Wanted(crm.NodeNo(n), true) {
			s := measure.Slot{Scope: crm.NodeNo(n), Period: p}
			if got := Compute(b, f.Narrowed(s), DefaultOptions()).Values; len(got)+len(whole[s]) > 0 && !reflect.DeepEqual(got, whole[s]) {
				t.Errorf("%s %s: %d values by themselves, %d in the whole frame", node.ID, p.Name, len(got), len(whole[s]))
			}
		}
	}
	// Of reps, a period before is in no whole frame: they add up to the company.
	for _, p := range f.Before[crm.Month] {
		sum, total := int64(0), int64(0)
		for _, v := range Compute(b, f.NarrowedWithReps(measure.Slot{Period: p}), DefaultOptions()).Values {
			switch {
			case v.Metric != due || v.Key != "":
			case v.Slot.Scope == crm.Root:
				total = v.Num
			default:
				sum += v.Num
			}
		}
		if sum != total {
			t.Errorf("%s: %d contracts due of the company, %d of the reps", p.Name, total, sum)
		}
	}
}
