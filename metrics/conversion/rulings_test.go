package conversion

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

const (
	week10 = "2025-W10" // Monday 2025-03-03 to Sunday 2025-03-09
	team   = "G1/A1/T1"
)

// which rows are visits.
func TestCollapse(t *testing.T) {
	type row struct {
		at  string
		rep string
		set func(*crm.Visit)
	}
	invalid := func(v *crm.Visit) { v.Pitched = crm.No }
	blank := func(v *crm.Visit) { v.Pitched = crm.Unknown }
	failed := func(v *crm.Visit) { v.Audit = crm.AuditFailed }
	phone := func(v *crm.Visit) { v.Channel = crm.ChannelPhone }
	soft := func(v *crm.Visit) { v.Rejection = crm.RejectionSoft }
	for _, c := range []struct {
		what string
		rows []row
		want Visits
	}{
		{"one", []row{{"2025-03-03T09:00", "R1", nil}}, Visits{Visits: 1, Valid: 1, NewValid: 1}},
		{"a soft rejection is valid (R-1.34)", []row{{"2025-03-03T09:00", "R1", soft}}, Visits{Visits: 1, Valid: 1, NewValid: 1}},
		{"by phone", []row{{"2025-03-03T09:00", "R1", phone}}, Visits{}},
		{"valid beats invalid and unknown", []row{{"2025-03-03T09:00", "R1", invalid}, {"2025-03-03T10:00", "R1", nil}, {"2025-03-03T11:00", "R1", blank}},
			Visits{Duplicates: 2, Visits: 1, Valid: 1, NewValid: 1}},
		{"unknown beats invalid", []row{{"2025-03-03T09:00", "R1", invalid}, {"2025-03-03T10:00", "R1", blank}}, Visits{Duplicates: 1, Visits: 1, Unknown: 1}},
		{"failed first, then duplicates", []row{{"2025-03-03T09:00", "R1", failed}, {"2025-03-03T10:00", "R1", invalid}, {"2025-03-03T11:00", "R1", invalid}},
			Visits{Failed: 1, Duplicates: 1, Visits: 1}},
		{"two reps on one day are two visits and one new customer", []row{{"2025-03-03T09:00", "R1", nil}, {"2025-03-03T10:00", "R2", nil}},
			Visits{Visits: 2, Valid: 2, NewValid: 1}},
		{"ten visits to one customer", []row{{"2025-03-03T09:00", "R1", nil}, {"2025-03-04T09:00", "R1", nil}}, Visits{Visits: 2, Valid: 2, NewValid: 1}},
		{"midnight is the next day", []row{{"2025-03-03T23:59", "R1", nil}, {"2025-03-04T00:00", "R1", nil}}, Visits{Visits: 2, Valid: 2, NewValid: 1}},
	} {
		d := &draft{}
		d.stay("R1", "T1", "", "")
		d.stay("R2", "T1", "", "")
		for _, r := range c.rows {
			if v := d.visit(r.rep, "C1", r.at); r.set != nil {
				r.set(v)
			}
		}
		g, _ := compute(t, d.done("2025-03-09"))
		num := func(id string) int64 { return g.at(id, team, week10).Num }
		got := Visits{Failed: num(failedID), Duplicates: num(duplicatesID), Visits: num(visitsID), Valid: num(validID), Unknown: num(unknownID), NewValid: num(newValidID)}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.what, got, c.want)
		}
	}
}

// a new owner begins a new spell; the first row known does
// not, and neither does the same owner again.
func TestNewValidCustomers(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.stay("R2", "T2", "", "")
	d.own("C1", "R1", "2025-03-04")
	d.own("C1", "R1", "2025-03-05")
	d.own("C1", "R2", "2025-03-06")
	for _, at := range []string{"2025-03-03T09:00", "2025-03-04T09:00", "2025-03-05T09:00"} {
		d.visit("R1", "C1", at)
	}
	d.visit("R2", "C1", "2025-03-06T09:00").Met = crm.RoleOther // not valid
	d.visit("R2", "C1", "2025-03-07T09:00")
	d.visit("R2", "C1", "2025-03-08T09:00")
	g, _ := compute(t, d.done("2025-03-09"))
	g.count(newValidID, "R1", week10, 1, 1)
	g.count(newValidID, "R2", week10, 1, 1)
	g.count(newValidID, "company", week10, 2, 1)
	g.count(validID, "company", week10, 5, 1)
}

