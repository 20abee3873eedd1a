package report

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// conversionSection shows quantity, quality and conversion in this order.
func conversionSection(a at) (section, bool) {
	s := section{ID: "conversion", Short: lang.T("拜访转化", "Conversion"), Title: lang.T("数量 → 质量 → 转化", "Quantity → quality → conversion"),
		Sub: lang.T("签约差在哪一环：与计划相比", "Where signings are lost, against plan")}
	if !a.families["conversion"] {
		return s, false
	}
	type ring struct {
		name                 lang.Text
		metric, plan, effect string
	}
	rings := []ring{
		{lang.T("数量：拜访", "Quantity: visits"), "conversion.visits", "conversion.plan_visits", "conversion.effect_quantity"},
		{lang.T("质量：有效占比", "Quality: valid share"), "conversion.valid_share", "", "conversion.effect_quality"},
		{lang.T("转化：每签约有效拜访", "Conversion: valid visits per signing"), "conversion.valid_per_signing", "", "conversion.effect_conversion"},
		{lang.T("结果：签约", "Result: signings"), "conversion.signings", "conversion.plan_signings", ""},
	}
	t := a.table(heads(lang.T("环节", "Link"), hn(), lang.T("计划", "Plan"), hc(), lang.T("对签约的影响（比计划）", "Effect on signings (vs plan)"), lang.T("（比同期）", "(vs comparable)")))
	any := false
	for _, r := range rings {
		v := a.v(r.metric)
		any = any || v != nil
		plan := cell{Text: lang.Same("")}
		if r.plan != "" {
			plan = a.number(a.v(r.plan))
		} else if r.metric == "conversion.valid_per_signing" {
			plan = cell{Text: a.goldenText()}
		}
		ep, ev := cell{}, cell{}
		if r.effect != "" {
			ep, ev = a.number(a.vk(r.effect, "base=plan")), a.number(a.vk(r.effect, "base=previous"))
		}
		class := ""
		if r.effect == "" {
			class = "tot"
			ep = total(v, a.v("conversion.plan_signings"))
			ev = total(v, a.prev(r.metric, ""))
		}
		t.Rows = append(t.Rows, row{class, []cell{{Text: r.name}, a.number(v), plan, a.number(a.prev(r.metric, "")), ep, ev}})
	}
	if !any {
		return s, false
	}
	s.Tables = append(s.Tables, t)
	if f, ok := a.bridge(); ok {
		s.Figures = append(s.Figures, f)
	}
	return s, true
}

// cohortsSection is the rest of conversion: cohorts, lags, pace, and what was
// left out of the numbers above.
func cohortsSection(a at) (section, bool) {
	s := section{ID: "cohorts", Cols: true, Short: lang.T("批次与时长", "Cohorts"), Title: lang.T("批次、时长与进度", "Cohorts, lags and pace"), Sub: lang.T("首次有效拜访起算；未成熟的给区间", "from the first valid visit; what is immature has its interval")}
	if a.lean {
		return s, false
	}
	for _, t := range []table{
		a.facts("conversion.cohort_30", "conversion.cohort_60", "conversion.cohort_90", "conversion.cohort_followed", "conversion.lag_median_days", "conversion.lag_p25_days",
			"conversion.pace_visits", "conversion.pace_valid_visits", "conversion.pace_signings"),
		a.facts("conversion.signed_amount", "conversion.new_valid_customers", "conversion.new_valid_per_signing", "conversion.advanced_visits", "conversion.signings_without_visit",
			"conversion.unknown_visits", "conversion.audit_failed", "conversion.duplicate_visits"),
	} {
		if len(t.Rows) > 0 {
			s.Tables = append(s.Tables, t)
		}
	}
	return s, len(s.Tables) > 0
}

// total is the difference of a result to what it is compared with.
func total(v, ref *snapshot.Value) cell {
	if v == nil || ref == nil || !v.OK || !ref.OK {
		return cell{Text: lang.Same(lang.NoData)}
	}
	return cell{Text: lang.Same(lang.Signed(v.V-ref.V, 1))}
}

func asRatioOne(v float64) form {
	if v == math.Trunc(v) {
		return asCount
	}
	return asDays
}

