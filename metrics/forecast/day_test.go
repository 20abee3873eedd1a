package forecast

import (
	"fmt"
	"strings"
	"testing"

	"crmreport/ingest/crm"
)

// a day freezes at 24:00 of the day before, inclusive, to the second.
func TestDayFreeze(t *testing.T) {
	late := DefaultOptions()
	late.DayFreeze = 20 * 60
	for _, c := range []struct {
		o      Options
		at     string
		plus   crm.Stamp // seconds
		counts bool
	}{
		{DefaultOptions(), "2025-03-03T18:00", 0, true},
		{DefaultOptions(), "2025-03-03T23:59", 59, true},
		{DefaultOptions(), "2025-03-04T00:00", 0, true},
		{DefaultOptions(), "2025-03-04T00:00", 1, false},
		{DefaultOptions(), "2025-03-04T00:01", 0, false},
		{late, "2025-03-03T20:00", 0, true},
		{late, "2025-03-03T20:00", 1, false},
		{late, "2025-03-04T00:00", 0, false},
	} {
		m := newMaker(t, "2025-03-05")
		m.person("A", crm.Seller, "T", "", "", "", "")
		m.daily("2025-03-04", "A", c.at, "50", "")
		m.b.Forecasts[0].At += c.plus
		m.contract("1", "A", "2025-03-04", "50", crm.New)
		g := m.compute(c.o)
		// Expected on the 4th and 5th, working days from the first forecast on.
		counted := int64(0)
		if c.counts {
			counted = 1
		}
		g.parts("participation A 2025-03 horizon=day", counted, 2)
		g.parts("hit_rate A 2025-03 horizon=day,missing=miss", counted, 2)
		if !c.counts {
			g.absent("hit_rate A 2025-03 horizon=day")
		}
	}
}

// Two reps, three days:
//
//	        3rd          4th            5th        together
//	A    50 → 55 hit  100 → 89 miss  0 → 0 hit   150 → 144
//	B    30 → 25 miss  late → 70     none         30 → 25
//	T    80 → 80      100 → 89       0 → 0       180 → 169
func TestDayForecasts(t *testing.T) {
	m := newMaker(t, "2025-03-05")
	m.person("A", crm.Seller, "T", "", "", "", "")
	m.person("B", crm.Seller, "T", "", "", "", "")
	m.person("M", crm.Supervisor, "T", "", "", "", "")
	m.daily("2025-03-03", "A", "2025-03-01T09:00", "70", "")
	m.daily("2025-03-03", "A", "2025-03-02T20:00", "50", "")
	m.daily("2025-03-03", "B", "2025-03-02T19:00", "40", "")
	m.daily("2025-03-03", "B", "2025-03-02T19:00", "30", "") // the same instant: the later row
	m.daily("2025-03-04", "A", "2025-03-04T00:00", "100", "")
	m.daily("2025-03-04", "B", "2025-03-04T08:00", "70", "") // late
	m.daily("2025-03-05", "A", "2025-03-04T20:00", "0", "")
	m.daily("2025-03-06", "A", "2025-03-05T20:00", "500", "") // to come
	m.daily("2025-03-04", "M", "2025-03-03T20:00", "170", "") // a unit's
	m.contract("1", "A", "2025-03-03", "55", crm.New)
	m.contract("2", "A", "2025-03-04", "89", crm.Renewal)
	m.contract("3", "B", "2025-03-03", "25", crm.New)
	m.contract("4", "B", "2025-03-04", "70", crm.New)
	g := m.compute(DefaultOptions())
	for _, scope := range []string{"T", "company"} {
		for _, period := range []string{"2025-W10", "2025-03", "2025-Q1", "2025"} {
			at := func(metric, more string) string { return metric + " " + scope + " " + period + " horizon=day" + more }
			g.parts(at("hit_rate", ""), 2, 4)
			g.parts(at("hit_rate", ",missing=miss"), 2, 6)
			g.parts(at("participation", ""), 4, 6)
			g.parts(at("deviation", ""), -1100, 18000)
			g.parts(at("bias", ""), -1100, 18000)
			g.parts(at("wape", ""), 2100, 16900)           // 5 + 11 + 0 + 5
			g.parts(at("accuracy", ""), 16900-1100, 16900) // 0 + 11 + 0: reps net, days do not
			g.parts(at("ape_total", ""), 1100, 16900)
			if v := g.at(at("hit_rate", "")); !v.Open || v.CI == nil || v.Method != "wilson" {
				t.Errorf("hit rate of %s in %s: %+v", scope, period, v)
			}
		}
	}
	g.parts("accuracy A 2025-03 horizon=day", 14400-1600, 14400) // 5 + 11
	g.parts("hit_rate B 2025-03 horizon=day", 0, 1)
	g.parts("participation B 2025-03 horizon=day", 1, 3)
	codes := map[string]int64{}
	for _, w := range g.res.Warnings {
		codes[w.Code] = w.N
	}
	if len(codes) != 2 || codes["forecast_unit_day"] != 1 || codes["forecast_duplicate_instant"] != 1 {
		t.Errorf("warnings %v", codes)
	}
	// Nobody forecast before, and nobody forecasts periods.
	for k := range g.values {
		if strings.Contains(k, "2025-02") && strings.Contains(k, "horizon") || strings.Contains(k, "submitted") {
			t.Errorf("%s", k)
		}
	}
	// Three weeks later the week is over and final, with the 500 of the 6th that
	// came to nothing; the month is not.
	m.b.AsOf = day(t, "2025-03-26")
	g = m.compute(DefaultOptions())
	if v := g.at("hit_rate T 2025-W10 horizon=day"); v.Open || v.Num != 2 || v.Den != 5 {
		t.Errorf("a closed week: %+v", v)
	}
	// 3 to 26 March are 18 working days of two reps.
	g.parts("participation T 2025-03 horizon=day", 5, 36)
	g.parts("participation T 2025-W13 horizon=day", 0, 6)
	g.parts("hit_rate T 2025-W13 horizon=day,missing=miss", 0, 6)
	g.absent("wape T 2025-W13 horizon=day")
}

