package forecast

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Definitions returns what the metrics of the family mean.
//
// Keys: type=new and type=renewal where forecasts are given by type; last=6
// (months; 12 weeks, 4 quarters) for the last closed periods, in the slot of
// the current one; of=handed_up; missing=miss; horizon=day for the forecasts of
// single days; week=0, 1, 2 … of a revision path. Several are joined by commas.
func Definitions() []measure.Definition {
	percent, money, index := measure.UnitPercent, measure.UnitMoney, measure.UnitIndex
	return []measure.Definition{
		{ID: "forecast.submitted", Revision: 1, Kind: measure.Amount, Unit: money, Better: measure.Neither, Headline: true, Rulings: "R-3.1–R-3.4", Counted: true,
			Title: text("预测额", "Submitted forecast"),
			Meaning: text("销售自己提交、在冻结时点有效的预测之和:月、季、年看首个工作日18:00(含),周看周一10:00(含),之前最后一次提交算数。没有提交是缺失,不是0。",
				"Sum of the reps' own forecasts that counted at the freeze: the last one submitted by 18:00 on the first working day of the month, quarter or year, or by Monday 10:00 for a week (both inclusive). No submission is missing, not 0."),
			Formula: text("Σ 冻结时有效的销售预测", "Σ rep forecasts in force at the freeze")},
		{ID: "forecast.handed_up", Revision: 1, Kind: measure.Amount, Unit: money, Better: measure.Neither, Headline: true, Counted: true, Rulings: "R-3.5, R-3.6, S0-25, S0-26, S0-27, S0-29, S0-30",
			Title: text("上报预测额", "Forecast handed up"),
			Meaning: text("逐级乘以信心指数后上报的预测。指数可大于1;未给指数按1计并标注;本级直接报金额的,以该金额为准。全程精确计算,只在显示时四舍五入一次。",
				"The forecast after each level's confidence index. An index may exceed 1; a missing one counts as 1 and is flagged; an amount given by a unit stands instead of its index. Exact throughout, rounded half-up once."),
			Formula: text("销售:预测×指数;单位:Σ下级上报额×指数;公司:Σ", "rep: forecast × index; unit: Σ handed up below × index; company: Σ")},
		{ID: "forecast.implied_index", Revision: 1, Kind: measure.Ratio, Amounts: true, Unit: index, Better: measure.Neither, Rulings: "R-3.6, S0-25, S0-27", Of: []string{"forecast.handed_up", "forecast.submitted"},
			Title:   text("隐含信心指数", "Implied confidence index"),
			Meaning: text("上报预测相当于销售预测合计的多少倍:各级指数叠加后的结果。", "What the levels' indices come to together: the forecast handed up for each unit of what the reps submitted."),
			Formula: text("上报预测额 / 预测额", "handed up / submitted")},
		{ID: "forecast.span", Revision: 1, Kind: measure.Ratio, Unit: unitDirects, Better: measure.Neither, Rulings: "R-3.7, S0-28, S0-29, S0-30", Seats: true,
			Title:   text("管理幅度", "Span"),
			Meaning: text("冻结时直接归本单位管的销售人数,加上有人的下级单位数。只陈述,不评判。", "Sellers seated directly in the unit at the freeze, plus the units directly below that have any. Reported, not judged."),
			Formula: text("直属销售 + 直属下级单位", "direct sellers + direct units")},
		{ID: "forecast.actual", Revision: 1, Kind: measure.Amount, Unit: money, Better: measure.Up, Headline: true, Rulings: "R-3.4, R-0.3, R-5.20",
			Title: text("签约额", "Actual"),
			Meaning: text("按签约日计的合同额,新签、续签、增购合计,作废除外;按签约日汇率折算;多人分成按份额拆分,余分按最大余数法。归属签约日所在单位。",
				"Contract value by sign date, new, renewal and expansion together, void contracts excluded; converted at the sign date's rate; shared credit split by largest remainder. Credited to the unit on the sign date."),
			Formula: text("Σ 期内签约的合同额", "Σ value of contracts signed in the period")},
		{ID: "forecast.target", Revision: 1, Kind: measure.Amount, Unit: money, Better: measure.Neither, Headline: true, Rulings: "R-3.14, R-3.15, S2-06, S2-07",
			Title: text("目标额", "Target"),
			Meaning: text("上级下达的签约额目标:新签加续签;给了合计目标则以合计为准。本单位有目标用自己的,没有则为下级之和;下级有人没有目标时标注。目标不是预测。键 type=new、type=renewal 为新签、续签各自的目标。",
				"The goal from above for contract value: new plus renewal, or the overall amount where one is given. A scope's own target stands, else the sum of those below; flagged where sellers below have none. A target is not a forecast. Keys type=new and type=renewal: what is asked of each."),
			Formula: text("新签目标 + 续签目标", "new target + renewal target")},
		{ID: "forecast.attainment", Revision: 1, Kind: measure.Ratio, Amounts: true, Unit: percent, Better: measure.Up, Headline: true, Rulings: "R-3.14, S0-33", Of: []string{"forecast.actual", "forecast.target"},
			Title: text("目标达成率", "Target attainment"),
			Meaning: text("签约额占目标的比例,与预测准不准是两回事。只下达新签(或续签)目标时,只与新签(或续签)签约额相比。键 type=new、type=renewal 分别计。",
				"Share of the target that was signed; it says nothing of whether the forecast was right. Where only new (or only renewal) has a target, only those contracts are compared. Keys type=new and type=renewal: each against its own target."),
			Formula: text("签约额 / 目标额", "actual / target")},
		{ID: "forecast.deviation", Revision: 1, Kind: measure.Ratio, Amounts: true, Unit: percent, Better: measure.Neither, Headline: true, Rulings: "R-3.8, R-3.9, R-3.17, S0-33, S2-02, S2-04",
			Title: text("预测偏差", "Deviation"),
			Meaning: text("签约额比预测多(正)或少(负)多少,按合计计,只算有预测的销售。只对已结束的期间。键 of=handed_up 以上报预测额为准。",
				"How much more (+) or less (−) was signed than forecast, on the total of the reps who forecast. Closed periods only. Key of=handed_up: against the forecast handed up."),
			Formula: text("(签约额 − 预测额) / 预测额", "(actual − forecast) / forecast")},
		{ID: "forecast.hit_rate", Revision: 1, Kind: measure.Ratio, Unit: percent, Better: measure.Up, Headline: true, Rulings: "R-3.1, R-3.2, R-3.8, S2-02, S2-04, S4-03", Netted: true,
			Title: text("预测命中率", "Hit rate"),
			Meaning: text("上下不超过预测额10%(含,可配置)的销售预测占比;超额10%以上也算没中。键 missing=miss:应交未交按没中算。只对已结束的期间,附 Wilson 区间。键 horizon=day 为日预测:每人每天一次,前一日24:00(含)之前最后一次提交算数,算到截止日;应交的是在岗销售的工作日,自首个有人交日预测的那天算起。",
				"Share of rep forecasts whose actual was within 10 % of the forecast (inclusive, configurable); beating it by more is a miss too. Key missing=miss: over all who were expected, missing = miss. Closed periods only, Wilson interval. Key horizon=day: of forecasts for single days, one for each rep and day, the last submitted by 24:00 of the day before (inclusive), up to the as-of day; expected on the working days of employed sellers, from the first day that anybody forecast."),
			Formula: text("|签约额 − 预测额| ≤ 10% × 预测额 的预测数 / 预测数", "forecasts with |actual − forecast| ≤ 10 % × forecast / forecasts")},
		{ID: "forecast.accuracy", Revision: 1, Kind: measure.Ratio, Amounts: true, Unit: percent, Better: measure.Up, Headline: true, Rulings: "R-3.17", Of: []string{"forecast.wape"},
			Title: text("预测准确度", "Accuracy"),
			Meaning: text("本级合计的准确度,销售之间的高低已相抵;多期时各期误差不相抵。预测与签约都是0为100%;有预测而没有签约为0。键 horizon=day:各日的误差不相抵。",
				"Accuracy of the scope's total: reps net against each other, periods do not. Nothing forecast and nothing signed is 100 %; a forecast and nothing signed is 0. Key horizon=day: days do not net."),
			Formula: text("max(0, 1 − Σ各期|签约额 − 预测额| / Σ签约额)", "max(0, 1 − Σ over periods |actual − forecast| / Σ actual)")},
		{ID: "forecast.revised_accuracy", Revision: 1, Kind: measure.Ratio, Amounts: true, Unit: percent, Better: measure.Up, Headline: true, Rulings: "R-3.1, R-3.17", Netted: true, Whole: true,
			Title: text("逐周修订的准确度", "Accuracy by week of the period"),
			Meaning: text("只陈述,不计分:已结束的月、季,假如截至第k周末(期初起每7天,24:00含,末周到期末为止)最后一次提交算数,合计的准确度会是多少。键 week=0 为冻结时,与预测准确度相同;早于冻结的周末按冻结时计。截至当时有提交的销售都计入,迟交的也计入。",
				"Shown, never scored: what the accuracy of the total would have been of a closed month or quarter, had the last submission by the end of its week k counted (every 7 days from its start, 24:00 included, the last week ends with it). Key week=0 is at the freeze and equals the accuracy; a week that ends before the freeze counts at the freeze. Reps with any submission by then, late ones too."),
			Formula: text("max(0, 1 − |签约额 − 第k周末有效的预测额| / 签约额)", "max(0, 1 − |actual − forecast in force at the end of week k| / actual)")},
		{ID: "forecast.wape", Revision: 1, Kind: measure.Ratio, Amounts: true, Unit: percent, Better: measure.Down, Headline: true, Rulings: "R-3.9, R-3.17", Counted: true,
			Title: text("加权绝对误差(销售级)", "WAPE, rep level"),
			Meaning: text("每个销售每期的误差取绝对值相加,不相抵,除以签约额。与合计误差之差就是“合计碰巧准”。",
				"Each rep's error of each period, without netting, over what was signed. The gap to the error of the total is accuracy by luck."),
			Formula: text("Σ|签约额 − 预测额| / Σ签约额", "Σ |actual − forecast| / Σ actual")},
		{ID: "forecast.ape_total", Revision: 1, Kind: measure.Ratio, Amounts: true, Unit: percent, Better: measure.Down, Headline: true, Rulings: "R-3.9", Of: []string{"forecast.wape"},
			Title:   text("合计误差(相抵后)", "APE of the total, netted"),
			Meaning: text("合计之差,销售之间、各期之间全部相抵。", "Error of the grand total: reps and periods net against each other."),
			Formula: text("|Σ签约额 − Σ预测额| / Σ签约额", "|Σ actual − Σ forecast| / Σ actual")},
		{ID: "forecast.bias", Revision: 1, Kind: measure.Ratio, Amounts: true, Unit: percent, Better: measure.Neither, Headline: true, Rulings: "R-3.17",
			Title:   text("预测偏倚", "Bias"),
			Meaning: text("长期偏保守(正)还是偏乐观(负)。要看多期。", "Whether forecasts lean cautious (+) or over-promise (−). Read it over several periods."),
			Formula: text("Σ签约额 / Σ预测额 − 1", "Σ actual / Σ forecast − 1")},
		{ID: "forecast.mape", Revision: 1, Kind: measure.Score, Unit: unitShare, Better: measure.Down, Rulings: "R-3.17", Of: []string{"forecast.wape"},
			Title:   text("平均绝对百分比误差(MAPE)", "MAPE"),
			Meaning: text("每个销售每期误差占签约额之比的平均;签约额为0的不计,不计数另列。1 = 100%。", "Mean of each row's error over its actual; rows with an actual of 0 are left out and counted beside it. 1 = 100 %."),
			Formula: text("平均(|签约额 − 预测额| / 签约额),签约额 ≠ 0", "mean of |actual − forecast| / actual where actual ≠ 0")},
		{ID: "forecast.mape_left_out", Revision: 1, Kind: measure.Count, Unit: measure.UnitForecasts, Better: measure.Neither, Rulings: "R-3.17",
			Title:   text("MAPE未计入数", "Left out of MAPE"),
			Meaning: text("签约额为0、因而未计入 MAPE 的预测数。", "Forecasts whose actual was 0 and which MAPE therefore leaves out."),
			Formula: text("签约额 = 0 的预测数", "forecasts with actual = 0")},
		{ID: "forecast.smape", Revision: 1, Kind: measure.Score, Unit: index, Better: measure.Down, Rulings: "R-3.17", Of: []string{"forecast.wape"},
			Title: text("对称平均绝对百分比误差(sMAPE)", "sMAPE"),
			Meaning: text("每个销售每期误差占签约额与预测额平均数之比的平均,0到2;预测与签约都是0为0。容易误读,只在 metrics.json 里给出。",
				"Mean of each row's error over the average of its actual and forecast, from 0 to 2; nothing forecast and nothing signed is 0. Easily misread, so it is in metrics.json only."),
			Formula: text("平均(2|签约额 − 预测额| / (|签约额| + |预测额|))", "mean of 2 |actual − forecast| / (|actual| + |forecast|)")},
		{ID: "forecast.tracking_signal", Revision: 1, Kind: measure.Score, Unit: index, Better: measure.Neither, Rulings: "R-3.17", Of: []string{"forecast.wape"},
			Title: text("跟踪信号", "Tracking signal"),
			Meaning: text("最近各已结束期间的误差是否总朝一边:正为一贯保守,负为一贯夸大;至少4期且超出±4报警。单位用各期合计误差。",
				"Whether the errors of the last closed periods lean one way: + cautious, − over-promising; an alarm beyond ±4 with at least 4 periods. A unit's are the errors of its period totals."),
			Formula: text("Σ误差 / 平均|误差|", "Σ error / mean |error|")},
		{ID: "forecast.mase", Revision: 1, Kind: measure.Score, Unit: index, Better: measure.Down, Rulings: "R-3.17", Rows: crm.ByUnit, Whole: true, Past: true,
			Title: text("平均标度误差(MASE)", "MASE"),
			Meaning: text("与“照抄上期(有两年历史时照抄去年同期)”相比的误差,小于1即比照抄好。标度取自评价窗口之前、从首次签约那期起的历史;历史不足两期无此值。",
				"Error relative to repeating the last period (the same period a year ago where two years are known); below 1 is better than repeating. The scale is from the history before the window, from the first period with a signing; none with fewer than two periods."),
			Formula: text("平均|误差| / 历史上照抄的平均|误差|", "mean |error| / mean |error| of the naive forecast in the history")},
		{ID: "forecast.participation", Revision: 1, Kind: measure.Ratio, Unit: percent, Better: measure.Up, Headline: true, Rulings: "R-3.2, S2-17, S4-03", Seats: true,
			Title:   text("预测提交率", "Participation"),
			Meaning: text("冻结时在岗的销售中按时交了预测的比例。自首个有人提交的期间算起。键 horizon=day:按人天计。", "Share of the sellers employed at the freeze who had submitted by then, from the first period that anybody forecast. Key horizon=day: of rep-days."),
			Formula: text("按时提交人数 / 应提交人数", "submitted in time / expected")},
		{ID: "forecast.late_only", Revision: 1, Kind: measure.Count, Unit: unitReps, Better: measure.Down, Rulings: "R-3.2",
			Title:   text("只有迟交", "Late only"),
			Meaning: text("应提交而只在冻结之后才交的销售人数;迟交的不计分。", "Expected reps who submitted only after the freeze; such forecasts are not scored."),
			Formula: text("冻结前无、冻结后有提交的人数", "reps with a submission after the freeze and none before")},
		{ID: "forecast.quadrant", Revision: 1, Kind: measure.Count, Unit: measure.UnitForecasts, Better: measure.Neither, Headline: true, Rulings: "R-3.11, R-3.4, S4-06", Netted: true, Past: true, SeatKey: classMissing.key(),
			Title: text("又高又准象限", "High and accurate"),
			Meaning: text("每个预测归一类:准 = 命中(上下不超过10%);高 = 不低于本人目标(没有目标则不低于最近3期签约的平均)。class=high_accurate 又高又准,high_inaccurate 高而不准(夸大),accurate_low 准而不高(可能留余量),inaccurate_low 不高不准,missing 应交未交,no_reference 没有目标也不足3期历史。预测分类型时只与同类型的目标相比,不分类型时与给了的目标相比。只对已结束的期间,各类之和 = 应提交数。",
				"Each forecast is in one class: accurate = a hit (within 10 %); high = at least the rep's own target, where there is none the mean of the last three actuals. Keys class=high_accurate, high_inaccurate (over-promised), accurate_low (perhaps held back), inaccurate_low, missing (expected, not submitted) and no_reference (no target and fewer than three periods of history). A typed forecast is held against the target of its types, one without a type against whatever target there is. Closed periods only; the classes add up to those expected."),
			Formula: text("各类预测数", "forecasts of the class")},
		{ID: "forecast.outliers", Revision: 1, Kind: measure.Count, Unit: measure.UnitForecasts, Better: measure.Neither, Rulings: "R-3.12, R-3.18, S4-07", Netted: true, Past: true,
			Title: text("与历史偏差较大的预测", "Forecasts far from own history"),
			Meaning: text("预测与本人之前最多6期(至少4期)签约的平均相差超过两个样本标准差;历史完全相同时,低于其一半或高于其一倍半。需要沟通确认,不是错误。N = 有足够历史的预测数;运行中的期间也算,因为应当在做预测时问。",
				"The forecast is more than two sample standard deviations from the mean of the rep's last 6 actuals (at least 4); where these are all the same, below half or above one and a half of it. It asks for a talk and is not an error. N = forecasts with enough history. Running periods count: the time to ask is when the forecast is made."),
			Formula: text("|预测额 − 前6期平均| > 2 × 标准差 的预测数", "forecasts with |forecast − mean of 6| > 2 × standard deviation")},
		{ID: "forecast.target_customers", Revision: 1, Kind: measure.Count, Unit: measure.UnitCustomers, Better: measure.Neither, Rulings: "R-3.15, R-3.4, S2-05",
			Title:   text("客户数目标", "Target, customers"),
			Meaning: text("上级下达的新签、续签客户数目标;本单位有目标用自己的,没有则为下级之和。", "The goal from above in customers, new (type=new) and renewed (type=renewal). A scope's own target stands, else the sum of those below."),
			Formula: text("目标客户数", "target customers")},
		{ID: "forecast.customers", Revision: 1, Kind: measure.Count, Unit: measure.UnitCustomers, Better: measure.Up, Rulings: "R-3.4, R-1.36, R-1.11", Rows: crm.ByCustomer,
			Title: text("签约客户数", "Customers signed"),
			Meaning: text("期内签约的客户数,新签(type=new)与续签(type=renewal)分别计,作废除外:同一客户同类型签几份合同算一个,归最早那份合同的销售,有分成的按份额。只对当前期间。",
				"Customers who signed in the period, new (type=new) and renewed (type=renewal), void contracts excluded: several contracts of a customer and type are one, which belongs to the rep of the earliest, by shares where its credit is split. Current periods only."),
			Formula: text("签约的客户数", "customers with a contract signed")},
		{ID: "forecast.customers_attainment", Revision: 1, Kind: measure.Ratio, Unit: percent, Better: measure.Up, Rulings: "R-3.4, R-3.14, S2-06", Of: []string{"forecast.customers", "forecast.target_customers"},
			Title:   text("客户数目标达成率", "Target attainment, customers"),
			Meaning: text("签约客户数占客户数目标的比例,按类型。", "Share of the target in customers that signed, by type."),
			Formula: text("签约客户数 / 目标客户数", "customers signed / target customers")},
		{ID: "forecast.implied_average", Revision: 1, Kind: measure.Amount, Unit: money, Better: measure.Neither, Rulings: "R-3.15, S2-08", Of: []string{"forecast.target", "forecast.target_customers"},
			Title: text("目标隐含客单价", "Average that the target implies"),
			Meaning: text("目标额除以目标客户数:要达成两个目标,每个客户要值多少。与公司之前12个月同类型合同的平均额相差超过允许范围(10%)的标注 does_not_multiply:目标的两半对不上。",
				"The target's amount over its customers: what each must be worth for both to come true. Flagged does_not_multiply where that is off the company's average contract of the type in the 12 months before by more than the tolerance (10 %): the two halves of the target do not fit."),
			Formula: text("目标额 / 目标客户数", "target amount / target customers")},
		{ID: "forecast.average_contract", Revision: 1, Kind: measure.Amount, Unit: money, Better: measure.Neither, Rulings: "R-3.15", Rows: crm.Together, Whole: true, Past: true,
			Title:   text("近12个月平均合同额", "Average contract"),
			Meaning: text("公司在本期开始前12个月内签的合同的平均额,作废除外,按类型。只在公司级。", "What the company's contracts signed in the 12 months before the period came to on average, void ones excluded, by type. Of the company only."),
			Formula: text("Σ合同额 / 合同数", "Σ contract value / contracts")},
		{ID: "forecast.needed_valid_visits", Revision: 1, Kind: measure.Count, Unit: measure.UnitVisits, Better: measure.Neither, Rulings: "R-3.15, S4-19",
			Title:   text("目标所需有效拜访", "Valid visits that the target takes"),
			Meaning: text("按黄金法则,新签客户数目标需要的有效拜访。", "By the golden rule, the valid visits that the target of new customers takes."),
			Formula: text("8 × 新签客户数目标", "8 × target of new customers")},
		{ID: "forecast.capacity", Revision: 1, Kind: measure.Count, Unit: measure.UnitVisits, Better: measure.Neither, Rulings: "R-3.15, R-1.30, R-6.6", Seats: true,
			Title:   text("可做有效拜访", "Valid visits that can be made"),
			Meaning: text("整个期间内在岗销售的工作日乘以每天的有效拜访数(conversion 的 plan_valid_per_day)。", "The working days of the employed sellers in the whole period times the valid visits planned a day (conversion: plan_valid_per_day)."),
			Formula: text("在岗工作日 × 每日有效拜访", "rep working days × valid visits a day")},
		{ID: "forecast.capacity_share", Revision: 1, Kind: measure.Ratio, Unit: percent, Better: measure.Neither, Rulings: "R-3.15, S2-10", Seats: true, Of: []string{"forecast.needed_valid_visits"},
			Title:   text("目标所需占可做", "Visits needed of those possible"),
			Meaning: text("所需有效拜访占可做有效拜访的比例;超过100%的目标按本公司的逻辑做不到,标注 implausible。", "The valid visits that the target takes as a share of those that can be made; above 100 % the target does not hold together, and is flagged implausible."),
			Formula: text("所需有效拜访 / 可做有效拜访", "needed / capacity")},
		{ID: "forecast.by_rep_share", Revision: 1, Kind: measure.Ratio, Unit: percent, Better: measure.Up, Rulings: "R-3.3, S0-24",
			Title:   text("本人提交占比", "Submitted by the rep"),
			Meaning: text("有效预测中由销售本人提交的比例:预测不由主管代做。没有写提交人的算本人。", "Of the forecasts that count, those the rep submitted: nobody forecasts for a rep. One without a submitter counts as the rep's own."),
			Formula: text("本人提交的预测数 / 预测数", "forecasts submitted by the rep / forecasts")},
		{ID: "forecast.unit_hit_rate", Revision: 1, Kind: measure.Ratio, Unit: percent, Better: measure.Up, Rulings: "R-3.5, R-3.8, S4-08", Rows: crm.ByUnit, Netted: true, Whole: true,
			Title: text("上报预测命中率", "Hit rate of what was handed up"),
			Meaning: text("单位上报的预测在上下10%(含)以内的期数占比:主管对本组预测负责。只对已结束的期间,附 Wilson 区间。",
				"Periods in which what the unit handed up was within 10 % (inclusive) of the actual: its manager answers for it. Closed periods only, Wilson interval."),
			Formula: text("|签约额 − 上报预测额| ≤ 10% × 上报预测额 的期数 / 期数", "periods with |actual − handed up| ≤ 10 % × handed up / periods")},
		{ID: "forecast.target_gap", Revision: 1, Kind: measure.Ratio, Unit: percent, Better: measure.Neither, Rulings: "R-3.14, R-3.4, S0-34", Of: []string{"forecast.submitted", "forecast.target"},
			Title: text("预测与目标的差距", "Forecast against target"),
			Meaning: text("自下而上的预测比自上而下的目标多(+)或少(−)多少。目标只下达新签(或续签)而预测分类型时只比同类型;预测不分类型时与全部预测相比并标注。有人没交预测时标注。",
				"How much more (+) or less (−) the reps forecast from below than is asked from above. Where only new (or only renewal) has a target, forecasts of that type; all of them, flagged, where they are not typed. Flagged where forecasts are missing."),
			Formula: text("(预测额 − 目标额) / 目标额", "(submitted − target) / target")},
		{ID: "forecast.landing", Revision: 1, Kind: measure.Amount, Unit: money, Better: measure.Neither, Rulings: "R-0.7, R-0.6", Rows: crm.ByUnit, Whole: true, Past: true, Counted: true,
			Title: text("预计落点", "Landing"),
			Meaning: text("运行中的月、季预计签到多少:已签 + 之前最多12个已结束期间在同样多个工作日之后平均还签了多少(从本单位首次签约那期起)。区间为已签 + 这些余额从两端数第r个:n期时下一期落在其间的机会不小于80%(n = 9至18时 r = 1);不足9期只给点值并标注。不假定分布。旁边印出同一方法的回测:落入率与误差。",
				"Where a running month or quarter is heading: signed so far, plus what up to 12 closed periods before brought on average after as many working days (from the scope's first signing on). The range is signed so far plus the r-th of these remainders from either end, with at least 80 % of the chance between (r = 1 for 9 to 18 periods); fewer than 9 give the point alone, flagged. No distribution is assumed. Beside it stands what the same method would have said before: how often it was right, and its error."),
			Formula: text("已签 + 平均(以往各期同一工作日之后的签约额)", "signed so far + mean of what past periods signed after the same working day")},
		{ID: "forecast.landing_share", Revision: 1, Kind: measure.Ratio, Unit: percent, Better: measure.Up, Rulings: "R-0.7, R-0.11, R-3.4", Of: []string{"forecast.landing", "forecast.target"},
			Title:   text("预计达成率", "Landing against target"),
			Meaning: text("预计落点占目标的比例,只算目标所指的合同类型;区间由落点的区间而来。区间不含100%才说达得成或达不成。", "The landing as a share of the target, of the contract types that the target speaks of; its range is the landing's. Only a range without 100 % says whether the target will be met."),
			Formula: text("预计落点 / 目标额", "landing / target")},
		{ID: "forecast.landing_coverage", Revision: 1, Kind: measure.Ratio, Unit: percent, Better: measure.Neither, Rulings: "R-0.7, R-0.11", Rows: crm.ByUnit, Netted: true, Whole: true, Past: true,
			Title: text("落点回测:落入率", "Landing, back-tested: in range"),
			Meaning: text("最近12个已结束期间,若在同样多个工作日时用其之前的期间给出区间,实际落入的期数占比;只算之前有至少9期的。名义为80%,附 Wilson 区间;一期都没有则无值。",
				"Of the last 12 closed periods, how many ended in the range that would have been given after as many working days from the periods before them; only those with at least 9 before. It is meant to be 80 %; Wilson interval; no data where there is none."),
			Formula: text("实际落入区间的期数 / 可回测期数", "periods that ended in the range / periods that could be tested")},
		{ID: "forecast.landing_error", Revision: 1, Kind: measure.Ratio, Unit: percent, Better: measure.Down, Rulings: "R-0.7, R-3.9", Rows: crm.ByUnit, Netted: true, Whole: true, Past: true,
			Title:   text("落点回测:误差", "Landing, back-tested: error"),
			Meaning: text("同一回测中点值与实际之差的绝对值之和占实际的比例。", "In the same back-test, how far the point was from the actual, all together, over the actual."),
			Formula: text("Σ|签约额 − 落点| / Σ签约额", "Σ |actual − landing| / Σ actual")},
		{ID: "forecast.step_error", Revision: 1, Kind: measure.Ratio, Unit: percent, Better: measure.Down, Rulings: "R-3.10, R-3.17", Rows: crm.ByUnit, Netted: true, Whole: true, Past: true,
			Title: text("各步误差", "Error of each step"),
			Meaning: text("同一批预测在每一步的误差:step=naive 照抄(一年前同期的签约,历史不足一年则上期)、rep 销售自己的预测、team/area/region/company 各级负责人给指数或直接报金额之后。某级直接报的金额按下级上报数分摊到其销售(下级合计为0则平均分)。level=rep 逐人不相抵,level=total 各期合计相抵、各期之间不相抵。没有预测、或还没有签约历史可照抄的行,所有步都不计。只列有人调整过的级。",
				"The error of the same forecasts at every step: step=naive (the actual of the same period a year before; of the period before where the rep's history is shorter), rep (the rep's own), then team, area, region and company: after the index that level gave, or its own amount, which is shared out over its reps as they handed up below (equally where that is nothing). Key level=rep: row by row; level=total: netted within a period, not over periods. Rows without a forecast or without a history to repeat are left out of every step. Only levels where somebody adjusted anything."),
			Formula: text("Σ|签约额 − 该步预测| / Σ签约额", "Σ |actual − the step's forecast| / Σ actual")},
		{ID: "forecast.value_added", Revision: 1, Kind: measure.Ratio, Unit: percent, Better: measure.Up, Rulings: "R-3.10, R-3.17", Rows: crm.ByUnit, Netted: true, Whole: true, Past: true,
			Title: text("预测增值(FVA)", "Forecast value added"),
			Meaning: text("这一步比前一步少(+)或多(−)多少误差,百分点;为负说明这一步的工夫反而把预测改差了。两种口径符号可以不同。",
				"How many points of error this step takes away from the one before (+) or adds to it (−): a negative one made the forecast worse. The two levels can differ in sign."),
			Formula: text("前一步误差 − 本步误差", "error of the step before − error of this step")},
		{ID: "forecast.suggested_index", Revision: 1, Kind: measure.Score, Unit: index, Better: measure.Neither, Rulings: "R-3.13, R-3.16", Rows: crm.Together, Whole: true, Past: true,
			Title: text("建议信心指数", "Suggested confidence index"),
			Meaning: text("按本期之前12期(可配置)的签约/预测之比,经 Bühlmann–Straub 可信度收缩到全公司均值:历史越长、越稳,越信本人的比值。预测为0的期不计;不足3期的给全公司均值并标注;有3期的销售不足4人则没有。与主管所给指数并列,不替代它。只对当前期间、按预测所用的期间(月,否则周,否则季)。",
				"From the actual-to-forecast ratios of the 12 periods before (configurable), drawn to the company's mean by Bühlmann–Straub credibility: the longer and steadier a rep's history, the more it counts. Periods with a forecast of 0 are left out; fewer than 3 periods give the company's mean, flagged; none where fewer than 4 reps have 3. Shown beside the manager's index, never instead. For the current period only, of the kind that is forecast (months, else weeks, else quarters)."),
			Formula: text("Z × (Σ签约额 / Σ预测额) + (1 − Z) × 公司均值", "Z × (Σ actual / Σ forecast) + (1 − Z) × company mean")},
		{ID: "forecast.calibrated", Revision: 1, Kind: measure.Amount, Unit: money, Better: measure.Neither, Rulings: "R-3.13, R-3.6", Rows: crm.Together, Whole: true, Past: true,
			Title: text("校准后预测额", "Calibrated forecast"),
			Meaning: text("销售本期预测乘以各自的建议信心指数之和,全程精确,只四舍五入一次。是参照,不替代任何人的预测。",
				"The reps' forecasts of the current period, each times the rep's suggested index, summed exactly and rounded once. A reference; it replaces nobody's forecast."),
			Formula: text("Σ 预测额 × 建议信心指数", "Σ forecast × suggested index")},
	}
}

