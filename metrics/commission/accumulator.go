package commission

import (
	"cmp"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/ledger"
)

// Env is what an accumulator reads beside the journeys. It is shared and never
// changed.
type Env struct {
	book    *crm.Book
	sales   *ledger.Sales
	options Options
	month   crm.Period // the running one: its events are on the statement
	tiers   tiers

	days []crm.Date // whose end commission in suspense is told of, ascending
}

// NewEnv prepares a book; days are those whose end is asked for what is in
// suspense, ascending.
func NewEnv(b *crm.Book, o Options, days ...crm.Date) *Env {
	e := &Env{book: b, sales: ledger.NewSales(b), options: o, month: b.Fiscal.Period(crm.Month, b.AsOf), days: days}
	e.tiers = newTiers(e)
	return e
}

// Reversal is commission that an event after the sale took or gave back.
type Reversal struct {
	Leaf     crm.LeafNo
	Contract crm.ContractID
	Date     crm.Date
	Kind     Kind
	Gross    int64 // of the event, in the contract's Currency
	Currency crm.Currency
	Base     int64 // of the event, in the report's
	Rate     crm.Decimal
	Amount   int64
}

// Skipped is a credit that commission was not computed for, or a flag on one
// that was.
type Skipped struct {
	Leaf     crm.LeafNo
	Contract crm.ContractID
	Sign     crm.Date
	Reason   string
}

// Reasons. Those of the first group mean that nothing accrues.
const (
	NoRate              = "no_rate"
	NoRep               = "no_rep"
	SplitsRefused       = "splits_refused"
	MarginMissing       = "margin_missing"
	NoExchangeRate      = "no_exchange_rate"
	CashWithoutInvoices = "cash_without_invoices"
	VoidUndated         = "void_undated"
	ManagerSigned       = "manager_signed"

	BaseMissing         = "base_missing"
	NegativeBase        = "negative_base"
	WriteOffExceedsOpen = "write_off_exceeds_open"
	CurrencyMismatch    = "currency_mismatch"
	TermMissing         = "term_missing"
)

// Cases are one customer's rows of the lists.
type Cases struct {
	Reversals []Reversal  `json:",omitempty"`
	Skipped   []Skipped   `json:",omitempty"`
	Lines     []Line      `json:",omitempty"`
	Suspended []Suspended `json:",omitempty"`
}

// Acc folds journeys into commissions. Set Env first.
type Acc struct {
	Env       *Env                `json:"-"`
	Days      fold.Cells[Sums]    // leaf of the rep on the event's day
	Held      fold.Cells[Holding] // leaf of the rep on the state day × that day
	Customers map[crm.CustomerNo]Cases
	Unlinked  int64 // write-offs and recoveries that name no sale

	reading reading // its room serves one journey after another; no part of the state
}

// Merge adds what o has folded. Customers are disjoint: a journey is never
// split.
func (a *Acc) Merge(o *Acc) {
	a.ready()
	a.Days.Merge(o.Days)
	a.Held.Merge(o.Held)
	for n, c := range o.Customers {
		a.Customers[n] = c
	}
	a.Unlinked += o.Unlinked
}

func (a *Acc) ready() {
	if a.Days == nil {
		a.Days, a.Held, a.Customers = fold.Cells[Sums]{}, fold.Cells[Holding]{}, map[crm.CustomerNo]Cases{}
	}
}

// Add follows every sale of a customer.
func (a *Acc) Add(j *crm.Journey) {
	a.ready()
	if len(j.Contracts)+len(j.Adjustments) == 0 {
		return
	}
	r := &a.reading
	r.begin(a, j)
	r.documents()
	for i := range j.Contracts {
		if c := &j.Contracts[i]; c.SignDate.Known() && c.SignDate <= r.b.AsOf {
			r.contract(i, c)
		}
	}
	if len(r.cases.Reversals)+len(r.cases.Skipped)+len(r.cases.Lines)+len(r.cases.Suspended) > 0 {
		a.Customers[j.Customer] = r.cases
	}
}

// worstFirst orders reversals: what takes most first.
func worstFirst(x, y Reversal) int {
	return cmp.Or(cmp.Compare(x.Amount, y.Amount), cmp.Compare(x.Date, y.Date), cmp.Compare(x.Contract, y.Contract),
		cmp.Compare(x.Leaf, y.Leaf), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Gross, y.Gross))
}
