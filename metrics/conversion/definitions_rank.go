package conversion

import "crmreport/metrics/measure"

func rankDefinitions() []measure.Definition {
	perVisit := unit("签单/有效拜访", "signings per valid visit")
	return []measure.Definition{
		{ID: signingRateID, Revision: 1, Kind: measure.Ratio, Unit: perVisit, Better: measure.Up,
			Title:   measure.Text{ZH: "每次有效拜访签单", EN: "Signings per valid visit"},
			Meaning: measure.Text{ZH: "每次有效拜访产生的签单，黄金法则为 1/8。区间为签单数的精确泊松（Garwood）95% 区间。", EN: "Signings for each valid visit; the golden rule is 1/8. The interval is the exact Poisson (Garwood) 95 % interval of the signings."},
			Formula: measure.Text{ZH: "签单客户数 ÷ 有效拜访量；区间 [L/V, U/V]", EN: "signings ÷ valid visits; interval [L/V, U/V]"},
			Rulings: "R-1.13, R-1.15", Of: []string{signingsID, validID}},
		{ID: shrunkenID, Revision: 1, Kind: measure.Score, Unit: perVisit, Better: measure.Up,
			Title:   measure.Text{ZH: "收缩后的签单率", EN: "Shrunken signings per valid visit"},
			Meaning: measure.Text{ZH: "排名用的签单率：拜访越少，越向全公司平均收缩（经验贝叶斯），免得两次拜访签一单的人排第一。差异可用偶然解释时，所有人等于平均，并注明看不出差异；不足 4 名销售或 5 个签单不排名。", EN: "What reps are ranked by: the fewer the visits, the nearer to the company's mean (empirical Bayes), so that 1 signing of 2 visits does not lead the table. Where chance explains the differences everybody has the mean, and it says so; with fewer than 4 reps or 5 signings there is no ranking."},
			Formula: measure.Text{ZH: "m + A ÷ (A + m/n) × (k/n − m)，m 为全公司平均，A 为销售之间的方差", EN: "m + A ÷ (A + m/n) × (k/n − m); m the company's mean, A the variance between reps"},
			Rulings: "R-1.26, R-1.40", Of: []string{signingsID, validID}, Peers: true},
	}
}
