package plan

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Days are working days of a period.
type Days struct{ Elapsed, Total int64 }

// Left are the working days still to come.
func (d Days) Left() int64 { return d.Total - d.Elapsed }

// DaysOf counts the working days of a region ("" for the company) in p, and of
// these the ones up to the as-of day, which counts as elapsed.
// Nobody's roster matters: a target is set for the region's days.
func DaysOf(c *crm.Calendar, region string, p crm.Period, asOf crm.Date) Days {
	return Days{
		Elapsed: int64(c.Workdays(region, p.Start, min(p.End, asOf+1))),
		Total:   int64(c.Workdays(region, p.Start, p.End)),
	}
}

// SeatDays counts, leaf by leaf, the working days of sellers in each period up
// to the as-of day: those on which somebody was there to do what a standard
// asks. The roster decides where it has a row. A rep's day counts once
// however many rows of reps cover it, in the leaf it is credited to. It calls
// add for each stay of a seller.
func SeatDays(f *measure.Frame, periods []crm.Period, add func(leaf crm.LeafNo, p crm.Period, days int64)) {
	from := f.AsOf
	for _, p := range periods {
		from = min(from, p.Start)
	}
	span := int(f.AsOf-from) + 1
	counted := make([]bool, span) // days of the rep at hand
	before := make([]int64, span+1)
	last := crm.NoRep
	f.Org.Seats(from, f.AsOf, func(leaf crm.LeafNo, a, z crm.Date) {
		l := f.Org.Leaves[leaf]
		if l.Rep != last {
			clear(counted)
			last = l.Rep
		}
		region := f.Org.Nodes[l.Unit].Region
		clear(before)
		for d := a; d <= z; d++ {
			i := d - from
			if !counted[i] && f.Org.Leaf(l.Rep, d) == leaf && f.Calendar.RepWorkday(l.Rep, region, d) {
				counted[i], before[i+1] = true, 1
			}
		}
		for i := range span {
			before[i+1] += before[i]
		}
		for _, p := range periods {
			end := min(f.End(p, region), f.AsOf+1)
			if end <= p.Start {
				continue
			}
			if n := before[end-from] - before[p.Start-from]; n > 0 {
				add(leaf, p, n)
			}
		}
	})
}
