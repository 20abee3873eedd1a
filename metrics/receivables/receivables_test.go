package receivables

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

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

func cny(t *testing.T, s string) crm.Money {
	t.Helper()
	v, err := crm.ParseMinor(s, 2)
	if err != nil {
		t.Fatal(err)
	}
	return crm.Money{Minor: v, Currency: "CNY"}
}

// newBook is an empty book of a given day.
func newBook(asOf crm.Date) *crm.Book {
	return &crm.Book{AsOf: asOf, Currency: "CNY", Tables: map[string]bool{"invoices": true, "payments": true, "adjustments": true},
		Reps: &crm.Names[crm.RepNo]{}, Customers: &crm.Names[crm.CustomerNo]{}, Calendar: crm.NewCalendar(nil, nil, nil)}
}

// finish sorts the tables as ingest does and builds the tree.
func finish(b *crm.Book, spells ...crm.Spell) *crm.Book {
	b.Org = crm.NewOrg(b.Reps, spells)
	slices.SortStableFunc(b.Invoices, func(x, y crm.Invoice) int { return cmp.Compare(x.Customer, y.Customer) })
	slices.SortStableFunc(b.Payments, func(x, y crm.Payment) int {
		return cmp.Or(cmp.Compare(x.Customer, y.Customer), cmp.Compare(x.Date, y.Date))
	})
	slices.SortStableFunc(b.Adjustments, func(x, y crm.Adjustment) int {
		return cmp.Or(cmp.Compare(x.Customer, y.Customer), cmp.Compare(x.Date, y.Date))
	})
	slices.SortStableFunc(b.Contracts, func(x, y crm.Contract) int { return cmp.Compare(x.Customer, y.Customer) })
	slices.SortStableFunc(b.Splits, func(x, y crm.Split) int { return cmp.Compare(x.Contract, y.Contract) })
	return b
}

// ageing reads examples/receivables/ageing_and_allocation.
func ageing(t *testing.T) *crm.Book {
	const dir = "ageing_and_allocation"
	b := newBook(day(t, "2024-06-30"))
	for _, r := range casetest.CSV(t, dir, "instalments.csv") {
		d := day(t, r["invoice_date"])
		if d > b.AsOf { // ingest leaves future rows out
			continue
		}
		b.Invoices = append(b.Invoices, crm.Invoice{ID: crm.InvoiceID(r["invoice_id"]), Instalment: r["instalment"],
			Customer: b.Customers.Number(r["customer_id"]), Rep: b.Reps.Number(r["rep_id"]), Date: d, Due: day(t, r["due_date"]), Amount: cny(t, r["amount"])})
	}
	for _, r := range casetest.CSV(t, dir, "payments.csv") {
		if d := day(t, r["date"]); d <= b.AsOf {
			b.Payments = append(b.Payments, crm.Payment{ID: r["payment_id"], Customer: b.Customers.Number(r["customer_id"]), Date: d,
				Amount: cny(t, r["amount"]), Invoice: crm.InvoiceID(r["invoice_id"])})
		}
	}
	for _, r := range casetest.CSV(t, dir, "adjustments.csv") {
		b.Adjustments = append(b.Adjustments, crm.Adjustment{ID: r["id"], Kind: crm.AdjustmentKind(r["kind"]), Customer: b.Customers.Number(r["customer_id"]),
			Date: day(t, r["date"]), Amount: cny(t, r["amount"]), Invoice: crm.InvoiceID(r["invoice_id"])})
	}
	return finish(b)
}

// find returns a value; missing is nil.
func find(res measure.Result, f *measure.Frame, metric, scope, period, key string) *measure.Value {
	for i, v := range res.Values {
		if v.Metric == metric && f.Org.Nodes[v.Slot.Scope].ID == scope && v.Slot.Period.Name == period && v.Key == key {
			return &res.Values[i]
		}
	}
	return nil
}

func wantMoney(t *testing.T, res measure.Result, f *measure.Frame, metric, scope, period, key string, want int64) {
	t.Helper()
	v := find(res, f, metric, scope, period, key)
	if v == nil {
		t.Errorf("%s %s %s %s: no value, want %d", metric, scope, period, key, want)
	} else if v.Num != want || v.Den != 1 || !v.OK || v.Currency != "CNY" {
		t.Errorf("%s %s %s %s: %d %s, want %d", metric, scope, period, key, v.Num, v.Currency, want)
	}
}

