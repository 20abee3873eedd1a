package renewal

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
)

// held is a contract and the customer it belongs to after merges.
type held struct {
	*crm.Contract
	customer crm.CustomerNo
	at       int // in Book.Contracts
}

// signed is the day of signing; where the export has none, the start.
func (h held) signed() crm.Date { return signedOn(h.Contract) }

func signedOn(c *crm.Contract) crm.Date {
	if c.SignDate.Known() {
		return c.SignDate
	}
	return c.Start
}

// link says that contract new succeeds contract old, signed on sign. Both are
// numbers within a bundle, or within the book before it is cut up.
type link struct {
	old, new int
	sign     crm.Date
}

// bundle is every contract of customers that belong together: merged into one,
// or joined by a succession. No contract outside can succeed one inside.
type bundle struct {
	contracts []held // by id
	links     []link // as the export states them, in no order
}

// span is the contracts [lo, hi) of a book: all that one customer has.
type span struct{ lo, hi int }

// archive is the contracts of a book, cut into bundles. Contracts without a
// customer belong nowhere.
type archive struct {
	book    *crm.Book
	masters mergers
	bundles []span   // the contracts of a customer who belongs with nobody else
	joined  [][]span // those of customers who belong together
	links   []link   // as the export states them, by old
	orphans int64
}

func newArchive(b *crm.Book) *archive {
	a := &archive{book: b, masters: masters(b)}
	a.links = stated(b)
	slices.SortFunc(a.links, func(x, y link) int { return cmp.Compare(x.old, y.old) })
	sets := a.sets()
	place := map[crm.CustomerNo]int{}
	for lo := 0; lo < len(b.Contracts); {
		customer, hi := b.Contracts[lo].Customer, lo+1
		for hi < len(b.Contracts) && b.Contracts[hi].Customer == customer {
			hi++
		}
		root, together := sets.root(a.masters.of(customer))
		switch {
		case customer == crm.NoCustomer:
			a.orphans += int64(hi - lo)
		case !together:
			a.bundles = append(a.bundles, span{lo, hi})
		default:
			n, seen := place[root]
			if !seen {
				n = len(a.joined)
				place[root] = n
				a.joined = append(a.joined, nil)
			}
			a.joined[n] = append(a.joined[n], span{lo, hi})
		}
		lo = hi
	}
	return a
}

// sets joins the customers that were merged or succeed each other.
func (a *archive) sets() unions {
	u := unions{}
	for n := range a.masters {
		u.join(a.masters.of(n), a.masters.of(n))
	}
	for _, l := range a.links {
		x, y := a.book.Contracts[l.old].Customer, a.book.Contracts[l.new].Customer
		if x != y {
			u.join(a.masters.of(x), a.masters.of(y))
		}
	}
	return u
}

// fill makes g the bundle of the contracts in spans.
func (a *archive) fill(g *bundle, spans ...span) {
	g.contracts, g.links = g.contracts[:0], g.links[:0]
	for _, s := range spans {
		for i := s.lo; i < s.hi; i++ {
			c := &a.book.Contracts[i]
			g.contracts = append(g.contracts, held{c, a.masters.of(c.Customer), i})
		}
	}
	slices.SortFunc(g.contracts, byID)
	for _, s := range spans {
		from, _ := slices.BinarySearchFunc(a.links, s.lo, func(l link, at int) int { return cmp.Compare(l.old, at) })
		for _, l := range a.links[from:] {
			if l.old >= s.hi {
				break
			}
			g.links = append(g.links, link{a.place(g, l.old), a.place(g, l.new), l.sign})
		}
	}
}

func byID(x, y held) int { return cmp.Or(cmp.Compare(x.ID, y.ID), cmp.Compare(x.at, y.at)) }

// place is the number within g of contract at of the book.
func (a *archive) place(g *bundle, at int) int {
	n, _ := slices.BinarySearchFunc(g.contracts, held{Contract: &a.book.Contracts[at], at: at}, byID)
	return n
}

