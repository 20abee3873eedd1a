package ingest

import (
	"testing"

	"crmreport/ingest/crm"
	"crmreport/ingest/value"
)

// Every column of words has a vocabulary, and nothing else has one: a column
// that is forgotten here would never be explained.
func TestEveryWordColumnHasAVocabulary(t *testing.T) {
	free := map[string]bool{"deals.currency": true, "contracts.currency": true, "invoices.currency": true, "payments.currency": true, "fx_rates.currency": true}
	for _, spec := range Tables() {
		for i, c := range spec.Columns {
			_, ok := Words(spec.Name, c, crm.DefaultPipeline())
			is := spec.Kinds[i] == value.Word || spec.Kinds[i] == value.Bool
			if name := spec.Name + "." + c; ok != (is && !free[name]) {
				t.Errorf("%s is %s; it has a vocabulary: %v", name, spec.Kinds[i], ok)
			}
		}
	}
}

func TestVocabularyKnows(t *testing.T) {
	p := crm.Pipeline{Stages: []crm.StageDef{{ID: "demo", EN: "Demonstration"}}}
	for _, c := range []struct {
		table, column, word string
		want                bool
	}{
		{"deals", "stage", "demo", true}, {"deals", "stage", "demonstration", true}, {"deals", "stage", "closed won", true},
		{"deals", "stage", "proposal", false}, {"visits", "channel", "拜访", true}, {"visits", "channel", "Lunch", false},
		{"invoices", "status", "VOIDED", true}, {"invoices", "status", "Sent", false},
	} {
		v, ok := Words(c.table, c.column, p)
		if !ok || v.Knows(c.word) != c.want {
			t.Errorf("%s.%s knows %s: %v", c.table, c.column, c.word, !c.want)
		}
	}
	if v, _ := Words("deals", "stage", p); len(v.Known) != 5 {
		t.Errorf("known are %v", v.Known)
	}
}
