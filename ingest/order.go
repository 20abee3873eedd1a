package ingest

import (
	"cmp"
	"slices"
	"strings"

	"crmreport/ingest/block"
	"crmreport/ingest/crm"
	"crmreport/ingest/room"
)

// fill puts the tables into the Book, each in the order that Book documents.
// Every order ends with the place in the files.
func (r *run) fill(t *tables) {
	b := r.book
	block.All(func() { r.fillVisits(t) }, func() { b.Stages, b.StagesDateOnly = orderStages(r.store, t.stages) }, func() { r.fillSales(t) }, func() { r.fillMoney(t) })
	b.Targets, b.Forecasts, b.Confidence = placed(t.targets), placed(t.forecasts), placed(t.confidence)
	b.Rates, b.Successions, b.Grades, b.Ledger = placed(t.rates), placed(t.successions), placed(t.grades), placed(t.ledger)
	b.PaidFrom, b.PaidEnd = crm.PaidMonths(b.Ledger)
	b.Leads, b.Coaching, b.Cases = placed(t.leads), placed(t.coaching), placed(t.cases)
	b.PoolMoves, b.Audits = placed(t.pool), placed(t.audits)
	// A file may be read before or after another by two sources; the tree and
	// the calendar let the later row win.
	t.reps.rows, t.calendar.rows, t.roster.rows, t.fx.rows = placed(t.reps), placed(t.calendar), placed(t.roster), placed(t.fx)
}

func (r *run) fillVisits(t *tables) {
	r.book.Visits = byCustomer(t.visits, r, func(v *crm.Visit) crm.CustomerNo { return v.Customer },
		func(x, y *crm.Visit) int { return cmp.Compare(x.At, y.At) })
}

func (r *run) fillSales(t *tables) {
	b := r.book
	b.Deals = byText(r.store, t.deals, func(v *crm.Deal) string { return string(v.ID) })
	b.Contracts = byCustomer(t.contracts, r, func(v *crm.Contract) crm.CustomerNo { return v.Customer },
		func(x, y *crm.Contract) int {
			return cmp.Or(cmp.Compare(x.SignDate, y.SignDate), cmp.Compare(x.ID, y.ID))
		})
	b.Splits = r.orderSplits(t.splits)
	b.CustomerRows = ordered(t.customers, func(x, y *crm.Customer) int { return cmp.Compare(x.No, y.No) })
	b.Ownership = ordered(t.ownership, func(x, y *crm.Ownership) int {
		return cmp.Or(cmp.Compare(x.Customer, y.Customer), cmp.Compare(x.From, y.From))
	})
}

// orderSplits sorts by contract, then by rep id: spare cents go to the first
// listed, and moving a row of the file must not move a cent. Reps are
// numbered as they are met, so it is the id that orders them.
func (r *run) orderSplits(s *shelf[crm.Split]) []crm.Split {
	rows := byText(r.store, s, func(v *crm.Split) string { return string(v.Contract) })
	for i, j := 0, 0; i < len(rows); i = j {
		for j = i; j < len(rows) && rows[j].Contract == rows[i].Contract; j++ {
		}
		sortFew(rows[i:j], func(x, y *crm.Split) int {
			return cmp.Or(strings.Compare(r.book.Reps.ID(x.Rep), r.book.Reps.ID(y.Rep)), cmp.Compare(x.Share, y.Share))
		})
	}
	return rows
}

func (r *run) fillMoney(t *tables) {
	b := r.book
	b.Invoices = byCustomer(t.invoices, r, func(v *crm.Invoice) crm.CustomerNo { return v.Customer }, func(x, y *crm.Invoice) int {
		return cmp.Or(cmp.Compare(x.Date, y.Date), cmp.Compare(x.ID, y.ID), strings.Compare(x.Instalment, y.Instalment))
	})
	b.Payments = byCustomer(t.payments, r, func(v *crm.Payment) crm.CustomerNo { return v.Customer },
		func(x, y *crm.Payment) int { return cmp.Or(cmp.Compare(x.Date, y.Date), strings.Compare(x.ID, y.ID)) })
	b.Adjustments = ordered(t.adjustments, func(x, y *crm.Adjustment) int {
		return cmp.Or(cmp.Compare(x.Customer, y.Customer), cmp.Compare(x.Date, y.Date), strings.Compare(x.ID, y.ID))
	})
}

func ordered[T located](s *shelf[T], by func(x, y *T) int) []T {
	sortRows(s.rows, thenPlace(by))
	s.forget(nil)
	return s.rows
}