// stated lists the successions that the export states, as numbers of contracts
// in b: the successions table, and contracts.predecessor_id where the table does
// not know the new contract.
func stated(b *crm.Book) []link {
	var out []link
	at := numbers(b)
	named, seen := map[int]bool{}, map[[2]int]bool{}
	for _, s := range b.Successions {
		o, n := at[s.Old], at[s.New]
		if o == unknown || n == unknown || o == n {
			continue
		}
		named[n] = true
		if l, ok := succession(b, o, n, s.SignDate); ok && !seen[[2]int{o, n}] {
			seen[[2]int{o, n}] = true
			out = append(out, l)
		}
	}
	for n := range b.Contracts {
		id := b.Contracts[n].Predecessor
		if id == "" || named[n] {
			continue
		}
		o := before(b, n)
		if o == unknown {
			o = at[id]
		}
		if o == unknown || o == n {
			continue
		}
		if l, ok := succession(b, o, n, crm.NoDate); ok {
			out = append(out, l)
		}
	}
	return out
}

// succession links contracts o and n, unless one of them has no customer or n
// is not signed yet. Void contracts neither succeed nor are succeeded.
func succession(b *crm.Book, o, n int, sign crm.Date) (link, bool) {
	older, newer := &b.Contracts[o], &b.Contracts[n]
	if !sign.Known() {
		sign = signedOn(newer)
	}
	for _, c := range []*crm.Contract{older, newer} {
		if c.Customer == crm.NoCustomer || c.Status == crm.ContractVoid {
			return link{}, false
		}
	}
	return link{o, n, sign}, sign <= b.AsOf
}

// unknown is the number of a contract that is not there.
const unknown = -1

// numbers finds the contracts that are named by a succession, or as predecessor
// of one that they do not stand right before. An index of all would cost more
// than everything that is done with it.
func numbers(b *crm.Book) map[crm.ContractID]int {
	at := map[crm.ContractID]int{}
	for _, s := range b.Successions {
		at[s.Old], at[s.New] = unknown, unknown
	}
	for n := range b.Contracts {
		if id := b.Contracts[n].Predecessor; id != "" && before(b, n) == unknown {
			at[id] = unknown
		}
	}
	if len(at) == 0 {
		return at
	}
	for n := range b.Contracts {
		if _, asked := at[b.Contracts[n].ID]; asked {
			at[b.Contracts[n].ID] = n
		}
	}
	return at
}

// before is the number of the predecessor that contract n names, where it is
// among the last few that the customer signed before.
func before(b *crm.Book, n int) int {
	const few = 4
	c := &b.Contracts[n]
	for o := n - 1; o >= max(0, n-few) && b.Contracts[o].Customer == c.Customer; o-- {
		if b.Contracts[o].ID == c.Predecessor {
			return o
		}
	}
	return unknown
}

// mergers knows who was merged into whom.
type mergers map[crm.CustomerNo]crm.CustomerNo

func masters(b *crm.Book) mergers {
	m := mergers{}
	for i := range b.CustomerRows {
		if c := &b.CustomerRows[i]; c.MergedInto != crm.NoCustomer && c.MergedInto != c.No {
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

// unions are disjoint sets of customers, with a member for every customer who
// was ever joined.
type unions map[crm.CustomerNo]crm.CustomerNo

// root is the customer who stands for the set of n, and whether n is a member
// of any.
func (u unions) root(n crm.CustomerNo) (crm.CustomerNo, bool) {
	p, member := u[n]
	for member && p != n {
		n, p = p, u[p]
	}
	return n, member
}

func (u unions) join(a, b crm.CustomerNo) {
	x, xs := u.root(a)
	y, ys := u.root(b)
	if !xs {
		u[x] = x
	}
	if !ys {
		u[y] = y
	}
	if x != y {
		u[max(x, y)] = min(x, y)
	}
}
