package team

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Metric ids.
const (
	slaID          = "activity.lead_sla"
	resolutionID   = "activity.lead_resolution"
	daysID         = "activity.lead_days"
	overdueID      = "activity.leads_overdue"
	dueID          = "activity.leads_reclaim_due"
	newShareID     = "activity.new_rep_lead_share"
	reclaimedID    = "activity.leads_reclaimed"
	reclaimedWonID = "activity.reclaimed_won"
	oneInOneOutID  = "activity.pool_one_in_one_out"
	poolSizeID     = "activity.pool_size"
	untouchedID    = "activity.pool_untouched"
	dormantID      = "activity.no_signing_two_months"
	managerID      = "activity.manager_signed"
	prepaidID      = "activity.prepayment_rate"
	riskyID        = "activity.write_off_signings"

	coachedDaysID    = "activity.coached_days"
	coachedNewID     = "activity.coached_new_share"
	tooManyPointsID  = "activity.coaching_too_many_points"
	coachingFilledID = "activity.coaching_filled"
	feedbackID       = "activity.coaching_feedback"
	recheckID        = "activity.coaching_recheck"
	coverageID       = "activity.coverage_coaching"
	newHeadsID       = "activity.new_rep_head_share"
	effectID         = "activity.coaching_effect"
	coachRateID      = "activity.coaching_rates"
)

// Units of the package.
var (
	unitLeads = measure.Unit{Text: text("条线索", "leads")}
	unitReps  = measure.Unit{Text: text("人", "reps")}
)

// define is a definition in its first revision.
func define(id string, kind measure.Kind, unit measure.Unit, better measure.Better, title, meaning, formula measure.Text, rulings string) measure.Definition {
	return measure.Definition{ID: id, Revision: 1, Kind: kind, Unit: unit, Better: better, Title: title, Meaning: meaning, Formula: formula, Rulings: rulings}
}

func leadDefinitions() []measure.Definition {
	sla := define(slaID, measure.Ratio, measure.UnitPercent, measure.Up,
		text("线索及时跟进率", "Leads followed up in time"),
		text("本期分配、首次跟进期限（默认 24 小时，含）已过的线索中，期限内跟进的比例。期限未过的线索不进分子也不进分母，给出上下界。已转化或关闭但无跟进记录的按未知处理，不算及时。归分配当日的负责人。", "Of the leads assigned in the period whose time for a first follow-up (24 hours by default, inclusive) is over, the share followed up within it. Leads whose time still runs are in neither side and allow the bounds. One that was converted or closed without a follow-up on record is unknown, which is not in time. A lead counts with its rep on the day it was assigned."),
		text("期限内首次跟进的线索 ÷ 期限已过的线索", "leads followed up in time ÷ leads whose time is over"), "R-6.4, R-0.6, R-0.10, S1-12")
	sla.Headline = true
	resolution := define(resolutionID, measure.Ratio, measure.UnitPercent, measure.Up,
		text("线索处理率", "Leads resolved"),
		text("本期分配的线索中已转化或已关闭的比例；收回的不算处理，仍在手的给出上界。", "Of the leads assigned in the period, the share converted or closed. A lead that was taken back is not resolved; those still open allow the upper bound."),
		text("（已转化 + 已关闭）÷ 分配的线索", "(converted + closed) ÷ leads assigned"), "R-0.6, S1-13")
	resolution.Headline = true
	days := define(daysID, measure.Score, measure.UnitDays, measure.Down,
		text("线索处理天数（中位数）", "Days to resolve a lead, median"),
		text("本期分配的线索从分配到转化或关闭的天数中位数（Kaplan–Meier）：在手的在截止日、收回的在收回日删失，既不剔除也不算已处理。", "Median days from assigned to converted or closed of the leads assigned in the period, by Kaplan–Meier: open leads are censored on the as-of day and those taken back on that day, neither dropped nor resolved."),
		text("生存曲线首次 ≤ 50% 的天数", "days at which the survival curve first is at or below 50 %"), "R-1.21, R-1.23, R-1.24, S1-13")
	days.Whole = true
	return []measure.Definition{sla, resolution, days,
		define(overdueID, measure.Count, unitLeads, measure.Down,
			text("超时未跟进线索", "Leads overdue"),
			text("本期分配、至截止日仍未跟进且超过期限的在手线索，含应收回的。", "Open leads assigned in the period that nobody has followed up by the as-of day, beyond their time; those due to be taken back included."),
			text("等待小时 > 期限（24）的在手未跟进线索", "open leads without a follow-up that waited longer than 24 hours"), "R-6.4, S1-12"),
		define(dueID, measure.Count, unitLeads, measure.Down,
			text("应收回线索", "Leads due to be taken back"),
			text("本期分配、至截止日未跟进已满收回时限（默认 72 小时）的在手线索。", "Open leads assigned in the period without a follow-up for the time after which they are taken back (72 hours by default)."),
			text("等待小时 ≥ 72 的在手未跟进线索", "open leads without a follow-up that waited 72 hours or more"), "R-6.4, S1-12"),
		define(newShareID, measure.Ratio, measure.UnitPercent, measure.Neither,
			text("新人分得线索占比", "Share of leads given to new reps"),
			text("本期分配的线索中分给入职未满 90 天的销售的比例；入职日未知的不计。与新人人数占比对照看。", "Of the leads assigned in the period, the share that went to reps hired less than 90 days before; reps of whom it is not known are left out. To be read beside the share of heads."),
			text("分给新人的线索 ÷ 分给入职日已知者的线索", "leads assigned to new reps ÷ leads assigned to reps with a known date"), "S1-16, S1-17")}
}

