package team

import "crmreport/metrics/measure"

// Metric ids of who is there.
const (
	turnoverID   = "activity.rep_turnover"
	curveID      = "activity.signings_by_tenure"
	firstVisitID = "activity.first_visit_days"
	inRangeID    = "activity.assigned_in_range"
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
	return []measure.Definition{turnover, curve}
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
