package crm

// Calendar says which days are worked: Monday to Friday (Saturday too
// in six-day regions), then public holidays and make-up weekends (调休) from
// the calendar table, then a rep's own roster.
type Calendar struct {
	sixDay map[string]bool
	days   map[calendarKey]ruled
	roster map[rosterKey]ruled
}

// ruled is what a row says of a day, and where it stood.
type ruled struct {
	works bool
	pos   Pos
}

type calendarKey struct {
	region string // "" is everywhere
	day    Date
}

type rosterKey struct {
	rep RepNo
	day Date
}

// CalendarDay is one row of the calendar table.
type CalendarDay struct {
	Pos
	Date    Date
	Workday bool
	Region  string
}

// RosterDay is one row of the roster table.
type RosterDay struct {
	Pos
	Rep  RepNo
	Date Date
	Work bool
}

// NewCalendar builds a calendar; sixDay names the regions that work Saturdays.
func NewCalendar(sixDay []string, days []CalendarDay, roster []RosterDay) *Calendar {
	c := &Calendar{map[string]bool{}, make(map[calendarKey]ruled, len(days)), make(map[rosterKey]ruled, len(roster))}
	for _, r := range sixDay {
		c.sixDay[r] = true
	}
	for _, d := range days {
		c.days[calendarKey{d.Region, d.Date}] = ruled{d.Workday, d.Pos}
	}
	for _, d := range roster {
		c.roster[rosterKey{d.Rep, d.Date}] = ruled{d.Work, d.Pos}
	}
	return c
}

// Workday reports whether d is worked in region ("" for the company).
func (c *Calendar) Workday(region string, d Date) bool {
	if r, ok := c.day(region, d); ok {
		return r.works
	}
	last := 5
	if c.sixDay[region] {
		last = 6
	}
	return d.Weekday() <= last
}

// RepWorkday reports whether rep works on d: the roster decides where it has a
// row, else the region's calendar.
func (c *Calendar) RepWorkday(rep RepNo, region string, d Date) bool {
	if r, ok := c.roster[rosterKey{rep, d}]; ok {
		return r.works
	}
	return c.Workday(region, d)
}

// day is what the calendar table says of d in region.
func (c *Calendar) day(region string, d Date) (ruled, bool) {
	r, ok := c.days[calendarKey{region, d}]
	if !ok {
		r, ok = c.days[calendarKey{"", d}]
	}
	return r, ok
}

// Deciding returns the row that decides RepWorkday, of roster or calendar; false
// where it is the day of the week.
func (c *Calendar) Deciding(rep RepNo, region string, d Date) (RowRef, bool) {
	if r, ok := c.roster[rosterKey{rep, d}]; ok {
		return RowRef{"roster", r.pos}, true
	}
	r, ok := c.day(region, d)
	return RowRef{"calendar", r.pos}, ok
}

// Workdays counts the working days of region in [from, to).
func (c *Calendar) Workdays(region string, from, to Date) int {
	n := 0
	for d := from; d < to; d++ {
		if c.Workday(region, d) {
			n++
		}
	}
	return n
}
