package renewal

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
)

// desk is what judging contracts and folding them needs besides the contracts.
type desk struct {
	book *crm.Book
	opts Options
	axes
	watches bool // the early warning is wanted
}

// grace is G of.
func (d *desk) grace() crm.Date { return crm.Date(d.opts.GraceDays) }

// leaf is where rep stood on a day, for days to come where rep stands now
// false without a rep.
func (d *desk) leaf(rep crm.RepNo, on crm.Date) (crm.LeafNo, bool) {
	if rep == crm.NoRep {
		return 0, false
	}
	return d.book.Org.Leaf(rep, min(on, d.book.AsOf)), true
}

// owners finds who owned a customer. It remembers the rows of the customer that
// was asked for last.
type owners struct {
	customer crm.CustomerNo
	rows     []crm.Ownership
	asked    bool
}

// of is who owned the customer of c on a day: the ownership row in force, else
// the rep of the contract. The row that begins last wins; rows of the
// customer as it was then come before those of the one it was merged into.
func (o *owners) of(b *crm.Book, c held, on crm.Date) crm.RepNo {
	if rep := o.owner(b, c.Customer, on); rep != crm.NoRep {
		return rep
	}
	if c.customer != c.Customer {
		if rep := o.owner(b, c.customer, on); rep != crm.NoRep {
			return rep
		}
	}
	return c.Rep
}

func (o *owners) owner(b *crm.Book, n crm.CustomerNo, on crm.Date) crm.RepNo {
	if !o.asked || o.customer != n {
		*o = owners{n, ownershipOf(b.Ownership, n), true}
	}
	rep := crm.NoRep
	for i := range o.rows {
		r := &o.rows[i]
		if (!r.From.Known() || r.From <= on) && (!r.To.Known() || on <= r.To) {
			rep = r.Rep
		}
	}
	return rep
}

// Account is one bundle of contracts, judged: the record of Acc.
type Account struct {
	Cases   []Case   // every contract with a fate, by customer, day, leaf
	Returns []Return // reactivations, by customer, day, leaf
	Lives   []Life   // recurring contracts, by customer, then id
	Undated int64    // contracts that have no start or end to judge by
	Unowned int64    // contracts without anybody to credit
}

// Case is the fate of one contract.
type Case struct {
	Contract *crm.Contract
	Customer crm.CustomerNo
	Day      crm.Date // the end; for excluded contracts without one the start or the signing
	Leaf     crm.LeafNo
	Owner    crm.RepNo
	Fate     Fate
	How      How
	Old      Part   // ACV in the report currency at the rate of the start
	New      Sum    // ACV of the heirs at the same rate
	Unvalued string // why Old or New are not known, else ""
}

// Return is a reactivation, in the period of its signing.
type Return struct {
	Customer crm.CustomerNo
	Day      crm.Date
	Leaf     crm.LeafNo
}

// Life is a recurring contract in force from First to Last.
type Life struct {
	Contract    held
	First, Last crm.Date // Last NoDate: no end in sight
	Same        bool     // in the report currency: ACV is the same every day
	ACV         Part     // where Same; zero where it is not known
}

// clerk judges bundles, one after the other. There are as many bundles as
// customers: what it works with is used again, and an account holds until the
// next one.
type clerk struct {
	*desk
	bundle  bundle
	owners  owners
	account Account

	links    []link    // stated and found
	verdicts []verdict // by contract
	heirs    []link    // of all verdicts
	olds     olds
	shelves  []int // see shelve
	ends     []int
	flags    [2][]bool
	back     []bool // reactivations
}

// judge judges every contract of the bundle in spans.
func (k *clerk) judge(a *archive, spans ...span) *Account {
	g := &k.bundle
	a.fill(g, spans...)
	k.shelve(g)
	k.match(g)
	k.decide(g)
	k.olds.of(k.verdicts)
	out := &k.account
	*out = Account{Cases: out.Cases[:0], Returns: out.Returns[:0], Lives: out.Lives[:0]}
	for i := range k.verdicts {
		switch c, ok := k.caseOf(g, i); {
		case k.verdicts[i].fate == "":
			out.Undated++
		case !ok:
			out.Unowned++
		default:
			out.Cases = append(out.Cases, c)
		}
	}
	k.returns(g)
	k.lives(g)
	out.sort()
	return out
}

