package snapshot

import "slices"

// Series is additive integers of every scope week by week, reps too: counts (in
// 1/Scale) and amounts in minor units. It is in no file of its own: the page
// draws it.
type Series struct {
	Weeks []Period // oldest first; the last may run
	Rows  map[string][]SeriesRow
}

// SeriesRow is one metric of a scope, an integer a week.
type SeriesRow struct {
	Metric string
	Scale  int64 // what 1 is counted in
	Weeks  []int64
}

// Of returns the numbers of a metric of a scope, nil where there are none.
func (s *Series) Of(scope, metric string) *SeriesRow {
	if s == nil {
		return nil
	}
	rows := s.Rows[scope]
	if i := slices.IndexFunc(rows, func(r SeriesRow) bool { return r.Metric == metric }); i >= 0 {
		return &rows[i]
	}
	return nil
}

// cut keeps the numbers of scopes.
func (s *Series) cut(ids []string) *Series {
	if s == nil {
		return nil
	}
	out := &Series{Weeks: s.Weeks, Rows: make(map[string][]SeriesRow, len(ids))}
	for _, id := range ids {
		if rows := s.Rows[id]; rows != nil {
			out.Rows[id] = rows
		}
	}
	return out
}
