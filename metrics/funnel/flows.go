package funnel

import (
	"crmreport/ingest/crm"
)

// Flows are the moves of a unit's deals between stages, for each near period a
// square: where a move begins by where it ends. A deal moves out of 0 when it is
// created and out of K+1 when it is re-opened, else out of a stage; into a stage,
// or K+1 when it is won for good.
type Flows Vec

// flowsLen is the length of one period's square over k open stages.
func flowsLen(k crm.Stage) int { return (int(k) + 2) * (int(k) + 1) }

// flowPlace is where the moves of the p-th period are.
func flowPlace(p int, from, to, k crm.Stage) int {
	return p*flowsLen(k) + int(from)*(int(k)+1) + int(to) - 1
}

// addFlows counts the moves of a unit under its first entry, as its regressions
// are: a deal is followed where it began.
func (a *Acc) addFlows(u *unit) {
	d := u.first.at.Date()
	if u.fate == crm.DealVoid || !a.isNear(d) {
		return
	}
	s := a.of(a.org.Leaf(u.first.rep, d))[0]
	if s.Flows == nil {
		s.Flows = make(Flows, a.near*flowsLen(a.stages()))
	}
	for _, p := range a.days.Containing(d) {
		if p >= a.near {
			break
		}
		u.moves(a.stages(), func(from, to crm.Stage) { s.Flows[flowPlace(p, from, to, a.stages())]++ })
	}
}

// moves calls yield with every move of the unit in order. A close that was
// withdrawn is none: the entry after it comes from the re-opening, which is
// neither a skip nor a return.
func (u *unit) moves(k crm.Stage, yield func(from, to crm.Stage)) {
	var from crm.Stage
	closed := false
	for i := range u.steps {
		to := u.steps[i].stage
		if to.Terminal() {
			closed = true
			continue
		}
		if closed {
			from, closed = k+1, false
		}
		yield(from, to)
		from = to
	}
	if u.fate == crm.DealWon {
		yield(from, k+1)
	}
}

// flows adds the moves of a period, where there are any.
func (p *page) flows(i int, t Tally) {
	if p.scope == nil || p.scope.Flows == nil {
		return
	}
	k, pending := p.stages(), t.by(openAt).sum(0) > 0
	for from := range k + 2 {
		word := "reopened"
		switch {
		case from == 0:
			word = "created"
		case from <= k:
			word = p.pipeline.ID(from)
		}
		for to := crm.Stage(1); to <= k+1; to++ {
			if n := p.scope.Flows[flowPlace(i, from, to, k)]; n > 0 {
				p.count("funnel.moves", n, "from="+word+",to="+p.keys[to][len("stage="):], pending)
			}
		}
	}
}

// fewestInBox is how many deals it takes to tell how their times are spread.
const fewestInBox = 30

// spreads adds the quantiles of the days in each stage, by the estimate that
// gives the median: of enough deals, those that are reached. Who asks for one
// number gets it of however few: parts of the deals are asked what they add.
func (p *page) spreads() {
	asked := p.frame.Asked()
	for n := range p.boxes {
		b, key := &p.boxes[n], p.keys[n+1]+",quantile="
		for i, word := range quantileWords {
			if !asked && (b.n < fewestInBox || i >= len(b.days)) {
				break // nor are those above
			}
			v := b.value("funnel.days_quantile", p.slot, i)
			p.add(&v, key+word, b.pending)
		}
	}
}