// who gets a customer back after it was nobody's for a day begins a new
// spell; the row that begins the day after the last one ends goes on with it.
func TestNewValidCustomerOfASpell(t *testing.T) {
	for to, want := range map[string]int64{"2025-03-03": 2, "2025-03-04": 1} {
		d := &draft{}
		d.stay("R1", "T1", "", "")
		d.own("C1", "R1", "2025-03-01")
		d.book.Ownership[0].To = day(to)
		d.own("C1", "R1", "2025-03-05")
		d.visit("R1", "C1", "2025-03-03T09:00")
		d.visit("R1", "C1", "2025-03-06T09:00")
		g, _ := compute(t, d.done("2025-03-09"))
		g.count(newValidID, "R1", week10, want, 1)
	}
}

// what is a signing, and when.
func TestSignings(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.stay("R2", "T2", "", "")
	d.sign("K2", "R2", "C1", "2025-03-03") // the same day: the smaller id has it
	d.sign("K1", "R1", "C1", "2025-03-03")
	d.sign("K3", "R2", "C1", "2025-03-12") // another week of the same month
	d.sign("K4", "R2", "C2", "2025-03-04").Type = crm.Renewal
	d.sign("K5", "R2", "C2", "2025-03-04").Type = crm.Expansion
	void := d.sign("K6", "R2", "C3", "2025-02-04")
	void.Status, void.StatusDate = crm.ContractVoid, day("2025-03-01")
	early := d.sign("K7", "R2", "C4", "2025-03-04")
	early.Status, early.StatusDate = crm.ContractVoid, day("2025-03-05")
	ended := d.sign("K8", "R2", "C5", "2025-01-07")
	ended.Status = crm.Terminated // signed all the same
	g, _ := compute(t, d.done("2025-03-16"))
	g.count(signingsID, "R1", "2025-03", 1, 1)
	g.count(signingsID, "company", "2025-03", 1, 1)
	g.count(signingsID, "company", "2025-W11", 1, 1)
	g.count(signingsID, "R2", "2025-W11", 1, 1)
	g.count(signingsID, "company", week10, 1, 1)
	g.count(signingsID, "company", "2025-Q1", 2, 1)
	g.count(signingsID, "company", "2025-01", 1, 1)
	g.count(signingsID, "company", "2025-02", 0, 1)
	g.count(amountID, "R1", "2025-03", 1_000_00, 1) // amounts add, each to its own rep
	g.count(amountID, "R2", "2025-03", 2_000_00, 1)
	if !has(g.at(signingsID, "company", "2025-02"), "restated") {
		t.Error("a contract of February voided in March leaves no mark")
	}
	if has(g.at(signingsID, "company", "2025-03"), "restated") {
		t.Error("a contract voided within its month marks it")
	}
	// The quarter had not ended on 1 March.
	if has(g.at(signingsID, "company", "2025-Q1"), "restated") {
		t.Error("the quarter is marked")
	}
}

// asks for a valid visit up to the sign date, in any period and by
// anybody.
func TestSigningsWithoutVisit(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.stay("R2", "T1", "", "")
	d.visit("R2", "C1", "2024-11-01T09:00")
	d.sign("K1", "R1", "C1", "2025-03-04")
	d.visit("R1", "C2", "2025-03-04T09:00")
	d.sign("K2", "R1", "C2", "2025-03-04")
	d.visit("R1", "C3", "2025-03-05T09:00") // the day after
	d.sign("K3", "R1", "C3", "2025-03-04")
	d.visit("R1", "C4", "2025-03-03T09:00").Audit = crm.AuditFailed
	d.sign("K4", "R1", "C4", "2025-03-04")
	d.visit("R1", "C5", "2025-03-03T09:00").Pitched = crm.Unknown
	d.sign("K5", "R1", "C5", "2025-03-05")
	g, r := compute(t, d.done("2025-03-09"))
	g.count(signingsID, "R1", week10, 5, 1)
	g.count(withoutVisitID, "R1", week10, 3, 1)
	got := ""
	for _, row := range r.Lists[0].Rows {
		got += row.Cells[3].Text + " "
	}
	if got != "K5 K3 K4 " { // latest first, then by customer
		t.Errorf("listed: %s", got)
	}
}

