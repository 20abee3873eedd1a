// Package commission computes what reps earn on their sales and give back on
// bad debt (metrics.md 5.4 and 5.5). It reads contracts with their splits,
// rates, and the customer ledgers of package ledger.
package commission

import "crmreport/ingest/crm"

// Options are the commission policy.
type Options struct {
	DeemedBadDays     int         // open so many days past due, an instalment is written off (5.3); 0 = no policy
	ClawbackMonths    int         // write-offs later than this after the sign date take nothing back; 0 = unlimited
	MaxDeductionShare crm.Decimal // cap of the month's deduction as a share of its accrual; 0 = no cap

	// TierPeriod is the period within which a rep's sales climb the brackets of
	// a tiered rate; each begins at 0.
	TierPeriod crm.PeriodKind
}

// DefaultOptions returns the rulings of metrics.md.
func DefaultOptions() Options { return Options{ClawbackMonths: 12, TierPeriod: crm.Month} }
