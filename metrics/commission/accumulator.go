package commission

import (
	"cmp"
	"math/big"
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
	options Options
}

// NewEnv prepares a book.
func NewEnv(b *crm.Book, o Options) *Env { return &Env{b, ledger.NewSales(b), o} }

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
	TiersNotComputed    = "tiers_not_computed"
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
	Reversals []Reversal `json:",omitempty"`
	Skipped   []Skipped  `json:",omitempty"`
}

// Acc folds journeys into commissions. Set Env first.
type Acc struct {
	Env       *Env             `json:"-"`
	Days      fold.Cells[Sums] // leaf of the rep on the event's day
	Customers map[crm.CustomerNo]Cases
	Unlinked  int64 // write-offs and recoveries that name no sale
}

// Merge adds what o has folded. Customers are disjoint: a journey is never
// split.
func (a *Acc) Merge(o *Acc) {
	a.ready()
	a.Days.Merge(o.Days)
	for n, c := range o.Customers {
		a.Customers[n] = c
	}
	a.Unlinked += o.Unlinked
}

func (a *Acc) ready() {
	if a.Days == nil {
		a.Days, a.Customers = fold.Cells[Sums]{}, map[crm.CustomerNo]Cases{}
	}
}

// Add follows every sale of a customer.
func (a *Acc) Add(j *crm.Journey) {
	a.ready()
	b := a.Env.book
	if len(j.Contracts)+len(j.Adjustments) == 0 {
		return
	}
	r := &reading{acc: a, b: b, customer: j.Customer, events: map[crm.ContractID][]event{}, invoiced: map[crm.ContractID]bool{}, mismatch: map[crm.ContractID]bool{}}
	r.documents(j)
	for i := range j.Contracts {
		if c := &j.Contracts[i]; c.SignDate.Known() && c.SignDate <= b.AsOf {
			r.contract(c)
		}
	}
	if len(r.cases.Reversals)+len(r.cases.Skipped) > 0 {
		a.Customers[j.Customer] = r.cases
	}
}

// reading is the work of one Add.
type reading struct {
	acc      *Acc
	b        *crm.Book
	customer crm.CustomerNo
	events   map[crm.ContractID][]event
	invoiced map[crm.ContractID]bool // has an instalment in its own currency
	mismatch map[crm.ContractID]bool
	cases    Cases
}

// documents finds what the customer's ledger says of each contract.
func (r *reading) documents(j *crm.Journey) {
	account := ledger.Settle(j, ledger.TermsOf(r.b, j.Customer), r.b.AsOf)
	for _, it := range account.Items {
		id := it.Invoice.Contract
		if !r.ours(id, it.Invoice.Amount.Currency) {
			continue
		}
		r.invoiced[id] = true
		for _, e := range it.Events {
			switch e.Kind {
			case ledger.Paid:
				r.put(id, event{e.Date, Paid, e.Amount})
			case ledger.Refunded:
				r.put(id, event{e.Date, Refunded, -e.Amount})
			}
		}
	}
	of := map[crm.InvoiceID]crm.ContractID{}
	for i := range j.Invoices {
		v := &j.Invoices[i]
		of[v.ID] = v.Contract
		if v.Amount.Minor < 0 && !v.Void && r.ours(v.Contract, v.Amount.Currency) {
			r.put(v.Contract, event{v.Date, Credited, -v.Amount.Minor})
		}
	}
	counted := map[*crm.Adjustment]int64{}
	for _, w := range account.WriteOffs {
		counted[w.Row] = w.Counted
	}
	for i := range j.Adjustments {
		r.adjustment(&j.Adjustments[i], of, counted)
	}
}

// ours reports whether a contract is known and in the currency.
func (r *reading) ours(id crm.ContractID, c crm.Currency) bool {
	k := r.acc.Env.sales.Contract(id)
	if id == "" || k == nil {
		return false
	}
	if k.Amount.Currency != c {
		r.mismatch[id] = true
		return false
	}
	return true
}

