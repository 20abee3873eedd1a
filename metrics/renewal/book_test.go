package renewal

import (
	"sort"
	"strconv"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// shop builds a small Book by hand.
type shop struct {
	t         *testing.T
	b         *crm.Book
	spells    []crm.Spell
	rates     []crm.FXRate
	contracts []crm.Contract
}

func newShop(t *testing.T, asOf string) *shop {
	t.Helper()
	b := &crm.Book{AsOf: day(t, asOf), Currency: "CNY", Tables: map[string]bool{"contracts": true},
		Reps: &crm.Names[crm.RepNo]{}, Customers: &crm.Names[crm.CustomerNo]{}, Calendar: crm.NewCalendar(nil, nil, nil)}
	return &shop{t: t, b: b}
}

func day(t *testing.T, s string) crm.Date {
	t.Helper()
	if s == "" {
		return crm.NoDate
	}
	d, err := crm.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func minor(t *testing.T, s string) int64 {
	t.Helper()
	n, err := crm.ParseMinor(s, 2)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// sell adds a contract of rep R1, signed on its first day, of twelve months,
// and lets edit change it.
func (s *shop) sell(id, customer, start, end, amount string, edit ...func(*crm.Contract)) {
	s.t.Helper()
	c := crm.Contract{ID: crm.ContractID(id), Customer: s.b.Customers.Number(customer), Rep: s.b.Reps.Number("R1"),
		Start: day(s.t, start), End: day(s.t, end), TermMonths: 12, Product: "P", Amount: crm.Money{Minor: minor(s.t, amount), Currency: "CNY"},
		Renewable: crm.Yes, Status: crm.Active, StatusDate: crm.NoDate}
	c.SignDate = c.Start
	for _, e := range edit {
		e(&c)
	}
	s.contracts = append(s.contracts, c)
}

func (s *shop) succeed(old, new, signed string) {
	s.t.Helper()
	s.b.Successions = append(s.b.Successions, crm.Succession{Old: crm.ContractID(old), New: crm.ContractID(new), SignDate: day(s.t, signed)})
}

func (s *shop) merge(from, into string) {
	s.b.CustomerRows = append(s.b.CustomerRows, crm.Customer{No: s.b.Customers.Number(from), MergedInto: s.b.Customers.Number(into)})
}

func (s *shop) own(customer, rep, from, to string) {
	s.t.Helper()
	s.b.Ownership = append(s.b.Ownership, crm.Ownership{Customer: s.b.Customers.Number(customer), Rep: s.b.Reps.Number(rep), From: day(s.t, from), To: day(s.t, to)})
}

func (s *shop) hire(rep, team, from, to string) {
	s.t.Helper()
	s.spells = append(s.spells, crm.Spell{Rep: s.b.Reps.Number(rep), Name: rep, Role: crm.Seller, Region: "East", Team: team,
		Manager: crm.NoRep, HiredOn: crm.NoDate, LeftOn: crm.NoDate, From: day(s.t, from), To: day(s.t, to)})
}

func (s *shop) book() *crm.Book {
	b := s.b
	b.Contracts = append([]crm.Contract{}, s.contracts...)
	sort.Slice(b.Contracts, func(i, j int) bool {
		x, y := b.Contracts[i], b.Contracts[j]
		if x.Customer != y.Customer {
			return x.Customer < y.Customer
		}
		if x.SignDate != y.SignDate {
			return x.SignDate < y.SignDate
		}
		return x.ID < y.ID
	})
	sort.SliceStable(b.Ownership, func(i, j int) bool {
		x, y := b.Ownership[i], b.Ownership[j]
		if x.Customer != y.Customer {
			return x.Customer < y.Customer
		}
		return x.From < y.From
	})
	sort.SliceStable(b.CustomerRows, func(i, j int) bool { return b.CustomerRows[i].No < b.CustomerRows[j].No })
	b.FX = crm.NewFX(s.rates)
	b.Org = crm.NewOrg(b.Reps, s.spells)
	return b
}

// judged is a book with all its cases and the state of one pass.
type judged struct {
	book     *crm.Book
	desk     *desk
	frame    *measure.Frame
	accounts []*Account
	cases    map[crm.ContractID]Case
	acc      *Acc
}

func judgeBook(b *crm.Book, o Options) *judged {
	f := measure.NewFrame(b)
	j := &judged{book: b, frame: f, desk: newDesk(b, f, o), cases: map[crm.ContractID]Case{}}
	j.acc = &Acc{desk: j.desk}
	all := newArchive(b)
	for _, s := range all.bundles {
		j.judge(all, s)
	}
	for _, spans := range all.joined {
		j.judge(all, spans...)
	}
	return j
}

// judge keeps the account of a bundle: of a clerk's own, as a clerk writes the
// next one over it.
func (j *judged) judge(all *archive, spans ...span) {
	a := (&clerk{desk: j.desk}).judge(all, spans...)
	j.accounts = append(j.accounts, a)
	j.acc.Add(a)
	for _, c := range a.Cases {
		j.cases[c.Contract.ID] = c
	}
}

// over rolls the accounts up over any periods, of which so many are wanted of
// reps.
func (j *judged) over(periods []crm.Period, reps int) *table {
	d := &desk{book: j.book, opts: j.desk.opts, axes: newAxes(periods, reps, j.book.AsOf, j.desk.opts)}
	acc := &Acc{desk: d}
	for _, a := range j.accounts {
		acc.Add(a)
	}
	return &table{d.axes, j.frame, d.opts, acc.rollUp(j.book.Org), nil}
}

// cohorts are those of every scope.
func (j *judged) cohorts(periods ...crm.Period) map[measure.Slot]Cohort {
	out := map[measure.Slot]Cohort{}
	for scope, s := range j.over(periods, len(periods)).sheets {
		for p, c := range s.Cohorts {
			if c != nil {
				out[measure.Slot{Scope: scope, Period: periods[p]}] = *c
			}
		}
	}
	return out
}

// retentions are those of every scope.
func (j *judged) retentions(periods ...crm.Period) map[measure.Slot]Retention {
	out := map[measure.Slot]Retention{}
	t := j.over(periods, len(periods))
	for scope, s := range t.sheets {
		for p := range periods {
			if r := s.Retentions[t.dayOf[p]]; r != nil {
				out[measure.Slot{Scope: scope, Period: periods[p]}] = *r
			}
		}
	}
	return out
}

// company is the cohort of the whole company in a period such as 2024-03.
func (j *judged) company(t *testing.T, period string) Cohort {
	t.Helper()
	p, err := j.book.Fiscal.ParsePeriod(period)
	if err != nil {
		t.Fatal(err)
	}
	return j.cohorts(p)[measure.Slot{Scope: crm.Root, Period: p}]
}

// values computes the company's values of a cohort in any period, by metric and
// key.
func (j *judged) values(t *testing.T, period string) map[string]measure.Value {
	t.Helper()
	p, err := j.book.Fiscal.ParsePeriod(period)
	if err != nil {
		t.Fatal(err)
	}
	tab := &table{frame: j.frame, opts: j.desk.opts}
	w := &writer{slot: measure.Slot{Scope: crm.Root, Period: p}, currency: j.frame.Currency, all: true}
	c := j.cohorts(p)[w.slot]
	tab.cohort(w, &c)
	return index(w.out)
}

func index(vs []measure.Value) map[string]measure.Value {
	out := map[string]measure.Value{}
	for _, v := range vs {
		k := v.Metric
		if v.Key != "" {
			k += " " + v.Key
		}
		out[k] = v
	}
	return out
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func near(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 }
