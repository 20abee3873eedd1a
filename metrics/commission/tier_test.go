package commission

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/fold"
)

// bracket is a rate of [from, to) in minor units; to 0 is open.
func bracket(mode crm.TierMode, from, to int64, percent int64) crm.Rate {
	r := everybody(crm.Decimal(percent) * crm.One / 100)
	r.Mode, r.FromAmount, r.ToAmount, r.HasTo = mode, cny(from), cny(to), to != 0
	return r
}

// sold is a sale of a book by hand.
type sold struct {
	id    crm.ContractID
	rep   string
	day   crm.Date
	minor int64
}

// tierBook has sales without VAT, as of 30 June 2024.
func tierBook(ladder []crm.Rate, sales ...sold) *crm.Book {
	b := newBook(crm.DateOf(2024, 6, 30))
	c := b.Customers.Number("C")
	for _, s := range sales {
		b.Contracts = append(b.Contracts, crm.Contract{ID: s.id, Customer: c, Rep: b.Reps.Number(s.rep), SignDate: s.day, Amount: cny(s.minor), Base: cny(s.minor), BaseKnown: true, Status: crm.Active})
	}
	b.Rates = ladder
	return finish(b)
}

// accruals is what each contract of a rep accrues.
func accruals(b *crm.Book, o Options) map[crm.ContractID]int64 {
	out := map[crm.ContractID]int64{}
	for i := range b.Contracts {
		env := NewEnv(b, o) // of the whole book: where a sale stands is the rep's
		p := *b
		p.Contracts = b.Contracts[i : i+1]
		a := fold.Journeys(&p, func() *Acc { return &Acc{Env: env} })
		a.ready()
		for _, s := range a.Days.All() {
			out[b.Contracts[i].ID] += s.Accrued
		}
	}
	return out
}

// oca is the section of examples/published/oca_adempiere_erpnext_commission with
// what asks for around it.
func oca(t *testing.T) (ladder []crm.Rate, base, want int64) {
	t.Helper()
	var file struct {
		Cases []struct {
			Name       string
			Base       int64
			Section    [3]float64
			Commission float64
		}
	}
	casetest.JSON(t, &file, "oca_adempiere_erpnext_commission", "expected.json")
	for _, c := range file.Cases {
		if c.Name == "OCA section test" {
			from, to := int64(c.Section[0])*100, int64(c.Section[1])*100
			return []crm.Rate{bracket(crm.TierWhole, 0, from, 10), bracket(crm.TierWhole, from, to, int64(c.Section[2]*100)), bracket(crm.TierWhole, to, 0, 30)},
				c.Base * 100, int64(c.Commission * 100)
		}
	}
	t.Fatal("no such case")
	return nil, 0, 0
}

// 15100 in [15000, 16000] at 20 % of the whole: 3020.00. (Outside any section OCA
// pays 0; with us the rates are refused: TestTiersAreChecked of package ingest.)
func TestOCASection(t *testing.T) {
	ladder, base, want := oca(t)
	if got := accruals(tierBook(ladder, sold{"K", "R", crm.DateOf(2024, 5, 3), base}), DefaultOptions())["K"]; got != want || want != 302000 {
		t.Errorf("%d, want %d", got, want)
	}
}

