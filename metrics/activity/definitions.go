package activity

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// The metrics of the family.
const (
	suspectID     = "activity.suspect_visits"
	standardID    = "activity.days_on_standard"
	askedID       = "activity.standard_met"
	perDayID      = "activity.visits_per_day"
	perHourID     = "activity.valid_per_hour"
	attainedID    = "activity.visit_attainment"
	offDayID      = "activity.off_day_visits"
	freshID       = "activity.same_day_entry"
	filledID      = "activity.filled"
	mixID         = "activity.day_mix"
	oneWorkID     = "activity.days_single_kind"
	firstPerDayID = "activity.first_contacts_per_day"
	followUpID    = "activity.follow_up_days"
	tomorrowID    = "activity.next_day_planned"
	auditRateID   = "activity.audit_rate"
	failRateID    = "activity.audit_fail_rate"
	targetedID    = "activity.targeted_failed"
	plannedID     = "activity.planned_share"
	visitedID     = "activity.visited_grades"
	backupID      = "activity.backup_cover"

	becameID        = "activity.became_grade_a"
	becameCID       = "activity.became_grade_c"
	nextDayID       = "activity.grade_a_signed_next_day"
	downID          = "activity.grade_downgrade_rate"
	upID            = "activity.grade_upgrade_rate"
	ripenID         = "activity.grade_c_to_a_days"
	nextStepID      = "activity.grade_b_next_step"
	againID         = "activity.existing_customer_contracts"
	prospectsID     = "activity.new_prospects"
	prospectsADayID = "activity.new_prospects_per_day"
	rolesID         = "activity.roles_met"
	singleID        = "activity.single_threaded"
	makerID         = "activity.decision_maker_met"
)

func unit(zh, en string) measure.Unit { return measure.Unit{Text: measure.Text{ZH: zh, EN: en}} }

// Definitions returns the metrics of the family.
func Definitions() []measure.Definition {
	all := disciplineDefinitions()
	all = append(all, hygieneDefinitions()...)
	all = append(all, auditDefinitions()...)
	all = append(all, gradeDefinitions()...)
	return append(all, customerDefinitions()...)
}