func reclaimedDefinitions() []measure.Definition {
	taken := define(reclaimedID, measure.Count, unitLeads, measure.Down,
		text("收回线索", "Leads taken back"),
		text("本期内因未跟进等被收回的线索，按收回日计入原负责人；收回时间未记录的按状态日，再无则按分配日。", "Leads taken back in the period, by the day and with the rep who lost them; where nobody noted when, by the day of the status, else by the day assigned."),
		text("状态为收回的线索数", "leads that were taken back"), "R-6.4, S1-12")
	taken.Headline, taken.Rows = true, crm.ByVisitor
	return []measure.Definition{taken,
		define(reclaimedWonID, measure.Ratio, measure.UnitPercent, measure.Neither,
			text("收回后他人赢单率", "Taken-back leads won by the next owner"),
			text("本期收回且知道客户的线索中，该客户在收回当日或之后与其他销售新签的比例。收回未满 90 天的尚未成熟。", "Of the leads taken back in the period whose customer is known, the share whose customer signed a new contract with another rep on that day or later. Immature until 90 days have passed."),
			text("收回后由他人新签的线索 ÷ 知道客户的收回线索", "leads whose customer signed with another rep ÷ leads taken back of a known customer"), "R-6.4, S1-12")}
}

func poolDayDefinitions() []measure.Definition {
	v := define(oneInOneOutID, measure.Ratio, measure.UnitPercent, measure.Up,
		text("私池一进一出率", "Private pool: one in, one out"),
		text("一天开始时私池已达上限（默认 50）且当日有进出的人天中，进出相等的比例；未满的日子不检验。", "Of the rep-days with moves that began with a full pool (50 by default), the share on which as many came as went. Days that begin below the cap are not tested."),
		text("进 = 出的人天 ÷ 满池且有进出的人天", "days with in = out ÷ days with moves that began at the cap"), "R-6.3, S1-15")
	v.Whole = true
	return []measure.Definition{v}
}

func poolDefinitions() []measure.Definition {
	return []measure.Definition{
		define(poolSizeID, measure.Count, measure.UnitCustomers, measure.Neither,
			text("私池客户数", "Private pool"),
			text("截止日私池中的客户数：有进出表时为累计进减出，否则为标为私有的客户。只有包含截止日的期间有数。", "Customers in private pools on the as-of day: what came less what went where there is a table of moves, else the customers marked private. Only periods that contain the day have a number."),
			text("Σ 进 − Σ 出，或私有客户数", "Σ in − Σ out, or private customers"), "R-6.3, S1-15"),
		define(untouchedID, measure.Ratio, measure.UnitPercent, measure.Down,
			text("私池久未触达占比", "Private customers untouched"),
			text("截止日标为私有的客户中，至少 30 天没有任何渠道拜访记录（品控不合格的不算）、建档与进池也都满 30 天的比例；已并入其他客户的不计；归当日的归属人。", "Of the customers marked private on the as-of day, the share without a visit over any channel for 30 days or more, those that failed the audit aside, and neither entered nor taken into the pool since; customers merged into another do not count. With whoever owns them that day."),
			text("≥ 30 天无拜访的私有客户 ÷ 私有客户", "private customers without a visit for 30 days ÷ private customers"), "S1-15")}
}

