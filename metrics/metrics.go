// Package metrics is the roll-call of the metric families: it computes them all
// over a book and hands the results to a snapshot. A family is one entry of
// the list below; no family knows another.
package metrics

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/activity"
	"crmreport/metrics/commission"
	"crmreport/metrics/conversion"
	"crmreport/metrics/fold"
	"crmreport/metrics/forecast"
	"crmreport/metrics/funnel"
	"crmreport/metrics/measure"
	"crmreport/metrics/receivables"
	"crmreport/metrics/renewal"
	"crmreport/metrics/snapshot"
)

// Options are the parameters of every family.
type Options struct {
	Conversion  conversion.Options
	Activity    activity.Options
	Funnel      funnel.Options
	Forecast    forecast.Options
	Renewal     renewal.Options
	Receivables receivables.Options
	Commission  commission.Options
}

// DefaultOptions are the rulings of metrics.md.
func DefaultOptions() Options {
	return Options{conversion.DefaultOptions(), activity.DefaultOptions(), funnel.DefaultOptions(),
		forecast.DefaultOptions(), renewal.DefaultOptions(), receivables.DefaultOptions(), commission.DefaultOptions()}
}

type family struct {
	rows        crm.Grouping
	definitions func() []measure.Definition
	compute     func(*crm.Book, *measure.Frame) measure.Result
}

// result is what a family says, its values as the document has them.
type result struct {
	values   []snapshot.Value
	lists    []measure.List
	warnings []measure.Warning
	err      error
}

// families lists the families in the order of the page.
func families(o Options) []family {
	return []family{
		{crm.ByCustomer, conversion.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return conversion.Compute(b, f, o.Conversion) }},
		{crm.ByVisitor, activity.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return activity.Compute(b, f, o.Activity) }},
		{crm.ByDeal, funnel.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return funnel.Compute(b, f, o.Funnel) }},
		{crm.ByRep, forecast.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return forecast.Compute(b, f, o.Forecast) }},
		{crm.ByCustomer, renewal.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return renewal.Compute(b, f, o.Renewal) }},
		{crm.ByCustomer, receivables.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return receivables.Compute(b, f, o.Receivables) }},
		{crm.ByCustomer, commission.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return commission.Compute(b, f, o.Commission) }},
		{crm.ByCustomer, dataDefinitions, nil},
	}
}

// Definitions returns every metric's definition, in the order of the page.
func Definitions() []measure.Definition {
	var out []measure.Definition
	for _, f := range families(DefaultOptions()) {
		for _, d := range f.definitions() {
			if d.Rows == 0 {
				d.Rows = f.rows
			}
			out = append(out, d)
		}
	}
	return out
}

// Compute runs every family over the book and returns the document of the run,
// without its tool, configuration and zone. inputs account for what was read.
// An error is a bug: the levels do not add up.
func Compute(b *crm.Book, inputs []snapshot.Input, o Options) (*snapshot.Document, error) {
	f := measure.NewFrame(b)
	d := &snapshot.Document{AsOf: b.AsOf.String(), Currency: string(b.Currency), Inputs: inputs,
		Golden: o.Conversion.Golden, Tolerance: [2]int64{int64(o.Forecast.Tolerance), int64(crm.One)},
		Scopes: scopes(b), Periods: periods(f), Definitions: Definitions(), Words: words(b.Pipeline)}
	all := families(o)
	results := make([]result, len(all))
	fold.Each(len(all), func(i int) {
		var values []measure.Value
		if compute := all[i].compute; compute != nil {
			r := compute(b, f)
			results[i].lists, results[i].warnings, values = r.Lists, r.Warnings, r.Values
		} else {
			values = dataValues(inputs, measure.Slot{Scope: crm.Root, Period: f.Current[0]})
		}
		// Only the values of the families at hand are there twice.
		if results[i].err = addUp(b.Org, d.Definitions, values); results[i].err == nil {
			results[i].values = convert(b.Org, values)
		}
	})
	var blocks [][]snapshot.Value
	for _, r := range results {
		if r.err != nil {
			return nil, r.err
		}
		if len(r.values) > 0 {
			blocks = append(blocks, r.values)
		}
		for _, l := range r.lists {
			d.Lists = append(d.Lists, list(b.Org, l))
		}
		for _, w := range r.warnings {
			d.Warnings = append(d.Warnings, snapshot.Warning(w))
		}
	}
	// A family's metrics share its prefix: blocks in order are values in order.
	slices.SortFunc(blocks, func(x, y []snapshot.Value) int { return strings.Compare(x[0].Metric, y[0].Metric) })
	d.Values = slices.Concat(blocks...)
	return d, nil
}

func scopes(b *crm.Book) []snapshot.Scope {
	out := make([]snapshot.Scope, len(b.Org.Nodes))
	for i, n := range b.Org.Nodes {
		s := snapshot.Scope{ID: n.ID, Level: n.Level.String(), Name: n.Name}
		if n.Parent >= 0 {
			s.Parent = b.Org.Nodes[n.Parent].ID
		}
		if n.Manager != crm.NoRep {
			s.Manager = b.Org.Nodes[b.Org.RepNode(n.Manager)].Name
		}
		out[i] = s
	}
	return out
}

