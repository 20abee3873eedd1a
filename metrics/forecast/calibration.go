package forecast

import (
	"math"
	"math/big"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// The least that a suggestion rests on.
const (
	leastPeriods = 3 // of a rep, else the rep is given the company's mean
	leastReps    = 4 // else there is none
)

// calibrated is the number of the kind whose current forecasts are calibrated,
// that of the lists; false where nobody asks. One rep alone says nothing.
func (r *reader) calibrated() (int, bool) {
	if _, alone := r.Org.OnlyRep(); alone {
		return 0, false
	}
	i := slices.IndexFunc(r.frame.Current, func(p crm.Period) bool { return p.Kind == r.listed() })
	return i, i >= 0 && r.o.CalibrationPeriods > 0 && slices.Contains(r.frame.Periods(), r.frame.Current[i])
}

// earlier lists n periods before p, oldest first.
func (r *reader) earlier(p crm.Period, n int) []crm.Period {
	out := make([]crm.Period, n)
	for i := n - 1; i >= 0; i-- {
		p = r.frame.Fiscal.Previous(p)
		out[i] = p
	}
	return out
}

// suggestion is what a rep's history says of the forecasts to come.
type suggestion struct {
	index            float64
	z                float64 // how far the rep's own history is believed
	periods          int
	forecast, actual int64 // over them
	missed           int64 // Σ|F−A|
	given            big.Rat
}

// calibration is the suggestions for the forecasts of one period.
type calibration struct {
	period crm.Period
	no     int
	mean   float64 // μ
	reps   map[crm.NodeNo]*suggestion
	units  map[crm.NodeNo]*big.Rat // what the forecasts come to; of reps too
}

// calibrate estimates every seated rep's index by credibility,
// from the periods before the current one: what it is applied to is no part of
// it. It is nil where too few reps have a history.
func (w *writer) calibrate() *calibration {
	at, ok := w.calibrated()
	if !ok || !w.contracts {
		return nil
	}
	c := &calibration{period: w.frame.Current[at], reps: map[crm.NodeNo]*suggestion{}, units: map[crm.NodeNo]*big.Rat{}}
	c.no = w.board.of[c.period]
	var reps []crm.NodeNo
	var groups []measure.Experience
	for n := range w.board.cells {
		if w.Org.Nodes[n].Level == crm.RepLevel {
			reps = append(reps, n)
		}
	}
	slices.Sort(reps) // float sums have an order
	var known []*suggestion
	for _, n := range reps {
		s, e := w.experience(n, w.board.before)
		c.reps[n] = s
		if s.periods >= leastPeriods {
			known, groups = append(known, s), append(groups, e)
		}
	}
	structure, ok := measure.BuhlmannStraub(groups)
	if !ok || len(groups) < leastReps {
		return nil
	}
	c.mean = structure.Mean
	for _, s := range c.reps {
		s.index = c.mean
	}
	for i, s := range known {
		s.index, s.z = structure.Premium(i, groups[i]), structure.Z[i]
	}
	w.applySuggestions(c)
	return c
}

// experience is a rep's history over periods: actual over forecast, weighted
// with the forecast. A forecast of 0 has no ratio and is left out.
func (w *writer) experience(n crm.NodeNo, periods []int) (*suggestion, measure.Experience) {
	var e measure.Experience
	s := &suggestion{}
	for _, p := range periods {
		t := w.board.scoreOf(seriesAll, n, p)
		if t.n == 0 || t.forecast <= 0 {
			continue
		}
		s.periods++
		s.forecast, s.actual, s.missed = s.forecast+t.forecast, s.actual+t.actual, s.missed+t.absolute
		s.given.Add(&s.given, missedBy(w.board.plan(n, w.board.periods[p]).Index, t.forecast, t.actual))
		e.Weight = append(e.Weight, float64(t.forecast))
		e.Ratio = append(e.Ratio, float64(t.actual)/float64(t.forecast))
	}
	return s, e
}

// missedBy is |c·F − A|, a missing index being 1.
func missedBy(index Stated, forecast, actual int64) *big.Rat {
	off := new(big.Rat).SetInt64(forecast)
	off.Mul(off, indexOf(index))
	return off.Abs(off.Sub(off, new(big.Rat).SetInt64(actual)))
}

func indexOf(s Stated) *big.Rat {
	if s.Given == 0 {
		return new(big.Rat).SetInt64(1)
	}
	return crm.Decimal(s.Sum).Rat()
}

// applySuggestions multiplies the forecasts of the period with what is
// suggested, exactly, for every scope.
func (w *writer) applySuggestions(c *calibration) {
	begun := beginOf(c.period)
	for k, p := range w.board.acc.Seats {
		leaf := crm.LeafNo(k.No)
		s := c.reps[w.Org.Leaves[leaf].Node]
		if k.Kind != begun.kind || k.Start != begun.start || !p.Submission.Given() || s == nil {
			continue
		}
		forecast, _ := p.Submission.against(Signed{})
		x := new(big.Rat).SetFloat64(s.index)
		x.Mul(x, new(big.Rat).SetInt64(forecast))
		for _, n := range w.Org.Path(leaf) {
			if c.units[n] == nil {
				c.units[n] = new(big.Rat)
			}
			c.units[n].Add(c.units[n], x)
		}
	}
}

// suggested puts a rep's suggested index beside the manager's, and what the
// forecasts of a scope come to with it, rounded once.
func (w *writer) suggested(s slot) {
	c := w.calibration
	if c == nil || c.period != s.Period {
		return
	}
	if g := c.reps[s.Scope]; g != nil && w.board.seen(s.Scope, c.no) != nil {
		v := measure.NewReal("forecast.suggested_index", s.Slot, g.index)
		v.N, v.Open = int64(g.periods), w.frame.Running(s.Period)
		if g.periods >= leastPeriods {
			w.show(v, g.premium(c.mean))
		}
		w.put(v.Flag(g.periods < leastPeriods, "few_periods"))
	}
	if x := c.units[s.Scope]; x != nil {
		v := w.money("forecast.calibrated", s.Slot, crm.RoundHalfUp(x))
		v.N = w.board.scoreOf(seriesAll, s.Scope, c.no).n
		w.put(v)
	}
}

// calibrationList names the reps whose index is off what their history
// suggests, by what that makes of the forecast in hand.
func (w *writer) calibrationList() (measure.List, bool) {
	l := measure.List{ID: "forecast.calibration", Metric: "forecast.suggested_index", Title: calibrationTitle, Columns: calibrationColumns()}
	c := w.calibration
	if c == nil {
		return l, false
	}
	var rs []rank
	for n, s := range c.reps {
		now := w.board.scoreOf(seriesAll, n, c.no)
		index := indexOf(w.board.plan(n, c.period).Index)
		off := new(big.Rat).SetFloat64(s.index)
		off.Abs(off.Sub(off, index))
		if now.n == 0 || off.Cmp(new(big.Rat).Mul(w.o.Tolerance.Rat(), index)) <= 0 {
			continue
		}
		rs = append(rs, rank{off.Mul(off, new(big.Rat).SetInt64(now.forecast)), n, measure.Row{Leaf: w.leafOf(n, []int{c.no}), Cells: []measure.Cell{
			{Num: int64(n)}, {Num: now.forecast}, realOf(index), realCell(s.index), {Num: int64(s.periods)}, {Num: s.actual, Den: s.forecast},
			realCell(s.z), {Num: rounded(&s.given)}, {Num: s.missed}}}})
	}
	l.Rows = worstFirst(rs)
	return l, len(rs) > 0
}

func realOf(x *big.Rat) measure.Cell {
	v, _ := x.Float64()
	return realCell(v)
}

// realCell is a real number as a cell, to six places.
func realCell(x float64) measure.Cell {
	const places = 1_000_000
	return measure.Cell{Num: int64(math.Round(x * places)), Den: places}
}
