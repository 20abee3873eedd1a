package activity

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/fold/foldtest"
	"crmreport/metrics/measure"
)

func (d *draft) grade(customer, on, grade string) {
	d.book.Grades = append(d.book.Grades, crm.Grade{Pos: crm.Pos{File: 1, Line: int32(len(d.book.Grades) + 2)}, Customer: d.customers.Number(customer), Date: day(on), Grade: grade})
}

func (d *draft) owned(customer, rep, created string) *crm.Customer {
	d.book.CustomerRows = append(d.book.CustomerRows, crm.Customer{Pos: crm.Pos{File: 2, Line: int32(len(d.book.CustomerRows) + 2)},
		No: d.customers.Number(customer), Rep: d.reps.Number(rep), CreatedOn: day(created), MergedInto: crm.NoCustomer})
	return &d.book.CustomerRows[len(d.book.CustomerRows)-1]
}

func (d *draft) graded(asOf string, tables ...string) *crm.Book {
	b := d.done(asOf)
	for _, t := range tables {
		b.Tables[t] = true
	}
	slices.SortStableFunc(b.CustomerRows, func(x, y crm.Customer) int { return int(x.No - y.No) })
	return b
}

// The worked case leads_pool_dormant_coaching, its keys about grades.
func TestGradeCase(t *testing.T) {
	var want struct {
		Grades struct {
			BecameA int64 `json:"became_A"`
			Signed  struct {
				K, N    int64
				Who     []string `json:"who_signed"`
				Rate    float64
				Pending []string
			} `json:"signed_next_day"`
		} `json:"grade_a"`
	}
	casetest.JSON(t, &want, "leads_pool_dormant_coaching", "expected.json")
	w := want.Grades
	of := func(customers ...string) (became int64, next measure.Value) {
		d := &draft{}
		for _, r := range casetest.CSV(t, "leads_pool_dormant_coaching/grades.csv") {
			if len(customers) == 0 || slices.Contains(customers, r["customer_id"]) {
				d.grade(r["customer_id"], r["date"], r["grade"])
			}
		}
		b := d.graded("2024-06-30", "grades")
		got := in(b, DefaultOptions(), "2024-06-01", "2024-06-30")
		return got[address{"company", "activity.became_grade_a", ""}].Num, got[address{"company", "activity.grade_a_signed_next_day", ""}]
	}
	became, v := of()
	if became != w.BecameA || v.Num != w.Signed.K || v.Den != w.Signed.N || math.Abs(v.V-w.Signed.Rate) > 1e-9 {
		t.Errorf("%d became A, %d of %d = %v signed by the next working day; want %+v", became, v.Num, v.Den, v.V, w)
	}
	// One pending: of four, one to two sign in time.
	if !v.Open || v.CI != nil || v.Bounds == nil || *v.Bounds != measure.Closed(.25, .5) {
		t.Errorf("with one pending: %+v", v)
	}
	for _, c := range []string{"C1", "C2", "C3", "C4"} {
		became, v := of(c)
		pending := slices.Contains(w.Signed.Pending, c)
		if signed := slices.Contains(w.Signed.Who, c); became != 1 || v.Num != one(signed) || v.Den != one(!pending) || v.Open != pending {
			t.Errorf("%s: %d became A, %+v", c, became, v)
		}
	}
}

