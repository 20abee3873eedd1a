package activity

import (
	"runtime"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Compute computes the family: over the visits of b, rep by rep, and over its
// customers. Without one of the tables there is nothing to say of it.
func Compute(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	e, out := newEnv(b, f, o), f.Out()
	var lists []measure.List
	var days map[At]int64
	if b.Has("visits") {
		a := e.fold()
		t := newTable(a, f)
		a.suspects(f, out)
		t.values(out)
		if days = t.days; !o.Lean {
			lists = append(lists, a.list(), a.visits(), t.missedDays(), a.fakes())
		}
	}
	_, part := b.Org.OnlyRep() // of a book: a rep's rows, without what tells of customers
	if !part && (b.Has("grades") || b.Has("customers") || b.Has("contracts") || b.Has("visits") && b.Has("deals")) {
		g := foldGrades(e)
		g.values(f, days, out)
		if b.Has("grades") && !o.Lean {
			lists = append(lists, g.keys())
		}
	}
	return measure.Result{Values: out.Rest(), Lists: lists}
}

// atOnce is how many reps are folded side by side at least.
const atOnce = 64

// fold folds the log of every rep.
func (e *env) fold() *Acc {
	all := logs(e.book, e.options.Channels)
	accs := make([]*Acc, max(1, min(runtime.GOMAXPROCS(0), all.reps()/atOnce)))
	fold.Each(len(accs), func(k int) {
		accs[k] = newAcc(e)
		for l := range all.of(all.reps()*k/len(accs), all.reps()*(k+1)/len(accs)) {
			accs[k].Add(l)
		}
	})
	for _, a := range accs[1:] {
		accs[0].Merge(a)
	}
	return accs[0]
}

// suspects counts the suspect visits of every scope and period with visits: the
// total without a key, and each pattern. N is the visits that were looked at.
func (a *Acc) suspects(f *measure.Frame, out *measure.Out) {
	seen, suspects := fold.Roll(a.Seen, f), fold.Roll(a.Suspects, f)
	for i, node := range f.Org.Nodes {
		for _, p := range f.Wanted(crm.NodeNo(i), false) {
			slot := measure.Slot{Scope: crm.NodeNo(i), Period: p}
			n, ok := seen[slot]
			if !ok && (!f.IsCurrent(p) || node.Level == crm.RepLevel) {
				continue
			}
			s := suspects[slot]
			add := func(key string, count int64, pending bool) {
				v := measure.NewCount(suspectID, slot, count).Keyed(key)
				v.N, v.Open = int64(n), f.Running(p) || pending
				out.Add(v)
			}
			add("", s.Any, s.Pending > 0)
			for p := range patterns {
				add("pattern="+p.String(), s.By[p], p == DailyCustomer && s.Pending > 0)
			}
		}
	}
}
