package funnel

import (
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// bill is an instalment of a contract, 100.00 unless said otherwise.
func bill(t *testing.T, k crm.ContractID, id string, amount int64) crm.Invoice {
	return crm.Invoice{ID: crm.InvoiceID(id), Contract: k, Date: date(t, "2024-06-01"), Due: date(t, "2024-06-30"), Amount: crm.Money{Minor: amount, Currency: "CNY"}}
}

func paid(t *testing.T, invoice, on string, amount int64) crm.Payment {
	return crm.Payment{ID: "p" + invoice + on, Invoice: crm.InvoiceID(invoice), Date: date(t, on), Amount: crm.Money{Minor: amount, Currency: "CNY"}}
}

func standing(t *testing.T, id crm.ContractID, deal crm.DealID, minor int64) crm.Contract {
	return crm.Contract{ID: id, Deal: deal, Rep: crm.NoRep, SignDate: date(t, "2024-05-31"), Start: date(t, "2024-05-31"), End: crm.NoDate,
		Amount: crm.Money{Minor: minor, Currency: "CNY"}, Status: crm.Active}
}

// Where the stage history knows no cash, the paid invoices of the deals'
// contracts are the last step (metrics.md 2.2, S1-18), and the values say so.
func TestCollectedFromInvoices(t *testing.T) {
	names, spells := twoTeams(t)
	row := func(id crm.DealID, to string) []crm.StageEntry {
		return rowsOf(t, names, id, "S1@2024-05-01/100/-/r1 "+to+"@2024-06-10/100/-/r1")
	}
	type given struct {
		contracts   []crm.Contract
		invoices    []crm.Invoice
		payments    []crm.Payment
		adjustments []crm.Adjustment
	}
	whole := func(k crm.ContractID, amounts ...int64) (out []crm.Invoice) {
		for i, a := range amounts {
			out = append(out, bill(t, k, string(k)+string(rune('1'+i)), a))
		}
		return out
	}
	for _, c := range []struct {
		name  string
		stage string
		given
		on string // the day collected; blank is not
	}{
		{"paid in two", "won", given{[]crm.Contract{standing(t, "k", "A", 10000)}, whole("k", 6000, 4000),
			[]crm.Payment{paid(t, "k1", "2024-06-12", 6000), paid(t, "k2", "2024-06-20", 4000)}, nil}, "2024-06-20"},
		{"paid before the win", "won", given{[]crm.Contract{standing(t, "k", "A", 10000)}, whole("k", 10000),
			[]crm.Payment{paid(t, "k1", "2024-06-02", 10000)}, nil}, "2024-06-10"},
		{"a part is open", "won", given{[]crm.Contract{standing(t, "k", "A", 10000)}, whole("k", 6000, 4000),
			[]crm.Payment{paid(t, "k1", "2024-06-12", 6000), paid(t, "k2", "2024-06-20", 3999)}, nil}, ""},
		{"not billed in full", "won", given{[]crm.Contract{standing(t, "k", "A", 10000)}, whole("k", 6000),
			[]crm.Payment{paid(t, "k1", "2024-06-12", 6000)}, nil}, ""},
		{"three thirds", "won", given{[]crm.Contract{standing(t, "k", "A", 10000)}, whole("k", 3333, 3333, 3333),
			[]crm.Payment{paid(t, "k1", "2024-06-12", 3333), paid(t, "k2", "2024-06-13", 3333), paid(t, "k3", "2024-06-14", 3333)}, nil}, "2024-06-14"},
		{"lost on the way", "lost", given{[]crm.Contract{standing(t, "k", "A", 10000)}, whole("k", 10000),
			[]crm.Payment{paid(t, "k1", "2024-06-12", 10000)}, nil}, ""},
		{"refunded", "won", given{[]crm.Contract{standing(t, "k", "A", 10000)}, whole("k", 10000), []crm.Payment{paid(t, "k1", "2024-06-12", 10000),
			{ID: "r", Invoice: "k1", Date: date(t, "2024-06-15"), Amount: crm.Money{Minor: 10000, Currency: "CNY"}, Refund: true}}, nil}, ""},
		{"written off", "won", given{[]crm.Contract{standing(t, "k", "A", 10000)}, whole("k", 10000), []crm.Payment{paid(t, "k1", "2024-06-12", 9000)},
			[]crm.Adjustment{{ID: "w", Kind: crm.WriteOff, Invoice: "k1", Date: date(t, "2024-06-18"), Amount: crm.Money{Minor: 1000, Currency: "CNY"}}}}, ""},
		{"credited in part", "won", given{[]crm.Contract{standing(t, "k", "A", 10000)}, whole("k", 10000), []crm.Payment{paid(t, "k1", "2024-06-12", 9000)},
			[]crm.Adjustment{{ID: "w", Kind: crm.CreditNote, Invoice: "k1", Date: date(t, "2024-06-18"), Amount: crm.Money{Minor: 1000, Currency: "CNY"}}}}, "2024-06-18"},
		{"one of two contracts", "won", given{[]crm.Contract{standing(t, "k", "A", 10000), standing(t, "l", "A", 10000)}, whole("k", 10000),
			[]crm.Payment{paid(t, "k1", "2024-06-12", 10000)}, nil}, ""},
		{"after the as-of day", "won", given{[]crm.Contract{standing(t, "k", "A", 10000)}, whole("k", 10000),
			[]crm.Payment{paid(t, "k1", "2024-07-01", 10000)}, nil}, ""},
	} {
		b := book(t, "2024-06-30", names, spells, []crm.Deal{deal("A", func(d *crm.Deal) {
			d.Rep, d.Amount, d.AmountKnown = names.Lookup("r1"), crm.Money{Minor: 10000, Currency: "CNY"}, true
		})}, row("A", c.stage))
		for _, table := range []string{"contracts", "invoices", "payments"} {
			b.Tables[table] = true
		}
		b.Contracts, b.Invoices, b.Payments, b.Adjustments = c.contracts, c.invoices, c.payments, c.adjustments
		for i := range b.Contracts {
			b.Contracts[i].Customer = 0
		}
		b.Customers.Number("c")
		r := compute(b, DefaultOptions())
		n := int64(0)
		if c.on != "" {
			n = 1
		}
		reached := got(t, b, r, "reached", "company", "2024-05", "stage=collected")
		ratio(t, reached, n, 1)
		if !flagged(reached, "cash_from_invoices") {
			t.Errorf("%s: nothing says where the cash is from", c.name)
		}
		collected := got(t, b, r, "collected", "company", "2024-06", "")
		ratio(t, collected, n, 1)
		ratio(t, got(t, b, r, "collected_amount", "company", "2024-06", ""), 10000*n, 1)
		if c.on != "" {
			a := newAcc(b, measure.NewFrame(b), DefaultOptions())
			if on := max(a.cash["A"], date(t, "2024-06-10")); on != date(t, c.on) {
				t.Errorf("%s: collected on %s, want %s", c.name, on, c.on)
			}
		}
	}
}

// Deals alone, without a history, have an end, too; and a row of `collected`
// anywhere in the history is believed instead of the invoices.
func TestCollectedSources(t *testing.T) {
	names, spells := twoTeams(t)
	won := func(id crm.DealID) crm.Deal {
		return deal(id, func(d *crm.Deal) {
			d.Rep, d.Amount, d.AmountKnown = names.Lookup("r2"), crm.Money{Minor: 10000, Currency: "CNY"}, true
			d.Status, d.Stage, d.CreatedOn, d.ClosedOn = crm.DealWon, crm.Won, date(t, "2024-05-01"), date(t, "2024-06-10")
		})
	}
	billed := func(rows []crm.StageEntry) *crm.Book {
		b := book(t, "2024-06-30", names, spells, []crm.Deal{won("A"), won("B")}, rows)
		for _, table := range []string{"contracts", "invoices", "payments"} {
			b.Tables[table] = true
		}
		b.Customers.Number("c")
		b.Contracts, b.Invoices = []crm.Contract{standing(t, "k", "A", 10000)}, []crm.Invoice{bill(t, "k", "k1", 10000)}
		b.Contracts[0].Customer = 0
		b.Payments = []crm.Payment{paid(t, "k1", "2024-06-12", 10000)}
		return b
	}
	b := billed(nil)
	r := compute(b, DefaultOptions())
	ratio(t, got(t, b, r, "collected", "company", "2024-06", ""), 1, 1)
	ratio(t, got(t, b, r, "collected_amount", "B", "2024-06", ""), 10000, 1)
	if _, ok := find(b, r, "reached", "company", "2024-05", "stage=collected"); ok {
		t.Error("a funnel without a history")
	}
	b = billed(rowsOf(t, names, "B", "S1@2024-05-01/100/-/r2 won@2024-06-10/100/-/r2 collected@2024-06-20/0/-/r2"))
	r = compute(b, DefaultOptions())
	if v := got(t, b, r, "collected", "company", "2024-06", ""); v.Num != 1 || flagged(v, "cash_from_invoices") {
		t.Errorf("the history has cash of one deal: %+v", v)
	}
}