func TestGrades(t *testing.T) {
	const id = "activity."
	for _, c := range []struct {
		what     string
		fill     func(*draft)
		metric   string
		key      string
		num, den int64
	}{
		{"a contract on the next working day", func(d *draft) { d.grade("C1", "2025-03-03", "A"); d.sign("C1", "2025-03-04").Type = crm.Renewal }, "grade_a_signed_next_day", "", 1, 1},
		{"on the day itself", func(d *draft) { d.grade("C1", "2025-03-03", "a "); d.sign("C1", "2025-03-03") }, "grade_a_signed_next_day", "", 1, 1},
		{"the day before", func(d *draft) { d.grade("C1", "2025-03-03", "A"); d.sign("C1", "2025-03-02") }, "grade_a_signed_next_day", "", 0, 1},
		{"two days after", func(d *draft) { d.grade("C1", "2025-03-03", "A"); d.sign("C1", "2025-03-05") }, "grade_a_signed_next_day", "", 0, 1},
		{"over the weekend", func(d *draft) { d.grade("C1", "2025-03-07", "A"); d.sign("C1", "2025-03-10") }, "grade_a_signed_next_day", "", 1, 1},
		{"void", func(d *draft) { d.grade("C1", "2025-03-03", "A"); d.sign("C1", "2025-03-04").Status = crm.ContractVoid }, "grade_a_signed_next_day", "", 0, 1},
		{"A again is no entry", func(d *draft) { d.grade("C1", "2025-02-03", "A"); d.grade("C1", "2025-03-03", "A") }, "became_grade_a", "", 0, 1},
		{"A after B again is one", func(d *draft) {
			d.grade("C1", "2025-02-03", "A")
			d.grade("C1", "2025-02-28", "B")
			d.grade("C1", "2025-03-03", "A")
		}, "became_grade_a", "", 1, 1},
		{"of one day the last row stands", func(d *draft) { d.grade("C1", "2025-03-03", "A"); d.grade("C1", "2025-03-03", "B") }, "became_grade_a", "", 0, 1},
		{"A to B is a downgrade", func(d *draft) { d.grade("C1", "2025-02-03", "A"); d.grade("C1", "2025-03-03", "B") }, "grade_downgrade_rate", "grade=A", 1, 1},
		{"A to signed is none", func(d *draft) { d.grade("C1", "2025-02-03", "A"); d.grade("C1", "2025-03-03", "signed") }, "grade_downgrade_rate", "grade=A", 0, 1},
		{"A to another word is no end", func(d *draft) { d.grade("C1", "2025-02-03", "A"); d.grade("C1", "2025-03-03", "D") }, "grade_downgrade_rate", "grade=A", 0, 0},
		{"C to B is an upgrade", func(d *draft) { d.grade("C1", "2025-02-03", "C"); d.grade("C1", "2025-03-03", "B") }, "grade_upgrade_rate", "grade=C", 1, 1},
		{"B to C is none", func(d *draft) { d.grade("C1", "2025-02-03", "B"); d.grade("C1", "2025-03-03", "C") }, "grade_upgrade_rate", "grade=B", 0, 1},
		{"a next step on the as-of day", func(d *draft) {
			d.grade("C1", "2025-02-03", "B")
			d.grade("C2", "2025-02-03", "B")
			d.visit("R1", "C1", "2025-03-01T09:00").Next = crm.SameDay + 11
		}, "grade_b_next_step", "", 1, 2},
		{"the day before is over", func(d *draft) {
			d.grade("C1", "2025-02-03", "B")
			d.visit("R1", "C1", "2025-03-01T09:00").Next = crm.SameDay + 10
		}, "grade_b_next_step", "", 0, 1},
		{"the latest visit decides", func(d *draft) {
			d.grade("C1", "2025-02-03", "B")
			d.visit("R1", "C1", "2025-03-01T09:00").Next = crm.SameDay + 30
			d.visit("R1", "C1", "2025-03-02T09:00")
		}, "grade_b_next_step", "", 0, 1},
		{"grades of the customers visited", func(d *draft) {
			d.grade("C1", "2025-03-04", "A")
			d.visit("R1", "C1", "2025-03-03T09:00")
			d.visit("R1", "C1", "2025-03-04T09:00")
			d.visit("R1", "C2", "2025-03-04T09:00")
		}, "visited_grades", "grade=A", 1, 3},
		{"planned to B for each to A", func(d *draft) {
			for i, g := range []string{"A", "B", "B", "C"} {
				c := fmt.Sprint("C", i)
				d.grade(c, "2025-03-01", g)
				d.visit("R1", c, "2025-03-04T09:00").Planned = crm.Yes
				d.visit("R1", c, "2025-03-05T09:00").Planned = crm.No
			}
		}, "backup_cover", "", 2, 1},
		{"new prospects", func(d *draft) {
			d.owned("C1", "R1", "2025-03-01")
			d.owned("C2", "R1", "2025-02-28")
			d.owned("C3", "R1", "2025-03-02").MergedInto = 0
		}, "new_prospects", "", 1, 1},
		{"the second contract is an existing customer's", func(d *draft) {
			d.sign("C1", "2025-02-03")
			d.sign("C1", "2025-03-03")
			d.sign("C2", "2025-03-04")
			d.sign("C2", "2025-03-04")
			d.sign("C3", "2025-02-04").Status = crm.ContractVoid
			d.sign("C3", "2025-03-05")
		}, "existing_customer_contracts", "", 1, 1},
		{"roles met since the deal began", func(d *draft) {
			d.deal("C1", "2025-02-10")
			d.visit("R1", "C1", "2025-02-09T09:00").Met = crm.RoleOther
			d.visit("R1", "C1", "2025-02-10T09:00").Met = crm.RoleDriver
			d.visit("R1", "C1", "2025-02-11T09:00")
			d.visit("R1", "C1", "2025-02-12T09:00")
		}, "roles_met", "", 2, 1},
		{"one role is a single thread", func(d *draft) { d.deal("C1", "2025-02-10"); d.visit("R1", "C1", "2025-02-12T09:00") }, "single_threaded", "", 1, 1},
		{"a key person 29 days ago", func(d *draft) { d.deal("C1", "2025-02-10"); d.visit("R1", "C1", "2025-02-11T09:00") }, "decision_maker_met", "", 1, 1},
		{"30 days ago", func(d *draft) { d.deal("C1", "2025-02-10"); d.visit("R1", "C1", "2025-02-10T09:00") }, "decision_maker_met", "", 0, 1},
		{"a closed deal", func(d *draft) {
			d.deal("C1", "2025-02-10").Status = crm.DealWon
			d.visit("R1", "C1", "2025-02-11T09:00")
		}, "decision_maker_met", "", 0, 0},
	} {
		d := &draft{}
		d.stay("R1", "T1")
		d.book.Visits = make([]crm.Visit, 0, 50)
		c.fill(d)
		b := d.graded("2025-03-12", "grades", "customers", "deals", "contracts")
		if v := in(b, DefaultOptions(), "2025-03-01", "2025-03-12")[address{"company", id + c.metric, c.key}]; v.Num != c.num || v.Den != c.den {
			t.Errorf("%s: %d of %d", c.what, v.Num, v.Den)
		}
	}
}

