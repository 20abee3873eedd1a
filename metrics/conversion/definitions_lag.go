package conversion

import "crmreport/metrics/measure"

func lagIndexDefinitions() []measure.Definition {
	define := func(id string, kind measure.Kind, u measure.Unit, title, meaning, formula measure.Text) measure.Definition {
		return measure.Definition{ID: id, Revision: 1, Kind: kind, Unit: u, Better: measure.Up, Title: title, Meaning: meaning, Formula: formula,
			Rulings: "R-1.16, R-1.17, R-1.42", Of: []string{signingsID}, Ever: []string{validID, signingsID}}
	}
	return []measure.Definition{
		define(laggedID, measure.Effect, measure.UnitSignings,
			measure.Text{ZH: "按时滞应得签单", EN: "Signings expected after their lag"},
			measure.Text{ZH: "黄金法则下，本期及以前的全部有效拜访到报表日为止应在本期带来的签单：每次有效拜访的 1/8 个签单，按全公司签约客户的用时分布到来。", EN: "Signings that the golden rule expects in the period, by the as-of day, of all valid visits in it and before: an eighth of each comes as late as the company's customers who sign do."},
			measure.Text{ZH: "1/8 × Σ[F(期末 − 拜访日) − F(期初前一日 − 拜访日)]，F 为签约客户的用时分布", EN: "1/8 × Σ[F(last day − day of visit) − F(day before the first − day of visit)], F the days that signers take"}),
		define(lagIndexID, measure.Score, measure.UnitIndex,
			measure.Text{ZH: "黄金指数（计时滞）", EN: "Golden index after the lag"},
			measure.Text{ZH: "签单与按时滞应得签单之比，1 为达标。团队扩张时，同期的黄金指数偏低，因为新增的拜访还没到签约的时候；此处已扣除。期初之前的记录不足以覆盖 95% 签约的时滞时，注明历史不足。", EN: "Signings against those expected after their lag; 1 is on the rule. Of a growing team the golden index of the same period is too low, for its new visits have not had their time; here they have. Where the records before the period cover less than 95 % of the signings' lag, it says so."},
			measure.Text{ZH: "签单客户数 ÷ 按时滞应得签单；区间 [L/E, U/E]", EN: "signings ÷ signings expected after their lag; interval [L/E, U/E]"}),
	}
}
