package config

import (
	"maps"
	"slices"
	"strings"

	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/metrics"
	"go.yaml.in/yaml/v4"
)

// profiles reads the standards of visits that teams may have, by name. The
// section says all of them: those of the defaults are gone.
func (r *reader) profiles(n *yaml.Node, to *map[string]metrics.Standard) {
	*to = map[string]metrics.Standard{}
	r.each(n, "activity.profiles", func(name string, n *yaml.Node) {
		s := r.standard(n)
		if s == (metrics.Standard{}) {
			r.fail(n, "a standard asks for something, such as {visits: 8, valid: 2}")
		}
		(*to)[name] = s
	})
}

func (r *reader) standard(n *yaml.Node) metrics.Standard {
	var s metrics.Standard
	r.mapping(n, "a standard", fields{
		"visits":    func(n *yaml.Node) { r.integer(n, &s.Visits, 1, 1000) },
		"valid":     func(n *yaml.Node) { r.integer(n, &s.Valid, 1, 1000) },
		"morning":   func(n *yaml.Node) { r.integer(n, &s.Morning, 0, 1000) },
		"afternoon": func(n *yaml.Node) { r.integer(n, &s.Afternoon, 0, 1000) },
		"new_valid": func(n *yaml.Node) { r.integer(n, &s.NewValid, 1, 1000) },
	})
	return s
}

// knownProfiles checks that every profile that a team is given is there.
func (r *reader) knownProfiles(n *yaml.Node, profiles map[string]metrics.Standard, used string, teams map[string]string) {
	known := slices.Sorted(maps.Keys(profiles))
	check := func(name string) {
		if _, ok := profiles[name]; !ok {
			r.fail(n, "there is no profile %q: there are %s%s", name, strings.Join(known, ", "), ingest.Nearest(name, known))
		}
	}
	check(used)
	for _, team := range slices.Sorted(maps.Keys(teams)) {
		check(teams[team])
	}
}

// ruleChanges reads what rules of leads and pools are from a day on, by day.
func (r *reader) ruleChanges(n *yaml.Node) []metrics.RuleChange {
	var out []metrics.RuleChange
	r.sequence(n, "activity.rule_changes", func(n *yaml.Node) {
		c := metrics.RuleChange{From: crm.NoDate}
		r.mapping(n, "a change of rules", fields{
			"from":          func(n *yaml.Node) { r.date(n, &c.From) },
			"sla_hours":     func(n *yaml.Node) { r.integer(n, &c.SLAHours, 1, 8760) },
			"reclaim_hours": func(n *yaml.Node) { r.integer(n, &c.ReclaimHours, 1, 8760) },
			"pool_cap":      func(n *yaml.Node) { r.integer(n, &c.PoolCap, 1, 1_000_000) },
		})
		switch {
		case !c.From.Known():
			r.fail(n, "a change of rules has the day that it holds from: {from: 2025-07-01, sla_hours: 12}")
		case len(out) > 0 && c.From <= out[len(out)-1].From:
			r.fail(n, "changes of rules are in the order of their days")
		}
		out = append(out, c)
	})
	return out
}

// oneStrategy checks that no unit is to be hunted in and farmed at once.
func (r *reader) oneStrategy(n *yaml.Node, hunt, farm []string) {
	for _, unit := range hunt {
		if slices.Contains(farm, unit) {
			r.fail(n, "%s is in activity.hunt and in activity.farm: it is one or the other", unit)
		}
	}
}
