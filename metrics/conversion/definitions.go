package conversion

import "crmreport/metrics/measure"

// The metrics of the family.
const (
	visitsID        = "conversion.visits"
	validID         = "conversion.valid_visits"
	advancedID      = "conversion.advanced_visits"
	unknownID       = "conversion.unknown_visits"
	failedID        = "conversion.audit_failed"
	duplicatesID    = "conversion.duplicate_visits"
	newValidID      = "conversion.new_valid_customers"
	signingsID      = "conversion.signings"
	withoutVisitID  = "conversion.signings_without_visit"
	amountID        = "conversion.signed_amount"
	validShareID    = "conversion.valid_share"
	perSigningID    = "conversion.valid_per_signing"
	newPerSigningID = "conversion.new_valid_per_signing"
	goldenID        = "conversion.golden_index"
	planVisitsID    = "conversion.plan_visits"
	planValidID     = "conversion.plan_valid_visits"
	planSigningsID  = "conversion.plan_signings"
	quantityID      = "conversion.effect_quantity"
	qualityID       = "conversion.effect_quality"
	conversionID    = "conversion.effect_conversion"
	quantityShareID = "conversion.effect_quantity_shapley"
	qualityShareID  = "conversion.effect_quality_shapley"
	convShareID     = "conversion.effect_conversion_shapley"

	signingRateID     = "conversion.signing_rate"
	shrunkenID        = "conversion.shrunken_rate"
	cohortCustomersID = "conversion.cohort_customers"
	cohortSignedID    = "conversion.cohort_signed"
	cohortLostID      = "conversion.cohort_lost"
	cohortFollowedID  = "conversion.cohort_followed"
	cohortFateID      = "conversion.cohort_fate"
	lagMedianID       = "conversion.lag_median_days"
	lagQuarterID      = "conversion.lag_p25_days"

	laggedID           = "conversion.expected_signings_lagged"
	lagIndexID         = "conversion.lag_index"
	trailingShareID    = "conversion.trailing_valid_share"
	trailingSigningsID = "conversion.trailing_signings"
	planRateID         = "conversion.rate_for_plan"
	neededValidID      = "conversion.needed_valid_visits"
	validPerDayID      = "conversion.needed_valid_per_day"
	visitsPerDayID     = "conversion.needed_visits_per_day"
)

func unit(zh, en string) measure.Unit { return measure.Unit{Text: measure.Text{ZH: zh, EN: en}} }

// Definitions returns the metrics of the family in the order of the page.
func Definitions() []measure.Definition {
	all := visitDefinitions()
	all = append(all, signingDefinitions()...)
	all = append(all, ratioDefinitions()...)
	all = append(all, rankDefinitions()...)
	all = append(all, cohortDefinitions()...)
	all = append(all, lagIndexDefinitions()...)
	all = append(all, paceDefinitions()...)
	all = append(all, plannerDefinitions()...)
	return append(all, planDefinitions()...)
}