func (d *draft) deal(customer, created string) *crm.Deal {
	d.book.Deals = append(d.book.Deals, crm.Deal{Pos: crm.Pos{File: 3, Line: int32(len(d.book.Deals) + 2)}, ID: crm.DealID(fmt.Sprint("D", len(d.book.Deals))),
		Customer: d.customers.Number(customer), Rep: d.reps.Number("R1"), CreatedOn: day(created)})
	return &d.book.Deals[len(d.book.Deals)-1]
}

// Three became C in March: A after 4 days, A after 8, one not yet after 9. S is
// 2/3 from day 4 and 1/3 from day 8: the median is 8.
func TestDaysFromCToA(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1")
	for c, days := range map[string][2]string{"C1": {"2025-03-01", "2025-03-05"}, "C2": {"2025-03-02", "2025-03-10"}, "C3": {"2025-03-03", ""}, "C4": {"2025-02-01", "2025-03-01"}} {
		d.owned(c, "R1", "2025-01-01")
		d.grade(c, days[0], "C")
		if days[1] != "" {
			d.grade(c, days[1], "A")
		}
	}
	b := d.graded("2025-03-12", "grades")
	v := in(b, DefaultOptions(), "2025-03-01", "2025-03-12")[address{"G1/T1", "activity.grade_c_to_a_days", ""}]
	if v.V != 8 || !v.OK || v.N != 3 || !v.Open {
		t.Errorf("%+v", v)
	}
}

