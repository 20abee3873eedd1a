package config

import (
	"maps"
	"slices"
	"strings"

	"crmreport/ingest"
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

// oneStrategy checks that no unit is to be hunted in and farmed at once.
func (r *reader) oneStrategy(n *yaml.Node, hunt, farm []string) {
	for _, unit := range hunt {
		if slices.Contains(farm, unit) {
			r.fail(n, "%s is in activity.hunt and in activity.farm: it is one or the other", unit)
		}
	}
}
