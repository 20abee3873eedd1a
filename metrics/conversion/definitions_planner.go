package conversion

import "crmreport/metrics/measure"

// plannerDefinitions are the metrics from a target of signings back to visits.
func plannerDefinitions() []measure.Definition {
	perDay := unit("次拜访/工作日", "visits a working day")
	define := func(id string, u measure.Unit, title, meaning, formula measure.Text) measure.Definition {
		return measure.Definition{ID: id, Revision: 1, Kind: measure.Score, Unit: u, Better: measure.Neither, Title: title, Meaning: meaning,
			Formula: formula, Rulings: "R-1.16, R-1.26, R-1.30, R-1.31", Goals: paces[signingsPace].measures, Below: true,
			Peers: []string{signingsID, trailingShareID, trailingSigningsID}}
	}
	return []measure.Definition{
		{ID: trailingShareID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up,
			Title:   measure.Text{ZH: "近 12 个月有效拜访率", EN: "Share of valid visits in 12 months"},
			Meaning: measure.Text{ZH: "截至报表日 12 个月的拜访中有效拜访的比例：倒推计划用的有效拜访与拜访。", EN: "How many visits of the 12 months up to the as-of day were valid: the valid visits and visits that a plan goes by."},
			Formula: measure.Text{ZH: "12 个月有效拜访量 ÷ 拜访量", EN: "valid visits ÷ visits over 12 months"},
			Rulings: "R-0.4, R-0.5, R-1.1"},
		{ID: trailingSigningsID, Revision: 1, Kind: measure.Count, Unit: measure.UnitSignings, Better: measure.Up,
			Title:   measure.Text{ZH: "近 12 个月签单客户数", EN: "Signings in 12 months"},
			Meaning: measure.Text{ZH: "截至报表日 12 个月内签单的客户数，一个客户只计一次：计划所用转化的依据。", EN: "Customers who signed in the 12 months up to the as-of day, each once: what the conversion that a plan goes by is taken from."},
			Formula: measure.Text{ZH: "12 个月内有未作废新签合同的客户数", EN: "customers with a new contract that is not void in 12 months"},
			Rulings: "R-1.7–R-1.9, R-1.26"},
		define(planRateID, unit("次有效拜访/签单", "valid visits per signing"),
			measure.Text{ZH: "计划所用转化", EN: "Conversion the plan goes by"},
			measure.Text{ZH: "从签单目标倒推有效拜访所用的转化：销售本人近 12 个月收缩后的转化，看不出差异时用全公司平均，样本不足时用黄金法则 8。单位按其销售加权；销售没有目标时，用单位自己的转化（区间不含 8 时），否则用 8。", EN: "The valid visits per signing that lead from a target back to visits: the rep's own over 12 months, shrunken; the company's mean where reps cannot be told apart; the golden rule's 8 where there is too little to go by. A unit's follows from its reps'; without targets of reps it is its own where the interval excludes 8, else 8."},
			measure.Text{ZH: "1 ÷ 近 12 个月收缩后的签单率；否则 8", EN: "1 ÷ shrunken signings per valid visit of 12 months; else 8"}),
		define(neededValidID, measure.UnitVisits,
			measure.Text{ZH: "还需有效拜访", EN: "Valid visits still needed"},
			measure.Text{ZH: "达成签单目标还需要的有效拜访。单位为其销售之和；已达成为 0。", EN: "Valid visits that the target of signings still takes. A unit's are its reps'; 0 once the target is reached."},
			measure.Text{ZH: "max(0，签单目标 − 签单) × 计划所用转化", EN: "max(0, target − signings) × conversion the plan goes by"}),
		define(validPerDayID, perDay,
			measure.Text{ZH: "每个工作日需有效拜访", EN: "Valid visits needed a day"},
			measure.Text{ZH: "还需有效拜访摊到剩余的每个工作日，并按上午 3/8、下午 5/8 分；没有剩余工作日则没有数值。", EN: "The valid visits still needed over the working days that remain, 3/8 of them in the morning and 5/8 in the afternoon; no value where no day remains."},
			measure.Text{ZH: "还需有效拜访 ÷ 剩余工作日", EN: "valid visits still needed ÷ remaining working days"}),
		define(visitsPerDayID, perDay,
			measure.Text{ZH: "每个工作日需拜访", EN: "Visits needed a day"},
			measure.Text{ZH: "每个工作日需有效拜访，除以销售本人近 12 个月的有效拜访率；拜访不足 20 次时用标准 2/8。", EN: "Valid visits needed a day over the rep's own share of valid visits of 12 months; the standard's 2 of 8 where that rests on fewer than 20 visits."},
			measure.Text{ZH: "每个工作日需有效拜访 ÷ 有效拜访率", EN: "valid visits needed a day ÷ share of valid visits"}),
	}
}
