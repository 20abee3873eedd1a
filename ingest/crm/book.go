// Package crm holds the nouns of the field: the tables of a CRM after reading,
// as typed records. It is not a parser and computes no metric; ingest fills a
// Book, the metric families read it.
package crm

import (
	"iter"

	"crmreport/ingest/room"
)

// Pos is where a record stood: a file of Book.Files and the physical line its
// record begins on (the first line is 1).
type Pos struct {
	File int32
	Line int32
}

// Where returns p; every record has it from the Pos it carries.
func (p Pos) Where() Pos { return p }

// Tri is a three-valued boolean: a blank is unknown, not false.
type Tri uint8

// The values of a Tri.
const (
	Unknown Tri = iota
	No
	Yes
)

// ContractType is new, renewal or expansion, of deals, contracts and rates.
type ContractType string

// The contract types.
const (
	New       ContractType = "new"
	Renewal   ContractType = "renewal"
	Expansion ContractType = "expansion"
)

// Channel is how a customer was met; only ChannelVisit is a visit unless the
// configuration says otherwise.
type Channel uint8

// The channels. A blank channel is a visit.
const (
	ChannelVisit Channel = iota
	ChannelSweep
	ChannelPhone
	ChannelOnline
)

// MetRole is whom the rep met.
type MetRole uint8

// The roles met; RoleUnknown is a blank.
const (
	RoleUnknown MetRole = iota
	RoleKP
	RoleDriver
	RoleOther
	RoleNone
)

// Rejection is how the customer answered; only an explicit one makes a visit
// invalid.
type Rejection uint8

// The answers; RejectionUnknown is a blank.
const (
	RejectionUnknown Rejection = iota
	RejectionNone
	RejectionSoft
	RejectionExplicit
)

// AuditStatus is what quality control found.
type AuditStatus uint8

// The audit states; a blank is unaudited.
const (
	Unaudited AuditStatus = iota
	AuditPassed
	AuditFailed
)

// Visit is one entered visit. It is kept small: there may be ten million. Its
// visit_id stays in the file; Pos finds it. Of when it was entered and of the
// next contact it keeps how many days after the visit they are.
type Visit struct {
	Pos
	At        Stamp
	Customer  CustomerNo
	Rep       RepNo
	Coach     RepNo  // joint visit: credited to Rep only
	NoteHash  uint32 // of the trimmed note; 0 = no note
	Channel   Channel
	Met       MetRole
	Rejection Rejection
	Audit     AuditStatus
	Pitched   Tri
	Planned   Tri
	Entered   Lag // from the visit to its entry into the CRM
	Next      Lag // from the visit to the next contact agreed
}

// Valid is the predicate of with three-valued logic: met a key
// person or a driver of the decision, the service was pitched, and no explicit
// refusal. A failed audit is not judged here: such a visit leaves every count
// first.
func (v *Visit) Valid() Tri {
	met := v.Met == RoleKP || v.Met == RoleDriver
	if (v.Met != RoleUnknown && !met) || v.Pitched == No || v.Rejection == RejectionExplicit {
		return No
	}
	if v.Met == RoleUnknown || v.Pitched == Unknown || v.Rejection == RejectionUnknown {
		return Unknown
	}
	return Yes
}

// Beats reports whether v is the better of two rows of one rep, customer and
// day: valid before unknown before invalid. Of equals neither is.
func (v *Visit) Beats(w *Visit) bool { return v.Valid().worth() > w.Valid().worth() }

// worth orders no, unknown, yes.
func (t Tri) worth() int { return [...]int{Unknown: 1, No: 0, Yes: 2}[t] }

// DealID, ContractID and InvoiceID are ids of their tables.
type (
	DealID     string
	ContractID string
	InvoiceID  string
)

// DealStatus is where a deal stands.
type DealStatus uint8

// The states of a deal.
const (
	DealOpen DealStatus = iota
	DealWon
	DealLost
	DealVoid
)

