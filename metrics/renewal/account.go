package renewal

import (
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// desk is what judging a contract needs besides the contract.
type desk struct {
	book *crm.Book
	opts Options
	days []crm.Date // on which to measure retention, ascending
}

// newDesk returns the desk for the periods of f.
func newDesk(b *crm.Book, f *measure.Frame, o Options) *desk {
	d := &desk{book: b, opts: o}
	seen := map[crm.Date]bool{}
	for _, p := range f.Periods() {
		if t := closing(p, b.AsOf); !seen[t] {
			seen[t] = true
			d.days = append(d.days, t)
		}
	}
	sort.Slice(d.days, func(i, j int) bool { return d.days[i] < d.days[j] })
	return d
}

// grace is G of.
func (d *desk) grace() crm.Date { return crm.Date(d.opts.GraceDays) }

// owner is who owned the customer of c on a day: the ownership row in force,
// else the rep of the contract. The row that begins last wins; rows of
// the customer as it was then come before those of the one it was merged into.
func (d *desk) owner(c held, on crm.Date) crm.RepNo {
	for _, n := range []crm.CustomerNo{c.Customer, c.customer} {
		rows := d.book.Ownership
		first := sort.Search(len(rows), func(i int) bool { return rows[i].Customer >= n })
		rep := crm.NoRep
		for _, r := range rows[first:] {
			if r.Customer != n {
				break
			}
			if (!r.From.Known() || r.From <= on) && (!r.To.Known() || on <= r.To) {
				rep = r.Rep
			}
		}
		if rep != crm.NoRep {
			return rep
		}
	}
	return c.Rep
}

// leaf is where rep stood on a day, for days to come where rep stands now
// false without a rep.
func (d *desk) leaf(rep crm.RepNo, on crm.Date) (crm.LeafNo, bool) {
	if rep == crm.NoRep {
		return 0, false
	}
	return d.book.Org.Leaf(rep, min(on, d.book.AsOf)), true
}

// Account is one bundle of contracts, judged: the record of Acc.
type Account struct {
	Cases   []Case   // every contract with a fate, by id
	Returns []Return // reactivations, by contract id
	Lives   []Life   // recurring contracts, by id
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
}

// account judges every contract of g.
func (d *desk) account(g *bundle) *Account {
	links := d.match(g)
	vs := d.verdicts(g, links)
	preds := predecessors(vs)
	a := &Account{Lives: d.lives(g, vs, preds)}
	for i, v := range vs {
		if v.fate == "" {
			a.Undated++
			continue
		}
		c, ok := d.caseOf(g, i, v, preds)
		if !ok {
			a.Unowned++
			continue
		}
		a.Cases = append(a.Cases, c)
	}
	for _, i := range d.returns(g, links, vs) {
		c := g.contracts[i]
		if leaf, ok := d.leaf(d.owner(c, c.signed()), c.signed()); ok {
			a.Returns = append(a.Returns, Return{c.customer, c.signed(), leaf})
		}
	}
	return a
}

func (d *desk) caseOf(g *bundle, i int, v verdict, preds map[int][]int) (Case, bool) {
	c := g.contracts[i]
	day := c.End
	if !day.Known() {
		day = c.signed()
	}
	out := Case{Contract: c.Contract, Customer: c.customer, Day: day, Owner: d.owner(c, day), Fate: v.fate, How: v.how}
	if !day.Known() {
		return out, false
	}
	leaf, ok := d.leaf(out.Owner, day)
	if !ok {
		return out, false
	}
	out.Leaf = leaf
	if v.fate == Excluded {
		return out, true
	}
	out.Old, out.Unvalued = d.acvAt(c.Contract, c.Start)
	if out.Unvalued == "" {
		out.New, out.Unvalued = d.inherited(g, i, v, preds)
	}
	return out, true
}

// lives lists the recurring contracts of g with the days on which they run.
func (d *desk) lives(g *bundle, vs []verdict, preds map[int][]int) []Life {
	var out []Life
	for i, c := range g.contracts {
		evergreen := !c.End.Known() && c.Renewable == crm.Yes && c.Start.Known()
		if !evergreen && !expires(c.Contract) || c.Status == crm.ContractVoid {
			continue
		}
		l := Life{Contract: c, First: c.Start, Last: lastDay(c.Contract, d.book.AsOf)}
		for _, h := range vs[i].heirs {
			// The heir stands in for the old one: never both on one day.
			if s := g.contracts[h.new].Start; s.Known() && s-1 < l.Last {
				l.Last = s - 1
			}
		}
		var stops crm.Date = crm.NoDate
		for _, o := range preds[i] {
			stops = max(stops, g.contracts[o].End)
		}
		if stops.Known() && c.Start > stops && c.Start <= stops+1+d.grace() {
			l.First = stops + 1 // a renewal in grace leaves no hole
		}
		out = append(out, l)
	}
	return out
}
