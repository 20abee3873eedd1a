package funnel

import (
	"testing"

	"crmreport/metrics/measure"
)

// The lowest step is called the weakest only where its interval is below the
// others. Wilson's intervals: 4/18 is 0.0900–0.4521, 18/20 is
// 0.6990–0.9721, 5/12 is 0.1933–0.6805.
func TestWeakestStep(t *testing.T) {
	a := &Acc{desk: &desk{rules: &rules{pipeline: pipeline4}}}
	keys := []string{"", "stage=S1", "stage=S2", "stage=S3", "stage=S4", "stage=won"}
	type step struct {
		key       string
		won, of   int64
		ofPeriods bool // of the period's deals, not of the cohort
	}
	for _, c := range []struct {
		name       string
		steps      []step
		key, wants string
	}{
		{"apart", []step{{keys[1], 18, 20, false}, {keys[2], 4, 18, false}}, keys[2], "weakest"},
		{"overlapping", []step{{keys[1], 18, 20, false}, {keys[2], 4, 18, false}, {keys[3], 5, 12, false}}, keys[2], "lowest"},
		{"too few to count", []step{{keys[1], 18, 20, false}, {keys[2], 4, 18, false}, {keys[3], 0, 4, false}}, keys[2], "weakest"},
		{"a step without a cohort", []step{{keys[1], 18, 20, false}, {keys[2], 4, 18, true}}, keys[2], "weakest"},
		{"the cohort before the plain share", []step{{keys[1], 0, 20, true}, {keys[1], 18, 20, false}, {keys[2], 4, 18, false}}, keys[2], "weakest"},
		{"money that has not come is no leak", []step{{keys[1], 18, 20, false}, {keys[2], 4, 18, false}, {keys[5], 0, 18, true}}, keys[2], "weakest"},
		{"pending cases may yet get through", []step{{keys[1], 18, 20, false}, {keys[2], 4, 18, false}}, keys[2], "lowest"},
		{"alone", []step{{keys[1], 1, 20, false}}, "", ""},
	} {
		p := &page{sheet: &sheet{Acc: a, keys: keys}}
		for _, s := range c.steps {
			v := measure.NewRatio("funnel.cohort_step_conversion", p.slot, s.won, s.of).Keyed(s.key)
			if s.ofPeriods {
				v.Metric = "funnel.step_conversion"
			}
			if p.wilson(&v); c.name == "pending cases may yet get through" { // 4 to 14 of 18: up to 0.9102
				v.Bounds = p.interval(measure.Closed(float64(s.won)/float64(s.of), float64(min(s.won+10, s.of))/float64(s.of)))
			}
			p.values = append(p.values, v)
		}
		p.weakest(0)
		for _, v := range p.values {
			if got := len(v.Flags) > 0; got != (v.Key == c.key) || got && v.Flags[0] != c.wants {
				t.Errorf("%s: %s %s %v", c.name, v.Metric, v.Key, v.Flags)
			}
		}
	}
}
