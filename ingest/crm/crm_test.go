package crm

import (
	"math/big"
	"testing"
	"time"
)

func day(t *testing.T, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDateRefusesDaysThatDoNotExist(t *testing.T) {
	for _, s := range []string{"2025-02-30", "2025-13-01", "2025-2-3", "", "yesterday", "2025-00-10"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %v, want an error", s, d)
		}
	}
}

// Weekdays against the standard library over eighty years.
func TestWeekday(t *testing.T) {
	for d := DateOf(1960, 1, 1); d < DateOf(2040, 1, 1); d++ {
		want := int(time.Unix(int64(d)*86400, 0).UTC().Weekday())
		if want == 0 {
			want = 7
		}
		if got := d.Weekday(); got != want {
			t.Fatalf("%s is weekday %d, want %d", d, got, want)
		}
	}
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2025-01-31", 1, "2025-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2025-03-31", -1, "2025-02-28"},
		{"2025-01-15", 12, "2026-01-15"},
		{"2025-01-15", -2, "2024-11-15"},
		{"2024-02-29", 12, "2025-02-28"},
	} {
		if got := day(t, c.from).AddMonths(c.n).String(); got != c.want {
			t.Errorf("%s %+d months = %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestStamp(t *testing.T) {
	s := day(t, "1969-12-31").At() + 23*3600 + 59*60 + 58
	if s.Date().String() != "1969-12-31" || s.Minute() != 1439 || s.String() != "1969-12-31T23:59:58" {
		t.Errorf("before the epoch: %s %d %s", s.Date(), s.Minute(), s)
	}
	if NoStamp.Date() != NoDate || NoStamp.String() != "" || NoDate.String() != "" {
		t.Error("blank stamps are not blank")
	}
}

// ISO 8601 facts: 2020 and 2026 have 53 weeks, 2025 has 52; 30 December 2024 is
// a Monday of 2025-W01.
func TestPeriods(t *testing.T) {
	cal, fiscal := Fiscal{}, Fiscal{StartMonth: 4}
	for _, c := range []struct {
		f                    Fiscal
		kind                 PeriodKind
		day, name, from, end string
	}{
		{cal, Week, "2024-12-30", "2025-W01", "2024-12-30", "2025-01-06"},
		{cal, Week, "2021-01-03", "2020-W53", "2020-12-28", "2021-01-04"},
		{cal, Month, "2024-02-29", "2024-02", "2024-02-01", "2024-03-01"},
		{cal, Quarter, "2025-12-31", "2025-Q4", "2025-10-01", "2026-01-01"},
		{cal, Year, "2025-06-01", "2025", "2025-01-01", "2026-01-01"},
		{fiscal, Quarter, "2025-03-31", "2024-Q4", "2025-01-01", "2025-04-01"},
		{fiscal, Quarter, "2025-04-01", "2025-Q1", "2025-04-01", "2025-07-01"},
		{fiscal, Year, "2025-03-31", "2024", "2024-04-01", "2025-04-01"},
	} {
		p := c.f.Period(c.kind, day(t, c.day))
		if p.Name != c.name || p.Start.String() != c.from || p.End.String() != c.end {
			t.Errorf("%s of %s = %s [%s, %s), want %s [%s, %s)", c.kind, c.day, p.Name, p.Start, p.End, c.name, c.from, c.end)
		}
		back, err := c.f.ParsePeriod(c.name)
		if err != nil || back != p {
			t.Errorf("ParsePeriod(%s) = %v, %v", c.name, back, err)
		}
	}
	for _, s := range []string{"2025-W53", "2025-W00", "2025-Q5", "2025-13", "2025-3", "25-03", "2025-", "", "2025-W1", "2025-03-09"} {
		if p, err := cal.ParsePeriod(s); err == nil {
			t.Errorf("ParsePeriod(%q) = %v, want an error", s, p)
		}
	}
	if p, err := cal.ParsePeriod("2026-W53"); err != nil || p.Start.String() != "2026-12-28" {
		t.Errorf("2026-W53: %v %v", p, err)
	}
}

// Every day is in exactly one period of each kind, and periods follow on
// without a gap.
func TestPeriodsTile(t *testing.T) {
	for _, f := range []Fiscal{{}, {StartMonth: 2}, {StartMonth: 12}} {
		for _, k := range PeriodKinds {
			p := f.Period(k, DateOf(2019, 12, 28))
			for d := p.Start; d < DateOf(2022, 2, 1); d++ {
				if q := f.Period(k, d); q != p {
					if q.Start != p.End || q.Start != d || f.Previous(q) != p {
						t.Fatalf("%s: %v follows %v", k, q, p)
					}
					p = q
				}
			}
		}
	}
}

func TestParseMinor(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "1054": 105400, "1054.0": 105400, "1054.50": 105450, "-0.01": -1, "12.3400": 1234, "0007": 700} {
		if got, err := ParseMinor(s, 2); err != nil || got != want {
			t.Errorf("ParseMinor(%q) = %d, %v, want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "-", ".5", "5.", "1,000", "1.005", "1e3", "１", "12 ", "+5", "99999999999999999999"} {
		if got, err := ParseMinor(s, 2); err == nil {
			t.Errorf("ParseMinor(%q) = %d, want an error", s, got)
		}
	}
}

func FuzzParseMinor(f *testing.F) {
	for _, s := range []string{"1.5", "-0.01", "1e3", "９", "00.10"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ParseMinor(s, 2)
		if err != nil {
			return
		}
		// What is accepted is exactly the number that the text says.
		r, ok := new(big.Rat).SetString(s)
		if !ok || r.Cmp(big.NewRat(v, 100)) != 0 {
			t.Errorf("ParseMinor(%q) = %d hundredths", s, v)
		}
	})
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"2025-W10", "2025-Q1", "2025-03", "2025"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Fiscal{}.ParsePeriod(s)
		if err == nil && (p.Name != s || p.End <= p.Start || Fiscal.Period(Fiscal{}, p.Kind, p.Start) != p) {
			t.Errorf("ParsePeriod(%q) = %+v", s, p)
		}
	})
}

