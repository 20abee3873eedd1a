package team

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Yield is what a group of reps made of their valid visits in a window.
type Yield struct {
	Valid    int64
	Signings int64 // in 10^-9
}

// Plus adds field by field.
func (y Yield) Plus(z Yield) Yield { return Yield{y.Valid + z.Valid, y.Signings + z.Signings} }

// rate is signings per valid visit, pooled; false without a valid visit.
func (y Yield) rate() (float64, bool) {
	return float64(y.Signings) / float64(crm.One) / float64(max(1, y.Valid)), y.Valid > 0
}

// Windows are the yields before and after the anchor.
type Windows struct{ Before, After Yield }

// Plus adds field by field.
func (w Windows) Plus(x Windows) Windows {
	return Windows{w.Before.Plus(x.Before), w.After.Plus(x.After)}
}

// did is the difference in differences of the pooled rates: what coached reps
// changed by, less what the others did. False where a window has no valid visit.
// It says nothing about causes: managers coach the weak, who would have come
// nearer to the mean anyhow.
func did(coached, control Windows) (float64, bool) {
	sum := 0.0
	for _, r := range []struct {
		sign float64
		Yield
	}{{1, coached.After}, {-1, coached.Before}, {-1, control.After}, {1, control.Before}} {
		x, ok := r.rate()
		if !ok {
			return 0, false
		}
		sum += r.sign * x
	}
	return sum, true
}

// span is the first and the last day of both windows around an anchor.
type span struct{ first, last crm.Date }

// around finds the windows of n working days of a region on each side of an
// anchor, which is in neither.
func around(c *crm.Calendar, region string, anchor crm.Date, n int) span {
	s := span{anchor, anchor}
	for k := 0; k < n; {
		if s.first--; c.Workday(region, s.first) {
			k++
		}
	}
	for k := 0; k < n; {
		if s.last++; c.Workday(region, s.last) {
			k++
		}
	}
	return s
}

// middle is the median of the anchors: of an even number the earlier one in the
// middle, for a median between two days is none; where that is no working day,
// the next that is.
func middle(c *crm.Calendar, region string, anchors []crm.Date) crm.Date {
	slices.Sort(anchors)
	d := anchors[(len(anchors)-1)/2]
	for !c.Workday(region, d) {
		d++
	}
	return d
}

// signing is a share of a signing of a rep, in 10^-9.
type signing struct {
	day      crm.Date
	customer crm.CustomerNo
	nano     int64
}

// marks are what reps did, by rep and in the order of the days: there may be
// millions of valid visits, of which only the day is kept.
type marks struct {
	valid  [][]crm.Date
	signed [][]signing
}

// newMarks reads the book from a day on. Of several visits of a rep to a
// customer on a day one that was valid counts, after those that failed
// the audit have gone.
func newMarks(b *crm.Book, o Options, from crm.Date) *marks {
	out := &marks{make([][]crm.Date, b.Reps.Len()), make([][]signing, b.Reps.Len())}
	var last struct {
		customer crm.CustomerNo
		day      crm.Date
		reps     []crm.RepNo
	}
	for i := range b.Visits {
		v := &b.Visits[i]
		d := v.At.Date()
		if d < from || v.Rep == crm.NoRep || v.Audit == crm.AuditFailed || !slices.Contains(o.Channels, v.Channel) || v.Valid() != crm.Yes {
			continue
		}
		if v.Customer != last.customer || d != last.day || v.Customer == crm.NoCustomer {
			last.customer, last.day, last.reps = v.Customer, d, last.reps[:0]
		}
		if !slices.Contains(last.reps, v.Rep) {
			last.reps = append(last.reps, v.Rep)
			out.valid[v.Rep] = append(out.valid[v.Rep], d)
		}
	}
	credits(b, func(c *crm.Contract, rep crm.RepNo, nano int64) {
		if rep != crm.NoRep && isSigning(c) && c.SignDate >= from {
			out.signed[rep] = append(out.signed[rep], signing{c.SignDate, c.Customer, nano})
		}
	})
	for rep := range out.valid {
		slices.Sort(out.valid[rep])
		slices.SortStableFunc(out.signed[rep], func(x, y signing) int { return cmp.Compare(x.day, y.day) })
	}
	return out
}

