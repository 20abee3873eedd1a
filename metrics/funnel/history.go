package funnel

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// rules is what a log is read with; nothing of it depends on the data read.
type rules struct {
	asOf     crm.Date
	dateOnly bool // date differences, to the as-of day itself
	history  bool // the run has a stage_history table
	pipeline crm.Pipeline
	org      *crm.Org
	fx       crm.FX
	currency crm.Currency
	options  Options
	fiscal   crm.Fiscal
	aims     aims
	cash     cash // nil where the history tells, or nobody does

	frame   *measure.Frame
	periods []crm.Period // of the frame: what a scope wants are the first of them
	near    int          // how many of them every metric covers: they come first
	days    *measure.Stretches
}

// day is a 24-hour day in seconds.
const day = 24 * 60 * 60

// horizon is where open stints are cut: the end of the as-of day, or its date
// where the history has dates only.
func (r *rules) horizon() crm.Stamp {
	if r.dateOnly {
		return r.asOf.At()
	}
	return (r.asOf + 1).At()
}

// stages is K, the number of open stages.
func (r *rules) stages() crm.Stage { return crm.Stage(r.pipeline.Len()) }

// window is W of for stage j in days, for j = 0 that of the whole unit;
// 0 is none.
func (r *rules) window(j crm.Stage) int {
	if j == 0 {
		return r.cohortWinDays()
	}
	if r.options.WindowDays > 0 {
		return r.options.WindowDays
	}
	return r.pipeline.Stages[j-1].LimitDays
}

// cohortWinDays is the window of the win rate by creation: as long as a deal
// may take that never stalls.
func (r *rules) cohortWinDays() int {
	n := r.options.CohortWinDays
	for _, s := range r.pipeline.Stages {
		if r.options.CohortWinDays == 0 {
			n += s.LimitDays
		}
	}
	return n
}

// convert brings m into the report currency at the rate of d.
func (r *rules) convert(m crm.Money, d crm.Date) (int64, bool) { return r.fx.Convert(m, r.currency, d) }

// step is one row of a cleaned history.
type step struct {
	stage crm.Stage
	at    crm.Stamp
	rep   crm.RepNo // owner on the day, NoRep where nobody is named
	// holder is the newest owner named while the deal stood there.
	holder crm.RepNo
	// amount is the newest one known while the deal stood there.
	amount      crm.Money
	amountKnown bool
	entry       crm.Money // what the row itself says
	entryKnown  bool
	place       int  // among the steps of its unit
	implied     bool // a close that only the deals table knows
	undated     bool // … without a date there: at is the row before
}

// desk is where logs are read, one at a time; the room that one took is used
// for the next.
type desk struct {
	*rules
	rows    []*crm.StageEntry
	steps   []step
	cut     []unit
	moments []moment
	passed  []crm.NodeNo // room of a walk
	rest    []int64
}

// clean puts a log in order: rows after the as-of day and rows
// of no stage are dropped, equal neighbours collapsed into the earlier one.
func (d *desk) clean(l crm.DealLog) []step {
	rows := d.rows[:0]
	for i := range l.Entries {
		e := &l.Entries[i]
		open := e.Stage > crm.StageNone && e.Stage <= d.stages()
		known := open || (e.Stage >= crm.Won && e.Stage <= crm.Collected)
		if known && e.At.Known() && e.At < (d.asOf+1).At() {
			rows = append(rows, e)
		}
	}
	sortRows(rows)
	out := d.steps[:0]
	for _, e := range rows {
		s := step{stage: e.Stage, at: e.At, rep: e.Rep, amount: e.Amount, amountKnown: e.AmountKnown, entry: e.Amount, entryKnown: e.AmountKnown}
		if s.rep < 0 {
			s.rep = owner(l.Deal)
		}
		s.holder = s.rep
		if n := len(out); n > 0 {
			last := &out[n-1]
			if last.stage == s.stage { // a save that touched another field
				if s.rep >= 0 {
					last.holder = s.rep
				}
				if s.amountKnown && !s.stage.Terminal() {
					last.amount, last.amountKnown = s.amount, true
				}
				continue
			}
			// A sequence may contradict the clock: no stint is negative.
			s.at = max(s.at, last.at)
		}
		out = append(out, s)
	}
	d.rows, d.steps = rows, out
	return out
}

// sortRows sorts by: sequence where every row has one (a partial
// sequence orders nothing), then time, then stage index, won, lost, void.
func sortRows(rows []*crm.StageEntry) {
	sequenced := !slices.ContainsFunc(rows, func(e *crm.StageEntry) bool { return e.Sequence == 0 })
	order := func(a, b *crm.StageEntry) int {
		if sequenced && a.Sequence != b.Sequence {
			return cmp.Compare(a.Sequence, b.Sequence)
		}
		if a.At != b.At {
			return cmp.Compare(a.At, b.At)
		}
		return cmp.Or(cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	}
	if !slices.IsSortedFunc(rows, order) { // ingest has mostly done it
		slices.SortStableFunc(rows, order)
	}
}

// owner is the deal's rep as the deals table has it.
func owner(d *crm.Deal) crm.RepNo {
	if d == nil {
		return crm.NoRep
	}
	return d.Rep
}

// fateOf is where a stage leaves a deal. Cash without a won row stands for the
// signing that must have come before it.
func fateOf(s crm.Stage) crm.DealStatus {
	switch s {
	case crm.Won, crm.Collected:
		return crm.DealWon
	case crm.Lost:
		return crm.DealLost
	case crm.Void:
		return crm.DealVoid
	}
	return crm.DealOpen
}

// closedBy is the deal's status on the as-of day by the deals table: a close
// dated later has not happened yet.
func (r *rules) closedBy(d *crm.Deal) crm.DealStatus {
	if d == nil || (d.ClosedOn.Known() && d.ClosedOn > r.asOf) {
		return crm.DealOpen
	}
	return d.Status
}

// reconcile adds the close that only the deals table knows: many histories
// hold open stages alone. A void of the history stands.
func (r *rules) reconcile(d *crm.Deal, steps []step) []step {
	status := r.closedBy(d)
	if len(steps) == 0 || status == crm.DealOpen {
		return steps
	}
	last := steps[len(steps)-1]
	if now := fateOf(last.stage); now == status || now == crm.DealVoid {
		return steps
	}
	stage := crm.Won
	switch status {
	case crm.DealLost:
		stage = crm.Lost
	case crm.DealVoid:
		stage = crm.Void
	}
	return append(steps, step{stage: stage, at: max(last.at, d.ClosedOn.At()), rep: d.Rep, holder: d.Rep,
		amount: d.Amount, amountKnown: d.AmountKnown, implied: true, undated: !d.ClosedOn.Known()})
}