// shares in rep rows, whole above; cents by largest
// remainder. 100.00 at 1/3 each is 33.34, 33.33, 33.33: the first listed has
// the cent. Overlay credit is outside.
func TestSplits(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.stay("R2", "T1", "", "")
	d.stay("R3", "T2", "", "")
	d.visit("R1", "C1", "2025-03-03T09:00")
	d.sign("K1", "R1", "C1", "2025-03-04")
	d.split("K1", "R1", "0.5")
	d.split("K1", "R3", "0.5")
	d.split("K1", "R2", "0.25")
	d.book.Splits[2].Overlay = true
	d.sign("K2", "R2", "C2", "2025-03-05").Amount.Minor = 100_00
	d.split("K2", "R1", "0.333333333")
	d.split("K2", "R2", "0.333333334")
	d.split("K2", "R3", "0.333333333")
	d.sign("K3", "R2", "C3", "2025-03-06")
	d.split("K3", "R1", "0.7") // not whole: all to R2
	g, r := compute(t, d.done("2025-03-09"))
	g.count(signingsID, "company", week10, 3, 1)
	g.count(signingsID, "R1", week10, 833_333_333, 1_000_000_000)
	g.count(signingsID, "R2", week10, 666_666_667, 500_000_000) // 1.333333334
	g.count(signingsID, "G1/A1/T2", week10, 833_333_333, 1_000_000_000)
	g.count(amountID, "R1", week10, 500_00+33_33, 1)
	g.count(amountID, "R2", week10, 1_000_00+33_34, 1) // the largest remainder
	g.count(amountID, "R3", week10, 500_00+33_33, 1)
	g.count(amountID, "company", week10, 2_100_00, 1)
	if len(r.Warnings) != 1 || r.Warnings[0].Code != "conversion.split_not_whole" || r.Warnings[0].N != 1 {
		t.Errorf("warnings: %+v", r.Warnings)
	}
}

// 1 valid visit per 0.5 signing is 2/1; the interval has Garwood's formula at
// 0.5: by the χ² table, U(0.5) is the 97.5 % point at 3 degrees of freedom / 2 =
// 9.3484/2.
func TestSplitRatio(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.stay("R2", "T1", "", "")
	d.visit("R1", "C1", "2025-03-03T09:00")
	d.sign("K1", "R1", "C1", "2025-03-04")
	d.split("K1", "R1", "0.5")
	d.split("K1", "R2", "0.5")
	g, _ := compute(t, d.done("2025-03-09"))
	g.count(perSigningID, "R1", week10, 2, 1)
	if lo := g.at(perSigningID, "R1", week10).CI.Lo.V; lo < 2/9.34845 || lo > 2/9.34835 {
		t.Errorf("lower end %v", lo)
	}
	g.count(goldenID, "R1", week10, 4, 1)
}

func TestShare(t *testing.T) {
	third := []credit{{0, 333_333_334}, {1, 333_333_333}, {2, 333_333_333}}
	half := []credit{{0, 500_000_000}, {1, 500_000_000}}
	quarters := []credit{{0, 250_000_000}, {1, 250_000_000}, {2, 250_000_000}, {3, 250_000_000}}
	for _, c := range []struct {
		minor   int64
		credits []credit
		want    []int64
	}{ // go-money's tests of the same rule: 34/33/33, −26/−25/−25/−25
		{100, third, []int64{34, 33, 33}},
		{-101, quarters, []int64{-26, -25, -25, -25}},
		{1, half, []int64{1, 0}},
		{0, half, []int64{0, 0}},
		{7, []credit{{0, 1_000_000_000}}, []int64{7}},
	} {
		got := share(c.minor, c.credits)
		for i := range c.want {
			if got[i] != c.want[i] {
				t.Errorf("%d: %v, want %v", c.minor, got, c.want)
				break
			}
		}
	}
}

