package receivables

import (
	"cmp"
	"slices"

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
	buckets buckets
	options Options
}

// NewEnv prepares a book for standings at the end of days.
func NewEnv(b *crm.Book, days []crm.Date, o Options) *Env {
	return &Env{b, ledger.NewSales(b), days, newBuckets(o), o}
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

// lateness is an Overdue while its items pass.
type lateness struct {
	Overdue
	oldest int64 // amount of the oldest item
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
	Env        *Env                 `json:"-"`
	Standings  fold.Cells[Standing] // Day is a state day
	Flows      fold.Cells[Flow]
	Foreign    map[crm.Currency]Foreign
	Customers  map[crm.CustomerNo]Cases // a customer is one journey
	Refused    int64                    // contracts whose splits do not sum to 1
	Unbalanced int64                    // accounts without R-5.1's identity: never
}

// Merge adds what o has folded. Customers are disjoint: a journey is never
// split.
func (a *Acc) Merge(o *Acc) {
	a.ready()
	a.Standings.Merge(o.Standings)
	a.Flows.Merge(o.Flows)
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
		a.Standings, a.Flows = fold.Cells[Standing]{}, fold.Cells[Flow]{}
		a.Foreign, a.Customers = map[crm.Currency]Foreign{}, map[crm.CustomerNo]Cases{}
	}
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
	r := &reading{acc: a, env: a.Env, j: j, parts: map[*crm.Invoice][]part{}}
	l := ledger.New(j, ledger.TermsOf(a.Env.book, j.Customer))
	dates := l.Dates()
	var account ledger.Account
	for i, day := range a.Env.days {
		n, _ := slices.BinarySearch(dates, day+1)
		if n > 0 { // something has happened
			account = l.At(day)
		}
		dates = dates[n:]
		r.stand(account, day, i == len(a.Env.days)-1)
	}
	r.flow(account)
	r.notes(account)
	a.Refused += int64(len(r.refused))
	if !account.Balanced() {
		a.Unbalanced++
	}
	if c := r.cases; len(c.Overdue)+len(c.Stepless)+len(c.Notes) > 0 {
		a.Customers[j.Customer] = c
	}
}

// part is a leaf's share of a sale.
type part struct {
	leaf   crm.LeafNo
	weight int64
}

// reading is the work of one Add.
type reading struct {
	acc     *Acc
	env     *Env
	j       *crm.Journey
	parts   map[*crm.Invoice][]part
	refused map[crm.ContractID]bool
	cases   Cases
}

// credit says whose a sale is: the contract's splits, else its rep,
// else rep. The leaf is that of the sign date, for AR follows the sale; of day
// where the contract is not known.
func (r *reading) credit(id crm.ContractID, rep crm.RepNo, day crm.Date) []part {
	shares, _, ok := r.env.sales.Credit(id)
	if !ok {
		if r.refused == nil {
			r.refused = map[crm.ContractID]bool{}
		}
		r.refused[id] = true
	}
	if len(shares) == 0 || len(shares) == 1 && shares[0].Rep == crm.NoRep {
		shares = []ledger.Share{{Rep: rep, Weight: int64(crm.One)}}
	}
	if c := r.env.sales.Contract(id); c != nil && c.SignDate.Known() {
		day = c.SignDate
	}
	out := make([]part, len(shares))
	for i, s := range shares {
		out[i] = part{r.env.book.Org.Leaf(s.Rep, day), s.Weight}
	}
	return out
}

func (r *reading) of(inv *crm.Invoice) []part {
	if p, ok := r.parts[inv]; ok {
		return p
	}
	p := r.credit(inv.Contract, inv.Rep, inv.Date)
	r.parts[inv] = p
	return p
}

// named is the credit of what a document names; nobody's where it names nothing
// that is known.
func (r *reading) named(invoice crm.InvoiceID, contract crm.ContractID, day crm.Date) []part {
	if invoice != "" {
		for i := range r.j.Invoices {
			if r.j.Invoices[i].ID == invoice {
				return r.of(&r.j.Invoices[i])
			}
		}
	}
	return r.credit(contract, crm.NoRep, day)
}

// split divides an amount among parts to the cent and calls f for each.
func split(amount int64, parts []part, f func(leaf crm.LeafNo, amount int64)) {
	weights := make([]int64, len(parts))
	for i, p := range parts {
		weights[i] = p.weight
	}
	for i, x := range ledger.Split(amount, weights) {
		if x != 0 {
			f(parts[i].leaf, x)
		}
	}
}