// 四舍五入: halves go away from zero.
func TestRoundHalfUp(t *testing.T) {
	for _, c := range []struct{ num, den, want int64 }{
		{5, 10, 1}, {-5, 10, -1}, {49, 100, 0}, {-49, 100, 0}, {15, 10, 2}, {25, 10, 3}, {-25, 10, -3}, {399999960000, 1000000, 400000},
	} {
		if got := RoundHalfUp(big.NewRat(c.num, c.den)); got != c.want {
			t.Errorf("%d/%d rounds to %d, want %d", c.num, c.den, got, c.want)
		}
	}
}

func TestFX(t *testing.T) {
	fx := NewFX([]FXRate{{Currency: "USD", Date: DateOf(2025, 2, 1), Rate: 7_200_000_000}, {Currency: "USD", Date: DateOf(2025, 1, 1), Rate: 7_100_000_000},
		{Currency: "JPY", Date: DateOf(2025, 1, 1), Rate: 48_000_000}})
	for _, c := range []struct {
		m    Money
		on   string
		want int64
		ok   bool
	}{
		{Money{10000, "USD"}, "2025-01-31", 71000, true}, // 100.00 × 7.1
		{Money{10000, "USD"}, "2025-02-01", 72000, true},
		{Money{10000, "USD"}, "2024-12-31", 0, false},    // before the first rate
		{Money{10000, "JPY"}, "2025-03-01", 48000, true}, // 10,000 yen × 0.048 = 480.00
		{Money{10000, "EUR"}, "2025-03-01", 0, false},
		{Money{10000, "CNY"}, "2025-03-01", 10000, true},
	} {
		got, ok := fx.Convert(c.m, "CNY", day(t, c.on))
		if got != c.want || ok != c.ok {
			t.Errorf("%v on %s = %d, %v, want %d, %v", c.m, c.on, got, ok, c.want, c.ok)
		}
	}
}

// February 2024 in China (examples/conversion/pace_working_days has the same
// days): the holiday was 10–17 February, with 4 and 18 February worked for it.
func TestCalendar(t *testing.T) {
	var rows []CalendarDay
	for d := DateOf(2024, 2, 10); d <= DateOf(2024, 2, 17); d++ {
		rows = append(rows, CalendarDay{Date: d})
	}
	rows = append(rows, CalendarDay{Date: DateOf(2024, 2, 4), Workday: true}, CalendarDay{Date: DateOf(2024, 2, 18), Workday: true})
	c := NewCalendar([]string{"华北"}, rows, []RosterDay{{Rep: 3, Date: DateOf(2024, 2, 5)}, {Rep: 4, Date: DateOf(2024, 2, 11), Work: true}})
	from, end := DateOf(2024, 2, 1), DateOf(2024, 3, 1)
	// 21 weekdays − 5 in the holiday + 2 worked Sundays = 18; six days adds the
	// Saturdays 3 and 24 February (10 and 17 are holidays): 20.
	if n := c.Workdays("", from, end); n != 18 {
		t.Errorf("five-day regions: %d working days, want 18", n)
	}
	if n := c.Workdays("华北", from, end); n != 20 {
		t.Errorf("six-day regions: %d working days, want 20", n)
	}
	if c.RepWorkday(3, "", DateOf(2024, 2, 5)) || !c.RepWorkday(4, "", DateOf(2024, 2, 11)) || !c.RepWorkday(5, "", DateOf(2024, 2, 5)) {
		t.Error("the roster does not decide")
	}
}
