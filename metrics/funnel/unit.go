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
	close       step // where fate is not open
	cash        step // where it was collected: a won unit whose money came
	collected   bool
	dwell       []int64 // seconds in stage j at j
	entered     []bool  // rows exist for stage j
	regressions int
	reopens     int

	depth crm.Stage // reached index: K+1 is won; 0 for a void unit
	pass  []step    // pass[j-1]: the first entry into any stage ≥ j

	events []event // room for ordered
}

// units cuts a log into its cycles, oldest first. They are good until the next
// call.
func (d *desk) units(l crm.DealLog) []unit {
	d.cut = d.cut[:0]
	steps := d.reconcile(l.Deal, d.clean(l))
	for i := range steps {
		s, n := &steps[i], len(d.cut)
		if n == 0 || (d.cut[n-1].fate != crm.DealOpen && !s.stage.Terminal() && d.tooLate(s, &d.cut[n-1].close)) {
			d.begin(s)
			n++
		}
		d.cut[n-1].enter(s)
	}
	for i := range d.cut {
		d.cut[i].finish(d.rules)
	}
	return d.cut
}

// begin appends a unit, in the room of one that was there before.
func (d *desk) begin(first *step) {
	n := len(d.cut)
	if n == cap(d.cut) {
		d.cut = append(d.cut, unit{})
	}
	d.cut = d.cut[:n+1]
	u, k := &d.cut[n], int(d.stages())+1
	*u = unit{cycle: n + 1, first: *first, steps: u.steps[:0], pass: u.pass[:0], events: u.events[:0],
		dwell: zero(u.dwell, k), entered: zero(u.entered, k)}
}

// zero is n zeros, in room if that is enough.
func zero[T any](room []T, n int) []T {
	if cap(room) < n {
		return make([]T, n)
	}
	clear(room[:n])
	return room[:n]
}

// tooLate reports whether s comes too long after a close to re-open it.
func (r *rules) tooLate(s, close *step) bool {
	return int64(s.at-close.at) > int64(r.options.ReopenDays)*day
}

// enter adds a step. A terminal after a terminal corrects the fate; an open
// stage after one withdraws it.
func (u *unit) enter(s *step) {
	to := fateOf(s.stage)
	if len(u.steps) > 0 {
		last := &u.steps[len(u.steps)-1]
		if to != crm.DealOpen && (to == u.fate || (s.stage == crm.Collected && u.fate == crm.DealVoid)) {
			u.collect(s)
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
		u.close = *s
	}
	u.steps = append(u.steps, *s)
	u.steps[len(u.steps)-1].place = len(u.steps) - 1
	u.collected = false // a re-open withdraws it with the close
	u.collect(s)
}

// collect notes the money of a won unit: there the funnel ends, not with the
// signing (metrics.md 2.2).
func (u *unit) collect(s *step) {
	if s.stage == crm.Collected && u.fate == crm.DealWon && !u.collected {
		u.cash, u.collected = *s, true
	}
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
	for i := range u.steps {
		if s := &u.steps[i]; !s.stage.Terminal() { // a close that was withdrawn reaches nothing
			u.reach(s.stage, s)
		}
	}
	if u.fate == crm.DealWon {
		u.reach(r.stages()+1, &u.close)
	}
}

func (u *unit) reach(j crm.Stage, s *step) {
	for u.depth < j {
		u.depth++
		u.pass = append(u.pass, *s)
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
	limit := r.pipeline.Stages[c-1].LimitDays
	return limit > 0 && u.dwell[c] > int64(limit)*day
}

// skipped reports whether a unit passed stage j without entering it.
func (u *unit) skipped(j crm.Stage) bool { return j > 0 && j < u.depth && !u.entered[j] }

// bornLate reports whether the history begins beyond the first stage.
func (u *unit) bornLate() bool {
	return u.first.stage > 1 && u.depth > 1 && u.pass[0].stage == u.first.stage
}

// early reports whether the unit was first seen in an early stage (S3-10).
func (u *unit) early(r *rules) bool { return int(u.first.stage) <= r.options.EarlyStages }

// ordered is the closed or strict depth: how far the unit came taking every
// stage in order from the first, with won as the last.
func (u *unit) ordered(r *rules) int {
	k := int(r.stages())
	u.events = u.events[:0]
	for i := range u.steps {
		if s := &u.steps[i]; !s.stage.Terminal() {
			u.events = append(u.events, event{int(s.stage), int64(s.at)})
		}
	}
	if u.fate == crm.DealWon {
		u.events = append(u.events, event{k + 1, int64(u.close.at)})
	}
	return chainDepth(u.events, k+1, math.MaxInt64, r.options.Ordered)
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
