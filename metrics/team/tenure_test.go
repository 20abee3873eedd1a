package team

import (
	"fmt"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
)

// S1-20 by hand for the quarter to 30 June: four at the start, four at the end
// (A left on 15 May, E came in May), one left: 1 ÷ ((4 + 4) ÷ 2). B moved from
// T1 to T2 and is in both once; D leads since June.
func TestTurnover(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01").LeftOn = day("2024-05-15")
	d.seller("B", "T1", "2020-01-01").To = day("2024-05-31")
	d.seller("B", "T2", "2020-01-01").From = day("2024-06-01")
	d.seller("C", "T1", "2020-01-01")
	d.seller("D", "T1", "2020-01-01").To = day("2024-05-31")
	boss := d.seller("D", "T1", "2020-01-01")
	boss.Role, boss.From = crm.Supervisor, day("2024-06-01")
	d.seller("E", "T2", "2024-05-06")
	d.seller("F", "T2", "2024-06-30")
	g := compute(t, d.done("2024-06-30"))
	g.ratio("rep_turnover", "company", "2024-Q2", "", 2, 4+4)
	g.ratio("rep_turnover", "G1/A1/T1", "2024-Q2", "", 2, 4+1)
	g.ratio("rep_turnover", "G1/A1/T2", "2024-Q2", "", 0, 0+3)
	g.ratio("rep_turnover", "company", "2024-06", "", 0, 3+4)
	// The head share of new reps in the quarter: E and F of six.
	g.ratio("new_rep_head_share", "company", "2024-Q2", "", 2, 6)
}

// The tenure curve by hand for June, 30 days: A, hired on 20 March, is in band
// 0-3 up to the 19th and in 3-6 from the 20th on; B is there for years, C's day
// is not known. A signs on both sides; C1 signs twice, which counts once; half of
// K4 is C's. Band 0-3: 30 × 1 ÷ 19 days; 3-6: 30 × 1 ÷ 11; 12+: 30 × 0.5 ÷ 30.
func TestTenureCurve(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2024-03-20")
	d.seller("B", "T1", "2020-01-01")
	d.seller("C", "T1", "")
	d.sign("K1", "A", "C1", "2024-06-19")
	d.sign("K2", "A", "C1", "2024-06-20")
	d.sign("K3", "A", "C2", "2024-06-20")
	d.sign("K4", "B", "C3", "2024-06-20")
	d.split("K4", "B", 5, false)
	d.split("K4", "C", 5, false)
	g := compute(t, d.done("2024-06-30"))
	g.ratio("signings_by_tenure", "company", "2024-06", "tenure=0-3", 30, 19)
	g.ratio("signings_by_tenure", "company", "2024-06", "tenure=3-6", 30, 11)
	g.ratio("signings_by_tenure", "company", "2024-06", "tenure=6-12", 0, 0)
	casetest.Near(t, "12+", g.at("signings_by_tenure", "company", "2024-06", "tenure=12+").V, 0.5)
}

// S0-19 by hand: hired in June, first visits after 2 and 9 days; one without a
// visit after 20, at the as-of day: 2/3 at 2, 1/3 at 9, the median. One hired in
// May is no part of it.
func TestFirstVisit(t *testing.T) {
	d := &draft{}
	for rep, hired := range map[string]string{"A": "2024-06-03", "B": "2024-06-03", "C": "2024-06-10", "D": "2024-05-10"} {
		d.seller(rep, "T1", hired)
	}
	d.visit("A", "C1", "2024-06-05T09:00")
	d.visit("A", "C1", "2024-06-06T09:00")
	d.visit("B", "C1", "2024-06-12T09:00")
	d.visit("D", "C1", "2024-06-12T09:00")
	g := compute(t, d.done("2024-06-30"))
	if v := g.at("first_visit_days", "company", "2024-06", ""); !v.OK || v.V != 9 || v.N != 3 || !v.Open {
		t.Errorf("%+v, want 9 days of 3 reps", v)
	}
}

// S1-14 by hand for June 2024, 20 working days: 29 leads are too few, 30 and 50
// right, 51 too many; 30 on a Saturday are on no working day.
func TestAssignedInRange(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	for on, n := range map[string]int{"2024-06-03": 29, "2024-06-04": 30, "2024-06-05": 50, "2024-06-06": 51, "2024-06-08": 30} {
		for i := range n {
			d.lead(fmt.Sprint(on, i), "A", on+"T09:00", "", leadOpen)
		}
	}
	g := compute(t, d.done("2024-06-30"))
	g.ratio("assigned_in_range", "company", "2024-06", "", 2, 20)
}
