package renewal

import "crmreport/ingest/crm"

// Acc accumulates judged accounts. Its state is additive: for every leaf what
// reps are shown, and for every unit, of its leaves alone, what only units are.
// An account has all of a customer, so that what is counted by customer adds up,
// too. Only values divide.
type Acc struct {
	Leaves  map[crm.LeafNo]*Sheet `json:",omitempty"`
	Units   map[crm.NodeNo]*Sheet `json:",omitempty"`
	Judged  int64                 `json:",omitempty"` // what any period could show
	LeftOut map[string]int64      `json:",omitempty"` // contracts, by the code of a warning

	desk *desk

	// What it works with:
	events []event
	sum    Tally
	stand  Standing
	owners owners
	fx     exchange
	at     place
}

// place is the leaf that was looked up last, and its sheets.
type place struct {
	leaf       crm.LeafNo
	rep, units *Sheet // of the leaf, of its unit
}

// Add adds one account.
func (a *Acc) Add(acc *Account) {
	a.leave(undated, acc.Undated)
	a.leave(unowned, acc.Unowned)
	a.Judged += int64(len(acc.Cases) + len(acc.Returns))
	a.events = a.events[:0]
	for i := range acc.Cases {
		c := &acc.Cases[i]
		a.events = append(a.events, event{c.Customer, c.Leaf, c.Day, c.tally()})
		if c.Unvalued != "" {
			a.leave(c.Unvalued, 1)
		}
	}
	a.happen()
	a.events = a.events[:0]
	for _, r := range acc.Returns {
		a.events = append(a.events, event{r.Customer, r.Leaf, r.Day, Tally{Returned: 1}})
	}
	a.happen()
	asOf := a.desk.book.AsOf
	for i := range acc.Lives {
		if l := &acc.Lives[i]; l.runs(asOf) {
			if _, why := a.desk.acvAt(l.Contract.Contract, asOf); why != "" {
				a.leave(outOfARR, 1)
			}
		}
	}
	a.retain(acc.Lives)
}

// happen adds the events at hand, which are sorted by customer and day: contract
// by contract to the tallies, customer by customer to the logos.
func (a *Acc) happen() {
	counted := a.events[:0]
	for i := range a.events {
		e := &a.events[i]
		for p := range a.desk.periods {
			if a.desk.periods[p].Contains(e.day) {
				a.cohort(e.leaf, p).Tally.add(&e.Tally)
			}
		}
		if e.counted() {
			counted = append(counted, *e)
		}
	}
	for len(counted) > 0 {
		n := 1
		for n < len(counted) && counted[n].customer == counted[0].customer {
			n++
		}
		a.count(counted[:n])
		counted = counted[n:]
	}
}

// count adds one customer: once in every period, and its caps in every
// bucket, both under the leaf of the last day.
func (a *Acc) count(es []event) {
	for p, period := range a.desk.periods {
		rest := within(es, period)
		if len(rest) == 0 {
			continue
		}
		logos := logosOf(a.total(rest))
		a.cohort(lastLeaf(rest), p).Logos.add(&logos)
		for len(rest) > 0 {
			n := bucket(rest, period)
			caps := capsOf(a.total(rest[:n]))
			a.cohort(lastLeaf(rest[:n]), p).Logos.add(&caps)
			rest = rest[n:]
		}
	}
}

// lastLeaf is the leaf of the last day of es, the smallest of several.
func lastLeaf(es []event) crm.LeafNo {
	last := len(es) - 1
	for last > 0 && es[last-1].day == es[last].day {
		last--
	}
	return es[last].leaf
}

// total is the sum of es, until the next one.
func (a *Acc) total(es []event) *Tally {
	if len(es) == 1 {
		return &es[0].Tally
	}
	t := &a.sum
	*t = Tally{OldACV: t.OldACV[:0], NewACV: t.NewACV[:0], Capped: t.Capped[:0], OpenACV: t.OpenACV[:0]}
	for i := range es {
		t.add(&es[i].Tally)
	}
	return t
}

// cohort is the cell of a leaf and a period, numbered.
func (a *Acc) cohort(leaf crm.LeafNo, p int) *Cohort {
	return cell(a.sheet(leaf, p < a.desk.repPeriods).Cohorts, p)
}

// retention is the cell of a leaf and a day, numbered.
func (a *Acc) retention(leaf crm.LeafNo, day int) *Retention {
	return cell(a.sheet(leaf, day < a.desk.repDays).Retentions, day)
}

// sheet is that of a leaf, for what reps are shown, else that of its unit.
func (a *Acc) sheet(leaf crm.LeafNo, ofReps bool) *Sheet {
	if a.at.leaf != leaf {
		a.at = place{leaf: leaf}
	}
	if ofReps {
		if a.at.rep == nil {
			a.ready()
			a.at.rep = sheetOf(a.Leaves, leaf, a.desk.repPeriods, a.desk.repDays)
		}
		return a.at.rep
	}
	if a.at.units == nil {
		a.ready()
		a.at.units = a.unit(a.desk.book.Org.Leaves[leaf].Unit)
	}
	return a.at.units
}

// ready makes the maps: the zero value has none.
func (a *Acc) ready() {
	if a.Leaves == nil {
		a.Leaves = map[crm.LeafNo]*Sheet{}
	}
	if a.Units == nil {
		a.Units = map[crm.NodeNo]*Sheet{}
	}
}

// unit is the sheet of a unit.
func (a *Acc) unit(n crm.NodeNo) *Sheet {
	return sheetOf(a.Units, n, len(a.desk.periods), len(a.desk.days))
}

// Merge adds everything of o, which stays as it is.
func (a *Acc) Merge(o *Acc) {
	a.ready()
	for n, s := range o.Leaves {
		sheetOf(a.Leaves, n, a.desk.repPeriods, a.desk.repDays).add(s)
	}
	for n, s := range o.Units {
		a.unit(n).add(s)
	}
	a.Judged += o.Judged
	for code, n := range o.LeftOut {
		a.leave(code, n)
	}
}

func (a *Acc) leave(code string, n int64) {
	if n == 0 {
		return
	}
	if a.LeftOut == nil {
		a.LeftOut = map[string]int64{}
	}
	a.LeftOut[code] += n
}
