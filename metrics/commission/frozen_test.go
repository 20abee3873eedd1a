package commission

import (
	"reflect"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

func month(b *crm.Book, year, m int) crm.Period {
	return b.Fiscal.Period(crm.Month, crm.DateOf(year, m, 1))
}

// by hand. Each month: what it earned and lost, and what was paid where
// the ledger closes it. The rows are in, prior, deducted, payout and carry.
func TestClosedMonths(t *testing.T) {
	open := func(accrued, clawed int64) earning { return earning{Sums: Sums{Accrued: accrued, ClawedBack: clawed}} }
	shut := func(accrued, clawed, paid int64) earning {
		return earning{Sums{Accrued: accrued, ClawedBack: clawed}, true, paid}
	}
	for _, c := range []struct {
		name   string
		limit  crm.Decimal
		months []earning
		want   [][5]int64
	}{
		{"paid as due", 0, []earning{shut(1000, 0, 1000), open(500, 0)}, [][5]int64{{0, 0, 0, 1000, 0}, {0, 0, 0, 500, 0}}},
		{"100 too little: on top of the 500", 0, []earning{shut(1000, 0, 900), open(500, 0)}, [][5]int64{{0, 0, 0, 900, 100}, {0, 100, 0, 600, 0}}},
		// A late write-off of 300 dated in the closed month: due 700, paid 900.
		{"200 too much: out of the 500", 0, []earning{shut(1000, -300, 900), open(500, 0)}, [][5]int64{{0, 0, 0, 900, -200}, {0, -200, -200, 300, 0}}},
		{"too much for the month: the rest is carried", 0, []earning{shut(1000, -1000, 900), open(500, 0), open(500, 0)},
			[][5]int64{{0, 0, 0, 900, -900}, {0, -900, -500, 0, -400}, {-400, 0, -400, 100, 0}}},
		{"the last month is closed: nothing is settled yet", 0, []earning{shut(1000, 0, 900), shut(0, 0, 0)}, [][5]int64{{0, 0, 0, 900, 100}, {100, 0, 0, 0, 100}}},
		// A month below zero was rightly paid nothing: it is carried, no adjustment.
		{"a lawful carry is no adjustment", 0, []earning{shut(100, -700, 0), open(1000, 0)}, [][5]int64{{0, 0, 0, 0, -600}, {-600, 0, -600, 400, 0}}},
		{"two closed months settle together: 100 too little, 30 too much", 0, []earning{shut(1000, 0, 900), shut(500, 0, 530), open(0, 0)},
			[][5]int64{{0, 0, 0, 900, 100}, {100, 0, 0, 530, 70}, {0, 70, 0, 70, 0}}},
		{"what is before the ledger was paid as computed", 0, []earning{open(800, 0), shut(100, 0, 100), open(0, 0)},
			[][5]int64{{0, 0, 0, 800, 0}, {0, 0, 0, 100, 0}, {0, 0, 0, 0, 0}}},
		{"a repayment in the ledger is paid again", 0, []earning{shut(0, 0, -50), open(0, 0)}, [][5]int64{{0, 0, 0, -50, 50}, {0, 50, 0, 50, 0}}},
		// A fifth of the accrual of 500, without the 300 of before: 100.
		{"the cap is of the month's own accrual", crm.One / 5, []earning{shut(1000, 0, 700), open(500, -1000)}, [][5]int64{{0, 0, 0, 700, 300}, {0, 300, -100, 700, -900}}},
		{"the cap limits what an overpayment takes", crm.One / 5, []earning{shut(1000, 0, 1700), open(500, 0)}, [][5]int64{{0, 0, 0, 1700, -700}, {0, -700, -100, 400, -600}}},
	} {
		var got [][5]int64
		for _, s := range payMonths(c.months, c.limit) {
			got = append(got, [5]int64{s.In, s.Prior, s.Deducted, s.Payout, s.Carry})
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n%v, want\n%v", c.name, got, c.want)
		}
	}
}

// What was paid stays, whatever comes late: a write-off dated in a closed month
// restates what was clawed back there and moves the first open month alone.
func TestLateWriteOffLeavesClosedMonths(t *testing.T) {
	book := func(late bool) (*crm.Book, measure.Result) {
		b := newBook(crm.DateOf(2024, 4, 20))
		c, r := b.Customers.Number("C"), b.Reps.Number("R")
		for i, id := range []crm.ContractID{"K1", "K2", "K3"} { // 1000.00 at 10 % in each of January, March and April
			b.Contracts = append(b.Contracts, crm.Contract{ID: id, Customer: c, Rep: r, SignDate: crm.DateOf(2024, []int{1, 3, 4}[i], 5), Amount: cny(100000), Base: cny(100000), BaseKnown: true})
		}
		if late {
			b.Adjustments = []crm.Adjustment{{ID: "W", Kind: crm.WriteOff, Customer: c, Contract: "K1", Date: crm.DateOf(2024, 2, 10), Amount: cny(30000)}}
		}
		b.Rates = []crm.Rate{everybody(crm.One / 10)}
		for i, paid := range []int64{10000, 0, 10000} {
			b.Ledger = append(b.Ledger, crm.LedgerLine{Rep: r, Period: month(b, 2024, i+1), Amount: cny(paid)})
		}
		b = finish(b)
		return b, Compute(b, measure.NewFrame(b), DefaultOptions())
	}
	b, before := book(false)
	_, after := book(true)
	at := func(res measure.Result, id string, m int) (int64, bool) {
		for _, v := range res.Values {
			if v.Metric == id && v.Slot.Scope == crm.Root && v.Slot.Period == month(b, 2024, m) {
				return v.Num, v.Open
			}
		}
		return 0, false
	}
	// February was paid nothing and comes to nothing: its 30.00 would have come
	// off March, which was paid 100.00 instead of 70.00.
	for _, w := range []struct {
		id            string
		month         int
		before, after int64
	}{
		{idClawedBack, 2, 0, -3000}, {idPayout, 1, 10000, 10000}, {idPayout, 2, 0, 0}, {idPayout, 3, 10000, 10000},
		{idPayout, 4, 10000, 7000}, {idPrior, 4, 0, -3000}, {idDeducted, 4, 0, -3000}, {idCarried, 4, 0, 0},
	} {
		x, open := at(before, w.id, w.month)
		y, _ := at(after, w.id, w.month)
		if x != w.before || y != w.after || open != (w.month == 4) {
			t.Errorf("%s of month %d: %d and %d, want %d and %d; open %v", w.id, w.month, x, y, w.before, w.after, open)
		}
	}
}
