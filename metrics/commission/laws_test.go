package commission

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold/foldtest"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// randomBook has reps who move and leave, booking, cash and margin plans, split
// and overlay credit, and every kind of document.
func randomBook(seed uint64) *crm.Book {
	r := rand.New(rand.NewPCG(seed, 13))
	b := newBook(crm.DateOf(2024, 8, 20))
	start := crm.DateOf(2023, 9, 1)
	date := func() crm.Date { return start + crm.Date(r.IntN(int(b.AsOf-start)+1)) }
	var spells []crm.Spell
	for i := range 6 {
		n := b.Reps.Number(fmt.Sprint("R", i))
		moved := date()
		for k := range 2 {
			s := spell(n, fmt.Sprint("T", r.IntN(3)))
			s.Area, s.Plan = fmt.Sprint("A", r.IntN(2)), []string{"", "cash", "margin"}[i%3]
			s.From, s.To = crm.NoDate, moved
			if k == 1 {
				s.From, s.To = moved+1, crm.NoDate
				if i == 5 {
					s.LeftOn = crm.DateOf(2024, 5, 15)
				}
			}
			spells = append(spells, s)
		}
	}
	b.Rates = []crm.Rate{everybody(70_000_000), everybody(123_456_789), everybody(80_000_000)}
	b.Rates[1].Plan, b.Rates[1].Cash = "cash", true
	b.Rates[2].Plan, b.Rates[2].Margin = "margin", true
	for c := range 10 {
		no := b.Customers.Number(fmt.Sprint("C", c))
		for k := range 1 + r.IntN(3) {
			id, gross := fmt.Sprintf("K%d-%d", c, k), 1+r.Int64N(200000)
			sign := date()
			x := crm.Contract{ID: crm.ContractID(id), Customer: no, Rep: crm.RepNo(r.IntN(6)), SignDate: sign, Amount: cny(gross), Base: cny(gross * 100 / 106), BaseKnown: true,
				Margin: cny(gross / 3), MarginKnown: true, Status: crm.Active}
			if r.IntN(8) == 0 {
				x.Status, x.StatusDate = crm.ContractVoid, date()
			}
			b.Contracts = append(b.Contracts, x)
			if r.IntN(2) == 0 {
				third := crm.One / 3
				b.Splits = append(b.Splits, crm.Split{Contract: x.ID, Rep: 0, Share: third}, crm.Split{Contract: x.ID, Rep: 1, Share: third},
					crm.Split{Contract: x.ID, Rep: 3, Share: crm.One - 2*third}, crm.Split{Contract: x.ID, Rep: 4, Share: crm.One / 20, Overlay: true})
			}
			b.Invoices = append(b.Invoices, crm.Invoice{ID: crm.InvoiceID("I" + id), Customer: no, Contract: x.ID, Date: sign, Due: sign + 30, Amount: cny(gross)})
			for n := range r.IntN(5) {
				b.Payments = append(b.Payments, crm.Payment{ID: fmt.Sprint(id, n), Customer: no, Date: date(), Amount: cny(r.Int64N(gross)),
					Invoice: []crm.InvoiceID{"", crm.InvoiceID("I" + id)}[r.IntN(2)], Refund: r.IntN(4) == 0})
			}
			for n := range r.IntN(4) {
				a := crm.Adjustment{ID: fmt.Sprint(id, n), Customer: no, Date: date(), Amount: cny(r.Int64N(gross)),
					Kind: []crm.AdjustmentKind{crm.CreditNote, crm.WriteOff, crm.Recovery}[r.IntN(3)]}
				if r.IntN(2) == 0 {
					a.Contract = x.ID
				} else {
					a.Invoice = crm.InvoiceID("I" + id)
				}
				b.Adjustments = append(b.Adjustments, a)
			}
		}
	}
	return finish(b, spells...)
}

func TestLaws(t *testing.T) {
	for seed := range uint64(3) {
		b := randomBook(seed)
		if seed == 1 {
			withTiers(b, seed)
		}
		env := NewEnv(b, DefaultOptions(), b.AsOf-40, b.AsOf)
		foldtest.Laws(t, func() *Acc { return &Acc{Env: env} }, foldtest.Journeys(b))
	}
}

// withLedger adds what was paid in up to five months: now what was due, now
// more or less, now nothing, now of a rep who never sold.
func withLedger(b *crm.Book, seed uint64) *crm.Book {
	r := rand.New(rand.NewPCG(seed, 19))
	b.Reps.Number("R0")
	for m := 2 + r.IntN(3); m < 3+r.IntN(5); m++ {
		for rep := range b.Reps.Len() {
			if r.IntN(4) > 0 {
				b.Ledger = append(b.Ledger, crm.LedgerLine{Rep: crm.RepNo(rep), Period: month(b, 2024, m), Amount: cny(r.Int64N(20000) - 2000)})
			}
		}
	}
	b.PaidFrom, b.PaidEnd = crm.PaidMonths(b.Ledger)
	return b
}