// Deal is an opportunity as it stands in the export.
type Deal struct {
	Pos
	ID            DealID
	Name          string
	Customer      CustomerNo
	Rep           RepNo
	Type          ContractType // blank is New
	Stage         Stage
	Status        DealStatus
	Amount        Money
	AmountKnown   bool
	CreatedOn     Date // NoDate where the export leaves it blank
	ExpectedClose Date
	ClosedOn      Date
	LostReason    string
	Competitor    string
	Source        string
}

// StageEntry is a deal entering a stage.
type StageEntry struct {
	Pos
	Deal        DealID
	Stage       Stage
	At          Stamp
	Sequence    int64 // orders rows before the time does; 0 = not given
	Amount      Money
	AmountKnown bool
	Rep         RepNo // NoRep: the deal's
	// ExpectedClose is what was expected then; NoDate where the history does not say.
	ExpectedClose Date
}

// ContractStatus is what became of a contract.
type ContractStatus string

// The states of a contract.
const (
	Active       ContractStatus = "active"
	ContractVoid ContractStatus = "void"
	Notice       ContractStatus = "notice"
	Terminated   ContractStatus = "terminated"
	Superseded   ContractStatus = "superseded"
)

// AmountPer says what a contract's amount covers.
type AmountPer uint8

// A contract's amount is the total (TCV) unless the source says otherwise.
const (
	PerTerm AmountPer = iota
	PerMonth
	PerYear
)

// Contract is a signing.
type Contract struct {
	Pos
	ID          ContractID
	Customer    CustomerNo
	Rep         RepNo
	Deal        DealID
	Type        ContractType // blank is New
	SignDate    Date
	Start, End  Date // End is the last day of service
	TermMonths  int  // 0 = blank: inclusive days / 365
	Product     string
	Amount      Money // gross, see Per
	Per         AmountPer
	Base        Money // ex VAT; the gross amount where BaseKnown is false
	BaseKnown   bool
	Margin      Money
	MarginKnown bool
	Renewable   Tri // blank counts as renewable where End is known
	Status      ContractStatus
	StatusDate  Date
	Predecessor ContractID
}

// Split is a share of a contract's credit (R-5.35: exact fractions).
type Split struct {
	Pos
	Contract ContractID
	Rep      RepNo
	Share    Decimal
	Overlay  bool // outside the 100 % (R-5.20)
}

// Target is a goal from above.
type Target struct {
	Pos
	Period  Period
	Scope   string  // a rep or a unit: Org.Find
	Measure string  // new_amount, renewal_amount, new_customers, renewal_customers, visits, valid_visits …
	Value   Decimal // a count, or an amount in major units of the report currency
}

// ForecastHorizon tells a day forecast from the others: a day has no Period.
// Forecast is one submission; it is never overwritten.
type Forecast struct {
	Pos
	Period      Period
	Day         Date   // set, and Period empty, for a day forecast
	Subject     string // a rep or a unit
	SubmittedBy string
	At          Stamp
	Amount      Money
	Type        ContractType // blank = all types together
}

// Confidence is an index that one level gives the level below.
type Confidence struct {
	Pos
	Period  Period
	Subject string
	GivenBy string
	Index   Decimal
	At      Stamp
}

// OverdueCause is why an invoice is overdue; "" is unclassified.
type OverdueCause string

// The causes.
const (
	CauseFraud     OverdueCause = "fraud"
	CauseQuality   OverdueCause = "quality"
	CauseUnwilling OverdueCause = "unwilling"
)

// DunningStep is the highest step of collection reached; "" is none.
type DunningStep string

// The steps, in order.
const (
	StepDeliveryLetter DunningStep = "delivery_letter"
	StepReminder       DunningStep = "reminder"
	StepOverdueNotice  DunningStep = "overdue_notice"
)

// Invoice is one instalment of a bill.
type Invoice struct {
	Pos
	ID         InvoiceID
	Instalment string
	Customer   CustomerNo
	Contract   ContractID
	Rep        RepNo
	Date       Date
	Due        Date // NoDate: invoice date + the customer's terms
	Amount     Money
	Cause      OverdueCause
	Step       DunningStep
	Void       bool
}

