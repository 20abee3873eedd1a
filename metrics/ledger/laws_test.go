package ledger

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"crmreport/ingest/crm"
)

// randomJourney is a customer who does everything a customer can.
func randomJourney(r *rand.Rand) *crm.Journey {
	j := &crm.Journey{}
	money := func() crm.Money {
		c := crm.Currency("CNY")
		if r.IntN(5) == 0 {
			c = "USD"
		}
		return crm.Money{Minor: r.Int64N(500), Currency: c}
	}
	name := func() crm.InvoiceID {
		if r.IntN(2) == 0 {
			return ""
		}
		return crm.InvoiceID(fmt.Sprint("I", r.IntN(6)))
	}
	contract := func() crm.ContractID {
		if r.IntN(3) == 0 {
			return crm.ContractID(fmt.Sprint("K", r.IntN(3)))
		}
		return ""
	}
	for range r.IntN(8) {
		i := crm.Invoice{ID: crm.InvoiceID(fmt.Sprint("I", r.IntN(5))), Date: crm.Date(r.IntN(100)), Contract: contract(),
			Due: crm.NoDate, Amount: money(), Void: r.IntN(8) == 0}
		if r.IntN(4) > 0 {
			i.Due = i.Date + crm.Date(r.IntN(60))
		}
		if r.IntN(10) == 0 {
			i.Amount.Minor *= -1
		}
		j.Invoices = append(j.Invoices, i)
	}
	for k := range r.IntN(10) {
		j.Payments = append(j.Payments, crm.Payment{ID: fmt.Sprint("P", k), Date: crm.Date(r.IntN(150)), Amount: money(), Invoice: name(), Refund: r.IntN(4) == 0})
	}
	kinds := []crm.AdjustmentKind{crm.CreditNote, crm.WriteOff, crm.Recovery}
	for k := range r.IntN(6) {
		j.Adjustments = append(j.Adjustments, crm.Adjustment{ID: fmt.Sprint("A", k), Kind: kinds[r.IntN(3)], Date: crm.Date(r.IntN(150)),
			Amount: money(), Invoice: name(), Contract: contract()})
	}
	return j
}

// The identity of at every day, its right side summed here from the rows;
// nothing is open below zero or above its amount; events explain every item;
// what a write-off took stays taken. Half of the customers are under the policy
// of DeemedBadDays: no more is recovered than was deemed lost.
func TestIdentity(t *testing.T) {
	busy, recoveries := 0, 0
	for seed := range uint64(800) {
		r := rand.New(rand.NewPCG(seed%400, 3))
		j := randomJourney(r)
		l := &Ledger{DeemedBadDays: int(seed / 400 * 20)}
		l.Reset(j, Terms{30, true})
		var lastOff int64
		for asOf := crm.Date(0); asOf < 160; asOf += 7 {
			a := l.At(asOf)
			if !a.Balanced() {
				t.Fatalf("seed %d, day %d: %+v", seed, asOf, a.Totals)
			}
			want := map[crm.Currency]int64{}
			for _, i := range j.Invoices {
				if !i.Void && i.Date <= asOf {
					want[i.Amount.Currency] += i.Amount.Minor
				}
			}
			for _, p := range j.Payments {
				if p.Date <= asOf && !p.Refund {
					want[p.Amount.Currency] -= p.Amount.Minor
				} else if p.Date <= asOf {
					want[p.Amount.Currency] += p.Amount.Minor
				}
			}
			for _, c := range j.Adjustments {
				if c.Date <= asOf && c.Kind == crm.CreditNote {
					want[c.Amount.Currency] -= c.Amount.Minor
				}
			}
			var off int64
			for _, w := range a.WriteOffs {
				want[w.Row.Amount.Currency] -= w.Counted
				off += w.Counted
				if w.Counted < 0 || w.Counted > w.Row.Amount.Minor {
					t.Fatalf("seed %d: %d of %d written off", seed, w.Counted, w.Row.Amount.Minor)
				}
			}
			if off < lastOff {
				t.Fatalf("seed %d, day %d: write-offs fell from %d to %d", seed, asOf, lastOff, off)
			}
			lastOff = off
			for _, it := range a.Items {
				left := it.Invoice.Amount.Minor
				for k, e := range it.Events {
					left -= e.Amount
					if e.Date > asOf || k > 0 && e.Date < it.Events[k-1].Date {
						t.Fatalf("seed %d: event out of order", seed)
					}
				}
				if left != it.Outstanding || left < 0 || left > it.Invoice.Amount.Minor {
					t.Fatalf("seed %d, day %d: %s open %d, events leave %d", seed, asOf, it.Invoice.ID, it.Outstanding, left)
				}
				want[it.Invoice.Amount.Currency] -= it.Outstanding
				if len(it.Events) > 1 {
					busy++
				}
			}
			for _, u := range a.Unapplied {
				want[u.Currency] += u.Amount
			}
			var lost int64
			for _, d := range a.Deemed {
				lost += d.Amount.Minor
				if d.Kind == crm.Recovery { // cash that paid nothing
					want[d.Amount.Currency] += d.Amount.Minor
					lost -= 2 * d.Amount.Minor
					recoveries++
				}
			}
			if lost < 0 || l.DeemedBadDays == 0 && len(a.Deemed) > 0 {
				t.Fatalf("seed %d, day %d: deemed %+v", seed, asOf, a.Deemed)
			}
			for c, n := range want {
				if n != 0 {
					t.Fatalf("seed %d, day %d: %s is off by %d", seed, asOf, c, n)
				}
			}
		}
	}
	if recoveries < 100 {
		t.Errorf("only %d recoveries: the policy was hardly tried", recoveries)
	}
	if busy < 1000 {
		t.Errorf("only %d items with several events: the law was hardly tried", busy)
	}
}

