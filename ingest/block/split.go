package block

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Split calls f on pieces [from, to) of [0, n) side by side, one a processor,
// and waits for all. A panic ends in the caller.
func Split(n int, f func(from, to int)) {
	pieces := max(1, min(n, runtime.GOMAXPROCS(0)))
	bugs := make([]any, pieces)
	var all sync.WaitGroup
	for k := range pieces {
		all.Go(func() {
			defer func() { bugs[k] = recover() }()
			f(n*k/pieces, n*(k+1)/pieces)
		})
	}
	all.Wait()
	for _, b := range bugs {
		if b != nil {
			panic(b)
		}
	}
}

// All calls every f, as many at a time as there are processors, the first ones
// first, and waits for all. A panic ends in the caller.
func All(fs ...func()) {
	var next atomic.Int64
	Split(min(len(fs), runtime.GOMAXPROCS(0)), func(from, to int) {
		for i := next.Add(1); i <= int64(len(fs)); i = next.Add(1) {
			fs[i-1]()
		}
	})
}
