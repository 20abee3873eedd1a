package commission

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Metric ids.
const (
	idAccrued    = "commission.accrued"
	idClawedBack = "commission.clawed_back"
	idRestored   = "commission.restored"
	idAdjusted   = "commission.adjusted"
	idPrior      = "commission.prior_period"
	idDeducted   = "commission.deducted"
	idPayout     = "commission.payout"
	idCarried    = "commission.carried"
	idHeld       = "commission.held"
	idExposed    = "commission.exposed"
)

// Definitions returns what the family's metrics mean. All of them look at a
// rep's sales together: one sets the bracket of the next, and a month's
// balance is the rep's.
func Definitions() []measure.Definition {
	money := func(id string, better measure.Better, headline bool, title, meaning, formula measure.Text, rulings string) measure.Definition {
		return measure.Definition{ID: id, Revision: 1, Rows: crm.BySale, Kind: measure.Amount, Unit: measure.UnitMoney, Better: better,
			Headline: headline, Title: title, Meaning: meaning, Formula: formula, Rulings: rulings}
	}
	revised := func(d measure.Definition) measure.Definition { d.Revision = 2; return d } // closed months, tiers
	return []measure.Definition{
		revised(money(idAccrued, measure.Up, true,
			measure.Text{ZH: "计提提成", EN: "Commission accrued"},
			measure.Text{ZH: "按签约日有效的提成比例计提，不含税；签约制在签约日计提，回款制在回款日按回款比例计提。阶梯比例：按本人当期（默认月）签约提成基数累计所处档位，含下限、不含上限；超额累进逐段计，全额累进按签约后所达档位计整笔，之前的签约不重算。", EN: "At the rate in force on the sign date, ex VAT: on the sign date where the plan pays on bookings, with each payment where it pays on cash. Tiered rates: by what the rep has signed of the base in the period (a month unless configured); a bracket holds its lower bound, not its upper. Marginal rates each slice at its bracket; whole rates the sale at the bracket that it reaches, and no earlier one again."},
			measure.Text{ZH: "Σ 提成基数 × 提成比例 × 分成（× 已回款比例）", EN: "Σ base × rate × share (× part paid)"}, "R-5.13, R-5.14, R-5.16, R-5.20–R-5.24, R-5.36, S3-23")),
		money(idClawedBack, measure.Neither, true,
			measure.Text{ZH: "坏账扣回", EN: "Clawed back"},
			measure.Text{ZH: "期内坏账按原比例扣回的提成（负数）；超过扣回期限的不扣，不超过已计提，回款制不扣。", EN: "Commission taken back for bad debt of the period at the sale's own rate (negative); none after the clawback window, never above what accrued, none on cash plans."},
			measure.Text{ZH: "−Σ 当期烂账（不含税）× 提成比例", EN: "−Σ bad debt ex VAT × rate"}, "R-5.14, R-5.15, R-5.17, R-5.19, S3-23"),
		money(idRestored, measure.Neither, false,
			measure.Text{ZH: "收回返还", EN: "Restored"},
			measure.Text{ZH: "已核销款收回后按原比例返还的提成，不超过该笔成交已扣回的。", EN: "Commission given back when written-off debt is recovered, at the sale's rate and never above what that sale lost."},
			measure.Text{ZH: "Σ 收回金额（不含税）× 提成比例", EN: "Σ recovered ex VAT × rate"}, "R-5.14, R-5.37"),
		money(idAdjusted, measure.Neither, false,
			measure.Text{ZH: "冲减提成", EN: "Adjusted"},
			measure.Text{ZH: "贷项、合同作废与退款冲减的提成（负数）。", EN: "Commission reversed by credit notes, cancelled contracts and, on cash plans, refunds (negative)."},
			measure.Text{ZH: "−Σ 冲减部分（不含税）× 提成比例", EN: "−Σ reversed part ex VAT × rate"}, "R-5.18"),
		money(idPrior, measure.Neither, false,
			measure.Text{ZH: "以前期间调整", EN: "Prior-period adjustment"},
			measure.Text{ZH: "已结账月份按今日数据重算的应发与实发之差，计入其后首个未结账月份；已结账月份的实发不再改变。没有实发提成表则无此项。", EN: "What closed months would pay on today's data less what was really paid for them, in the first open month after them; what was paid is never rewritten. There is none without a commission ledger."},
			measure.Text{ZH: "Σ 已结账月份重算应发 − Σ 实发", EN: "Σ payout due of closed months − Σ paid"}, "R-0.6, R-5.30"),
		revised(money(idDeducted, measure.Neither, false,
			measure.Text{ZH: "当月扣款", EN: "Deducted"},
			measure.Text{ZH: "为扣回与结转的负额从当月应得中扣下的部分（负数）。按人按月；季、年为各月之和。已结账月份不列。", EN: "Withheld from the month's earnings for what was taken back and carried over (negative). By rep and month; quarters and years are sums of months. A closed month shows none: what was paid is known, not why."},
			measure.Text{ZH: "−min(应扣 + 上月结转, 当月应得, 扣款上限)", EN: "−min(taken back + carried over, earned, cap)"}, "R-5.26, R-5.27, R-5.38")),
		revised(money(idPayout, measure.Up, true,
			measure.Text{ZH: "应发提成", EN: "Payout"},
			measure.Text{ZH: "当月应发，不为负；负额结转下月。按人按月计算，归月末所在的团队；当月为截至目前。实发提成表已结账的月份按实发。", EN: "What the month pays, never negative: a negative month is carried on. Computed by rep and month and credited to the unit at the month's end; the running month is to date. A month that the commission ledger closes pays what was paid."},
			measure.Text{ZH: "上期结转 + 计提 + 扣回 + 返还 + 冲减 − 期末结转", EN: "carried over + accrued + clawed back + restored + adjusted − carried forward"}, "R-5.26, R-5.30")),
		revised(money(idCarried, measure.Neither, false,
			measure.Text{ZH: "结转余额", EN: "Carried forward"},
			measure.Text{ZH: "期末尚未扣回的余额（负数），随人走，不转给接手人。已结账月份为今日重算减实发后的余额。", EN: "Still to be withheld at the end of the period (negative). It stays with the rep and is never the successor's. At the end of a closed month: what today's sums leave after what was paid."},
			measure.Text{ZH: "上期结转 + 计提 + 扣回 + 返还 + 冲减 − 应发提成", EN: "carried over + accrued + clawed back + restored + adjusted − payout"}, "R-5.19, R-5.26, R-5.28, R-5.30")),
		money(idHeld, measure.Neither, false,
			measure.Text{ZH: "冻结提成（待回款）", EN: "On hold until paid"},
			measure.Text{ZH: "期末，回款制签单等客户付款才计提的提成；已冲减、作废、核销的不在内。不改变应发；可按人相加，不可按期相加。", EN: "At the period's end, on cash plans: commission of signed sales that waits for the customer's payment; nothing of what is credited, voided or written off. Changes no payout; adds up over reps, not over time."},
			measure.Text{ZH: "Σ（可回款部分的提成 − 已计提）", EN: "Σ (commission of what can still be paid − accrued)"}, "R-5.16, R-5.19, R-5.21, R-5.36"),
		money(idExposed, measure.Down, false,
			measure.Text{ZH: "逾期提成（或扣回）", EN: "At risk of clawback"},
			measure.Text{ZH: "期末，签约制已计提、若当日核销全部逾期款就会被扣回的提成；超过扣回期限的不计。不改变应发；可按人相加，不可按期相加。", EN: "At the period's end, on booking plans: what writing off all that is overdue on that day would take back of the commission accrued; nothing after the clawback window. Changes no payout; adds up over reps, not over time."},
			measure.Text{ZH: "Σ（已计提 − 核销逾期款后的提成）", EN: "Σ (accrued − commission after that write-off)"}, "R-5.2, R-5.15, R-5.17, R-5.19, R-5.21, R-5.36"),
	}
}
