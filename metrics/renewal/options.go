// Package renewal follows contracts that expire: renewed, pending, churned,
// and the retention of recurring revenue (metrics.md section 4). It reads
// contracts.
package renewal

// Options are the parameters of the family.
type Options struct {
	GraceDays       int // renewed iff signed by end + GraceDays; 30
	RetentionMonths int // NRR, GRR and logo retention look back this far (4.2); 12
	MatchDays       int // an unlinked successor is looked for from end − MatchDays; 180
}

// DefaultOptions returns the rulings of metrics.md.
func DefaultOptions() Options { return Options{GraceDays: 30, RetentionMonths: 12, MatchDays: 180} }
