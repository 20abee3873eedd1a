package conversion

import (
	"fmt"

	"crmreport/metrics/measure"
)

// cohortDefinitions are the metrics of the customers who entered in a period.
func cohortDefinitions() []measure.Definition {
	var all []measure.Definition
	for i, w := range windows {
		all = append(all, windowDefinition(cohortIDs[i], int(w)))
	}
	count := func(id, zh, en string, meaning, formula measure.Text, rulings string) measure.Definition {
		return measure.Definition{ID: id, Revision: 1, Kind: measure.Count, Unit: measure.UnitCustomers, Better: measure.Neither, Headline: true,
			Title: measure.Text{ZH: zh, EN: en}, Meaning: meaning, Formula: formula, Rulings: rulings}
	}
	lost := count(cohortLostID, "首访客户中已跟丢", "Of them lost",
		measure.Text{ZH: "本期首次有效拜访的客户中，没有签约、所有新签商机都已输单的客户。输单可能重新打开，所以跟丢的客户仍留在转化率的分母里。", EN: "Of the customers first validly visited in the period, those who did not sign and whose deals for new contracts are all lost. A lost deal can be re-opened, so they stay in the denominator of every conversion rate."},
		measure.Text{ZH: "未签约、全部新签商机已输单的客户数", EN: "customers without a signing whose new deals are all lost"}, "R-1.20, R-1.22, S4-12")
	lost.Whole = true
	all = append(all,
		count(cohortCustomersID, "首访客户数", "Customers first visited",
			measure.Text{ZH: "有史以来首次有效拜访在本期的客户，计入当天的拜访人；换负责人不重新计。此前已签约的客户不是新客户，不计。", EN: "Customers whose first valid visit ever lies in the period, credited to who made it; a new owner does not count them again. A customer who had signed before is no prospect and does not count."},
			measure.Text{ZH: "首次有效拜访在本期的客户数", EN: "customers whose first valid visit is in the period"}, "R-1.12, R-1.19"),
		count(cohortSignedID, "首访客户中已签约", "Of them signed",
			measure.Text{ZH: "本期首次有效拜访的客户中，截至报表日已签新签合同的客户，不论用了多久。", EN: "Of the customers first validly visited in the period, those with a new contract by the as-of day, however long that took."},
			measure.Text{ZH: "首访之日或之后签约的客户数", EN: "customers who signed on or after the first valid visit"}, "R-1.9, R-1.19"),
		count(cohortFollowedID, "首访客户中已满期", "Of them followed for the whole window",
			measure.Text{ZH: "本期首次有效拜访的客户中，截至报表日首访已满 30、60、90 天的客户，不论结果。只在尚有客户未满期时给出；满期后即为全部首访客户。", EN: "Of the customers first validly visited in the period, those whose first visit is 30, 60 or 90 days ago or longer, whatever became of them. Given while somebody has not had that long; after that it is all of them."},
			measure.Text{ZH: "首访日 + 窗口天数 ≤ 报表日的客户数", EN: "customers whose day of entry + window ≤ as-of day"}, "R-1.18, R-1.37"),
		lost)
	return append(append(all, lagDefinitions()...), fateDefinition())
}

func windowDefinition(id string, days int) measure.Definition {
	return measure.Definition{ID: id, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Headline: true,
		Title: measure.Text{ZH: fmt.Sprintf("%d 天转化率", days), EN: fmt.Sprintf("Conversion within %d days", days)},
		Meaning: measure.Text{ZH: fmt.Sprintf("本期首次有效拜访的客户中，%[1]d 天内（含当天和第 %[1]d 天）签约的比例，本期之后的签约也算。跟丢的客户留在分母。全部客户满 %[1]d 天之前为 Kaplan–Meier 估计，标为未成熟；有跟踪的客户不足 5 个则不给出。", days),
			EN: fmt.Sprintf("Of the customers first validly visited in the period, the share that signed within %[1]d days (day 0 and day %[1]d count), after the period too. Lost customers stay in the denominator. Until all had %[1]d days it is the Kaplan–Meier estimate and marked immature; with fewer than 5 followed there is none.", days)},
		Formula: measure.Text{ZH: fmt.Sprintf("%[1]d 天内签约的客户 ÷ 首访客户；未成熟时 1 − KM(%[1]d)", days), EN: fmt.Sprintf("customers who signed within %[1]d days ÷ customers first visited; while immature 1 − KM(%[1]d)", days)},
		Rulings: "R-1.18–R-1.21, R-1.23, R-1.25, R-1.37–R-1.39"}
}

func lagDefinitions() []measure.Definition {
	lag := func(id, zh, en, share, part string) measure.Definition {
		return measure.Definition{ID: id, Revision: 2, Kind: measure.Score, Unit: measure.UnitDays, Better: measure.Down, Headline: true,
			Title:   measure.Text{ZH: zh, EN: en},
			Meaning: measure.Text{ZH: "从首次有效拜访到签约，直到" + share + "客户签约所用的天数，未签约的客户也算在内；尚未达到则没有数值。只看已签约客户的天数会偏短，不予显示。区间为 95% Brookmeyer–Crowley 区间；有跟踪的客户不足 5 个则不给出。", EN: "Days from the first valid visit until " + part + " of the customers had signed, those who have not included; no value until that is reached, or with fewer than 5 followed. The interval is the 95 % one of Brookmeyer and Crowley. The days of those who signed alone are biased short and not shown."},
			Formula: measure.Text{ZH: "Kaplan–Meier 曲线首次降到 1 − 该比例的天数；区间为其 log-log 上下限首次降到该处的天数", EN: "the first day on which the Kaplan–Meier curve is down to 1 less that share; interval: its log-log limits down there"},
			Rulings: "R-0.11, R-1.18, R-1.21, R-1.23, R-1.24, R-1.37, R-1.39", Of: []string{cohortSignedID, cohortCustomersID}}
	}
	return []measure.Definition{
		lag(lagMedianID, "签约用时中位数", "Median days to sign", "一半", "half"),
		lag(lagQuarterID, "签约用时四分位", "Days until a quarter signed", "四分之一", "a quarter"),
	}
}

func fateDefinition() measure.Definition {
	return measure.Definition{ID: cohortFateID, Revision: 1, Kind: measure.Score, Unit: measure.UnitPercent, Better: measure.Neither, Headline: true,
		Title:   measure.Text{ZH: "60 天三分", EN: "Fates after 60 days"},
		Meaning: measure.Text{ZH: "本期首次有效拜访的客户 60 天后的去向：签约、跟丢、进行中（Aalen–Johansen 估计），三者之和恒为 1。与 60 天转化率的算法不同，可能略有出入。", EN: "What became of the customers first validly visited in the period after 60 days: signed, lost or open (Aalen–Johansen), which always sum to 1. It is not worked out as the conversion within 60 days is and may differ from it slightly."},
		Formula: measure.Text{ZH: "60 天时各去向的累积发生率", EN: "cumulative incidence of each fate at 60 days"},
		Rulings: "R-1.22, R-1.23, R-1.38", Of: []string{cohortSignedID, cohortLostID, cohortCustomersID}}
}