// by hand, in yuan: brackets [0, 10000) at 10 %, [10000, ∞) at 20 %.
func TestTiers(t *testing.T) {
	ladder := func(m crm.TierMode) []crm.Rate {
		return []crm.Rate{bracket(m, 0, 1000000, 10), bracket(m, 1000000, 0, 20)}
	}
	may := func(d int) crm.Date { return crm.DateOf(2024, 5, d) }
	for _, c := range []struct {
		name   string
		mode   crm.TierMode
		period crm.PeriodKind
		sales  []sold
		want   map[crm.ContractID]int64
	}{
		{"one sale over the edge: 10000 at 10 %, 5100 at 20 %", crm.TierMarginal, crm.Month, []sold{{"A", "R", may(3), 1510000}}, map[crm.ContractID]int64{"A": 100000 + 102000}},
		{"blank is marginal", "", crm.Month, []sold{{"A", "R", may(3), 1510000}}, map[crm.ContractID]int64{"A": 202000}},
		{"the second climbs from where the first ended", crm.TierMarginal, crm.Month, []sold{{"A", "R", may(3), 1000000}, {"B", "R", may(4), 510000}}, map[crm.ContractID]int64{"A": 100000, "B": 102000}},
		{"whole: what reaches the bracket is all of its rate", crm.TierWhole, crm.Month, []sold{{"A", "R", may(3), 1510000}}, map[crm.ContractID]int64{"A": 302000}},
		{"whole, at the sign date: earlier sales keep their rate", crm.TierWhole, crm.Month, []sold{{"A", "R", may(3), 900000}, {"B", "R", may(4), 610000}}, map[crm.ContractID]int64{"A": 90000, "B": 122000}},
		{"whole: the edge itself is the upper bracket's", crm.TierWhole, crm.Month, []sold{{"A", "R", may(3), 999999}, {"B", "S", may(3), 1000000}}, map[crm.ContractID]int64{"A": 100000, "B": 200000}},
		{"of one day by contract id", crm.TierMarginal, crm.Month, []sold{{"B", "R", may(3), 800000}, {"A", "R", may(3), 800000}}, map[crm.ContractID]int64{"A": 80000, "B": 20000 + 120000}},
		{"each rep climbs alone", crm.TierMarginal, crm.Month, []sold{{"A", "R", may(3), 1000000}, {"B", "S", may(4), 510000}}, map[crm.ContractID]int64{"A": 100000, "B": 51000}},
		{"a month begins at 0", crm.TierMarginal, crm.Month, []sold{{"A", "R", crm.DateOf(2024, 4, 30), 1000000}, {"B", "R", may(1), 510000}}, map[crm.ContractID]int64{"A": 100000, "B": 51000}},
		{"a quarter goes on", crm.TierMarginal, crm.Quarter, []sold{{"A", "R", crm.DateOf(2024, 4, 30), 1000000}, {"B", "R", may(1), 510000}}, map[crm.ContractID]int64{"A": 100000, "B": 102000}},
		{"and ends", crm.TierMarginal, crm.Quarter, []sold{{"A", "R", crm.DateOf(2024, 3, 31), 1000000}, {"B", "R", may(1), 510000}}, map[crm.ContractID]int64{"A": 100000, "B": 51000}},
		{"a year goes on over quarters", crm.TierMarginal, crm.Year, []sold{{"A", "R", crm.DateOf(2024, 3, 31), 1000000}, {"B", "R", may(1), 510000}}, map[crm.ContractID]int64{"A": 100000, "B": 102000}},
	} {
		o := DefaultOptions()
		o.TierPeriod = c.period
		if got := accruals(tierBook(ladder(c.mode), c.sales...), o); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Contradiction C4 settled by "at sign date": OCA's brackets on 10000 and then
// 5100 give 1000 + 1020 = 2020, not 3020 of the total.
func TestWholeIsNotRetroactive(t *testing.T) {
	ladder, _, _ := oca(t)
	got := accruals(tierBook(ladder, sold{"A", "R", crm.DateOf(2024, 5, 3), 1000000}, sold{"B", "R", crm.DateOf(2024, 5, 4), 510000}), DefaultOptions())
	if want := map[crm.ContractID]int64{"A": 100000, "B": 102000}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A sale that is written off or voided later moves no other to another bracket,
// and is taken back at what it earned: A of 15000 earned 1000 + 1000 = 2000, and
// 6000 of it lost take 800, two fifths.
func TestTiersStayAfterALoss(t *testing.T) {
	ladder := []crm.Rate{bracket("", 0, 1000000, 10), bracket("", 1000000, 0, 20)}
	may := func(d int) crm.Date { return crm.DateOf(2024, 5, d) }
	for _, loss := range []string{"none", "write-off", "void"} {
		b := tierBook(ladder, sold{"A", "R", may(3), 1500000}, sold{"B", "R", may(4), 100000})
		var want Sums
		switch loss {
		case "write-off":
			b.Adjustments = []crm.Adjustment{{ID: "W", Kind: crm.WriteOff, Customer: 0, Contract: "A", Date: may(20), Amount: cny(600000)}}
			want.ClawedBack = -80000
		case "void":
			b.Contracts[0].Status, b.Contracts[0].StatusDate = crm.ContractVoid, may(20)
			want.Adjusted = -200000
		}
		want.Accrued = 200000 + 20000 // B is above the edge whatever becomes of A
		a := folded(b, DefaultOptions())
		var got Sums
		for _, s := range a.Days.All() {
			got = got.Plus(s)
		}
		if got != want {
			t.Errorf("%s: %+v, want %+v", loss, got, want)
		}
		for _, r := range a.Customers[0].Reversals {
			if r.Rate != crm.One*2000/15000+1 && r.Rate != crm.One*2000/15000 {
				t.Errorf("%s: the rate is %s", loss, r.Rate)
			}
		}
	}
}

// One sale of 20000.00, 60 / 40, and overlay of 50 %: each climbs by their own
// part, 12000 → 1000 + 400, 8000 → 800, 10000 → 1000; on cash, half of it paid,
// half of that.
func TestTiersOfASplit(t *testing.T) {
	for _, cash := range []bool{false, true} {
		ladder := []crm.Rate{bracket("", 0, 1000000, 10), bracket("", 1000000, 0, 20)}
		ladder[0].Cash, ladder[1].Cash = cash, cash
		b := tierBook(ladder, sold{"K", "R", crm.DateOf(2024, 5, 3), 2000000})
		for i, share := range []crm.Decimal{600_000_000, 400_000_000, 500_000_000} {
			b.Splits = append(b.Splits, crm.Split{Contract: "K", Rep: b.Reps.Number(fmt.Sprint("R", i)), Share: share, Overlay: i == 2})
		}
		want := []int64{140000, 80000, 100000}
		if cash {
			b.Invoices = []crm.Invoice{{ID: "I", Contract: "K", Date: crm.DateOf(2024, 5, 3), Due: crm.DateOf(2024, 5, 3), Amount: cny(2000000)}}
			b.Payments = []crm.Payment{{ID: "P", Invoice: "I", Date: crm.DateOf(2024, 6, 1), Amount: cny(1000000)}}
			want = []int64{70000, 40000, 50000}
		}
		b = finish(b)
		got := make([]int64, 3)
		for c, s := range folded(b, DefaultOptions()).Days.All() {
			got[int(b.Org.Leaves[c.Leaf].Rep)-1] += s.Accrued // R is the contract's, who has no share
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("cash %v: %v, want %v", cash, got, want)
		}
	}
}

// withTiers puts brackets in place of two of a random book's rates.
func withTiers(b *crm.Book, seed uint64) *crm.Book {
	r := rand.New(rand.NewPCG(seed, 23))
	edge := 1 + r.Int64N(150000)
	var rates []crm.Rate
	for _, flat := range b.Rates {
		if flat.Cash {
			rates = append(rates, flat)
			continue
		}
		mode := []crm.TierMode{crm.TierMarginal, crm.TierWhole}[r.IntN(2)]
		for i, bounds := range [][2]int64{{0, edge}, {edge, 2 * edge}, {2 * edge, 0}} {
			x := bracket(mode, bounds[0], bounds[1], 5+int64(i)*r.Int64N(20))
			x.Plan, x.Margin = flat.Plan, flat.Margin
			rates = append(rates, x)
		}
	}
	b.Rates = rates
	return b
}

// Brackets of one rate are that rate, in either mode, whatever happens to the
// sales: the strongest check of the slices. (Credit that is split is rounded by
// rep under brackets, so the books have none.)
func TestEqualBracketsAreFlat(t *testing.T) {
	for seed := range uint64(40) {
		flat := randomBook(seed)
		flat.Splits = nil
		tiered := *flat
		withTiers(&tiered, seed)
		for i := range tiered.Rates {
			r := &tiered.Rates[i]
			for _, f := range flat.Rates {
				if f.Plan == r.Plan {
					r.Rate = f.Rate
				}
			}
		}
		a, b := folded(flat, DefaultOptions()), folded(&tiered, DefaultOptions())
		if !reflect.DeepEqual(a.Days, b.Days) || len(NewEnv(&tiered, DefaultOptions()).tiers.before) == 0 {
			t.Fatalf("seed %d: brackets of one rate are not that rate", seed)
		}
	}
}
