package commission

import (
	"cmp"
	"math/big"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
)

// credit is a rep's share of a contract: its place among the shares, overlay
// credit after them.
type credit struct {
	contract crm.ContractID
	nth      int
}

// tiers are the brackets of a book and where its sales stand in them.
type tiers struct {
	ladders map[*crm.Rate]crm.Ladder // of each of its rows
	before  map[credit]int64         // what the rep had attained, in minor units of the report currency
}

// climb is where a rep climbs: versions of one rate, in one period.
type climb struct {
	rep     crm.RepNo
	subject crm.Subject
	period  crm.Period
}

// step is a sale on the way.
type step struct {
	credit
	sign crm.Date
	own  int64
}

// newTiers works out what a rep had attained before each sale under brackets:
// the rep's commissionable amounts of the period's earlier sales under the same
// rate, by sign date, then contract id. What later happens to a sale moves no
// other: one that is written off or voided still counts where it was signed.
func newTiers(e *Env) tiers {
	t := tiers{ladders: map[*crm.Rate]crm.Ladder{}}
	for _, l := range crm.Ladders(e.book.Rates) {
		for _, r := range l {
			t.ladders[r] = l
		}
	}
	if len(t.ladders) == 0 {
		return t
	}
	t.before = map[credit]int64{}
	for _, steps := range e.climbs() {
		slices.SortFunc(steps, func(x, y step) int {
			return cmp.Or(cmp.Compare(x.sign, y.sign), cmp.Compare(x.contract, y.contract), cmp.Compare(x.nth, y.nth))
		})
		var attained int64
		for _, s := range steps {
			t.before[s.credit] = attained
			attained += s.own
		}
	}
	return t
}

// climbs collects the sales under brackets. Whether a plan pays on cash does not
// matter: it is the signing that climbs.
func (e *Env) climbs() map[climb][]step {
	found, out := rates{book: e.book}, map[climb][]step{}
	for i := range e.book.Contracts {
		c := &e.book.Contracts[i]
		if !c.SignDate.Known() || c.SignDate > e.book.AsOf || c.Status == crm.ContractVoid && !c.StatusDate.Known() {
			continue
		}
		var room [1]ledger.Share
		shares, overlay, ok := e.sales.CreditOf(c.ID, c, room[:0])
		if !ok {
			continue
		}
		period := e.book.Fiscal.Period(e.options.TierPeriod, c.SignDate)
		for n, s := range slices.Concat(shares, overlay) {
			rate, reason := found.terms(c, s.Rep)
			if rate == nil || !rate.Tiered() || reason != "" && n < len(shares) {
				continue
			}
			scale, _ := scaleOf(c)
			if base, _, ok := baseOf(e.book, c, rate.Margin, scale); ok {
				k := climb{s.Rep, rate.Subject(), period}
				out[k] = append(out[k], step{credit{c.ID, n}, c.SignDate, base.part(max(0, s.Weight), int64(crm.One))})
			}
		}
	}
	return out
}

// commission is what a credit of own earns in full, exact, and the rate that
// this comes to, rounded to 10^-9 for display. Marginal rates each slice of own
// at its bracket; whole rates all of it at the bracket that it reaches. A bracket
// holds its lower bound, not its upper.
func (t *tiers) commission(k credit, row *crm.Rate, own fraction) (fraction, crm.Decimal) {
	amount, from := own.rat(), new(big.Rat).SetInt64(t.before[k])
	to := new(big.Rat).Add(from, amount)
	ladder, sum := t.ladders[row], new(big.Rat)
	for _, r := range ladder {
		part := slice(r, from, to)
		if ladder.Whole() {
			if part = amount; !holds(r, to) {
				continue
			}
		}
		sum.Add(sum, new(big.Rat).Mul(part, r.Rate.Rat()))
	}
	if amount.Sign() == 0 {
		return whole(0), 0
	}
	rate := new(big.Rat).Quo(sum, amount)
	return exactly(sum), crm.Decimal(crm.RoundHalfUp(rate.Mul(rate, big.NewRat(int64(crm.One), 1))))
}

// holds reports whether an amount is in a bracket.
func holds(r *crm.Rate, x *big.Rat) bool {
	return bound(r.FromAmount).Cmp(x) <= 0 && (!r.HasTo || x.Cmp(bound(r.ToAmount)) < 0)
}

// slice is how much of what lies between two amounts is in a bracket.
func slice(r *crm.Rate, from, to *big.Rat) *big.Rat {
	lo, hi := bound(r.FromAmount), to
	if lo.Cmp(from) < 0 {
		lo = from
	}
	if b := bound(r.ToAmount); r.HasTo && b.Cmp(hi) < 0 {
		hi = b
	}
	if n := new(big.Rat).Sub(hi, lo); n.Sign() > 0 {
		return n
	}
	return new(big.Rat)
}

func bound(m crm.Money) *big.Rat { return new(big.Rat).SetInt64(m.Minor) }
