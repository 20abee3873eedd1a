package ingest

import (
	"io/fs"
	"strings"
	"time"

	"crmreport/ingest/block"
	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
	"crmreport/ingest/room"
)

// run is the state of one Read.
type run struct {
	fsys   fs.FS
	o      Options
	zone   *time.Location
	words  *lexicons
	book   *crm.Book
	report *Report
	files  []string // by crm.Pos.File
	jobs   map[string][]job
	faults []error

	progress *progress
	buffers  block.Buffers   // of the files that are read by blocks
	tokens   []*block.Tokens // likewise, of each worker
	spool    *dialect.Spool  // of the standard input, once it was read
	store    *room.Store     // of what there is much of; nil: the heap

	decisions map[columnKey]*decision // on the columns that are not canonical
	aside     bool                    // a worker's own run: it decides nothing

	stageAt    map[string]crm.Stage // by every word for it, in lower case
	stageWords []string             // ids, for messages

	// Currencies of what other rows refer to, where it is not the report's; they
	// are complete once their table is read.
	dealIn     map[crm.DealID]crm.Currency
	contractIn map[crm.ContractID]crm.Currency
	invoiceIn  map[crm.InvoiceID]crm.Currency
}

func newRun(fsys fs.FS, o Options) (*run, error) {
	r := &run{fsys: fsys, progress: &progress{}, o: o, words: newLexicons(), jobs: map[string][]job{},
		report: &Report{AsOf: crm.NoDate, Newest: crm.NoDate, Rejects: map[string][]Reject{}},
		book: &crm.Book{AsOf: crm.NoDate, Fiscal: o.Fiscal, Currency: o.Currency, Tables: map[string]bool{}, Pipeline: o.Pipeline,
			Reps: crm.NewNames[crm.RepNo](nil), Customers: crm.NewNames[crm.CustomerNo](nil)},
		decisions: map[columnKey]*decision{}, dealIn: map[crm.DealID]crm.Currency{}, contractIn: map[crm.ContractID]crm.Currency{}, invoiceIn: map[crm.InvoiceID]crm.Currency{},
	}
	zone, err := time.LoadLocation(o.Zone)
	if err != nil {
		return r, badZone(o.Zone, "")
	}
	r.zone = zone
	r.nameStages()
	if err := r.plan(); err != nil {
		return r, err
	}
	return r, r.memory(r.expectBytes())
}

// close removes what was spooled, unless it is Kept.
func (r *run) close() {
	if _, kept := r.o.Stdin.(*Kept); r.spool != nil && !kept {
		r.spool.Close()
	}
}

func newReceipt(table, file string) *Receipt {
	return &Receipt{Table: table, File: file, Newest: crm.NoDate}
}

// nameStages collects the words for stages: ids first, then names that no id
// or other name takes.
func (r *run) nameStages() {
	r.stageAt = map[string]crm.Stage{}
	name := func(word string, s crm.Stage) {
		if word = strings.ToLower(word); word != "" {
			if _, taken := r.stageAt[word]; !taken {
				r.stageAt[word] = s
			}
		}
	}
	for i, d := range r.o.Pipeline.Stages {
		name(d.ID, crm.Stage(i+1))
		r.stageWords = append(r.stageWords, d.ID)
	}
	for _, s := range []crm.Stage{crm.Won, crm.Lost, crm.Void, crm.Collected} {
		r.stageWords = append(r.stageWords, r.o.Pipeline.ID(s))
	}
	for i, d := range r.o.Pipeline.Stages {
		name(d.EN, crm.Stage(i+1))
		name(d.ZH, crm.Stage(i+1))
	}
}

func (r *run) stage(word string) (crm.Stage, bool) {
	if s, ok := r.o.Pipeline.Lookup(word); ok {
		return s, true
	}
	if s, ok := r.stageAt[strings.ToLower(word)]; ok {
		return s, true
	}
	return r.words.terminal.lookup(word)
}

// tables is every table as read, before the as-of is known.
type tables struct {
	reps        *shelf[crm.Spell]
	customers   *shelf[crm.Customer]
	visits      *shelf[crm.Visit]
	grades      *shelf[crm.Grade]
	deals       *shelf[crm.Deal]
	stages      *shelf[crm.StageEntry]
	contracts   *shelf[crm.Contract]
	splits      *shelf[crm.Split]
	targets     *shelf[crm.Target]
	forecasts   *shelf[crm.Forecast]
	confidence  *shelf[crm.Confidence]
	invoices    *shelf[crm.Invoice]
	payments    *shelf[crm.Payment]
	adjustments *shelf[crm.Adjustment]
	rates       *shelf[crm.Rate]
	ledger      *shelf[crm.LedgerLine]
	leads       *shelf[crm.Lead]
	coaching    *shelf[crm.Coaching]
	cases       *shelf[crm.Case]
	roster      *shelf[crm.RosterDay]
	calendar    *shelf[crm.CalendarDay]
	ownership   *shelf[crm.Ownership]
	successions *shelf[crm.Succession]
	pool        *shelf[crm.PoolMove]
	fx          *shelf[crm.FXRate]
	audits      *shelf[crm.Audit]
}