// The amount is the whole contract in the report's currency on the sign date.
func TestSignedAmount(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.rates = []crm.FXRate{{Currency: "USD", Date: day("2025-01-01"), Rate: 7 * crm.One}, {Currency: "USD", Date: day("2025-03-05"), Rate: 8 * crm.One}}
	d.sign("K1", "R1", "C1", "2025-03-04").Amount = crm.Money{Minor: 100_00, Currency: "USD"} // 700.00
	d.sign("K2", "R1", "C2", "2025-03-05").Amount = crm.Money{Minor: 100_00, Currency: "USD"} // 800.00
	d.sign("K3", "R1", "C3", "2025-03-05").Amount = crm.Money{Minor: 100_00, Currency: "EUR"}
	c := d.sign("K4", "R1", "C4", "2025-03-05") // 18 × 10.00
	c.Per, c.TermMonths, c.Amount.Minor = crm.PerMonth, 18, 10_00
	c = d.sign("K5", "R1", "C5", "2025-03-05") // 1.5 × 10.01 = 15.015
	c.Per, c.TermMonths, c.Amount.Minor = crm.PerYear, 18, 10_01
	c = d.sign("K6", "R1", "C6", "2025-03-05") // 730 / 365 × 10.00
	c.Per, c.Start, c.End, c.Amount.Minor = crm.PerYear, day("2025-03-05"), day("2027-03-04"), 10_00
	d.sign("K7", "R1", "C7", "2025-03-05").Per = crm.PerYear // for how long?
	g, r := compute(t, d.done("2025-03-09"))
	g.count(amountID, "R1", week10, 700_00+800_00+180_00+15_02+20_00, 1)
	g.count(signingsID, "R1", week10, 7, 1)
	if len(r.Warnings) != 2 || r.Warnings[0].Code != "conversion.no_rate" || r.Warnings[1].Code != "conversion.no_term" || r.Warnings[0].N != 1 {
		t.Errorf("warnings: %+v", r.Warnings)
	}
}

// the day decides the team; the sign date decides the owner.
func TestMoves(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "2025-01-01", "2025-03-04")
	d.stay("R1", "T2", "2025-03-05", "2025-03-07")
	d.stay("R2", "T2", "2025-01-01", "")
	d.visit("R1", "C1", "2025-03-04T09:00")
	d.visit("R1", "C1", "2025-03-05T09:00")
	d.visit("R1", "C1", "2025-03-08T09:00") // no row covers Saturday
	d.sign("K1", "R2", "C1", "2025-03-07")
	g, r := compute(t, d.done("2025-03-09"))
	g.count(visitsID, "R1", week10, 3, 1)
	g.count(visitsID, team, week10, 1, 1)
	g.count(visitsID, "G1/A1/T2", week10, 1, 1)
	g.count(visitsID, crm.UnassignedID, week10, 1, 1)
	g.count(visitsID, "company", week10, 3, 1)
	g.count(signingsID, "R2", week10, 1, 1)
	g.count(signingsID, "R1", week10, 0, 1)
	// R1 works Monday and Tuesday in T1, Wednesday to Friday in T2; R2 all five.
	g.count(planVisitsID, "R1", week10, 40, 1)
	g.count(planVisitsID, team, week10, 16, 1)
	g.count(planVisitsID, "G1/A1/T2", week10, 24+40, 1)
	if len(r.Warnings) != 1 || r.Warnings[0].Code != "conversion.unassigned" || r.Warnings[0].N != 1 {
		t.Errorf("warnings: %+v", r.Warnings)
	}
}

