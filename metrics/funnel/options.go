// Package funnel counts deals through the stages: reach, step conversion,
// drop-off, stalls and win rates (metrics.md section 2). It reads deals with
// their stage history.
package funnel

// Options are the parameters of the family.
type Options struct {
	ReopenDays    int    // a stage entered after a close within this many days re-opens the same unit
	WindowDays    int    // of the cohort step conversion; 0 = the stage's limit
	CycleDays     int    // look-back of the median cycle, to the period's last day; 0 = the period
	CohortWinDays int    // window of the win rate by creation; 0 = the limits of all stages
	EarlyStages   int    // a deal first seen in one of so many stages is an early one (S3-10)
	Ordered       string // mode of the ordered depth: default, StrictOrder or StrictIncrease
	YesStage      string // id of the stage of the spoken yes (S0-14); blank is the last open one

	seen *Seen // by Look
}

// DefaultOptions returns the rulings of metrics.md.
func DefaultOptions() Options { return Options{ReopenDays: 90, EarlyStages: 3, Ordered: "default"} }
