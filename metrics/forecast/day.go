package forecast

import (
	"crmreport/ingest/crm"
)

// repDay is a rep's node and a day.
type repDay struct {
	rep crm.NodeNo
	day crm.Date
}

// dayLines makes the lines of the day forecasts that count, in the leaf of the
// day, and of the days on which reps were expected to give one: working days of
// sellers, from the first day that any rep forecast.
func (r *reader) dayLines(emit func(Line)) {
	subs := r.daySubmissions()
	for at, s := range subs {
		emit(r.dayLine(at, Daily{Submission: s}))
	}
	if !r.firstDay.Known() {
		return
	}
	expected := map[repDay]bool{}
	for at, s := range subs {
		if s.Given() {
			expected[at] = true
		}
	}
	r.Org.Seats(max(r.firstDay, r.AsOf.AddMonths(-reach)), r.AsOf, func(leaf crm.LeafNo, from, to crm.Date) {
		l := r.Org.Leaves[leaf]
		region := r.Org.Nodes[l.Unit].Region
		for d := from; d <= to; d++ {
			if r.Org.Leaf(l.Rep, d) == leaf && r.Calendar.RepWorkday(l.Rep, region, d) {
				expected[repDay{l.Node, d}] = true
			}
		}
	})
	if len(r.Org.Spells) == 0 { // nobody knows who was expected
		return
	}
	for at := range expected {
		emit(r.dayLine(at, Daily{Expected: 1}))
	}
}

func (r *reader) dayLine(at repDay, d Daily) Line {
	return Line{Kind: DayLine, Leaf: r.Org.Leaf(r.Org.Nodes[at.rep].Rep, at.day), Day: at.day, Daily: d}
}

// daySubmissions finds, for each rep and day up to the as-of day, the last
// forecast at or before the freeze of the day.
func (r *reader) daySubmissions() map[repDay]Submission {
	type typed struct {
		repDay
		kind crm.ContractType
	}
	groups := map[typed][]int32{}
	for i := range r.Forecasts {
		f := &r.Forecasts[i]
		if !f.Day.Known() || f.Day > r.AsOf {
			continue
		}
		node, ok := r.resolve(f.Subject, f.Day)
		switch {
		case !ok:
			r.warn("unknown_subject", unknownSubject)
			continue
		case r.Org.Nodes[node].Level != crm.RepLevel:
			r.warn("unit_day", unitDay)
			continue
		}
		if !r.firstDay.Known() || f.Day < r.firstDay {
			r.firstDay = f.Day
		}
		g := typed{repDay{node, f.Day}, f.Type}
		groups[g] = append(groups[g], int32(i))
	}
	out := map[repDay]Submission{}
	for g, rows := range groups {
		var c chosen
		r.choose(&c, rows, g.kind, true, r.o.dayFreeze(g.day))
		if s := c.plan.Submission; s.Given() {
			out[g.repDay] = out[g.repDay].Plus(s)
		}
	}
	return out
}

// daily puts what the day forecasts of a period were worth, to date where it is
// running: each day of it is over.
func (w *writer) daily(s slot) {
	c := w.board.seen(s.Scope, s.no)
	if c == nil || c.days == nil {
		return
	}
	t := *c.days
	const dim = "horizon=day"
	from := len(w.values)
	w.participation(s.Slot, t, false, dim)
	switch {
	case w.contracts && t.n > 0:
		w.measures(s.Slot, &score{tally: t}, seriesAll, dim)
	case w.contracts && len(w.Org.Spells) > 0: // all missed
		w.put(hitRate(s.Slot, 0, t.expected), dim, "missing=miss")
	}
	for i := range w.values[from:] {
		w.values[from+i].Open = w.frame.Running(s.Period)
	}
}
