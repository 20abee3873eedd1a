package commission

import (
	"cmp"
	"math"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
)

// reading is the work of one Add.
type reading struct {
	acc       *Acc
	b         *crm.Book
	j         *crm.Journey
	ledger    ledger.Ledger
	rates     rates
	contracts ledger.Contracts
	billed    map[crm.InvoiceID]crm.ContractID // made when an adjustment asks
	found     []found                          // by contract
	facts     []facts                          // by contract
	open      []open                           // of facts
	shares    []ledger.Share
	groups    []group
	events    []event
	sale      sale
	cases     Cases
	skipped   int // where the sale's rows of cases begin
}

// found is an event of a contract of the journey.
type found struct {
	contract int
	event
}

// facts are what documents say of a contract.
type facts struct {
	invoiced bool // has an instalment in its own currency
	mismatch bool
	events   []event
	open     []open // by state day
}

// begin turns to another customer.
func (r *reading) begin(a *Acc, j *crm.Journey) {
	r.acc, r.b, r.j = a, a.Env.book, j
	r.rates.book = r.b
	r.contracts.Reset(j.Contracts)
	r.billed, r.found, r.cases = nil, r.found[:0], Cases{}
	r.facts = slices.Grow(r.facts[:0], len(j.Contracts))[:len(j.Contracts)]
	clear(r.facts)
}

// documents finds what the customer's ledger says of each contract.
func (r *reading) documents() {
	if len(r.j.Invoices)+len(r.j.Adjustments) == 0 { // a payment alone is of no sale
		return
	}
	r.ledger.DeemedBadDays = r.acc.Env.options.DeemedBadDays
	r.ledger.Reset(r.j, ledger.TermsOf(r.b, r.j))
	account := r.ledger.At(r.b.AsOf)
	for i := range account.Items {
		r.item(&account.Items[i])
	}
	for i := range r.j.Invoices {
		v := &r.j.Invoices[i]
		if v.Amount.Minor < 0 && !v.Void {
			r.put(v.Contract, v.Amount.Currency, event{v.Date, Credited, -v.Amount.Minor, v.Pos})
		}
	}
	for i := range r.j.Adjustments {
		r.adjustment(&r.j.Adjustments[i], account.WriteOffs)
	}
	for _, x := range account.Deemed {
		r.adjustment(x, account.WriteOffs)
	}
	slices.SortStableFunc(r.found, func(x, y found) int { return cmp.Compare(x.contract, y.contract) })
	r.events = r.events[:0]
	for _, f := range r.found {
		r.events = append(r.events, f.event)
	}
	rest := r.events
	for i, k := 0, 0; i < len(r.facts); i++ {
		n := 0
		for k < len(r.found) && r.found[k].contract == i {
			n, k = n+1, k+1
		}
		r.facts[i].events, rest = rest[:n:n], rest[n:]
	}
	r.standings()
}

// item finds what was paid on an instalment.
func (r *reading) item(it *ledger.Item) {
	n, ok := r.ours(it.Invoice.Contract, it.Invoice.Amount.Currency)
	if !ok {
		return
	}
	r.facts[n].invoiced = true
	for _, e := range it.Events {
		switch e.Kind {
		case ledger.Paid:
			r.found = append(r.found, found{n, event{e.Date, Paid, e.Amount, e.Row}})
		case ledger.Refunded:
			r.found = append(r.found, found{n, event{e.Date, Refunded, -e.Amount, e.Row}})
		}
	}
}

// ours finds a contract of the customer; it must be in the currency.
func (r *reading) ours(id crm.ContractID, c crm.Currency) (int, bool) {
	n := r.contracts.Find(id)
	if id == "" || n < 0 {
		return -1, false
	}
	if r.j.Contracts[n].Amount.Currency != c {
		r.facts[n].mismatch = true
		return n, false
	}
	return n, true
}

func (r *reading) put(id crm.ContractID, c crm.Currency, e event) {
	if n, ok := r.ours(id, c); ok {
		r.found = append(r.found, found{n, e})
	}
}