// A customer's owner is the table of ownership's, else the row's, else whoever
// visited last; what happens is credited to the owner of the day.
func TestGradesGoToTheOwner(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1")
	d.stay("R2", "T2")
	d.owned("C1", "R1", "2025-01-01")
	for _, c := range []string{"C1", "C2", "C3"} {
		d.grade(c, "2025-03-03", "A")
	}
	d.owned("C2", "R1", "2025-01-01")
	d.book.Ownership = []crm.Ownership{{Customer: d.customers.Number("C2"), Rep: d.reps.Number("R2"), From: day("2025-03-01"), To: crm.NoDate}}
	d.grade("C4", "2025-03-01", "A") // and signed on the day: no key customer any more
	d.sign("C4", "2025-03-01")
	d.visit("R2", "C3", "2025-03-02T09:00")
	d.visit("R1", "C3", "2025-03-04T09:00")
	b := d.graded("2025-03-12", "grades", "customers")
	got := in(b, DefaultOptions(), "2025-03-01", "2025-03-12")
	for scope, n := range map[string]int64{"G1/T1": 1, "G1/T2": 2, "(unassigned)": 1, "company": 4} {
		if v := got[address{scope, "activity.became_grade_a", ""}]; v.Num != n {
			t.Errorf("%s: %d became A, want %d", scope, v.Num, n)
		}
	}
	for _, l := range Compute(b, measure.NewFrame(b), DefaultOptions()).Lists {
		if l.ID != "activity.key_customers" {
			continue
		}
		if len(l.Rows) != 3 || l.Rows[2].Cells[0].Text != "C3" || l.Rows[2].Cells[2].Num != 9 || crm.Date(l.Rows[2].Cells[3].Num) != day("2025-03-04") {
			t.Errorf("%+v", l.Rows)
		}
	}
}

// The laws of the accumulator, and that a long table is looked up as a short one.
func TestGradeLaws(t *testing.T) {
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 5))
		d := &draft{}
		for i := range 3 {
			d.stay(fmt.Sprint("R", i), "T1")
		}
		for i := range 40 {
			d.owned(fmt.Sprint("C", i), fmt.Sprint("R", r.IntN(3)), "2025-01-05")
			d.deal(fmt.Sprint("C", r.IntN(40)), "2025-01-09")
		}
		for range 400 {
			c := fmt.Sprint("C", r.IntN(40))
			d.grade(c, fmt.Sprint(day("2025-01-01")+crm.Date(r.IntN(70))), []string{"A", "B", "C", "signed", "D"}[r.IntN(5)])
			d.visit(fmt.Sprint("R", r.IntN(3)), c, fmt.Sprint(day("2025-01-01")+crm.Date(r.IntN(70)), "T09:00")).Next = crm.Lag(r.IntN(30))
			d.sign(c, fmt.Sprint(day("2025-01-01")+crm.Date(r.IntN(70))))
		}
		b := d.graded("2025-03-12", "grades", "customers", "deals")
		slices.SortStableFunc(b.Contracts, func(x, y crm.Contract) int { return int(x.Customer - y.Customer) })
		e := newEnv(b, measure.NewFrame(b), DefaultOptions())
		all := newBooks(e)
		var records []*Customer
		for c := range all.of(0, len(all.nos)) {
			records = append(records, c)
		}
		foldtest.Laws(t, func() *Grades { return newGrades(e) }, records)
		short := e.history
		for len(b.Grades) <= long {
			b.Grades = append(b.Grades, b.Grades...)
		}
		if far := readGrades(b); far.first != nil || len(far.rows) != len(short.rows) {
			t.Fatalf("%d rows, of %d", len(far.rows), len(short.rows))
		}
		indexed := short
		indexed.first = firsts(short.rows, b.Customers.Len())
		for c := range crm.CustomerNo(b.Customers.Len()) {
			if !slices.Equal(indexed.of(c), short.of(c)) {
				t.Errorf("customer %d: %v, want %v", c, indexed.of(c), short.of(c))
			}
		}
	}
}

