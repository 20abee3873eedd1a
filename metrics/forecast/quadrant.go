package forecast

import (
	"strconv"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// class is where a forecast stands on both demands: high and accurate.
type class int

const (
	highAccurate   class = iota // 又高又准
	highInaccurate              // 高而不准: over-promised
	accurateLow                 // 准而不高: perhaps held back
	inaccurateLow               // 不高不准
	classMissing                // expected and not submitted in time
	classUnknown                // neither a target nor three actuals to hold it against
	classCount
)

func (c class) key() string {
	return "class=" + [...]string{"high_accurate", "high_inaccurate", "accurate_low", "inaccurate_low", "missing", "no_reference"}[c]
}

// classes counts forecasts by class.
type classes [classCount]int32

func (c *classes) plus(o classes) {
	for i, n := range o {
		c[i] += n
	}
}

func (c classes) total() (n int64) {
	for _, k := range c {
		n += int64(k)
	}
	return n
}

// history is how many periods before it a forecast is held against;
// meanOf of them stand in for a target.
const (
	history = 6
	meanOf  = 3
)

// past are the actuals of a rep in the periods before p of the types that s
// speaks of, newest first, at most n: back to the period of the rep's first
// signing.
func (b *board) past(rep crm.NodeNo, p, n int, s Submission) []int64 {
	var out []int64
	began, some := b.began[rep]
	for _, q := range b.previous[p][:min(n, len(b.previous[p]))] {
		if !some || b.periods[q].End <= began {
			break
		}
		_, actual := s.against(b.signedIn(rep, q).Signed)
		out = append(out, actual)
	}
	return out
}

// classOf classifies a seat's forecast for p; false where none was expected.
func (b *board) classOf(s *seat, p int) (class, bool) {
	if !s.plan.Submission.Given() {
		return classMissing, s.plan.Expected > 0
	}
	high, ok := b.high(s, p)
	if !ok {
		return classUnknown, true
	}
	forecast, actual := s.plan.Submission.against(s.signed)
	accurate := withinMinor(b.o.Tolerance, pair{forecast, actual})
	switch {
	case high && accurate:
		return highAccurate, true
	case high:
		return highInaccurate, true
	case accurate:
		return accurateLow, true
	}
	return inaccurateLow, true
}

// high reports whether a forecast is at least the rep's own target, else the
// mean of the last three actuals; false where there is neither.
func (b *board) high(s *seat, p int) (high, ok bool) {
	if forecast, target, ok := s.plan.Submission.beside(b.plan(s.rep, b.periods[p]).Targets); ok {
		return forecast >= target, true
	}
	past := b.past(s.rep, p, meanOf, s.plan.Submission)
	if len(past) < meanOf {
		return false, false
	}
	forecast, _ := s.plan.Submission.against(Signed{})
	sum, _ := sums(past)
	return meanOf*forecast >= sum, true
}

// beside pairs the forecast with the target of the same types. A
// forecast without a type is held against whatever the target speaks of.
func (s Submission) beside(t Targets) (forecast, target int64, ok bool) {
	switch {
	case t.All.Given > 0:
		forecast, _ = s.against(Signed{})
		return forecast, t.All.Sum, true
	case s.All.Given > 0:
		return s.All.Sum, t.New.Sum + t.Renewal.Sum, t.New.Given+t.Renewal.Given > 0
	}
	for _, of := range []struct{ f, t Stated }{{s.New, t.New}, {s.Renewal, t.Renewal}} {
		if of.f.Given > 0 && of.t.Given > 0 {
			forecast, target, ok = forecast+of.f.Sum, target+of.t.Sum, true
		}
	}
	return forecast, target, ok
}

// quadrants puts how many forecasts of a closed period are of each class.
func (w *writer) quadrants(s slot, near bool) {
	if c := w.board.seen(s.Scope, s.no); c != nil {
		w.putClasses(s.Slot, c.classes, near)
	}
}

// trailingQuadrants puts the same over the last closed periods.
func (w *writer) trailingQuadrants(s measure.Slot, last []int) {
	var sum classes
	for _, p := range last {
		if c := w.board.seen(s.Scope, p); c != nil {
			sum.plus(c.classes)
		}
	}
	w.putClasses(s, sum, true, "last="+strconv.Itoa(w.o.trailing(s.Period.Kind)))
}

// putClasses puts every class of a unit, a rep's only where there is one.
func (w *writer) putClasses(s measure.Slot, of classes, all bool, dims ...string) {
	if of.total() == 0 {
		return
	}
	all = all && w.Org.Nodes[s.Scope].Level != crm.RepLevel
	for c, n := range of {
		if n > 0 || all {
			w.put(measure.NewCount("forecast.quadrant", s, int64(n)), append(dims, class(c).key())...)
		}
	}
}
