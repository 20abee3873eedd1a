// Package fold runs accumulators over a book: it splits the journeys into
// chunks, folds them side by side and merges the results, and rolls cells up
// to scopes and periods. It holds the only goroutines of metrics. What is
// folded is the families' business.
package fold

import (
	"runtime"
	"sync"
	"sync/atomic"

	"crmreport/ingest/crm"
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
