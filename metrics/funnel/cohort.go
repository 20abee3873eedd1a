package funnel

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// mature reports whether W has passed for everybody who may have entered in p,
// its last day included.
func (r *rules) mature(p crm.Period, j crm.Stage) bool {
	return p.End-1+crm.Date(r.window(j)) <= r.asOf
}

// fillCohorts adds the conversion of each stage's cohort: raw with Wilson's
// interval once mature, before that the Aalen–Johansen estimate at W, in which
// open units are censored, neither dropped nor failed.
func (p *page) fillCohorts(t Tally) {
	for j := crm.Stage(1); j <= p.stages(); j++ {
		if p.window(j) == 0 {
			continue
		}
		n, done := t.by(cohort).at(j), t.by(cohortAdvanced).at(j)
		mature := p.mature(p.slot.Period, j)
		v := measure.NewRatio("funnel.cohort_step_conversion", p.slot, done, n)
		if !mature {
			v.Flags = immature
		}
		if n > 0 {
			v.Bounds = p.interval(measure.Closed(v.V, float64(done+t.by(cohortRunning).at(j))/float64(n)))
			if mature {
				p.wilson(&v)
			} else {
				v.V = p.incidence(j, n)
			}
		}
		p.add(&v, p.keys[j], !mature)
	}
}

// incidence is the share of a cohort of n that advances by W. Units that were
// in the stage for longer than that only count among those at risk.
func (p *page) incidence(j crm.Stage, n int64) float64 {
	p.endings = p.endings[:0]
	for _, pass := range p.passages(j) {
		if p.slot.Period.Contains(pass.Day) {
			p.endings = append(p.endings, pass.ending())
		}
	}
	window := float64(p.window(j))
	if rest := n - int64(len(p.endings)); rest > 0 {
		p.endings = append(p.endings, measure.Ending{Days: window + 1, Fate: measure.Censored, N: rest})
	}
	shares, _ := measure.CIF(p.endings, window, int(lost))
	return shares[advanced-1]
}

// passages lists those kept of stage j in the order that CIF wants.
func (p *page) passages(j crm.Stage) []Passage {
	if p.scope == nil {
		return nil
	}
	if ps := p.scope.Passages[j-1]; !p.sorted[j] {
		slices.SortFunc(ps, func(x, y Passage) int {
			if x.Seconds != y.Seconds {
				return cmp.Compare(x.Seconds, y.Seconds)
			}
			return cmp.Compare(y.Fate, x.Fate)
		})
		p.sorted[j] = true
	}
	return p.scope.Passages[j-1]
}
