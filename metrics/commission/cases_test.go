package commission

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// bonus reads the example as it stands on a day.
func bonus(t *testing.T, asOf crm.Date) *crm.Book {
	const dir = "bonus_formula_rate_change"
	b := newBook(asOf)
	b.Files = []string{"sales.csv", "bad_debt_events.csv"}
	for i, r := range casetest.CSV(t, dir, "sales.csv") {
		b.Contracts = append(b.Contracts, crm.Contract{Pos: crm.Pos{File: 0, Line: int32(i + 2)}, ID: crm.ContractID(r["sale_id"]), Customer: b.Customers.Number("C"), Rep: b.Reps.Number(r["rep_id"]),
			SignDate: day(t, r["sign_date"]), Amount: cny(cents(t, r["gross_incl_vat"])), Base: cny(cents(t, r["base_ex_vat"])), BaseKnown: true, Status: crm.Active})
	}
	for _, r := range casetest.CSV(t, dir, "rates.csv") {
		b.Rates = append(b.Rates, crm.Rate{Rep: crm.NoRep, Plan: r["plan"], Rate: decimal(t, r["rate"]), From: day(t, r["valid_from"]), To: day(t, r["valid_to"])})
	}
	for i, r := range casetest.CSV(t, dir, "bad_debt_events.csv") {
		b.Adjustments = append(b.Adjustments, crm.Adjustment{Pos: crm.Pos{File: 1, Line: int32(i + 2)}, ID: r["event_id"], Kind: crm.AdjustmentKind(r["kind"]), Customer: b.Customers.Number("C"),
			Contract: crm.ContractID(r["sale_id"]), Date: day(t, r["date"]), Amount: cny(cents(t, r["gross_amount"]))})
	}
	var spells []crm.Spell
	for n := range b.Reps.Len() {
		s := spell(crm.RepNo(n), "T")
		s.Plan = "P"
		spells = append(spells, s)
	}
	return finish(b, spells...)
}

// only is the sums of one contract of a book.
func only(b *crm.Book, id crm.ContractID) (s Sums, reversals []Reversal) {
	p := *b
	p.Contracts = slices.DeleteFunc(slices.Clone(b.Contracts), func(c crm.Contract) bool { return c.ID != id })
	a := folded(&p, DefaultOptions())
	for _, x := range a.Days.All() {
		s = s.Plus(x)
	}
	return s, a.Customers[b.Contracts[0].Customer].Reversals
}