func disciplineDefinitions() []measure.Definition {
	return []measure.Definition{
		{ID: standardID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Headline: true, Seats: true,
			Title: measure.Text{ZH: "达标人天占比", EN: "Days on standard"},
			Meaning: measure.Text{ZH: "销售在岗的工作日中，当天达到本团队拜访标准全部条件的占比。两种标准（铁军：8 访 2 有效；诚信通：8 个有效，上午 3 下午 5）按团队配置。没有拜访的在岗日算未达标；请假和休息日不计。判断有效所需字段空白的，不算有效；若全部算有效，则为区间上限。首个有拜访数据的日期之前不计。",
				EN: "Of the rostered working days of sellers, those on which every condition of the team's standard of visits was met. Which of the two standards a team has (8 visits with 2 valid; or 8 valid, 3 before noon and 5 after) is configured. A rostered day without visits is missed; leave and days off are left out. A blank that decides whether a visit is valid does not count; the upper bound counts it. Days before the first visit of the export are left out."},
			Formula: measure.Text{ZH: "全部条件达成的人天 ÷ 在岗工作人天", EN: "rep-days with every condition met ÷ rostered working rep-days"},
			Rulings: "R-6.1, R-6.6, R-0.10, S4-23, S1-03, S1-04"},
		{ID: askedID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Seats: true,
			Title:   measure.Text{ZH: "单项条件达成率", EN: "Days on which a condition was met"},
			Meaning: measure.Text{ZH: "在岗工作日中，达到某一条件的占比；两种标准的条件并列给出，不论团队采用哪一种。中午 12:00 整算下午。没有时间、只有日期的拜访分不出上下午，只计入区间上限。新增有效客户指该销售首次有效拜访的客户。", EN: "Of the rostered working days, those on which one condition was met: the conditions of both standards side by side, whichever the team has. 12:00 sharp is afternoon. Visits with a date and no time belong to neither half; only the upper bound counts them. A new valid customer is one whom the rep visits validly for the first time."},
			Formula: measure.Text{ZH: "该条件达成的人天 ÷ 在岗工作人天", EN: "rep-days with the condition met ÷ rostered working rep-days"},
			Rulings: "R-6.1, R-6.6, S4-21, S4-23, S1-04"},
		{ID: perDayID, Revision: 1, Kind: measure.Ratio, Unit: unit("次/人天", "visits per rep-day"), Better: measure.Up, Headline: true, Seats: true,
			Title:   measure.Text{ZH: "人均日拜访", EN: "Visits per rostered day"},
			Meaning: measure.Text{ZH: "全部拜访（含休息日拜访）按销售在岗工作日平均。", EN: "All visits, those on days off too, over the rostered working days of sellers."},
			Formula: measure.Text{ZH: "拜访量 ÷ 在岗工作人天", EN: "visits ÷ rostered working rep-days"},
			Rulings: "R-6.6, S4-01, S1-03"},
		{ID: perHourID, Revision: 1, Kind: measure.Ratio, Unit: unit("次/小时", "valid visits per hour"), Better: measure.Up, Seats: true,
			Title:   measure.Text{ZH: "每小时有效拜访", EN: "Valid visits per visiting hour"},
			Meaning: measure.Text{ZH: "有效拜访按拜访小时（每个在岗日 8 小时，可配置）平均。", EN: "Valid visits over the hours of visiting: 8 in a rostered day unless configured otherwise."},
			Formula: measure.Text{ZH: "有效拜访 ÷（8 × 在岗工作人天）", EN: "valid visits ÷ (8 × rostered working rep-days)"},
			Rulings: "S4-22, R-0.10"},
		{ID: attainedID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up,
			Title:   measure.Text{ZH: "拜访目标达成率", EN: "Visits against the target"},
			Meaning: measure.Text{ZH: "拜访量或有效拜访量与下达的目标（targets 表）之比；本级没有目标时取下级之和，都没有则不显示。", EN: "Visits, or valid visits, against the target from above (table targets): the scope's own, else the sum of those below; without either there is no number."},
			Formula: measure.Text{ZH: "实际 ÷ 目标", EN: "actual ÷ target"},
			Rulings: "S4-10"},
		{ID: offDayID, Revision: 1, Kind: measure.Count, Unit: measure.UnitVisits, Better: measure.Neither,
			Title:   measure.Text{ZH: "休息日拜访", EN: "Visits on days off"},
			Meaning: measure.Text{ZH: "发生在请假日、休息日或节假日的拜访：计入拜访量，但不算在岗日。", EN: "Visits on a day of leave, a day off or a holiday: they count as visits and not as a day."},
			Formula: measure.Text{ZH: "非工作日的拜访数", EN: "visits on days that the rep does not work"},
			Rulings: "R-6.1, R-6.6"},
		{ID: mixID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Neither,
			Title:   measure.Text{ZH: "拜访构成", EN: "What visits are for"},
			Meaning: measure.Text{ZH: "每次拜访归为一类：7 天内（含当天）签约的是促成，此前已签约客户的是售后，该销售首次拜访的是首访，其余是跟进。", EN: "Each visit is of one kind: to close where the customer signs within 7 days, the day included; after sales where it had signed before; a first contact of the rep; else a follow-up."},
			Formula: measure.Text{ZH: "该类拜访 ÷ 拜访量", EN: "visits of the kind ÷ visits"},
			Rulings: "S0-10, S0-11"},
		{ID: oneWorkID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Down,
			Title:   measure.Text{ZH: "单一工作日占比", EN: "Days of one kind of work only"},
			Meaning: measure.Text{ZH: "当天有两次及以上拜访的人天中，全部拜访都属同一类（首访、跟进、促成、售后）的占比。", EN: "Of the rep-days with two visits or more, those whose visits were all of one kind: first contacts, follow-ups, closings or after-sales."},
			Formula: measure.Text{ZH: "只有一类拜访的人天 ÷ 两次以上拜访的人天", EN: "rep-days of one kind ÷ rep-days with two visits or more"},
			Rulings: "S0-10"},
		{ID: followUpID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitDays, Better: measure.Neither, Whole: true,
			Title:   measure.Text{ZH: "跟进间隔（平均）", EN: "Days between follow-ups (mean)"},
			Meaning: measure.Text{ZH: "同一销售再次拜访同一客户时，距其上一次拜访的自然日平均数；首次拜访不计，一天多次只算一次。", EN: "Calendar days since the rep's visit before to the same customer, on average over the visits that follow one; several on a day are one, and a first visit follows none."},
			Formula: measure.Text{ZH: "Σ 距上次拜访的天数 ÷ 非首次拜访数", EN: "Σ days since the visit before ÷ visits that follow one"},
			Rulings: "S4-12, R-1.35"},
		{ID: tomorrowID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Seats: true,
			Title:   measure.Text{ZH: "次日有约", EN: "Something planned for the next day"},
			Meaning: measure.Text{ZH: "在岗工作日中，当天午夜前已录入至少一个下次联系日期正好是本人下一个工作日的拜访的占比。别处写的计划看不到；录入时间空白的不算，算则为上界。", EN: "Share of the rostered working days of sellers on which a visit, entered by midnight, dated the customer's next contact on the rep's next working day. A plan that is kept elsewhere is not seen. A blank time of entry does not count; the upper bound counts it."},
			Formula: measure.Text{ZH: "次日有约的人天 ÷ 在岗工作人天", EN: "days that leave a contact for the next working day ÷ rostered working rep-days"},
			Rulings: "R-6.6, R-0.10, S1-11"},
		{ID: firstPerDayID, Revision: 1, Kind: measure.Ratio, Unit: unit("个/人天", "customers per rep-day"), Better: measure.Up, Seats: true,
			Title:   measure.Text{ZH: "人均日新接触客户", EN: "New customers met per rostered day"},
			Meaning: measure.Text{ZH: "该销售首次拜访、此前未签约且 7 天内未签约的客户，按在岗工作日平均。", EN: "Customers whom the rep visits for the first time, who have not signed before nor do within 7 days, over the rostered working days."},
			Formula: measure.Text{ZH: "首访数 ÷ 在岗工作人天", EN: "first contacts ÷ rostered working rep-days"},
			Rulings: "S0-11"},
	}
}