// listed is what the ledger says a rep was paid for a month.
func listed(b *crm.Book, rep crm.RepNo, m crm.Period) (n int64) {
	for _, l := range b.Ledger {
		if l.Rep == rep && l.Period == m {
			n += l.Amount.Minor
		}
	}
	return n
}

// for each rep, with and without a cap, with and without a ledger
// and tiers, Σ payout + final carry = Σ of all that was earned and lost;
// what is open pays nothing below zero and carries nothing above it.
func TestPayoutIdentity(t *testing.T) {
	negative, adjusted := 0, 0
	for seed := range uint64(40) {
		b := randomBook(seed)
		if seed%2 == 1 {
			b = withLedger(b, seed)
		}
		if seed%4 >= 2 {
			b = withTiers(b, seed)
		}
		f := measure.NewFrame(b)
		for _, limit := range []crm.Decimal{0, crm.One / 5} {
			a := folded(b, Options{ClawbackMonths: 12, MaxDeductionShare: limit})
			earned, got := map[crm.RepNo]int64{}, map[crm.RepNo]int64{}
			for c, s := range a.Days.All() {
				earned[b.Org.Leaves[c.Leaf].Rep] += s.total()
			}
			for _, p := range payroll(a, f) {
				got[p.rep] += p.Payout
				if p.day == b.AsOf {
					got[p.rep] += p.Carry
				}
				if p.total()+p.In+p.Prior != p.Payout+p.Carry {
					t.Fatalf("seed %d: the month does not balance: %+v", seed, p)
				}
				if open := !closed(b, p.month); open && (p.Payout < 0 || p.Carry > 0 || p.Deducted > 0 || p.Spared < 0) || !open && p.Payout != listed(b, p.rep, p.month) {
					t.Fatalf("seed %d: %+v", seed, p)
				}
				if p.Carry < 0 {
					negative++
				}
				if p.Prior != 0 {
					adjusted++
				}
			}
			for rep, n := range earned {
				if got[rep] != n {
					t.Fatalf("seed %d, limit %s: rep %d paid and carried %d, earned %d", seed, limit, rep, got[rep], n)
				}
			}
		}
	}
	if negative == 0 || adjusted < 40 {
		t.Errorf("%d months below zero, %d adjusted: the law was hardly tried", negative, adjusted)
	}
}

// the lines of a rep's statement sum to the payout, each line is what it
// adds to what the sale had brought, and the rows of sales to the month's sums.
func TestStatementSumsToThePayout(t *testing.T) {
	lines, special := 0, map[string]int{}
	for seed := range uint64(60) {
		b := withLedger(randomBook(seed), seed)
		if seed%2 == 1 {
			b = withTiers(b, seed)
		}
		if seed%3 == 0 {
			b.AsOf = crm.DateOf(2024, 5, 31)
			b.PaidEnd = min(b.PaidEnd, b.AsOf+1)
		}
		f := measure.NewFrame(b)
		for _, limit := range []crm.Decimal{0, crm.One / 5} {
			a := folded(b, Options{ClawbackMonths: 12, MaxDeductionShare: limit})
			pays := payroll(a, f)
			payout, sales := map[int64]int64{}, map[int64]int64{}
			for _, r := range statement(a, f, pays).Rows {
				scope, c := r.Cells[0].Num, r.Cells
				payout[scope] += c[10].Num
				if c[1].Text == "" {
					special[c[3].Text]++
					continue
				}
				lines++
				sales[scope] += c[10].Num
				if c[8].Num-c[9].Num != c[10].Num || c[11].Text == "" || c[7].Num < 0 || c[7].Num > c[7].Den {
					t.Fatalf("seed %d: %+v", seed, c)
				}
			}
			for _, p := range pays {
				if scope := int64(b.Org.Leaves[p.leaf].Node); p.month == a.Env.month && (payout[scope] != p.Payout || sales[scope] != p.total()) {
					t.Fatalf("seed %d, limit %s: rep %d: lines of %d, sales of %d: %+v", seed, limit, p.rep, payout[scope], sales[scope], p)
				}
			}
		}
	}
	if lines < 500 || special[carriedIn] < 20 || special[priorPeriod] < 20 || special[capped] < 20 || special[carriedOn] < 20 {
		t.Errorf("%d lines, %v: the law was hardly tried", lines, special)
	}
}

