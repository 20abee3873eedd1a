package commission

import (
	"reflect"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// 5.3: under the policy a sale comes to what it would come to with a write-off
// on the day and a recovery of the later cash. K of 1060.00 (1000.00 ex VAT at
// 10 %) is due on day 30 and 300.00 of it is paid; 760.00 is deemed lost on day
// 120, and 200.00 comes in on day 150.
func TestDeemedBad(t *testing.T) {
	for _, cash := range []bool{false, true} {
		book := func(rows bool) *crm.Book {
			b := newBook(200)
			c, r := b.Customers.Number("C"), b.Reps.Number("R")
			rate := everybody(crm.One / 10)
			rate.Cash = cash
			b.Rates = []crm.Rate{rate}
			b.Contracts = []crm.Contract{{ID: "K", Customer: c, Rep: r, SignDate: 10, Amount: cny(106000), Base: cny(100000), BaseKnown: true, Status: crm.Active}}
			b.Invoices = []crm.Invoice{{ID: "I", Customer: c, Contract: "K", Rep: r, Date: 10, Due: 30, Amount: cny(106000)}}
			b.Payments = []crm.Payment{{ID: "P", Customer: c, Date: 20, Amount: cny(30000), Invoice: "I"}}
			if rows {
				b.Adjustments = []crm.Adjustment{{ID: "W", Kind: crm.WriteOff, Customer: c, Date: 120, Amount: cny(76000), Invoice: "I"},
					{ID: "R", Kind: crm.Recovery, Customer: c, Date: 150, Amount: cny(20000), Invoice: "I"}}
			} else {
				b.Payments = append(b.Payments, crm.Payment{ID: "Q", Customer: c, Date: 150, Amount: cny(20000)})
			}
			return finish(b, spell(r, "A"))
		}
		o := DefaultOptions()
		rows := book(true)
		want := Compute(rows, measure.NewFrame(rows), o).Values
		o.DeemedBadDays = 90
		deemed := book(false)
		if got := Compute(deemed, measure.NewFrame(deemed), o).Values; !reflect.DeepEqual(got, want) || len(want) == 0 {
			t.Errorf("cash %v: the policy gives\n%+v, rows\n%+v", cash, got, want)
		}
	}
}
