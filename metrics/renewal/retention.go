package renewal

import (
	"math"

	"crmreport/ingest/crm"
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

// add adds o to r.
func (r *Retention) add(o *Retention) {
	r.Cohort += o.Cohort
	r.Kept += o.Kept
	r.Start.add(o.Start)
	r.End.add(o.End)
	r.Capped.add(o.Capped)
	b := &r.Bridge
	b.Start += o.Bridge.Start
	b.New += o.Bridge.New
	b.Reactivation += o.Bridge.Reactivation
	b.Expansion += o.Bridge.Expansion
	b.Contraction += o.Bridge.Contraction
	b.Churn += o.Bridge.Churn
	b.End += o.Bridge.End
}

// count adds one customer, point to point: who left and came back in
// between was retained.
func (r *Retention) count(s *Standing) {
	if len(s.Start) > 0 {
		r.Cohort++
		r.Start.add(s.Start)
		r.End.add(s.End)
		r.Capped.add(lesser(s.Start, s.End))
		if len(s.End) > 0 {
			r.Kept++
		}
	}
	b, from, to := &r.Bridge, s.Start.Minor(), s.End.Minor()
	b.Start += from
	b.End += to
	switch change := to - from; {
	case len(s.Start) == 0 && s.Known:
		b.Reactivation += change
	case len(s.Start) == 0:
		b.New += change
	case len(s.End) == 0:
		b.Churn += change
	case change > 0:
		b.Expansion += change
	default:
		b.Contraction += change
	}
}

// runs reports whether l is in force on t.
func (l *Life) runs(t crm.Date) bool {
	return l.First <= t && (!l.Last.Known() || t <= l.Last)
}

// never reports whether l ends before it begins.
func (l *Life) never() bool { return l.Last.Known() && l.Last < l.First }

// standing makes s the ARR of a customer's contracts at t₀ and t₁, both
// at the rate of t₁, so that a currency's moves are neither expansion nor
// contraction. holder is the contract that began last by t₁ (then the greater
// id): its rep is credited where nobody owns the customer. It is nil, and s not
// to be used, where the customer had nothing on either day.
func (a *Acc) standing(s *Standing, lives []Life, days stretch) (holder *held) {
	*s = Standing{Start: s.Start[:0], End: s.End[:0]}
	latest := crm.NoDate
	for i := range lives {
		l := &lives[i]
		if l.First > days.t1 || l.never() {
			continue
		}
		if l.First >= latest {
			latest, holder = l.First, &l.Contract
		}
		at0, at1 := l.runs(days.t0), l.runs(days.t1)
		if !at0 && !at1 && (s.Known || l.First > days.t0) {
			continue
		}
		acv := l.ACV
		if !l.Same {
			acv = a.fx.acvAt(a.desk.book, l.Contract.Contract, days.t1)
		}
		if acv.Num == 0 {
			continue
		}
		s.Known = s.Known || l.First <= days.t0
		if at0 {
			s.Start.addPart(acv)
		}
		if at1 {
			s.End.addPart(acv)
		}
	}
	if !latest.Known() || len(s.Start)+len(s.End) == 0 {
		return nil
	}
	return holder
}

// retain adds the retention of every customer of an account on every day. A
// customer counts, at t₀ and t₁ alike, with whoever owned it on t₁.
func (a *Acc) retain(lives []Life) {
	for len(lives) > 0 {
		n := 1
		for n < len(lives) && lives[n].Contract.customer == lives[0].Contract.customer {
			n++
		}
		its := lives[:n]
		lives = lives[n:]
		first, last := ends(its)
		for i, days := range a.desk.days {
			if max(days.t0, days.t1) < first || min(days.t0, days.t1) > last {
				continue // nothing runs on either day
			}
			holder := a.standing(&a.stand, its, days)
			if holder == nil {
				continue
			}
			if leaf, ok := a.desk.leaf(a.owners.of(a.desk.book, *holder, days.t1), days.t1); ok {
				a.retention(leaf, i).count(&a.stand)
				a.Judged++
			}
		}
	}
}

// ends are the first and the last day on which anything of lives runs.
func ends(lives []Life) (first, last crm.Date) {
	first, last = math.MaxInt32, math.MinInt32
	for i := range lives {
		l := &lives[i]
		if l.never() {
			continue
		}
		first = min(first, l.First)
		if !l.Last.Known() {
			last = math.MaxInt32
		}
		last = max(last, l.Last)
	}
	return first, last
}