// adjustment finds the sale of a credit note, write-off or recovery. A write-off
// that names an invoice counts as the ledger counted it; the sale caps it
// again.
func (r *reading) adjustment(x *crm.Adjustment, offs []ledger.WriteOff) {
	if x.Amount.Minor < 0 || x.Date > r.b.AsOf {
		return
	}
	id, n := x.Contract, x.Amount.Minor
	if id == "" {
		id = r.contractOf(x.Invoice)
	}
	kind := Credited
	switch x.Kind {
	case crm.WriteOff:
		kind = WrittenOff
		if x.Invoice != "" {
			n = offs[slices.IndexFunc(offs, func(w ledger.WriteOff) bool { return w.Row == x })].Counted
		}
	case crm.Recovery:
		kind = Recovered
	}
	if kind != Credited && (id == "" || r.contracts.Find(id) < 0) {
		r.acc.Unlinked++
	}
	r.put(id, x.Amount.Currency, event{x.Date, kind, n, x.Pos})
}

// contractOf is the contract of an invoice, void or not; of two the last.
func (r *reading) contractOf(id crm.InvoiceID) crm.ContractID {
	if r.billed == nil {
		r.billed = make(map[crm.InvoiceID]crm.ContractID, len(r.j.Invoices))
		for i := range r.j.Invoices {
			r.billed[r.j.Invoices[i].ID] = r.j.Invoices[i].Contract
		}
	}
	return r.billed[id]
}

// group is reps of one sale under the same terms.
type group struct {
	rate    *crm.Rate
	nth     int // of the one member of a tiered group: the share's place
	members []ledger.Share
}

// contract computes one sale, the journey's nth.
func (r *reading) contract(n int, c *crm.Contract) {
	r.skipped = len(r.cases.Skipped)
	if c.Status == crm.ContractVoid && !c.StatusDate.Known() {
		r.skip(c, c.Rep, VoidUndated)
		return
	}
	shares, overlay, ok := r.acc.Env.sales.CreditOf(c.ID, c, r.shares)
	if !ok {
		r.skip(c, c.Rep, SplitsRefused)
		return
	}
	r.shares, r.groups = shares, r.groups[:0]
	for i, s := range shares {
		switch rate := r.rate(c, s.Rep, r.facts[n].invoiced); {
		case rate == nil:
		case rate.Tiered(): // where a rep stands in the brackets is the rep's own
			r.start(rate, s, i)
		default:
			r.join(rate, s)
		}
	}
	for i, s := range overlay { // outside the 100 %: each on its own
		if rate, _ := r.rates.terms(c, s.Rep); rate != nil && s.Weight > 0 {
			r.start(rate, s, len(shares)+i)
		}
	}
	if r.facts[n].mismatch {
		r.skip(c, c.Rep, CurrencyMismatch)
	}
	if len(r.groups) == 0 {
		return
	}
	scale, known := scaleOf(c)
	if !known {
		r.skip(c, c.Rep, TermMissing)
	}
	r.readSale(n, c, scale)
	if r.sale.over > 0 {
		r.skip(c, c.Rep, WriteOffExceedsOpen)
	}
	for i := range r.groups {
		r.pay(n, c, &r.groups[i], scale)
	}
}

// scaleOf is the contract's Scale.
func scaleOf(c *crm.Contract) (fraction, bool) {
	if c.Per == crm.PerTerm {
		return whole(1), true
	}
	scale, known := c.Scale()
	return exactly(scale), known
}

// join adds a share to the group of its terms.
func (r *reading) join(rate *crm.Rate, s ledger.Share) {
	for i, g := range r.groups {
		if !g.rate.Tiered() && g.rate.Rate == rate.Rate && g.rate.Margin == rate.Margin && g.rate.Cash == rate.Cash {
			r.groups[i].members = append(r.groups[i].members, s)
			return
		}
	}
	r.start(rate, s, -1)
}

// start begins a group, in the room of one before; nth is the place of the
// share among the contract's, where that matters.
func (r *reading) start(rate *crm.Rate, s ledger.Share, nth int) {
	n := len(r.groups)
	r.groups = slices.Grow(r.groups, 1)[:n+1]
	g := &r.groups[n]
	g.rate, g.nth, g.members = rate, nth, append(g.members[:0], s)
}