func visitDefinitions() []measure.Definition {
	return []measure.Definition{
		{ID: visitsID, Revision: 1, Kind: measure.Count, Unit: measure.UnitVisits, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "拜访量", EN: "Visits"},
			Meaning: measure.Text{ZH: "销售本人的上门拜访次数。同一销售同一天对同一客户只计一次；品控不合格的不计；陪访只计销售本人；电话和线上联系不计。", EN: "Visits in person, credited to the visiting rep only. One rep, customer and day count once; visits that failed the audit, phone calls and online contacts do not count."},
			Formula: measure.Text{ZH: "录入的拜访 − 品控不合格 − 重复", EN: "entered visits − failed audits − duplicates"},
			Rulings: "R-1.3–R-1.6, R-1.35, S2-20"},
		{ID: validID, Revision: 1, Kind: measure.Count, Unit: measure.UnitVisits, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "有效拜访量", EN: "Valid visits"},
			Meaning: measure.Text{ZH: "见到关键人（KP）或购买决策的推动者、讲过服务、且客户没有明确拒绝的拜访，三条缺一不可。字段空白、无法判断的不算有效；若全部算有效，则为区间上限。", EN: "Visits that met a key person or a driver of the decision, in which the service was pitched, and that ended without an explicit refusal: all three. A blank that decides is not counted as valid; the upper bound counts it."},
			Formula: measure.Text{ZH: "见关键人或推动者 且 讲过服务 且 无明确拒绝", EN: "met KP or driver ∧ pitched ∧ no explicit rejection"},
			Rulings: "R-0.10, R-1.1, R-1.34, S4-20"},
		{ID: advancedID, Revision: 1, Kind: measure.Count, Unit: measure.UnitVisits, Better: measure.Up,
			Title:   measure.Text{ZH: "推进商机的有效拜访", EN: "Valid visits that advanced a deal"},
			Meaning: measure.Text{ZH: "拜访后 7 天内（含当天）该客户的商机进入新的更后阶段或赢单的有效拜访。这是“有效”的另一种说法，单列，不改变有效拜访量。", EN: "Valid visits after which, within 7 days (the day included), a deal of the customer entered a stage beyond all before it or was won. A second meaning of valid, shown beside the first and changing nothing."},
			Formula: measure.Text{ZH: "有效拜访，且拜访日起 7 天内有商机推进", EN: "valid visits with a stage advance dated 0 to 7 days after"},
			Rulings: "R-1.1"},
		{ID: unknownID, Revision: 1, Kind: measure.Count, Unit: measure.UnitVisits, Better: measure.Down,
			Title:   measure.Text{ZH: "待判定拜访", EN: "Visits of unknown validity"},
			Meaning: measure.Text{ZH: "判断是否有效所需的字段为空的拜访。补录之后可能变为有效。", EN: "Visits with a blank in a field that decides whether they are valid. Filling it in may make them valid."},
			Formula: measure.Text{ZH: "没有一条为否，但至少一条为空的拜访", EN: "visits with no condition false and at least one blank"},
			Rulings: "R-0.10"},
		{ID: failedID, Revision: 1, Kind: measure.Count, Unit: measure.UnitRows, Better: measure.Down,
			Title:   measure.Text{ZH: "品控不合格拜访", EN: "Visits that failed the audit"},
			Meaning: measure.Text{ZH: "品控判为不合格的拜访记录，按原拜访日期从所有统计中剔除。", EN: "Entered visits that quality control failed. They are removed from every count of their original date."},
			Formula: measure.Text{ZH: "品控结果为不合格的拜访行数", EN: "visit rows with a failed audit"},
			Rulings: "R-1.6, R-1.35"},
		{ID: duplicatesID, Revision: 1, Kind: measure.Count, Unit: measure.UnitRows, Better: measure.Neither,
			Title:   measure.Text{ZH: "重复拜访记录", EN: "Duplicate visits"},
			Meaning: measure.Text{ZH: "同一销售同一天对同一客户的多余记录；保留最好的一条（有效优先，其次待判定，再次最早）。", EN: "Further rows of one rep, customer and day; the best row stays (valid before unknown before invalid, then the earliest)."},
			Formula: measure.Text{ZH: "录入的拜访 − 品控不合格 − 拜访量", EN: "entered visits − failed audits − visits"},
			Rulings: "R-1.3, R-1.35"},
		{ID: newValidID, Revision: 1, Kind: measure.Count, Unit: measure.UnitCustomers, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "新增有效客户", EN: "New valid customers"},
			Meaning: measure.Text{ZH: "在当前归属期内首次被有效拜访的客户，计入首次有效拜访的当天和拜访人。客户换了负责人、或中断后重新归属，即开始新的归属期。区间为待判定拜访若全部有效时的数值。", EN: "Customers with their first valid visit of an ownership spell, counted on that day for the visiting rep. A new owner begins a new spell, and so does one who gets the customer back. The range says what it were if every visit of unknown validity were valid."},
			Formula: measure.Text{ZH: "归属期内首次有效拜访的次数", EN: "first valid visits of ownership spells"},
			Rulings: "R-1.2, R-1.12"},
	}
}

func signingDefinitions() []measure.Definition {
	return []measure.Definition{
		{ID: signingsID, Revision: 1, Kind: measure.Count, Unit: measure.UnitSignings, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "签单客户数", EN: "Signings"},
			Meaning: measure.Text{ZH: "本期至少签了一份新签合同的客户数。一个客户一期只计一次，所以各周之和可以大于当月。续签、增购不计；作废合同从签约日剔除。多人分单按比例计，上级合计为一。", EN: "Customers with at least one new contract signed in the period. A customer counts once a period, so weeks may add up to more than their month. Renewals and expansions do not count; void contracts leave their sign date. Split credit counts by share and sums to one above."},
			Formula: measure.Text{ZH: "本期有未作废新签合同的客户数，归最早一份合同的销售", EN: "customers with a new contract that is not void, credited by the earliest of the period"},
			Rulings: "R-1.7–R-1.9, R-1.11, R-1.12, R-1.36"},
		{ID: withoutVisitID, Revision: 1, Kind: measure.Count, Unit: measure.UnitSignings, Better: measure.Down,
			Title:   measure.Text{ZH: "无有效拜访的签单", EN: "Signings without a valid visit"},
			Meaning: measure.Text{ZH: "签约日及之前没有任何有效拜访记录的签单：漏录拜访，或客户主动上门。仍计入签单客户数。", EN: "Signings of customers without any valid visit up to the sign date: an entry is missing or the customer came by itself. They stay in the signings."},
			Formula: measure.Text{ZH: "签单中，签约日前（含当日）无有效拜访者", EN: "signings whose customer has no valid visit on or before the sign date"},
			Rulings: "R-1.10"},
		{ID: amountID, Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "新签合同额", EN: "New contract value"},
			Meaning: measure.Text{ZH: "本期新签且未作废合同的含税总额（整个合同期），按签约日汇率折算为报表币种。", EN: "Gross value over the whole term of the new contracts signed in the period that are not void, in the report's currency at the rate of the sign date."},
			Formula: measure.Text{ZH: "Σ 新签合同金额；分单按最大余额法分到分", EN: "Σ amount of new contracts; split credit to the cent by largest remainder"},
			Rulings: "R-0.8, R-1.7–R-1.9, R-5.20, S0-35"},
	}
}

