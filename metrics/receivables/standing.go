package receivables

import (
	"fmt"
	"slices"

	"crmreport/ingest/crm"
)

// Standing is what one leaf's sales have open at the end of a day, in minor
// units of the report currency.
type Standing struct {
	Entries   int64   // amounts in it, 0 where there is nothing to show; they may sum to 0
	Buckets   []int64 // not due first, then by Options.Buckets
	Items     int64   // open instalments; one of split credit counts with its first rep
	Unapplied int64   // credit, positive
	Cause     [len(causes)]int64
	Step      [len(steps)]int64
}

// newStandings returns a standing a day, with room for the buckets.
func newStandings(days, buckets int) []Standing {
	out, room := make([]Standing, days), make([]int64, days*buckets)
	for i := range out {
		out[i].Buckets, room = room[:buckets:buckets], room[buckets:]
	}
	return out
}

// add adds o field by field.
func (s *Standing) add(o *Standing) {
	if o.Entries == 0 {
		return
	}
	if s.Buckets == nil {
		s.Buckets = make([]int64, len(o.Buckets))
	}
	for i, v := range o.Buckets {
		s.Buckets[i] += v
	}
	s.Entries += o.Entries
	s.Items += o.Items
	s.Unapplied += o.Unapplied
	for i := range s.Cause {
		s.Cause[i] += o.Cause[i]
	}
	for i := range s.Step {
		s.Step[i] += o.Step[i]
	}
}

func (s *Standing) open() int64 {
	var n int64
	for _, v := range s.Buckets {
		n += v
	}
	return n
}

func (s *Standing) overdue() int64 {
	if len(s.Buckets) == 0 {
		return 0
	}
	return s.open() - s.Buckets[0]
}

// Flow is what happened on a day, in minor units of the report currency.
type Flow struct{ WrittenOff, Recovered int64 }

// Plus adds field by field.
func (f Flow) Plus(o Flow) Flow {
	return Flow{f.WrittenOff + o.WrittenOff, f.Recovered + o.Recovered}
}

// buckets names the ageing buckets of o and finds the one of an age.
type buckets struct {
	upper []int
	names []string
	keys  []string
}

func newBuckets(o Options) buckets {
	b := buckets{upper: slices.Clone(o.Buckets), names: []string{"not_due"}}
	slices.Sort(b.upper)
	b.upper = slices.Compact(b.upper)
	lo := 1
	for _, u := range b.upper {
		b.names = append(b.names, fmt.Sprintf("%d-%d", lo, u))
		lo = u + 1
	}
	b.names = append(b.names, fmt.Sprintf("%d+", lo))
	b.keys = keys("bucket", b.names)
	return b
}

// of returns the bucket of an age in days past due; due today is not due
//
func (b buckets) of(days int) int {
	if days <= 0 {
		return 0
	}
	i, _ := slices.BinarySearch(b.upper, days)
	return i + 1
}

// causes and steps are the words of the keys, in the order of Standing.
var (
	causes = [...]string{string(crm.CauseFraud), string(crm.CauseQuality), string(crm.CauseUnwilling), "unclassified"}
	steps  = [...]string{"none", string(crm.StepDeliveryLetter), string(crm.StepReminder), string(crm.StepOverdueNotice)}
)

var causeKeys, stepKeys = keys("cause", causes[:]), keys("step", steps[:])

func keys(dimension string, words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = dimension + "=" + w
	}
	return out
}

func causeOf(c crm.OverdueCause) int {
	if i := slices.Index(causes[:], string(c)); i >= 0 {
		return i
	}
	return len(causes) - 1
}

func stepOf(s crm.DunningStep) int { return max(0, slices.Index(steps[:], string(s))) }
