package ingest

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"crmreport/ingest/crm"
	"crmreport/ingest/room"
)

// settle makes the Book of what was read: it finds the as-of, drops what lies
// after it, joins what has to be joined and sorts.
func (r *run) settle(t *tables) error {
	r.splitShares(t.splits)
	asOf, err := r.asOf(t)
	if err != nil {
		return err
	}
	r.book.AsOf, r.report.AsOf = asOf, asOf
	r.orphans(t)
	r.audit(t)
	r.cut(t)
	r.strangers(t)
	r.fill(t)
	if err := r.checkTiers(); err != nil {
		return err
	}
	r.asKnown(t)
	r.organise(t)
	for _, rs := range r.report.Rejects {
		slices.SortStableFunc(rs, func(a, b Reject) int {
			if c := strings.Compare(a.File, b.File); c != 0 {
				return c
			}
			return a.Line - b.Line
		})
	}
	for _, c := range r.report.Receipts {
		slices.SortStableFunc(c.Problems, func(a, b *Problem) int {
			if a.Line != b.Line {
				return a.Line - b.Line
			}
			return strings.Compare(a.Code+" "+a.Column, b.Code+" "+b.Column)
		})
		if !c.Conserved() {
			return fmt.Errorf("%s as table %s: rows are not accounted for: %d read, %d accepted, %d duplicates, %d rejected, %d skipped",
				c.File, c.Table, c.Read, c.Accepted, c.Duplicates, c.Rejected, c.Skipped)
		}
	}
	return nil
}

// asOf is the stated day, or the last Sunday at or before the newest event
// . Events after today are typing errors and do not count.
func (r *run) asOf(t *tables) (crm.Date, error) {
	limit := r.o.Today
	if !limit.Known() {
		limit = math.MaxInt32
	}
	last := r.newestEvent(t, limit)
	r.report.Newest = last
	if r.o.AsOf.Known() {
		return r.o.AsOf, nil
	}
	r.report.Capped = r.newestEvent(t, math.MaxInt32) > limit
	if !last.Known() {
		return last, &Fault{Kind: Missing, Code: "no_events", Message: "no dated event was read, so there is no day to report on",
			Expected: "rows in visits, deals, stage_history, contracts, invoices, payments or forecasts",
			Remedy:   "add one of these tables, or state the day with --as-of"}
	}
	return last - crm.Date(last.Weekday()%7), nil
}

// newestEvent is the day of the newest event up to limit, NoDate where there is
// none.
func (r *run) newestEvent(t *tables, limit crm.Date) crm.Date {
	return max(
		newest(r.store, t.visits, limit, visitedOn),
		newest(r.store, t.stages, limit, func(v *crm.StageEntry) crm.Date { return v.At.Date() }),
		newest(r.store, t.contracts, limit, func(v *crm.Contract) crm.Date { return v.SignDate }),
		newest(r.store, t.payments, limit, func(v *crm.Payment) crm.Date { return v.Date }),
		newest(r.store, t.deals, limit, func(v *crm.Deal) crm.Date { return v.CreatedOn }, func(v *crm.Deal) crm.Date { return v.ClosedOn }),
		newest(r.store, t.invoices, limit, func(v *crm.Invoice) crm.Date { return v.Date }),
		newest(r.store, t.forecasts, limit, func(v *crm.Forecast) crm.Date { return v.At.Date() }))
}

// newest is the latest day of a record up to limit, NoDate where there is none.
func newest[T located](in *room.Store, s *shelf[T], limit crm.Date, days ...func(*T) crm.Date) crm.Date {
	var lock sync.Mutex
	all := crm.NoDate
	strides(in, len(s.rows), func(from, to int) {
		last := crm.NoDate
		for i := from; i < to; i++ {
			for _, day := range days {
				if d := day(&s.rows[i]); d.Known() && d <= limit {
					last = max(last, d)
				}
			}
		}
		lock.Lock()
		defer lock.Unlock()
		all = max(all, last)
	})
	return all
}

func each[T located](s *shelf[T], f func(*T)) {
	for i := range s.rows {
		f(&s.rows[i])
	}
}

// splitShares makes percents into fractions and rejects the rows of a contract
// whose shares do not add up. Overlay credit lies outside.
func (r *run) splitShares(s *shelf[crm.Split]) {
	sum := map[crm.ContractID]crm.Decimal{}
	sale := map[crm.ContractID]bool{}
	each(s, func(v *crm.Split) {
		if !v.Overlay {
			sum[v.Contract] += v.Share
			sale[v.Contract] = true
		}
	})
	kept := 0
	for i, v := range s.rows {
		total := sum[v.Contract]
		percents := total == 100*crm.One
		if percents && v.Share%100 != 0 || sale[v.Contract] && !percents && total != crm.One {
			c := r.report.Receipts[s.receipt[i]]
			c.Accepted--
			c.Rejected++
			r.progress.add(Progress{Rejects: 1})
			const expected = "shares of the contract that add up to exactly 1 (or 100 as percents)"
			c.problem("bad_split", "share", int(v.Line), total.String(), expected, true)
			r.report.reject("credit_splits", Reject{c.File, int(v.Line), "share", "bad_split",
				fmt.Sprintf("share: the shares of contract %s add up to %s; expected exactly 1 (or 100 as percents)", v.Contract, total), s.texts[i], Left{Day: crm.NoDate}})
			continue
		}
		if percents {
			v.Share /= 100
		}
		s.rows[kept], s.receipt[kept] = v, s.receipt[i]
		kept++
	}
	s.rows, s.receipt = s.rows[:kept], s.receipt[:kept]
}

