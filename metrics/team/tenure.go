package team

import (
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
	"crmreport/metrics/plan"
)

// Staff counts the sellers of a place.
type Staff struct {
	AtStart, AtEnd int64 // with a seat on the first day, and on the last or the as-of day
	Left           int64 // whose last day lies in the period
	Days           int64 // calendar days of seats, up to the as-of day
}

func (s Staff) plus(t Staff) Staff {
	return Staff{s.AtStart + t.AtStart, s.AtEnd + t.AtEnd, s.Left + t.Left, s.Days + t.Days}
}

// bands are the months since being hired of the tenure curve, from each on.
var bands = [...]struct {
	from int
	key  string
}{{0, "tenure=0-3"}, {3, "tenure=3-6"}, {6, "tenure=6-12"}, {12, "tenure=12+"}}

// Tenure is what sellers did while hired so long ago, by band.
type Tenure [len(bands)]struct{ Days, Signings int64 } // calendar days of seats; 10^-9

func (t Tenure) plus(u Tenure) Tenure {
	for i := range t {
		t[i].Days, t[i].Signings = t[i].Days+u[i].Days, t[i].Signings+u[i].Signings
	}
	return t
}

// band is the number of the band of a day.
func band(hired, d crm.Date) int {
	for i := len(bands) - 1; i > 0; i-- {
		if d >= hired.AddMonths(bands[i].from) {
			return i
		}
	}
	return 0
}

// StaffAcc folds people.
type StaffAcc struct {
	Staff  map[Place]Staff
	Tenure map[Place]Tenure

	book    *crm.Book
	frame   *measure.Frame
	hires   hires
	periods []crm.Period
}

func newStaffAcc(b *crm.Book, f *measure.Frame) *StaffAcc {
	return &StaffAcc{Staff: map[Place]Staff{}, Tenure: map[Place]Tenure{}, book: b, frame: f, hires: newHires(b), periods: f.Close()}
}

// Add folds the seats of a person; each day counts once, in its leaf.
func (a *StaffAcc) Add(p *Person) {
	for _, s := range p.Stays {
		for n, period := range a.periods {
			first, last := period.Start, min(period.End-1, a.book.AsOf)
			here := func(d crm.Date) bool { return s.From <= d && d <= s.To && a.book.Org.Leaf(p.Rep, d) == s.Leaf }
			left := a.book.Org.LeftOn(p.Rep)
			staff := Staff{one(here(first)), one(here(last)), one(left.Known() && period.Contains(left) && left <= last && here(left)), 0}
			for d := max(first, s.From); d <= min(last, s.To); d++ {
				staff.Days += one(here(d))
			}
			a.units(s.Leaf, n, func(at Place) { a.Staff[at] = a.Staff[at].plus(staff) })
			if t, any := a.days(p, s, max(first, s.From), min(last, s.To)); any {
				a.units(s.Leaf, n, func(at Place) { a.Tenure[at] = a.Tenure[at].plus(t) })
			}
		}
	}
}

// days counts the days of a stay in [from, last] by band.
func (a *StaffAcc) days(p *Person, s Stay, from, last crm.Date) (t Tenure, any bool) {
	hired := a.hires.of(p.Rep, last)
	if !hired.Known() || from > last {
		return t, false
	}
	for i := range bands {
		begin, end := from, last
		if i > 0 {
			begin = max(begin, hired.AddMonths(bands[i].from))
		}
		if i+1 < len(bands) {
			end = min(end, hired.AddMonths(bands[i+1].from)-1)
		}
		for d := begin; d <= end; d++ {
			if a.book.Org.Leaf(p.Rep, d) == s.Leaf {
				t[i].Days, any = t[i].Days+1, true
			}
		}
	}
	return t, any
}

func (a *StaffAcc) units(leaf crm.LeafNo, n int, f func(Place)) {
	for _, scope := range a.book.Org.Path(leaf) {
		if unit(a.frame, measure.Slot{Scope: scope, Period: a.periods[n]}) {
			f(Place{scope, int32(n)})
		}
	}
}

