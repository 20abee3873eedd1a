package renewal

import (
	"testing"

	"crmreport/ingest/crm"
)

// edits of contracts
func signed(t *testing.T, s string) func(*crm.Contract) {
	return func(c *crm.Contract) { c.SignDate = day(t, s) }
}

func status(t *testing.T, st crm.ContractStatus, on string) func(*crm.Contract) {
	return func(c *crm.Contract) { c.Status, c.StatusDate = st, day(t, on) }
}

func product(p string) func(*crm.Contract) { return func(c *crm.Contract) { c.Product = p } }

func typed(ty crm.ContractType) func(*crm.Contract) { return func(c *crm.Contract) { c.Type = ty } }

func renewable(r crm.Tri) func(*crm.Contract) { return func(c *crm.Contract) { c.Renewable = r } }

// Contract A runs 2023-04-01 to 2024-03-31 in every row; its grace of 30 days
// ends on 2024-04-30. What is its fate?
func TestFates(t *testing.T) {
	const start, end = "2023-04-01", "2024-03-31"
	next := func(sign string, edit ...func(*crm.Contract)) func(*shop) {
		return func(s *shop) {
			s.sell("B", "C1", "2024-04-01", "2025-03-31", "100", append([]func(*crm.Contract){signed(t, sign)}, edit...)...)
		}
	}
	linked := func(s *shop) { s.succeed("A", "B", "") }
	for _, c := range []struct {
		name, asOf string
		old        []func(*crm.Contract)
		more       []func(*shop)
		fate       Fate
		how        How
	}{
		{"1 long before expiry", "2023-06-30", nil, nil, Pending, ""},
		{"2 on the last day", "2024-03-31", nil, nil, Pending, ""},
		{"3 on the last day of grace", "2024-04-30", nil, nil, Pending, ""},
		{"4 the day after", "2024-05-01", nil, nil, Churned, ByExpiry},
		{"5 signed in the month before", "2024-05-01", nil, []func(*shop){next("2024-02-29")}, Renewed, Early},
		{"6 signed on the first of the month", "2024-05-01", nil, []func(*shop){next("2024-03-01")}, Renewed, OnTime},
		{"7 signed on the last day", "2024-05-01", nil, []func(*shop){next("2024-03-31")}, Renewed, OnTime},
		{"8 signed the day after", "2024-05-01", nil, []func(*shop){next("2024-04-01")}, Renewed, InGrace},
		{"9 signed at the end of grace", "2024-05-01", nil, []func(*shop){next("2024-04-30")}, Renewed, InGrace},
		{"10 signed a day late", "2024-05-01", nil, []func(*shop){next("2024-05-01")}, Churned, ByExpiry},
		{"11 late although linked", "2024-05-01", nil, []func(*shop){next("2024-05-01"), linked}, Churned, ByExpiry},
		{"12 notice", "2024-02-01", []func(*crm.Contract){status(t, crm.Notice, "2024-01-20")}, nil, Churned, ByNotice},
		{"13 a notice still to come", "2024-01-19", []func(*crm.Contract){status(t, crm.Notice, "2024-01-20")}, nil, Pending, ""},
		{"14 a notice without a date", "2024-01-19", []func(*crm.Contract){status(t, crm.Notice, "")}, nil, Churned, ByNotice},
		{"15 terminated early", "2023-12-31", []func(*crm.Contract){status(t, crm.Terminated, "2023-11-30")}, nil, Churned, ByTerminate},
		{"16 a signing wins over a notice (R-4.19)", "2024-05-01", []func(*crm.Contract){status(t, crm.Notice, "2024-01-20")}, []func(*shop){next("2024-04-20")}, Renewed, InGrace},
		{"17 and over a termination (R-4.19)", "2024-05-01", []func(*crm.Contract){status(t, crm.Terminated, "2023-11-30")}, []func(*shop){next("2024-04-20")}, Renewed, InGrace},
		{"18 void", "2024-05-01", []func(*crm.Contract){status(t, crm.ContractVoid, "")}, nil, Excluded, IsVoid},
		{"19 one-off", "2024-05-01", []func(*crm.Contract){renewable(crm.No)}, nil, Excluded, IsNotRenewable},
		{"20 renewable unknown counts", "2024-05-01", []func(*crm.Contract){renewable(crm.Unknown)}, nil, Churned, ByExpiry},
		{"21 superseded, successor unknown", "2024-05-01", []func(*crm.Contract){status(t, crm.Superseded, "2023-10-01")}, nil, Excluded, IsSuperseded},
		{"22 a link starting 30 days before the end is early (R-4.20)", "2024-05-01", nil, []func(*shop){func(s *shop) {
			s.sell("B", "C1", "2024-03-01", "2025-02-28", "100", signed(t, "2024-02-20"))
		}, linked}, Renewed, Early},
		{"23 31 days before supersedes (R-4.20)", "2024-05-01", nil, []func(*shop){func(s *shop) {
			s.sell("B", "C1", "2024-02-29", "2025-02-28", "100", signed(t, "2024-02-20"))
		}, linked}, Excluded, IsSuperseded},
		{"24 status superseded, yet replaced at the end (R-4.20)", "2024-05-01", []func(*crm.Contract){status(t, crm.Superseded, "2024-04-01")}, []func(*shop){next("2024-03-05"), linked}, Renewed, OnTime},
		{"25 a void successor renews nothing", "2024-05-01", nil, []func(*shop){next("2024-03-20", status(t, crm.ContractVoid, "")), linked}, Churned, ByExpiry},
		{"26 a succession signed after the as-of day is not known yet", "2024-04-10", nil, []func(*shop){func(s *shop) {
			s.sell("B", "C2", "2024-04-01", "2025-03-31", "100")
			s.succeed("A", "B", "2024-04-11")
		}}, Pending, ""},
		{"27 another customer, linked", "2024-05-01", nil, []func(*shop){func(s *shop) {
			s.sell("B", "C2", "2024-04-01", "2025-03-31", "100")
		}, linked}, Renewed, InGrace},
		{"28 linked by predecessor_id", "2024-05-01", nil, []func(*shop){func(s *shop) {
			s.sell("B", "C2", "2024-04-01", "2025-03-31", "100", func(c *crm.Contract) { c.Predecessor = "A" })
		}}, Renewed, InGrace},
		{"29 the successions table is asked first", "2024-05-01", nil, []func(*shop){func(s *shop) {
			s.sell("B", "C2", "2024-04-01", "2025-03-31", "100", func(c *crm.Contract) { c.Predecessor = "A" })
			s.sell("Z", "C2", "2023-04-01", "2024-03-31", "100")
			s.succeed("Z", "B", "")
		}}, Churned, ByExpiry},
		{"30 a link to a contract nobody has", "2024-05-01", nil, []func(*shop){linked}, Churned, ByExpiry},
	} {
		s := newShop(t, c.asOf)
		s.sell("A", "C1", start, end, "100", c.old...)
		for _, m := range c.more {
			m(s)
		}
		got := judgeBook(s.book(), DefaultOptions()).cases["A"]
		if got.Fate != c.fate || got.How != c.how {
			t.Errorf("%s: %s %s, want %s %s", c.name, got.Fate, got.How, c.fate, c.how)
		}
	}
}

