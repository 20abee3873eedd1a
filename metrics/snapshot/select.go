package snapshot

import "iter"

// Selection says which values a file holds.
type Selection int

// The selections.
const (
	Units Selection = iota // metrics.json and metrics.csv
	Reps                   // metrics-reps.csv
	All                    // --values all
)

// Select yields the values of s in order.
func (d *Document) Select(s Selection) iter.Seq[Value] {
	x := d.selector(s)
	return func(yield func(Value) bool) {
		for _, b := range d.Values {
			for r := range x.rows(b) {
				if !yield(b.value(r)) {
					return
				}
			}
		}
	}
}

// selector knows which scopes of which periods a selection holds.
type selector struct {
	selection       Selection
	level           map[string]string // of scopes
	current, before map[string]bool   // periods
}

func (d *Document) selector(s Selection) *selector {
	x := &selector{s, make(map[string]string, len(d.Scopes)), map[string]bool{}, map[string]bool{}}
	for _, sc := range d.Scopes {
		x.level[sc.ID] = sc.Level
	}
	for _, p := range d.Periods {
		x.current[p.Name] = x.current[p.Name] || p.Role == RoleCurrent
		x.before[p.Name] = x.before[p.Name] || p.Role == RoleBefore
	}
	return x
}

// rows yields the rows of b that are selected.
func (x *selector) rows(b *Block) iter.Seq[*row] {
	rep, top := make([]bool, len(b.scopes.list)), make([]bool, len(b.scopes.list))
	for i, id := range b.scopes.list {
		l := x.level[id]
		rep[i], top[i] = l == "rep", l == "company" || l == "region"
	}
	current, before := make([]bool, len(b.periods.list)), make([]bool, len(b.periods.list))
	for i, p := range b.periods.list {
		current[i], before[i] = x.current[p], x.before[p]
	}
	keep := func(r *row) bool {
		switch x.selection {
		case Reps:
			return rep[r.scope] && current[r.period]
		case Units:
			return !rep[r.scope] && current[r.period] || before[r.period] && top[r.scope]
		}
		return true
	}
	return func(yield func(*row) bool) {
		for i := range b.rows {
			if r := &b.rows[i]; keep(r) && !yield(r) {
				return
			}
		}
	}
}
