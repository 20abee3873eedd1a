package receivables

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// State is more of what one leaf's sales have open, at the as-of day alone, in
// minor units of the report currency.
type State struct {
	Disputed  []int64             // by bucket; of Standing.Buckets
	Ladder    [][len(steps)]int64 // overdue, by bucket and step
	CauseStep [len(causes)][len(steps)]int64
}

func newState(buckets int) *State {
	return &State{Disputed: make([]int64, buckets), Ladder: make([][len(steps)]int64, buckets)}
}

func (s *State) add(o *State) {
	for i, x := range o.Disputed {
		s.Disputed[i] += x
	}
	for i := range o.Ladder {
		for k, x := range o.Ladder[i] {
			s.Ladder[i][k] += x
		}
	}
	for i := range o.CauseStep {
		for k, x := range o.CauseStep[i] {
			s.CauseStep[i][k] += x
		}
	}
}

// disputed reports whether the customer refuses to pay an invoice for its
// quality: the one cause that contests it.
func disputed(inv *crm.Invoice) bool { return inv.Cause == crm.CauseQuality }

// hold adds a part of an open item to the state of its leaf.
func (s *State) hold(inv *crm.Invoice, bucket int, x int64) {
	if disputed(inv) {
		s.Disputed[bucket] += x
	}
	if bucket > 0 {
		cause, step := causeOf(inv.Cause), stepOf(inv.Step)
		s.Ladder[bucket][step] += x
		s.CauseStep[cause][step] += x
	}
}

// state is that of a leaf.
func (a *Acc) state(leaf crm.LeafNo) *State {
	s, ok := a.States[leaf]
	if !ok {
		s = newState(len(a.Env.buckets.names))
		a.States[leaf] = s
	}
	return s
}

func (a *Acc) mergeStates(o map[crm.LeafNo]*State) {
	for leaf, s := range o {
		a.state(leaf).add(s)
	}
}

// statesOf sums the states by unit.
func (a *Acc) statesOf(org *crm.Org) map[crm.NodeNo]*State {
	out := map[crm.NodeNo]*State{}
	for leaf, s := range a.States {
		for _, scope := range org.Path(leaf) {
			if org.Nodes[scope].Level == crm.RepLevel {
				continue
			}
			if out[scope] == nil {
				out[scope] = newState(len(s.Disputed))
			}
			out[scope].add(s)
		}
	}
	return out
}

// state writes a metric of the as-of day.
func (w *writer) state(id string, c *cell) {
	s := w.states[c.slot.Scope]
	if s == nil {
		s = newState(len(w.buckets))
	}
	switch id {
	case idDisputed:
		var sum int64
		for _, x := range s.Disputed {
			sum += x
		}
		w.money(id, c, sum)
		w.keyed(id, c, s.Disputed)
	case idLadder:
		for i := range s.Ladder {
			w.crossed(id, c, w.buckets[i], s.Ladder[i])
		}
	case idCauseStep:
		for i := range s.CauseStep {
			w.crossed(id, c, causeKeys[i], s.CauseStep[i])
		}
	}
}

// crossed writes what is not zero of a row of a table by step.
func (w *writer) crossed(id string, c *cell, key string, amounts [len(steps)]int64) {
	for i, x := range amounts {
		if x != 0 {
			w.add(measure.NewMoney(id, c.slot, x, w.currency).Keyed(key+","+stepKeys[i]), c)
		}
	}
}