// facts is a small table of single metrics that have a value here.
func (a at) facts(metrics ...string) table {
	t := a.table(heads(lang.T("指标", "Metric"), hn(), hc()))
	for _, m := range metrics {
		if v := a.v(m); v != nil {
			c := a.number(v)
			if v.CI != nil && a.form(v) != asMoney {
				c.Sub = lang.With("区间 {0}，n={1}", "range {0}, n={1}", a.interval(v, v.CI), lang.Same(lang.Count(float64(v.N))))
			}
			t.Rows = append(t.Rows, row{"", []cell{{Text: a.titled(m, v), Href: a.definition(m)}, c, a.past(m, "")}})
			continue
		}
		for _, k := range a.keys[m] {
			if v := a.vk(m, k); v != nil && v.OK && (v.Num != 0 || v.V != 0) && !aside(k) {
				t.Rows = append(t.Rows, row{"", []cell{{Text: lang.Join(a.title(m), lang.T("：", ": "), a.keyText(k))}, a.number(v), a.past(m, k)}})
			}
		}
	}
	return trim(t)
}

// definition is the link to what a metric means; a short page goes without.
func (a at) definition(metric string) string {
	if a.lean || a.defs[metric] == nil {
		return ""
	}
	return "#d-" + metric
}

// aside reports whether values of a key stand in a table of their own.
func aside(key string) bool {
	return strings.Contains(key, "last=") || strings.Contains(key, "horizon=") || strings.HasPrefix(key, "week=")
}

// past is the cell of the stretch compared with; lean pages leave it out.
func (a at) past(metric, key string) cell {
	if a.lean {
		return cell{}
	}
	return a.number(a.prev(metric, key))
}

// titled is the metric's name, with the unit where it is not obvious.
func (a at) titled(m string, v *snapshot.Value) lang.Text {
	t := a.title(m)
	if a.form(v) == asDays {
		return lang.Join(t, lang.T("（天）", " (days)"))
	}
	return t
}

// stages are the keys of the funnel in the order of the pipeline.
func (a at) stages() []string {
	var out []string
	for _, k := range a.keys["funnel.reached"] {
		if a.vk("funnel.reached", k) != nil {
			out = append(out, k)
		}
	}
	return out
}

// rate is the share that a step lets through. The cohort that entered the
// stage tells it best, for its estimate allows for those still under way; the
// plain share counts them as not through.
func (a at) rate(stage string) *snapshot.Value {
	if c := a.vk("funnel.cohort_step_conversion", stage); c != nil && c.OK {
		return c
	}
	return a.vk("funnel.step_conversion", stage)
}

// leak is the step that lets the smallest share through, as the funnel's own
// metric marks it: sure where its interval is below every other step's.
func (a at) leak() (key string, v *snapshot.Value, sure bool) {
	for _, k := range a.stages() {
		for _, metric := range []string{"funnel.cohort_step_conversion", "funnel.step_conversion"} {
			if v := a.vk(metric, k); has(v, "weakest") || has(v, "lowest") {
				return k, v, has(v, "weakest")
			}
		}
	}
	return "", nil, false
}

