package forecast

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// yearMaker is a year of plans: sellers in teams of ten, five teams an area, who
// sign four contracts a week, forecast every month, the last twelve weeks and
// the last twenty days, under managers who give indices; everybody has targets.
func yearMaker(t testing.TB, reps int) *maker {
	r := rand.New(rand.NewPCG(1, 9))
	m := newMaker(t, "2025-06-29")
	amount := func() string { return fmt.Sprint(1 + r.IntN(90000)) }
	var ids, managers []string
	for i := range reps {
		team, area := fmt.Sprint("T", i/10), fmt.Sprint("A", i/50)
		if i%10 == 0 {
			managers = append(managers, fmt.Sprint("M", i/10))
			m.person(managers[i/10], crm.Supervisor, team, area, "", "", "")
		}
		ids = append(ids, fmt.Sprintf("S%04d", i))
		m.person(ids[i], crm.Seller, team, area, "", "", "")
	}
	for i := range 208 * reps {
		on := m.b.AsOf - crm.Date(r.IntN(365))
		m.contract(fmt.Sprint("K", i), ids[i%reps], on.String(), amount(), []crm.ContractType{crm.New, crm.Renewal}[r.IntN(2)])
	}
	var periods []crm.Period
	for _, f := range []struct {
		kind crm.PeriodKind
		n    int
	}{{crm.Week, 12}, {crm.Month, 12}, {crm.Quarter, 4}} {
		p := m.b.Fiscal.Period(f.kind, m.b.AsOf)
		for range f.n {
			periods = append(periods, p)
			p = m.b.Fiscal.Previous(p)
		}
	}
	for _, p := range periods {
		at := (p.Start - 1).String() + "T09:00"
		for _, id := range ids {
			m.forecast(p.Name, id, at, amount(), "")
			m.target(p.Name, id, "new_amount", amount())
			m.target(p.Name, id, "renewal_amount", amount())
		}
		for _, id := range managers {
			m.index(p.Name, id, at, "0.9")
		}
	}
	for d := m.b.AsOf - 20; d < m.b.AsOf; d++ {
		for _, id := range ids {
			m.daily(d.String(), id, (d-1).String()+"T18:00", amount(), "")
		}
	}
	return m
}

// A build: everything of 200 reps.
func BenchmarkCompute(b *testing.B) {
	book := yearMaker(b, 200).book()
	f := measure.NewFrame(book)
	b.ReportAllocs()
	for b.Loop() {
		Compute(book, f, DefaultOptions())
	}
}

// What an explanation does over and over: one number from one rep's rows.
func BenchmarkComputeRep(b *testing.B) {
	book := yearMaker(b, 200).book()
	f := measure.NewFrame(book)
	part := book.Groups(crm.ByRep)[77]
	narrow := f.Narrowed(measure.Slot{Scope: crm.Root, Period: f.Before[1][11]})
	b.ReportAllocs()
	for b.Loop() {
		Compute(part, narrow, DefaultOptions())
	}
}
