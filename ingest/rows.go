package ingest

import "reflect"

// The row types are the schema: the only place where columns are named. need
// says whether the column must exist ("column") and its cell be filled too
// ("cell"); key marks the primary key of. Every field is text: values are
// parsed by row, not by gocsv, which turns an empty number into 0.

type repRow struct {
	Rep       string `csv:"rep_id" need:"cell"`
	Name      string `csv:"name" need:"cell"`
	Role      string `csv:"role"`
	Plan      string `csv:"plan"`
	Team      string `csv:"team"`
	Area      string `csv:"area"`
	Region    string `csv:"region"`
	Manager   string `csv:"manager_id"`
	HiredOn   string `csv:"hired_on"`
	LeftOn    string `csv:"left_on"`
	ValidFrom string `csv:"valid_from"`
	ValidTo   string `csv:"valid_to"`
	UpdatedAt string `csv:"updated_at"`
}

type customerRow struct {
	Customer   string `csv:"customer_id" need:"cell" key:"1"`
	Name       string `csv:"name"`
	Rep        string `csv:"rep_id"`
	Grade      string `csv:"grade"`
	Segment    string `csv:"segment"`
	Industry   string `csv:"industry"`
	Region     string `csv:"region"`
	City       string `csv:"city"`
	Source     string `csv:"source"`
	CreatedAt  string `csv:"created_at"`
	Pool       string `csv:"pool"`
	TermsDays  string `csv:"terms_days"`
	MergedInto string `csv:"merged_into"`
	UpdatedAt  string `csv:"updated_at"`
}

type visitRow struct {
	Visit     string `csv:"visit_id" need:"cell" key:"1"`
	Rep       string `csv:"rep_id" need:"cell"`
	Customer  string `csv:"customer_id" need:"cell"`
	StartAt   string `csv:"start_at" need:"cell"`
	Channel   string `csv:"channel"`
	MetRole   string `csv:"met_role"`
	Pitched   string `csv:"pitched"`
	Rejection string `csv:"rejection"`
	Audit     string `csv:"audit_status"`
	Coach     string `csv:"coach_id"`
	EnteredAt string `csv:"entered_at"`
	Note      string `csv:"note"`
	NextOn    string `csv:"next_contact_on"`
	Planned   string `csv:"planned"`
	UpdatedAt string `csv:"updated_at"`
}

type gradeRow struct {
	Customer  string `csv:"customer_id" need:"cell" key:"1"`
	Date      string `csv:"date" need:"cell" key:"2"`
	Grade     string `csv:"grade" need:"cell"`
	UpdatedAt string `csv:"updated_at"`
}

type dealRow struct {
	Deal          string `csv:"deal_id" need:"cell" key:"1"`
	Name          string `csv:"name"`
	Customer      string `csv:"customer_id"`
	Rep           string `csv:"rep_id" need:"column"`
	Type          string `csv:"type"`
	Stage         string `csv:"stage" need:"cell"`
	Status        string `csv:"status"`
	Amount        string `csv:"amount"`
	Currency      string `csv:"currency"`
	CreatedAt     string `csv:"created_at" need:"column"`
	ExpectedClose string `csv:"expected_close"`
	ClosedAt      string `csv:"closed_at"`
	LostReason    string `csv:"lost_reason"`
	Competitor    string `csv:"competitor"`
	Source        string `csv:"source"`
	UpdatedAt     string `csv:"updated_at"`
}

type stageRow struct {
	Deal      string `csv:"deal_id" need:"cell"`
	Stage     string `csv:"stage" need:"cell"`
	ChangedAt string `csv:"changed_at" need:"cell"`
	Sequence  string `csv:"sequence"`
	Amount    string `csv:"amount"`
	Rep       string `csv:"rep_id"`
	UpdatedAt string `csv:"updated_at"`
}

// wideRow is the other form of stage_history: a row a deal, a column a stage.
// Its entered columns carry the stage in their header (wide.go).
type wideRow struct {
	Deal      string `csv:"deal_id" need:"cell"`
	Amount    string `csv:"amount"`
	Rep       string `csv:"rep_id"`
	UpdatedAt string `csv:"updated_at"`
}

type contractRow struct {
	Contract    string `csv:"contract_id" need:"cell" key:"1"`
	Customer    string `csv:"customer_id" need:"cell"`
	Rep         string `csv:"rep_id" need:"cell"`
	Deal        string `csv:"deal_id"`
	Type        string `csv:"type"`
	SignDate    string `csv:"sign_date" need:"cell"`
	Start       string `csv:"start"`
	End         string `csv:"end"`
	TermMonths  string `csv:"term_months"`
	Product     string `csv:"product"`
	Amount      string `csv:"amount" need:"cell"`
	Base        string `csv:"base_ex_vat"`
	Margin      string `csv:"margin"`
	Currency    string `csv:"currency"`
	Renewable   string `csv:"renewable"`
	Status      string `csv:"status"`
	StatusDate  string `csv:"status_date"`
	Predecessor string `csv:"predecessor_id"`
	UpdatedAt   string `csv:"updated_at"`
}

