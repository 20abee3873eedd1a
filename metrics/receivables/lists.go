package receivables

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strconv"

	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// titled is a customer's row with what orders it.
type titled[T any] struct {
	customer string
	row      T
}

// collect flattens one kind of case, by customer number.
func collect[T any](a *Acc, of func(Cases) []T) []titled[T] {
	nos := make([]crm.CustomerNo, 0, len(a.Customers))
	for n := range a.Customers {
		nos = append(nos, n)
	}
	slices.Sort(nos)
	var out []titled[T]
	for _, n := range nos {
		rows := of(a.Customers[n])
		if len(rows) == 0 {
			continue
		}
		name := customerName(a.Env.book, n)
		for _, row := range rows {
			out = append(out, titled[T]{name, row})
		}
	}
	return out
}

// customerName is the id, with the name where it is known.
func customerName(b *crm.Book, no crm.CustomerNo) string {
	id := b.Customers.ID(no)
	i := sort.Search(len(b.CustomerRows), func(i int) bool { return b.CustomerRows[i].No >= no })
	if i < len(b.CustomerRows) && b.CustomerRows[i].No == no && b.CustomerRows[i].Name != "" && b.CustomerRows[i].Name != id {
		return id + " " + b.CustomerRows[i].Name
	}
	return id
}

func text(s string) measure.Cell   { return measure.Cell{Text: s} }
func number(n int64) measure.Cell  { return measure.Cell{Num: n} }
func date(d crm.Date) measure.Cell { return measure.Cell{Num: int64(d)} }

func column(kind measure.CellKind, zh, en string) measure.Column {
	return measure.Column{Title: measure.Text{ZH: zh, EN: en}, Kind: kind}
}

// scope is the cell of a leaf's rep; of nobody's leaf, its node.
func (a *Acc) scope(l crm.LeafNo) measure.Cell { return number(int64(a.Env.book.Org.Leaves[l].Node)) }

func lists(a *Acc) []measure.List {
	return []measure.List{overdueCustomers(a), withoutStep(a), flagged(a)}
}

// overdueCustomers has one row for each customer and credited rep, so that the
// rows of a scope sum to its overdue amount.
func overdueCustomers(a *Acc) measure.List {
	l := measure.List{ID: "receivables.overdue_customers", Metric: idOverdue,
		Title: measure.Text{ZH: "逾期客户", EN: "Overdue customers"},
		Columns: []measure.Column{
			column(measure.CellText, "客户", "Customer"), column(measure.CellScope, "签单人", "Credited rep"),
			column(measure.CellMoney, "逾期金额", "Overdue"), column(measure.CellInt, "最长逾期天数", "Oldest, days past due"),
			column(measure.CellWord, "最差账龄", "Worst bucket"), column(measure.CellWord, "原因", "Cause"), column(measure.CellWord, "催收步骤", "Dunning step")}}
	rows := collect(a, func(c Cases) []Overdue { return c.Overdue })
	slices.SortFunc(rows, func(x, y titled[Overdue]) int {
		return cmp.Or(cmp.Compare(y.row.Amount, x.row.Amount), cmp.Compare(y.row.Oldest, x.row.Oldest),
			cmp.Compare(x.customer, y.customer), cmp.Compare(x.row.Leaf, y.row.Leaf))
	})
	for _, r := range rows {
		l.Rows = append(l.Rows, measure.Row{Leaf: r.row.Leaf, Cells: []measure.Cell{text(r.customer), a.scope(r.row.Leaf), number(r.row.Amount),
			number(int64(r.row.Oldest)), text(a.Env.buckets.names[r.row.Bucket]), text(causes[r.row.Cause]), text(steps[r.row.Step])}})
	}
	return l
}

func withoutStep(a *Acc) measure.List {
	l := measure.List{ID: "receivables.without_step", Metric: idByStep,
		Title: measure.Text{ZH: fmt.Sprintf("逾期超过 %d 天未催收", a.Env.options.StepAfterDays), EN: fmt.Sprintf("Overdue more than %d days without a dunning step", a.Env.options.StepAfterDays)},
		Columns: []measure.Column{
			column(measure.CellText, "客户", "Customer"), column(measure.CellText, "发票", "Invoice"), column(measure.CellText, "分期", "Instalment"),
			column(measure.CellScope, "签单人", "Credited rep"), column(measure.CellDate, "到期日", "Due"),
			column(measure.CellInt, "逾期天数", "Days past due"), column(measure.CellMoney, "未收金额", "Open")}}
	rows := collect(a, func(c Cases) []Stepless { return c.Stepless })
	slices.SortFunc(rows, func(x, y titled[Stepless]) int {
		return cmp.Or(cmp.Compare(y.row.Amount, x.row.Amount), cmp.Compare(y.row.Days, x.row.Days), cmp.Compare(x.customer, y.customer),
			cmp.Compare(x.row.Invoice, y.row.Invoice), cmp.Compare(x.row.Instalment, y.row.Instalment), cmp.Compare(x.row.Leaf, y.row.Leaf))
	})
	for _, r := range rows {
		l.Rows = append(l.Rows, measure.Row{Leaf: r.row.Leaf, Cells: []measure.Cell{text(r.customer), text(r.row.Invoice), text(r.row.Instalment),
			a.scope(r.row.Leaf), date(r.row.Due), number(int64(r.row.Days)), number(r.row.Amount)}})
	}
	return l
}

