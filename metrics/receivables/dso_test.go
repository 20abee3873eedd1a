package receivables

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

func near(x, y float64) bool { return math.Abs(x-y) <= 1e-9*max(1, math.Abs(y)) }

// countedBack is what case files write of a count-back.
type countedBack struct {
	Days float64
	Used *bool `json:"ar_used_up"`
	Flag string
}

func (want countedBack) check(t *testing.T, name string, balance int64, months []month) {
	t.Helper()
	num, den, _, short := countBack(balance, months)
	if !near(float64(num)/float64(den), want.Days) || want.Used != nil && short == *want.Used {
		t.Errorf("%s: %d/%d days, short %v; want %+v", name, num, den, short, want)
	}
}

// examples/receivables/dso_cei, the count-backs on their own. The published
// ones are examples/published/receivables, too. The case gives the months of the
// first edge only; those of the others, newest first, are what its days follow
// from.
func TestCountBack(t *testing.T) {
	var want struct {
		Published map[string]json.RawMessage
		Edges     map[string]countedBack
	}
	casetest.JSON(t, &want, "dso_cei/expected.json")
	var published struct{ Cases []struct{ Days float64 } }
	casetest.JSON(t, &published, "receivables/expected.json")
	zero := []month{{100, 30}, {0, 31}, {100, 30}}
	for _, c := range []struct {
		edge    string
		balance int64
		months  []month
	}{{"zero_sales_month", 150, zero}, {"history_too_short", 150, zero[:2]}, {"ar_zero", 0, zero}, {"exactly_used_up_then_zero_sales", 100, zero[:2]}} {
		w := want.Edges[c.edge]
		w.check(t, c.edge, c.balance, c.months)
		if _, _, _, short := countBack(c.balance, c.months); short != strings.HasPrefix(w.Flag, "lower bound") || !short && w.Flag != "" {
			t.Errorf("%s: short %v, flag %q", c.edge, short, w.Flag)
		}
	}
	for i, c := range []struct {
		name    string
		balance int64
		months  []month
	}{
		{"benjipays (212000; 100000,80000,70000; 30-day months)", 212000, []month{{100000, 30}, {80000, 30}, {70000, 30}}},
		{"calculator page (2100000; Mar 900000/31, Feb 800000/28, Jan 700000/31)", 2100000, []month{{900000, 31}, {800000, 28}, {700000, 31}}},
	} {
		var w countedBack
		if err := json.Unmarshal(want.Published[c.name], &w); err != nil {
			t.Fatal(c.name, err)
		}
		w.check(t, c.name, c.balance, c.months)
		w.Days = published.Cases[i].Days
		w.check(t, "published: "+c.name, c.balance, c.months)
	}
}

// collectlean: 50000 open on sales of 100000 and of 200000 in 30 days.
func TestSimpleDSO(t *testing.T) {
	var published struct {
		Cases []struct {
			AR    int64
			Days  float64
			Sales []int64
			DSO   []float64
		}
	}
	casetest.JSON(t, &published, "receivables/expected.json")
	var want struct{ Published map[string]json.RawMessage }
	casetest.JSON(t, &want, "dso_cei/expected.json")
	var again []float64
	if err := json.Unmarshal(want.Published["collectlean DSO 50000/100000x30 and 50000/200000x30"], &again); err != nil {
		t.Fatal(err)
	}
	c := published.Cases[2]
	for i, sales := range c.Sales {
		v := daysOf(idSimpleDSO, measure.Slot{}, c.AR, sales, int64(c.Days))
		if !v.OK || !near(v.V, c.DSO[i]) || !near(v.V, again[i]) {
			t.Errorf("%d on %d: %+v, want %v", c.AR, sales, v, c.DSO[i])
		}
	}
	if v := daysOf(idSimpleDSO, measure.Slot{}, c.AR, 0, int64(c.Days)); v.OK {
		t.Errorf("without sales: %+v (R-0.5)", v)
	}
}

