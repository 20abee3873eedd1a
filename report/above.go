package report

import (
	"slices"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// above are those that a scope's numbers are seen against: its unit, and the
// company.
func (x *index) above(s *snapshot.Scope) []*snapshot.Scope {
	up := x.path(s)
	switch n := len(up); {
	case n < 2:
		return nil
	case n == 2:
		return up[:1]
	default:
		return []*snapshot.Scope{up[n-2], up[0]}
	}
}

// reference is the same number of those above.
func (x *index) reference(s *snapshot.Scope, metric, period string) lang.Text {
	var parts []lang.Text
	for i, up := range x.above(s) {
		if i > 0 {
			parts = append(parts, lang.Same(" / "))
		}
		parts = append(parts, x.whole(x.get(metric, up.ID, period, "")))
	}
	if !slices.ContainsFunc(parts, func(t lang.Text) bool { return t.EN != lang.NoData && t.EN != " / " }) {
		return lang.Text{}
	}
	return lang.Join(parts...)
}

// references names those above, each isolated: names write in their own direction.
func (x *index) references(s *snapshot.Scope) lang.Text {
	up := x.above(s)
	if len(up) == 0 {
		return lang.Text{}
	}
	t := lang.T("灰字供参照：", "In grey, for reference: ")
	for i, u := range up {
		if i > 0 {
			t = lang.Join(t, lang.Same(" / "))
		}
		t = lang.Join(t, lang.Same("\u2068"), x.name(u), lang.Same("\u2069"))
	}
	return t
}
