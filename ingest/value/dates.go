package value

import (
	"fmt"
	"strings"
)

// Order is which of day and month comes first in 04/03/2025.
type Order uint8

// The orders; Unsaid is left to the column.
const (
	Unsaid Order = iota
	DayFirst
	MonthFirst
)

// String is the order as the configuration says it.
func (o Order) String() string { return [...]string{"", "dmy", "mdy"}[o] }

func (o Order) long() string { return [...]string{"", "day/month/year", "month/day/year"}[o] }

// numeric says what bare numbers mean in a date column.
type numeric uint8

const (
	noNumbers numeric = iota
	serials           // days of Excel: 45292 is 2024-01-01
	seconds           // since 1970 in UTC
	millis
)

const seps = "/-."

// Dates is how the dates of one column are read, once it is decided.
type Dates struct {
	orders  [len(seps)]Order
	numbers numeric
}

// DatesOf is how dates are read that nothing was said about but their order.
func DatesOf(o Order) Dates { return Dates{orders: [len(seps)]Order{o, o, o}} }

// Parse reads a cell that is not blank. What the column does not settle, and
// days that do not exist, are refused.
func (d *Dates) Parse(cell string) (Moment, bool) {
	s := Fold(cell)
	if y, ok := yearLast(s); ok {
		m := y.as(d.orders[y.sep])
		return m, y.long && (d.orders[y.sep] != Unsaid || y.a == y.b) && m.Valid()
	}
	if m, ok := Plainly(s); ok {
		return m, true
	}
	if m, n := bare(s); n != noNumbers && n == d.numbers {
		return m, m.Valid()
	}
	return Moment{}, false
}

// OpenEnd reports a cell of a column of last days that stands for no end: a
// date that is Open, in any shape. Where nothing settles day and month, either
// order may make it so.
func (d *Dates) OpenEnd(cell string) bool {
	s := Fold(cell)
	if y, ok := yearLast(s); ok {
		day, month := y.as(DayFirst), y.as(MonthFirst)
		o := d.orders[y.sep]
		return y.long && (o != MonthFirst && day.Open() || o != DayFirst && month.Open())
	}
	if m, ok := onlyReading(s); ok {
		return m.Open()
	}
	m, n := bare(s)
	return n == serials && n == d.numbers && m.Open()
}

// Plainly reads the dates that have one reading only, whatever column they are
// in: the year first, the month as a word, 2024年5月6日, 20240506.
func Plainly(s string) (m Moment, ok bool) {
	m, ok = onlyReading(s)
	return m, ok && m.Valid()
}

// onlyReading reads what Plainly does; the caller asks Valid.
func onlyReading(s string) (m Moment, ok bool) {
	for _, shape := range [...]func(string) (Moment, bool){YearFirst, chinese, named, compact} {
		if m, ok = shape(s); ok {
			return m, true
		}
	}
	return Moment{}, false
}

// chinese reads 2024年5月6日, with 9:05, 9时5分 or 上午9:05 behind it or not.
func chinese(s string) (m Moment, ok bool) {
	t := text{s, true}
	m.Year = t.number(4, 4)
	if !t.ok || !t.take("年") {
		return m, false
	}
	m.Month = t.number(1, 2)
	t.ok = t.ok && t.take("月")
	m.Day = t.number(1, 2)
	t.ok = t.ok && (t.take("日") || t.take("号"))
	if t.ok && t.s != "" && t.s[0] >= '0' && t.s[0] <= '9' {
		t.s = " " + t.s
	}
	t.time(&m)
	return m, t.ok && t.s == ""
}

