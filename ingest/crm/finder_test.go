package crm

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// What is found of a customer is the journey that comes by when all do, in
// whatever order one asks, and nothing of those who have none.
func TestFinder(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		b := &Book{}
		for n := NoCustomer; n < 60; n++ {
			if r.IntN(4) == 0 {
				b.Ownership = append(b.Ownership, Ownership{Customer: n})
			}
			if r.IntN(3) == 0 { // nothing happened with a third of them
				continue
			}
			for k := range r.IntN(9) {
				b.Visits = append(b.Visits, Visit{Customer: n, Pos: Pos{Line: int32(k)}})
			}
			for k := range r.IntN(3) {
				id := fmt.Sprint(n, k)
				b.Contracts = append(b.Contracts, Contract{Customer: n, ID: ContractID(id)})
				b.Invoices = append(b.Invoices, Invoice{Customer: n, ID: InvoiceID(id)})
				b.Payments = append(b.Payments, Payment{Customer: n, ID: id})
				b.Adjustments = append(b.Adjustments, Adjustment{Customer: n, ID: id})
			}
		}
		want := map[CustomerNo]Journey{}
		for j := range b.Journeys(NoCustomer, 60) {
			want[j.Customer] = *j
		}
		if len(want) < 10 || len(want) > 50 {
			t.Fatalf("seed %d: %d of 61 customers have a journey: too tame", seed, len(want))
		}
		ascending, some := b.Finder(), b.Finder()
		for n := NoCustomer; n < 62; n++ {
			check := func(f *Finder, n CustomerNo) {
				t.Helper()
				got, ok := f.Find(n)
				if its, has := want[n]; ok != has || ok && !reflect.DeepEqual(got, its) {
					t.Errorf("seed %d: of %d it finds %v, %+v, want %v, %+v", seed, n, ok, got, has, its)
				}
			}
			check(ascending, n)
			check(some, CustomerNo(r.IntN(64)-1))
		}
		// A row of every customer with one: they come once, ascending.
		var came []CustomerNo
		for j := range b.Journeys(10, 40) {
			came = append(came, j.Customer)
		}
		var has []CustomerNo
		for _, rows := range [][]CustomerNo{numbers(b.Visits, func(v Visit) CustomerNo { return v.Customer }), numbers(b.Contracts, func(c Contract) CustomerNo { return c.Customer })} {
			for _, n := range rows {
				if n >= 10 && n < 40 {
					has = append(has, n)
				}
			}
		}
		slices.Sort(has)
		if has = slices.Compact(has); !slices.Equal(came, has) {
			t.Errorf("seed %d: journeys of %v, want %v", seed, came, has)
		}
	}
}

func numbers[T any](rows []T, of func(T) CustomerNo) (out []CustomerNo) {
	for _, r := range rows {
		out = append(out, of(r))
	}
	return out
}
