package forecast

import (
	"maps"
	"math"
	"math/big"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// What a landing rests on.
const (
	landingPeriods = 12 // closed periods before, at most
	landingLeast   = 9  // for a range: with n past remainders the next is among them with (n − 1)/(n + 1), 80 % from 9 on
)

// landing is what came of the periods before the running one of a kind, split
// where that has got to: at the same number of company working days.
type landing struct {
	cur  crm.Period
	past int                     // how many periods before, oldest first
	ends []crm.Date              // of these
	rows map[crm.NodeNo]*landRow // by scope
}

// landRow is what a leaf or scope signed.
type landRow struct {
	began crm.Date // ever
	some  bool     // in any of the periods
	rest  []Signed // of each past period, after that day
	whole []Signed // and in all
	now   Signed   // in the running one to date
}

// landings works out those of the running months and quarters that anybody
// asks for.
func (b *board) landings(f *measure.Frame) []landing {
	var out []landing
	if _, alone := b.org.OnlyRep(); alone {
		return nil
	}
	for _, cur := range f.Current {
		if revisable(cur.Kind) && f.Running(cur) && slices.Contains(f.Periods(), cur) {
			out = append(out, b.landing(f, cur))
		}
	}
	return out
}

func (b *board) landing(f *measure.Frame, cur crm.Period) landing {
	const past = 2 * landingPeriods // the back-test looks as far back from each of the last
	l := landing{cur: cur, past: past, rows: map[crm.NodeNo]*landRow{}}
	periods := make([]crm.Period, 2*past+1) // wholes, rests, the running one
	p := cur
	for i := past - 1; i >= 0; i-- {
		p = f.Fiscal.Previous(p)
		_, from := f.Elapsed(cur, p)
		periods[i], periods[past+i] = p, crm.Period{Kind: p.Kind, Start: from, End: p.End}
	}
	for i := range past {
		l.ends = append(l.ends, periods[i].End)
	}
	periods[2*past] = cur
	in, leaves := measure.NewStretches(periods), map[crm.LeafNo]*landRow{}
	for c, v := range b.acc.Signed.All() {
		rowOf(leaves, c.Leaf, past).add(c.Day, in.Containing(c.Day), v)
	}
	for leaf, row := range leaves {
		for _, n := range b.org.Path(leaf) {
			rowOf(l.rows, n, past).plus(row)
		}
	}
	maps.DeleteFunc(l.rows, func(_ crm.NodeNo, r *landRow) bool { return !r.some })
	return l
}

// rowOf is the row of n, made for so many past periods where it is missing.
func rowOf[N crm.LeafNo | crm.NodeNo](rows map[N]*landRow, n N, past int) *landRow {
	r := rows[n]
	if r == nil {
		r = &landRow{began: math.MaxInt32, rest: make([]Signed, past), whole: make([]Signed, past)}
		rows[n] = r
	}
	return r
}

// add adds what was signed on a day, in some of the periods by number.
func (r *landRow) add(day crm.Date, in []int, v Signed) {
	r.began, r.some = min(r.began, day), r.some || len(in) > 0
	for _, p := range in {
		switch past := len(r.whole); {
		case p < past:
			r.whole[p] = r.whole[p].Plus(v)
		case p < 2*past:
			r.rest[p-past] = r.rest[p-past].Plus(v)
		default:
			r.now = r.now.Plus(v)
		}
	}
}

// plus adds what a leaf below signed.
func (r *landRow) plus(o *landRow) {
	r.began, r.some, r.now = min(r.began, o.began), r.some || o.some, r.now.Plus(o.now)
	for p := range o.whole {
		r.whole[p], r.rest[p] = r.whole[p].Plus(o.whole[p]), r.rest[p].Plus(o.rest[p])
	}
}

// from is the first past period that counts of a scope: that of its first
// signing.
func (l *landing) from(row *landRow) int {
	for i, end := range l.ends {
		if end > row.began {
			return i
		}
	}
	return l.past
}

// picked are the amounts that what speaks of, of the periods [from, to).
func picked(of []Signed, from, to int, what func(Signed) int64) []int64 {
	var out []int64
	for i := max(from, to-landingPeriods); i < to; i++ {
		out = append(out, what(of[i]))
	}
	return out
}

// ahead is what past remainders say of the next one: their mean, as a sum and
// a count, and the range between the r-th from either end, r being the largest
// that leaves at least 80 % of n + 1 equally likely places between. ranged is
// false for fewer than nine.
func ahead(rest []int64) (sum, n, lo, hi int64, ranged bool) {
	n = int64(len(rest))
	sum, _ = sums(rest)
	r := int((n + 1) / 10)
	if r == 0 || n < landingLeast {
		return sum, n, 0, 0, false
	}
	sorted := slices.Sorted(slices.Values(rest))
	return sum, n, sorted[r-1], sorted[int(n)-r], true
}

// landed puts where a running period is heading, and what the same method would
// have said of those before.
func (w *writer) landed(s slot) {
	for i := range w.landing {
		l := &w.landing[i]
		row := l.rows[s.Scope]
		if l.cur != s.Period || row == nil {
			continue
		}
		from := l.from(row)
		if v, ok := w.land(s.Slot, l, row, from, Signed.Total); ok {
			w.put(v)
		}
		if w.Org.Nodes[s.Scope].Level == crm.RepLevel {
			continue
		}
		w.landingShare(s, l, row, from)
		w.backTest(s.Slot, l, row, from)
	}
}

// land is the landing of the types that what speaks of; false without a past.
func (w *writer) land(s measure.Slot, l *landing, row *landRow, from int, what func(Signed) int64) (measure.Value, bool) {
	sum, n, lo, hi, ranged := ahead(picked(row.rest, from, l.past, what))
	if n == 0 {
		return measure.Value{}, false
	}
	now := what(row.now)
	v := w.money("forecast.landing", s, now+crm.RoundHalfUp(big.NewRat(sum, n)))
	v.N = n
	if ranged {
		v = v.With(measure.Closed(float64(now+lo), float64(now+hi)), "order80")
	}
	return v.Flag(!ranged, "few_periods"), true
}

// landingShare holds the landing against the target, of the types that this
// speaks of.
func (w *writer) landingShare(s slot, l *landing, row *landRow, from int) {
	g := w.goals[s.no][s.Scope]
	if !g.given {
		return
	}
	_, only := g.against(Signed{})
	v, ok := w.land(s.Slot, l, row, from, func(x Signed) int64 { a, _ := g.against(x); return a })
	if !ok {
		return
	}
	share := ratio("forecast.landing_share", s.Slot, v.Num, g.minor, g.minor > 0, int(v.N))
	if share.OK && v.CI != nil {
		share = share.With(measure.Closed(v.CI.Lo.V/float64(g.minor), v.CI.Hi.V/float64(g.minor)), v.Method)
	}
	share.Open, share.Flags = true, v.Flags
	w.put(share.Flag(g.uncovered > 0, "partial_target").Flag(only != "", only))
}

// backTest says of the last closed periods what would have been said at the
// same working day of each from the periods before it: how often the actual fell
// into the range, and how far off the point was.
func (w *writer) backTest(s measure.Slot, l *landing, row *landRow, from int) {
	var within, tested, actual int64
	off := new(big.Rat)
	for k := l.past - landingPeriods; k < l.past; k++ {
		if k < from {
			continue
		}
		sum, n, lo, hi, ranged := ahead(picked(row.rest, from, k, Signed.Total))
		if !ranged {
			continue
		}
		tested++
		rest := row.rest[k].Total()
		if lo <= rest && rest <= hi {
			within++
		}
		e := big.NewRat(n*rest-sum, n)
		off.Add(off, e.Abs(e))
		actual += row.whole[k].Total()
	}
	v := measure.NewRatio("forecast.landing_coverage", s, within, tested)
	if ci, ok := measure.Wilson(within, tested); ok {
		v = v.With(ci, "wilson")
	}
	w.put(v)
	e := quotient("forecast.landing_error", s, off, new(big.Rat).SetInt64(max(0, actual)))
	e.N = tested
	w.put(e)
}
