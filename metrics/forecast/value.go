package forecast

import (
	"math/big"
	"slices"
	"strconv"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// step is a step of the value added: what the number was before
// anybody forecast, what the rep made of it, and each level above.
type step int

const (
	stepNaive step = iota
	stepRep
	stepTeam
	stepArea
	stepRegion
	stepCompany
	stepCount
)

func (k step) key() string {
	return "step=" + [...]string{"naive", "rep", "team", "area", "region", "company"}[k]
}

// level is that of the units that take a step above the rep's.
func (k step) level() crm.Level { return crm.Team - crm.Level(k-stepTeam) }

// stepOf is the last step that a scope sees: its own.
func stepOf(l crm.Level) step {
	if l == crm.RepLevel {
		return stepRep
	}
	return stepTeam + step(crm.Team-l)
}

// plain is what the first two steps come to over rows: amounts in minor units.
type plain struct{ absolute, sum int64 }

// adjusted is what a step of a level above comes to, exact.
type adjusted struct {
	absolute, sum big.Rat
	some          bool // somebody gave an index or an amount there
}

// valued is the rows of a scope in one period of which every step is known.
type valued struct {
	n, actual int64
	plain     [stepTeam]plain
	above     []adjusted // of units: from the team's step to the unit's own
}

// valueRow is the forecast of one seat on its way up.
type valueRow struct {
	*seat
	actual, naive int64
	known         bool // there is a naive forecast
	at            int  // how far up the path it has come
	value         big.Rat
	moved         bool // by the step at hand
}

// naive is the rep's actual of the types that s speaks of a year before p, else
// of the period before, as far as the rep had signed anything by then.
func (b *board) naive(rep crm.NodeNo, p int, s Submission) (int64, bool) {
	began, some := b.began[rep]
	for _, q := range []int{b.yearBefore[p], b.previous[p][0]} {
		if some && b.periods[q].End > began {
			_, actual := s.against(b.signedIn(rep, q).Signed)
			return actual, true
		}
	}
	return 0, false
}

// value follows every forecast of a period up the tree, and adds what each step
// was off to the scopes that see it. Rows without a naive forecast take part in
// what is handed up and are in no error.
func (b *board) value(p int, seats []seat) {
	var rows []*valueRow
	for i := range seats {
		s := &seats[i]
		if !s.plan.Submission.Given() {
			continue
		}
		r := &valueRow{seat: s}
		forecast, actual := s.plan.Submission.against(s.signed)
		r.actual = actual
		r.value.SetInt64(forecast)
		r.naive, r.known = b.naive(s.rep, p, s.plan.Submission)
		rows = append(rows, r)
		if r.known {
			b.addPlain(p, r, forecast)
		}
	}
	if !b.cascade {
		return
	}
	for k := stepTeam; k < stepCount; k++ {
		b.climb(rows, k.level(), b.periods[p])
		for _, r := range rows {
			if r.known {
				b.addAbove(p, r, k)
			}
			r.moved = false
		}
	}
	b.rollAbove(p)
}

// climb brings rows to the units of a level: each index on the way multiplies,
// a unit's own amount is shared out among its rows.
func (b *board) climb(rows []*valueRow, level crm.Level, period crm.Period) {
	own := map[crm.NodeNo][]*valueRow{}
	for _, r := range rows {
		for b.org.Nodes[r.path[r.at]].Level > level {
			r.index(b.plan(r.path[r.at], period).Index)
			r.at++
		}
		n := r.path[r.at]
		switch {
		case b.org.Nodes[n].Level != level: // the tree has none here
		case b.plan(n, period).Submission.Given():
			own[n] = append(own[n], r)
		case n == crm.Root: // the head hands up to nobody
			r.index(b.plan(n, period).Index)
		}
	}
	for n, below := range own {
		amount, _ := b.plan(n, period).Submission.against(Signed{})
		share(below, amount)
	}
}

func (r *valueRow) index(of Stated) {
	if of.Given > 0 {
		r.value.Mul(&r.value, indexOf(of))
		r.moved = true
	}
}

// share gives rows parts of an amount in proportion to what they are, equal
// ones where they are nothing.
func share(rows []*valueRow, amount int64) {
	sum, whole := new(big.Rat), new(big.Rat).SetInt64(amount)
	for _, r := range rows {
		sum.Add(sum, &r.value)
	}
	for _, r := range rows {
		r.moved = true
		if sum.Sign() == 0 {
			r.value.SetFrac64(amount, int64(len(rows)))
			continue
		}
		r.value.Mul(&r.value, whole).Quo(&r.value, sum)
	}
}

// addPlain adds a row to every scope above it, with its first two steps.
func (b *board) addPlain(p int, r *valueRow, forecast int64) {
	for _, n := range r.path {
		c := b.cell(n, p)
		if c.valued == nil {
			c.valued = &valued{above: make([]adjusted, stepOf(b.org.Nodes[n].Level)-stepRep)}
		}
		v := c.valued
		v.n, v.actual = v.n+1, v.actual+r.actual
		for k, x := range [stepTeam]int64{r.naive, forecast} {
			v.plain[k].absolute += abs(r.actual - x)
			v.plain[k].sum += x
		}
	}
}

// addAbove adds a row's step of a level to the first scope that sees that step.
func (b *board) addAbove(p int, r *valueRow, k step) {
	for _, n := range r.path {
		v := b.cell(n, p).valued
		if int(k-stepTeam) >= len(v.above) {
			continue
		}
		off := new(big.Rat).SetInt64(r.actual)
		v.above[k-stepTeam].add(off.Abs(off.Sub(off, &r.value)), &r.value, r.moved)
		return
	}
}

// rollAbove adds the steps of each unit to the one above it.
func (b *board) rollAbove(p int) {
	for _, n := range slices.Backward(b.units) { // a parent comes before its children
		c, up := b.seen(n, p), b.org.Nodes[n].Parent
		if c == nil || c.valued == nil || up < 0 {
			continue
		}
		above := b.cell(up, p).valued.above
		for i := range c.valued.above {
			a := &c.valued.above[i]
			above[i].add(&a.absolute, &a.sum, a.some)
		}
	}
}

func (a *adjusted) add(absolute, sum *big.Rat, some bool) {
	a.absolute.Add(&a.absolute, absolute)
	a.sum.Add(&a.sum, sum)
	a.some = a.some || some
}

// stepError is what one step was off over periods, by row and in total.
type stepError struct {
	step          step
	absolute, net big.Rat
}

// stepErrors are those of the steps that somebody took, in order: netted within
// a period, never over periods.
func stepErrors(over []*valued) (out []stepError, n, actual int64) {
	var of [stepCount]stepError
	var taken [stepCount]bool
	taken[stepNaive], taken[stepRep] = true, true
	for _, v := range over {
		n, actual = n+v.n, actual+v.actual
		for k, x := range v.plain {
			of[k].add(new(big.Rat).SetInt64(x.absolute), new(big.Rat).SetInt64(x.sum), v.actual)
		}
		for i := range v.above {
			k := stepTeam + step(i)
			of[k].add(&v.above[i].absolute, &v.above[i].sum, v.actual)
			taken[k] = taken[k] || v.above[i].some
		}
	}
	for k := range of {
		if of[k].step = step(k); taken[k] {
			out = append(out, of[k])
		}
	}
	return out, n, actual
}

func (e *stepError) add(absolute, sum *big.Rat, actual int64) {
	e.absolute.Add(&e.absolute, absolute)
	off := new(big.Rat).SetInt64(actual)
	e.net.Add(&e.net, off.Abs(off.Sub(off, sum)))
}

// valueAdded puts the error of every step and what each added to the one
// before, at the level of rows and, for units, of totals.
func (w *writer) valueAdded(s measure.Slot, periods []int, dims ...string) {
	var over []*valued
	for _, p := range periods {
		if c := w.board.seen(s.Scope, p); c != nil && c.valued != nil {
			over = append(over, c.valued)
		}
	}
	steps, n, actual := stepErrors(over)
	if n == 0 {
		return
	}
	den := new(big.Rat).SetInt64(max(0, actual))
	put := func(metric string, k step, num *big.Rat, level string) {
		v := quotient(metric, s, num, den)
		v.N = n
		w.put(v, append(dims, k.key(), level)...)
	}
	for i := range steps {
		e := &steps[i]
		for _, of := range []struct {
			key string
			at  func(*stepError) *big.Rat
		}{{"level=rep", func(e *stepError) *big.Rat { return &e.absolute }}, {"level=total", func(e *stepError) *big.Rat { return &e.net }}} {
			if of.key == "level=total" && w.Org.Nodes[s.Scope].Level == crm.RepLevel {
				continue // the same
			}
			put("forecast.step_error", e.step, of.at(e), of.key)
			if i > 0 {
				put("forecast.value_added", e.step, new(big.Rat).Sub(of.at(&steps[i-1]), of.at(e)), of.key)
			}
		}
	}
}

// trailingValueAdded puts the same over the last closed periods.
func (w *writer) trailingValueAdded(s measure.Slot, last []int) {
	w.valueAdded(s, last, "last="+strconv.Itoa(w.o.trailing(s.Period.Kind)))
}
