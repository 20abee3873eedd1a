package crm

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Ids are numbered in the order in which they come; the same id has the same
// number, and a number its id.
func TestNames(t *testing.T) {
	var n Names[RepNo]
	first := map[string]RepNo{}
	r := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		id := fmt.Sprint("R", r.IntN(5_000))
		want, known := first[id]
		if !known {
			want = RepNo(len(first))
			first[id] = want
		}
		if got := n.Number(id); got != want || n.ID(got) != id || n.Lookup(id) != want {
			t.Fatalf("%s is %d (%q), want %d", id, got, n.ID(got), want)
		}
	}
	if n.Len() != len(first) || n.Number("") != -1 || n.Lookup("") != -1 || n.ID(-1) != "" || n.Lookup("nobody") != -1 {
		t.Errorf("%d ids, want %d", n.Len(), len(first))
	}
}

// What was numbered beside a Names is taken over in the order in which it is
// asked for, and nothing that the Names knew changes its number.
func TestNamesBeside(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 2))
		var n, want Names[CustomerNo]
		for i := range r.IntN(50) {
			n.Number(fmt.Sprint("C", i))
			want.Number(fmt.Sprint("C", i))
		}
		hands := []*Names[CustomerNo]{n.Beside(), n.Beside()}
		type row struct {
			hand int
			id   string
			no   CustomerNo
		}
		var rows []row
		for range r.IntN(200) {
			x := row{r.IntN(2), fmt.Sprint("C", r.IntN(100)), 0}
			if r.IntN(10) == 0 {
				x.id = ""
			}
			x.no = hands[x.hand].Number(x.id)
			if got := hands[x.hand].ID(x.no); got != x.id {
				t.Fatalf("seed %d: %d is %q, want %q", seed, x.no, got, x.id)
			}
			rows = append(rows, x)
		}
		take := []func(CustomerNo) CustomerNo{n.Take(hands[0]), n.Take(hands[1])}
		for _, x := range rows {
			if got, want := take[x.hand](x.no), want.Number(x.id); got != want || n.ID(got) != x.id {
				t.Fatalf("seed %d: %q is %d, want %d", seed, x.id, got, want)
			}
		}
		if n.Len() != want.Len() {
			t.Fatalf("seed %d: %d ids, want %d", seed, n.Len(), want.Len())
		}
	}
}
