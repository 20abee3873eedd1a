package renewal

import (
	"cmp"
	"slices"
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
)

// lamp is one of the early-warning lights of 4.3, each a stated rule.
//
// Where 4.3 leaves a choice: "the last N days" are the N days up to the as-of
// day, which is one of them. Purchases are what was invoiced (void invoices left
// out), else, without an invoices table, what was signed. A contact is a valid
// visit row of any channel whose audit did not fail; where only rows of unknown
// validity lie in the 60 days the light is grey. The owner changed if a row of
// ownership that begins in the last 90 days names another rep than the one in
// force the day before. A renewal task is an open deal of type renewal; a
// contract that has ended and is in grace needs one as well.
type lamp int

// The lamps.
const (
	purchasesDown lamp = iota
	complaintsUp
	overdueLong
	noContact
	ownerChanged
	noRenewalTask
	lamps // how many there are
)

var lampWords = [lamps]string{"purchases_down", "complaints_up", "overdue_30", "no_contact", "owner_changed", "no_renewal_task"}

// state is what a lamp shows. Missing data are grey, not off.
type state uint8

// The states.
const (
	off state = iota
	on
	grey
)

var stateWords = [...]string{"off", "on", "grey"}

// The bounds of 4.3, in days; purchases fall below seven tenths.
const (
	stretchDays = 90
	overdueDays = 30
	contactDays = 60
)

// clue is a row behind a lamp that is on.
type clue struct {
	lamp  lamp
	table string
	id    string
	date  crm.Date
}

// facts are what lamps look at besides contracts. Nothing changes them.
type facts struct {
	*desk
	merged map[crm.CustomerNo][]crm.CustomerNo // into whom
	cases  map[crm.CustomerNo][]*crm.Case
	tasks  map[crm.CustomerNo]bool // has an open renewal deal
}

func newFacts(d *desk, m mergers) *facts {
	f := &facts{d, map[crm.CustomerNo][]crm.CustomerNo{}, map[crm.CustomerNo][]*crm.Case{}, map[crm.CustomerNo]bool{}}
	for n := range m {
		if to := m.of(n); to != n {
			f.merged[to] = append(f.merged[to], n)
		}
	}
	for _, list := range f.merged {
		slices.Sort(list)
	}
	for i := range d.book.Cases {
		c := &d.book.Cases[i]
		f.cases[c.Customer] = append(f.cases[c.Customer], c)
	}
	for i := range d.book.Deals {
		if x := &d.book.Deals[i]; x.Type == crm.Renewal && x.Status == crm.DealOpen {
			f.tasks[x.Customer] = true
		}
	}
	return f
}

// client is a customer whose lamps are read: with those merged into it and what
// happened with them, and its pending contracts that end soon or have ended.
type client struct {
	customer crm.CustomerNo
	all      []crm.CustomerNo
	journeys []crm.Journey
	due      []*Case
}

// reader reads lamps, one client after another.
type reader struct {
	*facts
	finder *crm.Finder
	owners owners
	ledger ledger.Ledger
	clues  []clue // of the client at hand
}

func newReader(f *facts) reader { return reader{facts: f, finder: f.book.Finder()} }

// client makes c the client of a customer.
func (r *reader) client(c *client, n crm.CustomerNo) {
	c.customer, c.due = n, c.due[:0]
	c.all = append(append(c.all[:0], n), r.merged[n]...)
	c.journeys = c.journeys[:0]
	for _, n := range c.all {
		if j, ok := r.finder.Find(n); ok {
			c.journeys = append(c.journeys, j)
		}
	}
}

// read reads every lamp of c, and what is overdue.
func (r *reader) read(c *client) (states [lamps]state, overdue int64) {
	r.clues = r.clues[:0]
	states[purchasesDown] = r.purchases(c)
	states[complaintsUp] = r.complaints(c)
	states[overdueLong], overdue = r.overdue(c)
	states[noContact] = r.contact(c)
	states[ownerChanged] = r.ownership(c)
	states[noRenewalTask] = r.task(c)
	r.clues = slices.DeleteFunc(r.clues, func(x clue) bool { return states[x.lamp] != on })
	slices.SortStableFunc(r.clues, func(x, y clue) int {
		return cmp.Or(cmp.Compare(x.lamp, y.lamp), cmp.Compare(x.date, y.date), cmp.Compare(x.id, y.id))
	})
	return states, overdue
}

func (r *reader) clue(l lamp, table, id string, date crm.Date) {
	r.clues = append(r.clues, clue{l, table, id, date})
}

// lately tells the last 90 days (0) from the 90 before (1); ok is false of any
// other day.
func (r *reader) lately(day crm.Date) (which int, ok bool) {
	ago := r.book.AsOf - day
	return int(ago) / stretchDays, day.Known() && ago >= 0 && ago < 2*stretchDays
}

