package forecast

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// the freeze is on the first working day of the company calendar.
func TestFreeze(t *testing.T) {
	m := newMaker(t, "2025-03-31")
	holidays := []crm.CalendarDay{{Date: day(t, "2025-01-01")}, {Date: day(t, "2025-01-02")}}
	cal := crm.NewCalendar(nil, holidays, nil)
	o := DefaultOptions()
	for _, c := range []struct{ period, want string }{
		{"2024-07", "2024-07-01T18:00"}, // a Monday
		{"2025-03", "2025-03-03T18:00"}, // the 1st is a Saturday
		{"2025-01", "2025-01-03T18:00"}, {"2025-Q1", "2025-01-03T18:00"}, {"2025", "2025-01-03T18:00"},
		{"2025-W01", "2024-12-30T10:00"}, {"2025-W10", "2025-03-03T10:00"},
	} {
		if got := o.freeze(cal, m.period(c.period)).String(); got != c.want {
			t.Errorf("%s freezes at %s, want %s", c.period, got, c.want)
		}
	}
}

// Void contracts are out, other currencies convert at the sign date, a monthly
// amount is over the term, overlay credit is beside the 100 %.
func TestActual(t *testing.T) {
	m := newMaker(t, "2025-03-31")
	m.person("A", crm.Seller, "T1", "", "", "", "")
	m.person("B", crm.Seller, "T2", "", "", "", "")
	m.b.FX = crm.NewFX([]crm.FXRate{{Currency: "USD", Date: day(t, "2025-01-01"), Rate: 7 * crm.One}, {Currency: "USD", Date: day(t, "2025-03-10"), Rate: 8 * crm.One}})
	m.contract("void", "A", "2025-03-05", "999", crm.New).Status = crm.ContractVoid
	m.contract("usd", "A", "2025-03-05", "10", crm.New).Amount.Currency = "USD" // 70
	m.contract("eur", "A", "2025-03-05", "10", crm.New).Amount.Currency = "EUR" // no rate
	c := m.contract("monthly", "B", "2025-03-06", "5", crm.Renewal)             // 60
	c.Per, c.TermMonths = crm.PerMonth, 12
	c = m.contract("yearly", "B", "2025-03-06", "5", crm.Renewal) // 730 days: 10
	c.Per, c.Start, c.End = crm.PerYear, day(t, "2025-01-01"), day(t, "2026-12-31")
	m.contract("split", "A", "2025-03-07", "0.05", crm.Expansion)
	for _, s := range []struct {
		rep     string
		share   crm.Decimal
		overlay bool
	}{{"A", crm.One / 2, false}, {"B", crm.One / 2, false}, {"B", crm.One, true}} {
		m.b.Splits = append(m.b.Splits, crm.Split{Pos: m.pos(), Contract: "split", Rep: m.b.Reps.Number(s.rep), Share: s.share, Overlay: s.overlay})
	}
	delete(m.b.Tables, "forecasts")
	m.target("2025-03", "A", "amount", "100")
	g := m.compute(DefaultOptions())
	g.parts("actual A 2025-03", 7003, 1)
	g.parts("actual B 2025-03", 7002, 1)
	g.parts("actual company 2025-03", 14005, 1)
	g.parts("attainment A 2025-03", 7003, 10000)
	// B has no target: the company's sum is of A's only, and says so.
	g.parts("target company 2025-03", 10000, 1)
	g.flags("attainment company 2025-03", "partial_target")
	if len(g.res.Warnings) != 1 || g.res.Warnings[0].Code != "forecast_contract_without_rate" || g.res.Warnings[0].N != 1 {
		t.Errorf("warnings %+v", g.res.Warnings)
	}
	for k := range g.values { // no forecasts: nothing is said of them
		if !slices.Contains([]string{"actual", "target", "attainment", "customers", "average_contract"}, strings.Fields(k)[0]) {
			t.Errorf("%s without forecasts", k)
		}
	}
	m.b.Tables["contracts"] = false
	if r := Compute(m.b, measure.NewFrame(m.b), DefaultOptions()); len(r.Values)+len(r.Lists)+len(r.Warnings) > 0 {
		t.Errorf("%d values of nothing", len(r.Values))
	}
}