// between sums what a rep did in [from, last]; a customer signs once in a window
//
func (m *marks) between(rep crm.RepNo, from, last crm.Date) Yield {
	begin, _ := slices.BinarySearch(m.valid[rep], from)
	end, _ := slices.BinarySearch(m.valid[rep], last+1)
	y := Yield{Valid: int64(end - begin)}
	ss := m.signed[rep]
	i, _ := slices.BinarySearchFunc(ss, from, func(s signing, d crm.Date) int { return cmp.Compare(s.day, d) })
	seen := map[crm.CustomerNo]bool{}
	for ; i < len(ss) && ss[i].day <= last; i++ {
		if !seen[ss[i].customer] {
			y.Signings += ss[i].nano
			seen[ss[i].customer] = ss[i].customer != crm.NoCustomer
		}
	}
	return y
}

func (m *marks) windows(rep crm.RepNo, anchor crm.Date, s span) Windows {
	return Windows{m.between(rep, s.first, anchor-1), m.between(rep, anchor+1, s.last)}
}

// Group is the coached reps of a slot, or those beside them.
type Group struct {
	Reps    int64
	Windows Windows
	anchors []crm.Date
	pending bool // a window of somebody coached is not over
}

// Trial is what an effect is computed from.
type Trial struct{ Coached, Control Group }

// trials puts together both groups of every slot of a unit.
type trials struct {
	book    *crm.Book
	frame   *measure.Frame
	options Options
	marks   *marks
	people  []Person
	periods []crm.Period
	visits  crm.Date // the first day of the visits table: what was before is not known
	spans   map[regionDay]span
	slots   map[measure.Slot]*Trial
}

type regionDay struct {
	region string
	day    crm.Date
}

func (t *trials) span(region string, d crm.Date) span {
	at := regionDay{region, d}
	s, ok := t.spans[at]
	if !ok {
		s = around(t.book.Calendar, region, d, t.options.CoachingWindow)
		t.spans[at] = s
	}
	return s
}

// covered reports whether both windows are over, and visits known of them: of a
// stretch before the first visit signings alone would be.
func (t *trials) covered(s span) bool { return s.last <= t.book.AsOf && s.first >= t.visits }

// seat is the leaf of a seller on a day.
func (t *trials) seat(p *Person, d crm.Date) (crm.LeafNo, bool) {
	for _, s := range p.Stays {
		if s.From <= d && d <= s.To && t.book.Org.Leaf(p.Rep, d) == s.Leaf {
			return s.Leaf, true
		}
	}
	return 0, false
}

// anchor is the first coached day of a seller in a period.
func anchor(p *Person, in crm.Period) (crm.Date, bool) {
	for _, d := range p.Coached {
		if in.Contains(d.Day) {
			return d.Day, true
		}
	}
	return crm.NoDate, false
}

// units calls f for the slots of the units that a leaf counts in.
func (t *trials) units(leaf crm.LeafNo, p crm.Period, f func(measure.Slot)) {
	for _, scope := range t.book.Org.Path(leaf) {
		if s := (measure.Slot{Scope: scope, Period: p}); unit(t.frame, s) && t.frame.Wants(s) {
			f(s)
		}
	}
}

// coached adds those who were coached, each around the first coached day of the
// period, in the units of that day.
func (t *trials) coached(p *Person, in crm.Period) {
	d, ok := anchor(p, in)
	if !ok {
		return
	}
	leaf, ok := t.seat(p, d)
	if !ok {
		return
	}
	s := t.span(t.region(leaf), d)
	w := t.marks.windows(p.Rep, d, s)
	t.units(leaf, in, func(slot measure.Slot) {
		trial := t.slots[slot]
		if trial == nil {
			trial = &Trial{}
			t.slots[slot] = trial
		}
		g := &trial.Coached
		g.pending = g.pending || s.last > t.book.AsOf
		if !t.covered(s) {
			return
		}
		g.Reps, g.Windows, g.anchors = g.Reps+1, g.Windows.Plus(w), append(g.anchors, d)
	})
}

func (t *trials) region(leaf crm.LeafNo) string {
	return t.book.Org.Nodes[t.book.Org.Leaves[leaf].Unit].Region
}

