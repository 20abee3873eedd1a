package receivables

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold/foldtest"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// randomBook has reps who move and leave, split sales, every kind of document
// and a currency with and one without a rate.
func randomBook(seed uint64) *crm.Book {
	r := rand.New(rand.NewPCG(seed, 11))
	b := newBook(400)
	b.FX = crm.NewFX([]crm.FXRate{{Currency: "USD", Date: 0, Rate: 7_123_456_789}, {Currency: "USD", Date: 300, Rate: 6_987_654_321}})
	money := func() crm.Money {
		return crm.Money{Minor: r.Int64N(100000), Currency: []crm.Currency{"CNY", "CNY", "USD", "EUR"}[r.IntN(4)]}
	}
	spells := []crm.Spell{}
	for i := range 6 {
		n := b.Reps.Number(fmt.Sprint("R", i))
		moved := crm.Date(r.IntN(400))
		spells = append(spells,
			crm.Spell{Rep: n, Team: fmt.Sprint("T", r.IntN(2)), Area: "A", From: 10, To: moved, HiredOn: crm.NoDate, LeftOn: crm.NoDate},
			crm.Spell{Rep: n, Team: fmt.Sprint("T", r.IntN(3)), Area: fmt.Sprint("A", r.IntN(2)), From: moved + 1, To: crm.NoDate, HiredOn: crm.NoDate, LeftOn: crm.NoDate})
		if i == 5 {
			spells[len(spells)-1].LeftOn = 200
		}
	}
	for c := range 12 {
		no := b.Customers.Number(fmt.Sprint("C", c))
		for k := range r.IntN(4) {
			id := crm.ContractID(fmt.Sprintf("K%d-%d", c, k))
			b.Contracts = append(b.Contracts, crm.Contract{ID: id, Customer: no, Rep: crm.RepNo(r.IntN(6)), SignDate: crm.Date(r.IntN(300))})
			if r.IntN(2) == 0 {
				b.Splits = append(b.Splits, crm.Split{Contract: id, Rep: 0, Share: crm.One / 3}, crm.Split{Contract: id, Rep: 1, Share: crm.One - crm.One/3})
			}
			for i := range 1 + r.IntN(3) {
				inv := crm.Invoice{ID: crm.InvoiceID(fmt.Sprint("I", c, k)), Instalment: fmt.Sprint(i), Customer: no, Contract: id,
					Rep: crm.RepNo(r.IntN(7) - 1), Date: crm.Date(r.IntN(400)), Due: crm.NoDate, Amount: money(),
					Cause: crm.OverdueCause([]string{"", "fraud", "quality"}[r.IntN(3)]), Step: crm.DunningStep([]string{"", "reminder"}[r.IntN(2)])}
				if r.IntN(3) == 0 {
					inv.Contract = ""
				}
				if r.IntN(5) > 0 {
					inv.Due = inv.Date + crm.Date(r.IntN(60))
				}
				b.Invoices = append(b.Invoices, inv)
			}
		}
		name := func() crm.InvoiceID {
			return crm.InvoiceID([]string{"", fmt.Sprint("I", c, r.IntN(3))}[r.IntN(2)])
		}
		for k := range r.IntN(6) {
			b.Payments = append(b.Payments, crm.Payment{ID: fmt.Sprint("P", k), Customer: no, Date: crm.Date(r.IntN(400)), Amount: money(), Invoice: name(), Refund: r.IntN(5) == 0})
		}
		for k := range r.IntN(4) {
			b.Adjustments = append(b.Adjustments, crm.Adjustment{ID: fmt.Sprint("A", k), Customer: no, Date: crm.Date(r.IntN(400)), Amount: money(), Invoice: name(),
				Kind: []crm.AdjustmentKind{crm.CreditNote, crm.WriteOff, crm.Recovery}[r.IntN(3)]})
		}
	}
	return finish(b, spells...)
}

func TestLaws(t *testing.T) {
	for seed := range uint64(3) {
		b := randomBook(seed)
		env := NewEnv(b, []crm.Date{100, 250, 400}, DefaultOptions())
		foldtest.Laws(t, func() *Acc { return &Acc{Env: env} }, foldtest.Journeys(b))
	}
}