// sign adds a share of a signing of a period.
func (a *StaffAcc) sign(rep crm.RepNo, d crm.Date, n int, nano int64) {
	if rep == crm.NoRep {
		return
	}
	hired := a.hires.of(rep, d)
	if !hired.Known() {
		return
	}
	var t Tenure
	t[band(hired, d)].Signings = nano
	a.units(a.book.Org.Leaf(rep, d), n, func(at Place) { a.Tenure[at] = a.Tenure[at].plus(t) })
}

// Merge adds the state of b.
func (a *StaffAcc) Merge(b *StaffAcc) {
	for at, s := range b.Staff {
		a.Staff[at] = a.Staff[at].plus(s)
	}
	for at, t := range b.Tenure {
		a.Tenure[at] = a.Tenure[at].plus(t)
	}
}

// signings calls f for every share of a signing and each period that it counts
// in: a customer signs once in a period.
func signings(b *crm.Book, periods []crm.Period, f func(c *crm.Contract, rep crm.RepNo, period int, nano int64)) {
	first := make([]*crm.Contract, len(periods)) // of the customer at hand
	customer := crm.NoCustomer
	credits(b, func(c *crm.Contract, rep crm.RepNo, nano int64) {
		if !isSigning(c) {
			return
		}
		if c.Customer != customer || c.Customer == crm.NoCustomer {
			clear(first)
			customer = c.Customer
		}
		for n, p := range periods {
			if p.Contains(c.SignDate) && (first[n] == nil || first[n] == c || c.Customer == crm.NoCustomer) {
				first[n] = c
				f(c, rep, n, nano)
			}
		}
	})
}

// rep-months are counted in days.
const daysPerMonth = 30

// staff computes who left, and what people sign by how long they are there.
func staff(b *crm.Book, f *measure.Frame, _ Options) measure.Result {
	if len(b.Org.Spells) == 0 {
		return measure.Result{}
	}
	a, from := newStaffAcc(b, f), b.AsOf
	for _, p := range a.periods {
		from = min(from, p.Start)
	}
	for _, p := range people(b, nil, from) {
		a.Add(&p)
	}
	sold := map[measure.Slot]int64{}
	if b.Has("contracts") {
		sold = soldIn(b, f, a.periods)
		signings(b, a.periods, func(c *crm.Contract, rep crm.RepNo, n int, nano int64) { a.sign(rep, c.SignDate, n, nano) })
	}
	out := f.Out()
	for i := range f.Org.Nodes {
		for n, p := range a.periods {
			slot := measure.Slot{Scope: crm.NodeNo(i), Period: p}
			s, ok := a.Staff[Place{slot.Scope, int32(n)}]
			if !ok || !f.Wants(slot) {
				continue
			}
			v := measure.NewRatio(turnoverID, slot, 2*s.Left, s.AtStart+s.AtEnd)
			v.N, v.Open = s.Left, f.Running(p)
			out.Add(v)
			heads := measure.NewRatio(headsID, slot, s.Days, int64(min(p.End, b.AsOf+1)-p.Start))
			heads.Open = f.Running(p)
			out.Add(heads)
			if !b.Has("contracts") {
				continue
			}
			out.Add(perHead(slot, sold[slot], heads, b.Currency))
			for k, t := range a.Tenure[Place{slot.Scope, int32(n)}] {
				v := measure.NewNanoRatio(curveID, slot, daysPerMonth*t.Signings, t.Days*int64(crm.One)).Keyed(bands[k].key)
				v.N, v.Open = t.Days, f.Running(p)
				out.Add(v)
			}
		}
	}
	return measure.Result{Values: out.Rest()}
}

