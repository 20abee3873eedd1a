package forecast

import (
	"fmt"
	"math/big"
	"sort"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Compute computes the family over a book: actuals, targets and attainment from
// the contracts; everything else where there are forecasts too.
func Compute(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	contracts, forecasts := b.Has("contracts"), b.Has("forecasts")
	if !contracts && !forecasts {
		return measure.Result{}
	}
	r, acc := newReader(b, o), &Acc{}
	acc.init()
	if contracts {
		r.signedLines(acc.Add)
	}
	if forecasts {
		r.planLines(acc.Add)
	} else {
		r.targetLines(acc.Add)
	}
	w := &writer{reader: r, frame: f, board: newBoard(r, f, acc), contracts: contracts,
		goals: map[crm.Period]map[crm.NodeNo]goal{}}
	w.cascades = b.Has("confidence")
	for k, p := range acc.Scopes {
		if f.Org.Nodes[k.No].Level != crm.RepLevel && p.Submission.Given() {
			w.cascades = true // an amount instead of an index
		}
	}
	for n := range f.Org.Nodes {
		w.scope(crm.NodeNo(n))
	}
	res := measure.Result{Values: w.values, Warnings: r.sortedWarnings()}
	if contracts && forecasts {
		res.Lists = w.lists()
	}
	return res
}

// writer turns the board into values; it is the only part that divides.
type writer struct {
	*reader
	frame     *measure.Frame
	board     *board
	contracts bool
	cascades  bool // somebody gives confidence indices, or amounts for a unit
	goals     map[crm.Period]map[crm.NodeNo]goal
	values    []measure.Value
}

func (w *writer) put(v measure.Value, dims ...string) {
	w.values = append(w.values, v.Keyed(key(append(dims, v.Key)...)))
}

// key joins the dimensions of a value in order: last=6,missing=miss.
func key(dims ...string) string {
	var on []string
	for _, d := range dims {
		if d != "" {
			on = append(on, d)
		}
	}
	sort.Strings(on)
	return strings.Join(on, ",")
}

func (w *writer) scope(n crm.NodeNo) {
	near := map[crm.Period]bool{}
	for _, p := range w.frame.Wanted(n, false) {
		near[p] = true
	}
	for _, p := range w.frame.Wanted(n, true) {
		s := measure.Slot{Scope: n, Period: p}
		must := near[p] && w.Org.Nodes[n].Level != crm.RepLevel && (n == crm.Root || w.listed(n))
		if w.contracts {
			w.actual(s, must)
		}
		w.daily(s)
		if strings.Contains(p.Name, "~") {
			continue
		}
		w.target(s)
		if _, forecast := w.first[p.Kind]; forecast {
			w.period(s, near[p], must)
			if w.contracts {
				w.revisedAccuracy(s)
			}
		}
	}
	for _, p := range w.frame.Current {
		s := measure.Slot{Scope: n, Period: p}
		if _, forecast := w.first[p.Kind]; forecast && w.o.trailing(p.Kind) > 0 && w.frame.Wants(s) {
			w.trailing(s)
		}
	}
}

func (w *writer) money(metric string, s measure.Slot, minor int64) measure.Value {
	v := measure.NewMoney("forecast."+metric, s, minor, w.Currency)
	v.Open = w.frame.Running(s.Period)
	return v
}

// actual is R-3.4's: all types together, and separately where forecasts are.
func (w *writer) actual(s measure.Slot, must bool) {
	a, ok := w.board.signed[s]
	if !ok && !must {
		return
	}
	w.put(w.money("actual", s, a.Total()))
	if w.typed[s.Period.Kind] {
		w.put(w.money("actual", s, a.New), seriesNew.key())
		w.put(w.money("actual", s, a.Renewal), seriesRenewal.key())
	}
}

func (w *writer) target(s measure.Slot) {
	goals, ok := w.goals[s.Period]
	if !ok {
		goals = goalsOf(w, s.Period)
		w.goals[s.Period] = goals
	}
	g := goals[s.Scope]
	if !g.given {
		return
	}
	w.put(w.money("target", s, g.minor).Flag(g.uncovered > 0, "partial_target"))
	if !w.contracts {
		return
	}
	actual, only := g.against(w.board.signed[s])
	v := ratio("attainment", s, actual, g.minor, g.minor > 0, 1)
	v.Open = w.frame.Running(s.Period)
	w.put(v.Flag(g.uncovered > 0, "partial_target").Flag(only != "", only))
}

func goalsOf(w *writer, p crm.Period) map[crm.NodeNo]goal {
	return goals(w.Org, w.frozen(p).Date(), func(n crm.NodeNo) Targets { return w.board.plan(n, p).Targets })
}

// ratio is num/den of amounts or rows, no data unless ok; n is how many rows
// are behind it. Amounts stay in minor units: no factor is taken out.
func ratio(metric string, s measure.Slot, num, den int64, ok bool, n int) measure.Value {
	v := measure.Value{Metric: "forecast." + metric, Slot: s, Num: num, N: int64(n)}
	if ok && den != 0 {
		v.Den, v.V, v.OK = den, float64(num)/float64(den), true
	}
	return v
}

// period puts what was forecast for one period and, once it is over and its
// contracts are known, what that was worth (a running score would mislead).
func (w *writer) period(s measure.Slot, near, must bool) {
	sum := w.board.over(seriesAll, s.Scope, []crm.Period{s.Period})
	if !must && sum.n == 0 && sum.expected == 0 && sum.late == 0 && sum.handed == 0 {
		return
	}
	w.submitted(s, sum)
	if w.cascades {
		w.handedUp(s, near)
	}
	if n := w.board.spans[s]; near && n > 0 && len(w.Org.Spells) > 0 && w.Org.Nodes[s.Scope].Level != crm.RepLevel {
		w.put(measure.NewRatio("forecast.span", s, n, 1))
	}
	open := w.frame.Running(s.Period)
	if w.frozen(s.Period).Date() <= w.AsOf {
		w.participation(s, sum.tally, open)
		if near {
			v := measure.NewCount("forecast.late_only", s, sum.late)
			v.Open = open
			w.put(v)
		}
	}
	if !open && w.contracts {
		w.errors(s, near)
	}
}

func (w *writer) submitted(s measure.Slot, sum *score) {
	rep := w.Org.Nodes[s.Scope].Level == crm.RepLevel
	for i := range seriesCount {
		sc := sum
		if i != seriesAll {
			if sc = w.board.scores[i][s]; sc == nil || sc.n == 0 {
				continue
			}
		}
		v := w.money("submitted", s, sc.forecast)
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
func (w *writer) handedUp(s measure.Slot, near bool) {
	h := w.board.handed[s]
	if h == nil || (!h.any && !h.indexed) {
		v := w.money("handed_up", s, 0).Flag(true, "missing_forecast")
		v.Den, v.OK = 0, false
		w.put(v)
		return
	}
	v := w.money("handed_up", s, crm.RoundHalfUp(h.up))
	implied := measure.NewRat("forecast.implied_index", s, h.up, new(big.Rat))
	if sum := w.board.scores[seriesAll][s]; sum != nil {
		implied = measure.NewRat("forecast.implied_index", s, h.up, new(big.Rat).SetInt64(sum.forecast))
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
	v := ratio("participation", s, sum.n, sum.expected, true, int(sum.expected))
	v.Open = open
	w.put(v, dims...)
}

// errors puts the measures of section 3.4 over one closed period.
func (w *writer) errors(s measure.Slot, near bool) {
	for i := range seriesCount {
		if i != seriesAll && !w.typed[s.Period.Kind] {
			continue
		}
		sum := w.board.over(i, s.Scope, []crm.Period{s.Period})
		w.measures(s, sum, i, i.key())
		if near && i == seriesAll {
			w.mape(s, sum)
		}
	}
}

// trailing puts the same over the last closed periods, in the slot of the
// current one.
func (w *writer) trailing(s measure.Slot) {
	history, last := w.board.window(s.Period.Kind)
	dim := fmt.Sprintf("last=%d", w.o.trailing(s.Period.Kind))
	for i := range seriesCount {
		sum := w.board.over(i, s.Scope, last)
		if sum.n == 0 && sum.expected == 0 && sum.handed == 0 {
			continue
		}
		if i == seriesAll {
			w.participation(s, sum.tally, false, dim)
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
	w.put(ratio("deviation", s, a-f, f, f > 0, n), dims...)
	w.put(ratio("bias", s, a-f, f, f > 0, n), dims...)
	w.put(ratio("wape", s, sum.absolute, a, a > 0, n), dims...)
	w.put(apeTotal(s, f, a, n), dims...)
	num, den, ok := sum.accuracy()
	w.put(ratio("accuracy", s, num, den, ok, n).Flag(a == 0 && n > 0, "zero_actual"), dims...)
	w.put(hitRate(s, sum.hits, int64(n)), dims...)
	if of != seriesAll {
		return
	}
	if len(w.Org.Spells) > 0 {
		w.put(hitRate(s, sum.hits, sum.expected), append(dims, "missing=miss")...)
	}
	if w.cascades && sum.up != nil {
		actual := new(big.Rat).SetInt64(sum.covered)
		v := measure.NewRat("forecast.deviation", s, actual.Sub(actual, sum.up), positive(sum.up))
		v.N = sum.handed
		w.put(v, append(dims, "of=handed_up")...)
	}
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
		return ratio("ape_total", s, 0, 1, true, n).Flag(true, "zero_actual")
	}
	return ratio("ape_total", s, abs(a-f), a, a > 0, n)
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
	mean, n, left, ok := mape(sum.rows)
	v := measure.Value{Metric: "forecast.mape", Slot: s}
	if ok {
		v = measure.NewReal("forecast.mape", s, mean)
	}
	v.N = n
	w.put(v.Flag(left > 0, "left_out"), dims...)
	w.put(measure.NewCount("forecast.mape_left_out", s, left), dims...)
	if mean, ok := smape(sum.rows); ok {
		v := measure.NewReal("forecast.smape", s, mean)
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
	w.put(v.Flag(alarm, "alarm"), dim)
	m := measure.Value{Metric: "forecast.mase", Slot: s}
	if x, ok := mase(errors, history, season(s.Period.Kind, len(history))); ok {
		m = measure.NewReal("forecast.mase", s, x)
	}
	m.N = int64(len(errors))
	w.put(m, dim)
}
