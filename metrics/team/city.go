package team

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// CityPlace is a city as a scope sees it; "" is all of them.
type CityPlace struct {
	Scope crm.NodeNo
	City  string
}

// MarshalText makes places JSON map keys: scope@city.
func (p CityPlace) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d@%s", p.Scope, p.City), nil
}

// UnmarshalText reads what MarshalText wrote.
func (p *CityPlace) UnmarshalText(b []byte) error {
	scope, city, _ := strings.Cut(string(b), "@")
	p.City = city
	_, err := fmt.Sscanf(scope, "%d", &p.Scope)
	return err
}

// City counts customers, and where time went of late.
type City struct{ Customers, Visits int64 }

func (c City) plus(d City) City { return City{c.Customers + d.Customers, c.Visits + d.Visits} }

// CityAcc folds customers, for the company and its regions.
type CityAcc struct {
	Cities map[CityPlace]City

	book    *crm.Book
	options Options
}

// Add folds a customer of a known city: with whoever owns it on the as-of day;
// a visit in the unit of its day.
func (a *CityAcc) Add(c *crm.Customer) {
	if c.City == "" {
		return
	}
	if there(a.book, c) {
		a.add(a.book.Org.Leaf(ownerOn(a.book, c, a.book.AsOf), a.book.AsOf), c.City, City{Customers: 1})
	}
	vs := a.book.Visits
	for i := sort.Search(len(vs), func(i int) bool { return vs[i].Customer >= c.No }); i < len(vs) && vs[i].Customer == c.No; i++ {
		v := &vs[i]
		if d := v.At.Date(); a.book.AsOf-d < crm.Date(a.options.CoverageDays) && v.Audit != crm.AuditFailed && slices.Contains(a.options.Channels, v.Channel) {
			a.add(a.book.Org.Leaf(v.Rep, d), c.City, City{Visits: 1})
		}
	}
}

func (a *CityAcc) add(leaf crm.LeafNo, city string, n City) {
	for _, scope := range a.book.Org.Path(leaf) {
		if a.book.Org.Nodes[scope].Level > crm.Region {
			continue
		}
		for _, at := range []CityPlace{{scope, city}, {scope, ""}} {
			a.Cities[at] = a.Cities[at].plus(n)
		}
	}
}

// Merge adds the state of b.
func (a *CityAcc) Merge(b *CityAcc) {
	for at, n := range b.Cities {
		a.Cities[at] = a.Cities[at].plus(n)
	}
}

func foldCities(b *crm.Book, o Options) *CityAcc {
	a := &CityAcc{Cities: map[CityPlace]City{}, book: b, options: o}
	for i := range b.CustomerRows {
		a.Add(&b.CustomerRows[i])
	}
	return a
}

// Look returns o with what only the whole of b shows: which cities are told of.
// The values of parts of b, by which a number is explained, then have the keys
// of the whole.
func (o Options) Look(b *crm.Book) Options {
	o.cities = nil
	a, seen := foldCities(b, o), map[crm.NodeNo][]string{}
	for i, n := range b.Org.Nodes {
		if n.Level <= crm.Region {
			seen[crm.NodeNo(i)] = a.top(crm.NodeNo(i))
		}
	}
	o.cities = seen
	return o
}

// top lists the cities of a scope with most customers.
func (a *CityAcc) top(scope crm.NodeNo) []string {
	if a.options.cities != nil {
		return a.options.cities[scope]
	}
	var out []string
	for at := range a.Cities {
		if at.Scope == scope && at.City != "" {
			out = append(out, at.City)
		}
	}
	slices.SortFunc(out, func(x, y string) int {
		return cmp.Or(-cmp.Compare(a.Cities[CityPlace{scope, x}].Customers, a.Cities[CityPlace{scope, y}].Customers), cmp.Compare(x, y))
	})
	return out[:min(len(out), a.options.Cities)]
}

// cities computes where the customers are and where the time goes (S0-37).
func cities(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("customers") || !b.Has("visits") {
		return measure.Result{}
	}
	a := foldCities(b, o)
	out := f.Out()
	for i, node := range f.Org.Nodes {
		if node.Level > crm.Region {
			continue
		}
		scope := crm.NodeNo(i)
		all := a.Cities[CityPlace{scope, ""}]
		for _, city := range a.top(scope) {
			n := a.Cities[CityPlace{scope, city}]
			for _, p := range f.Wanted(scope, false) {
				if f.IsCurrent(p) {
					out.Add(mismatch(measure.Slot{Scope: scope, Period: p}, "city="+city, n, all)...)
				}
			}
		}
	}
	return measure.Result{Values: out.Rest()}
}

// mismatch is the share of customers, that of visits, and the one less the
// other.
func mismatch(s measure.Slot, key string, n, all City) []measure.Value {
	customers, visits := measure.NewRatio(cityCustomersID, s, n.Customers, all.Customers), measure.NewRatio(cityVisitsID, s, n.Visits, all.Visits)
	apart := measure.Value{Metric: mismatchID, Slot: s}
	if customers.OK && visits.OK {
		apart = measure.NewReal(mismatchID, s, customers.V-visits.V)
	}
	apart.N = n.Customers
	out := []measure.Value{apart.Keyed(key), customers.Keyed(key), visits.Keyed(key)}
	for i := range out {
		out[i].Open = true
	}
	return out
}
