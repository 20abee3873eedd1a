package forecast

import (
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
	"crmreport/metrics/plan"
)

// Compute computes the family over a book: actuals, targets and attainment from
// the contracts; everything else where there are forecasts too.
func Compute(b *crm.Book, f *measure.Frame, o Options) measure.Result { return run(b, f, o, nil) }

// run is Compute; it notes in workings, unless that is nil, what means are
// worked out of.
func run(b *crm.Book, f *measure.Frame, o Options, workings map[string]Working) measure.Result {
	contracts, forecasts := b.Has("contracts"), b.Has("forecasts")
	if !contracts && !forecasts {
		return measure.Result{}
	}
	r, acc := newReader(b, f, o), &Acc{}
	acc.init()
	if contracts {
		r.signedLines(acc.Add)
	}
	if forecasts {
		r.planLines(acc.Add)
	} else {
		r.targetLines(acc.Add)
	}
	cascades := b.Has("confidence") || r.amounts // an amount instead of an index
	w := &writer{reader: r, board: newBoard(r, acc, cascades), contracts: contracts, cascades: cascades, workings: workings}
	w.settle()
	res := measure.Result{Values: w.fill(), Warnings: r.sortedWarnings()}
	if contracts && forecasts {
		res.Lists = w.lists()
	}
	return res
}

// writer turns the board into values; it is the only part that divides.
type writer struct {
	*reader
	board     *board
	contracts bool
	cascades  bool                  // somebody gives confidence indices, or amounts for a unit
	goals     []map[crm.NodeNo]goal // by number of the frame's periods
	frozenOn  []crm.Date            // by the same
	split     []parts               // what of the goals is asked of new contracts and of renewals, by the same

	asked       map[crm.Period]*asked // what near periods' targets ask for in customers
	signed      map[crm.Period]customers
	landing     []landing
	calibration *calibration // nil: nobody asks, or too little is known
	values      []measure.Value
	workings    map[string]Working // nil unless somebody asks
}

// parts are targets by series and scope, in major units.
type parts map[series]map[crm.NodeNo]plan.Goal

// slot is a slot with the number of its period.
type slot struct {
	measure.Slot
	no int
}

// settle works out, once for all scopes, what goes with the frame's periods.
func (w *writer) settle() {
	planned := map[begun]bool{}
	for k, p := range w.board.acc.Scopes {
		if p.Targets != (Targets{}) {
			planned[begun{k.Kind, k.Start}] = true
		}
	}
	periods, targets := w.frame.Periods(), plan.ReadTargets(w.Book)
	w.split = make([]parts, len(periods))
	w.goals, w.frozenOn = make([]map[crm.NodeNo]goal, len(periods)), make([]crm.Date, len(periods))
	for i, p := range periods {
		if !whole(p) {
			continue
		}
		w.frozenOn[i] = w.frozen(p).Date()
		if planned[beginOf(p)] {
			w.split[i] = parts{seriesNew: targets.Goals(p, w.frozenOn[i], "new_amount"), seriesRenewal: targets.Goals(p, w.frozenOn[i], "renewal_amount")}
			w.goals[i] = goals(w.Org, w.frozenOn[i], func(n crm.NodeNo) Targets { return w.board.plan(n, p).Targets })
		}
	}
	w.asked = w.asks()
	w.calibration = w.calibrate()
	if w.contracts {
		w.landing = w.board.landings(w.frame)
		w.signed = w.signers()
	}
}

// scopesAtOnce is how many scopes a worker fills before it turns to others, and
// partsAtOnce how many times as many are there before they are handed over.
const scopesAtOnce, partsAtOnce = 16, 4

// fill makes the values of every scope, in their order.
func (w *writer) fill() []measure.Value {
	scopes := w.scopes()
	parts := slices.Collect(slices.Chunk(scopes, scopesAtOnce))
	if len(parts) < 2 {
		w.some(scopes)
		return w.values
	}
	out := w.frame.Out()
	var rooms [partsAtOnce][]measure.Value
	for parts := range slices.Chunk(parts, partsAtOnce) {
		fold.Each(len(parts), func(i int) {
			own := *w
			own.values = rooms[i][:0]
			own.some(parts[i])
			rooms[i] = own.values
		})
		for i := range parts {
			out.Add(rooms[i]...)
		}
	}
	return out.Rest()
}