func TestAgeingAndAllocation(t *testing.T) {
	var want struct {
		Buckets   map[string]int64            `json:"buckets_cents"`
		Unapplied struct{ Total int64 }       `json:"unapplied_credit_cents"`
		Balance   int64                       `json:"ar_balance_cents"`
		ByRep     map[string]map[string]int64 `json:"by_rep"`
		Overdue   int64                       `json:"overdue_cents"`
		Share     float64                     `json:"overdue_share"`
		OpenItems int64                       `json:"open_items_cents"`
		Lines     []json.RawMessage           `json:"lines"`
	}
	casetest.JSON(t, &want, "ageing_and_allocation", "expected.json")
	b := ageing(t)
	f := measure.NewFrame(b)
	res := Compute(b, f, DefaultOptions())
	for _, p := range f.Current { // the state of every current period is that of the as-of day
		for k, n := range want.Buckets {
			wantMoney(t, res, f, idBucket, "company", p.Name, "bucket="+k, n)
		}
		for rep, byBucket := range want.ByRep {
			for k := range want.Buckets {
				wantMoney(t, res, f, idBucket, rep, p.Name, "bucket="+k, byBucket[k])
			}
		}
		wantMoney(t, res, f, idUnapplied, "company", p.Name, "", want.Unapplied.Total)
		wantMoney(t, res, f, idBalance, "company", p.Name, "", want.Balance)
		wantMoney(t, res, f, idOverdue, "company", p.Name, "", want.Overdue)
		if n := find(res, f, idItems, "company", p.Name, ""); n == nil || n.Num != int64(len(want.Lines)) {
			t.Errorf("open instalments %+v, the case has %d lines", n, len(want.Lines))
		}
		v := find(res, f, idOverdueShare, "company", p.Name, "")
		if v == nil || v.Num != want.Overdue || v.Den != want.OpenItems || math.Abs(v.V-want.Share) > 1e-9 || v.Open != f.Running(p) {
			t.Errorf("%s: overdue share %+v", p.Name, v)
		}
	}
	// W1 is dated 2024-06-29, a Saturday of the week, month, quarter and year.
	wantMoney(t, res, f, idWrittenOff, "R2", "2024-06", "", 150000)
	// The state at the end of May, by hand: I1 of 10000 less P1 4000, I2 1000,
	// I3 800, I4 700, I5 4000; I7 paid by P5, whose other 100 is then unapplied.
	// Of this not due: I1/3 2000, I2 (due that day) 1000, I3 800.
	wantMoney(t, res, f, idBalance, "company", "2024-05", "", 600000+100000+80000+70000+400000-10000)
	wantMoney(t, res, f, idOverdue, "company", "2024-05", "", 400000+70000+400000)
	if v := find(res, f, idBucket, "company", "2024-02", "bucket=1-30"); v != nil {
		t.Error("a companion metric covers old periods")
	}
	// Lists: I5 (R2, 182 days), I1/2 and I2 (R1, 31 and 30 days).
	l := res.Lists[0]
	if len(l.Rows) != 2 || l.Rows[0].Cells[0].Text != "C1" || l.Rows[0].Cells[2].Num != 390000 || l.Rows[0].Cells[3].Num != 31 ||
		l.Rows[0].Cells[4].Text != "31-60" || l.Rows[1].Cells[2].Num != 250000 || l.Rows[1].Cells[4].Text != "181+" {
		t.Errorf("overdue customers: %+v", l.Rows)
	}
	if l := res.Lists[1]; len(l.Rows) != 2 || l.Rows[0].Cells[1].Text != "I1" || l.Rows[1].Cells[1].Text != "I5" { // > 30 days: 31 and 182, not 30
		t.Errorf("without step: %+v", l.Rows)
	}
	if len(res.Warnings) != 0 { // I6 lacks a due date, but is paid
		t.Errorf("warnings %+v", res.Warnings)
	}
}