func (r *reading) put(id crm.ContractID, e event) { r.events[id] = append(r.events[id], e) }

// adjustment finds the sale of a credit note, write-off or recovery. A write-off
// that names an invoice counts as the ledger counted it; the sale caps it
// again.
func (r *reading) adjustment(x *crm.Adjustment, of map[crm.InvoiceID]crm.ContractID, counted map[*crm.Adjustment]int64) {
	if x.Amount.Minor < 0 || x.Date > r.b.AsOf {
		return
	}
	id, n := x.Contract, x.Amount.Minor
	if id == "" {
		id = of[x.Invoice]
	}
	kind := Credited
	switch x.Kind {
	case crm.WriteOff:
		kind = WrittenOff
		if x.Invoice != "" {
			n = counted[x]
		}
	case crm.Recovery:
		kind = Recovered
	}
	if k := r.acc.Env.sales.Contract(id); id == "" || k == nil || k.Customer != r.customer {
		if kind != Credited {
			r.acc.Unlinked++
		}
		return
	}
	if r.ours(id, x.Amount.Currency) {
		r.put(id, event{x.Date, kind, n})
	}
}

// group is reps of one sale under the same terms.
type group struct {
	rate    crm.Rate
	members []ledger.Share
}

// contract computes one sale.
func (r *reading) contract(c *crm.Contract) {
	if c.Status == crm.ContractVoid && !c.StatusDate.Known() {
		r.skip(c, c.Rep, VoidUndated)
		return
	}
	shares, overlay, ok := r.acc.Env.sales.Credit(c.ID)
	if !ok {
		r.skip(c, c.Rep, SplitsRefused)
		return
	}
	var groups []group
	for _, s := range shares {
		if rate, ok := r.rate(c, s.Rep); ok {
			groups = join(groups, rate, s)
		}
	}
	for _, s := range overlay { // outside the 100 %: each on its own
		if rate, ok := rateOf(r.b, s.Rep, c.Type, c.SignDate); s.Rep != crm.NoRep && ok && s.Weight > 0 {
			if tiered(rate) {
				r.skip(c, s.Rep, TiersNotComputed)
			} else {
				groups = append(groups, group{rate, []ledger.Share{s}})
			}
		}
	}
	if r.mismatch[c.ID] {
		r.skip(c, c.Rep, CurrencyMismatch)
	}
	if len(groups) == 0 {
		return
	}
	scale, known := c.Scale()
	if !known {
		r.skip(c, c.Rep, TermMissing)
	}
	s := r.sale(c, scale)
	if s.over > 0 {
		r.skip(c, c.Rep, WriteOffExceedsOpen)
	}
	for _, g := range groups {
		r.pay(c, s, g, scale)
	}
}

// join adds a share to the group of its terms.
func join(groups []group, rate crm.Rate, s ledger.Share) []group {
	for i, g := range groups {
		if g.rate.Rate == rate.Rate && g.rate.Margin == rate.Margin && g.rate.Cash == rate.Cash {
			groups[i].members = append(groups[i].members, s)
			return groups
		}
	}
	return append(groups, group{rate, []ledger.Share{s}})
}

// rate finds the terms of a rep's credit, or notes why there are none.
func (r *reading) rate(c *crm.Contract, rep crm.RepNo) (crm.Rate, bool) {
	if rep == crm.NoRep {
		r.skip(c, rep, NoRep)
		return crm.Rate{}, false
	}
	if s, ok := r.b.Org.Spell(rep, c.SignDate); ok && s.Role != "" && s.Role != crm.Seller {
		r.skip(c, rep, ManagerSigned)
		return crm.Rate{}, false
	}
	rate, ok := rateOf(r.b, rep, c.Type, c.SignDate)
	switch {
	case !ok:
		r.skip(c, rep, NoRate)
	case tiered(rate):
		r.skip(c, rep, TiersNotComputed)
		ok = false
	case rate.Cash && !r.invoiced[c.ID]:
		r.skip(c, rep, CashWithoutInvoices)
		ok = false
	}
	return rate, ok
}

