package snapshot

import (
	"cmp"
	"math"
	"slices"

	"crmreport/metrics/measure"
)

// Since says what changed since the report before this one.
type Since struct {
	AsOf     string   // of the report before
	Trouble  Trouble  // why nothing can be compared; empty where it can
	Differs  []string // what else differs: configuration, tool
	Restated []Change // finished periods whose value is another now, worst first
	Settled  int      // finished periods that were open then, and whose value is another now
	Moved    []Change // the current periods against those of the report before, worst first
	Units    Compared // areas and teams
}

// Compared is what is compared of the units below regions, worst first: of
// finished periods what a metrics file keeps of them.
type Compared struct{ Restated, Moved []Change }

// Trouble is a reason why two reports cannot be compared.
type Trouble string

// The reasons.
const (
	NotRead       Trouble = "not_read"       // its metrics file cannot be read: another schema, or damaged
	OtherCurrency Trouble = "other_currency" // its amounts are in another currency
	OtherZone     Trouble = "other_zone"     // its days begin at another hour
)

// Change is a value then and now. Of a move the periods may be two.
type Change struct {
	Kind      string // of the period
	Was, Now  Value
	Better    measure.Better
	Judged    bool // both are final, and their intervals do not meet
	Direction int  // 1 better, -1 worse, 0 neither
	Company   bool
}

// moving are the metrics whose current value is held against the report
// before, in the order of the page.
var moving = []string{"conversion.valid_per_signing", "conversion.valid_visits", "conversion.signings", "forecast.actual", "forecast.attainment", "forecast.hit_rate",
	"renewal.logo_rate", "receivables.overdue", "receivables.overdue_share", "commission.clawed_back", "commission.payout"}

// Compare says what changed in d since before: of the company (the first
// scope) and its regions, as a metrics file keeps their headlines, and of the units
// below them.
func (d *Document) Compare(before *Document) *Since {
	s := &Since{AsOf: before.AsOf}
	switch {
	case before.Currency != d.Currency:
		s.Trouble = OtherCurrency
	case before.Timezone != d.Timezone:
		s.Trouble = OtherZone
	}
	if s.Trouble != "" {
		return s
	}
	if before.ConfigSHA256 != d.ConfigSHA256 {
		s.Differs = append(s.Differs, "configuration")
	}
	if before.Tool != d.Tool {
		s.Differs = append(s.Differs, "tool")
	}
	c := comparison{now: d, before: before, better: map[string]measure.Better{}, kinds: d.kinds()}
	tops, units := map[string]bool{}, map[string]bool{}
	for i, sc := range d.Scopes {
		tops[sc.ID] = tops[sc.ID] || i == 0 || sc.Level == "region"
		units[sc.ID] = !tops[sc.ID] && sc.Level != "rep"
	}
	headline := map[string]bool{}
	for _, x := range d.Definitions {
		c.better[x.ID], headline[x.ID] = x.Better, x.Headline
	}
	s.Restated, s.Settled = c.restated(tops, headline)
	s.Moved = c.moved(tops)
	s.Units.Restated, _ = c.restated(units, headline)
	s.Units.Moved = c.moved(units)
	return s
}

// comparison compares two documents.
type comparison struct {
	now, before *Document
	better      map[string]measure.Better
	kinds       map[string]measure.Kind
}

// restated compares the periods that were finished then, of the scopes in in.
func (c comparison) restated(in, headline map[string]bool) (out []Change, settled int) {
	done := map[string]string{} // period → kind
	for _, p := range c.before.Periods {
		if p.Role != RoleComparable && !p.Running {
			done[p.Name] = p.Kind
		}
	}
	for was := range c.before.Values.All() {
		kind, finished := done[was.Period]
		if !finished || !headline[was.Metric] || !in[was.Scope] {
			continue
		}
		now, ok := c.now.Values.Find(was.Metric, was.Scope, was.Period, was.Key)
		if !ok || same(c.kinds[was.Metric], was, now) {
			continue
		}
		if !was.Final {
			settled++
			continue
		}
		out = append(out, c.change(kind, was, now))
	}
	worstFirst(out)
	return out, settled
}

