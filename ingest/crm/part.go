package crm

import "slices"

// Grouping says which rows of a Book a metric looks at together: rows of two
// groups never change each other's part of a number. The zero value is none.
type Grouping uint8

// The groupings.
const (
	ByCustomer Grouping = iota + 1 // what happened with customers that are one: merged, or joined by a succession
	ByDeal                         // a deal and its history
	ByCash                         // a deal, its history and contracts, and the documents of the customers that these are billed to
	ByVisitor                      // a rep's visits, leads, coached days, pool moves and audits, and the contracts of the customers visited
	ByRep                          // a rep's plans and the contracts the rep is credited with; plans of units are in every group
	BySale                         // the contracts a rep is credited with, the documents of their customers, and what the rep was paid
	ByUnit                         // as ByRep, all reps of a scope together: see OfReps
	Together                       // as ByRep, all reps of the company together
)

// RowRef names a row of the input: its table and its place.
type RowRef struct {
	Table string
	Pos
}

// Part is b with only those rows of its tables that keep wants. What is not a
// table of events or plans (organisation, calendar, rates of exchange, the
// tables that had a source) is b's own.
func (b *Book) Part(keep func(Pos) bool) *Book {
	p := *b
	p.Visits, p.Deals, p.Stages = kept(b.Visits, keep), kept(b.Deals, keep), kept(b.Stages, keep)
	p.Contracts, p.Splits = kept(b.Contracts, keep), kept(b.Splits, keep)
	p.Targets, p.Forecasts, p.Confidence = kept(b.Targets, keep), kept(b.Forecasts, keep), kept(b.Confidence, keep)
	p.Invoices, p.Payments, p.Adjustments = kept(b.Invoices, keep), kept(b.Payments, keep), kept(b.Adjustments, keep)
	p.Ownership, p.Successions, p.Grades = kept(b.Ownership, keep), kept(b.Successions, keep), kept(b.Grades, keep)
	p.CustomerRows, p.Rates, p.Ledger = kept(b.CustomerRows, keep), kept(b.Rates, keep), kept(b.Ledger, keep)
	p.Leads, p.Coaching, p.Cases = kept(b.Leads, keep), kept(b.Coaching, keep), kept(b.Cases, keep)
	p.PoolMoves, p.Audits = kept(b.PoolMoves, keep), kept(b.Audits, keep)
	return &p
}

// kept shares rows where it keeps all of them.
func kept[T interface{ Where() Pos }](rows []T, keep func(Pos) bool) []T {
	for i := range rows {
		if keep(rows[i].Where()) {
			continue
		}
		out := append(make([]T, 0, len(rows)-1), rows[:i]...)
		for _, r := range rows[i+1:] {
			if keep(r.Where()) {
				out = append(out, r)
			}
		}
		return out
	}
	return rows
}

// Rows lists the rows of b, table by table: events first, what merely qualifies
// them last. A row of the input that feeds two tables is listed under both.
func (b *Book) Rows() []RowRef {
	var out []RowRef
	out = refs(out, "contracts", b.Contracts)
	out = refs(out, "visits", b.Visits)
	out = refs(out, "deals", b.Deals)
	out = refs(out, "stage_history", b.Stages)
	out = refs(out, "invoices", b.Invoices)
	out = refs(out, "payments", b.Payments)
	out = refs(out, "adjustments", b.Adjustments)
	out = refs(out, "forecasts", b.Forecasts)
	out = refs(out, "targets", b.Targets)
	out = refs(out, "leads", b.Leads)
	out = refs(out, "coaching", b.Coaching)
	out = refs(out, "cases", b.Cases)
	out = refs(out, "pool_moves", b.PoolMoves)
	out = refs(out, "audits", b.Audits)
	out = refs(out, "commission_ledger", b.Ledger)
	out = refs(out, "credit_splits", b.Splits)
	out = refs(out, "successions", b.Successions)
	out = refs(out, "confidence", b.Confidence)
	out = refs(out, "ownership", b.Ownership)
	out = refs(out, "grades", b.Grades)
	out = refs(out, "commission_rates", b.Rates)
	return refs(out, "customers", b.CustomerRows)
}

func refs[T interface{ Where() Pos }](out []RowRef, table string, rows []T) []RowRef {
	for i := range rows {
		out = append(out, RowRef{table, rows[i].Where()})
	}
	return out
}

// Groups cuts b by g. Each part has b's order in every table; rows that the
// grouping has no use for are in none.
func (b *Book) Groups(g Grouping) []*Book {
	switch g {
	case ByDeal:
		parts, _ := b.byDeal()
		return parts
	case ByCash:
		return b.byCash()
	case ByVisitor:
		return b.byVisitor()
	case ByRep:
		return b.byRep()
	case BySale:
		return b.bySale()
	case ByUnit, Together:
		return []*Book{b.OfReps(func(RepNo) bool { return true })}
	}
	return b.byCustomer()
}

