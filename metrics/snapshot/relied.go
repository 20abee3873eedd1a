package snapshot

import (
	"maps"
	"slices"
	"strings"
)

// relied are the metrics that other tools may rely on: none is ever renamed,
// and metrics.json has every key of theirs for every unit.
var relied = func() map[string]bool {
	all := map[string]bool{}
	for family, ids := range map[string]string{
		"conversion": `visits valid_visits unknown_visits new_valid_customers signings valid_share valid_per_signing golden_index
			signings_without_visit cohort_30 cohort_60 cohort_90 lag_median_days effect_quantity effect_quality
			effect_conversion pace_visits pace_valid_visits pace_signings shrunken_rate`,
		"activity": `days_on_standard visits_per_day same_day_entry audit_rate audit_fail_rate suspect_visits coverage_coaching
			coaching_effect grade_a_signed_next_day lead_resolution lead_sla leads_reclaimed pool_size
			no_signing_two_months`,
		"funnel": `reached step_conversion cohort_step_conversion drop_off open stalled median_days win_rate_count win_rate_value
			velocity_per_day cycle_median_days skip_rate regression_rate lost_by_reason lost_by_competitor coverage
			movement`,
		"forecast": `submitted handed_up actual target attainment deviation hit_rate accuracy wape bias tracking_signal mase
			participation value_added suggested_index`,
		"renewal": `due renewed pending churned reactivated logo_rate contract_rate gross_rate gross_rate_capped net_rate nrr grr
			logo_retention bridge warning_lights`,
		"receivables": `balance bucket unapplied overdue_share dso_countback dso_simple dso_best_possible days_delinquent cei overdue
			written_off recovered allowance overdue_by_cause overdue_by_step`,
		"commission": `accrued clawed_back restored adjusted deducted payout carried`,
		"data":       `rows_read rows_rejected rejected_share`,
	} {
		for id := range strings.FieldsSeq(ids) {
			all[family+"."+id] = true
		}
	}
	return all
}()

// Relied are the ids of the metrics that other tools may rely on, sorted.
func Relied() []string { return slices.Sorted(maps.Keys(relied)) }
