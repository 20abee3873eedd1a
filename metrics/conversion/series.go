package conversion

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// seriesWeeks is how many weeks the series goes back, the report week included.
const seriesWeeks = 52

// WeekSigned is what a leaf signed in one week. As with any period, a signing is
// a customer of the week, so days do not add up to it.
type WeekSigned struct {
	Signings int64 // in 10⁻⁹ of a signing
	Amount   int64
}

// plus adds field by field.
func (w WeekSigned) plus(o WeekSigned) WeekSigned {
	return WeekSigned{w.Signings + o.Signings, w.Amount + o.Amount}
}

// calendarWeeks are the weeks of the series, oldest first, each of seven days.
type calendarWeeks []crm.Period

// weeksTo are the weeks up to the one that contains the as-of day; none where
// somebody asks for one number only.
func weeksTo(f *measure.Frame) calendarWeeks {
	if f.Asked() {
		return nil
	}
	out := make(calendarWeeks, seriesWeeks)
	p := f.Fiscal.Period(crm.Week, f.AsOf)
	for i := len(out) - 1; i >= 0; i-- {
		out[i], p = p, f.Fiscal.Previous(p)
	}
	return out
}

// of is the number of the week of a day, −1 where it is in none.
func (w calendarWeeks) of(d crm.Date) int {
	if len(w) == 0 || d < w[0].Start || d >= w[len(w)-1].End {
		return -1
	}
	return int(d-w[0].Start) / 7
}

// week adds a contract to its week: its amount, and a signing for the first of
// the customer in that week. A customer's contracts come by sign date.
func (a *Acc) week(d crm.Date, credits []credit, amounts []int64) {
	n := a.weeks.of(d)
	if n < 0 {
		return
	}
	first := n != a.last
	a.last = n
	for i, c := range credits {
		s := WeekSigned{Amount: amounts[i]}
		if first {
			s.Signings = c.nano
		}
		its := a.Weekly[c.leaf]
		if its == nil {
			its = make([]WeekSigned, len(a.weeks))
			a.Weekly[c.leaf] = its
		}
		its[n] = its[n].plus(s)
	}
}

// mergeWeeks adds the weeks of o.
func (a *Acc) mergeWeeks(o *Acc) {
	for leaf, its := range o.Weekly {
		mine := a.Weekly[leaf]
		if mine == nil {
			a.Weekly[leaf] = append([]WeekSigned(nil), its...)
			continue
		}
		for i, w := range its {
			mine[i] = mine[i].plus(w)
		}
	}
}

// series sums the weeks of every leaf into every scope. Weeks before the first
// with anything in it are left out.
func (a *Acc) series(f *measure.Frame) *measure.Series {
	if len(a.weeks) == 0 {
		return nil
	}
	s := &measure.Series{Weeks: a.weeks, Metrics: []measure.SeriesMetric{{ID: visitsID, Scale: 1}, {ID: validID, Scale: 1},
		{ID: signingsID, Scale: int64(crm.One)}, {ID: amountID, Scale: 1}}, Of: map[crm.NodeNo][]int64{}}
	n, first := len(a.weeks), len(a.weeks)
	for leaf, its := range a.leafWeeks() {
		for _, scope := range f.Org.Path(leaf) {
			if s.Of[scope] == nil {
				s.Of[scope] = make([]int64, len(its))
			}
			for i, x := range its {
				s.Of[scope][i] += x
			}
		}
		for i, x := range its {
			if x != 0 {
				first = min(first, i%n)
			}
		}
	}
	if first == n {
		return nil
	}
	s.From(first)
	return s
}

// leafWeeks are the visits, valid visits, signings and amounts of every leaf,
// each week by week.
func (a *Acc) leafWeeks() map[crm.LeafNo][]int64 {
	n := len(a.weeks)
	out := map[crm.LeafNo][]int64{}
	row := func(leaf crm.LeafNo) []int64 {
		if out[leaf] == nil {
			out[leaf] = make([]int64, 4*n)
		}
		return out[leaf]
	}
	var its []int64
	of := crm.LeafNo(-1) // cells come leaf by leaf
	for at, v := range a.Visits.All() {
		if w := a.weeks.of(at.Day); w >= 0 {
			if at.Leaf != of {
				of, its = at.Leaf, row(at.Leaf)
			}
			its[w] += int64(v.Visits)
			its[n+w] += int64(v.Valid)
		}
	}
	for leaf, its := range a.Weekly {
		mine := row(leaf)
		for w, x := range its {
			mine[2*n+w] += x.Signings
			mine[3*n+w] += x.Amount
		}
	}
	return out
}
