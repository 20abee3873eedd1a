package forecast

import (
	"slices"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// begun is a whole period without its name: a key that hashes quickly.
type begun struct {
	kind  crm.PeriodKind
	start crm.Date
}

func beginOf(p crm.Period) begun { return begun{p.Kind, p.Start} }

// whole reports whether p is more than a stretch to compare with.
func whole(p crm.Period) bool { return !strings.Contains(p.Name, "~") }

// scored lists the periods whose forecasts anybody asks for: the frame's, those
// of the trailing measures and those of the lists. It is known once the kinds
// that are forecast are.
func (r *reader) scored() []crm.Period {
	var out []crm.Period
	for _, p := range r.frame.Periods() {
		if _, forecast := r.first[p.Kind]; forecast && whole(p) {
			out = append(out, p)
		}
	}
	for i, cur := range r.frame.Current {
		if r.trails(cur) || cur.Kind == r.listed() {
			_, last := r.window(i, r.AsOf)
			out = append(out, last...)
		}
	}
	if i, ok := r.calibrated(); ok {
		out = append(out, r.earlier(r.frame.Current[i], r.o.CalibrationPeriods)...)
	}
	return out
}

// trails reports whether the trailing measures of a current period are wanted
// of some scope.
func (r *reader) trails(cur crm.Period) bool {
	_, forecast := r.first[cur.Kind]
	if !forecast || r.o.trailing(cur.Kind) == 0 {
		return false
	}
	for _, p := range r.frame.Periods() {
		if p == cur {
			return true
		}
	}
	return false
}

// noKind is of nobody's forecasts.
const noKind = crm.PeriodKind(255)

// listed is the kind of the periods of the lists: months, else weeks, else
// quarters, the first that anybody forecasts.
func (r *reader) listed() crm.PeriodKind {
	for _, kind := range []crm.PeriodKind{crm.Month, crm.Week, crm.Quarter} {
		if _, ok := r.first[kind]; ok {
			return kind
		}
	}
	return noKind
}

// closed lists the finished periods of the i-th kind, oldest first: at least
// those of the frame and of the trailing measures, and back to a day, which is
// at most reach months ago.
func (r *reader) closed(i int, since crm.Date) []crm.Period {
	f := r.frame
	cur, least := f.Current[i], max(len(f.Before[i]), r.o.trailing(f.Current[i].Kind))
	since = max(since, r.AsOf.AddMonths(-reach))
	var older []crm.Period // newest first
	p := cur
	if len(f.Before[i]) > 0 {
		p = f.Before[i][0]
	}
	for len(older)+len(f.Before[i]) < least || p.Start > since {
		p = f.Fiscal.Previous(p)
		older = append(older, p)
	}
	out := make([]crm.Period, 0, len(older)+len(f.Before[i])+1)
	for k := len(older) - 1; k >= 0; k-- {
		out = append(out, older[k])
	}
	out = append(out, f.Before[i]...)
	if !f.Running(cur) {
		out = append(out, cur)
	}
	return out
}

// window splits the closed periods of the i-th kind into those of the trailing
// measures and the history before, which reaches back to a day.
func (r *reader) window(i int, since crm.Date) (history, last []crm.Period) {
	ps := r.closed(i, since)
	n := min(r.o.trailing(r.frame.Current[i].Kind), len(ps))
	return ps[:len(ps)-n], ps[len(ps)-n:]
}

// trailing is how many closed periods of a kind the trailing measures cover.
func (o Options) trailing(k crm.PeriodKind) int {
	switch k {
	case crm.Week:
		return o.TrailingWeeks
	case crm.Month:
		return o.TrailingMonths
	case crm.Quarter:
		return o.TrailingQuarters
	}
	return 0
}

// index numbers the periods that a board is about.
type index struct {
	periods    []crm.Period
	of         map[crm.Period]int
	scored     map[begun]int // the numbers of those that are scored
	history    map[crm.PeriodKind][]int
	last       map[crm.PeriodKind][]int
	yearBefore map[int]int   // of those that are scored, the same a year before
	valued     map[int]bool  // of which every step's error is wanted
	previous   map[int][]int // of those that are scored, the periods before, newest first
	before     []int         // what the suggested index rests on, in time order
	days       *measure.Stretches
}

// newIndex numbers the periods of the frame, those that are scored and, where
// there are signings, the history of trailing measures back to the first.
func newIndex(r *reader, signed crm.Date) *index {
	x := &index{of: map[crm.Period]int{}, scored: map[begun]int{}, previous: map[int][]int{}, yearBefore: map[int]int{}, valued: map[int]bool{}, history: map[crm.PeriodKind][]int{}, last: map[crm.PeriodKind][]int{}}
	x.add(r.frame.Periods())
	scored := r.scored()
	for i, n := range x.add(scored) {
		x.scored[beginOf(scored[i])] = n
		older := r.earlier(scored[i], history)
		slices.Reverse(older)
		x.previous[n] = x.add(older)
		year := r.earlier(scored[i], inAYear[scored[i].Kind])
		x.yearBefore[n] = x.add(year[:1])[0]
	}
	for i, cur := range r.frame.Current {
		switch {
		case r.trails(cur):
			history, last := r.window(i, signed)
			x.history[cur.Kind], x.last[cur.Kind] = x.add(history), x.add(last)
		case cur.Kind == r.listed():
			_, last := r.window(i, r.AsOf)
			x.last[cur.Kind] = x.add(last)
		}
	}
	for _, cur := range r.frame.Current {
		for _, p := range x.last[cur.Kind] {
			x.valued[p] = true
		}
		if n, ok := x.scored[beginOf(cur)]; ok && !r.frame.Running(cur) {
			x.valued[n] = true
		}
	}
	if i, ok := r.calibrated(); ok {
		x.before = x.add(r.earlier(r.frame.Current[i], r.o.CalibrationPeriods))
	}
	x.days = measure.NewStretches(x.periods)
	return x
}

// inAYear is how many periods of a kind a year has.
var inAYear = map[crm.PeriodKind]int{crm.Week: 52, crm.Month: 12, crm.Quarter: 4, crm.Year: 1}

func (x *index) add(ps []crm.Period) []int {
	out := make([]int, len(ps))
	for i, p := range ps {
		n, ok := x.of[p]
		if !ok {
			n = len(x.periods)
			x.of[p] = n
			x.periods = append(x.periods, p)
		}
		out[i] = n
	}
	return out
}
