package conversion

import (
	"slices"

	"crmreport/ingest/crm"
)

// Entry is a customer of a cohort: the day of the first valid visit ever, by
// anybody, and what became of it by the as-of day. NoDate is not yet.
type Entry struct {
	Day    crm.Date
	Signed crm.Date // of the first new contract that is not void
	Lost   crm.Date // of the last deal, where all were lost and nothing was signed
}

// enter adds a customer to the cohort of its first valid visit. One who had
// signed before is no prospect and in no cohort.
func (a *Acc) enter(j *crm.Journey, day crm.Date, leaf crm.LeafNo) {
	e := Entry{day, firstSigned(j.Contracts), crm.NoDate}
	if e.Signed.Known() && e.Signed < day {
		return
	}
	if its := of(a.lost, j.Customer); !e.Signed.Known() && len(its) > 0 && its[0].day() >= day {
		e.Lost = its[0].day()
	}
	a.Entered[leaf] = append(a.Entered[leaf], e)
}

// firstSigned is the first sign date of new contracts that are not void; they
// come by sign date.
func firstSigned(contracts []crm.Contract) crm.Date {
	for i := range contracts {
		if c := &contracts[i]; signs(c) {
			return c.SignDate
		}
	}
	return crm.NoDate
}

// notLost marks a customer with a deal that is not lost: later than any day.
const notLost crm.Date = 1<<31 - 1

// lost lists the customers all of whose deals for new contracts were lost, with
// the day of the last.
func lost(b *crm.Book) []dated {
	var all []dated
	for log := range b.DealLogs() {
		d := log.Deal
		if d == nil || d.Customer == crm.NoCustomer || d.Status == crm.DealVoid || d.Type != crm.New && d.Type != "" {
			continue
		}
		all = append(all, dateOf(d.Customer, lostOn(log, b.AsOf)))
	}
	slices.Sort(all)
	out := all[:0]
	for i, x := range all {
		last := i+1 == len(all) || all[i+1].customer() != x.customer()
		if last && x.day() != notLost {
			out = append(out, x)
		}
	}
	return out
}

// lostOn is the day a deal was lost: closed_on, else where its history says so;
// notLost where it was not, or nobody knows when.
func lostOn(log crm.DealLog, asOf crm.Date) crm.Date {
	on := crm.NoDate
	if n := len(log.Entries); n > 0 && log.Entries[n-1].Stage == crm.Lost {
		on = log.Entries[n-1].At.Date()
	}
	switch {
	case log.Deal.Status == crm.DealWon, log.Deal.Status == crm.DealOpen && !on.Known():
		return notLost
	case log.Deal.Status == crm.DealLost && log.Deal.ClosedOn.Known():
		on = log.Deal.ClosedOn
	}
	if !on.Known() || on > asOf {
		return notLost
	}
	return on
}
