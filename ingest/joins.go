package ingest

import (
	"slices"
	"strings"

	"crmreport/ingest/block"
	"crmreport/ingest/crm"
)

// orphans lists rows that refer to something that their table does not have.
// They stay in the Book, so that totals still add up.
func (r *run) orphans(t *tables) {
	var deals map[crm.DealID]bool
	var contracts map[crm.ContractID]bool
	var invoices map[crm.InvoiceID]bool
	block.All(
		func() { deals = idsOf(t.deals, len(t.stages.rows), func(v *crm.Deal) crm.DealID { return v.ID }) },
		func() {
			contracts = idsOf(t.contracts, len(t.splits.rows)+len(t.successions.rows), func(v *crm.Contract) crm.ContractID { return v.ID })
		},
		func() {
			invoices = idsOf(t.invoices, len(t.payments.rows)+len(t.adjustments.rows), func(v *crm.Invoice) crm.InvoiceID { return v.ID })
		},
	)
	if r.book.Has("deals") {
		orphans(r, t.stages, "unknown_deal", "deal_id", "a deal of the deals table",
			func(v *crm.StageEntry) (string, bool) { return string(v.Deal), deals[v.Deal] })
	}
	if r.book.Has("contracts") {
		const expected = "a contract of the contracts table"
		orphans(r, t.splits, "unknown_contract", "contract_id", expected,
			func(v *crm.Split) (string, bool) { return string(v.Contract), contracts[v.Contract] })
		orphans(r, t.successions, "unknown_contract", "old_contract", expected,
			func(v *crm.Succession) (string, bool) { return string(v.Old), contracts[v.Old] })
		orphans(r, t.successions, "unknown_contract", "new_contract", expected,
			func(v *crm.Succession) (string, bool) { return string(v.New), contracts[v.New] })
	}
	if r.book.Has("invoices") {
		const expected = "an invoice of the invoices table"
		orphans(r, t.payments, "unknown_invoice", "invoice_id", expected,
			func(v *crm.Payment) (string, bool) { return string(v.Invoice), v.Invoice == "" || invoices[v.Invoice] })
		orphans(r, t.adjustments, "unknown_invoice", "invoice_id", expected,
			func(v *crm.Adjustment) (string, bool) {
				return string(v.Invoice), v.Invoice == "" || invoices[v.Invoice]
			})
	}
}

// idsOf is the set of the ids of a table, where there are rows that refer to
// them.
func idsOf[ID comparable, T located](s *shelf[T], referring int, id func(*T) ID) map[ID]bool {
	if referring == 0 {
		return nil
	}
	out := make(map[ID]bool, len(s.rows))
	for i := range s.rows {
		out[id(&s.rows[i])] = true
	}
	return out
}

func orphans[T located](r *run, s *shelf[T], code, column, expected string, known func(*T) (id string, ok bool)) {
	stretches(r.store, 0, len(s.rows), func(from, to int) {
		for i := from; i < to; i++ {
			if id, ok := known(&s.rows[i]); !ok {
				r.warn(s.receipt[i], code, column, s.rows[i].Where().Line, id, expected)
			}
		}
	})
}

// strangers lists the reps of events whom the reps table does not have (they
// count under (unassigned), R-0.3), and spells of one rep that overlap.
func (r *run) strangers(t *tables) {
	if !r.book.Has("reps") {
		return
	}
	known := make([]bool, r.book.Reps.Len())
	each(t.reps, func(v *crm.Spell) { known[v.Rep] = true })
	check := func(rep crm.RepNo) (string, bool) { return r.book.Reps.ID(rep), rep == crm.NoRep || known[rep] }
	const code, column, expected = "unknown_rep", "rep_id", "a rep of the reps table; counted under " + crm.UnassignedID
	orphans(r, t.visits, code, column, expected, func(v *crm.Visit) (string, bool) { return check(v.Rep) })
	orphans(r, t.deals, code, column, expected, func(v *crm.Deal) (string, bool) { return check(v.Rep) })
	orphans(r, t.stages, code, column, expected, func(v *crm.StageEntry) (string, bool) { return check(v.Rep) })
	orphans(r, t.contracts, code, column, expected, func(v *crm.Contract) (string, bool) { return check(v.Rep) })
	orphans(r, t.splits, code, column, expected, func(v *crm.Split) (string, bool) { return check(v.Rep) })
	orphans(r, t.invoices, code, column, expected, func(v *crm.Invoice) (string, bool) { return check(v.Rep) })
	orphans(r, t.leads, code, column, expected, func(v *crm.Lead) (string, bool) { return check(v.Rep) })
	orphans(r, t.coaching, code, column, expected, func(v *crm.Coaching) (string, bool) { return check(v.Rep) })
	orphans(r, t.ledger, code, column, expected, func(v *crm.LedgerLine) (string, bool) { return check(v.Rep) })
	orphans(r, t.pool, code, column, expected, func(v *crm.PoolMove) (string, bool) { return check(v.Rep) })
	r.overlaps(t.reps)
}