// A ends on 2024-03-31; end − 180 is 2023-10-03. Which contracts renew it
// without a link?
func TestUnstatedSuccessors(t *testing.T) {
	for _, c := range []struct {
		name string
		more func(*shop)
		want Fate
	}{
		{"1 signed on end − 180", func(s *shop) {
			s.sell("B", "C1", "2024-04-01", "2025-03-31", "1", signed(t, "2023-10-03"))
		}, Renewed},
		{"2 signed on end − 181", func(s *shop) {
			s.sell("B", "C1", "2024-04-01", "2025-03-31", "1", signed(t, "2023-10-02"))
		}, Churned},
		{"3 another product", func(s *shop) { s.sell("B", "C1", "2024-04-01", "2025-03-31", "1", product("Q")) }, Churned},
		{"4 another customer", func(s *shop) { s.sell("B", "C2", "2024-04-01", "2025-03-31", "1") }, Churned},
		{"5 another customer, merged", func(s *shop) {
			s.sell("B", "C2", "2024-04-01", "2025-03-31", "1")
			s.merge("C1", "C3")
			s.merge("C3", "C2")
		}, Renewed},
		{"6 merged in a circle", func(s *shop) {
			s.sell("B", "C2", "2024-04-01", "2025-03-31", "1")
			s.merge("C1", "C2")
			s.merge("C2", "C1")
		}, Renewed},
		{"7 called new", func(s *shop) { s.sell("B", "C1", "2024-04-01", "2025-03-31", "1", typed(crm.New)) }, Renewed},
		{"8 called renewal", func(s *shop) { s.sell("B", "C1", "2024-04-01", "2025-03-31", "1", typed(crm.Renewal)) }, Renewed},
		{"9 an expansion", func(s *shop) { s.sell("B", "C1", "2024-04-01", "2025-03-31", "1", typed(crm.Expansion)) }, Churned},
		{"10 a one-off", func(s *shop) { s.sell("B", "C1", "2024-04-01", "2025-03-31", "1", renewable(crm.No)) }, Churned},
		{"11 bought beside the running one", func(s *shop) { s.sell("B", "C1", "2024-01-01", "2024-12-31", "1") }, Churned},
		{"12 starting 30 days before the end", func(s *shop) { s.sell("B", "C1", "2024-03-01", "2025-02-28", "1") }, Renewed},
		{"13 ending with the old one", func(s *shop) { s.sell("B", "C1", "2024-03-05", "2024-03-31", "1") }, Churned},
		{"14 already somebody's successor", func(s *shop) {
			s.sell("B", "C1", "2024-04-01", "2025-03-31", "1")
			s.sell("Z", "C9", "2023-04-01", "2024-03-31", "1")
			s.succeed("Z", "B", "")
		}, Churned},
	} {
		s := newShop(t, "2024-06-30")
		s.sell("A", "C1", "2023-04-01", "2024-03-31", "100")
		c.more(s)
		if got := judgeBook(s.book(), DefaultOptions()).cases["A"]; got.Fate != c.want {
			t.Errorf("%s: %s, want %s", c.name, got.Fate, c.want)
		}
	}
}

