package snapshot

import (
	"cmp"
	"iter"
	"slices"
	"sort"
)

// Values are the values of a document: every scope, reps too. There may be
// millions, so they are held in blocks of small rows without pointers, which
// name what they have in common by number. A metric is in one block only.
type Values []*Block

// Block is some of the values, such as a family's, of some scopes. Packer and
// ValuesOf make it; it does not change.
type Block struct {
	*table       // of every scope: of and each keep to those of the block
	own    []run // their numbers
	n      int   // values
}

// table is the values that blocks of some scopes share.
type table struct {
	metrics, scopes, periods, keys *names
	first, last                    string // of the metrics by their names
	heads                          []head
	words                          []string   // methods; the first is none
	flags                          [][]string // sets of flags; the first is empty
	rows                           []row
	slots                          []slot  // of rows
	rare                           []rare  // the first is of the rows without
	order                          []int32 // rows by metric, scope, period, key; nil: they lie so
	cells                          []int32 // by metric and scope: its first row in order; one more at the end
	starts                         []int32 // the same by metric alone, where there are no cells
}

// names numbers strings.
type names struct {
	list []string
	at   map[string]int32
}

// head is what the values of a metric have in common.
type head struct {
	metric   int32
	currency string
}

// row is a value. Its last fields are numbers in the lists of the block.
type row struct {
	num, den, n int64
	v           float64
	head, scope int32
	rare        int32 // 0 is none
	ok, final   bool
}

// slot is where a row is within its metric and scope, apart from the row: of many
// rows that is all that is asked.
type slot struct{ period, key int32 }

func (s slot) compare(t slot) int {
	if s.period != t.period {
		return cmp.Compare(s.period, t.period)
	}
	return cmp.Compare(s.key, t.key)
}

// rare is what only some values have.
type rare struct {
	ci, bounds    span
	method, flags int32
}

// span is an interval; an end that has is false for is open.
type span struct {
	lo, hi              float64
	there, hasLo, hasHi bool
}

func (s *span) ends() *[2]Bound {
	if !s.there {
		return nil
	}
	var out [2]Bound
	if s.hasLo {
		lo := s.lo
		out[0] = &lo
	}
	if s.hasHi {
		hi := s.hi
		out[1] = &hi
	}
	return &out
}

// Len is how many values there are.
func (vs Values) Len() int {
	n := 0
	for _, b := range vs {
		n += b.Len()
	}
	return n
}

// Len is how many values the block has.
func (b *Block) Len() int { return b.n }

// First is the first of the block's metrics in order.
func (b *Block) First() string {
	for m, name := range b.metrics.list {
		for range b.each(int32(m)) {
			return name
		}
	}
	return ""
}

// All yields every value in order.
func (vs Values) All() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for _, b := range vs {
			for i := range b.all() {
				if !yield(b.value(i)) {
					return
				}
			}
		}
	}
}

// all yields the rows of the block: as they were given where these are all that
// there are, else by metric.
func (b *Block) all() iter.Seq[int32] {
	return func(yield func(int32) bool) {
		if b.n == len(b.rows) {
			for i := range b.rows {
				if !yield(int32(i)) {
					return
				}
			}
			return
		}
		for m := range b.metrics.list {
			for i := range b.each(int32(m)) {
				if !yield(i) {
					return
				}
			}
		}
	}
}

// each yields the rows of a metric in order.
func (b *Block) each(metric int32) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for _, scopes := range b.own {
			rows := b.of(metric, scopes)
			for i := rows.from; i < rows.to; i++ {
				if !yield(b.at(i)) {
					return
				}
			}
		}
	}
}

func (b *Block) value(i int32) Value {
	r, at := &b.rows[i], b.slots[i]
	h := &b.heads[r.head]
	v := Value{Metric: b.metrics.list[h.metric], Scope: b.scopes.list[r.scope], Period: b.periods.list[at.period], Key: b.keys.list[at.key],
		Num: r.num, Den: r.den, V: r.v, OK: r.ok, N: r.n, Currency: h.currency, Final: r.final}
	x := &b.rare[r.rare]
	v.CI, v.Bounds, v.Method, v.Flags = x.ci.ends(), x.bounds.ends(), b.words[x.method], b.flags[x.flags]
	return v
}

