package pipeline

import (
	"cmp"
	"slices"
	"strings"

	"crmreport/ingest"
	"crmreport/ingest/crm"
)

const table = "stage_history"

// Join gives a book that has no stage history the one that the weeks tell, and
// the report a receipt of each file. A deal that stands in another stage than
// the week before moved on the later week's as-of day; one seen for the first
// time in the first stage came there when it was created. Its amounts and
// expected closes are those of the weeks. What has left the pipeline closed as
// the deals table now says. Where now is true, that table is of the book's
// as-of day and tells the last week itself.
func Join(b *crm.Book, report *ingest.Report, weeks []Week, now bool) {
	h := &history{b: b, seen: map[crm.DealID]crm.Stage{}}
	for _, w := range weeks {
		h.week(&w, report)
	}
	if now {
		for i := range b.Deals {
			if d := &b.Deals[i]; isOpen(d) && d.Stage != crm.StageNone {
				h.entry(d.Pos, b.AsOf, crm.StageEntry{Deal: d.ID, Stage: d.Stage, Amount: d.Amount, AmountKnown: d.AmountKnown, Rep: d.Rep, ExpectedClose: d.ExpectedClose}, d.CreatedOn, crm.NoDate)
			}
		}
	}
	slices.SortStableFunc(h.entries, func(x, y crm.StageEntry) int {
		return cmp.Or(strings.Compare(string(x.Deal), string(y.Deal)), cmp.Compare(x.At, y.At), cmp.Compare(x.Stage, y.Stage))
	})
	b.Stages, b.StagesDateOnly, b.Tables[table] = h.entries, true, true
	report.Missing = slices.DeleteFunc(report.Missing, func(t string) bool { return t == table })
}

type history struct {
	b       *crm.Book
	seen    map[crm.DealID]crm.Stage // where a deal was last seen
	entries []crm.StageEntry
}

func (h *history) week(w *Week, report *ingest.Report) {
	file := int32(len(h.b.Files))
	h.b.Files = append(slices.Clip(h.b.Files), w.File)
	c := w.receipt(table, columns, len(w.rows))
	for _, r := range w.rows {
		stage, ok := h.b.Pipeline.Lookup(r.stage)
		if !ok || stage.Terminal() {
			c.Skipped, c.OtherTable = c.Skipped+1, c.OtherTable+1 // no stage is known, or the pipeline has it no longer
			continue
		}
		c.Accepted++
		h.entry(crm.Pos{File: file, Line: r.line}, w.AsOf, crm.StageEntry{Deal: crm.DealID(r.deal), Stage: stage, Amount: r.amount, AmountKnown: r.known,
			Rep: h.b.Reps.Lookup(r.rep), ExpectedClose: r.due}, r.created, r.enteredOn)
	}
	report.Receipts = append(report.Receipts, c)
}

// entry adds that a deal was seen in a stage on a day.
func (h *history) entry(at crm.Pos, on crm.Date, e crm.StageEntry, created, enteredOn crm.Date) {
	last, before := h.seen[e.Deal]
	h.seen[e.Deal] = e.Stage
	switch {
	case before && last == e.Stage: // amount, owner and expected close are of the day
	case enteredOn.Known() && enteredOn <= on:
		on = enteredOn
	case !before && e.Stage == 1 && created.Known() && created <= on:
		on = created
	}
	e.Pos, e.At = at, on.At()
	h.entries = append(h.entries, e)
}
