package report

import (
	"html/template"
	"strings"
	"time"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// mark is a day of a period and what had come in by its end.
type mark struct {
	day int // from the first on, which is 1
	sum int64
}

// course is how the signed amount grew over a running period: what had come in
// by the end of each week is the amount to date less the later weeks', for these
// lie within the period.
func (a at) course(metric string) (marks []mark, days int) {
	p, now := a.current[a.kind], a.v(metric)
	start, ok := dayOf(p.Start)
	last, ok2 := dayOf(p.Last)
	if !ok || !ok2 || !real(now).ok || a.kind == "week" {
		return nil, 0
	}
	asOf, _ := dayOf(earlier(p.Last, a.d.AsOf))
	at := func(t time.Time) int { return int(t.Sub(start).Hours()/24) + 1 }
	marks = []mark{{at(asOf), now.Num}}
	weeks := append(append([]snapshot.Period(nil), a.before["week"]...), a.current["week"])
	sum := now.Num
	for i := len(weeks) - 1; i >= 0; i-- {
		from, ok := dayOf(weeks[i].Start)
		v := a.get(metric, a.scope.ID, weeks[i].Name, "")
		if !ok || !real(v).ok || v.Den != 1 || !from.After(start) {
			break
		}
		if from.After(asOf) {
			continue
		}
		sum -= v.Num
		marks = append([]mark{{at(from) - 1, sum}}, marks...)
	}
	return append([]mark{{0, 0}}, marks...), at(last)
}

func dayOf(s string) (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, s)
	return t, err == nil
}

// paceSection draws the way to the target: what came in, where it should be by
// now, and where it is expected to land.
func paceSection(a at) (section, bool) {
	s := section{ID: "pace", Short: lang.T("进度", "Pace"), Title: lang.T("进度与落点", "Pace and landing"), Sub: lang.With("累计签约额，{0}", "signed so far, {0}", lang.Same(a.d.Currency))}
	metric := "forecast.actual"
	target := a.v("forecast.target")
	marks, days := a.course(metric)
	if !real(target).ok || len(marks) < 3 {
		return s, false
	}
	c := road{marks: marks, days: days, target: target.Num, digits: a.digits(target)}
	landing := a.v("forecast.landing")
	if real(landing).ok && a.running {
		c.landing = real(landing)
		c.lo, c.hi = ends(landing.CI)
	}
	f := figure{Caption: lang.T("累计签约额与目标", "Signed to date against the target"), Legend: []key{{"f-s", lang.T("实际", "Actual")}, {"f-t", lang.T("目标（按日历天均摊）", "Target (spread over calendar days)")}}}
	if c.landing.ok {
		f.Legend = append(f.Legend, key{"f-b", lang.T("落点 80% 区间", "Landing, 80% range")})
	}
	if a.running {
		c.above = a.ticks("forecast.landing_share", "")
		for _, t := range c.above {
			f.Legend = append(f.Legend, key{"f-p", lang.With("{0} 落点为目标的 {1}", "{0} lands at {1} of target", lang.Join(lang.Same("\u2068"), t.Name, lang.Same("\u2069")), t.Value)})
		}
		c.above = scaledBy(c.above, target.V)
	}
	f.Draw = c.draw(f.Caption)
	s.Figures = []figure{f}
	t := a.table(heads(lang.T("签约额", "Signed"), lang.T("金额", "Amount")))
	now := a.v(metric)
	gap := lang.T("离目标还差", "Still to sign")
	missing := snapshot.Value{Metric: metric, Num: max(0, target.Num-now.Num), Den: 1, OK: true, Final: true, Currency: target.Currency}
	missing.V = float64(missing.Num)
	for _, r := range []struct {
		name lang.Text
		v    *snapshot.Value
	}{{lang.T("目标", "Target"), target}, {lang.T("至今", "So far"), now}, {gap, &missing}, {lang.T("预计落点", "Landing"), landing}} {
		if real(r.v).ok {
			v := cell{Text: a.plain(r.v)}
			if r.v == landing && landing.CI != nil {
				v.Sub = lang.Join(lang.T("80% 区间 ", "80% range "), a.interval(landing, landing.CI))
			}
			t.Rows = append(t.Rows, row{"", []cell{{Text: r.name}, v}})
		}
	}
	t.Running = false
	s.Tables = []table{t}
	return s, true
}

// road is the drawing of a pace: marks and the target in minor units.
type road struct {
	marks           []mark
	days            int
	target          int64
	digits          int
	landing, lo, hi point // in minor units
	above           []tick
}

func (c road) draw(t lang.Text) template.HTML {
	const w, h, left, right, top, foot = 560, 228, 78, 16, 14, 32
	high := float64(c.target)
	for _, m := range c.marks {
		high = max(high, float64(m.sum))
	}
	if c.hi.ok {
		high = max(high, c.hi.v)
	}
	for _, t := range c.above {
		high = max(high, t.v)
	}
	unit := 1.0
	for range c.digits {
		unit *= 10
	}
	at := ruler(high / unit)
	ceiling := at[len(at)-1]
	x := func(day int) float64 { return left + float64(day)/float64(c.days)*(w-left-right) }
	y := func(v float64) float64 { return top + (1-max(v, 0)/unit/ceiling)*(h-top-foot) }
	var b strings.Builder
	for i, name := range lang.Marks(at) {
		b.WriteString(line("gl", left, y(at[i]*unit), w-right, y(at[i]*unit)))
		b.WriteString(words("tx e", left-6, y(at[i]*unit)+4, name))
	}
	last := c.marks[len(c.marks)-1]
	if c.landing.ok && c.lo.ok && c.hi.ok {
		b.WriteString(`<path class="f-b" d="M` + px(x(last.day)) + " " + px(y(float64(last.sum))) + "L" + px(x(c.days)) + " " + px(y(c.hi.v)) + "L" + px(x(c.days)) + " " + px(y(c.lo.v)) + `Z"/>`)
	}
	b.WriteString(line("rl", x(0), y(0), x(c.days), y(float64(c.target))))
	var d strings.Builder
	for i, m := range c.marks {
		d.WriteString(map[bool]string{true: "M", false: "L"}[i == 0] + px(x(m.day)) + " " + px(y(float64(m.sum))))
	}
	b.WriteString(`<path class="ln" d="` + d.String() + `"/>`)
	for _, m := range c.marks[1:] {
		b.WriteString(dot("f-s", x(m.day), y(float64(m.sum)), 3))
	}
	if c.landing.ok {
		b.WriteString(line("lp", x(last.day), y(float64(last.sum)), x(c.days), y(c.landing.v)))
		b.WriteString(dot("f-s2", x(c.days), y(c.landing.v), 4))
	}
	for _, t := range c.above {
		b.WriteString(t.drawn(w-right-8, y(t.v)-1, 16, 2))
	}
	for day := 0; day <= c.days; day += max(1, c.days/4) {
		b.WriteString(words("tx m", x(day), h-6, lang.With("第 {0} 天", "day {0}", lang.Same(lang.Count(float64(day))))))
	}
	return drawing("fig", w, h, t, b.String())
}
