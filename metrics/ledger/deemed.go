package ledger

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
)

// loss is what an instalment was deemed to lose on a day.
type loss struct {
	date   crm.Date
	item   int32
	amount int64
}

// takeOff fixes what write-offs take, in the order of their days: on one day
// first those of the export, then those deemed (5.3).
func (l *Ledger) takeOff() {
	l.losses, l.deemed = l.losses[:0], nil
	next := 0
	made := func(until crm.Date) {
		for ; next < len(l.writeOffs) && l.writeOffs[next].Row.Date <= until; next++ {
			l.writeOff(&l.writeOffs[next])
		}
	}
	if l.DeemedBadDays > 0 {
		var deemed []WriteOff
		for _, d := range l.deemedDays() {
			made(d)
			deemed = l.deem(d, deemed)
		}
		made(latest)
		l.writeOffs = append(l.writeOffs, deemed...)
		slices.SortStableFunc(l.writeOffs, func(a, b WriteOff) int { return cmp.Compare(a.Row.Date, b.Row.Date) })
		return
	}
	made(latest)
}

// latest is after every day of a document.
const latest = crm.Date(1<<31 - 1)

// deemedDay is the day on which an instalment is deemed lost: so many days past
// due, or when it is billed later than that.
func (l *Ledger) deemedDay(i int32) crm.Date {
	it := &l.items[i]
	return max(it.due+crm.Date(l.DeemedBadDays), it.row.Date)
}

// deemedDays are those days, ascending.
func (l *Ledger) deemedDays() []crm.Date {
	var days []crm.Date
	for i := range l.items {
		days = append(days, l.deemedDay(int32(i)))
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// deem writes off what is open at the end of a day of the instalments whose day
// it is.
func (l *Ledger) deem(day crm.Date, out []WriteOff) []WriteOff {
	s := l.settle(day)
	for i := range l.items {
		n, it := int32(i), &l.items[i]
		if l.deemedDay(n) != day || s.open[n] <= 0 {
			continue
		}
		row := l.documentOf(crm.WriteOff, it, string(it.row.ID), day, s.open[n])
		l.deemed = append(l.deemed, row)
		l.taken = append(l.taken, taken{date: day, item: n, amount: s.open[n]})
		l.losses = append(l.losses, loss{day, n, s.open[n]})
		out = append(out, WriteOff{row, s.open[n]})
	}
	return out
}

// documentOf is an adjustment that the policy makes of an instalment.
func (l *Ledger) documentOf(kind crm.AdjustmentKind, it *item, id string, day crm.Date, amount int64) *crm.Adjustment {
	return &crm.Adjustment{Pos: it.row.Pos, ID: id, Kind: kind, Customer: it.row.Customer, Date: day,
		Amount: crm.Money{Minor: amount, Currency: it.row.Amount.Currency}, Invoice: it.row.ID, Contract: it.row.Contract}
}

// lose notes what was deemed lost by the day of s.
func (s *settlement) lose() {
	s.lost, s.recovered = s.lost[:0], s.recovered[:0]
	for _, x := range s.l.losses {
		if x.date <= s.asOf {
			s.lost = append(s.lost, x)
		}
	}
}

// recover takes off cash that comes after an instalment was deemed lost what is
// recovered of it: no payment of what is open (5.3). What was deemed lost was due
// before all that is still open, so oldest first begins with it.
func (s *settlement) recover(m *move, amount int64, items []int32) int64 {
	if len(s.lost) == 0 || m.kind != Paid {
		return 0
	}
	var done int64
	for _, i := range items {
		for k := range s.lost {
			x := &s.lost[k]
			if n := min(amount-done, x.amount); x.item == i && m.date > x.date && n > 0 {
				x.amount -= n
				done += n
				s.recovered = append(s.recovered, s.l.documentOf(crm.Recovery, &s.l.items[i], m.id, m.date, n))
			}
		}
	}
	return done
}

// policy adds to an account what the policy made of its documents by the day of
// s.
func (a *Account) policy(l *Ledger, s *settlement) {
	a.Deemed = a.Deemed[:0]
	for _, r := range l.deemed {
		if r.Date <= s.asOf {
			a.Deemed = append(a.Deemed, r)
		}
	}
	if len(s.recovered) == 0 {
		return
	}
	a.Deemed = append(a.Deemed, s.recovered...)
	a.Recoveries = append(a.Recoveries, s.recovered...)
	slices.SortStableFunc(a.Recoveries, func(x, y *crm.Adjustment) int { return cmp.Compare(x.Date, y.Date) })
}
