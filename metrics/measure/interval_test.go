package measure

import (
	"testing"

	"crmreport/metrics/casetest"
)

// GraphPad's QuickCalcs and epitools, as printed; and the intervals of
// golden_rule_basic (2 signings in 16 visits, 7 in 56: rate CI times visits).
func TestGarwoodGraphPad(t *testing.T) {
	var want struct {
		Cases []struct{ Count, Conf, Lo, Hi float64 }
	}
	casetest.JSON(t, &want, "garwood_graphpad", "expected.json")
	if len(want.Cases) != 5 {
		t.Fatalf("%d cases", len(want.Cases))
	}
	for _, c := range want.Cases {
		lo, hi := GarwoodAt(c.Count, c.Conf)
		casetest.Within(t, "lower", lo, c.Lo, 0.005)
		casetest.Within(t, "upper", hi, c.Hi, 0.005)
	}
	for _, c := range []struct{ s, lo, hi, eps float64 }{
		{0, 0, 3.6889, 0.00005},
		{2, 0.015138079908997796 * 16, 0.45154297923274744 * 16, 1e-9},
		{7, 0.05025648306285475 * 56, 0.2575477743161139 * 56, 1e-9},
	} {
		lo, hi := Garwood(c.s)
		casetest.Within(t, "lower", lo, c.lo, c.eps)
		casetest.Within(t, "upper", hi, c.hi, c.eps)
	}
}

// Garwoods is Garwood, the first time and after, of counts it keeps and others.
func TestGarwoods(t *testing.T) {
	var g Garwoods
	for range 2 {
		for _, s := range []float64{0, 1, 2, 2.5, 7, 255, 255.5, 256, 1e6} {
			lo, hi := Garwood(s)
			if l, h := g.At(s); l != lo || h != hi {
				t.Errorf("of %v [%v, %v], want [%v, %v]", s, l, h, lo, hi)
			}
		}
	}
}

// Newcombe 1998, Table I, as printed and, in long digits, R's
// prop.test(correct=FALSE).
func TestWilsonNewcombe(t *testing.T) {
	var want struct {
		Cases []struct {
			K, N   int64
			Lo, Hi float64
		}
		Exact [][2]float64 `json:"exact_here"`
	}
	casetest.JSON(t, &want, "wilson_newcombe", "expected.json")
	if len(want.Cases) != 4 || len(want.Exact) != 4 {
		t.Fatalf("%d cases, %d exact", len(want.Cases), len(want.Exact))
	}
	for i, c := range want.Cases {
		iv, ok := Wilson(c.K, c.N)
		if !ok {
			t.Fatal("no interval")
		}
		casetest.Within(t, "lower", iv.Lo.V, c.Lo, 0.00005)
		casetest.Within(t, "upper", iv.Hi.V, c.Hi, 0.00005)
		casetest.Within(t, "lower, exact", iv.Lo.V, want.Exact[i][0], 1e-9)
		casetest.Within(t, "upper, exact", iv.Hi.V, want.Exact[i][1], 1e-9)
	}
	iv, _ := Wilson(2, 2)
	casetest.Within(t, "lower of 2 of 2", iv.Lo.V, 0.3423802275066532, 1e-12)
	casetest.Within(t, "upper of 2 of 2", iv.Hi.V, 1, 0)
	if _, ok := Wilson(0, 0); ok {
		t.Error("an interval of nothing")
	}
}

// The table of examples/funnel/cohort_open_deals_censored (R survfit).
func TestCIF(t *testing.T) {
	const advanced, lost = Fate(1), Fate(2)
	es := []Ending{{8, advanced, 1}, {14, lost, 1}, {17, advanced, 1}, {35, advanced, 1}, {10, lost, 1}, {40, 0, 1},
		{10, advanced, 1}, {28, lost, 1}, {14, advanced, 1}, {28, 0, 1}, {12, advanced, 1}, {25, 0, 1}, {12, lost, 1},
		{22, 0, 1}, {20, advanced, 1}, {20, 0, 1}}
	for _, c := range []struct{ t, adv, lost, open float64 }{
		{8, 0.0625, 0, 0.9375}, {20, 0.375, 0.1875, 0.4375}, {30, 0.375, 0.296875, 0.328125}, {35, 0.5390625, 0.296875, 0.1640625},
	} {
		inc, open := CIF(es, c.t, 2)
		casetest.Within(t, "advanced", inc[0], c.adv, 1e-12)
		casetest.Within(t, "lost", inc[1], c.lost, 1e-12)
		casetest.Within(t, "open", open, c.open, 1e-12)
		casetest.Within(t, "sum", inc[0]+inc[1]+open, 1, 1e-12)
	}
}
