package renewal

import (
	"sort"

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
func (d *desk) match(g *bundle) []link {
	links := append([]link{}, g.links...)
	taken, has := map[int]bool{}, map[int]bool{}
	for _, l := range links {
		taken[l.new], has[l.old] = true, true
	}
	shelves := g.byProduct()
	for _, o := range g.byEnd() {
		old := g.contracts[o]
		if has[o] || !expires(old.Contract) {
			continue
		}
		from, to := old.End-crm.Date(d.opts.MatchDays), old.End+d.grace()
		shelf := shelves[old.shelf()]
		first := sort.Search(len(shelf), func(i int) bool { return g.contracts[shelf[i]].signed() >= from })
		for _, n := range shelf[first:] {
			c := g.contracts[n]
			if c.signed() > to {
				break
			}
			if !taken[n] && n != o && d.takesOver(c, old) {
				taken[n] = true
				links = append(links, link{o, n, c.signed()})
				break
			}
		}
	}
	return links
}

// takesOver reports whether c starts about where old stops.
func (d *desk) takesOver(c, old held) bool {
	last := lastDay(old.Contract, d.book.AsOf)
	return c.Start > old.Start && c.Start >= last-d.grace() && (!c.End.Known() || c.End > last)
}

// shelf is what must be equal of a contract and its unstated successor.
type shelf struct {
	customer crm.CustomerNo
	product  string
}

func (h held) shelf() shelf { return shelf{h.customer, h.Product} }

// byProduct lists the contracts that can be somebody's unstated successor, by
// day of signing, then id.
func (g *bundle) byProduct() map[shelf][]int {
	out := map[shelf][]int{}
	for i, c := range g.contracts {
		if c.Start.Known() && c.Type != crm.Expansion && c.Renewable != crm.No && c.Status != crm.ContractVoid {
			out[c.shelf()] = append(out[c.shelf()], i)
		}
	}
	for _, is := range out {
		sort.SliceStable(is, func(x, y int) bool { return g.contracts[is[x]].signed() < g.contracts[is[y]].signed() })
	}
	return out
}

// byEnd lists the contracts by end, then id.
func (g *bundle) byEnd() []int {
	out := make([]int, len(g.contracts))
	for i := range out {
		out[i] = i
	}
	sort.SliceStable(out, func(x, y int) bool { return g.contracts[out[x]].End < g.contracts[out[y]].End })
	return out
}
