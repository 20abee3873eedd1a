// Package fold runs accumulators over a book: it splits the journeys into
// chunks, folds them side by side and merges the results, and rolls cells up
// to scopes and periods. It holds the only goroutines of metrics. What is
// folded is the families' business.
package fold

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Acc is an accumulator of R (a journey, a deal log). The zero value behind A
// works; state is integers and maps with text-marshalled keys; Merge is
// commutative and associative and never fails. foldtest.Laws tests that.
type Acc[A any, R any] interface {
	*A
	Add(R)
	Merge(*A)
}

// Journeys folds every journey of b with accumulators made by newAcc (which
// sets the options) and returns the merged one. The result does not depend on
// the number of chunks.
func Journeys[A any, P Acc[A, *crm.Journey]](b *crm.Book, newAcc func() P) P {
	parts := runtime.GOMAXPROCS(0)
	n := crm.CustomerNo(b.Customers.Len())
	accs := make([]P, parts)
	for k := range parts {
		accs[k] = newAcc()
	}
	side(parts, func(k int) {
		lo := crm.CustomerNo(int64(n) * int64(k) / int64(parts))
		hi := crm.CustomerNo(int64(n) * int64(k+1) / int64(parts))
		if k == 0 {
			lo = crm.NoCustomer
		}
		for j := range b.Journeys(lo, hi) {
			accs[k].Add(j)
		}
	})
	for _, a := range accs[1:] {
		accs[0].Merge((*A)(a))
	}
	return accs[0]
}

// Each calls f for 0 … n−1, several at a time and in no order.
func Each(n int, f func(i int)) {
	var next atomic.Int64
	side(min(n, runtime.GOMAXPROCS(0)), func(int) {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			f(i)
		}
	})
}

// side runs f for 0 … n−1 side by side and waits for all. A panic must end in
// the caller, who reports it as a bug: in a goroutine it would end the process
// with exit code 2, which reads as "warnings".
func side(n int, f func(k int)) {
	bugs := make([]any, n)
	var wg sync.WaitGroup
	for k := range n {
		wg.Go(func() {
			defer func() { bugs[k] = recover() }()
			f(k)
		})
	}
	wg.Wait()
	for _, b := range bugs {
		if b != nil {
			panic(b)
		}
	}
}

// Summand is a bundle of additive numbers: Plus is + field by field.
type Summand[V any] interface{ Plus(V) V }

// Cell addresses a cell: what one leaf did on one day.
type Cell struct {
	Leaf crm.LeafNo
	Day  crm.Date
}

// MarshalText makes cells JSON map keys: leaf@2025-03-09.
func (c Cell) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d@%s", c.Leaf, c.Day), nil
}

// UnmarshalText reads what MarshalText wrote.
func (c *Cell) UnmarshalText(b []byte) error {
	leaf, day, ok := strings.Cut(string(b), "@")
	n, err := strconv.Atoi(leaf)
	if err != nil || !ok {
		return fmt.Errorf("%q is not a cell", b)
	}
	c.Leaf = crm.LeafNo(n)
	return c.Day.UnmarshalText([]byte(day))
}

// Cells is an additive table, leaf × day → sums: the state of most families.
// It is kept week by week, since what a leaf does, it mostly does on several
// days of a week; there may be millions of cells.
type Cells[V Summand[V]] map[weekOf]*week[V]

// weekOf addresses a leaf's week, counted from 1970-01-01 by seven days.
type weekOf struct {
	leaf crm.LeafNo
	week int32
}

type week[V any] struct {
	sums [7]V
	has  [7]bool
}

func split(d crm.Date) (week, day int32) {
	week = int32(d) / 7
	if day = int32(d) % 7; day < 0 {
		week, day = week-1, day+7
	}
	return week, day
}

// Add adds v to a cell.
func (c Cells[V]) Add(leaf crm.LeafNo, day crm.Date, v V) {
	n, k := split(day)
	w := c[weekOf{leaf, n}]
	if w == nil {
		w = new(week[V])
		c[weekOf{leaf, n}] = w
	}
	w.sums[k], w.has[k] = w.sums[k].Plus(v), true
}

// At returns the sum of a cell, zero where there is none.
func (c Cells[V]) At(leaf crm.LeafNo, day crm.Date) V {
	n, k := split(day)
	if w := c[weekOf{leaf, n}]; w != nil {
		return w.sums[k]
	}
	var none V
	return none
}

// Merge adds every cell of o.
func (c Cells[V]) Merge(o Cells[V]) {
	for at, w := range o {
		mine := c[at]
		if mine == nil {
			its := *w
			c[at] = &its
			continue
		}
		for k := range w.sums {
			if w.has[k] {
				mine.sums[k], mine.has[k] = mine.sums[k].Plus(w.sums[k]), true
			}
		}
	}
}

