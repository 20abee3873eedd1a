package renewal

import "crmreport/metrics/measure"

// warningDefinitions are those of the early warning (4.3) and of where visits
// go (6.1).
func warningDefinitions() []measure.Definition {
	return []measure.Definition{
		{ID: warningLights, Revision: 1, Kind: measure.Count, Unit: measure.UnitCustomers, Better: measure.Down,
			Title: measure.Text{ZH: "流失预警灯", EN: "Churn warning lights"},
			Meaning: measure.Text{ZH: "截止日有在服务中或待定合同的客户中，至少一盏灯亮的客户数，计入截止日的负责人。六盏灯各有明确规则，不打黑箱分：light=purchases_down 近 90 天开票额不到前 90 天的 0.7（无发票表时看签约额；前 90 天为 0 则不适用）；complaints_up 近 90 天投诉多于前 90 天；overdue_30 有逾期超过 30 天的分期；no_contact 60 天内没有有效拜访；owner_changed 近 90 天换了负责人；no_renewal_task 90 天内到期或在宽限期内的待定合同没有进行中的续签商机。缺数据的灯为灰（state=grey），不算未亮。score= 为亮灯数。",
				EN: "Customers with at least one light on, of those with a contract in force or pending on the as-of day, under the owner of that day. Six stated rules, no hidden score. light=purchases_down: invoiced in the last 90 days less than 0.7 of the 90 before (signed, without an invoices table; not applicable where the 90 before are 0); complaints_up: more complaints in the last 90 days than in the 90 before; overdue_30: an instalment more than 30 days past due; no_contact: no valid visit in 60 days; owner_changed: another owner since less than 90 days; no_renewal_task: a pending contract that ends within 90 days or is in grace, and no open renewal deal. A light with missing data is grey (state=grey), not off. score= is the number of lights on."},
			Formula: measure.Text{ZH: "亮灯客户数；score = 亮灯数", EN: "customers with the light on; score = number of lights"},
			Rulings: "4.3, R-4.17, S3-02"},
		{ID: atRisk, Revision: 1, Kind: measure.Count, Unit: measure.UnitCustomers, Better: measure.Down,
			Title:   measure.Text{ZH: "高风险客户", EN: "Customers at risk"},
			Meaning: measure.Text{ZH: "亮灯数达到 renewal.at_risk_lights（默认 2）的客户。", EN: "Customers with at least renewal.at_risk_lights lights on (2 unless configured)."},
			Formula: measure.Text{ZH: "亮灯数 ≥ 2 的客户数", EN: "customers with a score ≥ 2"},
			Rulings: "4.3, R-4.17"},
		{ID: atRiskOverdue, Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Down,
			Title: measure.Text{ZH: "高风险与流失客户的逾期金额", EN: "Overdue of customers at risk and churned"},
			Meaning: measure.Text{ZH: "高风险客户（customers=at_risk）与已流失客户（customers=churned：有流失合同，且截止日没有在服务中或待定的合同）的全部逾期金额，按截止日汇率，计入客户的负责人。应收指标计入签单人，因此同一团队的两数口径不同。",
				EN: "All that is overdue of customers at risk (customers=at_risk) and of those who have churned (customers=churned: some contract churned and none in force or pending on the as-of day), at the rates of that day, under the customer's owner. The receivables family credits the rep of the sale instead."},
			Formula: measure.Text{ZH: "Σ 逾期金额", EN: "Σ overdue"},
			Rulings: "4.3, S3-01"},
		{ID: visitShareDue, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up,
			Title: measure.Text{ZH: "用于即将到期客户的拜访占比", EN: "Visits spent on customers up for renewal"},
			Meaning: measure.Text{ZH: "期内有效拜访中，拜访对象在截止日后 90 天内有在服务中合同到期、尚未续签的比例。同一人同一天对同一客户只计一次，电话与线上不计。与 renewal.acv_share_due 对照。",
				EN: "Of the valid visits of the period, the share paid to customers of whom a contract in force ends within 90 days of the as-of day and is not renewed yet. One rep's rows of one customer and day are one visit; phone and online contacts are none. To be read against renewal.acv_share_due."},
			Formula: measure.Text{ZH: "对即将到期客户的有效拜访 ÷ 有效拜访", EN: "valid visits to customers up for renewal ÷ valid visits"},
			Rulings: "S0-08, R-1.1, R-1.3, R-1.35"},
		{ID: acvShareDue, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Neither,
			Title: measure.Text{ZH: "即将到期金额占比", EN: "Share of ACV up for renewal"},
			Meaning: measure.Text{ZH: "截止日在服务中的年化金额里，90 天内到期、尚未续签的部分。",
				EN: "Of the ACV in force on the as-of day, the part of contracts that end within 90 days and are not renewed yet."},
			Formula: measure.Text{ZH: "90 天内到期的 ACV ÷ 在服务中的 ACV", EN: "ACV ending within 90 days ÷ ACV in force"},
			Rulings: "S0-08, R-4.22, R-4.24"},
	}
}
