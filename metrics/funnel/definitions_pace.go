package funnel

import "crmreport/metrics/measure"

func text(zh, en string) measure.Text { return measure.Text{ZH: zh, EN: en} }

// paceDefinitions are the metrics of how fast deals move.
func paceDefinitions() []measure.Definition {
	return []measure.Definition{
		{ID: "funnel.reached_amount", Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Up,
			Title:   text("到达阶段的金额", "Amount that reached the stage"),
			Meaning: text("到达该阶段的同一批商机（见 funnel.reached）首次到达时的金额合计；赢单取关闭时金额。进入时没填的取此前最近的金额，从不用今天的金额代替过去；都没有的不计入并标注。外币按到达日汇率折算。金额会变，因此可能越往下越大。", "What the deals of funnel.reached were worth when they first reached the stage; for won, at close. Where the entry says none it is the newest amount before it, and never today's for the past; deals that have none are left out, and flagged. Foreign currency at the rate of the day. Amounts change, so that the sum may rise down the funnel."),
			Formula: text("Σ 首次到达该阶段时的金额", "Σ amount at the first entry of the stage or beyond"),
			Rulings: "R-2.14, R-2.16, R-2.6, R-0.8"},
		{ID: "funnel.step_conversion_value", Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up,
			Title:   text("阶段转化率（按金额）", "Step conversion by value"),
			Meaning: text("下一阶段的到达金额与该阶段之比。金额在途中增减，因此可以超过 100%，也没有置信区间。n 是该阶段有金额的商机数。", "The amount that reached the next stage over that of this one. Amounts grow and shrink on the way: it can be above 100 %, and has no interval. n counts the deals of the stage with an amount."),
			Formula: text("下一阶段的到达金额 ÷ 该阶段的到达金额", "amount that reached the next stage ÷ amount that reached the stage"),
			Rulings: "R-2.14, R-2.16"},
		{ID: "funnel.cycle_mean_days", Revision: 1, Kind: measure.Ratio, Unit: measure.UnitDays, Better: measure.Down,
			Title:   text("赢单平均周期", "Mean cycle of deals won"),
			Meaning: text("本期赢单商机从创建到赢单的平均天数。没有创建日期的商机以首条阶段记录为准，两者都没有的不计入。只含赢单，因此偏短；周期中位数没有这个偏差。", "Mean days from creation to win of the deals won in the period. Without a creation date the first stage entry counts; deals that have neither are left out. Won deals only, and so biased short: the median of the cycle is not."),
			Formula: text("Σ（赢单日 − 创建日）÷ 有创建日的赢单数", "Σ (day won − day created) ÷ deals won whose creation is known"),
			Rulings: "R-2.13, R-2.19"},
		{ID: "funnel.velocity_per_day", Revision: 1, Kind: measure.Amount, Unit: measure.Unit{Text: text("元/天", "currency a day")}, Better: measure.Up,
			Title:   text("管道速度", "Pipeline velocity"),
			Meaning: text("按本期的赢单率、赢单均额和赢单平均周期，截止日的在途商机每天值多少钱。另有按金额的一种（by=value）：在途金额 × 金额赢单率 ÷ 周期。两种口径不混用：按个数的赢单率不能乘所有关闭商机的均额。任一项没有数据则无值；有商机缺金额时标注。各级单位的速度不可相加。", "Money a day that the deals open on the as-of day are worth at the win rate, mean won amount and mean cycle of the period. By value (by=value) it is the open amount × the win rate by value ÷ the cycle. The two are never mixed: a win rate by count does not go with the mean amount of all closed deals. No data where a factor is missing; flagged where deals have no amount. The velocities of units do not add up."),
			Formula: text("在途商机数 × 赢单率（按个数）× 赢单均额 ÷ 赢单平均周期", "open deals × win rate by count × mean won amount ÷ mean cycle of deals won"),
			Rulings: "R-2.13, R-0.5", Of: []string{"funnel.open", "funnel.open_amount", "funnel.win_rate_count", "funnel.win_rate_value", "funnel.won_amount", "funnel.cycle_mean_days"}},
		{ID: "funnel.cycle_median_days", Revision: 1, Kind: measure.Score, Unit: measure.UnitDays, Better: measure.Down,
			Title:   text("赢单周期中位数", "Median cycle"),
			Meaning: text("回看期内创建的商机（同一创建群体）从创建到赢单的 Kaplan–Meier 中位数。回看期默认为本期。未赢的商机（含输单，因为可以重开）到截止日删失；赢单未到一半则无值。只取赢单的中位数会偏短，因此不给。归创建时的负责人。", "Kaplan–Meier median of the days from creation to win of the deals created in the look-back, one cohort of creation; the look-back is the period unless configured. Deals not won, the lost ones too (they may be re-opened), are censored on the as-of day; no value where half is never reached. The median of won deals alone is biased short and not given. A deal belongs to its owner at creation."),
			Formula: text("S(t) ≤ 0.5 的最小 t", "the smallest t with S(t) ≤ 0.5"),
			Rulings: "R-2.13, R-2.21, R-1.21, R-1.24, R-1.39"},
		{ID: "funnel.median_days", Revision: 1, Kind: measure.Score, Unit: measure.UnitDays, Better: measure.Neither,
			Title:   text("阶段停留中位天数", "Median days in the stage"),
			Meaning: text("本期首次进入该阶段且有该阶段记录的商机，在该阶段累计停留天数（各次停留之和）的 Kaplan–Meier 中位数。仍停在该阶段的按删失处理：只算已离开的会偏短。跳过该阶段的商机不在内。", "Kaplan–Meier median of the cumulative days in the stage, all stints together, of the deals that first entered it in the period and have a row of it. Deals that stand there still are censored: those that left alone would be biased short. Deals that skipped the stage are not in it."),
			Formula: text("S(t) ≤ 0.5 的最小 t，t 为阶段累计天数", "the smallest t with S(t) ≤ 0.5, t in cumulative days in the stage"),
			Rulings: "R-2.10, R-2.19, R-1.24"},
		{ID: "funnel.days_quantile", Revision: 1, Kind: measure.Score, Unit: measure.UnitDays, Better: measure.Neither,
			Title:   text("阶段停留天数的分布", "Spread of the days in the stage"),
			Meaning: text("与 funnel.median_days 同一批商机、同一条 Kaplan–Meier 曲线的 10、25、50、75、90 百分位：多少比例的商机在这么多天内离开该阶段。仍停在该阶段的按删失处理，既不剔除也不当作已离开；曲线还没降到的百分位不给出，不足 30 个商机也不给出。50 即 funnel.median_days。只有单位的当前期间。", "The 10th, 25th, 50th, 75th and 90th percentile of the same deals by the same Kaplan–Meier curve as funnel.median_days: within how many days such a share of the deals leaves the stage. Deals that stand there still are censored, neither dropped nor taken as gone; a percentile that the curve is not down to is not given, and none where there are fewer than 30 deals. 50 is funnel.median_days. Units' current periods only."),
			Formula: text("S(t) ≤ 1 − q 的最小 t，t 为阶段累计天数", "the smallest t with S(t) ≤ 1 − q, t in cumulative days in the stage"),
			Rulings: "R-2.10, R-2.19, R-1.24, R-1.39"},
		{ID: "funnel.signing_median_days", Revision: 1, Kind: measure.Score, Unit: measure.UnitDays, Better: measure.Down,
			Title:   text("口头答应到签约的中位天数", "Median days from the spoken yes to the signing"),
			Meaning: text("本期首次进入“口头答应”阶段（默认为最后一个在途阶段，可配置）的商机，从进入到赢单的 Kaplan–Meier 中位天数；未赢的（含输单）到截止日删失。「一分钟未把合约签妥，一分钟就有变卦的风险」。", "Kaplan–Meier median of the days from the first entry of the stage of the spoken yes (the last open stage unless configured) to the win, of the deals that entered it in the period; deals not won, the lost ones too, are censored on the as-of day."),
			Formula: text("S(t) ≤ 0.5 的最小 t", "the smallest t with S(t) ≤ 0.5"),
			Rulings: "S0-14, R-1.21, R-1.24"},
	}
}