func ratioDefinitions() []measure.Definition {
	return []measure.Definition{
		{ID: validShareID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "有效拜访率", EN: "Share of valid visits"},
			Meaning: measure.Text{ZH: "拜访中有效拜访的比例，反映拜访质量。", EN: "How many of the visits were valid: the quality of the visits."},
			Formula: measure.Text{ZH: "有效拜访量 ÷ 拜访量", EN: "valid visits ÷ visits"},
			Rulings: "R-0.4, R-0.5, R-1.1", Of: []string{validID, visitsID}},
		{ID: perSigningID, Revision: 1, Kind: measure.Ratio, Unit: unit("次有效拜访/签单", "valid visits per signing"), Better: measure.Down, Headline: true,
			Title:   measure.Text{ZH: "每签单有效拜访数", EN: "Valid visits per signing"},
			Meaning: measure.Text{ZH: "黄金法则：8 次有效拜访产生 1 个签单，越少越好。区间为签单数的精确泊松（Garwood）95% 区间；没有签单时只有下限。", EN: "The golden rule: 8 valid visits give 1 signing; fewer is better. The interval is the exact Poisson (Garwood) 95 % interval of the signings; without a signing only its lower end exists."},
			Formula: measure.Text{ZH: "有效拜访量 ÷ 签单客户数；区间 [V/U, V/L]", EN: "valid visits ÷ signings; interval [V/U, V/L]"},
			Rulings: "R-1.13–R-1.15", Of: []string{validID, signingsID}},
		{ID: newPerSigningID, Revision: 1, Kind: measure.Ratio, Unit: unit("个新增有效客户/签单", "new valid customers per signing"), Better: measure.Down, Headline: true,
			Title:   measure.Text{ZH: "每签单新增有效客户", EN: "New valid customers per signing"},
			Meaning: measure.Text{ZH: "黄金法则的另一种数法：8 个新增有效客户产生 1 个签单。十次拜访同一客户，有效拜访计 10，这里计 1。区间为签单数的精确泊松（Garwood）95% 区间。", EN: "The golden rule counted the other way: 8 new valid customers give 1 signing. Ten visits to one customer are 10 valid visits and 1 here. The interval is the exact Poisson (Garwood) 95 % interval of the signings."},
			Formula: measure.Text{ZH: "新增有效客户 ÷ 签单客户数；区间 [V/U, V/L]", EN: "new valid customers ÷ signings; interval [V/U, V/L]"},
			Rulings: "R-1.2, R-1.13–R-1.16", Of: []string{newValidID, signingsID}},
		{ID: goldenID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitIndex, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "黄金指数", EN: "Golden index"},
			Meaning: measure.Text{ZH: "实际签单与黄金法则应得签单之比，1 为达标。只有区间完全在 1 的一侧时才判定低于或高于法则，否则无法区分。", EN: "Signings against those that the golden rule expects of the valid visits; 1 is on the rule. It is below or above only where the whole interval is; else the difference cannot be told from chance."},
			Formula: measure.Text{ZH: "8 × 签单客户数 ÷ 有效拜访量；区间 [8L/V, 8U/V]", EN: "8 × signings ÷ valid visits; interval [8L/V, 8U/V]"},
			Rulings: "R-1.13–R-1.16, S4-18", Of: []string{signingsID, validID}},
	}
}