// A rep moves from T1 to T2 on the 10th: the forecast is T1's, the actual is
// the team's of the day, and the score compares the rep's whole month.
func TestTransfer(t *testing.T) {
	m := newMaker(t, "2025-02-28")
	m.person("A", crm.Seller, "T1", "", "", "", "2025-02-09")
	m.person("A", crm.Seller, "T2", "", "", "2025-02-10", "")
	m.forecast("2025-02", "A", "2025-02-03T17:00", "100", "")
	m.contract("c1", "A", "2025-02-05", "40", crm.New)
	m.contract("c2", "A", "2025-02-20", "55", crm.New)
	g := m.compute(DefaultOptions())
	g.parts("submitted T1 2025-02", 10000, 1)
	g.parts("actual T1 2025-02", 4000, 1)
	g.parts("actual T2 2025-02", 5500, 1)
	g.parts("hit_rate T1 2025-02", 1, 1)
	g.parts("deviation T1 2025-02", -500, 10000)
	g.parts("deviation company 2025-02", -500, 10000)
	g.parts("participation T1 2025-02", 1, 1)
	if v := g.at("submitted T2 2025-02"); v.OK {
		t.Errorf("T2 submitted %d", v.Num)
	}
	g.parts("participation T2 2025-02", 0, 0)
}

// R-3.5's last sentence: an amount instead of an index; the later of both; an
// amount over nothing below; a seller promoted since keeps the past forecast.
func TestAmountInsteadOfIndex(t *testing.T) {
	m := newMaker(t, "2025-02-28")
	m.person("M1", crm.Seller, "T1", "", "", "", "2025-02-09")
	m.person("M1", crm.Supervisor, "T1", "", "", "2025-02-10", "")
	m.person("M2", crm.Supervisor, "T2", "", "", "", "")
	m.person("M3", crm.Supervisor, "T3", "", "", "", "")
	m.person("B", crm.Seller, "T2", "", "", "", "")
	m.person("C", crm.Seller, "T3", "", "", "", "")
	m.forecast("2025-02", "M1", "2025-02-03T09:00", "100", "")
	m.forecast("2025-02", "B", "2025-02-03T09:00", "80", "")
	m.forecast("2025-02", "M2", "2025-02-03T10:00", "60", "")
	m.index("2025-02", "T2", "2025-02-03T09:59", "2") // the amount is later
	m.forecast("2025-02", "M3", "2025-02-03T10:00", "50", "")
	m.contract("b", "B", "2025-02-05", "66", crm.New)
	m.contract("c", "C", "2025-02-05", "45", crm.New)
	g := m.compute(DefaultOptions())
	g.parts("submitted M1 2025-02", 10000, 1)
	g.parts("submitted company 2025-02", 18000, 1) // reps only
	g.parts("handed_up T2 2025-02", 6000, 1)
	g.real("implied_index T2 2025-02", ptr(0.75))
	g.parts("handed_up T3 2025-02", 5000, 1)
	g.flags("handed_up T3 2025-02", "amount_without_base")
	g.parts("handed_up company 2025-02", 21000, 1)
	g.flags("handed_up company 2025-02")
	// T2: (66 − 60)/60; T3: C has no forecast, but M3's amount spoke of the team: (45 − 50)/50.
	g.real("deviation T2 2025-02 of=handed_up", ptr(0.1))
	g.real("deviation T3 2025-02 of=handed_up", ptr(-0.1))
	// Company: covered 0 + 66 + 45 of 210.
	g.real("deviation company 2025-02 of=handed_up", ptr(-99.0/210))
	m.index("2025-02", "M2", "2025-02-03T18:00", "0.5") // later than the amount, at the freeze
	m.index("2025-02", "M2", "2025-02-03T18:01", "9")   // after the freeze
	m.compute(DefaultOptions()).parts("handed_up T2 2025-02", 4000, 1)
}

func ptr(x float64) *float64 { return &x }

// typed forecasts are scored by type and together, against the actual
// of their own types.
func TestTypes(t *testing.T) {
	m := newMaker(t, "2025-02-28")
	m.person("A", crm.Seller, "T", "", "", "", "")
	m.person("B", crm.Seller, "T", "", "", "", "")
	m.forecast("2025-02", "A", "2025-02-03T09:00", "50", crm.New)
	m.forecast("2025-02", "A", "2025-02-03T09:00", "20", crm.Renewal)
	m.forecast("2025-02", "B", "2025-02-03T09:00", "10", "")
	m.b.Forecasts[2].SubmittedBy = "M"
	m.contract("1", "A", "2025-02-05", "48", crm.New)
	m.contract("2", "A", "2025-02-05", "30", crm.Renewal)
	m.contract("3", "A", "2025-02-05", "1000", crm.Expansion) // nobody forecast it
	m.contract("4", "B", "2025-02-05", "7", crm.Expansion)
	g := m.compute(DefaultOptions())
	g.parts("submitted A 2025-02", 7000, 1)
	g.parts("submitted T 2025-02 type=new", 5000, 1)
	g.parts("submitted T 2025-02 type=renewal", 2000, 1)
	g.parts("submitted T 2025-02", 8000, 1)
	g.parts("actual T 2025-02", 108500, 1)
	g.parts("actual T 2025-02 type=new", 4800, 1)
	g.parts("deviation A 2025-02", 800, 7000)
	g.parts("deviation T 2025-02", 500, 8000) // 78 + 7 against 80
	g.parts("hit_rate T 2025-02", 0, 2)       // 78 of 70 and 7 of 10 are both off
	g.parts("hit_rate T 2025-02 type=new", 1, 1)
	g.parts("hit_rate T 2025-02 type=renewal", 0, 1)
	g.parts("hit_rate T 2025-02 last=6,type=new", 1, 1)
	g.flags("submitted B 2025-02", "not_by_rep")
	g.absent("handed_up T 2025-02") // nobody gives an index
}