// examples/published/erpnext_accounts_receivable, what concerns totals and
// currencies: USD 100 at 80 is 8000 in the base currency, whatever a payment
// of tomorrow is worth; after it USD 10 are open; two invoices total 185.
func TestERPNext(t *testing.T) {
	var file struct{ Cases []map[string]any }
	casetest.JSON(t, &file, "erpnext_accounts_receivable", "expected.json")
	base := file.Cases[5]["base"].([]any)
	dollars := func(asOf crm.Date) *crm.Book {
		b := newBook(asOf)
		c, r := b.Customers.Number("C"), b.Reps.Number("R")
		b.FX = crm.NewFX([]crm.FXRate{{Currency: "USD", Date: 0, Rate: 80 * crm.One}})
		b.Invoices = []crm.Invoice{{ID: "S", Customer: c, Rep: r, Date: 100, Due: 100, Amount: crm.Money{Minor: 10000, Currency: "USD"}}}
		if asOf > 100 {
			b.Payments = []crm.Payment{{ID: "P", Customer: c, Date: 101, Amount: crm.Money{Minor: 9000, Currency: "USD"}, Invoice: "S"}}
		}
		return finish(b)
	}
	b := dollars(100)
	f := measure.NewFrame(b)
	wantMoney(t, Compute(b, f, DefaultOptions()), f, idBalance, "company", "1970", "", int64(base[1].(float64))*100)
	b = dollars(101) // 10 USD at the as-of rate of 80, not the 1250 left by the payment's own rate
	f = measure.NewFrame(b)
	wantMoney(t, Compute(b, f, DefaultOptions()), f, idBalance, "company", "1970", "", 80000)

	b = newBook(100)
	for i, n := range []int64{10000, 8500} {
		b.Invoices = append(b.Invoices, crm.Invoice{ID: crm.InvoiceID(fmt.Sprint(i)), Customer: b.Customers.Number("C"), Rep: b.Reps.Number("R"),
			Date: 90, Due: 95, Amount: crm.Money{Minor: n, Currency: "CNY"}})
	}
	b = finish(b)
	f = measure.NewFrame(b)
	wantMoney(t, Compute(b, f, DefaultOptions()), f, idBalance, "company", "1970", "", int64(file.Cases[6]["total"].(float64))*100)
}

// A currency without a rate is left out and named; a currency is never 1:1.
func TestNoRate(t *testing.T) {
	b := newBook(100)
	c, r := b.Customers.Number("C"), b.Reps.Number("R")
	b.Invoices = []crm.Invoice{
		{ID: "A", Customer: c, Rep: r, Date: 50, Due: 60, Amount: crm.Money{Minor: 5000, Currency: "CNY"}},
		{ID: "B", Customer: c, Rep: r, Date: 50, Due: 60, Amount: crm.Money{Minor: 123456, Currency: "USD"}},
		{ID: "J", Customer: c, Rep: r, Date: 50, Due: 60, Amount: crm.Money{Minor: 700, Currency: "JPY"}},
	}
	b = finish(b)
	f := measure.NewFrame(b)
	res := Compute(b, f, DefaultOptions())
	wantMoney(t, res, f, idBalance, "company", "1970", "", 5000)
	if len(res.Warnings) != 2 || res.Warnings[1].Code != "no_exchange_rate" || res.Warnings[1].N != 1 ||
		res.Warnings[1].Text.EN != "No exchange rate for USD: open 1234.56, unapplied 0.00 are left out of the totals." ||
		res.Warnings[0].Text.EN != "No exchange rate for JPY: open 700, unapplied 0 are left out of the totals." {
		t.Errorf("warnings %+v", res.Warnings)
	}
}

