package report

import (
	"html/template"
	"math"
	"strings"

	"crmreport/report/lang"
)

// percentiles are those of a box, as funnel.days_quantile keys them.
var percentiles = [...]string{"10", "25", "50", "75", "90"}

// stay is how long the deals of a stage stayed there.
type stay struct {
	stage string
	name  lang.Text
	n     int64
	q     [len(percentiles)]point // not ok: not reached, or too few
	limit float64                 // beyond it a deal stalls; 0 is never
}

// stays lists the stages in order; boxes is how many have a box.
func (a at) stays() (out []stay, boxes int) {
	for _, k := range a.stages() {
		m := a.vk("funnel.median_days", k)
		if m == nil || m.N == 0 {
			continue
		}
		s := stay{stage: k, name: a.keyText(k), n: m.N, limit: a.stallLimit(word(k))}
		for i, q := range percentiles {
			s.q[i] = real(a.vk("funnel.days_quantile", k+",quantile="+q))
		}
		if s.q[0].ok {
			boxes++
		}
		out = append(out, s)
	}
	return out, boxes
}

// stallLimit is after how many days a deal stalls in a stage.
func (a at) stallLimit(stage string) float64 {
	for _, w := range a.d.Words {
		if w.ID == stage {
			return float64(w.Limit)
		}
	}
	return 0
}

// daysInStage draws how the days are spread that deals spent in each stage.
func (a at) daysInStage() (figure, bool) {
	all, boxes := a.stays()
	if boxes == 0 {
		return figure{}, false
	}
	f := figure{Caption: lang.T("阶段停留天数（仍停在该阶段的按删失计）", "Days in stage (deals that stand there still are censored)"),
		Legend: []key{{"f-s2", lang.T("盒：25–75%", "box: 25–75 %")}, {"f-p", lang.T("线：10–90%", "line: 10–90 %")}, {"f-s", lang.T("中位数", "median")}, {"f-w", lang.T("阶段时限", "the stage's limit")}}}
	f.Draw = boxPlots(f.Caption, all)
	f.Data = []table{a.daysTable(all)}
	return f, true
}

// daysTable are the numbers of the boxes, or of the medians where there is none.
func (a at) daysTable(all []stay) table {
	hs := heads(lang.T("阶段停留天数", "Days in stage"), lang.Same("n"))
	for _, q := range percentiles {
		if q == "50" {
			hs = append(hs, head{Text: lang.T("中位", "Median")})
			continue
		}
		hs = append(hs, head{Text: lang.Same(q + "%")})
	}
	t := a.table(append(hs, heads(lang.Text{}, lang.T("时限", "Limit"), hc())[1:]...))
	for _, s := range all {
		r := row{"", []cell{{Text: s.name}, {Text: lang.Same(lang.Count(float64(s.n)))}}}
		for _, q := range percentiles {
			v := a.vk("funnel.days_quantile", s.stage+",quantile="+q)
			if q == "50" {
				v = a.vk("funnel.median_days", s.stage)
			}
			r.Cells = append(r.Cells, cell{Text: a.plain(v)})
		}
		limit := cell{}
		if s.limit > 0 {
			limit.Text = lang.Same(lang.Count(s.limit))
		}
		t.Rows = append(t.Rows, row{"", append(r.Cells, limit, a.past("funnel.median_days", s.stage))})
	}
	return trim(t)
}

// boxPlots is a row a stage: the box, its whiskers, and the limit as a tick. What
// is not reached yet is open to the right.
func boxPlots(t lang.Text, all []stay) template.HTML {
	const w, left, right, each = 360, 118, 10, 29
	hi := 0.0
	for _, s := range all {
		hi = math.Max(hi, s.limit)
		for _, q := range s.q {
			hi = math.Max(hi, q.v)
		}
	}
	at := ruler(hi)
	top := at[len(at)-1]
	x := func(days float64) float64 { return left + days/top*(w-left-right) }
	base := float64(len(all)*each) + 4
	var b strings.Builder
	grid := ""
	for i, name := range lang.Marks(at) {
		grid += "M" + px(x(at[i])) + " 0V" + px(base)
		b.WriteString(words("tx m", x(at[i]), base+12, name))
	}
	b.WriteString(`<path class="gl" d="` + grid + `"/>`)
	for i, s := range all {
		y := float64(i*each) + each/2 + 2
		b.WriteString(words("tx", 0, y+4, lang.T(lang.Cut(s.name.ZH, columnsIn(left)), lang.Cut(s.name.EN, columnsIn(left)))))
		b.WriteString(s.box(x, y, w-right))
		if s.limit > 0 {
			b.WriteString(tipped(rect("f-w", x(s.limit)-1, y-11, 2, 22), named(lang.T("阶段时限", "The stage's limit"), lang.Same(lang.Count(s.limit)))))
		}
	}
	return drawing("fig low", w, base+16, t, b.String())
}

// box draws a stay around y; end is where the scale ends.
func (s stay) box(x func(float64) float64, y, end float64) string {
	if !s.q[0].ok {
		t := lang.With("n={0}：太少", "n={0}: too few", lang.Same(lang.Count(float64(s.n))))
		if s.n >= enoughForBox {
			t = lang.T("尚未到 10%", "10 % not reached yet")
		}
		return words("tx", x(0)+4, y+4, t)
	}
	at := func(i int) float64 {
		if s.q[i].ok {
			return x(s.q[i].v)
		}
		return end
	}
	var b strings.Builder
	b.WriteString(line("rp", at(0), y, at(4), y))
	if !s.q[4].ok {
		b.WriteString(`<path class="rp n" d="M` + px(end-5) + " " + px(y-4) + "L" + px(end) + " " + px(y) + "L" + px(end-5) + " " + px(y+4) + `"/>`)
	}
	if s.q[1].ok {
		b.WriteString(tipped(rect("f-s2", at(1), y-8, at(3)-at(1), 16), s.said()))
	}
	if s.q[2].ok {
		b.WriteString(rect("f-s", at(2)-1.5, y-8, 3, 16))
	}
	return b.String()
}

// enoughForBox is from how many deals on the percentiles are told.
const enoughForBox = 30

// said is a box in figures.
func (s stay) said() lang.Text {
	var b strings.Builder
	for i, q := range percentiles {
		days := lang.NoData
		if s.q[i].ok {
			days = lang.Fixed(s.q[i].v, 1)
		}
		b.WriteString(q + "% " + days + " · ")
	}
	return lang.Same(b.String() + "n=" + lang.Count(float64(s.n)))
}
