package activity

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold/foldtest"
	"crmreport/metrics/measure"
)

// draft is a book in the making; rows are given the place they are added at.
type draft struct {
	reps      crm.Names[crm.RepNo]
	customers crm.Names[crm.CustomerNo]
	spells    []crm.Spell
	roster    []crm.RosterDay
	book      crm.Book
}

func day(s string) crm.Date {
	d, err := crm.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func (d *draft) stay(rep, team string) {
	d.spells = append(d.spells, crm.Spell{Rep: d.reps.Number(rep), Team: team, Region: "G1", Manager: crm.NoRep,
		HiredOn: crm.NoDate, LeftOn: crm.NoDate, From: crm.NoDate, To: crm.NoDate})
}

// visit adds a visit without a pitch, which is not valid.
func (d *draft) visit(rep, customer, at string) *crm.Visit {
	t, err := time.Parse("2006-01-02T15:04", at)
	if err != nil {
		panic(err)
	}
	d.book.Visits = append(d.book.Visits, crm.Visit{Pos: crm.Pos{Line: int32(len(d.book.Visits) + 2)}, At: crm.Stamp(t.Unix()),
		Customer: d.customers.Number(customer), Rep: d.reps.Number(rep), Coach: crm.NoRep, Met: crm.RoleKP, Pitched: crm.No, Rejection: crm.RejectionNone})
	return &d.book.Visits[len(d.book.Visits)-1]
}

func (d *draft) sign(customer, on string) *crm.Contract {
	d.book.Contracts = append(d.book.Contracts, crm.Contract{Customer: d.customers.Number(customer), SignDate: day(on), Status: crm.Active})
	return &d.book.Contracts[len(d.book.Contracts)-1]
}

func (d *draft) done(asOf string) *crm.Book {
	b := &d.book
	b.AsOf, b.Currency, b.Files = day(asOf), "CNY", []string{"visits.csv"}
	b.Tables = map[string]bool{"visits": true}
	b.Reps, b.Customers = &d.reps, &d.customers
	b.Org, b.Calendar = crm.NewOrg(&d.reps, d.spells), crm.NewCalendar(nil, nil, d.roster)
	sort.SliceStable(b.Visits, func(i, j int) bool {
		if b.Visits[i].Customer != b.Visits[j].Customer {
			return b.Visits[i].Customer < b.Visits[j].Customer
		}
		return b.Visits[i].At < b.Visits[j].At
	})
	sort.SliceStable(b.Contracts, func(i, j int) bool {
		if b.Contracts[i].Customer != b.Contracts[j].Customer {
			return b.Contracts[i].Customer < b.Contracts[j].Customer
		}
		return b.Contracts[i].SignDate < b.Contracts[j].SignDate
	})
	return b
}

// of are the values of one metric.
func of(r measure.Result, metric string) []measure.Value {
	return slices.DeleteFunc(slices.Clone(r.Values), func(v measure.Value) bool { return v.Metric != metric })
}

type address struct{ scope, period, key string }

func index(t *testing.T, b *crm.Book, r measure.Result) map[address]measure.Value {
	t.Helper()
	out := map[address]measure.Value{}
	for _, v := range of(r, "activity.suspect_visits") {
		a := address{b.Org.Nodes[v.Slot.Scope].ID, v.Slot.Period.Name, v.Key}
		if _, twice := out[a]; twice {
			t.Errorf("%v: %+v", a, v)
		}
		out[a] = v
	}
	return out
}

// The week is Monday 2025-03-03 to Sunday 2025-03-09; each case says how many
// visits of the week match which pattern.
func TestPatterns(t *testing.T) {
	type counts map[Pattern]int64
	week := []string{"2025-03-03", "2025-03-04", "2025-03-05", "2025-03-06", "2025-03-07"}
	daily := func(d *draft, days ...string) (vs []*crm.Visit) {
		d.book.Visits = make([]crm.Visit, 0, 50) // so that the pointers stay
		for i, on := range days {
			vs = append(vs, d.visit("R1", "C1", fmt.Sprintf("%sT10:%02d", on, i)))
		}
		return vs
	}
	many := func(n int, clock bool) func(*draft) {
		return func(d *draft) {
			for i := range n {
				at := "2025-03-03T00:00"
				if clock {
					at = fmt.Sprintf("2025-03-03T%02d:%02d", 8+i/6, i%6*10)
				}
				d.visit("R1", fmt.Sprint("C", i), at)
			}
		}
	}
	note := func(n, customers int) func(*draft) {
		return func(d *draft) {
			for i := range n {
				d.visit("R1", fmt.Sprint("C", i%customers), fmt.Sprintf("2025-03-03T%02d:30", 9+i)).NoteHash = 7
			}
		}
	}
	for _, c := range []struct {
		what string
		fill func(*draft)
		want counts
		any  int64
	}{
		{"an honest visit", func(d *draft) { d.visit("R1", "C1", "2025-03-03T09:00") }, counts{}, 0},
		{"two customers in one minute", func(d *draft) {
			d.visit("R1", "C1", "2025-03-03T09:00")
			d.visit("R1", "C2", "2025-03-03T09:00")
			d.visit("R1", "C3", "2025-03-03T09:01")
		}, counts{SameMinute: 2}, 2},
		{"seconds of one minute", func(d *draft) {
			d.visit("R1", "C1", "2025-03-03T09:00").At += 1
			d.visit("R1", "C2", "2025-03-03T09:00").At += 59
		}, counts{SameMinute: 2}, 2},
		{"one customer twice in a minute", func(d *draft) {
			d.visit("R1", "C1", "2025-03-03T09:00")
			d.visit("R1", "C1", "2025-03-03T09:00")
		}, counts{}, 0},
		{"two reps in one minute", func(d *draft) {
			d.visit("R1", "C1", "2025-03-03T09:00")
			d.visit("R2", "C2", "2025-03-03T09:00")
		}, counts{}, 0},
		{"the same minute of two days", func(d *draft) {
			d.visit("R1", "C1", "2025-03-03T09:00")
			d.visit("R1", "C2", "2025-03-04T09:00")
		}, counts{}, 0},
		{"date-only data", many(3, false), counts{}, 0},
		{"midnight among times", func(d *draft) {
			d.visit("R1", "C1", "2025-03-03T00:00")
			d.visit("R1", "C2", "2025-03-03T00:00")
			d.visit("R1", "C3", "2025-03-03T09:00")
		}, counts{SameMinute: 2, Night: 2}, 2},
		{"by phone", func(d *draft) {
			d.visit("R1", "C1", "2025-03-03T09:00").Channel = crm.ChannelPhone
			d.visit("R1", "C2", "2025-03-03T09:00").Channel = crm.ChannelOnline
			d.visit("R1", "C3", "2025-03-03T09:00")
		}, counts{}, 0},
		{"a failed audit counts", func(d *draft) {
			d.visit("R1", "C1", "2025-03-03T09:00").Audit = crm.AuditFailed
			d.visit("R1", "C2", "2025-03-03T09:00")
		}, counts{SameMinute: 2}, 2},
		{"20 a day", many(20, true), counts{}, 0},
		{"21 a day", many(21, true), counts{TooMany: 21}, 21},
		{"21 a day, date-only", many(21, false), counts{TooMany: 21}, 21},
		{"6:59, 7:00, 20:59, 21:00", func(d *draft) {
			for i, at := range []string{"06:59", "07:00", "20:59", "21:00"} {
				d.visit("R1", fmt.Sprint("C", i), "2025-03-03T"+at)
			}
		}, counts{Night: 2}, 2},
		{"Saturday", func(d *draft) { d.visit("R1", "C1", "2025-03-08T10:00") }, counts{DayOff: 1}, 1},
		{"Saturday night", func(d *draft) { d.visit("R1", "C1", "2025-03-08T23:00") }, counts{DayOff: 1, Night: 1}, 1},
		{"on leave, and working on Saturday", func(d *draft) {
			d.roster = []crm.RosterDay{{Rep: 0, Date: day("2025-03-03")}, {Rep: 0, Date: day("2025-03-08"), Work: true}}
			d.visit("R1", "C1", "2025-03-03T10:00")
			d.visit("R1", "C2", "2025-03-08T10:00")
		}, counts{DayOff: 1}, 1},
		{"a note at three customers", note(6, 3), counts{}, 0},
		{"a note at four", note(6, 4), counts{CopiedNote: 6}, 6},
		{"no note at four", func(d *draft) {
			note(4, 4)(d)
			for i := range d.book.Visits {
				d.book.Visits[i].NoteHash = 0
			}
		}, counts{}, 0},
		{"one customer four days", func(d *draft) { daily(d, week[:4]...) }, counts{}, 0},
		{"five days", func(d *draft) { daily(d, week...) }, counts{DailyCustomer: 5}, 5},
		{"five days and twice on one", func(d *draft) { daily(d, append([]string{"2025-03-03"}, week...)...) }, counts{DailyCustomer: 6}, 6},
		{"five visits in four days", func(d *draft) { daily(d, append([]string{"2025-03-03"}, week[:4]...)...) }, counts{}, 0},
		{"over the weekend before", func(d *draft) { daily(d, "2025-02-27", "2025-02-28", "2025-03-03", "2025-03-04", "2025-03-05") },
			counts{DailyCustomer: 3}, 3},
		{"a day off does not count", func(d *draft) { daily(d, "2025-02-28", "2025-03-01", "2025-03-03", "2025-03-04", "2025-03-05") }, counts{}, 0},
		{"a day left out", func(d *draft) { daily(d, "2025-02-27", "2025-02-28", "2025-03-03", "2025-03-05", "2025-03-06") }, counts{}, 0},
		{"a day of leave left out", func(d *draft) {
			daily(d, "2025-02-27", "2025-02-28", "2025-03-03", "2025-03-05", "2025-03-06")
			d.roster = []crm.RosterDay{{Rep: 0, Date: day("2025-03-04")}}
		}, counts{DailyCustomer: 3}, 3},
		{"a valid visit in it", func(d *draft) { daily(d, week...)[2].Pitched = crm.Yes }, counts{}, 0},
		{"a valid visit that failed the audit", func(d *draft) {
			v := daily(d, week...)[2]
			v.Pitched, v.Audit = crm.Yes, crm.AuditFailed
		}, counts{DailyCustomer: 5}, 5},
		{"five days after a valid visit", func(d *draft) { daily(d, append([]string{"2025-02-28"}, week...)...)[0].Pitched = crm.Yes },
			counts{DailyCustomer: 5}, 5},
		{"signed on the first day", func(d *draft) { daily(d, week...); d.sign("C1", "2025-03-03") }, counts{}, 0},
		{"signed the day before", func(d *draft) { daily(d, week...); d.sign("C1", "2025-03-02") }, counts{DailyCustomer: 5}, 5},
		{"signed and void", func(d *draft) { daily(d, week...); d.sign("C1", "2025-03-03").Status = crm.ContractVoid }, counts{DailyCustomer: 5}, 5},
		{"another customer signed", func(d *draft) { daily(d, week...); d.sign("C2", "2025-03-03") }, counts{DailyCustomer: 5}, 5},
	} {
		d := &draft{}
		d.stay("R1", "T1")
		d.stay("R2", "T1")
		c.fill(d)
		b := d.done("2025-03-09")
		got := index(t, b, Compute(b, measure.NewFrame(b), DefaultOptions()))
		for _, scope := range []string{"company", "G1/T1"} {
			for p := range patterns {
				if v := got[address{scope, "2025-W10", "pattern=" + p.String()}]; v.Num != c.want[p] || v.Den != 1 {
					t.Errorf("%s: %d visits %v in %s, want %d", c.what, v.Num, p, scope, c.want[p])
				}
			}
			if v := got[address{scope, "2025-W10", ""}]; v.Num != c.any {
				t.Errorf("%s: %d suspect visits in %s, want %d", c.what, v.Num, scope, c.any)
			}
		}
	}
}

// A contract signed 30 days after the stretch clears it, one day later not;
// until then the count can still fall.
func TestClearing(t *testing.T) {
	for _, c := range []struct {
		signed, asOf string
		want         int64
		open         bool
	}{ // 2025-03-07 + 30 = 2025-04-06
		{"2025-04-06", "2025-04-30", 0, false},
		{"2025-04-07", "2025-04-30", 5, false},
		{"", "2025-04-05", 5, true},
		{"", "2025-04-06", 5, false},
	} {
		d := &draft{}
		d.stay("R1", "T1")
		for i := range 5 {
			d.visit("R1", "C1", fmt.Sprintf("2025-03-%02dT10:00", 3+i))
		}
		if c.signed != "" {
			d.sign("C1", c.signed)
		}
		b := d.done(c.asOf)
		f := measure.NewFrame(b)
		// A quarter that is over can only be open for what is pending.
		for i := range f.Current {
			f.Current[i] = crm.Period{Name: fmt.Sprint(i), Start: day("2025-03-03"), End: day("2025-03-10")}
		}
		got := index(t, b, Compute(b, f, DefaultOptions()))
		for _, key := range []string{"", "pattern=daily_customer"} {
			if v := got[address{"R1", "0", key}]; v.Num != c.want || v.Open != c.open {
				t.Errorf("signed %s, as of %s: %q %d, open %v", c.signed, c.asOf, key, v.Num, v.Open)
			}
		}
		if v := got[address{"R1", "0", "pattern=night"}]; v.Open {
			t.Error("a night is pending")
		}
	}
}

// The list has the most visits first, then the latest, and says where.
func TestList(t *testing.T) {
	d := &draft{}
	d.stay("R2", "T1")
	d.stay("R1", "T1")
	d.visit("R1", "C1", "2025-03-08T10:00")              // line 2
	d.visit("R2", "C2", "2025-03-08T10:00")              // 3
	d.visit("R1", "C1", "2025-03-04T22:00")              // 4
	d.visit("R1", "C2", "2025-03-05T09:00")              // 5
	d.visit("R1", "C3", "2025-03-05T09:00")              // 6
	d.visit("R1", "C4", "2023-03-05T23:00").NoteHash = 9 // 7: before every current period
	d.visit("R1", "C5", "2024-12-05T12:00").NoteHash = 5 // 8: begins before them
	for i := range 3 {                                   // 9, 10, 11
		d.visit("R1", fmt.Sprint("C", 6+i), "2025-01-02T12:00").NoteHash = 5
		d.book.Visits[len(d.book.Visits)-1].At += crm.Stamp(60 * i)
	}
	d.visit("R1", "C1", "2025-01-01T22:00") // 12: the first day of a current period
	d.visit("R1", "C1", "2024-12-31T22:00") // 13: the day before
	d.visit("R1", "C1", "2024-01-01T12:00") // the first day of a period that is compared with
	b := d.done("2025-03-09")
	f := measure.NewFrame(b)
	r := Compute(b, f, DefaultOptions())
	if n := index(t, b, r)[address{"R1", f.Comparable[len(f.Comparable)-1].Name, ""}].N; n != 1 {
		t.Errorf("%d visits looked at in the first days of 2024", n)
	}
	l := r.Lists[0]
	var got []string
	for _, r := range l.Rows {
		c := r.Cells
		got = append(got, fmt.Sprint(b.Org.Nodes[c[0].Num].ID, " ", c[1].Text, " ", crm.Date(c[2].Num), " ", c[3].Num, " ", c[4].Text))
	}
	want := []string{
		"R1 copied_note 2024-12-05 4 visits.csv:8",
		"R1 same_minute 2025-03-05 2 visits.csv:5",
		"R1 day_off 2025-03-08 1 visits.csv:2",
		"R2 day_off 2025-03-08 1 visits.csv:3",
		"R1 night 2025-03-04 1 visits.csv:4",
		"R1 night 2025-01-01 1 visits.csv:12",
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	got = nil
	for _, r := range r.Lists[1].Rows { // every row of them
		c := r.Cells
		got = append(got, fmt.Sprint(b.Org.Nodes[c[0].Num].ID, " ", c[1].Text, " ", c[2].Text, " ", crm.Date(c[3].Num), " ", c[4].Text, " ", c[5].Text))
	}
	want = []string{
		"R1 copied_note C5 2024-12-05 12:00 visits.csv:8",
		"R1 copied_note C6 2025-01-02 12:00 visits.csv:9",
		"R1 copied_note C7 2025-01-02 12:01 visits.csv:10",
		"R1 copied_note C8 2025-01-02 12:02 visits.csv:11",
		"R1 same_minute C2 2025-03-05 09:00 visits.csv:5",
		"R1 same_minute C3 2025-03-05 09:00 visits.csv:6",
		"R1 day_off C1 2025-03-08 10:00 visits.csv:2",
		"R2 day_off C2 2025-03-08 10:00 visits.csv:3",
		"R1 night C1 2025-03-04 22:00 visits.csv:4",
		"R1 night C1 2025-01-01 22:00 visits.csv:12",
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if l.ID != "activity.suspects" || l.Metric != "activity.suspect_visits" {
		t.Errorf("list %s of %s", l.ID, l.Metric)
	}
}

// randomBook is a small book with all patterns.
func randomBook(seed uint64) *crm.Book {
	r := rand.New(rand.NewPCG(seed, 3))
	d := &draft{}
	for i := range 4 {
		d.stay(fmt.Sprint("R", i), fmt.Sprint("T", i%2))
	}
	for range 600 {
		at := day("2025-01-20") + crm.Date(r.IntN(49))
		v := d.visit(fmt.Sprint("R", r.IntN(5)), fmt.Sprint("C", r.IntN(4)), fmt.Sprintf("%sT%02d:%02d", at, 5+r.IntN(18), 30*r.IntN(2)))
		v.NoteHash, v.Channel = uint32(r.IntN(30)), crm.Channel(r.IntN(6)/5*2)
		v.Pitched = crm.Tri(1 + r.IntN(8)/7)
		if r.IntN(50) == 0 {
			v.Rep = crm.NoRep
		}
		if r.IntN(50) == 0 {
			v.Customer = crm.NoCustomer
		}
	}
	for i := range 25 { // one day of too many
		d.visit("R1", fmt.Sprint("C", i), fmt.Sprintf("2025-03-04T%02d:30", 8+i%12))
	}
	d.sign("C1", "2025-02-20")
	return d.done("2025-03-09")
}

func TestMergeLaws(t *testing.T) {
	for seed := range uint64(3) {
		b := randomBook(seed)
		f := measure.NewFrame(b)
		var records []*Log
		all := logs(b, DefaultOptions().Channels)
		for l := range all.of(0, all.reps()) {
			records = append(records, &Log{l.Rep, slices.Clone(l.Visits)})
		}
		if len(records) != 5 {
			t.Fatalf("%d logs of five reps", len(records))
		}
		e := newEnv(b, f, DefaultOptions())
		foldtest.Laws(t, func() *Acc { return newAcc(e) }, records)
	}
}

// A unit is the sum of what is below it, the total is no more than the
// patterns together and no less than any, and nothing is looked at twice.
func TestLevelsAddUp(t *testing.T) {
	for seed := range uint64(5) {
		b := randomBook(seed)
		r := Compute(b, measure.NewFrame(b), DefaultOptions())
		got := index(t, b, r)
		parts, hit := map[address]int64{}, map[string]bool{}
		for _, v := range of(r, "activity.suspect_visits") {
			if n := b.Org.Nodes[v.Slot.Scope]; n.Parent >= 0 {
				parts[address{b.Org.Nodes[n.Parent].ID, v.Slot.Period.Name, v.Key}] += v.Num
			}
			if v.Num > 0 {
				hit[v.Key] = true
			}
		}
		if len(hit) != int(patterns)+1 {
			t.Errorf("seed %d: only %v occur", seed, hit)
		}
		for a, v := range got {
			if b.Org.Nodes[v.Slot.Scope].Level != crm.RepLevel && parts[a] != v.Num {
				t.Errorf("seed %d: %v is %d, its parts %d", seed, a, v.Num, parts[a])
			}
			if a.key != "" {
				continue
			}
			sum, most := int64(0), int64(0)
			for p := range patterns {
				n := got[address{a.scope, a.period, "pattern=" + p.String()}].Num
				sum, most = sum+n, max(most, n)
			}
			if v.Num > sum || v.Num < most || v.Num > v.N {
				t.Errorf("seed %d: %v: %d of %d, patterns at most %d, together %d", seed, a, v.Num, v.N, most, sum)
			}
		}
		rows := int64(0)
		for _, v := range b.Visits {
			if v.Channel == crm.ChannelVisit && v.Rep != crm.NoRep {
				rows++
			}
		}
		if n := got[address{"company", "2025", ""}].N; n != rows {
			t.Errorf("seed %d: %d of %d rows looked at", seed, n, rows)
		}
		if again := Compute(b, measure.NewFrame(b), DefaultOptions()); !reflect.DeepEqual(r, again) {
			t.Errorf("seed %d: two runs differ", seed)
		}
	}
}

func TestNoVisitsTable(t *testing.T) {
	b := randomBook(0)
	b.Tables = map[string]bool{}
	if r := Compute(b, measure.NewFrame(b), DefaultOptions()); len(r.Values)+len(r.Lists) > 0 {
		t.Errorf("%+v", r)
	}
}

func TestDefinitions(t *testing.T) {
	for _, d := range Definitions() {
		for _, s := range []measure.Text{d.Title, d.Meaning, d.Formula, d.Unit.Text} {
			if s.ZH == "" || s.EN == "" {
				t.Errorf("%s has an empty text", d.ID)
			}
		}
	}
}
