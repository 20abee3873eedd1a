// Package funnel counts deals through the stages: reach, step conversion,
// drop-off, stalls and win rates (metrics.md section 2). It reads deals with
// their stage history.
package funnel

// Options are the parameters of the family.
type Options struct {
	ReopenDays int // a stage entered after a close within this many days re-opens the same unit
	WindowDays int // of the cohort step conversion; 0 = the stage's limit
}

// DefaultOptions returns the rulings of metrics.md.
func DefaultOptions() Options { return Options{ReopenDays: 90} }
