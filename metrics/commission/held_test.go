package commission

import (
	"fmt"
	"slices"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// heldOn folds a book and sums what is in suspense at the end of a day, by rep.
func heldOn(b *crm.Book, o Options, d crm.Date) map[string]Holding {
	env := NewEnv(b, o, d)
	a := fold.Journeys(b, func() *Acc { return &Acc{Env: env} })
	a.ready()
	out := map[string]Holding{}
	for at, h := range a.Held.All() {
		id := b.Reps.ID(b.Org.Leaves[at.Leaf].Rep)
		if out[id] = out[id].Plus(h); out[id] == (Holding{}) {
			delete(out, id)
		}
	}
	return out
}

// oneSale is a sale of 1060.00, 1000.00 ex VAT at 10 %, signed on day 10 and billed
// in two halves, due on days 30 and 60.
func oneSale(cash bool) *crm.Book {
	b := newBook(200)
	c, r := b.Customers.Number("C"), b.Reps.Number("R")
	b.Rates = []crm.Rate{everybody(crm.One / 10)}
	b.Rates[0].Cash = cash
	b.Contracts = []crm.Contract{{ID: "K", Customer: c, Rep: r, SignDate: 10, Amount: cny(106000), Base: cny(100000), BaseKnown: true, Status: crm.Active}}
	b.Invoices = []crm.Invoice{{ID: "I1", Customer: c, Contract: "K", Rep: r, Date: 10, Due: 30, Amount: cny(53000)},
		{ID: "I2", Customer: c, Contract: "K", Rep: r, Date: 10, Due: 60, Amount: cny(53000)}}
	return b
}

func pays(day crm.Date, amount int64, i crm.InvoiceID) crm.Payment {
	return crm.Payment{ID: fmt.Sprint("P", day), Customer: 0, Date: day, Amount: cny(amount), Invoice: i}
}

func adjusts(kind crm.AdjustmentKind, day crm.Date, amount int64) crm.Adjustment {
	return crm.Adjustment{ID: fmt.Sprint("A", day), Kind: kind, Customer: 0, Date: day, Amount: cny(amount), Contract: "K"}
}

// By hand, 100.00 of commission in all.
func TestHeldByHand(t *testing.T) {
	for _, x := range []struct {
		name string
		cash bool
		edit func(*crm.Book)
		day  crm.Date
		want Holding
	}{
		{"cash: nothing is signed yet", true, nil, 9, Holding{}},
		{"cash: on the sign date all of it waits", true, nil, 10, Holding{Held: 10000}},
		{"cash: due or not is the same", true, nil, 61, Holding{Held: 10000}},
		{"cash: a quarter is paid", true, func(b *crm.Book) { b.Payments = []crm.Payment{pays(40, 26500, "I1")} }, 40, Holding{Held: 7500}},
		{"cash: the day before it waits still", true, func(b *crm.Book) { b.Payments = []crm.Payment{pays(40, 26500, "I1")} }, 39, Holding{Held: 10000}},
		{"cash: all is paid", true, func(b *crm.Book) { b.Payments = []crm.Payment{pays(40, 53000, "I1"), pays(41, 53000, "I2")} }, 41, Holding{}},
		{"cash: a refund waits again", true, func(b *crm.Book) {
			back := pays(50, 26500, "I1")
			back.Refund = true
			b.Payments = []crm.Payment{pays(40, 53000, "I1"), back}
		}, 50, Holding{Held: 7500}},
		{"cash: a credit note of half leaves half", true, func(b *crm.Book) { b.Adjustments = []crm.Adjustment{adjusts(crm.CreditNote, 40, 53000)} }, 40, Holding{Held: 5000}},
		{"cash: what is written off waits for nothing", true, func(b *crm.Book) { b.Adjustments = []crm.Adjustment{adjusts(crm.WriteOff, 40, 79500)} }, 40, Holding{Held: 2500}},
		{"cash: written off and recovered in part is as if paid", true, func(b *crm.Book) {
			b.Adjustments = []crm.Adjustment{adjusts(crm.WriteOff, 40, 79500), adjusts(crm.Recovery, 45, 26500)}
		}, 45, Holding{Held: 2500}},
		{"cash: cancelled", true, func(b *crm.Book) { b.Contracts[0].Status, b.Contracts[0].StatusDate = crm.ContractVoid, 40 }, 40, Holding{}},
		{"cash: without invoices nothing is computed", true, func(b *crm.Book) { b.Invoices = nil }, 40, Holding{}},

		{"booking: due on the day is not overdue", false, nil, 30, Holding{}},
		{"booking: a day later half is", false, nil, 31, Holding{Exposed: 5000}},
		{"booking: both", false, nil, 61, Holding{Exposed: 10000}},
		{"booking: half of the first is paid", false, func(b *crm.Book) { b.Payments = []crm.Payment{pays(20, 26500, "I1")} }, 31, Holding{Exposed: 2500}},
		{"booking: paid ends it, a day late", false, func(b *crm.Book) { b.Payments = []crm.Payment{pays(31, 53000, "I1")} }, 31, Holding{}},
		{"booking: what is written off is taken back already", false, func(b *crm.Book) { b.Adjustments = []crm.Adjustment{adjusts(crm.WriteOff, 40, 53000)} }, 61, Holding{Exposed: 5000}},
		{"booking: a credit note of 30 % reversed 30.00; 74200 of the gross are open", false, func(b *crm.Book) {
			b.Adjustments = []crm.Adjustment{adjusts(crm.CreditNote, 20, 31800)}
		}, 61, Holding{Exposed: 7000}},
		{"booking: cancelled", false, func(b *crm.Book) { b.Contracts[0].Status, b.Contracts[0].StatusDate = crm.ContractVoid, 40 }, 61, Holding{}},
		{"booking: without invoices nothing is overdue", false, func(b *crm.Book) { b.Invoices = nil }, 61, Holding{}},
	} {
		b := oneSale(x.cash)
		if x.edit != nil {
			x.edit(b)
		}
		finish(b, spell(0, "A"))
		if got := heldOn(b, DefaultOptions(), x.day)["R"]; got != x.want {
			t.Errorf("%s: %+v, want %+v", x.name, got, x.want)
		}
	}
}

// of a sale of day 10, 11 January 1970, a window of one month ends with day
// 41, 11 February.
func TestExposedEndsWithTheWindow(t *testing.T) {
	for d, want := range map[crm.Date]int64{41: 5000, 42: 0} {
		b := oneSale(false)
		finish(b, spell(0, "A"))
		if got := heldOn(b, Options{ClawbackMonths: 1}, d)["R"].Exposed; got != want {
			t.Errorf("day %d: %d, want %d", d, got, want)
		}
		if got := heldOn(b, Options{}, d)["R"].Exposed; got != 5000 {
			t.Errorf("unlimited, day %d: %d", d, got)
		}
	}
}

// 1.00 of commission in thirds is 0.34 + 0.33 + 0.33. One of three
// equal instalments is paid: 0.33 accrued, 0.11 each, so 0.67 wait: 0.23, 0.22 and
// 0.22.
func TestHeldIsSplitByLargestRemainder(t *testing.T) {
	b := newBook(200)
	c := b.Customers.Number("C")
	for _, id := range []string{"R", "S", "T"} {
		b.Splits = append(b.Splits, crm.Split{Contract: "K", Rep: b.Reps.Number(id), Share: crm.One / 3})
	}
	b.Splits[0].Share += crm.One - 3*(crm.One/3)
	b.Rates = []crm.Rate{everybody(crm.One / 10)}
	b.Rates[0].Cash = true
	b.Contracts = []crm.Contract{{ID: "K", Customer: c, Rep: 0, SignDate: 10, Amount: cny(1000), Base: cny(1000), BaseKnown: true, Status: crm.Active}}
	for i, amount := range []int64{333, 333, 334} {
		b.Invoices = append(b.Invoices, crm.Invoice{ID: crm.InvoiceID(fmt.Sprint("I", i)), Customer: c, Contract: "K", Date: 10, Due: 30, Amount: cny(amount)})
	}
	b.Payments = []crm.Payment{pays(20, 333, "I0")}
	finish(b, spell(0, "A"), spell(1, "A"), spell(2, "B"))
	got := heldOn(b, DefaultOptions(), 20)
	if want := (map[string]Holding{"R": {Held: 23}, "S": {Held: 22}, "T": {Held: 22}}); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// who moves takes it along; of who leaves it is under (left), not with the
// successor.
func TestHeldGoesWithTheRep(t *testing.T) {
	b := oneSale(true)
	before, after := spell(0, "A"), spell(0, "B")
	before.To, after.From, after.LeftOn = 19, 20, 50
	finish(b, before, after)
	for d, want := range map[crm.Date]string{19: "A", 20: "B", 60: crm.LeftID} {
		env := NewEnv(b, DefaultOptions(), d)
		a := fold.Journeys(b, func() *Acc { return &Acc{Env: env} })
		a.ready()
		for at, h := range a.Held.All() {
			if path := b.Org.Path(at.Leaf); !slices.ContainsFunc(path, func(n crm.NodeNo) bool { return b.Org.Nodes[n].ID == want }) || h.Held != 10000 {
				t.Errorf("day %d: %+v in %v, want under %s", d, h, path, want)
			}
		}
		if len(a.Held) != 1 {
			t.Errorf("day %d: %d leaves", d, len(a.Held))
		}
	}
}

// 1000.00 USD at 7.00 of the sign date and 10 % are 700.00 CNY; half paid
// when the dollar is at 8.00 leaves 350.00, and the list says what is open in
// dollars.
func TestHeldInAnotherCurrency(t *testing.T) {
	usd := func(n int64) crm.Money { return crm.Money{Minor: n, Currency: "USD"} }
	b := newBook(200)
	c, r := b.Customers.Number("C"), b.Reps.Number("R")
	b.FX = crm.NewFX([]crm.FXRate{{Currency: "USD", Date: 1, Rate: 7 * crm.One}, {Currency: "USD", Date: 20, Rate: 8 * crm.One}})
	b.Rates = []crm.Rate{everybody(crm.One / 10)}
	b.Rates[0].Cash = true
	b.Contracts = []crm.Contract{{ID: "K", Customer: c, Rep: r, SignDate: 10, Amount: usd(100000), Base: usd(100000), BaseKnown: true, Status: crm.Active}}
	b.Invoices = []crm.Invoice{{ID: "I", Customer: c, Contract: "K", Date: 10, Due: 30, Amount: usd(100000)}}
	b.Payments = []crm.Payment{{ID: "P", Customer: c, Date: 25, Amount: usd(50000), Invoice: "I"}}
	finish(b, spell(0, "A"))
	res := Compute(b, measure.NewFrame(b), DefaultOptions())
	for _, l := range res.Lists {
		if l.ID != "commission.suspended" {
			continue
		}
		if len(l.Rows) != 1 {
			t.Fatalf("%d rows", len(l.Rows))
		}
		if x := l.Rows[0].Cells; x[1].Text != "K" || x[3].Text != WaitsForPayment || x[4] != (measure.Cell{Text: "USD", Num: 50000}) || x[5].Num != 30 || x[7].Num != 35000 {
			t.Errorf("%+v", x)
		}
	}
}

// suspenseBook is a random book, with brackets now and then, whose payments name
// their invoice: what names none is shared out anew when there is one document
// more, and a refund takes of that.
func suspenseBook(seed uint64) *crm.Book {
	b := randomBook(seed)
	if seed%2 == 1 {
		withTiers(b, seed)
	}
	b.Payments = slices.DeleteFunc(b.Payments, func(p crm.Payment) bool { return p.Refund })
	for i := range b.Payments {
		p := &b.Payments[i]
		p.Invoice = crm.InvoiceID("I" + p.ID[:len(p.ID)-1]) // the sale's id with a digit
	}
	return b
}

// What is exposed is what a write-off of all that is overdue takes back on that
// day, rep by rep; what is held is what accrues when the customer pays the rest.
// Both are told of the past as if it were the as-of day.
func TestHeldIsWhatTheDayWouldBring(t *testing.T) {
	held, exposed := 0, 0
	for seed := range uint64(60) {
		b := suspenseBook(seed)
		got := heldOn(b, DefaultOptions(), b.AsOf)
		want := map[string]Holding{}
		sums := func(b *crm.Book) map[string]Sums {
			a, out := folded(b, DefaultOptions()), map[string]Sums{}
			for at, s := range a.Days.All() {
				if at.Day == b.AsOf {
					id := b.Reps.ID(b.Org.Leaves[at.Leaf].Rep)
					out[id] = out[id].Plus(s)
				}
			}
			return out
		}
		before, lost := sums(b), *b
		lost.Adjustments = slices.Clone(b.Adjustments)
		for j := range b.Journeys(0, crm.CustomerNo(b.Customers.Len())) {
			for _, it := range ledger.Settle(j, ledger.Terms{}, b.AsOf).Items {
				if it.Due < b.AsOf && it.Outstanding > 0 {
					lost.Adjustments = append(lost.Adjustments, crm.Adjustment{ID: "over" + string(it.Invoice.ID), Kind: crm.WriteOff, Customer: j.Customer,
						Invoice: it.Invoice.ID, Date: b.AsOf, Amount: cny(it.Outstanding)})
				}
			}
		}
		finishAgain(&lost)
		after := sums(&lost)
		for n := range b.Reps.Len() {
			id := b.Reps.ID(crm.RepNo(n))
			if x := before[id].ClawedBack - after[id].ClawedBack; x != 0 {
				want[id] = Holding{Exposed: x}
			}
			if got[id].Exposed != want[id].Exposed {
				t.Errorf("seed %d, %s: exposed %d, a write-off takes %d", seed, id, got[id].Exposed, want[id].Exposed)
			}
			if got[id].Exposed != 0 {
				exposed++
			}
			if got[id].Held != 0 {
				held++
			}
		}
		// The past as if it were the as-of day.
		then := b.AsOf - crm.Date(seed)
		past := *b
		past.AsOf = then
		if x, y := fmt.Sprint(heldOn(b, DefaultOptions(), then)), fmt.Sprint(heldOn(&past, DefaultOptions(), then)); x != y {
			t.Errorf("seed %d: %s was %s on the day, is told as %s", seed, then, y, x)
		}
	}
	if held < 40 || exposed < 40 {
		t.Errorf("%d held, %d exposed: the law was hardly tried", held, exposed)
	}
}

// finishAgain sorts adjustments as ingest does.
func finishAgain(b *crm.Book) {
	slices.SortStableFunc(b.Adjustments, func(x, y crm.Adjustment) int {
		if x.Customer != y.Customer {
			return int(x.Customer - y.Customer)
		}
		return int(x.Date - y.Date)
	})
}

// On random sales: what waits is never below 0 and with what is accrued never above
// the whole; what is at risk never above what is accrued and not taken back.
func TestSuspenseLaws(t *testing.T) {
	for seed := range uint64(60) {
		b := suspenseBook(seed)
		a := folded(b, DefaultOptions())
		given := map[string]int64{}
		for at, s := range a.Days.All() {
			given[b.Reps.ID(b.Org.Leaves[at.Leaf].Rep)] += s.total()
		}
		for id, h := range heldOn(b, DefaultOptions(), b.AsOf) {
			if h.Held < 0 || h.Exposed < 0 || h.Exposed > given[id] {
				t.Errorf("seed %d, %s: %+v of %d", seed, id, h, given[id])
			}
		}
	}
}

// The rows of the list are the numbers of the company and of each rep.
func TestSuspendedSumsToTheValues(t *testing.T) {
	for seed := range uint64(20) {
		b := suspenseBook(seed)
		f := measure.NewFrame(b)
		res := Compute(b, f, DefaultOptions())
		rows := map[crm.NodeNo]Holding{}
		for _, l := range res.Lists {
			for _, r := range l.Rows {
				if l.ID != "commission.suspended" {
					continue
				}
				h := Holding{Held: r.Cells[7].Num}
				if r.Cells[3].Text == Overdue {
					h = Holding{Exposed: r.Cells[7].Num}
				}
				for _, n := range f.Org.Path(r.Leaf) {
					rows[n] = rows[n].Plus(h)
				}
			}
		}
		values := 0
		for _, v := range res.Values {
			h := rows[v.Slot.Scope]
			if want, ok := map[string]int64{idHeld: h.Held, idExposed: h.Exposed}[v.Metric]; ok && f.IsCurrent(v.Slot.Period) {
				if values++; v.Num != want {
					t.Errorf("seed %d: %s of %s is %d, its rows %d", seed, v.Metric, f.Org.Nodes[v.Slot.Scope].ID, v.Num, want)
				}
			}
		}
		if values == 0 {
			t.Errorf("seed %d: no values", seed)
		}
	}
}