// audit carries the audits table into the visits, and whose visits they were
// into the audits; of several audits of one visit the latest decides, of one day
// the later row.
func (r *run) audit(t *tables) {
	order := make([]int, 0, len(t.audits.rows))
	for i := range t.audits.rows {
		if t.audits.rows[i].Date <= r.book.AsOf {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(t.audits.rows[a].Date) - int(t.audits.rows[b].Date) })
	wanted := map[uint64]bool{}
	for _, i := range order {
		wanted[hashText(hashStart, t.audits.rows[i].Visit)] = true
	}
	visits := t.visits.find(wanted)
	for _, i := range order {
		a := &t.audits.rows[i]
		n, ok := visits[hashText(hashStart, a.Visit)]
		if !ok {
			if r.book.Has("visits") {
				r.warn(t.audits.receipt[i], "unknown_visit", "visit_id", a.Line, a.Visit, "a visit of the visits table")
			}
			continue
		}
		v := &t.visits.rows[n]
		a.Rep, a.VisitOn, a.VisitAt = v.Rep, v.At.Date(), v.Pos
		v.Audit = crm.AuditPassed
		if a.Failed {
			v.Audit = crm.AuditFailed
		}
	}
}

func (r *run) warn(receipt int32, code, column string, line int32, example, expected string) {
	r.report.Receipts[receipt].problem(code, column, int(line), example, expected, false)
}

// cut drops the rows dated after the as-of. Plans and master data stay.
func (r *run) cut(t *tables) {
	cut(r, t.visits, visitedOn)
	cut(r, t.grades, func(v *crm.Grade) crm.Date { return v.Date })
	cut(r, t.deals, func(v *crm.Deal) crm.Date { return v.CreatedOn })
	cut(r, t.stages, func(v *crm.StageEntry) crm.Date { return v.At.Date() })
	cut(r, t.contracts, func(v *crm.Contract) crm.Date { return v.SignDate })
	cut(r, t.forecasts, func(v *crm.Forecast) crm.Date { return v.At.Date() })
	cut(r, t.confidence, func(v *crm.Confidence) crm.Date { return v.At.Date() })
	cut(r, t.invoices, func(v *crm.Invoice) crm.Date { return v.Date })
	cut(r, t.payments, func(v *crm.Payment) crm.Date { return v.Date })
	cut(r, t.adjustments, func(v *crm.Adjustment) crm.Date { return v.Date })
	cut(r, t.leads, func(v *crm.Lead) crm.Date { return v.AssignedAt.Date() })
	cut(r, t.coaching, func(v *crm.Coaching) crm.Date { return v.Date })
	cut(r, t.cases, func(v *crm.Case) crm.Date { return v.OpenedOn })
	cut(r, t.pool, func(v *crm.PoolMove) crm.Date { return v.Date })
	cut(r, t.audits, func(v *crm.Audit) crm.Date { return v.Date })
	cut(r, t.ledger, func(v *crm.LedgerLine) crm.Date { return v.Period.End - 1 }) // a month that is not over is not closed
}

// cut keeps records and their receipts side by side. A row that became several
// records (the wide form) is a future row only where all of them are.
func cut[T located](r *run, s *shelf[T], day func(*T) crm.Date) {
	room.Free(r.store, s.keys)
	s.content, s.updated, s.index, s.keys = nil, nil, nil, nil
	if !r.beyond(s.receipt, func(i int) crm.Date { return day(&s.rows[i]) }) {
		return
	}
	kept := 0
	for i := 0; i < len(s.rows); {
		at, from := s.rows[i].Where(), s.receipt[i]
		c, before, dropped := r.report.Receipts[from], kept, 0
		for ; i < len(s.rows) && s.rows[i].Where() == at && s.receipt[i] == from; i++ {
			d := day(&s.rows[i])
			if d.Known() && d > r.book.AsOf {
				dropped++
				continue
			}
			if d > c.Newest {
				c.Newest = d
			}
			s.rows[kept], s.receipt[kept] = s.rows[i], from
			kept++
		}
		switch {
		case dropped > 0 && kept == before:
			c.Accepted--
			c.Skipped++
			c.FutureRows++
		case dropped > 0:
			c.problem("future_entry", "", int(at.Line), "", "dates up to the as-of "+r.book.AsOf.String(), false)
		}
	}
	clear(s.rows[kept:])
	s.rows, s.receipt = s.rows[:kept], s.receipt[:kept]
}

// beyond reports whether one of the records lies after the as-of. Where none
// does it notes the newest of each receipt.
func (r *run) beyond(receipts []int32, day func(i int) crm.Date) bool {
	var lock sync.Mutex
	var after bool
	last := slices.Repeat([]crm.Date{crm.NoDate}, len(r.report.Receipts))
	strides(r.store, len(receipts), func(from, to int) {
		own := slices.Repeat([]crm.Date{crm.NoDate}, len(r.report.Receipts))
		latest := crm.NoDate
		for i := from; i < to; i++ {
			d := day(i)
			own[receipts[i]] = max(own[receipts[i]], d)
			latest = max(latest, d)
		}
		lock.Lock()
		defer lock.Unlock()
		after = after || latest.Known() && latest > r.book.AsOf
		for i, d := range own {
			last[i] = max(last[i], d)
		}
	})
	for i, c := range r.report.Receipts {
		if !after {
			c.Newest = max(c.Newest, last[i])
		}
	}
	return after
}

func visitedOn(v *crm.Visit) crm.Date { return v.At.Date() }
