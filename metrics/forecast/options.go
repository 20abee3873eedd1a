// Package forecast scores what reps and their managers predicted against what
// came in (metrics.md section 3). It reads the plan tables and the contracts.
package forecast

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Options are the parameters of the family.
type Options struct {
	Tolerance        crm.Decimal // |A−F| ≤ Tolerance·F is a hit; 0.10
	MonthFreeze      int         // minute of the first working day of a month, quarter or year, inclusive (18:00)
	WeekFreeze       int         // minute of the week's Monday, inclusive (10:00)
	DayFreeze        int         // minute of the day before, inclusive (24:00)
	TrailingWeeks    int         // periods of the trailing measures (12)
	TrailingMonths   int         // (6)
	TrailingQuarters int         // (4)

	Golden      int64       // valid visits that a signing takes (8); the configuration takes it and the next from conversion
	ValidPerDay crm.Decimal // valid visits that a rep makes on a working day (2)

	CalibrationPeriods int // whose history the suggested index rests on; 12

	seen *seen // by Look
}

// DefaultOptions returns the rulings of metrics.md.
func DefaultOptions() Options {
	return Options{Tolerance: crm.One / 10, MonthFreeze: 18 * 60, WeekFreeze: 10 * 60, DayFreeze: 24 * 60,
		TrailingWeeks: 12, TrailingMonths: 6, TrailingQuarters: 4,
		CalibrationPeriods: 12, Golden: 8, ValidPerDay: 2 * crm.One}
}

// seen is what only the whole of the plans shows: whether there are values by
// type, and a cascade.
type seen struct {
	typed   map[crm.PeriodKind]bool
	amounts bool
}

// Look returns o with what the whole of b shows: the values of parts of b, by
// which a number is explained, are then those of the whole.
func (o Options) Look(b *crm.Book, f *measure.Frame) Options {
	o.seen = nil
	r := newReader(b, f, o)
	r.planLines(func(Line) {})
	o.seen = &seen{r.typed, r.amounts}
	return o
}
