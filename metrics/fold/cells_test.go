package fold

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// units is a book of reps in teams of ten, each team in an area of its own.
func units(reps int) *crm.Book {
	b := book(0)
	var spells []crm.Spell
	for i := range reps {
		team := fmt.Sprint("T", i/10)
		spells = append(spells, crm.Spell{Rep: b.Reps.Number(fmt.Sprint("R", i)), Team: team, Area: "A" + team, Manager: crm.NoRep,
			From: crm.NoDate, To: crm.NoDate, HiredOn: crm.NoDate, LeftOn: crm.NoDate})
	}
	b.Org = crm.NewOrg(b.Reps, spells)
	return b
}

// scatter adds n random pairs to the cells of random leaves, around the as-of
// day and before 1970.
func scatter(r *rand.Rand, b *crm.Book, n int, add func(crm.LeafNo, crm.Date, pair)) {
	for range n {
		day := b.AsOf - crm.Date(r.IntN(900))
		if r.IntN(50) == 0 {
			day = crm.Date(-r.IntN(30))
		}
		add(crm.LeafNo(r.IntN(len(b.Org.Leaves))), day, pair{int64(r.IntN(9)), 1})
	}
}

// Cells are a map of cells, and rolling them up is trying every cell with every
// scope and period.
func TestCellsAreAMap(t *testing.T) {
	b := units(25)
	f := measure.NewFrame(b)
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		c, plain := Cells[pair]{}, map[Cell]pair{}
		for range 1 + r.IntN(3) { // parts, merged
			part := Cells[pair]{}
			scatter(r, b, r.IntN(400), func(l crm.LeafNo, d crm.Date, v pair) {
				part.Add(l, d, v)
				plain[Cell{l, d}] = plain[Cell{l, d}].Plus(v)
			})
			c.Merge(part)
			scatter(r, b, 20, part.Add) // what is merged is a copy
		}
		if got := maps.Collect(c.All()); !reflect.DeepEqual(got, plain) {
			t.Fatalf("seed %d: %d cells, want %d", seed, len(got), len(plain))
		}
		leaves, slots := map[LeafPeriod]pair{}, map[measure.Slot]pair{}
		for at, v := range plain {
			if c.At(at.Leaf, at.Day) != v || c.At(at.Leaf, at.Day+2000) != (pair{}) {
				t.Fatalf("seed %d: at %v is %v, want %v", seed, at, c.At(at.Leaf, at.Day), v)
			}
			for _, p := range f.Periods() {
				if !p.Contains(at.Day) {
					continue
				}
				lp := LeafPeriod{at.Leaf, p}
				leaves[lp] = leaves[lp].Plus(v)
				for _, n := range b.Org.Path(at.Leaf) {
					s := measure.Slot{Scope: n, Period: p}
					slots[s] = slots[s].Plus(v)
				}
			}
		}
		if got := ByLeaf(c, f); !reflect.DeepEqual(got, leaves) {
			t.Errorf("seed %d: by leaf\n%v\nwant\n%v", seed, got, leaves)
		}
		if got := Roll(c, f); !reflect.DeepEqual(got, slots) {
			t.Errorf("seed %d: rolled\n%v\nwant\n%v", seed, got, slots)
		}
		rows := rowsOf(c, f, f.Periods())
		if once, again := RollUp(rows, b.Org), RollUp(rows, b.Org); !reflect.DeepEqual(once, again) {
			t.Errorf("seed %d: rolling up changed the rows of leaves", seed)
		}
	}
}

func BenchmarkCells(b *testing.B) {
	bk := units(500)
	f := measure.NewFrame(bk)
	c := Cells[pair]{}
	scatter(rand.New(rand.NewPCG(1, 1)), bk, 300_000, c.Add)
	b.Run("Add", func(b *testing.B) {
		for range b.N {
			scatter(rand.New(rand.NewPCG(1, 1)), bk, 300_000, Cells[pair]{}.Add)
		}
	})
	b.Run("Merge", func(b *testing.B) {
		for range b.N {
			o := Cells[pair]{}
			o.Merge(c)
			o.Merge(c)
		}
	})
	b.Run("Roll", func(b *testing.B) {
		for range b.N {
			Roll(c, f)
		}
	})
	b.Run("ByLeaf", func(b *testing.B) {
		for range b.N {
			ByLeaf(c, f)
		}
	})
	// What explaining a number does a hundred thousand times: one cell, one slot.
	b.Run("One", func(b *testing.B) {
		g := f.Narrowed(measure.Slot{Scope: crm.Root, Period: f.Current[1]})
		for range b.N {
			c := Cells[pair]{}
			c.Add(300, bk.AsOf, pair{1, 1})
			Roll(c, g)
		}
	})
}