func TestBonusFormulaRateChange(t *testing.T) {
	const dir = "bonus_formula_rate_change"
	type line struct {
		Earned  int64
		BadDebt int64 `json:"bad_debt"`
		Net     int64
	}
	var want struct {
		Accrued map[string]int64 `json:"accrued_cents"`
		Monthly map[string]map[string]line
		Wrong   struct {
			Today int64 `json:"feb_with_current_rate"`
			Gross int64 `json:"feb_on_gross_incl_vat"`
		}
		K1 struct {
			Accrued, Clawed, Net int64
			Lost                 int64 `json:"net_gross_lost"`
			Partial              bool  `json:"loss_is_partial"`
		} `json:"lifetime_check_K1"`
		Flags []struct {
			Event, Flag string
			Given       int64 `json:"given_cents"`
			Counted     int64 `json:"counted_cents"`
		}
	}
	casetest.JSON(t, &want, dir, "expected.json")
	b := bonus(t, day(t, "2024-06-30"))
	f := measure.NewFrame(b)
	a := folded(b, DefaultOptions())
	got := map[string]map[string]line{}
	for _, p := range payroll(a, f) {
		l := line{p.Accrued, p.ClawedBack + p.Restored + p.Adjusted, p.total()}
		if _, listed := want.Monthly[p.month.Name][b.Reps.ID(p.rep)]; !listed && l == (line{}) {
			continue
		}
		if got[p.month.Name] == nil {
			got[p.month.Name] = map[string]line{}
		}
		got[p.month.Name][b.Reps.ID(p.rep)] = l
	}
	if !reflect.DeepEqual(got, want.Monthly) {
		t.Errorf("monthly\n%v\nwant\n%v", got, want.Monthly)
	}
	if feb := got["2024-02"]["R1"].BadDebt; feb == want.Wrong.Today || feb == want.Wrong.Gross {
		t.Errorf("February takes back %d: by the rate of today, or on the gross", feb)
	}
	for id, n := range want.Accrued {
		if s, _ := only(b, crm.ContractID(id)); s.Accrued != n {
			t.Errorf("%s accrues %d, want %d", id, s.Accrued, n)
		}
	}
	// K1's life: what the write-offs took less what the recovery gave back.
	s, reversals := only(b, "K1")
	counted, lost := map[crm.Date]int64{}, int64(0)
	for _, r := range reversals {
		counted[r.Date] = r.Gross
		if r.Kind == Recovered {
			lost -= r.Gross
		} else {
			lost += r.Gross
		}
	}
	if w := want.K1; s.Accrued != w.Accrued || s.ClawedBack+s.Restored != w.Clawed || s.total() != w.Net || lost != w.Lost || (lost < b.Contracts[1].Amount.Minor) != w.Partial {
		t.Errorf("K1 %+v lost %d, want %+v", s, lost, w)
	}
	flagged := reasons(a)
	for _, w := range want.Flags {
		e := b.Adjustments[slices.IndexFunc(b.Adjustments, func(x crm.Adjustment) bool { return x.ID == w.Event })]
		if flagged[w.Flag] != 1 || e.Amount.Minor != w.Given || counted[e.Date] != w.Counted {
			t.Errorf("%s: %d of %d counted, flags %v; want %+v", w.Event, counted[e.Date], e.Amount.Minor, flagged, w)
		}
	}
	if len(want.Flags) != len(flagged) {
		t.Errorf("flags %v", flagged)
	}
	// The list of the year: B3 cut to 159000 gross = 150000 base, at K1's 10 %;
	// B1; B4 outside the window, which takes nothing; B2 gives back.
	res := Compute(b, f, DefaultOptions())
	var rows [][]int64
	for _, r := range res.Lists[0].Rows {
		rows = append(rows, []int64{r.Cells[4].Num, r.Cells[5].Num, r.Cells[6].Num, r.Cells[7].Num})
	}
	if w := [][]int64{{15900000, 15000000, 1e8, -1500000}, {5300000, 5000000, 1e8, -500000}, {8480000, 8000000, 8e7, 0}, {2120000, 2000000, 1e8, 200000}}; !reflect.DeepEqual(rows, w) {
		t.Errorf("clawbacks %v, want %v", rows, w)
	}
	// Unlimited (null): B4 takes back all 6400.00 of K3.
	b2 := payroll(folded(b, Options{}), f)
	if last := b2[len(b2)-1]; last.ClawedBack != -want.Accrued["K3"] {
		t.Errorf("without a window %+v", last)
	}
}

// The statement of April: B3 leaves K1 the 2000.00 of its lifetime check, of
// 17000.00 before; a tenth of K1 (21200 of 212000) is not lost. March paid its
// 6000.00, so all 15000.00 are carried on.
func TestStatementOfTheExample(t *testing.T) {
	b := bonus(t, day(t, "2024-04-30"))
	res := Compute(b, measure.NewFrame(b), DefaultOptions())
	var got []string
	for _, l := range res.Lists {
		for _, r := range l.Rows {
			if c := r.Cells; l.ID == "commission.statement" {
				got = append(got, fmt.Sprint(c[1].Text, c[2].Num == int64(day(t, "2024-04-15")), c[3].Text, c[4].Num, c[5].Num, c[6].Num, c[7].Num, "/", c[7].Den, c[8].Num, c[9].Num, c[10].Num, c[11].Text))
			}
		}
	}
	none := measure.NoAmount
	want := []string{fmt.Sprint("K1", true, WrittenOff, 20000000, 100000000, 1000000000, 2120000, "/", 21200000, 200000, 1700000, -1500000, "bad_debt_events.csv:4"),
		fmt.Sprint("", false, carriedOn, none, 0, 0, 0, "/", 0, none, none, 1500000, "")}
	if !slices.Equal(got, want) {
		t.Errorf("%v\nwant\n%v", got, want)
	}
}

// the day itself a year after the signing is inside the window, the next
// is out; of a sale of 29 February it is the 28th.
func TestClawbackWindow(t *testing.T) {
	for _, c := range []struct {
		sign, off string
		want      int64
	}{{"2023-01-15", "2024-01-15", -1000}, {"2023-01-15", "2024-01-16", 0}, {"2024-02-29", "2025-02-28", -1000}, {"2024-02-29", "2025-03-01", 0}} {
		b := newBook(day(t, "2025-06-30"))
		n, r := b.Customers.Number("C"), b.Reps.Number("R")
		b.Contracts = []crm.Contract{{ID: "K", Customer: n, Rep: r, SignDate: day(t, c.sign), Amount: cny(10000), Base: cny(10000), BaseKnown: true}}
		b.Adjustments = []crm.Adjustment{{ID: "W", Kind: crm.WriteOff, Customer: n, Contract: "K", Date: day(t, c.off), Amount: cny(10000)}}
		b.Rates = []crm.Rate{everybody(crm.One / 10)}
		if s, _ := only(finish(b), "K"); s.ClawedBack != c.want {
			t.Errorf("signed %s, written off %s: %d, want %d", c.sign, c.off, s.ClawedBack, c.want)
		}
	}
}