// quarter is a book whose month ends are those of examples/receivables/dso_cei:
// open, overdue, credit sales and written off. By hand: O is settled in January
// with 100000 of J3; in February J3 pays 150000; in March 60000 of J1 are
// written off and F2 pays 70000. Open at the end of March: J1 40000, J2 50000,
// J3 300000, F1 30000 (overdue: 420000), F2 700000, M 1000000.
func quarter(t *testing.T) *crm.Book {
	b := newBook(day(t, "2024-03-31"))
	c, r := b.Customers.Number("C"), b.Reps.Number("R")
	for _, x := range [][4]string{{"O1", "2023-12-15", "2023-12-20", "90000"}, {"O2", "2023-12-15", "2024-01-20", "410000"},
		{"J1", "2024-01-10", "2024-01-25", "100000"}, {"J2", "2024-01-10", "2024-02-20", "50000"}, {"J3", "2024-01-10", "2024-03-20", "550000"},
		{"F1", "2024-02-10", "2024-03-15", "30000"}, {"F2", "2024-02-10", "2024-04-15", "770000"}, {"M", "2024-03-10", "2024-05-10", "1000000"}} {
		b.Invoices = append(b.Invoices, crm.Invoice{ID: crm.InvoiceID(x[0]), Customer: c, Rep: r, Date: day(t, x[1]), Due: day(t, x[2]), Amount: cny(t, x[3])})
	}
	for i, x := range [][3]string{{"O1", "2024-01-15", "90000"}, {"O2", "2024-01-15", "410000"}, {"J3", "2024-01-20", "100000"},
		{"J3", "2024-02-20", "150000"}, {"F2", "2024-03-20", "70000"}} {
		b.Payments = append(b.Payments, crm.Payment{ID: strconv.Itoa(i), Customer: c, Date: day(t, x[1]), Invoice: crm.InvoiceID(x[0]), Amount: cny(t, x[2])})
	}
	b.Adjustments = []crm.Adjustment{{ID: "W", Kind: crm.WriteOff, Customer: c, Date: day(t, "2024-03-25"), Invoice: "J1", Amount: cny(t, "60000")}}
	return finish(b)
}

// examples/receivables/dso_cei as a book, at the company and at its one rep.
func TestDSOAndCEI(t *testing.T) {
	var want struct {
		Quarter    float64 `json:"dso_simple_quarter"`
		Month      float64 `json:"dso_simple_month"`
		CountBack  float64 `json:"dso_countback"`
		Best       float64 `json:"best_possible_dso_quarter"`
		Delinquent float64 `json:"average_days_delinquent"`
		CEI        float64
		Wrong      struct {
			CEI float64 `json:"cei_without_write_off_add_back"`
		}
	}
	casetest.JSON(t, &want, "dso_cei/expected.json")
	b := quarter(t)
	f := measure.NewFrame(b)
	res := Compute(b, f, DefaultOptions())
	for _, m := range casetest.CSV(t, "dso_cei", "months.csv") { // the book is that of the case
		wantMoney(t, res, f, idBalance, "company", m["month"], "", cny(t, m["ending_ar"]).Minor)
		wantMoney(t, res, f, idOverdue, "company", m["month"], "", cny(t, m["of_which_overdue"]).Minor)
	}
	wantMoney(t, res, f, idWrittenOff, "company", "2024-03", "", 6000000)
	opening := casetest.CSV(t, "dso_cei", "opening.csv")
	wantMoney(t, res, f, idBalance, "company", "2023-12", "", cny(t, opening[0]["amount"]).Minor)
	wantMoney(t, res, f, idOverdue, "company", "2023-12", "", cny(t, opening[1]["amount"]).Minor)
	for _, c := range []struct {
		metric, scope, period, key string
		want                       float64
	}{
		{idSimpleDSO, "company", "2024-Q1", "", want.Quarter}, {idSimpleDSO, "company", "2024-03", window3m, want.Quarter},
		{idSimpleDSO, "company", "2024-03", "", want.Month},
		{idCountBack, "company", "2024-03", "", want.CountBack}, {idCountBack, "company", "2024-Q1", "", want.CountBack}, {idCountBack, "R", "2024-03", "", want.CountBack},
		{idBestDSO, "company", "2024-Q1", "", want.Best}, {idDelinquent, "company", "2024-Q1", "", want.Delinquent},
		{idCEI, "company", "2024-Q1", "", want.CEI}, {idCEI, "R", "2024-Q1", "", want.CEI},
		// A month has its own opening balance: (1250000 + 1000000 − 2120000 − 60000) ÷ (1250000 + 1000000 − 1700000).
		{idCEI, "company", "2024-03", "", 70000. / 550000},
	} {
		v := find(res, f, c.metric, c.scope, c.period, c.key)
		if v == nil || !v.OK || !near(v.V, c.want) || len(v.Flags) > 0 {
			t.Errorf("%s %s %s %s: %+v, want %v", c.metric, c.scope, c.period, c.key, v, c.want)
		}
	}
	if v := find(res, f, idCEI, "company", "2024-Q1", ""); v.Num != 50000000+250000000-218000000 || near(v.V, want.Wrong.CEI) {
		t.Errorf("the write-off counts as collected: %+v (R-5.10)", v)
	}
	if v := find(res, f, idSimpleDSO, "R", "2024-03", ""); v != nil {
		t.Error("a rep is shown the headlines alone")
	}
}

