package plan

import (
	"reflect"
	"slices"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

func day(t *testing.T, s string) crm.Date {
	t.Helper()
	d, err := crm.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// book has four reps in two teams of a region; R4 leads T2 since March.
func book(t *testing.T, targets ...crm.Target) *crm.Book {
	reps := &crm.Names[crm.RepNo]{}
	var spells []crm.Spell
	stay := func(rep, team string, role crm.Role, from, to crm.Date) {
		spells = append(spells, crm.Spell{Rep: reps.Number(rep), Team: team, Region: "G1", Role: role, Manager: crm.NoRep,
			HiredOn: crm.NoDate, LeftOn: crm.NoDate, From: from, To: to})
	}
	stay("R1", "T1", "", crm.NoDate, crm.NoDate)
	stay("R2", "T1", "", crm.NoDate, crm.NoDate)
	stay("R3", "T1", "", crm.NoDate, day(t, "2025-03-09"))
	stay("R3", "T2", "", day(t, "2025-03-10"), crm.NoDate)
	stay("R4", "T2", "", crm.NoDate, day(t, "2025-02-28"))
	stay("R4", "T2", crm.Supervisor, day(t, "2025-03-01"), crm.NoDate)
	b := &crm.Book{Reps: reps, Targets: targets, AsOf: day(t, "2025-03-12")}
	b.Org, b.Calendar = crm.NewOrg(reps, spells), crm.NewCalendar([]string{"G1"}, nil, nil)
	return b
}

func month(t *testing.T, name string) crm.Period {
	t.Helper()
	p, err := crm.Fiscal{}.ParsePeriod(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func of(t *testing.T, period, scope, measure string, value int64) crm.Target {
	return crm.Target{Period: month(t, period), Scope: scope, Measure: measure, Value: crm.Decimal(value) * crm.One}
}

func TestGoals(t *testing.T) {
	goal := func(value, uncovered int64) Goal { return Goal{crm.Decimal(value) * crm.One, uncovered} }
	for _, c := range []struct {
		what    string
		on      string
		targets []crm.Target
		want    map[string]Goal
	}{
		{"nobody has one", "2025-03-12", nil, map[string]Goal{}},
		{"of another measure or month", "2025-03-12",
			[]crm.Target{of(t, "2025-03", "R1", Visits, 9), of(t, "2025-02", "R1", Signings, 9)}, map[string]Goal{}},
		// R2 and, in T2 by 12 March, R3 have none; R4 leads and needs none.
		{"the sum of those below", "2025-03-12", []crm.Target{of(t, "2025-03", "R1", Signings, 4)},
			map[string]Goal{"R1": goal(4, 0), "G1/T1": goal(4, 1), "G1": goal(4, 2), "company": goal(4, 2)}},
		{"a unit's own row stands", "2025-03-12",
			[]crm.Target{of(t, "2025-03", "R1", Signings, 4), of(t, "2025-03", "G1/T1", Signings, 10), of(t, "2025-03", "R3", Signings, 3)},
			map[string]Goal{"R1": goal(4, 0), "R3": goal(3, 0), "G1/T1": goal(10, 0), "G1/T2": goal(3, 0), "G1": goal(13, 0), "company": goal(13, 0)}},
		{"a rep counts in the unit of the day", "2025-03-01", []crm.Target{of(t, "2025-03", "R3", Signings, 3)},
			map[string]Goal{"R3": goal(3, 0), "G1/T1": goal(3, 2), "G1": goal(3, 2), "company": goal(3, 2)}},
		{"who leads stands for the unit", "2025-03-12", []crm.Target{of(t, "2025-03", "R4", Signings, 7)},
			map[string]Goal{"G1/T2": goal(7, 0), "G1": goal(7, 2), "company": goal(7, 2)}},
		{"before that, for themselves", "2025-02-20", []crm.Target{of(t, "2025-03", "R4", Signings, 7)},
			map[string]Goal{"R4": goal(7, 0), "G1/T2": goal(7, 0), "G1": goal(7, 3), "company": goal(7, 3)}},
		{"the later row stands (R-0.9)", "2025-03-12",
			[]crm.Target{of(t, "2025-03", "company", Signings, 4), of(t, "2025-03", "company", Signings, 5)},
			map[string]Goal{"company": goal(5, 0)}},
		{"of two words the first named", "2025-03-12",
			[]crm.Target{of(t, "2025-03", "company", NewCustomers, 6), of(t, "2025-03", "company", Signings, 5)},
			map[string]Goal{"company": goal(6, 0)}},
	} {
		b, got := book(t, c.targets...), map[string]Goal{}
		for n, g := range ReadTargets(b).Goals(month(t, "2025-03"), day(t, c.on), NewCustomers, Signings) {
			got[b.Org.Nodes[n].ID] = g
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

// February 2024 with its make-up Sundays, the calendar of the worked case
// pace_working_days: 8 of 18 working days by 9 February, 9 of 20 where Saturdays
// are worked.
func TestDaysOf(t *testing.T) {
	var rows []crm.CalendarDay
	for d := day(t, "2024-02-10"); d <= day(t, "2024-02-17"); d++ {
		rows = append(rows, crm.CalendarDay{Date: d})
	}
	rows = append(rows, crm.CalendarDay{Date: day(t, "2024-02-04"), Workday: true}, crm.CalendarDay{Date: day(t, "2024-02-18"), Workday: true})
	c := crm.NewCalendar([]string{"6day"}, rows, nil)
	for _, w := range []struct {
		region, asOf string
		want         Days
	}{
		{"", "2024-02-09", Days{8, 18}},
		{"6day", "2024-02-09", Days{9, 20}},
		{"", "2024-01-31", Days{0, 18}},
		{"", "2024-02-17", Days{8, 18}},
		{"", "2024-03-15", Days{18, 18}},
	} {
		if got := DaysOf(c, w.region, month(t, "2024-02"), day(t, w.asOf)); got != w.want || got.Left() != w.want.Total-w.want.Elapsed {
			t.Errorf("%s by %s: %+v, want %+v", w.region, w.asOf, got, w.want)
		}
	}
}

// The seats of 1 to 12 March 2025 in a six-day region, Sundays 2 and 9 off: ten
// days of R1, R2 and R3, who moved on the 10th; R4 leads.
func TestSeatDays(t *testing.T) {
	b, got := book(t), map[string]int64{}
	SeatDays(measure.NewFrame(b), []crm.Period{month(t, "2025-03"), month(t, "2025-04")}, func(l crm.LeafNo, p crm.Period, n int64) {
		leaf := b.Org.Leaves[l]
		got[b.Org.Nodes[leaf.Node].ID+" "+b.Org.Nodes[leaf.Unit].ID+" "+p.Name] += n
	})
	want := map[string]int64{"R1 G1/T1 2025-03": 10, "R2 G1/T1 2025-03": 10, "R3 G1/T1 2025-03": 7, "R3 G1/T2 2025-03": 3}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// The rows behind a goal: a unit's own, else those of its children's goals; of
// two for one scope the one that stands.
func TestBehind(t *testing.T) {
	b := book(t, of(t, "2025-03", "R1", Signings, 4), of(t, "2025-03", "G1/T2", Signings, 9), of(t, "2025-03", "R3", Signings, 3),
		of(t, "2025-03", "R1", Signings, 5), of(t, "2025-02", "R1", Signings, 6), of(t, "2025-03", "R1", Visits, 7))
	for i := range b.Targets {
		b.Targets[i].Line = int32(i + 2)
	}
	check := func(below bool, all map[string][]int32) {
		for scope, want := range all {
			n, _ := b.Org.Find(scope)
			var got []int32
			for _, r := range ReadTargets(b).Behind(n, month(t, "2025-03"), day(t, "2025-03-12"), below, NewCustomers, Signings) {
				got = append(got, r.Line)
			}
			if slices.Sort(got); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: lines %v, want %v", scope, got, want)
			}
		}
	}
	check(false, map[string][]int32{"R1": {5}, "R2": nil, "R3": {4}, "G1/T1": {5}, "G1/T2": {3}, "company": {3, 5}})
	check(true, map[string][]int32{"R1": {5}, "R2": nil, "R3": {4}, "G1/T1": {5}, "G1/T2": {3, 4}, "company": {3, 4, 5}})
}
