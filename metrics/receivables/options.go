// Package receivables ages what customers owe (metrics.md 5.1). It reads the
// customer ledgers of package ledger.
package receivables

import "math/big"

// Options are the parameters of the family.
type Options struct {
	Buckets       []int      // upper bounds in days past due, inclusive (30, 60, 90, 180)
	LossRates     []*big.Rat // expected losses by bucket, not due first, each from 0 to 1; none: no allowance is shown
	DeemedBadDays int        // open so many days past due, an instalment is written off (5.3); 0: no policy
	StepAfterDays int        // items overdue longer than this without a dunning step are listed; 30
}

// DefaultOptions returns the rulings of metrics.md.
func DefaultOptions() Options { return Options{Buckets: []int{30, 60, 90, 180}, StepAfterDays: 30} }