// funnelSection is the funnel itself: a bar for each stage, the step that lets
// the smallest share through marked.
func funnelSection(a at) (section, bool) {
	s := section{ID: "funnel", Short: lang.T("漏斗", "Funnel"), Title: lang.T("销售漏斗", "Sales funnel"),
		Sub: lang.T("竖线＝同期；标出通过率最低的一步，区间低于其他各步时着色；小字为未定商机允许的上下界", "tick = comparable; the lowest step is marked, coloured where its interval is below every other; small print: what open deals still allow")}
	stages := a.stages()
	if len(stages) == 0 { // deals without a history still close
		s.Sub = lang.T("没有阶段记录：只有赢单率与在途商机", "without a stage history: win rates and open deals only")
		s.Tables = append(s.Tables, a.funnelFacts()...)
		return s, slices.ContainsFunc(s.Tables, func(t table) bool { return len(t.Rows) > 0 })
	}
	top := 0.0
	for _, k := range stages {
		for _, p := range []point{real(a.vk("funnel.reached", k)), real(a.prev("funnel.reached", k))} {
			top = math.Max(top, p.v)
		}
	}
	worst, _, sure := a.leak()
	t := a.table(heads(lang.T("阶段", "Stage"), lang.T("进入者通过率", "Step rate of entrants"), lang.Same(""), lang.T("新建中到达", "New deals that reached"), lang.T("较同期", "vs comp."), lang.T("已流失", "Lost")))
	t.Heads[2].Left = true
	for _, k := range stages {
		class, bar := "", "f-s"
		switch {
		case k == worst && sure:
			class, bar = "hot", "f-bad2"
		case k == worst:
			class = "low"
		}
		r := a.vk("funnel.reached", k)
		t.Rows = append(t.Rows, row{class, []cell{{Text: a.keyText(k)}, a.stepRate(k), {Draw: hbar(real(r), real(a.prev("funnel.reached", k)), top, bar), Left: true},
			a.number(r), a.stepChange(k), a.number(a.vk("funnel.drop_off", k))}})
	}
	s.Tables = append(s.Tables, trim(t))
	return s, true
}

// stepRate is the rate of a step among those who entered the stage, with what
// its open deals allow.
func (a at) stepRate(stage string) cell {
	v := a.vk("funnel.cohort_step_conversion", stage)
	c := a.number(v)
	if v != nil && v.OK {
		c.Sub = sized(v.N)
		if iv := cmp.Or(v.Bounds, v.CI); iv != nil {
			c.Sub = lang.Join(a.interval(v, iv), lang.Same(" · "), c.Sub)
		}
	}
	return c
}

// stepChange holds a step's rate against the comparable stretch's, where both
// are old enough.
func (a at) stepChange(stage string) cell {
	v, ref := a.vk("funnel.cohort_step_conversion", stage), a.prev("funnel.cohort_step_conversion", stage)
	if !has(v, "immature") && !has(ref, "immature") {
		if d, _, ok := a.delta2(v, ref); ok {
			return cell{Text: d}
		}
	}
	return cell{Text: lang.Same("")}
}

// stagesSection is what stands in each stage, and for how long.
func stagesSection(a at) (section, bool) {
	s := section{ID: "stages", Cols: true, Short: lang.T("阶段", "Stages"), Title: lang.T("各阶段的在途与停滞", "What stands in each stage"), Wide: true,
		Sub: lang.T("超过阶段时限即为停滞；来回跳动不重新计时", "beyond the stage's limit is stalled; moving back and forth does not reset it")}
	stages := a.stages()
	if len(stages) == 0 {
		return s, false
	}
	t := a.table(heads(lang.T("阶段", "Stage"), lang.T("已通过", "Through so far"), lang.T("进行中", "Open"), lang.T("进行中金额", "Open amount"), lang.T("停滞", "Stalled"), lang.T("停滞额", "Stalled amount"), lang.T("停滞中位天数", "Median days stalled")))
	for _, k := range stages {
		if !a.stands(k) {
			continue
		}
		stalled := a.number(a.vk("funnel.stalled", k))
		if v := a.vk("funnel.stalled", k); v != nil && v.OK && v.V > 0 {
			stalled.Tone = "warn"
		}
		t.Rows = append(t.Rows, row{"", []cell{{Text: a.keyText(k)}, a.number(a.vk("funnel.step_conversion", k)), a.number(a.vk("funnel.open", k)), a.number(a.vk("funnel.open_amount", k)), stalled,
			a.number(a.vk("funnel.stalled_amount", k)), a.number(a.vk("funnel.stalled_median_days", k))}})
	}
	s.Lead = a.funnelSentence().Lines
	t = trim(t)
	t.Wide = true
	if s.Tables = append(s.Tables, t); a.lean {
		return s, true
	}
	days, skips := table{}, table{}
	if f, ok := a.daysInStage(); ok {
		s.Figures = append(s.Figures, f)
	} else if all, _ := a.stays(); len(all) > 0 {
		days = a.daysTable(all)
	}
	if f, ok := a.detours(); ok {
		s.Figures = append(s.Figures, f)
	} else {
		skips = a.skips()
	}
	for _, t := range append([]table{days, skips}, a.funnelFacts()...) {
		if len(t.Rows) > 0 {
			s.Tables = append(s.Tables, t)
		}
	}
	return s, true
}

