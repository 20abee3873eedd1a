package snapshot

import (
	"iter"
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
	block                        *table
	metrics, periods, keys, word *numbering
	heads                        map[head]int32
	sets                         map[string]int32 // of flags, by their words
	rows                         pile[entry]      // as they came
	rare                         pile[rare]
	last                         int32 // head of the last
}

// entry is a row and its slot, in one place until all are there.
type entry struct {
	row
	slot
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

// all yields what came, in its order.
func (p *pile[T]) all() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, part := range p.parts {
			for i := range part {
				if !yield(&part[i]) {
					return
				}
			}
		}
	}
}

// Draft returns an empty draft.
func (p *Packer) Draft() *Draft { return newDraft(p.scopes) }

func newDraft(scopes *names) *Draft {
	d := &Draft{metrics: newNumbering(), periods: newNumbering(), keys: newNumbering(), word: newNumbering(), heads: map[head]int32{}, sets: map[string]int32{}}
	d.block = &table{metrics: d.metrics.names, scopes: scopes, periods: d.periods.names, keys: d.keys.names}
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
	for r := range d.rows.all() {
		r.slot = slot{period[r.period], key[r.key]}
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
	r.scope, r.head = at.scope, d.head(head{at.metric, currency})
	if x != (rare{}) {
		r.rare = int32(d.rare.n)
		d.rare.add(x)
	}
	d.rows.add(entry{r, slot{at.period, at.key}})
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

// order returns the rows sorted by their places, and lays down where those of
// each metric and scope are, which are few.
func (d *Draft) order() []*entry {
	t, width := d.block, len(d.block.scopes.list)
	order, cell := make([]*entry, d.rows.n), func(r *entry) int { return int(t.heads[r.head].metric)*width + int(r.scope) }
	t.cells = make([]int32, len(d.metrics.list)*width+1)
	for r := range d.rows.all() {
		t.cells[cell(r)+1]++
	}
	for i := range len(t.cells) - 1 {
		t.cells[i+1] += t.cells[i]
	}
	next := slices.Clone(t.cells)
	for r := range d.rows.all() {
		at := &next[cell(r)]
		order[*at] = r
		*at++
	}
	for i := range len(t.cells) - 1 {
		slices.SortStableFunc(order[t.cells[i]:t.cells[i+1]], func(r, s *entry) int { return r.slot.compare(s.slot) })
	}
	return order
}

// starts are where the rows of each metric begin when they lie metric by metric;
// the last is where all end.
func (d *Draft) starts() []int32 {
	out := make([]int32, len(d.metrics.list)+1)
	for r := range d.rows.all() {
		out[d.block.heads[r.head].metric+1]++
	}
	for m := range d.metrics.list {
		out[m+1] += out[m]
	}
	return out
}

// done closes the block, with its rows in the given order. Where none is given
// they stay as they came, and it finds the order.
func (d *Draft) done(order []*entry) *Block {
	t := d.block
	t.words, t.rare = d.word.list, slices.Concat(d.rare.parts...)
	if len(t.metrics.list) > 0 {
		t.first, t.last = slices.Min(t.metrics.list), slices.Max(t.metrics.list)
	}
	b := &Block{table: t, own: []run{{0, int32(len(t.scopes.list))}}, n: d.rows.n}
	t.rows, t.slots = make([]row, 0, d.rows.n), make([]slot, 0, d.rows.n)
	for _, r := range order {
		t.rows, t.slots = append(t.rows, r.row), append(t.slots, r.slot)
	}
	if order == nil {
		for r := range d.rows.all() {
			t.rows, t.slots = append(t.rows, r.row), append(t.slots, r.slot)
		}
		t.starts = d.starts()
		t.sort()
	}
	return b
}

// sort finds the order of rows that do not lie in order.
func (t *table) sort() {
	compare := func(x, y int32) int { return t.place(x).compare(t.place(y)) }
	for i := 1; i < len(t.rows) && t.order == nil; i++ {
		if compare(int32(i-1), int32(i)) > 0 {
			t.order = make([]int32, len(t.rows))
		}
	}
	for i := range t.order {
		t.order[i] = int32(i)
	}
	slices.SortStableFunc(t.order, compare)
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
