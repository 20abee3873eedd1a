package renewal

import (
	"fmt"
	"math/big"
	"testing"

	"crmreport/ingest/crm"
)

func TestAnnual(t *testing.T) {
	d := func(s string) crm.Date { return day(t, s) }
	for _, c := range []struct {
		name string
		c    crm.Contract
		want string // minor units, as a fraction; "" unknown
	}{
		{"1 twelve months", crm.Contract{TermMonths: 12, Amount: crm.Money{Minor: 100}}, "100/1"},
		{"2 three years (R-4.8): 330000 × 12 / 36", crm.Contract{TermMonths: 36, Amount: crm.Money{Minor: 330000}}, "110000/1"},
		{"3 seven months: 100 × 12 / 7", crm.Contract{TermMonths: 7, Amount: crm.Money{Minor: 100}}, "1200/7"},
		{"4 a leap year without a term: 100 × 365 / 366", crm.Contract{Start: d("2024-01-01"), End: d("2024-12-31"), Amount: crm.Money{Minor: 100}}, "18250/183"}, // 36500/366
		{"5 73 days: × 5", crm.Contract{Start: d("2025-01-01"), End: d("2025-03-14"), Amount: crm.Money{Minor: 100}}, "500/1"},
		{"6 the term goes before the days", crm.Contract{TermMonths: 6, Start: d("2025-01-01"), End: d("2025-03-14"), Amount: crm.Money{Minor: 100}}, "200/1"},
		{"7 a month", crm.Contract{Per: crm.PerMonth, TermMonths: 24, Amount: crm.Money{Minor: 100}}, "1200/1"},
		{"8 a year", crm.Contract{Per: crm.PerYear, TermMonths: 24, Amount: crm.Money{Minor: 100}}, "100/1"},
		{"9 no term, no end", crm.Contract{Start: d("2025-01-01"), End: crm.NoDate, Amount: crm.Money{Minor: 100}}, ""},
		{"10 the end before the start", crm.Contract{Start: d("2025-01-02"), End: d("2025-01-01"), Amount: crm.Money{Minor: 100}}, ""},
		{"11 negative", crm.Contract{TermMonths: 12, Amount: crm.Money{Minor: -1}}, ""},
		{"12 nothing", crm.Contract{TermMonths: 12}, "0/1"},
	} {
		if c.c.TermMonths > 0 || c.c.Per != crm.PerTerm {
			if c.c.Start == 0 {
				c.c.Start, c.c.End = crm.NoDate, crm.NoDate
			}
		}
		got := ""
		if p, ok := annual(&c.c, c.c.Amount.Minor); ok {
			got = fmt.Sprintf("%d/%d", p.Num, p.Den)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestSum(t *testing.T) {
	third, half := Sum{{3, 1}}, Sum{{2, 1}}
	var s Sum
	for _, o := range []Sum{third, half, third, {{2, -1}}} {
		s.add(o)
	}
	if s.Rat().Cmp(big.NewRat(2, 3)) != 0 || len(s) != 1 {
		t.Errorf("1/3 + 1/2 + 1/3 − 1/2 = %v (%s), want 2/3 in one part", s, s.Rat())
	}
	if third[0].Num != 1 || half[0].Num != 1 {
		t.Error("add changed what it added")
	}
	for _, c := range []struct {
		s    Sum
		want int64
	}{{nil, 0}, {Sum{{2, 1}}, 1}, {Sum{{2, -1}}, -1}, {Sum{{3, 1}}, 0}, {Sum{{2, 1}, {3, 1}}, 1}, {Sum{{1, 7}}, 7}, {Sum{{3, 5}}, 2}, {Sum{{3, 4}}, 1}, {Sum{{2, 3}}, 2}, {Sum{{2, -3}}, -2}} {
		if got := c.s.Minor(); got != c.want {
			t.Errorf("%v rounds to %d, want %d", c.s, got, c.want)
		}
	}
	for i, a := range []Sum{{{3, -1}}, nil, {{3, 1}}, {{2, 1}}, {{2, 1}, {3, 1}}, {{1, 1}}, {{1, 1 << 62}}} { // ascending
		for k, b := range []Sum{{{3, -1}}, nil, {{3, 1}}, {{2, 1}}, {{2, 1}, {3, 1}}, {{1, 1}}, {{1, 1 << 62}}} {
			want := 0
			if i < k {
				want = -1
			} else if i > k {
				want = 1
			}
			if got := a.Cmp(b); got != want {
				t.Errorf("%v compares to %v as %d, want %d", a, b, got, want)
			}
		}
	}
	if lesser(third, half).Cmp(third) != 0 || lesser(half, nil).Cmp(nil) != 0 {
		t.Error("1/3 < 1/2, and nothing is less than either")
	}
}

func TestAllot(t *testing.T) {
	for _, c := range []struct {
		total   int64
		weights []int64
		want    string
	}{
		{10000, []int64{100, 200}, "[3333 6667]"},       // 3333.33…, 6666.67
		{100, []int64{1, 1, 1}, "[34 33 33]"},           // the first of equal remainders
		{5, []int64{3, 3, 1, 3}, "[2 2 0 1]"},           // 1.5 1.5 0.5 1.5: two cents left
		{7, []int64{0, 5}, "[0 7]"},                     // no weight, no share
		{7, []int64{0, 0}, "[4 3]"},                     // nothing to go by
		{0, []int64{1, 2}, "[0 0]"},                     // nothing to split
		{11000000, []int64{12000000}, "[11000000]"},     // one old contract
		{25000, []int64{20000, 30000}, "[10000 15000]"}, // exact
	} {
		ws := make([]*big.Rat, len(c.weights))
		for i, w := range c.weights {
			ws[i] = big.NewRat(w, 1)
		}
		if got := fmt.Sprint(allot(c.total, ws)); got != c.want {
			t.Errorf("allot(%d, %v) = %s, want %s", c.total, c.weights, got, c.want)
		}
	}
}

// A (100.00) and B (200.00) merge into M (100.00): 33.33 and 66.67.
// D (90.00) splits into X (50.00) and Y (60.01): 110.01, capped at 90.00.
func TestMergeAndSplit(t *testing.T) {
	s := newShop(t, "2024-12-31")
	s.sell("A", "C1", "2023-04-01", "2024-03-31", "100", product("a"))
	s.sell("B", "C1", "2023-04-01", "2024-03-31", "200", product("b"))
	s.sell("V", "C1", "2023-04-01", "2024-03-31", "700", product("v"), renewable(crm.No))
	s.sell("M", "C1", "2024-04-01", "2025-03-31", "100", product("m"))
	s.sell("D", "C2", "2023-04-01", "2024-03-31", "90")
	s.sell("X", "C2", "2024-04-01", "2025-03-31", "50", product("x"))
	s.sell("Y", "C2", "2024-04-01", "2025-03-31", "60.01", product("y"))
	for _, l := range [][2]string{{"A", "M"}, {"B", "M"}, {"V", "M"}, {"D", "X"}, {"D", "Y"}, {"D", "Y"}} {
		s.succeed(l[0], l[1], "2024-03-15")
	}
	j := judgeBook(s.book(), DefaultOptions())
	for id, want := range map[crm.ContractID]int64{"A": 3333, "B": 6667, "D": 11001} {
		if got := j.cases[id].New; got.Minor() != want {
			t.Errorf("%s is followed by %s, want %d", id, got.Rat(), want)
		}
	}
	// 33.33 + 66.67 + 90.00 of 390.00; net 33.33 + 66.67 + 110.01
	c := j.company(t, "2024-03")
	if c.Capped.Minor() != 19000 || c.NewACV.Minor() != 21001 || c.OldACV.Minor() != 39000 {
		t.Errorf("gross %d, net %d of %d, want 19000, 21001 of 39000", c.Capped.Minor(), c.NewACV.Minor(), c.OldACV.Minor())
	}
}

// 1 USD is 7 on the old start and 8 on the new one: 100 → 110 USD is 700.00 →
// 770.00, no matter the rate of the day of renewal. Of the euro no
// rate is known: it counts, but its money does not.
func TestConstantCurrency(t *testing.T) {
	s := newShop(t, "2024-12-31")
	usd := func(c *crm.Contract) { c.Amount.Currency = "USD" }
	eur := func(c *crm.Contract) { c.Amount.Currency = "EUR" }
	s.rates = []crm.FXRate{{Currency: "USD", Date: day(t, "2023-01-01"), Rate: 7 * crm.One}, {Currency: "USD", Date: day(t, "2024-01-01"), Rate: 8 * crm.One}}
	s.sell("A", "C1", "2023-04-01", "2024-03-31", "100", usd)
	s.sell("B", "C1", "2024-04-01", "2025-03-31", "110", usd)
	// Two contracts of 100 USD, at 7 and at 8, become one of 100 USD. Their ACV is
	// 700 and 800: 46.67 and 53.33 USD, which is 326.69 at 7 and 426.64 at 8.
	s.sell("F", "C3", "2023-06-01", "2024-05-31", "100", usd, product("f"))
	s.sell("G", "C3", "2024-02-01", "2024-05-31", "100", usd, product("g"))
	s.sell("H", "C3", "2024-06-01", "2025-05-31", "100", usd, product("h"))
	s.succeed("F", "H", "")
	s.succeed("G", "H", "")
	s.sell("E", "C2", "2023-04-01", "2024-03-31", "100", eur)
	j := judgeBook(s.book(), DefaultOptions())
	for id, want := range map[crm.ContractID]int64{"F": 32669, "G": 42664} {
		if got := j.cases[id].New.Minor(); got != want {
			t.Errorf("%s is followed by %d, want %d", id, got, want)
		}
	}
	v := j.values(t, "2024-03")
	if got := v[dueACV].Num; got != 70000 {
		t.Errorf("due %d, want 70000", got)
	}
	if got := v[renewedACV].Num; got != 77000 {
		t.Errorf("renewed %d, want 77000", got)
	}
	if v[due].Num != 2 || v[churned].Num != 1 || v[netRate].N != 1 {
		t.Errorf("due %d, churned %d, valued %d, want 2, 1, 1", v[due].Num, v[churned].Num, v[netRate].N)
	}
	if n := j.acc.LeftOut[noRate]; n != 1 {
		t.Errorf("%d unconverted, want 1", n)
	}
	// ARR at both ends is at the rate of t₁, 8: 100 → 110 USD is 800 → 880, an
	// expansion of 80 and none of the currency's making.
	for _, r := range j.retentions(j.frame.Periods()...) {
		if b := r.Bridge; b.Start == 160000 && b.End == 168000 && b.Expansion == 8000 {
			return
		}
	}
	t.Error("no bridge of 1600.00 + 80.00 = 1680.00 at the rate of the year end")
}
