package renewal

import (
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// axes number the periods of a frame, and the days on which retention is
// measured for them. What is wanted of reps comes first: the others are of units
// alone, and nothing is kept of them for every rep.
type axes struct {
	periods []crm.Period
	numbers []int // of the periods
	days    []stretch
	dayOf   []int // by period: its day

	repPeriods, repDays int // so many of either are wanted of reps
}

// stretch is what retention looks at: t₀ and t₁.
type stretch struct{ t0, t1 crm.Date }

// newDesk returns the desk for the periods of f.
func newDesk(b *crm.Book, f *measure.Frame, o Options) *desk {
	periods, reps := f.Periods(), len(f.Close())
	if narrowed(f) {
		reps = len(periods) // a rep's number before may be asked for, too
	}
	return &desk{book: b, opts: o, axes: newAxes(periods, reps, b.AsOf, o), watches: len(current(f)) > 0}
}

// narrowed reports whether f wants one slot, or one period, only.
func narrowed(f *measure.Frame) bool { return !f.Wants(measure.Slot{Scope: -1}) }

func newAxes(periods []crm.Period, reps int, asOf crm.Date, o Options) axes {
	c := axes{periods: periods, repPeriods: reps}
	for i, p := range periods {
		if i == reps {
			c.repDays = len(c.days)
		}
		t1 := closing(p, asOf)
		at := slices.IndexFunc(c.days, func(s stretch) bool { return s.t1 == t1 })
		if at < 0 {
			at = len(c.days)
			c.days = append(c.days, stretch{opening(t1, o.RetentionMonths), t1})
		}
		c.dayOf, c.numbers = append(c.dayOf, at), append(c.numbers, i)
	}
	if reps == len(periods) {
		c.repDays = len(c.days)
	}
	return c
}
