// Package foldtest holds the laws of an accumulator as a test helper: any
// split of the input, merged in any order, through JSON and back, gives the
// same state.
package foldtest

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
)

// Laws splits records at random into up to five parts, folds each, sends each
// state through JSON, merges them in random order and demands the state of one
// pass over all records. newAcc must set options outside the JSON state (tag
// them json:"-"); they are set again after decoding.
func Laws[A any, R any, P fold.Acc[A, R]](t *testing.T, newAcc func() P, records []R) {
	t.Helper()
	want := state(t, foldAll(newAcc, records))
	if len(want) < 10 {
		t.Fatalf("the whole state is %s: the laws would hold of nothing", want)
	}
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		parts := make([][]R, 1+r.IntN(5))
		for _, rec := range records {
			k := r.IntN(len(parts))
			parts[k] = append(parts[k], rec)
		}
		got := newAcc()
		for _, k := range r.Perm(len(parts)) {
			back := newAcc()
			if err := json.Unmarshal(state(t, foldAll(newAcc, parts[k])), back); err != nil {
				t.Fatalf("seed %d: state does not survive JSON: %v", seed, err)
			}
			got.Merge((*A)(back))
		}
		if s := state(t, got); string(s) != string(want) {
			t.Fatalf("seed %d: %d parts merged give\n%s\nwant\n%s", seed, len(parts), s, want)
		}
	}
}

// Journeys collects every journey of a book.
func Journeys(b *crm.Book) []*crm.Journey {
	var out []*crm.Journey
	for j := range b.Journeys(crm.NoCustomer, crm.CustomerNo(b.Customers.Len())) {
		its := *j // it is only good until the next
		out = append(out, &its)
	}
	return out
}

func foldAll[A any, R any, P fold.Acc[A, R]](newAcc func() P, records []R) P {
	a := newAcc()
	for _, r := range records {
		a.Add(r)
	}
	return a
}

func state(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("state does not marshal: %v", err)
	}
	return b
}
