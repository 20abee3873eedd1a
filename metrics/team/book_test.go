package team

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// draft is a book in the making; rows are given the place they are added at.
type draft struct {
	reps      crm.Names[crm.RepNo]
	customers crm.Names[crm.CustomerNo]
	spells    []crm.Spell
	days      []crm.CalendarDay
	roster    []crm.RosterDay
	book      crm.Book
	line      int32
}

func day(s string) crm.Date {
	if s == "" {
		return crm.NoDate
	}
	d, err := crm.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func stamp(s string) crm.Stamp {
	if s == "" {
		return crm.NoStamp
	}
	t, err := time.Parse("2006-01-02T15:04", s)
	if err != nil {
		panic(err)
	}
	return crm.Stamp(t.Unix())
}

func (d *draft) pos() crm.Pos {
	d.line++
	return crm.Pos{Line: d.line}
}

func (d *draft) rep(id string) crm.RepNo {
	if id == "" {
		return crm.NoRep
	}
	return d.reps.Number(id)
}

func (d *draft) customer(id string) crm.CustomerNo {
	if id == "" {
		return crm.NoCustomer
	}
	return d.customers.Number(id)
}

// seller puts rep in a team of area A1 of region G1.
func (d *draft) seller(rep, team, hired string) *crm.Spell {
	d.spells = append(d.spells, crm.Spell{Pos: d.pos(), Rep: d.reps.Number(rep), Team: team, Area: "A1", Region: "G1", Manager: crm.NoRep,
		HiredOn: day(hired), LeftOn: crm.NoDate, From: crm.NoDate, To: crm.NoDate})
	return &d.spells[len(d.spells)-1]
}

func (d *draft) lead(id, rep, assigned, followed, status string) *crm.Lead {
	d.book.Leads = append(d.book.Leads, crm.Lead{Pos: d.pos(), ID: id, Rep: d.rep(rep), CreatedAt: crm.NoStamp, AssignedAt: stamp(assigned),
		FirstFollowUp: stamp(followed), ReclaimedAt: crm.NoStamp, Status: status, StatusAt: crm.NoStamp, Customer: crm.NoCustomer})
	return &d.book.Leads[len(d.book.Leads)-1]
}

func (d *draft) move(rep, on, direction string, n int) {
	d.book.PoolMoves = append(d.book.PoolMoves, crm.PoolMove{Pos: d.pos(), Rep: d.rep(rep), Date: day(on), In: direction == "in", Count: n, Customer: crm.NoCustomer})
}

// visit adds a valid visit.
func (d *draft) visit(rep, customer, at string) *crm.Visit {
	d.book.Visits = append(d.book.Visits, crm.Visit{Pos: d.pos(), At: stamp(at), Customer: d.customer(customer), Rep: d.rep(rep), Coach: crm.NoRep,
		Met: crm.RoleKP, Pitched: crm.Yes, Rejection: crm.RejectionNone})
	return &d.book.Visits[len(d.book.Visits)-1]
}

// sign adds an active new contract of 1,000.00 CNY.
func (d *draft) sign(id, rep, customer, on string) *crm.Contract {
	d.book.Contracts = append(d.book.Contracts, crm.Contract{Pos: d.pos(), ID: crm.ContractID(id), Customer: d.customer(customer), Rep: d.rep(rep),
		Type: crm.New, SignDate: day(on), Start: crm.NoDate, End: crm.NoDate, Amount: crm.Money{Minor: 100_000, Currency: "CNY"}, Status: crm.Active, StatusDate: crm.NoDate})
	return &d.book.Contracts[len(d.book.Contracts)-1]
}

func (d *draft) coach(rep, on, coach string, points ...string) *crm.Coaching {
	d.book.Coaching = append(d.book.Coaching, crm.Coaching{Pos: d.pos(), Rep: d.rep(rep), Date: day(on), Coach: d.rep(coach), Points: points, FeedbackAt: crm.NoStamp})
	return &d.book.Coaching[len(d.book.Coaching)-1]
}

// split gives rep tenths of a contract's credit.
func (d *draft) split(contract, rep string, tenths int64, overlay bool) {
	d.book.Splits = append(d.book.Splits, crm.Split{Pos: d.pos(), Contract: crm.ContractID(contract), Rep: d.rep(rep), Share: crm.Decimal(tenths) * crm.One / 10, Overlay: overlay})
}

// owned adds a customer of a private pool.
func (d *draft) owned(id, rep string) *crm.Customer {
	d.book.CustomerRows = append(d.book.CustomerRows, crm.Customer{Pos: d.pos(), No: d.customer(id), Rep: d.rep(rep), Private: crm.Yes,
		CreatedOn: crm.NoDate, MergedInto: crm.NoCustomer})
	return &d.book.CustomerRows[len(d.book.CustomerRows)-1]
}

// done sorts the rows as a Book has them. Every table counts as read.
func (d *draft) done(asOf string) *crm.Book {
	b := &d.book
	b.AsOf, b.Currency, b.Files = day(asOf), "CNY", []string{"rows.csv"}
	b.Tables = map[string]bool{}
	for _, t := range []string{"reps", "customers", "visits", "contracts", "deals", "leads", "coaching", "pool_moves", "invoices", "payments", "adjustments", "forecasts"} {
		b.Tables[t] = true
	}
	b.Reps, b.Customers, b.FX = &d.reps, &d.customers, crm.NewFX(nil)
	b.Org, b.Calendar = crm.NewOrg(&d.reps, d.spells), crm.NewCalendar(nil, d.days, d.roster)
	slices.SortStableFunc(b.Visits, func(x, y crm.Visit) int {
		return 2*sign(int64(x.Customer-y.Customer)) + sign(int64(x.At-y.At))
	})
	slices.SortStableFunc(b.Contracts, func(x, y crm.Contract) int {
		return 4*sign(int64(x.Customer-y.Customer)) + 2*sign(int64(x.SignDate-y.SignDate)) + strings.Compare(string(x.ID), string(y.ID))
	})
	slices.SortStableFunc(b.Invoices, func(x, y crm.Invoice) int { return int(x.Customer - y.Customer) })
	slices.SortStableFunc(b.Payments, func(x, y crm.Payment) int { return int(x.Customer - y.Customer) })
	slices.SortStableFunc(b.Adjustments, func(x, y crm.Adjustment) int { return int(x.Customer - y.Customer) })
	slices.SortStableFunc(b.CustomerRows, func(x, y crm.Customer) int { return int(x.No - y.No) })
	return b
}

func sign(x int64) int {
	switch {
	case x < 0:
		return -1
	case x > 0:
		return 1
	}
	return 0
}

// got indexes the values of all parts.
type got struct {
	t      *testing.T
	values map[string]measure.Value
	lists  map[string]measure.List
}

func compute(t *testing.T, b *crm.Book) got {
	t.Helper()
	g := got{t, map[string]measure.Value{}, map[string]measure.List{}}
	for _, p := range Parts(DefaultOptions()) {
		known := map[string]bool{}
		for _, d := range p.Definitions() {
			known[d.ID] = true
		}
		r := p.Compute(b, measure.NewFrame(b))
		for _, v := range r.Values {
			at := place(v.Metric, b.Org.Nodes[v.Slot.Scope].ID, v.Slot.Period.Name, v.Key)
			if _, twice := g.values[at]; twice {
				t.Errorf("%s twice", at)
			}
			if !known[v.Metric] {
				t.Errorf("%s has no definition in its part", at)
			}
			g.values[at] = v
		}
		for _, l := range r.Lists {
			g.lists[l.ID] = l
			for _, row := range l.Rows {
				if len(row.Cells) != len(l.Columns) {
					t.Errorf("%s: a row of %d cells, %d columns", l.ID, len(row.Cells), len(l.Columns))
				}
			}
		}
	}
	return g
}

func place(metric, scope, period, key string) string {
	return strings.TrimSpace(fmt.Sprintf("activity.%s %s %s %s", strings.TrimPrefix(metric, "activity."), scope, period, key))
}

func (g got) at(metric, scope, period, key string) measure.Value {
	g.t.Helper()
	v, ok := g.values[place(metric, scope, period, key)]
	if !ok {
		g.t.Fatalf("no %s", place(metric, scope, period, key))
	}
	return v
}

// ratio demands num/den of a value, and null where den is 0.
func (g got) ratio(metric, scope, period, key string, num, den int64) {
	g.t.Helper()
	if v := g.at(metric, scope, period, key); v.Num != num || v.Den != den || v.OK != (den != 0) {
		g.t.Errorf("%s = %d/%d (%v), want %d/%d", place(metric, scope, period, key), v.Num, v.Den, v.OK, num, den)
	}
}

// texts are the cells of a column of a list.
func (g got) texts(list string, column int) []string {
	out := []string{}
	for _, r := range g.lists[list].Rows {
		out = append(out, r.Cells[column].Text)
	}
	return out
}