// cash reads the example: one rep, one rate and one invoice a sale.
func cash(t *testing.T) *crm.Book {
	const dir = "cash_basis_partial_rounding"
	b := newBook(day(t, "2024-03-31"))
	for _, r := range casetest.CSV(t, dir, "sales.csv") {
		id, c := r["sale_id"], b.Customers.Number("C"+r["sale_id"])
		rep := b.Reps.Number("R" + id)
		gross := cny(cents(t, r["gross_incl_vat"]))
		b.Contracts = append(b.Contracts, crm.Contract{ID: crm.ContractID(id), Customer: c, Rep: rep, SignDate: day(t, "2024-01-01"), Amount: gross,
			Base: cny(cents(t, r["base_ex_vat"])), BaseKnown: true})
		b.Rates = append(b.Rates, crm.Rate{Rep: rep, Rate: decimal(t, r["rate"]), Cash: r["trigger"] == "cash", From: crm.NoDate, To: crm.NoDate})
		b.Invoices = append(b.Invoices, crm.Invoice{ID: crm.InvoiceID("I" + id), Customer: c, Contract: crm.ContractID(id), Date: day(t, "2024-01-01"),
			Due: day(t, "2024-03-01"), Amount: gross})
	}
	for i, r := range casetest.CSV(t, dir, "payments.csv") {
		b.Payments = append(b.Payments, crm.Payment{ID: fmt.Sprint(i), Customer: b.Customers.Number("C" + r["sale_id"]), Date: day(t, r["date"]),
			Amount: cny(cents(t, r["amount"])), Invoice: crm.InvoiceID("I" + r["sale_id"])})
	}
	return finish(b)
}

func TestCashBasisPartialRounding(t *testing.T) {
	var want struct {
		Wrong struct {
			K1 int64 `json:"K1_round_each_payment"`
		}
		Sales map[string][]struct {
			Date string
			Paid int64 `json:"paid_cum_cents"`
			Cum  int64 `json:"commission_cum_cents"`
			This int64 `json:"commission_this_payment_cents"`
		}
	}
	casetest.JSON(t, &want, "cash_basis_partial_rounding", "expected.json")
	b := cash(t)
	a := folded(b, DefaultOptions())
	n := 0
	for id, events := range want.Sales {
		rep := b.Reps.Lookup("R" + id)
		var cum int64
		j := &crm.Journey{Customer: b.Customers.Lookup("C" + id)}
		j.Invoices = slices.DeleteFunc(slices.Clone(b.Invoices), func(v crm.Invoice) bool { return v.Customer != j.Customer })
		j.Payments = slices.DeleteFunc(slices.Clone(b.Payments), func(v crm.Payment) bool { return v.Customer != j.Customer })
		for _, e := range events {
			d := day(t, e.Date)
			if paid := ledger.New(j, ledger.Terms{}).At(d).Totals[0].Paid; paid != e.Paid {
				t.Errorf("%s on %s: paid %d, want %d", id, e.Date, paid, e.Paid)
			}
			got := a.Days.At(b.Org.Leaf(rep, d), d)
			cum += got.total()
			if got.total() != e.This || cum != e.Cum {
				t.Errorf("%s on %s: %+v, cumulative %d; want %d and %d", id, e.Date, got, cum, e.This, e.Cum)
			}
			n++
		}
		if id == "K1" && cum == want.Wrong.K1 {
			t.Errorf("K1 comes to %d: each payment rounded", cum)
		}
	}
	if n != 9 || len(reasons(a)) != 0 {
		t.Errorf("%d payments, flags %v", n, reasons(a))
	}
}