// control adds a seller to the slots of a period where others were coached: one
// with a seat on the median anchor, and not coached in the period nor in the
// windows around it.
func (t *trials) control(p *Person, in crm.Period, anchors map[measure.Slot]crm.Date) {
	if _, ok := anchor(p, in); ok {
		return
	}
	done := map[measure.Slot]bool{}
	for _, stay := range p.Stays {
		t.units(stay.Leaf, in, func(slot measure.Slot) {
			d, ok := anchors[slot]
			if leaf, seated := t.seat(p, d); !ok || done[slot] || !seated || leaf != stay.Leaf {
				return
			}
			done[slot] = true
			s := t.span(t.region(stay.Leaf), d)
			if !t.covered(s) || coachedBetween(p.Coached, s.first, s.last, func(crm.Date) bool { return true }) {
				return
			}
			g := &t.slots[slot].Control
			g.Reps, g.Windows = g.Reps+1, g.Windows.Plus(t.marks.windows(p.Rep, d, s))
		})
	}
}

// run fills the slots: the coached first, whose median the others take.
func (t *trials) run() {
	anchors := map[measure.Slot]crm.Date{}
	for _, in := range t.periods {
		for i := range t.people {
			t.coached(&t.people[i], in)
		}
	}
	for slot, trial := range t.slots {
		if len(trial.Coached.anchors) > 0 {
			anchors[slot] = middle(t.book.Calendar, t.book.Org.Nodes[slot.Scope].Region, trial.Coached.anchors)
		}
	}
	for _, in := range t.periods {
		for i := range t.people {
			t.control(&t.people[i], in, anchors)
		}
	}
}

// reach is how many days hold the working days of a window, holidays included.
func (o Options) reach() crm.Date { return crm.Date(3*o.CoachingWindow + 30) }

// effects computes what coached reps changed by, against the others.
func effects(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	all := coachedDays(b)
	if !b.Has("visits") || !b.Has("contracts") || len(b.Org.Spells) == 0 || len(all) == 0 {
		return measure.Result{}
	}
	from := b.AsOf
	for _, p := range f.Close() {
		from = min(from, p.Start-o.reach())
	}
	t := &trials{book: b, frame: f, options: o, marks: newMarks(b, o, from), people: people(b, all, from), periods: f.Close(),
		visits: firstVisit(b), spans: map[regionDay]span{}, slots: map[measure.Slot]*Trial{}}
	t.run()
	out := f.Out()
	for slot := range slots(f, false, func(s measure.Slot) bool { return t.slots[s] != nil }) {
		if unit(f, slot) {
			trial := t.slots[slot]
			if trial == nil {
				trial = &Trial{}
			}
			trial.put(out, slot, f.Running(slot.Period))
		}
	}
	return measure.Result{Values: out.Rest()}
}

func firstVisit(b *crm.Book) crm.Date {
	first := b.AsOf
	for i := range b.Visits {
		if at := b.Visits[i].At; at.Known() {
			first = min(first, at.Date())
		}
	}
	return first
}

// few is how many reps of a group are too few to speak of.
const few = 3

// put says what came of a trial: the four rates and what they come to, never
// with an interval, so that it is never coloured.
func (t *Trial) put(out *measure.Out, slot measure.Slot, running bool) {
	open := running || t.Coached.pending
	x, ok := did(t.Coached.Windows, t.Control.Windows)
	v := measure.Value{Metric: effectID, Slot: slot}
	if ok {
		v = measure.NewReal(effectID, slot, x)
	}
	v.N, v.Open = t.Coached.Reps, open
	out.Add(v.Flag(ok, "not_causal").Flag(t.Coached.Reps < few || t.Control.Reps < few, "too_few").Flag(t.Coached.pending, "immature"))
	for _, g := range []struct {
		key string
		Group
	}{{"group=coached", t.Coached}, {"group=control", t.Control}} {
		for _, w := range []struct {
			key string
			Yield
		}{{"window=before", g.Windows.Before}, {"window=after", g.Windows.After}} {
			r := measure.NewNanoRatio(coachRateID, slot, w.Signings, w.Valid*int64(crm.One)).Keyed(g.key + "," + w.key)
			r.N, r.Open = g.Reps, open
			out.Add(r)
		}
	}
}
