package receivables

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
)

// reading is the work of one Add.
type reading struct {
	acc       *Acc
	env       *Env
	j         *crm.Journey
	ledger    ledger.Ledger
	dates     []crm.Date
	contracts ledger.Contracts
	credits   []span  // by row of the journey's invoices
	parts     []part  // of credits
	loose     []part  // of what names no invoice
	byID      []int32 // rows of the journey's invoices; made when a document asks
	shares    []ledger.Share
	weights   []int64
	amounts   []int64
	refused   []crm.ContractID
	late      []lateness
	stepless  []Stepless
	noted     []Note
}

// part is a leaf's share of a sale.
type part struct {
	leaf   crm.LeafNo
	weight int64
	days   []Standing // of the leaf, once it has one
}

// span is a stretch of reading.parts.
type span struct{ from, to int32 }

// lateness is an overdue item of a leaf.
type lateness struct {
	leaf        crm.LeafNo
	days        int
	amount      int64
	cause, step int
}

// begin turns to another customer.
func (r *reading) begin(a *Acc, j *crm.Journey) {
	r.acc, r.env, r.j = a, a.Env, j
	r.ledger.DeemedBadDays = a.Env.options.DeemedBadDays
	r.ledger.Reset(j, ledger.TermsOf(a.Env.book, j))
	r.dates = r.ledger.Dates(r.dates[:0])
	r.contracts.Reset(j.Contracts)
	r.credits = slices.Grow(r.credits[:0], len(j.Invoices))[:len(j.Invoices)]
	clear(r.credits)
	r.parts, r.refused, r.late, r.byID = r.parts[:0], r.refused[:0], r.late[:0], r.byID[:0]
	r.stepless, r.noted = nil, nil
}

// contract finds a contract: as a rule the customer's own.
func (r *reading) contract(id crm.ContractID) *crm.Contract {
	if n := r.contracts.Find(id); n >= 0 {
		return &r.j.Contracts[n]
	}
	if id == "" {
		return nil
	}
	return r.env.sales.Contract(id)
}

// credit appends to room whose a sale is: the contract's splits, else its
// rep, else rep. The leaf is that of the sign date, for AR follows the sale; of
// day where the contract is not known.
func (r *reading) credit(room []part, id crm.ContractID, rep crm.RepNo, day crm.Date) []part {
	c := r.contract(id)
	shares, _, ok := r.env.sales.CreditOf(id, c, r.shares)
	if !ok && !slices.Contains(r.refused, id) {
		r.refused = append(r.refused, id)
	}
	if len(shares) == 0 || len(shares) == 1 && shares[0].Rep == crm.NoRep {
		shares = append(r.shares[:0], ledger.Share{Rep: rep, Weight: int64(crm.One)})
	}
	if c != nil && c.SignDate.Known() {
		day = c.SignDate
	}
	for _, s := range shares {
		room = append(room, part{leaf: r.env.book.Org.Leaf(s.Rep, day), weight: s.Weight})
	}
	r.shares = shares
	return room
}

// of is the credit of an invoice, by its row.
func (r *reading) of(row int) []part {
	s := &r.credits[row]
	if s.to == 0 {
		inv := &r.j.Invoices[row]
		s.from = int32(len(r.parts))
		r.parts = r.credit(r.parts, inv.Contract, inv.Rep, inv.Date)
		s.to = int32(len(r.parts))
	}
	return r.parts[s.from:s.to]
}

// named is the credit of what a document names; nobody's where it names nothing
// that is known. It is good until the next.
func (r *reading) named(invoice crm.InvoiceID, contract crm.ContractID, day crm.Date) []part {
	if row := r.invoice(invoice); row >= 0 {
		return r.of(row)
	}
	r.loose = r.credit(r.loose[:0], contract, crm.NoRep, day)
	return r.loose
}

// invoice is the first row of an invoice, or -1.
func (r *reading) invoice(id crm.InvoiceID) int {
	rows := r.j.Invoices
	if id == "" || len(rows) == 0 {
		return -1
	}
	if len(r.byID) == 0 {
		for i := range rows {
			r.byID = append(r.byID, int32(i))
		}
		slices.SortFunc(r.byID, func(i, j int32) int { return cmp.Or(cmp.Compare(rows[i].ID, rows[j].ID), cmp.Compare(i, j)) })
	}
	at, found := slices.BinarySearchFunc(r.byID, id, func(i int32, id crm.InvoiceID) int { return cmp.Compare(rows[i].ID, id) })
	if !found {
		return -1
	}
	return int(r.byID[at])
}

// split divides an amount among parts to the cent. The amounts are good until
// the next split.
func (r *reading) split(amount int64, parts []part) []int64 {
	r.weights = r.weights[:0]
	for i := range parts {
		r.weights = append(r.weights, parts[i].weight)
	}
	r.amounts = ledger.AppendSplit(r.amounts[:0], amount, r.weights)
	return r.amounts
}

// standing is a part's sums at a state day, into which an amount goes.
func (r *reading) standing(p *part, i int) *Standing {
	if p.days == nil {
		p.days = r.acc.days(p.leaf)
	}
	s := &p.days[i]
	s.Entries++
	return s
}

