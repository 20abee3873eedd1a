package renewal

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
)

// lastDay is the last day of service of c as its own row tells it, successors
// aside; a status dated after asOf has not happened yet.
func lastDay(c *crm.Contract, asOf crm.Date) crm.Date {
	if !c.StatusDate.Known() || c.StatusDate > asOf {
		return c.End
	}
	end := c.End
	switch c.Status {
	case crm.Terminated:
		end = c.StatusDate
	case crm.Superseded:
		end = c.StatusDate - 1
	}
	if c.End.Known() && c.End < end {
		return c.End
	}
	return end
}

// happened reports whether c has the status by asOf.
func happened(c *crm.Contract, s crm.ContractStatus, asOf crm.Date) bool {
	return c.Status == s && (!c.StatusDate.Known() || c.StatusDate <= asOf)
}

// expires reports whether c can fall due at all: dated, renewable (a blank
// counts as renewable where the end is known), not void.
func expires(c *crm.Contract) bool {
	return c.Start.Known() && c.End.Known() && c.Renewable != crm.No && c.Status != crm.ContractVoid
}

// match adds the successions that the export does not state: the same
// customer and product, signed within [end − MatchDays, end + G], in force from
// about where the old one stops (no earlier than G days before, later than the
// old start, and lasting longer), so that a second contract bought beside a
// running one is not taken for its renewal. The type does not decide, as many
// exports call every contract new; only an expansion, a one-off and a void
// contract are no renewal. A contract succeeds one other at most, the one that
// ends first (then by id), and the earliest signed (then by id) is taken.
func (k *clerk) match(g *bundle) {
	k.links = append(k.links[:0], g.links...)
	if len(g.contracts) == 1 {
		return
	}
	taken, has := k.marks(len(g.contracts))
	for _, l := range k.links {
		taken[l.new], has[l.old] = true, true
	}
	for _, o := range k.ends {
		old := &g.contracts[o]
		if has[o] || !expires(old.Contract) {
			continue
		}
		to := old.End + k.grace()
		for _, n := range k.signedFrom(g, old, old.End-crm.Date(k.opts.MatchDays)) {
			c := &g.contracts[n]
			if !c.beside(old) || c.signed() > to {
				break
			}
			if !taken[n] && n != o && k.takesOver(c, old) {
				taken[n] = true
				k.links = append(k.links, link{o, n, c.signed()})
				break
			}
		}
	}
}

// marks is two rows of n marks, none set.
func (k *clerk) marks(n int) (a, b []bool) {
	for i := range k.flags {
		k.flags[i] = blank(k.flags[i], n)
	}
	return k.flags[0], k.flags[1]
}

// takesOver reports whether c starts about where old stops.
func (d *desk) takesOver(c, old *held) bool {
	last := lastDay(old.Contract, d.book.AsOf)
	return c.Start > old.Start && c.Start >= last-d.grace() && (!c.End.Known() || c.End > last)
}

// shelve sorts the contracts of g: all by end, then id; and those that can be
// somebody's unstated successor by shelf, day of signing, then id. What must be
// equal of a contract and its unstated successor, customer and product, is a
// shelf.
func (k *clerk) shelve(g *bundle) {
	k.ends, k.shelves = k.ends[:0], k.shelves[:0]
	for i := range g.contracts {
		k.ends = append(k.ends, i)
		c := &g.contracts[i]
		if c.Start.Known() && c.Type != crm.Expansion && c.Renewable != crm.No && c.Status != crm.ContractVoid {
			k.shelves = append(k.shelves, i)
		}
	}
	slices.SortFunc(k.ends, func(x, y int) int {
		return cmp.Or(cmp.Compare(g.contracts[x].End, g.contracts[y].End), cmp.Compare(x, y))
	})
	slices.SortFunc(k.shelves, func(x, y int) int {
		a, b := &g.contracts[x], &g.contracts[y]
		return cmp.Or(onShelf(a, b, b.signed()), cmp.Compare(x, y))
	})
}

// onShelf compares c with what stands on the shelf of h and was signed on a day.
func onShelf(c, h *held, day crm.Date) int {
	return cmp.Or(cmp.Compare(c.customer, h.customer), cmp.Compare(c.Product, h.Product), cmp.Compare(c.signed(), day))
}

// signedFrom lists what stands on the shelf of h, and on those behind it, from
// the first that was signed on a day or later.
func (k *clerk) signedFrom(g *bundle, h *held, day crm.Date) []int {
	from, _ := slices.BinarySearchFunc(k.shelves, day, func(n int, day crm.Date) int { return onShelf(&g.contracts[n], h, day) })
	return k.shelves[from:]
}

// beside reports whether c and h stand on one shelf.
func (c *held) beside(h *held) bool { return onShelf(c, h, c.signed()) == 0 }
