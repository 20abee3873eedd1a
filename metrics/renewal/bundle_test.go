package renewal

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest/crm"
)

// follows makes a contract name its predecessor.
func follows(id string) func(*crm.Contract) {
	return func(c *crm.Contract) { c.Predecessor = crm.ContractID(id) }
}

// Bundles are the contracts of customers who belong together, with the
// successions that the export states among them: a>b.
func TestBundles(t *testing.T) {
	year := func(s *shop, n int, id, customer string, edit ...func(*crm.Contract)) {
		s.sell(id, customer, fmt.Sprintf("%d-01-01", n), fmt.Sprintf("%d-12-31", n), "100", edit...)
	}
	for _, c := range []struct {
		name string
		sell func(*shop)
		want string // bundles, by their first contract
	}{
		{"1 alone", func(s *shop) { year(s, 2020, "A", "C1"); year(s, 2020, "B", "C2") }, "A; B"},
		{"2 by id, not by day", func(s *shop) { year(s, 2021, "A", "C1"); year(s, 2020, "B", "C1") }, "A B"},
		{"3 the predecessor right before", func(s *shop) { year(s, 2020, "A", "C1"); year(s, 2021, "B", "C1", follows("A")) }, "A B a>b"},
		{"4 the predecessor far before", func(s *shop) {
			year(s, 2012, "A", "C1")
			for n := 2013; n < 2020; n++ {
				year(s, n, fmt.Sprintf("M%d", n), "C1")
			}
			year(s, 2020, "Z", "C1", follows("A"))
		}, "A M2013 M2014 M2015 M2016 M2017 M2018 M2019 Z a>z"},
		{"5 the predecessor behind", func(s *shop) { year(s, 2021, "A", "C1"); year(s, 2020, "B", "C1", follows("A")) }, "A B a>b"},
		{"6 the predecessor of another customer", func(s *shop) {
			year(s, 2020, "A", "C1")
			year(s, 2020, "B", "C2")
			year(s, 2021, "C", "C3", follows("A"))
		}, "A C a>c; B"},
		{"7 no such predecessor, and itself", func(s *shop) {
			year(s, 2020, "A", "C1", follows("X"))
			year(s, 2020, "B", "C2", follows("B"))
		}, "A; B"},
		{"8 the table knows better", func(s *shop) {
			year(s, 2020, "A", "C1")
			year(s, 2020, "B", "C1")
			year(s, 2021, "D", "C1", follows("A"))
			s.succeed("B", "D", "")
			s.succeed("B", "D", "2021-01-02")
			s.succeed("X", "A", "")
		}, "A B D b>d"},
		{"9 merged", func(s *shop) {
			year(s, 2020, "A", "C1")
			year(s, 2020, "B", "C2")
			year(s, 2020, "D", "C3")
			s.merge("C3", "C1")
		}, "A D; B"},
		{"10 merged, and a succession out of what was merged", func(s *shop) {
			year(s, 2020, "A", "C1")
			year(s, 2020, "B", "C2")
			year(s, 2021, "D", "C3", follows("B"))
			s.merge("C2", "C1")
		}, "A B D b>d"},
		{"11 void, or without a customer", func(s *shop) {
			year(s, 2020, "A", "C1", status(t, crm.ContractVoid, ""))
			year(s, 2021, "B", "C2", follows("A"))
			year(s, 2020, "D", "C3", func(c *crm.Contract) { c.Customer = crm.NoCustomer })
			year(s, 2021, "E", "C4", follows("D"))
		}, "A; B; E"},
	} {
		s := newShop(t, "2024-12-31")
		c.sell(s)
		a := newArchive(s.book())
		var g bundle
		got := map[string]bool{}
		note := func(spans ...span) {
			a.fill(&g, spans...)
			var words []string
			for _, c := range g.contracts {
				words = append(words, string(c.ID))
			}
			for _, l := range g.links {
				words = append(words, strings.ToLower(string(g.contracts[l.old].ID+">"+g.contracts[l.new].ID)))
			}
			got[strings.Join(words, " ")] = true
		}
		for _, s := range a.bundles {
			note(s)
		}
		for _, spans := range a.joined {
			note(spans...)
		}
		if all := strings.Join(slices.Sorted(maps.Keys(got)), "; "); all != c.want {
			t.Errorf("%s: %s, want %s", c.name, all, c.want)
		}
	}
}
