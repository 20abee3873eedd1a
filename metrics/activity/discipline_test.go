package activity

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/fold/foldtest"
	"crmreport/metrics/measure"
)

// discipline is the book of the worked case. Its calendar is of three days: the
// others up to the last visit are given as days off.
func discipline(t *testing.T) *crm.Book {
	d := &draft{}
	for _, r := range []string{"R1", "R2", "R3"} {
		d.stay(r, "T1")
	}
	d.book.Visits = make([]crm.Visit, 0, 100)
	for _, r := range casetest.CSV(t, "daily_discipline/visits.csv") {
		v := d.visit(r["rep_id"], r["customer_id"], r["start_at"])
		v.Met, v.Pitched = map[string]crm.MetRole{"KP": crm.RoleKP, "none": crm.RoleNone}[r["met_role"]], map[string]crm.Tri{"Y": crm.Yes, "N": crm.No}[r["pitched"]]
		v.Entered = crm.LagOf(v.At.Date(), day(r["entered_at"][:10]))
		if r["rejection"] != "none" || r["audit_status"] != "unaudited" {
			t.Fatalf("%v", r)
		}
	}
	for _, r := range casetest.CSV(t, "daily_discipline/roster.csv") {
		d.roster = append(d.roster, crm.RosterDay{Rep: d.reps.Number(r["rep_id"]), Date: day(r["date"]), Work: r["status"] == "on"})
	}
	b := d.done("2024-06-08")
	calendar := []crm.CalendarDay{{Date: day("2024-06-05")}, {Date: day("2024-06-06")}, {Date: day("2024-06-07")}}
	for _, r := range casetest.CSV(t, "daily_discipline/calendar.csv") {
		calendar = append(calendar, crm.CalendarDay{Date: day(r["date"]), Workday: r["is_workday"] == "1"})
	}
	b.Calendar = crm.NewCalendar(nil, calendar, d.roster)
	return b
}

// in computes b with one current period of each kind: from one day to another.
func in(b *crm.Book, o Options, from, to string) map[address]measure.Value {
	f := measure.NewFrame(b)
	for i := range f.Current {
		f.Current[i] = crm.Period{Name: fmt.Sprint(i), Start: day(from), End: day(to) + 1}
	}
	out := map[address]measure.Value{}
	for _, v := range Compute(b, f, o).Values {
		if v.Slot.Period.Name == "0" {
			out[address{b.Org.Nodes[v.Slot.Scope].ID, v.Metric, v.Key}] = v
		}
	}
	return out
}

