// Package metrics is the roll-call of the metric families: it computes them all
// over a book and hands the results to a snapshot. A family is one entry of
// the list below; no family knows another.
package metrics

import (
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
	"crmreport/metrics/team"
)

// Options are the parameters of every family.
type Options struct {
	Conversion  conversion.Options
	Activity    activity.Options
	Team        team.Options
	Funnel      funnel.Options
	Forecast    forecast.Options
	Renewal     renewal.Options
	Receivables receivables.Options
	Commission  commission.Options
}

// Standard is what a day of visits is asked for.
type Standard = activity.Standard

// RuleChange is what leads and private pools go by from a day on.
type RuleChange = team.RuleChange

// DefaultOptions are the rulings of metrics.md.
func DefaultOptions() Options {
	return Options{conversion.DefaultOptions(), activity.DefaultOptions(), team.DefaultOptions(), funnel.DefaultOptions(),
		forecast.DefaultOptions(), renewal.DefaultOptions(), receivables.DefaultOptions(), commission.DefaultOptions()}
}

// part is metrics of a family that are computed together.
type part struct {
	rows        crm.Grouping
	definitions func() []measure.Definition
	compute     func(*crm.Book, *measure.Frame) measure.Result
}

// family is the parts whose metrics share a prefix: their values are one block.
type family []part

func (f family) definitions() []measure.Definition {
	var out []measure.Definition
	for _, p := range f {
		for _, d := range p.definitions() {
			if d.Rows == 0 {
				d.Rows = p.rows
			}
			out = append(out, d)
		}
	}
	return out
}

// result is what a family says, its values as the document has them.
type result struct {
	values   *snapshot.Block
	lists    []measure.List
	warnings []measure.Warning
	series   *measure.Series
	err      error
}

// families lists the families in the order of the page.
func families(o Options) []family {
	o.Forecast.Golden, o.Forecast.ValidPerDay = o.Conversion.Golden, o.Conversion.PlanValidPerDay // one plan for both
	return []family{
		{{crm.ByCustomer, conversion.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return conversion.Compute(b, f, o.Conversion) }}},
		append(family{{crm.ByVisitor, activity.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return activity.Compute(b, f, o.Activity) }}}, teamParts(o.Team)...),
		{{crm.ByDeal, funnel.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return funnel.Compute(b, f, o.Funnel) }}},
		{{crm.ByRep, forecast.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return forecast.Compute(b, f, o.Forecast) }}},
		{{crm.ByCustomer, renewal.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return renewal.Compute(b, f, o.Renewal) }}},
		{{crm.ByCustomer, receivables.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return receivables.Compute(b, f, o.Receivables) }}},
		{{crm.ByCustomer, commission.Definitions, func(b *crm.Book, f *measure.Frame) measure.Result { return commission.Compute(b, f, o.Commission) }}},
		{{crm.ByCustomer, dataDefinitions, nil}},
	}
}

// teamParts are the parts of metrics/team, of the family activity.
func teamParts(o team.Options) []part {
	var out []part
	for _, p := range team.Parts(o) {
		out = append(out, part{p.Rows, p.Definitions, p.Compute})
	}
	return out
}

// Definitions returns every metric's definition, in the order of the page.
func Definitions() []measure.Definition {
	var out []measure.Definition
	for _, f := range families(DefaultOptions()) {
		for _, d := range f.definitions() {
			d.Tables = rests(d)
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
		Scopes: scopes(b), Periods: periods(f), Definitions: Definitions(), Words: words(b.Pipeline, o)}
	all := families(o)
	results := make([]result, len(all))
	heads, plans := make([]headlines, len(all)), newStrategy(b.Org, o.Team.Hunt, o.Team.Farm)
	marks := make([]scores, len(all))
	packer, levels := packer(b.Org), newLevels(b.Org, d.Definitions)
	fold.Each(len(all), func(i int) {
		if all[i][0].compute == nil {
			return
		}
		block, check := packer.Draft(), levels.check()
		heads[i], marks[i] = headlines{}, scores{}
		take := func(values []measure.Value) {
			check.add(values)
			heads[i].take(values, f)
			marks[i].take(values, plans)
			block.Add(values)
		}
		for _, p := range all[i] {
			r := p.compute(b, f.To(take))
			results[i].lists, results[i].warnings = append(results[i].lists, r.Lists...), append(results[i].warnings, r.Warnings...)
			take(r.Values)
			if r.Series != nil {
				results[i].series = r.Series
			}
		}
		if results[i].err = check.err(); results[i].err == nil {
			results[i].values = block.Sorted()
		}
	})
	read := packer.Draft()
	read.Add(dataValues(inputs, measure.Slot{Scope: crm.Root, Period: f.Current[0]}))
	read.Add(ifRejected(inputs, heads, f, o.Conversion.Golden))
	results[len(all)-1].values = read.Sorted() // of the family that computes nothing
	names := lists{b.Org, map[crm.LeafNo][]string{}}
	for _, r := range results {
		if r.err != nil {
			return nil, r.err
		}
		if r.values.Len() > 0 {
			d.Values = append(d.Values, r.values)
		}
		if r.series != nil {
			d.Series = series(b, f, r.series)
		}
		for _, l := range r.lists {
			d.Lists = append(d.Lists, names.list(l))
		}
		for _, w := range r.warnings {
			d.Warnings = append(d.Warnings, snapshot.Warning(w))
		}
	}
	d.Lists = append(d.Lists, plans.cards(together(marks), f)...)
	d.Warnings = append(d.Warnings, plans.warnings()...)
	// A family's metrics share its prefix: blocks in order are values in order.
	slices.SortFunc(d.Values, func(x, y *snapshot.Block) int { return strings.Compare(x.First(), y.First()) })
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
			Last: (p.End - 1).String(), Role: r, Running: f.Running(p), Workdays: int64(f.Calendar.Workdays("", p.Start, min(p.End, f.AsOf+1)))})
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

// lists names the scopes of a list's rows and cells; those of a leaf are the
// same in every row.
type lists struct {
	org    *crm.Org
	scopes map[crm.LeafNo][]string
}

// list takes the rows of l over.
func (x lists) list(l measure.List) snapshot.List {
	out := snapshot.List{ID: l.ID, Metric: l.Metric, Title: l.Title, Columns: l.Columns, Rows: make([]snapshot.Row, len(l.Rows))}
	for n, r := range l.Rows {
		for i, c := range l.Columns {
			if c.Kind == measure.CellScope && r.Cells[i].Num >= 0 {
				r.Cells[i].Text = x.org.Nodes[r.Cells[i].Num].ID
			}
		}
		out.Rows[n] = snapshot.Row{Scopes: x.of(r.Leaf), Cells: r.Cells}
	}
	return out
}

func (x lists) of(leaf crm.LeafNo) []string {
	ids, ok := x.scopes[leaf]
	if !ok {
		for _, n := range x.org.Path(leaf) {
			ids = append(ids, x.org.Nodes[n].ID)
		}
		x.scopes[leaf] = ids
	}
	return ids
}

// packer returns what makes the document's values of the families'.
func packer(o *crm.Org) *snapshot.Packer {
	ids := make([]string, len(o.Nodes))
	for i, n := range o.Nodes {
		ids[i] = n.ID
	}
	return snapshot.NewPacker(ids)
}
