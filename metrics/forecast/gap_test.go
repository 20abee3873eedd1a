package forecast

import (
	"testing"

	"crmreport/ingest/crm"
)

// By hand, as of the end of May: A is asked for 100 new and 50 renewed, B for 40
// new; A signs 80 new and 60 renewed and 5 of expansion, B signs 20 new. A
// forecasts 90 new and 45 renewed, B 30 new, which a manager typed in.
func splitBook(t *testing.T) *maker {
	m := newMaker(t, "2024-05-31")
	m.person("A", crm.Seller, "T", "", "", "", "")
	m.person("B", crm.Seller, "T", "", "", "", "")
	m.target("2024-05", "A", "new_amount", "100")
	m.target("2024-05", "A", "renewal_amount", "50")
	m.target("2024-05", "B", "new_amount", "40")
	m.contract("a", "A", "2024-05-05", "80", crm.New)
	m.contract("b", "A", "2024-05-06", "60", crm.Renewal)
	m.contract("c", "A", "2024-05-07", "5", crm.Expansion)
	m.contract("d", "B", "2024-05-08", "20", crm.New)
	m.forecast("2024-05", "A", "2024-05-01T09:00", "90", crm.New)
	m.forecast("2024-05", "A", "2024-05-01T09:00", "45", crm.Renewal)
	m.forecast("2024-05", "B", "2024-05-01T09:00", "30", crm.New)
	m.b.Forecasts[2].SubmittedBy = "M"
	return m
}

// the target in its two parts, each with what of it was signed; the
// parts of units are the sums of the reps'.
func TestTargetSplit(t *testing.T) {
	g := splitBook(t).compute(DefaultOptions())
	for name, want := range map[string][2]int64{
		"target A 2024-05 type=new": {10000, 1}, "target A 2024-05 type=renewal": {5000, 1}, "target T 2024-05 type=new": {14000, 1}, "target company 2024-05 type=renewal": {5000, 1},
		"attainment A 2024-05 type=new": {8000, 10000}, "attainment A 2024-05 type=renewal": {6000, 5000}, "attainment T 2024-05 type=new": {10000, 14000},
		"target T 2024-05": {19000, 1}, "attainment T 2024-05": {16500, 19000}, // all types together, expansion too
		"target_gap A 2024-05": {13500 - 15000, 15000}, "target_gap B 2024-05": {3000 - 4000, 4000}, "target_gap T 2024-05": {16500 - 19000, 19000},
		"by_rep_share T 2024-05": {1, 2}, "by_rep_share A 2024-05": {1, 1}, "by_rep_share B 2024-05": {0, 1},
	} {
		g.parts(name, want[0], want[1])
	}
	g.absent("target B 2024-05 type=renewal")
}

// A target of new contracts alone is held against forecasts of new ones where
// they say their type, else against all of them, flagged (R-3.4, S0-34).
func TestTargetGapTypes(t *testing.T) {
	for _, c := range []struct {
		name  string
		kinds []crm.ContractType
		num   int64
		flags []string
	}{
		{"typed", []crm.ContractType{crm.New, crm.Renewal}, 9000 - 10000, nil},
		{"not typed", []crm.ContractType{""}, 9000 - 10000, []string{"types_differ"}},
		{"nothing of the type", []crm.ContractType{crm.Renewal}, 9000 - 10000, []string{"types_differ"}},
	} {
		m := newMaker(t, "2024-05-31")
		m.person("A", crm.Seller, "T", "", "", "", "")
		m.target("2024-05", "A", "new_amount", "100")
		for _, k := range c.kinds {
			m.forecast("2024-05", "A", "2024-05-01T09:00", "90", k)
		}
		g := m.compute(DefaultOptions())
		g.parts("target_gap T 2024-05", c.num, 10000)
		g.flags("target_gap T 2024-05", c.flags...)
	}
}

// S4-08, by hand: the team hands up 100 · 1 in May and 100 · .8 in April; it
// signs 90 in May, exactly 10 % off, and 100 in April: one of two.
func TestUnitHitRate(t *testing.T) {
	m := newMaker(t, "2024-05-31")
	m.person("A", crm.Seller, "T", "", "", "", "")
	for month, signed := range map[string]string{"2024-04": "100", "2024-05": "90"} {
		m.forecast(month, "A", month+"-01T09:00", "100", "")
		m.contract(month, "A", month+"-10", signed, crm.New)
	}
	m.index("2024-04", "A", "2024-04-01T09:00", "0.8")
	o := DefaultOptions()
	o.TrailingMonths = 2
	g := m.compute(o)
	g.parts("unit_hit_rate T 2024-05 last=2", 1, 2)
	g.parts("unit_hit_rate T 2024-05", 1, 1)
	g.parts("unit_hit_rate T 2024-04", 0, 1)
	g.absent("unit_hit_rate A 2024-05")
}
