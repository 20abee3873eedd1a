package metrics

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crmreport/metrics/rules"
)

// Every rule of the field is either cited by a metric or says why not, and none
// is both; what metrics cite are rules.
func TestEveryRuleOfTheField(t *testing.T) {
	known := map[string]bool{}
	for _, r := range Rules() {
		if known[r.ID] {
			t.Errorf("%s is there twice", r.ID)
		}
		known[r.ID] = true
		if (r.Why.ZH == "") != (r.Why.EN == "") {
			t.Errorf("%s lacks a language", r.ID)
		}
		switch says := r.Why.EN != ""; {
		case says && len(r.Metrics) > 0:
			t.Errorf("%s is cited by %v and says why it is not: %s", r.ID, r.Metrics, r.Why.EN)
		case !says && len(r.Metrics) == 0:
			t.Errorf("%s (%s) is neither cited by a metric nor says why not", r.ID, r.Class)
		case r.Class == rules.Context && !says:
			t.Errorf("%s is context, and yet %v compute it", r.ID, r.Metrics)
		}
	}
	for _, d := range Definitions() {
		for _, id := range ruleID.FindAllString(d.Rulings, -1) {
			if !known[id] {
				t.Errorf("%s cites %s, which is no rule", d.ID, id)
			}
		}
	}
}

// What a rule says of a metric or a family is there.
func TestRulesNameMetricsThatAreThere(t *testing.T) {
	var ids []string
	for _, d := range Definitions() {
		ids = append(ids, d.ID)
	}
	named := regexp.MustCompile(`\b(conversion|activity|funnel|forecast|renewal|receivables|commission)\.\w+`)
	parameters := []string{"forecast.tolerance", "activity.max_visits_per_day", "activity.new_rep_days", "activity.hunt", "conversion.channels"}
	for _, r := range Rules() {
		for _, text := range []string{r.Why.ZH, r.Why.EN} {
			for _, id := range named.FindAllString(text, -1) {
				if !slices.Contains(ids, id) && !slices.Contains(parameters, id) {
					t.Errorf("%s names %s, which is no metric", r.ID, id)
				}
			}
		}
	}
}

// The register is that of the specification, where that lies beside the house.
func TestRulesAreTheSpecifications(t *testing.T) {
	spec, err := os.ReadFile("../../shared/spec/metrics.md")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("SKIPPED, THE REGISTER WAS NOT HELD AGAINST THE SPECIFICATION: ../shared/spec/metrics.md is not there")
	}
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\| (S\d-\d\d) \| ([CDX]) \| (.*?) \|`).FindAllStringSubmatch(string(spec), -1) {
		asked[m[1]] = m[2]
	}
	if len(asked) == 0 {
		t.Fatal("no rule found in the specification")
	}
	for _, r := range Rules() {
		if got, want := string(r.Class), asked[r.ID]; got != want {
			t.Errorf("%s is %s, the specification says %q", r.ID, got, want)
		}
		delete(asked, r.ID)
	}
	for id, says := range asked {
		t.Errorf("%s is missing: %s", id, strings.TrimSpace(says))
	}
}
