package ingest

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // zones do not depend on the machine

	"crmreport/ingest/crm"
)

// clock reads the dates of one source: its layouts, and what lies between its
// zone and the organisation's.
type clock struct {
	layouts []layout
	home    *time.Location
	source  *time.Location // nil where it is home
	said    string         // the forms expected, for messages
}

// verdict is what became of a date cell.
type verdict uint8

const (
	good verdict = iota
	bad
	ambiguous // day and month could be either way round
)

func newClock(home *time.Location, s *Source) (*clock, error) {
	c := &clock{home: home, said: "a date like 2025-03-09 or 2025-03-09T10:00"}
	if s.Zone != "" && s.Zone != home.String() {
		zone, err := time.LoadLocation(s.Zone)
		if err != nil {
			return nil, badZone(s.Zone, s.Place)
		}
		c.source = zone
	}
	for _, text := range s.Dates {
		l, err := compile(text)
		if err != nil {
			return nil, &Fault{Kind: BadConfig, Code: "bad_layout", Message: fmt.Sprintf("the date layout %q %s", text, err),
				Expected: "tokens YYYY YY M MM D DD H HH mm ss, such as M/D/YYYY or DD-MM-YY", Place: s.Place}
		}
		c.layouts = append(c.layouts, l)
	}
	if len(s.Dates) > 0 {
		c.said = "a date like " + strings.Join(s.Dates, " or ")
	}
	return c, nil
}

func badZone(name, place string) *Fault {
	return &Fault{Kind: BadConfig, Code: "bad_zone", Message: fmt.Sprintf("there is no time zone %q", name),
		Expected: "an IANA name such as Asia/Shanghai", Place: place}
}

// moment is a date, perhaps with a time of day and an offset, as written.
type moment struct {
	year, month, day     int
	hour, minute, second int
	timed                bool
	offset               int // seconds east of UTC
	zoned                bool
}

// parse reads a cell that is not blank.
func (c *clock) parse(s string) (crm.Stamp, verdict) {
	var found moment
	n := 0
	for i := range c.layouts {
		m, ok := c.layouts[i].parse(s)
		if !ok || !m.valid() {
			continue
		}
		if n > 0 && m != found {
			return crm.NoStamp, ambiguous
		}
		found, n = m, n+1
	}
	if n > 0 {
		return c.stamp(found), good
	}
	if m, ok := yearFirst(s); ok && m.valid() {
		return c.stamp(m), good
	}
	if len(c.layouts) == 0 && yearLast(s) {
		return crm.NoStamp, ambiguous
	}
	return crm.NoStamp, bad
}

// valid keeps to days that exist, in years that a sales report can mean.
func (m moment) valid() bool {
	return m.year >= 1900 && m.year < 2200 && m.month >= 1 && m.month <= 12 && m.day >= 1 &&
		m.day <= daysIn(m.year, m.month) && m.hour < 24 && m.minute < 60 && m.second < 60
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

// stamp moves m to the organisation's zone. A date without a time is a
// day, whatever the zone.
func (c *clock) stamp(m moment) crm.Stamp {
	local := crm.Stamp(int64(crm.DateOf(m.year, m.month, m.day))*86400 + int64(m.hour*3600+m.minute*60+m.second))
	var at time.Time
	switch {
	case !m.timed:
		return local
	case m.zoned:
		at = time.Unix(int64(local)-int64(m.offset), 0)
	case c.source != nil:
		at = time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, 0, c.source)
	default:
		return local
	}
	_, east := at.In(c.home).Zone()
	return crm.Stamp(at.Unix() + int64(east))
}

// yearFirst reads 2025-03-09, 2025/3/9 or 2025.3.9, with a time after T or a
// space, seconds and an offset or not.
func yearFirst(s string) (m moment, ok bool) {
	if len(s) < 8 {
		return m, false
	}
	sep := s[4]
	if sep != '-' && sep != '/' && sep != '.' {
		return m, false
	}
	t := text{s, true}
	m.year = t.number(4, 4)
	t.literal(sep)
	m.month = t.number(1, 2)
	t.literal(sep)
	m.day = t.number(1, 2)
	t.time(&m)
	return m, t.ok && t.s == ""
}