func TestNegativeBalanceCarryForward(t *testing.T) {
	const dir = "negative_balance_carry_forward"
	type month struct {
		Month                              string
		Earned, Clawback, Deducted, Payout int64
		Carry                              int64 `json:"carry_forward"`
	}
	var want struct {
		NoCap    []month `json:"no_cap"`
		Half     []month `json:"cap_half_of_earned"`
		Identity map[string]int64
	}
	casetest.JSON(t, &want, dir, "expected.json")
	var in []earning
	var names []string
	for _, r := range casetest.CSV(t, dir, "months.csv") {
		names = append(names, r["month"])
		in = append(in, earning{Sums: Sums{Accrued: cents(t, r["earned"]), ClawedBack: -cents(t, r["clawback"])}})
	}
	for name, c := range map[string]struct {
		limit crm.Decimal
		want  []month
	}{"no_cap": {0, want.NoCap}, "cap": {crm.One / 2, want.Half}} {
		var got []month
		var payout int64
		for i, s := range payMonths(in, c.limit) {
			got = append(got, month{names[i], s.Accrued, s.ClawedBack, s.Deducted, s.Payout, s.Carry})
			payout += s.Payout
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s\n%v\nwant\n%v", name, got, c.want)
		}
		if n := payout + got[len(got)-1].Carry; n != want.Identity[name] || n != want.Identity["earned_minus_clawback"] {
			t.Errorf("%s: identity %d", name, n)
		}
	}
}

// examples/published/oca_adempiere_erpnext_commission: the cases of ours.
func TestOCAAdempiereERPNext(t *testing.T) {
	var file struct {
		Cases []struct {
			Name                                   string
			Invoice, Invoiced, Receipt, Commission int64
			Payments, Settlements                  []int64
			Total                                  int64 `json:"commission_total"`
			Rate                                   json.Number
			Sales                                  int64
			Unpaid                                 int64 `json:"paid"`
			Base                                   int64 `json:"commission_base"`
			Paid                                   int64 `json:"then_paid"`
			BaseAfter                              int64 `json:"commission_base_after"`
			Refunded                               int64 `json:"after_full_refund_total"`
		}
	}
	casetest.JSON(t, &file, "oca_adempiere_erpnext_commission", "expected.json")
	run := func(gross int64, rate *big.Rat, cash bool, events ...event) (out []int64) {
		s := newSale(gross*100, 0, crm.NoDate, append([]event{at(0, Signed, 0)}, events...))
		full := exactly(new(big.Rat).Mul(rate, big.NewRat(gross*100, 1)))
		s.commissions(full, cash, []ledger.Share{{Rep: 0, Weight: 1}}, func(d due) { out = append(out, d.parts[0]) })
		return out
	}
	c := file.Cases
	got := run(c[0].Invoice, big.NewRat(c[0].Total, c[0].Invoice), true, at(1, Paid, c[0].Payments[0]*100), at(2, Paid, c[0].Payments[1]*100))
	if !reflect.DeepEqual(got, []int64{0, c[0].Settlements[0] * 100, c[0].Settlements[1] * 100}) {
		t.Errorf("OCA #104: %v", got)
	}
	rate := func(i int) *big.Rat {
		r, ok := new(big.Rat).SetString(c[i].Rate.String())
		if !ok {
			t.Fatalf("rate %q", c[i].Rate)
		}
		return r
	}
	// Booking would be due on what is invoiced; cash on what came in.
	if booked := run(c[1].Invoiced, rate(1), false); booked[0] != 40000 {
		t.Errorf("adempiere on bookings: %v", booked)
	}
	if got := run(c[1].Invoiced, rate(1), true, at(1, Paid, c[1].Receipt*100)); got[1] != c[1].Commission*100 {
		t.Errorf("adempiere: %v", got)
	}
	// The base of #25239 is what is paid: at a rate of 1 the commission is it.
	if got := run(c[2].Sales, big.NewRat(1, 1), true, at(1, Paid, c[2].Unpaid*100), at(2, Paid, c[2].Paid*100)); got[0]+got[1] != c[2].Base*100 || got[2] != c[2].BaseAfter*100 {
		t.Errorf("erpnext #25239: %v", got)
	}
	for _, kind := range []Kind{Credited, Voided} { // booking: the credit note reverses all
		got := run(c[3].Invoice, rate(3), false, at(1, kind, c[3].Invoice*100))
		if got[0] != c[3].Commission*100 || got[0]+got[1] != c[3].Refunded {
			t.Errorf("OCA refund by %s: %v", kind, got)
		}
	}
	if got := run(c[3].Invoice, rate(3), true, at(1, Paid, c[3].Invoice*100), at(2, Refunded, c[3].Invoice*100)); got[1]+got[2] != c[3].Refunded || got[1] == 0 {
		t.Errorf("OCA refund on cash: %v", got)
	}
}
