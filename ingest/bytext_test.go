package ingest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"crmreport/ingest/crm"
)

// byText against sorting the rows: in order or not, texts that one begins the
// other, a row of another place between two of one text.
func TestByText(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := newShelf[crm.Split]()
		for i := range r.IntN(40) {
			id := fmt.Sprintf("K-2025-%0*d", r.IntN(3), r.IntN(12))
			for range 1 + r.IntN(3) {
				s.rows = append(s.rows, crm.Split{Pos: crm.Pos{File: int32(i / 20), Line: int32(len(s.rows))}, Contract: crm.ContractID(id)})
			}
		}
		if seed%4 == 0 {
			slices.SortFunc(s.rows, func(x, y crm.Split) int { return cmp.Compare(x.Contract, y.Contract) })
		}
		if n := len(s.rows); seed%3 == 0 && n > 2 {
			s.rows[r.IntN(n)].Line = int32(r.IntN(1000)) // a newer version
		}
		want := slices.Clone(s.rows)
		slices.SortFunc(want, func(x, y crm.Split) int {
			return cmp.Or(cmp.Compare(x.Contract, y.Contract), byPlace(x.Pos, y.Pos))
		})
		if got := byText(nil, s, func(v *crm.Split) string { return string(v.Contract) }); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %v, want %v", seed, got, want)
		}
	}
}

func TestPrefix(t *testing.T) {
	texts := []string{"", "A", "A\x00", "AB", "ABCDEFGH", "ABCDEFGHI", "B", "长"}
	for i, x := range texts {
		for _, y := range texts[i:] {
			if prefix(x) > prefix(y) {
				t.Errorf("%q is before %q", y, x)
			}
		}
	}
}