// A day counts once in the plan however the rows of reps overlap, not before
// hiring, not after leaving, and for nobody but sellers.
func TestPlanDays(t *testing.T) {
	for _, c := range []struct {
		what string
		rows func(*draft)
		want int64 // visits that the week asks for
	}{
		{"five days", func(d *draft) { d.stay("R1", "T1", "", "") }, 40},
		{"the same row twice", func(d *draft) { d.stay("R1", "T1", "", ""); d.stay("R1", "T1", "", "") }, 40},
		{"overlapping teams", func(d *draft) { d.stay("R1", "T1", "2025-01-01", ""); d.stay("R1", "T2", "2025-03-05", "") }, 40},
		{"hired on Thursday", func(d *draft) { d.stay("R1", "T1", "", "").HiredOn = day("2025-03-06") }, 16},
		{"left on Tuesday", func(d *draft) { d.stay("R1", "T1", "", "").LeftOn = day("2025-03-04") }, 16},
		{"a supervisor", func(d *draft) { d.stay("R1", "T1", "", "").Role = crm.Supervisor }, 0},
		{"a holiday and a Saturday worked for it, and Sunday", func(d *draft) {
			d.stay("R1", "T1", "", "")
			d.days = []crm.CalendarDay{{Date: day("2025-03-03")}, {Date: day("2025-03-08"), Workday: true}, {Date: day("2025-03-09"), Workday: true}}
		}, 48},
		{"a holiday of another region", func(d *draft) {
			d.stay("R1", "T1", "", "")
			d.days = []crm.CalendarDay{{Date: day("2025-03-03"), Region: "G2"}, {Date: day("2025-03-04"), Region: "G1"}}
		}, 32},
	} {
		d := &draft{}
		c.rows(d)
		d.visit("R1", "C1", "2025-03-03T09:00")
		g, _ := compute(t, d.done("2025-03-09"))
		if v := g.at(planVisitsID, "company", week10); v.Num != c.want {
			t.Errorf("%s: %d visits planned, want %d", c.what, v.Num, c.want)
		}
	}
}

// What has no table is not said; without reps there is no plan.
func TestTables(t *testing.T) {
	d := &draft{}
	d.visit("R1", "C1", "2025-03-03T09:00")
	d.sign("K1", "R1", "C1", "2025-03-03")
	b := d.done("2025-03-09")
	for _, c := range []struct {
		tables map[string]bool
		ids    []string
		not    []string
	}{
		{map[string]bool{}, nil, []string{visitsID, signingsID, perSigningID, withoutVisitID, planVisitsID, quantityID}},
		{map[string]bool{"visits": true}, []string{visitsID, validShareID}, []string{signingsID, amountID, perSigningID, withoutVisitID, quantityID}},
		{map[string]bool{"contracts": true}, []string{signingsID, amountID}, []string{visitsID, perSigningID, withoutVisitID, quantityID}},
		{map[string]bool{"contracts": true, "visits": true}, []string{signingsID, visitsID, perSigningID, withoutVisitID}, []string{planVisitsID}},
	} {
		b.Tables = c.tables
		g, _ := compute(t, b)
		for _, id := range c.ids {
			g.at(id, "company", week10)
		}
		for _, id := range c.not {
			for a := range g.values {
				if a.metric == id {
					t.Errorf("%v: %v", c.tables, a)
				}
			}
		}
		for a := range g.values {
			if a.metric == quantityID && a.key == basePlan {
				t.Error("a plan without rows of reps")
			}
		}
	}
}

// The first valid row of the day has the new customer, whenever its rep came
// first; a spell begins on the day of its row.
func TestNewValidCustomerOfADay(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.stay("R2", "T2", "", "")
	d.stay("R3", "T2", "", "")
	d.visit("R1", "C1", "2025-03-03T08:00").Pitched = crm.No
	d.visit("R2", "C1", "2025-03-03T10:00")
	d.visit("R1", "C1", "2025-03-03T11:00")
	d.visit("R3", "C2", "2025-03-03T09:00")
	d.visit("R3", "C2", "2025-03-03T12:00") // a duplicate: the earlier stays
	d.visit("R2", "C2", "2025-03-03T10:30")
	d.own("C2", "R1", "2025-01-01")
	d.own("C2", "R2", "2025-03-05")
	d.visit("R2", "C2", "2025-03-05T09:00") // the first day of the new spell
	d.visit("R1", "C2", "2025-03-06T09:00")
	g, _ := compute(t, d.done("2025-03-09"))
	g.count(newValidID, "R1", week10, 0, 1)
	g.count(newValidID, "R3", week10, 1, 1) // C2, first spell
	g.count(newValidID, "R2", week10, 2, 1) // C1; C2, second spell
}