func hygieneDefinitions() []measure.Definition {
	return []measure.Definition{
		{ID: freshID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Headline: true,
			Title:   measure.Text{ZH: "当日录入率", EN: "Entered on the day"},
			Meaning: measure.Text{ZH: "拜访当天录入 CRM 的拜访占比。录入时间空白的不算当日；若全部算当日，则为区间上限。", EN: "Share of visits that were entered into the CRM on the day of the visit. A blank time of entry does not count; the upper bound counts it."},
			Formula: measure.Text{ZH: "当日录入的拜访 ÷ 拜访量", EN: "visits entered on their day ÷ visits"},
			Rulings: "S1-07, R-0.10"},
		{ID: filledID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up,
			Title:   measure.Text{ZH: "字段完整率", EN: "Fields filled in"},
			Meaning: measure.Text{ZH: "某一字段已填写的拜访占比；“有效性三项”指见面对象、讲服务、拒绝情况全部填写；下次联系日期只看有效拜访。", EN: "Share of visits with a field filled in. The three of validity are who was met, whether the service was pitched and how the customer answered, all of them; the date of the next contact is asked of valid visits only."},
			Formula: measure.Text{ZH: "该字段已填的拜访 ÷ 拜访量", EN: "visits with the field filled in ÷ visits"},
			Rulings: "S1-07, S0-13, S4-39"},
		{ID: plannedID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up,
			Title:   measure.Text{ZH: "有计划的拜访占比", EN: "Visits with a plan"},
			Meaning: measure.Text{ZH: "事先有计划的拜访占比。字段空白的不算；若全部有计划，则为区间上限。计划定于何时没有数据，因此看不出是否在首访之前。", EN: "Share of visits that had been planned. A blank does not count; the upper bound counts it. When the plan was made is not in the data, so nobody can tell whether it was before the first visit of the day."},
			Formula: measure.Text{ZH: "有计划的拜访 ÷ 拜访量", EN: "planned visits ÷ visits"},
			Rulings: "S1-02, R-0.10"},
		{
			ID: suspectID, Revision: 1, Kind: measure.Count, Unit: measure.UnitVisits, Better: measure.Down,
			Title: measure.Text{ZH: "可疑拜访", EN: "Suspect visits"},
			Meaning: measure.Text{
				ZH: "录入方式可疑、供品控抽查的拜访记录，不等于造假。分类合计可大于总数：总数中每条记录只计一次。包括：同一分钟在不同客户处、一天过多、夜间、非工作日、小记雷同、连日拜访同一客户而无进展。",
				EN: "Entered visits with an implausible pattern, for quality control to check; not a proof of anything. The total counts a visit once, so the patterns may add up to more: several customers in one minute, too many in a day, at night, on a day off, a copied note, one customer day after day without progress."},
			Formula: measure.Text{
				ZH: "至少符合一种可疑模式的拜访行数；品控不合格与重复的行也计入",
				EN: "visit rows with at least one pattern; rows that failed the audit and duplicates included"},
			Rulings: "domain.md (Truth), R-1.5",
		},
	}
}

