package renewal

import (
	"slices"

	"crmreport/metrics/measure"
)

// Metric ids.
const (
	due         = "renewal.due"
	renewed     = "renewal.renewed"
	pending     = "renewal.pending"
	churned     = "renewal.churned"
	reactivated = "renewal.reactivated"
	excluded    = "renewal.excluded"

	logoRate     = "renewal.logo_rate"
	contractRate = "renewal.contract_rate"
	grossRate    = "renewal.gross_rate"
	grossCapped  = "renewal.gross_rate_capped"
	netRate      = "renewal.net_rate"
	dueACV       = "renewal.due_acv"
	renewedACV   = "renewal.renewed_acv"
	pendingACV   = "renewal.pending_acv"

	nrr           = "renewal.nrr"
	grr           = "renewal.grr"
	logoRetention = "renewal.logo_retention"
	bridge        = "renewal.bridge"
	arr           = "renewal.arr"

	warningLights = "renewal.warning_lights"
	atRisk        = "renewal.at_risk"
	atRiskOverdue = "renewal.at_risk_overdue"
	visitShareDue = "renewal.visit_share_due"
	acvShareDue   = "renewal.acv_share_due"
)

// Definitions returns the metrics of the family.
func Definitions() []measure.Definition {
	return slices.Concat(cohortDefinitions(), retentionDefinitions(), warningDefinitions())
}

