package forecast

import (
	"math/big"
	"math/bits"

	"crmreport/ingest/crm"
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
	if s != nil && s.n > 0 {
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
	if f, ok := integer(forecast); ok {
		return withinMinor(tolerance, pair{f, actual})
	}
	return withinExact(tolerance, forecast, actual)
}

func withinExact(tolerance crm.Decimal, forecast *big.Rat, actual int64) bool {
	off := new(big.Rat).SetInt64(actual)
	off.Abs(off.Sub(off, forecast))
	return off.Cmp(new(big.Rat).Mul(tolerance.Rat(), forecast)) <= 0
}

// withinMinor is within of whole amounts.
func withinMinor(tolerance crm.Decimal, p pair) bool {
	const small = 1 << 62
	if p.forecast < 0 || p.forecast > small || abs(p.actual) > small || tolerance < 0 {
		return withinExact(tolerance, new(big.Rat).SetInt64(p.forecast), p.actual)
	}
	offHi, off := bits.Mul64(uint64(abs(p.actual-p.forecast)), uint64(crm.One))
	mostHi, most := bits.Mul64(uint64(p.forecast), uint64(tolerance))
	return offHi < mostHi || offHi == mostHi && off <= most
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

// signed is what of a was signed in the series.
func (s series) signed(a Signed) int64 {
	switch s {
	case seriesNew:
		return a.New
	case seriesRenewal:
		return a.Renewal
	}
	return a.Total()
}

// row pairs forecast and actual of the series; false where none was submitted.
func (s series) row(p *Plan, a Signed) (pair, bool) {
	switch s {
	case seriesNew:
		return pair{p.Submission.New.Sum, a.New}, p.Submission.New.Given > 0
	case seriesRenewal:
		return pair{p.Submission.Renewal.Sum, a.Renewal}, p.Submission.Renewal.Given > 0
	}
	f, c := p.Submission.against(a)
	return pair{f, c}, p.Submission.Given()
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