func auditDefinitions() []measure.Definition {
	return []measure.Definition{
		{ID: auditRateID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up,
			Title:   measure.Text{ZH: "品控抽查率", EN: "Visits audited"},
			Meaning: measure.Text{ZH: "录入的拜访中经过品控抽查的占比；不合格与重复的行都计入。", EN: "Share of the entered visits that quality control has checked; failed ones and duplicates are among them."},
			Formula: measure.Text{ZH: "已抽查的拜访行 ÷ 录入的拜访行", EN: "audited rows ÷ entered rows"},
			Rulings: "S1-08"},
		{ID: failRateID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Down, Headline: true,
			Title:   measure.Text{ZH: "品控不合格率", EN: "Audits failed"},
			Meaning: measure.Text{ZH: "随机抽查的拜访中不合格的占比，按拜访日期归期；同一拜访多次抽查以最近一次为准。定向抽查只列名单，不外推。没有注明抽查方式的计入并加标记，不给区间。", EN: "Of the visits drawn at random, those that failed the check, by the day of the visit; of several checks of one visit the latest decides. Targeted checks are listed and tell nothing of other visits. Where the selection is not stated the visits count, with a flag and without an interval."},
			Formula: measure.Text{ZH: "随机抽查不合格 ÷ 随机抽查（Wilson 区间）", EN: "random checks failed ÷ random checks (Wilson interval)"},
			Rulings: "R-6.2, R-1.6, S1-08, S1-09"},
		{ID: targetedID, Revision: 1, Kind: measure.Count, Unit: measure.UnitVisits, Better: measure.Down,
			Title:   measure.Text{ZH: "定向抽查不合格", EN: "Targeted audits failed"},
			Meaning: measure.Text{ZH: "定向抽查（有理由怀疑而查）不合格的拜访数：只计数，不算比率。", EN: "Visits that failed a check made for a reason: a count, from which no rate follows."},
			Formula: measure.Text{ZH: "定向抽查不合格的拜访行数", EN: "rows that failed a targeted check"},
			Rulings: "R-6.2"},
	}
}

