package report

import (
	"fmt"
	"strings"
	"testing"

	"crmreport/metrics/snapshot"
)

// The cards of a unit have its parent's rates in grey, the document's own, named
// and with a title; no amount of a parent's is on them.
func TestCardsHaveTheRatesAbove(t *testing.T) {
	x := newIndex(sample())
	seen := 0
	for i := range x.d.Scopes {
		s := &x.d.Scopes[i]
		up := x.scopes[s.Parent]
		a := x.at(s, "month")
		for _, c := range a.cards() {
			if i == 0 && len(c.Above) > 0 {
				t.Errorf("%s of the company has %v above", c.Metric, c.Above)
			}
			metric := map[string]string{"forecast.actual": "forecast.attainment", "receivables.overdue": "receivables.overdue_share"}[c.Metric]
			if metric == "" {
				metric = c.Metric
			}
			for _, k := range c.Above {
				found := false
				for _, key := range append([]string{""}, x.keys[metric]...) {
					v := x.get(metric, up.ID, a.now, key)
					found = found || v != nil && v.OK && v.V == k.v && x.plain(v) == k.Value && x.form(v) != asMoney && x.form(v) != asCount
				}
				title := fmt.Sprintf("<title>\u2068%s\u2069 %s</title>", x.name(up).ZH, k.Value.ZH)
				if x.name(up).ZH != x.name(up).EN {
					title = fmt.Sprintf("<title>\u2068%s\u2069 %s / ", x.name(up).ZH, k.Value.ZH)
				}
				if !found || k.Name != x.name(up) || !strings.Contains(string(c.Bullet), title) {
					t.Errorf("%s of %s: %+v is not the parent's, or without title: %s", c.Metric, s.ID, k, c.Bullet)
				}
				seen++
			}
		}
	}
	if seen < 5 {
		t.Errorf("%d rates above", seen)
	}
}

// A cut document has the few rates of the company that it may hold, and nothing
// else from above.
func TestCutsHaveTheCompanysRates(t *testing.T) {
	d := sample()
	c, err := d.For("华东")
	if err != nil {
		t.Fatal(err)
	}
	c.Above = []snapshot.Value{{Metric: "conversion.valid_per_signing", Scope: "company", Period: "2025-03", Num: 777, Den: 100, V: 7.77, OK: true}}
	x := newIndex(c)
	for _, card := range x.at(&c.Scopes[0], "month").cards() {
		switch {
		case card.Metric == "conversion.valid_per_signing":
			if len(card.Above) != 1 || card.Above[0].Value.EN != "7.77" || card.Above[0].Name.EN != "Company" {
				t.Errorf("the rule has %+v above", card.Above)
			}
		case len(card.Above) > 0:
			t.Errorf("%s has %+v above", card.Metric, card.Above)
		}
	}
}
