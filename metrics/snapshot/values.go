package snapshot

import (
	"cmp"
	"iter"
	"sort"
)

// Values are the values of a document: every scope, reps too. There may be
// millions, so they are held in blocks of small rows without pointers, which
// name what they have in common by number. A metric is in one block only.
type Values []*Block

// Block is some of the values, such as a family's. Packer and ValuesOf make it;
// it does not change.
type Block struct {
	metrics, scopes, periods, keys *names
	heads                          []head
	words                          []string   // methods; the first is none
	flags                          [][]string // sets of flags; the first is empty
	rows                           []row
	rare                           []rare  // the first is of the rows without
	order                          []int32 // rows by metric, scope, period, key; nil: they lie so
	starts                         []int32 // by metric: its first row in order; one more at the end
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
	period, key int32
	rare        int32 // 0 is none
	ok, final   bool
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
func (b *Block) Len() int { return len(b.rows) }

// First is the first of the block's metrics in order.
func (b *Block) First() string { return b.metrics.list[b.heads[b.at(0).head].metric] }

// All yields every value in order.
func (vs Values) All() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for _, b := range vs {
			for i := range b.rows {
				if !yield(b.value(&b.rows[i])) {
					return
				}
			}
		}
	}
}

func (b *Block) value(r *row) Value {
	h := &b.heads[r.head]
	v := Value{Metric: b.metrics.list[h.metric], Scope: b.scopes.list[r.scope], Period: b.periods.list[r.period], Key: b.keys.list[r.key],
		Num: r.num, Den: r.den, V: r.v, OK: r.ok, N: r.n, Currency: h.currency, Final: r.final}
	x := &b.rare[r.rare]
	v.CI, v.Bounds, v.Method, v.Flags = x.ci.ends(), x.bounds.ends(), b.words[x.method], b.flags[x.flags]
	return v
}

// Find returns a value; of several of the same place the last.
func (vs Values) Find(metric, scope, period, key string) (Value, bool) {
	for _, b := range vs {
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
	if !known || !dated || !keyed {
		return Value{}, false
	}
	want := place{metric, s, p, k}
	from := b.starts[metric]
	n := int(b.starts[metric+1] - from)
	i := sort.Search(n, func(i int) bool { return b.place(b.at(from+int32(i))).compare(want) > 0 })
	if i == 0 {
		return Value{}, false
	}
	r := b.at(from + int32(i) - 1)
	if b.place(r) != want {
		return Value{}, false
	}
	return b.value(r), true
}

// at returns row i in order.
func (b *Block) at(i int32) *row {
	if b.order != nil {
		i = b.order[i]
	}
	return &b.rows[i]
}

// place says by numbers where a row belongs.
type place struct{ metric, scope, period, key int32 }

func (b *Block) place(r *row) place {
	return place{b.heads[r.head].metric, r.scope, r.period, r.key}
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
			for i := b.starts[m]; i < b.starts[m+1]; i++ {
				if key := b.at(i).key; seen[key] != int32(m)+1 {
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
		for i := range b.rows {
			if r := &b.rows[i]; r.ok && (r.num != 0 || r.v != 0) && now[r.period] {
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
