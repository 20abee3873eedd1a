// Package fold runs accumulators over a book: it splits the journeys into
// chunks, folds them side by side and merges the results, and rolls cells up
// to scopes and periods. It holds the only goroutines of metrics. What is
// folded is the families' business.
package fold

import (
	"fmt"
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
		lo := n * crm.CustomerNo(k) / crm.CustomerNo(parts)
		hi := n * crm.CustomerNo(k+1) / crm.CustomerNo(parts)
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
type Cells[V Summand[V]] map[Cell]V

// Add adds v to a cell.
func (c Cells[V]) Add(leaf crm.LeafNo, day crm.Date, v V) {
	k := Cell{leaf, day}
	c[k] = c[k].Plus(v)
}

// Merge adds every cell of o.
func (c Cells[V]) Merge(o Cells[V]) {
	for k, v := range o {
		c[k] = c[k].Plus(v)
	}
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
	find := NewFinder(f.Periods())
	out := map[LeafPeriod]V{}
	for k, v := range c {
		for _, p := range find.Containing(k.Day) {
			lp := LeafPeriod{k.Leaf, p}
			out[lp] = out[lp].Plus(v)
		}
	}
	return out
}

// Finder finds the periods that contain a day without trying them all.
type Finder struct {
	periods []crm.Period
	cache   map[crm.Date][]crm.Period
}

// NewFinder returns a finder over periods. It is not for concurrent use.
func NewFinder(periods []crm.Period) *Finder {
	return &Finder{periods, map[crm.Date][]crm.Period{}}
}

// Containing returns the periods that contain d.
func (f *Finder) Containing(d crm.Date) []crm.Period {
	if ps, ok := f.cache[d]; ok {
		return ps
	}
	var ps []crm.Period
	for _, p := range f.periods {
		if p.Contains(d) {
			ps = append(ps, p)
		}
	}
	f.cache[d] = ps
	return ps
}
