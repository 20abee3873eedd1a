package team

import "crmreport/metrics/measure"

// Metric ids of reviews and boards.
const (
	reviewID = "activity.reviews_tonight"
	changeID = "activity.rate_change"
)

// unitRate is the unit of signings per valid visit.
var unitRate = measure.Unit{Text: text("签约/有效拜访", "signings per valid visit")}

// listsOnly are the definitions of a part that has lists alone.
func listsOnly() []measure.Definition { return nil }

func reviewDefinitions() []measure.Definition {
	v := define(reviewID, measure.Count, unitReps, measure.Neither,
		text("今晚必过日预测的销售", "Day forecasts to go through tonight"),
		text("截止日（休息日则为之前最近一个工作日）没完成日预测（签约额低于预测减容差），或下一工作日预测不低于本人最近 20 个工作日日预测的上四分位（且大于 0）的在岗销售；每人只计一次，原因可重叠。还没报下一工作日预测的另列（no_forecast），不计入总数。不足 5 个日预测的不判断高低。", "Sellers who missed the day forecast of the as-of day, or of the last working day before it, by more than the tolerance, or whose forecast of the next working day is at or above the upper quartile of their own of the last 20 working days, and above 0. A person counts once in the total; the reasons may overlap. Who has not said anything of the next day is told apart (no_forecast), outside the total. Of fewer than 5 day forecasts nobody says what is high."),
		text("未完成当日预测 或 次日预测 ≥ 本人 P75（R-7 插值）", "missed the day, or next day ≥ own 75th percentile (R type 7)"), "R-3.1, R-3.8, S4-14")
	v.Seats = true
	return []measure.Definition{v}
}

func changeDefinitions() []measure.Definition {
	v := define(changeID, measure.Score, unitRate, measure.Up,
		text("签单率进步", "Change of the shrunken rate"),
		text("收缩后的签单率与上期同期之差，只看两段都至少有 20 次有效拜访的销售；本月与本季。差异可用偶然解释时注明看不出差异。", "The shrunken signings per valid visit less that of the comparable stretch before, of reps with 20 valid visits or more in both; of the month and the quarter. Where chance explains the differences between reps it says so."),
		text("本期收缩后签单率 − 上期收缩后签单率", "shrunken rate now − shrunken rate before"), "R-0.7, R-1.26, S0-39, S2-18")
	v.Peers = []string{"conversion.signings", "conversion.valid_visits"}
	return []measure.Definition{v}
}
