package fold

import (
	"slices"
	"testing"
)

// A bag holds what was added, and little room beside it.
func TestBagAdd(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 1000, 100_000} {
		var b Bag[int]
		var want []int
		for i := range n {
			b.Add(i)
			want = append(want, i)
		}
		if !slices.Equal(b, Bag[int](want)) {
			t.Errorf("%d things: %d are there", n, len(b))
		}
		if most := max(128, 3*n); cap(b) > most {
			t.Errorf("%d things have room for %d, want %d at most", n, cap(b), most)
		}
	}
}
