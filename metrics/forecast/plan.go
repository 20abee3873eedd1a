package forecast

import (
	"math/big"

	"crmreport/ingest/crm"
)

// reach is how far back sellers are expected to have submitted and actuals make
// a naive forecast's scale, in months: a mistyped year must not cost hours.
const reach = 120

// post is a scope and a period.
type post struct {
	scope  crm.NodeNo
	period crm.Period
}

// chosen is what counts of a post, and since when.
type chosen struct {
	plan Plan
	at   crm.Stamp
}

// planLines makes the lines of forecasts, confidence indices and targets and of
// the sellers who were expected to submit. Their order does not matter: the
// accumulator only adds.
func (r *reader) planLines(emit func(Line)) {
	groups := r.groups()
	subs := r.submissions(groups)
	r.revisionLines(groups, subs, emit)
	r.dayLines(emit)
	units := map[post]chosen{}
	for p, c := range subs {
		if r.Org.Nodes[p.scope].Level != crm.RepLevel {
			units[p] = c
			delete(subs, p)
		}
	}
	r.seatLines(subs, emit)
	for p, c := range r.indices() {
		// An amount stands instead of an index; of both, the later does.
		if u, ok := units[p]; ok && u.plan.Submission.Given() {
			if c.at <= u.at {
				continue
			}
			delete(units, p)
		}
		emit(Line{Kind: ScopeLine, Scope: p.scope, Period: p.period, Plan: c.plan})
	}
	for p, c := range units {
		emit(Line{Kind: ScopeLine, Scope: p.scope, Period: p.period, Plan: c.plan})
	}
	r.targetLines(emit)
}

// group is the submissions of one subject, period and type.
type group struct {
	post
	kind crm.ContractType
}

// groups gathers the rows of forecasts, by place in the table, in its order.
func (r *reader) groups() map[group][]int32 {
	out := map[group][]int32{}
	for i, f := range r.Forecasts {
		if f.Period.Name == "" || f.Period.Start > r.AsOf {
			continue
		}
		node, ok := r.resolve(f.Subject, r.frozen(f.Period).Date())
		if !ok {
			r.warn("unknown_subject", unknownSubject)
			continue
		}
		if first, ok := r.first[f.Period.Kind]; !ok || f.Period.Start < first {
			r.first[f.Period.Kind] = f.Period.Start
		}
		if f.Type != "" && r.Org.Nodes[node].Level == crm.RepLevel {
			r.typed[f.Period.Kind] = true
		}
		g := group{post{node, f.Period}, f.Type}
		out[g] = append(out[g], int32(i))
	}
	return out
}

// submissions finds the forecasts that count: for each subject, period and type
// the last at or before the freeze.
func (r *reader) submissions(groups map[group][]int32) map[post]chosen {
	out := map[post]chosen{}
	for g, rows := range groups {
		c, ok := out[g.post]
		if !ok {
			c.at = crm.NoStamp
		}
		r.choose(&c, rows, g.kind, r.Org.Nodes[g.scope].Level == crm.RepLevel, r.frozen(g.period))
		out[g.post] = c
	}
	return out
}

// choose adds the submission that counts of one type to c.
func (r *reader) choose(c *chosen, rows []int32, kind crm.ContractType, rep bool, freeze crm.Stamp) {
	at, tie, late := counting(rows, r.submittedAt, freeze)
	if late {
		c.plan.Late = 1
	}
	if at < 0 {
		return
	}
	f := r.Forecasts[rows[at]]
	given, ok := r.given(f, freeze)
	if !ok {
		r.warn("without_rate", forecastWithoutRate)
		return
	}
	c.plan.Submission = c.plan.Submission.Plus(stated(kind, given))
	c.at = max(c.at, f.At)
	if tie {
		c.plan.Ties = 1
		r.warn("duplicate_instant", duplicateInstant)
	}
	if rep && f.SubmittedBy != "" && f.SubmittedBy != f.Subject {
		c.plan.Proxy = 1
		r.warn("not_by_rep", notByRep)
	}
}

func (r *reader) submittedAt(row int32) crm.Stamp { return r.Forecasts[row].At }

