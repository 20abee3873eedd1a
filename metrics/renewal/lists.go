package renewal

import (
	"cmp"
	"slices"
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// called is the name of a customer, else the id.
func (d *desk) called(n crm.CustomerNo) string {
	rows := d.book.CustomerRows
	name := ""
	for i := sort.Search(len(rows), func(i int) bool { return rows[i].No >= n }); i < len(rows) && rows[i].No == n; i++ {
		if rows[i].Name != "" {
			name = rows[i].Name
		}
	}
	if name == "" {
		return d.book.Customers.ID(n)
	}
	return name
}

// soon reports whether c belongs on the list of contracts due soon: pending,
// ended already or ending within the days ahead.
func (d *desk) soon(c *Case) bool {
	return c.Fate == Pending && c.Day <= d.book.AsOf+crm.Date(d.opts.SoonDays)
}

// dueSoon lists what is to be renewed next, soonest first (those in grace
// before all), then the larger ACV, then the id.
func (d *desk) dueSoon(cases []Case) measure.List {
	slices.SortFunc(cases, func(a, b Case) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), compareACV(b.Old, a.Old), cmp.Compare(a.Contract.ID, b.Contract.ID))
	})
	l := measure.List{ID: "renewal.due_soon", Metric: pending,
		Title: measure.Text{ZH: "即将到期与宽限期内的合同", EN: "Contracts due soon or in grace"},
		Columns: append(columns(),
			measure.Column{Title: measure.Text{ZH: "距到期天数", EN: "Days to end"}, Kind: measure.CellInt},
			measure.Column{Title: measure.Text{ZH: "状态", EN: "State"}, Kind: measure.CellWord})}
	l.Rows = make([]measure.Row, 0, len(cases))
	for _, c := range cases {
		state := "pending"
		if c.Day < d.book.AsOf {
			state = "in_grace"
		}
		l.Rows = append(l.Rows, measure.Row{Leaf: c.Leaf, Cells: append(d.cells(c),
			measure.Cell{Num: int64(c.Day - d.book.AsOf)}, measure.Cell{Text: state})})
	}
	return l
}

// lost lists the churned contracts of a cohort, the largest ACV first, then the
// earlier end, then the id.
func (d *desk) lost(cases []Case) measure.List {
	slices.SortFunc(cases, func(a, b Case) int {
		return cmp.Or(compareACV(b.Old, a.Old), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Contract.ID, b.Contract.ID))
	})
	l := measure.List{ID: "renewal.lost", Metric: churned,
		Title:   measure.Text{ZH: "本季度流失的合同", EN: "Contracts lost this quarter"},
		Columns: append(columns(), measure.Column{Title: measure.Text{ZH: "原因", EN: "Reason"}, Kind: measure.CellWord})}
	l.Rows = make([]measure.Row, 0, len(cases))
	for _, c := range cases {
		l.Rows = append(l.Rows, measure.Row{Leaf: c.Leaf, Cells: append(d.cells(c), measure.Cell{Text: string(c.How)})})
	}
	return l
}

// compareACV compares the ACV of two cases, zero where it is not known.
func compareACV(a, b Part) int {
	if a.Num == 0 || b.Num == 0 {
		return cmp.Compare(a.Num, b.Num)
	}
	return a.cmp(b)
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

// cells are those of columns, with room for two more.
func (d *desk) cells(c Case) []measure.Cell {
	return append(make([]measure.Cell, 0, 7),
		measure.Cell{Text: d.called(c.Customer)},
		measure.Cell{Text: string(c.Contract.ID)},
		measure.Cell{Num: int64(c.Day)},
		d.acvCell(c),
		measure.Cell{Num: int64(d.book.Org.RepNode(c.Owner))})
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
