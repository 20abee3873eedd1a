package activity

import (
	"cmp"
	"iter"
	"slices"

	"crmreport/ingest/crm"
)

// Log is every visit of one rep, by time and place. It is whole: what is
// distinct within a rep is distinct.
type Log struct {
	Rep    crm.RepNo
	Visits []crm.Visit
}

// logbook finds the logs. The book's visits stay where they are (by customer):
// an index of four bytes a visit is sorted instead.
type logbook struct {
	visits []crm.Visit
	index  []int32
	ends   []int // of each rep, in index
}

// logs indexes the visits of the counted channels. Those without a rep or a date
// are nobody's day.
func logs(b *crm.Book, channels []crm.Channel) *logbook {
	counts := func(v *crm.Visit) bool {
		return v.Rep != crm.NoRep && v.At.Known() && slices.Contains(channels, v.Channel)
	}
	ends := make([]int, b.Reps.Len()+1)
	for i := range b.Visits {
		if v := &b.Visits[i]; counts(v) {
			ends[v.Rep+1]++
		}
	}
	for r := 1; r < len(ends); r++ {
		ends[r] += ends[r-1]
	}
	index := make([]int32, ends[len(ends)-1])
	next := slices.Clone(ends)
	for i := range b.Visits {
		if v := &b.Visits[i]; counts(v) {
			index[next[v.Rep]] = int32(i)
			next[v.Rep]++
		}
	}
	return &logbook{b.Visits, index, ends}
}

// reps is one more than the highest number of a rep.
func (b *logbook) reps() int { return len(b.ends) - 1 }

// of yields the log of each rep numbered [from, to) that has one. One buffer
// serves all: a log is only valid until the next.
func (b *logbook) of(from, to int) iter.Seq[*Log] {
	return func(yield func(*Log) bool) {
		l := &Log{}
		for r := from; r < to; r++ {
			l.Rep, l.Visits = crm.RepNo(r), l.Visits[:0]
			for _, i := range b.index[b.ends[r]:b.ends[r+1]] {
				l.Visits = append(l.Visits, b.visits[i])
			}
			slices.SortFunc(l.Visits, byTime)
			if len(l.Visits) > 0 && !yield(l) {
				return
			}
		}
	}
}

func byTime(v, w crm.Visit) int {
	return cmp.Or(cmp.Compare(v.At, w.At), cmp.Compare(v.File, w.File), cmp.Compare(v.Line, w.Line))
}

// days yields the first and the past-the-last index of each day of the log.
func (l *Log) days() iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for i := 0; i < len(l.Visits); {
			d, k := l.Visits[i].At.Date(), i+1
			for k < len(l.Visits) && l.Visits[k].At.Date() == d {
				k++
			}
			if !yield(i, k) {
				return
			}
			i = k
		}
	}
}
