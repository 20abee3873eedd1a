package ingest

import "crmreport/ingest/crm"

// quickDay reads stamps of the form 2025-03-09, with T10:00 or T10:00:30 behind
// it or not, and remembers months: the days of a table lie in a few of them.
type quickDay [64]quickMonth

type quickMonth struct {
	head  uint64 // 2025-03-
	first crm.Date
	days  uint32
}

// date reads 2025-03-09, and looks at no more of s.
func (q *quickDay) date(s string) (crm.Date, bool) {
	head := load(s)
	m := &q[head*hashStart>>58]
	if m.head != head && !m.read(s, head) {
		return crm.NoDate, false
	}
	day := uint32(two(s[8:])) - 1
	return m.first + crm.Date(day), day < m.days
}

// read learns the month of s, in years that a sales report can mean (see
// value.Moment.Valid).
func (m *quickMonth) read(s string, head uint64) bool {
	c, y, month := two(s), two(s[2:]), two(s[5:])
	if c < 19 || c > 21 || y > 99 || month < 1 || month > 12 || s[4] != '-' || s[7] != '-' {
		return false
	}
	year := int(c*100 + y)
	m.head, m.first = head, crm.DateOf(year, int(month), 1)
	m.days = uint32(crm.DateOf(year, int(month)+1, 1) - m.first)
	return true
}

func (q *quickDay) stamp(s string) (crm.Stamp, bool) {
	if len(s) < 10 {
		return crm.NoStamp, false
	}
	day, ok := q.date(s)
	if !ok {
		return crm.NoStamp, false
	}
	at := crm.Stamp(day) * 86400
	switch {
	case len(s) == 10:
		return at, true
	case len(s) == 16 || len(s) == 19 && s[16] == ':':
	default:
		return crm.NoStamp, false
	}
	h, m, sec := two(s[11:]), two(s[14:]), uint(0)
	if len(s) == 19 {
		sec = two(s[17:])
	}
	if s[10] != 'T' && s[10] != ' ' || s[13] != ':' || h > 23 || m > 59 || sec > 59 {
		return crm.NoStamp, false
	}
	return at + crm.Stamp(h*3600+m*60+sec), true
}

// two reads two digits; anything else is more than 99.
func two(s string) uint {
	a, b := uint(s[0])-'0', uint(s[1])-'0'
	if a > 9 || b > 9 {
		return 100
	}
	return a*10 + b
}