// The worked case daily_discipline, every key of it.
func TestDailyDiscipline(t *testing.T) {
	type tally struct {
		Visits, Valid int64
		Morning       int64    `json:"valid_am"`
		Afternoon     int64    `json:"valid_pm"`
		Ok8           bool     `json:"ok_8_visits"`
		Ok2           bool     `json:"ok_2_valid"`
		Ok8Valid      bool     `json:"ok_8_valid"`
		OkHalves      bool     `json:"ok_am3_pm5"`
		SameDay       int64    `json:"same_day_entry"`
		SameDayRate   *float64 `json:"same_day_entry_rate"`
	}
	var want struct {
		Days       map[string]tally
		Compliance map[string]map[string]struct{ Met, Days int64 }
		OffDay     map[string]int64 `json:"off_day_visits"`
	}
	casetest.JSON(t, &want, "daily_discipline", "expected.json")
	b, conditions := discipline(t), map[string]string{"ok_8_visits": "visits_8", "ok_2_valid": "valid_2", "ok_8_valid": "valid_8", "ok_am3_pm5": "am3_pm5"}
	if len(want.Days) != 5 || len(want.Compliance) != 3 || len(want.OffDay) != 1 {
		t.Fatalf("the case has %d days, %d reps, %d off-day reps", len(want.Days), len(want.Compliance), len(want.OffDay))
	}
	for name, w := range want.Days {
		rep, on, _ := strings.Cut(name, " ")
		got := in(b, DefaultOptions(), on, on)
		at := func(metric, key string) measure.Value { return got[address{rep, "activity." + metric, key}] }
		if v := at("visits_per_day", ""); v.Num != w.Visits || v.Den != 1 {
			t.Errorf("%s: %d visits in %d days, want %d", name, v.Num, v.Den, w.Visits)
		}
		if v := at("same_day_entry", ""); v.Num != w.SameDay || v.Den != w.Visits || v.OK != (w.SameDayRate != nil) || v.OK && math.Abs(v.V-*w.SameDayRate) > 1e-9 {
			t.Errorf("%s: entered on the day %+v, want %d", name, v, w.SameDay)
		}
		for key, ok := range map[string]bool{"ok_8_visits": w.Ok8, "ok_2_valid": w.Ok2, "ok_8_valid": w.Ok8Valid, "ok_am3_pm5": w.OkHalves} {
			if v := at("standard_met", "condition="+conditions[key]); v.Num != one(ok) || v.Den != 1 {
				t.Errorf("%s: %s %d of %d, want %v", name, key, v.Num, v.Den, ok)
			}
		}
		// How many are valid, and when, is where a standard of as many turns.
		for want, s := range map[Standard]int64{{Valid: 1}: w.Valid, {Morning: 1}: w.Morning, {Afternoon: 1}: w.Afternoon} {
			for n, met := range map[int64]int64{s: 1, s + 1: 0} {
				if n == 0 {
					continue // it would ask for nothing
				}
				o := DefaultOptions()
				o.Profiles = map[string]Standard{"p": {Valid: want.Valid * int(n), Morning: want.Morning * int(n), Afternoon: want.Afternoon * int(n)}}
				o.Profile = "p"
				if v := in(b, o, on, on)[address{rep, "activity.days_on_standard", ""}]; v.Num != met || v.Den != 1 {
					t.Errorf("%s: asked for %+v × %d: %d of %d", name, want, n, v.Num, v.Den)
				}
			}
		}
	}
	got := in(b, DefaultOptions(), "2024-06-03", "2024-06-08")
	for rep, cs := range want.Compliance {
		for key, w := range cs {
			v := got[address{rep, "activity.standard_met", "condition=" + conditions[key]}]
			if v.Num != w.Met || v.Den != w.Days {
				t.Errorf("%s %s: %d of %d, want %+v", rep, key, v.Num, v.Den, w)
			}
		}
		if v := got[address{rep, "activity.off_day_visits", ""}]; v.Num != want.OffDay[rep] {
			t.Errorf("%s: %d visits on days off", rep, v.Num)
		}
	}
	// R1: 3 June of two days; R2: 3 June of one; R3: none of two (8 visits with 2 valid).
	// With 8 valid, 3 before noon and 5 after: R1 on 3 June alone.
	for profile, met := range map[string][3]int64{"铁军": {1, 1, 0}, "诚信通": {1, 0, 0}} {
		o := DefaultOptions()
		o.Teams = map[string]string{"G1": profile}
		got := in(b, o, "2024-06-03", "2024-06-08")
		for i, days := range []int64{2, 1, 2} {
			if v := got[address{fmt.Sprint("R", i+1), "activity.days_on_standard", ""}]; v.Num != met[i] || v.Den != days {
				t.Errorf("%s: R%d met it on %d of %d days", profile, i+1, v.Num, v.Den)
			}
		}
		if v := got[address{"G1/T1", "activity.days_on_standard", ""}]; v.Num != met[0]+met[1]+met[2] || v.Den != 5 {
			t.Errorf("%s: the team met it on %d of %d days", profile, v.Num, v.Den)
		}
	}
}

// A profile is of the longest path that is named.
func TestProfileOfTeam(t *testing.T) {
	o := DefaultOptions()
	o.Teams = map[string]string{"华东": "诚信通", "华东/上海/一组": "铁军", "华东/上海": "x"}
	for path, want := range map[string]string{"华东": "诚信通", "华东/杭州/一组": "诚信通", "华东/上海/一组": "铁军", "华东/上海/二组": "x", "华北": "铁军", "": "铁军"} {
		if got := o.profile(path); got != want {
			t.Errorf("%s has %s, want %s", path, got, want)
		}
	}
}

