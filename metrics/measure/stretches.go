package measure

import (
	"math"
	"slices"

	"crmreport/ingest/crm"
)

// Stretches says which of a list of periods contain a day: all days of a
// stretch are in the same periods. It is for concurrent use.
type Stretches struct {
	from []crm.Date // where each begins, and where the last ends
	at   []int32    // by day from the first one on: its stretch
	in   [][]int    // by stretch: the periods by number, ascending
}

// NewStretches cuts the time that periods cover where one of them begins or
// ends.
func NewStretches(periods []crm.Period) *Stretches {
	x := &Stretches{}
	for _, p := range periods {
		x.from = append(x.from, p.Start, p.End)
	}
	slices.Sort(x.from)
	x.from = slices.Compact(x.from)
	if len(x.from) == 0 {
		return x
	}
	last := len(x.from) - 1
	x.at, x.in = make([]int32, x.from[last]-x.from[0]), make([][]int, last)
	for i, from := range x.from[:last] {
		for d := from; d < x.from[i+1]; d++ {
			x.at[d-x.from[0]] = int32(i)
		}
		for n, p := range periods {
			if p.Contains(from) {
				x.in[i] = append(x.in[i], n)
			}
		}
	}
	return x
}

// Containing lists the numbers of the periods that contain d, ascending. It is
// not to be written to.
func (x *Stretches) Containing(d crm.Date) []int {
	in, _ := x.Around(d)
	return in
}

// Around is Containing, with the day from which on the periods are others.
func (x *Stretches) Around(d crm.Date) (in []int, end crm.Date) {
	last := len(x.from) - 1
	switch {
	case last < 0 || d >= x.from[last]:
		return nil, math.MaxInt32
	case d < x.from[0]:
		return nil, x.from[0]
	}
	i := x.at[d-x.from[0]]
	return x.in[i], x.from[i+1]
}

// Regional is Stretches by the calendar of a leaf's region. It is for concurrent
// use.
type Regional struct {
	*Stretches
	org *crm.Org
	of  map[string]*Stretches // by region; where a region is missing, the Stretches
}

// Stretches cuts the time that periods cover, in every region where one of them
// ends there (End).
func (f *Frame) Stretches(periods []crm.Period) Regional {
	x := Regional{Stretches: NewStretches(periods), org: f.Org}
	if !f.own {
		return x
	}
	for c := range f.ends {
		if _, done := x.of[c.region]; done {
			continue
		}
		if x.of == nil {
			x.of = map[string]*Stretches{}
		}
		own := slices.Clone(periods)
		for i, p := range own {
			own[i].End = f.End(p, c.region)
		}
		x.of[c.region] = NewStretches(own)
	}
	return x
}

// At is the Stretches of a leaf.
func (x Regional) At(leaf crm.LeafNo) *Stretches {
	if x.of != nil {
		if own, ok := x.of[x.org.Nodes[x.org.Leaves[leaf].Unit].Region]; ok {
			return own
		}
	}
	return x.Stretches
}

// Of lists the numbers of the periods that contain d for a leaf, ascending. It
// is not to be written to.
func (x Regional) Of(leaf crm.LeafNo, d crm.Date) []int { return x.At(leaf).Containing(d) }
