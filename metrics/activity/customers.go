package activity

import (
	"cmp"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Customer is everything that the grades look at in one customer. It is whole:
// grades, visits and contracts of a customer only mean something together.
type Customer struct {
	No        crm.CustomerNo
	Row       *crm.Customer // nil: the customers table has none
	Grades    []graded      // oldest first, one a day
	Visits    []crm.Visit   // by time
	Contracts []crm.Contract
	Ownership []crm.Ownership
	Deals     []*crm.Deal // open on the as-of day
}

// books says which customers there are to fold: those with a row, a grade, a
// contract or an open deal.
type books struct {
	*env
	nos  []crm.CustomerNo // ascending
	open []*crm.Deal      // by customer
}

func newBooks(e *env) *books {
	b, x := e.book, &books{env: e}
	for i := range b.CustomerRows {
		x.nos = append(x.nos, b.CustomerRows[i].No)
	}
	for i := range b.Contracts {
		if i == 0 || b.Contracts[i].Customer != b.Contracts[i-1].Customer {
			x.nos = append(x.nos, b.Contracts[i].Customer)
		}
	}
	for i := range e.history.rows {
		x.nos = append(x.nos, e.history.rows[i].customer)
	}
	for i := range b.Deals {
		if d := &b.Deals[i]; d.Status == crm.DealOpen && d.Customer != crm.NoCustomer {
			x.open, x.nos = append(x.open, d), append(x.nos, d.Customer)
		}
	}
	slices.SortStableFunc(x.open, func(p, q *crm.Deal) int { return cmp.Compare(p.Customer, q.Customer) })
	slices.Sort(x.nos)
	x.nos = slices.Compact(x.nos)
	if len(x.nos) > 0 && x.nos[0] == crm.NoCustomer {
		x.nos = x.nos[1:]
	}
	return x
}

// of yields the customers numbered [from, to) in the list.
func (x *books) of(from, to int) iter.Seq[*Customer] {
	return func(yield func(*Customer) bool) {
		b := x.book
		for _, no := range x.nos[from:to] {
			c := &Customer{No: no, Grades: x.history.of(no), Visits: ofCustomer(b.Visits, no, func(v *crm.Visit) crm.CustomerNo { return v.Customer }),
				Contracts: ofCustomer(b.Contracts, no, func(c *crm.Contract) crm.CustomerNo { return c.Customer }),
				Ownership: ofCustomer(b.Ownership, no, func(o *crm.Ownership) crm.CustomerNo { return o.Customer }),
				Deals:     ofCustomer(x.open, no, func(d **crm.Deal) crm.CustomerNo { return (*d).Customer })}
			if rows := ofCustomer(b.CustomerRows, no, func(r *crm.Customer) crm.CustomerNo { return r.No }); len(rows) > 0 {
				c.Row = &rows[0]
			}
			if !yield(c) {
				return
			}
		}
	}
}

// ofCustomer cuts a customer's rows out of a table sorted by customer.
func ofCustomer[T any](rows []T, no crm.CustomerNo, of func(*T) crm.CustomerNo) []T {
	from := sort.Search(len(rows), func(i int) bool { return of(&rows[i]) >= no })
	to := from
	for to < len(rows) && of(&rows[to]) == no {
		to++
	}
	return rows[from:to]
}

// owner is who has the customer on d: the table of ownership says it, else the
// customer's row, else whoever visited last.
func (c *Customer) owner(d crm.Date) crm.RepNo {
	for i := len(c.Ownership) - 1; i >= 0; i-- {
		if o := &c.Ownership[i]; (!o.From.Known() || o.From <= d) && (!o.To.Known() || d <= o.To) {
			return o.Rep
		}
	}
	if c.Row != nil && c.Row.Rep != crm.NoRep {
		return c.Row.Rep
	}
	if v := c.lastVisit(d); v != nil {
		return v.Rep
	}
	return crm.NoRep
}

// lastVisit is the latest contact up to d that no audit refuted, by whatever
// channel; nil where there is none.
func (c *Customer) lastVisit(d crm.Date) *crm.Visit {
	for i := len(c.Visits) - 1; i >= 0; i-- {
		if v := &c.Visits[i]; v.At.Known() && v.At.Date() <= d && v.Audit != crm.AuditFailed {
			return v
		}
	}
	return nil
}

// signed reports whether the customer signed in [from, to]: a contract of any
// type that is not void, or the word among its grades.
func (c *Customer) signed(from, to crm.Date) bool {
	return slices.ContainsFunc(c.Contracts, func(k crm.Contract) bool {
		return k.Status != crm.ContractVoid && k.SignDate >= from && k.SignDate <= to
	}) || slices.ContainsFunc(c.Grades, func(r graded) bool { return r.signed && r.on >= from && r.on <= to })
}

// next is the next contact that the latest visit agreed on.
func (c *Customer) next(d crm.Date) crm.Date {
	v := c.lastVisit(d)
	if v == nil || v.Next == crm.LagUnknown || v.Next == crm.LagBefore {
		return crm.NoDate
	}
	n, ok := v.Next.Days()
	if !ok { // too far off to be kept: 253 days or more
		n = int(crm.LagLong) - int(crm.SameDay)
	}
	return v.At.Date() + crm.Date(n)
}

// Ripe is what became of graded customers, of a leaf and day.
type Ripe struct {
	BecameA       int64    // entries into grade A
	BecameC       int64    // entries into grade C that begin a wait for A
	Due           int64    // of BecameA: the next working day is over
	Signed        int64    // of Due: by then
	PendingSigned int64    // of the rest: already
	Ended, Down   [2]int64 // spells in grade A, B that ended; in a lower grade
	Left, Rose    [2]int64 // spells in grade B, C that ended; in a higher grade or a signing
	Prospects     int64    // customers entered
	Again         int64    // contracts of customers who had signed before
	B, BNext      int64    // graded B on the as-of day; with a next contact to come
	Open          int64    // open deals on the as-of day
	Roles         int64    // distinct roles met in them
	Single        int64    // of Open: one role or none
	Maker         int64    // of Open: a key person met lately
}

// Plus adds field by field.
func (r Ripe) Plus(s Ripe) Ripe {
	r.BecameA += s.BecameA
	r.BecameC += s.BecameC
	r.Due += s.Due
	r.Signed += s.Signed
	r.PendingSigned += s.PendingSigned
	for i := range r.Ended {
		r.Ended[i] += s.Ended[i]
		r.Down[i] += s.Down[i]
		r.Left[i] += s.Left[i]
		r.Rose[i] += s.Rose[i]
	}
	r.Prospects += s.Prospects
	r.Again += s.Again
	r.B += s.B
	r.BNext += s.BNext
	r.Open += s.Open
	r.Roles += s.Roles
	r.Single += s.Single
	r.Maker += s.Maker
	return r
}

// Wait is how long a customer took from grade C to A, or has not got there yet.
type Wait struct {
	Leaf    crm.LeafNo
	On      crm.Date // the day of grade C
	Days    int32
	Reached bool
}

// MarshalText makes waits JSON map keys: leaf@day+days=reached.
func (w Wait) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d@%d+%d=%t", w.Leaf, w.On, w.Days, w.Reached), nil
}

