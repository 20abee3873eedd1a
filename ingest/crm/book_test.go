package crm

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
)

// Each customer's rows of every table come together, the split of the range
// does not matter, and rows without a customer come under NoCustomer.
func TestJourneys(t *testing.T) {
	b := &Book{
		Visits:    []Visit{{Customer: NoCustomer}, {Customer: 0}, {Customer: 0}, {Customer: 3}},
		Contracts: []Contract{{Customer: 0, ID: "K"}, {Customer: 2, ID: "L"}},
		Invoices:  []Invoice{{Customer: 2}}, Payments: []Payment{{Customer: 4}}, Adjustments: []Adjustment{{Customer: 3}},
		Ownership: []Ownership{{Customer: 1}, {Customer: 3}},
	}
	show := func(j *Journey) string {
		return fmt.Sprintf("%d:v%d k%d i%d p%d a%d o%d ", j.Customer, len(j.Visits), len(j.Contracts), len(j.Invoices), len(j.Payments), len(j.Adjustments), len(j.Ownership))
	}
	// Customer 1 is only owned: nothing happened, there is no journey.
	want := "-1:v1 k0 i0 p0 a0 o0 0:v2 k1 i0 p0 a0 o0 2:v0 k1 i1 p0 a0 o0 3:v1 k0 i0 p0 a1 o1 4:v0 k0 i0 p1 a0 o0 "
	for cut := NoCustomer; cut <= 5; cut++ {
		got := ""
		for _, r := range [][2]CustomerNo{{NoCustomer, cut}, {cut, 5}} {
			for j := range b.Journeys(r[0], r[1]) {
				got += show(j)
			}
		}
		if got != want {
			t.Errorf("cut at %d:\n%s\nwant\n%s", cut, got, want)
		}
	}
}

func TestDealLogs(t *testing.T) {
	b := &Book{
		Deals:  []Deal{{ID: "B"}, {ID: "C"}, {ID: "E"}},
		Stages: []StageEntry{{Deal: "A"}, {Deal: "A"}, {Deal: "C"}, {Deal: "D"}},
	}
	got := ""
	for l := range b.DealLogs() {
		got += fmt.Sprintf("%s %v %d; ", l.ID, l.Deal != nil, len(l.Entries))
		if l.Deal != nil && l.Deal.ID != l.ID {
			t.Errorf("log %s has deal %s", l.ID, l.Deal.ID)
		}
	}
	if want := "A false 2; B true 0; C true 1; D false 1; E true 0; "; got != want {
		t.Errorf("logs: %s\nwant: %s", got, want)
	}
}

// Stretches in order are the whole, however many.
func TestDealLogStretches(t *testing.T) {
	b := &Book{
		Deals:  []Deal{{ID: "B"}, {ID: "C"}, {ID: "E"}},
		Stages: []StageEntry{{Deal: "A"}, {Deal: "A"}, {Deal: "C"}, {Deal: "D"}, {Deal: "D"}, {Deal: "D"}},
	}
	for _, b := range []*Book{b, {Deals: b.Deals}, {Stages: b.Stages}, {}} {
		want := slices.Collect(b.DealLogs())
		for n := 1; n < 9; n++ {
			var got []DealLog
			for _, s := range b.DealLogStretches(n) {
				got = slices.AppendSeq(got, s)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%d stretches: %v, want %v", n, got, want)
			}
		}
	}
}

// The three conditions of a valid visit in three-valued logic (R-0.10, R-1.1,
// any false decides, else any blank is unknown.
func TestVisitValid(t *testing.T) {
	for _, c := range []struct {
		met       MetRole
		pitched   Tri
		rejection Rejection
		want      Tri
	}{
		{RoleKP, Yes, RejectionNone, Yes}, {RoleDriver, Yes, RejectionNone, Yes}, {RoleDriver, Yes, RejectionSoft, Yes},
		{RoleOther, Yes, RejectionNone, No}, {RoleNone, Yes, RejectionNone, No}, {RoleKP, No, RejectionNone, No}, {RoleKP, Yes, RejectionExplicit, No},
		{RoleUnknown, Yes, RejectionNone, Unknown}, {RoleKP, Unknown, RejectionNone, Unknown}, {RoleKP, Yes, RejectionUnknown, Unknown},
		{RoleUnknown, No, RejectionNone, No}, {RoleOther, Unknown, RejectionUnknown, No}, {RoleUnknown, Unknown, RejectionExplicit, No},
	} {
		v := Visit{Met: c.met, Pitched: c.pitched, Rejection: c.rejection}
		if got := v.Valid(); got != c.want {
			t.Errorf("met %d, pitched %d, rejection %d: %d, want %d", c.met, c.pitched, c.rejection, got, c.want)
		}
	}
}