// stands reports whether deals can stand in a stage: in one that closes them none
// does, and its row would be dashes.
func (a at) stands(stage string) bool {
	for _, m := range []string{"funnel.open", "funnel.open_amount", "funnel.stalled"} {
		if a.vk(m, stage) != nil {
			return true
		}
	}
	return false
}

// activityGroups name stretches of the family, in the order of the definitions,
// each from its first metric on.
var activityGroups = []struct {
	from string
	name lang.Text
}{
	{"activity.days_on_standard", lang.T("拜访标准", "Standards of visiting")},
	{"activity.same_day_entry", lang.T("录入与抽检", "Entry and audits")},
	{"activity.visited_grades", lang.T("客户分级与新客户", "Grades and prospects")},
	{"activity.lead_sla", lang.T("线索与客户池", "Leads and pools")},
	{"activity.no_signing_two_months", lang.T("团队与辅导", "Team and coaching")},
	{"activity.rep_turnover", lang.T("人员与分工", "People and coverage")},
}

// activitySection shows what people did and whether it can be believed: every
// metric of the family, in the order of the definitions.
func activitySection(a at) (section, bool) {
	s := section{ID: "activity", Short: lang.T("活动", "Activity"), Title: lang.T("活动与真实性", "Activity and truth"),
		Sub: lang.T("拜访标准、录入、抽检、线索、客户池、辅导", "visit standards, entry, audits, leads, pools, coaching"), Cols: true}
	if a.lean {
		return s, false
	}
	groups, at := make([][]string, len(activityGroups)), 0
	for _, d := range a.d.Definitions {
		if family(d.ID) != "activity" {
			continue
		}
		if at+1 < len(groups) && d.ID == activityGroups[at+1].from {
			at++
		}
		groups[at] = append(groups[at], d.ID)
	}
	for i, ids := range groups {
		if t := a.facts(ids...); len(t.Rows) > 0 {
			t.Caption = activityGroups[i].name
			s.Tables = append(s.Tables, t)
		}
	}
	return s, len(s.Tables) > 0
}

// funnelFacts are what there is of deals, and how fast and surely they close.
func (a at) funnelFacts() []table {
	return []table{a.facts("funnel.open", "funnel.open_amount", "funnel.won", "funnel.won_amount", "funnel.lost"),
		a.facts("funnel.win_rate_count", "funnel.win_rate_value", "funnel.cycle_median_days", "funnel.velocity_per_day", "funnel.coverage", "funnel.overdue_share")}
}

// delta2 is a delta that is shown only where both sides rest on something.
func (a at) delta2(v, ref *snapshot.Value) (lang.Text, float64, bool) {
	if v == nil || ref == nil || v.Den == 0 || ref.Den == 0 {
		return lang.Text{}, 0, false
	}
	return a.delta(v, ref)
}

// trim drops columns without any number, in place; the first stays.
func trim(t table) table {
	n := 0
	for i := range t.Heads {
		if i > 0 && !slices.ContainsFunc(t.Rows, func(r row) bool { return !r.Cells[i].blank() }) {
			continue
		}
		if n < i {
			t.Heads[n] = t.Heads[i]
			for _, r := range t.Rows {
				r.Cells[n] = r.Cells[i]
			}
		}
		n++
	}
	t.Heads = t.Heads[:n]
	for i := range t.Rows {
		t.Rows[i].Cells = t.Rows[i].Cells[:n]
	}
	return t
}

// blank reports whether a cell has no number, text or drawing.
func (c *cell) blank() bool {
	return c.Draw == "" && (c.Text.ZH == "" || c.Text.ZH == lang.NoData)
}

// link is a cell that names a scope and leads to its page.
func (x *index) link(s *snapshot.Scope) cell {
	c := cell{Text: x.name(s), Plain: true}
	if x.links[s.ID] {
		c.Href = "#" + x.anchors[s.ID]
	}
	return c
}

