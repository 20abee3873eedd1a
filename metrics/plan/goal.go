// Package plan is what the families share about plans: the targets from above
// by scope and period, whom an id of a plan stands for, and the working days
// that a plan is spread over. It computes no metric.
package plan

import "crmreport/ingest/crm"

// The measures of targets that speak of visits and customers; those of money
// are the forecast's.
const (
	Visits       = "visits"
	ValidVisits  = "valid_visits"
	NewCustomers = "new_customers"
	Signings     = "signings" // another word for NewCustomers
)

// Goal is the target of a scope in one period.
type Goal struct {
	Value     crm.Decimal
	Uncovered int64 // sellers below whom a sum of children leaves out
}

// Targets are the rows of targets by period and measure.
type Targets struct {
	book *crm.Book
	rows map[key][]int32 // places in the table, in its order
}

type key struct {
	kind    crm.PeriodKind
	start   crm.Date
	measure string
}

func keyOf(p crm.Period, measure string) key { return key{p.Kind, p.Start, measure} }

// ReadTargets gathers the rows of b.
func ReadTargets(b *crm.Book) *Targets {
	t := &Targets{b, map[key][]int32{}}
	for i := range b.Targets {
		k := keyOf(b.Targets[i].Period, b.Targets[i].Measure)
		t.rows[k] = append(t.rows[k], int32(i))
	}
	return t
}

// own are the targets that are stated for scopes in p, as ids stand on a day.
// Of two rows for a scope the later one stands; of several measures,
// words for the same, the one named first.
func (t *Targets) own(p crm.Period, on crm.Date, measures []string) map[crm.NodeNo]*crm.Target {
	out := map[crm.NodeNo]*crm.Target{}
	for i := len(measures) - 1; i >= 0; i-- {
		for _, row := range t.rows[keyOf(p, measures[i])] {
			r := &t.book.Targets[row]
			if scope, ok := Scope(t.book, r.Scope, on); ok {
				out[scope] = r
			}
		}
	}
	return out
}

// Behind lists the rows that Goals of a scope rests on; with below, those of all
// below a scope that has its own too.
func (t *Targets) Behind(scope crm.NodeNo, p crm.Period, on crm.Date, below bool, measures ...string) []crm.RowRef {
	own, rows := t.own(p, on, measures), map[crm.NodeNo][]crm.RowRef{}
	Up(t.book.Org, on, func(n, parent crm.NodeNo) {
		if r, stated := own[n]; stated {
			if !below {
				rows[n] = nil
			}
			rows[n] = append(rows[n], crm.RowRef{Table: "targets", Pos: r.Pos})
		}
		rows[parent] = append(rows[parent], rows[n]...)
	})
	return rows[scope]
}

// Goals are the targets of every scope that has one in p: its own row, else the
// sum of its children's, a rep counting in the unit of the day.
func (t *Targets) Goals(p crm.Period, on crm.Date, measures ...string) map[crm.NodeNo]Goal {
	own, out := t.own(p, on, measures), map[crm.NodeNo]Goal{}
	if len(own) == 0 {
		return out
	}
	org, sums, sellers := t.book.Org, map[crm.NodeNo]Goal{}, Sellers(t.book.Org, on)
	given := map[crm.NodeNo]bool{}
	Up(org, on, func(n, parent crm.NodeNo) {
		g, ok := sums[n], given[n]
		if v, stated := own[n]; stated {
			g, ok = Goal{Value: v.Value}, true
		} else if sellers[n] {
			g.Uncovered++
		}
		if ok {
			out[n] = g
		}
		s := sums[parent]
		sums[parent] = Goal{s.Value + g.Value, s.Uncovered + g.Uncovered}
		given[parent] = given[parent] || ok
	})
	return out
}

// Up visits every node after all below it, with the node it counts in on a
// day: of the company, -1.
func Up(org *crm.Org, on crm.Date, visit func(n, parent crm.NodeNo)) {
	units := 0
	for i, n := range org.Nodes {
		if n.Level == crm.RepLevel {
			visit(crm.NodeNo(i), org.Leaves[org.Leaf(n.Rep, on)].Unit)
		} else {
			units = i + 1 // units come first, and above before below
		}
	}
	for i := units - 1; i >= 0; i-- {
		visit(crm.NodeNo(i), org.Nodes[i].Parent)
	}
}

// Sellers are the nodes of those who held a seat on a day.
func Sellers(org *crm.Org, on crm.Date) map[crm.NodeNo]bool {
	out := map[crm.NodeNo]bool{}
	org.Seats(on, on, func(l crm.LeafNo, _, _ crm.Date) { out[org.Leaves[l].Node] = true })
	return out
}