// bare is b without rows.
func (b *Book) bare() *Book { return b.Part(func(Pos) bool { return false }) }

// spread puts rows into parts: to says which of them a row belongs to, each
// once.
func spread[T any](rows []T, parts []*Book, to func(*T) []int32, table func(*Book) *[]T) {
	count := make([]int32, len(parts))
	for i := range rows {
		for _, n := range to(&rows[i]) {
			count[n]++
		}
	}
	for n, c := range count {
		if c > 0 {
			*table(parts[n]) = make([]T, 0, c)
		}
	}
	for i := range rows {
		for _, n := range to(&rows[i]) {
			t := table(parts[n])
			*t = append(*t, rows[i])
		}
	}
}

func (b *Book) parts(n int) []*Book {
	bare := b.bare()
	out := make([]*Book, n)
	for i := range out {
		p := *bare
		out[i] = &p
	}
	return out
}

func filled(parts []*Book) []*Book {
	return slices.DeleteFunc(parts, func(p *Book) bool { return len(p.Rows()) == 0 })
}

// sets numbers customers so that those who are one share a number; 0 is no
// customer.
type sets []int32

func (b *Book) sets() sets {
	up := make(sets, b.Customers.Len()+1)
	for i := range up {
		up[i] = int32(i)
	}
	join := func(x, y CustomerNo) {
		if x == NoCustomer || y == NoCustomer {
			return
		}
		i, j := up.root(int32(x)+1), up.root(int32(y)+1)
		up[max(i, j)] = min(i, j)
	}
	for _, c := range b.CustomerRows {
		join(c.No, c.MergedInto)
	}
	of := b.contractCustomers()
	for _, s := range b.Successions {
		x, known := of[s.Old]
		y, also := of[s.New]
		if known && also {
			join(x, y)
		}
	}
	for _, c := range b.Contracts {
		if x, known := of[c.Predecessor]; known {
			join(x, c.Customer)
		}
	}
	return up
}

