package weeks

import (
	"fmt"

	"crmreport/ingest/crm"
)

// LastDay is the Sunday of an ISO week such as 2026-W53. A week that does not
// exist is an error.
func LastDay(week string) (crm.Date, error) {
	p, err := crm.Fiscal{}.ParsePeriod(week)
	if err != nil || p.Kind != crm.Week {
		return crm.NoDate, fmt.Errorf("%q is not an ISO week like 2026-W53", week)
	}
	return p.End - 1, nil
}

// WeekOf names the ISO week that a day lies in.
func WeekOf(d crm.Date) string { return crm.Fiscal{}.Period(crm.Week, d).Name }

// Between names the weeks from the one to the other, both included; none where
// the last lies before the first, or one of them is no week.
func Between(first, last string) []string {
	from, err := LastDay(first)
	if err != nil {
		return nil
	}
	to, err := LastDay(last)
	if err != nil {
		return nil
	}
	var out []string
	for d := from; d <= to; d += 7 {
		out = append(out, WeekOf(d))
	}
	return out
}