// A and B both start on 2024-03-01; A is for a month, B for three. B is no
// renewal of A, although it starts within 30 days of A's end and lasts longer.
func TestSoldTogether(t *testing.T) {
	s := newShop(t, "2024-12-31")
	s.sell("A", "C1", "2024-03-01", "2024-03-31", "100")
	s.sell("B", "C1", "2024-03-01", "2024-05-31", "300")
	if got := judgeBook(s.book(), DefaultOptions()).cases["A"]; got.Fate != Churned {
		t.Errorf("A is %s, want churned", got.Fate)
	}
}

// The cohort of March is final once the grace of its last day is over.
func TestFinal(t *testing.T) {
	for asOf, final := range map[string]bool{"2024-04-30": false, "2024-05-01": true} {
		s := newShop(t, asOf)
		s.sell("A", "C1", "2023-03-11", "2024-03-10", "100") // churned on either day
		v := judgeBook(s.book(), DefaultOptions()).values(t, "2024-03")[contractRate]
		if v.Open == final || (v.CI != nil) != final || v.Bounds != nil {
			t.Errorf("on %s: open %v, interval %v, bounds %v, want final %v", asOf, v.Open, v.CI, v.Bounds, final)
		}
	}
}

// Three equal contracts end together and two follow: each follower renews one,
// in the order of ids and of signing.
func TestSuccessorUsedOnce(t *testing.T) {
	s := newShop(t, "2024-06-30")
	for _, id := range []string{"A1", "A2", "A3"} {
		s.sell(id, "C1", "2023-04-01", "2024-03-31", "100")
	}
	s.sell("B1", "C1", "2024-04-01", "2025-03-31", "70", signed(t, "2024-03-20"))
	s.sell("B2", "C1", "2024-04-01", "2025-03-31", "80", signed(t, "2024-03-10"))
	j := judgeBook(s.book(), DefaultOptions())
	for id, want := range map[crm.ContractID]int64{"A1": 8000, "A2": 7000, "A3": 0} {
		if got := j.cases[id].New.Minor(); got != want {
			t.Errorf("%s is followed by %d, want %d", id, got, want)
		}
	}
	if c := j.company(t, "2024-03"); c.Renewed() != 2 || c.Churned() != 1 || c.Logos.Partial != 1 {
		t.Errorf("%d renewed, %d churned, %d in part, want 2, 1, 1", c.Renewed(), c.Churned(), c.Logos.Partial)
	}
}

