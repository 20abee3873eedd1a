package ledger

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
)

// day reads 2024-06-30; "" is no date.
func day(t *testing.T, s string) crm.Date {
	t.Helper()
	if s == "" {
		return crm.NoDate
	}
	d, err := crm.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// cny reads an amount of two places.
func cny(t *testing.T, s string) crm.Money {
	t.Helper()
	v, err := crm.ParseMinor(s, 2)
	if err != nil {
		t.Fatal(err)
	}
	return crm.Money{Minor: v, Currency: "CNY"}
}

// Every line of examples/receivables/ageing_and_allocation.
func TestAgeingAndAllocation(t *testing.T) {
	const dir = "ageing_and_allocation"
	var want struct {
		Lines []struct {
			Key         string
			Outstanding int64 `json:"outstanding_cents"`
			DueMissing  bool  `json:"due_date_missing"`
		}
		Unapplied struct {
			ByCustomer map[string]int64 `json:"by_customer"`
		} `json:"unapplied_credit_cents"`
		Reconcile struct {
			Billed  int64
			Settled int64 `json:"paid_credited_written_off"`
			Balance int64
		}
	}
	casetest.JSON(t, &want, dir, "expected.json")
	journeys := map[string]*crm.Journey{}
	of := func(r map[string]string) *crm.Journey {
		id := r["customer_id"]
		if journeys[id] == nil {
			journeys[id] = &crm.Journey{}
		}
		return journeys[id]
	}
	for _, r := range casetest.CSV(t, dir, "instalments.csv") {
		j := of(r)
		j.Invoices = append(j.Invoices, crm.Invoice{ID: crm.InvoiceID(r["invoice_id"]), Instalment: r["instalment"],
			Date: day(t, r["invoice_date"]), Due: day(t, r["due_date"]), Amount: cny(t, r["amount"])})
	}
	for _, r := range casetest.CSV(t, dir, "payments.csv") {
		j := of(r)
		j.Payments = append(j.Payments, crm.Payment{ID: r["payment_id"], Date: day(t, r["date"]), Amount: cny(t, r["amount"]),
			Invoice: crm.InvoiceID(r["invoice_id"])})
	}
	for _, r := range casetest.CSV(t, dir, "adjustments.csv") {
		j := of(r)
		j.Adjustments = append(j.Adjustments, crm.Adjustment{ID: r["id"], Kind: crm.AdjustmentKind(r["kind"]),
			Date: day(t, r["date"]), Amount: cny(t, r["amount"]), Invoice: crm.InvoiceID(r["invoice_id"])})
	}
	asOf := day(t, "2024-06-30")
	got, unapplied := map[string]int64{}, map[string]int64{}
	var sum Totals
	for id, j := range journeys {
		a := Settle(j, Terms{}, asOf)
		if !a.Balanced() {
			t.Errorf("%s does not balance: %+v", id, a.Totals)
		}
		for _, it := range a.Items {
			if it.Outstanding > 0 {
				got[string(it.Invoice.ID)+"/"+it.Invoice.Instalment] = it.Outstanding
			}
			if it.Invoice.ID == "I6" && (!it.DueMissing || it.Due != it.Invoice.Date) {
				t.Errorf("I6 is due %s, missing %v", it.Due, it.DueMissing)
			}
		}
		for _, u := range a.Unapplied {
			unapplied[id] += u.Amount
		}
		for _, x := range a.Totals {
			sum.Billed += x.Billed
			sum.Paid += x.Paid + x.Credited + x.WrittenOff
			sum.Outstanding += x.Outstanding - x.Unapplied
		}
	}
	lines := map[string]int64{}
	for _, l := range want.Lines {
		lines[l.Key] = l.Outstanding
	}
	if !reflect.DeepEqual(got, lines) {
		t.Errorf("lines %v, want %v", got, lines)
	}
	if !reflect.DeepEqual(unapplied, want.Unapplied.ByCustomer) {
		t.Errorf("unapplied %v, want %v", unapplied, want.Unapplied.ByCustomer)
	}
	if sum.Billed != want.Reconcile.Billed || sum.Paid != want.Reconcile.Settled || sum.Outstanding != want.Reconcile.Balance {
		t.Errorf("sums %+v, want %+v", sum, want.Reconcile)
	}
}

func invoice(id, inst string, date, due crm.Date, minor int64) crm.Invoice {
	return crm.Invoice{ID: crm.InvoiceID(id), Instalment: inst, Date: date, Due: due, Amount: crm.Money{Minor: minor, Currency: "CNY"}}
}

func pay(id string, date crm.Date, minor int64, inv string) crm.Payment {
	return crm.Payment{ID: id, Date: date, Amount: crm.Money{Minor: minor, Currency: "CNY"}, Invoice: crm.InvoiceID(inv)}
}

func refund(id string, date crm.Date, minor int64, inv string) crm.Payment {
	p := pay(id, date, minor, inv)
	p.Refund = true
	return p
}

func adjust(kind crm.AdjustmentKind, date crm.Date, minor int64, inv string) crm.Adjustment {
	return crm.Adjustment{ID: "A", Kind: kind, Date: date, Amount: crm.Money{Minor: minor, Currency: "CNY"}, Invoice: crm.InvoiceID(inv)}
}

// onBoth names the invoice and its contract, as many exports do.
func onBoth(kind crm.AdjustmentKind, date crm.Date, minor int64, inv, contract string) crm.Adjustment {
	a := adjust(kind, date, minor, inv)
	a.Contract = crm.ContractID(contract)
	return a
}

func outstanding(a Account) []int64 {
	var out []int64
	for _, it := range a.Items {
		out = append(out, it.Outstanding)
	}
	return out
}

func unappliedOf(a Account) int64 {
	var n int64
	for _, u := range a.Unapplied {
		n += u.Amount
	}
	return n
}

func words(a Account) []string {
	var out []string
	for _, f := range a.Flags {
		out = append(out, f.Word)
	}
	return out
}

// Frappe's tests (examples/published/erpnext_accounts_receivable), in cents.
func TestERPNext(t *testing.T) {
	type row struct{ Invoiced, Paid, Outstanding, Remaining, Future int64 } // in whole units, as the case has them
	var file struct {
		Cases []struct {
			Before      []int64
			AfterPaid   [][3]int64 `json:"after_paid_outstanding"` // term, paid, outstanding
			After       [][3]int64
			Note        string `json:"then_credit_note_100"`
			Outstanding float64
			Rows        json.RawMessage
			Base, USD   []int64
			Row         []int64
		}
	}
	casetest.JSON(t, &file, "erpnext_accounts_receivable", "expected.json")
	c := file.Cases
	one := func(units int64, cur crm.Currency) []crm.Invoice {
		v := invoice("S", "", 0, 0, units*100)
		v.Amount.Currency = cur
		return []crm.Invoice{v}
	}
	check := func(name string, a Account, want [][4]int64, unapplied int64) {
		t.Helper()
		got := make([][4]int64, len(a.Items))
		for i := range a.Items {
			got[i] = columns(&a.Items[i])
		}
		if !slices.Equal(got, want) || unappliedOf(a) != unapplied*100 || !a.Balanced() {
			t.Errorf("%s: %v and unapplied %d, want %v and %d", name, got, unappliedOf(a), want, unapplied)
		}
	}
	terms := func(rows [][3]int64) (out []crm.Invoice, want [][4]int64) {
		for i, r := range rows {
			out = append(out, invoice("S", string(rune('1'+i)), 0, crm.Date(i*30), r[0]*100))
			want = append(want, [4]int64{r[0], r[1], 0, r[2]})
		}
		return out, want
	}
	invoices, want := terms(c[0].AfterPaid)
	check("three terms", Settle(&crm.Journey{Invoices: invoices, Payments: []crm.Payment{pay("P", 1, 4000, "S")}}, Terms{}, 9), want, 0)
	for i, n := range c[0].Before {
		if want[i][0] != n {
			t.Errorf("three terms: %v, before %v", want, c[0].Before)
		}
	}
	invoices, want = terms(c[1].After)
	j := &crm.Journey{Invoices: invoices, Payments: []crm.Payment{pay("P", 1, 4000, "S")}}
	check("qty 2", Settle(j, Terms{}, 9), want, 0)
	j.Adjustments = []crm.Adjustment{adjust(crm.CreditNote, 2, 10000, "S")}
	after := Settle(j, Terms{}, 9)
	first, a, b := columns(&after.Items[0]), columns(&after.Items[1]), columns(&after.Items[2])
	text := fmt.Sprintf("first term %d used up, second gets %d -> [%d paid %d credit %d outstanding %d],[%d,%d,%d,%d]",
		first[2], a[2], a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3])
	if !strings.HasSuffix(c[1].Note, text) || first[3] != 0 || !after.Balanced() {
		t.Errorf("then a credit note: %s, want %s", text, c[1].Note)
	}

	cent := Settle(&crm.Journey{Invoices: one(100, "CNY"), Payments: []crm.Payment{pay("P", 0, 9999, "S")}}, Terms{}, 9)
	if got := outstanding(cent); len(got) != 1 || got[0] != int64(c[3].Outstanding*100+0.5) {
		t.Errorf("99.99 of 100: %v", got)
	}
	// A payment of 110 that comes tomorrow: 100 of it are the invoice's, 10 are credit.
	future := &crm.Journey{Invoices: one(100, "CNY"), Payments: []crm.Payment{pay("P", 10, 11000, "S")}}
	today, tomorrow := Settle(future, Terms{}, 9), Settle(future, Terms{}, 10)
	var rows []row
	if err := json.Unmarshal(c[4].Rows, &rows); err != nil {
		t.Fatal(err)
	}
	now, then, spare := columns(&today.Items[0]), columns(&tomorrow.Items[0]), unappliedOf(tomorrow)/100
	got := []row{{now[0], now[1], now[3], then[3], then[1]}, {0, spare, -spare, -spare, 0}}
	if !slices.Equal(got, rows) || unappliedOf(today) != 0 {
		t.Errorf("future payment: %+v, want %+v", got, rows)
	}
	// 90 of 100 USD come tomorrow: 10 USD stay. In base money the page has 8000 less
	// the 6750 that came at another rate, where has 10 USD at the rate of the day.
	usd := &crm.Journey{Invoices: one(100, "USD"), Payments: []crm.Payment{pay("P", 10, 9000, "S")}}
	usd.Payments[0].Amount.Currency = "USD"
	today, tomorrow = Settle(usd, Terms{}, 9), Settle(usd, Terms{}, 10)
	now, then = columns(&today.Items[0]), columns(&tomorrow.Items[0])
	if got := []int64{now[0], now[3], then[3], then[1]}; !slices.Equal(got, c[5].USD) {
		t.Errorf("USD: %v, want %v", got, c[5].USD)
	}
	if got := []int64{80 * now[0], 80 * now[3], 80*now[3] - 75*then[1], 75 * then[1]}; !slices.Equal(got, c[5].Base) || got[2] == 80*then[3] {
		t.Errorf("USD in base money: %v, want %v", got, c[5].Base)
	}
	advance := Settle(&crm.Journey{Payments: []crm.Payment{pay("P", 1, 100000, "")}}, Terms{}, 9)
	if n := unappliedOf(advance) / 100; !slices.Equal([]int64{0, n, 0, -n}, c[7].Row) || len(advance.Items) > 0 {
		t.Errorf("an advance: %d, want %v", n, c[7].Row)
	}
}

