package fold

import (
	"slices"

	"crmreport/ingest/crm"
)

// index says which of a list of periods contain a day. The first and last days
// of the periods cut time into stretches; the days of a stretch are in the
// same periods.
type index struct {
	periods []crm.Period
	cuts    []crm.Date // stretch i is [cuts[i], cuts[i+1])
	in      [][]int32  // by stretch: the numbers of its periods, ascending
}

func newIndex(periods []crm.Period) *index {
	x := &index{periods: periods, cuts: make([]crm.Date, 0, 2*len(periods))}
	for _, p := range periods {
		x.cuts = append(x.cuts, p.Start, p.End)
	}
	slices.Sort(x.cuts)
	x.cuts = slices.Compact(x.cuts)
	x.in = make([][]int32, max(0, len(x.cuts)-1))
	for n, p := range periods {
		for i := x.stretch(p.Start); i < len(x.in) && x.cuts[i] < p.End; i++ {
			x.in[i] = append(x.in[i], int32(n))
		}
	}
	return x
}

// stretch returns the number of the stretch of d: -1 before the first, len(in)
// or −1 (no cuts) after the last.
func (x *index) stretch(d crm.Date) int {
	i, found := slices.BinarySearch(x.cuts, d)
	if !found {
		i--
	}
	return i
}

// holds reports whether d is in stretch i; no day is in stretches −1 and
// len(in).
func (x *index) holds(i int, d crm.Date) bool {
	return i >= 0 && i < len(x.in) && x.cuts[i] <= d && d < x.cuts[i+1]
}

// of returns the periods of stretch i by their numbers.
func (x *index) of(i int) []int32 {
	if i < 0 || i >= len(x.in) {
		return nil
	}
	return x.in[i]
}
