package compare

import (
	"math/big"
	"strings"

	"crmreport/metrics/snapshot"
)

// periods holds the head's current periods against the base's of the same kind.
func (c *comparison) periods() {
	was, is := current(c.base), current(c.head)
	before, now := values(c.base, kindOf(was)), values(c.head, kindOf(is))
	c.defined("compare", before, now)
	pairs(before, now, func(p place, base, head *snapshot.Value) {
		r := c.row(p, base, head)
		a := at{p.metric, p.key, p.period, c.scopes[p.scope]}
		if rule, i := c.rule(a); rule == nil {
			c.inform(&r, was[p.period].Running || is[p.period].Running)
		} else {
			c.taken = append(c.taken, a)
			c.judge(&r, rule, i, exposure(was[p.period]), exposure(is[p.period]))
		}
		c.add(r)
	})
	c.settle()
	c.restated(was, is)
}

// restated tells of final numbers of the base's last finished periods that the
// head has too, and has otherwise: rows came late, or were corrected.
func (c *comparison) restated(was, is map[string]snapshot.Period) {
	finished := func(name string) string {
		for kind, p := range was {
			if p.Name == name && !p.Running && is[kind].Name != name {
				return name
			}
		}
		return ""
	}
	now := values(c.head, finished)
	if len(now) == 0 {
		return
	}
	pairs(values(c.base, finished), now, func(p place, base, head *snapshot.Value) {
		if base == nil || head == nil || !base.Final || c.redefined(p.metric) != "" || base.Num == head.Num && base.Den == head.Den && base.V == head.V {
			return
		}
		r := c.row(p, base, head)
		r.State = Restated
		c.add(r)
	})
}

// current is the current period of each kind.
func current(d *snapshot.Document) map[string]snapshot.Period {
	m := map[string]snapshot.Period{}
	for _, p := range d.Periods {
		if p.Role == snapshot.RoleCurrent {
			m[p.Kind] = p
		}
	}
	return m
}

func kindOf(current map[string]snapshot.Period) func(string) string {
	kinds := map[string]string{}
	for kind, p := range current {
		kinds[p.Name] = kind
	}
	return func(name string) string { return kinds[name] }
}

// rule is the first rule that fits.
func (c *comparison) rule(a at) (*Rule, int) {
	for i := range c.rules.Compare {
		if r := &c.rules.Compare[i]; r.fits(a) {
			return r, i
		}
	}
	return nil, 0
}

// inform says of a value without a rule what happened, for information: a scope
// that came or went is no fault, and of a running period, of which more or fewer
// days have passed, neither way is better.
func (c *comparison) inform(r *Row, running bool) {
	if c.alone(r) {
		if r.Level != Off {
			r.Level = Info
		}
		return
	}
	d := delta(r)
	if d.Sign() == 0 {
		return
	}
	switch w := way(r.Better, d); {
	case running || w == 0:
		r.State = Changed
	case w > 0:
		r.State = Better
	default:
		r.State = Worse
	}
}

// judge applies a rule. What is beyond the tolerance waits for its test.
func (c *comparison) judge(r *Row, rule *Rule, i int, was, is int64) {
	r.Rule, r.Level = rule.name("compare"), rule.Level
	if rule.Better != "" {
		r.Better = rule.Better
	}
	able := c.able(i, r)
	if rule.Level == Off {
		return
	}
	if c.alone(r) {
		if r.State == NoData {
			r.Level = Info
		}
		return
	}
	r.Level = Info
	d := delta(r)
	switch {
	case !r.sides(): // neither side has data
		return
	case rule.MinN > r.N:
		r.State = TooFew
		return
	case !able:
		if d.Sign() != 0 {
			r.State = Changed
		}
		r.Message = "not judged: " + c.idles[i].why
		return
	}
	t, tested := c.trial(r, rule, was, is)
	if tested {
		t.row = len(c.rows)
		c.tests[i] = append(c.tests[i], t)
	}
	if !beyond(rule.Worse, d, Exactly(r.Base, r.Kind)) {
		return
	}
	if r.State = Better; way(r.Better, d) < 0 {
		r.State, r.Level = Worse, rule.Level
		if !tested {
			r.Message = "by its tolerance alone: no p-value can be had from totals of this kind"
		}
	}
}

// beyond reports whether a difference passes the tolerance: on it is within.
func beyond(t Tolerance, d, base *big.Rat) bool {
	size := new(big.Rat).Abs(d)
	over := func(limit *big.Rat) bool { return limit != nil && size.Cmp(limit) > 0 }
	var rel *big.Rat
	if t.Rel != nil && base.Sign() != 0 {
		rel = new(big.Rat).Mul(t.Rel, new(big.Rat).Abs(base))
	}
	switch {
	case t.Rel == nil && t.Abs == nil:
		return size.Sign() > 0
	case rel == nil && t.Abs == nil:
		return size.Sign() > 0 // of a base of 0 anything is more
	case t.Both && rel != nil && t.Abs != nil:
		return over(rel) && over(t.Abs)
	}
	return over(rel) || over(t.Abs)
}

func delta(r *Row) *big.Rat {
	return new(big.Rat).Sub(Exactly(r.Head, r.Kind), Exactly(r.Base, r.Kind))
}

func join(words []string) string { return strings.Join(words, ", ") }
