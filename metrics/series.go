package metrics

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// series names the scopes and weeks of a family's series.
func series(b *crm.Book, f *measure.Frame, s *measure.Series) *snapshot.Series {
	out := &snapshot.Series{Rows: make(map[string][]snapshot.SeriesRow, len(s.Of))}
	for _, p := range s.Weeks {
		out.Weeks = append(out.Weeks, snapshot.Period{Name: p.Name, Kind: p.Kind.String(), Start: p.Start.String(), Last: (p.End - 1).String(), Running: f.Running(p)})
	}
	n := len(s.Weeks)
	for scope, its := range s.Of {
		rows := make([]snapshot.SeriesRow, len(s.Metrics))
		for m, of := range s.Metrics {
			rows[m] = snapshot.SeriesRow{Metric: of.ID, Scale: of.Scale, Weeks: its[m*n : (m+1)*n]}
		}
		out.Rows[b.Org.Nodes[scope].ID] = rows
	}
	return out
}
