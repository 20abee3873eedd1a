package weeks

import (
	"cmp"
	"slices"
)

// Restated is a headline of a finished week that was final and that a later
// report says otherwise.
type Restated struct {
	Place
	Was, Now Number // as it was said first when it was final, and last
	Said     string // the run that said Was
	Since    string // the run from which on Now is said
	Times    int    // how often it changed in between, at least 1
}

// Restated are the numbers of weeks that were final and are others now: by
// another revision of the week's report, or by a later week's. Newest week
// first, then by metric and scope. Amounts of another currency are not compared.
func (all Said) Restated() []Restated {
	var out []Restated
	for place, ss := range all {
		first := slices.IndexFunc(ss, func(s statement) bool { return s.Final })
		if first < 0 {
			continue
		}
		x := Restated{Place: place, Was: ss[first].Number, Said: ss[first].run}
		x.Now = x.Was
		for _, s := range ss[first+1:] {
			if s.currency == ss[first].currency && !s.same(x.Now) {
				x.Now, x.Since = s.Number, s.run
				x.Times++
			}
		}
		if !x.Now.same(x.Was) {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b Restated) int {
		return cmp.Or(cmp.Compare(b.Period, a.Period), a.compare(b.Place))
	})
	return out
}

// statement is what one run said of a week.
type statement struct {
	Value
	run, currency string
}

// Said is everything that was said of each week's values, in the order in which
// it was said: by as-of day, a week's own revisions first.
type Said map[Place][]statement

// SaidBy collects what records say of weeks. They may come in any order.
func SaidBy(records []Record) Said {
	records = oldestFirst(records)
	out := Said{}
	for _, r := range records {
		for _, v := range r.own() {
			if v.Period == r.Week {
				out[v.Place] = append(out[v.Place], v)
			}
		}
		for _, v := range r.Before {
			out[v.Place] = append(out[v.Place], statement{v, r.Run, r.Currency})
		}
	}
	return out
}

// own are the values of the record as its revisions said them, in their order.
// A revision with another as-of day looked at less or more of the week, and
// restates nothing.
func (r Record) own() []statement {
	var out []statement
	last := map[Place]int{} // revision + 1 that a value was told of
	for i, rev := range r.Revisions {
		if rev.AsOf != r.AsOf {
			continue
		}
		for _, v := range rev.Changed {
			out = append(out, statement{v, rev.Run, r.Currency})
			last[v.Place] = i + 1
		}
	}
	for _, v := range r.Values {
		run := r.Run
		if n := last[v.Place]; n > 0 && n < len(r.Revisions) {
			run = r.Revisions[n].Run // the first that said so
		}
		out = append(out, statement{v, run, r.Currency})
	}
	return out
}

func oldestFirst(records []Record) []Record {
	out := slices.Clone(records)
	slices.SortFunc(out, func(a, b Record) int { return cmp.Or(cmp.Compare(a.AsOf, b.AsOf), cmp.Compare(a.Week, b.Week)) })
	return out
}

// Point is a week in a trend.
type Point struct {
	Week     string
	Number   // as the last report that speaks of it says; not OK where none has a number
	Restated bool
}

// Trend is a metric of a scope in weeks, by their names.
func (all Said) Trend(metric, scope string, weeks []string) []Point {
	out := make([]Point, len(weeks))
	for i, w := range weeks {
		out[i].Week = w
		if ss := all[Place{metric, scope, w}]; len(ss) > 0 {
			now := ss[len(ss)-1].Number
			out[i].Number = now
			out[i].Restated = slices.ContainsFunc(ss, func(s statement) bool { return s.Final && !s.same(now) })
		}
	}
	return out
}
