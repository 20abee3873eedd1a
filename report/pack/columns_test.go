package pack

import (
	"math"
	"math/rand/v2"
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

// A column is read as it was added, whatever it was written from.
func TestColumnsByOthers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var c Columns
	var want [][]int64
	n := make([][]int64, 4)
	for range 500 {
		a, b := int64(r.IntN(20)), int64(r.IntN(400))-200
		row := []int64{a, b, 3*a + b, a + int64(r.IntN(2))}
		if r.IntN(9) == 0 {
			row[r.IntN(4)] = None
		}
		for i, x := range row {
			n[i] = append(n[i], x)
		}
	}
	a, b := c.Add(n[0]), c.Add(n[1])
	plain := len(c.body)
	c.AddBy(n[2], true, a, b)
	if by := len(c.body) - plain; by*3 > plain*2 {
		t.Errorf("%d bytes after %d", by, plain)
	}
	c.AddOn(n[3], a)
	c.AddBy(n[3], false, b)
	c.AddBy(n[3], true, c.Add([]int64{1}))                                     // of another length
	c.AddBy(n[3], true, c.Add(slices.Repeat([]int64{1 << 60, -1 << 60}, 250))) // too far apart for the script
	c.AddOn(n[3], -1)
	want = append(want, n[0], n[1], n[2], n[3], n[3], []int64{1}, n[3], slices.Repeat([]int64{1 << 60, -1 << 60}, 250), n[3], n[3])
	text, err := c.Text("")
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadColumns(text, new(string))
	if err != nil || !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%v, %d columns", err, len(got))
	}
}

func FuzzReadColumns(f *testing.F) {
	var c Columns
	c.AddBy([]int64{4, None, 3}, true, c.Add([]int64{1, None, -300}))
	c.AddOn([]int64{4, None, 3}, 0)
	text, err := c.Text("head")
	fuzzPacked(f, text, err, func(text string) {
		var head any
		ReadColumns(text, &head)
	})
}
