// Package chart builds the options of the live charts with go-echarts and
// hands them out as JSON that is safe inside a script element. It never uses
// the library's own rendering: that pastes names unescaped into scripts.
// Colours are names of style sheet properties (--series), which the boot
// script replaces, so that one set of options serves both themes.
package chart

import (
	"encoding/json"
	"fmt"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"crmreport/report/lang"
)

// Series is a row of numbers, one for each name of the axis; nil is no data.
type Series struct {
	Name  lang.Text
	Token string // of its colour
	Data  []*float64
}

// Chart is bars with lines over them. Right puts the lines on an axis of their
// own; Rule draws a level line on the lines' axis.
type Chart struct {
	ID       string
	Names    []string
	Bars     []Series
	Lines    []Series
	Right    bool
	Rule     *float64
	RuleName lang.Text
}

// JSON is the options for both languages, {"zh": …, "en": …}, with <, > and &
// escaped.
func (c Chart) JSON() ([]byte, error) {
	both := struct {
		ZH map[string]any `json:"zh"`
		EN map[string]any `json:"en"`
	}{c.options(func(t lang.Text) string { return t.ZH }), c.options(func(t lang.Text) string { return t.EN })}
	b, err := json.Marshal(both)
	if err != nil {
		return nil, fmt.Errorf("chart %s: %w", c.ID, err)
	}
	return b, nil
}

func (c Chart) options(pick func(lang.Text) string) map[string]any {
	bar := charts.NewBar()
	bar.SetGlobalOptions(
		charts.WithInitializationOpts(opts.Initialization{ChartID: c.ID}),
		charts.WithAnimation(false),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "axis"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(true), Top: "0", Left: "0", TextStyle: &opts.TextStyle{Color: "--ink2"}}),
		charts.WithGridOpts(opts.Grid{Left: "52", Right: "44", Top: "36", Bottom: "28"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisLabel: &opts.AxisLabel{Color: "--ink3"}}),
		charts.WithYAxisOpts(axis()),
	)
	bar.SetXAxis(c.Names)
	for _, s := range c.Bars {
		bar.AddSeries(pick(s.Name), bars(s.Data), charts.WithItemStyleOpts(opts.ItemStyle{Color: s.Token}))
	}
	if len(c.Lines) > 0 {
		at := 0
		if c.Right {
			right := axis()
			right.SplitLine = &opts.SplitLine{Show: opts.Bool(false)}
			bar.ExtendYAxis(right)
			at = 1
		}
		line := charts.NewLine()
		for _, s := range c.Lines {
			o := []charts.SeriesOpts{charts.WithLineChartOpts(opts.LineChart{YAxisIndex: at, ShowSymbol: opts.Bool(true), SymbolSize: 6}),
				charts.WithItemStyleOpts(opts.ItemStyle{Color: s.Token}), charts.WithLineStyleOpts(opts.LineStyle{Color: s.Token, Width: 2})}
			line.AddSeries(pick(s.Name), lines(s.Data), o...)
		}
		if c.Rule != nil { // a series, so that the legend names it and no label stands over the bars
			rule := make([]*float64, len(c.Names))
			for i := range rule {
				rule[i] = c.Rule
			}
			line.AddSeries(pick(c.RuleName), lines(rule), charts.WithLineChartOpts(opts.LineChart{YAxisIndex: at, ShowSymbol: opts.Bool(false), Symbol: "none"}),
				charts.WithItemStyleOpts(opts.ItemStyle{Color: "--ink2"}), charts.WithLineStyleOpts(opts.LineStyle{Color: "--ink2", Width: 1, Type: "dashed"}))
		}
		bar.Overlap(line)
	}
	bar.Validate()
	m := bar.JSON()
	// The library has no fields for these two; without them tooltips would be
	// HTML with style attributes, which the page forbids.
	tip := map[string]any{"show": true, "trigger": "axis", "renderMode": "richText", "confine": true}
	m["tooltip"] = tip
	m["animation"] = false
	m["aria"] = map[string]any{"enabled": true}
	delete(m, "toolbox")
	delete(m, "title") // the page's own caption stands above; the library is built without it
	return m
}

func axis() opts.YAxis {
	return opts.YAxis{Type: "value", AxisLabel: &opts.AxisLabel{Color: "--ink3"},
		SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: "--grid"}}}
}

func value(p *float64) any {
	if p == nil {
		return "-"
	}
	return *p
}

func bars(ps []*float64) []opts.BarData {
	out := make([]opts.BarData, len(ps))
	for i, p := range ps {
		out[i].Value = value(p)
	}
	return out
}

func lines(ps []*float64) []opts.LineData {
	out := make([]opts.LineData, len(ps))
	for i, p := range ps {
		out[i].Value = value(p)
	}
	return out
}
