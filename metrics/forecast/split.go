package forecast

import (
	"math/big"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
	"crmreport/metrics/plan"
)

// averageMonths is how far back the usual contract is looked for.
const averageMonths = 12

// customerMeasures are the measures of targets that count customers, by series.
var customerMeasures = map[series][]string{
	seriesNew:     {plan.NewCustomers, plan.Signings},
	seriesRenewal: {"renewal_customers"},
}

// asked is what a period's targets ask for in customers, and what there is to
// do it with.
type asked struct {
	customers map[series]map[crm.NodeNo]plan.Goal
	average   map[series]average
	days      map[crm.NodeNo]int64 // working days of the seats of a scope in the whole period
}

// average is what contracts came to and how many they were.
type average struct{ sum, n int64 }

// asks works out, for the periods that every metric covers, what is asked for
// in customers.
func (w *writer) asks() map[crm.Period]*asked {
	out, targets := map[crm.Period]*asked{}, plan.ReadTargets(w.Book)
	for _, p := range w.frame.Periods() {
		if !whole(p) || !w.frame.Near(p) {
			continue
		}
		a := &asked{customers: map[series]map[crm.NodeNo]plan.Goal{}, average: map[series]average{}, days: map[crm.NodeNo]int64{}}
		for of, measures := range customerMeasures {
			if goals := targets.Goals(p, w.frozen(p).Date(), measures...); len(goals) > 0 {
				a.customers[of] = goals
			}
		}
		out[p] = a
		w.averages(a, p)
		if len(a.customers) > 0 {
			w.seatDays(a, p)
		}
	}
	return out
}

// averages sums the company's contracts of the twelve months before p.
func (w *writer) averages(a *asked, p crm.Period) {
	from := p.Start.AddMonths(-averageMonths)
	for i := range w.Contracts {
		c := &w.Contracts[i]
		if c.Status == crm.ContractVoid || c.SignDate < from || c.SignDate >= p.Start || !c.SignDate.Known() {
			continue
		}
		of, counts := seriesOf(c.Type)
		total, stated := c.Total()
		minor, rated := w.FX.Convert(total, w.Currency, c.SignDate) // what cannot be said is warned of with the actual
		if counts && stated && rated {
			a.average[of] = average{a.average[of].sum + minor, a.average[of].n + 1}
		}
	}
}

// seatDays counts the working days of the seats of every scope in the whole
// period, those to come too.
func (w *writer) seatDays(a *asked, p crm.Period) {
	f := *w.frame
	f.AsOf = p.End - 1
	plan.SeatDays(&f, []crm.Period{p}, func(leaf crm.LeafNo, _ crm.Period, days int64) {
		for _, n := range w.Org.Path(leaf) {
			a.days[n] += days
		}
	})
}

// plausible puts whether a scope's target holds together: customers times a usual
// contract is the amount, and the visits that the customers take can be made
//
func (w *writer) plausible(s slot) {
	a := w.asked[s.Period]
	if a == nil {
		return
	}
	for _, of := range []series{seriesNew, seriesRenewal} {
		if s.Scope == crm.Root && a.average[of].n > 0 {
			v := measure.NewMoney("forecast.average_contract", s.Slot, a.average[of].mean(), w.Currency)
			v.N = a.average[of].n
			w.put(v, of.key())
		}
		g, given := a.customers[of][s.Scope]
		if !given {
			continue
		}
		v := measure.NewShares("forecast.target_customers", s.Slot, int64(g.Value))
		w.put(v.Flag(g.Uncovered > 0, "partial_target"), of.key())
		if amount, given := w.split[s.no][of][s.Scope]; given && g.Value > 0 {
			w.implied(s, of, plan.Minor(amount.Value, w.Currency), g, a.average[of])
		}
	}
	if g, given := a.customers[seriesNew][s.Scope]; given {
		w.capacity(s, g, a.days[s.Scope])
	}
}

func (a average) mean() int64 { return crm.RoundHalfUp(big.NewRat(a.sum, a.n)) }

// implied puts what a customer must be worth for the target to come true. It is
// flagged where that is off the usual contract by more than the tolerance.
func (w *writer) implied(s slot, of series, amount int64, g plan.Goal, usual average) {
	per := new(big.Rat).SetInt64(amount)
	per.Quo(per, g.Value.Rat())
	v := measure.NewMoney("forecast.implied_average", s.Slot, crm.RoundHalfUp(per), w.Currency)
	v.N = int64(g.Value / crm.One)
	off := usual.n > 0 && !withinRat(w.o.Tolerance, big.NewRat(usual.sum, max(1, usual.n)), per)
	w.put(v.Flag(off, "does_not_multiply").Flag(g.Uncovered > 0, "partial_target"), of.key())
}

// withinRat reports |is − usual| ≤ tolerance·usual.
func withinRat(tolerance crm.Decimal, usual, is *big.Rat) bool {
	off := new(big.Rat).Sub(is, usual)
	return off.Abs(off).Cmp(new(big.Rat).Mul(tolerance.Rat(), usual)) <= 0
}

// capacity holds the valid visits that new customers take, by the golden rule,
// against those that the seats can make in the period.
func (w *writer) capacity(s slot, g plan.Goal, days int64) {
	needed := new(big.Rat).Mul(g.Value.Rat(), new(big.Rat).SetInt64(w.o.Golden))
	can := new(big.Rat).Mul(w.o.ValidPerDay.Rat(), new(big.Rat).SetInt64(days))
	w.put(measure.NewShares("forecast.needed_valid_visits", s.Slot, w.o.Golden*int64(g.Value)))
	if days > 0 {
		w.put(measure.NewShares("forecast.capacity", s.Slot, days*int64(w.o.ValidPerDay)))
	}
	share := quotient("forecast.capacity_share", s.Slot, needed, can)
	share.N = days
	w.put(share.Flag(days > 0 && needed.Cmp(can) > 0, "implausible").Flag(g.Uncovered > 0, "partial_target"))
}
