package report

import (
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// bridge draws plan → effects → actual.
func (a at) bridge() (figure, bool) {
	plan, now := a.v("conversion.plan_signings"), a.v("conversion.signings")
	es := []*snapshot.Value{a.vk("conversion.effect_quantity", "base=plan"), a.vk("conversion.effect_quality", "base=plan"), a.vk("conversion.effect_conversion", "base=plan")}
	if !real(plan).ok || !real(now).ok {
		return figure{}, false
	}
	names := []lang.Text{lang.T("数量", "Quantity"), lang.T("质量", "Quality"), lang.T("转化", "Conversion")}
	steps := []step{{lang.T("计划", "Plan"), 0, plan.V, "f-p", show(asRatioOne(plan.V), plan.V)}}
	level := plan.V
	for i, e := range es {
		if !real(e).ok {
			return figure{}, false
		}
		class := "f-s2"
		if e.V < 0 {
			class = "f-bad2"
		}
		steps = append(steps, step{names[i], level, level + e.V, class, lang.Same(lang.Signed(e.V, 1))})
		level += e.V
	}
	steps = append(steps, step{lang.T("实际", "Actual"), 0, now.V, "f-s", lang.Same(lang.Count(now.V))})
	f := figure{Caption: lang.T("从计划签约到实际签约", "From planned to actual signings")}
	f.Draw = waterfall(f.Caption, steps)
	return f, f.Draw != ""
}

// revenueBridge draws how recurring revenue went from the start of the period
// to its end, and has the period before in its numbers.
func (a at) revenueBridge() (figure, bool) {
	f := figure{Caption: lang.T("经常性收入的变化", "Change of recurring revenue")}
	t := a.table(heads(a.title("renewal.bridge"), hn(), hc()))
	var steps []step
	level := 0.0
	for _, change := range []string{"start", "new", "reactivation", "expansion", "contraction", "churn", "end"} {
		key := "change=" + change
		v := a.vk("renewal.bridge", key)
		if !real(v).ok {
			return f, false
		}
		t.Rows = append(t.Rows, row{"", []cell{{Text: a.keyText(key)}, a.number(v), a.past("renewal.bridge", key)}})
		s := step{a.keyText(key), level, level + v.V, "f-s2", a.plain(v)}
		switch {
		case change == "start":
			s.class = "f-p"
		case change == "end":
			s.from, s.to, s.class = 0, v.V, "f-s"
		case v.V < 0:
			s.class = "f-bad2"
		}
		steps, level = append(steps, s), s.to
	}
	f.Draw, f.Data = waterfall(f.Caption, steps), []table{trim(t)}
	return f, f.Draw != ""
}
