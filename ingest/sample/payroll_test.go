package sample

import (
	"testing"

	"crmreport/ingest/crm"
)

// TestPayrollAndCollected recomputes from the files what was paid, and which
// deals' money came.
func TestPayrollAndCollected(t *testing.T) {
	e := read(t, Options{})
	p := e.truth.Payroll
	if p == nil || p.Underpaid == nil || p.Overpaid == nil || len(p.Months) != 3 {
		t.Fatalf("%+v", p)
	}
	paid, lines := map[string]int64{}, map[string]int{}
	for _, l := range e.tables["commission_ledger"] {
		paid[l["period"]] += cents(t, l["amount"])
		lines[l["rep_id"]+" "+l["period"]]++
		if l["amount"][0] == '-' {
			t.Errorf("a negative payout: %v", l)
		}
	}
	for _, m := range p.Months {
		if paid[m.Period] != m.Paid || m.Paid == 0 {
			t.Errorf("%s: %d paid, Truth %d", m.Period, paid[m.Period], m.Paid)
		}
	}
	for who, n := range lines {
		if twice := who == p.Overpaid.Rep+" "+p.Overpaid.Period; twice != (n == 2) || n > 2 {
			t.Errorf("%s has %d lines", who, n)
		}
	}
	var got CollectedTruth
	won, open := map[string]string{}, map[string]int64{}
	for _, k := range e.tables["contracts"] {
		won[k["deal_id"]] = k["contract_id"]
	}
	for _, i := range e.tables["invoices"] {
		open[i["contract_id"]] += cents(t, i["amount"])
	}
	invoice := map[string]string{}
	for _, i := range e.tables["invoices"] {
		invoice[i["invoice_id"]] = i["contract_id"]
	}
	for _, x := range e.tables["payments"] {
		if x["kind"] == "payment" {
			open[invoice[x["invoice_id"]]] -= cents(t, x["amount"])
		}
	}
	owing := 0
	for _, h := range e.tables["stage_history"] {
		if h["stage"] != "collected" {
			continue
		}
		if e.inQuarter(h["changed_at"]) {
			got.Deals++
			got.Amount += cents(t, h["amount"])
		}
		if open[won[h["deal_id"]]] != 0 {
			owing++ // who pays without naming an invoice
		}
	}
	if got != e.truth.Collected || got.Deals < 1000 || 20*owing > int(got.Deals) {
		t.Errorf("collected %+v, Truth %+v; %d not paid by name", got, e.truth.Collected, owing)
	}
}

// TestBrackets works two months out by hand. Marginal, 8 % to 150,000, 10 % to
// 300,000, then 12 %: 100,000 after 100,000 is 50,000 × 8 % + 50,000 × 10 % =
// 9,000. Whole, 5 % from 100,000: 60,000 after 50,000 is 3,000; the edge belongs
// to the upper bracket.
func TestBrackets(t *testing.T) {
	w := newWindow(DefaultOptions())
	const k = 1000 * yuan
	for _, c := range []struct {
		kind              crm.ContractType
		before, own, want int64
	}{{crm.New, 100 * k, 100 * k, 9 * k}, {crm.New, 0, 400 * k, 39 * k}, {crm.Renewal, 50 * k, 60 * k, 3 * k}, {crm.Renewal, 0, 100 * k, 5 * k}, {crm.Renewal, 0, 99 * k, 3960 * yuan}} {
		l := w.ladder(planLadder, c.kind, w.end)
		if got := share(l.commission(10*c.before, 10*c.own), 1, 10*perUnit); got != c.want {
			t.Errorf("%s: %d after %d earns %d, want %d", c.kind, c.own, c.before, got, c.want)
		}
	}
}
