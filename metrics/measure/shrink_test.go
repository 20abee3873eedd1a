package measure

import (
	"math"
	"testing"

	"crmreport/metrics/casetest"
)

// by hand; the worked case is the leaderboard of golden_rule_basic.
func TestRates(t *testing.T) {
	// By hand, two reps: 1 of 4 and 3 of 4. m = 4/8; s² = (4·(1/4)² + 4·(1/4)²)/8 =
	// 1/16; m/n̄ = (1/2)/4 = 1/8 > s²: no detectable difference.
	if p := Rates([]float64{1, 3}, []float64{4, 4}); p.Mean != 0.5 || p.Var != 0 || p.Shrink(3, 4) != 0.5 {
		t.Errorf("%+v", p)
	}
	// 1 and 9 of 10: m = 1/2, s² = (4/10)² = 0.16, m/n̄ = 0.05, A = 0.11. The weight
	// of 10 is 0.11/(0.11 + 0.05) = 11/16: 0.5 ± 0.4·11/16 = 0.225, 0.775.
	p := Rates([]float64{1, 9}, []float64{10, 10})
	casetest.Within(t, "m", p.Mean, 0.5, 1e-12)
	casetest.Within(t, "A", p.Var, 0.11, 1e-12)
	casetest.Within(t, "low", p.Shrink(1, 10), 0.225, 1e-12)
	casetest.Within(t, "high", p.Shrink(9, 10), 0.775, 1e-12)
	if p := Rates(nil, nil); p != (Prior{}) {
		t.Errorf("of nothing: %+v", p)
	}
}

// Robinson's batters (Beta 78.661, 224.875): a Beta(α, β) prior has mean
// α/(α+β) and variance m(1−m)/(α+β+1).
func TestEmpiricalBayesRobinson(t *testing.T) {
	var want struct {
		Prior  struct{ Alpha, Beta float64 }
		Expect map[string]float64
	}
	casetest.JSON(t, &want, "empirical_bayes_robinson", "expected.json")
	sum := want.Prior.Alpha + want.Prior.Beta
	m := want.Prior.Alpha / sum
	p := Shares(m, m*(1-m)/(sum+1))
	// The table and the expectation call the second batter by different names.
	want.Expect["300_of_1000"] = want.Expect["three_hundred_of_1000"]
	for _, row := range casetest.CSV(t, "empirical_bayes_robinson", "batters.csv") {
		got := p.Shrink(number(t, row["H"]), number(t, row["AB"]))
		if math.Abs(got-want.Expect[row["name"]]) > 0.0005 { // as printed
			t.Errorf("%s: %v, want %v", row["name"], got, want.Expect[row["name"]])
		}
		// The posterior (H + α)/(AB + α + β) prints the same.
		casetest.Within(t, row["name"], got, (number(t, row["H"])+want.Prior.Alpha)/(number(t, row["AB"])+sum), 0.0005)
	}
}
