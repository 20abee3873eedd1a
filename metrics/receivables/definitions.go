package receivables

import (
	"slices"

	"crmreport/metrics/measure"
)

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
	idCountBack    = "receivables.dso_countback"
	idSimpleDSO    = "receivables.dso_simple"
	idBestDSO      = "receivables.dso_best_possible"
	idDelinquent   = "receivables.days_delinquent"
	idCEI          = "receivables.cei"
	idAllowance    = "receivables.allowance"
	idLossRate     = "receivables.loss_rate"
	idDisputed     = "receivables.disputed"
	idLadder       = "receivables.overdue_ladder"
	idCauseStep    = "receivables.overdue_by_cause_and_step"
)

// Definitions returns what the family's metrics mean.
func Definitions() []measure.Definition {
	return slices.Concat(standingDefinitions(), collectionDefinitions(), lossDefinitions())
}

// lossDefinitions are those of the allowance (5.3).
func lossDefinitions() []measure.Definition {
	return []measure.Definition{
		{ID: idAllowance, Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Neither,
			Title: measure.Text{ZH: "坏账准备（参考）", EN: "Loss allowance"},
			Meaning: measure.Text{ZH: "各账龄区间的未收款乘以配置的预期损失率，逐区间四舍五入到分后相加；未核销款不抵减。仅供参考：从不影响提成。每个层级各自取整，因此下级之和可能与上级差几分。未配置 receivables.loss_rates 时不显示。",
				EN: "What is open in each ageing bucket times its expected loss rate from the configuration, rounded to the cent bucket by bucket, then summed; unapplied credit is not netted. Information only: it never touches commission. Every unit rounds its own, so that its parts may differ from it by cents. Not shown without receivables.loss_rates."},
			Formula: measure.Text{ZH: "Σ 四舍五入(区间余额 × 损失率)", EN: "Σ round(bucket × loss rate)"},
			Rulings: "5.3, R-5.12, R-5.34", Of: []string{idOverdueShare}},
		{ID: idLossRate, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Down,
			Title: measure.Text{ZH: "历史损失率（按账龄滚动）", EN: "Loss rate by roll"},
			Meaning: measure.Text{ZH: "截止日前全部单据中，曾进入该账龄区间的金额最终被核销的比例；“未到期”为全部开票额。进入区间的金额是其第一天开始时仍未收的金额。仍未收的金额暂不算损失。可作为 loss_rates 的依据。",
				EN: "Of all that reached the ageing bucket up to the as-of day, the share that was written off in the end; not due is reached by everything billed. An instalment reaches a bucket with what is open when its first day there begins. What is still open is not lost yet. It can serve as loss_rates."},
			Formula: measure.Text{ZH: "核销金额 ÷ 曾进入该区间的金额", EN: "written off ÷ amount that reached the bucket"},
			Rulings: "5.3, R-5.34"},
	}
}

