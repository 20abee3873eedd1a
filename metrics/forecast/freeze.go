package forecast

import (
	"sort"

	"crmreport/ingest/crm"
)

// freeze is the last moment, included, at which a submission for p counts
// 10:00 on the Monday of a week, 18:00 on the first working day of the
// company calendar in a month, quarter or year.
func (o Options) freeze(c *crm.Calendar, p crm.Period) crm.Stamp {
	if p.Kind == crm.Week {
		return p.Start.At() + crm.Stamp(o.WeekFreeze)*60
	}
	day := p.Start
	for day < p.End && !c.Workday("", day) {
		day++
	}
	if day == p.End { // a period without any working day
		day = p.Start
	}
	return day.At() + crm.Stamp(o.MonthFreeze)*60
}

// counting returns the submission that counts among rows in the order of the
// file: the last at or before the freeze, of two at the same instant the later
// row (tie). at is -1 where there is none; late says that one came after.
func counting[T any](rows []T, time func(T) crm.Stamp, freeze crm.Stamp) (at int, tie, late bool) {
	at = -1
	for i, r := range rows {
		switch t := time(r); {
		case t > freeze:
			late = true
		case at < 0 || t > time(rows[at]):
			at, tie = i, false
		case t == time(rows[at]):
			at, tie = i, true
		}
	}
	return at, tie, late && at < 0
}

// revision is one point of the revision path.
type revision struct {
	At       crm.Stamp
	Forecast int64
	Accuracy float64
}

// revisions is the path of all submissions of one subject and period towards
// its actual, in time order: it is shown, never scored. An actual below
// 0 has no accuracy and so no path.
func revisions(rows []crm.Forecast, actual int64) []revision {
	sorted := append([]crm.Forecast{}, rows...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].At < sorted[j].At })
	var out []revision
	for _, f := range sorted {
		num, den, ok := accuracy(abs(actual-f.Amount.Minor), actual)
		if !ok {
			return nil
		}
		out = append(out, revision{f.At, f.Amount.Minor, float64(num) / float64(den)})
	}
	return out
}
