package ingest

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // zones do not depend on the machine

	"crmreport/ingest/crm"
	"crmreport/ingest/value"
)

// clock reads the dates of one source: its layouts, and what lies between its
// zone and the organisation's.
type clock struct {
	layouts []value.Layout
	home    *time.Location
	source  *time.Location // nil where it is home
	said    string         // the forms expected, for messages
}

// verdict is what became of a date cell.
type verdict uint8

const (
	good verdict = iota
	bad
	ambiguous // of two stated layouts, each reads it in another way
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
		l, err := value.CompileLayout(text)
		if err != nil {
			return nil, &Fault{Kind: BadConfig, Code: "bad_layout", Message: fmt.Sprintf("the date layout %q %s", text, err),
				Expected: "tokens YYYY YY M MM D DD H HH mm ss, such as M/D/YYYY or DD-MM-YY", Remedy: "correct dates in crmreport.yaml under sources", Place: s.Place}
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
		Expected: "an IANA name such as Asia/Shanghai", Remedy: "correct timezone in crmreport.yaml", Place: place}
}

// byLayout reads a cell by the stated layouts, or else by a shape that has one
// reading only and no bare number.
func (c *clock) byLayout(s string) (crm.Stamp, verdict) {
	var found value.Moment
	n := 0
	for i := range c.layouts {
		m, ok := c.layouts[i].Parse(s)
		if !ok || !m.Valid() {
			continue
		}
		if n > 0 && m != found {
			return crm.NoStamp, ambiguous
		}
		found, n = m, n+1
	}
	if n > 0 {
		return c.stamp(&found), good
	}
	if m, ok := value.Written(s); ok {
		return c.stamp(&m), good
	}
	return crm.NoStamp, bad
}

// stamp moves m to the organisation's zone. A date without a time is a
// day, whatever the zone.
func (c *clock) stamp(m *value.Moment) crm.Stamp {
	local := crm.Stamp(int64(crm.DateOf(m.Year, m.Month, m.Day))*86400 + int64(m.Hour*3600+m.Minute*60+m.Second))
	var at time.Time
	switch {
	case !m.Timed:
		return local
	case m.Zoned:
		at = time.Unix(int64(local)-int64(m.Offset), 0)
	case c.source != nil:
		at = time.Date(m.Year, time.Month(m.Month), m.Day, m.Hour, m.Minute, m.Second, 0, c.source)
	default:
		return local
	}
	_, east := at.In(c.home).Zone()
	return crm.Stamp(at.Unix() + int64(east))
}