// Who is expected: sellers on the working days of their own roster while they
// are employed, and who forecast a day off all the same.
func TestExpectedRepDays(t *testing.T) {
	m := newMaker(t, "2025-03-09") // a Sunday
	m.person("A", crm.Seller, "T1", "", "", "", "2025-03-05")
	m.person("A", crm.Seller, "T2", "", "", "2025-03-06", "")
	m.person("B", crm.Seller, "T1", "", "", "", "")
	m.person("C", crm.Seller, "T2", "", "", "", "")
	m.spells[2].LeftOn = day(t, "2025-03-04")
	m.spells[3].HiredOn = day(t, "2025-03-07")
	a := m.b.Reps.Number("A")
	m.roster = []crm.RosterDay{{Rep: a, Date: day(t, "2025-03-04")}} // leave
	for d := day(t, "2025-03-03"); d <= day(t, "2025-03-08"); d++ {  // Monday to Saturday, the leave too
		m.daily(d.String(), "A", (d-1).String()+"T20:00", "10", "")
	}
	m.contract("1", "A", "2025-03-05", "10", crm.New)
	m.contract("2", "A", "2025-03-06", "11", crm.New)
	g := m.compute(DefaultOptions())
	// A: six days submitted, three in each team (3, 4, 5 and 6, 7, 8 March); B: the
	// 3rd and 4th, then left; C: the 7th.
	g.parts("participation A 2025-W10 horizon=day", 6, 6)
	g.parts("participation T1 2025-W10 horizon=day", 3, 5)
	g.parts("participation T2 2025-W10 horizon=day", 3, 4)
	g.parts("participation company 2025-W10 horizon=day", 6, 9)
	g.parts("deviation T1 2025-W10 horizon=day", -2000, 3000)
	g.parts("deviation T2 2025-W10 horizon=day", -1900, 3000)
	g.parts("hit_rate T2 2025-W10 horizon=day", 1, 3)
	g.absent("participation (left) 2025-W10 horizon=day")
	// On leave and silent, A is not expected: the 3rd, 5th, 6th and 7th are left.
	keep := m.b.Forecasts[:0]
	for _, f := range m.b.Forecasts {
		if f.Day == day(t, "2025-03-03") {
			keep = append(keep, f)
		}
	}
	m.b.Forecasts = keep
	m.compute(DefaultOptions()).parts("participation A 2025-W10 horizon=day", 1, 4)
	// Without rows of reps nobody knows who was expected.
	m.spells = nil
	g = m.compute(DefaultOptions())
	g.parts("hit_rate company 2025-W10 horizon=day", 0, 1)
	g.absent("hit_rate company 2025-W10 horizon=day,missing=miss")
	g.absent("participation company 2025-W10 horizon=day")
}