func planDefinitions() []measure.Definition {
	effect := func(id, zh, en string, meaning, formula measure.Text, rulings string) measure.Definition {
		return measure.Definition{ID: id, Revision: 1, Kind: measure.Effect, Unit: measure.UnitSignings, Better: measure.Up,
			Title: measure.Text{ZH: zh, EN: en}, Meaning: meaning, Formula: formula, Rulings: rulings, Of: []string{visitsID, validID, signingsID}, BySeat: true}
	}
	const (
		zhSum = "以计划标准或上期同期为基准，上级等于各销售之和。"
		enSum = " Against the plan or the comparable stretch before; a unit is the sum of its reps."
		zhAlt = "有一侧为零时，对数均值法把全部差额归于一个因素；此为对照：各因素变动次序的平均。"
		enAlt = "Where a side is zero the logarithmic mean gives all to one factor; this is the second opinion: the average over the orders in which the factors can change."
	)
	shapley := measure.Text{ZH: "三因素 Shapley 值", EN: "Shapley value of the three factors"}
	return []measure.Definition{
		{ID: planVisitsID, Revision: 1, Kind: measure.Count, Unit: measure.UnitVisits, Better: measure.Neither,
			Title:   measure.Text{ZH: "计划拜访量", EN: "Planned visits"},
			Meaning: measure.Text{ZH: "按标准每位销售每个工作日应有的拜访，截至报表日；休假不计。", EN: "What the standard asks for: visits per rep and rostered working day, up to the as-of day."},
			Formula: measure.Text{ZH: "8 × 应出勤人天", EN: "8 × rostered working days of reps"},
			Rulings: "R-1.28, R-1.30, R-6.6", Seats: true},
		{ID: planValidID, Revision: 1, Kind: measure.Count, Unit: measure.UnitVisits, Better: measure.Neither,
			Title:   measure.Text{ZH: "计划有效拜访量", EN: "Planned valid visits"},
			Meaning: measure.Text{ZH: "按标准每位销售每个工作日应有的有效拜访，截至报表日。", EN: "Valid visits that the standard asks of each rep and rostered working day, up to the as-of day."},
			Formula: measure.Text{ZH: "2 × 应出勤人天", EN: "2 × rostered working days of reps"},
			Rulings: "R-1.28, R-1.30, R-6.6", Seats: true},
		{ID: planSigningsID, Revision: 1, Kind: measure.Count, Unit: measure.UnitSignings, Better: measure.Neither,
			Title:   measure.Text{ZH: "计划签单数", EN: "Planned signings"},
			Meaning: measure.Text{ZH: "计划有效拜访按黄金法则应产生的签单，是三因素分解的计划基准。", EN: "Signings that the golden rule expects of the planned valid visits: the plan that the effects start from."},
			Formula: measure.Text{ZH: "计划有效拜访量 ÷ 8", EN: "planned valid visits ÷ 8"},
			Rulings: "R-1.28, R-1.30", Seats: true},
		effect(quantityID, "数量影响", "Effect of quantity",
			measure.Text{ZH: "签单差额中由拜访数量造成的部分。" + zhSum, EN: "The part of the change in signings that is due to the number of visits." + enSum},
			measure.Text{ZH: "Σ L(S¹,S⁰)·ln(N¹/N⁰)，L 为对数均值（LMDI-I）", EN: "Σ L(S¹,S⁰)·ln(N¹/N⁰), L the logarithmic mean (LMDI-I)"}, "R-1.27–R-1.29, R-1.41, S4-01, S4-09"),
		effect(qualityID, "质量影响", "Effect of quality",
			measure.Text{ZH: "签单差额中由有效拜访率造成的部分。" + zhSum, EN: "The part of the change in signings that is due to the share of valid visits." + enSum},
			measure.Text{ZH: "Σ L(S¹,S⁰)·ln(q¹/q⁰)，q = 有效拜访量 ÷ 拜访量", EN: "Σ L(S¹,S⁰)·ln(q¹/q⁰), q = valid visits ÷ visits"}, "R-1.27–R-1.29, R-1.41, S4-09, S4-11"),
		effect(conversionID, "转化率影响", "Effect of conversion",
			measure.Text{ZH: "签单差额中由有效拜访到签单的转化率造成的部分。" + zhSum, EN: "The part of the change in signings that is due to signings per valid visit." + enSum},
			measure.Text{ZH: "Σ L(S¹,S⁰)·ln(c¹/c⁰)，c = 签单客户数 ÷ 有效拜访量", EN: "Σ L(S¹,S⁰)·ln(c¹/c⁰), c = signings ÷ valid visits"}, "R-1.27–R-1.29, R-1.41, S4-09"),
		effect(quantityShareID, "数量影响（Shapley 对照）", "Effect of quantity (Shapley)", measure.Text{ZH: zhAlt, EN: enAlt}, shapley, "R-1.28"),
		effect(qualityShareID, "质量影响（Shapley 对照）", "Effect of quality (Shapley)", measure.Text{ZH: zhAlt, EN: enAlt}, shapley, "R-1.28"),
		effect(convShareID, "转化率影响（Shapley 对照）", "Effect of conversion (Shapley)", measure.Text{ZH: zhAlt, EN: enAlt}, shapley, "R-1.28"),
	}
}
