package team

import (
	"slices"
	"testing"

	"crmreport/ingest/crm"
)

// a share of a new contract counts as a signing, a renewal, a
// void contract and overlay credit do not; who left or leads is no seller.
func TestDormant(t *testing.T) {
	for name, c := range map[string]struct {
		rows func(d *draft)
		want int64
	}{
		"nothing for long": {func(*draft) {}, 1},
		"a new contract":   {func(d *draft) { d.sign("K", "A", "C", "2024-05-01") }, 0},
		"a renewal":        {func(d *draft) { d.sign("K", "A", "C", "2024-05-01").Type = crm.Renewal }, 1},
		"a void one":       {func(d *draft) { d.sign("K", "A", "C", "2024-05-01").Status = crm.ContractVoid }, 1},
		"a share": {func(d *draft) {
			d.sign("K", "B", "C", "2024-05-01")
			d.split("K", "A", 4, false)
			d.split("K", "B", 6, false)
		}, 0},
		"overlay":             {func(d *draft) { d.sign("K", "B", "C", "2024-05-01"); d.split("K", "A", 4, true) }, 1},
		"hired not long ago":  {func(d *draft) { d.spells[0].HiredOn = day("2024-05-01") }, 0},
		"hired when, unknown": {func(d *draft) { d.spells[0].HiredOn = crm.NoDate }, 0},
		"left":                {func(d *draft) { d.spells[0].LeftOn = day("2024-06-29") }, 0},
		"leads":               {func(d *draft) { d.spells[0].Role = crm.Supervisor }, 0},
	} {
		d := &draft{}
		d.seller("A", "T1", "2020-01-01")
		d.seller("B", "T2", "2020-01-01")
		d.customer("C")
		c.rows(d)
		g := compute(t, d.done("2024-06-30"))
		if v := g.at("no_signing_two_months", "G1/A1/T1", "2024-06", ""); v.Num != c.want || slices.Contains(v.Flags, "unknown_hire") != (name == "hired when, unknown") {
			t.Errorf("%s: %d, flags %v; want %d", name, v.Num, v.Flags, c.want)
		}
	}
}

// S0-17, R-0.3: the role of the sign date decides; a share counts as such.
func TestManagerSigned(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01").To = day("2024-06-10")
	boss := d.seller("A", "T1", "2020-01-01")
	boss.Role, boss.From = crm.Supervisor, day("2024-06-11")
	d.seller("B", "T1", "2020-01-01")
	d.sign("K1", "A", "C1", "2024-06-10")
	d.sign("K2", "A", "C2", "2024-06-11").Type = crm.Renewal
	d.sign("K3", "B", "C3", "2024-06-20")
	d.split("K3", "A", 5, false)
	d.split("K3", "B", 5, false)
	d.sign("K4", "A", "C4", "2024-06-21").Status = crm.ContractVoid
	d.book.Coaching = []crm.Coaching{{Rep: d.rep("B"), Coach: d.rep("A"), Date: day("2024-06-20")}}
	g := compute(t, d.done("2024-06-30"))
	g.ratio("manager_signed", "company", "2024-06", "", 3, 2)
	g.ratio("manager_signed", "A", "2024-06", "", 3, 2)
	if got := g.texts("activity.manager_signed", 2); !slices.Equal(got, []string{"K3", "K2"}) {
		t.Errorf("listed are %v", got)
	}
	if got := g.texts("activity.manager_signed", 5); !slices.Equal(got, []string{"yes", "no"}) {
		t.Errorf("coaching that day: %v", got)
	}
}

// S3-20, S3-26, by hand, as of 30 June: K1 paid on the 7th day, K2 on the 8th, K3
// a day before, K4 by a refund only, K5 of 24 June is still in time, K6 of the
// 23rd is not. C2 and C5 were written off before, C6 only after; that C2 renews with
// K7 is an order as well, a void one is none.
func TestPrepayment(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	bill := func(id, customer, on, paid string, refund bool) {
		d.sign(id, "A", customer, on)
		d.book.Invoices = append(d.book.Invoices, crm.Invoice{ID: crm.InvoiceID(id), Customer: d.customer(customer), Contract: crm.ContractID(id), Date: day(on)})
		if paid != "" {
			d.book.Payments = append(d.book.Payments, crm.Payment{Customer: d.customer(customer), Invoice: crm.InvoiceID(id), Date: day(paid), Refund: refund})
		}
	}
	bill("K1", "C1", "2024-06-03", "2024-06-10", false)
	bill("K2", "C2", "2024-06-03", "2024-06-11", false)
	bill("K3", "C3", "2024-06-03", "2024-06-02", false)
	bill("K4", "C4", "2024-06-03", "2024-06-04", true)
	bill("K5", "C5", "2024-06-24", "", false)
	bill("K6", "C6", "2024-06-23", "", false)
	d.sign("K7", "A", "C2", "2024-06-03").Type = crm.Renewal
	d.sign("K8", "A", "C2", "2024-06-03").Status = crm.ContractVoid
	for customer, on := range map[string]string{"C1": "2024-01-01", "C2": "2024-06-02", "C5": "2024-06-02", "C6": "2024-06-23"} {
		d.book.Adjustments = append(d.book.Adjustments, crm.Adjustment{Customer: d.customer(customer), Kind: crm.WriteOff, Date: day(on)})
	}
	g := compute(t, d.done("2024-06-30"))
	g.ratio("prepayment_rate", "company", "2024-06", "", 2, 5)
	if v := g.at("prepayment_rate", "company", "2024-06", ""); !v.Open || v.Bounds == nil || v.Bounds.Lo.V != 2.0/6 || v.Bounds.Hi.V != 3.0/6 {
		t.Errorf("%+v", v)
	}
	g.ratio("write_off_signings", "company", "2024-06", "", 3, 1)
	if v := g.at("write_off_signings", "company", "2024-06", ""); !v.Open {
		t.Error("K5 can still be paid in time")
	}
	if got := g.texts("activity.write_off_customers", 2); !slices.Equal(got, []string{"K5", "K2", "K7"}) {
		t.Errorf("listed are %v", got)
	}
}