// yearLast reports a date such as 04/03/2025 or 4-3-25, whose order nobody can
// know from the cell.
func yearLast(s string) bool {
	t := text{s, true}
	t.number(1, 2)
	if !t.ok || t.s == "" || strings.IndexByte("/-.", t.s[0]) < 0 {
		return false
	}
	sep := t.s[0]
	t.literal(sep)
	t.number(1, 2)
	t.literal(sep)
	t.number(2, 4)
	return t.ok && (t.s == "" || t.s[0] == ' ' || t.s[0] == 'T')
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

// time reads an optional time of day and offset to the end of the cell.
func (t *text) time(m *moment) {
	if !t.ok || t.s == "" {
		return
	}
	if t.s[0] != 'T' && t.s[0] != ' ' {
		t.ok = false
		return
	}
	t.s = t.s[1:]
	m.timed = true
	m.hour = t.number(1, 2)
	t.literal(':')
	m.minute = t.number(2, 2)
	if t.ok && t.s != "" && t.s[0] == ':' {
		t.literal(':')
		m.second = t.number(2, 2)
		if t.ok && t.s != "" && t.s[0] == '.' {
			t.literal('.')
			t.number(1, 9) // parts of a second do not move a number
		}
	}
	t.offset(m)
}

// offset reads Z, +08, +0800 or +08:00.
func (t *text) offset(m *moment) {
	if !t.ok || t.s == "" {
		return
	}
	if len(t.s) > 1 && t.s[0] == ' ' {
		t.s = t.s[1:]
	}
	sign := 1
	switch t.s[0] {
	case 'Z':
		m.zoned, t.s = true, t.s[1:]
		return
	case '-':
		sign = -1
	case '+':
	default:
		t.ok = false
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
	m.offset, m.zoned = sign*(h*3600+mm*60), true
}

// layout is a stated date layout.
type layout struct {
	steps []step
	timed bool
}

type step struct {
	token       string // "" = a literal
	char        byte
	least, most int
}

func compile(s string) (layout, error) {
	var l layout
	seen := map[byte]bool{}
	for i := 0; i < len(s); {
		c := s[i]
		j := i
		for j < len(s) && s[j] == c {
			j++
		}
		word := s[i:j]
		switch word {
		case "YYYY":
			l.steps = append(l.steps, step{word, 0, 4, 4})
		case "YY", "MM", "DD", "HH", "mm", "ss":
			l.steps = append(l.steps, step{word, 0, 2, 2})
		case "M", "D", "H":
			l.steps = append(l.steps, step{word, 0, 1, 2})
		default:
			if c != 'T' && (c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z') || c >= '0' && c <= '9' {
				return l, fmt.Errorf("has an unknown token %s", word)
			}
			for range word {
				l.steps = append(l.steps, step{char: c})
			}
			i = j
			continue
		}
		if seen[c] {
			return l, fmt.Errorf("has %s twice", string(c))
		}
		seen[c] = true
		i = j
	}
	if !seen['Y'] || !seen['M'] || !seen['D'] {
		return l, fmt.Errorf("lacks a year, a month or a day")
	}
	l.timed = seen['H']
	return l, nil
}

// parse reads s by the layout. A layout of a date alone may be followed by a
// time, which has only one reading.
func (l *layout) parse(s string) (m moment, ok bool) {
	t := text{s, true}
	for _, p := range l.steps {
		if p.token == "" {
			t.literal(p.char)
		} else {
			m.set(p.token, t.number(p.least, p.most))
		}
		if !t.ok {
			return m, false
		}
	}
	if l.timed {
		m.timed = true
		t.offset(&m)
	} else {
		t.time(&m)
	}
	return m, t.ok && t.s == ""
}

func (m *moment) set(token string, v int) {
	switch token {
	case "YYYY":
		m.year = v
	case "YY":
		m.year = 2000 + v
	case "M", "MM":
		m.month = v
	case "D", "DD":
		m.day = v
	case "H", "HH":
		m.hour = v
	case "mm":
		m.minute = v
	case "ss":
		m.second = v
	}
}