func gradeDefinitions() []measure.Definition {
	return []measure.Definition{
		{ID: visitedID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Neither, Rows: crm.ByCustomer,
			Title:   measure.Text{ZH: "拜访客户的成熟度构成", EN: "Grades of the customers visited"},
			Meaning: measure.Text{ZH: "按拜访当天客户的 A/B/C 等级划分的拜访占比。", EN: "Share of visits by the grade, A, B or C, that the customer had on the day."},
			Formula: measure.Text{ZH: "该等级客户的拜访 ÷ 拜访量", EN: "visits to customers of the grade ÷ visits"},
			Rulings: "S4-11"},
		{ID: backupID, Revision: 1, Kind: measure.Ratio, Unit: unit("备选/A", "B per A"), Better: measure.Up, Rows: crm.ByCustomer,
			Title:   measure.Text{ZH: "备选覆盖", EN: "Planned visits to B for each to A"},
			Meaning: measure.Text{ZH: "有计划的拜访中，每一次拜访 A 类客户对应多少次拜访 B 类（备选）客户。", EN: "Planned visits to customers graded B, the back-up, for each planned visit to one graded A."},
			Formula: measure.Text{ZH: "B 类计划拜访 ÷ A 类计划拜访", EN: "planned visits to B ÷ planned visits to A"},
			Rulings: "S4-24"},
		{ID: becameID, Revision: 1, Kind: measure.Count, Unit: measure.UnitCustomers, Better: measure.Up, Rows: crm.ByCustomer,
			Title:   measure.Text{ZH: "新进 A 类客户", EN: "Customers who became A"},
			Meaning: measure.Text{ZH: "期内等级变为 A 的次数，归当日的负责销售。", EN: "Entries into grade A in the period, credited to the owner of the day."},
			Formula: measure.Text{ZH: "由非 A 变为 A 的等级记录", EN: "rows of grade A after another grade or none"},
			Rulings: "R-0.3, S0-01"},
		{ID: becameCID, Revision: 1, Kind: measure.Count, Unit: measure.UnitCustomers, Better: measure.Neither, Rows: crm.ByCustomer, Whole: true,
			Title:   measure.Text{ZH: "新进 C 类客户", EN: "Customers who became C"},
			Meaning: measure.Text{ZH: "期内等级变为 C 的次数，归当日的负责销售；到 A 类之前再次变为 C 的不重复计。", EN: "Entries into grade C in the period, credited to the owner of the day; going back to C before A is no second one."},
			Formula: measure.Text{ZH: "变为 C 的等级记录", EN: "rows of grade C, the first before each A"},
			Rulings: "R-0.3, S0-02"},
		{ID: nextDayID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Headline: true, Rows: crm.ByCustomer,
			Title:   measure.Text{ZH: "A 类次日签约率", EN: "A customers signed by the next working day"},
			Meaning: measure.Text{ZH: "期内变为 A 类、且次一工作日已过的客户中，在次一工作日（含）前签约的占比；签约指任何类型的有效合同，或等级表中的“signed”。次一工作日未到的不计入，只计入区间。", EN: "Of the customers who became A and whose next working day is over, those who had signed by the end of it: an active contract of any type, or the word signed among the grades. Those who still have time are in the bounds only."},
			Formula: measure.Text{ZH: "次一工作日前签约 ÷ 到期的新 A 类客户", EN: "signed by the next working day ÷ customers who became A and are due"},
			Rulings: "S4-25, R-0.6, S4-13"},
		{ID: downID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Down, Rows: crm.ByCustomer,
			Title:   measure.Text{ZH: "降级率", EN: "Downgraded"},
			Meaning: measure.Text{ZH: "期内结束的 A 类（或 B 类）阶段中，以降到更低等级结束的占比；其余以升级或签约结束。", EN: "Of the spells in grade A, or B, that ended in the period, those that ended in a lower grade; the others ended in a higher one or a signing."},
			Formula: measure.Text{ZH: "降级 ÷（升级 + 降级 + 签约）", EN: "downgrades ÷ (upgrades + downgrades + signings)"},
			Rulings: "S0-01"},
		{ID: upID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Rows: crm.ByCustomer,
			Title:   measure.Text{ZH: "升级率", EN: "Upgraded"},
			Meaning: measure.Text{ZH: "期内结束的 B 类（或 C 类）阶段中，以升到更高等级或签约结束的占比。", EN: "Of the spells in grade B, or C, that ended in the period, those that ended in a higher grade or a signing."},
			Formula: measure.Text{ZH: "（升级 + 签约）÷（升级 + 降级 + 签约）", EN: "(upgrades + signings) ÷ (upgrades + downgrades + signings)"},
			Rulings: "S0-02"},
		{ID: ripenID, Revision: 1, Kind: measure.Score, Unit: measure.UnitDays, Better: measure.Down, Of: []string{becameCID},
			Title:   measure.Text{ZH: "C 类到 A 类天数（中位数）", EN: "Days from C to A (median)"},
			Meaning: measure.Text{ZH: "期内进入 C 类的客户升到 A 类所需天数的中位数（Kaplan–Meier）；尚未到 A 类的观察到截止日。不到一半升到 A 类时没有数值。", EN: "The Kaplan–Meier median of days from grade C to grade A, of the customers who became C in the period; who is not there yet is observed up to the as-of day. Without half of them there is no number."},
			Formula: measure.Text{ZH: "S(t) ≤ 0.5 的最小 t", EN: "the smallest t with S(t) ≤ 0.5"},
			Rulings: "S0-02, R-1.21, R-1.24"},
		{ID: nextStepID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Rows: crm.ByCustomer,
			Title:   measure.Text{ZH: "B 类有下次联系日期", EN: "B customers with a dated next step"},
			Meaning: measure.Text{ZH: "截止日的 B 类客户中，最近一次联系约定了不早于截止日的下次联系日期的占比；没有联系过的算没有。没有等级历史表时按客户表的当前等级，并加标记。", EN: "Of the customers graded B on the as-of day, those whose latest contact agreed on a next one that is not over. Without a contact there is none. Where there is no history of grades the customers' own rows say the grade, and the value is flagged."},
			Formula: measure.Text{ZH: "有未到的下次联系日期 ÷ B 类客户", EN: "with a next contact to come ÷ customers graded B"},
			Rulings: "S4-25"},
	}
}

