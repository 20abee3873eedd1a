package measure

import "crmreport/ingest/crm"

// Series is additive integers week by week: what the values of the week would
// be, for weeks and scopes that have none.
type Series struct {
	Weeks   []crm.Period // oldest first
	Metrics []SeriesMetric
	Of      map[crm.NodeNo][]int64 // metric by metric, week by week; scopes with none are absent
}

// SeriesMetric is a metric of a series, counted in 1/Scale: amounts in minor
// units have the scale 1.
type SeriesMetric struct {
	ID    string
	Scale int64
}

// From drops the weeks before one.
func (s *Series) From(first int) {
	if first == 0 {
		return
	}
	n := len(s.Weeks)
	for scope, its := range s.Of {
		cut := make([]int64, 0, len(s.Metrics)*(n-first))
		for m := range s.Metrics {
			cut = append(cut, its[m*n+first:(m+1)*n]...)
		}
		s.Of[scope] = cut
	}
	s.Weeks = s.Weeks[first:]
}
