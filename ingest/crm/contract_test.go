package crm

import "testing"

func TestContractTotal(t *testing.T) {
	three := Contract{Start: DateOf(2024, 1, 1), End: DateOf(2026, 12, 31), Amount: Money{10000, "CNY"}}
	for name, c := range map[string]struct {
		per    AmountPer
		months int
		dates  bool
		want   int64
		known  bool
	}{
		"a total":                        {PerTerm, 0, false, 10000, true},
		"100.00 a month for 36 months":   {PerMonth, 36, false, 360000, true},
		"100.00 a year for 18 months":    {PerYear, 18, false, 15000, true},
		"a year, 1096 days (2024 leaps)": {PerYear, 0, true, 30027, true},   // 10000 × 1096/365 = 30027.4
		"a month, 1096 days":             {PerMonth, 0, true, 360329, true}, // 120000 × 1096/365 = 360328.8
		"a month, no term":               {PerMonth, 0, false, 0, false},
	} {
		k := three
		k.Per, k.TermMonths = c.per, c.months
		if !c.dates {
			k.Start, k.End = NoDate, NoDate
		}
		got, known := k.Total()
		if got.Minor != c.want || known != c.known {
			t.Errorf("%s: %d, %v, want %d", name, got.Minor, known, c.want)
		}
	}
}
