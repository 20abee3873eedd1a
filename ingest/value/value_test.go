package value

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func at(line int) Place { return Place{Line: line} }

func dateColumn(cells ...string) *DateColumn {
	c := &DateColumn{}
	for i, s := range cells {
		c.Add(at(i+2), s)
	}
	return c
}

func (m Moment) print() string {
	s := m.day()
	if m.Timed {
		s += fmt.Sprintf("T%02d:%02d:%02d", m.Hour, m.Minute, m.Second)
	}
	if m.Zoned {
		s += fmt.Sprintf("%+d", m.Offset/60)
	}
	return s
}

// Dates that need no column: trivial to hard.
func TestPlainly(t *testing.T) {
	for in, want := range map[string]string{
		"2025-03-09": "2025-03-09", "2025-3-9": "2025-03-09", "2025/3/9": "2025-03-09", "2025.3.9": "2025-03-09",
		"2025-03-09T10:00": "2025-03-09T10:00:00", "2025-03-09 10:00:05": "2025-03-09T10:00:05", "2025-03-09 10:00:05.123": "2025-03-09T10:00:05",
		"2025-03-09T10:00Z": "2025-03-09T10:00:00+0", "2025-03-09T10:00+0100": "2025-03-09T10:00:00+60", "2025-03-09T10:00-05:30": "2025-03-09T10:00:00-330",
		"2025-03-09T10:00+01": "2025-03-09T10:00:00+60", "2025-03-09 10:00 UTC": "2025-03-09T10:00:00+0",
		"2024/5/6 9:05": "2024-05-06T09:05:00", "2024/5/6 9:05 PM": "2024-05-06T21:05:00", "2024/5/6 12:05 AM": "2024-05-06T00:05:00",
		"2024/5/6 12:05 pm": "2024-05-06T12:05:00", "2024/5/6 上午9:05": "2024-05-06T09:05:00", "2024/5/6 下午 3:04:00": "2024-05-06T15:04:00",
		"05-Mar-2026": "2026-03-05", "5 March 2026": "2026-03-05", "Mar 5, 2026": "2026-03-05", "March 5 2026": "2026-03-05", "Sept. 5, 2026": "2026-09-05",
		"15 Apr, 2021 00:02:00": "2021-04-15T00:02:00", "2026-Mar-05": "2026-03-05", "05-MAR-2026 3:04 PM": "2026-03-05T15:04:00",
		"2024年5月6日": "2024-05-06", "2024年5月6日9时5分": "2024-05-06T09:05:00", "2024年5月6日 上午9:05": "2024-05-06T09:05:00",
		"2024年5月6日 9:05": "2024-05-06T09:05:00", "2024年5月6日下午3点20分": "2024-05-06T15:20:00", "2024年5月6日9时5分6秒": "2024-05-06T09:05:06",
		"20240506": "2024-05-06", "20240506090503": "2024-05-06T09:05:03", "20240506T0905": "2024-05-06T09:05:00", "20240506T090503Z": "2024-05-06T09:05:03+0",
		"20240506 09:05": "2024-05-06T09:05:00",
		"２０２４－０５－０６":     "2024-05-06", "２０２４年５月６日": "2024-05-06", "2024-05-06\u00a09:05": "2024-05-06T09:05:00", "2024-05-06\u202f9:05\u202fPM": "2024-05-06T21:05:00",
		"2024-02-29": "2024-02-29",

		"2025-02-29": "", "2025-02-31": "", "2025-13-01": "", "2025-00-10": "", "2025-03/09": "", "0202-03-09": "", "2025-03-09T24:00": "", "2025-03-09T10": "",
		"2025-03-09T17:30+99:00": "", "2024/5/6 13:05 PM": "", "31 Feb 2026": "", "05-Mar-26": "", "5 Mars 2026": "", "Mar 2026": "", "2024年5月": "", "2024年2月30日": "",
		"20241301": "", "20240230": "", "45292": "", "1714953600": "", "4/3/2025": "", "soon": "", "": "", "May": "", "20240506 1": "", "2024年5月6日9时5": "",
	} {
		m, ok := Plainly(Fold(in))
		got := ""
		if ok {
			got = m.print()
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestDateColumns(t *testing.T) {
	for _, c := range []struct {
		name   string
		cells  []string
		stated Order
		want   string // of every cell; or the doubt's code, line and readings
	}{
		{"one reading", []string{"2025-03-09", "2024年5月6日", "5 Mar 2026"}, Unsaid, "2025-03-09 2024-05-06 2026-03-05"},
		{"day first by its 13", []string{"04/03/2025", "13/03/2025 09:00"}, Unsaid, "2025-03-04 2025-03-13T09:00:00"},
		{"month first by its 13", []string{"04/03/2025", "3/13/2025 3:04 PM"}, Unsaid, "2025-04-03 2025-03-13T15:04:00"},
		{"dots", []string{"04.03.2025", "31.12.2024"}, Unsaid, "2025-03-04 2024-12-31"},
		{"nothing tells", []string{"2025-03-09", "04/03/2025", "05/06/2025"}, Unsaid, "ambiguous_date 3 2025-03-04 date_order: dmy 2025-04-03 date_order: mdy"},
		{"stated", []string{"04/03/2025", "05/06/2025"}, MonthFirst, "2025-04-03 2025-05-06"},
		{"stated, one against it", []string{"04/03/2025", "13/06/2025"}, MonthFirst, "2025-04-03 -"},
		{"both orders", []string{"04/03/2025", "13/06/2025", "06/13/2025"}, Unsaid, "mixed_dates 4"},
		{"equal parts need no order", []string{"03/03/2025", "04-04-2025"}, Unsaid, "2025-03-03 2025-04-04"},
		{"another separator proves nothing", []string{"13/03/2025", "04-03-2025"}, Unsaid, "ambiguous_date 3 2025-03-04 date_order: dmy 2025-04-03 date_order: mdy"},
		{"31 February proves nothing", []string{"31/02/2025", "04/03/2025"}, Unsaid, "ambiguous_date 3 2025-03-04 date_order: dmy 2025-04-03 date_order: mdy"},
		{"31 February is refused", []string{"31/02/2025", "30/03/2025"}, Unsaid, "- 2025-03-30"},
		{"two-digit years are refused", []string{"13/03/25", "13/03/2025"}, Unsaid, "- 2025-03-13"},
		{"two-digit years prove nothing", []string{"13/03/25", "04/03/2025"}, Unsaid, "ambiguous_date 3 2025-03-04 date_order: dmy 2025-04-03 date_order: mdy"},
		// 45292 is 1 January 2024 in Excel; 0.5 is noon; 61 is 1 March 1900, and 25569 is 1970-01-01.
		{"serials", []string{"45292", "45292.5", "45658", "25569"}, Unsaid, "2024-01-01 2024-01-01T12:00:00 2025-01-01 1970-01-01"},
		// 0.378472222… of a day is 09:05.
		{"serials with clocks", []string{"45292.378472222223", "45292.999999999"}, Unsaid, "2024-01-01T09:05:00 2024-01-02T00:00:00"},
		{"serials and a word", []string{"45292", "soon"}, Unsaid, "2024-01-01 -"},
		{"serials among dates are numbers", []string{"45292", "2024-01-01"}, Unsaid, "- 2024-01-01"},
		{"serials among numbers are numbers", []string{"45292", "120"}, Unsaid, "- -"},
		{"serials beside texts: Excel was here", []string{"45292", "13/03/2024"}, Unsaid, "mixed_dates 2"},
		// 1714953600 s = 2024-05-06T00:00:00Z.
		{"seconds", []string{"1714953600", "1714953661"}, Unsaid, "2024-05-06T00:00:00+0 2024-05-06T00:01:01+0"},
		{"milliseconds", []string{"1714953600000"}, Unsaid, "2024-05-06T00:00:00+0"},
		{"seconds and milliseconds", []string{"1714953600", "1714953600000"}, Unsaid, "- -"},
		{"full width", []string{"１３／０３／２０２５", "０４／０３／２０２５"}, Unsaid, "2025-03-13 2025-03-04"},
	} {
		col := dateColumn(c.cells...)
		d, doubt := col.Decide(c.stated)
		var got []string
		if doubt != nil {
			got = append(got, doubt.Code, fmt.Sprint(doubt.At.Line))
			for _, r := range doubt.Readings {
				got = append(got, r.Means, r.Setting)
			}
		} else {
			for _, s := range c.cells {
				if m, ok := d.Parse(s); ok {
					got = append(got, m.print())
				} else {
					got = append(got, "-")
				}
			}
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%s: got %s, want %s", c.name, g, c.want)
		}
	}
}

// A column of last days: what stands for no end is blank, whatever else the
// column holds; elsewhere it is no date.
func TestOpenEnds(t *testing.T) {
	for _, c := range []struct {
		name   string
		cells  []string
		stated Order
		want   string // of every cell: its day, open or -; or the doubt's code and line
	}{
		{"a day", []string{"2025-03-09"}, Unsaid, "2025-03-09"},
		{"no end", []string{"9999-12-31", "2999-12-31", "2099-12-31", "2199-12-31"}, Unsaid, "open open open open"},
		{"other far days", []string{"9999-01-01", "4712-12-31", "2900-01-01", "3000-06-30 23:59:59", "9999-12-31T00:00:00Z"}, Unsaid, "open open open open open"},
		{"days that are meant", []string{"2099-12-30", "2098-12-31", "2150-12-31", "2199-01-01"}, Unsaid, "2099-12-30 2098-12-31 2150-12-31 2199-01-01"},
		{"no days, and no ends", []string{"2200-01-01", "2899-01-01", "9999-02-30", "9999-13-01", "1999-12-31", "31/12/99", "99991231x"}, Unsaid, "- - - - 1999-12-31 - -"},
		{"other shapes", []string{"9999年12月31日", "99991231", "31-Dec-9999", "December 31, 2999", "９９９９-１２-３１"}, Unsaid, "open open open open open"},
		{"no end proves the order", []string{"31/12/9999", "04/03/2025"}, Unsaid, "open 2025-03-04"},
		{"no end, month first", []string{"12/31/2999", "04/03/2025", "12/31/2099"}, Unsaid, "open 2025-04-03 open"},
		{"no end needs no order", []string{"04/05/9999", "2025-03-09"}, Unsaid, "open 2025-03-09"},
		{"no end of no order beside days of none", []string{"01/01/9999", "04/03/2025"}, Unsaid, "ambiguous_date 3"},
		{"ends of both orders", []string{"31/12/9999", "12/31/9999"}, Unsaid, "mixed_dates 3"},
		{"an end against the stated order", []string{"12/31/9999", "31/12/9999"}, DayFirst, "- open"},
		// 2958465, 401768 and 73050 are 9999-12-31, 2999-12-31 and 2099-12-31 in Excel; 45292 is 2024-01-01.
		{"day numbers", []string{"2958465", "45292", "401768", "73050", "2958465.5"}, Unsaid, "open 2024-01-01 open open open"},
		{"a day number that is none", []string{"2958464", "45292"}, Unsaid, "- -"},
		{"a day number among dates", []string{"2958465", "2025-03-09"}, Unsaid, "- 2025-03-09"},
		{"Excel was here", []string{"2958465", "31/12/9999"}, Unsaid, "mixed_dates 2"},
	} {
		for _, ends := range []bool{true, false} {
			col := &DateColumn{Ends: ends}
			for i, s := range c.cells {
				col.Add(at(i+2), s)
			}
			d, doubt := col.Decide(c.stated)
			var got []string
			for _, s := range c.cells {
				m, ok := d.Parse(s)
				switch {
				case ends && d.OpenEnd(s):
					got = append(got, "open")
				case ok:
					got = append(got, m.day())
				default:
					got = append(got, "-")
				}
				if !ends && ok && m.Year >= 2200 {
					t.Errorf("%s: %q is a date of the year %d", c.name, s, m.Year)
				}
			}
			if doubt != nil {
				got = []string{doubt.Code, fmt.Sprint(doubt.At.Line)}
			}
			if g := strings.Join(got, " "); ends && g != c.want {
				t.Errorf("%s: got %s, want %s", c.name, g, c.want)
			}
		}
	}
	p := Profile("End Date", End, slices.All([]string{"9999-12-31", "2025-03-09", "9999-12-31"}))
	if p.Kind != Date || p.Bad.Count != 0 || len(p.Evidence) != 2 || p.Evidence[1].Count != 2 || p.Evidence[1].Says != "stands for no end: read as blank" {
		t.Errorf("%+v", p)
	}
	if p = Profile("Close Date", Date, slices.All([]string{"9999-12-31", "2025-03-09"})); p.Bad.Count != 1 {
		t.Errorf("%+v", p)
	}
}

func TestPlainNumbers(t *testing.T) {
	for in, want := range map[string]int64{"0": 0, "12": 1200, "-12.3": -1230, "1054.0": 105400, "1.2300": 123, "0.125000": -1, "0.120": 12, "1234.500": 123450,
		"9999999999999999": 999999999999999900} {
		got, ok := Plain(in, 2)
		if want == -1 {
			if ok {
				t.Errorf("%q: %d", in, got)
			}
		} else if !ok || got != want {
			t.Errorf("%q: %d %v, want %d", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "-", ".", "1.", ".5", "1.005", "1.500", "1.000", "100.000", "1,5", "+1", " 1", "1e3", "99999999999999999", "１"} {
		if got, ok := Plain(in, 2); ok {
			t.Errorf("%q: %d", in, got)
		}
	}
}

func TestNumberColumns(t *testing.T) {
	for _, c := range []struct {
		name   string
		kind   Kind
		stated Stated
		cells  []string
		want   string
	}{
		{"plain", Number, Stated{}, []string{"0", "12", "-12.3", "+12.34", "1.2300"}, "0 12 -12.3 12.34 1.23"},
		{"point by its two decimals", Number, Stated{}, []string{"1,234", "12.50", "1.234"}, "1234 12.5 1.234"},
		{"comma by its two decimals", Number, Stated{}, []string{"1.234", "12,50", "1.234,56", "1.234.567"}, "1234 12.5 1234.56 1234567"},
		{"groups prove the other", Number, Stated{}, []string{"1,234,567", "1.234"}, "1234567 1.234"},
		{"both separators", Number, Stated{}, []string{"1,234.56", "1,234"}, "1234.56 1234"},
		{"nothing tells, point", Number, Stated{}, []string{"7", "1.234", "5.000"}, `ambiguous_number 3 1.234 decimal: "." 1234 decimal: ","`},
		{"nothing tells, comma", Number, Stated{}, []string{"1,234"}, `ambiguous_number 2 1234 decimal: "." 1.234 decimal: ","`},
		{"stated", Number, Stated{Point: ','}, []string{"1.234", "12.5"}, "1234 -"},
		{"both", Number, Stated{}, []string{"12.50", "12,50"}, "mixed_decimals 3"},
		{"a zero in front is no thousand", Number, Stated{}, []string{"0.125", "1.234"}, "0.125 1.234"},
		{"four digits in front are no group", Number, Stated{}, []string{"1234.567"}, "1234.567"},
		{"space, NBSP, thin space, apostrophe", Number, Stated{}, []string{"1 234,56", "1\u00a0234", "1\u2009234,5", "1'234'567,8", "1’234"}, "1234.56 1234 1234.5 1234567.8 1234"},
		{"brackets, trailing minus", Number, Stated{}, []string{"(1,200.00)", "1,200.00-", "-1,200.00", "$(5.25)", "($5.25)"}, "-1200 -1200 -1200 -5.25 -5.25"},
		{"currencies", Number, Stated{}, []string{"$22,700.00", "￥5.5", "¥ 5.5", "5.5元", "CNY 5.5", "5.5 USD", "€5.5", "RMB5.5"}, "22700 5.5 5.5 5.5 5.5 5.5 5.5 5.5"},
		{"units", Number, Stated{}, []string{"$342.09K", "1.2万", "1.2万元", "3亿", "1.5M", "2千", "-1.25百万"}, "342090 12000 12000 300000000 1500000 2000 -1250000"},
		{"a column of 万元", Number, Stated{Unit: 4}, []string{"1.2", "1.2万", "1.2亿"}, "12000 12000 -"},
		{"full width", Number, Stated{}, []string{"１，２３４．５６", "（５．５）"}, "1234.56 -5.5"},
		{"scientific", Number, Stated{}, []string{"1.2E+5", "1.25e3", "12e-1"}, "120000 1250 1.2"},
		{"junk", Number, Stated{}, []string{"5360 HA", "12,34.5", "1234,567.8", ",123.4x", "1.", "--5", "+-5", "-(5)", "1.2.3", "1 23", "5%%", "$$5", "1,2345.6", "٣", "1e", "12 50", "K", "", "5-6"},
			"- - - - - - - - - - - - - - - - - - -"},
		{"lakhs and crores", Number, Stated{}, []string{"1,00,000", "12,34,567.89", "1,23,45,67,890", "-₹1,00,000.50", "(12,34,567)", "１，００，０００"}, "100000 1234567.89 1234567890 -100000.5 -1234567 100000"},
		{"groups of two prove the point", Number, Stated{}, []string{"1,00,000", "1,234", "5,000"}, "100000 1234 5000"},
		{"groups of two, one of three digits in front", Number, Stated{}, []string{"1,00,000", "99,999", "1,234.50"}, "100000 99999 1234.5"},
		{"groups of two and a decimal comma", Number, Stated{}, []string{"1,00,000", "12,50"}, "mixed_decimals 3"},
		{"groups of two and of three", Number, Stated{}, []string{"1,00,000", "7", "1,234,567"}, `mixed_grouping 4 1234567 decimal: "."`},
		{"groups of two, three digits in front", Number, Stated{}, []string{"123,456", "1,00,000"}, `mixed_grouping 3 100000 decimal: "."`},
		{"both groupings, stated", Number, Stated{Point: '.'}, []string{"1,00,000", "1,234,567"}, "100000 1234567"},
		{"groups of two against a stated comma", Number, Stated{Point: ','}, []string{"1,00,000", "1.234"}, "- 1234"},
		{"no lakhs", Number, Stated{}, []string{"100,00,000", "1,00,00", "1,00,0000", "0,00,000", "1,00,000,000", "1,000,00,000", ",00,000", "1.00.000", "1 00 000", "1'00'000", "1,,000", "1,00 000"}, "- - - - - - - - - - - -"},
		{"whole numbers in lakhs", Count, Stated{}, []string{"1,00,000"}, "100000"},
		{"no lakhs in percents", Percent, Stated{}, []string{"1,00,000"}, "-"},
		{"long", Number, Stated{}, []string{"1234567890123456789", "12345678901234567890", "1.00000000000000000000000"}, "1234567890123456789 - 1"},
		{"fractions", Percent, Stated{}, []string{"0.15", "1", "0"}, "0.15 1 0"},
		{"percents by a number over 1", Percent, Stated{}, []string{"15", "0.5"}, "0.15 0.005"},
		{"percents by their sign", Percent, Stated{}, []string{"15%", "12.5 %", "８％"}, "0.15 0.125 0.08"},
		{"signs, and bare numbers over 1", Percent, Stated{}, []string{"15%", "15"}, "0.15 0.15"},
		{"signs, and bare numbers below 1", Percent, Stated{}, []string{"15%", "0.15"}, "mixed_percent 3 0.15 % percent: true 0.15 percent: false"},
		{"stated fractions", Percent, Stated{Percent: new(bool)}, []string{"15%", "0.15"}, "0.15 0.15"},
		{"no thousands in percents", Percent, Stated{}, []string{"12.500", "8.125%"}, "0.125 0.08125"},
		{"a factor over 1", Factor, Stated{}, []string{"0.8", "1.25"}, "0.8 1.25"},
		{"a factor or a percent", Factor, Stated{}, []string{"0.8", "80"}, "ambiguous_percent 3 80 % percent: true 80 percent: false"},
		{"factors with signs", Factor, Stated{}, []string{"80%", "125%"}, "0.8 1.25"},
	} {
		col := NewNumberColumn(c.kind)
		for i, s := range c.cells {
			col.Add(at(i+2), s)
		}
		n, doubt := col.Decide(c.stated)
		var got []string
		if doubt != nil {
			got = append(got, doubt.Code, fmt.Sprint(doubt.At.Line))
			for _, r := range doubt.Readings {
				got = append(got, r.Means, r.Setting)
			}
		} else {
			for _, s := range c.cells {
				var e Exact
				var ok bool
				if c.kind == Number {
					var a Amount
					a, ok = n.Parse(s)
					e = a.Exact
				} else {
					e, ok = n.Fraction(s)
				}
				if ok {
					got = append(got, e.String())
				} else {
					got = append(got, "-")
				}
			}
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%s: got %s, want %s", c.name, g, c.want)
		}
	}
}

func TestSigns(t *testing.T) {
	n := NumbersOf(Number, '.')
	for _, c := range []struct {
		in, currency string
		fits         bool
	}{
		{"$5", "USD", true}, {"$5", "HKD", true}, {"$5", "CNY", false}, {"￥5", "CNY", true}, {"¥5", "JPY", true}, {"¥5", "USD", false}, {"5元", "CNY", true},
		{"5 EUR", "EUR", true}, {"€5", "CNY", false}, {"HK$5", "HKD", true}, {"HK$5", "USD", false}, {"5", "USD", true}, {"5万美元", "USD", true}, {"5万美元", "CNY", false},
	} {
		a, ok := n.Parse(c.in)
		if !ok || a.Sign.Fits(c.currency) != c.fits {
			t.Errorf("%q in %s: %+v %v", c.in, c.currency, a, ok)
		}
	}
}

func TestScaled(t *testing.T) {
	for _, c := range []struct {
		e      Exact
		places int
		want   string
	}{
		{Exact{12345, -2}, 2, "12345"}, {Exact{12345, -3}, 2, "has more than 2 decimal places"}, {Exact{12340, -3}, 2, "1234"}, {Exact{12, 4}, 2, "12000000"},
		{Exact{1, 17}, 2, "is too large"}, {Exact{-9, 18}, 0, "is too large"}, {Exact{-4, 16}, 2, "-4000000000000000000"}, {Exact{0, 999}, 2, "0"}, {Exact{5, -999}, 2, "has more than 2 decimal places"},
	} {
		v, err := c.e.Scaled(c.places)
		got := fmt.Sprint(v)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%+v: %s, want %s", c.e, got, c.want)
		}
	}
}

func TestHeaderUnit(t *testing.T) {
	for in, want := range map[string]int{"金额（万元）": 4, "金额(千元)": 3, "合同金额【亿元】": 8, "Amount (K)": 3, "Amount ($K)": 3, "金额/万元": 4, "金额（单位：万元）": 4, "金额(元)": 0, "金额（万美元）": 4,
		"Amount": -1, "Amount (USD)": 0, "Amount (converted)": -1, "万元户": -1, "千元": -1, "金额": -1, "Revenue [M]": 6, "": -1, ")": -1} {
		_, exp, ok := HeaderUnit(in)
		if !ok {
			exp = -1
		}
		if exp != want {
			t.Errorf("%q: %d, want %d", in, exp, want)
		}
	}
}

func TestIDs(t *testing.T) {
	for in, want := range map[string]string{"00123": "00123", `="00123"`: "00123", "'00123": "00123", "zcrm_4876000000123": "4876000000123", "zcrm_x": "zcrm_x", "\u00a0a b\u3000": "a b",
		"=": "=", `=""`: `=""`, "'": "'", "Ａ1": "Ａ1", "": "", "a\u200b": "a"} {
		if got := CleanID(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]bool{"9.91214E+15": true, "1E+15": true, "9.9e+20": true, "E+15": false, "A1E+15": false, "1E15": false, "12E+15": false, "9.91214E+1": false, "9.9.1E+15": false, "1.E+15": false, "": false} {
		if Scientific(in) != want {
			t.Errorf("%q: %v", in, !want)
		}
	}
	column := func(ids ...string) string {
		var c IDColumn
		for i, s := range ids {
			c.Add(at(i+2), s)
		}
		if d := c.Damaged(); d != nil {
			return fmt.Sprintf("%s %d %s", d.Code, d.At.Line, d.Example)
		}
		return ""
	}
	for want, ids := range map[string][][]string{
		"": {{"1", "00123"}, {"6012345678901234567", "6012345678901234568", "6012345678901234000"}, {"601234567890123000"}, {"A60123456789012300", "A60123456789012300", "A60123456789012300"},
			{"1234567890123450", "1234567890123451", "1234567890123460", "1234567890123452", "1234567890123470", "1234567890123453"}},
		"damaged_ids 3 9.91214E+15":        {{"a", "9.91214E+15"}},
		"damaged_ids 2 601234567890123000": {{"601234567890123000", "601234567890124000", "601234567890125000", "601234567890125001"}},
	} {
		for _, c := range ids {
			if got := column(c...); got != want {
				t.Errorf("%v: got %q, want %q", c, got, want)
			}
		}
	}
}

func TestTri(t *testing.T) {
	for in, want := range map[string]string{"Y": "yes", "ｎ": "no", "TRUE": "yes", "是": "yes", "否": "no", "√": "yes", "１": "yes", "0": "no", "有": "yes", "无": "no", "maybe": "", "": ""} {
		yes, ok := Tri(in)
		got := ""
		if ok {
			got = map[bool]string{true: "yes", false: "no"}[yes]
		}
		if got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestProfiles(t *testing.T) {
	for _, c := range []struct {
		name  string
		want  Kind
		cells []string
		say   string
	}{
		{"created_at", Any, []string{"2025-03-09 10:00", "", "2025-03-10 11:00"}, "stamp year first|"},
		{"Close Date", Any, []string{"04/03/2025", "13/03/2025"}, "date day/month/year|date_order: dmy"},
		{"Close Date", Any, []string{"04/03/2025", "N/A"}, "date year first|date_order: dmy?"},
		{"Close Date", Any, []string{"45292", "45293"}, "date day numbers of Excel|"},
		{"Amount", Any, []string{"45292", "45293"}, "number decimal point|"},
		{"金额（万元）", Any, []string{"1,5", "2.000,25"}, "number decimal comma|decimal: \",\" 万元"},
		{"Probability", Any, []string{"15%", "20%"}, "percent decimal point, percents|"},
		{"Deal Id", Any, []string{"1", "2"}, "id |"},
		{"Amount", Any, []string{"₹1,00,000", "99,999"}, "number decimal point|"},
		{"Amount", Any, []string{"1,00,000", "1,234,567"}, `number decimal point|decimal: "."?`},
		{"IsWon", Any, []string{"TRUE", "FALSE", "TRUE"}, "bool |"},
		{"Stage", Any, []string{"Won", "Lost", "Won", "Won"}, "word |"},
		{"Note", Any, []string{"spoke", "of price"}, "text |"},
		{"Empty", Any, []string{"", "-"}, "text |"},
		{"IsWon", Any, []string{"FALSE", "FALSE"}, "bool |"},
		{"Instalment", Any, []string{"1", "1"}, "number decimal point|"},
		{"invoice_date", Any, []string{"Sin_Factura", "2025-03-09", "Sin_Factura"}, "date year first|"},
		{"engage_date", Any, []string{"20-10-16", "05-10-16"}, "date years of two digits|dates: [D-M-YY]?"},
		{"close_date", Any, []string{"1/08/26", "29/06/26"}, "date years of two digits|dates: [D/M/YY]?"},
		{"share", Percent, []string{"15", "20"}, "percent decimal point, percents|"},
	} {
		p := Profile(c.name, c.want, slices.All(c.cells))
		got := fmt.Sprintf("%s %s|%s", p.Kind, p.Layout, p.Setting)
		if p.Question != "" {
			got += "?"
		}
		if p.Unit != "" {
			got += " " + p.Unit
		}
		if got != c.say || p.Cells != len(c.cells) {
			t.Errorf("%s %v: got %s, want %s (%+v)", c.name, c.cells, got, c.say, p)
		}
	}
	p := Profile("Stage", Any, slices.All([]string{"b", "a", "b", "c", "b", "a"}))
	if got := fmt.Sprint(p.Words, p.Distinct); got != "[{b 3 0} {a 2 1} {c 1 3}] 3" {
		t.Error(got)
	}
	// 20-10-16 is 20 October 2016 or 16 October 2020, but there is no month 20.
	p = Profile("d", Date, slices.All([]string{"20-10-16", "05-10-16"}))
	if got := fmt.Sprint(p.Ambiguous); got != "[{2016-10-20 dates: [D-M-YY]} {2020-10-16 dates: [YY-M-D]}]" {
		t.Error(got)
	}
	p = Profile("d", Date, slices.All([]string{"x", "x", "04/03/2025"}))
	if p.Question != `column d, line 2: "04/03/2025" may be 2025-03-04 (day first) or 2025-04-03 (month first), and no other cell of the column tells; say date_order: dmy or date_order: mdy in crmreport.yaml for this source` || p.Bad.Count != 2 {
		t.Errorf("%+v", p)
	}
}
