package forecast

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/plan"
)

// reach is how far back sellers are expected to have submitted and actuals make
// a naive forecast's scale, in months: a mistyped year must not cost hours.
const reach = 120

// post is a scope and a period.
type post struct {
	scope crm.NodeNo
	begun
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
	scored := r.scored()
	for _, p := range scored {
		r.wanted[r.begin(p)] = true
	}
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
	r.seatLines(scored, subs, emit)
	for p, c := range r.indices() {
		// An amount stands instead of an index; of both, the later does.
		if u, ok := units[p]; ok && u.plan.Submission.Given() {
			if c.at <= u.at {
				continue
			}
			delete(units, p)
		}
		r.emitScope(p, c.plan, emit)
	}
	for p, c := range units {
		r.amounts = r.amounts || c.plan.Submission.Given()
		r.emitScope(p, c.plan, emit)
	}
	r.targetLines(emit)
}

// begin is beginOf; r.periods then has the period.
func (r *reader) begin(p crm.Period) begun {
	b := beginOf(p)
	if _, known := r.periods[b]; !known {
		r.periods[b] = p
	}
	return b
}

func (r *reader) emitScope(p post, plan Plan, emit func(Line)) {
	if r.wanted[p.begun] {
		emit(Line{Kind: ScopeLine, Scope: p.scope, Period: r.periods[p.begun], Plan: plan})
	}
}

// group is the submissions of one subject, period and type.
type group struct {
	post
	kind crm.ContractType
}

// groups gathers the rows of forecasts, by place in the table, in its order.
func (r *reader) groups() map[group][]int32 {
	out := map[group][]int32{}
	for i := range r.Forecasts {
		f := &r.Forecasts[i]
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
		g := group{post{node, r.begin(f.Period)}, f.Type}
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
		r.choose(&c, rows, g.kind, r.Org.Nodes[g.scope].Level == crm.RepLevel, r.frozen(r.periods[g.begun]))
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
	f := &r.Forecasts[rows[at]]
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
func (r *reader) given(f *crm.Forecast, freeze crm.Stamp) (Stated, bool) {
	minor, ok := r.FX.Convert(f.Amount, r.Currency, freeze.Date())
	return Stated{minor, 1}, ok
}

func (r *reader) frozen(p crm.Period) crm.Stamp {
	b := beginOf(p)
	at, ok := r.freezes[b]
	if !ok {
		at = r.o.freeze(r.Calendar, p)
		r.freezes[b] = at
	}
	return at
}

// seatLines makes a line for every seller employed at the freeze and every rep
// who submitted, in the leaf held at the freeze. Without rows of reps nobody
// knows who was expected.
func (r *reader) seatLines(periods []crm.Period, subs map[post]chosen, emit func(Line)) {
	seated := map[post]bool{}
	for _, p := range periods {
		if p.End <= max(r.first[p.Kind], r.AsOf.AddMonths(-reach)) {
			continue // nobody forecast yet
		}
		b, day := r.begin(p), r.frozen(p).Date()
		r.Org.Seats(day, day, func(l crm.LeafNo, _, _ crm.Date) {
			seated[post{r.Org.Leaves[l].Node, b}] = true
		})
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
	if r.wanted[p.begun] {
		period := r.periods[p.begun]
		leaf := r.Org.Leaf(r.Org.Nodes[p.scope].Rep, r.frozen(period).Date())
		emit(Line{Kind: SeatLine, Leaf: leaf, Period: period, Plan: plan})
	}
}

// indices finds the confidence index that counts for each scope and period:
// the last at or before the period's freeze. Ingest rejects a negative one.
func (r *reader) indices() map[post]chosen {
	groups := map[post][]*crm.Confidence{}
	for i := range r.Confidence {
		c := &r.Confidence[i]
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
			if p := (post{node, r.begin(c.Period)}); r.wanted[p.begun] {
				groups[p] = append(groups[p], c)
			}
		}
	}
	out := map[post]chosen{}
	for p, rows := range groups {
		at, tie, _ := counting(rows, func(c *crm.Confidence) crm.Stamp { return c.At }, r.frozen(r.periods[p.begun]))
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
	last := map[goal]crm.Decimal{}
	for i := range r.Targets {
		t := &r.Targets[i]
		if t.Measure != plan.Amount && t.Measure != plan.NewAmount && t.Measure != plan.RenewalAmount {
			continue
		}
		node, ok := r.resolve(t.Scope, r.frozen(t.Period).Date())
		if !ok {
			r.warn("unknown_subject", unknownSubject)
			continue
		}
		if p := (post{node, r.begin(t.Period)}); r.wanted[p.begun] {
			last[goal{p, t.Measure}] = t.Value
		}
	}
	for g, value := range last {
		its, given := Plan{}, Stated{plan.Minor(value, r.Currency), 1}
		switch g.measure {
		case plan.Amount:
			its.Targets.All = given
		case plan.NewAmount:
			its.Targets.New = given
		case plan.RenewalAmount:
			its.Targets.Renewal = given
		}
		r.emitScope(g.post, its, emit)
	}
}
