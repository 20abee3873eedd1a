package commission

import (
	"slices"
	"testing"

	"crmreport/ingest/crm"
)

// Most specific of rep, plan, role and all; then of type; in force on the day.
func TestRateOf(t *testing.T) {
	b := newBook(1000)
	r1, r2, r3 := b.Reps.Number("R1"), b.Reps.Number("R2"), b.Reps.Number("R3")
	s1, s2 := spell(r1, "T"), spell(r2, "T")
	s1.Plan, s2.Plan = "P", "P"
	b = finish(b, s1, s2, spell(r3, "T"))
	row := func(rate int64, f func(*crm.Rate)) crm.Rate {
		r := everybody(crm.Decimal(rate))
		r.From = 0
		f(&r)
		return r
	}
	b.Rates = []crm.Rate{
		row(1, func(r *crm.Rate) {}),
		row(2, func(r *crm.Rate) { r.Type = crm.Renewal }),
		row(3, func(r *crm.Rate) { r.Role = crm.Seller; r.From = 10 }),
		row(4, func(r *crm.Rate) { r.Plan = "P"; r.From = 20 }),
		row(5, func(r *crm.Rate) { r.Plan = "P"; r.From = 20; r.Type = crm.Expansion }),
		row(6, func(r *crm.Rate) { r.Rep = r1; r.From, r.To = 30, 40 }),
		row(7, func(r *crm.Rate) { r.Plan = "P"; r.From = 50 }),
		row(8, func(r *crm.Rate) { r.Role = crm.Supervisor }),
		row(9, func(r *crm.Rate) { r.Plan = "Q" }),
	}
	found := rates{book: b}
	for _, c := range []struct {
		rep  crm.RepNo
		typ  crm.ContractType
		day  crm.Date
		want crm.Decimal
	}{
		{r1, "", -1, 0}, {r1, "", 0, 1}, {r1, crm.Renewal, 0, 2}, {r1, crm.Renewal, 10, 3}, {r1, "", 20, 4}, {r1, crm.Expansion, 20, 5},
		{r1, "", 30, 6}, {r1, "", 40, 6}, {r1, crm.Expansion, 40, 6}, {r1, "", 41, 4}, {r1, "", 50, 7}, {r1, crm.Expansion, 50, 5}, {r2, "", 30, 4}, {r3, "", 50, 3},
	} {
		spell, _ := b.Org.Spell(c.rep, c.day)
		if got := found.find(&spell, c.rep, c.typ, c.day); (got != nil) != (c.want != 0) || got != nil && got.Rate != c.want {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

// of rows that are equally good the same one is taken whatever their
// order: that which ends, the sooner the better, then the lower rate.
func TestRateTies(t *testing.T) {
	row := func(rate int64, to crm.Date) crm.Rate {
		r := everybody(crm.Decimal(rate))
		r.From, r.To = 0, to
		return r
	}
	rows := []crm.Rate{row(9, crm.NoDate), row(8, crm.NoDate), row(7, 500), row(5, 200), row(6, 200)}
	for turn := range rows {
		b := newBook(1000)
		r := b.Reps.Number("R")
		b.Rates = append(slices.Clone(rows[turn:]), rows[:turn]...)
		b = finish(b)
		for day, want := range map[crm.Date]crm.Decimal{100: 5, 300: 7, 600: 8} {
			found := rates{book: b}
			spell, _ := b.Org.Spell(r, day)
			if got := found.find(&spell, r, "", day); got.Rate != want {
				t.Errorf("turned by %d, day %d: %d, want %d", turn, day, got.Rate, want)
			}
		}
	}
}
