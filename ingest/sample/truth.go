package sample

import "crmreport/ingest/crm"

// Truth is what the files contain on purpose. Amounts are minor units (1/100
// of the currency), units are the path ids of crm.Org (华东/上海/一组), days
// are included at both ends. A nil element did not fit: Absent says why.
type Truth struct {
	Options                Options
	From                   crm.Date   // first day with visits; the last is Options.End
	Quarter                crm.Period // in which the plot unfolds
	QuarterFrom, QuarterTo crm.Date   // the days of Quarter that the files cover
	ClosedMonths           []string   // months with forecasts that are over on Options.End
	Rows                   map[string]int64

	// DuplicateVisits is the number of rows of visits that repeat another row
	// exactly (data.rows_read counts them, accepted does not). OddNotes counts
	// distinct visits whose note needs quotes: commas, quotes, line breaks.
	DuplicateVisits, OddNotes int64

	SixDayRegion string // has working Saturdays in calendar
	CashRegion   string // all its reps are on the cash plan, the others on booking

	// Ordinary is the sum of the teams without a part, for contrast.
	Ordinary TeamTruth
	// ShortOfVisits makes about 55 % of the plan's visits:
	// conversion.effect_quantity is negative and larger than the other two.
	ShortOfVisits *TeamTruth
	// Invalid has a third of the usual valid_share: effect_quality dominates.
	Invalid *TeamTruth
	// NotSigning signs a third as often per valid visit: effect_conversion
	// dominates, and the interval of conversion.golden_index ends below 1.
	NotSigning *TeamTruth

	// Overconfident gives every rep the index 1.3 each month while the team
	// delivers about 0.75 of what the reps say: forecast.handed_up of the team
	// exceeds forecast.actual by far more than 10 % in every closed month.
	Overconfident *OverconfidentTruth
	// Sandbagger brings in at least 1.5 times the forecast in every closed
	// month: forecast.bias is above +0.5.
	Sandbagger *SandbaggerTruth
	// Fakers make up activity.suspect_visits.
	Fakers []FakerTruth
	// Stalled is funnel.stalled of the region with key stage=proposal.
	Stalled *StalledTruth
	// Renewals are the lists behind renewal.due, .renewed, .pending, .churned
	// and .reactivated of the company in Quarter.
	Renewals RenewalTruth
	// WriteOff is commission.clawed_back and .restored of the rep, and adds to
	// receivables.written_off and .recovered.
	WriteOff *BadDebtTruth
	// Mover counts in both teams: the rep's own numbers are the sum.
	Mover *MoverTruth
	// Leaver owes a clawback under the node (left), where other reps who left may
	// owe too.
	Leaver *BadDebtTruth

	// Collected are the rows of stage_history that say collected, dated in
	// Quarter: funnel.collected and funnel.collected_amount of the company.
	Collected CollectedTruth
	// Ladder is the region whose plan has brackets: commission.accrued
	// of it in Quarter.
	Ladder *LadderTruth
	// Payroll is commission_ledger: what was paid in the last closed months is
	// what the plans give, but for two reps (commission.prior_period, R-5.30).
	Payroll *PayrollTruth

	Absent []string // what did not fit, and why
}

// TeamTruth counts a team in QuarterFrom … QuarterTo. Visits are distinct rows
// with channel visit whose audit did not fail (conversion.visits); Unknown are
// those whose validity is not known; Signings are new contracts that are not
// void, one a customer. RepDays are the calendar's working days of its reps,
// LeaveDays those of them that roster takes out, PlanVisits eight a day that is
// left (conversion.plan_visits).
type TeamTruth struct {
	Unit, Supervisor                               string
	Reps                                           int
	Visits, FailedAudits, Valid, Unknown, Signings int64
	RepDays, LeaveDays, PlanVisits                 int64
}

// OverconfidentTruth holds one entry a closed month. HandedUp is the team's
// after the supervisor's index for each rep (Index) and the area manager's for
// the supervisor (1).
type OverconfidentTruth struct {
	Unit, Supervisor string
	Index            string
	Months           []HandedUp
	Days             DayTruth
}

// DayTruth counts a unit's day forecasts that came by 24:00 of the day before,
// for days in Quarter. A hit is within ten per cent of the forecast.
type DayTruth struct {
	Submitted, Hits            int64
	Forecast, Actual, Absolute int64 // Absolute is Σ|actual − forecast| of reps and days
}

// HandedUp is one month of a team.
type HandedUp struct {
	Period                     string
	Forecast, HandedUp, Actual int64
}

// SandbaggerTruth holds one entry a closed month.
type SandbaggerTruth struct {
	Rep, Unit string
	Months    []Forecasted
}

// Forecasted is one month of a rep.
type Forecasted struct {
	Period           string
	Forecast, Actual int64
}