// newcomers computes how long it takes a new seller to the first visit: of those
// hired in a period, who are at risk until the as-of day or the day they left.
func newcomers(b *crm.Book, f *measure.Frame, _ Options) measure.Result {
	if !b.Has("visits") || len(b.Org.Spells) == 0 {
		return measure.Result{}
	}
	first := make([]crm.Date, b.Reps.Len())
	for i := range first {
		first[i] = crm.NoDate
	}
	for i := range b.Visits {
		if v := &b.Visits[i]; v.Rep != crm.NoRep && v.At.Known() && (!first[v.Rep].Known() || v.At.Date() < first[v.Rep]) {
			first[v.Rep] = v.At.Date()
		}
	}
	endings, periods, from := map[measure.Slot][]measure.Ending{}, f.Close(), b.AsOf
	for _, p := range periods {
		from = min(from, p.Start)
	}
	h := newHires(b)
	for _, p := range people(b, nil, from) {
		hired, last := h.of(p.Rep, b.AsOf), p.Stays[len(p.Stays)-1].To
		leaf := p.Stays[0].Leaf
		e := measure.Ending{Days: float64(max(0, last-hired)), N: 1}
		if v := first[p.Rep]; v.Known() {
			e = measure.Ending{Days: float64(max(0, v-hired)), Fate: 1, N: 1}
		}
		for _, in := range periods {
			if !in.Contains(hired) {
				continue
			}
			for _, scope := range b.Org.Path(leaf) {
				if s := (measure.Slot{Scope: scope, Period: in}); unit(f, s) && f.Wants(s) {
					endings[s] = append(endings[s], e)
				}
			}
		}
	}
	out := f.Out()
	for slot := range slots(f, false, func(s measure.Slot) bool { return endings[s] != nil }) {
		if unit(f, slot) {
			out.Add(median(f, firstVisitID, slot, endings[slot]))
		}
	}
	return measure.Result{Values: out.Rest()}
}

// assigned computes on how many of the days that sellers worked they got as many
// leads as they should (S1-14).
func assigned(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("leads") || len(b.Org.Spells) == 0 {
		return measure.Result{}
	}
	type repDay struct {
		rep crm.RepNo
		day crm.Date
	}
	got := map[repDay]int{}
	for i := range b.Leads {
		if l := &b.Leads[i]; l.Rep != crm.NoRep {
			got[repDay{l.Rep, l.AssignedAt.Date()}]++
		}
	}
	type side struct{ in, days int64 }
	sums := map[measure.Slot]side{}
	add := func(leaf crm.LeafNo, p crm.Period, n side) {
		for _, scope := range f.Org.Path(leaf) {
			s := measure.Slot{Scope: scope, Period: p}
			sums[s] = side{sums[s].in + n.in, sums[s].days + n.days}
		}
	}
	plan.SeatDays(f, f.Close(), func(leaf crm.LeafNo, p crm.Period, days int64) { add(leaf, p, side{days: days}) })
	for at, n := range got {
		if n < o.AssignedFrom || n > o.AssignedTo || !worked(b, at.rep, at.day) {
			continue
		}
		for _, p := range f.Close() {
			if p.Contains(at.day) {
				add(b.Org.Leaf(at.rep, at.day), p, side{in: 1})
			}
		}
	}
	out := f.Out()
	for slot := range slots(f, false, func(s measure.Slot) bool { return sums[s] != side{} }) {
		if unit(f, slot) {
			v := measure.NewRatio(inRangeID, slot, sums[slot].in, sums[slot].days)
			v.Open = f.Running(slot.Period)
			out.Add(v)
		}
	}
	return measure.Result{Values: out.Rest()}
}

// worked reports whether a rep had a seat on a day and worked on it.
func worked(b *crm.Book, rep crm.RepNo, d crm.Date) bool {
	leaf := b.Org.Leaf(rep, d)
	s, ok := b.Org.Spell(rep, d)
	return ok && slices.Contains([]crm.Role{"", crm.Seller}, s.Role) && (!s.HiredOn.Known() || s.HiredOn <= d) &&
		b.Calendar.RepWorkday(rep, b.Org.Nodes[b.Org.Leaves[leaf].Unit].Region, d)
}
