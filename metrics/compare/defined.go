package compare

import (
	"fmt"
	"maps"
	"slices"

	"crmreport/metrics/snapshot"
)

// redefined says in what the definitions of a metric differ, or nothing. Unit,
// kind and direction count too: numbers of two units cannot be compared, whether
// or not somebody thought of the revision.
func (c *comparison) redefined(metric string) string {
	was, had := c.was[metric]
	is, has := c.is[metric]
	switch {
	case !had || !has:
		return ""
	case was.Revision != is.Revision:
		return fmt.Sprintf("revision %d is %d now", was.Revision, is.Revision)
	case was.Unit.EN != is.Unit.EN:
		return fmt.Sprintf("its unit %q is %q now", was.Unit.EN, is.Unit.EN)
	case was.Kind != is.Kind || was.Amounts != is.Amounts:
		return fmt.Sprintf("its kind %s is %s now", was.Kind, is.Kind)
	case was.Better != is.Better:
		return fmt.Sprintf("its better direction %s is %s now", was.Better, is.Better)
	}
	return ""
}

// defined adds a row for each metric that was redefined, or that has no value
// any more where it had one of the company: one row, where each of its values
// would be one. group is where a waiver finds it; exact mode has none.
func (c *comparison) defined(group string, was, is map[place]snapshot.Value) {
	lost := map[string]bool{}
	for p := range was {
		if s := c.scopes[p.scope]; p.key == "" && s != nil && s.Parent == "" {
			if _, still := is[p]; !still {
				lost[p.metric] = true
			}
		}
	}
	for p := range is {
		if s := c.scopes[p.scope]; p.key == "" && s != nil && s.Parent == "" {
			delete(lost, p.metric)
		}
	}
	for _, metric := range slices.Sorted(maps.Keys(c.was)) {
		r := Row{Metric: metric, State: Redefined, Level: c.rules.Redefined, Message: c.redefined(metric)}
		_, has := c.is[metric]
		switch {
		case r.Message != "":
			r.Message += ": its numbers are not compared"
		case !has:
			r.State, r.Level, r.Message = Missing, c.rules.Missing, "the head does not define this metric"
		case lost[metric]:
			r.State, r.Level, r.Message = Missing, c.rules.Missing, "the head has no value of it: is an export missing?"
		default:
			continue
		}
		if group != "" {
			r.Rule = group + "/" + metric
		}
		c.whole[metric] = true
		c.add(r)
	}
}
