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
	defer func() {
		if p := recover(); p != "a bug" {
			t.Errorf("recovered %v", p)
		}
	}()
	Split(2, func(int, int) { panic("a bug") })
	t.Error("no panic")
}
