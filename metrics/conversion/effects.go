package conversion

import (
	"maps"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// The bases that a period is decomposed against.
const (
	basePlan     = "base=plan"
	basePrevious = "base=previous"
)

// decomposed is the sum of the leaves' decompositions of one scope.
type decomposed struct {
	lmdi, shapley Effects
	zero          bool
}

func (d decomposed) plus(e decomposed) decomposed {
	return decomposed{d.lmdi.plus(e.lmdi), d.shapley.plus(e.shapley), d.zero || e.zero}
}

func decompose(base, actual Factors) decomposed {
	e, zero := LMDI(base, actual)
	return decomposed{e, Shapley(base, actual), zero}
}

// effectTable holds the decompositions by base.
type effectTable struct {
	bases map[string]byPeriod
	asked bool // the Shapley split is wanted in any case
}

// byPeriod holds the decompositions of scopes, period by period.
type byPeriod map[crm.Period]map[crm.NodeNo]decomposed

// effects decomposes every wanted period against the plan and the current ones
// against the comparable stretch before, leaf by leaf in the order of
// their numbers, so that the sums are the same on every run.
func (t *table) effects() effectTable {
	out := effectTable{map[string]byPeriod{basePlan: {}, basePrevious: {}}, t.frame.Asked()}
	if !t.visited || !t.contracts {
		return out
	}
	leaves := t.seen()
	if t.planned() {
		for _, p := range t.frame.Close() {
			out.bases[basePlan][p] = t.sum(p, leaves, func(r fold.Row[sums]) (Factors, bool) {
				s, _ := t.at(r, p)
				return t.options.plan(s.days), s.days > 0
			})
		}
	}
	for i, p := range t.frame.Current {
		before := t.frame.Comparable[i]
		out.bases[basePrevious][p] = t.sum(p, leaves, func(r fold.Row[sums]) (Factors, bool) {
			s, ok := t.at(r, before)
			return s.factors(), ok
		})
	}
	return out
}

// seen lists the leaves with anything in any period, by number.
func (t *table) seen() []crm.LeafNo {
	return slices.Sorted(maps.Keys(t.leaves))
}

// sum adds up the decompositions of period p of every leaf for its scopes.
func (t *table) sum(p crm.Period, leaves []crm.LeafNo, base func(fold.Row[sums]) (Factors, bool)) map[crm.NodeNo]decomposed {
	out := map[crm.NodeNo]decomposed{}
	for _, leaf := range leaves {
		to, ok := t.at(t.leaves[leaf], p)
		from, known := base(t.leaves[leaf])
		if !known && !ok {
			continue
		}
		d := decompose(from, to.factors())
		for _, scope := range t.frame.Org.Path(leaf) {
			out[scope] = out[scope].plus(d)
		}
	}
	return out
}

// values are the effects of a slot. The Shapley split is offered for a whole
// period, so that its levels add up too, where any leaf was a zero case.
func (e effectTable) values(out []measure.Value, slot measure.Slot) []measure.Value {
	for _, key := range []string{basePlan, basePrevious} {
		d, ok := e.bases[key][slot.Period][slot.Scope]
		if !ok {
			continue
		}
		add := func(id string, x float64) {
			out = append(out, measure.NewReal(id, slot, x).Keyed(key).Flag(d.zero, "zero_case"))
		}
		add(quantityID, d.lmdi.Quantity)
		add(qualityID, d.lmdi.Quality)
		add(conversionID, d.lmdi.Conversion)
		if e.asked || e.bases[key][slot.Period][crm.Root].zero {
			add(quantityShareID, d.shapley.Quantity)
			add(qualityShareID, d.shapley.Quality)
			add(convShareID, d.shapley.Conversion)
		}
	}
	return out
}
