package renewal

import (
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// table holds everything rolled up, ready to divide.
type table struct {
	axes
	frame  *measure.Frame
	opts   Options
	sheets map[crm.NodeNo]*Sheet

	warnings *early // nil where none is wanted
}

// early is the early warning by scope.
type early struct {
	lamps  map[crm.NodeNo]*Lamps
	visits map[measure.Slot]Attention
	owing  bool // invoices and payments are known
}

// entry is what there is to show for a scope in a period; nil is nothing.
type entry struct {
	scope     crm.NodeNo
	period    int
	cohort    *Cohort
	retention *Retention
}

// values emits every value, scope by scope. Periods that are not near have the
// headline metrics only.
func (t *table) values() []measure.Value {
	near := make([]bool, len(t.periods))
	for p := range near {
		near[p] = t.frame.Near(t.periods[p])
	}
	w := &writer{currency: t.frame.Currency}
	out := t.frame.Out()
	for _, e := range t.entries() {
		w.out = w.out[:0]
		w.slot = measure.Slot{Scope: e.scope, Period: t.periods[e.period]}
		w.all = near[e.period]
		if e.cohort != nil {
			t.cohort(w, e.cohort)
		}
		if e.retention != nil {
			t.retention(w, e.retention)
		}
		if t.warnings != nil && t.frame.IsCurrent(w.slot.Period) {
			t.warned(w, t.frame.Org.Nodes[e.scope].Level == crm.RepLevel)
		}
		out.Add(w.out...)
	}
	return out.Rest()
}

// entries lists what is wanted, scope by scope: units show zeros in the current
// periods, everything else only where there is something to show.
func (t *table) entries() []entry {
	var out []entry
	nodes := t.frame.Org.Nodes
	for n := 0; n < len(nodes) && nodes[n].Level != crm.RepLevel; n++ { // units come first
		scope := crm.NodeNo(n)
		for _, p := range t.wanted(scope, len(t.periods)) {
			e := t.entry(scope, p)
			if t.frame.IsCurrent(t.periods[p]) {
				e.cohort, e.retention = orZero(e.cohort), orZero(e.retention)
			}
			out = append(out, e)
		}
	}
	for n := range nodes {
		scope := crm.NodeNo(n)
		if nodes[n].Level != crm.RepLevel || t.sheets[scope] == nil && !t.warnings.concerns(t.frame, scope) {
			continue
		}
		for _, p := range t.wanted(scope, t.repPeriods) {
			out = append(out, t.entry(scope, p))
		}
	}
	return out
}

func (t *table) entry(scope crm.NodeNo, p int) entry {
	e := entry{scope: scope, period: p}
	if s := t.sheets[scope]; s != nil {
		e.cohort, e.retention = s.Cohorts[p], s.Retentions[t.dayOf[p]]
	}
	return e
}

func orZero[V any](v *V) *V {
	if v == nil {
		return new(V)
	}
	return v
}

// wanted numbers the periods that are wanted of scope: the first n, unless the
// frame is narrowed.
func (t *table) wanted(scope crm.NodeNo, n int) []int {
	if !narrowed(t.frame) {
		return t.numbers[:n]
	}
	var out []int
	for _, p := range t.frame.Wanted(scope, true) {
		out = append(out, slices.Index(t.periods, p))
	}
	return out
}

// final reports whether no signing after the as-of day can touch the cohort of
// p any more.
func (t *table) final(p crm.Period) bool {
	return t.frame.AsOf > p.End-1+crm.Date(t.opts.GraceDays)
}

const byCustomer = "unit=customer"

// cohort writes the values of an expiry cohort.
func (t *table) cohort(w *writer, c *Cohort) {
	from, l, final := len(w.out), &c.Logos, t.final(w.slot.Period)
	w.count(due, "", c.Due())
	w.count(renewed, "", c.Renewed())
	w.count(pending, "", c.Pending)
	w.count(churned, "", c.Churned())
	w.count(due, byCustomer, l.Due)
	w.count(renewed, byCustomer, l.Renewed)
	w.flag(renewed, l.Partial > 0, "partial")
	w.count(pending, byCustomer, l.Pending)
	w.count(churned, byCustomer, l.Churned)
	w.some(renewed, "how="+string(Early), c.Early)
	w.some(renewed, "how="+string(OnTime), c.OnTime)
	w.some(renewed, "how="+string(InGrace), c.InGrace)
	w.some(churned, "reason="+string(ByNotice), c.Notice)
	w.some(churned, "reason="+string(ByTerminate), c.Terminated)
	w.some(churned, "reason="+string(ByExpiry), c.Expired)
	w.some(excluded, "reason="+string(IsVoid), c.Void)
	w.some(excluded, "reason="+string(IsNotRenewable), c.NotRenewable)
	w.some(excluded, "reason="+string(IsSuperseded), c.Superseded)
	w.share(logoRate, l.Renewed, l.Pending, l.Due, final)
	w.flag(logoRate, l.Partial > 0, "partial")
	w.share(contractRate, c.Renewed(), c.Pending, c.Due(), final)
	w.cohortMoney(c)
	w.open(from, !final)
	from = len(w.out)
	w.count(reactivated, "", c.Returned)
	w.count(reactivated, byCustomer, l.Returned)
	w.open(from, t.frame.Running(w.slot.Period))
}

// retention writes the values of section 4.2.
func (t *table) retention(w *writer, r *Retention) {
	from, b := len(w.out), &r.Bridge
	w.rate(nrr, r.End, r.Start, r.Cohort)
	w.rate(grr, r.Capped, r.Start, r.Cohort)
	if w.wants(logoRetention) {
		w.add(measure.NewRatio(logoRetention, w.slot, r.Kept, r.Cohort))
	}
	w.money(arr, "", b.End)
	w.money(bridge, "change=start", b.Start)
	w.money(bridge, "change=new", b.New)
	w.money(bridge, "change=reactivation", b.Reactivation)
	w.money(bridge, "change=expansion", b.Expansion)
	w.money(bridge, "change=contraction", b.Contraction)
	w.money(bridge, "change=churn", b.Churn)
	w.money(bridge, "change=end", b.End)
	// A renewal in grace signed after the as-of day counts from the old end on.
	w.open(from, t.frame.Running(w.slot.Period) || !t.final(w.slot.Period))
}
