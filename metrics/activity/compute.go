package activity

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"

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
	a := compute(b, f, o)
	return measure.Result{Values: a.values(f), Lists: []measure.List{a.list()}}
}

// atOnce is how many reps are folded side by side at least.
const atOnce = 64

func compute(b *crm.Book, f *measure.Frame, o Options) *Acc {
	all := logs(b, o.Channels)
	accs := make([]*Acc, max(1, min(runtime.GOMAXPROCS(0), all.reps()/atOnce)))
	fold.Each(len(accs), func(k int) {
		accs[k] = newAcc(b, f, o)
		for l := range all.of(all.reps()*k/len(accs), all.reps()*(k+1)/len(accs)) {
			accs[k].Add(l)
		}
	})
	for _, a := range accs[1:] {
		accs[0].Merge(a)
	}
	return accs[0]
}

// values counts the suspect visits of every scope and period with visits: the
// total without a key, and each pattern. N is the visits that were looked at.
func (a *Acc) values(f *measure.Frame) []measure.Value {
	seen, suspects := fold.Roll(a.Seen, f), fold.Roll(a.Suspects, f)
	out := f.Out()
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
	return out.Rest()
}

// list names the findings that touch a current period, those of most visits
// first, then the latest.
func (a *Acc) list() measure.List {
	l := measure.List{ID: "activity.suspects", Metric: suspectID,
		Title: measure.Text{ZH: "供品控抽查的可疑拜访", EN: "Suspect visits to audit"},
		Columns: []measure.Column{
			{Title: measure.Text{ZH: "销售", EN: "Rep"}, Kind: measure.CellScope},
			{Title: measure.Text{ZH: "模式", EN: "Pattern"}, Kind: measure.CellWord},
			{Title: measure.Text{ZH: "首次日期", EN: "First on"}, Kind: measure.CellDate},
			{Title: measure.Text{ZH: "拜访数", EN: "Visits"}, Kind: measure.CellInt},
			{Title: measure.Text{ZH: "首条出处", EN: "First row"}, Kind: measure.CellText},
		}}
	keys := make([]FindingKey, 0, len(a.Findings))
	for k := range a.Findings {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(j, k FindingKey) int {
		x, y := a.Findings[j], a.Findings[k]
		return cmp.Or(
			-cmp.Compare(x.Visits, y.Visits),
			-cmp.Compare(x.Last, y.Last),
			cmp.Compare(j.Pattern, k.Pattern),
			cmp.Compare(a.book.Reps.ID(x.Rep), a.book.Reps.ID(y.Rep)),
			cmp.Compare(j.File, k.File),
			cmp.Compare(j.Line, k.Line),
		)
	})
	for _, k := range keys {
		x := a.Findings[k]
		l.Rows = append(l.Rows, measure.Row{Leaf: x.Leaf, Cells: []measure.Cell{
			{Num: int64(a.book.Org.RepNode(x.Rep))}, {Text: k.Pattern.String()}, {Num: int64(x.First)}, {Num: x.Visits}, {Text: a.place(k.Pos)}}})
	}
	return l
}

func (a *Acc) place(p crm.Pos) string {
	if p.File < 0 || int(p.File) >= len(a.book.Files) {
		return ""
	}
	return fmt.Sprintf("%s:%d", a.book.Files[p.File], p.Line)
}