// scopes lists those of which there may be something to say.
func (w *writer) scopes() []crm.NodeNo {
	out := w.board.scopes()
	for _, goals := range w.goals {
		for n := range goals {
			out = append(out, n)
		}
	}
	for _, a := range w.asked {
		for _, goals := range a.customers {
			for n := range goals {
				out = append(out, n)
			}
		}
	}
	for _, signed := range w.signed {
		for _, sums := range signed {
			for n := range sums {
				out = append(out, n)
			}
		}
	}
	if w.o.seen != nil { // a part of the book, in which a scope may have nothing but its past
		for i := range w.landing {
			out = slices.AppendSeq(out, maps.Keys(w.landing[i].rows))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// some makes the values of some scopes.
func (w *writer) some(scopes []crm.NodeNo) {
	for _, n := range scopes {
		w.scope(n)
	}
}

func (w *writer) put(v measure.Value, dims ...string) {
	v.Key = key(v.Key, dims...)
	w.values = measure.Append(w.values, v)
}

// key joins the dimensions of a value in order: last=6,missing=miss.
func key(own string, dims ...string) string {
	var room [4]string
	on := room[:0]
	if own != "" {
		on = append(on, own)
	}
	for _, d := range dims {
		if d != "" {
			on = append(on, d)
		}
	}
	switch len(on) {
	case 0:
		return ""
	case 1:
		return on[0]
	}
	slices.Sort(on)
	return strings.Join(on, ",")
}

func (w *writer) scope(n crm.NodeNo) {
	for _, p := range w.frame.Wanted(n, true) {
		s := slot{measure.Slot{Scope: n, Period: p}, w.board.of[p]}
		near := w.frame.Near(p)
		must := near && w.Org.Nodes[n].Level != crm.RepLevel && (n == crm.Root || w.ranked(n))
		if w.contracts {
			w.actual(s, must)
		}
		w.daily(s)
		if !whole(p) {
			continue
		}
		w.target(s)
		w.plausible(s)
		w.customersSigned(s)
		w.landed(s)
		if _, forecast := w.first[p.Kind]; forecast {
			w.period(s, near, must)
			w.suggested(s)
			if w.contracts {
				w.revisedAccuracy(s)
			}
		}
	}
	if w.board.cells[n] == nil {
		return
	}
	for _, p := range w.frame.Current {
		s := measure.Slot{Scope: n, Period: p}
		if _, forecast := w.first[p.Kind]; forecast && w.o.trailing(p.Kind) > 0 && w.frame.Wants(s) {
			w.trailing(s)
		}
	}
}

func (w *writer) money(metric string, s measure.Slot, minor int64) measure.Value {
	v := measure.NewMoney(metric, s, minor, w.Currency)
	v.Open = w.frame.Running(s.Period)
	return v
}

// actual is R-3.4's: all types together, and separately where forecasts are.
func (w *writer) actual(s slot, must bool) {
	a := w.board.signedIn(s.Scope, s.no)
	if !a.some && !must {
		return
	}
	w.put(w.money("forecast.actual", s.Slot, a.Total()))
	if w.typed[s.Period.Kind] {
		w.put(w.money("forecast.actual", s.Slot, a.New), seriesNew.key())
		w.put(w.money("forecast.actual", s.Slot, a.Renewal), seriesRenewal.key())
	}
}

// ratio is num/den of amounts or rows, no data unless ok; n is how many rows
// are behind it. Amounts stay in minor units: no factor is taken out.
func ratio(metric string, s measure.Slot, num, den int64, ok bool, n int) measure.Value {
	v := measure.Value{Metric: metric, Slot: s, Num: num, N: int64(n)}
	if ok && den != 0 {
		v.Den, v.V, v.OK = den, float64(num)/float64(den), true
	}
	return v
}

// period puts what was forecast for one period and, once it is over and its
// contracts are known, what that was worth (a running score would mislead).
func (w *writer) period(s slot, near, must bool) {
	sum := w.board.scoreOf(seriesAll, s.Scope, s.no)
	if !must && sum.n == 0 && sum.expected == 0 && sum.late == 0 && sum.handed == 0 {
		return
	}
	w.submitted(s, sum)
	c := w.board.seen(s.Scope, s.no)
	if w.cascades {
		w.handedUp(s, c, near)
	}
	if c != nil && near && c.span > 0 && len(w.Org.Spells) > 0 && w.Org.Nodes[s.Scope].Level != crm.RepLevel {
		w.put(measure.NewRatio("forecast.span", s.Slot, c.span, 1))
	}
	open := w.frame.Running(s.Period)
	if w.frozenOn[s.no] <= w.AsOf {
		w.participation(s.Slot, sum.tally, open)
		if near {
			v := measure.NewCount("forecast.late_only", s.Slot, sum.late)
			v.Open = open
			w.put(v)
			w.selfSubmitted(s.Slot, sum, open)
			if w.contracts {
				w.outliers(s)
			}
		}
	}
	if !open && w.contracts {
		w.errors(s, near)
		w.quadrants(s, near)
		if near && w.Org.Nodes[s.Scope].Level != crm.RepLevel {
			w.valueAdded(s.Slot, []int{s.no})
		}
	}
}

func (w *writer) submitted(s slot, sum *score) {
	rep := w.Org.Nodes[s.Scope].Level == crm.RepLevel
	for i := range seriesCount {
		sc := sum
		if i != seriesAll {
			if sc = w.board.scoreOf(i, s.Scope, s.no); sc.n == 0 {
				continue
			}
		}
		v := w.money("forecast.submitted", s.Slot, sc.forecast)
		v.N = sc.n
		if sc.n == 0 { // missing, never 0
			v.Den, v.V, v.OK = 0, 0, false
			word := "missing_forecast"
			if rep && sum.late > 0 {
				word = "late_only"
			}
			v = v.Flag(true, word)
		}
		w.put(v.Flag(rep && sum.ties > 0, "duplicate_instant").Flag(rep && sum.proxies > 0, "not_by_rep"), i.key())
	}
}

// handedUp puts the cascade's result, rounded once, and the index it
// implies.
func (w *writer) handedUp(s slot, c *cell, near bool) {
	if c == nil || c.handed == nil || (!c.handed.any && !c.handed.indexed) {
		v := w.money("forecast.handed_up", s.Slot, 0).Flag(true, "missing_forecast")
		v.Den, v.OK = 0, false
		w.put(v)
		return
	}
	h := c.handed
	v := w.money("forecast.handed_up", s.Slot, rounded(&h.up))
	implied := quotient("forecast.implied_index", s.Slot, &h.up, new(big.Rat))
	if sum := c.scores[seriesAll]; sum != nil {
		implied = quotient("forecast.implied_index", s.Slot, &h.up, new(big.Rat).SetInt64(sum.forecast))
		implied.N, v.N = sum.n, sum.n
	}
	for _, word := range h.flags {
		v, implied = v.Flag(true, word), implied.Flag(true, word)
	}
	w.put(v.Flag(!h.any, "missing_forecast"))
	if near {
		implied.Open = v.Open
		w.put(implied)
	}
}

// participation is submitted over expected; without rows of reps nobody knows
// who was expected.
func (w *writer) participation(s measure.Slot, sum tally, open bool, dims ...string) {
	if len(w.Org.Spells) == 0 {
		return
	}
	v := ratio("forecast.participation", s, sum.n, sum.expected, true, int(sum.expected))
	v.Open = open
	w.put(v, dims...)
}

// selfSubmitted is how many of the forecasts the reps gave themselves (S0-24);
// one without a name counts as the rep's.
func (w *writer) selfSubmitted(s measure.Slot, sum *score, open bool, dims ...string) {
	if sum.n == 0 {
		return
	}
	v := measure.NewRatio("forecast.by_rep_share", s, sum.n-sum.proxies, sum.n)
	v.Open = open
	w.put(v, dims...)
}

// errors puts the measures of section 3.4 over one closed period.
func (w *writer) errors(s slot, near bool) {
	for i := range seriesCount {
		if i != seriesAll && !w.typed[s.Period.Kind] {
			continue
		}
		sum := w.board.scoreOf(i, s.Scope, s.no)
		w.measures(s.Slot, sum, i, i.key())
		if near && i == seriesAll {
			w.mape(s.Slot, sum)
		}
	}
}

// trailing puts the same over the last closed periods, in the slot of the
// current one.
func (w *writer) trailing(s measure.Slot) {
	history, last := w.board.history[s.Period.Kind], w.board.last[s.Period.Kind]
	dim := "last=" + strconv.Itoa(w.o.trailing(s.Period.Kind))
	for i := range seriesCount {
		if i == seriesAll && w.contracts {
			w.trailingQuadrants(s, last)
			w.trailingValueAdded(s, last)
		}
		sum := w.board.over(i, s.Scope, last)
		if sum.n == 0 && sum.expected == 0 && sum.handed == 0 {
			continue
		}
		if i == seriesAll {
			w.participation(s, sum.tally, false, dim)
			w.selfSubmitted(s, sum, false, dim)
		}
		if !w.contracts {
			continue
		}
		w.measures(s, sum, i, dim, i.key())
		if i == seriesAll {
			w.mape(s, sum, dim)
			w.signals(s, sum.errors, w.board.actuals(s.Scope, history), dim)
		}
	}
}

func (w *writer) measures(s measure.Slot, sum *score, of series, dims ...string) {
	n := int(sum.n)
	if n == 0 && of != seriesAll {
		return
	}
	f, a := sum.forecast, sum.actual
	w.put(ratio("forecast.deviation", s, a-f, f, f > 0, n), dims...)
	w.put(ratio("forecast.bias", s, a-f, f, f > 0, n), dims...)
	w.put(ratio("forecast.wape", s, sum.absolute, a, a > 0, n), dims...)
	w.put(apeTotal(s, f, a, n), dims...)
	num, den, ok := sum.accuracy()
	w.put(ratio("forecast.accuracy", s, num, den, ok, n).Flag(a == 0 && n > 0, "zero_actual"), dims...)
	w.put(hitRate(s, sum.hits, int64(n)), dims...)
	if of != seriesAll {
		return
	}
	if len(w.Org.Spells) > 0 {
		w.put(hitRate(s, sum.hits, sum.expected), append(dims, "missing=miss")...)
	}
	if w.Org.Nodes[s.Scope].Level != crm.RepLevel && w.cascades && sum.handed > 0 {
		v := hitRate(s, sum.handed-sum.missed, sum.handed)
		v.Metric = "forecast.unit_hit_rate"
		w.put(v, dims...)
	}
	if w.cascades && sum.up != nil {
		actual := new(big.Rat).SetInt64(sum.covered)
		v := quotient("forecast.deviation", s, actual.Sub(actual, sum.up), positive(sum.up))
		v.N = sum.handed
		w.put(v, append(dims, "of=handed_up")...)
	}
}

// quotient is measure.NewRat, quick where both terms are small integers: their
// quotient as floats is then the nearest one, too.
func quotient(metric string, s measure.Slot, num, den *big.Rat) measure.Value {
	const exact = 1 << 53
	a, whole := integer(num)
	b, also := integer(den)
	if !whole || !also || abs(a) > exact || abs(b) > exact || a == 0 {
		return measure.NewRat(metric, s, num, den)
	}
	v := measure.NewRatio(metric, s, a, b)
	v.N = 0 // nobody knows of how many
	return v
}

// integer is x where that is a whole number.
func integer(x *big.Rat) (int64, bool) {
	if !x.IsInt() || !x.Num().IsInt64() {
		return 0, false
	}
	return x.Num().Int64(), true
}

// rounded is crm.RoundHalfUp, quick where there is nothing to round.
func rounded(x *big.Rat) int64 {
	if n, ok := integer(x); ok {
		return n
	}
	return crm.RoundHalfUp(x)
}

// positive is x, or 0 (no data) where it is below.
func positive(x *big.Rat) *big.Rat {
	if x.Sign() < 0 {
		return new(big.Rat)
	}
	return x
}

// apeTotal is |A−F|/A of the total, rows and periods netted; nothing
// forecast and nothing signed is 0.
func apeTotal(s measure.Slot, f, a int64, n int) measure.Value {
	if n > 0 && f == 0 && a == 0 {
		return ratio("forecast.ape_total", s, 0, 1, true, n).Flag(true, "zero_actual")
	}
	return ratio("forecast.ape_total", s, abs(a-f), a, a > 0, n)
}

func hitRate(s measure.Slot, hits, n int64) measure.Value {
	v := measure.NewRatio("forecast.hit_rate", s, hits, n)
	if ci, ok := measure.Wilson(hits, n); ok {
		v = v.With(ci, "wilson")
	}
	return v
}

func (w *writer) mape(s measure.Slot, sum *score, dims ...string) {
	if sum.n == 0 {
		return
	}
	apes, left := apes(sum.rows)
	v := measure.Value{Metric: "forecast.mape", Slot: s}
	if mean, ok := measure.Mean(apes); ok {
		v = measure.NewReal("forecast.mape", s, mean)
		w.show(v, meanOfRows(apes), dims...)
	}
	v.N = int64(len(apes))
	w.put(v.Flag(left > 0, "left_out"), dims...)
	w.put(measure.NewCount("forecast.mape_left_out", s, left), dims...)
	sizes := symmetric(sum.rows)
	if mean, ok := measure.Mean(sizes); ok {
		v := measure.NewReal("forecast.smape", s, mean)
		w.show(v, meanOfRows(sizes), dims...)
		v.N = sum.n
		w.put(v, dims...)
	}
}

// signals puts the two measures that are trailing by nature.
func (w *writer) signals(s measure.Slot, errors, history []int64, dim string) {
	if len(errors) == 0 {
		return
	}
	signal, alarm, _ := trackingSignal(errors)
	v := measure.NewReal("forecast.tracking_signal", s, signal)
	v.N = int64(len(errors))
	sum, absolute := sums(errors)
	if absolute > 0 {
		w.show(v, Working{ErrorSum: w.amount(sum), AbsoluteSum: w.amount(absolute), Periods: number(v.N)}, dim)
	}
	w.put(v.Flag(alarm, "alarm"), dim)
	m, lag := measure.Value{Metric: "forecast.mase", Slot: s}, season(s.Period.Kind, len(history))
	if x, ok := mase(errors, history, lag); ok {
		m = measure.NewReal("forecast.mase", s, x)
		naive, steps := naiveScale(history, lag)
		w.show(m, Working{AbsoluteSum: w.amount(absolute), Periods: number(v.N), NaiveSum: w.amount(naive), NaiveSteps: number(steps)}, dim)
	}
	m.N = int64(len(errors))
	w.put(m, dim)
}
