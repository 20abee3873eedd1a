package value

import (
	"fmt"
	"strings"
)

// DateColumn collects what the cells of a date column show.
type DateColumn struct {
	Ends                  bool     // last days: some may stand for no end
	open                  Evidence // those that do
	plain                 Evidence // one reading only
	byOrder               [len(seps)]orders
	short                 Evidence // two-digit years
	shorts                [len(seps)]shortYears
	serial, second, milli Evidence
	number                Evidence // numbers that are no date
	bad                   Evidence
	timed                 int
}

type orders struct{ day, month, open, same Evidence }

// shortYears counts, of the cells with two-digit years, those that each layout
// can read.
type shortYears struct{ cells, dmy, mdy, ymd int }

func (s *shortYears) add(y *dayMonth) {
	s.cells++
	third := y.rest.Year
	for _, l := range []struct {
		year, month, day int
		n                *int
	}{{third, y.b, y.a, &s.dmy}, {third, y.a, y.b, &s.mdy}, {y.a, y.b, third, &s.ymd}} {
		m := Moment{Year: 2000 + l.year, Month: l.month, Day: l.day}
		if m.Valid() {
			*l.n++
		}
	}
}

// askShort is the question of a column whose years have two digits: the layouts
// that read every cell of it.
func (c *DateColumn) askShort() *Doubt {
	d := &Doubt{Code: "short_years", At: c.short.At, Example: c.short.Example,
		Why:    fmt.Sprintf("%q has a year of two digits, which is read only where its layout is stated", c.short.Example),
		Remedy: "say which layout in crmreport.yaml for this source"}
	y, _ := yearLast(Fold(c.short.Example))
	for i, s := range c.shorts {
		for _, l := range []struct {
			n                int
			layout           string
			year, month, day int
		}{{s.dmy, "D-M-YY", y.rest.Year, y.b, y.a}, {s.mdy, "M-D-YY", y.rest.Year, y.a, y.b}, {s.ymd, "YY-M-D", y.a, y.b, y.rest.Year}} {
			m := Moment{Year: 2000 + l.year, Month: l.month, Day: l.day}
			if s.cells > 0 && l.n == s.cells && y.sep == i {
				layout := strings.ReplaceAll(l.layout, "-", seps[i:i+1])
				d.Readings = append(d.Readings, Reading{m.day(), "dates: [" + layout + "]"})
			}
		}
	}
	return d
}

// Add looks at a cell that is not blank.
func (c *DateColumn) Add(at Place, cell string) {
	s := Fold(cell)
	if m, ok := onlyReading(s); ok && c.holds(&m) {
		c.plain.add(at, cell)
		c.count(at, cell, &m)
		return
	}
	if y, ok := yearLast(s); ok {
		c.addYearLast(at, cell, &y)
		return
	}
	m, n := bare(s)
	if n == serials && !c.holds(&m) {
		n = noNumbers
	}
	c.count(at, cell, &m)
	switch n {
	case serials:
		c.serial.add(at, cell)
	case seconds:
		c.second.add(at, cell)
	case millis:
		c.milli.add(at, cell)
	default:
		if s != "" && strings.Trim(s, "0123456789.") == "" {
			c.number.add(at, cell)
		} else {
			c.bad.add(at, cell)
		}
	}
}

// holds reports a date that the column may have.
func (c *DateColumn) holds(m *Moment) bool { return m.Valid() || c.Ends && m.Open() }

// count counts what a cell is besides its form.
func (c *DateColumn) count(at Place, cell string, m *Moment) {
	if m.Timed {
		c.timed++
	}
	if c.Ends && m.Open() {
		c.open.add(at, cell)
	}
}

func (c *DateColumn) addYearLast(at Place, cell string, y *dayMonth) {
	if !y.long {
		c.short.add(at, cell)
		c.shorts[y.sep].add(y)
		return
	}
	day, month := y.as(DayFirst), y.as(MonthFirst)
	o := &c.byOrder[y.sep]
	if day.Open() {
		c.count(at, cell, &day)
	} else {
		c.count(at, cell, &month)
	}
	switch d, m := c.holds(&day), c.holds(&month); {
	case d && m && (y.a == y.b || !day.Valid()): // no end, whichever it is
		o.same.add(at, cell)
	case d && m:
		o.open.add(at, cell)
	case d:
		o.day.add(at, cell)
	case m:
		o.month.add(at, cell)
	default:
		c.bad.add(at, cell)
	}
}

// yearsLast is how many cells have day and month in one order or the other.
func (c *DateColumn) yearsLast() (n int, first Evidence) {
	for i := range c.byOrder {
		o := &c.byOrder[i]
		for _, e := range []Evidence{o.day, o.month, o.open, o.same} {
			if n == 0 && e.Count > 0 {
				first = e
			}
			n += e.Count
		}
	}
	return n, first
}

