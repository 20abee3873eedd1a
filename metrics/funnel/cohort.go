package funnel

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// cohort is the units that first reached a stage in a period, by their fate
// within the stage's window W.
type cohort struct {
	n        int64
	advanced int64            // within W
	running  int64            // open, and their window still runs
	endings  []measure.Ending // kept where the cohort is immature
}

func (c *cohort) plus(o *cohort) {
	c.n += o.n
	c.advanced += o.advanced
	c.running += o.running
	c.endings = append(c.endings, o.endings...)
}

type cohortSlot struct {
	slot  measure.Slot
	stage crm.Stage
}

// mature reports whether W has passed for everybody who may have entered in p,
// its last day included.
func (r *rules) mature(p crm.Period, j crm.Stage) bool {
	return p.End-1+crm.Date(r.window(j)) <= r.asOf
}

// cohorts rolls the passages up to scopes and periods. Stages without a window
// have no cohort.
func (a *Acc) cohorts(f *measure.Frame) map[cohortSlot]*cohort {
	type leafCohort struct {
		leaf  crm.LeafNo
		p     crm.Period
		stage crm.Stage
	}
	r, find := a.rules, fold.NewFinder(f.Periods())
	byLeaf := map[leafCohort]*cohort{}
	for pass, n := range a.Passages {
		w := int64(r.window(pass.Stage)) * day
		if w == 0 {
			continue
		}
		for _, p := range find.Containing(pass.Day) {
			k := leafCohort{pass.Leaf, p, pass.Stage}
			c := byLeaf[k]
			if c == nil {
				c = &cohort{}
				byLeaf[k] = c
			}
			c.n += n
			switch {
			case pass.Fate == advanced && pass.Seconds <= w:
				c.advanced += n
			case pass.Fate == measure.Censored && pass.Seconds < w:
				c.running += n
			}
			if !r.mature(p, pass.Stage) {
				c.endings = append(c.endings, measure.Ending{Days: float64(pass.Seconds) / day, Fate: pass.Fate, N: n})
			}
		}
	}
	out := map[cohortSlot]*cohort{}
	for k, c := range byLeaf { // the order does not matter: sums, and endings that are sorted when used
		for _, scope := range r.org.Path(k.leaf) {
			s := cohortSlot{measure.Slot{Scope: scope, Period: k.p}, k.stage}
			if out[s] == nil {
				out[s] = &cohort{}
			}
			out[s].plus(c)
		}
	}
	return out
}

// fillCohorts adds the conversion of each stage's cohort: raw with Wilson's
// interval once mature, before that the Aalen–Johansen estimate at W, in which
// open units are censored, neither dropped nor failed.
func (p *page) fillCohorts() {
	r := p.acc.rules
	for j := crm.Stage(1); j <= r.stages(); j++ {
		if r.window(j) == 0 {
			continue
		}
		c := p.cohorts[cohortSlot{p.slot, j}]
		if c == nil {
			c = &cohort{}
		}
		mature := r.mature(p.slot.Period, j)
		v := measure.NewRatio("funnel.cohort_step_conversion", p.slot, c.advanced, c.n).Keyed(p.key(j)).Flag(!mature, "immature")
		if c.n > 0 {
			b := measure.Closed(v.V, float64(c.advanced+c.running)/float64(c.n))
			v.Bounds = &b
			if mature {
				v = wilson(v)
			} else {
				shares, _ := measure.CIF(c.endings, float64(r.window(j)), int(lost))
				v.V = shares[advanced-1]
			}
		}
		p.add(v, !mature)
	}
}