// UnmarshalText reads what MarshalText wrote.
func (w *Wait) UnmarshalText(b []byte) error {
	if _, err := fmt.Sscanf(string(b), "%d@%d+%d=%t", &w.Leaf, &w.On, &w.Days, &w.Reached); err != nil {
		return fmt.Errorf("%q is not a wait", b)
	}
	return nil
}

// Key is a customer graded A on the as-of day who has not signed since.
type Key struct {
	Leaf       crm.LeafNo
	Rep        crm.RepNo
	Since      crm.Date
	Last, Next crm.Date // contact; NoDate where there is none
}

// Grades folds customers.
type Grades struct {
	Ripe  fold.Cells[Ripe]
	Waits map[Wait]int64
	Keys  map[crm.CustomerNo]Key

	*env
}

func newGrades(e *env) *Grades {
	g := &Grades{env: e}
	g.ready()
	return g
}

func (g *Grades) ready() {
	if g.Ripe == nil {
		g.Ripe = fold.Cells[Ripe]{}
	}
	if g.Waits == nil {
		g.Waits = map[Wait]int64{}
	}
	if g.Keys == nil {
		g.Keys = map[crm.CustomerNo]Key{}
	}
}

// Merge adds the state of o.
func (g *Grades) Merge(o *Grades) {
	g.ready()
	g.Ripe.Merge(o.Ripe)
	for k, n := range o.Waits {
		g.Waits[k] += n
	}
	for k, v := range o.Keys {
		g.Keys[k] = v
	}
}

