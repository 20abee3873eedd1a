package team

import "crmreport/metrics/measure"

// Metric ids of what is done for customers.
const (
	afterSalesID    = "activity.after_sales_contact"
	repeatID        = "activity.repeat_signing"
	cityCustomersID = "activity.city_customer_share"
	cityVisitsID    = "activity.city_visit_share"
	segmentID       = "activity.signed_by_segment"
	mismatchID      = "activity.coverage_mismatch"
)

func afterSalesDefinitions() []measure.Definition {
	return []measure.Definition{
		define(afterSalesID, measure.Ratio, measure.UnitPercent, measure.Up,
			text("签约后回访率", "After-sales contact"),
			text("本期新签中，签约次日起 30 天内客户有任何渠道拜访记录的比例；30 天未满的不进分子也不进分母。", "Of the new contracts of the period, the share whose customer had a visit over any channel in the 30 days from the day after the sign date. Contracts whose days still run are in neither side."),
			text("30 天内有接触的新签 ÷ 满 30 天的新签", "new contracts with a contact within 30 days ÷ new contracts whose 30 days are over"), "R-0.6, S0-15"),
		define(repeatID, measure.Ratio, measure.UnitPercent, measure.Up,
			text("老客户再签率", "Customers who sign again"),
			text("期初之前签过约的客户中，本期再次签约（任何类型）的比例；按期初前 90 天内是否有接触分开看。归期初前最后一次签约的销售。", "Of the customers who had signed before the period began, the share with another contract of any type in it, apart for those visited in the 90 days before and those not. A customer counts with who signed last before the period."),
			text("本期再签的客户 ÷ 期初前签过约的客户", "customers who signed again ÷ customers who had signed before"), "R-0.6, S0-16")}
}

func segmentDefinitions() []measure.Definition {
	return []measure.Definition{define(segmentID, measure.Amount, measure.UnitMoney, measure.Neither,
		text("签约额（按客户层级）", "Contract value by segment"),
		text("本期签约额（任何类型，作废除外）中来自该客户层级（客户表 segment）的金额；没写层级的为 unclassified。公司与大区各列金额最多的 10 个层级。", "The contract value of the period, of any type, void contracts aside, with customers of the segment that the customers table gives; unclassified is without one. For the company and its regions, the ten segments with most."),
		text("Σ 该层级客户的签约额", "Σ contract value with customers of the segment"), "R-3.4, R-5.20, S3-03")}
}

func cityDefinitions() []measure.Definition {
	apart := define(mismatchID, measure.Score, measure.Unit{Text: text("占比之差", "difference of shares")}, measure.Neither,
		text("城市覆盖错配", "Coverage mismatch by city"),
		text("某城市的客户占比减去最近 90 天拜访占比：正数表示客户多而人去得少。销售没有城市字段，所以用拜访代表人力。公司与大区各列客户最多的 10 个城市。", "A city's share of customers less its share of the visits of the last 90 days: above 0 there are more customers than visits. Reps have no city, so that visits stand for their time. For the company and its regions, the ten cities with most customers."),
		text("客户占比 − 拜访占比", "share of customers − share of visits"), "S0-37")
	apart.Of = []string{cityCustomersID, cityVisitsID}
	return []measure.Definition{apart,
		define(cityCustomersID, measure.Ratio, measure.UnitPercent, measure.Neither,
			text("城市客户占比", "Customers by city"),
			text("截止日有城市的客户中，在该城市的比例；归当日的归属人。", "Of the customers with a city on the as-of day, the share in this one; with whoever owns them that day."),
			text("该城市客户 ÷ 有城市的客户", "customers of the city ÷ customers with a city"), "S0-37"),
		define(cityVisitsID, measure.Ratio, measure.UnitPercent, measure.Neither,
			text("城市拜访占比", "Visits by city"),
			text("最近 90 天对有城市客户的拜访中，去该城市的比例；品控不合格的不计。", "Of the visits of the last 90 days to customers with a city, the share in this one; failed audits are left out."),
			text("该城市拜访 ÷ 有城市客户的拜访", "visits in the city ÷ visits to customers with a city"), "R-1.5, R-1.6, S0-37")}
}
