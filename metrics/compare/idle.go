package compare

import (
	"fmt"
	"slices"
	"strings"

	"crmreport/metrics/measure"
)

// idle is what is known of a rule: one that judges nothing is a gate that
// stands open, and a fault.
type idle struct {
	fits, works bool
	why         string
}

// able reports whether a rule can judge a row, and notes why it cannot.
func (c *comparison) able(i int, r *Row) bool {
	x, rule := &c.idles[i], &c.rules.Compare[i]
	x.fits = true
	switch {
	case rule.Level == Off:
	case r.Better != measure.Up && r.Better != measure.Down:
		x.why = fmt.Sprintf("of %s neither way is better; add better: up or better: down", r.Metric)
		return false
	case !rule.Worse.In.fits(r.Unit):
		x.why = fmt.Sprintf("abs is of another unit than %s (%s); percentages take points such as 2pp, other units a plain number", r.Metric, r.Unit)
		return false
	case rule.MinN > 0 && r.N == 0 && r.Kind != measure.Ratio && r.Kind != measure.Count:
		x.why = fmt.Sprintf("%s has no n (of %s nothing is counted); leave min_n out", r.Metric, r.Kind)
		return false
	}
	x.works = true
	return true
}

// idle is the fault of the first rule of a file that judges nothing. Rules
// without a place are the program's own: a company may lack what they name.
func (c *comparison) idle() error {
	for i, x := range c.idles {
		rule := &c.rules.Compare[i]
		switch {
		case rule.Place == "" || x.works:
		case x.fits:
			return &RuleFault{prefix(rule.Place) + x.why}
		case c.shadowed(i):
			return &RuleFault{prefix(rule.Place) + fmt.Sprintf("rules above take every value of %s: the first that fits counts; move this one up", strings.Join(rule.Metrics, ", "))}
		default:
			return rule.nothing(rule.Place)
		}
	}
	return nil
}

// shadowed reports whether a rule would fit a row that one above it took.
func (c *comparison) shadowed(i int) bool {
	return slices.ContainsFunc(c.taken, c.rules.Compare[i].fits)
}

func prefix(place string) string {
	if place == "" {
		return ""
	}
	return place + ": "
}
