package commission

import (
	"cmp"
	"maps"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

func text(s string) measure.Cell   { return measure.Cell{Text: s} }
func number(n int64) measure.Cell  { return measure.Cell{Num: n} }
func date(d crm.Date) measure.Cell { return measure.Cell{Num: int64(d)} }

func col(kind measure.CellKind, zh, en string) measure.Column {
	return measure.Column{Title: measure.Text{ZH: zh, EN: en}, Kind: kind}
}

// scope is the cell of a leaf's rep; of nobody's leaf, its node.
func (a *Acc) scope(l crm.LeafNo) measure.Cell { return number(int64(a.Env.book.Org.Leaves[l].Node)) }

func lists(a *Acc, f *measure.Frame, pays []pay) []measure.List {
	return []measure.List{clawbacks(a, f), statement(a, f, pays), months(a, f, pays), openCarry(a, f, pays), suspended(a),
		skipped(a, thisYear(f), "commission.manager_signed", measure.Text{ZH: "主管签单（本年，不计提成）", EN: "Signed by a manager this year: pays nothing"}, ManagerSigned),
		skipped(a, thisYear(f), "commission.not_computed", measure.Text{ZH: "本年未计提成的签单", EN: "Sales of this year without commission"}, NoRate, NoRep, SplitsRefused, MarginMissing, NoExchangeRate, CashWithoutInvoices, VoidUndated),
		// A flag may come long after the signing, so these go back to the first.
		skipped(a, crm.Period{Start: crm.NoDate, End: f.AsOf + 1}, "commission.flagged", measure.Text{ZH: "须核对的签单（提成按原因所述处理）", EN: "Sales to look at: computed as the reason says"}, NegativeBase, WriteOffExceedsOpen, CurrencyMismatch)}
}

// collect flattens those cases of a kind that are wanted; the caller sorts them.
func collect[T any](a *Acc, of func(Cases) []T, want func(*T) bool) []T {
	var out []T
	for _, n := range slices.Sorted(maps.Keys(a.Customers)) {
		rows := of(a.Customers[n])
		for i := range rows {
			if want(&rows[i]) {
				out = append(out, rows[i])
			}
		}
	}
	return out
}

// thisYear is the running fiscal year: lists go no further back.
func thisYear(f *measure.Frame) crm.Period { return f.Current[crm.Year] }

func clawbacks(a *Acc, f *measure.Frame) measure.List {
	l := measure.List{ID: "commission.clawbacks", Metric: idClawedBack,
		Title: measure.Text{ZH: "本年扣回、返还与冲减", EN: "Clawed back, restored and reversed this year"},
		Columns: []measure.Column{
			col(measure.CellScope, "签单人", "Rep"), col(measure.CellText, "合同", "Contract"), col(measure.CellDate, "日期", "Date"),
			col(measure.CellWord, "事项", "Event"), col(measure.CellMoney, "含税金额", "Gross"), col(measure.CellMoney, "提成基数", "Base"),
			col(measure.CellShare, "提成比例", "Rate"), col(measure.CellMoney, "提成", "Commission")}}
	year := thisYear(f)
	rows := collect(a, func(c Cases) []Reversal { return c.Reversals }, func(r *Reversal) bool { return year.Contains(r.Date) })
	slices.SortStableFunc(rows, worstFirst)
	for _, r := range rows {
		l.Rows = append(l.Rows, measure.Row{Leaf: r.Leaf, Cells: []measure.Cell{a.scope(r.Leaf), text(string(r.Contract)), date(r.Date), text(string(r.Kind)),
			{Text: string(r.Currency), Num: r.Gross}, number(r.Base), {Num: int64(r.Rate), Den: int64(crm.One)}, number(r.Amount)}})
	}
	return l
}

// months lists the current quarter, by rep and month.
func months(a *Acc, f *measure.Frame, pays []pay) measure.List {
	l := measure.List{ID: "commission.months", Metric: idPayout,
		Title: measure.Text{ZH: "本季各月提成", EN: "Commission of the quarter, by month"},
		Columns: []measure.Column{
			col(measure.CellScope, "销售", "Rep"), col(measure.CellText, "月份", "Month"), col(measure.CellMoney, "计提", "Accrued"),
			col(measure.CellMoney, "坏账扣回", "Clawed back"), col(measure.CellMoney, "收回返还", "Restored"), col(measure.CellMoney, "冲减", "Adjusted"),
			col(measure.CellMoney, "以前期间", "Prior period"), col(measure.CellMoney, "当月扣款", "Deducted"), col(measure.CellMoney, "应发", "Payout"), col(measure.CellMoney, "结转", "Carried")}}
	for _, p := range pays {
		if !f.Current[crm.Quarter].Contains(p.month.Start) || p.Statement == (Statement{}) {
			continue
		}
		cells := []measure.Cell{a.scope(p.leaf), text(p.month.Name)}
		for _, n := range []int64{p.Accrued, p.ClawedBack, p.Restored, p.Adjusted, p.Prior, p.Deducted, p.Payout, p.Carry} {
			cells = append(cells, number(n))
		}
		l.Rows = append(l.Rows, measure.Row{Leaf: p.leaf, Cells: cells})
	}
	return l
}

// suspended lists the sales whose commission is in suspense on the as-of day, the
// most first: why, and what ends it.
func suspended(a *Acc) measure.List {
	l := measure.List{ID: "commission.suspended", Metric: idHeld,
		Title: measure.Text{ZH: "冻结、或被扣回的提成", EN: "Commission on hold or at risk"},
		Columns: []measure.Column{
			col(measure.CellScope, "签单人", "Rep"), col(measure.CellText, "合同", "Contract"), col(measure.CellDate, "签约日", "Signed"), col(measure.CellWord, "原因", "Why"),
			col(measure.CellMoney, "未收金额", "Open"), col(measure.CellDate, "最早到期日", "Oldest due"), col(measure.CellDate, "扣回期限", "Clawback until"), col(measure.CellMoney, "提成", "Commission")}}
	rows := collect(a, func(c Cases) []Suspended { return c.Suspended }, func(*Suspended) bool { return true })
	slices.SortStableFunc(rows, func(x, y Suspended) int {
		return cmp.Or(cmp.Compare(y.Amount, x.Amount), cmp.Compare(x.Sign, y.Sign), cmp.Compare(x.Contract, y.Contract), cmp.Compare(x.Leaf, y.Leaf))
	})
	for _, r := range rows {
		l.Rows = append(l.Rows, measure.Row{Leaf: r.Leaf, Cells: []measure.Cell{a.scope(r.Leaf), text(string(r.Contract)), date(r.Sign), text(r.Reason),
			{Text: string(r.Currency), Num: r.Gross}, date(r.Due), date(r.Until), number(r.Amount)}})
	}
	return l
}

// openCarry lists what leavers still owe, the most first.
func openCarry(a *Acc, f *measure.Frame, pays []pay) measure.List {
	l := measure.List{ID: "commission.open_carry", Metric: idCarried,
		Title:   measure.Text{ZH: "离职人员未扣回余额", EN: "Open balances of leavers"},
		Columns: []measure.Column{col(measure.CellScope, "销售", "Rep"), col(measure.CellDate, "离职日", "Left on"), col(measure.CellMoney, "结转", "Carried")}}
	var open []pay
	for _, p := range pays {
		if left := f.Org.LeftOn(p.rep); p.day == f.AsOf && p.Carry < 0 && left.Known() && left <= f.AsOf {
			open = append(open, p)
		}
	}
	slices.SortStableFunc(open, func(x, y pay) int { return cmp.Compare(x.Carry, y.Carry) }) // pays come by rep id
	for _, p := range open {
		l.Rows = append(l.Rows, measure.Row{Leaf: p.leaf, Cells: []measure.Cell{a.scope(p.leaf), date(f.Org.LeftOn(p.rep)), number(p.Carry)}})
	}
	return l
}

func skipped(a *Acc, signed crm.Period, id string, title measure.Text, reasons ...string) measure.List {
	l := measure.List{ID: id, Metric: idAccrued, Title: title, Columns: []measure.Column{
		col(measure.CellScope, "签单人", "Rep"), col(measure.CellText, "合同", "Contract"),
		col(measure.CellDate, "签约日", "Signed"), col(measure.CellWord, "原因", "Reason")}}
	rows := collect(a, func(c Cases) []Skipped { return c.Skipped }, func(r *Skipped) bool { return slices.Contains(reasons, r.Reason) && signed.Contains(r.Sign) })
	slices.SortStableFunc(rows, func(x, y Skipped) int {
		return cmp.Or(cmp.Compare(y.Sign, x.Sign), cmp.Compare(x.Contract, y.Contract), cmp.Compare(x.Leaf, y.Leaf), cmp.Compare(x.Reason, y.Reason))
	})
	for _, r := range rows {
		l.Rows = append(l.Rows, measure.Row{Leaf: r.Leaf, Cells: []measure.Cell{a.scope(r.Leaf), text(string(r.Contract)), date(r.Sign), text(r.Reason)}})
	}
	return l
}

// warnings counts over the whole export; the lists show this year's cases.
func warnings(a *Acc) []measure.Warning {
	counts := map[string]int64{}
	for _, c := range a.Customers {
		for i := range c.Skipped {
			counts[c.Skipped[i].Reason]++
		}
	}
	counts["write_off_without_sale"] = a.Unlinked
	counts["ledger_period_not_month"] = notMonths(a.Env.book)
	var out []measure.Warning
	for _, w := range []struct{ code, zh, en string }{
		{NoRate, "签约日没有适用的提成比例：不计提成。", "No rate in force on the sign date: no commission."},
		{NoRep, "签单没有签单人：不计提成。", "Sales without a rep: no commission."},
		{SplitsRefused, "业绩分成之和不是 100%：不计提成。", "Credit splits that do not sum to 100 %: no commission."},
		{MarginMissing, "按毛利计提但没有毛利：不计提成。", "Plans on margin, but the contract has none: no commission."},
		{NoExchangeRate, "签约日没有汇率：不计提成。", "No exchange rate on the sign date: no commission."},
		{CashWithoutInvoices, "回款制合同没有发票，无法关联回款：不计提成。", "Cash plans on contracts without invoices: payments cannot be linked, no commission."},
		{VoidUndated, "作废合同没有作废日期：不计提成。", "Void contracts without a date of voiding: no commission."},
		{ManagerSigned, "主管签单：不计提成。", "Signed by a manager: pays nothing."},
		{BaseMissing, "没有不含税金额：按含税金额计提。", "No amount ex VAT: the gross amount is the base."},
		{NegativeBase, "提成基数为负：按 0 计。", "Negative base: counted as 0."},
		{WriteOffExceedsOpen, "核销超过该笔成交未收金额：超出部分不计。", "Write-offs above the open amount of the sale: the excess is dropped."},
		{CurrencyMismatch, "发票或调整与合同币种不同：未计入该合同。", "Invoices or adjustments in another currency than their contract: not counted for it."},
		{TermMissing, "按月或按年报价但没有期限：按单期金额计提。", "Amounts a month or a year without a term: taken as they are."},
		{"write_off_without_sale", "核销或收回没有关联到合同：不影响提成。", "Write-offs and recoveries that name no sale: commission is not touched."},
		{"ledger_period_not_month", "实发提成表中不是月份的行：不计入。", "Lines of the commission ledger whose period is no month: not counted."},
	} {
		if n := counts[w.code]; n > 0 {
			out = append(out, measure.Warning{Code: w.code, N: n, Text: measure.Text{ZH: w.zh, EN: w.en}})
		}
	}
	return out
}
