package funnel

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// change is a term of the bridge from the pipeline of one day to that of
// another.
type change int

// The changes in the order of the bridge: opening and all between them come to
// closing, to the cent.
const (
	opening change = iota
	created
	reopened
	grown
	shrunk
	pulledIn
	pushedOut
	transferred
	closedAsWon
	closedAsLost
	closedAsVoid
	closingChange
	changes // how many there are
)

// changeWords are the words of the keys, as bridges of the other families have
// them (closing may be a stage).
var changeWords = [changes]string{"start", "created", "reopened", "grown", "shrunk", "pulled_in", "pushed_out",
	"transferred", "won", "lost", "void", "end"}

// bridge tells the two bridges apart: of all open deals, and of those that are
// expected to close before the period ends.
type bridge int

const (
	ofAll bridge = iota
	ofDue
	bridges // how many there are
)

// Moves are the bridges of a unit in each near period: an amount in minor units
// and a number of deals for each change, then the deals that close the bridge
// without a usable amount; last, how often expected closes moved later.
type Moves Vec

const (
	bridgeLen = 2*int(changes) + 1
	movesLen  = int(bridges)*bridgeLen + 1
)

// place is where the amount of a change is; the number of deals follows.
func (b bridge) place(p int, c change) int { return p*movesLen + int(b)*bridgeLen + 2*int(c) }

func (b bridge) blanks(p int) int { return p*movesLen + int(b)*bridgeLen + 2*int(changes) }

func pushes(p int) int { return (p+1)*movesLen - 1 }

// any reports whether anything moves in the p-th period, or is there.
func (m Moves) any(p int) bool {
	for i := p * movesLen; i < min((p+1)*movesLen, len(m)); i++ {
		if m[i] != 0 {
			return true
		}
	}
	return false
}

// moves is the state of a leaf's unit.
func (a *Acc) moves(leaf crm.LeafNo) Moves {
	s := a.of(leaf)[0]
	if s.Moves == nil {
		s.Moves = make(Moves, a.near*movesLen)
	}
	return s.Moves
}

// addMoves walks the moments of a deal through every near period.
func (a *Acc) addMoves(ms []moment) {
	if len(ms) == 0 {
		return
	}
	for p, period := range a.periods[:a.near] {
		end := min(period.End, a.asOf+1)
		if last := ms[len(ms)-1]; last.fate != crm.DealOpen && last.at < period.Start.At() || ms[0].at >= end.At() {
			continue // it was over, or had not begun
		}
		for b := range bridges {
			w := walk{Acc: a, bridge: b, p: p, start: period.Start, end: end, due: period.End, units: a.passed[:0], rest: a.rest[:0]}
			w.run(ms)
			a.passed, a.rest = w.units, w.rest
		}
		for i := range ms {
			if a.pushed(ms, i) && ms[i].at >= period.Start.At() && ms[i].at < end.At() {
				a.moves(a.leafOf(&ms[i], ms[i].at.Date()))[pushes(p)]++
			}
		}
	}
}

// pushed reports whether the expected close of an open deal moved later at the
// i-th moment.
func (a *Acc) pushed(ms []moment, i int) bool {
	if i == 0 || ms[i].fate != crm.DealOpen || ms[i-1].fate != crm.DealOpen {
		return false
	}
	was, is := ms[i-1].due, ms[i].due
	return was.Known() && is > was
}

func (a *Acc) leafOf(m *moment, d crm.Date) crm.LeafNo { return a.org.Leaf(m.rep, d) }

// walk is one deal on its way over a bridge.
type walk struct {
	*Acc
	bridge
	p          int
	start, end crm.Date // the bridge is of the days from start to before end
	due        crm.Date // before this a deal is due
	units      []crm.NodeNo
	rest       []int64 // by unit: what its terms come to, without the closing
	net        int64   // by how much the amount changed while open
	netAt      crm.LeafNo
}

// inside reports whether the bridge counts a deal at a moment if it is open.
func (w *walk) inside(m *moment) bool {
	return w.bridge == ofAll || m.due.Known() && m.due < w.due
}

func (w *walk) counts(m *moment) bool { return m.fate == crm.DealOpen && w.inside(m) }

// value is the amount at the rate of the bridge's end: a rate that moves moves
// nothing. What is not known is 0.
func (w *walk) value(m *moment) (minor int64, ok bool) {
	if !m.known {
		return 0, false
	}
	return w.convert(m.amount, w.end-1)
}

func (w *walk) worth(m *moment) int64 {
	minor, _ := w.value(m)
	return minor
}

