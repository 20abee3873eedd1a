package activity

import "crmreport/metrics/measure"

const suspectID = "activity.suspect_visits"

// Definitions returns the metrics of the family.
func Definitions() []measure.Definition {
	return []measure.Definition{{
		ID: suspectID, Revision: 1, Kind: measure.Count, Unit: measure.UnitVisits, Better: measure.Down,
		Title: measure.Text{ZH: "可疑拜访", EN: "Suspect visits"},
		Meaning: measure.Text{
			ZH: "录入方式可疑、供品控抽查的拜访记录，不等于造假。分类合计可大于总数：总数中每条记录只计一次。包括：同一分钟在不同客户处、一天过多、夜间、非工作日、小记雷同、连日拜访同一客户而无进展。",
			EN: "Entered visits with an implausible pattern, for quality control to check; not a proof of anything. The total counts a visit once, so the patterns may add up to more: several customers in one minute, too many in a day, at night, on a day off, a copied note, one customer day after day without progress."},
		Formula: measure.Text{
			ZH: "至少符合一种可疑模式的拜访行数；品控不合格与重复的行也计入",
			EN: "visit rows with at least one pattern; rows that failed the audit and duplicates included"},
		Rulings: "domain.md (Truth), R-1.5",
	}}
}
