package conversion

import "crmreport/ingest/crm"

// plan is what the plan asks of so many days of sellers.
func (o Options) plan(days int64) Factors {
	valid := float64(days) * float64(o.PlanValidPerDay) / float64(crm.One)
	return Factors{float64(days * o.PlanVisitsPerDay), valid, valid / float64(o.Golden)}
}
