package measure

import (
	"slices"
	"testing"

	"crmreport/ingest/crm"
)

func TestStretches(t *testing.T) {
	var f crm.Fiscal
	var periods []crm.Period
	for d := crm.DateOf(2024, 12, 1); d < crm.DateOf(2025, 4, 1); d += 11 {
		for _, k := range crm.PeriodKinds {
			periods = append(periods, f.Period(k, d))
		}
	}
	for _, ps := range [][]crm.Period{periods, periods[3:4], nil} {
		x := NewStretches(ps)
		for d := crm.DateOf(2023, 1, 1); d < crm.DateOf(2026, 12, 31); d++ {
			var want []int
			for n, p := range ps {
				if p.Contains(d) {
					want = append(want, n)
				}
			}
			if got := x.Containing(d); !slices.Equal(got, want) {
				t.Fatalf("%s is in %v of %d periods, want %v", d, got, len(ps), want)
			}
		}
		if got := x.Containing(crm.NoDate); len(got) > 0 {
			t.Errorf("no day is in %v", got)
		}
	}
}