// All yields every cell, in no order.
func (c Cells[V]) All() iter.Seq2[Cell, V] {
	return func(yield func(Cell, V) bool) {
		for at, w := range c {
			for k := range w.sums {
				if w.has[k] && !yield(Cell{at.leaf, crm.Date(at.week*7 + int32(k))}, w.sums[k]) {
					return
				}
			}
		}
	}
}

// MarshalJSON writes an object with a member a cell.
func (c Cells[V]) MarshalJSON() ([]byte, error) { return json.Marshal(maps.Collect(c.All())) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Cells[V]) UnmarshalJSON(b []byte) error {
	var cells map[Cell]V
	if err := json.Unmarshal(b, &cells); err != nil {
		return err
	}
	*c = Cells[V]{}
	for k, v := range cells {
		c.Add(k.Leaf, k.Day, v)
	}
	return nil
}

// Roll sums cells into every slot the frame wants: each scope on the leaf's
// path, each period that contains the day (R-0.4: a parent is the sum of its
// children). Slots without a cell are absent.
func Roll[V Summand[V]](c Cells[V], f *measure.Frame) map[measure.Slot]V {
	byLeaf := ByLeaf(c, f)
	out := map[measure.Slot]V{}
	for k, v := range byLeaf {
		for _, scope := range f.Org.Path(k.Leaf) {
			s := measure.Slot{Scope: scope, Period: k.Period}
			out[s] = out[s].Plus(v)
		}
	}
	return out
}

// LeafPeriod addresses the sums of one leaf over one period.
type LeafPeriod struct {
	Leaf   crm.LeafNo
	Period crm.Period
}

// ByLeaf sums cells over every period of the frame, leaf by leaf.
func ByLeaf[V Summand[V]](c Cells[V], f *measure.Frame) map[LeafPeriod]V {
	periods := f.Periods()
	find := newIndex(periods)
	type row struct {
		sums []V
		has  []bool
	}
	rows := map[crm.LeafNo]*row{}
	for at, w := range c {
		var r *row
		for k := range w.sums {
			in := find.containing(crm.Date(at.week*7 + int32(k)))
			if !w.has[k] || len(in) == 0 {
				continue
			}
			if r == nil {
				if r = rows[at.leaf]; r == nil {
					r = &row{make([]V, len(periods)), make([]bool, len(periods))}
					rows[at.leaf] = r
				}
			}
			for _, p := range in {
				r.sums[p], r.has[p] = r.sums[p].Plus(w.sums[k]), true
			}
		}
	}
	out := map[LeafPeriod]V{}
	for leaf, r := range rows {
		for p, has := range r.has {
			if has {
				k := LeafPeriod{leaf, periods[p]}
				out[k] = out[k].Plus(r.sums[p])
			}
		}
	}
	return out
}

// Finder finds the periods that contain a day without trying them all.
type Finder struct {
	index *index
	cache map[crm.Date][]crm.Period
}

// NewFinder returns a finder over periods. It is not for concurrent use.
func NewFinder(periods []crm.Period) *Finder {
	return &Finder{newIndex(periods), map[crm.Date][]crm.Period{}}
}

// Containing returns the periods that contain d.
func (f *Finder) Containing(d crm.Date) []crm.Period {
	if ps, ok := f.cache[d]; ok {
		return ps
	}
	var ps []crm.Period
	for _, n := range f.index.containing(d) {
		ps = append(ps, f.index.periods[n])
	}
	f.cache[d] = ps
	return ps
}

// index says which of a list of periods contain a day, by their numbers. It
// learns a day when it is asked for it.
type index struct {
	periods []crm.Period
	first   crm.Date
	days    [][]int32 // from first on; nil where nobody has asked yet
}

func newIndex(periods []crm.Period) *index {
	x := &index{periods: periods}
	if len(periods) == 0 {
		return x
	}
	end := periods[0].End
	x.first = periods[0].Start
	for _, p := range periods {
		x.first, end = min(x.first, p.Start), max(end, p.End)
	}
	x.days = make([][]int32, max(0, end-x.first))
	return x
}

func (x *index) containing(d crm.Date) []int32 {
	if d < x.first || int(d-x.first) >= len(x.days) {
		return nil
	}
	in := &x.days[d-x.first]
	if *in == nil {
		*in = []int32{}
		for n, p := range x.periods {
			if p.Contains(d) {
				*in = append(*in, int32(n))
			}
		}
	}
	return *in
}
