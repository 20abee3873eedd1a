package forecast

import (
	"fmt"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// a week of the path ends at 24:00 of its seventh day, inclusive; the
// last with the period; none before the freeze.
func TestCuts(t *testing.T) {
	m := newMaker(t, "2025-12-31")
	golden := []crm.CalendarDay{}
	for d := day(t, "2025-10-01"); d <= day(t, "2025-10-08"); d++ {
		golden = append(golden, crm.CalendarDay{Date: d})
	}
	cal := crm.NewCalendar(nil, golden, nil)
	for _, c := range []struct {
		period string
		want   []string
	}{
		{"2025-02", []string{"2025-02-03T18:00", "2025-02-08T00:00", "2025-02-15T00:00", "2025-02-22T00:00", "2025-03-01T00:00"}},
		{"2025-04", []string{"2025-04-01T18:00", "2025-04-08T00:00", "2025-04-15T00:00", "2025-04-22T00:00", "2025-04-29T00:00", "2025-05-01T00:00"}},
		// The first working day of October is the 9th: the first week ended before.
		{"2025-10", []string{"2025-10-09T18:00", "2025-10-09T18:00", "2025-10-15T00:00", "2025-10-22T00:00", "2025-10-29T00:00", "2025-11-01T00:00"}},
	} {
		var got []string
		for _, s := range DefaultOptions().cuts(cal, m.period(c.period)) {
			got = append(got, s.String())
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", c.period, got, c.want)
		}
	}
	// 90 days are 12 weeks and 6 days, 92 are 13 and one.
	for quarter, want := range map[string]int{"2025-Q1": 13, "2025-Q2": 13, "2025-Q3": 14, "2025-Q4": 14} {
		cuts := DefaultOptions().cuts(cal, m.period(quarter))
		if weeks(m.period(quarter)) != want || len(cuts) != want+1 || cuts[want] != m.period(quarter).End.At() {
			t.Errorf("%s: %d cuts, the last %s", quarter, len(cuts), cuts[len(cuts)-1])
		}
	}
}

// Two reps in February 2025 (freeze Monday the 3rd, 18:00), each forecasting 100
// and signing 60: the submission in force at the end of each week.
func TestRevisedAccuracy(t *testing.T) {
	m := newMaker(t, "2025-03-09")
	m.person("A", crm.Seller, "T", "", "", "", "")
	m.person("B", crm.Seller, "T", "", "", "", "")
	m.person("New", crm.Seller, "T", "", "", "2025-02-10", "")
	m.forecast("2025-02", "A", "2025-02-03T18:00", "100", "")
	m.forecast("2025-02", "B", "2025-02-03T18:00", "100", "")
	m.forecast("2025-02", "A", "2025-02-08T00:00", "90", "")   // 24:00 of the first week
	m.forecast("2025-02", "B", "2025-02-08T00:01", "80", "")   // of the second
	m.forecast("2025-02", "New", "2025-02-20T09:00", "20", "") // joined after the freeze
	m.forecast("2025-02", "A", "2025-02-26T09:00", "61", "")
	m.forecast("2025-02", "A", "2025-03-01T00:01", "60", "") // the month is over
	m.contract("a", "A", "2025-02-05", "60", crm.New)
	m.contract("b", "B", "2025-02-25", "60", crm.New)
	m.contract("n", "New", "2025-02-25", "30", crm.New)
	g := m.compute(DefaultOptions())
	for week, w := range []struct{ num, den, n int64 }{
		{12000 - 8000, 12000, 2}, // 200 of 120
		{12000 - 7000, 12000, 2}, // 90 + 100
		{12000 - 5000, 12000, 2}, // 90 + 80
		{15000 - 4000, 15000, 3}, // 90 + 80 + 20 of 150
		{15000 - 1100, 15000, 3}, // 61 + 80 + 20
	} {
		for _, scope := range []string{"T", "company"} { // New's in the team, not in (unassigned)
			name := fmt.Sprintf("revised_accuracy %s 2025-02 week=%d", scope, week)
			g.parts(name, w.num, w.den)
			if v := g.at(name); v.N != w.n || v.Open {
				t.Errorf("%s: %+v", name, v)
			}
		}
	}
	g.absent("revised_accuracy T 2025-02 week=5")
	// The score is what it was, and a running month has no path.
	g.parts("accuracy T 2025-02", 4000, 12000)
	g.parts("submitted T 2025-02", 20000, 1)
	g.parts("hit_rate T 2025-02", 0, 2)
	m.forecast("2025-03", "A", "2025-03-03T09:00", "10", "")
	m.forecast("2025-W09", "A", "2025-02-24T09:00", "10", "")
	g = m.compute(DefaultOptions())
	g.absent("revised_accuracy T 2025-03 week=0")
	g.absent("revised_accuracy T 2025-W09 week=0")
}

// A revision by type changes that type alone; in a currency without a rate it
// is nothing, with a warning; a transfer keeps the path in the unit of the freeze.
func TestRevisedTypes(t *testing.T) {
	m := newMaker(t, "2025-03-09")
	m.person("A", crm.Seller, "T1", "", "", "", "2025-02-09")
	m.person("A", crm.Seller, "T2", "", "", "2025-02-10", "")
	m.forecast("2025-02", "A", "2025-02-03T09:00", "50", crm.New)
	m.forecast("2025-02", "A", "2025-02-03T09:00", "20", crm.Renewal)
	m.forecast("2025-02", "A", "2025-02-12T09:00", "40", crm.New)
	m.forecast("2025-02", "A", "2025-02-18T09:00", "25", crm.Renewal)
	m.forecast("2025-02", "A", "2025-02-25T09:00", "30", crm.New)
	m.b.Forecasts[4].Amount.Currency = "XXX"
	m.contract("1", "A", "2025-02-05", "40", crm.New)
	m.contract("2", "A", "2025-02-20", "30", crm.Renewal)
	m.contract("3", "A", "2025-02-20", "999", crm.Expansion)
	g := m.compute(DefaultOptions())
	for week, w := range [][2]int64{{7000, 7000}, {7000, 7000}, {6000, 7000}, {6500, 7000}, {2500, 3000}} {
		// 70 of 70, twice; 40 + 20; 40 + 25; 25 of the renewals' 30.
		g.parts(fmt.Sprintf("revised_accuracy T1 2025-02 week=%d", week), w[0], w[1])
	}
	g.absent("revised_accuracy T2 2025-02 week=4")
	if len(g.res.Warnings) != 1 || g.res.Warnings[0].Code != "forecast_without_rate" || g.res.Warnings[0].N != 1 {
		t.Errorf("warnings %+v", g.res.Warnings)
	}
}

// Who is scored in (unassigned), for want of a row at the freeze, stays there.
func TestPathStaysWithTheScore(t *testing.T) {
	m := newMaker(t, "2025-03-09")
	m.person("A", crm.Seller, "T", "", "", "2025-02-10", "")
	m.forecast("2025-02", "A", "2025-02-03T09:00", "50", "")
	m.forecast("2025-02", "A", "2025-02-12T09:00", "80", "")
	m.contract("1", "A", "2025-02-20", "100", crm.New)
	g := m.compute(DefaultOptions())
	g.parts("accuracy (unassigned) 2025-02", 5000, 10000)
	g.parts("revised_accuracy (unassigned) 2025-02 week=1", 5000, 10000)
	g.parts("revised_accuracy (unassigned) 2025-02 week=2", 8000, 10000)
	g.absent("revised_accuracy T 2025-02 week=2")
}

// The path of a quarter nets reps as the score does; 2024-Q4 has 14 weeks.
func TestRevisedQuarter(t *testing.T) {
	m := newMaker(t, "2025-01-12")
	m.person("A", crm.Seller, "T", "", "", "", "")
	m.person("B", crm.Seller, "T", "", "", "", "")
	m.forecast("2024-Q4", "A", "2024-10-01T09:00", "100", "")
	m.forecast("2024-Q4", "B", "2024-10-01T09:00", "50", "")
	m.forecast("2024-Q4", "B", "2024-12-31T12:00", "90", "")
	m.contract("1", "A", "2024-11-05", "60", crm.New)
	m.contract("2", "B", "2024-12-20", "90", crm.New)
	g := m.compute(DefaultOptions())
	g.parts("revised_accuracy T 2024-Q4 week=0", 15000, 15000) // 150 of 150
	g.parts("revised_accuracy T 2024-Q4 week=13", 15000, 15000)
	g.parts("revised_accuracy T 2024-Q4 week=14", 15000-4000, 15000) // revising one makes the total worse
	g.absent("revised_accuracy T 2024-Q4 week=15")
}

// 2|e|/(|A|+|F|): none, half, all; over and under by the same are not the same.
func TestSmape(t *testing.T) {
	for _, c := range []struct {
		rows []pair
		want float64
		ok   bool
	}{
		{nil, 0, false},
		{[]pair{{0, 0}}, 0, true},
		{[]pair{{5, 5}}, 0, true},
		{[]pair{{5, 0}}, 2, true},
		{[]pair{{0, 5}}, 2, true},
		{[]pair{{100, 60}}, 0.5, true}, // 2·40/160
		{[]pair{{60, 100}, {0, 0}}, 0.25, true},
		{[]pair{{5, -5}}, 2, true}, // never above 2, never divided by 0
	} {
		if got, ok := measure.Mean(symmetric(c.rows)); ok != c.ok || ok && got != c.want {
			t.Errorf("%v: %v %v, want %v", c.rows, got, ok, c.want)
		}
	}
}
