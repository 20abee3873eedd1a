package renewal

import (
	"sort"

	"crmreport/ingest/crm"
)

// Fate is what became of a contract on its expiry.
type Fate string

// The fates. A contract without one is outside the family (no dates).
const (
	Renewed  Fate = "renewed"
	Pending  Fate = "pending"
	Churned  Fate = "churned"
	Excluded Fate = "excluded"
)

// How says more of a fate: how renewed, why churned, why excluded.
type How string

// The words of How.
const (
	Early   How = "early"    // signed in a calendar month before the expiry
	OnTime  How = "on_time"  // signed in the month of expiry, by the end
	InGrace How = "in_grace" // signed after the end, by end + G

	ByNotice    How = "notice"
	ByTerminate How = "terminated" // churned early
	ByExpiry    How = "expired"    // end + G passed in silence

	IsVoid         How = "void"
	IsNotRenewable How = "not_renewable"
	IsSuperseded   How = "superseded"
)

// verdict is the fate of one contract and, where it is renewed or superseded,
// the links to the contracts that took its place.
type verdict struct {
	fate  Fate
	how   How
	heirs []link // by sign date, then id
}

// verdicts judges every contract of g.
func (d *desk) verdicts(g *bundle, links []link) []verdict {
	of := make([][]link, len(g.contracts))
	for _, l := range links {
		of[l.old] = append(of[l.old], l)
	}
	out := make([]verdict, len(g.contracts))
	for i, c := range g.contracts {
		sort.Slice(of[i], func(x, y int) bool {
			a, b := of[i][x], of[i][y]
			if a.sign != b.sign {
				return a.sign < b.sign
			}
			return a.new < b.new
		})
		out[i] = d.judge(g, c.Contract, of[i])
	}
	return out
}

// judge decides the fate of c on the as-of day.
func (d *desk) judge(g *bundle, c *crm.Contract, links []link) verdict {
	switch {
	case c.Status == crm.ContractVoid:
		return verdict{Excluded, IsVoid, nil}
	case c.Renewable == crm.No:
		return verdict{Excluded, IsNotRenewable, nil}
	case !c.Start.Known() || !c.End.Known():
		return verdict{}
	}
	var atEnd, midTerm []link
	for _, l := range links {
		if l.sign > c.End+d.grace() {
			continue // too late: a reactivation
		}
		// more than G days before the old end replaces the contract
		// while it runs. An heir whose start is not known takes over at the end.
		if s := g.contracts[l.new].Start; s.Known() && s < c.End-d.grace() {
			midTerm = append(midTerm, l)
		} else {
			atEnd = append(atEnd, l)
		}
	}
	switch asOf := d.book.AsOf; {
	case len(atEnd) > 0: // wins over an earlier notice or termination
		return verdict{Renewed, signedHow(atEnd[0].sign, c.End), atEnd}
	case len(midTerm) > 0:
		return verdict{Excluded, IsSuperseded, midTerm}
	case happened(c, crm.Superseded, asOf):
		return verdict{Excluded, IsSuperseded, nil}
	case happened(c, crm.Notice, asOf):
		return verdict{Churned, ByNotice, nil}
	case happened(c, crm.Terminated, asOf):
		return verdict{Churned, ByTerminate, nil}
	case asOf <= c.End+d.grace():
		return verdict{Pending, "", nil}
	}
	return verdict{Churned, ByExpiry, nil}
}

// signedHow tells an early renewal from one on time and one in grace.
func signedHow(sign, end crm.Date) How {
	y, m, _ := end.Civil()
	switch {
	case sign < crm.DateOf(y, m, 1):
		return Early
	case sign <= end:
		return OnTime
	}
	return InGrace
}

// returns lists the contracts that are reactivations: signed after the
// grace of a churned contract, as its stated successor or, unstated, for the
// same customer and product; and not the renewal of anything. Each counts once.
func (d *desk) returns(g *bundle, links []link, vs []verdict) []int {
	used := map[int]bool{}
	stated := map[int]bool{}
	for _, v := range vs {
		for _, l := range v.heirs {
			used[l.new] = true
		}
	}
	var out []int
	take := func(n int) {
		used[n] = true
		out = append(out, n)
	}
	for _, l := range links {
		if vs[l.old].fate != Churned {
			continue
		}
		stated[l.old] = true
		if !used[l.new] {
			take(l.new)
		}
	}
	shelves := g.byProduct()
	for _, o := range g.byEnd() {
		old := g.contracts[o]
		if vs[o].fate != Churned || stated[o] {
			continue
		}
		shelf := shelves[old.shelf()]
		late := old.End + d.grace()
		first := sort.Search(len(shelf), func(i int) bool { return g.contracts[shelf[i]].signed() > late })
		for _, n := range shelf[first:] {
			if !used[n] {
				take(n)
				break
			}
		}
	}
	sort.Ints(out)
	return out
}
