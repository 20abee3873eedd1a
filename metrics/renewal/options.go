// Package renewal follows contracts that expire: renewed, pending, churned,
// and the retention of recurring revenue (metrics.md section 4). It reads
// contracts, successions, ownership and merged customers. It is not a forecast
// and scores no customer; metrics rolls it up with the other families.
//
// Where the rulings leave a choice:
//
//   - A contract in force needs a start and an end. One that is renewable for
//     certain and has no end is evergreen: it has ARR and never falls due.
//   - A status dated after the as-of day has not happened yet.
//   - Service ends on the status date of a termination, the day before the
//     successor starts where there is one, and otherwise with the contract.
//   - A customer counts once in a period, whatever it has due there, so
//     that the months of a quarter may count more customers than the quarter; and
//     under the owner of the contract that ends last, so that every level adds up
//     . Caps by customer are those of the months, as says.
package renewal

// Options are the parameters of the family.
type Options struct {
	GraceDays       int // renewed iff signed by end + GraceDays; 30
	RetentionMonths int // NRR, GRR and logo retention look back this far (4.2); 12
	MatchDays       int // an unlinked successor is looked for from end − MatchDays; 180
	SoonDays        int // the list of contracts due soon, and the early warning, look this far ahead; 90
	AtRiskLights    int // a customer with so many lights on is at risk (4.3); 2
	DeemedBadDays   int // as the receivables have it (5.3): what is deemed lost is not overdue; 0: no policy
}

// DefaultOptions returns the rulings of metrics.md.
func DefaultOptions() Options {
	return Options{GraceDays: 30, RetentionMonths: 12, MatchDays: 180, SoonDays: 90, AtRiskLights: 2}
}