// sort puts what belongs to one customer together.
func (a *Account) sort() {
	slices.SortFunc(a.Cases, func(x, y Case) int {
		return cmp.Or(cmp.Compare(x.Customer, y.Customer), cmp.Compare(x.Day, y.Day), cmp.Compare(x.Leaf, y.Leaf))
	})
	slices.SortFunc(a.Returns, func(x, y Return) int {
		return cmp.Or(cmp.Compare(x.Customer, y.Customer), cmp.Compare(x.Day, y.Day), cmp.Compare(x.Leaf, y.Leaf))
	})
	slices.SortStableFunc(a.Lives, func(x, y Life) int { return cmp.Compare(x.Contract.customer, y.Contract.customer) })
}

// caseOf is the case of contract i; false without anybody to credit.
func (k *clerk) caseOf(g *bundle, i int) (Case, bool) {
	c, v := &g.contracts[i], &k.verdicts[i]
	if v.fate == "" {
		return Case{}, false
	}
	day := c.End
	if !day.Known() {
		day = c.signed()
	}
	out := Case{Contract: c.Contract, Customer: c.customer, Day: day, Owner: k.owners.of(k.book, *c, day), Fate: v.fate, How: v.how}
	if !day.Known() {
		return out, false
	}
	leaf, ok := k.leaf(out.Owner, day)
	if !ok {
		return out, false
	}
	out.Leaf = leaf
	if v.fate == Excluded {
		return out, true
	}
	out.Old, out.Unvalued = k.acvAt(c.Contract, c.Start)
	if out.Unvalued == "" {
		out.New, out.Unvalued = k.inherited(g, i)
	}
	return out, true
}

// returns adds the reactivations among the contracts of g.
func (k *clerk) returns(g *bundle) {
	for i, back := range k.returned(g) {
		if !back {
			continue
		}
		c := g.contracts[i]
		if leaf, ok := k.leaf(k.owners.of(k.book, c, c.signed()), c.signed()); ok {
			k.account.Returns = append(k.account.Returns, Return{c.customer, c.signed(), leaf})
		}
	}
}

// lives adds the recurring contracts of g with the days on which they run.
func (k *clerk) lives(g *bundle) {
	for i, c := range g.contracts {
		evergreen := !c.End.Known() && c.Renewable == crm.Yes && c.Start.Known()
		if !evergreen && !expires(c.Contract) || c.Status == crm.ContractVoid {
			continue
		}
		l := Life{Contract: c, First: c.Start, Last: lastDay(c.Contract, k.book.AsOf)}
		for _, h := range k.verdicts[i].heirs {
			// The heir stands in for the old one: never both on one day.
			if s := g.contracts[h.new].Start; s.Known() && s-1 < l.Last {
				l.Last = s - 1
			}
		}
		var stops crm.Date = crm.NoDate
		for _, o := range k.olds.before(i) {
			stops = max(stops, g.contracts[o].End)
		}
		if stops.Known() && c.Start > stops && c.Start <= stops+1+k.grace() {
			l.First = stops + 1 // a renewal in grace leaves no hole
		}
		if l.Same = c.Amount.Currency == k.book.Currency; l.Same {
			l.ACV, _ = k.acvAt(c.Contract, l.First)
		}
		k.account.Lives = append(k.account.Lives, l)
	}
}

// olds lists, for each contract that renews or supersedes several, the
// contracts it does so for, by id.
type olds struct {
	from []int // by contract: where its list begins; the next one's is where it ends
	list []int
}

// before is the list of contract n.
func (p *olds) before(n int) []int {
	if len(p.list) == 0 {
		return nil
	}
	return p.list[p.from[n]:p.from[n+1]]
}

// of makes p the lists of vs.
func (p *olds) of(vs []verdict) {
	p.from = blank(p.from, len(vs)+2)
	heirs := 0
	for _, v := range vs {
		for _, l := range v.heirs {
			p.from[l.new+2]++
			heirs++
		}
	}
	for n := 2; n < len(p.from); n++ {
		p.from[n] += p.from[n-1]
	}
	p.list = blank(p.list, heirs)
	for o, v := range vs {
		for _, l := range v.heirs {
			p.list[p.from[l.new+1]] = o
			p.from[l.new+1]++
		}
	}
}

// blank is s with room for n zeros.
func blank[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}
