package conversion

import (
	"math/big"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
	"crmreport/metrics/plan"
)

// paced is a measure that targets are set for and its metrics.
type paced struct {
	name     string   // of the metrics
	measures []string // words that targets use for it, the first before the others
	actual   string   // the metric that is held against the target
	poisson  bool     // it is a count of rare events: chance has a say
}

// paces are the measures of the family that may have targets.
var paces = [...]paced{
	{"visits", []string{plan.Visits}, visitsID, false},
	{"valid_visits", []string{plan.ValidVisits}, validID, false},
	{"signings", []string{plan.NewCustomers, plan.Signings}, signingsID, true},
}

// signingsPace is the place of signings in paces.
const signingsPace = 2

func (x paced) paceID() string       { return "conversion.pace_" + x.name }
func (x paced) dueID() string        { return "conversion.pace_due_" + x.name }
func (x paced) neededID() string     { return "conversion.pace_needed_" + x.name }
func (x paced) projectionID() string { return "conversion.pace_projection_" + x.name }

// goals are the targets of every scope by current period and measure.
type goals map[crm.Period][len(paces)]map[crm.NodeNo]plan.Goal

func readGoals(b *crm.Book, f *measure.Frame) goals {
	if len(b.Targets) == 0 {
		return nil
	}
	targets, out := plan.ReadTargets(b), goals{}
	for _, p := range f.Current {
		var of [len(paces)]map[crm.NodeNo]plan.Goal
		for i, x := range paces {
			of[i] = targets.Goals(p, f.AsOf, x.measures...)
		}
		out[p] = of
	}
	return out
}

// any reports whether a scope has a target in any current period.
func (g goals) any(scope crm.NodeNo) bool {
	for _, of := range g {
		for i := range of {
			if _, ok := of[i][scope]; ok {
				return true
			}
		}
	}
	return false
}

// progress is how far a scope has come towards a target; amounts are in 10⁻⁹.
type progress struct {
	actual, target int64
	unknown        int64 // what may belong to actual
	plan.Days
	partial bool // the target leaves sellers out
	garwood *measure.Garwoods
}

// pace appends what a slot's targets come to by the as-of day, of the current
// periods alone.
func (t *table) pace(out []measure.Value, s measure.Slot, sum sums) []measure.Value {
	of, ok := t.goals[s.Period]
	if !ok {
		return out
	}
	one := int64(crm.One)
	for i, x := range paces {
		goal, ok := of[i][s.Scope]
		if !ok || !x.poisson && !t.visited || x.poisson && !t.contracts {
			continue
		}
		g := progress{target: int64(goal.Value), partial: goal.Uncovered > 0, Days: t.daysOf(s), garwood: &t.garwood}
		g.actual = [len(paces)]int64{sum.Visits.Visits * one, sum.Valid * one, sum.Signings}[i]
		g.unknown = [len(paces)]int64{0, sum.Unknown * one, 0}[i]
		out = t.history(append(out, g.values(x, s)...), s, i, g)
	}
	return out
}

// daysOf are the working days of a slot, by the scope's calendar.
func (t *table) daysOf(s measure.Slot) plan.Days {
	return plan.DaysOf(t.frame.Calendar, t.calendar(s.Scope), s.Period, t.frame.AsOf)
}

// calendar is the region whose calendar a scope goes by: its own; of the company
// one that all regions agree with on the days of every current period, else "",
// that of no region.
func (t *table) calendar(scope crm.NodeNo) string {
	if own := t.frame.Org.Nodes[scope].Region; own != "" {
		return own
	}
	if t.common == nil {
		common := t.commonRegion()
		t.common = &common
	}
	return *t.common
}

func (t *table) commonRegion() string {
	regions := t.frame.Regions()
	if len(regions) == 0 {
		return ""
	}
	for _, p := range t.frame.Current {
		days := plan.DaysOf(t.frame.Calendar, regions[0], p, t.frame.AsOf)
		for _, r := range regions[1:] {
			if plan.DaysOf(t.frame.Calendar, r, p, t.frame.AsOf) != days {
				return ""
			}
		}
	}
	return regions[0]
}

// values are the pace, what is due by now, what is needed a day, and where it
// leads at this rate. What has no days is no data.
func (g progress) values(x paced, s measure.Slot) []measure.Value {
	product := func(a, b int64) *big.Rat {
		r := crm.Decimal(a).Rat()
		return r.Mul(r, new(big.Rat).SetInt64(b))
	}
	days := func(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }
	pace := g.ratio(x.paceID(), s, product(g.actual, g.Total), product(g.target, g.Elapsed)).Flag(true, "linear")
	if g.Total > 0 {
		due := product(g.target, g.Elapsed)
		pace = g.verdict(x, pace, due.Quo(due, days(g.Total)))
	}
	over := g.Left() == 0 && g.actual < g.target
	return []measure.Value{pace,
		g.ratio(x.dueID(), s, product(g.target, g.Elapsed), days(g.Total)).Flag(true, "linear"),
		g.ratio(x.neededID(), s, product(max(0, g.target-g.actual), 1), days(g.Left())).Flag(g.actual >= g.target, "reached").Flag(over, "missed"),
		g.ratio(x.projectionID(), s, product(g.actual, g.Total), days(g.Elapsed)).Flag(true, "linear")}
}

// ratio is num/den, with terms that are whole where they can be: half a signing
// of 21 is 1 of 42.
func (g progress) ratio(id string, s measure.Slot, num, den *big.Rat) measure.Value {
	whole := new(big.Int).Mul(num.Denom(), den.Denom())
	whole.Quo(whole, new(big.Int).GCD(nil, nil, num.Denom(), den.Denom()))
	scale := new(big.Rat).SetInt(whole)
	if n, d := new(big.Rat).Mul(num, scale), new(big.Rat).Mul(den, scale); n.Num().IsInt64() && d.Num().IsInt64() {
		num, den = n, d
	}
	v := measure.NewRat(id, s, num, den).Flag(g.partial, "partial_target")
	v.N = g.actual / int64(crm.One)
	return v
}

// verdict gives a pace what it were if all unknown ones counted, and one
// of signings Garwood's interval of what was signed over what was due: it is
// behind or ahead only where all of that is, and never of a target that
// leaves out some of those who signed.
func (g progress) verdict(x paced, pace measure.Value, of *big.Rat) measure.Value {
	due, _ := of.Float64()
	if pace.OK && g.unknown > 0 {
		pace.Bounds = between(pace.V, float64(g.actual+g.unknown)/float64(crm.One)/due)
	}
	if !x.poisson || !pace.OK {
		return pace
	}
	lo, hi := g.garwood.At(float64(g.actual) / float64(crm.One))
	return pace.With(measure.Closed(lo/due, hi/due), "garwood").Flag(!g.partial && hi/due < 1, "behind").Flag(!g.partial && lo/due > 1, "ahead")
}