// A contract signed after the grace counts as a reactivation once, in its own
// month, and renews nothing.
func TestReactivations(t *testing.T) {
	for _, c := range []struct {
		name string
		more func(*shop)
		want map[string]int64
	}{
		{"1 none", func(s *shop) {}, nil},
		{"2 unstated", func(s *shop) { s.sell("B", "C1", "2024-05-10", "2025-05-09", "1") }, map[string]int64{"2024-05": 1}},
		{"3 in grace is none", func(s *shop) { s.sell("B", "C1", "2024-04-30", "2025-04-29", "1") }, nil},
		{"4 another product", func(s *shop) { s.sell("B", "C1", "2024-05-10", "2025-05-09", "1", product("Q")) }, nil},
		{"5 two olds, one return", func(s *shop) {
			s.sell("A2", "C1", "2023-04-01", "2024-03-31", "100")
			s.sell("B", "C1", "2024-05-10", "2025-05-09", "1")
		}, map[string]int64{"2024-05": 1}},
		{"6 the renewal of something else", func(s *shop) {
			s.sell("A2", "C1", "2023-06-01", "2024-05-31", "100")
			s.sell("B", "C1", "2024-06-01", "2025-05-31", "1")
		}, nil},
		{"7 on the day on which another contract ends", func(s *shop) {
			s.sell("A2", "C1", "2023-05-11", "2024-05-10", "100", product("Q"))
			s.sell("B", "C1", "2024-05-10", "2025-05-09", "1")
		}, map[string]int64{"2024-05": 1}},
		{"8 stated, late for one and in time for another", func(s *shop) {
			s.sell("A2", "C1", "2023-06-01", "2024-05-31", "100", product("Q"))
			s.sell("B", "C1", "2024-06-01", "2025-05-31", "1", product("R"))
			s.succeed("A", "B", "")
			s.succeed("A2", "B", "")
		}, nil},
		{"9 signed after its own grace, it is not its own return", func(s *shop) {
			s.sell("B", "C2", "2023-04-01", "2024-03-31", "1", func(c *crm.Contract) { c.SignDate = day(t, "2024-05-10") })
		}, nil},
	} {
		s := newShop(t, "2024-12-31")
		s.sell("A", "C1", "2023-04-01", "2024-03-31", "100")
		c.more(s)
		j := judgeBook(s.book(), DefaultOptions())
		for _, m := range []string{"2024-03", "2024-04", "2024-05", "2024-06"} {
			if got := j.company(t, m); got.Returned != c.want[m] || got.Logos.Returned != c.want[m] {
				t.Errorf("%s, %s: %d by %d customers, want %d", c.name, m, got.Returned, got.Logos.Returned, c.want[m])
			}
		}
	}
}