func (r *reader) purchases(c *client) state {
	var sums [2]int64
	known := true
	add := func(table, id string, day crm.Date, m crm.Money) {
		if which, ok := r.lately(day); ok {
			base, ok := r.book.FX.Convert(m, r.book.Currency, day)
			known = known && ok
			sums[which] += base
			r.clue(purchasesDown, table, id, day)
		}
	}
	for i := range c.journeys {
		j := &c.journeys[i]
		for k := range j.Invoices {
			if x := &j.Invoices[k]; !x.Void {
				add("invoices", string(x.ID), x.Date, x.Amount)
			}
		}
		for k := range j.Contracts {
			if x := &j.Contracts[k]; x.Status != crm.ContractVoid && !r.book.Has("invoices") {
				add("contracts", string(x.ID), x.SignDate, x.Amount)
			}
		}
	}
	if !known || sums[1] <= 0 {
		return grey
	}
	return lit(10*sums[0] < 7*sums[1])
}

func (r *reader) complaints(c *client) state {
	if !r.book.Has("cases") {
		return grey
	}
	var counts [2]int
	for _, n := range c.all {
		for _, x := range r.cases[n] {
			if which, ok := r.lately(x.OpenedOn); ok {
				counts[which]++
				r.clue(complaintsUp, "cases", x.ID, x.OpenedOn)
			}
		}
	}
	return lit(counts[0] > counts[1])
}

// overdue also sums what is overdue at all, in the report currency at the as-of
// rate.
func (r *reader) overdue(c *client) (state, int64) {
	if !r.book.Has("invoices") || !r.book.Has("payments") {
		return grey, 0
	}
	b, long, sum := r.book, false, int64(0)
	for i := range c.journeys {
		j := &c.journeys[i]
		if len(j.Invoices) == 0 {
			continue
		}
		r.ledger.DeemedBadDays = r.opts.DeemedBadDays
		r.ledger.Reset(j, ledger.TermsOf(b, j))
		for _, it := range r.ledger.Standing(b.AsOf).Items {
			if it.Due >= b.AsOf {
				continue
			}
			base, _ := b.FX.Convert(crm.Money{Minor: it.Outstanding, Currency: it.Invoice.Amount.Currency}, b.Currency, b.AsOf)
			sum += base
			if b.AsOf-it.Due > overdueDays {
				long = true
				r.clue(overdueLong, "invoices", string(it.Invoice.ID), it.Due)
			}
		}
	}
	return lit(long), sum
}

func (r *reader) contact(c *client) state {
	if !r.book.Has("visits") {
		return grey
	}
	last, perhaps := crm.NoDate, false
	for i := range c.journeys {
		rows := c.journeys[i].Visits
		for k := len(rows) - 1; k >= 0; k-- {
			v := &rows[k]
			day := v.At.Date()
			if v.Audit == crm.AuditFailed || v.Valid() == crm.No {
				continue
			}
			if v.Valid() == crm.Yes {
				last = max(last, day)
				break
			}
			perhaps = perhaps || r.book.AsOf-day < contactDays
		}
	}
	if last.Known() && r.book.AsOf-last < contactDays {
		return off
	}
	if perhaps {
		return grey
	}
	if last.Known() {
		r.clue(noContact, "visits", "", last)
	}
	return on
}

func (r *reader) ownership(c *client) state {
	if !r.book.Has("ownership") {
		return grey
	}
	out := off
	for _, n := range c.all {
		for _, x := range ownershipOf(r.book.Ownership, n) {
			if which, ok := r.lately(x.From); !ok || which > 0 {
				continue
			}
			was, is := r.owners.owner(r.book, n, x.From-1), r.owners.owner(r.book, n, x.From)
			if was != crm.NoRep && is != crm.NoRep && was != is {
				out = on
				r.clue(ownerChanged, "ownership", r.book.Reps.ID(is), x.From)
			}
		}
	}
	return out
}

func (r *reader) task(c *client) state {
	if len(c.due) == 0 {
		return off
	}
	if !r.book.Has("deals") {
		return grey
	}
	for _, n := range c.all {
		if r.tasks[n] {
			return off
		}
	}
	for _, x := range c.due {
		r.clue(noRenewalTask, "contracts", string(x.Contract.ID), x.Day)
	}
	return on
}

func lit(is bool) state {
	if is {
		return on
	}
	return off
}

// ownershipOf are the rows of a customer.
func ownershipOf(all []crm.Ownership, n crm.CustomerNo) []crm.Ownership {
	lo := sort.Search(len(all), func(i int) bool { return all[i].Customer >= n })
	hi := lo
	for hi < len(all) && all[hi].Customer == n {
		hi++
	}
	return all[lo:hi]
}
