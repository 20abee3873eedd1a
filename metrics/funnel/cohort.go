package funnel

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// mature reports whether W has passed for everybody who may have entered in p,
// its last day included.
func (r *rules) mature(p crm.Period, j crm.Stage) bool {
	return p.End-1+crm.Date(r.window(j)) <= r.asOf
}

// fillCohorts adds the conversion of each stage's cohort.
func (p *page) fillCohorts(t Tally) {
	for j := crm.Stage(1); j <= p.stages(); j++ {
		if p.window(j) > 0 {
			p.fillCohort("funnel.cohort_step_conversion", t, j, p.keys[j])
		}
	}
}

// fillCohort adds what share of a cohort advanced within the window: raw with
// Wilson's interval once mature, before that the Aalen–Johansen estimate at W,
// in which open units are censored, neither dropped nor failed.
func (p *page) fillCohort(metric string, t Tally, j crm.Stage, key string) {
	n, done := t.by(cohort).at(j), t.by(cohortAdvanced).at(j)
	mature := p.mature(p.slot.Period, j)
	v := measure.NewRatio(metric, p.slot, done, n)
	if !mature {
		v.Flags = immature
	}
	if n > 0 {
		v.Bounds = p.interval(measure.Closed(v.V, float64(done+t.by(cohortRunning).at(j))/float64(n)))
		if mature {
			p.wilson(&v)
		} else {
			v.V, _, _ = p.incidence(t, j)
		}
	}
	p.add(&v, key, !mature)
}

// fates adds what became of each stage's cohort: by now, which sum to it
// (what is not there is 0), and by W, where the three shares of Aalen and Johansen sum to 1
// the shares above teams, whose few deals estimate little.
func (p *page) fates(t Tally) {
	for j := crm.Stage(1); j <= p.stages(); j++ {
		n, done, gone, late := t.by(cohort).at(j), t.by(fateAdvanced).at(j), t.by(fateLost).at(j), t.by(fateOverdue).at(j)
		in := n - done - gone - late
		for _, f := range []struct {
			word string
			n    int64
		}{{"advanced", done}, {"lost", gone}, {"in_time", in}, {"overdue", late}} {
			if f.n > 0 {
				p.count("funnel.cohort_fate", f.n, p.keys[j]+",fate="+f.word, in+late > 0)
			}
		}
		if p.window(j) == 0 || n == 0 || p.team() {
			continue
		}
		shares := [3]float64{}
		shares[0], shares[1], shares[2] = p.incidence(t, j)
		mature := p.mature(p.slot.Period, j)
		for i, word := range []string{"advanced", "lost", "open"} {
			v := measure.NewReal("funnel.cohort_share", p.slot, shares[i])
			if v.N = n; !mature {
				v.Flags = immature
			}
			p.add(&v, p.keys[j]+",fate="+word, !mature)
		}
	}
}

// incidence is the shares of a stage's cohort, which somebody is in, that advance, are lost and are still
// open by W. Units that were in the stage for longer than that only count among
// those at risk. Once the cohort is mature they are plain shares.
func (p *page) incidence(t Tally, j crm.Stage) (done, gone, open float64) {
	n := t.by(cohort).at(j)
	if p.mature(p.slot.Period, j) {
		done, gone = float64(t.by(cohortAdvanced).at(j))/float64(n), float64(t.by(cohortLost).at(j))/float64(n)
		return done, gone, 1 - done - gone
	}
	p.observe(passage(j), p.slot.Period)
	window := float64(p.window(j))
	if rest := n - int64(len(p.endings)); rest > 0 {
		p.endings = append(p.endings, measure.Ending{Days: window + 1, Fate: measure.Censored, N: rest})
	}
	shares, open := measure.CIF(p.endings, window, int(lost))
	return shares[advanced-1], shares[lost-1], open
}
