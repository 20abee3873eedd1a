package ingest

import (
	"math/rand/v2"
	"slices"
	"testing"

	"crmreport/ingest/crm"
)

// Every order of up to six rows: arrange puts at i the row that from[i] names,
// so rows that are their own numbers become from.
func TestArrange(t *testing.T) {
	tried := 0
	var orders func(n int, from []int32)
	orders = func(n int, from []int32) {
		if len(from) == n {
			rows := make([]int32, n)
			for i := range rows {
				rows[i] = int32(i)
			}
			left := slices.Clone(from)
			if arrange(rows, left); !slices.Equal(rows, from) {
				t.Fatalf("from %v: %v", from, rows)
			}
			if !slices.IsSorted(left) {
				t.Fatalf("from %v is left as %v", from, left)
			}
			tried++
			return
		}
		for i := range int32(n) {
			if !slices.Contains(from, i) {
				orders(n, append(slices.Clip(from), i))
			}
		}
	}
	for n := range 7 {
		orders(n, nil)
	}
	if tried != 874 { // 0! + 1! + 2! + 3! + 4! + 5! + 6! = 1 + 1 + 2 + 6 + 24 + 120 + 720
		t.Errorf("%d orders were tried", tried)
	}
}

// sortRows against insertion, row by row: rows in order, backwards, by chance,
// from files that were read in another order, few and many.
func TestSortRows(t *testing.T) {
	order := thenPlace(func(x, y *crm.Split) int { return int(x.Rep - y.Rep) })
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 2))
		var want, rows []crm.Split
		for i := range r.IntN(120) {
			row := crm.Split{Pos: crm.Pos{File: int32(i+int(seed)) % 3, Line: int32(i)}, Rep: crm.RepNo(r.IntN(1 + int(seed%9)))}
			k := 0
			for k < len(want) && order(&want[k], &row) < 0 {
				k++
			}
			want, rows = slices.Insert(want, k, row), append(rows, row)
		}
		switch seed % 4 {
		case 1:
			rows = slices.Clone(want)
		case 2:
			rows = slices.Clone(want)
			slices.Reverse(rows)
		}
		if sortRows(rows, order); !slices.Equal(rows, want) {
			t.Fatalf("seed %d: %v, want %v", seed, rows, want)
		}
	}
}

// Rows that a record became several of stand at one place: those in order stay.
func TestSortRowsLeavesEqualRows(t *testing.T) {
	var rows []crm.Split
	for i := range 100 {
		rows = append(rows, crm.Split{Pos: crm.Pos{Line: int32(i / 10)}, Share: crm.Decimal(i % 10)})
	}
	want := slices.Clone(rows)
	if sortRows(rows, thenPlace(func(x, y *crm.Split) int { return 0 })); !slices.Equal(rows, want) {
		t.Errorf("%v", rows)
	}
}
