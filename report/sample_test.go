package report

import (
	"fmt"
	"sort"
	"strconv"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// sample is a small document made by hand: one company, two regions, three
// teams and four reps, with every family present. Its numbers are invented;
// the tests only look at how they are shown.
func sample() *snapshot.Document {
	d := &snapshot.Document{Tool: "crmreport 0.1.0", AsOf: "2025-03-09", Timezone: "Asia/Shanghai", Currency: "CNY", ConfigSHA256: "0123456789abcdef0123", Golden: 8, Tolerance: [2]int64{1, 10}}
	d.Scopes = []snapshot.Scope{
		{ID: "company", Level: "company", Name: "北方设备", Manager: "邓总"},
		{ID: "华东", Level: "region", Name: "华东", Parent: "company", Manager: "沈岚"},
		{ID: "华东/一组", Level: "team", Name: "一组", Parent: "华东", Manager: "何涛"},
		{ID: "r1", Level: "rep", Name: "赵磊", Parent: "华东/一组"},
		{ID: "r2", Level: "rep", Name: "周敏", Parent: "华东/一组"},
		{ID: "华东/二组", Level: "team", Name: "二组", Parent: "华东"},
		{ID: "r3", Level: "rep", Name: "李静", Parent: "华东/二组"},
		{ID: "华北", Level: "region", Name: "华北", Parent: "company"},
		{ID: "华北/三组", Level: "team", Name: "三组", Parent: "华北"},
		{ID: "r4", Level: "rep", Name: "马超", Parent: "华北/三组"},
	}
	cur := func(kind, name, start, last string, running bool) {
		d.Periods = append(d.Periods, snapshot.Period{Name: name, Kind: kind, Start: start, Last: last, Role: snapshot.RoleCurrent, Running: running})
	}
	cmp := func(kind, name, start, last string) {
		d.Periods = append(d.Periods, snapshot.Period{Name: name, Kind: kind, Start: start, Last: last, Role: snapshot.RoleComparable})
	}
	cur("week", "2025-W10", "2025-03-03", "2025-03-09", false)
	cmp("week", "2025-W09", "2025-02-24", "2025-03-02")
	cur("month", "2025-03", "2025-03-01", "2025-03-31", true)
	cmp("month", "2025-02~d5", "2025-02-01", "2025-02-07")
	cur("quarter", "2025-Q1", "2025-01-01", "2025-03-31", true)
	cmp("quarter", "2024-Q4~d44", "2024-10-01", "2024-12-05")
	cur("year", "2025", "2025-01-01", "2025-12-31", true)
	cmp("year", "2024~d44", "2024-01-01", "2024-03-07")
	for i := 1; i <= 12; i++ {
		d.Periods = append(d.Periods,
			snapshot.Period{Name: fmt.Sprintf("2025-W%02d", i-3), Kind: "week", Start: fmt.Sprintf("2025-%02d-01", i), Role: snapshot.RoleBefore},
			snapshot.Period{Name: fmt.Sprintf("2024-%02d", i), Kind: "month", Start: fmt.Sprintf("2024-%02d-01", i), Role: snapshot.RoleBefore})
	}
	d.Words = []snapshot.Word{{ID: "contact", Text: measure.Text{ZH: "接触客户", EN: "Contact"}}, {ID: "proposal", Text: measure.Text{ZH: "方案报价", EN: "Proposal"}},
		{ID: "closing", Text: measure.Text{ZH: "促成签约", EN: "Closing"}}, {ID: "quality", Text: measure.Text{ZH: "质量纠纷", EN: "Quality dispute"}}}
	def := func(id string, k measure.Kind, u measure.Unit, b measure.Better, zh, en string) {
		d.Definitions = append(d.Definitions, measure.Definition{ID: id, Revision: 1, Kind: k, Unit: u, Better: b, Title: measure.Text{ZH: zh, EN: en},
			Meaning: measure.Text{ZH: zh + "的含义。", EN: "What " + en + " means."}, Formula: measure.Text{ZH: "公式：" + zh, EN: "Formula of " + en}, Rulings: "R-0.5"})
	}
	def("conversion.visits", measure.Count, measure.UnitVisits, measure.Up, "拜访", "Visits")
	def("conversion.valid_visits", measure.Count, measure.UnitVisits, measure.Up, "有效拜访", "Valid visits")
	def("conversion.valid_share", measure.Ratio, measure.UnitPercent, measure.Up, "有效占比", "Valid share")
	def("conversion.signings", measure.Count, measure.UnitSignings, measure.Up, "签约", "Signings")
	def("conversion.valid_per_signing", measure.Ratio, measure.UnitVisits, measure.Down, "每签约有效拜访", "Valid visits per signing")
	def("conversion.plan_visits", measure.Count, measure.UnitVisits, measure.Neither, "计划拜访", "Planned visits")
	def("conversion.plan_signings", measure.Ratio, measure.UnitSignings, measure.Neither, "计划签约", "Planned signings")
	def("conversion.effect_quantity", measure.Effect, measure.UnitSignings, measure.Up, "数量影响", "Effect of quantity")
	def("conversion.effect_quality", measure.Effect, measure.UnitSignings, measure.Up, "质量影响", "Effect of quality")
	def("conversion.effect_conversion", measure.Effect, measure.UnitSignings, measure.Up, "转化影响", "Effect of conversion")
	def("funnel.reached", measure.Count, measure.UnitDeals, measure.Up, "到达", "Reached")
	def("funnel.step_conversion", measure.Ratio, measure.UnitPercent, measure.Up, "通过率", "Step rate")
	def("funnel.drop_off", measure.Count, measure.UnitDeals, measure.Down, "未通过", "Drop-off")
	def("funnel.stalled", measure.Count, measure.UnitDeals, measure.Down, "停滞", "Stalled")
	def("funnel.stalled_amount", measure.Amount, measure.UnitMoney, measure.Down, "停滞金额", "Stalled amount")
	def("forecast.submitted", measure.Amount, measure.UnitMoney, measure.Neither, "预测", "Forecast")
	def("forecast.actual", measure.Amount, measure.UnitMoney, measure.Up, "签约额", "Signed amount")
	def("forecast.target", measure.Amount, measure.UnitMoney, measure.Neither, "目标", "Target")
	def("forecast.attainment", measure.Ratio, measure.UnitPercent, measure.Up, "达成率", "Attainment")
	def("forecast.deviation", measure.Ratio, measure.UnitPercent, measure.Neither, "偏差", "Deviation")
	def("forecast.hit_rate", measure.Ratio, measure.UnitPercent, measure.Up, "命中率", "Hit rate")
	def("forecast.participation", measure.Ratio, measure.UnitPercent, measure.Up, "提交率", "Participation")
	def("forecast.revised_accuracy", measure.Ratio, measure.UnitPercent, measure.Up, "逐周准确度", "Accuracy by week")
	def("forecast.smape", measure.Score, measure.UnitIndex, measure.Down, "对称误差", "sMAPE")
	def("renewal.due", measure.Count, measure.UnitContracts, measure.Neither, "到期", "Due")
	def("renewal.renewed", measure.Count, measure.UnitContracts, measure.Up, "已续", "Renewed")
	def("renewal.pending", measure.Count, measure.UnitContracts, measure.Neither, "待定", "Pending")
	def("renewal.churned", measure.Count, measure.UnitContracts, measure.Down, "流失", "Churned")
	def("renewal.logo_rate", measure.Ratio, measure.UnitPercent, measure.Up, "续约率", "Renewal rate")
	def("receivables.balance", measure.Amount, measure.UnitMoney, measure.Neither, "应收", "Balance")
	def("receivables.overdue", measure.Amount, measure.UnitMoney, measure.Down, "逾期应收", "Overdue")
	def("receivables.overdue_share", measure.Ratio, measure.UnitPercent, measure.Down, "逾期占比", "Overdue share")
	def("receivables.bucket", measure.Amount, measure.UnitMoney, measure.Down, "账龄", "Ageing")
	def("receivables.overdue_by_cause", measure.Amount, measure.UnitMoney, measure.Down, "逾期原因", "Overdue by cause")
	def("commission.accrued", measure.Amount, measure.UnitMoney, measure.Up, "计提佣金", "Accrued")
	def("commission.clawed_back", measure.Amount, measure.UnitMoney, measure.Down, "坏账扣回", "Clawed back")
	def("commission.payout", measure.Amount, measure.UnitMoney, measure.Up, "应付佣金", "Payable")
	def("activity.tomorrow", measure.Count, measure.UnitVisits, measure.Neither, "以后才有的指标", "A metric of tomorrow")

	names := map[string]bool{}
	var periods []snapshot.Period
	for _, p := range d.Periods {
		if !names[p.Name] {
			names[p.Name] = true
			periods = append(periods, p)
		}
	}
	kinds := map[string]measure.Kind{}
	for _, df := range d.Definitions {
		kinds[df.ID] = df.Kind
	}
	var values []snapshot.Value
	for pi, p := range periods {
		for si, s := range d.Scopes {
			if p.Role == snapshot.RoleBefore && s.Level == "rep" {
				continue
			}
			w := int64(40 - 3*si + pi%5)
			add := func(metric, key string, num, den int64) *snapshot.Value {
				v := snapshot.Value{Metric: metric, Scope: s.ID, Period: p.Name, Key: key, Num: num, Den: den, N: den, Final: !p.Running}
				if den != 0 {
					v.V, v.OK = float64(num)/float64(den), true
				}
				if kinds[metric] == measure.Amount {
					v.Currency = "CNY"
				}
				if kinds[metric] == measure.Count || kinds[metric] == measure.Amount {
					v.N = num
				}
				values = append(values, v)
				return &values[len(values)-1]
			}
			real := func(metric, key string, x float64) {
				values = append(values, snapshot.Value{Metric: metric, Scope: s.ID, Period: p.Name, Key: key, V: x, OK: true, Final: !p.Running})
			}
			sign := w / 6
			if s.ID == "r4" {
				sign = 0
			}
			add("conversion.visits", "", w*30, 1)
			add("conversion.valid_visits", "", w*9, 1)
			add("conversion.valid_share", "", w*9, w*30)
			add("conversion.signings", "", sign, 1)
			vps := add("conversion.valid_per_signing", "", w*9, sign)
			lo, hi := 0.8*float64(w*9)/float64(max(sign, 1)), 1.3*float64(w*9)/float64(max(sign, 1))
			if sign > 0 {
				vps.CI = &[2]snapshot.Bound{&lo, &hi}
				vps.Flags = []string{"below_rule"}
			} else {
				vps.CI = &[2]snapshot.Bound{&lo, nil}
				vps.Flags = []string{"zero_case"}
			}
			vps.Method = "garwood"
			add("conversion.plan_visits", "", w*32, 1)
			add("conversion.plan_signings", "", w, 1)
			gap := float64(sign - w)
			real("conversion.effect_quantity", "base=plan", gap*0.2)
			real("conversion.effect_quality", "base=plan", -gap*0.1)
			real("conversion.effect_conversion", "base=plan", gap*0.9)
			for i, st := range []string{"contact", "proposal", "closing"} {
				n := w * int64(6-2*i)
				add("funnel.reached", "stage="+st, n, 1)
				add("funnel.step_conversion", "stage="+st, n-w*2, n)
				add("funnel.drop_off", "stage="+st, w*2, 1)
				add("funnel.stalled", "stage="+st, int64(i), 1)
				add("funnel.stalled_amount", "stage="+st, int64(i)*w*1_000_000, 1)
			}
			add("forecast.submitted", "", w*1_100_000_00, 1)
			add("forecast.actual", "", w*1_000_000_00, 1)
			add("forecast.target", "", w*1_200_000_00, 1)
			add("forecast.attainment", "", w*10, w*12)
			add("forecast.deviation", "", -w, w*11)
			add("forecast.hit_rate", "", 0, 0)
			hits := add("forecast.hit_rate", "last=6", 4, 6)
			hl, hh := 0.3, 0.9
			hits.CI, hits.Final = &[2]snapshot.Bound{&hl, &hh}, true
			add("forecast.hit_rate", "horizon=day", 7, 9)
			add("forecast.hit_rate", "horizon=day,missing=miss", 7, 10)
			add("forecast.participation", "horizon=day", 9, 10)
			real("forecast.smape", "", 0.123)
			for k := 0; k < 6 && p.Kind == "month" && !p.Running; k++ {
				add("forecast.revised_accuracy", "week="+strconv.Itoa(k), 50+w+int64(k), 100)
			}
			add("renewal.due", "", 20, 1)
			add("renewal.renewed", "", 12, 1)
			add("renewal.pending", "", 5, 1)
			add("renewal.churned", "", 3, 1)
			r := add("renewal.logo_rate", "", 12, 20)
			rl, rh := 0.6, 0.85
			r.Bounds, r.Final = &[2]snapshot.Bound{&rl, &rh}, false
			add("receivables.balance", "", w*500_000_00, 1)
			add("receivables.overdue", "", w*90_000_00, 1)
			add("receivables.overdue_share", "", 9, 50)
			for i, b := range []string{"not_due", "1-30", "31-60", "61-90", "91-180", ">180"} {
				add("receivables.bucket", "bucket="+b, w*1_000_000*int64(8-i), 1)
			}
			add("receivables.overdue_by_cause", "cause=quality", w*30_000_00, 1)
			add("commission.accrued", "", w*30_000_00, 1)
			add("commission.clawed_back", "", w*2_000_00, 1)
			add("commission.payout", "", w*28_000_00, 1)
			add("activity.tomorrow", "", 7, 1)
		}
	}
	sortValues(values)
	d.Values = snapshot.ValuesOf(values)
	d.Inputs = []snapshot.Input{{Table: "visits", File: "visits.csv", Encoding: "utf-8", Read: 1200, Accepted: 1190, Duplicates: 4, Rejected: 3, Skipped: 3, FutureRows: 2, Newest: "2025-03-09",
		Problems: []snapshot.Problem{{Code: "not_a_date", Column: "start_at", Example: "32/13/2025", Expected: "2025-03-09", Line: 41, Count: 3, Rejects: true}}},
		{Table: "contracts", File: "contracts.csv", Encoding: "gb18030", Read: 99, Accepted: 99, Newest: "2025-03-08"}}
	d.Missing = []string{"adjustments", "audits", "telemetry"}
	d.Warnings = []snapshot.Warning{{Code: "unassigned", N: 3, Text: measure.Text{ZH: "有拜访的人不在名册里", EN: "visits by people who are not in the roster"}}}
	overdue := snapshot.List{ID: "receivables.overdue_customers", Metric: "receivables.overdue", Title: measure.Text{ZH: "逾期客户", EN: "Overdue customers"},
		Columns: []measure.Column{{Title: measure.Text{ZH: "客户", EN: "Customer"}, Kind: measure.CellText}, {Title: measure.Text{ZH: "销售", EN: "Rep"}, Kind: measure.CellScope},
			{Title: measure.Text{ZH: "金额", EN: "Amount"}, Kind: measure.CellMoney}, {Title: measure.Text{ZH: "到期日", EN: "Due"}, Kind: measure.CellDate}, {Title: measure.Text{ZH: "占比", EN: "Share"}, Kind: measure.CellShare}, {Title: measure.Text{ZH: "原因", EN: "Cause"}, Kind: measure.CellWord}}}
	for i := range 25 {
		overdue.Rows = append(overdue.Rows, snapshot.Row{Scopes: []string{"r1", "华东/一组", "华东", "company"},
			Cells: []measure.Cell{{Text: fmt.Sprintf("客户 %02d", i)}, {Text: "r1"}, {Num: int64(1_000_000_00 - i*12345)}, {Num: 20100 + int64(i)}, {Num: 1, Den: 3}, {Text: "quality"}}})
	}
	d.Lists = []snapshot.List{overdue, {ID: "activity.some_list_of_tomorrow", Title: measure.Text{ZH: "以后才有的名单", EN: "A list of tomorrow"},
		Columns: []measure.Column{{Title: measure.Text{ZH: "名称", EN: "Name"}, Kind: measure.CellText}},
		Rows:    []snapshot.Row{{Scopes: []string{"company"}, Cells: []measure.Cell{{Text: "甲"}}}}}}
	return d
}

// sortValues brings values into the order of a document.
func sortValues(values []snapshot.Value) {
	sort.SliceStable(values, func(i, j int) bool {
		a, b := values[i], values[j]
		if a.Metric != b.Metric {
			return a.Metric < b.Metric
		}
		return a.Scope+"\x00"+a.Period+"\x00"+a.Key < b.Scope+"\x00"+b.Period+"\x00"+b.Key
	})
}