func cohortDefinitions() []measure.Definition {
	counts := measure.UnitContracts
	return []measure.Definition{
		{ID: due, Revision: 2, Kind: measure.Count, Unit: counts, Better: measure.Neither, Headline: true,
			Title:   measure.Text{ZH: "到期合同", EN: "Contracts due"},
			Meaning: measure.Text{ZH: "服务截止日落在本期内、可续约且未作废的合同，即本期的到期批次。按到期日归期，与签约日、入账日无关；提前终止的合同仍留在原到期批次。unit=customer 为客户数：一个客户在一个期间只计一次，因此各月之和可能大于季度。", EN: "Renewable, non-void contracts whose last day of service lies in the period: the expiry cohort, what is available to renew. They belong to the period in which they expire, whenever the renewal is signed or booked; a contract terminated early stays in its original cohort. unit=customer counts customers, each once in a period: the months of a quarter may sum to more."},
			Formula: measure.Text{ZH: "到期 = 已续约 + 待定 + 流失", EN: "due = renewed + pending + churned"},
			Rulings: "R-4.1, R-4.6, R-4.7, R-4.9, R-4.15, R-4.20"},
		{ID: renewed, Revision: 2, Kind: measure.Count, Unit: counts, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "已续约合同", EN: "Contracts renewed"},
			Meaning: measure.Text{ZH: "到期合同中，在截止日加宽限期（默认 30 天）之内签下后续合同的份数；提前续签也计入到期批次。how= 区分提前（到期月之前签）、按期、宽限期内；unit=customer 为客户数，任一到期合同续约即计为已续约客户。", EN: "Contracts due with a successor signed by the end date plus the grace period (30 days unless configured). Early renewals count in the cohort of the expiry. how= tells early (signed before the month of expiry), on_time and in_grace apart; unit=customer counts customers with at least one due contract renewed."},
			Formula: measure.Text{ZH: "后续合同签约日 ≤ 截止日 + 宽限天数", EN: "successor signed ≤ end date + grace days"},
			Rulings: "R-4.2, R-4.3, R-4.10–R-4.12, R-4.19"},
		{ID: pending, Revision: 2, Kind: measure.Count, Unit: counts, Better: measure.Neither,
			Title:   measure.Text{ZH: "待定合同", EN: "Contracts pending"},
			Meaning: measure.Text{ZH: "尚未到期或仍在宽限期内、既无后续合同也无不续约通知或终止的合同。待定不算续约，也不算流失。", EN: "Contracts not yet expired, or expired and within the grace period, with neither a successor nor a notice or termination. Pending is neither renewed nor churned."},
			Formula: measure.Text{ZH: "无后续合同、无通知，且 统计日 ≤ 截止日 + 宽限天数", EN: "no successor, no notice, and as-of day ≤ end date + grace days"},
			Rulings: "R-4.4"},
		{ID: churned, Revision: 2, Kind: measure.Count, Unit: counts, Better: measure.Down,
			Title:   measure.Text{ZH: "流失合同", EN: "Contracts churned"},
			Meaning: measure.Text{ZH: "到期批次中未续约的合同。reason= 区分已通知不续约（notice）、提前终止（terminated）、到期未签（expired）。宽限期之后再签的属于重新激活，不改写本批次。", EN: "Contracts of the cohort that were not renewed. reason= tells notice of non-renewal, early termination (terminated) and silence past the grace period (expired) apart. A contract signed after the grace period is a reactivation of its own period and does not rewrite this cohort."},
			Formula: measure.Text{ZH: "流失 = 到期 − 已续约 − 待定", EN: "churned = due − renewed − pending"},
			Rulings: "R-4.3, R-4.5, R-4.6, R-4.19"},
		{ID: reactivated, Revision: 2, Kind: measure.Count, Unit: counts, Better: measure.Up,
			Title:   measure.Text{ZH: "重新激活合同", EN: "Contracts reactivated"},
			Meaning: measure.Text{ZH: "流失之后，在宽限期以外重新签下的合同，计入其签约日所在期间。", EN: "Contracts that bring back what had churned, signed after the grace period; counted in the period of their signing."},
			Formula: measure.Text{ZH: "签约日 > 原合同截止日 + 宽限天数", EN: "signed > old end date + grace days"},
			Rulings: "R-4.3, R-4.12"},
		{ID: excluded, Revision: 1, Kind: measure.Count, Unit: counts, Better: measure.Neither,
			Title:   measure.Text{ZH: "不计入到期批次的合同", EN: "Contracts left out of the cohort"},
			Meaning: measure.Text{ZH: "截止日在本期但不属于到期批次的合同：作废（void）、一次性或不可续约（not_renewable）、期中被新合同取代（superseded，由取代它的合同到期时再计）。", EN: "Contracts that end in the period but are not up for renewal: void, one-off or not renewable (not_renewable), or replaced while running (superseded: the replacing contract is due at its own end)."},
			Formula: measure.Text{ZH: "按原因计数", EN: "count by reason"},
			Rulings: "R-4.7, R-4.9, R-4.20"},
		{ID: logoRate, Revision: 2, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "客户续约率", EN: "Logo renewal rate"},
			Meaning: measure.Text{ZH: "到期客户中已续约的比例。部分合同续约的客户计为续约，并标记 partial。批次未定时给出上下限：下限视待定全部流失，上限视待定全部续约；批次已定后给出 Wilson 95% 区间。", EN: "Share of the customers due that renewed. A customer who renewed some of its due contracts counts as renewed, flagged partial. While cases are pending the bounds run from none of them renewing to all of them; once the cohort is final a 95 % Wilson interval is given."},
			Formula: measure.Text{ZH: "续约客户数 ÷ 到期客户数", EN: "renewed customers ÷ due customers"},
			Rulings: "R-4.4, R-4.10, R-4.21, R-4.23"},
		{ID: contractRate, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "合同续约率", EN: "Contract renewal rate"},
			Meaning: measure.Text{ZH: "到期合同中已续约的比例，按份数计。上下限与区间同客户续约率。", EN: "Share of the contracts due that were renewed, by number. Bounds and interval as for the logo renewal rate."},
			Formula: measure.Text{ZH: "已续约合同数 ÷ 到期合同数", EN: "renewed contracts ÷ due contracts"},
			Rulings: "R-4.1–R-4.6, R-4.21, R-4.23"},
		{ID: grossRate, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "毛续约率（金额）", EN: "Gross renewal rate"},
			Meaning: measure.Text{ZH: "到期年化金额（ACV）中被续下来的比例，逐份合同以原金额封顶，涨价与增购不计入，因此不超过 100%。多年合同折算为年化金额；新旧金额同按原合同生效日汇率。", EN: "Share of the expiring annual contract value (ACV) that was renewed, each contract capped at its old value: price increases and upsell do not count, so it never exceeds 100 %. Multi-year contracts count by the year; both values are at the exchange rate of the expiring contract's start."},
			Formula: measure.Text{ZH: "Σ min(新 ACV, 原 ACV) ÷ Σ 原 ACV", EN: "Σ min(new ACV, old ACV) ÷ Σ old ACV"},
			Rulings: "R-4.8, R-4.11, R-4.13, R-4.14, R-4.24"},
		{ID: grossCapped, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up,
			Title:   measure.Text{ZH: "毛续约率（按客户封顶）", EN: "Gross renewal rate, capped by customer"},
			Meaning: measure.Text{ZH: "与毛续约率相同，但以客户每月到期的合计金额封顶：同一客户一份增、一份减可以互相抵消。季度和年度为各月之和。", EN: "As the gross renewal rate, but capped at what each customer had due in the month together: one contract's growth may make up for another's loss. Quarters and years sum the months."},
			Formula: measure.Text{ZH: "Σ客户 min(Σ 新 ACV, Σ 原 ACV) ÷ Σ 原 ACV", EN: "Σ over customers min(Σ new ACV, Σ old ACV) ÷ Σ old ACV"},
			Rulings: "R-4.10, R-4.25"},
		{ID: netRate, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "净续约率（金额）", EN: "Net renewal rate"},
			Meaning: measure.Text{ZH: "后续合同的年化金额与到期年化金额之比，含涨价与增购，可以超过 100%。", EN: "ACV of the successors against the expiring ACV, price increases and upsell included; it can exceed 100 %."},
			Formula: measure.Text{ZH: "Σ 新 ACV ÷ Σ 原 ACV", EN: "Σ new ACV ÷ Σ old ACV"},
			Rulings: "R-4.8, R-4.11, R-4.13, R-4.14, R-4.24"},
		{ID: dueACV, Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Neither,
			Title:   measure.Text{ZH: "到期年化金额", EN: "ACV due"},
			Meaning: measure.Text{ZH: "到期合同的年化金额（ACV）之和。合同额除以合同月数再乘 12；无月数时按服务天数除以 365 折算。", EN: "Annual contract value (ACV) of the contracts due: the amount over its term in months times 12, or by days of service over 365 where the term is blank."},
			Formula: measure.Text{ZH: "Σ 合同额 × 12 ÷ 合同月数", EN: "Σ amount × 12 ÷ term in months"},
			Rulings: "R-4.8, R-4.24"},
		{ID: renewedACV, Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Up,
			Title:   measure.Text{ZH: "已续约年化金额", EN: "ACV renewed"},
			Meaning: measure.Text{ZH: "已续约的到期合同所对应后续合同的年化金额之和，计入到期批次。多份合并续签时，新金额按原 ACV 以最大余数法分摊。", EN: "ACV of the contracts that succeed those due, counted in the cohort of the expiry. Where one contract replaces several, its ACV is split by their ACV with largest remainders."},
			Formula: measure.Text{ZH: "Σ 后续合同 ACV", EN: "Σ ACV of the successors"},
			Rulings: "R-4.8, R-4.11, R-4.14, R-4.24"},
		{ID: pendingACV, Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Neither,
			Title:   measure.Text{ZH: "待定年化金额", EN: "ACV pending"},
			Meaning: measure.Text{ZH: "待定合同的年化金额之和，即本批次仍可争取的金额。", EN: "ACV of the pending contracts: what is still to be won in this cohort."},
			Formula: measure.Text{ZH: "Σ 待定合同 ACV", EN: "Σ ACV of pending contracts"},
			Rulings: "R-4.4, R-4.24"},
	}
}