// stand adds the account's standing at the end of day, at that day's rates
//
func (r *reading) stand(a ledger.Account, day crm.Date, last bool) {
	b := r.env.book
	overdue := map[crm.LeafNo]*lateness{}
	for _, it := range a.Items {
		if it.Outstanding == 0 {
			continue
		}
		m := crm.Money{Minor: it.Outstanding, Currency: it.Invoice.Amount.Currency}
		base, ok := b.FX.Convert(m, b.Currency, day)
		if !ok {
			if last {
				r.acc.foreign(m.Currency, Foreign{Open: m.Minor, Cases: 1})
			}
			continue
		}
		days, item := int(day-it.Due), int64(1)
		split(base, r.of(it.Invoice), func(leaf crm.LeafNo, x int64) {
			s := r.standing(it, days, x)
			s.Items, item = item, 0
			r.acc.Standings.Add(leaf, day, s)
			if last && days > 0 {
				r.late(overdue, it, leaf, days, x)
			}
		})
	}
	for _, u := range a.Unapplied {
		base, ok := b.FX.Convert(crm.Money{Minor: u.Amount, Currency: u.Currency}, b.Currency, day)
		if !ok {
			if last {
				r.acc.foreign(u.Currency, Foreign{Unapplied: u.Amount, Cases: 1})
			}
			continue
		}
		split(base, r.named(u.Invoice, u.Contract, day), func(leaf crm.LeafNo, x int64) {
			r.acc.Standings.Add(leaf, day, Standing{Unapplied: x})
		})
	}
	for _, o := range overdue {
		r.cases.Overdue = append(r.cases.Overdue, o.Overdue)
	}
	slices.SortFunc(r.cases.Overdue, func(x, y Overdue) int { return cmp.Compare(x.Leaf, y.Leaf) })
}

func (r *reading) standing(it ledger.Item, days int, amount int64) Standing {
	k := r.env.buckets.of(days)
	s := Standing{Buckets: make([]int64, len(r.env.buckets.names))}
	s.Buckets[k] = amount
	if k > 0 {
		s.Cause[causeOf(it.Invoice.Cause)] = amount
		s.Step[stepOf(it.Invoice.Step)] = amount
	}
	return s
}

// late notes an overdue item for the lists.
func (r *reading) late(overdue map[crm.LeafNo]*lateness, it ledger.Item, leaf crm.LeafNo, days int, amount int64) {
	o := overdue[leaf]
	if o == nil {
		o = &lateness{Overdue: Overdue{Leaf: leaf}}
		overdue[leaf] = o
	}
	o.Amount += amount
	if days > o.Oldest || days == o.Oldest && amount > o.oldest {
		o.Oldest, o.oldest = days, amount
		o.Bucket = r.env.buckets.of(days)
		o.Cause, o.Step = causeOf(it.Invoice.Cause), stepOf(it.Invoice.Step)
	}
	if days > r.env.options.StepAfterDays && stepOf(it.Invoice.Step) == 0 {
		r.cases.Stepless = append(r.cases.Stepless, Stepless{leaf, string(it.Invoice.ID), it.Invoice.Instalment, it.Due, days, amount})
	}
}

// flow adds what was written off and recovered, at the rate of its day.
func (r *reading) flow(a ledger.Account) {
	for _, it := range a.Items {
		for _, e := range it.Events {
			if e.Kind == ledger.WrittenOff {
				r.move(crm.Money{Minor: e.Amount, Currency: it.Invoice.Amount.Currency}, e.Date, r.of(it.Invoice),
					func(x int64) Flow { return Flow{WrittenOff: x} })
			}
		}
	}
	for _, w := range a.Recoveries {
		r.move(w.Amount, w.Date, r.named(w.Invoice, w.Contract, w.Date), func(x int64) Flow { return Flow{Recovered: x} })
	}
}

func (r *reading) move(m crm.Money, day crm.Date, parts []part, flow func(int64) Flow) {
	b := r.env.book
	base, ok := b.FX.Convert(m, b.Currency, day)
	if !ok {
		r.acc.foreign(m.Currency, Foreign{Cases: 1})
		return
	}
	split(base, parts, func(leaf crm.LeafNo, x int64) { r.acc.Flows.Add(leaf, day, flow(x)) })
}

// DueDateMissing is the word of an open item whose due date is presumed.
const DueDateMissing = "due_date_missing"

// notes keeps the flagged documents, each under the first leaf of its sale.
func (r *reading) notes(a ledger.Account) {
	for _, f := range a.Flags {
		r.cases.Notes = append(r.cases.Notes, Note{r.named(f.Invoice, f.Contract, f.Date)[0].leaf, f.Word, f.ID, f.Date, f.Currency, f.Given, f.Counted})
	}
	for _, it := range a.Items {
		if it.DueMissing && it.Outstanding > 0 {
			r.cases.Notes = append(r.cases.Notes, Note{r.of(it.Invoice)[0].leaf, DueDateMissing, string(it.Invoice.ID), it.Invoice.Date,
				it.Invoice.Amount.Currency, it.Outstanding, it.Outstanding})
		}
	}
}
