package funnel

import (
	"testing"

	"crmreport/ingest/crm"
)

// Coverage in June 2024, as of the 20th: r1 in team B since the 16th, r2 in B.
func TestCoverage(t *testing.T) {
	names, spells := twoTeams(t)
	names.Number("r3")
	spells = append(spells, crm.Spell{Rep: names.Lookup("r3"), Team: "A", Manager: crm.NoRep, HiredOn: crm.NoDate, LeftOn: crm.NoDate, From: date(t, "2024-01-01"), To: crm.NoDate})
	open := func(id crm.DealID, rep, due string, yuan int64, kind crm.ContractType) crm.Deal {
		return deal(id, func(d *crm.Deal) {
			d.Rep, d.Type = names.Lookup(rep), kind
			if due != "" {
				d.ExpectedClose = date(t, due)
			}
			if d.Amount, d.AmountKnown = amount(yuan, "CNY"); yuan == 0 {
				d.AmountKnown = false
			}
		})
	}
	deals := []crm.Deal{
		open("A", "r2", "2024-06-25", 300, ""),
		open("B", "r2", "2024-05-25", 100, crm.New), // overdue, and still to be won
		open("C", "r2", "2024-07-01", 900, crm.New), // too late
		open("D", "r2", "2024-06-26", 700, crm.Renewal),
		open("E", "r2", "2024-06-30", 0, crm.New),
		open("F", "r2", "", 50, crm.New),
		open("G", "r1", "2024-06-30", 80, crm.New),
		open("H", "", "2024-06-30", 11, crm.Expansion), // nobody's
	}
	target := func(scope, measure string, yuan int64) crm.Target {
		p := crm.Fiscal{}.Period(crm.Month, date(t, "2024-06-01"))
		return crm.Target{Period: p, Scope: scope, Measure: measure, Value: crm.Decimal(yuan) * crm.One}
	}
	contract := func(id crm.ContractID, rep, on string, yuan int64, kind crm.ContractType, status crm.ContractStatus) crm.Contract {
		m, _ := amount(yuan, "CNY")
		return crm.Contract{ID: id, Customer: crm.NoCustomer, Rep: names.Lookup(rep), Type: kind, SignDate: date(t, on), Amount: m, Status: status}
	}
	b := book(t, "2024-06-20", names, spells, deals, nil)
	b.Targets = []crm.Target{target("r1", "new_amount", 500), target("r2", "new_amount", 1000), target("A", "amount", 600)}
	b.Contracts = []crm.Contract{
		contract("1", "r2", "2024-06-03", 150, "", crm.Active), contract("2", "r2", "2024-06-04", 999, crm.Renewal, crm.Active),
		contract("3", "r2", "2024-05-31", 999, "", crm.Active), contract("4", "r2", "2024-06-05", 999, "", crm.ContractVoid),
		contract("5", "r1", "2024-06-06", 500, "", crm.Active), // by r1 while in A
		contract("6", "r1", "2024-06-17", 40, "", crm.Active),  // in B
	}
	r := compute(b, DefaultOptions())
	// r2: new deals due by 30 June, 300 + 100, over 1000 − 150.
	v := got(t, b, r, "coverage", "r2", "2024-06", "")
	ratio(t, v, 40000, 85000)
	for _, word := range []string{"new_only", "no_amount", "no_close_date"} {
		if !flagged(v, word) {
			t.Errorf("r2 lacks %s: %v", word, v.Flags)
		}
	}
	if v.N != 3 || v.CI != nil || !v.Open {
		t.Errorf("r2: %+v", v)
	}
	// r1 has signed 540 of 500.
	if v := got(t, b, r, "coverage", "r1", "2024-06", ""); v.OK || !flagged(v, "target_reached") {
		t.Errorf("r1: %+v", v)
	}
	// B at the freeze, 3 June, has r2 alone: 1000. In it were signed 150 + 40;
	// open there on the 20th are r2's 400 and r1's 80.
	ratio(t, got(t, b, r, "coverage", "B", "2024-06", ""), 48000, 81000)
	// A's own target of every type; it has no deal, and r1's 500 were signed in it.
	ratio(t, got(t, b, r, "coverage", "A", "2024-06", ""), 0, 10000)
	// Company: 600 + 1000 of both kinds of target, so of every type: due are 400 +
	// 700 + 80 + 11, signed 150 + 999 + 500 + 40.
	if v := got(t, b, r, "coverage", "company", "2024-06", ""); v.OK || !flagged(v, "target_reached") || v.N != 6 {
		t.Errorf("company: %+v", v)
	}
	for _, c := range [][2]string{{"company", "2024-Q2"}, {"company", "2024-W25"}, {"r3", "2024-06"}, {"(unassigned)", "2024-06"}} {
		if _, ok := find(b, r, "coverage", c[0], c[1], ""); ok {
			t.Errorf("%v has no target", c)
		}
	}
	// A closed period asks for nothing more.
	b.AsOf = date(t, "2024-06-30")
	if _, ok := find(b, compute(b, DefaultOptions()), "coverage", "company", "2024-06", ""); ok {
		t.Error("coverage of a period that is over")
	}
	b.AsOf, b.Targets = date(t, "2024-06-20"), b.Targets[:0]
	if _, ok := find(b, compute(b, DefaultOptions()), "coverage", "r2", "2024-06", ""); ok {
		t.Error("coverage without a target")
	}
}

// A rep with a target and no deal at all is covered by nothing.
func TestCoverageOfNothing(t *testing.T) {
	names, spells := twoTeams(t)
	b := book(t, "2024-06-20", names, spells, []crm.Deal{}, nil)
	b.Targets = []crm.Target{{Period: b.Fiscal.Period(crm.Month, b.AsOf), Scope: "r1", Measure: "amount", Value: 3 * crm.One}}
	ratio(t, got(t, b, compute(b, DefaultOptions()), "coverage", "r1", "2024-06", ""), 0, 300)
}
