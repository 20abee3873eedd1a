package report

import (
	"html/template"
	"math"
	"strings"

	"crmreport/report/lang"
)

// leaning draws a signed share on a scale from −top to top, the band that still
// counts as accurate behind it.
func leaning(v point, band, top float64) template.HTML {
	if !v.ok {
		return ""
	}
	const w = 120
	x := func(s float64) float64 { return w/2 + math.Max(-1, math.Min(1, s/top))*(w/2-5) }
	var b strings.Builder
	b.WriteString(rect("f-b", x(-band), 1, x(band)-x(-band), 14))
	b.WriteString(line("rf", x(0), 0, x(0), 16))
	class := "f-s"
	if math.Abs(v.v) > band {
		class = "f-bad"
	}
	b.WriteString(line("iv i-s", x(0), 8, x(v.v), 8))
	b.WriteString(dot(class, x(v.v), 8, 3.5))
	return template.HTML(`<svg class="wh" viewBox="0 0 120 16" aria-hidden="true">` + b.String() + `</svg>`)
}

// valueAdded is how much each level's word improved the forecast of the closed
// periods: the error before it less the error after it (3.4).
func (a at) valueAdded() table {
	t := table{Caption: lang.T("每一级的话值多少", "What each level's word is worth"), Heads: heads(lang.T("级别", "Level"), lang.T("逐人相加的误差减少", "Error taken off, rep by rep"), lang.T("合计的误差减少", "of the total"))}
	for _, level := range []string{"rep", "team", "area", "region", "company"} {
		r, known := row{Cells: []cell{{Text: levelText(level)}}}, false
		for _, of := range []string{"rep", "total"} {
			c := cell{}
			for _, k := range a.keys["forecast.value_added"] {
				if strings.HasPrefix(k, "last=") && strings.HasSuffix(k, ",level="+of+",step="+level) {
					if v := a.vk("forecast.value_added", k); real(v).ok {
						c, known = a.number(v), true
						if v.V < 0 {
							c.Tone, c.Sub = "warn", lang.T("反而更差", "made it worse")
						}
					}
				}
			}
			r.Cells = append(r.Cells, c)
		}
		if known {
			t.Rows = append(t.Rows, r)
		}
	}
	return trim(t)
}
