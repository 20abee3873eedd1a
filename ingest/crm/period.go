package crm

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// PeriodKind is the length of a period.
type PeriodKind uint8

// The kinds of period a report knows.
const (
	Week PeriodKind = iota
	Month
	Quarter
	Year
)

// PeriodKinds lists every kind, shortest first.
var PeriodKinds = [...]PeriodKind{Week, Month, Quarter, Year}

func (k PeriodKind) String() string {
	switch k {
	case Week:
		return "week"
	case Month:
		return "month"
	case Quarter:
		return "quarter"
	case Year:
		return "year"
	}
	return fmt.Sprintf("period(%d)", uint8(k))
}

// Period is a half-open stretch of days [Start, End) with its name: 2025-W10
// (ISO week, named by the ISO year), 2025-03, 2025-Q1, 2025. A stretch cut to
// its first days for a fair comparison is named 2025-02~d6: the first
// six working days of 2025-02.
type Period struct {
	Kind       PeriodKind
	Name       string
	Start, End Date
}

// Contains reports whether d is in p.
func (p Period) Contains(d Date) bool { return p.Start <= d && d < p.End }

// Days is the number of calendar days in p.
func (p Period) Days() int { return int(p.End - p.Start) }

// Fiscal says where a year starts; the zero value is the calendar year. A
// fiscal year is named by the calendar year in which it starts.
type Fiscal struct {
	StartMonth int // 1-12; 0 means 1
}

func (f Fiscal) startMonth() int {
	if f.StartMonth < 1 || f.StartMonth > 12 {
		return 1
	}
	return f.StartMonth
}

// Period returns the period of kind k that contains d.
func (f Fiscal) Period(k PeriodKind, d Date) Period {
	y, m, _ := d.Civil()
	switch k {
	case Week:
		start := d - Date(d.Weekday()-1)
		iy, iw := start.time().ISOWeek()
		return Period{Week, fmt.Sprintf("%04d-W%02d", iy, iw), start, start + 7}
	case Month:
		return Period{Month, fmt.Sprintf("%04d-%02d", y, m), DateOf(y, m, 1), DateOf(y, m+1, 1)}
	}
	fy, off := y, m-f.startMonth()
	if off < 0 {
		fy, off = y-1, off+12
	}
	if k == Quarter {
		q := off / 3
		s := f.startMonth() + 3*q
		return Period{Quarter, fmt.Sprintf("%04d-Q%d", fy, q+1), DateOf(fy, s, 1), DateOf(fy, s+3, 1)}
	}
	s := f.startMonth()
	return Period{Year, fmt.Sprintf("%04d", fy), DateOf(fy, s, 1), DateOf(fy+1, s, 1)}
}

// Previous returns the period of the same kind just before p.
func (f Fiscal) Previous(p Period) Period { return f.Period(p.Kind, p.Start-1) }

// ParsePeriod reads 2025-W10, 2025-03, 2025-Q1, 2025 or a day 2025-03-09
// (a day is not a Period of ours: it is refused here).
func (f Fiscal) ParsePeriod(s string) (Period, error) {
	bad := fmt.Errorf("%q is not a period like 2025-W10, 2025-03, 2025-Q1 or 2025", s)
	head, tail, dashed := strings.Cut(s, "-")
	year, err := strconv.Atoi(head)
	if err != nil || len(head) != 4 || year < 1900 {
		return Period{}, bad
	}
	var p Period
	switch {
	case !dashed:
		p = f.Period(Year, DateOf(year, f.startMonth(), 1))
	case strings.HasPrefix(tail, "W"):
		n, err := strconv.Atoi(tail[1:])
		if err != nil || n < 1 || n > 53 {
			return Period{}, bad
		}
		// 4 January is always in week 1.
		jan4 := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
		p = f.Period(Week, Date(jan4.Unix()/86400)+Date(7*(n-1)))
	case strings.HasPrefix(tail, "Q"):
		n, err := strconv.Atoi(tail[1:])
		if err != nil || n < 1 || n > 4 {
			return Period{}, bad
		}
		p = f.Period(Quarter, DateOf(year, f.startMonth()+3*(n-1), 1))
	default:
		n, err := strconv.Atoi(tail)
		if err != nil || n < 1 || n > 12 {
			return Period{}, bad
		}
		p = f.Period(Month, DateOf(year, n, 1))
	}
	if p.Name != s { // also refuses 2025-W53 where the year has 52 weeks, and 2025-3
		return Period{}, bad
	}
	return p, nil
}
