package funnel

import (
	"runtime"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Compute reads every deal once and returns the family's values, its list of
// stalled deals and what the reader should know of the data. Without stage
// history there is no reach, conversion, drop-off or stall; without deals the
// history alone says what was won, lost and is open.
func Compute(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("deals") && !b.Has("stage_history") {
		return measure.Result{}
	}
	parts := min(runtime.GOMAXPROCS(0), 1+(len(b.Deals)+len(b.Stages))/rowsOfPart)
	return newAcc(b, f, o).fold(b, parts).result()
}

// rowsOfPart is how many rows are worth a goroutine of their own.
const rowsOfPart = 2000

// fold adds every deal of b, in parts side by side.
func (a *Acc) fold(b *crm.Book, parts int) *Acc {
	if parts == 1 {
		for l := range b.DealLogs() {
			a.Add(l)
		}
		return a
	}
	accs, logs := make([]*Acc, parts), b.DealLogStretches(parts)
	fold.Each(parts, func(k int) {
		accs[k] = a.another()
		for l := range logs[k] {
			accs[k].Add(l)
		}
	})
	for _, p := range accs {
		a.Merge(p)
	}
	return a
}

// result is the only place that divides.
func (a *Acc) result() measure.Result {
	a.rollUp()
	out := measure.Result{Values: newSheet(a).fill(), Warnings: a.warnings()}
	if a.history {
		out.Lists = append(out.Lists, a.stalledList())
	}
	out.Lists = append(out.Lists, a.openLists()...)
	return out
}
