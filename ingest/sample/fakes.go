package sample

import "crmreport/ingest/crm"

// fakeState is what a faker still has to do, and has done.
type fakeState struct {
	truth     FakerTruth
	days      map[crm.Date]bool // on which the pattern shows
	customers map[string]bool
	run       int32 // the customer of a daily run
	n         int64
}

// setUp plans the days of the pattern within the plot's quarter.
func (f *fakeState) setUp(s *seller) {
	patterns := map[role]FakePattern{fakerSameMinute: SameMinute, fakerManyPerDay: ManyPerDay, fakerNight: Night,
		fakerDayOff: DayOff, fakerCopiedNotes: CopiedNotes, fakerDailyRun: DailyRun}
	p, ok := patterns[s.rep.role]
	if !ok {
		return
	}
	f.truth = FakerTruth{Rep: s.rep.id, Unit: s.rep.team.path(), Pattern: p, From: crm.NoDate, To: crm.NoDate}
	f.days, f.customers = map[crm.Date]bool{}, map[string]bool{}
	k, off := 0, 0
	for d := s.w.plotFrom + 5; d <= min(s.w.plotTo, s.to); d++ {
		if !s.works(d) {
			if off++; p == DayOff && (off%2 == 0 || d == s.w.end) {
				f.days[d] = true
			}
			continue
		}
		k++
		switch p {
		case SameMinute, Night:
			f.days[d] = k%4 == 0
		case ManyPerDay:
			f.days[d] = k%7 == 0
		case CopiedNotes:
			f.days[d] = true
		case DailyRun:
			f.days[d] = k > 12 && k <= 24
		}
	}
	switch p {
	case DailyRun:
		f.run = s.newCustomer(s.w.plotFrom, "公海")
		f.truth.Customer = s.customers[f.run].id
	case CopiedNotes:
		f.truth.Note = "拜访顺利，客户有意向，下周继续跟进"
	}
}

// running reports whether d must not be taken off.
func (f *fakeState) running(d crm.Date) bool { return f.days[d] }

// many returns how many visits are entered on d instead of n.
func (f *fakeState) many(s *seller, d crm.Date, n int) int {
	if f.truth.Pattern == ManyPerDay && f.days[d] {
		return s.between(25, 30)
	}
	return n
}

// alter bends the visits of a working day.
func (f *fakeState) alter(s *seller, d crm.Date) {
	if !f.days[d] {
		return
	}
	for i := range s.today {
		v := &s.today[i]
		if v.channel != "visit" {
			continue
		}
		switch f.truth.Pattern {
		case SameMinute:
			if i >= 1 && i <= 4 {
				v.minute = s.today[1].minute
				f.fake(v)
			}
		case ManyPerDay:
			f.fake(v)
		case CopiedNotes:
			if i == 2 || i == 5 {
				v.note = f.truth.Note
				f.customers[s.customers[v.customer].id] = true
				f.fake(v)
			}
		}
	}
}

// extra adds visits that never happened.
func (f *fakeState) extra(s *seller, d crm.Date, works bool) {
	if !f.days[d] {
		return
	}
	add := func(customer int32, minute int) *visit {
		s.today = append(s.today, visit{customer: customer, slot: -1, minute: minute, channel: "visit", met: "KP",
			pitched: "1", answer: "none", audit: "unaudited", valid: true})
		return &s.today[len(s.today)-1]
	}
	switch f.truth.Pattern {
	case Night:
		for k := range 2 {
			f.fake(add(s.slots[s.nextSlot()].customer, 1385+k*20+s.IntN(15)))
		}
	case DayOff:
		for k := range 4 {
			f.fake(add(s.slots[s.nextSlot()].customer, 560+k*100+s.IntN(60)))
		}
	case DailyRun:
		v := add(f.run, 1040+s.IntN(10))
		v.met, v.pitched, v.valid = "other", "0", false
		f.fake(v)
	}
}

// fake marks v as made up; quality control has looked at some of those, and
// failed a part.
func (f *fakeState) fake(v *visit) {
	v.faked, v.audit = true, "unaudited"
	if f.truth.Pattern == DailyRun {
		if f.n >= 10 {
			v.audit = "failed" // the ten before stay in a row
		}
	} else {
		switch f.n % 8 {
		case 3:
			v.audit = "failed"
		case 6:
			v.audit = "passed"
		}
	}
	f.n++
}

// count adds today's faked rows to the truth.
func (f *fakeState) count(s *seller, d crm.Date) {
	any := false
	for i := range s.today {
		if v := &s.today[i]; v.faked {
			any = true
			f.truth.Visits++
			if v.audit == "failed" {
				f.truth.Failed++
			}
		}
	}
	if any {
		f.truth.Days++
		if f.truth.From == crm.NoDate {
			f.truth.From = d
		}
		f.truth.To = d
	}
}

// report hands the truth in.
func (f *fakeState) report(s *seller) {
	if f.truth.Visits == 0 {
		return
	}
	f.truth.Customers = int64(len(f.customers))
	s.truth.Fakers = append(s.truth.Fakers, f.truth)
}
