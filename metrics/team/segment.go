package team

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// mostSegments is how many segments of a scope are told apart.
const mostSegments = 10

// unclassified is the segment of customers of whom nobody says it.
const unclassified = "unclassified"

// segmentsOf is the segment of every customer; nil where the export has none.
func segmentsOf(b *crm.Book) map[crm.CustomerNo]string {
	var out map[crm.CustomerNo]string
	for i := range b.CustomerRows {
		if c := &b.CustomerRows[i]; c.Segment != "" {
			if out == nil {
				out = map[crm.CustomerNo]string{}
			}
			out[c.No] = c.Segment
		}
	}
	return out
}

// segments computes how much each segment of customers signs (S3-03), for the
// company and its regions.
func segments(b *crm.Book, f *measure.Frame, _ Options) measure.Result {
	of := segmentsOf(b)
	if of == nil || !b.Has("contracts") {
		return measure.Result{}
	}
	sums := map[measure.Slot]map[string]int64{}
	earned(b, func(c *crm.Contract, rep crm.RepNo, minor int64) {
		for _, p := range f.Current {
			if !p.Contains(c.SignDate) {
				continue
			}
			for _, scope := range b.Org.Path(b.Org.Leaf(rep, c.SignDate)) {
				s := measure.Slot{Scope: scope, Period: p}
				if f.Org.Nodes[scope].Level > crm.Region || !f.Wants(s) {
					continue
				}
				if sums[s] == nil {
					sums[s] = map[string]int64{}
				}
				sums[s][cmp.Or(of[c.Customer], unclassified)] += minor
			}
		}
	})
	out := f.Out()
	for i := range f.Org.Nodes {
		for _, p := range f.Current {
			s := measure.Slot{Scope: crm.NodeNo(i), Period: p}
			for _, name := range largest(sums[s]) {
				v := measure.NewMoney(segmentID, s, sums[s][name], b.Currency).Keyed("segment=" + name)
				v.Open = f.Running(p)
				out.Add(v)
			}
		}
	}
	return measure.Result{Values: out.Rest()}
}

// largest are the names with most, by amount and name.
func largest(sums map[string]int64) []string {
	var out []string
	for name := range sums {
		out = append(out, name)
	}
	slices.SortFunc(out, func(x, y string) int { return cmp.Or(-cmp.Compare(sums[x], sums[y]), cmp.Compare(x, y)) })
	return out[:min(len(out), mostSegments)]
}
