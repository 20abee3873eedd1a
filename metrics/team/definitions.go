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
			text("分给新人的线索 ÷ 分给入职日已知者的线索", "leads assigned to new reps ÷ leads assigned to reps with a known date"), "S1-16")}
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
			text("截止日标为私有的客户中，至少 30 天没有任何渠道拜访记录的比例；归当日的归属人。", "Of the customers marked private on the as-of day, the share without a visit over any channel for 30 days or more; with whoever owns them that day."),
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
			text("本期与曾核销坏账的客户新签、签约后 7 天内没有回款的合同数；应为 0。", "New contracts of the period with customers who cost a write-off before, without a payment up to 7 days after the sign date; it should be 0."),
			text("核销日 < 签约日 且无预付的新签数", "new contracts after a write-off that are not prepaid"), "S3-26")}
}