type splitRow struct {
	Contract   string `csv:"contract_id" need:"cell" key:"1"`
	Rep        string `csv:"rep_id" need:"cell" key:"2"`
	Share      string `csv:"share" need:"cell"`
	CreditType string `csv:"credit_type" key:"3"`
	UpdatedAt  string `csv:"updated_at"`
}

type targetRow struct {
	Period    string `csv:"period" need:"cell" key:"1"`
	Scope     string `csv:"scope_id" need:"cell" key:"2"`
	Measure   string `csv:"measure" need:"cell" key:"3"`
	Value     string `csv:"value" need:"cell"`
	UpdatedAt string `csv:"updated_at"`
}

type forecastRow struct {
	Period      string `csv:"period" need:"cell"`
	Subject     string `csv:"rep_id" need:"cell"`
	SubmittedBy string `csv:"submitted_by"`
	SubmittedAt string `csv:"submitted_at" need:"cell"`
	Amount      string `csv:"amount" need:"cell"`
	Type        string `csv:"type"`
	UpdatedAt   string `csv:"updated_at"`
}

type confidenceRow struct {
	Period      string `csv:"period" need:"cell"`
	Subject     string `csv:"subject_id" need:"cell"`
	GivenBy     string `csv:"given_by" need:"cell"`
	Index       string `csv:"index" need:"cell"`
	SubmittedAt string `csv:"submitted_at" need:"cell"`
	UpdatedAt   string `csv:"updated_at"`
}

type invoiceRow struct {
	Invoice    string `csv:"invoice_id" need:"cell" key:"1"`
	Instalment string `csv:"instalment" key:"2"`
	Customer   string `csv:"customer_id" need:"cell"`
	Contract   string `csv:"contract_id"`
	Rep        string `csv:"rep_id"`
	Date       string `csv:"invoice_date" need:"cell"`
	Due        string `csv:"due_date"`
	Amount     string `csv:"amount" need:"cell"`
	Currency   string `csv:"currency"`
	Cause      string `csv:"overdue_cause"`
	Step       string `csv:"dunning_step"`
	Status     string `csv:"status"`
	UpdatedAt  string `csv:"updated_at"`
}

type paymentRow struct {
	Payment   string `csv:"payment_id" need:"cell" key:"1"`
	Customer  string `csv:"customer_id" need:"cell"`
	Date      string `csv:"date" need:"cell"`
	Amount    string `csv:"amount" need:"cell"`
	Invoice   string `csv:"invoice_id"`
	Currency  string `csv:"currency"`
	Kind      string `csv:"kind"`
	UpdatedAt string `csv:"updated_at"`
}

type adjustmentRow struct {
	Adjustment string `csv:"adjustment_id" need:"cell" key:"1"`
	Kind       string `csv:"kind" need:"cell"`
	Customer   string `csv:"customer_id" need:"cell"`
	Date       string `csv:"date" need:"cell"`
	Amount     string `csv:"amount" need:"cell"`
	Invoice    string `csv:"invoice_id"`
	Contract   string `csv:"contract_id"`
	Cause      string `csv:"cause"`
	UpdatedAt  string `csv:"updated_at"`
}

type rateRow struct {
	Plan       string `csv:"plan"`
	Rep        string `csv:"rep_id"`
	Role       string `csv:"role"`
	Type       string `csv:"type"`
	Base       string `csv:"base"`
	Trigger    string `csv:"trigger"`
	Rate       string `csv:"rate" need:"cell"`
	FromAmount string `csv:"from_amount"`
	ToAmount   string `csv:"to_amount"`
	TierMode   string `csv:"tier_mode"`
	ValidFrom  string `csv:"valid_from" need:"cell"`
	ValidTo    string `csv:"valid_to"`
	UpdatedAt  string `csv:"updated_at"`
}

type ledgerRow struct {
	Rep       string `csv:"rep_id" need:"cell"`
	Period    string `csv:"period" need:"cell"`
	Contract  string `csv:"contract_id"`
	Amount    string `csv:"amount" need:"cell"`
	Reason    string `csv:"reason"`
	UpdatedAt string `csv:"updated_at"`
}

type leadRow struct {
	Lead            string `csv:"lead_id" need:"cell" key:"1"`
	Rep             string `csv:"rep_id"`
	Source          string `csv:"source"`
	CreatedAt       string `csv:"created_at"`
	AssignedAt      string `csv:"assigned_at" need:"cell"`
	FirstFollowUpAt string `csv:"first_follow_up_at"`
	ReclaimedAt     string `csv:"reclaimed_at"`
	Status          string `csv:"status"`
	StatusAt        string `csv:"status_at"`
	Customer        string `csv:"customer_id"`
	UpdatedAt       string `csv:"updated_at"`
}

