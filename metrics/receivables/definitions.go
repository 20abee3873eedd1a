package receivables

import "crmreport/metrics/measure"

// Metric ids.
const (
	idBalance      = "receivables.balance"
	idItems        = "receivables.open_items"
	idBucket       = "receivables.bucket"
	idUnapplied    = "receivables.unapplied"
	idOverdue      = "receivables.overdue"
	idOverdueShare = "receivables.overdue_share"
	idByCause      = "receivables.overdue_by_cause"
	idByStep       = "receivables.overdue_by_step"
	idWrittenOff   = "receivables.written_off"
	idRecovered    = "receivables.recovered"
)

// Definitions returns what the family's metrics mean.
func Definitions() []measure.Definition {
	money := func(id string, better measure.Better, headline bool, title, meaning, formula measure.Text, rulings string) measure.Definition {
		return measure.Definition{ID: id, Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: better,
			Headline: headline, Title: title, Meaning: meaning, Formula: formula, Rulings: rulings}
	}
	share := money(idOverdueShare, measure.Down, true,
		measure.Text{ZH: "逾期占比", EN: "Overdue share"},
		measure.Text{ZH: "未收款中已过到期日的部分；未核销的预收款不抵减。", EN: "The part of what is open that is past its due date; unapplied credit is not netted."},
		measure.Text{ZH: "逾期金额 ÷ 各账龄区间之和", EN: "overdue / sum of the ageing buckets"}, "R-5.2, R-5.31")
	share.Kind, share.Unit, share.Amounts = measure.Ratio, measure.UnitPercent, true
	items := money(idItems, measure.Neither, false,
		measure.Text{ZH: "未收分期数", EN: "Open instalments"},
		measure.Text{ZH: "期末仍有余额的发票分期；分成的一期计入第一位签单人。", EN: "Instalments of invoices that are not settled at the end of the period; one of split credit counts with its first rep."},
		measure.Text{ZH: "未收金额不为 0 的分期数", EN: "instalments whose outstanding amount is not 0"}, "R-5.1, R-5.6")
	items.Kind, items.Unit = measure.Count, measure.UnitInvoices
	return []measure.Definition{
		money(idBalance, measure.Neither, true,
			measure.Text{ZH: "应收余额", EN: "Receivables balance"},
			measure.Text{ZH: "期末客户净欠款（含税）。信用归属随成交：按合同的签单人与比例计，不随客户现负责人变动。", EN: "What customers owe net at the end of the period, VAT included. The credit follows the sale: the reps credited on it by share, not today's owner."},
			measure.Text{ZH: "各账龄区间之和 + 未核销款（负数）= 开票 − 回款 − 贷项 − 核销", EN: "sum of the buckets + unapplied (negative) = billed − paid − credited − written off"}, "R-5.1, R-5.7, R-5.8"),
		items,
		money(idBucket, measure.Neither, false,
			measure.Text{ZH: "账龄", EN: "Ageing"},
			measure.Text{ZH: "未收分期按逾期天数归入区间；到期当日不算逾期，区间上限含当日。", EN: "Open instalments by days past due; due today is not overdue, upper bounds are included."},
			measure.Text{ZH: "逾期天数 = 截止日 − 到期日", EN: "days past due = as-of day − due date"}, "R-5.1–R-5.4, R-5.6"),
		money(idUnapplied, measure.Neither, false,
			measure.Text{ZH: "未核销款", EN: "Unapplied credit"},
			measure.Text{ZH: "尚未冲抵任何分期的预收款、多付款与贷项，以负数列示。有指定发票的归该笔成交，其余不归任何人。", EN: "Advances, overpayments and credit notes that settle no instalment, as a negative amount. Where an invoice was named it belongs to that sale, else to nobody."},
			measure.Text{ZH: "−（回款与贷项 − 已冲抵金额）", EN: "−(payments and credits − what they settled)"}, "R-5.4, R-5.32"),
		money(idOverdue, measure.Down, true,
			measure.Text{ZH: "逾期金额", EN: "Overdue"},
			measure.Text{ZH: "到期日早于截止日的未收金额。", EN: "Open instalments due before the as-of day."},
			measure.Text{ZH: "除“未到期”外各账龄区间之和", EN: "sum of the buckets but “not due”"}, "R-5.2"),
		share,
		money(idByCause, measure.Neither, false,
			measure.Text{ZH: "逾期原因", EN: "Overdue by cause"},
			measure.Text{ZH: "逾期金额按原因：恶意欺诈、质量问题、不愿意支付、未分类。", EN: "Overdue amount by cause: fraud, quality, unwilling to pay, unclassified."},
			measure.Text{ZH: "各原因之和 = 逾期金额", EN: "the causes sum to overdue"}, "R-5.9"),
		money(idByStep, measure.Neither, false,
			measure.Text{ZH: "催收步骤", EN: "Overdue by dunning step"},
			measure.Text{ZH: "逾期金额按已到达的最高催收步骤：无、到货函、催款函、逾期通知函。", EN: "Overdue amount by the highest step of collection reached: none, delivery letter, reminder, overdue notice."},
			measure.Text{ZH: "各步骤之和 = 逾期金额", EN: "the steps sum to overdue"}, "R-5.9"),
		money(idWrittenOff, measure.Down, false,
			measure.Text{ZH: "坏账核销", EN: "Written off"},
			measure.Text{ZH: "期内核销的金额，以核销当日未收金额为限。", EN: "Written off in the period, at most what was open on the day."},
			measure.Text{ZH: "Σ min(核销金额, 当日未收)", EN: "Σ min(write-off, open on the day)"}, "R-5.32"),
		money(idRecovered, measure.Up, false,
			measure.Text{ZH: "坏账收回", EN: "Recovered"},
			measure.Text{ZH: "期内收回的已核销款；不计入应收余额的勾稽。", EN: "Cash in the period on amounts written off before; outside the balance."},
			measure.Text{ZH: "Σ 收回金额", EN: "Σ recoveries"}, "R-5.32"),
	}
}
