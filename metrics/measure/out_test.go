package measure

import (
	"fmt"
	"reflect"
	"testing"
)

// Whoever takes the values gets all of them, in order, and none twice; where
// nobody does they all stay.
func TestOut(t *testing.T) {
	for _, n := range []int{0, 1, atOnce - 1, atOnce, atOnce + 1, 5 * atOnce} {
		var got, want []Value
		portions := 0
		f := (&Frame{}).To(func(vs []Value) { got, portions = append(got, vs...), portions+1 })
		taken, kept := f.Out(), (&Frame{}).Out()
		for i := range n {
			v := NewCount(fmt.Sprint(i), Slot{}, int64(i))
			want = append(want, v)
			taken.Add(v)
			kept.Add(v)
		}
		if got = append(got, taken.Rest()...); !reflect.DeepEqual(got, want) || portions != max(0, n-1)/atOnce {
			t.Errorf("of %d values %d came, in %d portions", n, len(got), portions)
		}
		got = got[:0]
		taken.Add(want...) // at once, behind the rest
		if got = append(got, taken.Rest()...); !reflect.DeepEqual(got[len(got)-n:], want) {
			t.Errorf("of %d values at once %d came", n, len(got))
		}
		if !reflect.DeepEqual(kept.Rest(), want) {
			t.Errorf("of %d values %d stay", n, len(kept.Rest()))
		}
	}
}
