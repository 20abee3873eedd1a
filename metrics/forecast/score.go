package forecast

import (
	"math/big"
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// tally is what adds up of the rows of a scope: reps who forecast, in each
// period or on each day. Amounts are minor units.
type tally struct {
	n, hits, expected int64
	forecast, actual  int64 // over rows
	absolute          int64 // Σ|e| over rows, nothing netted
	net               int64 // Σ|e| of the totals of periods or days
}

// Plus adds field by field.
func (t tally) Plus(o tally) tally {
	return tally{t.n + o.n, t.hits + o.hits, t.expected + o.expected, t.forecast + o.forecast,
		t.actual + o.actual, t.absolute + o.absolute, t.net + o.net}
}

// accuracy is that of the totals as a fraction; there is none without rows.
func (t tally) accuracy() (num, den int64, ok bool) {
	if t.n == 0 {
		return 0, 0, false
	}
	return accuracy(t.net, t.actual)
}

func (t *tally) addRow(p pair, tolerance crm.Decimal) {
	t.n++
	t.forecast, t.actual = t.forecast+p.forecast, t.actual+p.actual
	t.absolute += abs(p.actual - p.forecast)
	if withinMinor(tolerance, p) {
		t.hits++
	}
}

// score sums what one scope's forecasts were worth, over one period or several.
// A rep's row belongs to the unit at the freeze, with all the rep signed in the
// period, so that forecast and actual leave or count together.
type score struct {
	tally
	rows          []pair // by period and rep
	late          int64
	ties, proxies int64
	errors        []int64 // of period totals, in time order

	up      *big.Rat // handed up
	covered int64    // the actual of what was handed up
	handed  int64    // periods with something handed up
	missed  int64    // of those, beyond the tolerance
}

// seal closes one period: its total is one error.
func (s *score) seal() {
	if s.n > 0 {
		s.errors = []int64{s.actual - s.forecast}
		s.net = abs(s.actual - s.forecast)
	}
}

// plus adds a later period.
func (s *score) plus(o *score) {
	s.tally = s.tally.Plus(o.tally)
	s.rows = append(s.rows, o.rows...)
	s.late, s.ties, s.proxies = s.late+o.late, s.ties+o.ties, s.proxies+o.proxies
	s.errors = append(s.errors, o.errors...)
	if o.up != nil {
		if s.up == nil {
			s.up = new(big.Rat)
		}
		s.up.Add(s.up, o.up)
	}
	s.covered, s.handed, s.missed = s.covered+o.covered, s.handed+o.handed, s.missed+o.missed
}

func (s *score) addRow(p pair, tolerance crm.Decimal) {
	s.rows = append(s.rows, p)
	s.tally.addRow(p, tolerance)
}

// within reports |A−F| ≤ tolerance·F, inclusive and exact.
func within(tolerance crm.Decimal, forecast *big.Rat, actual int64) bool {
	off := new(big.Rat).SetInt64(actual)
	off.Abs(off.Sub(off, forecast))
	return off.Cmp(new(big.Rat).Mul(tolerance.Rat(), forecast)) <= 0
}

func withinMinor(tolerance crm.Decimal, p pair) bool {
	return within(tolerance, new(big.Rat).SetInt64(p.forecast), p.actual)
}

// series is what a score is of: all types, or one of those scored separately
//
type series int

const (
	seriesAll series = iota
	seriesNew
	seriesRenewal
	seriesCount
)

func (s series) key() string { return [...]string{"", "type=new", "type=renewal"}[s] }

// row pairs forecast and actual of the series; false where none was submitted.
func (s series) row(p Plan, a Signed) (pair, bool) {
	switch s {
	case seriesNew:
		return pair{p.Submission.New.Sum, a.New}, p.Submission.New.Given > 0
	case seriesRenewal:
		return pair{p.Submission.Renewal.Sum, a.Renewal}, p.Submission.Renewal.Given > 0
	}
	f, c := p.Submission.against(a)
	return pair{f, c}, p.Submission.Given()
}

// board is everything computed of every scope and period, before any division.
type board struct {
	org     *crm.Org
	reach   *measure.Frame // the frame, reaching back over all the data
	o       Options
	signed  map[measure.Slot]Signed
	scores  [seriesCount]map[measure.Slot]*score
	days    map[measure.Slot]tally   // of rep-days
	revised map[measure.Slot][]tally // by week, 0 at the freeze
	handed  map[measure.Slot]*handed
	spans   map[measure.Slot]int64
	acc     *Acc
}

func newBoard(r *reader, f *measure.Frame, acc *Acc) *board {
	b := &board{org: f.Org, o: r.o, acc: acc, handed: map[measure.Slot]*handed{}, spans: map[measure.Slot]int64{}}
	b.reach = reachBack(f, acc, r.o)
	b.signed = fold.Roll(acc.Signed, b.reach)
	for s := range b.scores {
		b.scores[s] = map[measure.Slot]*score{}
	}
	seats := map[crm.Period][]seat{}
	for k, p := range acc.Seats {
		period := f.Fiscal.Period(k.Kind, k.Start)
		leaf := f.Org.Leaves[k.No]
		seats[period] = append(seats[period], seat{rep: leaf.Node, path: f.Org.Path(crm.LeafNo(k.No)), plan: p,
			signed: b.signed[measure.Slot{Scope: leaf.Node, Period: period}]})
	}
	for _, p := range b.periods() {
		ss := seats[p]
		sort.Slice(ss, func(i, j int) bool { return ss[i].rep < ss[j].rep })
		b.score(p, ss)
	}
	b.scoreDays(f)
	b.revise(f)
	return b
}

// reachBack is the frame with the periods before the current ones as far back
// as there is data, at most reach months.
func reachBack(f *measure.Frame, acc *Acc, o Options) *measure.Frame {
	first := f.AsOf
	for c := range acc.Signed.All() {
		first = min(first, c.Day)
	}
	for k := range acc.Seats {
		first = min(first, k.Start)
	}
	first = max(first, f.AsOf.AddMonths(-reach))
	g := f.Whole()
	g.Before = nil
	for i, cur := range f.Current {
		var back []crm.Period
		for p := cur; p.Start > first || len(back) < max(len(f.Before[i]), o.trailing(cur.Kind)); {
			p = f.Fiscal.Previous(p)
			back = append(back, p)
		}
		for x, y := 0, len(back)-1; x < y; x, y = x+1, y-1 {
			back[x], back[y] = back[y], back[x]
		}
		g.Before = append(g.Before, back)
	}
	return g
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

func (b *board) periods() []crm.Period {
	var out []crm.Period
	for i, ps := range b.reach.Before {
		out = append(append(out, ps...), b.reach.Current[i])
	}
	return out
}

// closed lists the finished periods of a kind, oldest first.
func (b *board) closed(kind crm.PeriodKind) []crm.Period {
	for i, cur := range b.reach.Current {
		if cur.Kind == kind {
			if b.reach.Running(cur) {
				return b.reach.Before[i]
			}
			return append(append([]crm.Period{}, b.reach.Before[i]...), cur)
		}
	}
	return nil
}

// window splits the closed periods of a kind into those of the trailing
// measures and the history before.
func (b *board) window(kind crm.PeriodKind) (history, last []crm.Period) {
	ps := b.closed(kind)
	n := min(b.o.trailing(kind), len(ps))
	return ps[:len(ps)-n], ps[len(ps)-n:]
}

func (b *board) plan(n crm.NodeNo, p crm.Period) Plan {
	return b.acc.Scopes[Key{int32(n), p.Kind, p.Start, 0}]
}

func (b *board) score(p crm.Period, seats []seat) {
	here := map[measure.Slot][seriesCount]*score{}
	for _, s := range seats {
		for _, n := range s.path {
			slot := measure.Slot{Scope: n, Period: p}
			ss, ok := here[slot]
			if !ok {
				for i := range ss {
					ss[i] = &score{}
					b.scores[i][slot] = ss[i]
				}
				here[slot] = ss
			}
			ss[seriesAll].expected += s.plan.Expected
			ss[seriesAll].late += s.plan.Late
			ss[seriesAll].ties += s.plan.Ties
			ss[seriesAll].proxies += s.plan.Proxy
			for i := range ss {
				if row, ok := series(i).row(s.plan, s.signed); ok {
					ss[i].addRow(row, b.o.Tolerance)
				}
			}
		}
	}
	for _, ss := range here {
		for _, s := range ss {
			s.seal()
		}
	}
	b.span(p, seats)
	b.handUp(p, seats)
}

// handUp runs the cascade of one period and notes its result in the scores.
func (b *board) handUp(p crm.Period, seats []seat) {
	hs := cascade(b.org, seats, func(n crm.NodeNo) Plan { return b.plan(n, p) },
		func(n crm.NodeNo) Signed { return b.signed[measure.Slot{Scope: n, Period: p}] })
	for n, h := range hs {
		slot := measure.Slot{Scope: n, Period: p}
		b.handed[slot] = h
		if !h.any {
			continue
		}
		s := b.scores[seriesAll][slot]
		if s == nil {
			s = &score{}
			b.scores[seriesAll][slot] = s
		}
		s.up, s.covered, s.handed = h.up, h.covered, 1
		if !within(b.o.Tolerance, h.up, h.covered) {
			s.missed = 1
		}
	}
}

// span counts who reports to each unit directly: the sellers seated in
// it at the freeze, and the units below that have any.
func (b *board) span(p crm.Period, seats []seat) {
	seen := map[crm.NodeNo]bool{}
	for _, s := range seats {
		for i, n := range s.path[:len(s.path)-1] {
			if !seen[n] {
				seen[n] = true
				b.spans[measure.Slot{Scope: s.path[i+1], Period: p}]++
			}
		}
	}
}

// over adds the scores of one scope over periods, in time order.
func (b *board) over(of series, n crm.NodeNo, periods []crm.Period) *score {
	sum := &score{}
	for _, p := range periods {
		if s := b.scores[of][measure.Slot{Scope: n, Period: p}]; s != nil {
			sum.plus(s)
		}
	}
	return sum
}

// actuals lists what a scope signed in each period, from its first on.
func (b *board) actuals(n crm.NodeNo, periods []crm.Period) []int64 {
	var out []int64
	for _, p := range periods {
		s, ok := b.signed[measure.Slot{Scope: n, Period: p}]
		if ok || len(out) > 0 {
			out = append(out, s.Total())
		}
	}
	return out
}

// season is the lag of the naive forecast of the scale: the same month or
// quarter a year before where two years are known, else the period before.
func season(kind crm.PeriodKind, history int) int {
	switch {
	case kind == crm.Month && history >= 24:
		return 12
	case kind == crm.Quarter && history >= 8:
		return 4
	}
	return 1
}
