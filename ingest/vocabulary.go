package ingest

import (
	"slices"
	"strings"

	"crmreport/ingest/crm"
)

// Vocabulary is what the words of one column may be.
type Vocabulary struct {
	Known []string // our words, for a message or the nearest of them
	knows func(word string) bool
}

// Knows reports whether a word is one of ours or an alias that needs no mapping.
func (v Vocabulary) Knows(word string) bool { return v.knows(word) }

// Words returns the vocabulary of a column of a table; ok is false for columns
// whose texts may be anything. p gives the words of stages.
func Words(table, column string, p crm.Pipeline) (v Vocabulary, ok bool) {
	w := newLexicons()
	switch table + "." + column {
	case "reps.role", "commission_rates.role":
		return vocabulary(w.role), true
	case "customers.pool":
		return vocabulary(w.private), true
	case "visits.channel":
		return vocabulary(w.channel), true
	case "visits.met_role":
		return vocabulary(w.met), true
	case "visits.rejection":
		return vocabulary(w.rejection), true
	case "visits.audit_status":
		return vocabulary(w.audit), true
	case "visits.pitched", "visits.planned", "contracts.renewable", "calendar.is_workday":
		return vocabulary(w.tri), true
	case "deals.type", "contracts.type", "forecasts.type", "commission_rates.type":
		return vocabulary(w.kind), true
	case "deals.status":
		return vocabulary(w.dealStatus), true
	case "deals.stage", "stage_history.stage":
		return stageWords(p), true
	case "contracts.status":
		return vocabulary(w.contract), true
	case "credit_splits.credit_type":
		return vocabulary(w.overlay), true
	case "invoices.overdue_cause":
		return vocabulary(w.cause), true
	case "invoices.dunning_step":
		return vocabulary(w.step), true
	case "invoices.status":
		return vocabulary(w.void), true
	case "payments.kind":
		return vocabulary(w.refund), true
	case "adjustments.kind":
		return vocabulary(w.adjustment), true
	case "commission_rates.base":
		return vocabulary(w.margin), true
	case "commission_rates.trigger":
		return vocabulary(w.cash), true
	case "commission_rates.tier_mode":
		return vocabulary(w.tier), true
	case "leads.status":
		return vocabulary(w.lead), true
	case "roster.status":
		return vocabulary(w.work), true
	case "pool_moves.direction":
		return vocabulary(w.in), true
	case "audits.result":
		return vocabulary(w.result), true
	case "audits.kind":
		return vocabulary(w.drawn), true
	}
	return Vocabulary{}, false
}

func vocabulary[V any](l lexicon[V]) Vocabulary {
	return Vocabulary{slices.Clone(l.known), func(word string) bool { _, ok := l.lookup(word); return ok }}
}

// stageWords are the ids and names of the pipeline's stages and of the ends.
func stageWords(p crm.Pipeline) Vocabulary {
	r := &run{o: Options{Pipeline: p}, words: newLexicons()}
	r.nameStages()
	return Vocabulary{r.stageWords, func(word string) bool { _, ok := r.stage(strings.TrimSpace(word)); return ok }}
}
