package commission

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
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

func cents(t *testing.T, s string) int64 {
	t.Helper()
	v, err := crm.ParseMinor(s, 2)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func decimal(t *testing.T, s string) crm.Decimal {
	t.Helper()
	v, err := crm.ParseDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func cny(minor int64) crm.Money { return crm.Money{Minor: minor, Currency: "CNY"} }

func newBook(asOf crm.Date) *crm.Book {
	return &crm.Book{AsOf: asOf, Currency: "CNY", Reps: &crm.Names[crm.RepNo]{}, Customers: &crm.Names[crm.CustomerNo]{},
		Files:    []string{"rows.csv"},
		Tables:   map[string]bool{"contracts": true, "commission_rates": true, "invoices": true, "payments": true, "adjustments": true},
		Calendar: crm.NewCalendar(nil, nil, nil)}
}

// finish sorts the tables as ingest does and builds the tree.
func finish(b *crm.Book, spells ...crm.Spell) *crm.Book {
	b.PaidFrom, b.PaidEnd = crm.PaidMonths(b.Ledger)
	b.Org = crm.NewOrg(b.Reps, spells)
	slices.SortStableFunc(b.Contracts, func(x, y crm.Contract) int {
		return cmp.Or(cmp.Compare(x.Customer, y.Customer), cmp.Compare(x.SignDate, y.SignDate), cmp.Compare(x.ID, y.ID))
	})
	slices.SortStableFunc(b.Splits, func(x, y crm.Split) int { return cmp.Compare(x.Contract, y.Contract) })
	slices.SortStableFunc(b.Invoices, func(x, y crm.Invoice) int { return cmp.Compare(x.Customer, y.Customer) })
	slices.SortStableFunc(b.Payments, func(x, y crm.Payment) int {
		return cmp.Or(cmp.Compare(x.Customer, y.Customer), cmp.Compare(x.Date, y.Date))
	})
	slices.SortStableFunc(b.Adjustments, func(x, y crm.Adjustment) int {
		return cmp.Or(cmp.Compare(x.Customer, y.Customer), cmp.Compare(x.Date, y.Date))
	})
	return b
}

// spell is a seller for good.
func spell(rep crm.RepNo, team string) crm.Spell {
	return crm.Spell{Rep: rep, Team: team, From: crm.NoDate, To: crm.NoDate, HiredOn: crm.NoDate, LeftOn: crm.NoDate}
}

// everybody is a rate for all.
func everybody(rate crm.Decimal) crm.Rate {
	return crm.Rate{Rep: crm.NoRep, Rate: rate, From: crm.NoDate, To: crm.NoDate}
}

// at is an event that no row is looked at of.
func at(d crm.Date, k Kind, gross int64) event { return event{date: d, kind: k, gross: gross} }

func folded(b *crm.Book, o Options) *Acc {
	env := NewEnv(b, o)
	a := fold.Journeys(b, func() *Acc { return &Acc{Env: env} })
	a.ready()
	return a
}

func reasons(a *Acc) map[string]int {
	out := map[string]int{}
	for _, c := range a.Customers {
		for _, s := range c.Skipped {
			out[s.Reason]++
		}
	}
	return out
}

// by hand: the cap is 20 % of the accrual, 0.20 × 1000.03 = 200.006 →
// 200.01; a restitution of 50.00 does not raise it and is paid.
func TestCapIsAShareOfTheAccrual(t *testing.T) {
	in := Sums{Accrued: 100003, ClawedBack: -500000, Restored: 5000}
	got := payMonths([]earning{{Sums: in}}, crm.One/5)
	if want := (Statement{Sums: in, Deducted: -20001, Spared: 105003 - 20001, Payout: 100003 + 5000 - 20001, Carry: -500000 + 20001}); got[0] != want {
		t.Errorf("%+v, want %+v", got[0], want)
	}
}

// Hand arithmetic on a sale of 1000 gross, commission 100 in full.
func TestCommissions(t *testing.T) {
	three := []ledger.Share{{Rep: 0, Weight: 1}, {Rep: 1, Weight: 1}, {Rep: 2, Weight: 1}}
	one := three[:1]
	full := whole(100)
	for _, c := range []struct {
		name    string
		cash    bool
		members []ledger.Share
		events  []event
		want    string // column and parts of each event
	}{
		{"signed", false, one, nil, "[0[100]]"},
		{"the split of the cumulative amount", false, three, nil, "[0[34 33 33]]"},
		{"written off by halves: 100, 50, 0 split each", false, three, []event{at(1, WrittenOff, 500), at(2, WrittenOff, 500)},
			"[0[34 33 33] 1[-17 -16 -17] 1[-17 -17 -16]]"},
		{"a write-off takes no more than is open", false, one, []event{at(1, Paid, 700), at(2, WrittenOff, 900)}, "[0[100] 0[0] 1[-30]]"},
		{"after a credit note too", false, one, []event{at(1, Credited, 400), at(2, WrittenOff, 900)}, "[0[100] 3[-40] 1[-60]]"},
		{"cut to 600 by the credit note", false, one, []event{at(1, Credited, 400), at(2, WrittenOff, 900), at(3, Recovered, 300)}, "[0[100] 3[-40] 1[-60] 2[30]]"},
		{"a recovery above the loss is no credit for the next", false, one, []event{at(1, WrittenOff, 300), at(2, Recovered, 900), at(3, WrittenOff, 200)},
			"[0[100] 1[-30] 2[30] 1[-20]]"},
		{"outside the window", false, one, []event{at(11, WrittenOff, 900)}, "[0[100] 1[0]]"},
		{"restored no more than was clawed back", false, one, []event{at(1, WrittenOff, 300), at(2, Recovered, 200), at(3, Recovered, 900)}, "[0[100] 1[-30] 2[20] 2[10]]"},
		{"nothing to restore", false, one, []event{at(2, Recovered, 200)}, "[0[100] 2[0]]"},
		{"void takes what is left", false, one, []event{at(1, WrittenOff, 300), at(2, Voided, 0), at(3, Recovered, 300)}, "[0[100] 1[-30] 3[-70] 2[0]]"},
		{"a credit note above the gross", false, one, []event{at(1, Credited, 5000)}, "[0[100] 3[-100]]"},
		{"cash: signing earns nothing", true, one, []event{at(1, Paid, 333)}, "[0[0] 0[33]]"},
		{"cash: a write-off takes nothing (R-5.17)", true, one, []event{at(1, Paid, 333), at(2, WrittenOff, 667)}, "[0[0] 0[33] 1[0]]"},
		{"cash: a recovery is a payment (R-5.37)", true, one, []event{at(1, WrittenOff, 1000), at(2, Recovered, 500)}, "[0[0] 1[0] 0[50]]"},
		{"cash: a refund takes back", true, one, []event{at(1, Paid, 1000), at(2, Refunded, 400), at(3, Paid, 400)}, "[0[0] 0[100] 3[-40] 0[40]]"},
		{"cash: paid above what is not credited", true, one, []event{at(1, Paid, 1000), at(2, Credited, 100)}, "[0[0] 0[100] 3[-10]]"},
		{"cash: overpaid", true, one, []event{at(1, Paid, 1500)}, "[0[0] 0[100]]"},
		{"cash: an advance earns on the sign date", true, one, []event{at(-5, Paid, 500)}, "[0[0] 0[50]]"},
	} {
		s := newSale(1000, 0, 10, append([]event{at(0, Signed, 0)}, c.events...))
		var got []string
		s.commissions(full, c.cash, c.members, func(d due) {
			got = append(got, fmt.Sprintf("%d%v", d.column, d.parts))
			if d.event.date < 0 {
				t.Errorf("%s: before the signing", c.name)
			}
		})
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

// scene is a small company in which every special case happens once.
func scene() *crm.Book {
	b := newBook(crm.DateOf(2024, 6, 20))
	c := b.Customers.Number("C")
	a1, b1, m1 := b.Reps.Number("A1"), b.Reps.Number("B1"), b.Reps.Number("M1")
	b.FX = crm.NewFX([]crm.FXRate{{Currency: "USD", Date: crm.DateOf(2024, 1, 1), Rate: 7_123_400_000}, {Currency: "USD", Date: crm.DateOf(2024, 5, 1), Rate: 8 * crm.One}})
	leaver, manager := spell(b1, "T"), spell(m1, "T")
	leaver.LeftOn = crm.DateOf(2024, 5, 10)
	manager.Role = crm.Supervisor
	low, high := bracket("", 0, 400, 10), bracket("", 400, 0, 20) // 1000: 40 + 120
	low.Type, high.Type = crm.Expansion, crm.Expansion
	renew := everybody(crm.One / 10)
	renew.Type, renew.Margin = crm.Renewal, true
	b.Rates = []crm.Rate{everybody(crm.One / 10), low, high, renew}
	sale := func(id string, rep crm.RepNo, month, minor int) *crm.Contract {
		b.Contracts = append(b.Contracts, crm.Contract{ID: crm.ContractID(id), Customer: c, Rep: rep, SignDate: crm.DateOf(2024, month, 3),
			Amount: cny(int64(minor)), Base: cny(int64(minor)), BaseKnown: true, Status: crm.Active})
		return &b.Contracts[len(b.Contracts)-1]
	}
	sale("plain", a1, 4, 100000)
	sale("split", a1, 4, 9995) // 999.5 → 1000 split 667 / 333
	b.Splits = []crm.Split{{Contract: "split", Rep: a1, Share: 666666667}, {Contract: "split", Rep: b1, Share: 333333333},
		{Contract: "bad", Rep: a1, Share: crm.One / 2}}
	sale("bad", a1, 4, 1000)
	sale("boss", m1, 4, 1000)
	sale("nobody", crm.NoRep, 4, 1000)
	sale("tier", a1, 4, 1000).Type = crm.Expansion
	sale("usd", a1, 4, 10000).Amount.Currency = "USD"
	b.Contracts[len(b.Contracts)-1].Base = crm.Money{Minor: 9999, Currency: "USD"} // 9999 × 7.1234 × 10 % = 7122.68766
	sale("eur", a1, 4, 10000).Base.Currency = "EUR"
	sale("margin", a1, 4, 10000).Type = crm.Renewal
	loss := sale("loss", a1, 4, 10000)
	loss.Type, loss.MarginKnown, loss.Margin = crm.Renewal, true, cny(-500)
	sale("nobase", a1, 4, 3000).BaseKnown = false
	void := sale("void", a1, 4, 7000)
	void.Status, void.StatusDate = crm.ContractVoid, crm.DateOf(2024, 5, 6)
	sale("undated", a1, 4, 7000).Status = crm.ContractVoid
	b.Contracts[len(b.Contracts)-1].StatusDate = crm.NoDate
	monthly := sale("monthly", a1, 4, 1000)
	monthly.Per, monthly.TermMonths = crm.PerMonth, 18
	sale("leaver", b1, 4, 50000)
	b.Adjustments = []crm.Adjustment{
		{ID: "W", Kind: crm.WriteOff, Customer: c, Contract: "leaver", Date: crm.DateOf(2024, 6, 1), Amount: cny(50000)},
		{ID: "N", Kind: crm.CreditNote, Customer: c, Contract: "plain", Date: crm.DateOf(2024, 6, 2), Amount: cny(10000)},
		{ID: "X", Kind: crm.WriteOff, Customer: c, Date: crm.DateOf(2024, 6, 2), Amount: cny(1)},
	}
	return finish(b, spell(a1, "T"), leaver, manager)
}

func TestScene(t *testing.T) {
	b := scene()
	b.Ledger = []crm.LedgerLine{{Period: crm.Period{Kind: crm.Quarter}}}
	f := measure.NewFrame(b)
	res := Compute(b, f, DefaultOptions())
	value := func(metric, scope, period string) int64 {
		for _, v := range res.Values {
			if v.Metric == metric && f.Org.Nodes[v.Slot.Scope].ID == scope && v.Slot.Period.Name == period {
				return v.Num
			}
		}
		return -999999999
	}
	// A1 in April: plain 10000, split 667, usd 7123, nobase 300, void 700, monthly 1800, tier 160.
	const a1 = 10000 + 667 + 7123 + 300 + 700 + 1800 + 160
	const b1 = 333 + 5000
	for _, w := range []struct {
		metric, scope, period string
		want                  int64
	}{
		{idAccrued, "A1", "2024-Q2", a1}, {idAccrued, "B1", "2024-Q2", b1}, {idAccrued, "company", "2024-04", a1 + b1}, {idAccrued, "T", "2024", a1 + b1},
		{idAdjusted, "A1", "2024-Q2", -1000 - 700}, {idAdjusted, "A1", "2024-06", -1000},
		{idClawedBack, "B1", "2024-06", -5000}, {idClawedBack, crm.LeftID, "2024-06", -5000}, {idClawedBack, "T", "2024-06", 0},
		{idPayout, "company", "2024-04", a1 + b1}, {idPayout, "company", "2024-06", 0},
		{idPayout, "A1", "2024-Q2", a1}, {idDeducted, "A1", "2024-Q2", 0},
		{idCarried, "A1", "2024-06", -1700}, {idCarried, "B1", "2024-06", -5000}, {idCarried, crm.LeftID, "2024-Q2", -5000},
		{idCarried, "company", "2024", -6700}, {idCarried, "T", "2024-06", -1700},
	} {
		if got := value(w.metric, w.scope, w.period); got != w.want {
			t.Errorf("%s %s %s: %d, want %d", w.metric, w.scope, w.period, got, w.want)
		}
	}
	for _, v := range res.Values {
		if v.Slot.Period.Kind == crm.Week && (v.Metric == idPayout || v.Metric == idCarried || v.Metric == idDeducted) {
			t.Fatalf("a week pays: %+v", v)
		}
		if v.Open != f.Running(v.Slot.Period) {
			t.Fatalf("open %+v", v)
		}
	}
	warned := map[string]int64{}
	for _, w := range res.Warnings {
		warned[w.Code] = w.N
		if w.Text.ZH == "" || w.Text.EN == "" {
			t.Errorf("%s says nothing", w.Code)
		}
	}
	if want := map[string]int64{SplitsRefused: 1, ManagerSigned: 1, NoRep: 1, NoExchangeRate: 1, MarginMissing: 1, NegativeBase: 1,
		BaseMissing: 1, VoidUndated: 1, "write_off_without_sale": 1, "ledger_period_not_month": 1}; !reflect.DeepEqual(warned, want) {
		t.Errorf("warnings %v, want %v", warned, want)
	}
	ids := map[string]int{}
	for _, l := range res.Lists {
		ids[l.ID] = len(l.Rows)
		for _, r := range l.Rows {
			if len(r.Cells) != len(l.Columns) {
				t.Errorf("%s: %d cells", l.ID, len(r.Cells))
			}
		}
	}
	// Months: A1 and B1 in April, May and June, B1 without May. Statement of June:
	// A1's credit note, carried in and on; B1's write-off, carried on.
	if want := map[string]int{"commission.clawbacks": 3, "commission.months": 6 - 1, "commission.statement": 3 + 2, "commission.open_carry": 1, "commission.manager_signed": 1, "commission.not_computed": 5, "commission.flagged": 1, "commission.suspended": 0}; !reflect.DeepEqual(ids, want) {
		t.Errorf("lists %v, want %v", ids, want)
	}
}

// One sale of 1000.00, 60 / 40 under plans of 10 % and 5 %, and an overlay of
// 5 % at 10 % outside the 100 % (R-5.20): 60.00, 20.00 and 5.00.
func TestPlansAndOverlay(t *testing.T) {
	b := newBook(1000)
	c, r1, r2, r3 := b.Customers.Number("C"), b.Reps.Number("R1"), b.Reps.Number("R2"), b.Reps.Number("R3")
	b.Contracts = []crm.Contract{{ID: "K", Customer: c, Rep: r1, SignDate: 900, Amount: cny(100000), Base: cny(100000), BaseKnown: true}}
	b.Splits = []crm.Split{{Contract: "K", Rep: r1, Share: crm.One * 6 / 10}, {Contract: "K", Rep: r2, Share: crm.One * 4 / 10},
		{Contract: "K", Rep: r3, Share: crm.One / 20, Overlay: true}}
	b.Rates = []crm.Rate{everybody(crm.One / 10), {Rep: r2, Rate: crm.One / 20, From: crm.NoDate, To: crm.NoDate}}
	b = finish(b)
	a := folded(b, DefaultOptions())
	for rep, want := range map[crm.RepNo]int64{r1: 6000, r2: 2000, r3: 500} {
		if got := a.Days.At(b.Org.Leaf(rep, 900), 900).Accrued; got != want {
			t.Errorf("rep %d: %d, want %d", rep, got, want)
		}
	}
}

// A write-off of a paid invoice takes nothing, though its sale has another
// invoice open; one of the open invoice takes 300 of 1000, 30.00 of 100.00.
func TestWriteOffOfAPaidInvoice(t *testing.T) {
	for inv, want := range map[crm.InvoiceID]int64{"I1": 0, "I2": -3000} {
		b := newBook(1000)
		c, r := b.Customers.Number("C"), b.Reps.Number("R")
		b.Contracts = []crm.Contract{{ID: "K", Customer: c, Rep: r, SignDate: 900, Amount: cny(100000), Base: cny(100000), BaseKnown: true}}
		b.Invoices = []crm.Invoice{{ID: "I1", Customer: c, Contract: "K", Date: 900, Due: 900, Amount: cny(50000)},
			{ID: "I2", Customer: c, Contract: "K", Date: 900, Due: 900, Amount: cny(50000)}}
		b.Payments = []crm.Payment{{ID: "P", Customer: c, Date: 910, Amount: cny(50000), Invoice: "I1"}}
		b.Adjustments = []crm.Adjustment{{ID: "W", Kind: crm.WriteOff, Customer: c, Date: 950, Amount: cny(30000), Invoice: inv}}
		b.Rates = []crm.Rate{everybody(crm.One / 10)}
		b = finish(b)
		if got := folded(b, DefaultOptions()).Days.At(b.Org.Leaf(r, 950), 950).ClawedBack; got != want {
			t.Errorf("%s: %d, want %d", inv, got, want)
		}
	}
}

// The pay of the month in which a rep leaves counts in the unit left; what
// comes after, in (left).
func TestPayLeafOfALeaver(t *testing.T) {
	b := newBook(crm.DateOf(2024, 7, 20))
	r := b.Reps.Number("R")
	s := spell(r, "T")
	s.LeftOn = crm.DateOf(2024, 6, 8)
	o := finish(b, s).Org
	f := measure.NewFrame(b)
	june, july := f.Fiscal.Period(crm.Month, s.LeftOn), f.Fiscal.Period(crm.Month, b.AsOf)
	if got := payLeaf(o, r, june, june.End-1); got != o.Leaf(r, s.LeftOn) || o.Nodes[o.Leaves[got].Unit].ID != "T" {
		t.Errorf("June counts in %s", o.Nodes[o.Leaves[got].Unit].ID)
	}
	if got := payLeaf(o, r, july, b.AsOf); o.Nodes[o.Leaves[got].Unit].ID != crm.LeftID {
		t.Errorf("July counts in %s", o.Nodes[o.Leaves[got].Unit].ID)
	}
}

func TestMissingTables(t *testing.T) {
	for _, table := range []string{"commission_rates", "contracts"} {
		b := scene()
		delete(b.Tables, table)
		if res := Compute(b, measure.NewFrame(b), DefaultOptions()); len(res.Values)+len(res.Lists)+len(res.Warnings) != 0 {
			t.Errorf("numbers without %s", table)
		}
	}
	b := cash(t) // contracts without invoices: no payment is linked
	b.Invoices = nil
	if a := folded(b, DefaultOptions()); len(a.Days) != 0 || reasons(a)[CashWithoutInvoices] != 4 {
		t.Errorf("%v %v", a.Days, reasons(a))
	}
	b = cash(t)
	b.Rates = b.Rates[:3]
	if a := folded(b, DefaultOptions()); reasons(a)[NoRate] != 1 {
		t.Errorf("%v", reasons(a))
	}
}

func TestDefinitions(t *testing.T) {
	b := scene()
	b.Ledger = []crm.LedgerLine{{Period: month(b, 2024, 4)}}
	b.PaidFrom, b.PaidEnd = crm.PaidMonths(b.Ledger)
	seen := map[string]bool{}
	for _, b := range []*crm.Book{b, finish(oneSale(true), spell(0, "A")), finish(oneSale(false), spell(0, "A"))} {
		for _, v := range Compute(b, measure.NewFrame(b), DefaultOptions()).Values {
			seen[v.Metric] = true
		}
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

// The list of reversals says what a void took: the gross that was still sold,
// 100.00 less the 30.00 credited before, and the base that goes with it.
func TestVoidSaysWhatItTook(t *testing.T) {
	b := newBook(day(t, "2025-06-30"))
	n, r := b.Customers.Number("C"), b.Reps.Number("R")
	b.Contracts = []crm.Contract{{ID: "K", Customer: n, Rep: r, SignDate: day(t, "2025-05-01"), Amount: cny(10000), Base: cny(8000), BaseKnown: true,
		Status: crm.ContractVoid, StatusDate: day(t, "2025-06-10")}}
	b.Adjustments = []crm.Adjustment{{ID: "N", Kind: crm.CreditNote, Customer: n, Contract: "K", Date: day(t, "2025-06-01"), Amount: cny(3000)}}
	b.Rates = []crm.Rate{everybody(crm.One / 10)}
	_, reversals := only(finish(b), "K")
	if len(reversals) != 2 || reversals[1].Kind != Voided || reversals[1].Gross != 7000 || reversals[1].Base != 5600 || reversals[1].Amount != -560 {
		t.Errorf("%+v", reversals)
	}
}

// A sale whose flag comes long after the signing is listed with its reason
// and a recovery above what was lost shows what it restores: of the
// 80.00 recovered the 60.00 written off, 48.00 of base at 10 %.
func TestFlaggedSalesAreListed(t *testing.T) {
	b := newBook(day(t, "2025-06-30"))
	n, r := b.Customers.Number("C"), b.Reps.Number("R")
	b.Contracts = []crm.Contract{{ID: "K", Customer: n, Rep: r, SignDate: day(t, "2024-12-01"), Amount: cny(10000), Base: cny(8000), BaseKnown: true}}
	b.Adjustments = []crm.Adjustment{{ID: "N", Kind: crm.CreditNote, Customer: n, Contract: "K", Date: day(t, "2025-06-01"), Amount: cny(4000)},
		{ID: "W", Kind: crm.WriteOff, Customer: n, Contract: "K", Date: day(t, "2025-06-02"), Amount: cny(7000)},
		{ID: "B", Kind: crm.Recovery, Customer: n, Contract: "K", Date: day(t, "2025-06-03"), Amount: cny(8000)}}
	b.Rates = []crm.Rate{everybody(crm.One / 10)}
	finish(b)
	_, reversals := only(b, "K")
	if x := reversals[len(reversals)-1]; x.Kind != Recovered || x.Gross != 6000 || x.Base != 4800 || x.Amount != 480 {
		t.Errorf("%+v", x)
	}
	for _, l := range Compute(b, measure.NewFrame(b), DefaultOptions()).Lists {
		if l.ID == "commission.flagged" && (len(l.Rows) != 1 || l.Rows[0].Cells[1].Text != "K" || l.Rows[0].Cells[3].Text != WriteOffExceedsOpen) {
			t.Errorf("%+v", l.Rows)
		}
	}
}
