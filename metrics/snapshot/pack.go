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

// Draft is a block in the making. It is not for concurrent use.
type Draft struct {
	block                        *Block
	metrics, periods, keys, word *numbering
	heads                        map[head]int32
	sets                         map[string]int32 // of flags, by their words
	rows                         pile[row]        // as they came
	rare                         pile[rare]
	last                         int32 // head of the last
}

// pile is what comes one by one, some thousand in a part: what it has need not
// be copied to grow.
type pile[T any] struct {
	parts [][]T
	n     int
}

// partSize is how many the parts of a pile hold, but for the first: a pile may
// be small.
const partSize, firstSize = 1 << 12, 64

func (p *pile[T]) add(x T) {
	last := len(p.parts) - 1
	if last < 0 || len(p.parts[last]) == cap(p.parts[last]) {
		size := partSize
		if last < 0 {
			size = firstSize
		}
		p.parts, last = append(p.parts, make([]T, 0, size)), last+1
	}
	p.parts[last] = append(p.parts[last], x)
	p.n++
}

// Draft returns an empty draft.
func (p *Packer) Draft() *Draft { return newDraft(p.scopes) }

func newDraft(scopes *names) *Draft {
	d := &Draft{metrics: newNumbering(), periods: newNumbering(), keys: newNumbering(), word: newNumbering(), heads: map[head]int32{}, sets: map[string]int32{}}
	d.block = &Block{metrics: d.metrics.names, scopes: scopes, periods: d.periods.names, keys: d.keys.names}
	d.rare.add(rare{method: d.word.number("")})
	d.block.flags = [][]string{nil}
	return d
}

// Add adds values; it keeps nothing of the slice.
func (d *Draft) Add(values []measure.Value) {
	for i := range values {
		v := &values[i]
		at := place{d.metrics.number(v.Metric), int32(v.Slot.Scope), d.periods.number(v.Slot.Period.Name), d.keys.number(v.Key)}
		d.add(at, string(v.Currency), row{num: v.Num, den: v.Den, n: v.N, v: v.V, ok: v.OK, final: !v.Open},
			rare{spanOf(v.CI), spanOf(v.Bounds), d.word.number(v.Method), d.set(v.Flags)})
	}
}

// Sorted returns the block: its values sorted by metric, scope, period, key
// . Scopes sort in tree order, the company first. The draft is spent.
func (d *Draft) Sorted() *Block {
	metric, period, key := d.metrics.sort(), d.periods.sort(), d.keys.sort()
	for i := range d.block.heads {
		h := &d.block.heads[i]
		h.metric = metric[h.metric]
	}
	for _, rows := range d.rows.parts {
		for i := range rows {
			rows[i].period, rows[i].key = period[rows[i].period], key[rows[i].key]
		}
	}
	return d.done(d.order())
}

// ValuesOf are values in the order given.
func ValuesOf(values []Value) Values {
	w := newWritten()
	for i := range values {
		w.value(&values[i])
	}
	return Values{w.done(nil)}
}

func (w *written) value(v *Value) {
	at := place{w.metrics.number(v.Metric), w.scopes.number(v.Scope), w.periods.number(v.Period), w.keys.number(v.Key)}
	w.add(at, v.Currency, row{num: v.Num, den: v.Den, n: v.N, v: v.V, ok: v.OK, final: v.Final},
		rare{spanOfEnds(v.CI), spanOfEnds(v.Bounds), w.word.number(v.Method), w.set(v.Flags)})
}

// add adds a row at its place.
func (d *Draft) add(at place, currency string, r row, x rare) {
	r.scope, r.period, r.key = at.scope, at.period, at.key
	r.head = d.head(head{at.metric, currency})
	if x != (rare{}) {
		r.rare = int32(d.rare.n)
		d.rare.add(x)
	}
	d.rows.add(r)
}

func (d *Draft) head(h head) int32 {
	if len(d.block.heads) > 0 && d.block.heads[d.last] == h {
		return d.last
	}
	n, ok := d.heads[h]
	if !ok {
		n = int32(len(d.block.heads))
		d.heads[h], d.block.heads = n, append(d.block.heads, h)
	}
	d.last = n
	return n
}

func (d *Draft) set(flags []string) int32 {
	if len(flags) == 0 {
		return 0
	}
	words := strings.Join(flags, "\x00")
	n, ok := d.sets[words]
	if !ok {
		n = int32(len(d.block.flags))
		d.sets[words] = n
		d.block.flags = append(d.block.flags, flags)
	}
	return n
}

// order returns the rows sorted by their places. Families come scope by scope:
// within a metric the scopes are mostly sorted, and each has few values.
func (d *Draft) order() []*row {
	order := make([]*row, d.rows.n)
	next := d.starts()
	for _, rows := range d.rows.parts {
		for i := range rows {
			m := d.block.heads[rows[i].head].metric
			order[next[m]] = &rows[i]
			next[m]++
		}
	}
	from := int32(0)
	for _, end := range next[:len(next)-1] {
		rows := order[from:end]
		from = end
		scope := func(r, s *row) int { return cmp.Compare(r.scope, s.scope) }
		if !slices.IsSortedFunc(rows, scope) {
			slices.SortStableFunc(rows, scope)
		}
		for len(rows) > 0 {
			n := 1
			for n < len(rows) && rows[n].scope == rows[0].scope {
				n++
			}
			slices.SortStableFunc(rows[:n], func(r, s *row) int { return cmp.Or(cmp.Compare(r.period, s.period), cmp.Compare(r.key, s.key)) })
			rows = rows[n:]
		}
	}
	return order
}

// starts are where the rows of each metric begin when they lie metric by metric;
// the last is where all end.
func (d *Draft) starts() []int32 {
	out := make([]int32, len(d.metrics.list)+1)
	for _, rows := range d.rows.parts {
		for i := range rows {
			out[d.block.heads[rows[i].head].metric+1]++
		}
	}
	for m := range d.metrics.list {
		out[m+1] += out[m]
	}
	return out
}

// done closes the block, with its rows in the given order. Where none is given
// they stay as they came, and it finds the order.
func (d *Draft) done(order []*row) *Block {
	b := d.block
	b.words, b.rare, b.starts = d.word.list, slices.Concat(d.rare.parts...), d.starts()
	if order == nil {
		b.rows = slices.Concat(d.rows.parts...)
		b.sort()
		return b
	}
	b.rows = make([]row, len(order))
	for i, r := range order {
		b.rows[i] = *r
	}
	return b
}

// sort finds the order of rows that do not lie in order.
func (b *Block) sort() {
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
}

// numbering makes names. Most often a string is that of the time before.
type numbering struct {
	*names
	last int32
}

func newNumbering() *numbering { return &numbering{names: &names{at: map[string]int32{}}} }

// known is the number of a text that has one.
func (n *numbering) known(text []byte) (int32, bool) {
	if int(n.last) < len(n.list) && n.list[n.last] == string(text) {
		return n.last, true
	}
	i, ok := n.at[string(text)]
	if ok {
		n.last = i
	}
	return i, ok
}

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
