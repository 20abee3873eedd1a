package report

import (
	"math"
	"strconv"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// forecastSection shows what was forecast, what came of it, and who is off.
func forecastSection(a at) (section, bool) {
	s := section{ID: "forecast", Cols: true, Short: lang.T("预测", "Forecast"), Title: lang.T("预测与目标", "Forecast and target"), Sub: lang.With("“又高又准”：误差在 {0} 以内", "high and accurate: within {0}", a.tolerance())}
	if !a.families["forecast"] {
		return s, false
	}
	t := a.facts("forecast.target", "forecast.submitted", "forecast.handed_up", "forecast.calibrated", "forecast.actual", "forecast.attainment", "forecast.deviation")
	if v := a.vk("forecast.deviation", "of=handed_up"); v != nil {
		t.Rows = append(t.Rows, row{"", []cell{{Text: lang.T("偏差（对上报数）", "Deviation (of handed up)")}, a.number(v), a.past("forecast.deviation", "of=handed_up")}})
	}
	if r := a.facts("forecast.hit_rate", "forecast.accuracy", "forecast.wape", "forecast.ape_total", "forecast.mape", "forecast.bias", "forecast.participation", "forecast.late_only"); len(r.Rows) > 0 {
		t.Rows = append(t.Rows, r.Rows...)
	}
	if len(t.Rows) == 0 {
		return s, false
	}
	s.Tables = append(s.Tables, t)
	past := table{Caption: lang.T("已结束期间的准头", "Accuracy over closed periods"), Heads: heads(lang.T("指标", "Metric"), lang.T("期数", "Periods"), lang.T("值", "Value"), lang.T("95% 区间", "95% interval"))}
	for _, m := range []string{"forecast.hit_rate", "forecast.accuracy", "forecast.wape", "forecast.ape_total", "forecast.mape", "forecast.bias", "forecast.tracking_signal", "forecast.mase"} {
		v, n := a.trailing(m)
		if v == nil {
			continue
		}
		iv := cell{}
		if v.CI != nil && v.OK {
			iv.Text = a.interval(v, v.CI)
		}
		value := a.number(v)
		if has(v, "alarm") { // the family's word, beyond ±4 (3.4)
			value.Tone, value.Sub = "warn", lang.T("系统性偏差", "systematic bias")
		}
		past.Rows = append(past.Rows, row{"", []cell{{Text: a.title(m)}, {Text: lang.Same(n)}, value, iv}})
	}
	if len(past.Rows) > 0 {
		s.Tables = append(s.Tables, trim(past))
	}
	s.Lead = a.forecastSentence().Lines
	for _, t := range []table{a.dayForecasts(), a.revisedForecasts(), a.valueAdded(), a.calibration()} {
		if len(t.Rows) > 0 {
			s.Tables = append(s.Tables, t)
		}
	}
	a.show("forecast.smape") // in the file only: people misread it (3.4)
	if t := a.forecastChildren(); len(t.Rows) > 0 && a.scope.Level != "team" {
		s.Tables = append(s.Tables, t)
	}
	return s, true
}

// calibration is whose confidence index is furthest from what the rep's closed
// periods suggest: the head of the list.
func (a at) calibration() table {
	const rows, columns = 5, 4 // who, forecast, the manager's index, the suggested one
	l := a.list("forecast.calibration")
	if l == nil || len(l.Columns) < columns {
		return table{}
	}
	all := a.rows[l.ID][a.scope.ID]
	var worst []snapshot.Row
	for _, j := range all[:min(rows, len(all))] {
		worst = append(worst, snapshot.Row{Cells: l.Rows[j].Cells[:min(columns, len(l.Rows[j].Cells))]})
	}
	t := a.listTable(&snapshot.List{Columns: l.Columns[:columns]}, worst)
	t.Caption = lang.T("校准：主管指数与历史所示相差最大的（按金额）", "Calibration: indices furthest from what the past suggests, by amount")
	if more := len(all) - len(worst); more > 0 {
		t.Note = lang.With("另有 {0} 人，见名单。", "{0} more in the list.", lang.Same(lang.Count(float64(more))))
	}
	return t
}

// dayForecasts is how the forecasts of single days came out.
func (a at) dayForecasts() table {
	t := a.table(heads(lang.T("日预测", "Day forecasts"), hn(), hc()))
	for _, m := range []struct {
		metric, key string
		add         lang.Text
	}{
		{"forecast.hit_rate", "horizon=day", lang.Text{}},
		{"forecast.hit_rate", "horizon=day,missing=miss", lang.T("（缺交算没中）", " (missing = miss)")},
		{"forecast.accuracy", "horizon=day", lang.Text{}},
		{"forecast.participation", "horizon=day", lang.Text{}},
	} {
		if v := a.vk(m.metric, m.key); v != nil {
			t.Rows = append(t.Rows, row{"", []cell{{Text: lang.Join(a.title(m.metric), m.add)}, a.number(v), a.past(m.metric, m.key)}})
		}
	}
	return trim(t)
}

// revisedForecasts is the revision path of the last closed period.
func (a at) revisedForecasts() table {
	const metric = "forecast.revised_accuracy"
	a.show(metric)
	p := a.current[a.kind]
	if before := a.before[a.kind]; p.Running && len(before) > 0 {
		p = before[len(before)-1]
	}
	t := table{Caption: lang.T("逐周修订：假如之后的修订也算数，合计准确度会是多少（至各周末）", "Accuracy by week of the period, had revisions up to its end counted")}
	names := []lang.Text{lang.T("已结束期间", "Closed period"), lang.T("冻结（计分）", "Freeze (scored)")}
	cells := []cell{{Text: lang.Same(p.Name)}}
	for v := a.get(metric, a.scope.ID, p.Name, "week=0"); v != nil; v = a.get(metric, a.scope.ID, p.Name, "week="+strconv.Itoa(len(cells)-1)) {
		c := a.number(v)
		c.Sub = lang.Same("n=" + lang.Count(float64(v.N)))
		cells = append(cells, c)
		names = append(names, lang.With("第 {0} 周", "Wk {0}", lang.Same(strconv.Itoa(len(cells)-1))))
	}
	if len(cells) > 1 {
		t.Heads, t.Rows = heads(names[:len(cells)]...), []row{{"", cells}}
	}
	return t
}

func (a at) forecastChildren() table {
	t := table{Caption: lang.T("下级的预测", "Forecasts one level down"), Running: a.running, Heads: heads(lang.T("单位", "Unit"), lang.T("预测", "Forecast"), lang.T("实际", "Actual"), lang.T("偏差", "Deviation"), lang.T("命中率", "Hit rate"), lang.T("历史命中", "Past hits"), lang.T("历史偏差", "Past bias"), lang.With("带＝{0}", "band = {0}", a.tolerance()))}
	t.Heads[7].Left = true
	band, widest := 0.1, 0.2
	if x := a.d.Tolerance; x[1] != 0 {
		band = float64(x[0]) / float64(x[1])
	}
	for _, c := range a.children[a.scope.ID] {
		bias, _ := a.beside(c).trailing("forecast.bias")
		widest = math.Max(widest, math.Abs(real(bias).v))
	}
	for _, c := range a.children[a.scope.ID] {
		b := a.beside(c)
		f, v := b.v("forecast.submitted"), b.v("forecast.actual")
		if f == nil && v == nil || !a.busy[c.ID] {
			continue
		}
		hits, n := b.trailing("forecast.hit_rate")
		h := a.number(hits)
		if n != "" && hits.OK {
			h.Sub = lang.Same(lang.Count(float64(hits.Num)) + "/" + lang.Count(float64(hits.Den)))
		}
		bias, _ := b.trailing("forecast.bias")
		t.Rows = append(t.Rows, row{"", []cell{a.link(c), a.number(f), a.number(v), a.number(b.v("forecast.deviation")), a.number(b.v("forecast.hit_rate")), h, a.number(bias), {Draw: leaning(real(bias), band, widest*1.1), Left: true}}})
	}
	return trim(t)
}
