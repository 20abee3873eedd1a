package renewal

import (
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

func TestOpening(t *testing.T) {
	for _, c := range []struct {
		t1     string
		months int
		want   string
	}{
		{"2019-12-31", 12, "2018-12-31"},
		{"2024-06-15", 12, "2023-06-15"},
		{"2020-02-29", 12, "2019-02-28"}, // the end of a month looks back to the end of a month
		{"2021-02-28", 12, "2020-02-29"},
		{"2020-02-28", 12, "2019-02-28"}, // not the end of February 2020: the same day of the month
		{"2024-06-30", 1, "2024-05-31"},
		{"2024-03-30", 1, "2024-02-29"},
	} {
		if got := opening(day(t, c.t1), c.months).String(); got != c.want {
			t.Errorf("opening(%s, %d) = %s, want %s", c.t1, c.months, got, c.want)
		}
	}
}

// Each row is one customer; ARR(t) = Σ ACV of what runs on t.
func TestARR(t *testing.T) {
	linked := func(s *shop) { s.succeed("A", "B", "") }
	for _, c := range []struct {
		name string
		sell func(*shop)
		want map[string]int64 // by day, in whole units
	}{
		{"1 first and last day included", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "2024-03-31", "100")
		}, map[string]int64{"2023-03-31": 0, "2023-04-01": 100, "2024-03-31": 100, "2024-04-01": 0}},
		{"2 terminated: service on the day itself, none after (R-4.6)", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "2024-03-31", "100", status(t, crm.Terminated, "2023-11-30"))
		}, map[string]int64{"2023-11-30": 100, "2023-12-01": 0}},
		{"3 notice: service to the end", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "2024-03-31", "100", status(t, crm.Notice, "2023-11-30"))
		}, map[string]int64{"2024-03-31": 100, "2024-04-01": 0}},
		{"4 superseded: one contract at a time (R-4.7)", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "2024-03-31", "100", status(t, crm.Superseded, "2023-10-01"))
			s.sell("B", "C1", "2023-10-01", "2024-09-30", "130")
			linked(s)
		}, map[string]int64{"2023-09-30": 100, "2023-10-01": 130, "2024-09-30": 130, "2024-10-01": 0}},
		{"5 superseded, successor not linked", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "2024-03-31", "100", status(t, crm.Superseded, "2023-10-01"))
			s.sell("B", "C1", "2023-10-01", "2024-09-30", "130", product("Q"))
		}, map[string]int64{"2023-09-30": 100, "2023-10-01": 130}},
		{"6 early renewal that overlaps: one contract at a time", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "2024-03-31", "100")
			s.sell("B", "C1", "2024-03-15", "2025-03-14", "130")
		}, map[string]int64{"2024-03-14": 100, "2024-03-15": 130, "2024-03-31": 130}},
		{"7 renewed in grace: no hole", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "2024-03-31", "100")
			s.sell("B", "C1", "2024-04-30", "2025-04-29", "130")
		}, map[string]int64{"2024-03-31": 100, "2024-04-01": 130, "2024-04-29": 130}},
		{"8 signed on the last day of grace, in force the day after: no hole", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "2024-03-31", "100")
			s.sell("B", "C1", "2024-05-01", "2025-04-30", "130", signed(t, "2024-04-30"))
		}, map[string]int64{"2024-03-31": 100, "2024-04-01": 130}},
		{"9 two into one, in grace of the later: never twice", func(s *shop) {
			s.sell("A", "C1", "2023-04-16", "2024-04-15", "100")
			s.sell("A2", "C1", "2023-04-01", "2024-03-31", "50", product("Q"))
			s.sell("B", "C1", "2024-04-25", "2025-04-24", "160")
			linked(s)
			s.succeed("A2", "B", "")
		}, map[string]int64{"2024-03-31": 150, "2024-04-01": 100, "2024-04-15": 100, "2024-04-16": 160}},
		{"10 after the grace: a hole", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "2024-03-31", "100")
			s.sell("B", "C1", "2024-05-01", "2025-04-30", "130")
		}, map[string]int64{"2024-03-31": 100, "2024-04-01": 0, "2024-04-30": 0, "2024-05-01": 130}},
		{"11 signed in time, in force much later: a hole", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "2024-03-31", "100")
			s.sell("B", "C1", "2024-07-01", "2025-06-30", "130", signed(t, "2024-03-20"))
		}, map[string]int64{"2024-04-01": 0, "2024-06-30": 0, "2024-07-01": 130}},
		{"12 terminated, then renewed in grace: the hole before the old end stays", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "2024-03-31", "100", status(t, crm.Terminated, "2023-11-30"))
			s.sell("B", "C1", "2024-04-20", "2025-04-19", "130")
		}, map[string]int64{"2023-12-01": 0, "2024-03-31": 0, "2024-04-01": 130}},
		{"13 void and one-off have none", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "2024-03-31", "100", status(t, crm.ContractVoid, ""))
			s.sell("B", "C1", "2023-04-01", "2024-03-31", "100", renewable(crm.No))
		}, map[string]int64{"2023-06-30": 0}},
		{"14 no end: evergreen where renewable for certain", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "", "100", func(c *crm.Contract) { c.Per = crm.PerYear })
			s.sell("B", "C1", "2023-04-01", "", "50", renewable(crm.Unknown))
		}, map[string]int64{"2023-03-31": 0, "2023-04-01": 100, "2024-12-31": 100}},
		{"15 two products add up", func(s *shop) {
			s.sell("A", "C1", "2023-04-01", "2024-03-31", "100")
			s.sell("B", "C1", "2023-10-01", "2026-09-30", "300", product("Q"), func(c *crm.Contract) { c.TermMonths = 36 })
		}, map[string]int64{"2023-09-30": 100, "2023-10-01": 200, "2024-04-01": 100}},
	} {
		s := newShop(t, "2024-12-31")
		c.sell(s)
		j := judgeBook(s.book(), DefaultOptions())
		for on, want := range c.want {
			var lives []Life
			for _, a := range j.accounts {
				lives = append(lives, a.Lives...)
			}
			var st Standing
			j.acc.standing(&st, lives, stretch{opening(day(t, on), 12), day(t, on)})
			if got := st.End.Minor(); got != 100*want {
				t.Errorf("%s: ARR on %s is %d, want %d", c.name, on, got, 100*want)
			}
		}
	}
}

