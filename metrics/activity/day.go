package activity

import (
	"slices"
	"sort"

	"crmreport/ingest/crm"
)

// met remembers what the rep at hand has had with customers so far.
type met struct {
	last  map[crm.CustomerNo]crm.Date // the latest visit
	valid map[crm.CustomerNo]bool
}

func (m *met) reset() {
	if m.last == nil {
		m.last, m.valid = map[crm.CustomerNo]crm.Date{}, map[crm.CustomerNo]bool{}
	}
	clear(m.last)
	clear(m.valid)
}

// visit notes a visit to a customer, and returns the days since the one before;
// fresh where there was none. Who has no id is nobody's first.
func (m *met) visit(c crm.CustomerNo, d crm.Date) (since int64, fresh bool) {
	if c == crm.NoCustomer {
		return 0, false
	}
	last, was := m.last[c]
	m.last[c] = d
	if !was {
		return 0, true
	}
	return int64(d - last), false
}

// first notes a customer, and reports whether it was not there. Who has no id
// is nobody's first.
func first(in map[crm.CustomerNo]bool, c crm.CustomerNo) bool {
	if c == crm.NoCustomer || in[c] {
		return false
	}
	in[c] = true
	return true
}

// standing folds the visits of one day of the rep at hand, [i, k) of the log,
// into the sums of the stretch of time that it lies in.
func (a *Acc) standing(i, k int) {
	day := a.log.Visits[i:k]
	d := day[0].At.Date()
	leaf := a.book.Org.Leaf(a.log.Rep, d)
	a.turn(leaf, d)
	wanted := len(a.in) > 0
	s := &a.run
	if wanted {
		a.audited(day, s)
	}
	a.collapse(day)
	sure, maybe := a.count(day, d, wanted)
	if !wanted {
		return
	}
	works := a.works(d)
	if !works {
		s.OffDay += sure.visits
	}
	if works && a.seated(d) {
		a.judge(leaf, d, sure, maybe)
		a.tomorrow(d)
	}
}

// turn hands the sums over where a day begins another stretch or leaf.
func (a *Acc) turn(leaf crm.LeafNo, d crm.Date) {
	in := a.days.Containing(d)
	if leaf == a.leaf && sameList(in, a.in) {
		return
	}
	a.settle()
	a.leaf, a.in = leaf, in
}

// sameList reports whether two lists of measure.Stretches are one.
func sameList(x, y []int) bool {
	return len(x) == len(y) && (len(x) == 0 || &x[0] == &y[0])
}

// settle adds the sums of a stretch to their places: the rep's own where a
// period is current, the unit's in all.
func (a *Acc) settle() {
	if len(a.in) > 0 {
		l := a.book.Org.Leaves[a.leaf]
		for _, p := range a.in {
			if l.Node != l.Unit && a.now[p] {
				a.Sums.add(At{l.Node, int32(p)}, &a.run)
			}
			a.Sums.add(At{l.Unit, int32(p)}, &a.run)
		}
		a.run.reset()
	}
	a.in = nil
}

// collapse drops the failed audits of a day and then, of the rows of one
// customer, all but the best.
func (a *Acc) collapse(day []crm.Visit) {
	a.kept = a.kept[:0]
rows:
	for i := range day {
		v := &day[i]
		if v.Audit == crm.AuditFailed {
			continue
		}
		for n, w := range a.kept {
			if w.Customer == v.Customer && v.Customer != crm.NoCustomer {
				if v.Beats(w) {
					a.kept[n] = v
				}
				continue rows
			}
		}
		a.kept = append(a.kept, v)
	}
}

// count counts the visits of a day: as they are, and with those of unknown
// validity as valid ones. Where nobody wants the day only what is remembered of
// customers changes.
func (a *Acc) count(day []crm.Visit, d crm.Date, wanted bool) (sure, maybe tally) {
	timed := wanted && timed(day)
	kinds := [works]bool{}
	for _, v := range a.kept {
		since, fresh := a.met.visit(v.Customer, d)
		valid := v.Valid()
		newValid := valid == crm.Yes && first(a.met.valid, v.Customer)
		if !wanted {
			continue
		}
		sure.visits++
		maybe.visits++
		if valid == crm.Yes {
			sure.add(v, timed, newValid, a.options.Noon)
		}
		if valid != crm.No {
			maybe.add(v, timed, newValid || valid == crm.Unknown && v.Customer != crm.NoCustomer && !a.met.valid[v.Customer], a.options.Noon)
		}
		a.run.Again += one(since > 0)
		a.run.Since += since
		w := a.work(v, d, fresh)
		kinds[w] = true
		a.run.Works[w]++
		a.entry(v, valid)
		a.graded(v, d)
	}
	s := &a.run
	s.Visits += sure.visits
	s.Valid += sure.valid
	s.Unknown += maybe.valid - sure.valid
	if sure.visits > 1 {
		s.Busy++
		if !slices.Contains(kinds[slices.Index(kinds[:], true)+1:], true) {
			s.OneWork++
		}
	}
	return sure, maybe
}