// at every slot: the buckets and the unapplied credit sum to the balance,
// causes and steps to overdue.: a unit is the sum of its leaves, the
// company that of its children and of what is its own. The company's balance is
// that of the accounts themselves.
func TestLevelsAddUp(t *testing.T) {
	for seed := range uint64(20) {
		b := randomBook(seed)
		f := measure.NewFrame(b)
		res := Compute(b, f, DefaultOptions())
		sums := map[string]map[measure.Slot]int64{}
		for _, v := range res.Values {
			if v.Metric == idOverdueShare {
				continue
			}
			if sums[v.Metric] == nil {
				sums[v.Metric] = map[measure.Slot]int64{}
			}
			sums[v.Metric][v.Slot] += v.Num
		}
		for slot, n := range sums[idBucket] {
			if got := n + sums[idUnapplied][slot]; got != sums[idBalance][slot] {
				t.Fatalf("seed %d %v: buckets and unapplied %d, balance %d", seed, slot, got, sums[idBalance][slot])
			}
			if sums[idByCause][slot] != sums[idOverdue][slot] || sums[idByStep][slot] != sums[idOverdue][slot] {
				t.Fatalf("seed %d %v: causes or steps do not sum to overdue", seed, slot)
			}
			if f.IsCurrent(slot.Period) && f.Org.Nodes[slot.Scope].Level != crm.RepLevel &&
				(sums[idLadder][slot] != sums[idOverdue][slot] || sums[idCauseStep][slot] != sums[idOverdue][slot]) {
				t.Fatalf("seed %d %v: steps by age or by cause do not sum to overdue", seed, slot)
			}
		}
		for _, metric := range []string{idBalance, idOverdue, idWrittenOff, idRecovered} {
			for _, p := range f.Current {
				var units, reps int64
				for i, n := range f.Org.Nodes {
					v := sums[metric][measure.Slot{Scope: crm.NodeNo(i), Period: p}]
					if n.Parent == crm.Root && n.Level != crm.RepLevel {
						units += v
					}
					if n.Level == crm.RepLevel {
						reps += v
					}
				}
				company := sums[metric][measure.Slot{Scope: crm.Root, Period: p}]
				un, _ := f.Org.Find(crm.UnassignedID)
				nobody := sums[metric][measure.Slot{Scope: un, Period: p}]
				if company != units || metric == idBalance && company == 0 {
					t.Fatalf("seed %d %s %s: company %d, units %d (nobody %d)", seed, metric, p.Name, company, units, nobody)
				}
				if reps > company+abs(nobody) && metric == idOverdue {
					t.Fatalf("seed %d: reps %d above company %d", seed, reps, company)
				}
			}
		}
		var listed int64
		for _, row := range res.Lists[0].Rows {
			listed += row.Cells[2].Num
		}
		if company := sums[idOverdue][measure.Slot{Scope: crm.Root, Period: f.Current[0]}]; listed != company {
			t.Fatalf("seed %d: the list sums to %d, overdue is %d", seed, listed, company)
		}
		var accounts int64
		for _, j := range foldtest.Journeys(b) {
			a := ledger.Settle(j, ledger.Terms{}, b.AsOf)
			for _, it := range a.Items {
				n, _ := b.FX.Convert(crm.Money{Minor: it.Outstanding, Currency: it.Invoice.Amount.Currency}, "CNY", b.AsOf)
				accounts += n
			}
			for _, u := range a.Unapplied {
				n, _ := b.FX.Convert(crm.Money{Minor: u.Amount, Currency: u.Currency}, "CNY", b.AsOf)
				accounts -= n
			}
		}
		if company := sums[idBalance][measure.Slot{Scope: crm.Root, Period: f.Current[0]}]; accounts != company {
			t.Fatalf("seed %d: accounts %d, balance %d", seed, accounts, company)
		}
	}
}

// The state of an earlier period is that of a run on its last day.
func TestEarlierPeriodsAreRecomputed(t *testing.T) {
	for seed := range uint64(5) {
		b := randomBook(seed)
		f := measure.NewFrame(b)
		res := Compute(b, f, DefaultOptions())
		p := f.Before[crm.Month][9]
		old := randomBook(seed)
		old.AsOf = p.End - 1
		g := measure.NewFrame(old)
		was := Compute(old, g, DefaultOptions())
		for _, metric := range []string{idBalance, idOverdue} {
			x, y := find(res, f, metric, "company", p.Name, ""), find(was, g, metric, "company", p.Name, "")
			if x == nil || y == nil || x.Num != y.Num || x.Num == 0 {
				t.Fatalf("seed %d %s: %+v, then %+v", seed, metric, x, y)
			}
		}
	}
}

func abs(n int64) int64 { return max(n, -n) }
