package team

import (
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// S0-36 by hand for June, 30 days: A is there on all of them, B from the 16th,
// 15 days, C leads: 45 ÷ 30 = 1.5 heads. Three contracts of 1,000.00, one of them
// a renewal, one of C's, and a void one: 3,000.00 ÷ 1.5 = 2,000.00. T2 sold
// 1,000.00 with half a head; T3 has nobody, and no number.
func TestSalesPerHead(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	d.seller("B", "T2", "2024-06-16")
	d.seller("C", "T3", "2020-01-01").Role = crm.Supervisor
	d.sign("K1", "A", "C1", "2024-06-01").Type = crm.Renewal
	d.sign("K2", "B", "C2", "2024-06-20")
	d.sign("K3", "C", "C3", "2024-06-30")
	d.sign("K4", "A", "C4", "2024-06-20").Status = crm.ContractVoid
	d.sign("K5", "A", "C5", "2024-05-31")
	g := compute(t, d.done("2024-06-30"))
	g.ratio("average_heads", "company", "2024-06", "", 45, 30)
	g.ratio("sales_per_head", "company", "2024-06", "", 200_000, 1)
	g.ratio("average_heads", "G1/A1/T2", "2024-06", "", 15, 30)
	g.ratio("sales_per_head", "G1/A1/T2", "2024-06", "", 200_000, 1)
	if v, ok := g.values["activity.sales_per_head G1/A1/T3 2024-06"]; ok && v.OK {
		t.Errorf("nobody sells %v a head", v.V)
	}
	// The week of the as-of day has 7 days, and is over: 1,000.00 and two heads.
	g.ratio("sales_per_head", "company", "2024-W26", "", 50_000, 1)
	// The month of a running quarter counts its days so far: July is not over.
	running := compute(t, d.done("2024-06-20"))
	running.ratio("average_heads", "company", "2024-06", "", 20+5, 20)
}

// S3-27 by hand: of 1,000.00 with a margin of 400.00 and of 2,000.00 gross, 1,000.00
// without VAT, with one of 100.00: 500 ÷ 2,000. K3 states none. Half of K2 is B's:
// 50 ÷ 500.
func TestMarginRate(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	d.seller("B", "T2", "2020-01-01")
	cny := func(minor int64) crm.Money { return crm.Money{Minor: minor, Currency: "CNY"} }
	k := d.sign("K1", "A", "C1", "2024-06-03")
	k.Margin, k.MarginKnown = cny(40_000), true
	k = d.sign("K2", "A", "C2", "2024-06-04")
	k.Amount, k.Base, k.BaseKnown, k.Margin, k.MarginKnown = cny(200_000), cny(100_000), true, cny(10_000), true
	d.split("K2", "A", 5, false)
	d.split("K2", "B", 5, false)
	d.sign("K3", "A", "C3", "2024-06-05")
	g := compute(t, d.done("2024-06-30"))
	g.ratio("margin_rate", "company", "2024-06", "", 50_000, 200_000)
	if n := g.at("margin_rate", "company", "2024-06", "").N; n != 2 {
		t.Errorf("of %d contracts", n)
	}
	g.ratio("margin_rate", "G1/A1/T2", "2024-06", "", 5_000, 50_000)
	if v := g.at("margin_rate", "company", "2024-06", ""); len(v.Flags) != 1 || v.Flags[0] != "left_out" {
		t.Errorf("flags %v", v.Flags)
	}
	if v := g.at("margin_rate", "G1/A1/T2", "2024-06", ""); len(v.Flags) != 0 {
		t.Errorf("flags of T2 %v", v.Flags)
	}
	// Without a margin anywhere there is nothing to say.
	d = &draft{}
	d.seller("A", "T1", "2020-01-01")
	d.sign("K1", "A", "C1", "2024-06-03")
	if _, ok := compute(t, d.done("2024-06-30")).values["activity.margin_rate company 2024-06"]; ok {
		t.Error("a margin of nothing stated")
	}
}

// S0-38 by hand: A moves from A1 to A2 on 1 April 2024. Two months before, from 1
// February: K1 of 1,000.00 (K0 of 31 January is before them); two after, to 31
// May: K2 and K3 (K4 of 1 June is after them). B moves in June: pending. C changes
// the team, not the area.
func TestMoves(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01").To = day("2024-03-31")
	s := d.seller("A", "T9", "2020-01-01")
	s.Area, s.From = "A2", day("2024-04-01")
	d.seller("B", "T1", "2020-01-01").To = day("2024-06-02")
	s = d.seller("B", "T9", "2020-01-01")
	s.Area, s.From = "A2", day("2024-06-03")
	d.seller("C", "T1", "2020-01-01").To = day("2024-04-30")
	d.seller("C", "T2", "2020-01-01").From = day("2024-05-01")
	for id, on := range map[string]string{"K0": "2024-01-31", "K1": "2024-02-01", "K2": "2024-04-01", "K3": "2024-05-31", "K4": "2024-06-01"} {
		d.sign(id, "A", "C"+id, on)
	}
	d.sign("K5", "C", "C5", "2024-05-02")
	g := compute(t, d.done("2024-06-30"))
	for _, scope := range []string{"company", "G1", "G1/A2", "G1/A2/T9"} {
		g.ratio("moved_signed", scope, "2024-Q2", "when=before", 100_000, 1)
		g.ratio("moved_signed", scope, "2024-Q2", "when=after", 200_000, 1)
		if v := g.at("moved_signed", scope, "2024-Q2", "when=after"); v.N != 1 || !v.Open {
			t.Errorf("%s: of %d moves, open %v", scope, v.N, v.Open)
		}
	}
	for _, at := range []string{"G1/A1 2024-Q2", "company 2024-06"} {
		if _, ok := g.values["activity.moved_signed "+at+" when=after"]; ok {
			t.Errorf("a move in %s", at)
		}
	}
	rows := g.lists["activity.moves"].Rows
	if len(rows) != 2 || rows[0].Cells[4].Num != measure.NoAmount || rows[1].Cells[4].Num != 100_000 {
		t.Errorf("rows %+v", rows)
	}
}

// S3-03 by hand: 2,000.00 with customers of SME, 1,000.00 with a household and as
// much with one of whom nobody says it. G2 has SME alone.
func TestSegments(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	d.seller("B", "T2", "2020-01-01").Region = "G2"
	for c, segment := range map[string]string{"C1": "SME", "C2": "SME", "C3": "household", "C4": ""} {
		d.owned(c, "A").Segment = segment
	}
	d.sign("K1", "A", "C1", "2024-06-03").Type = crm.Renewal
	d.sign("K2", "B", "C2", "2024-06-03")
	d.sign("K3", "A", "C3", "2024-06-03")
	d.sign("K4", "A", "C4", "2024-06-03")
	d.sign("K5", "A", "C3", "2024-06-03").Status = crm.ContractVoid
	g := compute(t, d.done("2024-06-30"))
	g.ratio("signed_by_segment", "company", "2024-06", "segment=SME", 200_000, 1)
	g.ratio("signed_by_segment", "company", "2024-06", "segment=household", 100_000, 1)
	g.ratio("signed_by_segment", "company", "2024-06", "segment=unclassified", 100_000, 1)
	g.ratio("signed_by_segment", "G2", "2024-06", "segment=SME", 100_000, 1)
	if _, ok := g.values["activity.signed_by_segment G1/A1 2024-06 segment=SME"]; ok {
		t.Error("an area has segments")
	}
}