// columns are an item's amount, paid, credited and outstanding, in whole units.
func columns(it *Item) [4]int64 {
	out := [4]int64{it.Invoice.Amount.Minor / 100, 0, 0, it.Outstanding / 100}
	for _, e := range it.Events {
		switch e.Kind {
		case Paid:
			out[1] += e.Amount / 100
		case Credited:
			out[2] += e.Amount / 100
		}
	}
	return out
}

// Each case by hand; amounts in cents, days as small numbers.
func TestSettle(t *testing.T) {
	one := []crm.Invoice{invoice("I1", "", 0, 30, 100), invoice("I2", "", 1, 40, 100)}
	mixed := []crm.Invoice{invoice("I1", "", 0, 30, 100), invoice("I2", "", 1, 40, 100)}
	mixed[1].Amount.Currency = "USD"
	void := invoice("I1", "", 0, 30, 100)
	void.Void = true
	byContract := adjust(crm.CreditNote, 5, 30, "")
	byContract.Contract = "K"
	named := invoice("I2", "", 1, 40, 100)
	named.Contract = "K"
	for _, c := range []struct {
		name      string
		j         crm.Journey
		want      []int64
		unapplied int64
		flags     []string
	}{
		{"nothing", crm.Journey{}, nil, 0, nil},
		{"void is out; its payment is credit", crm.Journey{Invoices: []crm.Invoice{void}, Payments: []crm.Payment{pay("P", 3, 40, "I1")}},
			nil, 40, []string{ReferenceUnknown}},
		{"oldest first", crm.Journey{Invoices: one, Payments: []crm.Payment{pay("P", 3, 130, "")}}, []int64{0, 70}, 0, nil},
		{"a name comes first, whatever the dates", crm.Journey{Invoices: one,
			Payments: []crm.Payment{pay("P", 3, 100, ""), pay("Q", 4, 100, "I1")}}, []int64{0, 0}, 0, nil},
		{"a surplus never cascades", crm.Journey{Invoices: one, Payments: []crm.Payment{pay("P", 3, 130, "I1")}}, []int64{0, 100}, 30, nil},
		{"an unknown name is credit", crm.Journey{Invoices: one, Payments: []crm.Payment{pay("P", 3, 130, "X")}},
			[]int64{100, 100}, 130, []string{ReferenceUnknown}},
		{"no conversion", crm.Journey{Invoices: mixed, Payments: []crm.Payment{pay("P", 3, 130, "")}}, []int64{0, 100}, 30, nil},
		{"no conversion by name", crm.Journey{Invoices: mixed, Payments: []crm.Payment{pay("P", 3, 70, "I2")}},
			[]int64{100, 100}, 70, []string{CurrencyMismatch}},
		{"a credit on a contract", crm.Journey{Invoices: []crm.Invoice{one[0], named}, Adjustments: []crm.Adjustment{byContract}},
			[]int64{100, 70}, 0, nil},
		{"a refund takes the surplus first", crm.Journey{Invoices: one,
			Payments: []crm.Payment{pay("P", 3, 130, "I1"), refund("R", 4, 30, "I1")}}, []int64{0, 100}, 0, nil},
		{"a credit on a paid invoice, paid back: nothing is open and nothing left", crm.Journey{Invoices: one,
			Payments:    []crm.Payment{pay("P", 3, 100, "I1"), refund("R", 5, 20, "I1")},
			Adjustments: []crm.Adjustment{onBoth(crm.CreditNote, 4, 20, "I1", "K")}}, []int64{0, 100}, 0, nil},
		{"a credit paid back before the invoice is paid in full", crm.Journey{Invoices: one,
			Payments:    []crm.Payment{refund("R", 5, 20, "I1"), pay("P", 9, 100, "I1")},
			Adjustments: []crm.Adjustment{onBoth(crm.CreditNote, 4, 20, "I1", "K")}}, []int64{0, 100}, 0, nil},
		{"then the instalment", crm.Journey{Invoices: one,
			Payments: []crm.Payment{pay("P", 3, 130, "I1"), refund("R", 4, 50, "I1")}}, []int64{20, 100}, 0, nil},
		{"what it reopens is paid by the next", crm.Journey{Invoices: one,
			Payments: []crm.Payment{pay("P", 3, 100, "I1"), refund("R", 4, 100, "I1"), pay("Q", 5, 150, "")}}, []int64{0, 50}, 0, nil},
		{"a refund of oldest first takes the latest back", crm.Journey{Invoices: one,
			Payments: []crm.Payment{pay("P", 3, 150, ""), refund("R", 4, 60, "")}}, []int64{10, 100}, 0, nil},
		{"what is taken back is open again to the next", crm.Journey{Invoices: one,
			Payments: []crm.Payment{pay("P", 3, 100, ""), refund("R", 4, 40, ""), pay("Q", 5, 60, "")}}, []int64{0, 80}, 0, nil},
		{"a named refund of oldest first", crm.Journey{Invoices: one,
			Payments: []crm.Payment{pay("P", 3, 150, ""), refund("R", 4, 60, "I1")}}, []int64{60, 50}, 0, nil},
		{"a refund of nothing is owed", crm.Journey{Invoices: one, Payments: []crm.Payment{refund("R", 4, 60, "")}},
			[]int64{100, 100}, -60, []string{RefundExceedsPaid}},
		{"a negative payment is a refund", crm.Journey{Invoices: one,
			Payments: []crm.Payment{pay("P", 3, 100, "I1"), pay("R", 4, -40, "I1")}}, []int64{40, 100}, 0, nil},
		{"a write-off takes what is open", crm.Journey{Invoices: one, Payments: []crm.Payment{pay("P", 3, 60, "I1")},
			Adjustments: []crm.Adjustment{adjust(crm.WriteOff, 50, 70, "I1")}}, []int64{0, 100}, 0, []string{WriteOffExceedsOpen}},
		{"not what was paid before, though nothing was named", crm.Journey{Invoices: one, Payments: []crm.Payment{pay("P", 3, 100, "")},
			Adjustments: []crm.Adjustment{adjust(crm.WriteOff, 50, 100, "I1")}}, []int64{0, 100}, 0, []string{WriteOffExceedsOpen}},
		{"and later money does not undo it", crm.Journey{Invoices: one, Payments: []crm.Payment{pay("P", 60, 100, "")},
			Adjustments: []crm.Adjustment{adjust(crm.WriteOff, 50, 100, "I1")}}, []int64{0, 0}, 0, nil},
		{"a recovery is outside", crm.Journey{Invoices: one,
			Adjustments: []crm.Adjustment{adjust(crm.WriteOff, 50, 100, "I1"), adjust(crm.Recovery, 60, 100, "I1")}}, []int64{0, 100}, 0, nil},
		{"a negative write-off is dropped", crm.Journey{Invoices: one, Adjustments: []crm.Adjustment{adjust(crm.WriteOff, 50, -1, "I1")}},
			[]int64{100, 100}, 0, []string{NegativeAdjustment}},
		{"a negative invoice is a credit note", crm.Journey{Invoices: append([]crm.Invoice{invoice("N", "", 5, 5, -30)}, one...)},
			[]int64{70, 100}, 0, nil},
		{"nobody's rows are not shared out", crm.Journey{Customer: crm.NoCustomer, Invoices: one,
			Payments: []crm.Payment{pay("P", 3, 30, ""), pay("Q", 3, 40, "I2")}}, []int64{100, 60}, 30, nil},
	} {
		a := Settle(&c.j, Terms{}, 100)
		if !reflect.DeepEqual(outstanding(a), c.want) || unappliedOf(a) != c.unapplied || !reflect.DeepEqual(words(a), c.flags) || !a.Balanced() {
			t.Errorf("%s: %v, unapplied %d, flags %v, %+v", c.name, outstanding(a), unappliedOf(a), words(a), a.Totals)
		}
	}
}

