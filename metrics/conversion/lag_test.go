package conversion

import (
	"fmt"
	"testing"

	"crmreport/metrics/casetest"
)

// Where everybody signs on the day of the visit, the lag takes nothing away:
// E = V/8, and the index is the golden one. As printed in 1.3 the
// formula would drop the visits of a period's first day and take those of the
// day after its last: here the first day of week 10 has a visit, and that of
// week 11.
func TestLagIndexWithoutLag(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	for i, on := range []string{"2025-03-03", "2025-03-05", "2025-03-09", "2025-03-10"} {
		d.visit("R1", fmt.Sprint("C", i), on+"T09:00")
		d.sign(fmt.Sprint("K", i), "R1", fmt.Sprint("C", i), on)
	}
	for i := range 5 {
		d.visit("R1", fmt.Sprint("N", i), "2025-03-04T09:00")
	}
	b := d.done("2025-03-10")
	g, _ := compute(t, b)
	for period, v := range map[string]float64{"2025-W11": 1, "2025-03": 9} {
		casetest.Near(t, period, g.at(laggedID, team, period).V, v/8)
		index, golden := g.at(lagIndexID, team, period), g.at(goldenID, team, period)
		casetest.Near(t, period+" index", index.V, golden.V)
		casetest.Near(t, period+" lower", index.CI.Lo.V, golden.CI.Lo.V)
		casetest.Near(t, period+" upper", index.CI.Hi.V, golden.CI.Hi.V)
		if has(index, "above_rule") != has(golden, "above_rule") || has(index, "history_short") != (period == "2025-03") {
			t.Errorf("%s: %v and %v", period, index.Flags, golden.Flags)
		}
	}
}

// By hand: A signs 0 days and B 10 days after the visit of 20 February; C has not
// signed by 12 March, 20 days on. S is 2/3 at 0 and 1/3 at 10, so F is 1/2 from
// day 0 and 1 from day 10 on. Of March by the 12th: the three visits of 20
// February (9 days old when it begins, 20 now) bring 1 − F(8)… = 1 − 1/2 each, that
// of 5 March F(7) = 1/2: E = (3·1/2 + 1/2)/8 = 1/4.
func TestLagIndex(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.stay("R2", "T2", "", "")
	for _, c := range []string{"A", "B", "C"} {
		d.visit("R1", c, "2025-02-20T09:00")
	}
	d.sign("KA", "R1", "A", "2025-02-20")
	d.sign("KB", "R1", "B", "2025-03-02")
	d.visit("R2", "C", "2025-03-05T09:00")
	g, _ := compute(t, d.done("2025-03-12"))
	casetest.Near(t, "T1", g.at(laggedID, team, "2025-03").V, 1.5/8)
	casetest.Near(t, "T2", g.at(laggedID, "G1/A1/T2", "2025-03").V, 0.5/8)
	casetest.Near(t, "company", g.at(laggedID, "company", "2025-03").V, 0.25)
	casetest.Near(t, "index", g.at(lagIndexID, "company", "2025-03").V, 4)
	// Nothing is expected in the week: every visit is older or younger than a step.
	if v := g.at(lagIndexID, "company", "2025-W11"); v.OK || v.CI != nil {
		t.Errorf("the week: %+v", v)
	}
	if _, ok := g.values[address{lagIndexID, "R1", "2025-03", ""}]; ok {
		t.Error("an index of a rep")
	}
}

// Where nobody ever signed nobody knows when anybody will.
func TestLagIndexWithoutSigners(t *testing.T) {
	d := &draft{}
	d.visit("R1", "C1", "2025-03-05T09:00")
	d.sign("K1", "R1", "C1", "2025-03-04") // a customer before the visit
	g, _ := compute(t, d.done("2025-03-12"))
	if v, ok := g.values[address{laggedID, "company", "2025-03", ""}]; ok {
		t.Errorf("%+v", v)
	}
}

// Whether the records reach back is a matter of the lag of those who signed, not of
// how long those who did not are watched. n sign at once, L 20 days after its visit of
// 15 February, C, of the same day, not in 25: S is 2/(n+2) and then 1/(n+2), so in the 14
// days before March F comes to n/(n+1): 20/21 is more than 0.95, 18/19 less.
func TestLagIndexReachesBack(t *testing.T) {
	for n, short := range map[int]bool{20: false, 18: true} {
		d := &draft{}
		for i := range n {
			d.visit("R1", fmt.Sprint("D", i), "2025-02-20T09:00")
			d.sign(fmt.Sprint("D", i), "R1", fmt.Sprint("D", i), "2025-02-20")
		}
		d.visit("R1", "L", "2025-02-15T09:00")
		d.sign("L", "R1", "L", "2025-03-07")
		d.visit("R1", "C", "2025-02-15T09:00")
		g, _ := compute(t, d.done("2025-03-12"))
		for _, id := range []string{lagIndexID, laggedID} {
			if v := g.at(id, "company", "2025-03"); !v.OK || has(v, "history_short") != short {
				t.Errorf("%d: %s %+v", n, id, v)
			}
			if v := g.at(id, "company", "2025-Q1"); !has(v, "history_short") {
				t.Errorf("%d: %s of the quarter %+v", n, id, v)
			}
		}
	}
}
