package compare

import (
	"cmp"
	"math/big"
	"slices"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// comparison is the work of one Compare.
type comparison struct {
	base, head *snapshot.Document
	rules      Rules
	idles      []idle // of rules.Compare
	scopes     map[string]*snapshot.Scope
	was, is    map[string]measure.Definition
	rows       []Row
	taken      []at            // where a rule fits
	tests      map[int][]trial // rule → its rows that were tested
	whole      map[string]bool // metrics that a row of their own tells of
}

func newComparison(base, head *snapshot.Document, r Rules) *comparison {
	c := &comparison{base: base, head: head, rules: r, idles: make([]idle, len(r.Compare)),
		scopes: map[string]*snapshot.Scope{}, was: definitions(base), is: definitions(head), tests: map[int][]trial{}, whole: map[string]bool{}}
	for _, d := range []*snapshot.Document{base, head} {
		for i := range d.Scopes {
			c.scopes[d.Scopes[i].ID] = &d.Scopes[i]
		}
	}
	return c
}

func definitions(d *snapshot.Document) map[string]measure.Definition {
	m := make(map[string]measure.Definition, len(d.Definitions))
	for _, x := range d.Definitions {
		m[x.ID] = x
	}
	return m
}

// place is where a value stands in both files: of period mode the kind, of
// exact mode the name of the period.
type place struct{ metric, scope, key, period string }

// values puts the values of a document by place. A period that of returns
// nothing for is left out.
func values(d *snapshot.Document, of func(period string) string) map[place]snapshot.Value {
	m := make(map[place]snapshot.Value, d.Values.Len())
	for v := range d.Values.All() {
		if p := of(v.Period); p != "" {
			m[place{v.Metric, v.Scope, v.Key, p}] = v
		}
	}
	return m
}

// pairs calls do for every place that is in one of the two, in the order of
// metrics.json.
func pairs(a, b map[place]snapshot.Value, do func(p place, base, head *snapshot.Value)) {
	all := make([]place, 0, len(b))
	for p := range b {
		all = append(all, p)
	}
	for p := range a {
		if _, both := b[p]; !both {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(x, y place) int {
		return cmp.Or(cmp.Compare(x.metric, y.metric), cmp.Compare(x.scope, y.scope), cmp.Compare(x.period, y.period), cmp.Compare(x.key, y.key))
	})
	for _, p := range all {
		do(p, get(a, p), get(b, p))
	}
}

func get(m map[place]snapshot.Value, p place) *snapshot.Value {
	if v, ok := m[p]; ok {
		return &v
	}
	return nil
}

// row is what both modes say of a pair before it is judged.
func (c *comparison) row(p place, base, head *snapshot.Value) Row {
	d, ok := c.is[p.metric]
	if !ok {
		d = c.was[p.metric]
	}
	r := Row{Metric: p.metric, Scope: p.scope, Key: p.key, Base: base, Head: head, Kind: d.Kind, Unit: d.Unit.EN, Better: d.Better, State: Same, Level: Info}
	if base != nil {
		r.BasePeriod, r.N = base.Period, base.N
	}
	if head != nil {
		r.HeadPeriod = head.Period
		if base == nil || head.N < r.N {
			r.N = head.N
		}
	}
	if r.sides() {
		r.DeltaAbs, r.DeltaRel = deltas(Exactly(base, d.Kind), Exactly(head, d.Kind))
	}
	return r
}

// sides reports whether there is a number on both.
func (r *Row) sides() bool { return r.Base != nil && r.Head != nil && r.Base.OK && r.Head.OK }

// add keeps rows, but for those that the rules turn off.
func (c *comparison) add(rows ...Row) {
	for _, r := range rows {
		if r.Level != Off {
			c.rows = append(c.rows, r)
		}
	}
}

// alone settles a row that has one side only, or none to compare: it returns
// whether it did. Of a metric that is gone or redefined as such a row of its own
// tells (defined), and its values are for information.
func (c *comparison) alone(r *Row) bool {
	level := func(l Level) Level {
		if c.whole[r.Metric] && l != Off {
			return Info
		}
		return l
	}
	switch {
	case c.redefined(r.Metric) != "":
		r.State, r.Level = Redefined, level(c.rules.Redefined)
	case r.Base == nil:
		r.State, r.Level = New, c.rules.New
	case r.Head == nil:
		r.State, r.Level = Missing, level(c.rules.Missing)
	case r.Base.OK != r.Head.OK:
		r.State = NoData
	default:
		return false
	}
	return true
}

// way says which way a pair went: 1 better, -1 worse, 0 neither.
func way(better measure.Better, delta *big.Rat) int {
	switch better {
	case measure.Up:
		return delta.Sign()
	case measure.Down:
		return -delta.Sign()
	}
	return 0
}

// rank orders levels, the worst first.
var rank = map[Level]int{Fail: 0, Warn: 1, Info: 2, Off: 3}

// weight is what a row is ordered by.
type weight struct {
	rank, waived, standing, row int
	far                         float64
}

func (r *Row) weight(i int) weight {
	w := weight{rank: rank[r.Level], waived: min(len(r.Waived), 1), standing: slices.Index(States, r.State), row: i}
	if r.DeltaRel != nil {
		w.far = max(*r.DeltaRel, -*r.DeltaRel)
	}
	return w
}

// sort puts the worst first: by level, by state, by how far it went, then in
// the order of metrics.json.
func (d *Diff) sort() {
	order := make([]weight, len(d.Rows))
	for i := range d.Rows {
		order[i] = d.Rows[i].weight(i)
	}
	slices.SortFunc(order, func(a, b weight) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.waived, b.waived), cmp.Compare(a.standing, b.standing),
			cmp.Compare(b.far, a.far), cmp.Compare(a.row, b.row))
	})
	rows := make([]Row, len(d.Rows))
	for i, w := range order {
		rows[i] = d.Rows[w.row]
	}
	d.Rows = rows
}