// A seller promoted on the 4th whose old row was left open sells no more: a day
// is expected in the leaf it is credited to, or not at all.
func TestOverlappingRows(t *testing.T) {
	m := newMaker(t, "2025-03-05")
	m.person("A", crm.Seller, "T1", "", "", "", "")
	m.person("A", crm.Supervisor, "T2", "", "", "2025-03-04", "")
	m.daily("2025-03-03", "A", "2025-03-02T20:00", "10", "")
	m.contract("1", "A", "2025-03-03", "10", crm.New)
	g := m.compute(DefaultOptions())
	g.parts("hit_rate company 2025-03 horizon=day,missing=miss", 1, 1)
	g.parts("participation T1 2025-03 horizon=day", 1, 1)
	g.absent("participation T2 2025-03 horizon=day")
}

// a day forecast by type meets the actual of its own types.
func TestDayTypes(t *testing.T) {
	m := newMaker(t, "2025-03-05")
	m.person("A", crm.Seller, "T", "", "", "", "")
	m.daily("2025-03-04", "A", "2025-03-03T20:00", "10", crm.New)
	m.daily("2025-03-04", "A", "2025-03-03T20:00", "5", crm.Renewal)
	m.contract("1", "A", "2025-03-04", "9", crm.New)
	m.contract("2", "A", "2025-03-04", "100", crm.Expansion) // nobody forecast it
	g := m.compute(DefaultOptions())
	g.parts("deviation A 2025-03 horizon=day", 900-1500, 1500)
	g.parts("hit_rate A 2025-03 horizon=day", 0, 1)
}

// No day forecast, nothing of days; late ones alone begin the expectation.
func TestNoDayForecasts(t *testing.T) {
	m := newMaker(t, "2025-03-05")
	m.person("A", crm.Seller, "T", "", "", "", "")
	m.forecast("2025-03", "A", "2025-03-03T09:00", "10", "")
	m.contract("1", "A", "2025-03-04", "9", crm.New)
	for k := range m.compute(DefaultOptions()).values {
		if strings.Contains(k, "horizon") {
			t.Errorf("%s without day forecasts", k)
		}
	}
	m.daily("2025-03-05", "A", "2025-03-05T12:00", "10", "")
	m.compute(DefaultOptions()).parts("participation company 2025-03 horizon=day", 0, 1)
}

// The last working days of 2025-03 against the same of 2025-02.
func TestDaysOfTheComparableStretch(t *testing.T) {
	m := newMaker(t, "2025-03-05") // three working days of March: 3 to 5 February
	m.person("A", crm.Seller, "T", "", "", "", "")
	for d := day(t, "2025-02-03"); d <= day(t, "2025-02-06"); d++ {
		m.daily(d.String(), "A", (d-1).String()+"T20:00", "10", "")
		m.contract(fmt.Sprint(d), "A", d.String(), "10", crm.New)
	}
	g := m.compute(DefaultOptions())
	g.parts("hit_rate A 2025-02~d3 horizon=day", 3, 3)
	// The whole of February, from the 3rd on, has 20 working days.
	g.parts("hit_rate T 2025-02 horizon=day,missing=miss", 4, 20)
}
