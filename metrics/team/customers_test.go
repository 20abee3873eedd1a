package team

import (
	"slices"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
)

// S0-15 by hand, as of 30 June: K1 visited on the 30th day, K2 on the 31st, K3 on
// the day itself only, K4 by telephone; K5 of 1 June has its 30 days to 1 July.
func TestAfterSales(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	for k, on := range map[string]string{"K1": "2024-05-31", "K2": "2024-05-31", "K3": "2024-05-31", "K4": "2024-05-31", "K5": "2024-06-01"} {
		d.sign(k, "A", "C"+k, on)
		d.visit("A", "C"+k, on+"T09:00")
	}
	d.visit("A", "CK1", "2024-06-30T09:00")
	d.visit("A", "CK2", "2024-07-01T09:00")
	d.visit("A", "CK4", "2024-06-02T09:00").Channel = crm.ChannelPhone
	d.visit("A", "CK5", "2024-06-02T09:00")
	g := compute(t, d.done("2024-06-30"))
	g.ratio("after_sales_contact", "company", "2024-05", "", 2, 4)
	if v := g.at("after_sales_contact", "company", "2024-06", ""); v.OK || v.Den != 0 || !v.Open {
		t.Errorf("June: %+v", v)
	}
	g.ratio("after_sales_contact", "company", "2024-Q2", "", 2, 4)
	if v := g.at("after_sales_contact", "company", "2024-Q2", ""); v.Bounds == nil || v.Bounds.Lo.V != 2.0/5 || v.Bounds.Hi.V != 3.0/5 {
		t.Errorf("the quarter: %+v", v)
	}
}

// S0-16 by hand for June: C1 and C2 were visited in the 90 days before, C1 signs
// again; C3 was visited 91 days before, C4 never, and signs again; C5 signs for
// the first time. The last to sign before, B, has C4.
func TestRepeatSigning(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	d.seller("B", "T2", "2020-01-01")
	d.visit("A", "C5", "2024-01-05T09:00") // visits are known from here on
	for _, c := range []string{"C1", "C2", "C3", "C4"} {
		d.sign("old"+c, "A", c, "2023-06-01")
	}
	d.sign("older", "B", "C4", "2023-07-01").Type = crm.Renewal
	d.sign("void", "A", "C4", "2023-08-01").Status = crm.ContractVoid
	d.visit("A", "C1", "2024-05-31T09:00")
	d.visit("A", "C2", "2024-03-03T09:00")
	d.visit("A", "C3", "2024-03-02T09:00")
	d.sign("again1", "A", "C1", "2024-06-10").Type = crm.Expansion
	d.sign("again4", "A", "C4", "2024-06-11")
	d.sign("first5", "A", "C5", "2024-06-12")
	g := compute(t, d.done("2024-06-30"))
	g.ratio("repeat_signing", "company", "2024-06", "contacted=yes", 1, 2)
	g.ratio("repeat_signing", "company", "2024-06", "contacted=no", 1, 2)
	g.ratio("repeat_signing", "G1/A1/T2", "2024-06", "contacted=no", 1, 1)
	if v := g.at("repeat_signing", "company", "2024-06", "contacted=yes"); len(v.Flags) > 0 {
		t.Errorf("June: flags %v", v.Flags)
	}
	// The 90 days before April begin on 2 January, before the first visit.
	if v := g.at("repeat_signing", "company", "2024-Q2", "contacted=no"); !slices.Contains(v.Flags, "visits_incomplete") || v.CI != nil {
		t.Errorf("the quarter: flags %v", v.Flags)
	}
}

// S0-37 by hand: 泉州 has 3 of 4 customers and 1 of 4 visits of the last 90 days.
func TestCoverageMismatch(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	for c, city := range map[string]string{"C1": "泉州", "C2": "泉州", "C3": "泉州", "C4": "福州", "C5": ""} {
		d.owned(c, "A").City = city
	}
	gone := d.owned("C6", "A") // it is C4 now
	gone.City, gone.MergedInto = "福州", d.customer("C4")
	d.visit("A", "C1", "2024-06-01T09:00")
	d.visit("A", "C1", "2024-06-02T09:00").Channel = crm.ChannelPhone
	d.visit("A", "C2", "2024-04-01T09:00") // 90 days ago
	for _, on := range []string{"2024-04-02", "2024-05-02", "2024-06-02"} {
		d.visit("A", "C4", on+"T09:00")
	}
	d.visit("A", "C5", "2024-06-02T09:00")
	g := compute(t, d.done("2024-06-30"))
	g.ratio("city_customer_share", "company", "2024-06", "city=泉州", 3, 4)
	g.ratio("city_visit_share", "company", "2024-06", "city=泉州", 1, 4)
	g.ratio("city_visit_share", "G1", "2024-06", "city=福州", 3, 4)
	casetest.Near(t, "mismatch", g.at("coverage_mismatch", "company", "2024-06", "city=泉州").V, 0.5)
	casetest.Near(t, "mismatch", g.at("coverage_mismatch", "company", "2024-06", "city=福州").V, -0.5)
}
