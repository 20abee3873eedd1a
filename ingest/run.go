package ingest

import (
	"io/fs"
	"strings"
	"time"

	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
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

	progress progress
	spool    *dialect.Spool // of the standard input, once it was read

	decisions map[columnKey]*decision // on the columns that are not canonical

	stageAt    map[string]crm.Stage // by every word for it, in lower case
	stageWords []string             // ids, for messages

	// Currencies of what other rows refer to, where it is not the report's.
	dealIn     map[crm.DealID]crm.Currency
	contractIn map[crm.ContractID]crm.Currency
	invoiceIn  map[crm.InvoiceID]crm.Currency
}

func newRun(fsys fs.FS, o Options) (*run, error) {
	r := &run{fsys: fsys, o: o, words: newLexicons(), jobs: map[string][]job{},
		report: &Report{AsOf: crm.NoDate, Rejects: map[string][]Reject{}},
		book: &crm.Book{AsOf: crm.NoDate, Fiscal: o.Fiscal, Currency: o.Currency, Tables: map[string]bool{}, Pipeline: o.Pipeline,
			Reps: &crm.Names[crm.RepNo]{}, Customers: &crm.Names[crm.CustomerNo]{}},
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
	r.expectBytes()
	return r, nil
}

// close removes what was spooled.
func (r *run) close() {
	if r.spool != nil {
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
	alike := policy{repeats: true}
	return &tables{
		reps:        readTable(r, "reps", policy{}, spell),
		customers:   readTable(r, "customers", policy{}, customer),
		visits:      readTable(r, "visits", policy{}, visit),
		grades:      readTable(r, "grades", policy{}, grade),
		deals:       readTable(r, "deals", policy{}, deal),
		stages:      readStages(r),
		contracts:   readTable(r, "contracts", policy{}, contract),
		splits:      readTable(r, "credit_splits", policy{keepTexts: true}, split),
		targets:     readTable(r, "targets", policy{}, target),
		forecasts:   readTable(r, "forecasts", policy{}, forecast),
		confidence:  readTable(r, "confidence", policy{}, confidence),
		invoices:    readTable(r, "invoices", policy{}, invoice),
		payments:    readTable(r, "payments", policy{}, payment),
		adjustments: readTable(r, "adjustments", policy{}, adjustment),
		rates:       readTable(r, "commission_rates", policy{}, rate),
		ledger:      readTable(r, "commission_ledger", alike, ledgerLine),
		leads:       readTable(r, "leads", policy{}, lead),
		coaching:    readTable(r, "coaching", policy{}, coaching),
		cases:       readTable(r, "cases", policy{}, complaint),
		roster:      readTable(r, "roster", policy{}, rosterDay),
		calendar:    readTable(r, "calendar", policy{}, calendarDay),
		ownership:   readTable(r, "ownership", policy{}, ownership),
		successions: readTable(r, "successions", policy{}, succession),
		pool:        readTable(r, "pool_moves", alike, poolMove),
		fx:          readTable(r, "fx_rates", policy{}, fxRate),
		audits:      readTable(r, "audits", policy{}, audit),
	}
}
