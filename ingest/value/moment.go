package value

import "strings"

// Moment is a date, perhaps with a time of day and an offset, as written.
type Moment struct {
	Year, Month, Day     int
	Hour, Minute, Second int
	Timed                bool
	Offset               int // seconds east of UTC
	Zoned                bool
}

// Valid keeps to days that exist, in years that a sales report can mean.
func (m *Moment) Valid() bool { return m.Year >= 1900 && m.Year < 2200 && m.exists() }

func (m *Moment) exists() bool {
	return m.Month >= 1 && m.Month <= 12 && m.Day >= 1 && m.Day <= daysIn(m.Year, m.Month) && m.Hour < 24 && m.Minute < 60 && m.Second < 60
}

// Open reports a day that systems write for no end: one in the year 2900 or
// later (9999-12-31, 4712-12-31, 2999-12-31), or the last day of a century from
// this one on (2099-12-31, 2199-12-31). It need not be Valid.
func (m *Moment) Open() bool {
	return (m.Year >= 2900 || m.Year >= 2099 && m.Year%100 == 99 && m.Month == 12 && m.Day == 31) && m.exists()
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// YearFirst reads the canonical dates: 2025-03-09, 2025/3/9 or 2025.3.9, with a
// time after T or a space, seconds and an offset or not. They have one reading,
// whatever else the column holds. The caller asks Valid.
func YearFirst(s string) (m Moment, ok bool) {
	if len(s) < 8 {
		return m, false
	}
	sep := s[4]
	if sep != '-' && sep != '/' && sep != '.' {
		return m, false
	}
	t := text{s, true}
	m.Year = t.number(4, 4)
	t.literal(sep)
	m.Month = t.number(1, 2)
	t.literal(sep)
	m.Day = t.number(1, 2)
	t.time(&m)
	return m, t.ok && t.s == ""
}

// text is what is left to read of a cell.
type text struct {
	s  string
	ok bool
}

func (t *text) number(least, most int) int {
	n, v := 0, 0
	for n < len(t.s) && n < most && t.s[n] >= '0' && t.s[n] <= '9' {
		v = v*10 + int(t.s[n]-'0')
		n++
	}
	if n < least {
		t.ok = false
		return 0
	}
	t.s = t.s[n:]
	return v
}

func (t *text) literal(c byte) {
	if t.s == "" || t.s[0] != c {
		t.ok = false
		return
	}
	t.s = t.s[1:]
}

// take passes over a word that may be there.
func (t *text) take(word string) bool {
	if !strings.HasPrefix(t.s, word) {
		return false
	}
	t.s = t.s[len(word):]
	return true
}

func (t *text) spaces() {
	for t.s != "" && t.s[0] == ' ' {
		t.s = t.s[1:]
	}
}

// time reads an optional time of day and offset to the end of the cell.
func (t *text) time(m *Moment) {
	if !t.ok || t.s == "" {
		return
	}
	switch {
	case t.s[0] == 'T' || t.s[0] == ' ':
		t.s = t.s[1:]
	case t.take(", "):
	case t.s[0] < 0x80: // 2024年5月6日9时5分 needs no space
		t.ok = false
		return
	}
	m.Timed = true
	half := ""
	if t.s != "" && (t.s[0] < '0' || t.s[0] > '9') {
		t.spaces()
		half = t.chineseHalf()
	}
	m.Hour = t.number(1, 2)
	if t.ok && t.s != "" && t.s[0] >= 0x80 {
		t.chineseClock(m)
	} else {
		t.clock(m)
	}
	if t.ok && t.s != "" && half == "" {
		half = t.englishHalf()
	}
	t.half(m, half)
	t.offset(m)
}

func (t *text) clock(m *Moment) {
	t.literal(':')
	m.Minute = t.number(2, 2)
	if t.ok && t.s != "" && t.s[0] == ':' {
		t.literal(':')
		m.Second = t.number(2, 2)
		if t.ok && t.s != "" && (t.s[0] == '.' || t.s[0] == ',') {
			t.s = t.s[1:]
			t.number(1, 9) // parts of a second do not move a number
		}
	}
}

// chineseClock reads 时5分6秒, the minutes and the seconds or not.
func (t *text) chineseClock(m *Moment) {
	if !t.take("时") && !t.take("點") && !t.take("点") {
		t.ok = false
		return
	}
	if t.s == "" {
		return
	}
	m.Minute = t.number(1, 2)
	if !t.take("分") {
		t.ok = false
	}
	if t.ok && t.s != "" {
		m.Second = t.number(1, 2)
		if !t.take("秒") {
			t.ok = false
		}
	}
}

func (t *text) chineseHalf() string {
	for _, h := range [...]struct{ word, half string }{{"上午", "am"}, {"凌晨", "am"}, {"下午", "pm"}, {"晚上", "pm"}} {
		if t.take(h.word) {
			t.spaces()
			return h.half
		}
	}
	return ""
}

// englishHalf reads AM or PM, also a.m. and p.m.
func (t *text) englishHalf() string {
	rest := strings.TrimLeft(t.s, " ")
	for _, h := range [...]struct{ word, half string }{{"am", "am"}, {"pm", "pm"}, {"a.m.", "am"}, {"p.m.", "pm"}} {
		if len(rest) >= len(h.word) && strings.EqualFold(rest[:len(h.word)], h.word) {
			t.s = rest[len(h.word):]
			return h.half
		}
	}
	return ""
}

// half moves the hour of a 12-hour clock; 12 is the first hour of its half.
func (t *text) half(m *Moment, half string) {
	if half == "" {
		return
	}
	if m.Hour > 12 {
		t.ok = false
	}
	m.Hour %= 12
	if half == "pm" {
		m.Hour += 12
	}
}

// offset reads Z, UTC, +08, +0800 or +08:00.
func (t *text) offset(m *Moment) {
	if !t.ok || t.s == "" {
		return
	}
	if len(t.s) > 1 && t.s[0] == ' ' {
		t.s = t.s[1:]
	}
	sign := 1
	switch t.s[0] {
	case 'Z':
		m.Zoned, t.s = true, t.s[1:]
		return
	case '-':
		sign = -1
	case '+':
	default:
		m.Zoned = t.take("UTC") || t.take("GMT")
		t.ok = m.Zoned
		return
	}
	t.s = t.s[1:]
	h, mm := t.number(2, 2), 0
	if t.ok && t.s != "" {
		if t.s[0] == ':' {
			t.literal(':')
		}
		mm = t.number(2, 2)
	}
	if h > 14 || mm > 59 {
		t.ok = false
	}
	m.Offset, m.Zoned = sign*(h*3600+mm*60), true
}
