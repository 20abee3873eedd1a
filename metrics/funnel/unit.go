package funnel

import (
	"math"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// The fates of a unit in a stage, for the Aalen–Johansen estimate.
const (
	advanced measure.Fate = 1
	lost     measure.Fate = 2
)

// unit is one cycle of a deal.
type unit struct {
	cycle       int // 1, 2 …: deal#1, deal#2
	fate        crm.DealStatus
	steps       []step // opens and closes in order, without rows that change nothing
	first       step
	close       step    // where fate is not open
	dwell       []int64 // seconds in stage j at j
	entered     []bool  // rows exist for stage j
	regressions int
	reopens     int

	depth crm.Stage // reached index: K+1 is won; 0 for a void unit
	pass  []step    // pass[j-1]: the first entry into any stage ≥ j
}

// units cuts a log into its cycles, oldest first.
func (r *rules) units(l crm.DealLog) []unit {
	var out []unit
	for _, s := range r.reconcile(l.Deal, r.clean(l)) {
		n := len(out)
		if n == 0 || (out[n-1].fate != crm.DealOpen && !s.stage.Terminal() && r.tooLate(s, out[n-1].close)) {
			k := r.stages() + 1
			out = append(out, unit{cycle: n + 1, first: s, dwell: make([]int64, k), entered: make([]bool, k)})
			n++
		}
		out[n-1].enter(s)
	}
	for i := range out {
		out[i].finish(r)
	}
	return out
}

// tooLate reports whether s comes too long after a close to re-open it.
func (r *rules) tooLate(s, close step) bool {
	return int64(s.at-close.at) > int64(r.options.ReopenDays)*day
}

// enter adds a step. A terminal after a terminal corrects the fate; an open
// stage after one withdraws it.
func (u *unit) enter(s step) {
	to := fateOf(s.stage)
	if len(u.steps) > 0 {
		last := u.steps[len(u.steps)-1]
		if to != crm.DealOpen && (to == u.fate || (s.stage == crm.Collected && u.fate == crm.DealVoid)) {
			return // cash after the signing, or the same close again
		}
		if !last.stage.Terminal() {
			u.dwell[last.stage] += int64(s.at - last.at)
		}
		switch {
		case to == crm.DealOpen && u.fate != crm.DealOpen:
			u.reopens++ // never a regression; the closed time is in no stage
		case to == crm.DealOpen && s.stage < last.stage:
			u.regressions++
		}
	}
	u.fate = to
	if to == crm.DealOpen {
		u.entered[s.stage] = true
	} else {
		u.close = s
	}
	u.steps = append(u.steps, s)
}

// finish settles what only the end of the log shows: the open stint, and how
// deep the unit came.
func (u *unit) finish(r *rules) {
	if u.fate == crm.DealOpen {
		last := u.steps[len(u.steps)-1]
		u.dwell[last.stage] += max(0, int64(r.horizon()-last.at))
	}
	if u.fate == crm.DealVoid {
		return
	}
	for _, s := range u.steps {
		if !s.stage.Terminal() { // a close that was withdrawn reaches nothing
			u.reach(s.stage, s)
		}
	}
	if u.fate == crm.DealWon {
		u.reach(r.stages()+1, u.close)
	}
}

func (u *unit) reach(j crm.Stage, s step) {
	for u.depth < j {
		u.depth++
		u.pass = append(u.pass, s)
	}
}

// current is the stage an open unit stands in, StageNone for a closed one.
func (u *unit) current() crm.Stage {
	if u.fate != crm.DealOpen {
		return crm.StageNone
	}
	return u.steps[len(u.steps)-1].stage
}

// stalled is: strictly more cumulative days in the current stage than
// its limit allows. A stage without a limit never stalls.
func (u *unit) stalled(r *rules) bool {
	c := u.current()
	if c == crm.StageNone {
		return false
	}
	limit := r.pipeline.Def(c).LimitDays
	return limit > 0 && u.dwell[c] > int64(limit)*day
}

// skipped lists the stages a unit passed without entering.
func (u *unit) skipped() []crm.Stage {
	var out []crm.Stage
	for j := crm.Stage(1); j < u.depth; j++ {
		if !u.entered[j] {
			out = append(out, j)
		}
	}
	return out
}

// bornLate reports whether the history begins beyond the first stage.
func (u *unit) bornLate() bool {
	return u.first.stage > 1 && u.depth > 1 && u.pass[0].stage == u.first.stage
}

// ordered is the closed or strict depth: how far the unit came taking every
// stage in order from the first, with won as the last.
func (u *unit) ordered(r *rules) int {
	k := int(r.stages())
	var events []event
	for _, s := range u.steps {
		if !s.stage.Terminal() {
			events = append(events, event{int(s.stage), int64(s.at)})
		}
	}
	if u.fate == crm.DealWon {
		events = append(events, event{k + 1, int64(u.close.at)})
	}
	return chainDepth(events, k+1, math.MaxInt64)
}

// stay is how long a unit was under observation in stage j ≤ depth since it
// first reached it, in seconds, and how that ended.
func (u *unit) stay(r *rules, j crm.Stage) (int64, measure.Fate) {
	from := u.pass[j-1].at
	switch {
	case u.depth > j:
		return int64(u.pass[j].at - from), advanced
	case u.fate == crm.DealLost:
		return int64(u.close.at - from), lost
	}
	return max(0, int64(r.horizon()-from)), measure.Censored
}