// AR follows the sale. K is signed by R1 and R2 (1/3 and 2/3 in nine
// places) while R1 is in team A; the invoice comes after R1 has moved to B.
// 100.00 splits into 33.33 and 66.67; causes and steps split the same way.
func TestFollowsTheSale(t *testing.T) {
	b := newBook(200)
	c, r1, r2 := b.Customers.Number("C"), b.Reps.Number("R1"), b.Reps.Number("R2")
	b.Contracts = []crm.Contract{{ID: "K", Customer: c, Rep: r2, SignDate: 100}}
	b.Splits = []crm.Split{{Contract: "K", Rep: r1, Share: 333333333}, {Contract: "K", Rep: r2, Share: 666666667}}
	b.Invoices = []crm.Invoice{
		{ID: "I", Customer: c, Contract: "K", Rep: r2, Date: 150, Due: 199, Amount: crm.Money{Minor: 10000, Currency: "CNY"}, Cause: crm.CauseQuality, Step: crm.StepReminder},
		{ID: "J", Customer: c, Rep: crm.NoRep, Date: 150, Due: 200, Amount: crm.Money{Minor: 55, Currency: "CNY"}}, // of nobody
		{ID: "L", Customer: c, Rep: r1, Date: 150, Due: crm.NoDate, Amount: crm.Money{Minor: 70, Currency: "CNY"}},
	}
	b.CustomerRows = []crm.Customer{{No: c, Name: "Acme", TermsDays: 30, TermsKnown: true}}
	b.Payments = []crm.Payment{{ID: "P", Customer: c, Date: 160, Amount: crm.Money{Minor: 80, Currency: "CNY"}, Invoice: "L"}, // 10 too much
		{ID: "Q", Customer: c, Date: 161, Amount: crm.Money{Minor: 5, Currency: "CNY"}, Invoice: "X"}}
	b = finish(b, crm.Spell{Rep: r1, Team: "A", From: crm.NoDate, To: 120, HiredOn: crm.NoDate, LeftOn: crm.NoDate},
		crm.Spell{Rep: r1, Team: "B", From: 121, To: crm.NoDate, HiredOn: crm.NoDate, LeftOn: crm.NoDate},
		crm.Spell{Rep: r2, Team: "B", From: crm.NoDate, To: crm.NoDate, HiredOn: crm.NoDate, LeftOn: crm.NoDate})
	f := measure.NewFrame(b)
	res := Compute(b, f, DefaultOptions())
	for _, w := range []struct {
		metric, scope, key string
		want               int64
	}{
		{idBucket, "A", "bucket=1-30", 3333}, {idBucket, "B", "bucket=1-30", 6667}, {idBucket, "company", "bucket=1-30", 10000},
		{idBucket, "company", "bucket=not_due", 55}, {idBucket, crm.UnassignedID, "bucket=not_due", 55},
		{idByCause, "R1", "cause=quality", 3333}, {idByStep, "R2", "step=reminder", 6667}, {idByStep, "R2", "step=none", 0},
		{idDisputed, "A", "", 3333}, {idDisputed, "B", "bucket=1-30", 6667}, {idDisputed, "company", "bucket=not_due", 0}, // its bucket stays
		{idLadder, "B", "bucket=1-30,step=reminder", 6667}, {idCauseStep, "company", "cause=quality,step=reminder", 10000},
		{idUnapplied, "B", "", -10}, {idUnapplied, crm.UnassignedID, "", -5}, {idBalance, "company", "", 10000 + 55 - 15},
		{idBalance, "R1", "", 3333 - 10},
	} {
		wantMoney(t, res, f, w.metric, w.scope, "1970", w.key, w.want)
	}
	// Two open instalments: the split one counts once, with its first rep.
	for scope, want := range map[string]int64{"company": 2, "R1": 1, "R2": 0, crm.UnassignedID: 1} {
		if n := find(res, f, idItems, scope, "1970", ""); n == nil || n.Num != want {
			t.Errorf("open instalments of %s: %+v, want %d", scope, n, want)
		}
	}
	if rows := res.Lists[0].Rows; len(rows) != 2 || rows[0].Cells[0].Text != "C Acme" || rows[0].Cells[2].Num != 6667 || rows[1].Cells[2].Num != 3333 {
		t.Errorf("overdue customers %+v", rows)
	}
	if len(res.Warnings) != 1 || res.Warnings[0].Code != "reference_unknown" || len(res.Lists[2].Rows) != 2 || res.Lists[2].Rows[0].Cells[0].Text != "disputed" {
		t.Errorf("warnings %+v, flags %+v", res.Warnings, res.Lists[2].Rows)
	}
}