// readTables reads in the order of Tables: what refers to a currency comes
// after what has it.
func (r *run) readTables() *tables {
	return &tables{
		reps:        readTable(r, table[repRow, crm.Spell]{name: "reps", decode: spell}),
		customers:   readTable(r, table[customerRow, crm.Customer]{name: "customers", decode: customer, ids: customerIDs}),
		visits:      readTable(r, visitTable()),
		grades:      readTable(r, table[gradeRow, crm.Grade]{name: "grades", decode: grade, ids: gradeIDs}),
		deals:       noteCurrency(r, r.dealIn, readTable(r, table[dealRow, crm.Deal]{name: "deals", decode: deal, ids: dealIDs}), func(v *crm.Deal) (crm.DealID, crm.Currency) { return v.ID, v.Amount.Currency }),
		stages:      readStages(r),
		contracts:   noteCurrency(r, r.contractIn, readTable(r, table[contractRow, crm.Contract]{name: "contracts", decode: contract, ids: contractIDs}), func(v *crm.Contract) (crm.ContractID, crm.Currency) { return v.ID, v.Amount.Currency }),
		splits:      readTable(r, table[splitRow, crm.Split]{name: "credit_splits", decode: split, policy: policy{keepTexts: true}}),
		targets:     readTable(r, table[targetRow, crm.Target]{name: "targets", decode: target, ids: noIDs[crm.Target]}),
		forecasts:   readTable(r, table[forecastRow, crm.Forecast]{name: "forecasts", decode: forecast, ids: noIDs[crm.Forecast]}),
		confidence:  readTable(r, table[confidenceRow, crm.Confidence]{name: "confidence", decode: confidence, ids: noIDs[crm.Confidence]}),
		invoices:    noteCurrency(r, r.invoiceIn, readTable(r, table[invoiceRow, crm.Invoice]{name: "invoices", decode: invoice, ids: invoiceIDs}), func(v *crm.Invoice) (crm.InvoiceID, crm.Currency) { return v.ID, v.Amount.Currency }),
		payments:    readTable(r, table[paymentRow, crm.Payment]{name: "payments", decode: payment, ids: paymentIDs}),
		adjustments: readTable(r, table[adjustmentRow, crm.Adjustment]{name: "adjustments", decode: adjustment}),
		rates:       readTable(r, table[rateRow, crm.Rate]{name: "commission_rates", decode: rate}),
		ledger:      readTable(r, table[ledgerRow, crm.LedgerLine]{name: "commission_ledger", decode: ledgerLine, policy: policy{repeats: true}, ids: ledgerIDs}),
		leads:       readTable(r, table[leadRow, crm.Lead]{name: "leads", decode: lead, ids: leadIDs}),
		coaching:    readTable(r, table[coachingRow, crm.Coaching]{name: "coaching", decode: coaching}),
		cases:       readTable(r, table[caseRow, crm.Case]{name: "cases", decode: complaint}),
		roster:      readTable(r, table[rosterRow, crm.RosterDay]{name: "roster", decode: rosterDay, ids: rosterIDs}),
		calendar:    readTable(r, table[calendarRow, crm.CalendarDay]{name: "calendar", decode: calendarDay}),
		ownership:   readTable(r, table[ownershipRow, crm.Ownership]{name: "ownership", decode: ownership, ids: ownershipIDs}),
		successions: readTable(r, table[successionRow, crm.Succession]{name: "successions", decode: succession}),
		pool:        readTable(r, table[poolRow, crm.PoolMove]{name: "pool_moves", decode: poolMove, policy: policy{repeats: true}, ids: poolIDs}),
		fx:          readTable(r, table[fxRow, crm.FXRate]{name: "fx_rates", decode: fxRate}),
		audits:      readTable(r, table[auditRow, crm.Audit]{name: "audits", decode: audit}),
	}
}

func visitTable() table[visitRow, crm.Visit] {
	return table[visitRow, crm.Visit]{name: "visits", decode: visit, ids: visitIDs, quick: newQuickVisits}
}

// noteCurrency notes the rows that are not in the report's currency, for the tables
// that refer to them.
func noteCurrency[ID comparable, T located](r *run, in map[ID]crm.Currency, s *shelf[T], of func(*T) (ID, crm.Currency)) *shelf[T] {
	each(s, func(v *T) {
		if id, c := of(v); c != r.o.Currency {
			in[id] = c
		}
	})
	return s
}
