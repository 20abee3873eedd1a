package funnel

import "crmreport/ingest/crm"

// Vec counts by an index that is a stage or a depth, from 0 on.
type Vec []int64

// at is v[i], 0 beyond the end.
func (v Vec) at(i crm.Stage) int64 {
	if int(i) < len(v) {
		return v[i]
	}
	return 0
}

// sum is the total from index i on.
func (v Vec) sum(i crm.Stage) int64 {
	var n int64
	for j := int(i); j < len(v); j++ {
		n += v[j]
	}
	return n
}

func (v Vec) plus(w Vec) {
	for i, n := range w {
		v[i] += n
	}
}

// Tally is everything counted of one scope in one period: single numbers, then
// numbers by stage or depth, 0 … K+1 each. It is additive throughout.
type Tally Vec

// The single numbers. Amounts are minor units of the report currency at the
// rate of the close, of the deals that have one.
const (
	unitsWon       = iota // units that began in the period, by fate
	unitsVoid             // (the lost and the open ones are counted by depth)
	unitsLate             // born late
	unitsLateEntry        // first seen beyond the early stages (S3-10)
	regressions           // of units that began in the period
	closedWon             // units that closed in the period
	closedLost            //
	wonAmount             //
	lostAmount            //
	wonBlank              // without a usable amount
	lostBlank             //
	unitsCollected        // of unitsWon
	cashCollected         // units whose money came in the period
	cashAmount            //
	cashBlank             // without a usable amount
	cycleDays             // from the creation to the win, of closedWon whose creation is known
	cycleKnown            // how many these are
	tallySingles          // how many there are
)

// byStage is a number by stage or depth.
type byStage int

// The numbers by stage or depth. The cohort numbers of stage 0 are of whole
// units: created in the period, and won or lost.
const (
	lostAt         byStage = iota // units by max stage
	openAt                        //
	overdueAt                     // of openAt
	enteredAt                     // by stage
	skippedAt                     // by stage
	orderedAt                     // by strict depth
	cohort                        // units that first reached the stage in the period
	cohortAdvanced                // of cohort, within the stage's window W
	cohortRunning                 // of cohort, open, and their window still runs
	cohortLost                    // of cohort, within the stage's window W
	fateAdvanced                  // of cohort, by now
	fateLost                      //
	fateOverdue                   // open, and stalled in the stage
	reachedAmount                 // by stage: what units were worth when they reached it
	reachedBlank                  // without a usable amount
	tallyStages                   // how many there are
)

// tallyLen is the length of a Tally over k open stages.
func tallyLen(k crm.Stage) int { return tallySingles + int(tallyStages)*(int(k)+2) }

// place is where a Tally over k open stages has a number of stage j.
func place(n byStage, j, k crm.Stage) int { return tallySingles + int(n)*(int(k)+2) + int(j) }

// by is a number by stage or depth.
func (t Tally) by(n byStage) Vec {
	wide := (len(t) - tallySingles) / int(tallyStages)
	return Vec(t[tallySingles+int(n)*wide:][:wide])
}

// units is every unit but the void ones.
func (t Tally) units() int64 { return t[unitsWon] + t.by(lostAt).sum(0) + t.by(openAt).sum(0) }

// reached is: the units whose depth is at least j; j = K+1 is won.
func (t Tally) reached(j crm.Stage) int64 {
	return t[unitsWon] + t.by(lostAt).sum(j) + t.by(openAt).sum(j)
}

// Standing counts open deals by stage, 0 … K, on the as-of day; 0 is a stage
// nobody knows. It is nil where there are none.
type Standing Vec

// standingBy is a number of a Standing.
type standingBy int

// The numbers of a Standing; blank counts deals without a usable amount.
const (
	standOpen standingBy = iota
	standAmount
	standBlank
	standStalled
	standStalledAmount
	standStalledBlank
	standings // how many there are
)

// by is a number by stage.
func (s Standing) by(n standingBy) Vec {
	wide := len(s) / int(standings)
	return Vec(s[int(n)*wide:][:wide])
}

// Scope is the state of one scope.
type Scope struct {
	Sums     Vec      // a Tally for each period that the frame wants of the scope, in its order
	Standing Standing `json:",omitempty"`
	Moves    Moves    `json:",omitempty"` // of units; nil where nothing moves
	Flows    Flows    `json:",omitempty"` // of units; nil where nothing moves

	stalled  [][]float64 // by stage: the cumulative days of each stalled deal; once all is added
	spans    [][]timed   // by place, shortest first; once all is added
	closings []*Closing  // of a unit
	opens    []*Open
}

// periods is of how many periods the scope has a Tally.
func (s *Scope) periods(k crm.Stage) int { return len(s.Sums) / tallyLen(k) }

// tally is that of the p-th period.
func (s *Scope) tally(p int, k crm.Stage) Tally {
	n := tallyLen(k)
	return Tally(s.Sums[p*n:][:n])
}

// add adds another scope, or another part of the same.
func (s *Scope) add(o *Scope) {
	s.Sums.plus(o.Sums)
	if s.Standing == nil && o.Standing != nil {
		s.Standing = make(Standing, len(o.Standing))
	}
	Vec(s.Standing).plus(Vec(o.Standing))
	if s.Moves == nil && o.Moves != nil {
		s.Moves = make(Moves, len(o.Moves))
	}
	Vec(s.Moves).plus(Vec(o.Moves))
	if s.Flows == nil && o.Flows != nil {
		s.Flows = make(Flows, len(o.Flows))
	}
	Vec(s.Flows).plus(Vec(o.Flows))
}
