package conversion

import (
	"fmt"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
)

// did gives a rep visits, the first valid of them valid, and signings of other
// customers in a month.
func (d *draft) did(rep, month string, visits, valid, signings int) {
	for i := range visits {
		v := d.visit(rep, fmt.Sprint("C", rep, month, i), fmt.Sprintf("%s-%02dT09:00", month, 1+i%20))
		if i >= valid {
			v.Pitched = crm.No
		}
	}
	for i := range signings {
		id := fmt.Sprint(rep, month, i)
		d.sign("K"+id, rep, "S"+id, month+"-10")
	}
}

// June 2025 begins on a Sunday and has 25 working days of six a week. By its
// first day nothing is done: 25 signings take 25 × 8 = 200 valid visits, 8 a day,
// 3 in the morning and 5 in the afternoon, and at 2 valid of 8 32 visits a day
// (domain.md, the golden rule as planning arithmetic).
func TestPlannerByTheRule(t *testing.T) {
	d := &draft{sixDay: []string{"G1"}}
	d.stay("R1", "T1", "", "")
	d.target("2025-06", "R1", "new_customers", "25")
	g, _ := compute(t, d.done("2025-06-01"))
	for id, want := range map[string]float64{planRateID: 8, neededValidID: 200, validPerDayID: 8, visitsPerDayID: 32} {
		for _, scope := range []string{"R1", team, "G1"} {
			v := g.at(id, scope, "2025-06")
			casetest.Near(t, scope+" "+id, v.V, want)
			if !v.OK || has(v, "golden_rule") != (scope == "R1") {
				t.Errorf("%s %s: %+v", scope, id, v)
			}
		}
	}
	casetest.Near(t, "morning", g.keyed(validPerDayID, "R1", "2025-06", "part=morning").V, 3)
	casetest.Near(t, "afternoon", g.keyed(validPerDayID, "R1", "2025-06", "part=afternoon").V, 5)
}

// A rep plans with the own conversion, shrunken as a ranking has it. 9, 1, 9 and
// 1 signings of 10 valid visits each: m = 0.5, s² = 0.16, m/n̄ = 0.05, A = 0.11, of
// 0.9 0.5 + 0.4·0.11/0.16 = 0.775 remains and of 0.1 0.225. A new rep has the
// rule.
func TestPlannerByOwnRate(t *testing.T) {
	d := &draft{}
	for i, n := range []int{9, 1, 9, 1} {
		rep := fmt.Sprint("R", i)
		d.stay(rep, "T1", "", "")
		d.did(rep, "2025-04", 20, 10, n)
		d.target("2025-06", rep, "new_customers", "25")
	}
	d.stay("New", "T2", "", "")
	d.target("2025-06", "New", "signings", "2")
	g, _ := compute(t, d.done("2025-06-30"))
	for rep, rate := range map[string]float64{"R0": 0.775, "R1": 0.225, "R2": 0.775, "R3": 0.225, "New": 0.125} {
		n := 25.
		if rep == "New" {
			n = 2
		}
		casetest.Near(t, rep+" rate", g.at(planRateID, rep, "2025-06").V, 1/rate)
		casetest.Near(t, rep+" valid", g.at(neededValidID, rep, "2025-06").V, n/rate)
		if v := g.at(planRateID, rep, "2025-06"); has(v, "own_rate") == (rep == "New") || has(v, "golden_rule") != (rep == "New") {
			t.Errorf("%s: %v", rep, v.Flags)
		}
		// The month is over: no day remains.
		if v := g.at(validPerDayID, rep, "2025-06"); v.OK {
			t.Errorf("%s: %+v", rep, v)
		}
	}
	casetest.Near(t, "team", g.at(neededValidID, team, "2025-06").V, 2*25/0.775+2*25/0.225)
	casetest.Near(t, "company", g.at(neededValidID, "company", "2025-06").V, 2*25/0.775+2*25/0.225+16)
}