func (w *walk) run(ms []moment) {
	i := 0
	for i < len(ms) && ms[i].at < w.start.At() {
		i++
	}
	if i > 0 && w.counts(&ms[i-1]) {
		w.put(opening, w.leafOf(&ms[i-1], w.start-1), w.worth(&ms[i-1]))
	}
	for ; i < len(ms) && ms[i].at < w.end.At(); i++ {
		was := moment{fate: crm.DealVoid, due: crm.NoDate}
		if i > 0 {
			was = ms[i-1]
		}
		w.step(&was, &ms[i])
	}
	if w.net > 0 {
		w.put(grown, w.netAt, w.net)
	} else if w.net < 0 {
		w.put(shrunk, w.netAt, w.net)
	}
	if last := &ms[i-1]; w.counts(last) {
		w.close(last)
	}
	w.transfer()
}

var closedAs = [...]change{crm.DealWon: closedAsWon, crm.DealLost: closedAsLost, crm.DealVoid: closedAsVoid}

// step counts what happened at a moment.
func (w *walk) step(was, is *moment) {
	leaf, wasOpen, open := w.leafOf(is, is.at.Date()), was.fate == crm.DealOpen, is.fate == crm.DealOpen
	switch {
	case !wasOpen && !w.counts(is): // it stays out
	case !wasOpen && is.fresh:
		w.put(created, leaf, w.worth(is))
	case !wasOpen:
		w.put(reopened, leaf, w.worth(is))
	case !w.inside(was) && !w.inside(is):
	case !w.inside(was):
		w.put(pulledIn, leaf, w.worth(is))
	case open && !w.inside(is):
		w.put(pushedOut, leaf, -w.worth(was))
	default:
		if n := w.worth(is) - w.worth(was); n != 0 {
			w.net, w.netAt = w.net+n, leaf
			w.remember(leaf, 0)
		}
	}
	if wasOpen && !open && (w.inside(was) || w.inside(is)) {
		w.put(closedAs[is.fate], leaf, -w.worth(is))
	}
}

// put adds a term of one deal.
func (w *walk) put(c change, leaf crm.LeafNo, minor int64) {
	m := w.moves(leaf)
	m[w.place(w.p, c)] += minor
	m[w.place(w.p, c)+1]++
	w.remember(leaf, minor)
}

func (w *walk) remember(leaf crm.LeafNo, minor int64) {
	u := w.org.Leaves[leaf].Unit
	for i, n := range w.units {
		if n == u {
			w.rest[i] += minor
			return
		}
	}
	w.units, w.rest = append(w.units, u), append(w.rest, minor)
}

// close counts the deal among those that are there at the end.
func (w *walk) close(m *moment) {
	minor, ok := w.value(m)
	leaf := w.leafOf(m, w.end-1)
	v := w.moves(leaf)
	v[w.place(w.p, closingChange)] += minor
	v[w.place(w.p, closingChange)+1]++
	if !ok {
		v[w.blanks(w.p)]++
	}
	w.remember(leaf, -minor)
}

// transfer puts down what a unit got from others or gave to them: where owners
// change, or change teams, its terms come to its closing only with that.
func (w *walk) transfer() {
	for i, n := range w.units {
		if w.rest[i] != 0 {
			s := w.scope(n)
			if s.Moves == nil {
				s.Moves = make(Moves, w.near*movesLen)
			}
			s.Moves[w.place(w.p, transferred)] -= w.rest[i]
			s.Moves[w.place(w.p, transferred)+1]++
		}
	}
}

// bridgeValues adds the bridges of the i-th period.
func (p *page) bridgeValues(i int) {
	v := make(Moves, p.near*movesLen)
	if p.scope != nil && p.scope.Moves != nil {
		v = p.scope.Moves
	}
	for b, metric := range []string{"funnel.movement", "funnel.movement_due"} {
		for c := range changes {
			if bridge(b) == ofAll && (c == pulledIn || c == pushedOut) {
				continue // no deal leaves the whole for a date
			}
			n := v[bridge(b).place(i, c)+1]
			if n == 0 && c != opening && c != closingChange {
				continue // nothing happened
			}
			m := measure.NewMoney(metric, p.slot, v[bridge(b).place(i, c)], p.currency)
			if m.N = n; c == closingChange && v[bridge(b).blanks(i)] > 0 {
				m.Flags = noAmount
			}
			p.add(&m, "change="+changeWords[c], false)
		}
	}
	n := measure.NewCount("funnel.close_pushes", p.slot, v[pushes(i)])
	p.told(&n, "")
}

// noHistory says that the rows of stage_history lack their expected_close.
var noHistory = []string{"no_expected_close_history"}

// told adds what only a history of expected closes tells.
func (p *page) told(v *measure.Value, key string) {
	if !p.seen.dues {
		*v = measure.Value{Metric: v.Metric, Slot: v.Slot, Flags: noHistory}
	}
	p.add(v, key, false)
}
