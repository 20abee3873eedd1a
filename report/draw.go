package report

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"

	"crmreport/report/lang"
)

// Drawings are SVG written here. Only numbers, class names of the style sheet
// and escaped labels go in.

// px prints a coordinate with at most one decimal.
func px(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }

// label is an accessible name in both languages.
func label(t lang.Text) string {
	s := t.ZH
	if t.EN != t.ZH {
		s += " / " + t.EN
	}
	return template.HTMLEscapeString(s)
}

func drawing(class string, w, h float64, t lang.Text, body string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="%s" viewBox="0 0 %s %s" role="img" aria-label="%s">%s</svg>`,
		class, px(w), px(h), label(t), body))
}

func rect(class string, x, y, w, h float64) string {
	return fmt.Sprintf(`<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`, class, px(x), px(y), px(math.Max(w, 0)), px(h))
}

func line(class string, x1, y1, x2, y2 float64) string {
	return fmt.Sprintf(`<path class="%s" d="M%s %sL%s %s"/>`, class, px(x1), px(y1), px(x2), px(y2))
}

func dot(class string, x, y, r float64) string {
	return fmt.Sprintf(`<circle class="%s" cx="%s" cy="%s" r="%s"/>`, class, px(x), px(y), px(r))
}

// words are SVG text in both languages; CSS shows one.
func words(class string, x, y float64, t lang.Text) string {
	one := func(attr, s string) string {
		return fmt.Sprintf(`<text class="%s" x="%s" y="%s"%s>%s</text>`, class, px(x), px(y), attr, template.HTMLEscapeString(s))
	}
	if t.ZH == t.EN {
		return one("", t.ZH)
	}
	return one(` lang="zh-CN"`, t.ZH) + one(` lang="en"`, t.EN)
}

// point is a value that may be missing.
type point struct {
	v  float64
	ok bool
}

func span(ps []point) (lo, hi float64, any bool) {
	for _, p := range ps {
		if !p.ok {
			continue
		}
		if !any || p.v < lo {
			lo = p.v
		}
		if !any || p.v > hi {
			hi = p.v
		}
		any = true
	}
	return lo, hi, any
}

// spark is a small line of periods, the last one marked; fewer than three known
// points draw nothing.
func spark(ps []point) template.HTML {
	known := 0
	for _, p := range ps {
		if p.ok {
			known++
		}
	}
	lo, hi, _ := span(ps)
	if known < 3 {
		return ""
	}
	if hi == lo {
		lo, hi = lo-1, hi+1
	}
	const w, h = 76, 26
	at := func(i int) (float64, float64) {
		return 2 + float64(i)*(w-4)/float64(len(ps)-1), 2 + (hi-ps[i].v)/(hi-lo)*(h-4)
	}
	var b strings.Builder
	pen, last := "M", -1
	for i, p := range ps {
		if !p.ok {
			pen = "M"
			continue
		}
		x, y := at(i)
		fmt.Fprintf(&b, "%s%.0f %.0f", pen, x, y)
		pen, last = "L", i
	}
	x, y := at(last)
	return template.HTML(fmt.Sprintf(`<svg class="spark" viewBox="0 0 %d %d" aria-hidden="true"><path class="ln" d="%s"/>%s</svg>`,
		w, h, b.String(), dot("f-s", math.Round(x), math.Round(y), 2.5)))
}

// ruler is round marks from 0 to hi or beyond: three to six, if hi is more
// than 0. From 3 on they are whole, as counts and days are.
func ruler(hi float64) []float64 {
	if hi <= 0 || math.IsInf(hi, 0) || math.IsNaN(hi) {
		return []float64{0, 1}
	}
	step := roundStep(hi / 5)
	return marks(step, int(math.Ceil(hi/step-1e-9)))
}

// rulerOf is n round stretches from 0 to hi or beyond.
func rulerOf(hi float64, n int) []float64 {
	if hi <= 0 || math.IsInf(hi, 0) || math.IsNaN(hi) {
		hi = 1
	}
	return marks(roundStep(hi/float64(n)), n)
}

func marks(step float64, n int) []float64 {
	out := make([]float64, n+1)
	for i := range out {
		out[i] = step * float64(i)
	}
	return out
}

// roundStep is 1, 2, 5 or, among large numbers, 2.5 times a power of ten, at
// least x.
func roundStep(x float64) float64 {
	e := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*e >= x*(1-1e-9) && (m != 2.5 || e >= 10) {
			return m * e
		}
	}
	return 10 * e
}

// bullet is a bar with a target tick and, for rates, its interval and in grey
// the rates of those above.
func bullet(v float64, target, lo, hi point, tone string, above ...tick) template.HTML {
	top := v
	for _, t := range above {
		top = math.Max(top, t.v)
	}
	for _, p := range []point{target, lo, hi} {
		if p.ok && p.v > top {
			top = p.v
		}
	}
	// an interval that reaches far beyond is cut at the edge of the box
	if limit := 2.5 * math.Max(v, target.v); limit > 0 && top > limit {
		top = limit
	}
	if top <= 0 {
		return ""
	}
	top *= 1.04
	const w = 200
	x := func(v float64) float64 { return math.Min(math.Max(v, 0)/top, 1) * w }
	var b strings.Builder
	b.WriteString(rect("f-g", 0, 3, w, 6))
	b.WriteString(rect("f-"+short(tone), 0, 3, x(v), 6))
	if lo.ok {
		to := float64(w)
		if hi.ok {
			to = x(hi.v)
		}
		b.WriteString(line("iv", x(lo.v), 6, to, 6))
	}
	for _, t := range above {
		b.WriteString(t.drawn(x(t.v)-1, 1, 2, 10))
	}
	if target.ok {
		b.WriteString(rect("f-t", x(target.v)-1, 0, 2, 12))
	}
	return template.HTML(`<svg class="bul" viewBox="0 0 200 12" preserveAspectRatio="none" aria-hidden="true">` + b.String() + `</svg>`)
}

// short is the class suffix of a tone.
func short(tone string) string {
	switch tone {
	case "good":
		return "ok"
	case "bad":
		return "bad"
	}
	return "s"
}

// whisker is one row of a dot-and-interval column: the value, its interval and
// a line at the reference, all on the scale 0 … top.
func whisker(v, lo, hi point, ref, top float64, tone string) template.HTML {
	const w = 120
	x := func(v float64) float64 { return 3 + math.Min(math.Max(v, 0)/top, 1)*(w-6) }
	var b strings.Builder
	b.WriteString(line("rf", x(ref), 0, x(ref), 16))
	if lo.ok || hi.ok {
		from, to := x(0), x(top)
		if lo.ok {
			from = x(lo.v)
		}
		if hi.ok {
			to = x(hi.v)
		}
		b.WriteString(line("iv i-"+short(tone), from, 8, to, 8))
		if !hi.ok || hi.v > top {
			fmt.Fprintf(&b, `<path class="iv i-%s" d="M%s 5L%s 8L%s 11"/>`, short(tone), px(w-6), px(w-2), px(w-6))
		}
	}
	if v.ok {
		b.WriteString(tipped(dot("f-"+short(tone), x(v.v), 8, 3.5), ranged(v, lo, hi)))
	}
	return template.HTML(`<svg class="wh" viewBox="0 0 120 16" aria-hidden="true">` + b.String() + `</svg>`)
}

// step is a bar of the waterfall.
type step struct {
	name   lang.Text
	from   float64
	to     float64
	class  string
	figure lang.Text
}

// waterfall draws where a total came from: totals stand on the ground, steps
// hang between them.
func waterfall(t lang.Text, steps []step) template.HTML {
	lo, hi := 0.0, 0.0
	for _, s := range steps {
		lo, hi = math.Min(lo, math.Min(s.from, s.to)), math.Max(hi, math.Max(s.from, s.to))
	}
	if hi == lo {
		return ""
	}
	const w, h, top, foot = 520, 170, 20, 26
	y := func(v float64) float64 { return top + (hi-v)/(hi-lo)*(h-top-foot) }
	each := w / float64(len(steps))
	var b strings.Builder
	b.WriteString(line("gl", 0, y(0), w, y(0)))
	for i, s := range steps {
		x := float64(i)*each + each*0.16
		a, z := y(math.Max(s.from, s.to)), y(math.Min(s.from, s.to))
		b.WriteString(rect(s.class, x, a, each*0.68, math.Max(z-a, 1.5)))
		b.WriteString(words("tx m b", float64(i)*each+each/2, a-5, s.figure))
		b.WriteString(words("tx m", float64(i)*each+each/2, h-8, s.name))
		if i+1 < len(steps) {
			b.WriteString(line("gl", x+each*0.68, y(s.to), x+each, y(s.to)))
		}
	}
	class := "fig steps"
	if len(steps) > 5 {
		class += " roll"
	}
	return drawing(class, w, h, t, b.String())
}

// hbar is a bar of a table column with the mark of the period before, and in
// grey those above.
func hbar(v, prior point, top float64, class string, above ...tick) template.HTML {
	if top <= 0 {
		return ""
	}
	const w = 200
	var b strings.Builder
	said := lang.Same(lang.Count(v.v))
	if prior.ok {
		said = lang.With("{0}，同期 {1}", "{0}, comparable {1}", said, lang.Same(lang.Count(prior.v)))
	}
	b.WriteString(tipped(rect("f-g", 0, 2, w, 12), said))
	b.WriteString(tipped(rect(class, 0, 2, math.Min(v.v/top, 1)*w, 12), said))
	for _, t := range above {
		b.WriteString(t.drawn(math.Min(t.v/top, 1)*(w-2), 1, 2, 14))
	}
	if prior.ok {
		b.WriteString(rect("f-t", math.Min(prior.v/top, 1)*(w-2), 0, 2, 16))
	}
	return template.HTML(`<svg class="hb" viewBox="0 0 200 16" preserveAspectRatio="none" aria-hidden="true">` + b.String() + `</svg>`)
}

// part is a stretch of a stacked bar.
type part struct {
	name   lang.Text
	figure lang.Text
	v      float64
	class  string
}

// stacked is one bar of parts.
func stacked(t lang.Text, parts []part) template.HTML {
	sum := 0.0
	for _, p := range parts {
		sum += math.Max(p.v, 0)
	}
	if sum <= 0 {
		return ""
	}
	const w = 600
	x := 0.0
	var b strings.Builder
	for _, p := range parts {
		d := math.Max(p.v, 0) / sum * w
		b.WriteString(rect(p.class, x, 0, d, 18))
		x += d
	}
	return template.HTML(fmt.Sprintf(`<svg class="stk" viewBox="0 0 600 18" preserveAspectRatio="none" role="img" aria-label="%s">%s</svg>`, label(t), b.String()))
}

// trend is the drawn twin of a chart: bars, and lines on a scale of their own
// when apart is set.
func trend(t lang.Text, names []string, bars []point, barClass string, lines [][]point, lineClass []string, ref point, apart bool, series ...lang.Text) template.HTML {
	const w, h, left, right, top, foot = 560, 220, 66, 40, 12, 24
	_, hiB, okB := span(bars)
	hiL, okL := 0.0, false
	for _, l := range lines {
		if _, hi, ok := span(l); ok {
			hiL, okL = math.Max(hiL, hi), true
		}
	}
	if ref.ok && okL {
		hiL = math.Max(hiL, ref.v*1.25)
	}
	if !okB && !okL {
		return ""
	}
	if !apart {
		hiB = math.Max(hiB, hiL)
		hiL = hiB
	}
	atB := ruler(hiB)
	atL := rulerOf(hiL, len(atB)-1)
	topB, topL := atB[len(atB)-1], atL[len(atL)-1]
	y := func(v, top2 float64) float64 { return top + (1-math.Max(v, 0)/top2)*(h-top-foot) }
	each := float64(w-left-right) / float64(max(len(names), 1))
	x := func(i int) float64 { return left + (float64(i)+0.5)*each }
	var b strings.Builder
	namesB, namesL := lang.Marks(atB), lang.Marks(atL)
	for i, v := range atB {
		b.WriteString(line("gl", left, y(v, topB), w-right, y(v, topB)))
		b.WriteString(words("tx e", left-6, y(v, topB)+4, namesB[i]))
		if apart {
			b.WriteString(words("tx", w-right+6, y(v, topB)+4, namesL[i]))
		}
	}
	for i, p := range bars {
		if p.ok {
			b.WriteString(tipped(rect(barClass, x(i)-each*0.33, y(p.v, topB), each*0.66, y(0, topB)-y(p.v, topB)), inSeries(names[i], series, 0, p.v)))
		}
	}
	for k, l := range lines {
		pen := "M"
		var d strings.Builder
		for i, p := range l {
			if !p.ok {
				pen = "M"
				continue
			}
			d.WriteString(pen + px(x(i)) + " " + px(y(p.v, topL)))
			pen = "L"
			b.WriteString(tipped(dot("p-"+lineClass[k], x(i), y(p.v, topL), 2.5), inSeries(names[i], series, k+1, p.v)))
		}
		fmt.Fprintf(&b, `<path class="%s" d="%s"/>`, lineClass[k], d.String())
	}
	if ref.ok {
		b.WriteString(line("rl", left, y(ref.v, topL), w-right, y(ref.v, topL)))
	}
	for i, n := range names {
		if len(names) <= 8 || i%3 == len(names)%3 || i == len(names)-1 && len(names)%3 != 0 {
			b.WriteString(words("tx m", x(i), h-6, lang.Same(n)))
		}
	}
	return drawing("fig", w, h, t, b.String())
}