// the terms, else the invoice date; settlement follows the presumed day.
func TestDueMissing(t *testing.T) {
	j := &crm.Journey{Invoices: []crm.Invoice{invoice("I1", "", 10, crm.NoDate, 100), invoice("I2", "", 0, 30, 100)}}
	for _, c := range []struct {
		terms Terms
		due   crm.Date
		first crm.InvoiceID
	}{{Terms{}, 10, "I1"}, {Terms{0, true}, 10, "I1"}, {Terms{45, true}, 55, "I2"}} {
		a := Settle(j, c.terms, 100)
		if a.Items[0].Invoice.ID != c.first {
			t.Errorf("%+v: %s is settled first, want %s", c.terms, a.Items[0].Invoice.ID, c.first)
		}
		for _, it := range a.Items {
			if it.DueMissing != (it.Invoice.ID == "I1") || it.DueMissing && it.Due != c.due {
				t.Errorf("%+v: %s is due %d, missing %v", c.terms, it.Invoice.ID, it.Due, it.DueMissing)
			}
		}
	}
}

// The events of cash_basis_partial_rounding's K4: 530, 600 of which 530 settle,
// and a refund of 70 that only takes the surplus.
func TestEventsAreDated(t *testing.T) {
	j := &crm.Journey{Invoices: []crm.Invoice{invoice("K4", "", 0, 0, 106000)},
		Payments: []crm.Payment{pay("P", 20, 53000, "K4"), pay("Q", 51, 60000, "K4"), refund("R", 65, 7000, "K4")}}
	a := Settle(j, Terms{}, 100)
	j.Payments[1].Pos = crm.Pos{File: 4, Line: 7}
	a = Settle(j, Terms{}, 100)
	want := []Event{{20, Paid, 53000, crm.Pos{}}, {51, Paid, 53000, crm.Pos{File: 4, Line: 7}}}
	if !reflect.DeepEqual(a.Items[0].Events, want) || len(a.Unapplied) != 0 {
		t.Errorf("events %v, unapplied %v", a.Items[0].Events, a.Unapplied)
	}
	a = Settle(j, Terms{}, 60)
	if w := []Unapplied{{"CNY", "K4", "", 7000}}; !reflect.DeepEqual(a.Unapplied, w) {
		t.Errorf("before the refund unapplied is %v, want %v", a.Unapplied, w)
	}
}
