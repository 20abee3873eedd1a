package ingest

import (
	"fmt"
	"testing"

	"crmreport/ingest/value"
)

// What the quick reading of days takes: counted by hand. From 1970 to 2024 are 55
// years with 14 leap days (1972 … 2024), so 2025-01-01 is day 55 × 365 + 14 =
// 20089, and 9 March is 31 + 28 + 8 days later.
func TestQuickDay(t *testing.T) {
	const day = 20089 + 31 + 28 + 8
	q := &quickDay{}
	for _, c := range []struct {
		cell string
		want int64 // seconds since 1970; -1: left to others
	}{
		{"2025-03-09", day * 86400},
		{"2025-03-09T10:30", day*86400 + 10*3600 + 30*60},
		{"2025-03-09 23:59:59", day*86400 + 86399},
		{"2025-03-31", (day + 22) * 86400},
		{"2025-03-32", -1},
		{"2025-03-00", -1},
		{"2025-03-9 ", -1},
		{"2025-03-0x", -1},
		{"2025-13-01", -1},
		{"2025-00-01", -1},
		{"2025/03/09", -1},
		{"2025-03/09", -1},
		{"1899-12-31", -1},
		{"2200-01-01", -1},
		{"2025-03-09T24:00", -1},
		{"2025-03-09T10:60", -1},
		{"2025-03-09T10:30Z", -1},
		{"2025-03-09x10:30", -1},
		{"2025-3-9", -1},
		{"", -1},
		{"\x00\x00\x00\x00\x00\x00\x00\x0001", -1},
	} {
		at, ok := q.stamp(c.cell)
		if ok != (c.want >= 0) || ok && int64(at) != c.want {
			t.Errorf("%q is %d (%v), want %d", c.cell, at, ok, c.want)
		}
	}
}

// Every day that value takes, and no other: one after the other, as days since 1970.
func TestQuickDays(t *testing.T) {
	q := &quickDay{}
	next := int64(-25567) // 1900-01-01: 70 years with 17 leap days before 1970 (1904 … 1968)
	for year := 1890; year < 2210; year++ {
		for month := 0; month < 14; month++ {
			for day := 0; day < 33; day++ {
				cell := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
				m, shape := value.YearFirst(cell)
				got, ok := q.date(cell)
				if ok != (shape && m.Valid()) || ok && int64(got) != next {
					t.Fatalf("%s is %d (%v), want %d", cell, got, ok, next)
				}
				if ok {
					next++
				}
			}
		}
	}
}