var months = [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// month reads a name of a month, long, of three letters, or Sept.
func (t *text) month() int {
	n := 0
	for n < len(t.s) && (t.s[n]|0x20) >= 'a' && (t.s[n]|0x20) <= 'z' {
		n++
	}
	word := strings.ToLower(t.s[:n])
	for i, name := range months {
		if word == name || word == name[:3] || word == "sept" && i == 8 {
			t.s = strings.TrimPrefix(t.s[n:], ".")
			return i + 1
		}
	}
	t.ok = false
	return 0
}

// between passes over what stands between the parts of 05-Mar-2026 or Mar 5, 2026.
func (t *text) between() {
	n := 0
	for n < len(t.s) && strings.IndexByte(" -/.,", t.s[n]) >= 0 {
		n++
	}
	t.s = t.s[n:]
	t.ok = t.ok && n > 0 && n <= 2
}

// named reads a date whose month is a word: 05-Mar-2026, 15 Apr, 2021 00:02:00,
// Mar 5, 2026, 2026-Mar-05. The year has four digits.
func named(s string) (m Moment, ok bool) {
	if len(s) < 8 {
		return m, false
	}
	t := text{s, true}
	if c := s[0] | 0x20; c >= 'a' && c <= 'z' {
		m.Month = t.month()
		t.between()
		m.Day = t.number(1, 2)
		t.between()
		m.Year = t.number(4, 4)
		t.time(&m)
		return m, t.ok && t.s == ""
	}
	first := t.number(1, 4)
	n := len(s) - len(t.s)
	t.between()
	if !t.ok {
		return m, false
	}
	m.Month = t.month()
	t.between()
	switch {
	case !t.ok:
		return m, false
	case n == 4:
		m.Year, m.Day = first, t.number(1, 2)
	case n <= 2:
		m.Day, m.Year = first, t.number(4, 4)
	default:
		return m, false
	}
	t.time(&m)
	return m, t.ok && t.s == ""
}

// compact reads 20240506, with 20240506T0905, 20240506090500 or a time behind.
func compact(s string) (m Moment, ok bool) {
	t := text{s, true}
	m.Year, m.Month, m.Day = t.number(4, 4), t.number(2, 2), t.number(2, 2)
	if !t.ok || t.s == "" {
		return m, t.ok
	}
	clock := strings.TrimPrefix(t.s, "T")
	if len(clock) < 4 || clock[2] == ':' || clock[1] == ':' || clock[0] < '0' || clock[0] > '9' || t.s[0] != 'T' && len(clock) != 6 {
		t.time(&m)
		return m, t.ok && t.s == ""
	}
	t.s = clock
	m.Timed = true
	m.Hour, m.Minute = t.number(2, 2), t.number(2, 2)
	if t.ok && t.s != "" && t.s[0] >= '0' && t.s[0] <= '9' {
		m.Second = t.number(2, 2)
	}
	t.offset(&m)
	return m, t.ok && t.s == ""
}

// dayMonth is a date such as 04/03/2025, whose order the cell alone may not
// tell.
type dayMonth struct {
	a, b int
	sep  int  // in seps
	long bool // the year has four digits
	rest Moment
}

func yearLast(s string) (y dayMonth, ok bool) {
	t := text{s, true}
	y.a = t.number(1, 2)
	if !t.ok || t.s == "" {
		return y, false
	}
	if y.sep = strings.IndexByte(seps, t.s[0]); y.sep < 0 {
		return y, false
	}
	t.literal(seps[y.sep])
	y.b = t.number(1, 2)
	t.literal(seps[y.sep])
	if !t.ok {
		return y, false
	}
	before := len(t.s)
	y.rest.Year = t.number(2, 4)
	digits := before - len(t.s)
	y.long = digits == 4
	t.time(&y.rest)
	return y, t.ok && t.s == "" && digits != 3
}

func (y *dayMonth) as(o Order) Moment {
	m := y.rest
	m.Day, m.Month = y.a, y.b
	if o == MonthFirst {
		m.Day, m.Month = y.b, y.a
	}
	return m
}

const (
	firstSerial, lastSerial = 25569, 73050          // 1970-01-01, 2099-12-31
	firstSecond, lastSecond = 300000000, 4102444800 // 1979, 2100
	unixSerial              = 25569                 // the serial of 1970-01-01
	open2999, open9999      = 401768, 2958465       // 2999-12-31, 9999-12-31
)

// bare reads a number that may be a date: a serial of Excel (with a part of a
// day), seconds or milliseconds since 1970.
func bare(s string) (Moment, numeric) {
	whole, part, dotted := strings.Cut(s, ".")
	if dotted && (part == "" || len(part) > 15 || strings.Trim(part, "0123456789") != "") {
		return Moment{}, noNumbers
	}
	t := text{whole, true}
	n := t.number(1, 13)
	if !t.ok || t.s != "" {
		return Moment{}, noNumbers
	}
	switch {
	case len(whole) == 5 && n >= firstSerial && n <= lastSerial, whole != "" && whole[0] != '0' && (n == open2999 || n == open9999):
		second := roundDay(part)
		return fromUnix(int64(n-unixSerial)*86400+second, dotted, false), serials
	case (len(whole) == 10 || len(whole) == 9) && n >= firstSecond && n < lastSecond:
		return fromUnix(int64(n), true, true), seconds
	case (len(whole) == 13 || len(whole) == 12) && !dotted && n >= firstSecond*1000 && n < lastSecond*1000:
		return fromUnix(int64(n/1000), true, true), millis
	}
	return Moment{}, noNumbers
}

// roundDay is the second of the day of a decimal part, to the nearest: Excel
// keeps no more.
func roundDay(part string) int64 {
	const places = 12
	var v int64
	for i := range places {
		v *= 10
		if i < len(part) {
			v += int64(part[i] - '0')
		}
	}
	const one = 1_000_000_000_000
	return (v/1000*86400*2 + one/1000) / (one / 1000 * 2)
}

func fromUnix(at int64, timed, zoned bool) Moment {
	days, second := at/86400, int(at%86400)
	y, m, d := civil(days)
	return Moment{Year: y, Month: m, Day: d, Hour: second / 3600, Minute: second / 60 % 60, Second: second % 60, Timed: timed, Zoned: zoned}
}

// civil is the day n days after 1970-01-01 (n ≥ 0).
func civil(n int64) (year, month, day int) {
	year = 1970
	for {
		length := int64(365)
		if daysIn(year, 2) == 29 {
			length = 366
		}
		if n < length {
			break
		}
		n, year = n-length, year+1
	}
	for month = 1; n >= int64(daysIn(year, month)); month++ {
		n -= int64(daysIn(year, month))
	}
	return year, month, int(n) + 1
}

func (m *Moment) day() string { return fmt.Sprintf("%04d-%02d-%02d", m.Year, m.Month, m.Day) }

func (p Place) line() string {
	if p.File == "" {
		return fmt.Sprintf("line %d", p.Line)
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

func later(a, b Evidence) Evidence {
	if a.At.File == b.At.File && a.At.Line > b.At.Line || a.At.File > b.At.File {
		return a
	}
	return b
}

// ShortYear reports a date like 04/03/25, which only a stated layout can read.
func ShortYear(cell string) bool {
	y, ok := yearLast(Fold(cell))
	return ok && !y.long
}

// Written reads a date that is no bare number and has one reading only: the
// year first, or the month as a word.
func Written(s string) (m Moment, ok bool) {
	for _, shape := range [...]func(string) (Moment, bool){YearFirst, chinese, named} {
		if m, ok = shape(s); ok {
			return m, m.Valid()
		}
	}
	return Moment{}, false
}

// NeedsColumn reports a cell that may be a date but does not say which alone.
func NeedsColumn(cell string) bool {
	s := Fold(cell)
	if y, ok := yearLast(s); ok {
		return y.long
	}
	_, n := bare(s)
	return n != noNumbers
}

func (n numeric) words() string {
	return [...]string{"year first", "day numbers of Excel", "seconds since 1970", "milliseconds since 1970"}[n]
}