func retentionDefinitions() []measure.Definition {
	return []measure.Definition{
		{ID: nrr, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "净收入留存率（NRR）", EN: "Net revenue retention (NRR)"},
			Meaning: measure.Text{ZH: "回看期起点（默认 12 个月前）有经常性收入的客户，期末的年度经常性收入（ARR）与起点之比。只看两端：中途离开又回来视为留存；新客户与起点 ARR 为零的客户不在内。", EN: "ARR at the period end of the customers who had recurring revenue at the start of the look-back (12 months before unless configured), over their ARR then. Point to point: who left and came back in between was retained; new customers and those without ARR at the start are outside."},
			Formula: measure.Text{ZH: "Σ ARR(t₁) ÷ Σ ARR(t₀)，客户范围为 ARR(t₀) > 0", EN: "Σ ARR(t₁) ÷ Σ ARR(t₀) over customers with ARR(t₀) > 0"},
			Rulings: "R-4.16, R-4.18, R-4.22"},
		{ID: grr, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "毛收入留存率（GRR）", EN: "Gross revenue retention (GRR)"},
			Meaning: measure.Text{ZH: "与 NRR 相同，但逐个客户以起点 ARR 封顶，增购不能弥补他人的流失，因此不超过 100%。", EN: "As NRR, with each customer capped at its ARR at the start: one customer's expansion cannot hide another's loss, so it never exceeds 100 %."},
			Formula: measure.Text{ZH: "Σ min(ARR(t₁), ARR(t₀)) ÷ Σ ARR(t₀)", EN: "Σ min(ARR(t₁), ARR(t₀)) ÷ Σ ARR(t₀)"},
			Rulings: "R-4.16, R-4.18, R-4.22"},
		{ID: logoRetention, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up,
			Title:   measure.Text{ZH: "客户留存率", EN: "Logo retention"},
			Meaning: measure.Text{ZH: "起点有 ARR 的客户中，期末仍有 ARR 的比例。", EN: "Share of the customers with ARR at the start who still have ARR at the period end."},
			Formula: measure.Text{ZH: "期末 ARR > 0 的客户数 ÷ 起点 ARR > 0 的客户数", EN: "customers with ARR(t₁) > 0 ÷ customers with ARR(t₀) > 0"},
			Rulings: "R-4.16, R-4.22"},
		{ID: bridge, Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Neither,
			Title:   measure.Text{ZH: "ARR 变动桥", EN: "ARR bridge"},
			Meaning: measure.Text{ZH: "从起点 ARR 到期末 ARR：新客户、重新激活（起点之前曾有 ARR）、增购、减购、流失。减购与流失为负数。每个客户的 ARR 只取整一次，各项之和与期末分毫不差。", EN: "From the ARR at the start to the ARR at the period end: new customers, reactivations (customers who had ARR before the start), expansion, contraction, churn. Contraction and churn are negative. Each customer's ARR is rounded once, so the changes lead to the end exactly."},
			Formula: measure.Text{ZH: "期初 + 新客户 + 重新激活 + 增购 + 减购 + 流失 = 期末", EN: "start + new + reactivation + expansion + contraction + churn = end"},
			Rulings: "4.2, R-4.16, R-4.22"},
		{ID: arr, Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Up,
			Title:   measure.Text{ZH: "年度经常性收入（ARR）", EN: "Annual recurring revenue (ARR)"},
			Meaning: measure.Text{ZH: "期末（进行中的期间为统计日）在服务中的可续约合同的年化金额之和；宽限期内续签的合同自原截止日次日起计。", EN: "ACV of the renewable contracts in service at the period end (the as-of day while the period runs). A renewal in grace counts from the day after the old end."},
			Formula: measure.Text{ZH: "Σ ACV，生效日 ≤ t₁ ≤ 实际截止日", EN: "Σ ACV where start ≤ t₁ ≤ actual end"},
			Rulings: "R-4.22, R-4.24"},
	}
}