// Add folds one customer.
func (g *Grades) Add(c *Customer) {
	g.ready()
	asOf := g.book.AsOf
	if c.Row != nil && c.Row.CreatedOn.Known() && c.Row.CreatedOn <= asOf && c.Row.MergedInto == crm.NoCustomer {
		g.add(c, c.Row.CreatedOn, Ripe{Prospects: 1})
	}
	g.again(c)
	for i := range c.Grades {
		g.entry(c, i)
	}
	if n := len(c.Grades); n > 0 {
		g.standing(c, c.Grades[n-1])
	} else if g.stated && c.Row != nil {
		if now, _ := gradeOf(c.Row.Grade); now == gradeB && c.Row.MergedInto == crm.NoCustomer && c.Row.CreatedOn <= asOf {
			g.next(c)
		}
	}
	for _, d := range c.Deals {
		g.deal(c, d)
	}
}

// again counts the contracts of a customer who had signed on an earlier day, in
// the unit of each contract's rep on its sign date.
func (g *Grades) again(c *Customer) {
	first := crm.NoDate
	for i := range c.Contracts {
		k := &c.Contracts[i]
		switch {
		case k.Status == crm.ContractVoid || !k.SignDate.Known():
		case !first.Known():
			first = k.SignDate
		case k.SignDate > first:
			g.Ripe.Add(g.book.Org.Leaf(k.Rep, k.SignDate), k.SignDate, Ripe{Again: 1})
		}
	}
}

// add credits what happened on d to the owner of that day.
func (g *Grades) add(c *Customer, d crm.Date, r Ripe) {
	g.Ripe.Add(g.book.Org.Leaf(c.owner(d), d), d, r)
}

// entry folds the row of grades numbered i: the entry into a grade, and the end
// of the spell before it.
func (g *Grades) entry(c *Customer, i int) {
	now, was := c.Grades[i], graded{grade: gradeNone}
	if i > 0 {
		was = c.Grades[i-1]
	}
	if now.grade == was.grade && now.signed == was.signed {
		return
	}
	if was.grade <= gradeC {
		g.ended(c, was, now)
	}
	switch now.grade {
	case gradeA:
		g.becameA(c, now.on)
	case gradeC:
		g.wait(c, i)
	}
}

// ended counts the end of a spell in grade A, B or C. Another word than a grade
// is an end and neither lower nor higher, unless it says signed.
func (g *Grades) ended(c *Customer, was, now graded) {
	letter := now.grade <= gradeC
	if !letter && !now.signed {
		return
	}
	var r Ripe
	if was.grade < gradeC {
		r.Ended[was.grade]++
		r.Down[was.grade] += one(letter && now.grade > was.grade)
	}
	if was.grade > gradeA {
		r.Left[was.grade-1]++
		r.Rose[was.grade-1] += one(now.signed || now.grade < was.grade)
	}
	g.add(c, now.on, r)
}

// becameA judges a customer who became A on d: signed no later than the next
// working day where the owner sits.
func (g *Grades) becameA(c *Customer, d crm.Date) {
	org := g.book.Org
	leaf := org.Leaf(c.owner(d), d)
	due := nextWorkday(g.book.Calendar, org.Nodes[org.Leaves[leaf].Unit].Region, d)
	signed, r := c.signed(d, due), Ripe{BecameA: 1}
	if due <= g.book.AsOf {
		r.Due, r.Signed = 1, one(signed)
	} else {
		r.PendingSigned = one(signed)
	}
	g.Ripe.Add(leaf, d, r)
}

// nextWorkday is the first working day of a region after d. A calendar without
// one for a month is no calendar.
func nextWorkday(c *crm.Calendar, region string, d crm.Date) crm.Date {
	for n := d + 1; n <= d+31; n++ {
		if c.Workday(region, n) {
			return n
		}
	}
	return d + 1
}