// Bounds of the buckets, the defaults and others.
func TestBuckets(t *testing.T) {
	b := newBuckets(DefaultOptions())
	for _, c := range []struct {
		days int
		want string
	}{{-30, "not_due"}, {0, "not_due"}, {1, "1-30"}, {30, "1-30"}, {31, "31-60"}, {60, "31-60"}, {61, "61-90"}, {90, "61-90"},
		{91, "91-180"}, {180, "91-180"}, {181, "181+"}, {9999, "181+"}} {
		if got := b.names[b.of(c.days)]; got != c.want {
			t.Errorf("%d days: %s, want %s", c.days, got, c.want)
		}
	}
	if b := newBuckets(Options{Buckets: []int{60, 15}}); fmt.Sprint(b.names) != "[not_due 1-15 16-60 61+]" {
		t.Error(b.names)
	}
}

// Tables that are missing: nothing, or a warning instead of numbers.
func TestMissingTables(t *testing.T) {
	b := ageing(t)
	delete(b.Tables, "payments")
	res := Compute(b, measure.NewFrame(b), DefaultOptions())
	if len(res.Values) != 0 || len(res.Warnings) != 1 || res.Warnings[0].Code != "no_payments" {
		t.Errorf("%d values, %+v", len(res.Values), res.Warnings)
	}
	delete(b.Tables, "invoices")
	if res := Compute(b, measure.NewFrame(b), DefaultOptions()); len(res.Values)+len(res.Lists)+len(res.Warnings) != 0 {
		t.Error("numbers from nothing")
	}
	b = finish(newBook(100)) // the tables are there and empty: zero is a fact
	f := measure.NewFrame(b)
	res = Compute(b, f, DefaultOptions())
	wantMoney(t, res, f, idBalance, "company", "1970", "", 0)
	if v := find(res, f, idOverdueShare, "company", "1970", ""); v == nil || v.OK {
		t.Errorf("share of nothing: %+v", v)
	}
}

// Every definition speaks both languages and is emitted.
func TestDefinitions(t *testing.T) {
	b := ageing(t)
	o := DefaultOptions()
	o.LossRates = make([]*big.Rat, 6)
	for i := range o.LossRates {
		o.LossRates[i] = big.NewRat(1, 10)
	}
	seen := map[string]bool{}
	for _, v := range Compute(b, measure.NewFrame(b), o).Values {
		seen[v.Metric] = true
	}
	for _, d := range Definitions() {
		for _, x := range []measure.Text{d.Title, d.Meaning, d.Formula} {
			if x.ZH == "" || x.EN == "" {
				t.Errorf("%s lacks a text", d.ID)
			}
		}
		if !seen[d.ID] || d.Rulings == "" || d.Revision == 0 {
			t.Errorf("%s: emitted %v", d.ID, seen[d.ID])
		}
	}
}

// An export that only has invoices with a settled date is an invoice and a
// payment on that day. By hand, at the end of February and at the as-of day in
// March: A (100.00, due 10 Feb, settled 5 Mar) is overdue, then gone; B (40.00,
// due 20 Feb, settled 15 Feb) is gone in both; C (7.00, due 1 Mar, not settled)
// is not due, then overdue.
func TestSettledInvoices(t *testing.T) {
	b := newBook(day(t, "2024-03-20"))
	c, r := b.Customers.Number("C"), b.Reps.Number("R")
	for _, x := range []struct {
		id, due, settled string
		minor            int64
	}{{"A", "2024-02-10", "2024-03-05", 10000}, {"B", "2024-02-20", "2024-02-15", 4000}, {"C", "2024-03-01", "", 700}} {
		m := crm.Money{Minor: x.minor, Currency: "CNY"}
		b.Invoices = append(b.Invoices, crm.Invoice{ID: crm.InvoiceID(x.id), Customer: c, Rep: r, Date: day(t, "2024-01-10"), Due: day(t, x.due), Amount: m})
		if x.settled != "" {
			b.Payments = append(b.Payments, crm.Payment{ID: x.id, Customer: c, Date: day(t, x.settled), Amount: m, Invoice: crm.InvoiceID(x.id)})
		}
	}
	b = finish(b)
	f := measure.NewFrame(b)
	res := Compute(b, f, DefaultOptions())
	for _, w := range []struct {
		metric, period string
		want           int64
	}{{idBalance, "2024-02", 10700}, {idOverdue, "2024-02", 10000}, {idBalance, "2024-03", 700}, {idOverdue, "2024-03", 700}, {idUnapplied, "2024-03", 0}} {
		wantMoney(t, res, f, w.metric, "company", w.period, "", w.want)
	}
}

