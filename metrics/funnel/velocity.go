package funnel

import (
	"math/big"

	"crmreport/metrics/measure"
)

// velocity is n deals, each won at a rate for mean money, over a mean cycle in
// days; nil where one of them is not known or the cycle is 0 days.
func velocity(n, rate, mean, cycle *big.Rat) *big.Rat {
	if rate == nil || mean == nil || cycle == nil || cycle.Sign() == 0 {
		return nil
	}
	v := new(big.Rat).Mul(n, rate)
	return v.Quo(v.Mul(v, mean), cycle)
}

// quotient is nil where there is no denominator.
func quotient(num, den int64) *big.Rat {
	if den == 0 {
		return nil
	}
	return big.NewRat(num, den)
}

// cycle adds the mean days from creation to win of the deals won.
func (p *page) cycle(t Tally) {
	p.ratio("funnel.cycle_mean_days", t[cycleDays], t[cycleKnown], "", false)
}

// velocities adds the money a day that the open deals are worth at the pace of
// the period, of both bases: counts go with the mean amount of the deals won,
// values with the open amount, and never are they mixed.
func (p *page) velocities(t Tally) {
	var open, amount, blank int64
	if p.scope != nil && p.scope.Standing != nil {
		s := p.scope.Standing
		open, amount, blank = s.by(standOpen).sum(0), s.by(standAmount).sum(0), s.by(standBlank).sum(0)
	}
	won, lost := t[closedWon], t[closedLost]
	cycle := quotient(t[cycleDays], t[cycleKnown])
	byCount := velocity(big.NewRat(open, 1), quotient(won, won+lost), quotient(t[wonAmount], won-t[wonBlank]), cycle)
	p.pace(byCount, t[wonBlank] > 0, won, "")
	byValue := velocity(big.NewRat(amount, 1), quotient(t[wonAmount], t[wonAmount]+t[lostAmount]), big.NewRat(1, 1), cycle)
	p.pace(byValue, blank+t[wonBlank]+t[lostBlank] > 0, won, "by=value")
}

func (p *page) pace(v *big.Rat, blank bool, won int64, key string) {
	out := measure.Value{Metric: "funnel.velocity_per_day", Slot: p.slot}
	if v != nil {
		out = measure.NewRat(out.Metric, p.slot, v, big.NewRat(1, 1))
	}
	if blank {
		out.Flags = noAmount
	}
	out.N, out.Currency = won, p.currency
	p.add(&out, key, false)
}
