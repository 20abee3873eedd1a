package conversion

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// planDays counts, leaf by leaf, the working days of sellers in each period up
// to the as-of day: the days that the plan asks visits for. A rep's day counts
// once however many rows of reps cover it, in the leaf it is credited to. It
// calls add for each stay of a seller.
func planDays(f *measure.Frame, periods []crm.Period, add func(leaf crm.LeafNo, p crm.Period, days int64)) {
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
			end := min(p.End, f.AsOf+1)
			if end <= p.Start {
				continue
			}
			if n := before[end-from] - before[p.Start-from]; n > 0 {
				add(leaf, p, n)
			}
		}
	})
}

// plan is what the plan asks of so many days of sellers.
func (o Options) plan(days int64) Factors {
	valid := float64(days) * float64(o.PlanValidPerDay) / float64(crm.One)
	return Factors{float64(days * o.PlanVisitsPerDay), valid, valid / float64(o.Golden)}
}
