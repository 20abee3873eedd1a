package forecast

import (
	"math"
	"math/big"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// leastActuals is how many actuals a forecast must have behind it to be tested.
const leastActuals = 4

// outlier reports whether a forecast is far from the actuals before it: more
// than two sample standard deviations from their mean, or, where they are all
// the same, outside half to one and a half of that. The
// comparison is exact: with n actuals, S = Σx and Q = Σx², |F − S/n| > 2·sd is
// (nF − S)²(n − 1) > 4n(nQ − S²). It is false for fewer than four (tested).
func outlier(forecast int64, past []int64) (far, tested bool) {
	if len(past) < leastActuals {
		return false, false
	}
	spread, n := squares(past)
	if spread.Sign() == 0 {
		return 2*forecast < past[0] || 2*forecast > 3*past[0], true
	}
	sum, _ := sums(past)
	off := new(big.Int).Mul(big.NewInt(n), big.NewInt(forecast))
	off.Sub(off, big.NewInt(sum))
	off.Mul(off, off).Mul(off, big.NewInt(n-1))
	return off.Cmp(spread.Mul(spread, big.NewInt(4*n))) > 0, true
}

// squares is nΣx² − (Σx)², which is n(n−1) times the sample variance.
func squares(past []int64) (spread *big.Int, n int64) {
	n = int64(len(past))
	sum, _ := sums(past)
	spread = new(big.Int)
	for _, x := range past {
		spread.Add(spread, new(big.Int).Mul(big.NewInt(x), big.NewInt(x)))
	}
	spread.Mul(spread, big.NewInt(n))
	return spread.Sub(spread, new(big.Int).Mul(big.NewInt(sum), big.NewInt(sum))), n
}

// deviation is the sample standard deviation, of two or more.
func deviation(past []int64) float64 {
	spread, n := squares(past)
	x, _ := new(big.Rat).SetFrac(spread, big.NewInt(n*(n-1))).Float64()
	return math.Sqrt(x)
}

// outlierOf tests a seat's forecast for p.
func (b *board) outlierOf(s *seat, p int) (far, tested bool) {
	if !s.plan.Submission.Given() {
		return false, false
	}
	forecast, _ := s.plan.Submission.against(s.signed)
	return outlier(forecast, b.past(s.rep, p, history, s.plan.Submission))
}

// outliers puts how many forecasts ask for a talk; a running period's do, too.
func (w *writer) outliers(s slot) {
	c := w.board.seen(s.Scope, s.no)
	if c == nil || c.tested == 0 || c.outliers == 0 && w.Org.Nodes[s.Scope].Level == crm.RepLevel {
		return
	}
	v := measure.NewCount("forecast.outliers", s.Slot, int64(c.outliers))
	v.N, v.Open = int64(c.tested), w.frame.Running(s.Period)
	w.put(v)
}

// outlierList names the forecasts of the current period to talk about, the
// farthest from the mean first.
func (w *writer) outlierList(kind crm.PeriodKind) (measure.List, bool) {
	l := measure.List{ID: "forecast.outliers", Metric: "forecast.outliers", Title: outliersTitle, Columns: outliersColumns()}
	now := w.frame.Current[kindNo(w.frame, kind)]
	p, ok := w.board.scored[beginOf(now)]
	if !ok {
		return l, false
	}
	var rs []rank
	for k, plan := range w.board.acc.Seats {
		s := seat{rep: w.Org.Leaves[k.No].Node, plan: plan}
		if k.Kind != now.Kind || k.Start != now.Start || !plan.Submission.Given() {
			continue
		}
		if far, _ := w.board.outlierOf(&s, p); !far {
			continue
		}
		forecast, _ := plan.Submission.against(Signed{})
		past := w.board.past(s.rep, p, history, plan.Submission)
		sum, _ := sums(past)
		mean := big.NewRat(sum, int64(len(past)))
		off := new(big.Rat).SetInt64(forecast)
		off.Sub(off, mean)
		rs = append(rs, rank{new(big.Rat).Abs(off), s.rep, measure.Row{Leaf: crm.LeafNo(k.No), Cells: []measure.Cell{
			{Num: int64(s.rep)}, {Num: forecast}, {Num: rounded(mean)}, {Num: rounded(off)}, {Num: int64(math.Round(deviation(past)))}, {Num: int64(len(past))}}}})
	}
	l.Rows = worstFirst(rs)
	return l, len(rs) > 0
}

func kindNo(f *measure.Frame, kind crm.PeriodKind) int {
	for i, p := range f.Current {
		if p.Kind == kind {
			return i
		}
	}
	return -1
}
