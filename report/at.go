package report

import (
	"strings"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// at is where a section reads: one scope, one kind of period.
type at struct {
	*index
	scope     *snapshot.Scope
	kind      string
	now, then string          // names of the current period and the stretch compared with
	shown     map[string]bool // metrics asked for; nil where nobody wants to know
	running   bool
	lean      bool // leave out what the units above show in more detail
}

func (x *index) at(s *snapshot.Scope, kind string) at {
	return at{x, s, kind, x.current[kind].Name, x.compare[kind].Name, nil, x.current[kind].Running, x.lean && s.Level != levelCompany}
}

func (a at) v(metric string) *snapshot.Value { return a.vk(metric, "") }

// beside is another scope on this page.
func (a at) beside(s *snapshot.Scope) at {
	b := a.index.at(s, a.kind)
	b.lean = a.lean
	return b
}

func (a at) vk(metric, key string) *snapshot.Value {
	a.show(metric)
	return a.get(metric, a.scope.ID, a.now, key)
}

// show notes that the page has a metric.
func (a at) show(metric string) {
	if a.shown != nil {
		a.shown[metric] = true
	}
}

func (a at) prev(metric, key string) *snapshot.Value {
	return a.get(metric, a.scope.ID, a.then, key)
}

// first is the first of the metrics that has a value here.
func (a at) first(metrics ...string) *snapshot.Value {
	for _, m := range metrics {
		if v := a.v(m); v != nil {
			return v
		}
	}
	return nil
}

// trailing finds a value over the last closed periods (key last=N).
func (a at) trailing(metric string) (*snapshot.Value, string) {
	for _, k := range a.keys[metric] {
		if n, ok := trailingOf(k); ok {
			if v := a.vk(metric, k); v != nil {
				return v, n
			}
		}
	}
	return nil, ""
}

// trailingOf is how many closed periods a key is about.
func trailingOf(key string) (n string, ok bool) { return strings.CutPrefix(key, "last=") }

// real reads v as a point.
func real(v *snapshot.Value) point {
	if v == nil || !v.OK {
		return point{}
	}
	return point{v.V, true}
}

func ends(iv *[2]snapshot.Bound) (lo, hi point) {
	if iv == nil {
		return
	}
	if iv[0] != nil {
		lo = point{*iv[0], true}
	}
	if iv[1] != nil {
		hi = point{*iv[1], true}
	}
	return lo, hi
}

// number is a table cell of v.
func (x *index) number(v *snapshot.Value) cell {
	return cell{Text: x.plain(v), Open: v != nil && v.OK && !v.Final, V: x.datum(v)}
}

// rule reads the verdict that the family gave about the golden rule.
func rule(v *snapshot.Value) (tone string, t lang.Text) {
	switch {
	case has(v, "below_rule"):
		return "bad", lang.T("低于规则", "below the rule")
	case has(v, "above_rule"):
		return "good", lang.T("优于规则", "better than the rule")
	}
	return "", lang.T("与规则无法区分", "not distinguishable from the rule")
}

func heads(ts ...lang.Text) []head {
	out := make([]head, len(ts))
	for i, t := range ts {
		out[i] = head{Text: t, Left: i == 0, Past: t == hc()}
	}
	return out
}

// number is a table cell of v; where the period runs the head of the table
// already says that nothing is final.
func (a at) number(v *snapshot.Value) cell {
	c := a.index.number(v)
	c.Open = c.Open && !a.running
	if a.lean {
		c.Text, c.V = a.whole(v), "" // nothing is worded, and these pages are many
	}
	return c
}

// table is a table of this period's numbers.
func (a at) table(heads []head) table { return table{Heads: heads, Running: a.running} }

func hn() lang.Text { return lang.T("本期", "This period") }
func hc() lang.Text { return lang.T("同期对比", "Comparable") }
