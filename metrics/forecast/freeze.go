package forecast

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/plan"
)

// freeze is the last moment, included, at which a submission for p counts
// 10:00 on the Monday of a week, 18:00 on the first working day of the
// company calendar in a month, quarter or year.
func (o Options) freeze(c *crm.Calendar, p crm.Period) crm.Stamp {
	clock := o.MonthFreeze
	if p.Kind == crm.Week {
		clock = o.WeekFreeze
	}
	return plan.FreezeDay(c, p).At() + crm.Stamp(clock)*60
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

// dayFreeze is the last moment, included, at which a forecast for day counts.
func (o Options) dayFreeze(day crm.Date) crm.Stamp {
	return (day - 1).At() + crm.Stamp(o.DayFreeze)*60
}

// cuts are the moments, included, of the revision path of p: the freeze, then
// the end (24:00) of each seven days from the start of p, the last with p. No
// cut is before the freeze: what counts can only be revised after it.
func (o Options) cuts(c *crm.Calendar, p crm.Period) []crm.Stamp {
	freeze := o.freeze(c, p)
	out := []crm.Stamp{freeze}
	for k := range weeks(p) {
		out = append(out, max(freeze, min(p.Start+crm.Date(7*(k+1)), p.End).At()))
	}
	return out
}

// weeks is how many stretches of seven days p has, the last perhaps shorter.
func weeks(p crm.Period) int { return (p.Days() + 6) / 7 }

// revisable reports whether p has a revision path: months and quarters, the
// periods that are long enough to change one's mind in.
func revisable(k crm.PeriodKind) bool { return k == crm.Month || k == crm.Quarter }