func (r *reading) skip(c *crm.Contract, rep crm.RepNo, reason string) {
	s := Skipped{r.b.Org.Leaf(rep, c.SignDate), c.ID, c.SignDate, reason}
	if !slices.Contains(r.cases.Skipped, s) {
		r.cases.Skipped = append(r.cases.Skipped, s)
	}
}

// sale gathers what happened to a contract.
func (r *reading) sale(c *crm.Contract, scale *big.Rat) *sale {
	events := append([]event{{date: c.SignDate, kind: Signed}}, r.events[c.ID]...)
	if c.Status == crm.ContractVoid && c.StatusDate <= r.b.AsOf {
		events = append(events, event{date: c.StatusDate, kind: Voided})
	}
	deadline := crm.NoDate
	if n := r.acc.Env.options.ClawbackMonths; n > 0 {
		deadline = c.SignDate.AddMonths(n)
	}
	gross := crm.RoundHalfUp(new(big.Rat).Mul(scale, new(big.Rat).SetInt64(c.Amount.Minor)))
	return newSale(gross, c.SignDate, deadline, events)
}

// base is the commissionable amount in the report currency at the sign-date
// rate, not below 0.
func (r *reading) base(c *crm.Contract, margin bool, scale *big.Rat) (*big.Rat, string) {
	m, reason := c.Base, ""
	switch {
	case margin && !c.MarginKnown:
		return nil, MarginMissing
	case margin:
		m = c.Margin
	case !c.BaseKnown:
		m, reason = c.Amount, BaseMissing
	}
	x, ok := r.b.FX.Exact(m, r.b.Currency, c.SignDate)
	if !ok {
		return nil, NoExchangeRate
	}
	if x.Mul(x, scale).Sign() < 0 {
		return new(big.Rat), NegativeBase
	}
	return x, reason
}

// pay credits a group's commission to its members, each on the leaf of the
// event's day.
func (r *reading) pay(c *crm.Contract, s *sale, g group, scale *big.Rat) {
	base, reason := r.base(c, g.rate.Margin, scale)
	if reason != "" {
		for _, m := range g.members {
			r.skip(c, m.Rep, reason)
		}
	}
	if base == nil {
		return
	}
	var weight int64
	for _, m := range g.members {
		weight += m.Weight
	}
	full := new(big.Rat).Mul(base, g.rate.Rate.Rat())
	full.Mul(full, crm.Decimal(weight).Rat())
	for _, d := range s.commissions(full, g.rate.Cash, g.members) {
		for i, n := range d.parts {
			leaf := r.b.Org.Leaf(g.members[i].Rep, d.event.date)
			if n != 0 {
				var sums Sums
				sums.add(d.column, n)
				r.acc.Days.Add(leaf, d.event.date, sums)
			}
			if d.column != accrued && (n != 0 || d.event.kind == TooLate && !g.rate.Cash) {
				r.cases.Reversals = append(r.cases.Reversals, Reversal{leaf, c.ID, d.event.date, d.event.kind, d.event.gross,
					c.Amount.Currency, partOf(base, d.event.gross, s.gross), g.rate.Rate, n})
			}
		}
	}
}

// partOf is base × gross of the event / gross of the sale, rounded for display.
func partOf(base *big.Rat, part, whole int64) int64 {
	if whole == 0 {
		return 0
	}
	return crm.RoundHalfUp(new(big.Rat).Mul(base, big.NewRat(part, whole)))
}

// worstFirst orders reversals: what takes most first.
func worstFirst(x, y Reversal) int {
	return cmp.Or(cmp.Compare(x.Amount, y.Amount), cmp.Compare(x.Date, y.Date), cmp.Compare(x.Contract, y.Contract),
		cmp.Compare(x.Leaf, y.Leaf), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Gross, y.Gross))
}