func (r *run) overlaps(s *shelf[crm.Spell]) {
	byRep := map[crm.RepNo][]int{}
	for i, v := range s.rows {
		for _, j := range byRep[v.Rep] {
			if overlap(v, s.rows[j]) {
				r.warn(s.receipt[i], "overlapping_spell", "valid_from", v.Line, r.book.Reps.ID(v.Rep), "rows of one rep that do not overlap; the later row wins")
				break
			}
		}
		byRep[v.Rep] = append(byRep[v.Rep], i)
	}
}

func overlap(a, b crm.Spell) bool {
	startsBeforeEnd := func(x, y crm.Spell) bool { return !x.From.Known() || !y.To.Known() || x.From <= y.To }
	return startsBeforeEnd(a, b) && startsBeforeEnd(b, a)
}

// asKnown undoes what happened after the as-of to rows that are in the Book: a
// deal closed later was open then, a contract's later status was not yet so.
func (r *run) asKnown(t *tables) {
	b := r.book
	for i := range b.Deals {
		v := &b.Deals[i]
		if !v.ClosedOn.Known() || v.ClosedOn <= b.AsOf {
			continue
		}
		r.warnAt("deals", v.Pos, "closed_after_as_of", "closed_at", v.ClosedOn.String(), "up to "+b.AsOf.String()+"; kept as open")
		v.Status, v.ClosedOn, v.LostReason = crm.DealOpen, crm.NoDate, ""
		if v.Stage.Terminal() {
			v.Stage = r.lastStage(v.ID)
		}
	}
	for i := range b.Contracts {
		v := &b.Contracts[i]
		if v.StatusDate.Known() && v.StatusDate > b.AsOf {
			r.warnAt("contracts", v.Pos, "status_after_as_of", "status_date", v.StatusDate.String(), "up to "+b.AsOf.String()+"; kept as active")
			v.Status, v.StatusDate = crm.Active, crm.NoDate
		}
	}
	later := func(s *crm.Stamp) bool {
		if s.Known() && s.Date() > b.AsOf {
			*s = crm.NoStamp
			return true
		}
		return false
	}
	for i := range b.Leads {
		v := &b.Leads[i]
		later(&v.FirstFollowUp)
		if reclaimed := later(&v.ReclaimedAt); later(&v.StatusAt) || reclaimed && v.Status == "reclaimed" {
			v.Status = "open"
		}
	}
	for i := range b.Cases {
		if v := &b.Cases[i]; v.ClosedOn > b.AsOf {
			v.ClosedOn = crm.NoDate
		}
	}
	for i := range b.Coaching {
		later(&b.Coaching[i].FeedbackAt)
	}
}

// warnAt is warn for a record of the sorted Book.
func (r *run) warnAt(table string, at crm.Pos, code, column, example, expected string) {
	for _, j := range r.jobs[table] {
		if j.number == at.File {
			r.warn(j.receipt, code, column, at.Line, example, expected)
			return
		}
	}
}

// lastStage is the stage a deal was last seen in, StageNone where that is
// unknown or an end.
func (r *run) lastStage(id crm.DealID) crm.Stage {
	i, ok := slices.BinarySearchFunc(r.book.Stages, id, func(e crm.StageEntry, id crm.DealID) int {
		return strings.Compare(string(e.Deal), string(id))
	})
	if !ok {
		return crm.StageNone
	}
	last := crm.StageNone
	for ; i < len(r.book.Stages) && r.book.Stages[i].Deal == id; i++ {
		last = r.book.Stages[i].Stage
	}
	if last.Terminal() {
		return crm.StageNone
	}
	return last
}

// organise builds the tree over every rep of every table, then looks up the
// scopes that plans name.
func (r *run) organise(t *tables) {
	b := r.book
	if !b.Has("reps") { // the tree is the reps seen, and a plan's subject is one
		number := func(id string) {
			if id != "company" {
				b.Reps.Number(id)
			}
		}
		each(t.targets, func(v *crm.Target) { number(v.Scope) })
		each(t.forecasts, func(v *crm.Forecast) { number(v.Subject) })
		each(t.confidence, func(v *crm.Confidence) { number(v.Subject) })
	}
	b.Calendar = crm.NewCalendar(r.o.SixDay, t.calendar.rows, t.roster.rows)
	b.FX = crm.NewFX(t.fx.rows)
	b.Org = crm.NewOrg(b.Reps, t.reps.rows)
	known := func(id string) bool { _, ok := b.Org.Find(id); return ok }
	for i := range b.Targets {
		r.unknownScope("targets", "scope_id", b.Targets[i].Pos, b.Targets[i].Scope, known)
	}
	for i := range b.Forecasts {
		r.unknownScope("forecasts", "rep_id", b.Forecasts[i].Pos, b.Forecasts[i].Subject, known)
	}
	for i := range b.Confidence {
		r.unknownScope("confidence", "subject_id", b.Confidence[i].Pos, b.Confidence[i].Subject, known)
	}
}

func (r *run) unknownScope(table, column string, at crm.Pos, id string, known func(string) bool) {
	if !known(id) {
		r.warnAt(table, at, "unknown_scope", column, id, "a rep_id, or a unit by its path such as 华东/上海/一组")
	}
}
