package forecast

import (
	"slices"
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// board is everything computed of every scope and period, before any division.
type board struct {
	*index
	org     *crm.Org
	o       Options
	acc     *Acc
	cascade bool // somebody gives confidence indices, or amounts for a unit
	signed  map[crm.NodeNo][]sum
	cells   map[crm.NodeNo][]*cell  // by period; nil where nobody forecast or was expected to
	units   []crm.NodeNo            // that seats or plans are of, in order
	began   map[crm.NodeNo]crm.Date // of reps, the day first signed
}

// sum is what a scope signed in a period, if anything.
type sum struct {
	Signed
	some bool
}

// cell is what came of the forecasts of one scope for one period.
type cell struct {
	scores  [seriesCount]*score // nil where nobody forecast
	handed  *handed
	span    int64
	days    *tally  // of rep-days
	revised []tally // by week, 0 at the freeze

	valued           *valued
	classes          classes
	outliers, tested int32 // forecasts far from the rep's own history, of those that have enough
}

func newBoard(r *reader, acc *Acc, cascade bool) *board {
	signed := r.AsOf
	for c := range acc.Signed.All() {
		signed = min(signed, c.Day)
	}
	b := &board{index: newIndex(r, signed), org: r.frame.Org, o: r.o, acc: acc, cascade: cascade,
		cells: map[crm.NodeNo][]*cell{}, began: map[crm.NodeNo]crm.Date{}}
	b.begin()
	b.signed = b.rollSigned()
	seats := b.seats()
	for k := range acc.Scopes {
		b.openUnits(crm.NodeNo(k.No))
	}
	for n := range b.cells {
		if b.org.Nodes[n].Level != crm.RepLevel {
			b.units = append(b.units, n)
		}
	}
	slices.Sort(b.units)
	var periods []int
	for _, p := range b.scored {
		periods = append(periods, p)
	}
	fold.Each(len(periods), func(i int) { b.score(periods[i], seats[periods[i]]) }) // each in cells of its own
	b.scoreDays(r.frame)
	b.revise(r.frame)
	return b
}

// begin finds the day on which each rep first signed.
func (b *board) begin() {
	for c := range b.acc.Signed.All() {
		n := b.org.Leaves[c.Leaf].Node
		if d, known := b.began[n]; !known || c.Day < d {
			b.began[n] = c.Day
		}
	}
}

// open makes rows of cells for scopes.
func (b *board) open(scopes []crm.NodeNo) {
	for _, n := range scopes {
		if b.cells[n] == nil {
			b.cells[n] = make([]*cell, len(b.periods))
		}
	}
}

// openUnits makes rows for a unit and those above it, unless they are there.
func (b *board) openUnits(n crm.NodeNo) {
	for ; n >= 0 && b.cells[n] == nil && b.org.Nodes[n].Level != crm.RepLevel; n = b.org.Nodes[n].Parent {
		b.cells[n] = make([]*cell, len(b.periods))
	}
}

// cell returns that of a scope whose row is open.
func (b *board) cell(n crm.NodeNo, p int) *cell {
	c := b.cells[n][p]
	if c == nil {
		c = &cell{}
		b.cells[n][p] = c
	}
	return c
}

// seen is the cell of a scope and period, nil where there is none.
func (b *board) seen(n crm.NodeNo, p int) *cell {
	if row := b.cells[n]; row != nil {
		return row[p]
	}
	return nil
}

func (b *board) signedIn(n crm.NodeNo, p int) sum {
	if row := b.signed[n]; row != nil {
		return row[p]
	}
	return sum{}
}

// rollSigned sums what was signed by leaf and period, then by scope (R-0.4: a
// parent is the sum of its children).
func (b *board) rollSigned() map[crm.NodeNo][]sum {
	leaves, out := map[crm.LeafNo][]sum{}, map[crm.NodeNo][]sum{}
	for c, v := range b.acc.Signed.All() {
		in := b.days.Containing(c.Day)
		if len(in) == 0 {
			continue
		}
		row := leaves[c.Leaf]
		if row == nil {
			row = make([]sum, len(b.periods))
			leaves[c.Leaf] = row
		}
		for _, p := range in {
			row[p] = sum{row[p].Plus(v), true}
		}
	}
	for leaf, row := range leaves {
		for _, n := range b.org.Path(leaf) {
			if out[n] == nil {
				out[n] = make([]sum, len(row))
			}
			for p, s := range row {
				if s.some {
					out[n][p] = sum{out[n][p].Plus(s.Signed), true}
				}
			}
		}
	}
	return out
}

// seats lists the seats of each period that is scored, and opens the rows of
// their scopes.
func (b *board) seats() [][]seat {
	out, count := make([][]seat, len(b.periods)), make([]int, len(b.periods))
	for k := range b.acc.Seats {
		if p, ok := b.scored[begun{k.Kind, k.Start}]; ok {
			count[p]++
		}
	}
	for k, plan := range b.acc.Seats {
		p, ok := b.scored[begun{k.Kind, k.Start}]
		if !ok {
			continue
		}
		if out[p] == nil {
			out[p] = make([]seat, 0, count[p])
		}
		node, path := b.org.Leaves[k.No].Node, b.org.Path(crm.LeafNo(k.No))
		b.open(path)
		out[p] = append(out[p], seat{rep: node, path: path, plan: plan, signed: b.signedIn(node, p).Signed})
	}
	return out
}

func (b *board) plan(n crm.NodeNo, p crm.Period) Plan {
	return b.acc.Scopes[Key{int32(n), p.Kind, p.Start, 0}]
}

// score scores one period.
func (b *board) score(p int, seats []seat) {
	sort.Slice(seats, func(i, j int) bool { return seats[i].rep < seats[j].rep })
	for i := range seats {
		s := &seats[i]
		class, classed := b.classOf(s, p)
		far, tested := b.outlierOf(s, p)
		for _, n := range s.path {
			c := b.cell(n, p)
			c.add(s, b.o.Tolerance)
			if classed {
				c.classes[class]++
			}
			if tested {
				c.tested++
			}
			if far {
				c.outliers++
			}
		}
	}
	for _, row := range b.cells {
		if c := row[p]; c != nil {
			for _, s := range c.scores {
				s.seal()
			}
		}
	}
	b.span(p, seats)
	if b.cascade { // else what is handed up is what is forecast
		b.handUp(p, seats)
	}
	if b.valued[p] {
		b.value(p, seats)
	}
}

// add adds a seat below the scope, or its own.
func (c *cell) add(s *seat, tolerance crm.Decimal) {
	all := c.scored(seriesAll)
	all.expected += s.plan.Expected
	all.late += s.plan.Late
	all.ties += s.plan.Ties
	all.proxies += s.plan.Proxy
	for i := range seriesCount {
		if row, ok := i.row(&s.plan, s.signed); ok {
			c.scored(i).addRow(row, tolerance)
		}
	}
}

func (c *cell) scored(of series) *score {
	if c.scores[of] == nil {
		c.scores[of] = &score{}
	}
	return c.scores[of]
}

// handUp runs the cascade of one period and notes its result in the scores.
func (b *board) handUp(p int, seats []seat) {
	hs := cascade(b.org, b.units, seats, func(n crm.NodeNo) Plan { return b.plan(n, b.periods[p]) },
		func(n crm.NodeNo) Signed { return b.signedIn(n, p).Signed })
	for n, h := range hs {
		c := b.cell(n, p)
		c.handed = h
		if !h.any {
			continue
		}
		s := c.scored(seriesAll)
		s.up, s.covered, s.handed = &h.up, h.covered, 1
		if !within(b.o.Tolerance, &h.up, h.covered) {
			s.missed = 1
		}
	}
}

// span counts who reports to each unit directly: the sellers seated in
// it at the freeze, and the units below that have any.
func (b *board) span(p int, seats []seat) {
	seen := map[crm.NodeNo]bool{}
	for _, s := range seats {
		for i, n := range s.path[:len(s.path)-1] {
			if !seen[n] {
				seen[n] = true
				b.cell(s.path[i+1], p).span++
			}
		}
	}
}

// scoreOf is the score of one scope and period, empty where there is none. It
// is not to be written to.
func (b *board) scoreOf(of series, n crm.NodeNo, p int) *score {
	if c := b.seen(n, p); c != nil && c.scores[of] != nil {
		return c.scores[of]
	}
	return &score{}
}

// over adds the scores of one scope over periods, in time order.
func (b *board) over(of series, n crm.NodeNo, periods []int) *score {
	total := &score{}
	row := b.cells[n]
	if row == nil {
		return total
	}
	rows := 0
	for _, p := range periods {
		if row[p] != nil && row[p].scores[of] != nil {
			rows += len(row[p].scores[of].rows)
		}
	}
	total.rows = make([]pair, 0, rows)
	for _, p := range periods {
		if row[p] != nil && row[p].scores[of] != nil {
			total.plus(row[p].scores[of])
		}
	}
	return total
}

// actuals lists what a scope signed in each period, from its first on.
func (b *board) actuals(n crm.NodeNo, periods []int) []int64 {
	var out []int64
	for _, p := range periods {
		if s := b.signedIn(n, p); s.some || len(out) > 0 {
			out = append(out, s.Total())
		}
	}
	return out
}

// scopes lists every unit, and the reps of whom there is anything.
func (b *board) scopes() []crm.NodeNo {
	var out []crm.NodeNo
	for n := 0; n < len(b.org.Nodes) && b.org.Nodes[n].Level != crm.RepLevel; n++ { // units come first
		out = append(out, crm.NodeNo(n))
	}
	units := len(out)
	rep := func(n crm.NodeNo) {
		if b.org.Nodes[n].Level == crm.RepLevel {
			out = append(out, n)
		}
	}
	for n := range b.cells {
		rep(n)
	}
	for n := range b.signed {
		if b.cells[n] == nil {
			rep(n)
		}
	}
	slices.Sort(out[units:])
	return out
}

// scoreDays sums the rep-days of every slot. A day's total of a scope is one
// error: reps net against each other, days do not. A rep-day belongs to
// the unit on the day, with what the rep signed that day.
func (b *board) scoreDays(f *measure.Frame) {
	leaves := map[crm.Date][]crm.LeafNo{}
	for c := range b.acc.Days.All() {
		leaves[c.Day] = append(leaves[c.Day], c.Leaf)
	}
	asked := len(f.Periods()) // which are numbered first
	totals := map[crm.NodeNo]tally{}
	for day, ls := range leaves {
		in := b.days.Containing(day)
		if in = in[:sort.SearchInts(in, asked)]; len(in) == 0 {
			continue
		}
		clear(totals)
		for _, l := range ls {
			t := b.repDay(fold.Cell{Leaf: l, Day: day})
			b.open(b.org.Path(l))
			for _, n := range b.org.Path(l) {
				totals[n] = totals[n].Plus(t)
			}
		}
		for n, t := range totals {
			t.net = abs(t.actual - t.forecast)
			for _, p := range in {
				c := b.cell(n, p)
				if c.days == nil {
					c.days = &tally{}
				}
				*c.days = c.days.Plus(t)
			}
		}
	}
}

func (b *board) repDay(c fold.Cell) tally {
	d := b.acc.Days.At(c.Leaf, c.Day)
	t := tally{expected: d.Expected}
	if d.Submission.Given() {
		forecast, actual := d.Submission.against(b.acc.Signed.At(c.Leaf, c.Day))
		t.addRow(pair{forecast, actual}, b.o.Tolerance)
	}
	return t
}
