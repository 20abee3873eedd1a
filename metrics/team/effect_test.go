package team

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
)

// The pooled sums of the case: 0.15 − 0.0833 − (0.1167 − 0.1167).
func TestCoachingEffectOfTheCase(t *testing.T) {
	_, want := example(t)
	groups := map[string]Windows{}
	for _, r := range casetest.CSV(t, exampleCase, "effect.csv") {
		n := func(column string) int64 {
			x, err := strconv.ParseInt(r[column], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		groups[r["group"]] = groups[r["group"]].Plus(Windows{
			Yield{n("valid_before"), n("signings_before") * int64(crm.One)}, Yield{n("valid_after"), n("signings_after") * int64(crm.One)}})
	}
	w := want.Effect
	for _, c := range []struct {
		what string
		Yield
		want float64
	}{
		{"coached before", groups["coached"].Before, w.CoachedBefore}, {"coached after", groups["coached"].After, w.CoachedAfter},
		{"control before", groups["not"].Before, w.ControlBefore}, {"control after", groups["not"].After, w.ControlAfter},
	} {
		got, ok := c.rate()
		if !ok {
			t.Errorf("%s has no rate", c.what)
		}
		casetest.Near(t, c.what, got, c.want)
	}
	got, ok := did(groups["coached"], groups["not"])
	if !ok {
		t.Fatal("no effect")
	}
	casetest.Near(t, "difference in differences", got, w.DID)
	if _, ok := did(groups["coached"], Windows{Before: Yield{Valid: 1}}); ok {
		t.Error("a window without a valid visit has an effect")
	}
	for _, d := range effectDefinitions() {
		if d.Better != "none" {
			t.Errorf("%s says that %s is better: it would be coloured", d.ID, d.Better)
		}
	}
}

// 20 working days around Wednesday 15 May 2024: 14 to 1 May are ten, 30 to 17
// April the others; 16 May to 12 June. With 1 to 3 May off and Sunday 28 April
// and Saturday 11 May worked for them: 15 April.
func TestAround(t *testing.T) {
	plain := crm.NewCalendar(nil, nil, nil)
	holidays := crm.NewCalendar(nil, []crm.CalendarDay{{Date: day("2024-05-01")}, {Date: day("2024-05-02")}, {Date: day("2024-05-03")},
		{Date: day("2024-04-28"), Workday: true}, {Date: day("2024-05-11"), Workday: true}}, nil)
	for _, c := range []struct {
		c           *crm.Calendar
		first, last string
	}{{plain, "2024-04-17", "2024-06-12"}, {holidays, "2024-04-16", "2024-06-12"}} {
		if s := around(c.c, "", day("2024-05-15"), 20); s.first.String() != c.first || s.last.String() != c.last {
			t.Errorf("windows %s to %s, want %s to %s", s.first, s.last, c.first, c.last)
		}
	}
	for _, c := range []struct {
		anchors []string
		want    string
	}{
		{[]string{"2024-05-15"}, "2024-05-15"},
		{[]string{"2024-05-17", "2024-05-15", "2024-05-16"}, "2024-05-16"},
		{[]string{"2024-05-20", "2024-05-15"}, "2024-05-15"},               // not the 17th and a half
		{[]string{"2024-05-20", "2024-05-18", "2024-05-18"}, "2024-05-20"}, // a Saturday
	} {
		var ds []crm.Date
		for _, s := range c.anchors {
			ds = append(ds, day(s))
		}
		if got := middle(plain, "", ds); got.String() != c.want {
			t.Errorf("the middle of %v is %s, want %s", c.anchors, got, c.want)
		}
	}
}

// The effect of a quarter by hand. R1 is coached on 15 May (windows 17 April to
// 12 June), R2 on the 16th (18 April to 13 June), so that R3 has R1's windows.
// Coached: 5 valid visits and 1 signing before, 6 and 3 after; R3: 2 and 1
// before and after. 3/6 − 1/5 − (1/2 − 1/2) = 0.3. R4's window is not over, R5
// was coached inside R3's windows but before the quarter of the question.
func TestCoachingEffect(t *testing.T) {
	d := &draft{}
	for i := range 5 {
		d.seller(fmt.Sprintf("R%d", i+1), "T1", "2020-01-01")
	}
	valid := func(rep string, days ...string) {
		for i, on := range days {
			d.visit(rep, fmt.Sprintf("%s of %d", rep, i), on+"T10:00")
		}
	}
	signed := func(rep string, days ...string) {
		for _, on := range days {
			d.sign(rep+on, rep, rep+on, on)
		}
	}
	d.coach("R1", "2024-05-15", "M", "x")
	d.coach("R1", "2024-05-28", "M", "x") // not the first
	valid("R1", "2024-04-16", "2024-04-17", "2024-04-20", "2024-05-06", "2024-05-14", "2024-05-15", "2024-05-16", "2024-05-20", "2024-06-01", "2024-06-12", "2024-06-13")
	d.visit("R1", "R1 of 1", "2024-04-17T16:00") // the same customer that day again
	d.visit("R1", "R1 of 9", "2024-06-11T16:00").Audit = crm.AuditFailed
	d.visit("R1", "R1 of 9", "2024-06-10T16:00").Met = crm.RoleUnknown
	signed("R1", "2024-04-16", "2024-05-13", "2024-05-15", "2024-05-17", "2024-06-12", "2024-06-13")
	d.sign("again", "R1", "R12024-06-12", "2024-06-12") // the same customer again
	d.sign("renewed", "R1", "R1 of 1", "2024-06-12").Type = crm.Renewal
	d.visit("R2", "R2 of 9", "2024-05-16T09:00").Coach = d.rep("M")
	valid("R2", "2024-04-17", "2024-04-18", "2024-06-07", "2024-06-13", "2024-06-14")
	signed("R2", "2024-05-16", "2024-06-13")
	valid("R3", "2024-04-17", "2024-05-14", "2024-05-16", "2024-06-12", "2024-06-13")
	signed("R3", "2024-04-17", "2024-06-12")
	d.coach("R4", "2024-06-24", "M", "x")
	valid("R4", "2024-06-21", "2024-06-25")
	d.coach("R5", "2024-03-29", "M", "x")
	valid("R5", "2024-04-18", "2024-05-18")
	b := d.done("2024-06-30")
	g := compute(t, b)
	v := g.at("coaching_effect", "company", "2024-Q2", "")
	before, after := 1.0/3, 1.0/3 // of those not coached
	casetest.Near(t, "effect", v.V, 3.0/6-1.0/5-(after-before))
	if v.N != 2 || !v.Open || v.CI != nil || !slices.Equal(v.Flags, []string{"immature", "not_causal", "too_few"}) {
		t.Errorf("%+v", v)
	}
	rate := func(period, key string, num, den, n int64) {
		t.Helper()
		g.ratio("coaching_rates", "company", period, key, num, den)
		if v := g.at("coaching_rates", "company", period, key); v.N != n {
			t.Errorf("%s: of %d reps, want %d", key, v.N, n)
		}
	}
	rate("2024-Q2", "group=coached,window=before", 1, 5, 2)
	rate("2024-Q2", "group=coached,window=after", 3, 6, 2)
	rate("2024-Q2", "group=control,window=before", 1, 3, 2)
	rate("2024-Q2", "group=control,window=after", 1, 3, 2)
	rate("2024-05", "group=control,window=before", 1, 3, 3) // R4 too, who was coached in June
	// In June R4 alone was coached, and the window still runs: no data.
	if v := g.at("coaching_effect", "company", "2024-06", ""); v.OK || v.N != 0 || !v.Open {
		t.Errorf("June: %+v", v)
	}
	// Coached inside the windows, though not in May, R5 is no control of May.
	b.Coaching[len(b.Coaching)-1].Date = day("2024-04-17")
	g = compute(t, b)
	rate("2024-05", "group=control,window=before", 1, 2, 2)
	// Visits from 18 April on do not cover the windows that begin on the 17th:
	// R2's alone do.
	b.Visits = slices.DeleteFunc(b.Visits, func(v crm.Visit) bool { return v.At.Date() < day("2024-04-18") })
	g = compute(t, b)
	rate("2024-Q2", "group=coached,window=before", 0, 1, 1)
}