// What is not counted is flagged even where nothing else happens to the
// customer: a negative adjustment of the last day, after a paid invoice and
// alone.
func TestNegativeAdjustmentAlone(t *testing.T) {
	b := newBook(day(t, "2025-03-09"))
	paid, alone := b.Customers.Number("C1"), b.Customers.Number("C2")
	b.Invoices = []crm.Invoice{{ID: "I1", Customer: paid, Rep: crm.NoRep, Date: day(t, "2024-01-10"), Due: day(t, "2024-02-10"), Amount: cny(t, "100.00")}}
	b.Payments = []crm.Payment{{ID: "P1", Customer: paid, Date: day(t, "2024-01-20"), Amount: cny(t, "100.00")}}
	for _, c := range []crm.CustomerNo{paid, alone} {
		b.Adjustments = append(b.Adjustments, crm.Adjustment{ID: "A", Customer: c, Date: b.AsOf, Kind: crm.WriteOff, Amount: cny(t, "-5.00")})
	}
	finish(b)
	res := Compute(b, measure.NewFrame(b), DefaultOptions())
	n := int64(0)
	for _, w := range res.Warnings {
		if w.Code == "negative_adjustment" {
			n = w.N
		}
	}
	if n != 2 || len(res.Lists[2].Rows) != 2 {
		t.Errorf("%d are warned of, %d listed; want both", n, len(res.Lists[2].Rows))
	}
}

// examples/receivables/ageing_and_allocation, line by line; and
// as the case reconciles it. I6 alone lacks a due date, and is paid.
func TestAgeingLines(t *testing.T) {
	var want struct {
		Lines []struct {
			Key     string
			Days    int `json:"days_past_due"`
			Bucket  string
			Open    int64 `json:"outstanding_cents"`
			Missing bool  `json:"due_date_missing"`
		}
		OpenItems int64 `json:"open_items_cents"`
		Unapplied struct {
			Customers map[string]int64 `json:"by_customer"`
		} `json:"unapplied_credit_cents"`
		Reconcile struct {
			Billed  int64
			Settled int64 `json:"paid_credited_written_off"`
			Balance int64
			OK      bool
		}
	}
	casetest.JSON(t, &want, "ageing_and_allocation/expected.json")
	b, buckets := ageing(t), newBuckets(DefaultOptions())
	lines, unapplied := map[string]ledger.Item{}, map[string]int64{}
	var open, billed, settled int64
	for j := range b.Journeys(crm.NoCustomer, crm.CustomerNo(b.Customers.Len())) {
		a := ledger.Settle(j, ledger.TermsOf(b, j), b.AsOf)
		for _, it := range a.Items {
			if it.Outstanding > 0 {
				lines[string(it.Invoice.ID)+"/"+it.Invoice.Instalment] = it
				open += it.Outstanding
			}
			if it.DueMissing != (it.Invoice.ID == "I6") {
				t.Errorf("%s: due date missing %v", it.Invoice.ID, it.DueMissing)
			}
		}
		for _, u := range a.Unapplied {
			unapplied[b.Customers.ID(j.Customer)] += u.Amount
		}
		for _, x := range a.Totals {
			billed += x.Billed
			settled += x.Paid + x.Credited + x.WrittenOff
		}
	}
	for _, w := range want.Lines {
		it, ok := lines[w.Key]
		days := int(b.AsOf - it.Due)
		if !ok || days != w.Days || buckets.names[buckets.of(days)] != w.Bucket || it.Outstanding != w.Open || it.DueMissing != w.Missing {
			t.Errorf("%s: %+v, %d days past due, want %+v", w.Key, it, days, w)
		}
	}
	if len(lines) != len(want.Lines) || open != want.OpenItems || fmt.Sprint(unapplied) != fmt.Sprint(want.Unapplied.Customers) {
		t.Errorf("%d lines, %d open, unapplied %v; want %d, %d, %v", len(lines), open, unapplied, len(want.Lines), want.OpenItems, want.Unapplied.Customers)
	}
	if r := want.Reconcile; !r.OK || billed != r.Billed || settled != r.Settled || billed-settled != r.Balance {
		t.Errorf("billed %d, settled %d, want %+v", billed, settled, r)
	}
}