func dormantDefinitions() []measure.Definition {
	v := define(dormantID, measure.Count, unitReps, measure.Down,
		text("两个月未签单的销售", "Sellers without a signing for two months"),
		text("截止日在岗的销售中，最近一次新签（含分成）在两个月前或更早的人数；从未签单的从入职日起算，正好两个月也算。入职日未知又未签过的另列，不计入。只有包含截止日的期间有数。", "Sellers in a seat on the as-of day whose latest new contract, a share of one included, is two months ago or longer; who never signed counts from the day hired; exactly two months are enough. Who never signed and has no such day is listed, not counted. Only periods that contain the day have a number."),
		text("起算日 ≤ 截止日减两个月 的在岗销售数", "sellers whose reference day ≤ the as-of day less two months"), "R-6.5, R-1.9, S0-40")
	v.Seats = true
	return []measure.Definition{v}
}

func managerDefinitions() []measure.Definition {
	v := define(managerID, measure.Count, measure.UnitContracts, measure.Down,
		text("主管签单", "Signed by a manager"),
		text("本期签约、业绩记在签约日角色不是销售的人名下的合同（任何类型，作废除外），分成按份额计。应为 0：管理者不签单。", "Contracts of any type signed in the period, void ones aside, whose credit is that of a person who on the sign date was no seller, by share. It should be 0: who leads does not sell."),
		text("Σ 记在非销售名下的份额", "Σ shares credited to people who do not sell"), "R-0.3, R-1.9, R-1.11, S0-17, S0-18, S4-29")
	v.Headline = true
	return []measure.Definition{v}
}

func prepaidDefinitions() []measure.Definition {
	return []measure.Definition{
		define(prepaidID, measure.Ratio, measure.UnitPercent, measure.Up,
			text("签约预付率", "Signings prepaid"),
			text("本期新签中，签约后 7 天内（含签约前）收到指明该合同发票的回款的比例；7 天未过的不进分子也不进分母。未指明发票的回款不知道属于哪份合同，不算。", "Of the new contracts of the period, the share with a payment up to 7 days after the sign date that names an invoice of the contract. Contracts whose 7 days still run are in neither side. Money that names no invoice belongs to no contract, and does not count."),
			text("签约后 7 天内有回款的新签 ÷ 满 7 天的新签", "new contracts paid within 7 days ÷ new contracts whose 7 days are over"), "R-0.6, S3-20"),
		define(riskyID, measure.Count, measure.UnitContracts, measure.Down,
			text("坏账客户无预付再签", "Signed after a write-off, without prepayment"),
			text("本期与曾核销坏账的客户再签（任何类型，作废除外）、签约后 7 天内没有回款的合同数；应为 0。7 天未过的先计入，待定。", "Contracts of any type, void ones aside, signed in the period with customers who cost a write-off before, without a payment up to 7 days after the sign date; it should be 0. Those whose 7 days run are among them, and pending."),
			text("核销日 < 签约日 且无预付的合同数", "contracts after a write-off that are not prepaid"), "R-0.6, S3-26")}
}

func coachingDefinitions() []measure.Definition {
	unitDays := measure.Unit{Text: text("个陪访日", "coached days")}
	ratio := func(id string, better measure.Better, title, meaning, formula measure.Text, rulings string) measure.Definition {
		return define(id, measure.Ratio, measure.UnitPercent, better, title, meaning, formula, rulings)
	}
	recheck := ratio(recheckID, measure.Up,
		text("提升点复查率", "Points re-checked"),
		text("本期各陪访日的提升点中，在同一销售下一个陪访日再次出现的比例；还没有下一个陪访日的不计，待定。", "Of the points of the coached days of the period, the share taken up again on the rep's next coached day. A day without a next one yet is left out, and pending."),
		text("下一陪访日再次出现的提升点 ÷ 已有下一陪访日的提升点", "points found again ÷ points of days that have a next"), "R-0.6, S4-33")
	recheck.Whole = true
	return []measure.Definition{
		define(coachedDaysID, measure.Count, unitDays, measure.Neither,
			text("陪访日", "Coached days"),
			text("销售有陪访记录或有陪访人参与拜访的人天，每人每天一次，归当日所在团队。", "Rep-days with a row of coaching or a visit with a coach, each once, in the unit of the day."),
			text("陪访人天", "rep-days that were coached"), "R-1.4, S4-26"),
		ratio(coachedNewID, measure.Neither,
			text("陪访新人占比", "Share of coached days with new reps"),
			text("陪访日中对象入职未满 90 天的比例；入职日未知的不计。", "Of the coached days, the share with a rep hired less than 90 days before; reps of whom it is not known are left out."),
			text("新人的陪访日 ÷ 入职日已知者的陪访日", "coached days of new reps ÷ coached days of reps with a known date"), "S4-26"),
		define(tooManyPointsID, measure.Count, unitDays, measure.Down,
			text("提升点过多的陪访日", "Coached days with too many points"),
			text("一天提升点超过三个的陪访日；同一点重复写只算一个。", "Coached days with more than three points to improve; a point noted twice is one."),
			text("不同提升点 > 3 的陪访日", "coached days with more than 3 distinct points"), "S4-28"),
		ratio(coachingFilledID, measure.Up,
			text("陪访目的与对象填写率", "Coaching: purpose and target filled"),
			text("陪访表中的陪访日里，填了目的（field=purpose）或对象（field=target）的比例。", "Of the coached days of the coaching table, the share with the purpose, or the target, filled in."),
			text("已填写的陪访日 ÷ 陪访表中的陪访日", "coached days with the field ÷ coached days of the table"), "S4-26"),
		ratio(feedbackID, measure.Up,
			text("当日反馈率", "Feedback on the day"),
			text("陪访表中的陪访日里，当天就给出书面反馈的比例；空白即未给。", "Of the coached days of the coaching table, the share with written feedback on the same day; a blank is none."),
			text("当日有反馈的陪访日 ÷ 陪访表中的陪访日", "coached days with feedback that day ÷ coached days of the table"), "S4-32"),
		recheck}
}

