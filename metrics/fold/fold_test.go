package fold

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

type pair struct{ A, B int64 }

func (p pair) Plus(q pair) pair { return pair{p.A + q.A, p.B + q.B} }

// seen notes which customers came, and how many visits each had.
type seen struct{ Visits map[crm.CustomerNo]int }

func (s *seen) Add(j *crm.Journey) { s.Visits[j.Customer] += len(j.Visits) }
func (s *seen) Merge(o *seen) {
	for k, v := range o.Visits {
		s.Visits[k] += v
	}
}

func book(customers int) *crm.Book {
	b := &crm.Book{AsOf: crm.DateOf(2025, 3, 9), Reps: &crm.Names[crm.RepNo]{}, Customers: &crm.Names[crm.CustomerNo]{}, Calendar: crm.NewCalendar(nil, nil, nil)}
	b.Visits = append(b.Visits, crm.Visit{Customer: crm.NoCustomer})
	for i := range customers {
		n := b.Customers.Number(fmt.Sprint("C", i))
		for range i % 3 {
			b.Visits = append(b.Visits, crm.Visit{Customer: n})
		}
	}
	rep := func(id, team string) crm.Spell {
		return crm.Spell{Rep: b.Reps.Number(id), Team: team, Manager: crm.NoRep, From: crm.NoDate, To: crm.NoDate, HiredOn: crm.NoDate, LeftOn: crm.NoDate}
	}
	b.Org = crm.NewOrg(b.Reps, []crm.Spell{rep("A", "one"), rep("B", "one"), rep("C", "two")})
	return b
}

// Every customer comes exactly once, whatever the number of chunks.
func TestJourneys(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, customers := range []int{0, 1, 2, 7, 50} {
		b := book(customers)
		want := map[crm.CustomerNo]int{crm.NoCustomer: 1}
		for i := range customers {
			if i%3 > 0 { // without any row there is no journey
				want[crm.CustomerNo(i)] = i % 3
			}
		}
		for _, chunks := range []int{1, 2, 3, 8} {
			runtime.GOMAXPROCS(chunks)
			got := Journeys(b, func() *seen { return &seen{map[crm.CustomerNo]int{}} })
			if !reflect.DeepEqual(got.Visits, want) {
				t.Errorf("%d customers in %d chunks: %v, want %v", customers, chunks, got.Visits, want)
			}
		}
	}
}

type broken struct{}

func (*broken) Add(*crm.Journey) { panic("broken") }
func (*broken) Merge(*broken)    {}

// A panic of an accumulator reaches the caller, whatever the chunk.
func TestJourneysPanicInTheCaller(t *testing.T) {
	defer func() {
		if p := recover(); p != "broken" {
			t.Errorf("recovered %v", p)
		}
	}()
	Journeys(book(5), func() *broken { return &broken{} })
	t.Error("no panic came")
}

// Cells roll up to each scope of the leaf's path and each period of the day.
func TestRoll(t *testing.T) {
	b := book(0)
	f := measure.NewFrame(b)
	c := Cells[pair]{}
	leaf := func(rep string, d crm.Date) crm.LeafNo { return b.Org.Leaf(b.Reps.Lookup(rep), d) }
	monday, before := crm.DateOf(2025, 3, 3), crm.DateOf(2025, 2, 28)
	c.Add(leaf("A", monday), monday, pair{1, 10})
	c.Add(leaf("A", monday), monday, pair{1, 10})
	c.Add(leaf("B", monday), monday, pair{3, 0})
	c.Add(leaf("C", before), before, pair{5, 0})
	c.Add(leaf("C", before), crm.DateOf(1999, 1, 1), pair{100, 0}) // in no period
	rolled := Roll(c, f)
	for _, w := range []struct {
		scope, period string
		want          pair
	}{
		{"A", "2025-W10", pair{2, 20}}, {"one", "2025-W10", pair{5, 20}}, {"company", "2025-W10", pair{5, 20}},
		{"company", "2025-03", pair{5, 20}}, {"company", "2025-02", pair{5, 0}}, {"company", "2025-Q1", pair{10, 20}},
		{"two", "2025-Q1", pair{5, 0}}, {"two", "2025-W10", pair{}}, {"company", "2025-02~d5", pair{}},
	} {
		n, _ := b.Org.Find(w.scope)
		var got pair
		for s, v := range rolled {
			if s.Scope == n && s.Period.Name == w.period {
				got = v
			}
		}
		if got != w.want {
			t.Errorf("%s in %s = %v, want %v", w.scope, w.period, got, w.want)
		}
	}
}

func TestCellsMergeAndMarshal(t *testing.T) {
	a, o := Cells[pair]{}, Cells[pair]{}
	a.Add(1, 10, pair{1, 2})
	o.Add(1, 10, pair{10, 20})
	o.Add(2, -5, pair{7, 0}) // before 1970
	a.Merge(o)
	want := Cells[pair]{}
	want.Add(1, 10, pair{11, 22})
	want.Add(2, -5, pair{7, 0})
	if !reflect.DeepEqual(a, want) {
		t.Errorf("merged: %v", a)
	}
	if cells, plain := maps.Collect(a.All()), (map[Cell]pair{{1, 10}: {11, 22}, {2, -5}: {7, 0}}); !reflect.DeepEqual(cells, plain) {
		t.Errorf("%v, want %v", cells, plain)
	}
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back Cells[pair]
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, want) {
		t.Errorf("%s reads back as %v, %v", text, back, err)
	}
	for _, bad := range []string{"", "1", "x@2025-01-01", "1@yesterday"} {
		if err := new(Cell).UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q was read as a cell", bad)
		}
	}
}
