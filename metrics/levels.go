package metrics

import (
	"fmt"
	"math"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// notAdditive are the counts and amounts whose parent is not the sum of its
// children: a unit's own target may differ from the sum of the reps', an index
// applies to what a node hands up, a unit may forecast for itself, capacity
// is told where there is a target, and what is calibrated or expected is rounded
// once at each, as an allowance is. A velocity is a product of rates, and
// what is sold per head an average. Segments are told of the company and its
// regions alone, the largest of each. What was read (data.…) belongs to the company alone.
var notAdditive = map[string]bool{
	"funnel.velocity_per_day": true,
	"forecast.target":         true, "forecast.handed_up": true, "forecast.submitted": true,
	"forecast.calibrated": true, "forecast.landing": true,
	"forecast.target_customers": true, "forecast.implied_average": true, "forecast.average_contract": true,
	"forecast.needed_valid_visits": true, "forecast.capacity": true,
	"receivables.allowance": true, "activity.sales_per_head": true, "activity.signed_by_segment": true,
}

// rounded are the amounts that each unit rounds once, from an exact sum:
// a parent is off the sum of its children by half a minor unit for each of them
// and for itself at most.
var rounded = map[string]bool{"renewal.due_acv": true, "renewal.renewed_acv": true, "renewal.pending_acv": true}

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

// total is a number of all levels.
type total struct{ metric, key, period string }

// cell is a total of one unit.
type cell struct {
	total int32
	node  crm.NodeNo
}

// sums are what a unit says and what its child units come to.
type sums struct {
	own, children float64
	parts         int
}

// check adds up the values of a family.
type check struct {
	*levels
	numbers map[total]int32
	totals  []total
	cells   map[cell]sums
}

func (l *levels) check() *check {
	return &check{levels: l, numbers: map[total]int32{}, cells: map[cell]sums{}}
}

func (c *check) add(values []measure.Value) {
	for i := range values {
		v := &values[i]
		n := v.Slot.Scope
		if c.org.Nodes[n].Level == crm.RepLevel || !c.additive[v.Metric] {
			continue
		}
		t := c.number(total{v.Metric, v.Key, v.Slot.Period.Name})
		if !c.direct[n] {
			s := c.cells[cell{t, n}]
			s.own += v.V
			c.cells[cell{t, n}] = s
		}
		if p := c.org.Nodes[n].Parent; p >= 0 && !c.direct[p] {
			s := c.cells[cell{t, p}]
			s.children, s.parts = s.children+v.V, s.parts+1
			c.cells[cell{t, p}] = s
		}
	}
}

func (c *check) number(t total) int32 {
	n, ok := c.numbers[t]
	if !ok {
		n = int32(len(c.totals))
		c.numbers[t], c.totals = n, append(c.totals, t)
	}
	return n
}

// err is an error for the first number, by its name, that does not add up.
func (c *check) err() error {
	var worst error
	first := ""
	for at, s := range c.cells {
		t, allowed := c.totals[at.total], 1e-6
		if rounded[t.metric] {
			allowed = 0.5*float64(s.parts+1) + 1e-6
		}
		if math.Abs(s.own-s.children) < allowed {
			continue
		}
		place := fmt.Sprintf("%s %s of %q in %s", t.metric, t.key, c.org.Nodes[at.node].ID, t.period)
		if first == "" || place < first {
			first, worst = place, fmt.Errorf("levels do not add up: %s is %v, its parts are %v", place, s.own, s.children)
		}
	}
	return worst
}