func headDefinitions() []measure.Definition {
	coverage := define(coverageID, measure.Ratio, measure.UnitPercent, measure.Up,
		text("陪访覆盖率", "Coaching coverage"),
		text("本期至少一天在岗的销售中，在该单位至少有一个陪访日的比例；每人只计一次。首个陪访日之前的期间没有数。", "Of the sellers with a seat on a day of the period or more, the share with a coached day there or more; a person counts once. Periods before the first coached day on record have no number."),
		text("有陪访日的销售 ÷ 在岗销售", "sellers coached ÷ sellers with a seat"), "R-0.3, R-1.4, S4-26")
	coverage.Headline, coverage.Seats = true, true
	fresh := define(newHeadsID, measure.Ratio, measure.UnitPercent, measure.Neither,
		text("新人人数占比", "Share of new reps"),
		text("本期在岗销售中，在期末（或离开当日、截止日）入职未满 90 天的比例；入职日未知的不计。", "Of the sellers with a seat in the period, the share hired less than 90 days before its end, before they left or before the as-of day; reps of whom it is not known are left out."),
		text("新人 ÷ 入职日已知的在岗销售", "new sellers ÷ sellers with a known date"), "S1-16")
	fresh.Seats = true
	return []measure.Definition{coverage, fresh}
}

func effectDefinitions() []measure.Definition {
	effect := define(effectID, measure.Score, unitRate, measure.Neither,
		text("陪访前后差中差", "Coaching: difference in differences"),
		text("本期首个陪访日前后各 20 个工作日（不含当日）每个有效拜访的签约数之变化，减去同期未被陪访者的变化；对照组取被陪访者首个陪访日的中位日。窗口未走完的人不计，待定；窗口早于首条拜访记录的也不计。这不是因果：主管往往陪较弱的人，他们本来就会回到平均水平；因此从不着色，只与人数一起看。", "The change in signings per valid visit from the 20 working days before a rep's first coached day of the period to the 20 after it, the day itself in neither, less the change of reps who were not coached, around the median of these days. A rep whose window still runs is left out, and pending; so is, for good, one whose window begins before the first visit on record. It is no cause and effect: managers coach the weak, who come nearer to the mean anyhow. So it is never coloured, and to be read with the number of reps."),
		text("（陪访组后 − 前）−（对照组后 − 前），各组合并计算", "(coached after − before) − (control after − before), each group pooled"), "R-6.7, R-0.11, R-1.11")
	effect.Seats, effect.Of = true, []string{coachedDaysID, "conversion.valid_visits", "conversion.signings"}
	rate := define(coachRateID, measure.Ratio, unitRate, measure.Neither,
		text("陪访前后签约率", "Signings per valid visit around coaching"),
		text("差中差的四个组成：被陪访者与对照组，前后各 20 个工作日每个有效拜访的签约数。", "The four rates of the difference in differences: of coached reps and of the others, in the 20 working days before and after."),
		text("窗口内签约 ÷ 窗口内有效拜访", "signings ÷ valid visits of the window"), "R-6.7, R-1.3, R-1.7, R-1.11, R-1.35")
	rate.Seats, rate.Of = true, effect.Of
	return []measure.Definition{effect, rate}
}