// S1-11 and S4-12 by hand for the week of five working days to 9 March 2025. On
// Monday C1 agrees on Tuesday, on Friday C3 on Monday; on Wednesday C1 on
// Thursday, but nobody knows when that was entered; Tuesday's contact is for
// Thursday, and Saturday is no working day: 2 of 5, 3 at most. C1 is seen again
// after 2 days (twice on that day), C2 after 3: 5 ÷ 2.
func TestNextDayAndFollowUps(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1")
	d.book.Visits = make([]crm.Visit, 0, 20)
	see := func(customer, at, next string, entered crm.Lag) {
		v := d.visit("R1", customer, at)
		v.Next, v.Entered = crm.LagOf(v.At.Date(), day(next)), entered
	}
	see("C1", "2025-03-03T09:00", "2025-03-04", crm.SameDay)
	see("C2", "2025-03-04T09:00", "2025-03-06", crm.SameDay)
	see("C1", "2025-03-05T09:00", "2025-03-06", crm.LagUnknown)
	see("C1", "2025-03-05T15:00", "2025-03-06", crm.LagUnknown)
	see("C2", "2025-03-07T09:00", "2025-03-08", crm.SameDay)
	see("C3", "2025-03-07T11:00", "2025-03-10", crm.SameDay)
	got := in(d.done("2025-03-09"), DefaultOptions(), "2025-03-03", "2025-03-09")
	v := got[address{"G1/T1", "activity.next_day_planned", ""}]
	if v.Num != 2 || v.Den != 5 || v.Bounds == nil || v.Bounds.Hi.V != 0.6 {
		t.Errorf("next day: %+v", v)
	}
	if v := got[address{"G1/T1", "activity.follow_up_days", ""}]; v.Num != 5 || v.Den != 2 {
		t.Errorf("days between: %+v", v)
	}
}

// Without a history of grades the customers' rows say who is B now: C1 is to be
// seen on 10 March, C2 was to be on the 7th, C4 is merged away; C3 is A. Nobody
// became anything.
func TestGradesOfCustomersAlone(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1")
	d.book.Visits = make([]crm.Visit, 0, 20)
	for c, next := range map[string]string{"C1": "2025-03-10", "C2": "2025-03-07", "C4": "2025-03-10"} {
		v := d.visit("R1", c, "2025-03-06T09:00")
		v.Next = crm.LagOf(v.At.Date(), day(next))
	}
	for c, grade := range map[string]string{"C1": "B", "C2": "b", "C3": "A", "C4": "B"} {
		row := crm.Customer{No: d.customers.Number(c), Rep: d.reps.Number("R1"), Grade: grade, CreatedOn: crm.NoDate, MergedInto: crm.NoCustomer}
		if c == "C4" {
			row.MergedInto = d.customers.Number("C1")
		}
		d.book.CustomerRows = append(d.book.CustomerRows, row)
	}
	b := d.done("2025-03-09")
	b.Tables["customers"] = true
	slices.SortFunc(b.CustomerRows, func(x, y crm.Customer) int { return int(x.No - y.No) })
	got := in(b, DefaultOptions(), "2025-03-03", "2025-03-09")
	v := got[address{"G1/T1", "activity.grade_b_next_step", ""}]
	if v.Num != 1 || v.Den != 2 || !slices.Contains(v.Flags, "from_customers") {
		t.Errorf("B: %+v", v)
	}
	if _, ok := got[address{"G1/T1", "activity.became_grade_a", ""}]; ok {
		t.Error("somebody became A")
	}
}