func TestDisciplineEdges(t *testing.T) {
	const on = "2025-03-03" // a Monday
	valid := func(d *draft, customer, at string) *crm.Visit {
		v := d.visit("R1", customer, at)
		v.Pitched, v.Entered, v.Next = crm.Yes, crm.SameDay, crm.SameDay+1
		return v
	}
	many := func(d *draft, n int, clock string) {
		d.book.Visits = make([]crm.Visit, 0, 50)
		for i := range n {
			valid(d, fmt.Sprint("C", i), on+clock)
		}
	}
	for _, c := range []struct {
		what   string
		fill   func(*draft)
		metric string
		key    string
		num    int64
		den    int64
		bounds *measure.Interval
	}{
		{"twice at a customer is one visit (R-1.3)", func(d *draft) { valid(d, "C1", on+"T09:00"); valid(d, "C1", on+"T15:00") }, "visits_per_day", "", 1, 1, nil},
		{"a failed audit leaves every count (R-1.35)", func(d *draft) { valid(d, "C1", on+"T09:00").Audit = crm.AuditFailed }, "visits_per_day", "", 0, 1, nil},
		{"12:00 is afternoon: 3 and 5 met", func(d *draft) {
			for i := range 8 {
				valid(d, fmt.Sprint("C", i), fmt.Sprintf("%sT%02d:00", on, 9+i))
			}
		}, "standard_met", "condition=am3_pm5", 1, 1, nil},
		{"four before noon leave four after", func(d *draft) {
			for i := range 8 {
				valid(d, fmt.Sprint("C", i), fmt.Sprintf("%sT%02d:59", on, 8+i))
			}
		}, "standard_met", "condition=am3_pm5", 0, 1, nil},
		{"date-only visits may be in either half", func(d *draft) { many(d, 8, "T00:00") }, "standard_met", "condition=am3_pm5", 0, 1, &measure.Interval{Hi: measure.Bound{V: 1, OK: true}, Lo: measure.Bound{OK: true}}},
		{"seven of them are too few", func(d *draft) { many(d, 7, "T00:00") }, "standard_met", "condition=am3_pm5", 0, 1, nil},
		{"unknown validity is not valid, but may be (R-0.10)", func(d *draft) {
			many(d, 8, "T00:00")
			for i := range 7 {
				d.book.Visits[i].Pitched = crm.Unknown
			}
		}, "days_on_standard", "", 0, 1, &measure.Interval{Hi: measure.Bound{V: 1, OK: true}, Lo: measure.Bound{OK: true}}},
		{"two valid of eight", func(d *draft) {
			many(d, 8, "T00:00")
			for i := range 6 {
				d.book.Visits[i].Pitched = crm.No
			}
		}, "days_on_standard", "", 1, 1, nil},
		{"on leave", func(d *draft) { many(d, 8, "T00:00"); d.roster = []crm.RosterDay{{Rep: 0, Date: day(on)}} }, "days_on_standard", "", 0, 0, nil},
		{"a visit on leave counts as a visit", func(d *draft) { many(d, 8, "T00:00"); d.roster = []crm.RosterDay{{Rep: 0, Date: day(on)}} }, "off_day_visits", "", 8, 1, nil},
		{"before they were hired", func(d *draft) { many(d, 8, "T00:00"); d.spells[0].HiredOn = day(on) + 1 }, "days_on_standard", "", 0, 0, nil},
		{"who leads is asked nothing", func(d *draft) { many(d, 8, "T00:00"); d.spells[0].Role = crm.Supervisor }, "days_on_standard", "", 0, 0, nil},
		{"eight in eight hours", func(d *draft) { many(d, 8, "T00:00") }, "valid_per_hour", "", 8, 8, nil},
		{"blank time of entry", func(d *draft) {
			many(d, 4, "T09:00")
			d.book.Visits[0].Entered = crm.LagUnknown
			d.book.Visits[1].Entered++
		}, "same_day_entry", "", 2, 4,
			&measure.Interval{Lo: measure.Bound{V: .5, OK: true}, Hi: measure.Bound{V: .75, OK: true}}},
		{"the three fields of validity", func(d *draft) {
			many(d, 4, "T09:00")
			d.book.Visits[0].Pitched, d.book.Visits[1].Met = crm.Unknown, crm.RoleUnknown
		}, "filled", "field=validity", 2, 4, nil},
		{"next contact is asked of valid visits", func(d *draft) {
			many(d, 4, "T09:00")
			d.book.Visits[0].Pitched, d.book.Visits[1].Next = crm.No, crm.LagUnknown
		}, "filled", "field=next_contact", 2, 3, nil},
		{"a note", func(d *draft) { many(d, 4, "T09:00"); d.book.Visits[0].NoteHash = 1 }, "filled", "field=note", 1, 4, nil},
		{"first contacts", func(d *draft) { many(d, 3, "T09:00"); valid(d, "C0", "2025-02-28T09:00") }, "day_mix", "kind=first_contact", 2, 3, nil},
		{"a further visit", func(d *draft) { many(d, 3, "T09:00"); valid(d, "C0", "2025-02-28T09:00") }, "day_mix", "kind=follow_up", 1, 3, nil},
		{"signed on the seventh day after", func(d *draft) { many(d, 3, "T09:00"); d.sign("C0", "2025-03-10") }, "day_mix", "kind=to_close", 1, 3, nil},
		{"signed on the eighth", func(d *draft) { many(d, 3, "T09:00"); d.sign("C0", "2025-03-11") }, "day_mix", "kind=to_close", 0, 3, nil},
		{"signed before", func(d *draft) { many(d, 3, "T09:00"); d.sign("C0", "2025-03-02") }, "day_mix", "kind=after_sales", 1, 3, nil},
		{"signed before and void", func(d *draft) { many(d, 3, "T09:00"); d.sign("C0", "2025-03-02").Status = crm.ContractVoid }, "day_mix", "kind=after_sales", 0, 3, nil},
		{"one kind of work", func(d *draft) { many(d, 3, "T09:00") }, "days_single_kind", "", 1, 1, nil},
		{"two kinds", func(d *draft) { many(d, 3, "T09:00"); d.sign("C0", "2025-03-02") }, "days_single_kind", "", 0, 1, nil},
		{"one visit is no mix", func(d *draft) { many(d, 1, "T09:00") }, "days_single_kind", "", 0, 0, nil},
		{"new valid customers", func(d *draft) { many(d, 8, "T09:00") }, "standard_met", "condition=new_valid_8", 1, 1, nil},
		{"one of them was visited validly before", func(d *draft) { many(d, 8, "T09:00"); valid(d, "C0", "2025-02-28T09:00") }, "standard_met", "condition=new_valid_8", 0, 1, nil},
		{"one of them was visited in vain before", func(d *draft) { many(d, 8, "T09:00"); valid(d, "C0", "2025-02-28T09:00").Pitched = crm.No }, "standard_met", "condition=new_valid_8", 1, 1, nil},
	} {
		d := &draft{}
		d.stay("R1", "T1")
		c.fill(d)
		v := in(d.done("2025-03-12"), DefaultOptions(), on, on)[address{"G1/T1", "activity." + c.metric, c.key}]
		if v.Num != c.num || v.Den != c.den || (v.Bounds == nil) != (c.bounds == nil) || v.Bounds != nil && *v.Bounds != *c.bounds {
			t.Errorf("%s: %d of %d, %v", c.what, v.Num, v.Den, v.Bounds)
		}
	}
}

