package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// enoughVisits is how many valid visits a rep needs to be drawn: with fewer the
// limits are wider than any rate.
const enoughVisits = 10

// seller is a rep in the control-limit plot.
type seller struct {
	scope  *snapshot.Scope
	visits float64
	rate   float64 // signings per valid visit
	out    int     // −1 below, 1 above the outer limits, else 0
}

// limit is how far from the common rate p chance alone takes z deviations out of
// n visits. Signings are rare among visits, so the limits are the binomial's
// normal ones, cut at 0.
func limit(p, n, z float64) float64 { return z * math.Sqrt(p*(1-p)/n) }

const (
	inner = 1.959964 // 95 %
	outer = 3.090232 // 99.8 %
)

// sellers are the reps below the scope with enough visits, by their visits, and
// the common rate.
func (a at) sellers() (out []seller, common float64, few int) {
	var visits, signings float64
	var walk func(s *snapshot.Scope)
	walk = func(s *snapshot.Scope) {
		for _, c := range a.children[s.ID] {
			if c.Level != levelRep {
				walk(c)
				continue
			}
			v, k := a.get("conversion.valid_visits", c.ID, a.now, ""), a.get("conversion.signings", c.ID, a.now, "")
			if !real(v).ok || !real(k).ok || v.V == 0 {
				continue
			}
			visits, signings = visits+v.V, signings+k.V
			if v.V < enoughVisits {
				few++
				continue
			}
			out = append(out, seller{scope: c, visits: v.V, rate: k.V / v.V})
		}
	}
	walk(a.scope)
	if visits == 0 {
		return nil, 0, few
	}
	common = signings / visits
	for i, s := range out {
		if d := limit(common, s.visits, outer); math.Abs(s.rate-common) > d {
			out[i].out = map[bool]int{true: 1, false: -1}[s.rate > common]
		}
	}
	slices.SortStableFunc(out, func(x, y seller) int { return cmp.Compare(x.visits, y.visits) })
	return out, common, few
}

// controlSection shows who truly differs: a league table would rank chance.
func controlSection(a at) (section, bool) {
	s := section{ID: "control", Short: lang.T("谁真的不同", "Who differs"), Title: lang.T("谁真的与众不同", "Who truly differs"), Sub: lang.T("每点一人：有效拜访数与签约率；带内的差别是偶然", "a dot a rep: valid visits and signing rate; within the bands it is chance")}
	all, common, few := a.sellers()
	if len(all) < 10 || common == 0 {
		return s, false
	}
	beyond := 0
	for _, x := range all {
		if x.out != 0 {
			beyond++
		}
	}
	f := figure{Caption: lang.T("签约率与有效拜访数", "Signing rate against valid visits"), Legend: []key{{"f-b", lang.T("95% 控制界内", "within 95 % limits")}, {"f-b2", lang.T("99.8% 控制界内", "within 99.8 % limits")}, {"f-t", lang.T("共同的率", "common rate")}}}
	f.Draw = a.controlPlot(f.Caption, all, common)
	s.Figures = []figure{f}
	n := func(k int) lang.Text { return lang.Same(lang.Count(float64(k))) }
	s.Notes = append(s.Notes, lang.With("{0} 人中 {1} 人超出 99.8% 控制界（纯属偶然时约 {3} 人）；有效拜访不足 {4} 次的 {2} 人未画。", "{1} of {0} reps lie beyond the 99.8 % limits (by chance alone about {3} would); {2} with fewer than {4} valid visits are not drawn.",
		n(len(all)), n(beyond), n(few), lang.Same(lang.Fixed(0.002*float64(len(all)), 1)), n(enoughVisits)))
	if t := a.beyondTable(all, common); len(t.Rows) > 0 {
		s.Tables = []table{t}
	}
	return s, true
}