// Payment is money in, or taken back.
type Payment struct {
	Pos
	ID       string
	Customer CustomerNo
	Date     Date
	Amount   Money     // positive; Refund says the direction
	Invoice  InvoiceID // "" = oldest first
	Refund   bool
}

// AdjustmentKind is credit_note, write_off or recovery.
type AdjustmentKind string

// The kinds of adjustment.
const (
	CreditNote AdjustmentKind = "credit_note"
	WriteOff   AdjustmentKind = "write_off"
	Recovery   AdjustmentKind = "recovery"
)

// Adjustment is a credit note, a write-off or a recovery.
type Adjustment struct {
	Pos
	ID       string
	Kind     AdjustmentKind
	Customer CustomerNo
	Date     Date
	Amount   Money
	Invoice  InvoiceID
	Contract ContractID
	Cause    string
}

// TierMode says how a tiered rate applies.
type TierMode string

// The tier modes.
const (
	TierMarginal TierMode = "marginal"
	TierWhole    TierMode = "whole"
)

// Rate is a commission rate in force. Of Rep, Plan and Role the most specific
// that is given decides; all blank is everybody.
type Rate struct {
	Pos
	Plan                 string
	Rep                  RepNo
	Role                 Role
	Type                 ContractType // "" = every type
	Margin               bool         // base: margin instead of revenue
	Cash                 bool         // trigger: cash instead of booking
	Rate                 Decimal
	FromAmount, ToAmount Money // tier; both zero = no tier
	HasTo                bool
	Mode                 TierMode
	From, To             Date
}

// Customer is a row of customers.
type Customer struct {
	Pos
	No                                      CustomerNo
	Name                                    string
	Rep                                     RepNo
	Grade                                   string
	Segment, Industry, Region, City, Source string
	CreatedOn                               Date
	Private                                 Tri
	TermsDays                               int
	TermsKnown                              bool
	MergedInto                              CustomerNo
}

// Ownership is who owns a customer from a day on.
type Ownership struct {
	Pos
	Customer CustomerNo
	Rep      RepNo
	From, To Date
}

// Succession is an n:1 or 1:n renewal.
type Succession struct {
	Pos
	Old, New ContractID
	SignDate Date // NoDate: the new contract's
}

// Grade is a customer's grade from a day on.
type Grade struct {
	Pos
	Customer CustomerNo
	Date     Date
	Grade    string
}

// LedgerLine is commission that was really paid.
type LedgerLine struct {
	Pos
	Rep      RepNo
	Period   Period
	Contract ContractID
	Amount   Money
	Reason   string
}

// PaidMonths is the stretch of months that lines of the commission ledger close:
// from the first day of the first month with a line to the day after the last
// of no lines an empty one. Lines of other kinds of period close
// nothing.
func PaidMonths(lines []LedgerLine) (from, end Date) {
	for i := range lines {
		p := lines[i].Period
		if p.Kind != Month {
			continue
		}
		if from == end || p.Start < from {
			from = p.Start
		}
		end = max(end, p.End)
	}
	return from, end
}

// Lead is a lead's life.
type Lead struct {
	Pos
	ID            string
	Rep           RepNo
	Source        string
	CreatedAt     Stamp
	AssignedAt    Stamp
	FirstFollowUp Stamp
	ReclaimedAt   Stamp
	Status        string // open, converted, closed, reclaimed
	StatusAt      Stamp
	Customer      CustomerNo
}

// Coaching is a coached day.
type Coaching struct {
	Pos
	Rep        RepNo
	Date       Date
	Coach      RepNo
	Points     []string
	Purpose    string
	Target     string
	FeedbackAt Stamp
}

// Case is a complaint.
type Case struct {
	Pos
	ID       string
	Customer CustomerNo
	OpenedOn Date
	Kind     string
	ClosedOn Date
}

// PoolMove is customers moved into or out of a rep's private pool.
type PoolMove struct {
	Pos
	Rep      RepNo
	Date     Date
	In       bool
	Count    int
	Customer CustomerNo
}

// AuditKind is how a visit came to be audited.
type AuditKind uint8

// The kinds of audit; AuditUnstated is a blank.
const (
	AuditUnstated AuditKind = iota
	AuditRandom
	AuditTargeted
)

