package measure

import (
	"slices"

	"crmreport/ingest/crm"
)

// Stretches says which of a list of periods contain a day: all days of a
// stretch are in the same periods. It is for concurrent use.
type Stretches struct {
	first crm.Date
	at    []int32 // by day from the first one on: its stretch
	in    [][]int // by stretch: the periods by number, ascending
}

// NewStretches cuts the time that periods cover where one of them begins or
// ends.
func NewStretches(periods []crm.Period) Stretches {
	var x Stretches
	var cuts []crm.Date
	for _, p := range periods {
		cuts = append(cuts, p.Start, p.End)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	if len(cuts) == 0 {
		return x
	}
	last := len(cuts) - 1
	x.first, x.at, x.in = cuts[0], make([]int32, cuts[last]-cuts[0]), make([][]int, last)
	for i, from := range cuts[:last] {
		for d := from; d < cuts[i+1]; d++ {
			x.at[d-x.first] = int32(i)
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
	if i := int64(d) - int64(x.first); i >= 0 && i < int64(len(x.at)) {
		return x.in[x.at[i]]
	}
	return nil
}

// Regional is Stretches by the calendar of a leaf's region. It is for concurrent
// use.
type Regional struct {
	Stretches
	org *crm.Org
	of  map[string]Stretches // by region; where a region is missing, the Stretches
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
			x.of = map[string]Stretches{}
		}
		own := slices.Clone(periods)
		for i, p := range own {
			own[i].End = f.End(p, c.region)
		}
		x.of[c.region] = NewStretches(own)
	}
	return x
}

// Of lists the numbers of the periods that contain d for a leaf, ascending. It
// is not to be written to.
func (x Regional) Of(leaf crm.LeafNo, d crm.Date) []int {
	if x.of != nil {
		if own, ok := x.of[x.org.Nodes[x.org.Leaves[leaf].Unit].Region]; ok {
			return own.Containing(d)
		}
	}
	return x.Containing(d)
}
