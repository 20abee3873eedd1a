package crm

import (
	"fmt"
	"math"
	"time"
)

// Date is a civil day in the organisation's time zone, counted in days
// since 1970-01-01. It has no zone and no clock.
type Date int32

// NoDate is the Date of a blank cell.
const NoDate Date = math.MinInt32

// DateOf returns the civil day year-month-day; month and day may be out of
// range and are normalised as time.Date does.
func DateOf(year, month, day int) Date {
	return Date(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDate reads YYYY-MM-DD. It refuses days that do not exist (2025-02-30).
func ParseDate(s string) (Date, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return NoDate, fmt.Errorf("%q is not a date like 2025-03-09", s)
	}
	return Date(t.Unix() / 86400), nil
}

// Known reports whether d is a date at all.
func (d Date) Known() bool { return d != NoDate }

func (d Date) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Civil returns year, month (1-12) and day of the month.
func (d Date) Civil() (year, month, day int) {
	y, m, dd := d.time().Date()
	return y, int(m), dd
}

// String is YYYY-MM-DD, or "" for NoDate.
func (d Date) String() string {
	if !d.Known() {
		return ""
	}
	return d.time().Format("2006-01-02")
}

// MarshalText and UnmarshalText let dates be JSON values and map keys.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = NoDate
		return nil
	}
	v, err := ParseDate(string(b))
	*d = v
	return err
}

// Weekday is 1 (Monday) to 7 (Sunday), as ISO 8601 counts.
func (d Date) Weekday() int {
	// 1970-01-01 was a Thursday (4).
	w := (int(d)+3)%7 + 1
	if w <= 0 {
		w += 7
	}
	return w
}

// AddMonths moves d by n calendar months; a day that the target month lacks
// becomes its last day (31 January + 1 month = 28 or 29 February).
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Civil()
	first := DateOf(y, m+n, 1)
	last := DateOf(y, m+n+1, 1) - 1
	if t := first + Date(day-1); t < last {
		return t
	}
	return last
}

// Stamp is a civil date and time of day in the organisation's zone, in seconds
// since 1970-01-01T00:00. A date-only cell is midnight of its day.
type Stamp int64

// NoStamp is the Stamp of a blank cell.
const NoStamp Stamp = math.MinInt64

// At returns midnight of d.
func (d Date) At() Stamp {
	if !d.Known() {
		return NoStamp
	}
	return Stamp(int64(d) * 86400)
}

// Known reports whether s is a time at all.
func (s Stamp) Known() bool { return s != NoStamp }

// Date is the civil day that s falls on, NoDate for NoStamp.
func (s Stamp) Date() Date {
	if !s.Known() {
		return NoDate
	}
	d := int64(s) / 86400
	if int64(s)%86400 < 0 {
		d--
	}
	return Date(d)
}

// Minute is the minute of the day, 0 to 1439.
func (s Stamp) Minute() int { return int((int64(s) - int64(s.Date())*86400) / 60) }

// String is YYYY-MM-DDTHH:MM, with seconds where they are not zero.
func (s Stamp) String() string {
	if !s.Known() {
		return ""
	}
	t := time.Unix(int64(s), 0).UTC()
	if t.Second() != 0 {
		return t.Format("2006-01-02T15:04:05")
	}
	return t.Format("2006-01-02T15:04")
}
