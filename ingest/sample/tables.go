package sample

// schema is one table: its name and its columns in order.
type schema struct {
	name    string
	columns []string
}

// The tables in the order in which they are opened; the constants index it.
const (
	tReps = iota
	tCustomers
	tVisits
	tGrades
	tDeals
	tStages
	tContracts
	tSplits
	tTargets
	tForecasts
	tConfidence
	tInvoices
	tPayments
	tAdjustments
	tRates
	tLedger
	tLeads
	tCoaching
	tCases
	tRoster
	tCalendar
	tOwnership
	tSuccessions
	tPoolMoves
	tFX
	tAudits
	tableCount
)

func schemas() [tableCount]schema {
	return [tableCount]schema{
		tReps: {"reps", []string{"rep_id", "name", "role", "plan", "team", "area", "region", "manager_id",
			"hired_on", "left_on", "valid_from", "valid_to"}},
		tCustomers: {"customers", []string{"customer_id", "name", "rep_id", "grade", "segment", "industry", "region",
			"city", "source", "created_at", "pool", "terms_days", "merged_into"}},
		tVisits: {"visits", []string{"visit_id", "rep_id", "customer_id", "start_at", "channel", "met_role", "pitched",
			"rejection", "audit_status", "coach_id", "entered_at", "note", "next_contact_on", "planned"}},
		tGrades: {"grades", []string{"customer_id", "date", "grade"}},
		tDeals: {"deals", []string{"deal_id", "name", "customer_id", "rep_id", "type", "stage", "status", "amount",
			"currency", "created_at", "expected_close", "closed_at", "lost_reason", "competitor", "source"}},
		tStages: {"stage_history", []string{"deal_id", "stage", "changed_at", "sequence", "amount", "rep_id"}},
		tContracts: {"contracts", []string{"contract_id", "customer_id", "rep_id", "deal_id", "type", "sign_date",
			"start", "end", "term_months", "product", "amount", "base_ex_vat", "margin", "currency", "renewable",
			"status", "status_date", "predecessor_id"}},
		tSplits:     {"credit_splits", []string{"contract_id", "rep_id", "share", "credit_type"}},
		tTargets:    {"targets", []string{"period", "scope_id", "measure", "value"}},
		tForecasts:  {"forecasts", []string{"period", "rep_id", "submitted_by", "submitted_at", "amount", "type"}},
		tConfidence: {"confidence", []string{"period", "subject_id", "given_by", "index", "submitted_at"}},
		tInvoices: {"invoices", []string{"invoice_id", "instalment", "customer_id", "contract_id", "rep_id",
			"invoice_date", "due_date", "amount", "currency", "overdue_cause", "dunning_step", "status"}},
		tPayments: {"payments", []string{"payment_id", "customer_id", "date", "amount", "invoice_id", "currency",
			"kind"}},
		tAdjustments: {"adjustments", []string{"adjustment_id", "kind", "customer_id", "date", "amount", "invoice_id",
			"contract_id", "cause"}},
		tRates: {"commission_rates", []string{"plan", "rep_id", "role", "type", "base", "trigger", "rate",
			"from_amount", "to_amount", "tier_mode", "valid_from", "valid_to"}},
		tLedger: {"commission_ledger", []string{"rep_id", "period", "contract_id", "amount", "reason"}},
		tLeads: {"leads", []string{"lead_id", "rep_id", "source", "created_at", "assigned_at", "first_follow_up_at",
			"reclaimed_at", "status", "status_at", "customer_id"}},
		tCoaching: {"coaching", []string{"rep_id", "date", "coach_id", "points", "purpose", "target", "feedback_at"}},
		tCases:    {"cases", []string{"case_id", "customer_id", "opened_at", "kind", "closed_at"}},
		tRoster:   {"roster", []string{"rep_id", "date", "status"}},
		tCalendar: {"calendar", []string{"date", "is_workday", "region"}},
		tOwnership: {"ownership", []string{"customer_id", "rep_id", "valid_from",
			"valid_to"}},
		tSuccessions: {"successions", []string{"old_contract", "new_contract", "signed_date"}},
		tPoolMoves:   {"pool_moves", []string{"rep_id", "date", "direction", "count", "customer_id"}},
		tFX:          {"fx_rates", []string{"currency", "date", "rate"}},
		tAudits:      {"audits", []string{"visit_id", "date", "result", "kind"}},
	}
}

// Tables returns the names of the tables that Write writes, each to a file
// <table>.csv.
func Tables() []string {
	var names []string
	for _, s := range schemas() {
		names = append(names, s.name)
	}
	return names
}
