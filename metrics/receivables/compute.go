package receivables

import (
	"math/big"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Compute ages the receivables of a book. A period's standing is that of its
// last day, or of the as-of day where the period is not over, recomputed as if
// that day were the as-of day. Without invoices there is nothing; without
// payments everything would look open, so nothing is shown but a warning.
func Compute(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("invoices") {
		return measure.Result{}
	}
	if !b.Has("payments") {
		return measure.Result{Warnings: []measure.Warning{{Code: "no_payments", N: int64(len(b.Invoices)), Text: measure.Text{
			ZH: "没有回款表：不计算账龄与逾期。", EN: "No payments table: ageing and overdue are not shown."}}}}
	}
	env := NewEnv(b, stateDays(f), o)
	a := fold.Journeys(b, func() *Acc { return &Acc{Env: env} })
	a.ready()
	return measure.Result{Values: values(a, f), Lists: lists(a), Warnings: warnings(a)}
}

// stateDay is the day whose standing a period shows.
func stateDay(f *measure.Frame, p crm.Period) crm.Date { return min(p.End-1, f.AsOf) }

// opening is the day whose standing a period begins with.
func opening(p crm.Period) crm.Date { return p.Start - 1 }

func stateDays(f *measure.Frame) []crm.Date {
	days := []crm.Date{f.AsOf}
	for _, p := range f.Periods() {
		days = append(days, stateDay(f, p), opening(p))
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// sheet is the slots to publish.
type sheet struct {
	cells  []cell
	first  []int32 // of each node's cells; one more for the end
	sales  *salesBook
	rolls  map[crm.NodeNo][]Roll
	states map[crm.NodeNo]*State
}

// cell is what a slot shows.
type cell struct {
	slot     measure.Slot
	day      int  // number of the state day
	opening  int  // number of the day before the period
	near     bool // every metric covers the period, not the headlines alone
	today    bool // the period is current: its state is that of the as-of day
	open     bool
	shown    bool
	sold     bool // on credit, in the months that are looked at
	rep      bool
	before   int64 // open when the period began
	standing Standing
	flow     Flow
}

// newSheet sums the standings and flows of every scope and period that is
// wanted. Unlike flows, standings are not summed over days.
func newSheet(a *Acc, f *measure.Frame) *sheet {
	s := &sheet{first: make([]int32, 0, len(f.Org.Nodes)+1), sales: newSalesBook(a, f.Org), rolls: a.rollsOf(f.Org), states: a.statesOf(f.Org)}
	flows := fold.Roll(a.Flows, f)
	for i, n := range f.Org.Nodes {
		s.first = append(s.first, int32(len(s.cells)))
		for _, p := range f.Wanted(crm.NodeNo(i), true) {
			slot := measure.Slot{Scope: crm.NodeNo(i), Period: p}
			day, _ := slices.BinarySearch(a.Env.days, stateDay(f, p))
			first, _ := slices.BinarySearch(a.Env.days, opening(p))
			flow, moved := flows[slot]
			s.cells = append(s.cells, cell{slot: slot, day: day, opening: first, near: f.Near(p), today: f.IsCurrent(p), open: f.Running(p),
				shown: moved || n.Level != crm.RepLevel && f.IsCurrent(p), flow: flow,
				rep: n.Level == crm.RepLevel, sold: len(s.sales.months(slot.Scope, a.Env.days[day])) > 0})
		}
	}
	s.first = append(s.first, int32(len(s.cells)))
	for leaf, days := range a.Standings {
		for _, scope := range f.Org.Path(leaf) {
			s.add(scope, days)
		}
	}
	return s
}

// add adds a leaf's standings to a scope's cells.
func (s *sheet) add(scope crm.NodeNo, days []Standing) {
	for i := s.first[scope]; i < s.first[scope+1]; i++ {
		c := &s.cells[i]
		c.standing.add(&days[c.day])
		c.before += days[c.opening].open()
		c.shown = c.shown || c.standing.Entries > 0
	}
}

func values(a *Acc, f *measure.Frame) []measure.Value {
	s := newSheet(a, f)
	w := writer{currency: f.Currency, buckets: a.Env.buckets.keys, days: a.Env.days, sales: s.sales, rolls: s.rolls, states: s.states, rates: a.Env.options.LossRates}
	out := f.Out()
	for _, d := range Definitions() {
		for i := range s.cells {
			if c := &s.cells[i]; c.shows(d.ID) && (d.Headline || c.near) {
				w.put(d.ID, c)
				out.Add(w.out...)
				w.out = w.out[:0]
			}
		}
	}
	return out.Rest()
}

// shows reports whether a cell has a metric. Reps are many: of how fast is
// collected they are shown the headlines.
func (c *cell) shows(id string) bool {
	switch id {
	case idCountBack, idCEI:
		return c.shown || c.sold || c.before != 0
	case idSimpleDSO, idBestDSO, idDelinquent:
		return !c.rep && (c.shown || c.sold)
	case idAllowance:
		return !c.rep && c.shown
	case idLossRate, idDisputed, idLadder, idCauseStep:
		return !c.rep && c.today
	}
	return c.shown
}

// writer turns cells into values.
type writer struct {
	out      []measure.Value
	currency crm.Currency
	buckets  []string // keys
	days     []crm.Date
	sales    *salesBook
	rolls    map[crm.NodeNo][]Roll
	states   map[crm.NodeNo]*State
	rates    []*big.Rat
}

// keysOf are the keys of a metric that is split, else nil.
func (w *writer) keysOf(id string) []string {
	switch id {
	case idBucket, idAllowance, idDisputed:
		return w.buckets
	case idByCause:
		return causeKeys
	case idByStep:
		return stepKeys
	}
	return nil
}

func (w *writer) put(id string, c *cell) {
	s := &c.standing
	switch id {
	case idBalance:
		v := measure.NewMoney(id, c.slot, s.open()-s.Unapplied, w.currency)
		v.N = s.Items
		w.add(v, c)
	case idItems:
		w.add(measure.NewCount(id, c.slot, s.Items), c)
	case idBucket:
		w.keyed(id, c, s.Buckets)
	case idUnapplied:
		w.money(id, c, -s.Unapplied)
	case idOverdue:
		w.money(id, c, s.overdue())
	case idOverdueShare:
		w.add(measure.NewRatio(id, c.slot, s.overdue(), s.open()), c)
	case idByCause:
		w.keyed(id, c, s.Cause[:])
	case idByStep:
		w.keyed(id, c, s.Step[:])
	case idWrittenOff:
		w.money(id, c, c.flow.WrittenOff)
	case idRecovered:
		w.money(id, c, c.flow.Recovered)
	case idCountBack, idSimpleDSO, idBestDSO, idDelinquent, idCEI:
		w.collection(id, c)
	case idAllowance:
		w.allowance(c)
	case idLossRate:
		w.lossRates(c)
	case idDisputed, idLadder, idCauseStep:
		w.state(id, c)
	}
}

func (w *writer) add(v measure.Value, c *cell) {
	v.Open = c.open
	w.out = append(w.out, v)
}

func (w *writer) money(id string, c *cell, n int64) {
	w.add(measure.NewMoney(id, c.slot, n, w.currency), c)
}

// keyed writes an amount a key; no amounts are zeros.
func (w *writer) keyed(id string, c *cell, amounts []int64) {
	for i, key := range w.keysOf(id) {
		var n int64
		if len(amounts) > 0 {
			n = amounts[i]
		}
		w.add(measure.NewMoney(id, c.slot, n, w.currency).Keyed(key), c)
	}
}