// same compares by numerator and denominator, for a number is restated when it
// is another, not when it prints otherwise. Some kinds have neither.
func same(k measure.Kind, a, b Value) bool {
	switch {
	case !a.OK || !b.OK:
		return a.OK == b.OK
	case k == measure.Effect || k == measure.Score:
		return a.V == b.V
	}
	return a.Num == b.Num && a.Den == b.Den
}

// moved compares the current periods with those of the report before, of the
// scopes in in.
func (c comparison) moved(in map[string]bool) []Change {
	then := map[string]Period{}
	for _, p := range c.before.Periods {
		if p.Role == RoleCurrent {
			then[p.Kind] = p
		}
	}
	var out []Change
	for _, p := range c.now.Periods {
		q, ok := then[p.Kind]
		if p.Role != RoleCurrent || !ok || p.Kind == "year" {
			continue
		}
		for _, metric := range moving {
			for _, s := range c.now.Scopes {
				if !in[s.ID] {
					continue
				}
				was, had := c.before.Values.Find(metric, s.ID, q.Name, "")
				now, has := c.now.Values.Find(metric, s.ID, p.Name, "")
				if had && has && was.OK && now.OK {
					out = append(out, c.change(p.Kind, was, now))
				}
			}
		}
	}
	worstFirst(out)
	return out
}

// change says which way a value went, and whether that can be told from chance.
func (c comparison) change(kind string, was, now Value) Change {
	x := Change{Kind: kind, Was: was, Now: now, Better: c.better[now.Metric], Company: now.Scope == c.now.Scopes[0].ID}
	if !was.OK || !now.OK {
		return x
	}
	switch {
	case x.Better == measure.Up:
		x.Direction = cmp.Compare(now.V, was.V)
	case x.Better == measure.Down:
		x.Direction = cmp.Compare(was.V, now.V)
	}
	x.Judged = x.Direction != 0 && was.Final && now.Final && apart(was.CI, now.CI)
	return x
}

// apart reports whether two intervals do not meet.
func apart(a, b *[2]Bound) bool {
	below := func(a, b *[2]Bound) bool { return a[1] != nil && b[0] != nil && *a[1] < *b[0] }
	return a != nil && b != nil && (below(a, b) || below(b, a))
}

// size is how far a value went, as a part of what it was.
func (x Change) size() float64 {
	switch {
	case x.Was.OK && x.Now.OK && x.Was.V == x.Now.V:
		return 0
	case !x.Was.OK || !x.Now.OK || x.Was.V == 0:
		return math.Inf(1) // it came or went
	}
	return math.Abs(x.Now.V-x.Was.V) / math.Abs(x.Was.V)
}

// worstFirst sorts: what is worse beyond chance, what is worse, what has no
// direction, what is better, what is what it was by other terms; the largest
// first. What ties stays in order.
func worstFirst(cs []Change) {
	rank := func(x Change) int {
		switch {
		case x.Direction < 0 && x.Judged:
			return 0
		case x.Direction < 0:
			return 1
		case x.size() == 0:
			return 4
		case x.Direction == 0:
			return 2
		}
		return 3
	}
	slices.SortStableFunc(cs, func(x, y Change) int {
		return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(y.size(), x.size()))
	})
}

// cut leaves what changed of the given scopes.
func (s *Since) cut(in map[string]bool) *Since {
	if s == nil {
		return nil
	}
	out := *s
	out.Settled = 0 // it was counted for all
	keep := func(all []Change) (own []Change) {
		for _, x := range all {
			if in[x.Now.Scope] {
				own = append(own, x)
			}
		}
		return own
	}
	out.Restated, out.Moved = keep(s.Restated), keep(s.Moved)
	out.Units = Compared{keep(s.Units.Restated), keep(s.Units.Moved)}
	return &out
}