func (t *tally) add(v *crm.Visit, timed, newValid bool, noon int) {
	t.valid++
	switch {
	case !timed:
		t.anytime++
	case v.At.Minute() < noon:
		t.morning++
	default:
		t.afternoon++
	}
	if newValid {
		t.newValid++
	}
}

// entry counts how fresh and how full an entry is.
func (a *Acc) entry(v *crm.Visit, valid crm.Tri) {
	s := &a.run
	switch v.Entered {
	case crm.SameDay:
		s.Fresh++
	case crm.LagUnknown:
		s.EntryUnknown++
	}
	filled := [fields]bool{fieldMet: v.Met != crm.RoleUnknown, fieldPitched: v.Pitched != crm.Unknown,
		fieldRejection: v.Rejection != crm.RejectionUnknown, fieldNote: v.NoteHash != 0,
		fieldNext: valid == crm.Yes && v.Next != crm.LagUnknown, fieldPlanned: v.Planned != crm.Unknown}
	filled[fieldValidity] = filled[fieldMet] && filled[fieldPitched] && filled[fieldRejection]
	s.Planned += one(v.Planned == crm.Yes)
	for f, on := range filled {
		if on {
			s.Filled[f]++
		}
	}
}

// tomorrow counts a day that left a customer to see on the rep's next working
// day, known by midnight (S1-11): a visit whose next contact is dated that day.
// When it was entered may be blank.
func (a *Acc) tomorrow(d crm.Date) {
	next := d + 1
	for next < d+horizon && !a.works(next) {
		next++
	}
	known, blank := false, false
	for _, v := range a.kept {
		if days, ok := v.Next.Days(); ok && d+crm.Date(days) == next {
			known, blank = known || v.Entered == crm.SameDay, blank || v.Entered == crm.LagUnknown
		}
	}
	a.run.Tomorrow += one(known)
	a.run.TomorrowMaybe += one(blank && !known)
}

// horizon is how far a next working day is looked for.
const horizon = 60

// graded counts a visit under the grade that its customer has on its day.
func (a *Acc) graded(v *crm.Visit, d crm.Date) {
	if !a.book.Has("grades") {
		return
	}
	g := a.history.on(v.Customer, d)
	a.run.Grades[g]++
	if v.Planned == crm.Yes && g == gradeA {
		a.run.PlannedA++
	}
	if v.Planned == crm.Yes && g == gradeB {
		a.run.PlannedB++
	}
}

// work says what a visit was for: to close where a contract follows within
// days, else after the sale where one went before, else a first contact of the
// rep or a further one.
func (a *Acc) work(v *crm.Visit, d crm.Date, fresh bool) work {
	before, closing := a.contracts(v.Customer, d, d+crm.Date(a.options.ClosingDays))
	switch {
	case closing:
		return workClosing
	case before:
		return workAfterSales
	case fresh:
		return workNew
	}
	return workFollowUp
}

// contracts reports whether a customer has signed before from, and in
// [from, to]; void contracts are none.
func (a *Acc) contracts(customer crm.CustomerNo, from, to crm.Date) (before, within bool) {
	if customer == crm.NoCustomer {
		return false, false
	}
	cs := a.book.Contracts
	for i := sort.Search(len(cs), func(i int) bool { return cs[i].Customer >= customer }); i < len(cs) && cs[i].Customer == customer; i++ {
		if d := cs[i].SignDate; cs[i].Status != crm.ContractVoid && d <= to {
			before, within = before || d < from, within || d >= from
		}
	}
	return before, within
}

// seated reports whether the rep at hand holds a seller's seat on d: these are
// the days that a standard is asked of, as plan.SeatDays counts them.
func (a *Acc) seated(d crm.Date) bool {
	s, ok := a.book.Org.Spell(a.log.Rep, d)
	left := a.book.Org.LeftOn(a.log.Rep)
	return ok && (s.Role == crm.Seller || s.Role == "") && (!s.HiredOn.Known() || s.HiredOn <= d) && (!left.Known() || d <= left)
}

// judge holds a day against every condition and against the profile of its
// unit.
func (a *Acc) judge(leaf crm.LeafNo, d crm.Date, sure, maybe tally) {
	s, all := &a.run, a.standards.all
	held := func(t tally, into []int64) (met []bool) {
		met = a.held[:0]
		for i, c := range all {
			met = append(met, c.met(t))
			if met[i] {
				into[i]++
			}
		}
		a.held = met
		return met
	}
	profile := a.standards.unit(a.book.Org, a.book.Org.Leaves[leaf].Unit)
	missed := func(met []bool) int {
		return slices.IndexFunc(profile, func(c int) bool { return !met[c] })
	}
	// A day without times of day may have had its visits in either half.
	sure.anytime = 0
	miss := missed(held(sure, s.Asked))
	if miss < 0 {
		s.Met++
	}
	if missed(held(maybe, s.AskedMaybe)) < 0 {
		s.MetMaybe++
	}
	if a.week.Contains(d) {
		x := Day{Visits: sure.visits, Valid: sure.valid, Met: 1}
		if miss >= 0 {
			x.Met, x.Missed = 0, int64(profile[miss])
		}
		a.Week.Add(leaf, d, x)
	}
}