// Decide says how the column is read, or what has to be answered first. A
// stated order is taken at its word: cells against it are refused one by one.
func (c *DateColumn) Decide(stated Order) (Dates, *Doubt) {
	d := DatesOf(stated)
	if stated == Unsaid {
		if doubt := c.decideOrders(&d); doubt != nil {
			return d, doubt
		}
	}
	n, first := c.yearsLast()
	if n > 0 && c.serial.Count > 0 {
		return d, c.halfConverted(first)
	}
	kinds := 0
	for _, k := range []struct {
		seen Evidence
		n    numeric
	}{{c.serial, serials}, {c.second, seconds}, {c.milli, millis}} {
		if k.seen.Count > 0 {
			kinds++
			d.numbers = k.n
		}
	}
	if kinds > 1 || n+c.plain.Count+c.number.Count > 0 {
		d.numbers = noNumbers // not the whole column: then they are numbers, no dates
	}
	return d, nil
}

func (c *DateColumn) decideOrders(d *Dates) *Doubt {
	var day, month Evidence
	for i := range c.byOrder {
		o := &c.byOrder[i]
		if day.Count == 0 {
			day = o.day
		}
		if month.Count == 0 {
			month = o.month
		}
	}
	if day.Count > 0 && month.Count > 0 {
		return &Doubt{Code: "mixed_dates", At: later(day, month).At, Example: later(day, month).Example,
			Why:    fmt.Sprintf("%q (%s) has the day first, %q (%s) the month first", day.Example, day.At.line(), month.Example, month.At.line()),
			Remedy: "correct the file, or say in crmreport.yaml which order the source has (date_order: dmy or mdy): cells of the other are then rejected"}
	}
	for i := range c.byOrder {
		o := &c.byOrder[i]
		switch {
		case o.day.Count > 0:
			d.orders[i] = DayFirst
		case o.month.Count > 0:
			d.orders[i] = MonthFirst
		case o.open.Count > 0:
			return openOrder(o.open)
		}
	}
	return nil
}

func openOrder(open Evidence) *Doubt {
	y, _ := yearLast(Fold(open.Example))
	day, month := y.as(DayFirst), y.as(MonthFirst)
	why := fmt.Sprintf("%q may be %s (day first) or %s (month first), and no other cell of the column tells", open.Example, day.day(), month.day())
	if open.Count > 1 {
		why = fmt.Sprintf("%q may be %s (day first) or %s (month first), as %s", open.Example, day.day(), month.day(), others(open.Count-1))
	}
	return &Doubt{Code: "ambiguous_date", At: open.At, Example: open.Example, Why: why,
		Readings: []Reading{{day.day(), "date_order: dmy"}, {month.day(), "date_order: mdy"}},
		Remedy:   "say date_order: dmy or date_order: mdy in crmreport.yaml for this source"}
}

func others(n int) string {
	if n == 1 {
		return "may 1 other, and no cell tells"
	}
	return fmt.Sprintf("may %d others, and no cell of the column tells", n)
}

func (c *DateColumn) halfConverted(text Evidence) *Doubt {
	return &Doubt{Code: "mixed_dates", At: c.serial.At, Example: c.serial.Example,
		Why: fmt.Sprintf("%q (%s) is a day number of Excel, %q (%s) is a text: Excel converted the part of the column that fits its own day and month order, and may have swapped them there",
			c.serial.Example, c.serial.At.line(), text.Example, text.At.line()),
		Remedy: "export the file again as CSV and do not save it from a spreadsheet"}
}

// Proof says in words how the column is read and which cell settles it; "" where
// every cell has one reading.
func (c *DateColumn) Proof(d Dates, stated Order) string {
	var out []string
	for i := range c.byOrder {
		o := &c.byOrder[i]
		seen := o.day.Count + o.month.Count + o.open.Count
		switch {
		case seen == 0:
		case stated != Unsaid:
			out = append(out, fmt.Sprintf("%d cells with %c as %s, as stated", seen, seps[i], stated.long()))
		case d.orders[i] == DayFirst:
			out = append(out, proven(seen, seps[i:i+1], DayFirst.long(), o.day))
		case d.orders[i] == MonthFirst:
			out = append(out, proven(seen, seps[i:i+1], MonthFirst.long(), o.month))
		}
	}
	if d.numbers != noNumbers {
		e := [...]Evidence{{}, c.serial, c.second, c.milli}[d.numbers]
		out = append(out, fmt.Sprintf("%d numbers as %s, first %q (%s)", e.Count, d.numbers.words(), e.Example, e.At.line()))
	}
	return strings.Join(out, "; ")
}

func proven(seen int, sep, as string, by Evidence) string {
	return fmt.Sprintf("%d cells with %s as %s, which %d prove, first %q (%s)", seen, sep, as, by.Count, by.Example, by.At.line())
}
