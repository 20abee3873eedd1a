package measure

import (
	"cmp"
	"math"
	"slices"
)

// settled is how far below a bound a probability still counts as at it: a flat
// 0.5 is reached.
const settled = 1e-12

// Fate is how a unit under observation ended: 0 is still open (censored), 1 and
// up are competing events.
type Fate int

// Censored is the Fate of a unit that is still open.
const Censored Fate = 0

// Ending counts units that ended with Fate after Days.
type Ending struct {
	Days float64
	Fate Fate
	N    int64
}

// CIF is the Aalen–Johansen cumulative incidence of fate by time t, for the
// competing fates 1 … fates. Events precede censorings at equal times
// . incidence[k-1] belongs to fate k; together with open they sum to 1.
func CIF(endings []Ending, t float64, fates int) (incidence []float64, open float64) {
	es := inOrder(endings)
	var risk int64
	for _, e := range es {
		risk += e.N
	}
	incidence, open = make([]float64, fates), 1
	events := make([]int64, fates)
	for i := 0; i < len(es) && es[i].Days <= t; {
		j, left, all := i, int64(0), int64(0)
		clear(events)
		for ; j < len(es) && es[j].Days == es[i].Days; j++ {
			left += es[j].N
			if es[j].Fate != Censored {
				events[es[j].Fate-1] += es[j].N
				all += es[j].N
			}
		}
		if all > 0 {
			for k, n := range events {
				incidence[k] += open * float64(n) / float64(risk)
			}
			open *= 1 - float64(all)/float64(risk)
		}
		risk -= left
		i = j
	}
	return incidence, open
}

// inOrder sorts endings by days, censorings last, unless they are sorted.
func inOrder(endings []Ending) []Ending {
	order := func(x, y Ending) int {
		if x.Days != y.Days {
			return cmp.Compare(x.Days, y.Days)
		}
		return cmp.Compare(y.Fate, x.Fate)
	}
	if slices.IsSortedFunc(endings, order) {
		return endings
	}
	endings = slices.Clone(endings)
	slices.SortFunc(endings, order)
	return endings
}

// Step is one step down of a survival curve: from Days on the share S is still
// without the event.
type Step struct {
	Days         float64
	Risk, Events int64   // how many were without it just before Days, and had it then
	S            float64 // Kaplan–Meier
	Var          float64 // Greenwood's sum d/(n(n-d)), the variance of ln S; infinite where S is 0
}

// SE is Greenwood's standard error of S; false where S is 0 or nothing has
// happened yet.
func (s Step) SE() (float64, bool) { return s.S * math.Sqrt(s.Var), s.estimated() }

// reaches reports whether the share p has had the event by s.
func (s Step) reaches(p float64) bool { return s.S <= 1-p+settled }

// estimated reports whether s is a step at all, and not the last to nobody.
func (s Step) estimated() bool { return s.Events > 0 && s.S > 0 }

// LogLog is the pointwise 95 % log-log interval of S, which stays within [0, 1]
// false as for SE.
func (s Step) LogLog() (Interval, bool) {
	if !s.estimated() {
		return Interval{}, false
	}
	a, h := math.Log(-math.Log(s.S)), z95*math.Sqrt(s.Var)/math.Abs(math.Log(s.S))
	return Closed(math.Exp(-math.Exp(a+h)), math.Exp(-math.Exp(a-h))), true
}

// Curve is a Kaplan–Meier estimate: its steps by days, and the largest time
// that was observed, an event's or a censoring's.
type Curve struct {
	Steps       []Step
	MaxFollowUp float64
}

// KaplanMeier is the curve of those who are without fate; every other ending is
// a censoring, so that is the caller's to keep: who was lost stays at
// risk to the as-of day. Events precede censorings at equal times, and 0 days
// is a time like any other.
func KaplanMeier(endings []Ending, fate Fate) Curve {
	n := 0
	for _, e := range endings {
		if e.Fate == fate {
			n++
		}
	}
	c := Curve{Steps: make([]Step, 0, n)}
	c.MaxFollowUp = descend(endings, fate, func(s Step) bool {
		c.Steps = append(c.Steps, s)
		return true
	})
	return c
}

// Quantiles are those of the Kaplan–Meier curve, of which nothing is kept: of
// ps, which ascend, so many of the first as are reached.
func Quantiles(endings []Ending, fate Fate, ps []float64) (days []float64) {
	descend(endings, fate, func(s Step) bool {
		for len(days) < len(ps) && s.reaches(ps[len(days)]) {
			days = append(days, s.Days)
		}
		return len(days) < len(ps)
	})
	return days
}

// descend calls down for the steps of a Kaplan–Meier curve until it has enough,
// and returns the largest time observed so far.
func descend(endings []Ending, fate Fate, down func(Step) bool) (followUp float64) {
	es := inOrder(endings)
	var risk int64
	for _, e := range es {
		risk += e.N
	}
	s, sum := 1.0, 0.0
	for i := 0; i < len(es); {
		days, left, events := es[i].Days, int64(0), int64(0)
		for ; i < len(es) && es[i].Days == days; i++ {
			left += es[i].N
			if es[i].Fate == fate {
				events += es[i].N
			}
		}
		if events > 0 {
			s *= float64(risk-events) / float64(risk)
			sum += float64(events) / (float64(risk) * float64(risk-events))
			if !down(Step{days, risk, events, s, sum}) {
				return days
			}
		}
		if left > 0 {
			followUp = days
		}
		risk -= left
	}
	return followUp
}

// At is the step that holds at t days: the last at or before it, and before the
// first one S 1 without an event.
func (c Curve) At(t float64) Step {
	i, found := slices.BinarySearchFunc(c.Steps, t, func(s Step, t float64) int { return cmp.Compare(s.Days, t) })
	if found {
		i++
	}
	if i == 0 {
		return Step{S: 1}
	}
	return c.Steps[i-1]
}

// Quantile is the smallest time by which the share p has had the event; false
// if that was never reached. Quantile(0.5) is the median.
func (c Curve) Quantile(p float64) (float64, bool) {
	b := c.first(func(s Step) bool { return s.reaches(p) })
	return b.V, b.OK
}

// QuantileCI is the 95 % interval of Quantile (Brookmeyer and Crowley 1982):
// the times at which the lower and the upper log-log limit of S are down to
// 1−p. A limit that never is leaves its end open; a last step to S 0 has no
// limits and closes none.
func (c Curve) QuantileCI(p float64) Interval {
	limit := func(of func(Interval) Bound) Bound {
		return c.first(func(s Step) bool {
			iv, ok := s.LogLog()
			return ok && of(iv).V <= 1-p+settled
		})
	}
	return Interval{limit(func(iv Interval) Bound { return iv.Lo }), limit(func(iv Interval) Bound { return iv.Hi })}
}

// first is the time of the first step that is down to what is asked.
func (c Curve) first(down func(Step) bool) Bound {
	for _, s := range c.Steps {
		if down(s) {
			return Bound{s.Days, true}
		}
	}
	return Bound{}
}