func text(zh, en string) measure.Text { return measure.Text{ZH: zh, EN: en} }

// Units of this family only.
var (
	unitDirects = measure.Unit{Text: measure.Text{ZH: "个直属", EN: "direct reports"}}
	unitReps    = measure.Unit{Text: measure.Text{ZH: "名销售", EN: "reps"}}
	unitShare   = measure.Unit{Text: measure.Text{ZH: "倍(1=100%)", EN: "of actual (1 = 100 %)"}}
)

// What the lists are called.
var (
	whoIsOffTitle      = measure.Text{ZH: "近期已结束期间预测偏倚超出允许范围", EN: "Forecasts biased beyond the tolerance over the last closed periods"}
	outliersTitle      = measure.Text{ZH: "本期预测与本人历史偏差较大:请沟通确认", EN: "Forecasts of the current period far from the rep's own history: ask"}
	calibrationTitle   = measure.Text{ZH: "主管所给信心指数与历史所示相差超出允许范围", EN: "Confidence indices off what the rep's history suggests by more than the tolerance"}
	confidenceOffTitle = measure.Text{ZH: "近期已结束期间上报预测偏离签约超出允许范围", EN: "Forecasts handed up that missed the actual beyond the tolerance over the last closed periods"}
)

func whoIsOffColumns() []measure.Column {
	return []measure.Column{
		{Title: text("谁", "Who"), Kind: measure.CellScope}, {Title: text("预测额", "Forecast"), Kind: measure.CellMoney},
		{Title: text("签约额", "Actual"), Kind: measure.CellMoney}, {Title: text("偏倚", "Bias"), Kind: measure.CellShare},
		{Title: text("命中", "Hits"), Kind: measure.CellInt}, {Title: text("预测次数", "Forecasts"), Kind: measure.CellInt},
		{Title: text("跟踪信号", "Tracking signal"), Kind: measure.CellReal},
	}
}

