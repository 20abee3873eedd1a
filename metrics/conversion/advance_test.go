package conversion

import (
	"reflect"
	"testing"

	"crmreport/ingest/crm"
)

// A deal that begins does not advance; skipping forward and winning do; going
// back and coming again do not.
func TestAdvances(t *testing.T) {
	at := func(d int, s crm.Stage) crm.StageEntry {
		return crm.StageEntry{Stage: s, At: crm.DateOf(2025, 3, d).At()}
	}
	b := &crm.Book{Deals: []crm.Deal{{ID: "A", Customer: 0}, {ID: "B", Customer: 0}, {ID: "C", Customer: crm.NoCustomer}, {ID: "D", Customer: 1}}}
	add := func(id crm.DealID, es ...crm.StageEntry) {
		for _, e := range es {
			e.Deal = id
			b.Stages = append(b.Stages, e)
		}
	}
	add("A", at(1, 1), at(5, 3), at(6, 2), at(7, 3), at(9, 4), at(20, crm.Won), at(25, crm.Collected))
	add("B", at(3, 2), at(4, 3), at(8, crm.Lost))
	add("C", at(1, 1), at(2, 2))
	add("D", at(1, 5), at(2, crm.Lost))
	add("E", at(1, 1), at(2, 2)) // the deals table lacks it: whose is it?
	day := func(d int) crm.Date { return crm.DateOf(2025, 3, d) }
	all := advances(b)
	for c, want := range map[crm.CustomerNo][]crm.Date{0: {day(4), day(5), day(9), day(20)}, 1: nil, crm.NoCustomer: nil} {
		var got []crm.Date
		for _, a := range of(all, c) {
			got = append(got, a.day())
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("advances of %d are %v, want %v", c, got, want)
		}
	}
	if x, y := dateOf(7, -1), dateOf(7, 1); x >= y || x.day() != -1 || y.day() != 1 || x.customer() != 7 {
		t.Error("days before 1970 do not sort before those after")
	}
	for d, want := range map[int]bool{1: true, 4: true, 9: true, 10: false, 12: false, 13: true, 20: true, 21: false} {
		if got := advanced([]dated{dateOf(0, day(4)), dateOf(0, day(9)), dateOf(0, day(20))}, day(d)); got != want {
			t.Errorf("a visit on the %dth advanced: %v, want %v", d, got, want)
		}
	}
}

// A valid visit on Monday and a stage entered on the Sunday after: advanced,
// and still open while seven days may follow.
func TestAdvancedVisits(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.visit("R1", "C1", "2025-03-03T09:00")
	d.visit("R1", "C1", "2025-03-01T09:00") // eight days before
	d.visit("R1", "C2", "2025-03-03T09:00") // another customer
	v := d.visit("R1", "C1", "2025-03-04T09:00")
	v.Pitched = crm.No // not valid
	b := d.done("2025-03-09")
	b.Deals = []crm.Deal{{ID: "D", Customer: b.Customers.Lookup("C1"), Rep: 0}}
	b.Stages = []crm.StageEntry{{Deal: "D", Stage: 1, At: day("2025-02-01").At()}, {Deal: "D", Stage: 2, At: day("2025-03-09").At()}}
	g, _ := compute(t, b)
	for _, v := range g.values {
		if v.Metric == advancedID {
			t.Fatalf("without the tables there is %+v", v)
		}
	}
	b.Tables["deals"], b.Tables["stage_history"] = true, true
	g, _ = compute(t, b)
	if v := g.at(advancedID, "R1", week10); v.Num != 1 || v.N != 2 || !v.Open || !has(v, "advance_pending") {
		t.Errorf("advanced visits are %+v, want 1 of 2, open", v)
	}
}
