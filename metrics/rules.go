package metrics

import (
	"regexp"

	"crmreport/metrics/rules"
)

// Rule is a rule of the field with the metrics that compute it.
type Rule struct {
	rules.Rule
	Metrics []string // in the order of the page; none where Why says so
}

var ruleID = regexp.MustCompile(`S\d-\d\d`)

// Rules returns the rules of the field (metrics.md 6.1), by source and number.
func Rules() []Rule {
	cited := map[string][]string{}
	for _, d := range Definitions() {
		for _, id := range ruleID.FindAllString(d.Rulings, -1) {
			cited[id] = append(cited[id], d.ID)
		}
	}
	var out []Rule
	for _, r := range rules.All() {
		out = append(out, Rule{r, cited[r.ID]})
	}
	return out
}