// Audit is a quality-control check of one visit.
type Audit struct {
	Pos
	Visit  string
	Date   Date
	Failed bool
	Kind   AuditKind

	// Of the visit, where the visits table has it; else VisitOn is NoDate.
	Rep     RepNo
	VisitOn Date
	VisitAt Pos
}

// Book is everything one run has read, sorted, deduplicated and joined to one
// organisation. Rows dated after AsOf are not in it.
type Book struct {
	AsOf     Date
	Fiscal   Fiscal
	Currency Currency // of the report
	Files    []string
	Tables   map[string]bool // tables that had a source, by name

	Reps      *Names[RepNo]
	Customers *Names[CustomerNo]
	Org       *Org
	Calendar  *Calendar
	FX        FX
	Pipeline  Pipeline

	Visits         []Visit      // by customer, time, position
	Deals          []Deal       // by id
	Stages         []StageEntry // by deal, then
	StagesDateOnly bool         // no entry has a time of day
	Contracts      []Contract   // by customer, sign date, id
	Splits         []Split      // by contract, rep id
	Targets        []Target
	Forecasts      []Forecast   // by position
	Confidence     []Confidence // by position
	Invoices       []Invoice    // by customer, invoice date, id, instalment
	Payments       []Payment    // by customer, date, id
	Adjustments    []Adjustment // by customer, date, id
	Rates          []Rate
	CustomerRows   []Customer  // by customer
	Ownership      []Ownership // by customer, from
	Successions    []Succession
	Grades         []Grade
	Ledger         []LedgerLine
	PaidFrom       Date // PaidMonths of Ledger; parts of the Book keep them
	PaidEnd        Date
	Leads          []Lead
	Coaching       []Coaching
	Cases          []Case
	PoolMoves      []PoolMove
	Audits         []Audit

	store *room.Store
}

// Keep says that tables of the Book lie in a store, Release that nobody will
// touch them any more.
func (b *Book) Keep(s *room.Store) { b.store = s }

// Release lets go what Keep was told of; a Book on the heap needs none.
func (b *Book) Release() {
	s := b.store
	b.store = nil
	_ = s.Close() // what it held is gone in any case
}

// Forget lets the rows of the large tables go: what is said of them is computed.
// Names, the organisation and the texts that rows had stay until Release.
func (b *Book) Forget() {
	forget(b.store, &b.Visits)
	forget(b.store, &b.Deals)
	forget(b.store, &b.Stages)
	forget(b.store, &b.Contracts)
	forget(b.store, &b.Targets)
	forget(b.store, &b.Forecasts)
	forget(b.store, &b.Confidence)
	forget(b.store, &b.Invoices)
	forget(b.store, &b.Payments)
	forget(b.store, &b.CustomerRows)
	forget(b.store, &b.Grades)
	forget(b.store, &b.Leads)
	forget(b.store, &b.PoolMoves)
	forget(b.store, &b.Audits)
}

func forget[T any](in *room.Store, rows *[]T) {
	room.Free(in, *rows)
	*rows = nil
}

// Has reports whether the run had a source for the table.
func (b *Book) Has(table string) bool { return b.Tables[table] }

// Journey is everything that happened with one customer, in order: joined once,
// folded by as many families as like. A journey is never split between chunks.
type Journey struct {
	Customer    CustomerNo
	Visits      []Visit
	Contracts   []Contract
	Invoices    []Invoice
	Payments    []Payment
	Adjustments []Adjustment
	Ownership   []Ownership
}

// Journeys yields the customers numbered [lo, hi) one at a time; rows without
// a customer come under NoCustomer where lo is NoCustomer. The slices are
// views into the Book; the Journey itself is only good until the next.
func (b *Book) Journeys(lo, hi CustomerNo) iter.Seq[*Journey] {
	return func(yield func(*Journey) bool) {
		r, j := b.seek(lo), &Journey{}
		for {
			n := r.next()
			if n >= hi {
				return
			}
			r.take(j, n)
			if !yield(j) {
				return
			}
			if n%1024 == 0 {
				b.store.Trim()
			}
		}
	}
}
