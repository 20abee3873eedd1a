package conversion

import (
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// The series of a week is what the values of that week are, for every scope and
// week that has values, and the company's is the sum of its parts'.
func TestSeriesAgreesWithValues(t *testing.T) {
	seen := 0
	for seed := range uint64(5) {
		b := randomBook(seed)
		f := measure.NewFrame(b)
		r := Compute(b, f, DefaultOptions())
		s := r.Series
		if s == nil {
			t.Fatalf("seed %d: no series", seed)
		}
		n, week, metric := len(s.Weeks), map[string]int{}, map[string]int{}
		for i, p := range s.Weeks {
			week[p.Name] = i
		}
		for i, m := range s.Metrics {
			metric[m.ID] = i
		}
		for _, v := range r.Values {
			m, ours := metric[v.Metric]
			w, dated := week[v.Slot.Period.Name]
			if !ours || !dated || v.Key != "" || v.Slot.Period.Kind != crm.Week {
				continue
			}
			var got int64
			if its := s.Of[v.Slot.Scope]; its != nil {
				got = its[m*n+w]
			}
			if got*v.Den != v.Num*s.Metrics[m].Scale {
				t.Errorf("seed %d: %s of %s in %s is %d of 1/%d, the value %d/%d", seed, v.Metric, b.Org.Nodes[v.Slot.Scope].ID, v.Slot.Period.Name, got, s.Metrics[m].Scale, v.Num, v.Den)
			}
			seen++
		}
		sum := make([]int64, len(s.Metrics)*n)
		for scope, its := range s.Of {
			if b.Org.Nodes[scope].Parent == crm.Root && b.Org.Nodes[scope].Level != crm.RepLevel {
				for i, x := range its {
					sum[i] += x
				}
			}
		}
		for i, x := range s.Of[crm.Root] {
			if sum[i] != x {
				t.Errorf("seed %d: the company has %d in place %d, its parts %d", seed, x, i, sum[i])
			}
		}
	}
	if seen < 500 {
		t.Errorf("only %d values to compare with", seen)
	}
}

// Somebody who asks for one number gets no series; the report week is the last.
func TestSeriesWeeks(t *testing.T) {
	b := randomBook(1)
	f := measure.NewFrame(b)
	w := weeksTo(f)
	if len(w) != seriesWeeks || !w[len(w)-1].Contains(b.AsOf) || w.of(w[0].Start-1) != -1 || w.of(w[3].Start) != 3 || w.of(w[len(w)-1].End) != -1 {
		t.Errorf("weeks %v", w)
	}
	if s := Compute(b, f.Narrowed(measure.Slot{Scope: crm.Root, Period: f.Current[0]}), DefaultOptions()).Series; s != nil {
		t.Errorf("a narrowed frame has %d weeks", len(s.Weeks))
	}
}
