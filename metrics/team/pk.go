package team

import (
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Words of what comes of a contest.
const (
	firstAhead  = "first_ahead"
	secondAhead = "second_ahead"
	noVerdict   = "not_distinguishable"
)

// verdict compares the signings per valid visit of two teams: given how many
// signings there are together, the first team's share of them would be its share
// of the valid visits if both were as good. Only where Wilson's interval excludes
// that is one ahead. Parts of signings are rounded down.
func verdict(x, y Yield) string {
	k, n := x.Signings/int64(crm.One), (x.Signings+y.Signings)/int64(crm.One)
	ci, ok := measure.Wilson(k, n)
	if !ok || x.Valid == 0 || y.Valid == 0 {
		return noVerdict
	}
	switch even := float64(x.Valid) / float64(x.Valid+y.Valid); {
	case ci.Lo.V > even:
		return firstAhead
	case ci.Hi.V < even:
		return secondAhead
	}
	return noVerdict
}

// contests lists the pairs of teams that the configuration sets against each
// other, in the month and the quarter (S2-18). A team that nobody knows is left
// out with a warning.
func contests(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if len(o.PK) == 0 || !b.Has("visits") || !b.Has("contracts") {
		return measure.Result{}
	}
	l := measure.List{ID: "activity.pk", Metric: "conversion.signing_rate", Title: text("团队 PK：月、季", "Contests of teams, month and quarter"),
		Columns: []measure.Column{column(measure.CellText, "期间", "Period"), column(measure.CellScope, "甲队", "First"), column(measure.CellScope, "乙队", "Second"),
			column(measure.CellReal, "甲队签约/有效拜访", "First: signings per valid visit"), column(measure.CellReal, "乙队签约/有效拜访", "Second: signings per valid visit"), column(measure.CellWord, "结论", "Verdict")}}
	periods := []crm.Period{f.Current[crm.Month], f.Current[crm.Quarter]}
	m, sold, unknown := newMarks(b, o, f.Current[crm.Quarter].Start), newScores(b, periods), int64(0)
	yield := func(s measure.Slot) Yield { return Yield{m.validIn(b.Org, s), sold[s].signings} }
	for _, p := range periods {
		for _, pair := range o.PK {
			first, ok := b.Org.Find(pair[0])
			second, also := b.Org.Find(pair[1])
			if !ok || !also {
				unknown++
				continue
			}
			x, y := yield(measure.Slot{Scope: first, Period: p}), yield(measure.Slot{Scope: second, Period: p})
			l.Rows = append(l.Rows, measure.Row{Leaf: leafOf(b, first), Cells: []measure.Cell{{Text: p.Name}, {Num: int64(first)}, {Num: int64(second)},
				x.cell(), y.cell(), {Text: verdict(x, y)}}})
		}
	}
	r := measure.Result{Lists: []measure.List{l}}
	if unknown > 0 {
		r.Warnings = append(r.Warnings, measure.Warning{Code: "unknown_pk_team", N: unknown,
			Text: text("activity.pk 中有不认识的团队，该对未列出。", "activity.pk names a team that is not there; the pair is left out.")})
	}
	return r
}

// validIn counts the valid visits in a unit in a period, each in the unit of its
// day.
func (m *marks) validIn(o *crm.Org, s measure.Slot) int64 {
	n := int64(0)
	for rep, days := range m.valid {
		for _, d := range days {
			if s.Period.Contains(d) && slices.Contains(o.Path(o.Leaf(crm.RepNo(rep), d)), s.Scope) {
				n++
			}
		}
	}
	return n
}

func (y Yield) cell() measure.Cell {
	return measure.Cell{Num: y.Signings, Den: y.Valid * int64(crm.One)}
}
