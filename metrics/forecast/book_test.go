package forecast

import (
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// maker builds a small book by hand.
type maker struct {
	t      testing.TB
	b      *crm.Book
	spells []crm.Spell
	roster []crm.RosterDay
	line   int32
}

func newMaker(t testing.TB, asOf string) *maker {
	t.Helper()
	return &maker{t: t, b: &crm.Book{AsOf: day(t, asOf), Currency: "CNY", Reps: &crm.Names[crm.RepNo]{},
		Tables: map[string]bool{"reps": true, "contracts": true, "forecasts": true}}}
}

func day(t testing.TB, s string) crm.Date {
	t.Helper()
	d, err := crm.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// stamp reads 2024-07-01T18:00.
func stamp(t testing.TB, s string) crm.Stamp {
	t.Helper()
	h, m := int64(s[11]-'0')*10+int64(s[12]-'0'), int64(s[14]-'0')*10+int64(s[15]-'0')
	return day(t, s[:10]).At() + crm.Stamp(h*3600+m*60)
}

func (m *maker) pos() crm.Pos { m.line++; return crm.Pos{Line: m.line} }

func (m *maker) period(s string) crm.Period {
	m.t.Helper()
	p, err := m.b.Fiscal.ParsePeriod(s)
	if err != nil {
		m.t.Fatal(err)
	}
	return p
}

func (m *maker) minor(s string) int64 {
	m.t.Helper()
	v, err := crm.ParseMinor(s, 2)
	if err != nil {
		m.t.Fatal(err)
	}
	return v
}

// person adds a row of reps; from and to may be blank.
func (m *maker) person(id string, role crm.Role, team, area, region, from, to string) {
	s := crm.Spell{Pos: m.pos(), Rep: m.b.Reps.Number(id), Name: id, Role: role, Team: team, Area: area, Region: region,
		Manager: crm.NoRep, HiredOn: crm.NoDate, LeftOn: crm.NoDate, From: crm.NoDate, To: crm.NoDate}
	if from != "" {
		s.From = day(m.t, from)
	}
	if to != "" {
		s.To = day(m.t, to)
	}
	m.spells = append(m.spells, s)
}

// under adds a row of reps in a tree of managers.
func (m *maker) under(id string, role crm.Role, manager string) {
	m.person(id, role, "", "", "", "", "")
	m.spells[len(m.spells)-1].Manager = m.b.Reps.Number(manager)
}

func (m *maker) forecast(period, subject, at, amount string, kind crm.ContractType) {
	m.b.Forecasts = append(m.b.Forecasts, crm.Forecast{Pos: m.pos(), Period: m.period(period), Day: crm.NoDate, Subject: subject,
		SubmittedBy: subject, At: stamp(m.t, at), Amount: crm.Money{Minor: m.minor(amount), Currency: "CNY"}, Type: kind})
}

// daily adds a forecast for one day.
func (m *maker) daily(on, subject, at, amount string, kind crm.ContractType) {
	m.forecast("2000", subject, at, amount, kind)
	f := &m.b.Forecasts[len(m.b.Forecasts)-1]
	f.Period, f.Day = crm.Period{}, day(m.t, on)
}

func (m *maker) index(period, subject, at, index string) {
	d, err := crm.ParseDecimal(index)
	if err != nil {
		m.t.Fatal(err)
	}
	m.b.Tables["confidence"] = true
	m.b.Confidence = append(m.b.Confidence, crm.Confidence{Pos: m.pos(), Period: m.period(period), Subject: subject, Index: d, At: stamp(m.t, at)})
}

func (m *maker) contract(id, rep, on, amount string, kind crm.ContractType) *crm.Contract {
	m.b.Contracts = append(m.b.Contracts, crm.Contract{Pos: m.pos(), ID: crm.ContractID(id), Customer: crm.NoCustomer, Rep: m.b.Reps.Number(rep),
		Type: kind, SignDate: day(m.t, on), Start: crm.NoDate, End: crm.NoDate, StatusDate: crm.NoDate,
		Amount: crm.Money{Minor: m.minor(amount), Currency: "CNY"}, Status: crm.Active})
	return &m.b.Contracts[len(m.b.Contracts)-1]
}

func (m *maker) target(period, scope, what, value string) {
	v, err := crm.ParseDecimal(value)
	if err != nil {
		m.t.Fatal(err)
	}
	m.b.Tables["targets"] = true
	m.b.Targets = append(m.b.Targets, crm.Target{Pos: m.pos(), Period: m.period(period), Scope: scope, Measure: what, Value: v})
}

func (m *maker) book() *crm.Book {
	m.b.Org = crm.NewOrg(m.b.Reps, m.spells)
	m.b.Calendar = crm.NewCalendar(nil, nil, m.roster)
	return m.b
}

// got indexes a result by metric, scope, period and key.
type got struct {
	t      testing.TB
	res    measure.Result
	values map[string]measure.Value
}

func (m *maker) compute(o Options) *got {
	m.t.Helper()
	b := m.book()
	g := &got{m.t, Compute(b, measure.NewFrame(b), o), map[string]measure.Value{}}
	for _, v := range g.res.Values {
		k := v.Metric[len("forecast."):] + " " + b.Org.Nodes[v.Slot.Scope].ID + " " + v.Slot.Period.Name + " " + v.Key
		if _, twice := g.values[k]; twice {
			m.t.Errorf("%s is given twice", k)
		}
		g.values[k] = v
	}
	return g
}

// at is the value of "metric scope period key".
func (g *got) at(name string) measure.Value {
	g.t.Helper()
	v, ok := g.values[name]
	if !ok {
		if v, ok = g.values[name+" "]; !ok {
			g.t.Errorf("no value %s", name)
		}
	}
	return v
}

func (g *got) absent(name string) {
	g.t.Helper()
	for _, n := range []string{name, name + " "} {
		if v, ok := g.values[n]; ok {
			g.t.Errorf("%s = %+v, want none", name, v)
		}
	}
}

// real demands a value within 1e-9; nil is no data.
func (g *got) real(name string, want *float64) {
	g.t.Helper()
	v := g.at(name)
	switch {
	case want == nil && v.OK:
		g.t.Errorf("%s = %v, want no data", name, v.V)
	case want != nil && (!v.OK || v.V-*want > 1e-9 || *want-v.V > 1e-9):
		g.t.Errorf("%s = %v %v, want %v", name, v.OK, v.V, *want)
	}
}

// parts demands an exact numerator and denominator.
func (g *got) parts(name string, num, den int64) {
	g.t.Helper()
	if v := g.at(name); v.Num != num || v.Den != den {
		g.t.Errorf("%s = %d/%d, want %d/%d", name, v.Num, v.Den, num, den)
	}
}

func (g *got) flags(name string, want ...string) {
	g.t.Helper()
	v := g.at(name)
	if len(v.Flags) != len(want) {
		g.t.Errorf("%s has flags %q, want %q", name, v.Flags, want)
		return
	}
	for i := range want {
		if v.Flags[i] != want[i] {
			g.t.Errorf("%s has flags %q, want %q", name, v.Flags, want)
		}
	}
}

// list is the one of an id; none has no rows.
func (g *got) list(id string) measure.List {
	for _, l := range g.res.Lists {
		if l.ID == id {
			return l
		}
	}
	return measure.List{}
}
