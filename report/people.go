package report

import (
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
	"crmreport/report/pack"
)

// unitColumn is a column of the table one level down.
type unitColumn struct {
	text   lang.Text
	metric string // whose numbers it has; asInterval draws the one before
	get    func(at) *snapshot.Value
}

// asInterval stands for a drawing of the golden rule's interval.
const asInterval = "interval"

// unitColumns are the columns in their order; each is of one metric, the same
// in every row.
func (x *index) unitColumns() []unitColumn {
	column := func(zh, en string, metrics ...string) unitColumn {
		m := x.either(metrics)
		return unitColumn{lang.T(zh, en), m, func(b at) *snapshot.Value { return b.v(m) }}
	}
	stalled := column("停滞", "Stalled", "funnel.stalled")
	stalled.get = func(b at) *snapshot.Value { return sumKeys(b, stalled.metric) }
	return []unitColumn{
		column("有效拜访", "Valid visits", "conversion.valid_visits"), column("签约", "Signings", "conversion.signings"), column("每签约有效拜访", "Visits per signing", "conversion.valid_per_signing"),
		{text: lang.T("95% 区间", "95% interval"), metric: asInterval}, column("签约额", "Signed amount", "forecast.actual", "conversion.signed_amount"),
		column("达成率", "Attainment", "forecast.attainment"), column("预测偏差", "Forecast dev.", "forecast.deviation"), column("赢单率", "Win rate", "funnel.win_rate_count"), stalled,
		column("续约率", "Renewal", "renewal.logo_rate", "renewal.contract_rate"), column("逾期", "Overdue", "receivables.overdue"), column("应付佣金", "Payout", "commission.payout"),
	}
}

// either is the first of the metrics that the document's first scope has now,
// else the last.
func (x *index) either(metrics []string) string {
	for _, m := range metrics {
		for _, p := range x.current {
			if x.get(m, x.d.Scopes[0].ID, p.Name, "") != nil {
				return m
			}
		}
	}
	return metrics[len(metrics)-1]
}

// peopleSection is the table one level down, the scope itself on top.
func peopleSection(a at) (section, bool) {
	s := section{ID: "people", Short: lang.T("下级", "Units"), Title: lang.T("单位与个人", "Units and people"), Sub: lang.T("点名称下钻", "names lead down"), Wide: true}
	ratio := a.v("conversion.valid_per_signing") != nil
	if ratio {
		s.Sub = lang.With("点名称下钻；圆点为每签约有效拜访（越左越好），横线为 95% 区间，竖线为 {0}", "names lead down; the dot is valid visits per signing (left is better) with its 95 % interval, the line is {0}", a.goldenText())
	}
	kids := a.children[a.scope.ID]
	if len(kids) == 0 {
		return s, false
	}
	columns := a.unitColumns()
	t := a.table(heads(lang.T("名称", "Name")))
	for _, c := range columns {
		t.Heads = append(t.Heads, head{Text: c.text, Left: c.metric == asInterval})
	}
	if up := a.above(a.scope); len(up) > 0 {
		t.Rows = append(t.Rows, a.personRow(up[0], "ref", columns))
	}
	t.Rows = append(t.Rows, a.personRow(a.scope, "tot", columns))
	deep := false
	for _, c := range kids {
		if !a.busy[c.ID] {
			continue
		}
		r := a.personRow(c, "", columns)
		if !tells(r) {
			continue
		}
		if a.parted(c) {
			r.Class, deep = "up", true
		}
		t.Rows = append(t.Rows, r)
	}
	if deep {
		t.unfolding(columns, a.lean)
	}
	t.Note = lang.T("金额单位见页首币种。", "Amounts in the currency named above.")
	if ratio {
		t.Note = lang.With("只有区间不含 {0} 时才着色。金额单位见页首币种。", "Coloured only where the interval excludes {0}. Amounts in the currency named above.", a.goldenText())
	}
	s.Tables = append(s.Tables, trim(t))
	return s, true
}

// unfolding says for the script what the columns hold: its rows of deeper levels
// come from the packed columns.
func (t *table) unfolding(columns []unitColumn, whole bool) {
	t.Unfolds = "short"
	if whole {
		t.Unfolds = "whole"
	}
	for i, c := range columns {
		t.Heads[1+i].Metric = c.metric
	}
}

// parted reports whether a unit has units below it.
func (x *index) parted(s *snapshot.Scope) bool {
	for _, c := range x.children[s.ID] {
		if c.Level != levelRep && x.links[c.ID] {
			return true
		}
	}
	return false
}

// packUnits adds to the columns of every scope what only the table one level
// down shows, of units alone.
func (x *index) packUnits(c *pack.Columns, h *columns, scopes []*snapshot.Scope) {
	have := map[string]bool{asInterval: true}
	for _, m := range h.Metrics {
		have[m.ID] = true
	}
	for _, u := range x.unitColumns() {
		if have[u.metric] {
			continue
		}
		read := func(s *snapshot.Scope, k columnKind) *snapshot.Value {
			if s.Level == levelRep {
				return nil
			}
			return u.get(x.at(s, k.Kind))
		}
		m := columnMetric{ID: u.metric, Title: pair(x.title(u.metric)), Defined: x.defs[u.metric] != nil}
		if x.columnsFrom(&m, h.Kinds, scopes, read, func(_ int, column []int64) int { return c.AddOn(column, lastOf(m.Columns)) }) {
			h.Below = append(h.Below, m)
		}
	}
}

// tells reports whether a row has any number but 0.
func tells(r row) bool {
	for _, c := range r.Cells[1:] {
		if t := c.Text.ZH; t != "" && t != "0" && t != lang.NoData {
			return true
		}
	}
	return false
}

func (a at) personRow(s *snapshot.Scope, class string, columns []unitColumn) row {
	b := a.beside(s)
	name := a.link(s)
	if class == "tot" {
		name.Href = ""
	}
	r := row{class, []cell{name}}
	for _, c := range columns {
		if c.metric == asInterval {
			r.Cells = append(r.Cells, a.intervalCell(b.v("conversion.valid_per_signing")))
			continue
		}
		v := c.get(b)
		n := a.number(v)
		if c.metric == "conversion.valid_per_signing" && v != nil {
			n.Tone, _ = rule(v)
		}
		r.Cells = append(r.Cells, n)
	}
	return r
}

// intervalCell draws the golden rule's number with its interval.
func (a at) intervalCell(v *snapshot.Value) cell {
	c := cell{Left: true}
	if v != nil && (v.CI != nil || v.OK) {
		lo, hi := ends(v.CI)
		tone, _ := rule(v)
		c.Draw, c.V = whisker(real(v), lo, hi, float64(a.d.Golden), 2.5*float64(a.d.Golden), tone), a.number(v).V
	}
	return c
}