func renewalSection(a at) (section, bool) {
	s := section{ID: "renewals", Cols: true, Short: lang.T("续约", "Renewals"), Title: lang.T("到期与续约", "Expiry and renewal"), Sub: lang.T("按到期日归集；待定给出上下界", "by expiry date; what is pending gives bounds")}
	due := a.v("renewal.due")
	if due == nil && a.first("renewal.nrr", "renewal.arr") == nil {
		return s, false
	}
	s.Lead = a.renewalSentence().Lines
	parts := []part{
		{lang.T("已续", "Renewed"), a.plain(a.v("renewal.renewed")), real(a.v("renewal.renewed")).v, "f-ok"},
		{lang.T("待定", "Pending"), a.plain(a.v("renewal.pending")), real(a.v("renewal.pending")).v, "f-s2"},
		{lang.T("流失", "Churned"), a.plain(a.v("renewal.churned")), real(a.v("renewal.churned")).v, "f-bad"},
	}
	if f := stack(lang.T("到期合同的去向", "What became of the contracts due"), parts); f.Draw != "" {
		s.Figures = append(s.Figures, f)
	}
	t := a.facts("renewal.due", "renewal.renewed", "renewal.pending", "renewal.churned", "renewal.reactivated", "renewal.due_acv", "renewal.renewed_acv", "renewal.pending_acv")
	rates := a.table(heads(lang.T("比率", "Rate"), hn(), lang.T("上下界", "Bounds"), hc()))
	for _, m := range []string{"renewal.logo_rate", "renewal.contract_rate", "renewal.gross_rate", "renewal.gross_rate_capped", "renewal.net_rate", "renewal.nrr", "renewal.grr", "renewal.logo_retention"} {
		v := a.v(m)
		if v == nil {
			continue
		}
		b := cell{}
		switch {
		case v.Bounds != nil:
			b.Text = a.interval(v, v.Bounds)
		case v.CI != nil && v.OK:
			b.Text = a.interval(v, v.CI)
		}
		rates.Rows = append(rates.Rows, row{"", []cell{{Text: a.title(m), Href: a.definition(m)}, a.number(v), b, a.past(m, "")}})
	}
	if !a.lean || len(s.Figures) == 0 {
		s.Tables = append(s.Tables, t)
	}
	if len(rates.Rows) > 0 {
		s.Tables = append(s.Tables, trim(rates))
	}
	if a.lean {
		return s, true
	}
	for _, t := range []table{a.expiryCohorts(), a.aheadTable()} {
		if len(t.Rows) > 0 {
			s.Tables = append(s.Tables, t)
		}
	}
	if f, ok := a.revenueBridge(); ok {
		s.Figures = append(s.Figures, f)
	}
	return s, true
}

func stack(t lang.Text, parts []part) figure {
	f := figure{Caption: t, Draw: stacked(t, parts)}
	for _, p := range parts {
		f.Legend = append(f.Legend, key{p.class, lang.Join(p.name, lang.Same(" "), p.figure)})
	}
	return f
}

// byKey is a table of a metric by its keys.
func (a at) byKey(metric string, caption lang.Text) table {
	t := table{Caption: caption, Running: a.running, Heads: heads(a.title(metric), hn(), hc())}
	for _, k := range a.keys[metric] {
		if v := a.vk(metric, k); v != nil {
			t.Rows = append(t.Rows, row{"", []cell{{Text: a.keyText(k)}, a.number(v), a.past(metric, k)}})
		}
	}
	return trim(t)
}

// sumKeys is the value without a key, or the keyed ones added up: stages share
// no deal, so their counts and amounts add.
func sumKeys(a at, metric string) *snapshot.Value {
	if v := a.v(metric); v != nil {
		return v
	}
	var sum *snapshot.Value
	for _, k := range a.keys[metric] {
		v := a.vk(metric, k)
		if v == nil || !v.OK || v.Den != 1 {
			continue
		}
		if sum == nil {
			c := *v
			c.Key, c.CI, c.Bounds = "", nil, nil
			sum = &c
			continue
		}
		sum.Num, sum.V, sum.N, sum.Final = sum.Num+v.Num, sum.V+v.V, sum.N+v.N, sum.Final && v.Final
	}
	return sum
}
