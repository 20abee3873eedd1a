package renewal

import (
	"maps"
	"slices"

	"crmreport/ingest/crm"
)

// Sheet is what a leaf, a unit or a rep comes to, by number of period and by
// number of day; nil where there is nothing.
type Sheet struct {
	Cohorts    []*Cohort
	Retentions []*Retention
}

// add adds o to s. A leaf's sheet, and a rep's, has the first columns only.
func (s *Sheet) add(o *Sheet) {
	for i, c := range o.Cohorts {
		if c != nil {
			cell(s.Cohorts, i).add(c)
		}
	}
	for i, r := range o.Retentions {
		if r != nil {
			cell(s.Retentions, i).add(r)
		}
	}
}

// cell is row[i], made where it is missing.
func cell[V any](row []*V, i int) *V {
	if row[i] == nil {
		row[i] = new(V)
	}
	return row[i]
}

// sheetOf is the sheet of n, made with so many columns where it is missing.
func sheetOf[N crm.LeafNo | crm.NodeNo](sheets map[N]*Sheet, n N, periods, days int) *Sheet {
	s := sheets[n]
	if s == nil {
		s = &Sheet{make([]*Cohort, periods), make([]*Retention, days)}
		sheets[n] = s
	}
	return s
}

// rollUp sums what a holds into every scope of every leaf's path. It
// takes the sheets of a over: a is spent.
func (a *Acc) rollUp(org *crm.Org) map[crm.NodeNo]*Sheet {
	a.ready()
	reps := map[crm.NodeNo]*Sheet{}
	for n, s := range a.Leaves {
		leaf := org.Leaves[n]
		a.unit(leaf.Unit).add(s)
		if leaf.Node == leaf.Unit {
			continue // nobody's
		}
		if reps[leaf.Node] == nil {
			reps[leaf.Node] = s
		} else {
			reps[leaf.Node].add(s)
		}
	}
	units := slices.Collect(maps.Keys(a.Units))
	for i := 0; i < len(units); i++ { // those above, too
		if p := org.Nodes[units[i]].Parent; p >= 0 && a.Units[p] == nil {
			a.unit(p)
			units = append(units, p)
		}
	}
	slices.Sort(units)
	for _, n := range slices.Backward(units) { // a unit is numbered after its parent
		if p := org.Nodes[n].Parent; p >= 0 {
			a.unit(p).add(a.Units[n])
		}
	}
	maps.Copy(a.Units, reps)
	return a.Units
}
