package renewal

import (
	"sort"

	"crmreport/ingest/crm"
)

// held is a contract and the customer it belongs to after merges.
type held struct {
	*crm.Contract
	customer crm.CustomerNo
}

// signed is the day of signing; where the export has none, the start.
func (h held) signed() crm.Date {
	if h.SignDate.Known() {
		return h.SignDate
	}
	return h.Start
}

// link says that contract new of a bundle succeeds contract old, signed on sign.
type link struct {
	old, new int
	sign     crm.Date
}

// bundle is every contract of customers that belong together: merged into one,
// or joined by a succession. No contract outside can succeed one inside.
type bundle struct {
	contracts []held // by id
	links     []link // as the export states them
}

// bundles splits the contracts of b, in the order of their first customers.
// Contracts without a customer belong nowhere; orphans counts them.
func bundles(b *crm.Book) (out []*bundle, orphans int64) {
	master := masters(b)
	index := make(map[crm.ContractID]int, len(b.Contracts))
	for i := range b.Contracts {
		index[b.Contracts[i].ID] = i
	}
	links := stated(b, index)
	sets := unions{}
	for _, l := range links {
		sets.join(master.of(b.Contracts[l.old].Customer), master.of(b.Contracts[l.new].Customer))
	}
	at := map[crm.CustomerNo]*bundle{}
	order := make([]int, len(b.Contracts))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return b.Contracts[order[i]].ID < b.Contracts[order[j]].ID })
	place := make([]int, len(b.Contracts))
	for _, i := range order {
		c := &b.Contracts[i]
		customer := master.of(c.Customer)
		if customer == crm.NoCustomer {
			orphans++
			continue
		}
		root := sets.root(customer)
		if at[root] == nil {
			at[root] = &bundle{}
			out = append(out, at[root])
		}
		place[i] = len(at[root].contracts)
		at[root].contracts = append(at[root].contracts, held{c, customer})
	}
	for _, l := range links {
		if customer := master.of(b.Contracts[l.old].Customer); customer != crm.NoCustomer {
			g := at[sets.root(customer)]
			g.links = append(g.links, link{place[l.old], place[l.new], l.sign})
		}
	}
	return out, orphans
}

// stated lists the successions that the export states, old and new as indices
// of b.Contracts: the successions table, and contracts.predecessor_id where the
// table does not know the new contract. Void contracts neither succeed nor are
// succeeded.
func stated(b *crm.Book, index map[crm.ContractID]int) []link {
	var out []link
	seen := map[[2]int]bool{}
	add := func(oldID, newID crm.ContractID, sign crm.Date) bool {
		o, ok := index[oldID]
		n, also := index[newID]
		if !ok || !also || o == n {
			return false
		}
		c := &b.Contracts[n]
		if !sign.Known() {
			sign = held{Contract: c}.signed()
		}
		orphan := c.Customer == crm.NoCustomer || b.Contracts[o].Customer == crm.NoCustomer
		if orphan || c.Status == crm.ContractVoid || b.Contracts[o].Status == crm.ContractVoid || sign > b.AsOf || seen[[2]int{o, n}] {
			return true
		}
		seen[[2]int{o, n}] = true
		out = append(out, link{o, n, sign})
		return true
	}
	named := map[crm.ContractID]bool{}
	for _, s := range b.Successions {
		if add(s.Old, s.New, s.SignDate) {
			named[s.New] = true
		}
	}
	for _, c := range b.Contracts {
		if c.Predecessor != "" && !named[c.ID] {
			add(c.Predecessor, c.ID, crm.NoDate)
		}
	}
	return out
}

// mergers knows who was merged into whom.
type mergers map[crm.CustomerNo]crm.CustomerNo

func masters(b *crm.Book) mergers {
	m := mergers{}
	for _, c := range b.CustomerRows {
		if c.MergedInto != crm.NoCustomer && c.MergedInto != c.No {
			m[c.No] = c.MergedInto
		}
	}
	return m
}

// of is the customer that n was merged into in the end. Customers merged in a
// circle are all the one with the smallest number.
func (m mergers) of(n crm.CustomerNo) crm.CustomerNo {
	var seen map[crm.CustomerNo]bool
	for {
		next, merged := m[n]
		if !merged {
			return n
		}
		if seen[n] {
			break
		}
		if seen == nil {
			seen = map[crm.CustomerNo]bool{}
		}
		seen[n] = true
		n = next
	}
	least := n
	for k := m[n]; k != n; k = m[k] {
		least = min(least, k)
	}
	return least
}

// unions are disjoint sets of customers; the zero set of a customer is itself.
type unions map[crm.CustomerNo]crm.CustomerNo

func (u unions) root(n crm.CustomerNo) crm.CustomerNo {
	for {
		p, ok := u[n]
		if !ok {
			return n
		}
		n = p
	}
}

func (u unions) join(a, b crm.CustomerNo) {
	a, b = u.root(a), u.root(b)
	if a != b {
		u[max(a, b)] = min(a, b)
	}
}
