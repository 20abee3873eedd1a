package metrics

import (
	"maps"
	"slices"
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/activity"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// dataDefinitions are the counts of what was read (inputs.md, Conservation).
func dataDefinitions() []measure.Definition {
	count := func(id, zh, en, mzh, men string) measure.Definition {
		return measure.Definition{ID: id, Revision: 1, Kind: measure.Count, Unit: measure.UnitRows, Better: measure.Neither,
			Title: measure.Text{ZH: zh, EN: en}, Meaning: measure.Text{ZH: mzh, EN: men},
			Formula: measure.Text{ZH: "读取 = 采纳 + 重复 + 拒绝 + 跳过", EN: "read = accepted + duplicates + rejected + skipped"},
			Rulings: "R-0.1, R-0.9"}
	}
	share := count("data.rejected_share", "拒绝占比", "Share rejected", "该表被拒绝的行占读取行的比例。", "Rows of the table that were rejected, of the rows read.")
	share.Kind, share.Unit, share.Better = measure.Ratio, measure.UnitPercent, measure.Down
	share.Formula = measure.Text{ZH: "拒绝行数 ÷ 读取行数", EN: "rows rejected ÷ rows read"}
	rejected := count("data.rows_rejected", "拒绝行数", "Rows rejected", "有错误、未采用的行；逐行列在 rejects/ 中。", "Rows with a fault, not used; each is listed in rejects/.")
	rejected.Better = measure.Down
	return []measure.Definition{
		count("data.rows_read", "读取行数", "Rows read", "该表所有文件的数据行。", "Data rows of all files of the table."),
		count("data.rows_accepted", "采纳行数", "Rows accepted", "进入计算的行。", "Rows that the numbers rest on."),
		count("data.rows_duplicate", "重复行数", "Rows duplicated", "同一主键的重复行，只保留一行。", "Rows of a key that was there before; one is kept."),
		rejected,
		count("data.rows_skipped", "跳过行数", "Rows skipped", "空行、属于其他表的行、截止日之后的行。", "Blank rows, rows of another table, rows dated after the as-of day."),
		share,
		ifRejectedDefinition(),
	}
}

// dataValues sums the receipts of each table.
func dataValues(inputs []snapshot.Input, s measure.Slot) []measure.Value {
	byTable := map[string]snapshot.Input{}
	for _, i := range inputs {
		t := byTable[i.Table]
		t.Read += i.Read
		t.Accepted += i.Accepted
		t.Duplicates += i.Duplicates
		t.Rejected += i.Rejected
		t.Skipped += i.Skipped
		byTable[i.Table] = t
	}
	tables := make([]string, 0, len(byTable))
	for t := range byTable {
		tables = append(tables, t)
	}
	sort.Strings(tables)
	var out []measure.Value
	for _, t := range tables {
		i, key := byTable[t], "table="+t
		out = append(out,
			measure.NewCount("data.rows_read", s, i.Read).Keyed(key),
			measure.NewCount("data.rows_accepted", s, i.Accepted).Keyed(key),
			measure.NewCount("data.rows_duplicate", s, i.Duplicates).Keyed(key),
			measure.NewCount("data.rows_rejected", s, i.Rejected).Keyed(key),
			measure.NewCount("data.rows_skipped", s, i.Skipped).Keyed(key),
			measure.NewRatio("data.rejected_share", s, i.Rejected, i.Read).Keyed(key))
	}
	return out
}

// words names the words that keys and cells use.
func words(p crm.Pipeline, o Options) []snapshot.Word {
	var out []snapshot.Word
	add := func(id, zh, en string) {
		out = append(out, snapshot.Word{ID: id, Text: measure.Text{ZH: zh, EN: en}})
	}
	for _, s := range p.Stages {
		zh, en := s.ZH, s.EN
		if zh == "" {
			zh = s.ID
		}
		if en == "" {
			en = s.ID
		}
		add(s.ID, zh, en)
		out[len(out)-1].Limit = s.LimitDays
	}
	for _, w := range [][3]string{
		{"won", "赢单", "Won"}, {"lost", "输单", "Lost"}, {"void", "作废", "Void"}, {"collected", "已回款", "Collected"}, {"open", "进行中", "Open"},
		{"not_due", "未到期", "Not due"}, {"history", "历史曲线", "Usual course"},
		{"fraud", "恶意欺诈", "Fraud"}, {"quality", "质量争议", "Quality dispute"}, {"unwilling", "不愿支付", "Unwilling to pay"}, {"unclassified", "未分类", "Unclassified"},
		{"none", "无", "None"}, {"delivery_letter", "到货函", "Delivery notice"}, {"reminder", "催款函", "Dunning letter"}, {"overdue_notice", "逾期通知函", "Overdue notice"},
		{"new", "新签", "New"}, {"renewal", "续签", "Renewal"}, {"expansion", "增购", "Expansion"},
		{"pending", "待定", "Pending"}, {"in_grace", "宽限期内", "In grace"}, {"notice", "已通知不续", "Notice given"}, {"terminated", "提前终止", "Terminated"},
		{"expired", "到期未续", "Expired"}, {"renewed", "已续", "Renewed"}, {"churned", "流失", "Churned"}, {"churned_early", "提前流失", "Churned early"},
		{"start", "期初", "Start"}, {"reactivation", "重新激活", "Reactivation"}, {"contraction", "缩减", "Contraction"}, {"churn", "流失", "Churn"}, {"end", "期末", "End"},
		{"plan", "计划标准", "Plan"}, {"morning", "上午", "Morning"}, {"afternoon", "下午", "Afternoon"}, {"previous", "上期同期", "Previous period"},
		{"same_minute", "同一分钟多处拜访", "Same minute"}, {"too_many", "一天过多", "Too many a day"}, {"night", "夜间", "At night"},
		{"day_off", "非工作日", "Day off"}, {"copied_note", "复制的小记", "Copied note"}, {"daily_customer", "每日同一客户无进展", "Same customer daily"},
		{"in_sla", "及时", "In time"}, {"late", "超时跟进", "Late"}, {"overdue", "超时", "Overdue"}, {"overdue_reclaim_due", "应收回", "Due to be taken back"}, {"reclaimed", "已收回", "Taken back"},
		{"purpose", "目的", "Purpose"}, {"target", "对象", "Target"}, {"coached", "被陪访", "Coached"}, {"control", "对照", "Not coached"}, {"before", "之前", "Before"}, {"after", "之后", "After"},
		{"missed", "未完成当日预测", "Missed the day"}, {"high", "次日预测高", "High tomorrow"}, {"missed_high", "未完成且次日高", "Missed, and high tomorrow"}, {"no_forecast", "未报次日预测", "No forecast yet"}, {"missed_no_forecast", "未完成且未报次日", "Missed, no forecast yet"},
		{"first_ahead", "甲队领先", "First ahead"}, {"second_ahead", "乙队领先", "Second ahead"}, {"not_distinguishable", "看不出差异", "Not distinguishable"},
		{"hired", "入职", "Hired"}, {"unknown", "未知", "Unknown"}, {"yes", "是", "Yes"}, {"no", "否", "No"},
		{"supervisor", "主管", "Supervisor"}, {"area_manager", "区域经理", "Area manager"}, {"regional_manager", "大区经理", "Regional manager"}, {"head", "负责人", "Head"},
		{"early", "提前续约", "Early"}, {"on_time", "按时续约", "On time"}, {"not_renewable", "不可续约", "Not renewable"}, {"superseded", "中途替换", "Superseded"},
		{"purchases_down", "采购下降", "Purchases down"}, {"complaints_up", "投诉增加", "Complaints up"}, {"overdue_30", "逾期超过 30 天", "Overdue > 30 days"},
		{"no_contact", "60 天无有效接触", "No contact in 60 days"}, {"owner_changed", "负责人变更", "Owner changed"}, {"no_renewal_task", "到期无续约商机", "Expiry without a task"},
		{"on", "亮灯", "On"}, {"off", "未亮", "Off"}, {"grey", "缺数据", "No data"}, {"at_risk", "高风险", "At risk"},
		{"customer", "按客户", "by customer"}, {"handed_up", "上报数", "of handed up"}, {"miss", "未提交计为未中", "missing counts as a miss"},
		{"naive", "照抄", "Naive"}, {"rep", "销售", "Rep"}, {"team", "组", "Team"}, {"area", "区域", "Area"}, {"region", "大区", "Region"}, {"company", "公司", "Company"}, {"total", "合计", "Total"},
		{"high_accurate", "又高又准", "High and accurate"}, {"high_inaccurate", "高而不准", "High, not accurate"}, {"accurate_low", "准而不高", "Accurate, not high"},
		{"inaccurate_low", "不高不准", "Neither high nor accurate"}, {"missing", "缺交", "Missing"}, {"no_reference", "无参照", "No reference"},
		{"signed", "签约", "Signed"}, {"payment", "回款", "Payment"}, {"refund", "退款", "Refund"}, {"write_off_outside_window", "超期核销", "Write-off outside the window"},
		{"no_rate", "无适用提成比例", "No rate in force"}, {"no_rep", "无签单人", "No rep"},
		{"splits_refused", "分成不足或超过 100%", "Splits are not 100 %"}, {"margin_missing", "无毛利", "No margin"}, {"no_exchange_rate", "无汇率", "No exchange rate"},
		{"cash_without_invoices", "回款制无发票", "Cash plan without invoices"}, {"manager_signed", "主管签单", "Signed by a manager"}, {"base_missing", "无不含税金额", "No amount ex VAT"},
		{"negative_base", "基数为负", "Negative base"}, {"write_off_exceeds_open", "核销超过未收", "Write-off above the open amount"}, {"currency_mismatch", "币种不一致", "Currencies differ"},
		{"term_missing", "无合同期限", "No term"}, {"void_undated", "作废无日期", "Voided without a date"},
		{"refund_exceeds_paid", "退款超过已收", "Refund above what was paid"}, {"reference_unknown", "单据引用不存在", "Unknown reference"},
		{"negative_adjustment", "调整金额为负", "Negative adjustment"}, {"due_date_missing", "无到期日", "No due date"}, {"disputed", "质量争议", "Quality dispute"},
		{"value", "按金额", "By value"}, {"other", "其他", "Other"},
		{"later", "更晚", "Later"}, {"created", "新建", "Created"}, {"reopened", "重开", "Re-opened"},
		{"grown", "增额", "Grown"}, {"shrunk", "减额", "Shrunk"}, {"pulled_in", "提前", "Pulled in"}, {"pushed_out", "推后", "Pushed out"},
		{"transferred", "转移", "Transferred"},
		{"early_stage", "早期介入", "Seen early"}, {"late_stage", "晚期介入", "Seen late"},
		{"advanced", "已推进", "Advanced"}, {"in_time", "在途未超时", "Open in time"},
		{"waits_for_payment", "待客户付款", "Waits for payment"}, {"carried_in", "上月结转", "Carried in"}, {"prior_period", "以前期间调整", "Prior period"}, {"deduction_cap", "扣款上限内未扣", "Left by the cap"}, {"carried_on", "结转下月", "Carried on"},
		{"met_role", "见面对象", "Whom the rep met"}, {"pitched", "讲过服务", "Service pitched"}, {"rejection", "拒绝情况", "How they answered"}, {"validity", "有效性三项", "All three of validity"},
		{"note", "小记", "Note"}, {"next_contact", "下次联系", "Next contact"}, {"planned", "是否有计划", "Planned or not"},
		{"first_contact", "首访", "First contact"}, {"follow_up", "跟进", "Follow-up"}, {"to_close", "促成", "To close"}, {"after_sales", "售后", "After sales"},
		{"A", "A 类", "A"}, {"B", "B 类", "B"}, {"C", "C 类", "C"}, {"ungraded", "未分级", "Not graded"},
		{"selection_unstated", "抽查方式未注明", "Selection not stated"}, {"random", "随机", "At random"}, {"targeted", "定向", "Targeted"},
		{"visits", "拜访量", "Visits"}, {"valid_visits", "有效拜访量", "Valid visits"},
		{needsCosts, "需要费用表", "Needs a table of costs"},
		{"write_off", "坏账核销", "Write-off"}, {"recovery", "坏账收回", "Recovery"}, {"credit_note", "红字/折让", "Credit note"},
	} {
		add(w[0], w[1], w[2])
	}
	conditions := activity.Words(o.Activity)
	for _, id := range slices.Sorted(maps.Keys(conditions)) {
		add(id, conditions[id].ZH, conditions[id].EN)
	}
	return out
}