func calibrationColumns() []measure.Column {
	return []measure.Column{
		{Title: text("谁", "Who"), Kind: measure.CellScope}, {Title: text("本期预测额", "Forecast"), Kind: measure.CellMoney},
		{Title: text("主管指数", "Manager's index"), Kind: measure.CellReal}, {Title: text("建议指数", "Suggested index"), Kind: measure.CellReal},
		{Title: text("历史期数", "Periods"), Kind: measure.CellInt}, {Title: text("历史签约/预测", "Actual to forecast"), Kind: measure.CellReal},
		{Title: text("可信度", "Credibility"), Kind: measure.CellReal},
		{Title: text("历史Σ|指数×预测−签约|", "Past Σ|index × forecast − actual|"), Kind: measure.CellMoney},
		{Title: text("历史Σ|预测−签约|", "Past Σ|forecast − actual|"), Kind: measure.CellMoney},
	}
}

func outliersColumns() []measure.Column {
	return []measure.Column{
		{Title: text("谁", "Who"), Kind: measure.CellScope}, {Title: text("预测额", "Forecast"), Kind: measure.CellMoney},
		{Title: text("历史平均", "Mean before"), Kind: measure.CellMoney}, {Title: text("相差", "Off by"), Kind: measure.CellMoney},
		{Title: text("历史标准差", "Standard deviation"), Kind: measure.CellMoney}, {Title: text("历史期数", "Periods"), Kind: measure.CellInt},
	}
}

