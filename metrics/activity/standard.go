package activity

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// tally is a rep's day as a standard looks at it.
type tally struct {
	visits, valid      int64
	morning, afternoon int64 // of valid
	anytime            int64 // of valid: entered without a time of day
	newValid           int64
}

// condition is one thing that a standard asks of a day.
type condition struct {
	what string // visits, valid, halves or new_valid
	n, m int    // m is the afternoon's
}

// conditions of a standard, in the order in which they are missed.
func (s Standard) conditions() []condition {
	var out []condition
	add := func(what string, n, m int) {
		if n > 0 || m > 0 {
			out = append(out, condition{what, n, m})
		}
	}
	add("visits", s.Visits, 0)
	add("valid", s.Valid, 0)
	add("halves", s.Morning, s.Afternoon)
	add("new_valid", s.NewValid, 0)
	return out
}

// String is the word of c in keys: visits_8, valid_2, am3_pm5, new_valid_8.
func (c condition) String() string {
	if c.what == "halves" {
		return fmt.Sprintf("am%d_pm%d", c.n, c.m)
	}
	return fmt.Sprintf("%s_%d", c.what, c.n)
}

func (c condition) text() measure.Text {
	switch c.what {
	case "visits":
		return measure.Text{ZH: fmt.Sprintf("拜访≥%d", c.n), EN: fmt.Sprintf("visits ≥ %d", c.n)}
	case "valid":
		return measure.Text{ZH: fmt.Sprintf("有效≥%d", c.n), EN: fmt.Sprintf("valid ≥ %d", c.n)}
	case "halves":
		return measure.Text{ZH: fmt.Sprintf("上午有效≥%d、下午≥%d", c.n, c.m), EN: fmt.Sprintf("valid ≥ %d before noon, ≥ %d after", c.n, c.m)}
	}
	return measure.Text{ZH: fmt.Sprintf("新增有效客户≥%d", c.n), EN: fmt.Sprintf("new valid customers ≥ %d", c.n)}
}

// met reports whether a day meets c.
func (c condition) met(t tally) bool {
	n, m := int64(c.n), int64(c.m)
	switch c.what {
	case "visits":
		return t.visits >= n
	case "valid":
		return t.valid >= n
	case "halves": // what has no time of day may have been in either half
		return max(0, n-t.morning)+max(0, m-t.afternoon) <= t.anytime
	}
	return t.newValid >= n
}

// standards are the conditions of a run, each once, and which of them each
// profile asks for.
type standards struct {
	all      []condition
	profiles map[string][]int // by name: numbers in all
	options  *Options
	of       map[crm.NodeNo][]int // by unit, found on demand
}

func newStandards(o *Options) standards {
	s := standards{profiles: map[string][]int{}, options: o, of: map[crm.NodeNo][]int{}}
	names := slices.Sorted(maps.Keys(o.Profiles))
	for _, n := range names {
		s.all = append(s.all, o.Profiles[n].conditions()...)
	}
	s.all = append(s.all, o.Also.conditions()...)
	slices.SortFunc(s.all, func(x, y condition) int {
		if x.what != y.what {
			return slices.Index(kindsOfCondition, x.what) - slices.Index(kindsOfCondition, y.what)
		}
		return (x.n-y.n)*1000 + x.m - y.m
	})
	s.all = slices.Compact(s.all)
	for _, n := range names {
		for _, c := range o.Profiles[n].conditions() {
			s.profiles[n] = append(s.profiles[n], slices.Index(s.all, c))
		}
	}
	return s
}

var kindsOfCondition = []string{"visits", "valid", "halves", "new_valid"}

// unit returns the conditions of a unit's profile, by number.
func (s *standards) unit(org *crm.Org, unit crm.NodeNo) []int {
	of, ok := s.of[unit]
	if !ok {
		of = s.profiles[s.options.profile(org.Nodes[unit].ID)]
		s.of[unit] = of
	}
	return of
}

// profile is the name of the profile of the unit with a path: the one that the
// longest path naming it or a unit above it has.
func (o *Options) profile(path string) string {
	for p := path; ; {
		if name, ok := o.Teams[p]; ok {
			return name
		}
		i := strings.LastIndexByte(p, '/')
		if i < 0 {
			return o.Profile
		}
		p = p[:i]
	}
}

// Words are the words of the conditions of o in keys, with their texts.
func Words(o Options) map[string]measure.Text {
	out := map[string]measure.Text{}
	for _, c := range newStandards(&o).all {
		out[c.String()] = c.text()
	}
	return out
}
