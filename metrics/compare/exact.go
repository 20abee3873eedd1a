package compare

import (
	"slices"

	"crmreport/metrics/snapshot"
)

// exact holds every number of the head against the same of the base. Any
// difference fails: the same exports give the same numbers.
func (c *comparison) exact() {
	same := func(period string) string { return period }
	was, is := values(c.base, same), values(c.head, same)
	c.defined("", was, is)
	pairs(was, is, func(p place, base, head *snapshot.Value) {
		r := c.row(p, base, head)
		_, had := c.was[p.metric]
		switch {
		case c.alone(&r) && r.State != NoData:
			if r.State == New && had {
				r.Level, r.Message = Fail, "the same exports gave no such value before"
			}
		case equal(base, head):
		default:
			r.State, r.Level = Changed, Fail
			r.Message = differing(base, head)
			if r.sides() {
				if w := way(r.Better, delta(&r)); w != 0 {
					r.State = map[int]State{1: Better, -1: Worse}[w]
				}
			}
		}
		c.add(r)
	})
}

// equal compares numbers: both sides of a ratio, minor units, n, intervals and
// whether it is final.
func equal(a, b *snapshot.Value) bool { return differing(a, b) == "" }

// differing names the members in which two values differ.
func differing(a, b *snapshot.Value) string {
	var in []string
	add := func(differ bool, name string) {
		if differ {
			in = append(in, name)
		}
	}
	add(a.Num != b.Num, "num")
	add(a.Den != b.Den, "den")
	add(a.OK != b.OK || a.V != b.V, "value")
	add(a.Currency != b.Currency, "currency")
	add(a.N != b.N, "n")
	add(!spans(a.CI, b.CI) || a.Method != b.Method, "ci")
	add(!spans(a.Bounds, b.Bounds), "bounds")
	add(a.Final != b.Final, "final")
	add(!slices.Equal(a.Flags, b.Flags), "flags")
	return join(in)
}

func spans(a, b *[2]snapshot.Bound) bool {
	if a == nil || b == nil {
		return a == b
	}
	for i := range 2 {
		if (a[i] == nil) != (b[i] == nil) || a[i] != nil && *a[i] != *b[i] {
			return false
		}
	}
	return true
}
