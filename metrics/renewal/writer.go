package renewal

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// writer writes the values of one slot after the other, those of them that are
// wanted.
type writer struct {
	out      []measure.Value
	slot     measure.Slot
	currency crm.Currency
	all      bool // else headline metrics only
}

// wants reports whether the slot shows a metric. What is not shown is not worked
// out.
func (w *writer) wants(metric string) bool { return w.all || headline[metric] }

// headline tells the headline metrics.
var headline = func() map[string]bool {
	out := map[string]bool{}
	for _, d := range Definitions() {
		out[d.ID] = d.Headline
	}
	return out
}()

func (w *writer) add(v measure.Value) { w.out = measure.Append(w.out, v) }

func (w *writer) count(metric, key string, n int64) {
	if w.wants(metric) {
		w.add(measure.NewCount(metric, w.slot, n).Keyed(key))
	}
}

// some is count, of what is not zero.
func (w *writer) some(metric, key string, n int64) {
	if n > 0 {
		w.count(metric, key, n)
	}
}

func (w *writer) money(metric, key string, minor int64) {
	if w.wants(metric) {
		w.add(measure.NewMoney(metric, w.slot, minor, w.currency).Keyed(key))
	}
}

// flag flags a metric that was written last.
func (w *writer) flag(metric string, on bool, word string) {
	if on && w.wants(metric) {
		last := &w.out[len(w.out)-1]
		*last = last.Flag(on, word)
	}
}

// open says of the values from the given one on whether later data can change
// them.
func (w *writer) open(from int, open bool) {
	for i := range w.out[from:] {
		w.out[from+i].Open = open
	}
}

// share writes a rate: with Wilson once final, with bounds while cases
// are pending.
func (w *writer) share(metric string, k, open, n int64, final bool) {
	if !w.wants(metric) {
		return
	}
	v := measure.NewRatio(metric, w.slot, k, n)
	if n > 0 && final {
		if ci, ok := measure.Wilson(k, n); ok {
			v = v.With(ci, "wilson")
		}
	}
	if n > 0 && open > 0 {
		b := measure.Closed(v.V, float64(k+open)/float64(n))
		v.Bounds = &b
	}
	w.add(v)
}

// cohortMoney writes the values of a cohort in money. The rates divide the exact
// sums; amounts are rounded for display.
func (w *writer) cohortMoney(c *Cohort) {
	l, open := &c.Logos, len(c.OpenACV) > 0
	w.rate(grossRate, c.Capped, c.OldACV, c.Valued)
	if open {
		var most Sum
		most.add(c.Capped)
		most.add(c.OpenACV)
		w.bound(grossRate, most, c.OldACV)
	}
	w.rate(grossCapped, l.CapNew, l.CapOld, c.Valued)
	if open {
		w.bound(grossCapped, l.CapMost, l.CapOld)
	}
	w.rate(netRate, c.NewACV, c.OldACV, c.Valued)
	if open {
		w.bound(netRate, nil, nil) // a renewal's price has no upper limit
	}
	w.money(dueACV, "", c.OldACV.Minor())
	w.money(renewedACV, "", c.NewACV.Minor())
	w.money(pendingACV, "", c.OpenACV.Minor())
}

// rate writes a ratio of money: Num and Den are minor units of the report
// currency, rounded for display.
func (w *writer) rate(metric string, num, den Sum, n int64) {
	if !w.wants(metric) {
		return
	}
	v := measure.Value{Metric: metric, Slot: w.slot, Num: num.Minor(), N: n, Currency: w.currency}
	if len(den) > 0 {
		v.Den, v.V, v.OK = den.Minor(), num.over(den), true
	}
	w.add(v)
}

// bound gives a rate that was written last its bounds: from what it is to
// most/den, without an upper end where den is zero.
func (w *writer) bound(metric string, most, den Sum) {
	if !w.wants(metric) {
		return
	}
	v := &w.out[len(w.out)-1]
	v.Bounds = &measure.Interval{Lo: measure.Bound{V: v.V, OK: v.OK}}
	if len(den) > 0 {
		v.Bounds.Hi = measure.Bound{V: most.over(den), OK: true}
	}
}
