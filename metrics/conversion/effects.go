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
	bases map[string]map[measure.Slot]decomposed
}

// effects decomposes every wanted period against the plan and the current ones
// against the comparable stretch before, leaf by leaf in the order of
// their numbers, so that the sums are the same on every run.
func (t *table) effects() effectTable {
	out := effectTable{map[string]map[measure.Slot]decomposed{basePlan: {}, basePrevious: {}}}
	if !t.visited || !t.contracts {
		return out
	}
	leaves := t.seen()
	if t.planned() {
		for _, p := range t.frame.Close() {
			t.sum(out.bases[basePlan], p, leaves, func(leaf crm.LeafNo) (Factors, bool) {
				days := t.leaves[fold.LeafPeriod{Leaf: leaf, Period: p}].days
				return t.options.plan(days), days > 0
			})
		}
	}
	for i, p := range t.frame.Current {
		before := t.frame.Comparable[i]
		t.sum(out.bases[basePrevious], p, leaves, func(leaf crm.LeafNo) (Factors, bool) {
			s, ok := t.leaves[fold.LeafPeriod{Leaf: leaf, Period: before}]
			return s.factors(), ok
		})
	}
	return out
}

// seen lists the leaves with anything in any period, by number.
func (t *table) seen() []crm.LeafNo {
	set := map[crm.LeafNo]bool{}
	for k := range t.leaves {
		set[k.Leaf] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// sum adds the decomposition of period p of every leaf to its scopes.
func (t *table) sum(into map[measure.Slot]decomposed, p crm.Period, leaves []crm.LeafNo, base func(crm.LeafNo) (Factors, bool)) {
	for _, leaf := range leaves {
		from, known := base(leaf)
		to, ok := t.leaves[fold.LeafPeriod{Leaf: leaf, Period: p}]
		if !known && !ok {
			continue
		}
		d := decompose(from, to.factors())
		for _, scope := range t.frame.Org.Path(leaf) {
			slot := measure.Slot{Scope: scope, Period: p}
			into[slot] = into[slot].plus(d)
		}
	}
}

// values are the effects of a slot. The Shapley split is offered for a whole
// period, so that its levels add up too, where any leaf was a zero case.
func (e effectTable) values(slot measure.Slot) []measure.Value {
	var out []measure.Value
	for _, key := range []string{basePlan, basePrevious} {
		d, ok := e.bases[key][slot]
		if !ok {
			continue
		}
		add := func(id string, x float64) {
			out = append(out, measure.NewReal(id, slot, x).Keyed(key).Flag(d.zero, "zero_case"))
		}
		add(quantityID, d.lmdi.Quantity)
		add(qualityID, d.lmdi.Quality)
		add(conversionID, d.lmdi.Conversion)
		if e.bases[key][measure.Slot{Scope: crm.Root, Period: slot.Period}].zero {
			add(quantityShareID, d.shapley.Quantity)
			add(qualityShareID, d.shapley.Quality)
			add(convShareID, d.shapley.Conversion)
		}
	}
	return out
}