// wait notes how long the customer took from the entry into grade C numbered i
// to grade A. Going back to C on the way starts no second wait.
func (g *Grades) wait(c *Customer, i int) {
	for k := i - 1; k >= 0 && c.Grades[k].grade != gradeA; k-- {
		if c.Grades[k].grade == gradeC {
			return
		}
	}
	on, end, reached := c.Grades[i].on, g.book.AsOf, false
	for _, r := range c.Grades[i+1:] {
		if r.grade == gradeA {
			end, reached = r.on, true
			break
		}
	}
	g.Waits[Wait{g.book.Org.Leaf(c.owner(on), on), on, int32(end - on), reached}]++
	g.add(c, on, Ripe{BecameC: 1})
}

// standing folds the grade that a customer has on the as-of day.
func (g *Grades) standing(c *Customer, now graded) {
	asOf := g.book.AsOf
	owner := c.owner(asOf)
	switch now.grade {
	case gradeA:
		k := Key{g.book.Org.Leaf(owner, asOf), owner, now.on, crm.NoDate, c.next(asOf)}
		for i := len(c.Grades) - 2; i >= 0 && c.Grades[i].grade == gradeA; i-- {
			k.Since = c.Grades[i].on
		}
		if v := c.lastVisit(asOf); v != nil {
			k.Last = v.At.Date()
		}
		if !c.signed(k.Since, asOf) {
			g.Keys[c.No] = k
		}
	case gradeB:
		g.next(c)
	}
}

// next counts a customer graded B on the as-of day.
func (g *Grades) next(c *Customer) {
	asOf := g.book.AsOf
	g.add(c, asOf, Ripe{B: 1, BNext: one(c.next(asOf) >= asOf)})
}

// deal counts the roles met for an open deal since it began, and whether a key
// person was met lately.
func (g *Grades) deal(c *Customer, d *crm.Deal) {
	asOf := g.book.AsOf
	var roles [crm.RoleNone + 1]bool
	maker := false
	for i := range c.Visits {
		v := &c.Visits[i]
		on := v.At.Date()
		if !on.Known() || on > asOf || v.Audit == crm.AuditFailed {
			continue
		}
		if !d.CreatedOn.Known() || on >= d.CreatedOn {
			roles[v.Met] = true
		}
		maker = maker || v.Met == crm.RoleKP && on > asOf-crm.Date(g.options.MakerDays)
	}
	n := one(roles[crm.RoleKP]) + one(roles[crm.RoleDriver]) + one(roles[crm.RoleOther])
	g.Ripe.Add(g.book.Org.Leaf(d.Rep, asOf), asOf, Ripe{Open: 1, Roles: n, Single: one(n < 2), Maker: one(maker)})
}

// foldGrades folds every customer of a run.
func foldGrades(e *env) *Grades {
	all := newBooks(e)
	accs := make([]*Grades, max(1, min(runtime.GOMAXPROCS(0), len(all.nos)/atOnce)))
	fold.Each(len(accs), func(k int) {
		accs[k] = newGrades(e)
		for c := range all.of(len(all.nos)*k/len(accs), len(all.nos)*(k+1)/len(accs)) {
			accs[k].Add(c)
		}
	})
	for _, g := range accs[1:] {
		accs[0].Merge(g)
	}
	return accs[0]
}

// waits are the waits that began in each slot, of those who are not there yet up
// to the as-of day.
func (g *Grades) waits(f *measure.Frame) map[measure.Slot][]measure.Ending {
	out := map[measure.Slot][]measure.Ending{}
	for w, n := range g.Waits {
		fate := measure.Censored
		if w.Reached {
			fate = 1
		}
		for _, p := range f.Close() {
			if !p.Contains(w.On) {
				continue
			}
			for _, scope := range g.book.Org.Path(w.Leaf) {
				if f.Org.Nodes[scope].Level != crm.RepLevel {
					s := measure.Slot{Scope: scope, Period: p}
					out[s] = append(out[s], measure.Ending{Days: float64(w.Days), Fate: fate, N: n})
				}
			}
		}
	}
	return out
}
