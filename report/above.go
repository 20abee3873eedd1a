package report

import (
	"math"
	"slices"
	"strings"

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

// tick is a rate of the unit above, drawn in grey.
type tick struct {
	Name, Value lang.Text
	v           float64
}

// ticks are a rate or median of the unit above a scope; of a count or an amount
// there are none, for its are another size. A cut document holds few rates of
// the company and nothing else from above.
func (a at) ticks(metric, key string) []tick {
	var out []tick
	add := func(name lang.Text, v *snapshot.Value) {
		if !real(v).ok {
			return
		}
		switch a.form(v) {
		case asMoney, asCount, asEffect:
		default:
			out = append(out, tick{name, a.plain(v), v.V})
		}
	}
	if up := a.above(a.scope); len(up) > 0 {
		add(a.name(up[0]), a.get(metric, up[0].ID, a.now, key))
	}
	if v := a.fromAbove(metric, a.now); a.top() && v != nil && v.Key == key {
		add(lang.T("全公司", "Company"), v)
	}
	return out
}

// drawn is the mark of a tick that stands at x, from y on so high, with its
// words.
func (t tick) drawn(x, y, wide, high float64) string {
	mark := rect("f-p", math.Round(x), y, wide, high)
	return strings.TrimSuffix(mark, "/>") + "><title>" + label(lang.Join(lang.Same("\u2068"), t.Name, lang.Same("\u2069 "), t.Value)) + "</title></rect>"
}

// scaledBy are ticks of a share of something, on the scale of it.
func scaledBy(ts []tick, whole float64) []tick {
	out := slices.Clone(ts)
	for i := range out {
		out[i].v *= whole
	}
	return out
}
