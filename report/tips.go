package report

import (
	"html/template"
	"math"
	"strconv"
	"strings"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// tipped gives an element of a drawing what it says when pointed at; the
// page's script shows it in the language chosen.
func tipped(element string, t lang.Text) string {
	i := strings.IndexByte(element, ' ')
	if i < 0 || t.ZH == "" {
		return element
	}
	said := ` data-t="` + template.HTMLEscapeString(t.ZH) + `"`
	if t.EN != t.ZH {
		said += ` data-e="` + template.HTMLEscapeString(t.EN) + `"`
	}
	return element[:i] + said + element[i:]
}

// named is a figure with its name.
func named(name, figure lang.Text) lang.Text {
	if figure.ZH == "" {
		return name
	}
	return lang.With("{0}：{1}", "{0}: {1}", name, figure)
}

// inSeries is a value of the i-th series of a trend.
func inSeries(at string, series []lang.Text, i int, v float64) lang.Text {
	t := lang.Short(v)
	if v > -100 && v < 100 {
		t = lang.Same(lang.Count(v))
	}
	if i >= len(series) {
		return named(lang.Same(at), t)
	}
	return named(lang.Join(lang.Same(at+" "), series[i]), t)
}

// ranged is a value with its interval, in signs alone; an open end is none.
func ranged(v, lo, hi point) lang.Text {
	end := func(p point) string {
		if p.ok {
			return lang.Ratio(p.v)
		}
		return "∞"
	}
	if !lo.ok && !hi.ok {
		return lang.Same(lang.Ratio(v.v))
	}
	return lang.Same(lang.Ratio(v.v) + " (" + end(lo) + "–" + end(hi) + ")")
}

// datum is the number behind v as digits with a point, where the page prints it
// rounded or in words: amounts in whole units of the currency, shares as such.
func (x *index) datum(v *snapshot.Value) string {
	if v == nil || !v.OK {
		return ""
	}
	switch x.form(v) {
	case asMoney:
		return unprinted.Replace(lang.Whole(minor(v), x.digits(v)))
	case asCount:
		return "" // stands there as it is
	}
	if math.Abs(v.V) < 10 {
		return strconv.FormatFloat(v.V, 'g', 4, 64) // more than a cell shows
	}
	return strconv.FormatFloat(v.V, 'f', 2, 64)
}
