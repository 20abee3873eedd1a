package conversion

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
	"crmreport/metrics/plan"
)

// enoughVisits is how many visits a rep's share of valid ones must rest on to be
// planned with.
const enoughVisits = 20

// trailing is the 12 months up to the as-of day: what a plan takes a rep's own
// conversion from. Its name is no period's.
func trailing(asOf crm.Date) crm.Period {
	return crm.Period{Kind: crm.Year, Name: "trailing", Start: asOf.AddMonths(-12) + 1, End: asOf + 1}
}

// planable reports whether p is one that plans are made for.
func (t *table) planable(p crm.Period) bool {
	return t.visited && t.contracts && t.frame.IsCurrent(p) && (p.Kind == crm.Month || p.Kind == crm.Quarter)
}

// need is what a scope must still do to reach its target of signings.
type need struct {
	signings, valid, visits float64
	flag                    string // where the conversion is taken from
	target                  crm.Decimal
	partial                 bool // the targets below leave sellers out, or ask for less than the unit's
}

func (n need) plus(o need) need {
	return need{n.signings + o.signings, n.valid + o.valid, n.visits + o.visits, "reps", n.target + o.target, n.partial || o.partial}
}

// needs works out what every scope with a target must still do in a period: a
// unit what those below it must, by its own target where none of them has one.
func (t *table) needs(p crm.Period) map[crm.NodeNo]need {
	if n, ok := t.planOf[p]; ok {
		return n
	}
	goals, out := t.goals[p][signingsPace], map[crm.NodeNo]need{}
	if len(goals) > 0 {
		sums, given := map[crm.NodeNo]need{}, map[crm.NodeNo]bool{}
		plan.Up(t.frame.Org, t.frame.AsOf, func(n, parent crm.NodeNo) {
			own, ok := sums[n], given[n]
			if g, stated := goals[n]; stated && !ok {
				own, ok = t.need(n, p, g), true
			} else if stated {
				own.partial = own.partial || g.Uncovered > 0 || g.Value > own.target
			}
			if ok {
				out[n], sums[parent], given[parent] = own, sums[parent].plus(own), true
			}
		})
	}
	t.planOf[p] = out
	return out
}

// need is what one scope must still do by its own target and conversion.
func (t *table) need(n crm.NodeNo, p crm.Period, g plan.Goal) need {
	now, _ := t.at(t.scopes[n], p)
	before, _ := t.at(t.scopes[n], trailing(t.frame.AsOf))
	per, flag := t.perSigningOf(n, before)
	left := max(0, float64(int64(g.Value)-now.Signings)/float64(crm.One))
	out := need{signings: left, valid: left * per, flag: flag, target: g.Value, partial: g.Uncovered > 0}
	if share := t.validShareOf(before); share > 0 {
		out.visits = out.valid / share
	}
	return out
}

// perSigningOf is how many valid visits a signing takes: a rep's own, shrunken
// as for a ranking, a unit's own where its interval excludes the
// rule's, else the rule's.
func (t *table) perSigningOf(n crm.NodeNo, before sums) (float64, string) {
	rule := float64(t.options.Golden)
	if before.Valid == 0 {
		return rule, "golden_rule"
	}
	f := before.factors()
	if t.frame.Org.Nodes[n].Level != crm.RepLevel {
		lo, hi := t.garwood.At(f.S)
		if lo > 0 && (rule*hi < f.V || rule*lo > f.V) {
			return f.V / f.S, "own_rate"
		}
		return rule, "golden_rule"
	}
	r := t.ranking(trailing(t.frame.AsOf))
	if rate := r.rate(before); r.ranked && rate > 0 {
		if r.apart() {
			return 1 / rate, "own_rate"
		}
		return 1 / rate, "company_rate"
	}
	return rule, "golden_rule"
}

// validShareOf is the share of visits that are valid to plan with: the scope's
// own where it rests on enough of them, else the standard's; 0 where neither is.
func (t *table) validShareOf(before sums) float64 {
	if before.Visits.Visits >= enoughVisits && before.Valid > 0 {
		return float64(before.Valid) / float64(before.Visits.Visits)
	}
	o := t.options
	if o.PlanVisitsPerDay == 0 {
		return 0
	}
	return float64(o.PlanValidPerDay) / float64(crm.One) / float64(o.PlanVisitsPerDay)
}

// planner appends what is left to do of a slot's target of signings, in valid
// visits, visits and days; and what a rep's conversion is taken from.
func (t *table) planner(out []measure.Value, s measure.Slot) []measure.Value {
	if !t.planable(s.Period) {
		return out
	}
	if before, ok := t.at(t.scopes[s.Scope], trailing(t.frame.AsOf)); ok {
		out = append(out, measure.NewRatio(trailingShareID, s, before.Valid, before.Visits.Visits), measure.NewShares(trailingSigningsID, s, before.Signings))
	}
	n, ok := t.needs(s.Period)[s.Scope]
	if !ok {
		return out
	}
	real := func(id string, x float64, ok bool) measure.Value {
		v := measure.Value{Metric: id, Slot: s}
		if ok {
			v = measure.NewReal(id, s, x)
		}
		return v.Flag(n.flag != "reps", n.flag).Flag(n.partial, "partial_target").Flag(n.signings == 0, "reached")
	}
	days := float64(t.daysOf(s).Left())
	a := float64(t.options.MorningShare) / float64(crm.One)
	daily := real(validPerDayID, n.valid/max(1, days), days > 0)
	morning, afternoon := daily, daily
	morning.V, afternoon.V = daily.V*a, daily.V-daily.V*a
	return append(out, real(planRateID, n.valid/n.signings, n.signings > 0), real(neededValidID, n.valid, true),
		daily, morning.Keyed("part=morning"), afternoon.Keyed("part=afternoon"),
		real(visitsPerDayID, n.visits/max(1, days), days > 0 && (n.visits > 0 || n.signings == 0)))
}
