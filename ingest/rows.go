package ingest

import (
	"reflect"

	"crmreport/ingest/value"
)

// The row types are the schema: the only place where columns are named. need
// says whether the column must exist ("column") and its cell be filled too
// ("cell"); key marks the primary key of; is says what the cells are
// (text where it says nothing). Every field is text: values are parsed by row,
// not by gocsv, which turns an empty number into 0.

type repRow struct {
	Rep       string `csv:"rep_id" is:"id" need:"cell"`
	Name      string `csv:"name" need:"cell"`
	Role      string `csv:"role" is:"word"`
	Plan      string `csv:"plan" is:"id"`
	Team      string `csv:"team"`
	Area      string `csv:"area"`
	Region    string `csv:"region"`
	Manager   string `csv:"manager_id" is:"id"`
	HiredOn   string `csv:"hired_on" is:"date"`
	LeftOn    string `csv:"left_on" is:"end"`
	ValidFrom string `csv:"valid_from" is:"date"`
	ValidTo   string `csv:"valid_to" is:"end"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type customerRow struct {
	Customer   string `csv:"customer_id" is:"id" need:"cell" key:"1"`
	Name       string `csv:"name"`
	Rep        string `csv:"rep_id" is:"id"`
	Grade      string `csv:"grade"`
	Segment    string `csv:"segment"`
	Industry   string `csv:"industry"`
	Region     string `csv:"region"`
	City       string `csv:"city"`
	Source     string `csv:"source"`
	CreatedAt  string `csv:"created_at" is:"date"`
	Pool       string `csv:"pool" is:"word"`
	TermsDays  string `csv:"terms_days" is:"count"`
	MergedInto string `csv:"merged_into" is:"id"`
	UpdatedAt  string `csv:"updated_at" is:"stamp"`
}

type visitRow struct {
	Visit     string `csv:"visit_id" is:"id" need:"cell" key:"1"`
	Rep       string `csv:"rep_id" is:"id" need:"cell"`
	Customer  string `csv:"customer_id" is:"id" need:"cell"`
	StartAt   string `csv:"start_at" is:"stamp" need:"cell"`
	Channel   string `csv:"channel" is:"word"`
	MetRole   string `csv:"met_role" is:"word"`
	Pitched   string `csv:"pitched" is:"bool"`
	Rejection string `csv:"rejection" is:"word"`
	Audit     string `csv:"audit_status" is:"word"`
	Coach     string `csv:"coach_id" is:"id"`
	EnteredAt string `csv:"entered_at" is:"date"`
	Note      string `csv:"note"`
	NextOn    string `csv:"next_contact_on" is:"date"`
	Planned   string `csv:"planned" is:"bool"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type gradeRow struct {
	Customer  string `csv:"customer_id" is:"id" need:"cell" key:"1"`
	Date      string `csv:"date" is:"date" need:"cell" key:"2"`
	Grade     string `csv:"grade" need:"cell"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type dealRow struct {
	Deal          string `csv:"deal_id" is:"id" need:"cell" key:"1"`
	Name          string `csv:"name"`
	Customer      string `csv:"customer_id" is:"id"`
	Rep           string `csv:"rep_id" is:"id" need:"column"`
	Type          string `csv:"type" is:"word"`
	Stage         string `csv:"stage" is:"word" need:"cell"`
	Status        string `csv:"status" is:"word"`
	Amount        string `csv:"amount" is:"number"`
	Currency      string `csv:"currency" is:"word"`
	CreatedAt     string `csv:"created_at" is:"date" need:"column"`
	ExpectedClose string `csv:"expected_close" is:"date"`
	ClosedAt      string `csv:"closed_at" is:"date"`
	LostReason    string `csv:"lost_reason"`
	Competitor    string `csv:"competitor"`
	Source        string `csv:"source"`
	UpdatedAt     string `csv:"updated_at" is:"stamp"`
}

type stageRow struct {
	Deal      string `csv:"deal_id" is:"id" need:"cell"`
	Stage     string `csv:"stage" is:"word" need:"cell"`
	ChangedAt string `csv:"changed_at" is:"stamp" need:"cell"`
	Sequence  string `csv:"sequence" is:"count"`
	Amount    string `csv:"amount" is:"number"`
	Rep       string `csv:"rep_id" is:"id"`
	Expected  string `csv:"expected_close" is:"date"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

// wideRow is the other form of stage_history: a row a deal, a column a stage.
// Its entered columns carry the stage in their header (wide.go).
type wideRow struct {
	Deal      string `csv:"deal_id" is:"id" need:"cell"`
	Amount    string `csv:"amount" is:"number"`
	Rep       string `csv:"rep_id" is:"id"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type contractRow struct {
	Contract    string `csv:"contract_id" is:"id" need:"cell" key:"1"`
	Customer    string `csv:"customer_id" is:"id" need:"cell"`
	Rep         string `csv:"rep_id" is:"id" need:"cell"`
	Deal        string `csv:"deal_id" is:"id"`
	Type        string `csv:"type" is:"word"`
	SignDate    string `csv:"sign_date" is:"date" need:"cell"`
	Start       string `csv:"start" is:"date"`
	End         string `csv:"end" is:"end"`
	TermMonths  string `csv:"term_months" is:"count"`
	Product     string `csv:"product"`
	Amount      string `csv:"amount" is:"number" need:"cell"`
	Base        string `csv:"base_ex_vat" is:"number"`
	Margin      string `csv:"margin" is:"number"`
	Currency    string `csv:"currency" is:"word"`
	Renewable   string `csv:"renewable" is:"bool"`
	Status      string `csv:"status" is:"word"`
	StatusDate  string `csv:"status_date" is:"date"`
	Predecessor string `csv:"predecessor_id" is:"id"`
	UpdatedAt   string `csv:"updated_at" is:"stamp"`
}

type splitRow struct {
	Contract   string `csv:"contract_id" is:"id" need:"cell" key:"1"`
	Rep        string `csv:"rep_id" is:"id" need:"cell" key:"2"`
	Share      string `csv:"share" is:"percent" need:"cell"`
	CreditType string `csv:"credit_type" is:"word" key:"3"`
	UpdatedAt  string `csv:"updated_at" is:"stamp"`
}

type targetRow struct {
	Period    string `csv:"period" is:"period" need:"cell" key:"1"`
	Scope     string `csv:"scope_id" is:"id" need:"cell" key:"2"`
	Measure   string `csv:"measure" need:"cell" key:"3"`
	Value     string `csv:"value" is:"number" need:"cell"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type forecastRow struct {
	Period      string `csv:"period" is:"period" need:"cell"`
	Subject     string `csv:"rep_id" is:"id" need:"cell"`
	SubmittedBy string `csv:"submitted_by" is:"id"`
	SubmittedAt string `csv:"submitted_at" is:"stamp" need:"cell"`
	Amount      string `csv:"amount" is:"number" need:"cell"`
	Type        string `csv:"type" is:"word"`
	UpdatedAt   string `csv:"updated_at" is:"stamp"`
}

type confidenceRow struct {
	Period      string `csv:"period" is:"period" need:"cell"`
	Subject     string `csv:"subject_id" is:"id" need:"cell"`
	GivenBy     string `csv:"given_by" is:"id" need:"cell"`
	Index       string `csv:"index" is:"factor" need:"cell"`
	SubmittedAt string `csv:"submitted_at" is:"stamp" need:"cell"`
	UpdatedAt   string `csv:"updated_at" is:"stamp"`
}

type invoiceRow struct {
	Invoice    string `csv:"invoice_id" is:"id" need:"cell" key:"1"`
	Instalment string `csv:"instalment" is:"id" key:"2"`
	Customer   string `csv:"customer_id" is:"id" need:"cell"`
	Contract   string `csv:"contract_id" is:"id"`
	Rep        string `csv:"rep_id" is:"id"`
	Date       string `csv:"invoice_date" is:"date" need:"cell"`
	Due        string `csv:"due_date" is:"date"`
	Amount     string `csv:"amount" is:"number" need:"cell"`
	Currency   string `csv:"currency" is:"word"`
	Cause      string `csv:"overdue_cause" is:"word"`
	Step       string `csv:"dunning_step" is:"word"`
	Status     string `csv:"status" is:"word"`
	UpdatedAt  string `csv:"updated_at" is:"stamp"`
}

type paymentRow struct {
	Payment   string `csv:"payment_id" is:"id" need:"cell" key:"1"`
	Customer  string `csv:"customer_id" is:"id" need:"cell"`
	Date      string `csv:"date" is:"date" need:"cell"`
	Amount    string `csv:"amount" is:"number" need:"cell"`
	Invoice   string `csv:"invoice_id" is:"id"`
	Currency  string `csv:"currency" is:"word"`
	Kind      string `csv:"kind" is:"word"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type adjustmentRow struct {
	Adjustment string `csv:"adjustment_id" is:"id" need:"cell" key:"1"`
	Kind       string `csv:"kind" is:"word" need:"cell"`
	Customer   string `csv:"customer_id" is:"id" need:"cell"`
	Date       string `csv:"date" is:"date" need:"cell"`
	Amount     string `csv:"amount" is:"number" need:"cell"`
	Invoice    string `csv:"invoice_id" is:"id"`
	Contract   string `csv:"contract_id" is:"id"`
	Cause      string `csv:"cause"`
	UpdatedAt  string `csv:"updated_at" is:"stamp"`
}

type rateRow struct {
	Plan       string `csv:"plan" is:"id"`
	Rep        string `csv:"rep_id" is:"id"`
	Role       string `csv:"role" is:"word"`
	Type       string `csv:"type" is:"word"`
	Base       string `csv:"base" is:"word"`
	Trigger    string `csv:"trigger" is:"word"`
	Rate       string `csv:"rate" is:"percent" need:"cell"`
	FromAmount string `csv:"from_amount" is:"number"`
	ToAmount   string `csv:"to_amount" is:"number"`
	TierMode   string `csv:"tier_mode" is:"word"`
	ValidFrom  string `csv:"valid_from" is:"date" need:"cell"`
	ValidTo    string `csv:"valid_to" is:"end"`
	UpdatedAt  string `csv:"updated_at" is:"stamp"`
}

type ledgerRow struct {
	Rep       string `csv:"rep_id" is:"id" need:"cell"`
	Period    string `csv:"period" is:"period" need:"cell"`
	Contract  string `csv:"contract_id" is:"id"`
	Amount    string `csv:"amount" is:"number" need:"cell"`
	Reason    string `csv:"reason"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type leadRow struct {
	Lead            string `csv:"lead_id" is:"id" need:"cell" key:"1"`
	Rep             string `csv:"rep_id" is:"id"`
	Source          string `csv:"source"`
	CreatedAt       string `csv:"created_at" is:"stamp"`
	AssignedAt      string `csv:"assigned_at" is:"stamp" need:"cell"`
	FirstFollowUpAt string `csv:"first_follow_up_at" is:"stamp"`
	ReclaimedAt     string `csv:"reclaimed_at" is:"stamp"`
	Status          string `csv:"status" is:"word"`
	StatusAt        string `csv:"status_at" is:"stamp"`
	Customer        string `csv:"customer_id" is:"id"`
	UpdatedAt       string `csv:"updated_at" is:"stamp"`
}

type coachingRow struct {
	Rep        string `csv:"rep_id" is:"id" need:"cell"`
	Date       string `csv:"date" is:"date" need:"cell"`
	Coach      string `csv:"coach_id" is:"id" need:"cell"`
	Points     string `csv:"points"`
	Purpose    string `csv:"purpose"`
	Target     string `csv:"target"`
	FeedbackAt string `csv:"feedback_at" is:"stamp"`
	UpdatedAt  string `csv:"updated_at" is:"stamp"`
}

type caseRow struct {
	Case      string `csv:"case_id" need:"cell" key:"1"`
	Customer  string `csv:"customer_id" is:"id" need:"cell"`
	OpenedAt  string `csv:"opened_at" is:"date" need:"cell"`
	Kind      string `csv:"kind"`
	ClosedAt  string `csv:"closed_at" is:"date"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type rosterRow struct {
	Rep       string `csv:"rep_id" is:"id" need:"cell" key:"1"`
	Date      string `csv:"date" is:"date" need:"cell" key:"2"`
	Status    string `csv:"status" is:"word"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type calendarRow struct {
	Date      string `csv:"date" is:"date" need:"cell" key:"1"`
	Workday   string `csv:"is_workday" is:"bool" need:"cell"`
	Region    string `csv:"region" key:"2"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type ownershipRow struct {
	Customer  string `csv:"customer_id" is:"id" need:"cell"`
	Rep       string `csv:"rep_id" is:"id" need:"cell"`
	ValidFrom string `csv:"valid_from" is:"date" need:"cell"`
	ValidTo   string `csv:"valid_to" is:"end"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type successionRow struct {
	Old       string `csv:"old_contract" is:"id" need:"cell"`
	New       string `csv:"new_contract" is:"id" need:"cell"`
	Signed    string `csv:"signed_date" is:"date"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type poolRow struct {
	Rep       string `csv:"rep_id" is:"id" need:"cell"`
	Date      string `csv:"date" is:"date" need:"cell"`
	Direction string `csv:"direction" is:"word" need:"cell"`
	Count     string `csv:"count" is:"count"`
	Customer  string `csv:"customer_id" is:"id"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type fxRow struct {
	Currency  string `csv:"currency" is:"word" need:"cell" key:"1"`
	Date      string `csv:"date" is:"date" need:"cell" key:"2"`
	Rate      string `csv:"rate" is:"number" need:"cell"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

type auditRow struct {
	Visit     string `csv:"visit_id" is:"id" need:"cell"`
	Date      string `csv:"date" is:"date" need:"cell"`
	Result    string `csv:"result" is:"word" need:"cell"`
	Kind      string `csv:"kind" is:"word"`
	UpdatedAt string `csv:"updated_at" is:"stamp"`
}

// TableSpec is the schema of one table, as a configuration or a generator of
// exports needs it.
type TableSpec struct {
	Name     string
	Columns  []string     // in the order of inputs.md, updated_at last
	Kinds    []value.Kind // of Columns
	Required []string     // columns that a file must have
	Filled   []string     // of these, the ones whose cells must not be blank
	Key      []string     // primary key; none: a whole row is its key
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
		s.Kinds = append(s.Kinds, kindOf(tag.Get("is")))
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

// kindOf reads the tag is.
func kindOf(tag string) value.Kind {
	for k := value.Any; k <= value.Period; k++ {
		if k.String() == tag {
			return k
		}
	}
	return value.Text
}