// two reps visit a new customer in the same minute. Whose customer it is
// depends on their ids, not on the order of the rows.
func TestNewValidOfAMinute(t *testing.T) {
	for _, order := range [][]string{{"R1", "R2"}, {"R2", "R1"}} {
		d := &draft{}
		d.stay("R2", "T2", "", "")
		d.stay("R1", "T1", "", "")
		for _, rep := range order {
			d.visit(rep, "C1", "2025-03-03T09:00")
		}
		g, _ := compute(t, d.done("2025-03-09"))
		g.count(newValidID, "R1", week10, 1, 1)
		g.count(newValidID, "R2", week10, 0, 1)
		g.count(cohortCustomersID, "G1/A1/T1", "2025-03", 1, 1)
	}
}

// any order of the rows gives the same values.
func TestOrderOfRows(t *testing.T) {
	b := randomBook(2)
	_, want := compute(t, b)
	for seed := range uint64(3) {
		d := randomDraft(2)
		r := rand.New(rand.NewPCG(seed, 3))
		r.Shuffle(len(d.book.Visits), func(i, j int) { d.book.Visits[i], d.book.Visits[j] = d.book.Visits[j], d.book.Visits[i] })
		r.Shuffle(len(d.book.Contracts), func(i, j int) { d.book.Contracts[i], d.book.Contracts[j] = d.book.Contracts[j], d.book.Contracts[i] })
		r.Shuffle(len(d.book.Deals), func(i, j int) { d.book.Deals[i], d.book.Deals[j] = d.book.Deals[j], d.book.Deals[i] })
		if _, got := compute(t, d.done("2025-03-12")); !reflect.DeepEqual(got.Values, want.Values) {
			t.Errorf("seed %d: the values differ", seed)
		}
	}
}

// a visit that a rep of another team came along to is the visitor's
// alone.
func TestCoach(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.stay("R2", "T2", "", "")
	d.visit("R1", "C1", "2025-03-03T09:00").Coach = d.reps.Number("R2")
	g, _ := compute(t, d.done("2025-03-09"))
	g.count(visitsID, "R1", week10, 1, 1)
	g.count(visitsID, "company", week10, 1, 1)
	g.count(visitsID, "G1/A1/T2", week10, 0, 1)
	if v, ok := g.values[address{visitsID, "R2", week10, ""}]; ok && v.Num != 0 {
		t.Errorf("the coach: %+v", v)
	}
}

// by each region's own calendar (measure.TestFrameByOwnCalendar has the days): what
// is done on Sunday 9 February is in the stretch of a region of six days, and not
// in that of five. The company's is their sum.
func TestComparableByRegion(t *testing.T) {
	d := &draft{sixDay: []string{"six"}, days: []crm.CalendarDay{{Date: day("2025-02-05"), Region: "six"}}}
	d.stay("R5", "T5", "", "").Region = "five"
	d.stay("R6", "T6", "", "").Region = "six"
	for _, rep := range []string{"R5", "R6"} {
		for _, on := range []string{"2025-02-08", "2025-02-09"} {
			d.visit(rep, rep+on, on+"T09:00")
			d.sign("K"+rep+on, rep, rep+on, on)
		}
	}
	g, _ := compute(t, d.done("2025-03-08"))
	for scope, want := range map[string]int64{"R5": 1, "five": 1, "R6": 2, "six": 2, "company": 3} {
		for _, id := range []string{visitsID, validID, newValidID, signingsID} {
			g.count(id, scope, "2025-02~d5", want, 1)
		}
		if want := -float64(want); g.keyed(quantityID, scope, "2025-03", basePrevious).V != want {
			t.Errorf("%s: %v, want %v", scope, g.keyed(quantityID, scope, "2025-03", basePrevious), want)
		}
	}
	for scope, want := range map[string]int64{"five": 1, "six": 2, "company": 3} {
		g.count(cohortCustomersID, scope, "2025-02~d5", want, 1)
	}
	// 8 visits for each of 5 days, and of 7.
	g.count(planVisitsID, "five", "2025-02~d5", 40, 1)
	g.count(planVisitsID, "six", "2025-02~d5", 56, 1)
	g.count(planVisitsID, "company", "2025-02~d5", 96, 1)
}

