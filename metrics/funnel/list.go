package funnel

import (
	"fmt"

	"crmreport/metrics/measure"
)

// stalledList is the deals behind funnel.stalled, most days beyond the limit
// first: the limit differs by stage, and an amount may be unknown.
func (a *Acc) stalledList() measure.List {
	l := measure.List{ID: "funnel.stalled", Metric: "funnel.stalled",
		Title: measure.Text{ZH: "停滞商机", EN: "Stalled deals"},
		Columns: []measure.Column{
			{Title: measure.Text{ZH: "商机编号", EN: "Deal"}, Kind: measure.CellText},
			{Title: measure.Text{ZH: "商机名称", EN: "Name"}, Kind: measure.CellText},
			{Title: measure.Text{ZH: "负责人", EN: "Owner"}, Kind: measure.CellScope},
			{Title: measure.Text{ZH: "阶段", EN: "Stage"}, Kind: measure.CellWord},
			{Title: measure.Text{ZH: "阶段累计天数", EN: "Days in stage"}, Kind: measure.CellReal},
			{Title: measure.Text{ZH: "阶段时限（天）", EN: "Limit (days)"}, Kind: measure.CellInt},
			{Title: measure.Text{ZH: "金额", EN: "Amount"}, Kind: measure.CellMoney},
		}}
	stalls := a.stalls()
	cells := make([]measure.Cell, 0, len(stalls)*len(l.Columns)) // of all rows
	for _, s := range stalls {
		from := len(cells)
		cells = append(cells,
			measure.Cell{Text: string(s.ID)},
			measure.Cell{Text: s.Name},
			measure.Cell{Num: int64(a.org.Leaves[s.Leaf].Node)},
			measure.Cell{Text: a.pipeline.ID(s.Stage)},
			measure.Cell{Num: s.Seconds, Den: day},
			measure.Cell{Num: int64(a.pipeline.Def(s.Stage).LimitDays)},
			measure.Cell{Num: s.Amount})
		l.Rows = append(l.Rows, measure.Row{Leaf: s.Leaf, Cells: cells[from:len(cells):len(cells)]})
	}
	return l
}

// warnings tells what the data lack, in a fixed order.
func (a *Acc) warnings() []measure.Warning {
	var out []measure.Warning
	for _, w := range []struct {
		code   string
		n      int64
		zh, en string
	}{
		{"deals_without_history", a.Notes.WithoutHistory,
			"%d 个商机没有阶段历史：计入赢单、输单和在途，不计入漏斗各阶段。",
			"%d deals have no stage history: counted as won, lost or open, but in no stage of the funnel."},
		{"deals_closed_without_history", a.Notes.ClosedInDeals,
			"%d 个商机的结果只见于商机表，阶段历史里没有：按商机表的关闭日期补上。",
			"%d deals are closed by the deals table only, not by the stage history: the close was taken from the deals table."},
		{"deals_status_differs", a.Notes.Differs,
			"%d 个商机的阶段历史已关闭，而商机表的状态不同：以阶段历史为准。",
			"%d deals are closed by the stage history but have another status in the deals table: the history was believed."},
		{"deals_closed_without_date", a.Notes.Undated,
			"%d 个赢单或输单的商机没有关闭日期：不计入任何期间。",
			"%d won or lost deals have no closing date: counted in no period."},
		{"deals_without_amount", a.Notes.NoAmount,
			"%d 个商机没有可用金额：计入个数，不计入金额。",
			"%d deals have no usable amount: counted, but in no sum of money."},
		{"deals_without_rate", a.Notes.NoRate,
			"其中 %d 个商机的币种没有汇率。",
			"%d of them are in a currency without a rate."},
	} {
		if w.n > 0 {
			out = append(out, measure.Warning{Code: w.code, N: w.n,
				Text: measure.Text{ZH: fmt.Sprintf(w.zh, w.n), EN: fmt.Sprintf(w.en, w.n)}})
		}
	}
	return out
}