func customerDefinitions() []measure.Definition {
	return []measure.Definition{
		{ID: prospectsID, Revision: 1, Kind: measure.Count, Unit: measure.UnitCustomers, Better: measure.Up, Rows: crm.ByCustomer,
			Title:   measure.Text{ZH: "新增潜在客户", EN: "New prospects"},
			Meaning: measure.Text{ZH: "期内建档的客户，归建档日的负责销售；已并入其他客户的不计。", EN: "Customers entered in the period, credited to the owner of that day; those merged into another do not count."},
			Formula: measure.Text{ZH: "创建日期在期内的客户", EN: "customers created in the period"},
			Rulings: "S1-10, R-0.3"},
		{ID: againID, Revision: 1, Kind: measure.Count, Unit: measure.UnitContracts, Better: measure.Up, Rows: crm.ByCustomer,
			Title:   measure.Text{ZH: "老客户签单", EN: "Contracts with existing customers"},
			Meaning: measure.Text{ZH: "期内签订、且该客户更早已签过约的有效合同（任何类型），归签约日的合同销售。", EN: "Contracts of any type signed in the period by customers who had signed on an earlier day, credited to the contract's rep on the sign date."},
			Formula: measure.Text{ZH: "有更早合同的客户的有效合同数", EN: "contracts, not void, of customers with an earlier one"},
			Rulings: "S0-11, R-1.12"},
		{ID: prospectsADayID, Revision: 1, Kind: measure.Ratio, Unit: unit("个/人天", "customers per rep-day"), Better: measure.Up, Rows: crm.ByCustomer, Seats: true,
			Title:   measure.Text{ZH: "人均日新增潜在客户", EN: "New prospects per rostered day"},
			Meaning: measure.Text{ZH: "新增潜在客户按销售在岗工作日平均。", EN: "New prospects over the rostered working days of sellers."},
			Formula: measure.Text{ZH: "新增潜在客户 ÷ 在岗工作人天", EN: "new prospects ÷ rostered working rep-days"},
			Rulings: "S1-10, R-6.6"},
		{ID: rolesID, Revision: 1, Kind: measure.Ratio, Unit: unit("个角色/商机", "roles per deal"), Better: measure.Up, Rows: crm.ByCustomer,
			Title:   measure.Text{ZH: "商机接触角色数", EN: "Roles met per open deal"},
			Meaning: measure.Text{ZH: "截止日进行中的商机，自建立以来拜访中见过的不同角色（KP、推动者、其他）的平均数。", EN: "Different roles met (key person, driver, other) since each open deal began, on average; as of the as-of day."},
			Formula: measure.Text{ZH: "见过的不同角色之和 ÷ 进行中商机", EN: "distinct roles met ÷ open deals"},
			Rulings: "S3-12"},
		{ID: singleID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Down, Rows: crm.ByCustomer,
			Title:   measure.Text{ZH: "单线联系的商机", EN: "Single-threaded deals"},
			Meaning: measure.Text{ZH: "截止日进行中的商机中，自建立以来只见过一种角色或一种都没有的占比。", EN: "Share of the open deals in which one role was met since they began, or none."},
			Formula: measure.Text{ZH: "角色数 < 2 的商机 ÷ 进行中商机", EN: "open deals with fewer than 2 roles ÷ open deals"},
			Rulings: "S3-12"},
		{ID: makerID, Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Rows: crm.ByCustomer,
			Title:   measure.Text{ZH: "近 30 天见过决策人", EN: "Decision maker met in 30 days"},
			Meaning: measure.Text{ZH: "截止日进行中的商机中，最近 30 天（可配置）内见过该客户决策人（KP）的占比。", EN: "Share of the open deals whose customer's key person was met in the last 30 days, or as many as are configured."},
			Formula: measure.Text{ZH: "近 30 天见过 KP 的商机 ÷ 进行中商机", EN: "open deals with a key person met ÷ open deals"},
			Rulings: "S3-13"},
	}
}