// a visit that fails its audit after its period ended changes what was
// reported of the period; what later audits clear does not, nor what fails in time.
func TestRestatedByAudit(t *testing.T) {
	for _, c := range []struct {
		what     string
		audits   []crm.Audit
		restated bool
	}{
		{"in time", []crm.Audit{{Date: day("2025-02-28"), Failed: true}}, false},
		{"after", []crm.Audit{{Date: day("2025-03-01"), Failed: true}}, true},
		{"passed", []crm.Audit{{Date: day("2025-03-01")}}, false},
		{"cleared", []crm.Audit{{Date: day("2025-03-01"), Failed: true}, {Date: day("2025-03-02")}}, false},
	} {
		d := &draft{}
		d.stay("R1", "T1", "", "")
		v := d.visit("R1", "C1", "2025-02-10T09:00")
		if last := c.audits[len(c.audits)-1]; last.Failed {
			v.Audit = crm.AuditFailed
		}
		for _, a := range c.audits {
			a.Rep, a.VisitOn, a.VisitAt = v.Rep, day("2025-02-10"), v.Pos
			d.book.Audits = append(d.book.Audits, a)
		}
		d.visit("R1", "C2", "2025-02-11T09:00")
		d.sign("K1", "R1", "C2", "2025-02-12")
		g, _ := compute(t, d.done("2025-03-12"))
		for _, id := range []string{visitsID, validID, validShareID, newValidID, perSigningID, goldenID} {
			if v := g.at(id, "company", "2025-02"); has(v, "restated") != c.restated {
				t.Errorf("%s: %s %v", c.what, id, v.Flags)
			}
		}
		if v := g.at(signingsID, "company", "2025-02"); has(v, "restated") || has(g.at(visitsID, "company", "2025-Q1"), "restated") {
			t.Errorf("%s: signings %v, or the quarter, restated", c.what, v.Flags)
		}
	}
}

// what new valid customers were if every unknown visit was valid. C1's first
// would be R2's of February, not R1's of March; C2's would be R2's of the same day,
// an hour before R1's; C3 would be one more; C4 has a valid visit before the unknown.
func TestNewValidIfUnknown(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.stay("R2", "T2", "", "")
	unknown := func(rep, customer, at string) { d.visit(rep, customer, at).Pitched = crm.Unknown }
	unknown("R2", "C1", "2025-02-27T09:00")
	d.visit("R1", "C1", "2025-03-03T09:00")
	unknown("R2", "C2", "2025-03-04T09:00")
	d.visit("R1", "C2", "2025-03-04T10:00")
	unknown("R1", "C3", "2025-03-05T09:00")
	unknown("R1", "C3", "2025-03-06T09:00")
	d.visit("R1", "C4", "2025-03-05T09:00")
	unknown("R1", "C4", "2025-03-06T09:00")
	d.sign("K1", "R1", "C4", "2025-03-07")
	g, _ := compute(t, d.done("2025-03-09"))
	for _, c := range []struct {
		scope, period string
		is, then      int64
	}{
		{"company", "2025-03", 3, 3}, {"R1", "2025-03", 3, 2}, {"R2", "2025-03", 0, 1},
		{"company", "2025-02", 0, 1}, {"company", "2025-Q1", 3, 4},
	} {
		v := g.at(newValidID, c.scope, c.period)
		other := v.V
		if v.Bounds != nil {
			other = v.Bounds.Lo.V + v.Bounds.Hi.V - v.V
		}
		if v.Num != c.is || other != float64(c.then) || (v.Bounds != nil) != (c.is != c.then) {
			t.Errorf("%s %s: %+v, bounds %v, want %d or %d", c.scope, c.period, v, v.Bounds, c.is, c.then)
		}
	}
	if v := g.at(newPerSigningID, "R1", "2025-03"); v.V != 3 || v.Bounds == nil || *v.Bounds != measure.Closed(2, 3) {
		t.Errorf("per signing %+v", v)
	}
}