type coachingRow struct {
	Rep        string `csv:"rep_id" need:"cell"`
	Date       string `csv:"date" need:"cell"`
	Coach      string `csv:"coach_id" need:"cell"`
	Points     string `csv:"points"`
	Purpose    string `csv:"purpose"`
	Target     string `csv:"target"`
	FeedbackAt string `csv:"feedback_at"`
	UpdatedAt  string `csv:"updated_at"`
}

type caseRow struct {
	Case      string `csv:"case_id" need:"cell" key:"1"`
	Customer  string `csv:"customer_id" need:"cell"`
	OpenedAt  string `csv:"opened_at" need:"cell"`
	Kind      string `csv:"kind"`
	ClosedAt  string `csv:"closed_at"`
	UpdatedAt string `csv:"updated_at"`
}

type rosterRow struct {
	Rep       string `csv:"rep_id" need:"cell" key:"1"`
	Date      string `csv:"date" need:"cell" key:"2"`
	Status    string `csv:"status"`
	UpdatedAt string `csv:"updated_at"`
}

type calendarRow struct {
	Date      string `csv:"date" need:"cell" key:"1"`
	Workday   string `csv:"is_workday" need:"cell"`
	Region    string `csv:"region" key:"2"`
	UpdatedAt string `csv:"updated_at"`
}

type ownershipRow struct {
	Customer  string `csv:"customer_id" need:"cell"`
	Rep       string `csv:"rep_id" need:"cell"`
	ValidFrom string `csv:"valid_from" need:"cell"`
	ValidTo   string `csv:"valid_to"`
	UpdatedAt string `csv:"updated_at"`
}

type successionRow struct {
	Old       string `csv:"old_contract" need:"cell"`
	New       string `csv:"new_contract" need:"cell"`
	Signed    string `csv:"signed_date"`
	UpdatedAt string `csv:"updated_at"`
}

type poolRow struct {
	Rep       string `csv:"rep_id" need:"cell"`
	Date      string `csv:"date" need:"cell"`
	Direction string `csv:"direction" need:"cell"`
	Count     string `csv:"count"`
	Customer  string `csv:"customer_id"`
	UpdatedAt string `csv:"updated_at"`
}

type fxRow struct {
	Currency  string `csv:"currency" need:"cell" key:"1"`
	Date      string `csv:"date" need:"cell" key:"2"`
	Rate      string `csv:"rate" need:"cell"`
	UpdatedAt string `csv:"updated_at"`
}

type auditRow struct {
	Visit     string `csv:"visit_id" need:"cell"`
	Date      string `csv:"date" need:"cell"`
	Result    string `csv:"result" need:"cell"`
	Kind      string `csv:"kind"`
	UpdatedAt string `csv:"updated_at"`
}

// TableSpec is the schema of one table, as a configuration or a generator of
// exports needs it.
type TableSpec struct {
	Name     string
	Columns  []string // in the order of inputs.md, updated_at last
	Required []string // columns that a file must have
	Filled   []string // of these, the ones whose cells must not be blank
	Key      []string // primary key; none: a whole row is its key
}

// Tables returns the schema of every table, in reading order.
func Tables() []TableSpec {
	var out []TableSpec
	for _, t := range []struct {
		name string
		row  any
	}{
		{"reps", repRow{}}, {"customers", customerRow{}}, {"visits", visitRow{}}, {"grades", gradeRow{}},
		{"deals", dealRow{}}, {"stage_history", stageRow{}}, {"contracts", contractRow{}},
		{"credit_splits", splitRow{}}, {"targets", targetRow{}}, {"forecasts", forecastRow{}},
		{"confidence", confidenceRow{}}, {"invoices", invoiceRow{}}, {"payments", paymentRow{}},
		{"adjustments", adjustmentRow{}}, {"commission_rates", rateRow{}}, {"commission_ledger", ledgerRow{}},
		{"leads", leadRow{}}, {"coaching", coachingRow{}}, {"cases", caseRow{}}, {"roster", rosterRow{}},
		{"calendar", calendarRow{}}, {"ownership", ownershipRow{}}, {"successions", successionRow{}},
		{"pool_moves", poolRow{}}, {"fx_rates", fxRow{}}, {"audits", auditRow{}},
	} {
		out = append(out, specOf(t.name, reflect.TypeOf(t.row)))
	}
	return out
}

func specOf(name string, row reflect.Type) TableSpec {
	s := TableSpec{Name: name}
	for i := range row.NumField() {
		tag := row.Field(i).Tag
		column := tag.Get("csv")
		s.Columns = append(s.Columns, column)
		if tag.Get("need") != "" {
			s.Required = append(s.Required, column)
		}
		if tag.Get("need") == "cell" {
			s.Filled = append(s.Filled, column)
		}
		if tag.Get("key") != "" {
			s.Key = append(s.Key, column)
		}
	}
	return s
}
