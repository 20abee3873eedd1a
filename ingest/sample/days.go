package sample

import "crmreport/ingest/crm"

// stretch is a run of days given as month*100+day, both ends included.
type stretch struct{ from, to int }

// yearDays are the public holidays of a year and the weekend days that are
// worked for them (调休).
type yearDays struct {
	off    []stretch
	worked []int
}

// publicDays returns the published arrangement of the State Council where it
// is known, else only the holidays that have a fixed date.
func publicDays(year int) yearDays {
	switch year {
	case 2023:
		return yearDays{[]stretch{{101, 102}, {121, 127}, {405, 405}, {429, 503}, {622, 624}, {929, 1006}, {1230, 1231}},
			[]int{128, 129, 423, 506, 625, 1007, 1008}}
	case 2024:
		return yearDays{[]stretch{{101, 101}, {210, 217}, {404, 406}, {501, 505}, {608, 610}, {915, 917}, {1001, 1007}},
			[]int{204, 218, 407, 428, 511, 914, 929, 1012}}
	case 2025:
		return yearDays{[]stretch{{101, 101}, {128, 131}, {201, 204}, {404, 406}, {501, 505}, {531, 602}, {1001, 1008}},
			[]int{126, 208, 427, 928, 1011}}
	}
	return yearDays{[]stretch{{101, 101}, {501, 501}, {1001, 1003}}, nil}
}

// calendar knows which days are worked, in five-day and in six-day regions.
type calendar struct {
	from crm.Date
	five []bool
	six  []bool
}

func newCalendar(from, to crm.Date) *calendar {
	c := &calendar{from: from}
	years := map[int]yearDays{}
	for d := from; d <= to; d++ {
		y, m, day := d.Civil()
		p, ok := years[y]
		if !ok {
			p = publicDays(y)
			years[y] = p
		}
		five, six := d.Weekday() <= 5, d.Weekday() <= 6
		md := m*100 + day
		for _, s := range p.off {
			if s.from <= md && md <= s.to {
				five, six = false, false
			}
		}
		for _, w := range p.worked {
			if w == md {
				five, six = true, true
			}
		}
		c.five = append(c.five, five)
		c.six = append(c.six, six)
	}
	return c
}

func (c *calendar) works(sixDay bool, d crm.Date) bool {
	i := int(d - c.from)
	if i < 0 || i >= len(c.five) {
		return d.Weekday() <= 5
	}
	if sixDay {
		return c.six[i]
	}
	return c.five[i]
}

// onOrAfter and onOrBefore move d to the nearest day worked in that direction.
func (c *calendar) onOrAfter(sixDay bool, d crm.Date) crm.Date {
	for !c.works(sixDay, d) {
		d++
	}
	return d
}

func (c *calendar) onOrBefore(sixDay bool, d crm.Date) crm.Date {
	for !c.works(sixDay, d) {
		d--
	}
	return d
}

// count returns the days worked in [from, to], both included.
func (c *calendar) count(sixDay bool, from, to crm.Date) int {
	n := 0
	for d := from; d <= to; d++ {
		if c.works(sixDay, d) {
			n++
		}
	}
	return n
}

// write writes every day for everybody, and for the six-day region the
// Saturdays on which it differs.
func (c *calendar) write(t *table, sixDay string) {
	for i, five := range c.five {
		d := c.from + crm.Date(i)
		t.date(d)
		t.flag(five)
		t.none(1)
		t.end()
		if sixDay != "" && c.six[i] != five {
			t.date(d)
			t.flag(c.six[i])
			t.raw(sixDay)
			t.end()
		}
	}
}