// collectionDefinitions are those of metrics.md 5.2.
func collectionDefinitions() []measure.Definition {
	days := func(id string, title, meaning, formula measure.Text, rulings string) measure.Definition {
		return measure.Definition{ID: id, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitDays, Better: measure.Down,
			Title: title, Meaning: meaning, Formula: formula, Rulings: rulings}
	}
	back := days(idCountBack,
		measure.Text{ZH: "应收账款周转天数（倒推法）", EN: "DSO, count-back"},
		measure.Text{ZH: "期末未收款（含税，未扣坏账准备，未核销款不抵减）相当于最近多少天的赊销额。进行中的月份按至今的赊销额与天数计，无赊销的月份在有余额时计入其天数，最多回看 24 个整月。从有赊销的最早月份起仍推不完时为下限（lower_bound）。赊销额为发票额减去已冲抵的贷项；预收款不是赊销。",
			EN: "How many of the latest days' credit sales the open receivables (VAT included, before allowance, unapplied credit not netted) amount to. A running month counts with its sales and days to date; a month without sales adds its days while anything is left; at most 24 whole months are looked at. Where the months since the first with credit sales do not use the balance up it is a lower bound (lower_bound). Credit sales are invoices less the credit notes settled with them; an advance is no sale."},
		measure.Text{ZH: "从最近月份起：未收款 − 该月赊销额，天数 + 该月天数；放不下的一月加 余额 ÷ 该月赊销额 × 该月天数", EN: "from the latest month back: open − the month's credit sales, + its days; in the first that does not fit, rest ÷ sales × its days"}, "5.2, R-5.11, R-5.33")
	back.Kind, back.Headline = measure.Score, true
	rate := days(idCEI,
		measure.Text{ZH: "催收有效性指数（CEI）", EN: "Collection effectiveness (CEI)"},
		measure.Text{ZH: "期内可收的款项中收回的比例：期初未收款加期内赊销额，减去期末未收款。坏账核销加回期末余额，核销不算收回。每个期间用自己的期初余额。",
			EN: "Of what could be collected in the period, the share that was: open at its beginning plus credit sales less open at its end. What was written off is added back to the closing balance: it was not collected. Every period has its own opening balance."},
		measure.Text{ZH: "（期初未收 + 赊销额 − 期末未收 − 坏账核销）÷（期初未收 + 赊销额 − 期末未到期）", EN: "(opening + credit sales − closing − written off) ÷ (opening + credit sales − closing not due)"}, "5.2, R-5.10, R-5.11")
	rate.Unit, rate.Better, rate.Headline = measure.UnitPercent, measure.Up, true
	return []measure.Definition{back,
		days(idSimpleDSO,
			measure.Text{ZH: "应收账款周转天数（简单法）", EN: "DSO, simple"},
			measure.Text{ZH: "期末未收款与本期赊销额之比乘以本期天数，进行中的期间按至今的天数。window=3m 为截至期末的三个月（当月与前两个月）。均含税；本期无赊销则无数据。",
				EN: "Open at the end of the period over the credit sales of the period, times its days; of a running period the days so far. window=3m looks at three months instead: that of the last day and the two before. VAT is in both; without credit sales there is no value."},
			measure.Text{ZH: "期末未收 ÷ 赊销额 × 天数", EN: "open at the end ÷ credit sales × days"}, "5.2, R-5.11"),
		days(idBestDSO,
			measure.Text{ZH: "最佳可能周转天数", EN: "Best possible DSO"},
			measure.Text{ZH: "没有任何逾期时的简单法周转天数：只计未到期的未收款。window=3m 同简单法。",
				EN: "What simple DSO would be if nothing were overdue: only what is not due counts. window=3m as for simple DSO."},
			measure.Text{ZH: "（期末未收 − 逾期）÷ 赊销额 × 天数", EN: "(open at the end − overdue) ÷ credit sales × days"}, "5.2, R-5.11"),
		days(idDelinquent,
			measure.Text{ZH: "平均拖欠天数", EN: "Average days delinquent"},
			measure.Text{ZH: "简单法周转天数与最佳可能周转天数之差，即逾期造成的天数；两者取同一窗口。",
				EN: "Simple DSO less best possible DSO of the same window: the days that overdue amounts cost."},
			measure.Text{ZH: "逾期 ÷ 赊销额 × 天数", EN: "overdue ÷ credit sales × days"}, "5.2, R-5.11"),
		rate,
	}
}

func standingDefinitions() []measure.Definition {
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
		money(idCauseStep, measure.Neither, false,
			measure.Text{ZH: "逾期原因与催收步骤", EN: "Overdue by cause and dunning step"},
			measure.Text{ZH: "截止日逾期金额，按原因与已到达的最高催收步骤交叉列示；为零的组合不列。", EN: "What is overdue on the as-of day by cause and by the highest step of collection reached; combinations of nothing are left out."},
			measure.Text{ZH: "各组合之和 = 逾期金额", EN: "the combinations sum to overdue"}, "R-5.9, S3-24"),
		money(idLadder, measure.Neither, false,
			measure.Text{ZH: "账龄与催收步骤", EN: "Dunning steps by age"},
			measure.Text{ZH: "截止日逾期金额，按账龄区间与已到达的最高催收步骤（到货函、催款函、逾期通知函）交叉列示；为零的组合不列。", EN: "What is overdue on the as-of day by ageing bucket and by the highest step of collection reached (delivery letter, reminder, overdue notice); combinations of nothing are left out."},
			measure.Text{ZH: "各组合之和 = 逾期金额", EN: "the combinations sum to overdue"}, "R-5.9, S3-25"),
		money(idDisputed, measure.Down, false,
			measure.Text{ZH: "争议中的未收款", EN: "Disputed"},
			measure.Text{ZH: "截止日未收款中客户因质量问题拒付的部分（原因 quality）。它们仍在各自的账龄区间内，此处为其中的争议金额；单据列在“存疑单据”中。", EN: "Of what is open on the as-of day, the part that customers refuse for quality (cause quality). It keeps its ageing bucket, of which this is the disputed part; the documents are among the flagged ones."},
			measure.Text{ZH: "Σ 原因为质量问题的未收金额", EN: "Σ open instalments with cause quality"}, "R-5.7"),
		money(idWrittenOff, measure.Down, false,
			measure.Text{ZH: "坏账核销", EN: "Written off"},
			measure.Text{ZH: "期内核销的金额，以核销当日未收金额为限；含按 receivables.deemed_bad_after_days 视同核销的金额（默认无）。", EN: "Written off in the period, at most what was open on the day; what receivables.deemed_bad_after_days deems lost is in it (nothing unless configured)."},
			measure.Text{ZH: "Σ min(核销金额, 当日未收)", EN: "Σ min(write-off, open on the day)"}, "R-5.32"),
		money(idRecovered, measure.Up, false,
			measure.Text{ZH: "坏账收回", EN: "Recovered"},
			measure.Text{ZH: "期内收回的已核销款；不计入应收余额的勾稽。", EN: "Cash in the period on amounts written off before; outside the balance."},
			measure.Text{ZH: "Σ 收回金额", EN: "Σ recoveries"}, "R-5.32"),
	}
}
