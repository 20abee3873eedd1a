package metrics

import (
	"strings"

	"crmreport/metrics/measure"
)

// flags say in both languages what the words on a value mean.
var flags = map[string]measure.Text{
	"above_rule":        {ZH: "优于黄金法则：区间完全在法则的一侧", EN: "better than the golden rule: the whole interval is on that side"},
	"below_rule":        {ZH: "低于黄金法则：区间完全在法则的一侧", EN: "below the golden rule: the whole interval is on that side"},
	"alarm":             {ZH: "超出警戒线", EN: "beyond the alarm limit"},
	"amount_unknown":    {ZH: "有金额未知，上限未定", EN: "an amount is unknown: the range has no upper end"},
	"duplicate_instant": {ZH: "同一时刻有多次提交", EN: "several submissions at one instant"},
	"immature":          {ZH: "未成熟：仍有未决个案", EN: "immature: cases are still pending"},
	"left_out":          {ZH: "有个案不计入", EN: "some cases are left out"},
	"missing_forecast":  {ZH: "有人未提交预测", EN: "somebody submitted no forecast"},
	"new_only":          {ZH: "只与新签相比", EN: "new contracts only"},
	"no_amount":         {ZH: "有个案没有金额，未计入", EN: "cases without an amount are left out"},
	"no_valid_visits":   {ZH: "有签单而无有效拜访", EN: "signings without a valid visit"},
	"not_bounded":       {ZH: "拒绝行的影响无法界定", EN: "what the rejected rows could make of it has no bound"},
	"not_by_rep":        {ZH: "有预测由他人代交", EN: "a forecast was submitted by somebody else"},
	"not_causal":        {ZH: "对比不等于因果", EN: "a comparison, not a cause"},
	"partial":           {ZH: "有部分续约的客户", EN: "customers renewed in part"},
	"partial_target":    {ZH: "有下级没有目标", EN: "some below have no target"},
	"pending":           {ZH: "待定：结果尚未出现", EN: "pending: the outcome is not there yet"},
	"renewal_only":      {ZH: "只与续签相比", EN: "renewals only"},
	"restated":          {ZH: "已重述：期末后有合同作废或拜访品控不合格", EN: "restated: after the period ended contracts were voided or visits failed their audit"},
	"too_few":           {ZH: "个案太少，不作判断", EN: "too few cases for a verdict"},
	"zero_actual":       {ZH: "实际为零", EN: "nothing was signed"},
	"zero_case":         {ZH: "有一侧为零：取极限值", EN: "a side is zero: the limit is taken"},

	// of conversion and pace
	"advance_pending":          {ZH: "待定：商机仍可能推进", EN: "pending: a deal may still advance"},
	"ahead":                    {ZH: "超前：区间完全高于应完成", EN: "ahead: the whole interval is above what is due"},
	"behind":                   {ZH: "落后：区间完全低于应完成", EN: "behind: the whole interval is below what is due"},
	"company_rate":             {ZH: "按全公司转化", EN: "by the company's conversion"},
	"curve":                    {ZH: "按历史曲线", EN: "by the usual course of a period"},
	"golden_rule":              {ZH: "按黄金法则", EN: "by the golden rule"},
	"history_short":            {ZH: "期初之前的记录不足以覆盖签约时滞", EN: "the records before the period do not reach back over the lag"},
	"linear":                   {ZH: "按工作日均摊", EN: "spread evenly over the working days"},
	"missed":                   {ZH: "未达成，已无剩余工作日", EN: "missed: no working day remains"},
	"no_detectable_difference": {ZH: "看不出差异", EN: "no detectable difference"},
	"not_reached":              {ZH: "尚未达到", EN: "not reached yet"},
	"own_rate":                 {ZH: "按自己的转化", EN: "by its own conversion"},
	"reached":                  {ZH: "已达成", EN: "reached"},
	"window_beyond_follow_up":  {ZH: "跟踪时间短于窗口", EN: "nobody was followed for the whole window"},

	// of the funnel
	"cash_from_invoices": {ZH: "回款取自商机合同的账单与收款：阶段历史没有回款", EN: "cash by the invoices and payments of the deals' contracts: the stage history has none"},
	"lowest":             {ZH: "通过率最低的一步，但区间与其他步重叠，不作判断", EN: "the step that lets the smallest share through; intervals overlap, so no verdict"},
	"weakest":            {ZH: "漏得最多的一步：区间低于其他各步", EN: "the step that leaks most: its interval is below every other"},
}

// Says tells what a flag of a value means; a word without an entry is shown as
// it is.
func Says(flag string) measure.Text {
	if t, ok := flags[flag]; ok {
		return t
	}
	plain := strings.ReplaceAll(flag, "_", " ")
	return measure.Text{ZH: plain, EN: plain}
}
