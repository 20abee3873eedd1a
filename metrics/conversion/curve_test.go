package conversion

import (
	"fmt"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

// courseDraft is half a year of signings with a team of five days a week and one of
// six. By Wednesday 12 March 2025 there were 8 working days, 10 with Saturdays. Of each
// month before 4 customers sign, so many of them by the 8th working day (the first on
// the day given, the others on the 8th itself) and the others the day after.
func courseDraft(first string) *draft {
	d := &draft{sixDay: []string{"six"}}
	d.stay("R5", "T5", "", "").Region = "five"
	d.stay("R6", "T6", "", "").Region = "six"
	for i, m := range []struct {
		eighth string
		early  int
	}{{"2024-09-11", 1}, {"2024-10-10", 1}, {"2024-11-12", 2}, {"2024-12-11", 2}, {"2025-01-10", 3}, {"2025-02-12", 0}} {
		for j := range 4 {
			on := day(m.eighth)
			if j >= m.early {
				on++
			}
			if i == 0 && j == 0 {
				on = day(first)
			}
			d.sign(fmt.Sprintf("K%d%d", i, j), "R5", fmt.Sprintf("C%d%d", i, j), on.String())
		}
	}
	// Again in September, which is no further signing of the month; void; renewed.
	d.sign("K7", "R5", "C00", "2024-09-30")
	d.sign("K8", "R5", "C8", "2024-09-30").Status = crm.ContractVoid
	d.sign("K9", "R5", "C9", "2024-09-30").Type = crm.Renewal
	for i := range 3 {
		d.sign(fmt.Sprint("N", i), "R6", fmt.Sprint("N", i), "2025-03-04")
	}
	d.target("2025-03", "company", "new_customers", "8")
	d.target("2025-03", "R6", "new_customers", "8")
	d.target("2025-03", "company", "visits", "100")
	d.visit("R5", "C00", "2025-03-03T09:00")
	return d
}

// the shares by the 8th working day are ¼, ¼, ½, ½, ¾ and 0, their median
// (¼ + ½)/2 = 3/8: of a target of 8, 3 are due, and 3 signed by now lead to 8. By the
// 10th day, Saturdays included, the day after the 8th was over in September, October,
// December and January: 1, 1, ½, 1, 1 and 0, median 1. The linear pace stays.
func TestPaceByHistory(t *testing.T) {
	const month, pace = "2025-03", "conversion.pace_signings"
	g, _ := compute(t, courseDraft("2024-09-02").done("2025-03-12"))
	lo, hi := measure.Garwood(3)
	for _, c := range []struct {
		scope     string
		pace, due float64
	}{{"company", 1, 3}, {"R6", 3. / 8, 8}} {
		v := g.keyed(pace, c.scope, month, CurveKey)
		casetest.Near(t, c.scope, v.V, c.pace)
		casetest.Near(t, c.scope+" terms", float64(v.Num)/float64(v.Den), c.pace)
		casetest.Near(t, c.scope+" lower", v.CI.Lo.V, lo/c.due)
		casetest.Near(t, c.scope+" upper", v.CI.Hi.V, hi/c.due)
		if !has(v, "curve") || has(v, "linear") || !v.Open || !has(g.at(pace, c.scope, month), "linear") {
			t.Errorf("%s: %v", c.scope, v.Flags)
		}
	}
	casetest.Near(t, "due", g.keyed("conversion.pace_due_signings", "company", month, CurveKey).V, 3)
	casetest.Near(t, "projection", g.keyed("conversion.pace_projection_signings", "company", month, CurveKey).V, 8)
	casetest.Near(t, "linear due", g.at("conversion.pace_due_signings", "company", month).V, 8*8./21)
	for _, a := range []address{
		{"conversion.pace_due_signings", "R6", month, CurveKey},         // of reps the pace alone
		{"conversion.pace_visits", "company", month, CurveKey},          // of which there is no history
		{"conversion.pace_needed_signings", "company", month, CurveKey}, // which no curve changes
	} {
		if _, ok := g.values[a]; ok {
			t.Errorf("there is %v", a)
		}
	}
}

// The curve is left out where the records do not reach back to the beginning of the
// six periods (its first quarter, 1 to 8 September), where one has nothing, and where
// no working day remains: then all is due.
func TestPaceWithoutHistory(t *testing.T) {
	for what, c := range map[string]struct {
		first, asOf string
		gap, curve  bool
	}{
		"reaches back":    {"2024-09-08", "2025-03-12", false, true},
		"begins too late": {"2024-09-09", "2025-03-12", false, false},
		"a month of none": {"2024-09-02", "2025-03-12", true, false},
		"the last day":    {"2024-09-02", "2025-03-31", false, false},
		"one day remains": {"2024-09-02", "2025-03-28", false, true},
	} {
		d := courseDraft(c.first)
		for i := range d.book.Contracts {
			if k := &d.book.Contracts[i]; c.gap && k.SignDate < day("2024-12-31") && k.SignDate >= day("2024-12-01") {
				k.Status = crm.ContractVoid
			}
		}
		g, _ := compute(t, d.done(c.asOf))
		if _, ok := g.values[address{"conversion.pace_signings", "company", "2025-03", CurveKey}]; ok != c.curve {
			t.Errorf("%s: a curve %v", what, ok)
		}
	}
}

// Nothing had usually come by now: nothing is due, and no pace, projection or
// verdict can be said.
func TestPaceOfALateMonth(t *testing.T) {
	d := courseDraft("2024-09-02")
	for i := range d.book.Contracts {
		if k := &d.book.Contracts[i]; k.SignDate > day("2024-09-11") && k.SignDate < day("2025-02-01") {
			k.SignDate += 10
		}
	}
	g, _ := compute(t, d.done("2025-03-12"))
	v := g.keyed("conversion.pace_signings", "company", "2025-03", CurveKey)
	if v.OK || v.Den != 0 || v.CI != nil || has(v, "behind") || has(v, "ahead") {
		t.Errorf("%+v", v)
	}
	if p := g.keyed("conversion.pace_projection_signings", "company", "2025-03", CurveKey); p.OK {
		t.Errorf("projection %+v", p)
	}
}
