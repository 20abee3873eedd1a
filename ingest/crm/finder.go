package crm

import (
	"math"
	"sort"
)

// Finder finds the journeys of single customers. It is quick where they are
// asked for by number, ascending: it looks on from the one before.
type Finder struct {
	book *Book
	runs *runs
	last CustomerNo
}

// Finder returns one of b, for one goroutine.
func (b *Book) Finder() *Finder { return &Finder{book: b} }

// Find returns what happened with customer n, false where that is nothing. The
// slices are views into the Book.
func (f *Finder) Find(n CustomerNo) (Journey, bool) {
	if f.runs == nil || n <= f.last {
		f.runs = f.book.seek(n)
	}
	f.last = n
	f.runs.skip(n)
	var j Journey
	if f.runs.next() != n {
		return j, false
	}
	f.runs.take(&j, n)
	return j, true
}

// runs walk every table of a journey.
type runs struct {
	visits      run[Visit]
	contracts   run[Contract]
	invoices    run[Invoice]
	payments    run[Payment]
	adjustments run[Adjustment]
	ownership   run[Ownership]
}

// seek begins with the customers numbered lo.
func (b *Book) seek(lo CustomerNo) *runs {
	r := &runs{
		run[Visit]{b.Visits, func(r *Visit) CustomerNo { return r.Customer }},
		run[Contract]{b.Contracts, func(r *Contract) CustomerNo { return r.Customer }},
		run[Invoice]{b.Invoices, func(r *Invoice) CustomerNo { return r.Customer }},
		run[Payment]{b.Payments, func(r *Payment) CustomerNo { return r.Customer }},
		run[Adjustment]{b.Adjustments, func(r *Adjustment) CustomerNo { return r.Customer }},
		run[Ownership]{b.Ownership, func(r *Ownership) CustomerNo { return r.Customer }},
	}
	r.skip(lo)
	return r
}

// next is the next customer with whom anything happened; to be owned is nothing.
func (r *runs) next() CustomerNo {
	return min(r.visits.next(), r.contracts.next(), r.invoices.next(), r.payments.next(), r.adjustments.next())
}

// take makes j the journey of the next customer, n.
func (r *runs) take(j *Journey, n CustomerNo) {
	j.Customer = n
	j.Visits = r.visits.take(n)
	j.Contracts = r.contracts.take(n)
	j.Invoices = r.invoices.take(n)
	j.Payments = r.payments.take(n)
	j.Adjustments = r.adjustments.take(n)
	r.ownership.skip(n)
	j.Ownership = r.ownership.take(n)
}

// skip passes over everything of customers before n.
func (r *runs) skip(n CustomerNo) {
	r.visits.skip(n)
	r.contracts.skip(n)
	r.invoices.skip(n)
	r.payments.skip(n)
	r.adjustments.skip(n)
	r.ownership.skip(n)
}

// run walks a table that is sorted by customer.
type run[T any] struct {
	rows []T
	key  func(*T) CustomerNo
}

// next is the customer of the next row, beyond every number at the end.
func (r *run[T]) next() CustomerNo {
	if len(r.rows) == 0 {
		return math.MaxInt32
	}
	return r.key(&r.rows[0])
}

// skip passes over the rows of customers before n. They are mostly few: it looks
// at the next rows first, and ever further.
func (r *run[T]) skip(n CustomerNo) {
	lo, hi := 0, 1
	for hi <= len(r.rows) && r.key(&r.rows[hi-1]) < n {
		lo, hi = hi, 2*hi
	}
	rows := r.rows[lo:min(hi, len(r.rows))]
	r.rows = r.rows[lo+sort.Search(len(rows), func(i int) bool { return r.key(&rows[i]) >= n }):]
}

func (r *run[T]) take(n CustomerNo) []T {
	i := 0
	for i < len(r.rows) && r.key(&r.rows[i]) == n {
		i++
	}
	out := r.rows[:i:i]
	r.rows = r.rows[i:]
	return out
}