// Without ownership a customer's ARR counts, at both ends, for the rep of the
// contract that began last.
func TestRetentionCredit(t *testing.T) {
	s := newShop(t, "2024-12-31")
	s.sell("B", "C1", "2023-05-01", "2024-04-30", "100")
	s.sell("A", "C1", "2024-05-01", "2025-04-30", "130", func(c *crm.Contract) { c.Rep = s.b.Reps.Number("R2") })
	j := judgeBook(s.book(), DefaultOptions())
	at := j.retentions(j.frame.Periods()...)
	for rep, want := range map[string]Bridge{"R1": {}, "R2": {Start: 10000, Expansion: 3000, End: 13000}} {
		slot := measure.Slot{Scope: j.book.Org.RepNode(j.book.Reps.Number(rep)), Period: j.frame.Current[crm.Year]}
		if got := at[slot].Bridge; got != want {
			t.Errorf("%s: %+v, want %+v", rep, got, want)
		}
	}
}

// Two customers whom a succession joined are two customers, whatever the order
// of their contracts.
func TestRetentionOfJoinedCustomers(t *testing.T) {
	s := newShop(t, "2024-12-31")
	s.sell("K1", "C1", "2023-05-01", "2025-04-30", "100", product("a"))
	s.sell("K2", "C2", "2023-06-01", "2025-05-31", "100", product("b"))
	s.sell("K3", "C1", "2022-05-01", "2025-04-30", "100", product("c"))
	s.sell("K4", "C2", "2022-02-01", "2023-01-31", "100", product("d"))
	s.sell("K5", "C1", "2023-02-01", "2024-01-31", "100", product("d"))
	s.succeed("K4", "K5", "2023-01-31")
	j := judgeBook(s.book(), DefaultOptions())
	year := j.frame.Current[crm.Year]
	if r := j.retentions(year)[measure.Slot{Scope: crm.Root, Period: year}]; r.Cohort != 2 || r.Kept != 2 {
		t.Errorf("%d of %d customers kept, want 2 of 2", r.Kept, r.Cohort)
	}
}

// Five customers between 2023-12-31 and 2024-12-31, 12-month contracts:
//
//	C1 100 → 130 (renewed), C2 80 → 0 (expired 2024-06-30), C3 60, left in
//	2024-03, came back in 2024-07 at 60 (R-4.16: retained), C4 0 → 70 (new),
//	C5 0 → 40 (a customer until 2022-12-31)
//
// NRR (130 + 0 + 60) / 240, GRR (100 + 0 + 60) / 240, logos 2 of 3.
func TestRetention(t *testing.T) {
	s := newShop(t, "2024-12-31")
	s.sell("1a", "C1", "2023-05-01", "2024-04-30", "100")
	s.sell("1b", "C1", "2024-05-01", "2025-04-30", "130")
	s.sell("2a", "C2", "2023-07-01", "2024-06-30", "80")
	s.sell("3a", "C3", "2023-04-01", "2024-03-31", "60")
	s.sell("3b", "C3", "2024-07-01", "2025-06-30", "60")
	s.sell("4a", "C4", "2024-02-01", "2025-01-31", "70")
	s.sell("5a", "C5", "2022-01-01", "2022-12-31", "55")
	s.sell("5b", "C5", "2024-09-01", "2025-08-31", "40")
	b := s.book()
	f := measure.NewFrame(b)
	got := map[string]measure.Value{}
	for _, v := range Compute(b, f, DefaultOptions()).Values {
		if v.Slot == (measure.Slot{Scope: crm.Root, Period: f.Current[crm.Year]}) {
			got[v.Metric+" "+v.Key] = v
		}
	}
	for _, c := range []struct {
		key      string
		num, den int64
	}{
		{nrr + " ", 19000, 24000}, {grr + " ", 16000, 24000}, {logoRetention + " ", 2, 3}, {arr + " ", 30000, 1},
		{bridge + " change=start", 24000, 1}, {bridge + " change=new", 7000, 1}, {bridge + " change=reactivation", 4000, 1},
		{bridge + " change=expansion", 3000, 1}, {bridge + " change=contraction", 0, 1}, {bridge + " change=churn", -8000, 1},
		{bridge + " change=end", 30000, 1},
	} {
		if v := got[c.key]; v.Num != c.num || v.Den != c.den {
			t.Errorf("%s = %d/%d, want %d/%d", c.key, v.Num, v.Den, c.num, c.den)
		}
	}
	// 2024 is over, but a renewal in grace of what ended in December may come.
	if !got[nrr+" "].Open {
		t.Error("NRR on its last day is final")
	}
}
