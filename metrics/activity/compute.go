package activity

import (
	"runtime"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Compute computes the family over the visits of b, rep by rep; without a
// visits table there is nothing to say.
func Compute(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("visits") {
		return measure.Result{}
	}
	a, out := compute(b, f, o), f.Out()
	t := newTable(a, f)
	a.suspects(f, out)
	t.values(out)
	return measure.Result{Values: out.Rest(), Lists: []measure.List{a.list(), t.missedDays(), a.fakes()}}
}

// atOnce is how many reps are folded side by side at least.
const atOnce = 64

func compute(b *crm.Book, f *measure.Frame, o Options) *Acc {
	all := logs(b, o.Channels)
	e := newEnv(b, f, o)
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
