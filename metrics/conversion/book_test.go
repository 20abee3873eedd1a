package conversion

import (
	"sort"
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
	sixDay    []string // regions
	rates     []crm.FXRate
	book      crm.Book
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
	t, err := time.Parse("2006-01-02T15:04", s)
	if err != nil {
		panic(err)
	}
	return crm.Stamp(t.Unix())
}

// stay puts rep in a team of area A1 of region G1.
func (d *draft) stay(rep, team, from, to string) *crm.Spell {
	d.spells = append(d.spells, crm.Spell{Rep: d.reps.Number(rep), Team: team, Area: "A1", Region: "G1", Manager: crm.NoRep,
		HiredOn: crm.NoDate, LeftOn: crm.NoDate, From: day(from), To: day(to)})
	return &d.spells[len(d.spells)-1]
}

// visit adds a valid visit.
func (d *draft) visit(rep, customer, at string) *crm.Visit {
	d.book.Visits = append(d.book.Visits, crm.Visit{Pos: crm.Pos{File: 0, Line: int32(len(d.book.Visits) + 2)}, At: stamp(at),
		Customer: d.customers.Number(customer), Rep: d.reps.Number(rep), Coach: crm.NoRep,
		Met: crm.RoleKP, Pitched: crm.Yes, Rejection: crm.RejectionNone})
	return &d.book.Visits[len(d.book.Visits)-1]
}

// sign adds an active new contract of 1,000.00 CNY.
func (d *draft) sign(id, rep, customer, on string) *crm.Contract {
	d.book.Contracts = append(d.book.Contracts, crm.Contract{Pos: crm.Pos{File: 1, Line: int32(len(d.book.Contracts) + 2)}, ID: crm.ContractID(id),
		Customer: d.customers.Number(customer), Rep: d.reps.Number(rep), Type: crm.New, SignDate: day(on), Start: crm.NoDate, End: crm.NoDate,
		Amount: crm.Money{Minor: 100_000, Currency: "CNY"}, Status: crm.Active, StatusDate: crm.NoDate})
	return &d.book.Contracts[len(d.book.Contracts)-1]
}

// deal adds a deal of a new contract, of nobody.
func (d *draft) deal(id, customer string, status crm.DealStatus, closed string) *crm.Deal {
	d.book.Deals = append(d.book.Deals, crm.Deal{Pos: crm.Pos{File: 2, Line: int32(len(d.book.Deals) + 2)}, ID: crm.DealID(id),
		Customer: d.customers.Number(customer), Rep: crm.NoRep, Type: crm.New, Status: status, CreatedOn: crm.NoDate, ExpectedClose: crm.NoDate, ClosedOn: day(closed)})
	return &d.book.Deals[len(d.book.Deals)-1]
}

func (d *draft) split(contract, rep, share string) {
	s, err := crm.ParseDecimal(share)
	if err != nil {
		panic(err)
	}
	d.book.Splits = append(d.book.Splits, crm.Split{Contract: crm.ContractID(contract), Rep: d.reps.Number(rep), Share: s})
}

func (d *draft) own(customer, rep, from string) {
	d.book.Ownership = append(d.book.Ownership, crm.Ownership{Customer: d.customers.Number(customer), Rep: d.reps.Number(rep), From: day(from), To: crm.NoDate})
}

// done sorts the rows as a Book has them and drops what is after asOf.
func (d *draft) done(asOf string) *crm.Book {
	b := &d.book
	b.AsOf, b.Currency, b.Files = day(asOf), "CNY", []string{"visits.csv", "contracts.csv"}
	b.Tables = map[string]bool{"reps": len(d.spells) > 0, "visits": true, "contracts": true, "deals": len(b.Deals) > 0}
	b.Reps, b.Customers, b.FX = &d.reps, &d.customers, crm.NewFX(d.rates)
	b.Org, b.Calendar = crm.NewOrg(&d.reps, d.spells), crm.NewCalendar(d.sixDay, d.days, d.roster)
	visits := b.Visits[:0]
	for _, v := range b.Visits {
		if v.At.Date() <= b.AsOf {
			visits = append(visits, v)
		}
	}
	b.Visits = visits
	contracts := b.Contracts[:0]
	for _, c := range b.Contracts {
		if c.SignDate <= b.AsOf {
			contracts = append(contracts, c)
		}
	}
	b.Contracts = contracts
	sort.SliceStable(visits, func(i, j int) bool {
		if visits[i].Customer != visits[j].Customer {
			return visits[i].Customer < visits[j].Customer
		}
		return visits[i].At < visits[j].At
	})
	sort.SliceStable(contracts, func(i, j int) bool {
		x, y := contracts[i], contracts[j]
		if x.Customer != y.Customer {
			return x.Customer < y.Customer
		}
		if x.SignDate != y.SignDate {
			return x.SignDate < y.SignDate
		}
		return x.ID < y.ID
	})
	sort.SliceStable(b.Deals, func(i, j int) bool { return b.Deals[i].ID < b.Deals[j].ID })
	sort.SliceStable(b.Splits, func(i, j int) bool { return b.Splits[i].Contract < b.Splits[j].Contract })
	sort.SliceStable(b.Ownership, func(i, j int) bool { return b.Ownership[i].Customer < b.Ownership[j].Customer })
	return b
}

// got indexes the values of a result.
type got struct {
	t      *testing.T
	org    *crm.Org
	values map[address]measure.Value
}

type address struct{ metric, scope, period, key string }

func compute(t *testing.T, b *crm.Book) (got, measure.Result) {
	t.Helper()
	r := Compute(b, measure.NewFrame(b), DefaultOptions())
	g := got{t, b.Org, map[address]measure.Value{}}
	known := map[string]bool{}
	for _, d := range Definitions() {
		known[d.ID] = true
	}
	for _, v := range r.Values {
		a := address{v.Metric, b.Org.Nodes[v.Slot.Scope].ID, v.Slot.Period.Name, v.Key}
		if _, twice := g.values[a]; twice {
			t.Errorf("%v twice", a)
		}
		if !known[v.Metric] {
			t.Errorf("%v has no definition", a)
		}
		g.values[a] = v
	}
	return g, r
}

func (g got) at(metric, scope, period string) measure.Value {
	g.t.Helper()
	return g.keyed(metric, scope, period, "")
}

func (g got) keyed(metric, scope, period, key string) measure.Value {
	g.t.Helper()
	v, ok := g.values[address{metric, scope, period, key}]
	if !ok {
		g.t.Fatalf("no %s %s of %s in %s", metric, key, scope, period)
	}
	return v
}

// count demands num/den of a value.
func (g got) count(metric, scope, period string, num, den int64) {
	g.t.Helper()
	if v := g.at(metric, scope, period); v.Num != num || v.Den != den || !v.OK {
		g.t.Errorf("%s of %s in %s = %d/%d (%v), want %d/%d", metric, scope, period, v.Num, v.Den, v.OK, num, den)
	}
}