func confidenceOffColumns() []measure.Column {
	return []measure.Column{
		{Title: text("单位", "Unit"), Kind: measure.CellScope}, {Title: text("上报预测额", "Handed up"), Kind: measure.CellMoney},
		{Title: text("签约额", "Actual"), Kind: measure.CellMoney}, {Title: text("偏差", "Deviation"), Kind: measure.CellShare},
		{Title: text("偏离期数", "Periods off"), Kind: measure.CellInt}, {Title: text("期数", "Periods"), Kind: measure.CellInt},
	}
}

// What the warnings say.
var (
	unknownSubject         = measure.Text{ZH: "预测、信心指数或目标的对象在组织中找不到,未计入", EN: "forecasts, indices or targets for someone the organisation does not know: not counted"}
	duplicateInstant       = measure.Text{ZH: "同一时刻提交了两次预测:以后一行为准", EN: "two forecasts submitted at the same instant: the later row counts"}
	unitDay                = measure.Text{ZH: "单位的日预测:只给销售本人的日预测评分", EN: "day forecasts of a unit: only reps' own are scored"}
	notByRep               = measure.Text{ZH: "预测由他人代交", EN: "forecasts submitted by somebody else than the rep"}
	negativeIndex          = measure.Text{ZH: "信心指数为负:视为未给", EN: "negative confidence indices: treated as not given"}
	forecastWithoutRate    = measure.Text{ZH: "预测币种没有汇率:视为未提交", EN: "forecasts in a currency without a rate: treated as missing"}
	contractWithoutRate    = measure.Text{ZH: "合同币种没有汇率:未计入签约额", EN: "contracts in a currency without a rate: not in the actual"}
	contractWithoutTerm    = measure.Text{ZH: "合同额按月或按年给出而期限未知:不计入", EN: "contract amounts per month or year without a term: left out"}
	contractSharesNotWhole = measure.Text{ZH: "合同分成之和不是100%:全部计给合同所属销售", EN: "contract shares that do not add up to 100 %: all credited to the contract's own rep"}
)