// Where reps cannot be told apart the company's rate is everybody's: 2 of 10
// valid visits each make 25 signings cost 125. Half of the visits were valid: 250
// visits over the 10 working days left after 16 June 2025.
func TestPlannerByCompanyRate(t *testing.T) {
	d := &draft{}
	for i := range 4 {
		rep := fmt.Sprint("R", i)
		d.stay(rep, "T1", "", "")
		d.did(rep, "2025-04", 20, 10, 2)
	}
	d.target("2025-06", "R1", "new_customers", "25")
	d.target("2025-06", "R2", "new_customers", "0")
	g, _ := compute(t, d.done("2025-06-16"))
	casetest.Near(t, "rate", g.at(planRateID, "R1", "2025-06").V, 5)
	casetest.Near(t, "valid", g.at(neededValidID, "R1", "2025-06").V, 125)
	casetest.Near(t, "a day", g.at(validPerDayID, "R1", "2025-06").V, 12.5)
	casetest.Near(t, "visits a day", g.at(visitsPerDayID, "R1", "2025-06").V, 25)
	if v := g.at(planRateID, "R1", "2025-06"); !has(v, "company_rate") {
		t.Errorf("%v", v.Flags)
	}
	// Nothing is asked of R2: nothing is needed, and there is no rate of it.
	for id, ok := range map[string]bool{planRateID: false, neededValidID: true, validPerDayID: true, visitsPerDayID: true} {
		if v := g.at(id, "R2", "2025-06"); v.OK != ok || v.V != 0 || !has(v, "reached") {
			t.Errorf("R2 %s: %+v", id, v)
		}
	}
	// R0 and R3 have no target: the team's leaves them out, and nothing is said of
	// them but what they did.
	if v := g.at(neededValidID, team, "2025-06"); v.V != 125 || !has(v, "partial_target") {
		t.Errorf("team: %+v", v)
	}
	if _, ok := g.values[address{neededValidID, "R0", "2025-06", ""}]; ok {
		t.Error("a need without a target")
	}
	g.count(trailingShareID, "R0", "2025-06", 10, 20)
	g.count(trailingShareID, "company", "2025-06", 40, 80)
	g.count(trailingSigningsID, "company", "2025-Q2", 8, 1)
}

// A unit with a target of its own and none of reps plans with its own rate where
// that differs from the rule's: by, 30 valid visits without a signing are
// too many (8 · 3.6889/30 = 0.984), but of nothing no rate can be taken; 20
// signings of 40 valid visits are above, 5 of 40 are the rule.
func TestPlannerOfUnits(t *testing.T) {
	for _, c := range []struct {
		valid, signings int
		rate            float64
		flag            string
	}{{0, 0, 8, "golden_rule"}, {40, 5, 8, "golden_rule"}, {40, 20, 2, "own_rate"}, {30, 0, 8, "golden_rule"}} {
		d := &draft{}
		d.stay("R1", "T1", "", "")
		d.did("R1", "2025-04", c.valid, c.valid, c.signings)
		d.target("2025-06", team, "new_customers", "3")
		g, _ := compute(t, d.done("2025-06-16"))
		for _, scope := range []string{team, "company"} {
			casetest.Near(t, scope, g.at(planRateID, scope, "2025-06").V, c.rate)
			casetest.Near(t, scope, g.at(neededValidID, scope, "2025-06").V, 3*c.rate)
		}
		if v := g.at(planRateID, team, "2025-06"); !has(v, c.flag) {
			t.Errorf("%+v: %v", c, v.Flags)
		}
		if _, ok := g.values[address{planRateID, "R1", "2025-06", ""}]; ok {
			t.Error("a rep without a target has a plan")
		}
	}
}

// A team asked for 10 whose one rep with a target is asked for 4 plans with the
// 4 and says that it leaves something out; asked for 4, it leaves nothing.
func TestPlannerOfTargetsThatDiffer(t *testing.T) {
	for asked, partial := range map[string]bool{"10": true, "4": false} {
		d := &draft{}
		d.stay("R1", "T1", "", "")
		d.stay("R2", "T1", "", "")
		d.target("2025-06", "R1", "new_customers", "4")
		d.target("2025-06", team, "new_customers", asked)
		g, _ := compute(t, d.done("2025-06-16"))
		if v := g.at(neededValidID, team, "2025-06"); v.V != 32 || has(v, "partial_target") != partial {
			t.Errorf("asked for %s: %+v", asked, v)
		}
	}
}

// What was signed counts: 12 months end on the as-of day, and a customer who
// signed twice in them once.
func TestTrailing(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	for i, on := range []string{"2024-06-16", "2024-06-17", "2025-01-10", "2025-06-16"} {
		d.sign(fmt.Sprint("K", i), "R1", fmt.Sprint("C", i), on)
		d.visit("R1", fmt.Sprint("C", i), on+"T09:00")
	}
	d.sign("K9", "R1", "C2", "2025-02-10")
	d.target("2025-06", "R1", "new_customers", "3")
	g, _ := compute(t, d.done("2025-06-16"))
	g.count(trailingSigningsID, "R1", "2025-06", 3, 1)
	g.count(trailingShareID, "R1", "2025-06", 3, 3)
	casetest.Near(t, "left", g.at(neededValidID, "R1", "2025-06").V, 16) // 3 − 1 of June
}
