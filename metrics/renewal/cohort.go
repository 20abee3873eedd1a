package renewal

import "crmreport/ingest/crm"

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

// add adds o to l.
func (l *Logos) add(o *Logos) {
	l.Due += o.Due
	l.Renewed += o.Renewed
	l.Pending += o.Pending
	l.Churned += o.Churned
	l.Partial += o.Partial
	l.Returned += o.Returned
	l.CapNew.add(o.CapNew)
	l.CapOld.add(o.CapOld)
	l.CapMost.add(o.CapMost)
}

// add adds o to c.
func (c *Cohort) add(o *Cohort) {
	c.Tally.add(&o.Tally)
	c.Logos.add(&o.Logos)
}

// logosOf is how one customer counts with everything it has due in a period.
func logosOf(t *Tally) Logos {
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
	return l
}

// capsOf is what one customer adds to the caps with everything it has due in a
// bucket.
func capsOf(t *Tally) Logos {
	var l Logos
	if t.Due() == 0 {
		return l
	}
	l.CapOld, l.CapNew = t.OldACV, lesser(t.OldACV, t.NewACV)
	l.CapMost = l.CapNew
	if len(t.OpenACV) > 0 {
		l.CapMost = t.OldACV // a pending one may renew at a price that makes up for all
	}
	return l
}

// event is what one customer's contract adds on a day: it falls due, or it is a
// reactivation.
type event struct {
	customer crm.CustomerNo
	leaf     crm.LeafNo
	day      crm.Date
	Tally
}

// counted reports whether e makes its customer count.
func (e *event) counted() bool { return e.Due() > 0 || e.Returned > 0 }

// bucket is how many of es, which are in p, fall into the bucket of the first:
// quarters and years sum the caps of calendar months. A week is its own
// bucket.
func bucket(es []event, p crm.Period) int {
	if len(es) == 1 {
		return 1
	}
	end := p.End
	if p.Kind != crm.Week {
		y, m, _ := es[0].day.Civil()
		end = min(end, crm.DateOf(y, m+1, 1))
	}
	n := 1
	for n < len(es) && es[n].day < end {
		n++
	}
	return n
}

// within are the events of es, which are sorted by day, that are in p.
func within(es []event, p crm.Period) []event {
	lo := 0
	for lo < len(es) && es[lo].day < p.Start {
		lo++
	}
	hi := lo
	for hi < len(es) && es[hi].day < p.End {
		hi++
	}
	return es[lo:hi]
}
