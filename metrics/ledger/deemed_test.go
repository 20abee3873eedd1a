package ledger

import (
	"fmt"
	"testing"

	"crmreport/ingest/crm"
)

// 5.3: I of 1000.00, due on day 30, is deemed lost on day 120 with what is open
// at the end of that day; later cash is a recovery, oldest first or by name, up
// to what was lost. N of 300.00 is due on day 100 and not lost yet. By hand.
func TestDeemedBad(t *testing.T) {
	old, young := invoice("I", "", 0, 30, 100000), invoice("N", "", 90, 100, 30000)
	for _, c := range []struct {
		name                             string
		asOf                             crm.Date
		payments                         []crm.Payment
		adjustments                      []crm.Adjustment
		open, lost, recovered, unapplied int64
	}{
		{"the day before", 119, nil, nil, 130000, 0, 0, 0},
		{"on the day", 120, nil, nil, 30000, 100000, 0, 0},
		{"what was paid is not lost", 120, []crm.Payment{pay("P", 119, 40000, "I")}, nil, 30000, 60000, 0, 0},
		{"nor what is paid on the day", 125, []crm.Payment{pay("P", 120, 40000, "I")}, nil, 30000, 60000, 0, 0},
		{"cash the day after", 125, []crm.Payment{pay("P", 121, 40000, "I")}, nil, 30000, 100000, 40000, 0},
		{"cash that names nothing: oldest first", 125, []crm.Payment{pay("P", 121, 110000, "")}, nil, 20000, 100000, 100000, 0},
		{"more than everything", 125, []crm.Payment{pay("P", 121, 140000, "")}, nil, 0, 100000, 100000, 10000},
		{"a surplus by name", 125, []crm.Payment{pay("P", 121, 140000, "I")}, nil, 30000, 100000, 100000, 40000},
		{"two in turn", 125, []crm.Payment{pay("P", 121, 70000, "I"), pay("Q", 122, 40000, "")}, nil, 20000, 100000, 100000, 0},
		{"a write-off before takes its part", 125, nil, []crm.Adjustment{adjust(crm.WriteOff, 50, 25000, "I")}, 30000, 100000, 0, 0},
		{"a credit note after is none", 125, nil, []crm.Adjustment{adjust(crm.CreditNote, 121, 25000, "I")}, 30000, 100000, 0, 25000},
		{"both lost", 200, nil, nil, 0, 130000, 0, 0},
	} {
		j := &crm.Journey{Invoices: []crm.Invoice{old, young}, Payments: c.payments, Adjustments: c.adjustments}
		l := &Ledger{DeemedBadDays: 90}
		l.Reset(j, Terms{})
		a := l.At(c.asOf)
		var open, lost, recovered int64
		for _, n := range outstanding(a) {
			open += n
		}
		for _, w := range a.WriteOffs {
			lost += w.Counted
		}
		for _, r := range a.Recoveries {
			recovered += r.Amount.Minor
		}
		if open != c.open || lost != c.lost || recovered != c.recovered || unappliedOf(a) != c.unapplied || !a.Balanced() {
			t.Errorf("%s: open %d, lost %d, recovered %d, unapplied %d, %v; want %+v", c.name, open, lost, recovered, unappliedOf(a), a.Totals, c)
		}
	}
	// Billed after it was due so long: lost on the day it is billed. Without the
	// policy nothing is.
	j := &crm.Journey{Invoices: []crm.Invoice{invoice("L", "", 150, 30, 700)}}
	l := &Ledger{DeemedBadDays: 90}
	l.Reset(j, Terms{})
	if a := l.At(150); len(a.Deemed) != 1 || a.Deemed[0].Date != 150 || a.Deemed[0].Kind != crm.WriteOff || fmt.Sprint(a.Deemed[0].Invoice) != "L" {
		t.Errorf("deemed %+v", a.Deemed)
	}
	if a := Settle(j, Terms{}, 500); len(a.Deemed)+len(a.WriteOffs) > 0 {
		t.Errorf("deemed without a policy: %+v", a.Deemed)
	}
}