// FakerTruth is one rep with one impossible pattern. Visits are the rows that
// show it (audited ones included), Days the days on which they lie; Failed of
// them failed an audit and leave every count. Customers is set for copied
// notes, Note is the note; Customer is the one visited daily.
type FakerTruth struct {
	Rep, Unit            string
	Pattern              FakePattern
	Visits, Days, Failed int64
	Customers            int64
	Note, Customer       string
	From, To             crm.Date // first and last day that shows it
}

// FakePattern names what a faker does.
type FakePattern string

// The patterns.
const (
	SameMinute  FakePattern = "same_minute"  // four customers in one minute
	ManyPerDay  FakePattern = "many_per_day" // more than 20 visits a day
	Night       FakePattern = "night"        // visits from 23:00
	DayOff      FakePattern = "day_off"      // visits on days that are not worked
	CopiedNotes FakePattern = "copied_notes" // one note at many customers
	DailyRun    FakePattern = "daily_run"    // one customer every working day, never valid
)

// StalledTruth counts open deals whose time in their stage is over its limit
// on Options.End. No open deal is within two days of its limit.
type StalledTruth struct {
	Region          string
	Proposal        int64 // stalled in the proposal stage, in Region
	OtherStages     int64 // stalled in another stage, in Region
	Elsewhere       int64 // stalled in any stage, in the other regions
	Open, OpenTotal int64 // open deals in Region, and in the company
}

// RenewalTruth splits the renewable contracts that are neither void nor
// superseded and end in Quarter; the lists are of their ids and exclude each
// other. A successor signed in an earlier calendar month is early, one by the
// end is on time, one up to 30 days after is late; later ones are in Churned.
// Notice and Terminated have that status and no successor. Due is their sum.
// Reactivated are the old contracts, whenever they ended, whose successor was
// signed in Quarter after the 30 days.
type RenewalTruth struct {
	Due                                   int64
	Early, OnTime, Late, Pending, Churned []string
	Notice, Terminated, Reactivated       []string
}

// BadDebtTruth is a sale on the booking plan with a write-off. By and
// Clawback = base ex VAT × share of the gross written off × the rate in
// force on the sign date, rounded half-up on the cumulative; Restitution
// likewise of what was recovered. WrongClawback is what the rate in force on
// the day of the write-off would give, where it differs.
type BadDebtTruth struct {
	Rep, Unit, Contract, Invoice, Customer string
	LeftOn                                 crm.Date // NoDate unless the rep left
	SignDate                               crm.Date
	Gross, Base                            int64
	Rate                                   crm.Decimal
	WriteOffDate, RecoveryDate             crm.Date // RecoveryDate is NoDate without a recovery
	WrittenOff, Recovered                  int64
	Clawback, Restitution, WrongClawback   int64
}

// MoverTruth counts a rep in Quarter before and from MovedOn.
type MoverTruth struct {
	Rep              string
	OldUnit, NewUnit string
	MovedOn          crm.Date // first day in NewUnit
	Before, After    MoverCount
}

// MoverCount is what counts in one of the two units.
type MoverCount struct{ Visits, Valid, Signings int64 }

// CollectedTruth counts deals and adds up their amounts.
type CollectedTruth struct{ Deals, Amount int64 }

// LadderTruth is what reps on brackets accrued for what they signed in the days
// of Quarter, and what the lowest brackets alone would have given.
type LadderTruth struct {
	Region          string
	Accrued, Lowest int64
}

// PayrollTruth is commission_ledger. Every rep with something to pay has a line
// in each month; Underpaid lacks an amount, Overpaid has a second line.
type PayrollTruth struct {
	Months              []PaidMonth
	Underpaid, Overpaid *PaidTruth // nil where nobody fits
}

// PaidMonth is a closed month with the sum of its lines.
type PaidMonth struct {
	Period string
	Paid   int64
}

// PaidTruth is a line that differs from what the plan gives by Amount.
type PaidTruth struct {
	Rep, Unit, Period string
	Amount            int64
}

// finish fills in what is known only when all reps are written.
func (t *Truth) finish(g *generator) {
	var ordinary teamCount
	reps := 0
	for _, m := range g.org.teams {
		x := m.truth()
		switch m.part {
		case normalTeam:
			ordinary.add(m.count)
			reps += len(m.reps)
		case shortOfVisits:
			t.ShortOfVisits = x
		case invalidVisits:
			t.Invalid = x
		case notSigning:
			t.NotSigning = x
		}
	}
	all := &team{count: ordinary}
	t.Ordinary = *all.truth()
	t.Ordinary.Reps = reps
}

func (t *team) truth() *TeamTruth {
	c := t.count
	x := &TeamTruth{Reps: len(t.reps), Visits: c.visits, FailedAudits: c.failed, Valid: c.valid, Unknown: c.unknown,
		Signings: c.signings, RepDays: c.repDays, LeaveDays: c.leaveDays, PlanVisits: 8 * (c.repDays - c.leaveDays)}
	if t.area != nil {
		x.Unit, x.Supervisor = t.path(), t.id
	}
	return x
}
