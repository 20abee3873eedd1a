package renewal

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// closing is the day on which the retention of p is measured, t₁: its last day,
// or the as-of day while it runs.
func closing(p crm.Period, asOf crm.Date) crm.Date { return min(p.End-1, asOf) }

// opening is t₀, months before t₁: the end of a month looks back to the end of
// a month (2021-02-28 to 2020-02-29), any other day to its own number.
func opening(t1 crm.Date, months int) crm.Date {
	if _, _, d := (t1 + 1).Civil(); d == 1 {
		return (t1 + 1).AddMonths(-months) - 1
	}
	return t1.AddMonths(-months)
}

// Standing is one customer's ARR on two days.
type Standing struct {
	Start, End Sum
	Known      bool // had ARR at some time before t₀
}

// Retention is the additive state of section 4.2 at one t₁: exact ARR of the
// customers who had any at t₀, and the bridge of every customer in whole minor
// units.
type Retention struct {
	Cohort int64 `json:",omitempty"` // customers with ARR > 0 at t₀
	Kept   int64 `json:",omitempty"` // of them, those with ARR > 0 at t₁
	Start  Sum   `json:",omitempty"` // the cohort's ARR at t₀
	End    Sum   `json:",omitempty"` // the cohort's ARR at t₁
	Capped Sum   `json:",omitempty"` // Σ min(ARR(t₁), ARR(t₀)), customer by customer
	Bridge Bridge
}

// Bridge takes the ARR of t₀ to that of t₁, in minor units. Each customer's ARR
// is rounded half-up once on each day and the change is taken from the rounded
// numbers, so that the bridge closes to the cent at every level. Contraction
// and Churn are not positive.
type Bridge struct {
	Start, New, Reactivation, Expansion, Contraction, Churn, End int64
}

// Closes reports whether the changes lead from Start to End (4.2).
func (b Bridge) Closes() bool {
	return b.Start+b.New+b.Reactivation+b.Expansion+b.Contraction+b.Churn == b.End
}

// Plus is the sum of two bridges.
func (b Bridge) Plus(o Bridge) Bridge {
	return Bridge{b.Start + o.Start, b.New + o.New, b.Reactivation + o.Reactivation, b.Expansion + o.Expansion,
		b.Contraction + o.Contraction, b.Churn + o.Churn, b.End + o.End}
}

// Plus is the sum of two retentions.
func (r Retention) Plus(o Retention) Retention {
	return Retention{r.Cohort + o.Cohort, r.Kept + o.Kept, r.Start.Plus(o.Start), r.End.Plus(o.End), r.Capped.Plus(o.Capped), r.Bridge.Plus(o.Bridge)}
}

// retention is what one customer adds, point to point: who left and
// came back in between was retained.
func (s Standing) retention() Retention {
	var r Retention
	if len(s.Start) > 0 {
		r.Cohort, r.Start, r.End, r.Capped = 1, s.Start, s.End, lesser(s.Start, s.End)
		if len(s.End) > 0 {
			r.Kept = 1
		}
	}
	from, to := s.Start.Minor(), s.End.Minor()
	b := Bridge{Start: from, End: to}
	switch change := to - from; {
	case len(s.Start) == 0 && s.Known:
		b.Reactivation = change
	case len(s.Start) == 0:
		b.New = change
	case len(s.End) == 0:
		b.Churn = change
	case change > 0:
		b.Expansion = change
	default:
		b.Contraction = change
	}
	r.Bridge = b
	return r
}

// runs reports whether l is in force on t.
func (l Life) runs(t crm.Date) bool {
	return l.First <= t && (!l.Last.Known() || t <= l.Last)
}

// standing is the ARR of a customer's contracts at t₀ and t₁, both at
// the rate of t₁, so that a currency's moves are neither expansion nor
// contraction. holder is the contract that began last by t₁ (then the greater
// id): its rep is credited where nobody owns the customer.
func (d *desk) standing(lives []Life, t1 crm.Date) (s Standing, holder held, began bool) {
	t0 := opening(t1, d.opts.RetentionMonths)
	latest := crm.NoDate
	for _, l := range lives {
		if l.First > t1 || (l.Last.Known() && l.Last < l.First) {
			continue
		}
		if l.First >= latest {
			latest, holder = l.First, l.Contract
		}
		at0, at1 := l.runs(t0), l.runs(t1)
		if !at0 && !at1 && (s.Known || l.First > t0) {
			continue
		}
		acv, why := d.acvAt(l.Contract.Contract, t1)
		if why != "" || acv.Num == 0 {
			continue
		}
		s.Known = s.Known || l.First <= t0
		if at0 {
			s.Start = s.Start.Plus(sumOf(acv))
		}
		if at1 {
			s.End = s.End.Plus(sumOf(acv))
		}
	}
	return s, holder, latest.Known()
}

// retained adds the retention of every customer of an account on every day. A
// customer counts, at t₀ and t₁ alike, with whoever owned it on t₁.
func (d *desk) retained(a *Account, add func(leaf crm.LeafNo, t1 crm.Date, r Retention)) {
	for _, lives := range byCustomer(a.Lives) {
		for _, t1 := range d.days {
			s, holder, began := d.standing(lives, t1)
			if !began || (len(s.Start) == 0 && len(s.End) == 0) {
				continue
			}
			if leaf, ok := d.leaf(d.owner(holder, t1), t1); ok {
				add(leaf, t1, s.retention())
			}
		}
	}
}

// byCustomer splits lives, in the order of each customer's first contract.
func byCustomer(lives []Life) [][]Life {
	if len(lives) == 0 {
		return nil
	}
	at := map[crm.CustomerNo]int{}
	var out [][]Life
	for _, l := range lives {
		i, ok := at[l.Contract.customer]
		if !ok {
			i = len(out)
			at[l.Contract.customer] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], l)
	}
	return out
}

// retentions rolls cells of t₁ up to every slot of the frame.
func retentions(a *Acc, f *measure.Frame) map[measure.Slot]Retention {
	type cell struct {
		leaf crm.LeafNo
		r    Retention
	}
	byDay := map[crm.Date][]cell{}
	for k, r := range a.ARR.All() {
		byDay[k.Day] = append(byDay[k.Day], cell{k.Leaf, r})
	}
	out := map[measure.Slot]Retention{}
	for _, p := range f.Periods() {
		for _, c := range byDay[closing(p, f.AsOf)] {
			for _, scope := range f.Org.Path(c.leaf) {
				s := measure.Slot{Scope: scope, Period: p}
				out[s] = out[s].Plus(c.r)
			}
		}
	}
	return out
}
