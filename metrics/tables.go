package metrics

import (
	"slices"
	"strings"

	"crmreport/metrics/measure"
)

// feeds are the tables that a family's metrics rest on where a definition names
// none (measure.Definition.Tables). Those that decide for every metric where an
// event counts are not among them: reps, calendar, roster and fx_rates.
var feeds = map[string][]string{
	"conversion":  {"visits", "audits", "customers"},
	"activity":    {"visits", "contracts", "audits"},
	"funnel":      {"deals", "stage_history"},
	"forecast":    {"forecasts", "contracts", "credit_splits"},
	"renewal":     {"contracts", "successions", "customers", "credit_splits"},
	"receivables": {"invoices", "payments", "adjustments", "contracts", "credit_splits", "customers"},
	"commission":  {"contracts", "credit_splits", "commission_rates", "invoices", "payments", "adjustments", "customers", "commission_ledger"},
}

// fed are the metrics that rest on other tables than the rest of their family.
var fed = map[string][]string{
	"conversion.advanced_visits":           {"visits", "audits", "deals", "stage_history"},
	"conversion.new_valid_customers":       {"visits", "audits", "ownership", "customers"},
	"conversion.signings":                  {"contracts", "credit_splits", "customers"},
	"conversion.signings_without_visit":    {"contracts", "credit_splits", "customers", "visits", "audits"},
	"conversion.signed_amount":             {"contracts", "credit_splits", "customers"},
	"conversion.plan_visits":               {"reps", "calendar", "roster"},
	"conversion.plan_valid_visits":         {"reps", "calendar", "roster"},
	"conversion.plan_signings":             {"reps", "calendar", "roster"},
	"funnel.reached":                       {"deals", "stage_history", "contracts", "invoices", "payments", "adjustments", "customers"},
	"funnel.step_conversion":               {"deals", "stage_history", "contracts", "invoices", "payments", "adjustments", "customers"},
	"funnel.collected":                     {"deals", "stage_history", "contracts", "invoices", "payments", "adjustments", "customers"},
	"funnel.collected_amount":              {"deals", "stage_history", "contracts", "invoices", "payments", "adjustments", "customers"},
	"forecast.submitted":                   {"forecasts"},
	"forecast.handed_up":                   {"forecasts", "confidence"},
	"forecast.implied_index":               {"forecasts", "confidence"},
	"forecast.deviation":                   {"forecasts", "confidence", "contracts", "credit_splits"},
	"forecast.hit_rate":                    {"forecasts", "confidence", "contracts", "credit_splits"},
	"forecast.span":                        {"reps", "forecasts"},
	"forecast.actual":                      {"contracts", "credit_splits"},
	"forecast.target":                      {"targets"},
	"forecast.attainment":                  {"contracts", "credit_splits", "targets"},
	"forecast.participation":               {"forecasts", "reps"},
	"forecast.late_only":                   {"forecasts", "reps"},
	"conversion.shrunken_rate":             {"visits", "audits", "customers", "contracts", "credit_splits"},
	"conversion.cohort_30":                 {"visits", "audits", "customers", "contracts", "credit_splits"},
	"conversion.cohort_60":                 {"visits", "audits", "customers", "contracts", "credit_splits"},
	"conversion.cohort_90":                 {"visits", "audits", "customers", "contracts", "credit_splits"},
	"conversion.cohort_customers":          {"visits", "audits", "customers", "contracts", "credit_splits"},
	"conversion.cohort_followed":           {"visits", "audits", "customers", "contracts", "credit_splits"},
	"conversion.cohort_signed":             {"visits", "audits", "customers", "contracts", "credit_splits"},
	"conversion.cohort_lost":               {"visits", "audits", "customers", "contracts", "credit_splits", "deals", "stage_history"},
	"conversion.trailing_signings":         {"contracts", "credit_splits", "customers"},
	"conversion.needed_valid_visits":       {"targets", "contracts", "credit_splits", "visits", "audits", "customers"},
	"conversion.needed_valid_per_day":      {"targets", "contracts", "credit_splits", "visits", "audits", "customers"},
	"conversion.needed_visits_per_day":     {"targets", "contracts", "credit_splits", "visits", "audits", "customers"},
	"activity.visit_attainment":            {"visits", "audits", "targets"},
	"activity.days_on_standard":            {"visits", "audits"},
	"activity.standard_met":                {"visits", "audits"},
	"activity.visits_per_day":              {"visits", "audits"},
	"activity.valid_per_hour":              {"visits", "audits"},
	"activity.off_day_visits":              {"visits", "audits"},
	"activity.first_contacts_per_day":      {"visits", "audits"},
	"activity.same_day_entry":              {"visits", "audits"},
	"activity.filled":                      {"visits", "audits"},
	"activity.audit_rate":                  {"visits", "audits"},
	"activity.audit_fail_rate":             {"visits", "audits"},
	"activity.targeted_failed":             {"visits", "audits"},
	"activity.visited_grades":              {"visits", "audits", "grades"},
	"activity.backup_cover":                {"visits", "audits", "grades"},
	"activity.lead_sla":                    {"leads"},
	"activity.lead_resolution":             {"leads"},
	"activity.lead_days":                   {"leads"},
	"activity.leads_overdue":               {"leads"},
	"activity.leads_reclaim_due":           {"leads"},
	"activity.leads_reclaimed":             {"leads"},
	"activity.new_rep_lead_share":          {"leads", "reps"},
	"activity.new_rep_head_share":          {"leads", "reps"},
	"activity.reclaimed_won":               {"leads", "contracts", "credit_splits"},
	"activity.pool_one_in_one_out":         {"pool_moves"},
	"activity.pool_size":                   {"customers", "ownership", "pool_moves"},
	"activity.pool_untouched":              {"customers", "ownership", "pool_moves", "visits"},
	"activity.no_signing_two_months":       {"contracts", "credit_splits", "reps"},
	"activity.manager_signed":              {"contracts", "credit_splits", "coaching", "reps"},
	"activity.prepayment_rate":             {"contracts", "invoices", "payments"},
	"activity.write_off_signings":          {"contracts", "adjustments", "invoices", "payments"},
	"activity.coached_days":                {"coaching", "visits"},
	"activity.coached_new_share":           {"coaching", "visits"},
	"activity.coverage_coaching":           {"coaching", "visits"},
	"activity.coaching_too_many_points":    {"coaching"},
	"activity.coaching_filled":             {"coaching"},
	"activity.coaching_feedback":           {"coaching"},
	"activity.coaching_recheck":            {"coaching"},
	"activity.after_sales_contact":         {"contracts", "visits"},
	"activity.repeat_signing":              {"contracts", "visits"},
	"activity.single_threaded":             {"deals", "stage_history", "visits"},
	"activity.city_customer_share":         {"customers", "contracts"},
	"activity.city_visit_share":            {"customers", "visits"},
	"renewal.warning_lights":               {"contracts", "successions", "customers", "credit_splits", "visits", "invoices", "payments", "adjustments", "cases", "deals", "ownership"},
	"renewal.at_risk":                      {"contracts", "successions", "customers", "credit_splits", "visits", "invoices", "payments", "adjustments", "cases", "deals", "ownership"},
	"renewal.at_risk_overdue":              {"contracts", "successions", "customers", "credit_splits", "visits", "invoices", "payments", "adjustments", "cases", "deals", "ownership"},
	"renewal.visit_share_due":              {"contracts", "successions", "customers", "credit_splits", "visits", "audits"},
	"conversion.trailing_valid_share":      {"visits", "audits", "customers"},
	"activity.became_grade_a":              {"grades", "customers", "ownership", "visits"},
	"activity.became_grade_c":              {"grades", "customers", "ownership", "visits"},
	"activity.grade_a_signed_next_day":     {"grades", "contracts", "customers", "ownership", "visits"},
	"activity.grade_b_next_step":           {"grades", "contracts", "customers", "ownership", "visits"},
	"activity.grade_downgrade_rate":        {"grades", "customers", "ownership", "visits"},
	"activity.grade_upgrade_rate":          {"grades", "customers", "ownership", "visits"},
	"activity.planned_share":               {"visits", "audits"},
	"activity.new_prospects":               {"customers", "ownership", "visits"},
	"activity.new_prospects_per_day":       {"customers", "ownership", "visits"},
	"activity.existing_customer_contracts": {"contracts", "credit_splits"},
	"activity.signings_by_tenure":          {"contracts", "credit_splits"},
	"activity.roles_met":                   {"deals", "stage_history", "visits"},
	"activity.decision_maker_met":          {"deals", "stage_history", "visits"},
	"activity.rep_turnover":                {"reps"},
	"activity.follow_up_days":              {"visits", "audits"},
	"activity.next_day_planned":            {"visits", "audits"},
	"activity.average_heads":               {"reps"},
	"activity.sales_per_head":              {"contracts", "credit_splits", "reps"},
	"activity.margin_rate":                 {"contracts", "credit_splits"},
	"activity.first_visit_days":            {"visits", "reps"},
	"activity.assigned_in_range":           {"leads"},
	"activity.reviews_tonight":             {"forecasts", "contracts", "credit_splits"},
	"activity.rate_change":                 {"visits", "audits", "contracts", "credit_splits", "customers"},
	"forecast.step_error":                  {"forecasts", "confidence", "contracts", "credit_splits"},
	"forecast.value_added":                 {"forecasts", "confidence", "contracts", "credit_splits"},
	"forecast.unit_hit_rate":               {"forecasts", "confidence", "contracts", "credit_splits"},
	"forecast.suggested_index":             {"forecasts", "confidence", "contracts", "credit_splits"},
	"forecast.calibrated":                  {"forecasts", "confidence", "contracts", "credit_splits"},
	"forecast.outliers":                    {"forecasts", "confidence", "contracts", "credit_splits"},
	"forecast.quadrant":                    {"forecasts", "confidence", "contracts", "credit_splits", "targets"},
	"forecast.by_rep_share":                {"forecasts"},
	"forecast.landing":                     {"contracts", "credit_splits"},
	"forecast.landing_coverage":            {"contracts", "credit_splits"},
	"forecast.landing_error":               {"contracts", "credit_splits"},
	"forecast.customers":                   {"contracts", "credit_splits"},
	"forecast.average_contract":            {"contracts", "credit_splits"},
	"activity.days_single_kind":            {"visits", "audits", "contracts"},
	"conversion.expected_signings_lagged":  {"visits", "audits", "customers", "contracts", "credit_splits"},
	"conversion.lag_index":                 {"visits", "audits", "customers", "contracts", "credit_splits"},
	"forecast.target_customers":            {"targets"},
	"forecast.implied_average":             {"targets"},
	"forecast.needed_valid_visits":         {"targets", "contracts", "credit_splits", "visits", "audits", "customers"},
	"forecast.capacity":                    {"reps", "calendar", "roster"},
}

// rests returns the tables that a metric rests on, in their order on the page:
// its own, those of what it is worked out of, else its family's.
func rests(d measure.Definition) []string {
	if len(d.Tables) > 0 {
		return d.Tables
	}
	if own := fed[d.ID]; len(own) > 0 {
		return own
	}
	var out []string
	add := func(tables ...string) {
		for _, t := range tables {
			if !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	for _, id := range slices.Concat(d.Of, d.Peers, d.Ever, []string{d.Curve}) {
		if id != "" {
			add(rests(measure.Definition{ID: id})...)
		}
	}
	if len(out) == 0 {
		family, _, _ := strings.Cut(d.ID, ".")
		add(feeds[family]...)
	}
	if len(d.Goals) > 0 {
		add("targets")
	}
	return out
}
