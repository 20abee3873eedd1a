package metrics

import (
	"fmt"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// notAdditive are the counts and amounts whose parent is not the sum of its
// children: a unit's own target may differ from the sum of the reps', an index
// applies to what a node hands up, and a unit may forecast for itself.
// What was read (data.…) belongs to the company alone.
var notAdditive = map[string]bool{
	"forecast.target": true, "forecast.handed_up": true, "forecast.submitted": true,
}

// levels asserts on the units: a unit without reps of its own is the sum
// of its child units, for every count, amount and effect. (A rep's own number
// covers every unit the rep was in, so teams are not compared with reps here.)
type levels struct {
	org      *crm.Org
	additive map[string]bool
	direct   []bool // by node: it has reps of its own
}

func newLevels(o *crm.Org, defs []measure.Definition) *levels {
	l := &levels{o, map[string]bool{}, make([]bool, len(o.Nodes))}
	for _, d := range defs {
		l.additive[d.ID] = !notAdditive[d.ID] && !strings.HasPrefix(d.ID, "data.") && (d.Kind == measure.Count || d.Kind == measure.Amount || d.Kind == measure.Effect)
	}
	for _, f := range o.Leaves {
		l.direct[f.Unit] = true
	}
	return l
}

// total is a number of all levels; its sums are by node.
type total struct{ metric, key, period string }

// sums are what a unit says and what its child units come to.
type sums struct{ own, children float64 }

// addUp returns an error for the first number that does not add up.
func (l *levels) addUp(values []measure.Value) error {
	numbers, totals := map[total]int32{}, []total{}
	type cell struct {
		total int32
		node  crm.NodeNo
	}
	cells := map[cell]sums{}
	for i := range values {
		v := &values[i]
		n := v.Slot.Scope
		if l.org.Nodes[n].Level == crm.RepLevel || !l.additive[v.Metric] {
			continue
		}
		t := total{v.Metric, v.Key, v.Slot.Period.Name}
		no, ok := numbers[t]
		if !ok {
			no = int32(len(totals))
			numbers[t], totals = no, append(totals, t)
		}
		if !l.direct[n] {
			s := cells[cell{no, n}]
			s.own += v.V
			cells[cell{no, n}] = s
		}
		if p := l.org.Nodes[n].Parent; p >= 0 && !l.direct[p] {
			s := cells[cell{no, p}]
			s.children += v.V
			cells[cell{no, p}] = s
		}
	}
	var worst error
	first := ""
	for c, s := range cells {
		if diff := s.own - s.children; diff < 1e-6 && diff > -1e-6 {
			continue
		}
		t := totals[c.total]
		place := fmt.Sprintf("%s %s of %q in %s", t.metric, t.key, l.org.Nodes[c.node].ID, t.period)
		if first == "" || place < first {
			first, worst = place, fmt.Errorf("levels do not add up: %s is %v, its parts are %v", place, s.own, s.children)
		}
	}
	return worst
}
