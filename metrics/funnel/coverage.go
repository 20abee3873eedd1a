package funnel

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
	"crmreport/metrics/plan"
)

// aim is the target of a scope in a running period, and what was signed of it
// so far.
type aim struct {
	plan.MoneyGoal
	signed int64 // of the types that the target speaks of
}

// speaksOf reports whether the target is of a type of contract: one that speaks
// of both new ones and renewals is of every type.
func (g *aim) speaksOf(t crm.ContractType) bool {
	switch {
	case g.New == g.Renewal:
		return true
	case g.New:
		return t == "" || t == crm.New
	}
	return t == crm.Renewal
}

// aims are the targets by running period, in the order of the frame's, and
// scope.
type aims []map[crm.NodeNo]*aim

// readAims reads the targets of money and the contracts of b.
func readAims(b *crm.Book, f *measure.Frame, periods []crm.Period) aims {
	out := make(aims, len(periods))
	if len(b.Targets) == 0 {
		return out
	}
	targets, some := plan.ReadTargets(b), false
	for i, p := range periods {
		if !f.IsCurrent(p) || !f.Running(p) {
			continue
		}
		on := plan.FreezeDay(b.Calendar, p)
		own := targets.Amounts(p, on)
		if len(own) == 0 {
			continue
		}
		out[i], some = map[crm.NodeNo]*aim{}, true
		for n, g := range plan.MoneyGoals(b.Org, on, func(n crm.NodeNo) plan.Amounts { return own[n] }) {
			out[i][n] = &aim{MoneyGoal: g}
		}
	}
	if some {
		out.sign(b, periods)
	}
	return out
}

// sign adds what was signed.
func (x aims) sign(b *crm.Book, periods []crm.Period) {
	ledger.Signings(b, func(c *crm.Contract, rep crm.RepNo, minor int64) {
		if c.SignDate > b.AsOf {
			return
		}
		for i, of := range x {
			if of == nil || !periods[i].Contains(c.SignDate) {
				continue
			}
			for _, n := range b.Org.Path(b.Org.Leaf(rep, c.SignDate)) {
				if g := of[n]; g != nil && g.speaksOf(c.Type) {
					g.signed += minor
				}
			}
		}
	}, func(ledger.Flaw) {}) // the forecast warns of flaws
}

// of is the target of a scope in the i-th period, nil where there is none.
func (x aims) of(i int, n crm.NodeNo) *aim {
	if i >= len(x) {
		return nil
	}
	return x[i][n]
}

// open makes a state for every scope that has a target: without a deal it is
// covered by nothing.
func (x aims) open(a *Acc) {
	for _, of := range x {
		for n := range of {
			a.scope(n)
		}
	}
}

// cover adds the open amount due before the period ends over what remains of
// the target.
func (p *page) cover(g *aim) {
	due, undated := pile{}, false
	for _, o := range p.scope.opens {
		switch {
		case !g.speaksOf(o.Type):
		case !o.Due.Known():
			undated = true
		case o.Due < p.slot.Period.End:
			due.add(o)
		}
	}
	v := measure.Value{Metric: "funnel.coverage", Slot: p.slot}
	if left := g.Minor - g.signed; left > 0 {
		v = measure.NewRatio(v.Metric, p.slot, due.minor, left)
	} else {
		v.Flags = []string{"target_reached"}
	}
	v.N = due.n
	v = v.Flag(due.blank > 0, "no_amount").Flag(undated, "no_close_date").Flag(g.Uncovered > 0, "partial_target").
		Flag(g.New && !g.Renewal, "new_only").Flag(g.Renewal && !g.New, "renewal_only")
	v.Currency = p.currency
	p.add(&v, "", false)
}