func periods(f *measure.Frame) []snapshot.Period {
	var out []snapshot.Period
	add := func(p crm.Period, r snapshot.Role) {
		out = append(out, snapshot.Period{Name: p.Name, Kind: p.Kind.String(), Start: p.Start.String(),
			Last: (p.End - 1).String(), Role: r, Running: f.Running(p)})
	}
	for i, cur := range f.Current {
		add(cur, snapshot.RoleCurrent)
		add(f.Comparable[i], snapshot.RoleComparable)
		for _, p := range f.Before[i] {
			add(p, snapshot.RoleBefore)
		}
	}
	return out
}

func list(o *crm.Org, l measure.List) snapshot.List {
	out := snapshot.List{ID: l.ID, Metric: l.Metric, Title: l.Title, Columns: l.Columns}
	for _, r := range l.Rows {
		row := snapshot.Row{Cells: append([]measure.Cell{}, r.Cells...)}
		for _, n := range o.Path(r.Leaf) {
			row.Scopes = append(row.Scopes, o.Nodes[n].ID)
		}
		for i, c := range l.Columns {
			if c.Kind == measure.CellScope && row.Cells[i].Num >= 0 {
				row.Cells[i].Text = o.Nodes[row.Cells[i].Num].ID
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// convert names scopes and periods, and sorts by metric, scope, period, key
// . Scopes sort in tree order, the company first.
func convert(o *crm.Org, values []measure.Value) []snapshot.Value {
	order := make([]int32, len(values)) // values are big: their numbers are sorted
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int {
		a, b := &values[i], &values[j]
		return cmp.Or(strings.Compare(a.Metric, b.Metric), cmp.Compare(a.Slot.Scope, b.Slot.Scope),
			strings.Compare(a.Slot.Period.Name, b.Slot.Period.Name), strings.Compare(a.Key, b.Key), cmp.Compare(i, j))
	})
	out := make([]snapshot.Value, len(values))
	for i, n := range order {
		v := &values[n]
		out[i] = snapshot.Value{Metric: v.Metric, Scope: o.Nodes[v.Slot.Scope].ID, Period: v.Slot.Period.Name, Key: v.Key,
			Num: v.Num, Den: v.Den, V: v.V, OK: v.OK, CI: ends(v.CI), Method: v.Method, Bounds: ends(v.Bounds),
			N: v.N, Currency: string(v.Currency), Final: !v.Open, Flags: v.Flags}
	}
	return out
}

func ends(i *measure.Interval) *[2]snapshot.Bound {
	if i == nil {
		return nil
	}
	var out [2]snapshot.Bound
	if i.Lo.OK {
		out[0] = &i.Lo.V
	}
	if i.Hi.OK {
		out[1] = &i.Hi.V
	}
	return &out
}

// notAdditive are the counts and amounts whose parent is not the sum of its
// children: a unit's own target may differ from the sum of the reps', an index
// applies to what a node hands up, and a unit may forecast for itself.
// What was read (data.…) belongs to the company alone.
var notAdditive = map[string]bool{
	"forecast.target": true, "forecast.handed_up": true, "forecast.submitted": true,
}

// addUp asserts on the units: a unit without reps of its own is the sum
// of its child units, for every count, amount and effect. (A rep's own number
// covers every unit the rep was in, so teams are not compared with reps here.)
func addUp(o *crm.Org, defs []measure.Definition, values []measure.Value) error {
	additive := map[string]bool{}
	for _, d := range defs {
		additive[d.ID] = !notAdditive[d.ID] && !strings.HasPrefix(d.ID, "data.") && (d.Kind == measure.Count || d.Kind == measure.Amount || d.Kind == measure.Effect)
	}
	direct := map[crm.NodeNo]bool{}
	for _, l := range o.Leaves {
		direct[l.Unit] = true
	}
	type cell struct {
		metric, key, period string
		node                crm.NodeNo
	}
	type pair struct{ own, children float64 }
	sums := map[cell]*pair{}
	at := func(v measure.Value, n crm.NodeNo) *pair {
		c := cell{v.Metric, v.Key, v.Slot.Period.Name, n}
		if sums[c] == nil {
			sums[c] = &pair{}
		}
		return sums[c]
	}
	for _, v := range values {
		n := v.Slot.Scope
		if !additive[v.Metric] || o.Nodes[n].Level == crm.RepLevel {
			continue
		}
		at(v, n).own += v.V
		if p := o.Nodes[n].Parent; p >= 0 {
			at(v, p).children += v.V
		}
	}
	var worst error
	first := ""
	for c, p := range sums {
		if direct[c.node] {
			continue
		}
		diff := p.own - p.children
		if diff < 1e-6 && diff > -1e-6 {
			continue
		}
		place := fmt.Sprintf("%s %s of %q in %s", c.metric, c.key, o.Nodes[c.node].ID, c.period)
		if first == "" || place < first {
			first, worst = place, fmt.Errorf("levels do not add up: %s is %v, its parts are %v", place, p.own, p.children)
		}
	}
	return worst
}