func (s sets) root(i int32) int32 {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

func (b *Book) contractCustomers() map[ContractID]CustomerNo {
	out := make(map[ContractID]CustomerNo, len(b.Contracts))
	for i := range b.Contracts {
		out[b.Contracts[i].ID] = b.Contracts[i].Customer
	}
	return out
}

func (b *Book) byCustomer() []*Book {
	up := b.sets()
	parts := b.parts(len(up))
	one := make([]int32, 1)
	of := func(c CustomerNo) []int32 { one[0] = up.root(int32(c) + 1); return one }
	deals := make(map[DealID]CustomerNo, len(b.Deals))
	for i := range b.Deals {
		deals[b.Deals[i].ID] = b.Deals[i].Customer
	}
	owner := b.contractCustomers()
	contract := func(id ContractID) []int32 {
		if c, ok := owner[id]; ok {
			return of(c)
		}
		return of(NoCustomer)
	}
	spread(b.Visits, parts, func(r *Visit) []int32 { return of(r.Customer) }, func(p *Book) *[]Visit { return &p.Visits })
	spread(b.Deals, parts, func(r *Deal) []int32 { return of(r.Customer) }, func(p *Book) *[]Deal { return &p.Deals })
	spread(b.Stages, parts, func(r *StageEntry) []int32 {
		if c, ok := deals[r.Deal]; ok {
			return of(c)
		}
		return of(NoCustomer)
	}, func(p *Book) *[]StageEntry { return &p.Stages })
	spread(b.Contracts, parts, func(r *Contract) []int32 { return of(r.Customer) }, func(p *Book) *[]Contract { return &p.Contracts })
	spread(b.Splits, parts, func(r *Split) []int32 { return contract(r.Contract) }, func(p *Book) *[]Split { return &p.Splits })
	b.spreadDocuments(parts, of)
	spread(b.Ownership, parts, func(r *Ownership) []int32 { return of(r.Customer) }, func(p *Book) *[]Ownership { return &p.Ownership })
	spread(b.Successions, parts, func(r *Succession) []int32 { return contract(r.Old) }, func(p *Book) *[]Succession { return &p.Successions })
	spread(b.Grades, parts, func(r *Grade) []int32 { return of(r.Customer) }, func(p *Book) *[]Grade { return &p.Grades })
	spread(b.Leads, parts, func(r *Lead) []int32 { return of(r.Customer) }, func(p *Book) *[]Lead { return &p.Leads })
	spread(b.Cases, parts, func(r *Case) []int32 { return of(r.Customer) }, func(p *Book) *[]Case { return &p.Cases })
	spread(b.PoolMoves, parts, func(r *PoolMove) []int32 { return of(r.Customer) }, func(p *Book) *[]PoolMove { return &p.PoolMoves })
	parts = filled(parts)
	for _, p := range parts {
		p.Rates = b.Rates
	}
	return parts
}

// byDeal cuts b by deal, and says which parts a deal has: one, or none.
func (b *Book) byDeal() (parts []*Book, of func(DealID) []int32) {
	number := map[DealID]int32{}
	for l := range b.DealLogs() {
		number[l.ID] = int32(len(number))
	}
	of = func(id DealID) []int32 {
		if n, ok := number[id]; ok {
			return []int32{n}
		}
		return nil
	}
	parts = b.parts(len(number))
	spread(b.Deals, parts, func(r *Deal) []int32 { return of(r.ID) }, func(p *Book) *[]Deal { return &p.Deals })
	spread(b.Stages, parts, func(r *StageEntry) []int32 { return of(r.Deal) }, func(p *Book) *[]StageEntry { return &p.Stages })
	return parts, of
}

func (b *Book) byCash() []*Book {
	parts, at := b.byDeal()
	contracts, customers := map[ContractID][]int32{}, map[CustomerNo][]int32{}
	pays := func(c CustomerNo, id ContractID) {
		for _, n := range contracts[id] {
			customers[c] = with(customers[c], n)
		}
	}
	for i := range b.Contracts {
		c := &b.Contracts[i]
		contracts[c.ID] = at(c.Deal)
		pays(c.Customer, c.ID)
	}
	for i := range b.Invoices {
		pays(b.Invoices[i].Customer, b.Invoices[i].Contract)
	}
	spread(b.Contracts, parts, func(r *Contract) []int32 { return contracts[r.ID] }, func(p *Book) *[]Contract { return &p.Contracts })
	b.spreadDocuments(parts, func(c CustomerNo) []int32 { return customers[c] })
	return parts
}

// spreadDocuments puts what customers were billed and paid into parts.
func (b *Book) spreadDocuments(parts []*Book, of func(CustomerNo) []int32) {
	spread(b.Invoices, parts, func(r *Invoice) []int32 { return of(r.Customer) }, func(p *Book) *[]Invoice { return &p.Invoices })
	spread(b.Payments, parts, func(r *Payment) []int32 { return of(r.Customer) }, func(p *Book) *[]Payment { return &p.Payments })
	spread(b.Adjustments, parts, func(r *Adjustment) []int32 { return of(r.Customer) }, func(p *Book) *[]Adjustment { return &p.Adjustments })
	spread(b.CustomerRows, parts, func(r *Customer) []int32 { return of(r.No) }, func(p *Book) *[]Customer { return &p.CustomerRows })
}

func (b *Book) byVisitor() []*Book {
	parts := b.parts(b.Reps.Len() + 1)
	visitors := map[CustomerNo][]int32{}
	for i := range b.Visits {
		v := &b.Visits[i]
		visitors[v.Customer] = with(visitors[v.Customer], int32(v.Rep)+1)
	}
	spread(b.Visits, parts, func(r *Visit) []int32 { return []int32{int32(r.Rep) + 1} }, func(p *Book) *[]Visit { return &p.Visits })
	spread(b.Contracts, parts, func(r *Contract) []int32 { return visitors[r.Customer] }, func(p *Book) *[]Contract { return &p.Contracts })
	one := make([]int32, 1)
	of := func(rep RepNo) []int32 { one[0] = int32(rep) + 1; return one }
	spread(b.Leads, parts, func(r *Lead) []int32 { return of(r.Rep) }, func(p *Book) *[]Lead { return &p.Leads })
	spread(b.Coaching, parts, func(r *Coaching) []int32 { return of(r.Rep) }, func(p *Book) *[]Coaching { return &p.Coaching })
	spread(b.PoolMoves, parts, func(r *PoolMove) []int32 { return of(r.Rep) }, func(p *Book) *[]PoolMove { return &p.PoolMoves })
	spread(b.Audits, parts, func(r *Audit) []int32 { return of(r.Rep) }, func(p *Book) *[]Audit { return &p.Audits })
	spread(b.Targets, parts, b.targetOf(len(parts)), func(p *Book) *[]Target { return &p.Targets })
	for i, p := range parts {
		p.Org = b.Org.Alone(RepNo(i) - 1)
	}
	return filled(parts)
}

// targetOf says which of n parts, by rep, a target of visits belongs to: a
// unit's to all of them, and those of other measures to none.
func (b *Book) targetOf(n int) func(*Target) []int32 {
	everywhere := make([]int32, n)
	for i := range everywhere {
		everywhere[i] = int32(i)
	}
	return func(r *Target) []int32 {
		if r.Measure != "visits" && r.Measure != "valid_visits" {
			return nil
		}
		if rep := b.Reps.Lookup(r.Scope); rep != NoRep && !b.Org.leads(rep) {
			return []int32{int32(rep) + 1}
		}
		return everywhere
	}
}

// with adds n to a short list unless it is there.
func with(list []int32, n int32) []int32 {
	if slices.Contains(list, n) {
		return list
	}
	return append(list, n)
}

// credited lists, by contract, the groups of the reps with credit for it.
func (b *Book) credited() map[ContractID][]int32 {
	out := make(map[ContractID][]int32, len(b.Contracts))
	for i := range b.Contracts {
		c := &b.Contracts[i]
		out[c.ID] = with(nil, int32(c.Rep)+1)
	}
	for i := range b.Splits {
		if s := &b.Splits[i]; out[s.Contract] != nil {
			out[s.Contract] = with(out[s.Contract], int32(s.Rep)+1)
		}
	}
	return out
}

func (b *Book) byRep() []*Book {
	parts := b.parts(b.Reps.Len() + 1)
	credited := b.credited()
	everywhere := make([]int32, len(parts))
	for i := range everywhere {
		everywhere[i] = int32(i)
	}
	// A manager's plan is of the unit, and so in every group.
	of := func(id string) []int32 {
		if rep := b.Reps.Lookup(id); rep != NoRep && !b.Org.leads(rep) {
			return []int32{int32(rep) + 1}
		}
		return everywhere
	}
	spread(b.Contracts, parts, func(r *Contract) []int32 { return credited[r.ID] }, func(p *Book) *[]Contract { return &p.Contracts })
	spread(b.Splits, parts, func(r *Split) []int32 { return credited[r.Contract] }, func(p *Book) *[]Split { return &p.Splits })
	spread(b.Forecasts, parts, func(r *Forecast) []int32 { return of(r.Subject) }, func(p *Book) *[]Forecast { return &p.Forecasts })
	spread(b.Confidence, parts, func(r *Confidence) []int32 { return of(r.Subject) }, func(p *Book) *[]Confidence { return &p.Confidence })
	spread(b.Targets, parts, func(r *Target) []int32 { return of(r.Scope) }, func(p *Book) *[]Target { return &p.Targets })
	for i, p := range parts {
		p.Org = b.Org.Alone(RepNo(i) - 1)
	}
	return filled(parts)
}

// OfReps is b with the plans of some reps and of the units, and the contracts
// that any of these reps is credited with.
func (b *Book) OfReps(in func(RepNo) bool) *Book {
	p, credited := b.bare(), b.credited()
	mine := func(id ContractID) bool {
		return slices.ContainsFunc(credited[id], func(n int32) bool { return in(RepNo(n - 1)) })
	}
	planned := func(id string) bool {
		rep := b.Reps.Lookup(id)
		return rep == NoRep || b.Org.leads(rep) || in(rep)
	}
	p.Contracts = those(b.Contracts, func(r *Contract) bool { return mine(r.ID) })
	p.Splits = those(b.Splits, func(r *Split) bool { return mine(r.Contract) })
	p.Forecasts = those(b.Forecasts, func(r *Forecast) bool { return planned(r.Subject) })
	p.Confidence = those(b.Confidence, func(r *Confidence) bool { return planned(r.Subject) })
	p.Targets = those(b.Targets, func(r *Target) bool { return planned(r.Scope) })
	return p
}

func those[T any](rows []T, want func(*T) bool) []T {
	var out []T
	for i := range rows {
		if want(&rows[i]) {
			out = append(out, rows[i])
		}
	}
	return out
}

// leads reports whether a rep was ever anything but a seller.
func (o *Org) leads(rep RepNo) bool {
	return slices.ContainsFunc(o.Spells, func(s Spell) bool { return s.Rep == rep && s.Role != Seller && s.Role != "" })
}

func (b *Book) bySale() []*Book {
	parts := b.parts(b.Reps.Len() + 1)
	credited := b.credited()
	sellers := map[CustomerNo][]int32{}
	for i := range b.Contracts {
		c := &b.Contracts[i]
		for _, n := range credited[c.ID] {
			sellers[c.Customer] = with(sellers[c.Customer], n)
		}
	}
	spread(b.Contracts, parts, func(r *Contract) []int32 { return credited[r.ID] }, func(p *Book) *[]Contract { return &p.Contracts })
	spread(b.Splits, parts, func(r *Split) []int32 { return credited[r.Contract] }, func(p *Book) *[]Split { return &p.Splits })
	b.spreadDocuments(parts, func(c CustomerNo) []int32 { return sellers[c] })
	spread(b.Ledger, parts, func(r *LedgerLine) []int32 { return []int32{int32(r.Rep) + 1} }, func(p *Book) *[]LedgerLine { return &p.Ledger })
	for i, p := range parts {
		p.Org = b.Org.Alone(RepNo(i) - 1)
	}
	parts = filled(parts)
	for _, p := range parts {
		p.Rates = b.Rates
	}
	return parts
}