// beyondTable names who lies beyond the outer limits, the furthest first.
func (a at) beyondTable(all []seller, common float64) table {
	const rows = 8
	far := slices.DeleteFunc(slices.Clone(all), func(s seller) bool { return s.out == 0 })
	slices.SortStableFunc(far, func(x, y seller) int {
		return cmp.Compare(math.Abs(y.rate-common)/limit(common, y.visits, 1), math.Abs(x.rate-common)/limit(common, x.visits, 1))
	})
	t := a.table(heads(lang.T("姓名", "Rep"), lang.T("有效拜访", "Valid visits"), lang.T("签约率", "Signing rate"), lang.T("较共同的率", "Against the common rate")))
	for _, x := range far[:min(rows, len(far))] {
		tone, word := "good", lang.T("高于", "above")
		if x.out < 0 {
			tone, word = "bad", lang.T("低于", "below")
		}
		t.Rows = append(t.Rows, row{"", []cell{a.link(x.scope), {Text: lang.Same(lang.Count(x.visits))}, {Text: lang.Same(lang.Percent(x.rate)), Tone: tone}, {Text: word, Tone: tone}}})
	}
	return t
}

func (a at) controlPlot(t lang.Text, all []seller, common float64) template.HTML {
	const w, h, left, right, top, foot = 560, 272, 46, 16, 12, 46
	across := ruler(all[len(all)-1].visits)
	most := across[len(across)-1]
	highest := common + limit(common, enoughVisits, outer)
	for _, s := range all {
		highest = math.Max(highest, s.rate)
	}
	up := ruler(100 * math.Min(1, highest)) // in percent
	highest = up[len(up)-1] / 100
	x := func(v float64) float64 { return left + v/most*(w-left-right) }
	y := func(r float64) float64 { return top + (1-math.Min(math.Max(r, 0), highest)/highest)*(h-top-foot) }
	var b strings.Builder
	for _, band := range []struct {
		class string
		z     float64
	}{{"f-b2", outer}, {"f-b", inner}} {
		b.WriteString(`<path class="` + band.class + `" d="` + bandPath(common, band.z, most, x, y) + `"/>`)
	}
	for i, name := range lang.Marks(up) {
		b.WriteString(words("tx e", left-6, y(up[i]/100)+4, lang.Join(name, lang.Same("%"))))
	}
	for i, name := range lang.Marks(across) {
		b.WriteString(words("tx m", x(across[i]), h-26, name))
	}
	b.WriteString(words("tx e", w-right, h-4, lang.T("有效拜访", "valid visits")))
	b.WriteString(line("rl", x(0), y(common), x(most), y(common)))
	var plain strings.Builder
	drawn := map[[2]float64]bool{} // of thousands many fall on one point
	for _, s := range all {
		at := [2]float64{math.Round(x(s.visits)), math.Round(y(s.rate))}
		if s.out == 0 && !drawn[at] {
			drawn[at] = true
			fmt.Fprintf(&plain, "M%v %vh0", at[0], at[1])
		}
	}
	b.WriteString(`<path class="dots" d="` + plain.String() + `"/>`)
	for _, s := range all {
		if s.out != 0 {
			class := map[int]string{1: "f-ok", -1: "f-bad"}[s.out]
			b.WriteString(`<g>` + dot(class, x(s.visits), y(s.rate), 4) + `<title>` + label(a.name(s.scope)) + " " + lang.Percent(s.rate) + `</title></g>`)
		}
	}
	return drawing("fig", w, h, t, b.String())
}

// bandPath is the outline of a band around the common rate.
func bandPath(p, z, most float64, x, y func(float64) float64) string {
	const steps = 40
	var up, down strings.Builder
	for i := range steps + 1 {
		n := enoughVisits/2 + (most-enoughVisits/2)*float64(i)/steps
		d := limit(p, n, z)
		up.WriteString(map[bool]string{true: "M", false: "L"}[i == 0] + px(x(n)) + " " + px(y(p+d)))
		back := enoughVisits/2 + (most-enoughVisits/2)*float64(steps-i)/steps
		down.WriteString("L" + px(x(back)) + " " + px(y(p-limit(p, back, z))))
	}
	return up.String() + down.String() + "Z"
}
