package conversion

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// placed is a case with the row it stands on.
type placed struct {
	Case
	place Place
}

func (t *table) lists(a *Acc) []measure.List {
	var out []measure.List
	if t.visited && t.contracts {
		out = append(out, t.withoutVisit(a))
	}
	if t.visited {
		out = append(out, t.failed(a))
	}
	if t.visited && t.contracts {
		out = append(out, t.leaderboard())
	}
	return out
}

// withoutVisit lists the signings of the current periods without a valid
// visit, the latest first: those can still be asked about.
func (t *table) withoutVisit(a *Acc) measure.List {
	l := measure.List{ID: withoutVisitID, Metric: withoutVisitID,
		Title: measure.Text{ZH: "无有效拜访的签单", EN: "Signings without a valid visit"},
		Columns: []measure.Column{
			{Title: measure.Text{ZH: "销售", EN: "Rep"}, Kind: measure.CellScope},
			{Title: measure.Text{ZH: "客户", EN: "Customer"}, Kind: measure.CellText},
			{Title: measure.Text{ZH: "签约日", EN: "Signed on"}, Kind: measure.CellDate},
			{Title: measure.Text{ZH: "合同", EN: "Contract"}, Kind: measure.CellText},
			{Title: measure.Text{ZH: "出处", EN: "Place"}, Kind: measure.CellText},
		}}
	for _, c := range t.sorted(a.Without) {
		l.Rows = append(l.Rows, measure.Row{Leaf: c.Leaf, Cells: []measure.Cell{
			t.rep(c.Rep), t.customer(c.Customer), {Num: int64(c.Date)}, {Text: string(c.Contract)}, t.place(c.place)}})
	}
	return l
}

// failed lists the failed audits of the current periods, the reps with most of
// them first.
func (t *table) failed(a *Acc) measure.List {
	l := measure.List{ID: failedID, Metric: failedID,
		Title: measure.Text{ZH: "品控不合格的拜访", EN: "Visits that failed the audit"},
		Columns: []measure.Column{
			{Title: measure.Text{ZH: "销售", EN: "Rep"}, Kind: measure.CellScope},
			{Title: measure.Text{ZH: "客户", EN: "Customer"}, Kind: measure.CellText},
			{Title: measure.Text{ZH: "拜访日", EN: "Visited on"}, Kind: measure.CellDate},
			{Title: measure.Text{ZH: "出处", EN: "Place"}, Kind: measure.CellText},
		}}
	cases := t.sorted(a.Failed)
	n := map[crm.RepNo]int{}
	for _, c := range cases {
		n[c.Rep]++
	}
	sort.SliceStable(cases, func(i, j int) bool {
		x, y := cases[i].Rep, cases[j].Rep
		if n[x] != n[y] {
			return n[x] > n[y]
		}
		return t.book.Reps.ID(x) < t.book.Reps.ID(y)
	})
	for _, c := range cases {
		l.Rows = append(l.Rows, measure.Row{Leaf: c.Leaf, Cells: []measure.Cell{
			t.rep(c.Rep), t.customer(c.Customer), {Num: int64(c.Date)}, t.place(c.place)}})
	}
	return l
}

// sorted returns cases latest first, then by rep, customer and place.
func (t *table) sorted(cases map[Place]Case) []placed {
	out := make([]placed, 0, len(cases))
	for p, c := range cases {
		out = append(out, placed{c, p})
	}
	slices.SortFunc(out, func(x, y placed) int {
		return cmp.Or(
			-cmp.Compare(x.Date, y.Date),
			cmp.Compare(t.book.Reps.ID(x.Rep), t.book.Reps.ID(y.Rep)),
			cmp.Compare(t.book.Customers.ID(x.Customer), t.book.Customers.ID(y.Customer)),
			cmp.Compare(x.place.File, y.place.File),
			cmp.Compare(x.place.Line, y.place.Line),
		)
	})
	return out
}

// rep is the rep's node, -1 for a row without a rep.
func (t *table) rep(r crm.RepNo) measure.Cell {
	if r == crm.NoRep {
		return measure.Cell{Num: -1}
	}
	return measure.Cell{Num: int64(t.frame.Org.RepNode(r))}
}

// customer is the id, with the name where the customers table has one.
func (t *table) customer(no crm.CustomerNo) measure.Cell {
	id, rows := t.book.Customers.ID(no), t.book.CustomerRows
	i := sort.Search(len(rows), func(i int) bool { return rows[i].No >= no })
	if i < len(rows) && rows[i].No == no && rows[i].Name != "" && rows[i].Name != id {
		id += " " + rows[i].Name
	}
	return measure.Cell{Text: id}
}

func (t *table) place(p Place) measure.Cell {
	if p.File < 0 || int(p.File) >= len(t.book.Files) {
		return measure.Cell{}
	}
	return measure.Cell{Text: fmt.Sprintf("%s:%d", t.book.Files[p.File], p.Line)}
}

func (t *table) warnings(a *Acc) []measure.Warning {
	var out []measure.Warning
	warn := func(code string, n int64, zh, en string) {
		if n > 0 {
			out = append(out, measure.Warning{Code: code, N: n, Text: measure.Text{ZH: zh, EN: en}})
		}
	}
	warn("conversion.no_rate", a.NoRate, "新签合同的币种没有汇率，未计入新签合同额。",
		"New contracts in a currency without an exchange rate are left out of the new contract value.")
	warn("conversion.no_term", a.NoTerm, "按月或按年计价的新签合同没有期限，未计入新签合同额。",
		"New contracts priced per month or year without a term are left out of the new contract value.")
	warn("conversion.split_not_whole", a.BadSplits, "分单比例之和不等于 1，签单全部计给合同的销售。",
		"Credit shares do not sum to 1: the signing is credited to the contract's rep alone.")
	warn("conversion.unassigned", t.unassigned(), "本年有拜访或签单的销售当天没有组织归属，计入（unassigned）。",
		"Visits and signings of this year whose rep has no row of reps on the date are under (unassigned).")
	return out
}

// unassigned counts the visits and signings of the current year under
// (unassigned).
func (t *table) unassigned() int64 {
	node, ok := t.frame.Org.Find(crm.UnassignedID)
	if !ok {
		return 0
	}
	for _, p := range t.frame.Current {
		if p.Kind == crm.Year {
			s, _ := t.at(t.scopes[node], p)
			return s.Visits.Visits + (s.Signings+int64(crm.One)-1)/int64(crm.One)
		}
	}
	return 0
}