func flagged(a *Acc) measure.List {
	l := measure.List{ID: "receivables.flags", Metric: idBalance,
		Title: measure.Text{ZH: "存疑单据", EN: "Flagged documents"},
		Columns: []measure.Column{
			column(measure.CellWord, "问题", "Flag"), column(measure.CellText, "客户", "Customer"), column(measure.CellText, "单据", "Document"),
			column(measure.CellDate, "日期", "Date"), column(measure.CellMoney, "单据金额", "Given"), column(measure.CellMoney, "计入金额", "Counted")}}
	rows := collect(a, func(c Cases) []Note { return c.Notes })
	slices.SortStableFunc(rows, func(x, y titled[Note]) int {
		return cmp.Or(cmp.Compare(x.row.Word, y.row.Word), cmp.Compare(y.row.Given-y.row.Counted, x.row.Given-x.row.Counted),
			cmp.Compare(x.row.Date, y.row.Date), cmp.Compare(x.customer, y.customer), cmp.Compare(x.row.ID, y.row.ID))
	})
	for _, r := range rows {
		c := string(r.row.Currency)
		l.Rows = append(l.Rows, measure.Row{Leaf: r.row.Leaf, Cells: []measure.Cell{text(r.row.Word), text(r.customer), text(r.row.ID), date(r.row.Date),
			{Text: c, Num: r.row.Given}, {Text: c, Num: r.row.Counted}}})
	}
	return l
}

func warnings(a *Acc) []measure.Warning {
	var out []measure.Warning
	add := func(code string, n int64, zh, en string) {
		if n > 0 {
			out = append(out, measure.Warning{Code: code, N: n, Text: measure.Text{ZH: zh, EN: en}})
		}
	}
	counts := map[string]int64{}
	for _, c := range a.Customers {
		for _, n := range c.Notes {
			counts[n.Word]++
		}
	}
	add(DueDateMissing, counts[DueDateMissing], "未收分期没有到期日：按发票日加客户账期推定，无账期则按发票日。", "Open instalments without a due date: taken as invoice date plus the customer's terms, else the invoice date.")
	add(ledger.WriteOffExceedsOpen, counts[ledger.WriteOffExceedsOpen], "核销超过当日未收金额：超出部分不计。", "Write-offs above what was open on the day: the excess is dropped.")
	add(ledger.RefundExceedsPaid, counts[ledger.RefundExceedsPaid], "退款超过客户已付金额：超出部分记为负的未核销款。", "Refunds above what the customer had paid: the excess is a negative unapplied credit.")
	add(ledger.ReferenceUnknown, counts[ledger.ReferenceUnknown], "指定的发票不在该客户名下或已作废：金额记为未核销款。", "Documents naming an invoice that the customer does not have, or a void one: their amounts are unapplied.")
	add(ledger.CurrencyMismatch, counts[ledger.CurrencyMismatch], "指定的发票为另一币种：金额记为未核销款。", "Documents naming an invoice in another currency: their amounts are unapplied.")
	add(ledger.NegativeAdjustment, counts[ledger.NegativeAdjustment], "调整金额为负：不计入。", "Adjustments of a negative amount: left out.")
	add("splits_refused", a.Refused, "业绩分成之和不是 100%：应收归合同签单人。", "Contracts whose credit splits do not sum to 100 %: their receivables go to the contract's rep.")
	add("ledger_unbalanced", a.Unbalanced, "客户账户勾稽不平。", "Customer accounts whose balance does not reconcile.")
	return append(out, unconverted(a)...)
}

// unconverted names the currencies left out of the totals.
func unconverted(a *Acc) []measure.Warning {
	codes := make([]crm.Currency, 0, len(a.Foreign))
	for c := range a.Foreign {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	var out []measure.Warning
	for _, c := range codes {
		f := a.Foreign[c]
		open, credit := decimal(f.Open, c), decimal(f.Unapplied, c)
		out = append(out, measure.Warning{Code: "no_exchange_rate", N: f.Cases, Text: measure.Text{
			ZH: fmt.Sprintf("%s 没有汇率：未收 %s、未核销 %s 不在合计内。", c, open, credit),
			EN: fmt.Sprintf("No exchange rate for %s: open %s, unapplied %s are left out of the totals.", c, open, credit)}})
	}
	return out
}

// decimal prints minor units exactly.
func decimal(minor int64, c crm.Currency) string {
	digits, sign := c.MinorDigits(), ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	s := strconv.FormatInt(minor, 10)
	for len(s) <= digits {
		s = "0" + s
	}
	if digits == 0 {
		return sign + s
	}
	return sign + s[:len(s)-digits] + "." + s[len(s)-digits:]
}