// The targets of a team are its own, else its reps'.
func TestVisitAttainment(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1")
	d.visit("R1", "C1", "2025-03-03T09:00")
	b := d.done("2025-03-09")
	b.Tables["targets"] = true
	march, _ := crm.Fiscal{}.ParsePeriod("2025-03")
	b.Targets = []crm.Target{{Period: march, Scope: "R1", Measure: "visits", Value: 4 * crm.One}, {Period: march, Scope: "G1", Measure: "valid_visits", Value: crm.One / 2}}
	got := map[string]string{}
	for _, v := range of(Compute(b, measure.NewFrame(b), DefaultOptions()), "activity.visit_attainment") {
		got[b.Org.Nodes[v.Slot.Scope].ID+" "+v.Slot.Period.Name+" "+v.Key] = fmt.Sprintf("%d/%d", v.Num, v.Den)
	}
	want := map[string]string{"company 2025-03 measure=visits": "1/4", "G1 2025-03 measure=visits": "1/4", "G1/T1 2025-03 measure=visits": "1/4",
		"company 2025-03 measure=valid_visits": "0/1", "G1 2025-03 measure=valid_visits": "0/1"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// The days of the week below the standard, the emptiest first; a day without
// visits is one.
func TestMissedDays(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1")
	d.stay("R2", "T1")
	d.roster = []crm.RosterDay{{Rep: d.reps.Number("R2"), Date: day("2025-03-03")}, {Rep: d.reps.Number("R2"), Date: day("2025-03-04")}}
	for i := range 8 {
		v := d.visit("R1", fmt.Sprint("C", i), "2025-03-03T09:00")
		if i < 2 {
			v.Pitched = crm.Yes
		}
		d.visit("R1", fmt.Sprint("C", i), "2025-03-04T09:00")
	}
	b := d.done("2025-03-05")
	var got []string
	for _, l := range Compute(b, measure.NewFrame(b), DefaultOptions()).Lists {
		for _, r := range l.Rows {
			if l.ID == "activity.missed_days" {
				got = append(got, fmt.Sprint(b.Org.Nodes[r.Cells[0].Num].ID, " ", crm.Date(r.Cells[1].Num), " ", r.Cells[2].Num, " ", r.Cells[3].Num, " ", r.Cells[4].Text))
			}
		}
	}
	want := "[R1 2025-03-05 0 0 visits_8 R2 2025-03-05 0 0 visits_8 R1 2025-03-04 8 0 valid_2]"
	if fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}

// Over random books, with reps who move, join, leave and take leave: days on
// standard are no more than the rostered ones, unknowns only add, the profile is
// met no more often than any of its conditions, and a unit is the sum of what is
// below it.
func TestStandardsOfRandomBooks(t *testing.T) {
	for seed := range uint64(10) {
		b := shifting(seed)
		f, o := measure.NewFrame(b), DefaultOptions()
		o.Profiles = map[string]Standard{"p": {Visits: 2, Valid: 1}, "q": {Valid: 2, Morning: 1, Afternoon: 1}}
		o.Profile, o.Teams = "p", map[string]string{"G1/T1": "q"}
		parts, own, met := map[string]int64{}, map[string]int64{}, map[string]measure.Value{}
		for _, v := range Compute(b, f, o).Values {
			n := b.Org.Nodes[v.Slot.Scope]
			if v.Metric != "activity.days_on_standard" && v.Metric != "activity.standard_met" {
				continue
			}
			at := n.ID + " " + v.Slot.Period.Name + " "
			if v.Num < 0 || v.Num > v.Den || v.Bounds != nil && (v.Bounds.Hi.V > 1 || v.Bounds.Lo.V >= v.Bounds.Hi.V) {
				t.Errorf("seed %d: %s%s %s: %+v", seed, at, v.Metric, v.Key, v)
			}
			if v.Metric == "activity.days_on_standard" {
				met[at] = v
				if n.Level == crm.RepLevel {
					continue
				}
				own[at] = v.Num*10000 + v.Den
				if n.Parent >= 0 {
					parts[b.Org.Nodes[n.Parent].ID+" "+v.Slot.Period.Name+" "] += v.Num*10000 + v.Den
				}
			}
			if team := map[string]string{"condition=visits_2": "G1/T0", "condition=valid_1": "G1/T0", "condition=valid_2": "G1/T1", "condition=am1_pm1": "G1/T1"}[v.Key]; team == n.ID && v.Num < met[at].Num {
				t.Errorf("seed %d: %smet on %d days, %s on %d", seed, at, met[at].Num, v.Key, v.Num)
			}
		}
		for _, p := range f.Current {
			for _, unit := range []string{"company", "G1"} {
				if at := unit + " " + p.Name + " "; own[at] != parts[at] || own["company "+p.Name+" "] == 0 {
					t.Errorf("seed %d: %s%d, its parts %d", seed, at, own[at], parts[at])
				}
			}
		}
	}
}

// shifting is a book of five reps in two teams who come, move and go.
func shifting(seed uint64) *crm.Book {
	r := rand.New(rand.NewPCG(seed, 9))
	from := day("2025-01-06")
	some := func() crm.Date { return from + crm.Date(r.IntN(60)) }
	d := &draft{}
	for i := range 5 {
		rep, moved := fmt.Sprint("R", i), some()
		d.stay(rep, "T0")
		d.stay(rep, "T1")
		d.spells[2*i].To, d.spells[2*i+1].From = moved-1, moved
		if r.IntN(3) == 0 {
			d.spells[2*i].HiredOn, d.spells[2*i+1].HiredOn = from+9, from+9
		}
		if r.IntN(3) == 0 {
			d.spells[2*i+1].LeftOn = from + 50
		}
		if r.IntN(4) == 0 {
			d.spells[2*i+1].Role = crm.Supervisor
		}
		for range 8 {
			d.roster = append(d.roster, crm.RosterDay{Rep: crm.RepNo(i), Date: some(), Work: r.IntN(3) == 0})
		}
	}
	for range 700 {
		at := fmt.Sprintf("%sT%02d:00", some(), 8+r.IntN(9))
		if r.IntN(9) == 0 {
			at = at[:10] + "T00:00"
		}
		v := d.visit(fmt.Sprint("R", r.IntN(6)), fmt.Sprint("C", r.IntN(30)), at)
		v.Pitched, v.Audit, v.Planned, v.Entered = crm.Tri(r.IntN(3)), crm.AuditStatus(r.IntN(12)/11*2), crm.Tri(r.IntN(3)), crm.Lag(r.IntN(4))
	}
	return d.done("2025-03-06")
}

func TestStandardLaws(t *testing.T) {
	for seed := range uint64(3) {
		b := shifting(seed)
		e := newEnv(b, measure.NewFrame(b), DefaultOptions())
		var records []*Log
		all := logs(b, DefaultOptions().Channels)
		for l := range all.of(0, all.reps()) {
			records = append(records, &Log{l.Rep, slices.Clone(l.Visits)})
		}
		foldtest.Laws(t, func() *Acc { return newAcc(e) }, records)
	}
}