// A day in the past is as if the later rows did not exist.
func TestAsOfIgnoresTheFuture(t *testing.T) {
	for seed := range uint64(200) {
		j := randomJourney(rand.New(rand.NewPCG(seed, 5)))
		const asOf = 70
		past := &crm.Journey{}
		for _, i := range j.Invoices {
			if i.Date <= asOf {
				past.Invoices = append(past.Invoices, i)
			}
		}
		for _, p := range j.Payments {
			if p.Date <= asOf {
				past.Payments = append(past.Payments, p)
			}
		}
		for _, a := range j.Adjustments {
			if a.Date <= asOf {
				past.Adjustments = append(past.Adjustments, a)
			}
		}
		x, y := Settle(j, Terms{}, asOf), Settle(past, Terms{}, asOf)
		if fmt.Sprint(outstanding(x), x.Unapplied, x.Totals) != fmt.Sprint(outstanding(y), y.Unapplied, y.Totals) {
			t.Fatalf("seed %d:\n%v %v\n%v %v", seed, outstanding(x), x.Unapplied, outstanding(y), y.Unapplied)
		}
	}
}

// One Ledger for customer after customer says what a fresh one says of each; and
// Standing what At says is open.
func TestResetLeavesNothing(t *testing.T) {
	var l Ledger
	open := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 23))
		j := randomJourney(r)
		if r.IntN(4) == 0 {
			j.Customer = crm.NoCustomer
		}
		l.Reset(j, Terms{30, true})
		for range 4 {
			day := crm.Date(r.IntN(160))
			want := New(j, Terms{30, true}).At(day)
			if got := l.At(day); fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
				t.Fatalf("seed %d, day %d\n%+v\nwant\n%+v", seed, day, got, want)
			}
			var items []Item
			for _, it := range want.Items {
				if it.Events = nil; it.Outstanding > 0 {
					items = append(items, it)
				}
				if it.Invoice != &j.Invoices[it.Row] {
					t.Fatalf("seed %d: row %d is not %s", seed, it.Row, it.Invoice.ID)
				}
			}
			want = Account{Items: items, Unapplied: want.Unapplied}
			if got := l.Standing(day); fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
				t.Fatalf("seed %d, day %d stands\n%+v\nwant\n%+v", seed, day, got, want)
			}
			open += len(items)
		}
	}
	if open < 500 {
		t.Errorf("only %d items were ever open: the law was hardly tried", open)
	}
}