// A running month has what was planned and the actual to date, no score; the
// trailing numbers stand in its slot. Nobody is expected before forecasting
// began, nor after leaving.
func TestRunning(t *testing.T) {
	m := newMaker(t, "2025-03-12")
	m.person("A", crm.Seller, "T", "", "", "", "")
	m.person("B", crm.Seller, "T", "", "", "", "")
	m.spells[1].LeftOn = day(t, "2025-02-28")
	m.forecast("2025-02", "A", "2025-02-03T09:00", "50", "")
	m.forecast("2025-03", "A", "2025-03-03T09:00", "60", "")
	m.contract("1", "A", "2025-02-05", "50", crm.New)
	m.contract("2", "A", "2025-03-05", "30", crm.New)
	g := m.compute(DefaultOptions())
	if v := g.at("submitted T 2025-03"); v.Num != 6000 || !v.Open {
		t.Errorf("submitted %+v", v)
	}
	if v := g.at("actual T 2025-03"); v.Num != 3000 || !v.Open {
		t.Errorf("actual %+v", v)
	}
	g.absent("hit_rate T 2025-03")
	g.absent("wape T 2025-03")
	g.parts("hit_rate T 2025-03 last=6", 1, 1)
	g.parts("hit_rate T 2025-03 last=6,missing=miss", 1, 2)
	g.parts("participation T 2025-03 last=6", 1, 2)
	g.parts("participation T 2025-02", 1, 2)
	g.parts("participation T 2025-03", 1, 1)
	// February's stretch of 2025-03-01…12 (8 working days) is 02-03…02-12: the actual only.
	g.parts("actual T 2025-02~d8", 5000, 1)
	g.absent("submitted T 2025-02~d8")
	g.absent("participation T 2025-01")
	g.absent("participation T 2025-W11") // nobody forecasts weeks
	g.parts("span T 2025-03", 1, 1)
	if v := g.at("mase T 2025-03 last=6"); v.OK { // no history before the window
		t.Errorf("mase %v", v.V)
	}
}

// Targets: a scope's own row stands, else the sum; measures resolve one by one.
func TestTargets(t *testing.T) {
	m := newMaker(t, "2025-02-28")
	m.person("M1", crm.Supervisor, "T1", "", "R", "", "")
	m.person("A", crm.Seller, "T1", "", "R", "", "")
	m.person("B", crm.Seller, "T2", "", "R", "", "")
	m.target("2025-02", "A", "new_amount", "100")
	m.target("2025-02", "A", "renewal_amount", "40")
	m.target("2025-02", "A", "visits", "999")
	m.target("2025-02", "B", "new_amount", "30")
	m.target("2025-02", "M1", "new_amount", "120") // the leader's id is the unit
	m.contract("1", "A", "2025-02-05", "80", crm.New)
	m.contract("2", "B", "2025-02-05", "15", crm.New)
	m.contract("3", "B", "2025-02-05", "99", crm.Renewal)
	delete(m.b.Tables, "forecasts")
	g := m.compute(DefaultOptions())
	g.parts("target A 2025-02", 14000, 1)
	g.parts("target R/T1 2025-02", 16000, 1) // own 120 new, A's 40 renewal
	g.parts("target R/T2 2025-02", 3000, 1)
	g.parts("target R 2025-02", 19000, 1)
	g.parts("attainment B 2025-02", 1500, 3000) // only new has a target
	g.flags("attainment B 2025-02", "new_only")
	g.parts("attainment R 2025-02", 19400, 19000)
	g.flags("attainment R 2025-02")
	m.target("2025-02", "R", "amount", "1000")
	m.compute(DefaultOptions()).parts("target company 2025-02", 100000, 1)
}