// Find returns a value; of several of the same place the last.
func (vs Values) Find(metric, scope, period, key string) (Value, bool) {
	for _, b := range vs {
		if metric < b.first || metric > b.last {
			continue
		}
		if m, ok := b.metrics.at[metric]; ok {
			return b.find(m, scope, period, key)
		}
	}
	return Value{}, false
}

func (b *Block) find(metric int32, scope, period, key string) (Value, bool) {
	s, known := b.scopes.at[scope]
	p, dated := b.periods.at[period]
	k, keyed := b.keys.at[key]
	if !known || !dated || !keyed || !b.has(s) {
		return Value{}, false
	}
	rows, want := b.of(metric, run{s, s + 1}), slot{p, k}
	from, to := rows.from, rows.to
	for from < to {
		if mid := (from + to) / 2; b.slots[b.at(mid)].compare(want) > 0 {
			to = mid
		} else {
			from = mid + 1
		}
	}
	if from == rows.from {
		return Value{}, false
	}
	i := b.at(from - 1)
	if b.slots[i] != want {
		return Value{}, false
	}
	return b.value(i), true
}

// has reports whether the scope of the number is the block's.
func (b *Block) has(scope int32) bool {
	return slices.ContainsFunc(b.own, func(r run) bool { return r.from <= scope && scope < r.to })
}

// run is from one number up to another, which is not of it.
type run struct{ from, to int32 }

// of are the rows of a metric of scopes by their numbers.
func (t *table) of(metric int32, scopes run) run {
	if t.cells != nil {
		cells := t.cells[int(metric)*len(t.scopes.list):]
		return run{cells[scopes.from], cells[scopes.to]}
	}
	end := t.starts[metric+1]
	from := t.search(t.starts[metric], end, scopes.from)
	return run{from, t.search(from, end, scopes.to)}
}

// search finds the first row from one place to another, all of one metric, of a
// scope that has the number or a later one.
func (t *table) search(from, to, scope int32) int32 {
	return from + int32(sort.Search(int(to-from), func(i int) bool { return t.rows[t.at(from+int32(i))].scope >= scope }))
}

// at is where row i in order lies.
func (t *table) at(i int32) int32 {
	if t.order != nil {
		return t.order[i]
	}
	return i
}

// place says by numbers where a row belongs.
type place struct{ metric, scope, period, key int32 }

func (t *table) place(i int32) place {
	r, at := &t.rows[i], t.slots[i]
	return place{t.heads[r.head].metric, r.scope, at.period, at.key}
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.metric, q.metric), cmp.Compare(p.scope, q.scope), cmp.Compare(p.period, q.period), cmp.Compare(p.key, q.key))
}

// Keys returns the keys of every metric, in no order; "" is one of them where
// a value has none.
func (vs Values) Keys() map[string][]string {
	out := map[string][]string{}
	for _, b := range vs {
		seen := make([]int32, len(b.keys.list)) // by key: one more than the metric that had it last
		for m, metric := range b.metrics.list {
			for i := range b.each(int32(m)) {
				if key := b.slots[i].key; seen[key] != int32(m)+1 {
					seen[key] = int32(m) + 1
					out[metric] = append(out[metric], b.keys.list[key])
				}
			}
		}
	}
	return out
}

// Busy returns the scopes that have any number but 0 in one of the periods.
func (vs Values) Busy(periods map[string]bool) map[string]bool {
	out := map[string]bool{}
	for _, b := range vs {
		now, busy := make([]bool, len(b.periods.list)), make([]bool, len(b.scopes.list))
		for i, p := range b.periods.list {
			now[i] = periods[p]
		}
		for i := range b.all() {
			if r := &b.rows[i]; now[b.slots[i].period] && r.ok && (r.num != 0 || r.v != 0) {
				busy[r.scope] = true
			}
		}
		for i, is := range busy {
			if is {
				out[b.scopes.list[i]] = true
			}
		}
	}
	return out
}
