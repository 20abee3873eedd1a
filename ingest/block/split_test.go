package block

import (
	"sync/atomic"
	"testing"
)

// Every index is in exactly one piece, whatever their number.
func TestSplit(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 7, 100} {
		seen := make([]atomic.Int32, n)
		Split(n, func(from, to int) {
			for i := from; i < to; i++ {
				seen[i].Add(1)
			}
		})
		for i := range seen {
			if seen[i].Load() != 1 {
				t.Errorf("%d of %d came %d times", i, n, seen[i].Load())
			}
		}
	}
	for n := range 10 {
		fs, done := make([]func(), n), make([]atomic.Int32, n)
		for i := range fs {
			fs[i] = func() { done[i].Add(1) }
		}
		All(fs...)
		for i := range done {
			if done[i].Load() != 1 {
				t.Errorf("%d of %d ran %d times", i, n, done[i].Load())
			}
		}
	}
	defer func() {
		if p := recover(); p != "a bug" {
			t.Errorf("recovered %v", p)
		}
	}()
	Split(2, func(int, int) { panic("a bug") })
	t.Error("no panic")
}
