package report

import (
	"slices"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// cashSection is what is owed and by how long, how fast it comes in, why it does
// not and what was done about it, and what that leaves of the commission.
func cashSection(a at) (section, bool) {
	s := section{ID: "cash", Cols: true, Short: lang.T("回款与佣金", "Cash"), Title: lang.T("应收、账龄与佣金", "Receivables and commission"), Sub: lang.T("坏账扣回之后应付的佣金", "commission payable after bad debt")}
	s.Lead = a.cashSentence().Lines
	if f := a.ageing(); f.Draw != "" {
		s.Figures = append(s.Figures, f)
	}
	if f := a.collectionTrend(); f.Draw != "" {
		s.Figures = append(s.Figures, f)
	}
	owed := a.facts("receivables.balance", "receivables.overdue", "receivables.overdue_share", "receivables.unapplied", "receivables.dso_countback", "receivables.dso_simple", "receivables.dso_best_possible", "receivables.days_delinquent", "receivables.cei", "receivables.written_off", "receivables.recovered", "receivables.allowance")
	a.linkRows(owed, "receivables.overdue", "receivables.overdue_customers")
	tables := []table{owed}
	if !a.lean {
		tables = append(tables, a.byKey("receivables.overdue_by_cause", lang.Text{}), a.byKey("receivables.overdue_by_step", lang.Text{}))
	}
	for _, t := range append(tables, a.commissionTable()) {
		if len(t.Rows) > 0 {
			s.Tables = append(s.Tables, t)
		}
	}
	return s, len(s.Tables) > 0
}

func (a at) ageing() figure {
	var parts []part
	classes := []string{"f-s2", "f-a1", "f-a2", "f-a3", "f-a4", "f-bad"}
	for _, k := range a.keys["receivables.bucket"] {
		if v := a.vk("receivables.bucket", k); v != nil {
			parts = append(parts, part{a.keyText(k), a.plain(v), v.V, classes[min(len(parts), len(classes)-1)]})
		}
	}
	return stack(lang.T("账龄（逾期天数）", "Ageing (days past due)"), parts)
}

// collectionTrend is DSO over the periods before this one.
func (a at) collectionTrend() figure {
	const metric = "receivables.dso_countback"
	v := a.v(metric)
	if a.lean || !real(v).ok {
		return figure{}
	}
	ps := append(a.runUp(v), real(v))
	first := slices.IndexFunc(ps, func(p point) bool { return p.ok })
	return figure{Caption: lang.With("{0}：近 {1} 期 {2} → {3} 天", "{0}, {1} periods: {2} → {3} days", a.title(metric), lang.Same(lang.Count(float64(len(ps)-first))), lang.Same(lang.Fixed(ps[first].v, 1)), a.plain(v)), Draw: spark(ps)}
}

// linkRows makes a metric's number in a table of facts a link to the cases behind
// it, where the page lists them.
func (a at) linkRows(t table, metric, list string) {
	l := a.list(list)
	if l == nil || a.lean || a.countList(list) == 0 || a.drawn(a.scope) || a.leftOut(list, a.scope) {
		return
	}
	for i := range t.Rows {
		if c := t.Rows[i].Cells; c[0].Href != "" && c[0].Href == a.definition(metric) {
			c[1].Href = "#" + a.listAnchor(a.scope, l)
		}
	}
}

// runUp is a value in the periods before its own.
func (a at) runUp(v *snapshot.Value) []point {
	var ps []point
	for _, p := range a.before[a.kind] {
		ps = append(ps, real(a.get(v.Metric, a.scope.ID, p.Name, v.Key)))
	}
	return ps
}

// commissionTable leads from what accrued to what is payable; below it is what
// stands in suspense at the end of the period.
func (a at) commissionTable() table {
	t := a.facts("commission.accrued", "commission.clawed_back", "commission.restored", "commission.adjusted", "commission.deducted", "commission.payout", "commission.carried", "commission.held", "commission.exposed")
	t.Caption = lang.T("佣金：计提到应付", "Commission: from accrued to payable")
	for i := range t.Rows {
		if a.v("commission.payout") != nil && t.Rows[i].Cells[0].Text == a.title("commission.payout") {
			t.Rows[i].Class = "tot"
		}
	}
	if a.lean {
		return t
	}
	a.linkRows(t, "commission.held", "commission.suspended")
	a.linkRows(t, "commission.exposed", "commission.suspended")
	if a.v("commission.held") != nil {
		t.Note = lang.T("冻结：客户付款后才计提。", "On hold: accrues when the customer pays.")
	}
	if a.v("commission.exposed") != nil {
		t.Note = lang.Join(t.Note, lang.T("或扣回：已计提，逾期款若成坏账则扣回。", " At risk: accrued, taken back if what is overdue becomes bad debt."))
	}
	return t
}
