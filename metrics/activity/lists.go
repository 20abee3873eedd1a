package activity

import (
	"cmp"
	"fmt"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

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
	for _, k := range a.findings() {
		x := a.Findings[k]
		l.Rows = append(l.Rows, measure.Row{Leaf: x.Leaf, Cells: []measure.Cell{
			{Num: int64(a.book.Org.RepNode(x.Rep))}, {Text: k.Pattern.String()}, {Num: int64(x.First)}, {Num: int64(len(x.Visits))}, {Text: a.place(k.Pos)}}})
	}
	return l
}

// findings are the findings of most visits first, then the latest.
func (a *Acc) findings() []FindingKey {
	keys := make([]FindingKey, 0, len(a.Findings))
	for k := range a.Findings {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(j, k FindingKey) int {
		x, y := a.Findings[j], a.Findings[k]
		return cmp.Or(
			-cmp.Compare(len(x.Visits), len(y.Visits)),
			-cmp.Compare(x.Last, y.Last),
			cmp.Compare(j.Pattern, k.Pattern),
			cmp.Compare(a.book.Reps.ID(x.Rep), a.book.Reps.ID(y.Rep)),
			cmp.Compare(j.File, k.File),
			cmp.Compare(j.Line, k.Line),
		)
	})
	return keys
}

func (a *Acc) place(p crm.Pos) string {
	if p.File < 0 || int(p.File) >= len(a.book.Files) {
		return ""
	}
	return fmt.Sprintf("%s:%d", a.book.Files[p.File], p.Line)
}

// visits names every visit of the findings, in their order and by time: one that
// matches two patterns is there twice.
func (a *Acc) visits() measure.List {
	l := measure.List{ID: "activity.suspect_rows", Metric: suspectID,
		Title: measure.Text{ZH: "可疑拜访逐行", EN: "Suspect visits, row by row"},
		Columns: []measure.Column{
			{Title: measure.Text{ZH: "销售", EN: "Rep"}, Kind: measure.CellScope},
			{Title: measure.Text{ZH: "模式", EN: "Pattern"}, Kind: measure.CellWord},
			{Title: measure.Text{ZH: "客户", EN: "Customer"}, Kind: measure.CellText},
			{Title: measure.Text{ZH: "日期", EN: "Date"}, Kind: measure.CellDate},
			{Title: measure.Text{ZH: "时间", EN: "Time"}, Kind: measure.CellText},
			{Title: measure.Text{ZH: "出处", EN: "Row"}, Kind: measure.CellText},
		}}
	for _, k := range a.findings() {
		x := a.Findings[k]
		for _, v := range x.Visits {
			clock := fmt.Sprintf("%02d:%02d", v.At.Minute()/60, v.At.Minute()%60)
			l.Rows = append(l.Rows, measure.Row{Leaf: a.book.Org.Leaf(x.Rep, v.At.Date()), Cells: []measure.Cell{{Num: int64(a.book.Org.RepNode(x.Rep))},
				{Text: k.Pattern.String()}, {Text: a.book.Customers.ID(v.Customer)}, {Num: int64(v.At.Date())}, {Text: clock}, {Text: a.place(v.Pos)}}})
		}
	}
	return l
}

// missedDays names the days of the current week on which the standard of the
// rep's team was missed: those of fewest valid visits first.
func (t *table) missedDays() measure.List {
	a := t.acc
	l := measure.List{ID: "activity.missed_days", Metric: standardID,
		Title: measure.Text{ZH: "本周未达标人天", EN: "Days of the week below the standard"},
		Columns: []measure.Column{
			{Title: measure.Text{ZH: "销售", EN: "Rep"}, Kind: measure.CellScope},
			{Title: measure.Text{ZH: "日期", EN: "Date"}, Kind: measure.CellDate},
			{Title: measure.Text{ZH: "拜访数", EN: "Visits"}, Kind: measure.CellInt},
			{Title: measure.Text{ZH: "有效拜访", EN: "Valid"}, Kind: measure.CellInt},
			{Title: measure.Text{ZH: "未达条件", EN: "Missed"}, Kind: measure.CellWord},
		}}
	org := a.book.Org
	org.Seats(a.week.Start, min(a.week.End-1, t.frame.AsOf), func(leaf crm.LeafNo, from, to crm.Date) {
		x := org.Leaves[leaf]
		profile := a.standards.unit(org, x.Unit)
		for d := from; d <= to; d++ {
			if org.Leaf(x.Rep, d) != leaf || !t.frame.Calendar.RepWorkday(x.Rep, org.Nodes[x.Unit].Region, d) || len(profile) == 0 {
				continue
			}
			day := a.Week.At(leaf, d)
			if day == (Day{}) {
				day.Missed = int64(profile[0])
			}
			if day.Met == 0 {
				l.Rows = append(l.Rows, measure.Row{Leaf: leaf, Cells: []measure.Cell{{Num: int64(x.Node)}, {Num: int64(d)},
					{Num: day.Visits}, {Num: day.Valid}, {Text: a.standards.all[day.Missed].String()}}})
			}
		}
	})
	slices.SortFunc(l.Rows, func(x, y measure.Row) int {
		return cmp.Or(cmp.Compare(x.Cells[3].Num, y.Cells[3].Num), cmp.Compare(x.Cells[2].Num, y.Cells[2].Num),
			-cmp.Compare(x.Cells[1].Num, y.Cells[1].Num), cmp.Compare(org.Nodes[x.Cells[0].Num].ID, org.Nodes[y.Cells[0].Num].ID))
	})
	return l
}

var auditWords = [...]string{crm.AuditUnstated: "selection_unstated", crm.AuditRandom: "random", crm.AuditTargeted: "targeted"}

// fakes names the visits of the current periods that quality control refuted,
// the latest first: the red line (S1-09).
func (a *Acc) fakes() measure.List {
	l := measure.List{ID: "activity.fake_visits", Metric: failRateID,
		Title: measure.Text{ZH: "红线：品控查实的虚假拜访", EN: "Red line: visits that quality control refuted"},
		Columns: []measure.Column{
			{Title: measure.Text{ZH: "销售", EN: "Rep"}, Kind: measure.CellScope},
			{Title: measure.Text{ZH: "拜访日期", EN: "Visited on"}, Kind: measure.CellDate},
			{Title: measure.Text{ZH: "抽查日期", EN: "Audited on"}, Kind: measure.CellDate},
			{Title: measure.Text{ZH: "抽查方式", EN: "Selection"}, Kind: measure.CellWord},
			{Title: measure.Text{ZH: "出处", EN: "Row"}, Kind: measure.CellText},
		}}
	places := make([]Place, 0, len(a.Fakes))
	for p := range a.Fakes {
		places = append(places, p)
	}
	slices.SortFunc(places, func(p, q Place) int {
		x, y := a.Fakes[p], a.Fakes[q]
		return cmp.Or(-cmp.Compare(x.On, y.On), cmp.Compare(a.book.Reps.ID(x.Rep), a.book.Reps.ID(y.Rep)), cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line))
	})
	for _, p := range places {
		x := a.Fakes[p]
		l.Rows = append(l.Rows, measure.Row{Leaf: x.Leaf, Cells: []measure.Cell{{Num: int64(a.book.Org.RepNode(x.Rep))}, {Num: int64(x.On)},
			{Num: int64(x.Audited)}, {Text: auditWords[x.Kind]}, {Text: a.place(crm.Pos(p))}}})
	}
	return l
}
