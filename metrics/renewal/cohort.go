package renewal

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Cohort is the expiry cohort of one slot, by contract and by customer.
type Cohort struct {
	Tally
	Logos Logos
}

// Logos counts customers. One with several due contracts is renewed where any
// is, else pending where any is, else churned.
type Logos struct {
	Due, Renewed, Pending, Churned int64
	Partial                        int64 // of Renewed: not with every due contract
	Returned                       int64 // customers with a reactivation
	CapNew, CapOld                 Sum   // Σ min(new ACV, old ACV) by customer, and Σ old ACV
	CapMost                        Sum   // the most that CapNew can become while contracts are pending
}

// Plus is the sum of two counts of customers.
func (l Logos) Plus(o Logos) Logos {
	return Logos{l.Due + o.Due, l.Renewed + o.Renewed, l.Pending + o.Pending, l.Churned + o.Churned, l.Partial + o.Partial,
		l.Returned + o.Returned, l.CapNew.Plus(o.CapNew), l.CapOld.Plus(o.CapOld), l.CapMost.Plus(o.CapMost)}
}

// Plus is the sum of two cohorts.
func (c Cohort) Plus(o Cohort) Cohort {
	return Cohort{c.Tally.Plus(o.Tally), c.Logos.Plus(o.Logos)}
}

// logosOf is what one customer adds with everything it has due in a bucket.
func logosOf(t Tally) Logos {
	var l Logos
	if t.Returned > 0 {
		l.Returned = 1
	}
	if t.Due() == 0 {
		return l
	}
	l.Due = 1
	switch {
	case t.Renewed() > 0:
		l.Renewed = 1
		if t.Renewed() < t.Due() {
			l.Partial = 1
		}
	case t.Pending > 0:
		l.Pending = 1
	default:
		l.Churned = 1
	}
	l.CapOld, l.CapNew = t.OldACV, lesser(t.OldACV, t.NewACV)
	l.CapMost = l.CapNew
	if len(t.OpenACV) > 0 {
		l.CapMost = t.OldACV // a pending one may renew at a price that makes up for all
	}
	return l
}

// bucket is what a customer has due, or brings back, in a calendar month within
// a period: quarters and years sum the monthly caps. A week is its own
// bucket.
type bucket struct {
	period   crm.Period
	customer crm.CustomerNo
	month    crm.Date
	back     bool
}

// filling is what a bucket holds, and the leaf that the customer counts for:
// that of its last day, the smallest of several.
type filling struct {
	Tally
	day  crm.Date
	leaf crm.LeafNo
}

// buckets are the fillings of many buckets.
type buckets map[bucket]filling

func (bs buckets) add(b bucket, k Item, t Tally) {
	f, ok := bs[b]
	if !ok || k.Day > f.day || (k.Day == f.day && k.Leaf < f.leaf) {
		f.day, f.leaf = k.Day, k.Leaf
	}
	f.Tally = f.Tally.Plus(t)
	bs[b] = f
}

// cohorts sums the items of a into every leaf and period, then into every
// scope of the leaf's path.
func cohorts(a *Acc, periods []crm.Period, org *crm.Org) map[measure.Slot]Cohort {
	find := fold.NewFinder(periods)
	byLeaf := map[fold.LeafPeriod]Cohort{}
	customers := buckets{}
	for k, t := range a.Items {
		y, m, _ := k.Day.Civil()
		for _, p := range find.Containing(k.Day) {
			lp := fold.LeafPeriod{Leaf: k.Leaf, Period: p}
			byLeaf[lp] = byLeaf[lp].Plus(Cohort{Tally: t})
			b := bucket{period: p, customer: k.Customer, month: crm.DateOf(y, m, 1)}
			if p.Kind == crm.Week {
				b.month = p.Start
			}
			if t.Due() > 0 {
				own := t
				own.Returned = 0
				customers.add(b, k, own)
			}
			if t.Returned > 0 {
				b.back = true
				customers.add(b, k, Tally{Returned: t.Returned})
			}
		}
	}
	for b, f := range customers {
		lp := fold.LeafPeriod{Leaf: f.leaf, Period: b.period}
		byLeaf[lp] = byLeaf[lp].Plus(Cohort{Logos: logosOf(f.Tally)})
	}
	out := map[measure.Slot]Cohort{}
	for lp, c := range byLeaf {
		for _, scope := range org.Path(lp.Leaf) {
			s := measure.Slot{Scope: scope, Period: lp.Period}
			out[s] = out[s].Plus(c)
		}
	}
	return out
}
