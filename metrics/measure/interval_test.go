package measure

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want, eps float64) {
	t.Helper()
	if math.Abs(got-want) > eps {
		t.Errorf("%s = %.12g, want %.12g", what, got, want)
	}
}

// GraphPad's QuickCalcs and epitools, as printed; 0 of metrics.md; the
// interval of golden_rule_basic (2 signings in 16: rate CI times 16).
func TestGarwood(t *testing.T) {
	for _, c := range []struct {
		s, level, lo, hi, eps float64
	}{
		{25, 0.95, 16.18, 36.90, 0.005},
		{25, 0.90, 17.38, 34.92, 0.005},
		{25, 0.99, 14.00, 41.00, 0.005},
		{0, 0.95, 0, 3.689, 0.0005},
		{10, 0.95, 4.80, 18.39, 0.005},
		{2, 0.95, 0.015138079908997796 * 16, 0.45154297923274744 * 16, 1e-9},
		{7, 0.95, 0.05025648306285475 * 56, 0.2575477743161139 * 56, 1e-9},
	} {
		lo, hi := GarwoodAt(c.s, c.level)
		near(t, "lower", lo, c.lo, c.eps)
		near(t, "upper", hi, c.hi, c.eps)
	}
}

// Newcombe 1998, Table I; the long digits are R's prop.test(correct=FALSE).
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		k, n   int64
		lo, hi float64
	}{
		{81, 263, 0.2552885198782743, 0.3662095769828001},
		{15, 148, 0.0623863995307363, 0.160487241723308},
		{0, 20, 0, 0.1611251580528193},
		{1, 29, 0.006113214292762653, 0.17175521879320282},
		{2, 2, 0.3423802275066532, 1},
	} {
		iv, ok := Wilson(c.k, c.n)
		if !ok {
			t.Fatal("no interval")
		}
		near(t, "lower", iv.Lo.V, c.lo, 1e-12)
		near(t, "upper", iv.Hi.V, c.hi, 1e-12)
	}
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
		near(t, "advanced", inc[0], c.adv, 1e-12)
		near(t, "lost", inc[1], c.lost, 1e-12)
		near(t, "open", open, c.open, 1e-12)
		near(t, "sum", inc[0]+inc[1]+open, 1, 1e-12)
	}
}
