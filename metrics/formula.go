package metrics

import (
	"slices"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/forecast"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// Term is a piece of a formula with a scope's numbers in it: text that stands
// for itself, such as a sign, or a number.
type Term struct {
	Sign  string
	Value *snapshot.Value // where it is a number
}

// formulas say how a number is worked out of others of its scope and period,
// for those that are no plain count or sum of rows. Pieces between blanks stand
// for themselves, or in brackets for numbers:
//
//	[id]          the metric, of the same key
//	[id|key]      the metric under another key; [id|] without one
//	[id~before]   of the stretch to compare with; [id~previous] of the period before
//	[sum:id]      every key of the metric, added; [sum:id|key] but that one
//	[n:id]        what the metric without a key is a number of
//	[n] [each]    what the value is a number of, and its part of each
//	[entered]     visit rows entered
//	[golden]      the valid visits that the rule asks for
//	[term:name]   a sum that only this value is worked out of (forecast.Working)
//
// An entry is for an id, or for an id under a key. A number has a formula where
// everything in brackets is there.
var formulas = map[string]string{
	"conversion.visits":            "[entered] − [conversion.audit_failed] − [conversion.duplicate_visits]",
	"conversion.duplicate_visits":  "[entered] − [conversion.audit_failed] − [conversion.visits]",
	"conversion.plan_visits":       "[each] × [n]",
	"conversion.plan_valid_visits": "[each] × [n]",
	"conversion.plan_signings":     "[conversion.plan_valid_visits] ÷ [golden]",
	"conversion.golden_index":      "[golden] × [conversion.signings] ÷ [conversion.valid_visits]",
	"data.rows_read":               "[data.rows_accepted] + [data.rows_duplicate] + [data.rows_rejected] + [data.rows_skipped]",
	"data.rows_accepted":           "[data.rows_read] − [data.rows_duplicate] − [data.rows_rejected] − [data.rows_skipped]",
	"data.rows_duplicate":          "[data.rows_read] − [data.rows_accepted] − [data.rows_rejected] − [data.rows_skipped]",
	"data.rows_rejected":           "[data.rows_read] − [data.rows_accepted] − [data.rows_duplicate] − [data.rows_skipped]",
	"data.rows_skipped":            "[data.rows_read] − [data.rows_accepted] − [data.rows_duplicate] − [data.rows_rejected]",
	"renewal.due":                  "[renewal.renewed] + [renewal.pending] + [renewal.churned]",
	"renewal.churned":              "[renewal.due] − [renewal.renewed] − [renewal.pending]",
	"renewal.bridge|change=end": "[renewal.bridge|change=start] + [renewal.bridge|change=new] + [renewal.bridge|change=reactivation] + [renewal.bridge|change=expansion]" +
		" + [renewal.bridge|change=contraction] + [renewal.bridge|change=churn]",
	"receivables.balance":              "[sum:receivables.bucket] + [receivables.unapplied]",
	"receivables.overdue":              "[sum:receivables.bucket|bucket=not_due]",
	"receivables.overdue_share":        "[receivables.overdue] ÷ ( [sum:receivables.bucket] )",
	"funnel.velocity_per_day":          "[funnel.open|] × [funnel.win_rate_count|] × [funnel.won_amount|] ÷ [n:funnel.won_amount] ÷ [funnel.cycle_mean_days|]",
	"funnel.velocity_per_day|by=value": "[funnel.open_amount|] × [funnel.win_rate_value|] ÷ [funnel.cycle_mean_days|]",
	"funnel.movement|change=end":       "[sum:funnel.movement|change=end]",
	"funnel.movement_due|change=end":   "[sum:funnel.movement_due|change=end]",
	"forecast.suggested_index":         "[term:credibility] × [term:own] + [term:rest] × [term:mean]",
	"forecast.tracking_signal":         "[term:error_sum] ÷ ( [term:absolute_sum] ÷ [term:periods] )",
	"forecast.mase":                    "[term:absolute_sum] ÷ [term:periods] ÷ ( [term:naive_sum] ÷ [term:naive_steps] )",
	"forecast.mape":                    "[term:relative_sum] ÷ [term:rows]",
	"forecast.smape":                   "[term:relative_sum] ÷ [term:rows]",
	"commission.payout":                "[commission.carried~previous] + [commission.accrued] + [commission.clawed_back] + [commission.restored] + [commission.adjusted] − [commission.carried]",
	"commission.carried":               "[commission.carried~previous] + [commission.accrued] + [commission.clawed_back] + [commission.restored] + [commission.adjusted] − [commission.payout]",
}

// The factors of a decomposition are sums over reps; the effects of the scope
// are those of each rep, added.
func init() {
	const (
		plan     = "S¹ = [conversion.signings|] , S⁰ = [conversion.plan_signings|] ; N¹ = [conversion.visits|] , N⁰ = [conversion.plan_visits|] ; V¹ = [conversion.valid_visits|] , V⁰ = [conversion.plan_valid_visits|]"
		previous = "S¹ = [conversion.signings|] , S⁰ = [conversion.signings|~before] ; N¹ = [conversion.visits|] , N⁰ = [conversion.visits|~before] ; V¹ = [conversion.valid_visits|] , V⁰ = [conversion.valid_visits|~before]"
	)
	for _, id := range []string{"quantity", "quality", "conversion"} {
		for _, id := range []string{"conversion.effect_" + id, "conversion.effect_" + id + "_shapley"} {
			formulas[id+"|base=plan"], formulas[id+"|base=previous"] = plan, previous
		}
	}
}

// worked is the formula of a value with the numbers in it, nil where its
// definition has none that is worked out of others.
func (x *explainer) worked(v measure.Value, others func(measure.Slot) []measure.Value) []Term {
	form, ok := formulas[v.Metric+"|"+v.Key]
	if !ok {
		form = formulas[v.Metric]
	}
	w := &working{explainer: x, of: v, others: others}
	var out []Term
	for _, piece := range strings.Fields(form) {
		name, number := strings.CutPrefix(piece, "[")
		if !number {
			out = append(out, Term{Sign: piece})
			continue
		}
		terms := w.terms(strings.TrimSuffix(name, "]"))
		if terms == nil {
			return nil
		}
		out = append(out, terms...)
	}
	if v.Currency != "" && !balances(out, v.Num) {
		return nil // a rep who changed units earned in one and is paid in the other
	}
	return out
}

// balances reports whether a sum of amounts comes to total; what multiplies or
// divides is none.
func balances(terms []Term, total int64) bool {
	sign := int64(1)
	for _, t := range terms {
		switch {
		case t.Value != nil:
			total -= sign * t.Value.Num
			sign = 1
		case t.Sign == "−":
			sign = -1
		case t.Sign != "+":
			return true
		}
	}
	return total == 0 || len(terms) == 0
}

// working looks up what a formula is made of.
type working struct {
	*explainer
	of     measure.Value
	others func(measure.Slot) []measure.Value // of the family in a slot
	noted  forecast.Working                   // the value's own terms, once asked for
}

// terms are the pieces that name stands for, nil where one is not there.
func (w *working) terms(name string) []Term {
	switch name {
	case "n":
		return w.count(w.of.N, 1)
	case "each":
		if w.of.N == 0 {
			return nil
		}
		return w.count(w.of.Num, w.of.Den*w.of.N)
	case "golden":
		return w.count(w.options.Conversion.Golden, 1)
	case "entered":
		return w.entered()
	}
	if id, all := strings.CutPrefix(name, "sum:"); all {
		return w.sum(id)
	}
	if id, of := strings.CutPrefix(name, "n:"); of {
		v, ok := pick(w.others(w.of.Slot), id, w.of.Slot, "")
		if !ok {
			return nil
		}
		return w.count(v.N, 1)
	}
	if of, own := strings.CutPrefix(name, "term:"); own {
		return w.own(of)
	}
	name, when, _ := strings.Cut(name, "~")
	id, key, keyed := strings.Cut(name, "|")
	if !keyed {
		key = w.of.Key
	}
	slot, ok := w.slot(when)
	if !ok {
		return nil
	}
	v, ok := pick(w.others(slot), id, slot, key)
	if !ok {
		return nil
	}
	return []Term{w.number(v)}
}

func (w *working) number(v measure.Value) Term {
	n := w.shown(v)
	return Term{Value: &n}
}

func (w *working) count(num, den int64) []Term {
	v := measure.NewRatio(w.of.Metric, w.of.Slot, num, den)
	if num%den == 0 {
		v = measure.NewCount(w.of.Metric, w.of.Slot, num/den)
	}
	return []Term{w.number(v)}
}

// slot is the value's own, or the one before that when names.
func (w *working) slot(when string) (measure.Slot, bool) {
	s := w.of.Slot
	switch when {
	case "before":
		i := slices.Index(w.frame.Current, s.Period)
		if i < 0 {
			return s, false
		}
		s.Period = w.frame.Comparable[i]
	case "previous":
		if s.Period.Name != w.book.Fiscal.Period(s.Period.Kind, s.Period.Start).Name {
			return s, false // a stretch of a period
		}
		s.Period = w.book.Fiscal.Previous(s.Period)
	}
	return s, true
}

// own is a term of the value's own.
func (w *working) own(name string) []Term {
	if w.noted == nil {
		w.noted = forecast.Workings(w.book, w.frame.Narrowed(w.of.Slot), w.options.Forecast)[w.of.Metric+"|"+w.of.Key]
	}
	v, ok := w.noted[name]
	if !ok {
		return nil
	}
	return []Term{w.number(v)}
}

// entered counts the visits before the failed ones and the duplicates left.
func (w *working) entered() []Term {
	var n int64
	for _, id := range []string{"conversion.visits", "conversion.audit_failed", "conversion.duplicate_visits"} {
		v, ok := pick(w.others(w.of.Slot), id, w.of.Slot, "")
		if !ok {
			return nil
		}
		n += v.Num
	}
	return w.count(n, 1)
}

// sum adds up the keys of a metric, in the order of the family, but the one
// that id names.
func (w *working) sum(id string) []Term {
	id, but, _ := strings.Cut(id, "|")
	var out []Term
	for _, v := range w.others(w.of.Slot) {
		if v.Metric != id || v.Slot != w.of.Slot || v.Key == but {
			continue
		}
		if len(out) > 0 {
			out = append(out, Term{Sign: "+"})
		}
		out = append(out, w.number(v))
	}
	return out
}

// shown is v as the document has it; the terms of a ratio of amounts are
// amounts of the report's currency.
func (x *explainer) shown(v measure.Value) snapshot.Value {
	if x.amounts[v.Metric] && v.Currency == "" {
		v.Currency = x.book.Currency
	}
	return valueOf(x.book.Org, v)
}

func valueOf(o *crm.Org, v measure.Value) snapshot.Value {
	return snapshot.ValueOf(o.Nodes[v.Slot.Scope].ID, v)
}
