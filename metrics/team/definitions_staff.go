package team

import "crmreport/metrics/measure"

// Metric ids of who is there.
const (
	turnoverID   = "activity.rep_turnover"
	curveID      = "activity.signings_by_tenure"
	firstVisitID = "activity.first_visit_days"
	inRangeID    = "activity.assigned_in_range"
	headsID      = "activity.average_heads"
	perHeadID    = "activity.sales_per_head"
	marginID     = "activity.margin_rate"
	movedID      = "activity.moved_signed"
)

func staffDefinitions() []measure.Definition {
	turnover := define(turnoverID, measure.Ratio, measure.UnitPercent, measure.Down,
		text("销售离职率", "Rep turnover"),
		text("本期离职的销售人数，除以期初与期末（或截止日）在岗人数的平均。按离职当日所在团队。", "Sellers whose last day lies in the period, by the average of those with a seat on its first day and on its last, or the as-of day. Who left counts in the unit of the last day."),
		text("2 × 离职人数 ÷（期初人数 + 期末人数）", "2 × leavers ÷ (heads at the start + heads at the end)"), "S1-20")
	turnover.Seats = true
	curve := define(curveID, measure.Ratio, measure.Unit{Text: text("签约/人月", "signings per rep-month")}, measure.Up,
		text("司龄产能", "Signings by tenure"),
		text("本期在岗销售每人月（30 个在岗自然日）的签约数，按签约当日入职满几个月分段；入职日未知的不计。", "Signings per 30 calendar days of a seat in the period, by the months since being hired on that day; reps of whom it is not known are left out."),
		text("30 × 该段签约 ÷ 该段在岗日", "30 × signings of the band ÷ days of seats of the band"), "R-1.7, R-1.11, section 6 (attrition)")
	curve.Seats = true
	heads := define(headsID, measure.Ratio, unitReps, measure.Neither,
		text("平均在岗销售", "Average heads"),
		text("本期（截至截止日）平均每个自然日在岗的销售人数；中途来去的按天计。", "Sellers with a seat on an average calendar day of the period so far; who came or went in between counts by the day."),
		text("在岗自然日 ÷ 期内自然日", "calendar days of seats ÷ calendar days of the period"), "R-0.3, S0-36")
	heads.Seats = true
	per := define(perHeadID, measure.Amount, measure.UnitMoney, measure.Up,
		text("人均签约额", "Sales per head"),
		text("本期签约额（新签、续签、增购）按平均在岗销售人数平均；没有人在岗则没有数。扣除房租水电等固定成本后的贡献没有数据：需要费用表 costs（单位、期间、金额）。", "The contract value of the period, new, renewal and expansion, by the average of the sellers with a seat; with nobody there is no number. What it contributes after fixed cost is not known: that takes a table costs (unit, period, amount)."),
		text("签约额 ÷ 平均在岗销售", "contract value ÷ average heads"), "R-3.4, R-5.20, S0-36, S3-28")
	per.Seats, per.Of = true, []string{"forecast.actual", headsID}
	return []measure.Definition{turnover, curve, heads, per}
}

func marginDefinitions() []measure.Definition {
	v := define(marginID, measure.Ratio, measure.UnitPercent, measure.Up,
		text("签约毛利率", "Margin of what was signed"),
		text("本期签约、写明毛利的合同（任何类型，作废除外）的毛利占不含税金额之比；没有不含税金额的按合同额。没写毛利的合同不计并加标记。分成按份额，按签约日汇率。", "Margin of the contracts signed in the period that state one, of any type, void ones aside, over their amount without VAT, or as it is where that is not stated. Contracts without a margin are left out and flagged. Shared credit by its shares, at the rate of the sign date."),
		text("Σ 毛利 ÷ Σ 不含税金额", "Σ margin ÷ Σ amount without VAT"), "R-5.20, R-1.11, S3-27, S3-28")
	v.Amounts = true
	return []measure.Definition{v}
}

func movedDefinitions() []measure.Definition {
	v := define(movedID, measure.Amount, measure.UnitMoney, measure.Neither,
		text("调动前后签约额", "Signed before and after a move"),
		text("本期调到另一区域的销售，调动前两个月（when=before）与调动后两个月（when=after）的签约额，记在新单位。后两个月未满的待定，前两个月早于首份合同记录的不计。这不是因果。", "What the sellers who moved to another area in the period signed in the two months before (when=before) and after (when=after), with the unit they moved to. A move whose two months run is pending; one whose months before begin earlier than the first contract on record is left out. A comparison, not a cause."),
		text("Σ 调动销售前（后）两个月的签约额", "Σ contract value of the movers in the two months before (after)"), "R-0.3, R-3.4, R-5.20, S0-38")
	v.Past = true
	return []measure.Definition{v}
}

func newcomerDefinitions() []measure.Definition {
	return []measure.Definition{define(firstVisitID, measure.Score, measure.UnitDays, measure.Neither,
		text("入职到首访天数（中位数）", "Days from hire to first visit, median"),
		text("本期入职的销售从入职日到首次拜访的天数中位数（Kaplan–Meier）：还没拜访的在截止日或离职日删失。培训太短就上岗，往往留不住人。", "Median days from being hired to the first visit of the sellers hired in the period, by Kaplan–Meier: who has not visited yet is censored on the as-of day or the last day. A training too short does not keep people."),
		text("生存曲线首次 ≤ 50% 的天数", "days at which the survival curve first is at or below 50 %"), "R-1.23, R-1.24, S0-19")}
}

func assignedDefinitions() []measure.Definition {
	v := define(inRangeID, measure.Ratio, measure.UnitPercent, measure.Up,
		text("日分配线索达标率", "Days with enough leads assigned"),
		text("销售在岗工作日中，当天分到 30 到 50 条线索的比例（含两端）。", "Of the working days of sellers in a seat, the share on which they were assigned 30 to 50 leads, both included."),
		text("当天分到 30~50 条的人天 ÷ 在岗工作日", "rep-days with 30 to 50 leads ÷ working days of seats"), "R-6.6, S1-14")
	v.Seats = true
	return []measure.Definition{v}
}