// MASE of months takes the same month a year before once two years are known.
func TestSeasonalScale(t *testing.T) {
	m := newMaker(t, "2025-02-28")
	m.person("A", crm.Seller, "T", "", "", "", "")
	// 2022-11 … 2025-01: 27 months before a window of one. Even months 100, odd
	// ones 300; the second and third year 10 more than the year before: the
	// lag-12 scale is 10 where the lag-1 scale is about 200.
	for i := range 27 {
		p := day(t, "2022-11-10").AddMonths(i)
		_, month, _ := p.Civil()
		m.contract(fmt.Sprint(i), "A", p.String(), fmt.Sprint(100+200*(month%2)+10*(i/12)), crm.New)
	}
	m.contract("now", "A", "2025-02-10", "125", crm.New)
	m.forecast("2025-02", "A", "2025-02-03T09:00", "100", "")
	o := DefaultOptions()
	o.TrailingMonths = 1
	m.compute(o).real("mase A 2025-02 last=1", ptr(2.5)) // 25 / 10
}

// An index and an amount at the same instant: the amount stands.
func TestIndexAndAmountTogether(t *testing.T) {
	m := newMaker(t, "2025-02-28")
	m.person("M", crm.Supervisor, "T", "", "", "", "")
	m.person("A", crm.Seller, "T", "", "", "", "")
	m.forecast("2025-02", "A", "2025-02-03T09:00", "80", "")
	m.forecast("2025-02", "M", "2025-02-03T10:00", "60", "")
	m.index("2025-02", "M", "2025-02-03T10:00", "2")
	m.compute(DefaultOptions()).parts("handed_up T 2025-02", 6000, 1)
}

// As of Saturday the 1st the month's freeze (Monday the 3rd) is still to come:
// who is missing is not known yet.
func TestBeforeTheFreeze(t *testing.T) {
	m := newMaker(t, "2025-03-01")
	m.person("A", crm.Seller, "T", "", "", "", "")
	m.person("B", crm.Seller, "T", "", "", "", "")
	m.forecast("2025-03", "A", "2025-02-28T09:00", "60", "")
	g := m.compute(DefaultOptions())
	g.parts("submitted T 2025-03", 6000, 1)
	g.absent("participation T 2025-03")
	g.absent("late_only T 2025-03")
}

// The lists: worst first by the amount missed; a unit's row stands under its
// leader, so that it shows at the unit and above and at nobody else.
func TestLists(t *testing.T) {
	m := newMaker(t, "2025-02-28")
	m.person("M", crm.Supervisor, "T", "", "", "", "")
	m.person("A", crm.Seller, "T", "", "", "", "")
	m.person("B", crm.Seller, "T", "", "", "", "")
	m.person("C", crm.Seller, "T", "", "", "", "")
	for rep, f := range map[string]string{"A": "100", "B": "1000", "C": "50"} {
		m.forecast("2025-02", rep, "2025-02-03T09:00", f, "")
		m.forecast("2025-01", rep, "2025-01-01T09:00", f, "")
	}
	m.index("2025-02", "T", "2025-02-03T09:00", "0.1")
	for _, month := range []string{"2025-01", "2025-02"} {
		m.contract("a"+month, "A", month+"-10", "150", crm.New) // +50 each month
		m.contract("b"+month, "B", month+"-10", "700", crm.New) // −300
		m.contract("c"+month, "C", month+"-10", "51", crm.New)  // within 10 %
	}
	g := m.compute(DefaultOptions())
	name := func(n int64) string { return m.b.Org.Nodes[n].ID }
	var off []string
	for _, r := range g.res.Lists[0].Rows {
		off = append(off, name(r.Cells[0].Num))
	}
	// B misses 600 over the two months, the team 498 (1802 of 2300), A 100.
	if fmt.Sprint(off) != "[B T A]" {
		t.Errorf("who is off: %v", off)
	}
	if len(g.res.Lists) != 2 || len(g.res.Lists[1].Rows) != 1 {
		t.Fatalf("%d lists", len(g.res.Lists))
	}
	r := g.res.Lists[1].Rows[0]
	// January 1150 handed up, February 115, both against 901.
	if c := r.Cells; name(c[0].Num) != "T" || c[1].Num != 126500 || c[2].Num != 180200 ||
		c[3] != (measure.Cell{Num: 53700, Den: 126500}) || c[4].Num != 2 || c[5].Num != 2 {
		t.Errorf("confidence off: %+v", c)
	}
	var scopes []string
	for _, n := range m.b.Org.Path(r.Leaf) {
		scopes = append(scopes, name(int64(n)))
	}
	if fmt.Sprint(scopes) != "[M T company]" {
		t.Errorf("the team's row is listed under %v", scopes)
	}
}
