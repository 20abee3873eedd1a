package measure

import (
	"math"
	"slices"

	"crmreport/ingest/crm"
)

// Stretches says which of a list of periods contain a day: all days of a
// stretch are in the same periods. It is for concurrent use.
type Stretches struct {
	from   []crm.Date // where each begins; the first and the last are in no period
	in     [][]int    // the periods of each by number, ascending
	blocks []int      // which stretch each block of days from the second's first day begins in
}

// blockDays is short: few stretches begin within so many days.
const blockDays = 16

// NewStretches cuts the time that periods cover where one of them begins or
// ends.
func NewStretches(periods []crm.Period) Stretches {
	x := Stretches{from: append(make([]crm.Date, 0, 1+2*len(periods)), crm.NoDate)}
	for _, p := range periods {
		x.from = append(x.from, p.Start, p.End)
	}
	slices.Sort(x.from)
	x.from = slices.Compact(x.from)
	for i, d := range x.from[1:] {
		for len(x.blocks) <= int(d-x.from[1])/blockDays {
			x.blocks = append(x.blocks, i)
		}
	}
	x.in = make([][]int, len(x.from))
	for n, p := range periods {
		for i := x.find(p.Start); i < len(x.from) && x.from[i] < p.End; i++ {
			x.in[i] = append(x.in[i], n)
		}
	}
	return x
}

func (x Stretches) find(d crm.Date) int {
	if len(x.from) == 1 || d < x.from[1] {
		return 0
	}
	i := x.blocks[min(int(d-x.from[1])/blockDays, len(x.blocks)-1)]
	for i+1 < len(x.from) && x.from[i+1] <= d {
		i++
	}
	return i
}

// Containing lists the numbers of the periods that contain d, ascending. It is
// not to be written to.
func (x Stretches) Containing(d crm.Date) []int { return x.in[x.find(d)] }

// Around is Containing, with the day from which on the periods are others.
func (x Stretches) Around(d crm.Date) (in []int, end crm.Date) {
	i := x.find(d)
	if i+1 < len(x.from) {
		return x.in[i], x.from[i+1]
	}
	return x.in[i], math.MaxInt32
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

// At is the Stretches of a leaf.
func (x Regional) At(leaf crm.LeafNo) Stretches {
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
