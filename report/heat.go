package report

import (
	"math"
	"slices"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// heatSection is the step rates of the units below, stage by stage, each held
// against the scope's own.
func heatSection(a at) (section, bool) {
	s := section{ID: "heat", Short: lang.T("各单位漏斗", "Funnel by unit"), Title: lang.T("各单位在哪一步漏", "Where each unit leaks"), Wide: true,
		Sub: lang.T("进入者通过率；只有区间不含整体的率才着色，色越深差得越多", "step rate of entrants; coloured only where the interval excludes the common rate, deeper = further")}
	stages := slices.DeleteFunc(a.stages(), func(k string) bool { return k == "stage=won" || k == "stage=collected" })
	kids := a.children[a.scope.ID]
	if a.lean || len(stages) < 2 || len(kids) < 2 || kids[0].Level == levelRep {
		return s, false
	}
	t := a.table(heads(lang.T("单位", "Unit")))
	for _, k := range stages {
		if v := a.rate(k); v != nil && v.OK {
			t.Heads = append(t.Heads, head{Text: a.keyText(k)})
		}
	}
	rows := append([]*snapshot.Scope{a.scope}, kids...)
	for i, c := range rows {
		b, r := a.beside(c), row{}
		if i == 0 {
			r.Class = "tot"
		}
		r.Cells = []cell{a.link(c)}
		known := false
		for _, k := range stages {
			whole := a.rate(k)
			if whole == nil || !whole.OK {
				continue
			}
			v := b.rate(k)
			r.Cells = append(r.Cells, a.heat(v, whole, i == 0))
			known = known || v != nil && v.OK
		}
		if known {
			t.Rows = append(t.Rows, r)
		}
	}
	s.Tables = []table{t}
	return s, len(t.Heads) > 2 && len(t.Rows) > 2
}

// heat is a cell with the colour of its distance to the whole.
func (a at) heat(v, whole *snapshot.Value, self bool) cell {
	c := a.number(v)
	if v == nil || !v.OK {
		return c
	}
	c.Sub = sized(v.N)
	iv := v.CI
	if iv == nil {
		iv = v.Bounds
	}
	lo, hi := ends(iv)
	if self || !lo.ok || !hi.ok || lo.v <= whole.V && whole.V <= hi.v {
		return c
	}
	step := 1 + min(2, int((math.Abs(v.V-whole.V)+1e-9)/0.05))
	if v.V > whole.V {
		c.Tone = "hi" + string(rune('0'+step))
	} else {
		c.Tone = "lo" + string(rune('0'+step))
	}
	word := lang.T("高于整体", "above")
	if v.V < whole.V {
		word = lang.T("低于整体", "below")
	}
	c.Sub = lang.Join(word, lang.Same(" · "), c.Sub)
	return c
}
