package fold

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"crmreport/ingest/crm"
)

// Summand is a bundle of additive numbers: Plus is + field by field.
type Summand[V any] interface{ Plus(V) V }

// Cell addresses a cell: what one leaf did on one day.
type Cell struct {
	Leaf crm.LeafNo
	Day  crm.Date
}

// MarshalText makes cells JSON map keys: leaf@2025-03-09.
func (c Cell) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d@%s", c.Leaf, c.Day), nil
}

// UnmarshalText reads what MarshalText wrote.
func (c *Cell) UnmarshalText(b []byte) error {
	leaf, day, ok := strings.Cut(string(b), "@")
	n, err := strconv.Atoi(leaf)
	if err != nil || !ok {
		return fmt.Errorf("%q is not a cell", b)
	}
	c.Leaf = crm.LeafNo(n)
	return c.Day.UnmarshalText([]byte(day))
}

// Cells is an additive table, leaf × day → sums: the state of most families.
// There may be millions of cells; a leaf's lie behind each other, since facts
// that come one after the other are mostly of the same leaf.
type Cells[V Summand[V]] map[crm.LeafNo]*Strip[V]

// Strip holds the cells of one leaf.
type Strip[V Summand[V]] struct {
	weeks []week // those with a cell, oldest first
	sums  []V    // as they came
}

// week says where the cells of a week are.
type week struct {
	no   int32    // counted from 1970-01-01 by seven days
	days [7]int32 // the number of each day in sums, from 1; 0 is none
}

func split(d crm.Date) (week, day int32) {
	week = int32(d) / 7
	if day = int32(d) % 7; day < 0 {
		week, day = week-1, day+7
	}
	return week, day
}

// Add adds v to a cell.
func (c Cells[V]) Add(leaf crm.LeafNo, day crm.Date, v V) { c.Of(leaf).Add(day, v) }

// Of returns the cells of a leaf, to add to.
func (c Cells[V]) Of(leaf crm.LeafNo) *Strip[V] {
	s := c[leaf]
	if s == nil {
		s = new(Strip[V])
		c[leaf] = s
	}
	return s
}

// At returns the sum of a cell, zero where there is none.
func (c Cells[V]) At(leaf crm.LeafNo, day crm.Date) V {
	var none V
	s := c[leaf]
	if s == nil {
		return none
	}
	week, k := split(day)
	at, ok := s.find(week)
	if !ok || s.weeks[at].days[k] == 0 {
		return none
	}
	return s.sums[s.weeks[at].days[k]-1]
}

// Add adds v to the cell of a day.
func (s *Strip[V]) Add(day crm.Date, v V) {
	no, k := split(day)
	at, ok := s.find(no)
	if !ok {
		s.weeks = slices.Insert(s.weeks, at, week{no: no})
	}
	n := &s.weeks[at].days[k]
	if *n == 0 {
		s.sums = append(s.sums, v)
		*n = int32(len(s.sums))
		return
	}
	s.sums[*n-1] = s.sums[*n-1].Plus(v)
}

// find returns where in weeks a week is, or belongs: as far from either end as
// it is in time, but for the weeks that are missing.
func (s *Strip[V]) find(no int32) (at int, ok bool) {
	n := len(s.weeks)
	if n == 0 || no < s.weeks[0].no {
		return 0, false
	}
	lo, hi := min(n, max(0, n-1-int(s.weeks[n-1].no-no))), min(n, int(no-s.weeks[0].no))
	for lo < hi {
		if mid := int(uint(lo+hi) / 2); s.weeks[mid].no < no {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < n && s.weeks[lo].no == no
}

// all yields the cells of a leaf, oldest first.
func (s *Strip[V]) all(yield func(crm.Date, *V) bool) {
	for i := range s.weeks {
		w := &s.weeks[i]
		for k, n := range w.days {
			if n > 0 && !yield(crm.Date(w.no*7+int32(k)), &s.sums[n-1]) {
				return
			}
		}
	}
}

// Merge adds every cell of o.
func (c Cells[V]) Merge(o Cells[V]) {
	for leaf, its := range o {
		mine := c[leaf]
		if mine == nil {
			c[leaf] = &Strip[V]{slices.Clone(its.weeks), slices.Clone(its.sums)}
			continue
		}
		for day, v := range its.all {
			mine.Add(day, *v)
		}
	}
}

// All yields every cell, in no order.
func (c Cells[V]) All() iter.Seq2[Cell, V] {
	return func(yield func(Cell, V) bool) {
		for leaf, s := range c {
			for day, v := range s.all {
				if !yield(Cell{leaf, day}, *v) {
					return
				}
			}
		}
	}
}

// MarshalJSON writes an object with a member a cell.
func (c Cells[V]) MarshalJSON() ([]byte, error) { return json.Marshal(maps.Collect(c.All())) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Cells[V]) UnmarshalJSON(b []byte) error {
	var cells map[Cell]V
	if err := json.Unmarshal(b, &cells); err != nil {
		return err
	}
	*c = Cells[V]{}
	for k, v := range cells {
		c.Add(k.Leaf, k.Day, v)
	}
	return nil
}
