package compare

import (
	"fmt"
	"math/big"
	"strings"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// Check holds one file against absolute limits, and its inputs against how old
// they may be. A limit that fits no value, and an input that the file does not
// have, are faults of the rules.
func Check(d *snapshot.Document, o Options) (*Diff, error) {
	c := newComparison(d, d, o.Rules)
	now := current(d)
	used, unit := make([]bool, len(o.Rules.Check)), make([]string, len(o.Rules.Check))
	kinds := kindOf(now)
	for v := range d.Values.All() {
		kind := kinds(v.Period)
		for i := range o.Rules.Check {
			l := &o.Rules.Check[i]
			if kind == "" || !l.fits(at{v.Metric, v.Key, kind, c.scopes[v.Scope]}) {
				continue
			}
			if u := c.is[v.Metric].Unit.EN; !l.inUnit(u) {
				unit[i] = u
				continue
			}
			used[i] = true
			c.add(c.limit(l, place{v.Metric, v.Scope, v.Key, kind}, v))
			break
		}
	}
	for i, l := range o.Rules.Check {
		switch {
		case used[i]:
		case unit[i] != "":
			return nil, &RuleFault{prefix(l.Place) + fmt.Sprintf("the limit is of another unit than %s (%s); percentages are written 12%%, other units without a sign", strings.Join(l.Metrics, ", "), unit[i])}
		default:
			return nil, l.nothing(l.Place)
		}
	}
	rows, err := c.ages()
	if err != nil {
		return nil, err
	}
	c.add(rows...)
	out := &Diff{Head: side(d), Rows: c.rows, scopes: c.scopes}
	out.waive(o, "check")
	out.sort()
	return out, nil
}

// limit holds a value against a limit.
func (c *comparison) limit(l *Limit, p place, v snapshot.Value) Row {
	r := c.row(p, nil, &v)
	r.N, r.Rule = v.N, l.name("check")
	switch {
	case !v.OK:
		r.State, r.Level = NoData, Info
		return r
	case l.MinN > v.N:
		r.State, r.Level = TooFew, Info
		return r
	}
	r.State = Within
	x := Exactly(&v, r.Kind)
	over := func(x, limit *big.Rat, sign int) bool { return limit != nil && x.Cmp(limit) == sign }
	fail := over(x, l.Max.Fail, 1) || over(x, l.Min.Fail, -1)
	warn := over(x, l.Max.Warn, 1) || over(x, l.Min.Warn, -1)
	switch {
	case fail:
		r.State, r.Level, r.Message = OverLimit, Fail, l.says(l.Max.Fail, l.Min.Fail, r)
	case warn:
		r.State, r.Level, r.Message = OverLimit, Warn, l.says(l.Max.Warn, l.Min.Warn, r)
	case l.loose(x):
		r.State, r.Message = LimitLoose, "the value keeps the stricter limit, too: tighten this one"
	}
	return r
}

// loose reports whether a value keeps the stricter limit as well.
func (l *Limit) loose(x *big.Rat) bool {
	if l.Max.Strict == nil && l.Min.Strict == nil {
		return false
	}
	return (l.Max.Strict == nil || x.Cmp(l.Max.Strict) <= 0) && (l.Min.Strict == nil || x.Cmp(l.Min.Strict) >= 0)
}

func (l *Limit) says(top, bottom *big.Rat, r Row) string {
	var bounds []string
	if bottom != nil {
		bounds = append(bounds, "at least "+Number(bottom, r.Unit))
	}
	if top != nil {
		bounds = append(bounds, "at most "+Number(top, r.Unit))
	}
	s := "allowed: " + strings.Join(bounds, ", ")
	if l.Message != "" {
		s += "; " + l.Message
	}
	return s
}

// Number writes an exact limit or value for a reader, percentages as such.
func Number(x *big.Rat, unit string) string {
	if unit == measure.UnitPercent.EN {
		return trimZeros(new(big.Rat).Mul(x, big.NewRat(100, 1)).FloatString(4)) + "%"
	}
	return trimZeros(x.FloatString(4))
}

func trimZeros(s string) string { return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") }
