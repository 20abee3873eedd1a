package pack

import (
	"math"
	"slices"
	"testing"
)

func TestColumns(t *testing.T) {
	want := [][]int64{{0, 1, -1, 63, 64, -64, -65, None, math.MaxInt64, math.MinInt64 + 1}, nil, {None, None}, {123456789012}}
	var c Columns
	for i, col := range want {
		if n := c.Add(col); n != i {
			t.Errorf("column %d is number %d", i, n)
		}
	}
	text, err := c.Text(map[string]string{"a": "</script>\u2028"})
	if err != nil {
		t.Fatal(err)
	}
	var head map[string]string
	got, err := ReadColumns(text, &head)
	if err != nil || head["a"] != "</script>\u2028" || len(got) != len(want) {
		t.Fatalf("%v %v %v", got, head, err)
	}
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("column %d is %v, want %v", i, got[i], want[i])
		}
	}
}

func FuzzReadColumns(f *testing.F) {
	var c Columns
	c.Add([]int64{1, None, -300})
	text, err := c.Text("head")
	fuzzPacked(f, text, err, func(text string) {
		var head any
		ReadColumns(text, &head)
	})
}
