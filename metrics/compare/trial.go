package compare

import (
	"math"
	"time"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// trial is a row that was tested: how likely chance alone is to go as far, in
// the bad direction and in the good one.
type trial struct {
	row         int
	worse, good float64
}

// trial tests a row, where its values tell how they vary. was and is are the
// working days of the periods.
func (c *comparison) trial(r *Row, rule *Rule, was, is int64) (trial, bool) {
	less, ok := c.less(r, rule.Test, was, is)
	if !ok {
		return trial{}, false
	}
	up := r.Better == measure.Up // then less is worse
	return trial{worse: less(up), good: less(!up)}, true
}

// less returns the test of a row: of whether the head's value is less than the
// base's by more than chance (true), or more (false).
func (c *comparison) less(r *Row, t Test, was, is int64) (func(less bool) float64, bool) {
	def := c.is[r.Metric]
	share := r.Kind == measure.Ratio && r.Unit == measure.UnitPercent.EN && !def.Amounts && r.Head.Currency == ""
	kind := t.Kind
	if kind == Auto || kind == "" {
		kind = None
		switch {
		case share && within(r.Base) && within(r.Head):
			kind = Fisher
		case r.Kind == measure.Count, r.Kind == measure.Ratio && !def.Amounts && r.Head.Currency == "":
			kind = Binomial
		}
	}
	switch {
	case kind == Fisher && r.Kind == measure.Ratio && within(r.Base) && within(r.Head):
		k1, n1 := whole(r.Base)
		k2, n2 := whole(r.Head)
		return func(less bool) float64 {
			if less {
				return measure.FisherLess(k1, n1, k2, n2, t.MidP)
			}
			return measure.FisherLess(n1-k1, n1, n2-k2, n2, t.MidP)
		}, true
	case kind == Binomial && r.Kind == measure.Count && was > 0 && is > 0:
		return rates(counted(r.Base), float64(was), counted(r.Head), float64(is), t.MidP), true
	case kind == Binomial && r.Kind == measure.Ratio && r.Base.Num > 0 && r.Head.Num > 0 && r.Base.Den > 0 && r.Head.Den > 0:
		return perEach(r, t.MidP), true
	}
	return nil, false
}

// rates tests two counts against their exposures.
func rates(k1 int64, t1 float64, k2 int64, t2 float64, mid bool) func(bool) float64 {
	return func(less bool) float64 {
		if less {
			return measure.RateLess(k1, t1, k2, t2, mid)
		}
		return measure.RateLess(k2, t2, k1, t1, mid)
	}
}

// perEach tests one count per another, such as valid visits per signing. The
// rarer of the two is the event, for it is what varies more; where that is the
// denominator, more of it makes the ratio less.
func perEach(r *Row, mid bool) func(bool) float64 {
	n1, d1 := terms(r.Base)
	n2, d2 := terms(r.Head)
	if n1+n2 <= d1+d2 {
		return rates(int64(math.Round(n1)), d1, int64(math.Round(n2)), d2, mid)
	}
	per := rates(int64(math.Round(d1)), n1, int64(math.Round(d2)), n2, mid)
	return func(less bool) float64 { return per(!less) }
}

// terms are numerator and denominator as counts: split credit is kept in parts
// of its scale, and n tells how many cases the denominator is.
func terms(v *snapshot.Value) (num, den float64) {
	num, den = float64(v.Num), float64(v.Den)
	if v.N > 0 && v.N < v.Den {
		num, den = num*float64(v.N)/den, float64(v.N)
	}
	return num, den
}

// whole are the terms of a share as whole counts.
func whole(v *snapshot.Value) (k, n int64) {
	num, den := terms(v)
	return int64(math.Round(num)), int64(math.Round(den))
}

func within(v *snapshot.Value) bool { return v.Num >= 0 && v.Num <= v.Den && v.Den > 0 }

// counted is a count as a whole number.
func counted(v *snapshot.Value) int64 {
	return int64(math.Round(float64(v.Num) / float64(max(v.Den, 1))))
}

// exposure is how many working days a period has, or days where the file does
// not say.
func exposure(p snapshot.Period) int64 {
	if p.Workdays > 0 {
		return p.Workdays
	}
	from, err := time.Parse(time.DateOnly, p.Start)
	last, err2 := time.Parse(time.DateOnly, p.Last)
	if err != nil || err2 != nil {
		return 0
	}
	return int64(last.Sub(from).Hours()/24) + 1
}

// settle corrects the p-values of each rule and says which rows chance explains.
func (c *comparison) settle() {
	for i, trials := range c.tests {
		rule := &c.rules.Compare[i]
		ps := make([]float64, len(trials))
		for j, t := range trials {
			ps[j] = t.worse
		}
		if rule.Test.Holm {
			ps = measure.Holm(ps)
		}
		for j, t := range trials {
			c.rows[t.row].tell(rule, ps[j], t.good)
		}
	}
}

// tell gives a row the p-value of its direction.
func (r *Row) tell(rule *Rule, worse, good float64) {
	p := worse
	if r.State == Better || r.DeltaAbs != nil && way(r.Better, delta(r)) > 0 {
		p = good
	}
	r.P = &p
	if (r.State == Worse || r.State == Better) && p >= rule.Test.Alpha {
		r.State, r.Level, r.Message = Noise, Info, ""
	}
}
