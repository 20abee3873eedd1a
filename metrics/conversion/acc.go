package conversion

import (
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// Acc folds journeys into visits by leaf and day and signings by leaf and
// period. Its state is additive because a journey is whole: what is distinct
// within a customer is distinct here.
type Acc struct {
	Visits  fold.Cells[DayVisits]
	Rest    fold.Cells[DayRest]
	Signed  map[crm.LeafNo][]Signed // by period
	Without map[Place]Case          // signings of the current periods without a valid visit
	Failed  map[Place]Case          // failed audits of the current periods
	Entered map[crm.LeafNo]fold.Bag[Entry]
	Weekly  map[crm.LeafNo][]WeekSigned // by the weeks of the series
	Firsts  map[FirstCell]int64         // customers, where there are targets

	BadSplits int64 // contracts whose shares are not exactly 1
	NoRate    int64 // contracts in a currency without a rate
	NoTerm    int64 // contracts priced per month or year, of unknown length

	*env
	periods []crm.Period
	current []bool           // by period
	days    measure.Regional // which periods contain a day
	channel [256]bool
	weeks   calendarWeeks
	last    int                // scratch: the week in which the customer signed last
	closed  *measure.Stretches // the periods whose course is usual; nil without targets
	met     []bool             // scratch, by closed period: the customer has signed
	of      crm.LeafNo         // whose cells made is
	made    *fold.Strip[DayVisits]
	day     []kept          // scratch of one customer's day
	signed  []bool          // scratch, by period: the customer has signed
	credit  []credit        // scratch of one contract
	room    [1]ledger.Share // scratch: a credit that is not split
}

// kept is the best row so far of one rep on one customer's day, and what the
// day adds to the leaf's.
type kept struct {
	leaf crm.LeafNo
	best *crm.Visit
	made DayVisits
	rest DayRest
}

// env is what every accumulator of a run reads and none changes.
type env struct {
	book     *crm.Book
	sales    *ledger.Sales
	advances []dated // days on which a deal of a customer moved forward
	lost     []dated // the day on which the last deal of a customer was lost
}

func newEnv(b *crm.Book) *env {
	return &env{b, ledger.NewSales(b), advances(b), lost(b)}
}

func newAcc(e *env, f *measure.Frame, o Options) *Acc {
	a := &Acc{env: e, weeks: weeksTo(f), periods: append(f.Periods(), trailing(f.AsOf))}
	a.days = f.Stretches(a.periods)
	a.current, a.signed = make([]bool, len(a.periods)), make([]bool, len(a.periods))
	for i, p := range a.periods {
		a.current[i] = f.IsCurrent(p)
	}
	if len(e.book.Targets) > 0 {
		ps := closed(f)
		a.closed, a.met = measure.NewStretches(ps), make([]bool, len(ps))
	}
	for _, c := range o.Channels {
		a.channel[c] = true
	}
	a.ready()
	return a
}

func (a *Acc) ready() {
	if a.Visits == nil {
		a.Visits, a.Rest = fold.Cells[DayVisits]{}, fold.Cells[DayRest]{}
	}
	if a.Signed == nil {
		a.Signed = map[crm.LeafNo][]Signed{}
	}
	if a.Without == nil {
		a.Without = map[Place]Case{}
	}
	if a.Failed == nil {
		a.Failed = map[Place]Case{}
	}
	if a.Entered == nil {
		a.Entered = map[crm.LeafNo]fold.Bag[Entry]{}
	}
	if a.Weekly == nil {
		a.Weekly = map[crm.LeafNo][]WeekSigned{}
	}
	if a.Firsts == nil {
		a.Firsts = map[FirstCell]int64{}
	}
}

// Add folds one customer. Rows without a customer are no customer's together:
// each stands alone.
func (a *Acc) Add(j *crm.Journey) {
	a.ready()
	if j.Customer != crm.NoCustomer {
		a.customer(j)
		return
	}
	for i := range j.Visits {
		a.customer(&crm.Journey{Customer: j.Customer, Visits: j.Visits[i : i+1]})
	}
	for i := range j.Contracts {
		a.customer(&crm.Journey{Customer: j.Customer, Contracts: j.Contracts[i : i+1]})
	}
}

func (a *Acc) customer(j *crm.Journey) {
	first, leaf := a.visits(j)
	a.contracts(j, first)
	a.firsts(j.Contracts)
	if first.Known() && j.Customer != crm.NoCustomer {
		a.enter(j, first, leaf)
	}
}

// Merge adds the state of o.
func (a *Acc) Merge(o *Acc) {
	a.ready()
	a.Visits.Merge(o.Visits)
	a.Rest.Merge(o.Rest)
	for leaf, its := range o.Signed {
		mine := a.signings(leaf)
		for p, s := range its {
			mine[p] = mine[p].Plus(s)
		}
	}
	for k, v := range o.Without {
		a.Without[k] = v
	}
	for k, v := range o.Failed {
		a.Failed[k] = v
	}
	for k, v := range o.Entered {
		a.Entered[k] = append(a.Entered[k], v...)
	}
	for k, n := range o.Firsts {
		a.Firsts[k] += n
	}
	a.mergeWeeks(o)
	a.BadSplits += o.BadSplits
	a.NoRate += o.NoRate
	a.NoTerm += o.NoTerm
}

// visits folds the visits of a customer, day by day, and returns the day of
// the first valid one (NoDate: none) and the leaf it is credited to.
func (a *Acc) visits(j *crm.Journey) (first crm.Date, by crm.LeafNo) {
	first = crm.NoDate
	spells, seen, moved := spellStarts(j.Ownership), false, false
	advances := of(a.advances, j.Customer)
	for vs := j.Visits; len(vs) > 0; {
		d, n := vs[0].At.Date(), 1
		for n < len(vs) && vs[n].At.Date() == d {
			n++
		}
		a.collapse(vs[:n], d)
		vs = vs[n:]
		for len(spells) > 0 && spells[0] <= d {
			spells, seen, moved = spells[1:], false, false
		}
		valid, maybe := a.count(d, advances)
		if !seen && !moved && maybe != nil && maybe != valid && j.Customer != crm.NoCustomer {
			maybe.rest.Maybe++ // the first of the spell would be this one
			moved = true
		}
		if valid != nil && !first.Known() {
			first, by = d, valid.leaf
		}
		if valid != nil && !seen && j.Customer != crm.NoCustomer {
			valid.rest.NewValid++
			if moved {
				valid.rest.Maybe--
			}
		}
		seen = seen || valid != nil
		for i := range a.day {
			k := &a.day[i]
			if a.made == nil || k.leaf != a.of { // mostly a customer has one rep
				a.of, a.made = k.leaf, a.Visits.Of(k.leaf)
			}
			a.made.Add(d, k.made)
			if k.rest != (DayRest{}) {
				a.Rest.Add(k.leaf, d, k.rest)
			}
		}
	}
	return first, by
}

// collapse drops failed audits and then the duplicates among the rows of one
// day, in the order of; what stays is in a.day.
func (a *Acc) collapse(rows []crm.Visit, d crm.Date) {
	a.day = a.day[:0]
rows:
	for i := range rows {
		v := &rows[i]
		if !a.channel[v.Channel] {
			continue
		}
		leaf := a.book.Org.Leaf(v.Rep, d)
		if v.Audit == crm.AuditFailed {
			a.Rest.Add(leaf, d, DayRest{Failed: 1})
			if a.isCurrent(d) {
				a.Failed[Place(v.Pos)] = Case{Leaf: leaf, Rep: v.Rep, Customer: v.Customer, Date: d}
			}
			continue
		}
		for k := range a.day {
			if a.day[k].best.Rep != v.Rep {
				continue
			}
			a.day[k].rest.Duplicates++
			if v.Beats(a.day[k].best) {
				a.day[k].best = v
			}
			continue rows
		}
		a.day = append(a.day, kept{leaf: leaf, best: v, made: DayVisits{Visits: 1}})
	}
}

// count judges the rows of a.day and returns the earliest valid one and the
// earliest that is at least not invalid, nil where none is.
func (a *Acc) count(d crm.Date, advances []dated) (first, maybe *kept) {
	for i := range a.day {
		k := &a.day[i]
		switch k.best.Valid() {
		case crm.No:
			continue
		case crm.Yes:
			k.made.Valid = 1
			if advanced(advances, d) {
				k.rest.Advanced = 1
			}
			if first == nil || a.earlier(k.best, first.best) {
				first = k
			}
		case crm.Unknown:
			k.rest.Unknown = 1
		}
		if maybe == nil || a.earlier(k.best, maybe.best) {
			maybe = k
		}
	}
	return first, maybe
}

// earlier orders the visits of a customer's day: by time, of one minute by the
// rep's id. Where a row stands in its file has no say.
func (a *Acc) earlier(v, w *crm.Visit) bool {
	if v.At != w.At {
		return v.At < w.At
	}
	return a.book.Reps.ID(v.Rep) < a.book.Reps.ID(w.Rep)
}

// spellStarts returns the days on which a spell of ownership begins: another
// owner's, or the same one's after nobody owned the customer for a while. The
// first row changes nothing that is known: who owned it before is not recorded.
func spellStarts(rows []crm.Ownership) []crm.Date {
	var starts []crm.Date
	for i := 1; i < len(rows); i++ {
		last := &rows[i-1]
		if rows[i].Rep != last.Rep || last.To.Known() && last.To+1 < rows[i].From {
			starts = append(starts, rows[i].From)
		}
	}
	return starts
}

func (a *Acc) isCurrent(d crm.Date) bool {
	return slices.ContainsFunc(a.days.Containing(d), func(p int) bool { return a.current[p] })
}