// given is the amount of f in the report currency, at the rate of the freeze.
func (r *reader) given(f crm.Forecast, freeze crm.Stamp) (Stated, bool) {
	minor, ok := r.FX.Convert(f.Amount, r.Currency, freeze.Date())
	return Stated{minor, 1}, ok
}

func (r *reader) frozen(p crm.Period) crm.Stamp { return r.o.freeze(r.Calendar, p) }

// seatLines makes a line for every seller employed at the freeze and every rep
// who submitted, in the leaf held at the freeze. Without rows of reps nobody
// knows who was expected.
func (r *reader) seatLines(subs map[post]chosen, emit func(Line)) {
	seated := map[post]bool{}
	for kind, first := range r.first {
		for p := r.Fiscal.Period(kind, max(first, r.AsOf.AddMonths(-reach))); p.Start <= r.AsOf; p = r.Fiscal.Period(kind, p.End) {
			day := r.frozen(p).Date()
			r.Org.Seats(day, day, func(l crm.LeafNo, _, _ crm.Date) {
				seated[post{r.Org.Leaves[l].Node, p}] = true
			})
		}
	}
	for p, c := range subs {
		on := c.plan.Submission.Given()
		if len(r.Org.Spells) > 0 && on {
			seated[p] = true
		}
		if on || (len(r.Org.Spells) > 0 && !seated[p]) {
			c.plan.Late = 0 // revised after the freeze, or nobody expected it
		}
		r.emitSeat(p, c.plan, emit)
	}
	for p := range seated {
		r.emitSeat(p, Plan{Expected: 1}, emit)
	}
}

func (r *reader) emitSeat(p post, plan Plan, emit func(Line)) {
	leaf := r.Org.Leaf(r.Org.Nodes[p.scope].Rep, r.frozen(p.period).Date())
	emit(Line{Kind: SeatLine, Leaf: leaf, Period: p.period, Plan: plan})
}

// indices finds the confidence index that counts for each scope and period:
// the last at or before the period's freeze. Ingest rejects a negative one.
func (r *reader) indices() map[post]chosen {
	groups := map[post][]crm.Confidence{}
	for _, c := range r.Confidence {
		if c.Period.Start > r.AsOf {
			continue
		}
		node, ok := r.resolve(c.Subject, r.frozen(c.Period).Date())
		switch {
		case !ok:
			r.warn("unknown_subject", unknownSubject)
		case c.Index < 0:
			r.warn("negative_index", negativeIndex)
		default:
			groups[post{node, c.Period}] = append(groups[post{node, c.Period}], c)
		}
	}
	out := map[post]chosen{}
	for p, rows := range groups {
		at, tie, _ := counting(rows, func(c crm.Confidence) crm.Stamp { return c.At }, r.frozen(p.period))
		if at < 0 {
			continue
		}
		c := chosen{Plan{Index: Stated{int64(rows[at].Index), 1}}, rows[at].At}
		if tie {
			c.plan.Ties = 1
		}
		out[p] = c
	}
	return out
}

// targetLines makes a line of each target of money; of two for one scope,
// period and measure the later row stands. Values are in major units.
func (r *reader) targetLines(emit func(Line)) {
	type goal struct {
		post
		measure string
	}
	last := map[goal]int64{}
	major := new(big.Rat).SetInt64(1)
	for range r.Currency.MinorDigits() {
		major.Mul(major, big.NewRat(10, 1))
	}
	for _, t := range r.Targets {
		if t.Measure != "amount" && t.Measure != "new_amount" && t.Measure != "renewal_amount" {
			continue
		}
		node, ok := r.resolve(t.Scope, r.frozen(t.Period).Date())
		if !ok {
			r.warn("unknown_subject", unknownSubject)
			continue
		}
		last[goal{post{node, t.Period}, t.Measure}] = crm.RoundHalfUp(new(big.Rat).Mul(t.Value.Rat(), major))
	}
	for g, minor := range last {
		l := Line{Kind: ScopeLine, Scope: g.scope, Period: g.period}
		switch given := (Stated{minor, 1}); g.measure {
		case "amount":
			l.Plan.Targets.All = given
		case "new_amount":
			l.Plan.Targets.New = given
		case "renewal_amount":
			l.Plan.Targets.Renewal = given
		}
		emit(l)
	}
}