// rate finds the terms of a rep's credit, or notes why there are none.
func (r *reading) rate(c *crm.Contract, rep crm.RepNo, invoiced bool) *crm.Rate {
	rate, reason := r.rates.terms(c, rep)
	if reason == "" && rate.Cash && !invoiced {
		reason = CashWithoutInvoices
	}
	if reason != "" {
		r.skip(c, rep, reason)
		return nil
	}
	return rate
}

func (r *reading) skip(c *crm.Contract, rep crm.RepNo, reason string) {
	s := Skipped{r.b.Org.Leaf(rep, c.SignDate), c.ID, c.SignDate, reason}
	if !slices.Contains(r.cases.Skipped[r.skipped:], s) {
		r.cases.Skipped = append(r.cases.Skipped, s)
	}
}

// readSale gathers what happened to the journey's nth contract.
func (r *reading) readSale(n int, c *crm.Contract, scale fraction) {
	events := append(r.sale.events[:0], event{date: c.SignDate, kind: Signed, row: c.Pos})
	deadline := crm.NoDate
	for _, e := range r.facts[n].events {
		events = append(events, e)
		if months := r.acc.Env.options.ClawbackMonths; months > 0 && e.kind == WrittenOff && !deadline.Known() {
			deadline = c.SignDate.AddMonths(months)
		}
	}
	if c.Status == crm.ContractVoid && c.StatusDate <= r.b.AsOf {
		events = append(events, event{date: c.StatusDate, kind: Voided, row: c.Pos})
	}
	gross := c.Amount.Minor
	if c.Per != crm.PerTerm {
		gross = crm.RoundHalfUp(scale.times(gross, 1).rat())
	}
	r.sale.read(gross, c.SignDate, deadline, events)
}

// pay credits a group's commission of the journey's nth contract to its members,
// each on the leaf of the event's day.
func (r *reading) pay(n int, c *crm.Contract, g *group, scale fraction) {
	base, reason, ok := baseOf(r.b, c, g.rate.Margin, scale)
	if reason != "" {
		for _, m := range g.members {
			r.skip(c, m.Rep, reason)
		}
	}
	if !ok {
		return
	}
	var weight int64
	for _, m := range g.members {
		weight += m.Weight
	}
	own := base.times(weight, int64(crm.One))
	full, rate := own.times(int64(g.rate.Rate), int64(crm.One)), g.rate.Rate
	if g.rate.Tiered() {
		full, rate = r.acc.Env.tiers.commission(credit{c.ID, g.nth}, g.rate, own)
	}
	held := r.suspense(n, c, g, full)
	r.sale.commissions(full, g.rate.Cash, g.members, func(d due) {
		held.before(d.event.date)
		held.after(d)
		for i, n := range d.parts {
			if d.column == accrued && n == 0 {
				continue
			}
			leaf := r.b.Org.Leaf(g.members[i].Rep, d.event.date)
			if n != 0 {
				var sums Sums
				sums.add(d.column, n)
				r.acc.Days.Add(leaf, d.event.date, sums)
			}
			if n == 0 && (d.event.kind != TooLate || g.rate.Cash) {
				continue
			}
			if d.column != accrued {
				r.cases.Reversals = append(r.cases.Reversals, Reversal{leaf, c.ID, d.event.date, d.event.kind, d.event.gross,
					c.Amount.Currency, partOf(base, d.event.gross, r.sale.gross), rate, n})
			}
			if r.acc.Env.month.Contains(d.event.date) {
				r.line(Line{Rep: g.members[i].Rep, Contract: c.ID, Date: d.event.date, Kind: d.event.kind, Row: d.event.row,
					Base: base.part(1, 1), Rate: rate, Share: g.members[i].Weight, Due: [2]int64{d.num, d.den}, Cumulative: d.cum[i], Amount: n})
			}
		}
	})
	held.before(latest)
}

// latest is after every day.
const latest = crm.Date(math.MaxInt32)

// partOf is base × gross of the event / gross of the sale, rounded for display.
func partOf(base fraction, part, whole int64) int64 {
	if whole == 0 {
		return 0
	}
	if whole < 0 {
		part, whole = -part, -whole
	}
	return base.part(part, whole)
}