// at every level and period the parent is the sum of its parts; and the
// year's total is that of the leaves.
func TestLevelsAddUp(t *testing.T) {
	for seed := range uint64(20) {
		b := randomBook(seed)
		if seed%2 == 1 {
			b = withLedger(withTiers(b, seed), seed)
		}
		f := measure.NewFrame(b)
		sums := map[string]map[measure.Slot]int64{}
		for _, v := range Compute(b, f, DefaultOptions()).Values {
			if sums[v.Metric] == nil {
				sums[v.Metric] = map[measure.Slot]int64{}
			}
			sums[v.Metric][v.Slot] = v.Num
		}
		for metric, by := range sums {
			for _, p := range f.Current {
				for i, n := range f.Org.Nodes {
					if n.Level == crm.RepLevel || n.Level == crm.Team {
						continue
					}
					var parts int64
					for _, c := range f.Org.Nodes {
						if c.Parent == crm.NodeNo(i) && c.Level != crm.RepLevel {
							parts += by[measure.Slot{Scope: node(f.Org, c.ID), Period: p}]
						}
					}
					if whole := by[measure.Slot{Scope: crm.NodeNo(i), Period: p}]; whole != parts {
						t.Fatalf("seed %d %s %s %s: %d, parts %d", seed, metric, n.ID, p.Name, whole, parts)
					}
				}
				var reps int64
				for r := range b.Reps.Len() {
					reps += by[measure.Slot{Scope: f.Org.RepNode(crm.RepNo(r)), Period: p}]
				}
				if company := by[measure.Slot{Scope: crm.Root, Period: p}]; company != reps {
					t.Fatalf("seed %d %s %s: company %d, reps %d", seed, metric, p.Name, company, reps)
				}
			}
		}
		year := f.Current[crm.Year]
		if sums[idAccrued][measure.Slot{Scope: crm.Root, Period: year}] == 0 {
			t.Fatalf("seed %d: nothing accrued", seed)
		}
		quarter := f.Current[crm.Quarter]
		var months int64
		for m := f.Fiscal.Period(crm.Month, quarter.Start); m.Start <= f.AsOf; m = f.Fiscal.Period(crm.Month, m.End) {
			months += sums[idPayout][measure.Slot{Scope: crm.Root, Period: m}]
		}
		if got := sums[idPayout][measure.Slot{Scope: crm.Root, Period: quarter}]; got != months {
			t.Fatalf("seed %d: the quarter pays %d, its months %d", seed, got, months)
		}
	}
}

// node finds a unit by its id.
func node(o *crm.Org, id string) crm.NodeNo {
	return crm.NodeNo(slices.IndexFunc(o.Nodes, func(n crm.Node) bool { return n.ID == id && n.Level != crm.RepLevel }))
}

func newSale(gross int64, sign, deadline crm.Date, events []event) *sale {
	s := new(sale)
	s.read(gross, sign, deadline, events)
	return s
}

// on random sales: what is given never leaves
// [0, full]; clawback never exceeds what accrued, restitution what was clawed
// back; every event moves commission its own way; parts sum to the whole and
// each rep's cumulative part is the split of it.
func TestCommissionLaws(t *testing.T) {
	kinds := []Kind{Paid, Refunded, Credited, WrittenOff, Recovered, Voided}
	moved := 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 17))
		gross := 1 + r.Int64N(5000)
		events := []event{at(0, Signed, 0)}
		for range r.IntN(8) {
			events = append(events, at(crm.Date(r.IntN(500)), kinds[r.IntN(5+min(1, r.IntN(6)))], r.Int64N(gross+100)))
		}
		members := []ledger.Share{{Rep: 0, Weight: 1 + r.Int64N(9)}, {Rep: 1, Weight: r.Int64N(9)}, {Rep: 2, Weight: r.Int64N(9)}}
		weights := []int64{members[0].Weight, members[1].Weight, members[2].Weight}
		full := whole(r.Int64N(100000)).times(1, 1+r.Int64N(700))
		cash := r.IntN(2) == 0
		s := newSale(gross, 0, 365, events)
		var given, in, clawed, back int64
		cum := make([]int64, 3)
		s.commissions(full, cash, members, func(d due) {
			var n int64
			for i, p := range d.parts {
				n += p
				cum[i] += p
			}
			given += n
			if !slices.Equal(cum, ledger.Split(given, weights)) {
				t.Fatalf("seed %d: parts %v of %d", seed, cum, given)
			}
			switch d.column {
			case accrued:
				in += n
			case clawedBack:
				clawed -= n
			case restored:
				back += n
			}
			if n != 0 {
				moved++
			}
			up := d.column == accrued || d.column == restored
			if up && n < 0 || !up && n > 0 || given < 0 || given > full.part(1, 1) || clawed > in+back || back > clawed {
				t.Fatalf("seed %d: %+v gives %d; given %d of %v, clawed %d, back %d", seed, d.event, n, given, full, clawed, back)
			}
			if cash && (d.column == clawedBack || d.column == restored) && n != 0 {
				t.Fatalf("seed %d: a cash plan was clawed back", seed)
			}
		})
	}
	if moved < 3000 {
		t.Errorf("only %d events moved anything", moved)
	}
}
