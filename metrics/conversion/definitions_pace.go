package conversion

import "crmreport/metrics/measure"

// paceDefinitions are the metrics of every measure that may have targets.
func paceDefinitions() []measure.Definition {
	var all []measure.Definition
	for i, text := range []struct{ zh, en string }{{"拜访", "visits"}, {"有效拜访", "valid visits"}, {"签单", "signings"}} {
		all = append(all, paces[i].definitions(text.zh, text.en)...)
	}
	return all
}

// What the usual course of a period changes.
const (
	zhCurve = "“curve=history” 按历史曲线：最近 6 个已结束同类期间、全公司到同一工作日完成比例的中位数。"
	enCurve = " Under curve=history it goes by the usual course of a period instead: the median share that the company had by the same working day of the last 6 closed periods."
)

func (x paced) definitions(zh, en string) []measure.Definition {
	unit := measure.UnitVisits
	meaning := measure.Text{ZH: "实际" + zh + "与按工作日截至报表日应完成数之比，1 为刚好，大于 1 为超前。工作日按所在大区的日历，含调休；报表日算已过。拜访没有随机区间，不作落后判定。" + zhCurve, EN: "Actual " + en + " against the target's share of the working days gone by; 1 is on pace. Days follow the calendar of the region, make-up weekends included; the as-of day has gone by. Visits are no matter of chance: there is no interval and no verdict." + enCurve}
	if x.poisson {
		unit = measure.UnitSignings
		meaning = measure.Text{ZH: "实际" + zh + "与按工作日截至报表日应完成数之比，1 为刚好，大于 1 为超前。工作日按所在大区的日历，含调休；报表日算已过。区间为精确泊松区间；整个区间低于 1 才判为落后。" + zhCurve, EN: "Actual " + en + " against the target's share of the working days gone by; 1 is on pace. Days follow the calendar of the region, make-up weekends included; the as-of day has gone by. The interval is the exact Poisson one: behind only where all of it is below 1." + enCurve}
	}
	define := func(id string, u measure.Unit, better measure.Better, title, meaning, formula measure.Text, rulings string, of ...string) measure.Definition {
		return measure.Definition{ID: id, Revision: 1, Kind: measure.Ratio, Unit: u, Better: better, Title: title, Meaning: meaning, Formula: formula,
			Rulings: rulings, Of: of, Goals: x.measures, Curve: x.actual}
	}
	even := define(x.neededID(), unit, measure.Neither,
		measure.Text{ZH: "剩余每个工作日需完成：" + zh, EN: "Needed per remaining day: " + en},
		measure.Text{ZH: "要达成目标，剩余每个工作日需完成的数量；已达成为 0，没有剩余工作日则没有数值。", EN: "What every remaining working day must bring to reach the target; 0 once it is reached, no value where no day remains."},
		measure.Text{ZH: "max(0，目标 − 实际) ÷ 剩余工作日", EN: "max(0, target − actual) ÷ remaining working days"}, "R-1.30, R-1.31", x.actual)
	even.Curve = ""
	return []measure.Definition{
		define(x.paceID(), measure.UnitIndex, measure.Up,
			measure.Text{ZH: "目标进度：" + zh, EN: "Pace to target: " + en}, meaning,
			measure.Text{ZH: "实际 ÷（目标 × 已过工作日 ÷ 全部工作日）；历史曲线：实际 ÷（目标 × 通常已完成比例）", EN: "actual ÷ (target × working days elapsed ÷ working days); curve=history: actual ÷ (target × share usually done)"}, "R-1.30–R-1.33", x.actual),
		define(x.dueID(), unit, measure.Neither,
			measure.Text{ZH: "截至今日应完成：" + zh, EN: "Due by now: " + en},
			measure.Text{ZH: "目标按工作日均摊，截至报表日应完成的数量。" + zhCurve, EN: "What the target, spread evenly over the working days, asks for by the as-of day." + enCurve},
			measure.Text{ZH: "目标 × 已过工作日 ÷ 全部工作日；历史曲线：目标 × 通常已完成比例", EN: "target × working days elapsed ÷ working days; curve=history: target × share usually done"}, "R-1.30, R-1.33"),
		even,
		define(x.projectionID(), unit, measure.Up,
			measure.Text{ZH: "按现速预计：" + zh, EN: "At this rate: " + en},
			measure.Text{ZH: "按已过工作日的平均速度，整期预计完成的数量。" + zhCurve, EN: "What the whole period comes to at the average of the working days gone by." + enCurve},
			measure.Text{ZH: "实际 ÷ 已过工作日 × 全部工作日；历史曲线：实际 ÷ 通常已完成比例", EN: "actual ÷ working days elapsed × working days; curve=history: actual ÷ share usually done"}, "R-1.30, R-1.31, R-1.33", x.actual),
	}
}
