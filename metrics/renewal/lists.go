package renewal

import (
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// names finds what a customer is called.
func names(b *crm.Book) func(crm.CustomerNo) string {
	called := map[crm.CustomerNo]string{}
	for _, c := range b.CustomerRows {
		if c.Name != "" {
			called[c.No] = c.Name
		}
	}
	return func(n crm.CustomerNo) string {
		if s, ok := called[n]; ok {
			return s
		}
		return b.Customers.ID(n)
	}
}

// soon reports whether c belongs on the list of contracts due soon: pending,
// ended already or ending within the days ahead.
func (d *desk) soon(c Case) bool {
	return c.Fate == Pending && c.Day <= d.book.AsOf+crm.Date(d.opts.SoonDays)
}

// dueSoon lists what is to be renewed next, soonest first (those in grace
// before all), then the larger ACV, then the id.
func (d *desk) dueSoon(cases []Case) measure.List {
	sort.Slice(cases, func(i, j int) bool {
		a, b := cases[i], cases[j]
		if a.Day != b.Day {
			return a.Day < b.Day
		}
		if k := sumOf(a.Old).Cmp(sumOf(b.Old)); k != 0 {
			return k > 0
		}
		return a.Contract.ID < b.Contract.ID
	})
	l := measure.List{ID: "renewal.due_soon", Metric: pending,
		Title: measure.Text{ZH: "即将到期与宽限期内的合同", EN: "Contracts due soon or in grace"},
		Columns: append(columns(),
			measure.Column{Title: measure.Text{ZH: "距到期天数", EN: "Days to end"}, Kind: measure.CellInt},
			measure.Column{Title: measure.Text{ZH: "状态", EN: "State"}, Kind: measure.CellWord})}
	name := names(d.book)
	for _, c := range cases {
		state := "pending"
		if c.Day < d.book.AsOf {
			state = "in_grace"
		}
		l.Rows = append(l.Rows, measure.Row{Leaf: c.Leaf, Cells: append(d.cells(c, name),
			measure.Cell{Num: int64(c.Day - d.book.AsOf)}, measure.Cell{Text: state})})
	}
	return l
}

// lost lists the churned contracts of a cohort, the largest ACV first, then the
// earlier end, then the id.
func (d *desk) lost(cases []Case) measure.List {
	sort.Slice(cases, func(i, j int) bool {
		a, b := cases[i], cases[j]
		if k := sumOf(a.Old).Cmp(sumOf(b.Old)); k != 0 {
			return k > 0
		}
		if a.Day != b.Day {
			return a.Day < b.Day
		}
		return a.Contract.ID < b.Contract.ID
	})
	l := measure.List{ID: "renewal.lost", Metric: churned,
		Title:   measure.Text{ZH: "本季度流失的合同", EN: "Contracts lost this quarter"},
		Columns: append(columns(), measure.Column{Title: measure.Text{ZH: "原因", EN: "Reason"}, Kind: measure.CellWord})}
	name := names(d.book)
	for _, c := range cases {
		l.Rows = append(l.Rows, measure.Row{Leaf: c.Leaf, Cells: append(d.cells(c, name), measure.Cell{Text: string(c.How)})})
	}
	return l
}

func columns() []measure.Column {
	return []measure.Column{
		{Title: measure.Text{ZH: "客户", EN: "Customer"}, Kind: measure.CellText},
		{Title: measure.Text{ZH: "合同", EN: "Contract"}, Kind: measure.CellText},
		{Title: measure.Text{ZH: "截止日", EN: "End date"}, Kind: measure.CellDate},
		{Title: measure.Text{ZH: "年化金额", EN: "ACV"}, Kind: measure.CellMoney},
		{Title: measure.Text{ZH: "负责人", EN: "Owner"}, Kind: measure.CellScope},
	}
}

func (d *desk) cells(c Case, name func(crm.CustomerNo) string) []measure.Cell {
	return []measure.Cell{
		{Text: name(c.Customer)},
		{Text: string(c.Contract.ID)},
		{Num: int64(c.Day)},
		d.acvCell(c),
		{Num: int64(d.book.Org.RepNode(c.Owner))},
	}
}

// acvCell shows the ACV in the report currency, or in the contract's own where
// no rate is known.
func (d *desk) acvCell(c Case) measure.Cell {
	if p, why := d.acvAt(c.Contract, c.Contract.Start); why != noRate {
		return measure.Cell{Num: sumOf(p).Minor()}
	}
	p, _ := annual(c.Contract, c.Contract.Amount.Minor)
	return measure.Cell{Num: sumOf(p).Minor(), Text: string(c.Contract.Amount.Currency)}
}
