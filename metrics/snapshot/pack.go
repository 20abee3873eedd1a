package snapshot

import (
	"cmp"
	"slices"
	"strings"

	"crmreport/metrics/measure"
)

// Packer makes blocks of what families compute. It may be used by several
// goroutines at a time.
type Packer struct{ scopes *names }

// NewPacker returns a packer; scopes are the ids of the organisation's nodes by
// their numbers, the company first.
func NewPacker(scopes []string) *Packer {
	n := &names{scopes, make(map[string]int32, len(scopes))}
	for i, id := range scopes {
		n.at[id] = int32(i)
	}
	return &Packer{n}
}

// Pack names scopes and periods, and sorts by metric, scope, period, key
// . Scopes sort in tree order, the company first.
func (p *Packer) Pack(values []measure.Value) *Block {
	d := newDraft(p.scopes)
	places := make([]sorting, len(values)) // values are big: their places are sorted
	for i := range values {
		v := &values[i]
		places[i] = sorting{place{d.metrics.number(v.Metric), int32(v.Slot.Scope), d.periods.number(v.Slot.Period.Name), d.keys.number(v.Key)}, int32(i)}
	}
	metric, period, key := d.metrics.sort(), d.periods.sort(), d.keys.sort()
	for i := range places {
		at := &places[i]
		at.metric, at.period, at.key = metric[at.metric], period[at.period], key[at.key]
	}
	slices.SortFunc(places, func(a, b sorting) int { return cmp.Or(a.place.compare(b.place), cmp.Compare(a.i, b.i)) })
	d.block.rows = make([]row, 0, len(values))
	for _, at := range places {
		v := &values[at.i]
		d.add(at.place, string(v.Currency), row{num: v.Num, den: v.Den, n: v.N, v: v.V, ok: v.OK, final: !v.Open},
			spanOf(v.CI), spanOf(v.Bounds), v.Method, v.Flags)
	}
	return d.done()
}

// sorting is the place of value i.
type sorting struct {
	place
	i int32
}

// ValuesOf are values in the order given.
func ValuesOf(values []Value) Values {
	d := newDraft(newNumbering().names)
	scopes := &numbering{names: d.block.scopes}
	for i := range values {
		v := &values[i]
		at := place{d.metrics.number(v.Metric), scopes.number(v.Scope), d.periods.number(v.Period), d.keys.number(v.Key)}
		d.add(at, v.Currency, row{num: v.Num, den: v.Den, n: v.N, v: v.V, ok: v.OK, final: v.Final},
			spanOfEnds(v.CI), spanOfEnds(v.Bounds), v.Method, v.Flags)
	}
	return Values{d.done()}
}

// draft is a block in the making.
type draft struct {
	block                        *Block
	metrics, periods, keys, word *numbering
	heads                        map[head]int32
	sets                         map[string]int32 // of flags, by their words
}

func newDraft(scopes *names) *draft {
	d := &draft{metrics: newNumbering(), periods: newNumbering(), keys: newNumbering(), word: newNumbering(), heads: map[head]int32{}, sets: map[string]int32{}}
	d.block = &Block{metrics: d.metrics.names, scopes: scopes, periods: d.periods.names, keys: d.keys.names}
	d.block.rare = []rare{{method: d.word.number(""), flags: d.set(nil)}}
	return d
}

// add adds a row at its place.
func (d *draft) add(at place, currency string, r row, ci, bounds span, method string, flags []string) {
	r.scope, r.period, r.key = at.scope, at.period, at.key
	r.head = d.head(head{at.metric, currency})
	if ci.there || bounds.there || method != "" || len(flags) > 0 {
		d.block.rare = append(d.block.rare, rare{ci, bounds, d.word.number(method), d.set(flags)})
		r.rare = int32(len(d.block.rare) - 1)
	}
	d.block.rows = append(d.block.rows, r)
}

func (d *draft) head(h head) int32 {
	if n := len(d.block.rows); n > 0 { // values come metric by metric
		if last := d.block.rows[n-1].head; d.block.heads[last] == h {
			return last
		}
	}
	n, ok := d.heads[h]
	if !ok {
		n = int32(len(d.block.heads))
		d.heads[h], d.block.heads = n, append(d.block.heads, h)
	}
	return n
}

func (d *draft) set(flags []string) int32 {
	words := strings.Join(flags, "\x00")
	n, ok := d.sets[words]
	if !ok {
		n = int32(len(d.block.flags))
		d.sets[words] = n
		if len(flags) == 0 {
			flags = nil
		}
		d.block.flags = append(d.block.flags, flags)
	}
	return n
}

// done closes the block: it finds the order of rows that are not in order, and
// where each metric starts.
func (d *draft) done() *Block {
	b := d.block
	b.words = d.word.list
	compare := func(x, y int32) int { return b.place(&b.rows[x]).compare(b.place(&b.rows[y])) }
	for i := 1; i < len(b.rows) && b.order == nil; i++ {
		if compare(int32(i-1), int32(i)) > 0 {
			b.order = make([]int32, len(b.rows))
		}
	}
	for i := range b.order {
		b.order[i] = int32(i)
	}
	slices.SortStableFunc(b.order, compare)
	b.starts = make([]int32, len(b.metrics.list)+1)
	for i := range b.rows {
		b.starts[b.heads[b.rows[i].head].metric+1]++
	}
	for m := range b.metrics.list {
		b.starts[m+1] += b.starts[m]
	}
	return b
}

// numbering makes names. Most often a string is that of the time before.
type numbering struct {
	*names
	last int32
}

func newNumbering() *numbering { return &numbering{names: &names{at: map[string]int32{}}} }

func (n *numbering) number(s string) int32 {
	if int(n.last) < len(n.list) && n.list[n.last] == s {
		return n.last
	}
	i, ok := n.at[s]
	if !ok {
		i = int32(len(n.list))
		n.at[s], n.list = i, append(n.list, s)
	}
	n.last = i
	return i
}

// sort numbers the names anew in their order and returns the new number of
// each.
func (n *numbering) sort() []int32 {
	before := n.at
	out := make([]int32, len(n.list))
	n.list, n.at = slices.Sorted(slices.Values(n.list)), make(map[string]int32, len(before))
	for i, s := range n.list {
		n.at[s] = int32(i)
		out[before[s]] = int32(i)
	}
	return out
}

func spanOf(i *measure.Interval) span {
	if i == nil {
		return span{}
	}
	return span{i.Lo.V, i.Hi.V, true, i.Lo.OK, i.Hi.OK}
}

func spanOfEnds(ends *[2]Bound) span {
	if ends == nil {
		return span{}
	}
	s := span{there: true, hasLo: ends[0] != nil, hasHi: ends[1] != nil}
	if s.hasLo {
		s.lo = *ends[0]
	}
	if s.hasHi {
		s.hi = *ends[1]
	}
	return s
}

// ValueOf is a value of the scope of the given id.
func ValueOf(scope string, v measure.Value) Value {
	ci, bounds := spanOf(v.CI), spanOf(v.Bounds)
	return Value{Metric: v.Metric, Scope: scope, Period: v.Slot.Period.Name, Key: v.Key, Num: v.Num, Den: v.Den, V: v.V, OK: v.OK,
		CI: ci.ends(), Method: v.Method, Bounds: bounds.ends(), N: v.N, Currency: string(v.Currency), Final: !v.Open, Flags: v.Flags}
}