// coarsely deals out rows that lie in a temporary file to ranges of customers,
// so that what follows is at work in one place at a time: a file is slow where
// many places are touched by turns.
func coarsely[T located](r *run, rows []T, customer func(*T) crm.CustomerNo) []T {
	const ranges = 64
	if !r.store.InFile() || len(rows) < ranges {
		return rows
	}
	each := crm.CustomerNo(r.book.Customers.Len()+1)/ranges + 1
	var next [ranges]int
	stretches(r.store, 0, len(rows), func(from, to int) {
		for i := range rows[from:to] {
			if k := (customer(&rows[from+i]) + 1) / each; k+1 < ranges {
				next[k+1]++
			}
		}
	})
	for k := 1; k < ranges; k++ {
		next[k] += next[k-1]
	}
	out := room.Reserve[T](r.store, nil, len(rows))[:len(rows)]
	stretches(r.store, 0, len(rows), func(from, to int) {
		for i := range rows[from:to] {
			k := (customer(&rows[from+i]) + 1) / each
			out[next[k]] = rows[from+i]
			next[k]++
		}
	})
	room.Free(r.store, rows)
	return out
}

// byCustomer sorts by customer, then by by, then by place. Customers are
// numbers, so the rows are dealt out to them in place, each row moved once, and
// only the few rows of one customer are compared with each other.
func byCustomer[T located](s *shelf[T], r *run, customer func(*T) crm.CustomerNo, by func(x, y *T) int) []T {
	s.forget(r.store)
	rows := coarsely(r, s.rows, customer)
	next := make([]int32, r.book.Customers.Len()+2)
	sorted := true
	stretches(r.store, 0, len(rows), func(from, to int) {
		for i := from; i < to; i++ {
			c := customer(&rows[i]) + 1
			next[c+1]++
			sorted = sorted && (i == 0 || customer(&rows[i-1]) < c)
		}
	})
	for c := 1; c < len(next); c++ {
		next[c] += next[c-1]
	}
	end := slices.Clone(next[1:]) // of customer c - 1; next is where its next row goes
	stretches(r.store, 0, len(end), func(from, to int) {
		for c := from; !sorted && c < to; c++ {
			for next[c] < end[c] {
				at := next[c]
				k := int(customer(&rows[at])) + 1
				if k != c {
					rows[at], rows[next[k]] = rows[next[k]], rows[at]
				}
				next[k]++
			}
		}
	})
	strides(r.store, len(end), func(lo, hi int) {
		from := int32(0)
		if lo > 0 {
			from = end[lo-1]
		}
		for _, to := range end[lo:hi] {
			sortFew(rows[from:to], by)
			from = to
		}
	})
	return rows
}

// sortFew sorts the rows of one customer, which are mostly few and in order.
func sortFew[T located](rows []T, by func(x, y *T) int) {
	order := thenPlace(by)
	if len(rows) > 24 {
		sortRows(rows, order)
		return
	}
	for i := 1; i < len(rows); i++ {
		for k := i; k > 0 && order(&rows[k], &rows[k-1]) < 0; k-- {
			rows[k], rows[k-1] = rows[k-1], rows[k]
		}
	}
}

func placed[T located](s *shelf[T]) []T { return ordered(s, func(x, y *T) int { return 0 }) }

func byPlace(a, b crm.Pos) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
}

// orderStages sorts by: by sequence where every entry of the deal has
// one, then by time, stage and place. In a deal that has sequences on some
// entries only, they order what the time leaves open.
func orderStages(in *room.Store, s *shelf[crm.StageEntry]) (rows []crm.StageEntry, dateOnly bool) {
	rows = byText(in, s, func(v *crm.StageEntry) string { return string(v.Deal) })
	dateOnly = true
	for i := 0; i < len(rows); {
		j, sequenced := i, true
		for ; j < len(rows) && rows[j].Deal == rows[i].Deal; j++ {
			sequenced = sequenced && rows[j].Sequence != 0
			dateOnly = dateOnly && rows[j].At == rows[j].At.Date().At()
		}
		sortFew(rows[i:j], func(x, y *crm.StageEntry) int {
			order := cmp.Compare(x.Sequence, y.Sequence)
			if sequenced && order != 0 {
				return order
			}
			return cmp.Or(cmp.Compare(x.At, y.At), order, cmp.Compare(x.Stage, y.Stage))
		})
		i = j
	}
	return rows, dateOnly
}
