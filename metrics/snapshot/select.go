package snapshot

import "iter"

// Selection says which values a file holds.
type Selection int

// The selections. Units are the units' values of the current periods (of the
// year the headlines), and for the company and its regions the headlines of the
// periods before; areas and teams have keys only of headlines and of metrics
// that are relied on.
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
			for i := range x.rows(b) {
				if !yield(b.value(i)) {
					return
				}
			}
		}
	}
}

// selector knows which scopes of which periods a selection holds.
type selector struct {
	selection       Selection
	headline        map[string]bool   // metrics
	level           map[string]string // of scopes
	current, before map[string]bool   // periods
	year            map[string]bool   // of current
}

func (d *Document) selector(s Selection) *selector {
	x := &selector{s, map[string]bool{}, make(map[string]string, len(d.Scopes)), map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, def := range d.Definitions {
		x.headline[def.ID] = def.Headline
	}
	for _, sc := range d.Scopes {
		x.level[sc.ID] = sc.Level
	}
	for _, p := range d.Periods {
		x.current[p.Name] = x.current[p.Name] || p.Role == RoleCurrent
		x.before[p.Name] = x.before[p.Name] || p.Role == RoleBefore
		x.year[p.Name] = p.Kind == "year"
	}
	return x
}

// rows yields the rows of b that are selected.
func (x *selector) rows(b *Block) iter.Seq[int32] {
	keep := map[Selection]func(int32) bool{Units: x.units(b), Reps: x.reps(b)}[x.selection]
	return func(yield func(int32) bool) {
		for i := range b.all() {
			if (keep == nil || keep(i)) && !yield(i) {
				return
			}
		}
	}
}

func (x *selector) reps(b *Block) func(int32) bool {
	rep := mark(b.scopes.list, func(id string) bool { return x.level[id] == "rep" })
	current := mark(b.periods.list, func(p string) bool { return x.current[p] })
	return func(i int32) bool { return current[b.slots[i].period] && rep[b.rows[i].scope] }
}

func (x *selector) units(b *Block) func(int32) bool {
	unit := mark(b.scopes.list, func(id string) bool { return x.level[id] != "rep" })
	top := mark(b.scopes.list, func(id string) bool { return x.level[id] == "company" || x.level[id] == "region" })
	running := mark(b.periods.list, func(p string) bool { return x.current[p] && !x.year[p] })
	year := mark(b.periods.list, func(p string) bool { return x.year[p] && x.current[p] })
	before := mark(b.periods.list, func(p string) bool { return x.before[p] })
	keyless := mark(b.keys.list, func(k string) bool { return k == "" })
	headline, whole := make([]bool, len(b.heads)), make([]bool, len(b.heads))
	for i, h := range b.heads {
		id := b.metrics.list[h.metric]
		headline[i] = x.headline[id]
		whole[i] = x.headline[id] || relied[id]
	}
	return func(i int32) bool {
		r, at := &b.rows[i], b.slots[i]
		switch {
		case running[at.period]:
			return top[r.scope] || unit[r.scope] && (keyless[at.key] || whole[r.head])
		case year[at.period]:
			return unit[r.scope] && headline[r.head]
		}
		return before[at.period] && top[r.scope] && headline[r.head]
	}
}

// mark says of each name of a block whether is holds of it.
func mark(list []string, is func(string) bool) []bool {
	out := make([]bool, len(list))
	for i, name := range list {
		out[i] = is(name)
	}
	return out
}