// stand adds the account's standing at the end of a state day, at that day's
// rates.
func (r *reading) stand(a ledger.Account, i int) {
	for k := range a.Items {
		if a.Items[k].Outstanding != 0 {
			r.standItem(&a.Items[k], i)
		}
	}
	b, day := r.env.book, r.env.days[i]
	for _, u := range a.Unapplied {
		base, ok := b.FX.Convert(crm.Money{Minor: u.Amount, Currency: u.Currency}, b.Currency, day)
		if !ok {
			r.unconverted(u.Currency, Foreign{Unapplied: u.Amount, Cases: 1}, i)
			continue
		}
		parts := r.named(u.Invoice, u.Contract, day)
		for n, x := range r.split(base, parts) {
			if x != 0 {
				r.standing(&parts[n], i).Unapplied += x
			}
		}
	}
}

// standItem adds one open item. One of split credit counts with its first rep.
func (r *reading) standItem(it *ledger.Item, i int) {
	b, day := r.env.book, r.env.days[i]
	m := crm.Money{Minor: it.Outstanding, Currency: it.Invoice.Amount.Currency}
	base, ok := b.FX.Convert(m, b.Currency, day)
	if !ok {
		r.unconverted(m.Currency, Foreign{Open: m.Minor, Cases: 1}, i)
		return
	}
	days, item, parts := int(day-it.Due), int64(1), r.of(it.Row)
	bucket := r.env.buckets.of(days)
	for n, x := range r.split(base, parts) {
		if x == 0 {
			continue
		}
		s := r.standing(&parts[n], i)
		s.Items += item
		item = 0
		s.Buckets[bucket] += x
		if i == len(r.env.days)-1 {
			r.acc.state(parts[n].leaf).hold(it.Invoice, bucket, x)
		}
		if bucket > 0 {
			cause, step := causeOf(it.Invoice.Cause), stepOf(it.Invoice.Step)
			s.Cause[cause] += x
			s.Step[step] += x
			if i == len(r.env.days)-1 {
				r.overdue(it, lateness{parts[n].leaf, days, x, cause, step})
			}
		}
	}
}

// unconverted notes, at the as-of day, what has no rate.
func (r *reading) unconverted(c crm.Currency, f Foreign, i int) {
	if i == len(r.env.days)-1 {
		r.acc.foreign(c, f)
	}
}

// overdue notes an overdue item for the lists.
func (r *reading) overdue(it *ledger.Item, x lateness) {
	r.late = append(r.late, x)
	if x.days > r.env.options.StepAfterDays && x.step == 0 {
		r.stepless = append(r.stepless, Stepless{x.leaf, string(it.Invoice.ID), it.Invoice.Instalment, it.Due, x.days, x.amount})
	}
}

// cases are the customer's rows of the lists.
func (r *reading) cases() Cases {
	slices.SortStableFunc(r.late, func(x, y lateness) int { return cmp.Compare(x.leaf, y.leaf) })
	c := Cases{Stepless: r.stepless, Notes: r.noted}
	for rest := r.late; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].leaf == rest[0].leaf {
			n++
		}
		c.Overdue = append(c.Overdue, r.worst(rest[:n]))
		rest = rest[n:]
	}
	return c
}

// worst sums the overdue items of one leaf; the oldest says the rest, of two as
// old the larger.
func (r *reading) worst(items []lateness) Overdue {
	var o Overdue
	var amount int64
	for _, x := range items {
		o.Amount += x.amount
		if x.days > o.Oldest || x.days == o.Oldest && x.amount > amount {
			amount = x.amount
			o = Overdue{x.leaf, o.Amount, x.days, r.env.buckets.of(x.days), x.cause, x.step}
		}
	}
	return o
}

// flow adds what was written off and recovered, at the rate of its day.
func (r *reading) flow(a ledger.Account) {
	for _, it := range a.Items {
		for _, e := range it.Events {
			if e.Kind == ledger.WrittenOff {
				r.move(crm.Money{Minor: e.Amount, Currency: it.Invoice.Amount.Currency}, e.Date, r.of(it.Row),
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
	for i, x := range r.split(base, parts) {
		if x != 0 {
			r.acc.Flows.Add(parts[i].leaf, day, flow(x))
		}
	}
}

// DueDateMissing is the word of an open item whose due date is presumed.
const DueDateMissing = "due_date_missing"

// Disputed is the word of an open item that the customer contests; it keeps its
// bucket.
const Disputed = "disputed"

// notes keeps the flagged documents, each under the first leaf of its sale.
func (r *reading) notes(a ledger.Account) {
	for _, f := range a.Flags {
		r.noted = append(r.noted, Note{r.named(f.Invoice, f.Contract, f.Date)[0].leaf, f.Word, f.ID, f.Date, f.Currency, f.Given, f.Counted})
	}
	for _, it := range a.Items {
		if it.DueMissing && it.Outstanding > 0 {
			r.noted = append(r.noted, Note{r.of(it.Row)[0].leaf, DueDateMissing, string(it.Invoice.ID), it.Invoice.Date,
				it.Invoice.Amount.Currency, it.Outstanding, it.Outstanding})
		}
		if disputed(it.Invoice) && it.Outstanding > 0 {
			r.noted = append(r.noted, Note{r.of(it.Row)[0].leaf, Disputed, string(it.Invoice.ID), it.Invoice.Date,
				it.Invoice.Amount.Currency, it.Outstanding, it.Outstanding})
		}
	}
}
