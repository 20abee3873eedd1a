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
	"conversion.advanced_visits":        {"visits", "audits", "deals", "stage_history"},
	"conversion.new_valid_customers":    {"visits", "audits", "ownership", "customers"},
	"conversion.signings":               {"contracts", "credit_splits", "customers"},
	"conversion.signings_without_visit": {"contracts", "credit_splits", "customers", "visits", "audits"},
	"conversion.signed_amount":          {"contracts", "credit_splits", "customers"},
	"conversion.plan_visits":            {"reps", "calendar", "roster"},
	"conversion.plan_valid_visits":      {"reps", "calendar", "roster"},
	"conversion.plan_signings":          {"reps", "calendar", "roster"},
	"forecast.submitted":                {"forecasts"},
	"forecast.handed_up":                {"forecasts", "confidence"},
	"forecast.implied_index":            {"forecasts", "confidence"},
	"forecast.deviation":                {"forecasts", "confidence", "contracts", "credit_splits"},
	"forecast.hit_rate":                 {"forecasts", "confidence", "contracts", "credit_splits"},
	"forecast.span":                     {"reps", "forecasts"},
	"forecast.actual":                   {"contracts", "credit_splits"},
	"forecast.target":                   {"targets"},
	"forecast.attainment":               {"contracts", "credit_splits", "targets"},
	"forecast.participation":            {"forecasts", "reps"},
	"forecast.late_only":                {"forecasts", "reps"},
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
	for _, id := range d.Of {
		for _, t := range rests(measure.Definition{ID: id}) {
			if !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	family, _, _ := strings.Cut(d.ID, ".")
	return feeds[family]
}
