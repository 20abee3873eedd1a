package funnel

import (
	"math"

	"crmreport/metrics/measure"
)

// enough is how many deals a step needs to be held against the others.
const enough = 5

// weakest marks the step that lets the smallest share through, of the steps
// between the open stages and to the win: `weakest` where its interval lies below
// that of every other step, `lowest` where it does not. The cohort that
// entered the stage tells it best, for its estimate allows for those still under
// way; the plain share counts them as not through. Money that has not come yet
// is no leak: the step after the win is never marked.
func (p *page) weakest(from int) {
	steps := map[string]*measure.Value{}
	for i := from; i < len(p.values); i++ {
		v := &p.values[i]
		switch v.Metric {
		case "funnel.cohort_step_conversion":
			if v.OK {
				steps[v.Key] = v
			}
		case "funnel.step_conversion":
			if steps[v.Key] == nil {
				steps[v.Key] = v
			}
		}
	}
	var least *measure.Value
	for _, key := range p.keys[1 : p.stages()+1] {
		if v := steps[key]; v != nil && v.OK && v.Den >= enough && (least == nil || v.V < least.V) {
			least = v
		}
	}
	if least == nil {
		return
	}
	others, apart := 0, true
	_, hi := within(least)
	for _, key := range p.keys[1 : p.stages()+1] {
		if v := steps[key]; v != nil && v != least && v.OK && v.Den >= enough {
			lo, _ := within(v)
			others, apart = others+1, apart && lo > hi
		}
	}
	switch {
	case others > 0 && apart:
		*least = least.Flag(true, "weakest")
	case others > 0:
		*least = least.Flag(true, "lowest")
	}
}

// within is where a share may lie: from the lower end of Wilson's interval, were
// none of the pending cases to get through, to the upper one, were all.
func within(v *measure.Value) (lo, hi float64) {
	least, most := v.Num, v.Num
	if v.Bounds != nil {
		most = int64(math.Round(v.Bounds.Hi.V * float64(v.Den)))
	}
	low, _ := measure.Wilson(least, v.Den)
	high, _ := measure.Wilson(most, v.Den)
	return low.Lo.V, high.Hi.V
}
