package receivables

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/ledger"
)

// Env is what an accumulator reads beside the journeys. It is shared and never
// changed.
type Env struct {
	book    *crm.Book
	sales   *ledger.Sales
	days    []crm.Date // state days, ascending; the last is the as-of day
	cuts    []crm.Date // ascending; sales are kept by the stretch between two
	buckets buckets
	options Options
}

// NewEnv prepares a book for standings at the end of days.
func NewEnv(b *crm.Book, days []crm.Date, o Options) *Env {
	return &Env{b, ledger.NewSales(b), days, cutsOf(days), newBuckets(o), o}
}

// from is the first state day, from the ith on, by which the next of dates has
// come; else the last.
func (e *Env) from(i int, dates []crm.Date) int {
	last := len(e.days) - 1
	if len(dates) == 0 {
		return last
	}
	for i < last && e.days[i] < dates[0] {
		i++
	}
	return i
}

// Foreign is what is open in a currency without a rate on the as-of day.
type Foreign struct{ Open, Unapplied, Cases int64 }

// Overdue is one customer's overdue amount credited to one leaf.
type Overdue struct {
	Leaf   crm.LeafNo
	Amount int64
	Oldest int // days past due
	Bucket int // of the oldest item, like cause and step; of two the larger
	Cause  int
	Step   int
}

// Stepless is an overdue item without a step of collection.
type Stepless struct {
	Leaf                crm.LeafNo
	Invoice, Instalment string
	Due                 crm.Date
	Days                int
	Amount              int64
}

// Note is a flagged document.
type Note struct {
	Leaf           crm.LeafNo
	Word, ID       string
	Date           crm.Date
	Currency       crm.Currency
	Given, Counted int64
}

// Cases are one customer's rows of the lists, at the as-of day.
type Cases struct {
	Overdue  []Overdue  `json:",omitempty"`
	Stepless []Stepless `json:",omitempty"`
	Notes    []Note     `json:",omitempty"`
}

// Acc folds journeys into standings. Set Env first.
type Acc struct {
	Env        *Env                      `json:"-"`
	Standings  map[crm.LeafNo][]Standing // by state day
	Flows      fold.Cells[Flow]
	Sales      map[crm.LeafNo][]int64 // on credit, by stretch
	Rolls      map[crm.LeafNo][]Roll  // by bucket
	States     map[crm.LeafNo]*State  // at the as-of day
	Foreign    map[crm.Currency]Foreign
	Customers  map[crm.CustomerNo]Cases // a customer is one journey
	Refused    int64                    // contracts whose splits do not sum to 1
	Unbalanced int64                    // accounts without R-5.1's identity: never

	reading reading // its room serves one journey after another; no part of the state
}

// Merge adds what o has folded, and may keep its rows: o is not to be used
// after. Customers are disjoint: a journey is never split.
func (a *Acc) Merge(o *Acc) {
	a.ready()
	for leaf, days := range o.Standings {
		mine, ok := a.Standings[leaf]
		if !ok {
			a.Standings[leaf] = days
			continue
		}
		for i := range days {
			mine[i].add(&days[i])
		}
	}
	a.Flows.Merge(o.Flows)
	a.mergeSales(o.Sales)
	a.mergeRolls(o.Rolls)
	a.mergeStates(o.States)
	for c, f := range o.Foreign {
		a.foreign(c, f)
	}
	for n, c := range o.Customers {
		a.Customers[n] = c
	}
	a.Refused += o.Refused
	a.Unbalanced += o.Unbalanced
}

func (a *Acc) ready() {
	if a.Standings == nil {
		a.Standings, a.Flows, a.Sales = map[crm.LeafNo][]Standing{}, fold.Cells[Flow]{}, map[crm.LeafNo][]int64{}
		a.Rolls, a.States = map[crm.LeafNo][]Roll{}, map[crm.LeafNo]*State{}
		a.Foreign, a.Customers = map[crm.Currency]Foreign{}, map[crm.CustomerNo]Cases{}
	}
}

// days are the standings of a leaf.
func (a *Acc) days(leaf crm.LeafNo) []Standing {
	days, ok := a.Standings[leaf]
	if !ok {
		days = newStandings(len(a.Env.days), len(a.Env.buckets.names))
		a.Standings[leaf] = days
	}
	return days
}

func (a *Acc) foreign(c crm.Currency, f Foreign) {
	x := a.Foreign[c]
	a.Foreign[c] = Foreign{x.Open + f.Open, x.Unapplied + f.Unapplied, x.Cases + f.Cases}
}

// Add reads one customer's account at every state day. Between two documents
// the allocation stands and only ages.
func (a *Acc) Add(j *crm.Journey) {
	a.ready()
	if len(j.Invoices)+len(j.Payments)+len(j.Adjustments) == 0 {
		return
	}
	r := &a.reading
	r.begin(a, j)
	account, since := ledger.Account{}, crm.NoDate
	for dates, i := r.dates, 0; i < len(a.Env.days); i++ {
		if len(account.Items)+len(account.Unapplied) == 0 { // nothing to age
			i = a.Env.from(i, dates)
		}
		day, last := a.Env.days[i], i == len(a.Env.days)-1
		n := 0
		for n < len(dates) && dates[n] <= day {
			n++
		}
		if n > 0 { // something has happened
			dates, since = dates[n:], day
		}
		switch {
		case last && since.Known():
			account = r.ledger.At(since)
		case n > 0:
			account = r.ledger.Standing(since)
		}
		r.stand(account, i)
	}
	r.flow(account)
	r.sales(account)
	r.rolls(account)
	r.notes(account)
	a.Refused += int64(len(r.refused))
	if !account.Balanced() {
		a.Unbalanced++
	}
	if c := r.cases(); len(c.Overdue)+len(c.Stepless)+len(c.Notes) > 0 {
		a.Customers[j.Customer] = c
	}
}
