package renewal

import (
	"cmp"
	"slices"

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

// decide judges every contract of g.
func (k *clerk) decide(g *bundle) {
	slices.SortFunc(k.links, func(a, b link) int {
		return cmp.Or(cmp.Compare(a.old, b.old), cmp.Compare(a.sign, b.sign), cmp.Compare(a.new, b.new))
	})
	k.verdicts, k.heirs = k.verdicts[:0], k.heirs[:0]
	rest := k.links
	for i := range g.contracts {
		n := 0
		for n < len(rest) && rest[n].old == i {
			n++
		}
		k.verdicts = append(k.verdicts, k.verdict(g, i, rest[:n]))
		rest = rest[n:]
	}
}

// verdict decides the fate of contract i on the as-of day (R-4.2 to,
// links are those to its successors.
func (k *clerk) verdict(g *bundle, i int, links []link) verdict {
	c := g.contracts[i].Contract
	switch {
	case c.Status == crm.ContractVoid:
		return verdict{Excluded, IsVoid, nil}
	case c.Renewable == crm.No:
		return verdict{Excluded, IsNotRenewable, nil}
	case !c.Start.Known() || !c.End.Known():
		return verdict{}
	}
	if heirs := k.succeeding(g, c, links, false); len(heirs) > 0 { // wins over an earlier notice or termination
		return verdict{Renewed, signedHow(heirs[0].sign, c.End), heirs}
	}
	if heirs := k.succeeding(g, c, links, true); len(heirs) > 0 {
		return verdict{Excluded, IsSuperseded, heirs}
	}
	switch asOf := k.book.AsOf; {
	case happened(c, crm.Superseded, asOf):
		return verdict{Excluded, IsSuperseded, nil}
	case happened(c, crm.Notice, asOf):
		return verdict{Churned, ByNotice, nil}
	case happened(c, crm.Terminated, asOf):
		return verdict{Churned, ByTerminate, nil}
	case asOf <= c.End+k.grace():
		return verdict{Pending, "", nil}
	}
	return verdict{Churned, ByExpiry, nil}
}

// succeeding are the links to those successors of c, signed by the end of its
// grace, that replace it while it runs, or to those that take over at its end.
func (k *clerk) succeeding(g *bundle, c *crm.Contract, links []link, midTerm bool) []link {
	from := len(k.heirs)
	for _, l := range links {
		if l.sign > c.End+k.grace() {
			continue // too late: a reactivation
		}
		// more than G days before the old end replaces the contract
		// while it runs. An heir whose start is not known takes over at the end.
		s := g.contracts[l.new].Start
		if midTerm == (s.Known() && s < c.End-k.grace()) {
			k.heirs = append(k.heirs, l)
		}
	}
	return k.heirs[from:len(k.heirs):len(k.heirs)]
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

// returned marks the contracts that are reactivations: signed after the
// grace of a churned contract, as its stated successor or, unstated, for the
// same customer and product; and not the renewal of anything. Each counts once.
func (k *clerk) returned(g *bundle) []bool {
	used, stated := k.marks(len(g.contracts))
	k.back = blank(k.back, len(g.contracts))
	for _, l := range k.heirs {
		used[l.new] = true
	}
	for _, l := range k.links {
		if k.verdicts[l.old].fate != Churned {
			continue
		}
		stated[l.old] = true
		if !used[l.new] {
			used[l.new], k.back[l.new] = true, true
		}
	}
	for _, o := range k.ends {
		if k.verdicts[o].fate != Churned || stated[o] {
			continue
		}
		old := &g.contracts[o]
		for _, n := range k.signedFrom(g, old, old.End+k.grace()+1) {
			if !g.contracts[n].beside(old) {
				break
			}
			if !used[n] && n != o { // written down late, a contract is not its own return
				used[n], k.back[n] = true, true
				break
			}
		}
	}
	return k.back
}