// on 10 March the month counts with its sales and ten days. A credit
// note of March takes back what it settles (60000 of sales), one that settles
// nothing takes nothing back, and an advance is no sale: 130000 open,
// of which 40000 from March's ten days, 90000 from February's 100000 in 29.
func TestRunningMonth(t *testing.T) {
	b := newBook(day(t, "2024-03-10"))
	c, r := b.Customers.Number("C"), b.Reps.Number("R")
	for _, x := range [][3]string{{"F", "2024-02-10", "100000"}, {"M", "2024-03-05", "100000"}} {
		b.Invoices = append(b.Invoices, crm.Invoice{ID: crm.InvoiceID(x[0]), Customer: c, Rep: r, Date: day(t, x[1]), Due: day(t, "2024-04-10"), Amount: cny(t, x[2])})
	}
	b.Adjustments = []crm.Adjustment{{ID: "N", Kind: crm.CreditNote, Customer: c, Date: day(t, "2024-03-06"), Invoice: "M", Amount: cny(t, "60000")},
		{ID: "X", Kind: crm.CreditNote, Customer: c, Date: day(t, "2024-03-06"), Invoice: "unknown", Amount: cny(t, "500")}}
	b.Payments = []crm.Payment{{ID: "P", Customer: c, Date: day(t, "2024-03-07"), Invoice: "M", Amount: cny(t, "10000")},
		{ID: "A", Customer: b.Customers.Number("D"), Date: day(t, "2024-03-07"), Amount: cny(t, "7000")}}
	finish(b)
	f := measure.NewFrame(b)
	res := Compute(b, f, DefaultOptions())
	v := find(res, f, idCountBack, "company", "2024-03", "")
	if v == nil || !v.Open || v.N != 2 || !near(v.V, 10+90000./100000*29) {
		t.Errorf("count-back %+v", v)
	}
	if v := find(res, f, idSimpleDSO, "company", "2024-03", ""); v == nil || v.Num != 13000000*10 || v.Den != 4000000 {
		t.Errorf("simple %+v", v)
	}
	// Nothing could be collected yet but March's 40000 and February's 100000, and nothing of it is due.
	if v := find(res, f, idCEI, "company", "2024-03", ""); v == nil || v.Num != 10000000+4000000-13000000 || v.Den != 1000000 {
		t.Errorf("CEI %+v", v)
	}
}

// Best possible and delinquent days add up to the simple ones, exactly; the
// sides of CEI and credit sales add up over levels; count-back does not rise
// when something is paid.
func TestCollectionLaws(t *testing.T) {
	for seed := range uint64(10) {
		b := randomBook(seed)
		f := measure.NewFrame(b)
		res := Compute(b, f, DefaultOptions())
		at := map[string]map[string]measure.Value{}
		children := map[string][2]int64{}
		for _, v := range res.Values {
			where := v.Slot.Period.Name + v.Key
			n := f.Org.Nodes[v.Slot.Scope]
			if at[v.Metric] == nil {
				at[v.Metric] = map[string]measure.Value{}
			}
			at[v.Metric][n.ID+where] = v
			if v.Metric == idCEI && n.Parent == crm.Root && n.Level != crm.RepLevel {
				s := children[where]
				children[where] = [2]int64{s[0] + v.Num, s[1] + v.Den}
			}
		}
		for where, v := range at[idSimpleDSO] {
			best, late := at[idBestDSO][where], at[idDelinquent][where]
			if best.Num+late.Num != v.Num || best.Den != v.Den || late.Den != v.Den {
				t.Fatalf("seed %d %s: %+v is not %+v and %+v", seed, where, v, best, late)
			}
		}
		for where, s := range children {
			if v := at[idCEI]["company"+where]; v.Num != s[0] || v.Den != s[1] {
				t.Fatalf("seed %d %s: CEI %d/%d, its units %v", seed, where, v.Num, v.Den, s)
			}
		}
	}
	r := rand.New(rand.NewPCG(7, 7))
	for range 2000 {
		months := make([]month, r.IntN(6))
		for i := range months {
			months[i] = month{r.Int64N(3) * r.Int64N(1000), 28 + r.Int64N(4)}
		}
		open := r.Int64N(4000)
		num, den, _, _ := countBack(open, months)
		less, by, _, _ := countBack(open-r.Int64N(open+1), months)
		if less*den > num*by {
			t.Fatalf("%v: %d/%d days of %d, and %d/%d of less", months, num, den, open, less, by)
		}
	}
}
