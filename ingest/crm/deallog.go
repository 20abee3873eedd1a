package crm

import (
	"iter"
	"sort"
)

// DealLog is a deal with its stage entries, in order.
type DealLog struct {
	ID      DealID
	Deal    *Deal // nil where the deals table lacks the id
	Entries []StageEntry
}

// DealLogs yields every deal of the deals table and every deal that only the
// stage history knows, by id.
func (b *Book) DealLogs() iter.Seq[DealLog] { return dealLogs(b.Deals, b.Stages) }

// DealLogStretches cuts DealLogs into n stretches of about as many rows, to be
// folded side by side. No deal is in two of them; some may be empty.
func (b *Book) DealLogStretches(n int) []iter.Seq[DealLog] {
	out := make([]iter.Seq[DealLog], n)
	d, s := 0, 0
	for k := range out {
		toD, toS := len(b.Deals), len(b.Stages)
		if k+1 < n {
			toD, toS = b.cut(int64(k+1), int64(n))
		}
		out[k] = dealLogs(b.Deals[d:toD], b.Stages[s:toS])
		d, s = toD, toS
	}
	return out
}

// cut finds the deal that k/n of the rows of the longer table come before, and
// where its rows begin in both.
func (b *Book) cut(k, n int64) (deal, stage int) {
	var id DealID
	switch d, s := int64(len(b.Deals)), int64(len(b.Stages)); {
	case d+s == 0:
		return 0, 0
	case s > d:
		id = b.Stages[s*k/n].Deal
	default:
		id = b.Deals[d*k/n].ID
	}
	return sort.Search(len(b.Deals), func(i int) bool { return b.Deals[i].ID >= id }),
		sort.Search(len(b.Stages), func(i int) bool { return b.Stages[i].Deal >= id })
}

func dealLogs(deals []Deal, stages []StageEntry) iter.Seq[DealLog] {
	return func(yield func(DealLog) bool) {
		deals, stages := deals, stages
		for len(deals)+len(stages) > 0 {
			var l DealLog
			switch {
			case len(stages) == 0 || (len(deals) > 0 && deals[0].ID <= stages[0].Deal):
				l.ID, l.Deal = deals[0].ID, &deals[0]
				deals = deals[1:]
			default:
				l.ID = stages[0].Deal
			}
			i := 0
			for i < len(stages) && stages[i].Deal == l.ID {
				i++
			}
			l.Entries, stages = stages[:i:i], stages[i:]
			if !yield(l) {
				return
			}
		}
	}
}