// examples/published/erpnext_accounts_receivable, three cases by their totals.
// Two of three terms are open after 40 of 100 are paid. A credit note "kept on
// itself" is a row of its own there; here it settles what is open and the rest is
// unapplied: the two sum to the same. A revaluation is a row of its own
// there; here what is open is worth the rate of the day.
func TestERPNextTotals(t *testing.T) {
	var file struct {
		Cases []struct {
			Name   string
			Before []int64
			Shown  int64 `json:"rows_shown"`
			Rows   json.RawMessage
			Row    []int64
			Base   []int64
		}
	}
	casetest.JSON(t, &file, "erpnext_accounts_receivable/expected.json")
	c, r := crm.CustomerNo(0), crm.RepNo(0)
	book := func(edit func(b *crm.Book)) (measure.Result, *measure.Frame) {
		b := newBook(101)
		b.Customers.Number("C")
		b.Reps.Number("R")
		edit(b)
		finish(b)
		f := measure.NewFrame(b)
		return Compute(b, f, DefaultOptions()), f
	}
	money := func(n int64, c crm.Currency) crm.Money { return crm.Money{Minor: n * 100, Currency: c} }

	terms := file.Cases[0]
	res, f := book(func(b *crm.Book) {
		for i, n := range terms.Before {
			b.Invoices = append(b.Invoices, crm.Invoice{ID: "I", Instalment: fmt.Sprint(i), Customer: c, Rep: r, Date: 90, Due: crm.Date(95 + i), Amount: money(n, "CNY")})
		}
		b.Payments = []crm.Payment{{ID: "P", Customer: c, Date: 91, Invoice: "I", Amount: money(40, "CNY")}}
	})
	if v := find(res, f, idItems, "company", "1970", ""); v == nil || v.Num != terms.Shown {
		t.Errorf("%s: %+v, want %d rows", terms.Name, v, terms.Shown)
	}

	kept := file.Cases[2]
	var rows [][]int64 // invoiced, paid, credited, outstanding
	if err := json.Unmarshal(kept.Rows, &rows); err != nil {
		t.Fatal(err)
	}
	res, f = book(func(b *crm.Book) {
		b.Invoices = []crm.Invoice{{ID: "I", Customer: c, Rep: r, Date: 90, Due: 95, Amount: money(rows[0][0], "CNY")}}
		b.Payments = []crm.Payment{{ID: "P", Customer: c, Date: 91, Invoice: "I", Amount: money(rows[0][1], "CNY")}}
		b.Adjustments = []crm.Adjustment{{ID: "N", Kind: crm.CreditNote, Customer: c, Date: 92, Amount: money(rows[1][1], "CNY")}}
	})
	wantMoney(t, res, f, idBalance, "company", "1970", "", 100*(rows[0][3]+rows[1][3]))
	wantMoney(t, res, f, idUnapplied, "company", "1970", "", 100*(rows[0][3]+rows[1][3]))
	wantMoney(t, res, f, idOverdue, "company", "1970", "", 0)

	base, change := file.Cases[5].Base[0], file.Cases[8].Row
	res, f = book(func(b *crm.Book) {
		b.FX = crm.NewFX([]crm.FXRate{{Currency: "USD", Date: 0, Rate: 80 * crm.One}, {Currency: "USD", Date: 101, Rate: 85 * crm.One}})
		b.Invoices = []crm.Invoice{{ID: "I", Customer: c, Rep: r, Date: 90, Due: 95, Amount: money(100, "USD")}}
	})
	wantMoney(t, res, f, idBalance, "company", "1970", "", 100*(base+change[3]))
	if res.Warnings != nil {
		t.Errorf("warnings %+v", res.Warnings)
	}
}
