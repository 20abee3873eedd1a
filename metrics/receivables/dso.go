package receivables

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// month is what count-back looks at: credit sales, tax included, in minor units,
// and the days in which they were made.
type month struct{ sales, days int64 }

// lowerBound flags a count-back whose months did not use the balance up.
const lowerBound = "lower_bound"

// countBack says how many of the latest days' credit sales are still open, as
// num/den days: month by month back from the newest, the month's sales are taken
// off the balance and its days added; the first month whose sales do not fit
// into the rest gives rest/sales of its days. A month without sales adds its
// days while there is a rest. used is how many months it took; short says that
// they did not use the balance up.
func countBack(balance int64, months []month) (num, den int64, used int, short bool) {
	rest, days := balance, int64(0)
	for n, m := range months {
		switch {
		case rest <= 0:
			return days, 1, n, false
		case m.sales > rest:
			return days*m.sales + rest*m.days, m.sales, n + 1, false
		}
		rest -= m.sales
		days += m.days
	}
	return days, 1, len(months), rest > 0
}

// daysOf is amount ÷ sales × days as a ratio of integers; without sales, or
// where credit notes exceed them, there is no value.
func daysOf(id string, s measure.Slot, amount, sales, days int64) measure.Value {
	return orNone(measure.NewRatio(id, s, amount*days, sales))
}

// orNone is v without a value where its denominator is not positive: more was
// taken back than there was. The sides stay.
func orNone(v measure.Value) measure.Value {
	if v.Den <= 0 {
		v.V, v.OK = 0, false
	}
	return v
}

// cei is the collection effectiveness of a period: opening balance, credit
// sales, closing balance, written off, and what of the closing balance is not
// due. A write-off is no collection: it is added back to the closing balance
//
func cei(s measure.Slot, opening, sales, closing, writtenOff, notDue int64) measure.Value {
	return orNone(measure.NewRatio(idCEI, s, opening+sales-closing-writtenOff, opening+sales-notDue))
}

const window3m = "window=3m"

// collection writes a metric of 5.2.
func (w *writer) collection(id string, c *cell) {
	p, last := c.slot.Period, w.days[c.day]
	switch id {
	case idCountBack:
		w.add(w.countBack(c, last), c)
	case idCEI:
		s := &c.standing
		var notDue int64
		if len(s.Buckets) > 0 {
			notDue = s.Buckets[0]
		}
		w.add(cei(c.slot, c.before, w.sales.of(c.slot.Scope, p.Start, last), s.open(), c.flow.WrittenOff, notDue), c)
	default:
		amount := amountOf(id, &c.standing)
		w.add(w.window(id, c, amount, p.Start, last), c)
		w.add(w.window(id, c, amount, monthsBefore(last, 2), last).Keyed(window3m), c)
	}
}

// amountOf is what a simple measure divides by sales.
func amountOf(id string, s *Standing) int64 {
	switch id {
	case idBestDSO:
		return s.open() - s.overdue()
	case idDelinquent:
		return s.overdue()
	}
	return s.open()
}

func (w *writer) window(id string, c *cell, amount int64, from, to crm.Date) measure.Value {
	return daysOf(id, c.slot, amount, w.sales.of(c.slot.Scope, from, to), int64(to-from+1))
}

// countBack is the headline. It has no numerator and denominator of its own:
// its terms, which are not published, are what is open and a sum of the sales that
// tells months apart, for explanations to tell rows that matter from those that
// do not.
func (w *writer) countBack(c *cell, last crm.Date) measure.Value {
	months := w.sales.months(c.slot.Scope, last)
	open := c.standing.open()
	num, den, used, short := countBack(open, months)
	v := measure.Value{Metric: idCountBack, Slot: c.slot}
	if open == 0 || used > 0 {
		v = measure.NewReal(idCountBack, c.slot, float64(num)/float64(den))
	}
	v.Num, v.N = open, int64(used)
	for n, m := range months {
		v.Den += int64(n+1) * max(m.sales, -m.sales)
	}
	return v.Flag(short, lowerBound)
}
