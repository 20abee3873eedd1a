package ingest

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"crmreport/ingest/crm"
)

// folder makes a data folder of name, text pairs.
func folder(files ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}

func day(s string) crm.Date {
	d, err := crm.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// lenient are options that let a test have any share of rejects, as of the end
// of 2025-W10.
func lenient(t testing.TB, fsys fstest.MapFS) Options {
	t.Helper()
	o := DefaultOptions()
	o.MaxRejects, o.AsOf = crm.One, day("2025-03-09")
	var err error
	if o.Sources, err = DefaultSources(fsys); err != nil {
		t.Fatal(err)
	}
	return o
}

func mustRead(t testing.TB, fsys fstest.MapFS, o Options) (*crm.Book, *Report) {
	t.Helper()
	b, r, err := Read(fsys, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Receipts {
		if !c.Conserved() {
			t.Errorf("%s as %s is not conserved: %+v", c.File, c.Table, *c)
		}
	}
	return b, r
}

// problems prints a receipt's problems: "code column line count".
func problems(r *Report, table string) []string {
	var out []string
	for _, c := range r.Receipts {
		if c.Table == table {
			for _, p := range c.Problems {
				out = append(out, fmt.Sprintf("%s %s %d %d", p.Code, p.Column, p.Line, p.Count))
			}
		}
	}
	return out
}

// counts prints a receipt: read accepted duplicates rejected skipped future.
func counts(r *Report, table string) string {
	for _, c := range r.Receipts {
		if c.Table == table {
			return fmt.Sprint(c.Read, c.Accepted, c.Duplicates, c.Rejected, c.Skipped, c.FutureRows)
		}
	}
	return ""
}

// everyTable is a folder with every table, every column filled.
func everyTable() fstest.MapFS {
	return folder(
		"reps.csv", "rep_id,name,role,plan,team,area,region,hired_on,left_on,valid_from,valid_to\nr1,Ann,rep,P1,T1,A1,R1,2024-01-02,2025-12-31,2024-01-02,2025-12-30\n",
		"customers.csv", "customer_id,name,rep_id,grade,segment,industry,region,city,source,created_at,pool,terms_days,merged_into\nc1,Acme,r1,A,SMB,steel,R1,杭州,fair,2024-05-06,private,30,c0\n",
		"visits.csv", "visit_id,rep_id,customer_id,start_at,channel,met_role,pitched,rejection,audit_status,coach_id,entered_at,note,next_contact_on,planned\nv1,r1,c1,2025-03-03T09:30,phone,KP,Y,soft,passed,r2,2025-03-04,\"two\nlines\",2025-03-10,N\n",
		"grades.csv", "customer_id,date,grade\nc1,2025-01-01,B\n",
		"deals.csv", "deal_id,name,customer_id,rep_id,type,stage,status,amount,currency,created_at,expected_close,closed_at,lost_reason,competitor,source\nd1,Big,c1,r1,renewal,proposal,lost,1234.50,USD,2025-01-05,2025-04-01,2025-03-01,price,Other,web\n",
		"stage_history.csv", "deal_id,stage,changed_at,sequence,amount,rep_id,expected_close\nd1,contact,2025-01-05,1,7.5,r1,2025-04-01\n",
		"contracts.csv", "contract_id,customer_id,rep_id,deal_id,type,sign_date,start,end,term_months,product,amount,base_ex_vat,margin,currency,renewable,status,status_date,predecessor_id\nk1,c1,r1,d1,expansion,2025-02-03,2025-02-04,2026-02-03,12,CRM,1000,900.1,-5,CNY,Y,notice,2025-03-01,k0\n",
		"credit_splits.csv", "contract_id,rep_id,share,credit_type\nk1,r1,0.75,sale\nk1,r2,25%,sale\nk1,r3,0.1,overlay\n",
		"targets.csv", "period,scope_id,measure,value\n2025-Q1,r1,new_amount,100000.5\n",
		"forecasts.csv", "period,rep_id,submitted_by,submitted_at,amount,type\n2025-03,r1,r2,2025-02-28T18:00,500,new\n2025-03-04,r1,r1,2025-03-03,20,\n",
		"confidence.csv", "period,subject_id,given_by,index,submitted_at\n2025-W10,r1,r2,0.8,2025-03-03\n",
		"invoices.csv", "invoice_id,instalment,customer_id,contract_id,rep_id,invoice_date,due_date,amount,currency,overdue_cause,dunning_step,status\ni1,2,c1,k1,r1,2025-02-05,2025-03-07,400,EUR,quality,reminder,void\n",
		"payments.csv", "payment_id,customer_id,date,amount,invoice_id,currency,kind\np1,c1,2025-03-01,12.34,i1,EUR,refund\n",
		"adjustments.csv", "adjustment_id,kind,customer_id,date,amount,invoice_id,contract_id,cause\na1,write_off,c1,2025-03-02,5,i1,k1,fraud\n",
		"commission_rates.csv", "plan,rep_id,role,type,base,trigger,rate,from_amount,to_amount,tier_mode,valid_from,valid_to\nP1,r1,supervisor,new,margin,cash,8%,100,200.5,whole,2025-01-01,2025-12-31\nP1,r1,supervisor,new,margin,cash,5%,,100,whole,2025-01-01,2025-12-31\nP1,r1,supervisor,new,margin,cash,9%,200.5,,whole,2025-01-01,2025-12-31\n",
		"commission_ledger.csv", "rep_id,period,contract_id,amount,reason\nr1,2025-02,k1,-3.21,clawback\n",
		"leads.csv", "lead_id,rep_id,source,created_at,assigned_at,first_follow_up_at,reclaimed_at,status,status_at,customer_id\nl1,r1,web,2025-03-01,2025-03-02T08:00,2025-03-02T09:00,2025-03-05,reclaimed,2025-03-05,c1\n",
		"coaching.csv", "rep_id,date,coach_id,points,purpose,target,feedback_at\nr1,2025-03-03,r2,opening; closing,skill,kp,2025-03-04T10:00\n",
		"cases.csv", "case_id,customer_id,opened_at,kind,closed_at\nx1,c1,2025-02-01,late,2025-02-03\n",
		"roster.csv", "rep_id,date,status\nr1,2025-03-05,leave\n",
		"calendar.csv", "date,is_workday,region\n2025-03-08,Y,R1\n",
		"ownership.csv", "customer_id,rep_id,valid_from,valid_to\nc1,r1,2025-01-01,2025-06-30\n",
		"successions.csv", "old_contract,new_contract,signed_date\nk0,k1,2025-02-03\n",
		"pool_moves.csv", "rep_id,date,direction,count,customer_id\nr1,2025-03-03,in,3,\nr1,2025-03-04,out,,c1\n",
		"fx_rates.csv", "currency,date,rate\nUSD,2025-01-01,7.25\n",
		"audits.csv", "visit_id,date,result,kind\nv1,2025-03-05,failed,targeted\n",
	)
}

// Every table once, every column filled, read back into the records that the
// rows were written for.
func TestRoundTrip(t *testing.T) {
	fsys := everyTable()
	o := lenient(t, fsys)
	b, r := mustRead(t, fsys, o)
	for _, c := range r.Receipts {
		if c.Accepted != c.Read || c.Encoding != "utf-8" || len(c.SHA256) != 64 || c.Bytes != int64(len(fsys[c.File].Data)) {
			t.Errorf("receipt %+v; problems %v; rejects %v", *c, problems(r, c.Table), r.Rejects[c.Table])
		}
	}
	if len(r.Missing) != 0 || len(r.Receipts) != 26 {
		t.Errorf("missing %v, %d receipts", r.Missing, len(r.Receipts))
	}
	file := func(name string) crm.Pos {
		for i, f := range b.Files {
			if f == name+".csv" {
				return crm.Pos{File: int32(i), Line: 2}
			}
		}
		t.Fatal(name)
		return crm.Pos{}
	}
	next := func(p crm.Pos, n int32) crm.Pos { p.Line += n; return p }
	rep, cus := b.Reps.Lookup, b.Customers.Lookup
	at := func(date string, minutes int) crm.Stamp { return day(date).At() + crm.Stamp(minutes*60) }
	cny := func(minor int64) crm.Money { return crm.Money{Minor: minor, Currency: "CNY"} }
	eur := func(minor int64) crm.Money { return crm.Money{Minor: minor, Currency: "EUR"} }
	usd := func(minor int64) crm.Money { return crm.Money{Minor: minor, Currency: "USD"} }
	period := func(s string) crm.Period { p, _ := crm.Fiscal{}.ParsePeriod(s); return p }
	for _, c := range []struct {
		table     string
		got, want any
	}{
		{"reps", b.Org.Spells, []crm.Spell{{Pos: file("reps"), Rep: rep("r1"), Name: "Ann", Role: crm.Seller, Plan: "P1", Team: "T1", Area: "A1", Region: "R1",
			Manager: crm.NoRep, HiredOn: day("2024-01-02"), LeftOn: day("2025-12-31"), From: day("2024-01-02"), To: day("2025-12-30")}}},
		{"customers", b.CustomerRows, []crm.Customer{{Pos: file("customers"), No: cus("c1"), Name: "Acme", Rep: rep("r1"), Grade: "A", Segment: "SMB",
			Industry: "steel", Region: "R1", City: "杭州", Source: "fair", CreatedOn: day("2024-05-06"), Private: crm.Yes, TermsDays: 30, TermsKnown: true, MergedInto: cus("c0")}}},
		{"visits", b.Visits, []crm.Visit{{Pos: file("visits"), At: at("2025-03-03", 570), Customer: cus("c1"), Rep: rep("r1"), Coach: rep("r2"),
			NoteHash: noteHash("two\nlines"), Channel: crm.ChannelPhone, Met: crm.RoleKP, Rejection: crm.RejectionSoft,
			Audit: crm.AuditFailed, Pitched: crm.Yes, Planned: crm.No, Entered: crm.SameDay + 1, Next: crm.SameDay + 7}}}, // the audits table overrides "passed"
		{"grades", b.Grades, []crm.Grade{{Pos: file("grades"), Customer: cus("c1"), Date: day("2025-01-01"), Grade: "B"}}},
		{"deals", b.Deals, []crm.Deal{{Pos: file("deals"), ID: "d1", Name: "Big", Customer: cus("c1"), Rep: rep("r1"), Type: crm.Renewal, Stage: 5,
			Status: crm.DealLost, Amount: usd(123450), AmountKnown: true, CreatedOn: day("2025-01-05"), ExpectedClose: day("2025-04-01"),
			ClosedOn: day("2025-03-01"), LostReason: "price", Competitor: "Other", Source: "web"}}},
		{"stage_history", b.Stages, []crm.StageEntry{{Pos: file("stage_history"), Deal: "d1", Stage: 1, At: at("2025-01-05", 0), Sequence: 1,
			Amount: usd(750), AmountKnown: true, Rep: rep("r1"), ExpectedClose: day("2025-04-01")}}}, // in the deal's currency
		{"contracts", b.Contracts, []crm.Contract{{Pos: file("contracts"), ID: "k1", Customer: cus("c1"), Rep: rep("r1"), Deal: "d1", Type: crm.Expansion,
			SignDate: day("2025-02-03"), Start: day("2025-02-04"), End: day("2026-02-03"), TermMonths: 12, Product: "CRM", Amount: cny(100000),
			Base: cny(90010), BaseKnown: true, Margin: cny(-500), MarginKnown: true, Renewable: crm.Yes, Status: crm.Notice,
			StatusDate: day("2025-03-01"), Predecessor: "k0"}}},
		{"credit_splits", b.Splits, []crm.Split{
			{Pos: file("credit_splits"), Contract: "k1", Rep: rep("r1"), Share: crm.One * 3 / 4},
			{Pos: next(file("credit_splits"), 1), Contract: "k1", Rep: rep("r2"), Share: crm.One / 4},
			{Pos: next(file("credit_splits"), 2), Contract: "k1", Rep: rep("r3"), Share: crm.One / 10, Overlay: true}}},
		{"targets", b.Targets, []crm.Target{{Pos: file("targets"), Period: period("2025-Q1"), Scope: "r1", Measure: "new_amount", Value: 100000_500_000_000}}},
		{"forecasts", b.Forecasts, []crm.Forecast{
			{Pos: file("forecasts"), Period: period("2025-03"), Day: crm.NoDate, Subject: "r1", SubmittedBy: "r2", At: at("2025-02-28", 1080), Amount: cny(50000), Type: crm.New},
			{Pos: next(file("forecasts"), 1), Day: day("2025-03-04"), Subject: "r1", SubmittedBy: "r1", At: at("2025-03-03", 0), Amount: cny(2000)}}},
		{"confidence", b.Confidence, []crm.Confidence{{Pos: file("confidence"), Period: period("2025-W10"), Subject: "r1", GivenBy: "r2", Index: crm.One * 8 / 10, At: at("2025-03-03", 0)}}},
		{"invoices", b.Invoices, []crm.Invoice{{Pos: file("invoices"), ID: "i1", Instalment: "2", Customer: cus("c1"), Contract: "k1", Rep: rep("r1"),
			Date: day("2025-02-05"), Due: day("2025-03-07"), Amount: eur(40000), Cause: crm.CauseQuality, Step: crm.StepReminder, Void: true}}},
		{"payments", b.Payments, []crm.Payment{{Pos: file("payments"), ID: "p1", Customer: cus("c1"), Date: day("2025-03-01"), Amount: eur(1234), Invoice: "i1", Refund: true}}},
		{"adjustments", b.Adjustments, []crm.Adjustment{{Pos: file("adjustments"), ID: "a1", Kind: crm.WriteOff, Customer: cus("c1"), Date: day("2025-03-02"),
			Amount: eur(500), Invoice: "i1", Contract: "k1", Cause: "fraud"}}}, // in the invoice's currency
		{"commission_rates", b.Rates[:1], []crm.Rate{{Pos: file("commission_rates"), Plan: "P1", Rep: rep("r1"), Role: crm.Supervisor, Type: crm.New, Margin: true, Cash: true,
			Rate: crm.One * 8 / 100, FromAmount: cny(10000), ToAmount: cny(20050), HasTo: true, Mode: crm.TierWhole, From: day("2025-01-01"), To: day("2025-12-31")}}}, // the brackets below and above it follow
		{"commission_ledger", b.Ledger, []crm.LedgerLine{{Pos: file("commission_ledger"), Rep: rep("r1"), Period: period("2025-02"), Contract: "k1", Amount: cny(-321), Reason: "clawback"}}},
		{"leads", b.Leads, []crm.Lead{{Pos: file("leads"), ID: "l1", Rep: rep("r1"), Source: "web", CreatedAt: at("2025-03-01", 0), AssignedAt: at("2025-03-02", 480),
			FirstFollowUp: at("2025-03-02", 540), ReclaimedAt: at("2025-03-05", 0), Status: "reclaimed", StatusAt: at("2025-03-05", 0), Customer: cus("c1")}}},
		{"coaching", b.Coaching, []crm.Coaching{{Pos: file("coaching"), Rep: rep("r1"), Date: day("2025-03-03"), Coach: rep("r2"), Points: []string{"opening", "closing"},
			Purpose: "skill", Target: "kp", FeedbackAt: at("2025-03-04", 600)}}},
		{"cases", b.Cases, []crm.Case{{Pos: file("cases"), ID: "x1", Customer: cus("c1"), OpenedOn: day("2025-02-01"), Kind: "late", ClosedOn: day("2025-02-03")}}},
		{"ownership", b.Ownership, []crm.Ownership{{Pos: file("ownership"), Customer: cus("c1"), Rep: rep("r1"), From: day("2025-01-01"), To: day("2025-06-30")}}},
		{"successions", b.Successions, []crm.Succession{{Pos: file("successions"), Old: "k0", New: "k1", SignDate: day("2025-02-03")}}},
		{"pool_moves", b.PoolMoves, []crm.PoolMove{
			{Pos: file("pool_moves"), Rep: rep("r1"), Date: day("2025-03-03"), In: true, Count: 3, Customer: crm.NoCustomer},
			{Pos: next(file("pool_moves"), 1), Rep: rep("r1"), Date: day("2025-03-04"), Count: 1, Customer: cus("c1")}}},
		{"audits", b.Audits, []crm.Audit{{Pos: file("audits"), Visit: "v1", Date: day("2025-03-05"), Failed: true, Kind: crm.AuditTargeted,
			Rep: rep("r1"), VisitOn: day("2025-03-03"), VisitAt: file("visits")}}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s\n got %+v\nwant %+v", c.table, c.got, c.want)
		}
	}
	if b.Calendar.RepWorkday(rep("r1"), "R1", day("2025-03-05")) {
		t.Error("roster: r1 is on leave on 2025-03-05")
	}
	if !b.Calendar.Workday("R1", day("2025-03-08")) || b.Calendar.Workday("", day("2025-03-08")) {
		t.Error("calendar: Saturday 2025-03-08 is worked in R1 only")
	}
	if v, ok := b.FX.Convert(usd(100), "CNY", day("2025-03-01")); !ok || v != 725 {
		t.Errorf("fx: 1.00 USD = %d fen, %v", v, ok)
	}
}

// the default as-of, what is dropped after it, and what is undone.
func TestAsOf(t *testing.T) {
	fsys := folder(
		"visits.csv", "visit_id,rep_id,customer_id,start_at\nv1,r1,c1,2025-03-09 23:59\nv2,r1,c1,2025-03-10 00:00\nv3,r1,c1,2025-03-12\nv4,r1,c1,2052-03-12\n",
		"deals.csv", "deal_id,rep_id,stage,created_at,closed_at\nd1,r1,won,2025-02-01,2025-03-11\nd2,r1,won,2025-03-10,\nd3,r1,lost,2025-02-01,2025-03-09\nd4,r1,won,2025-02-01,2025-03-11\n",
		"stage_history.csv", "deal_id,stage,changed_at\nd1,contact,2025-02-01\nd1,proposal,2025-02-02\nd1,won,2025-03-11\n",
		"contracts.csv", "contract_id,customer_id,rep_id,sign_date,amount,status,status_date\nk1,c1,r1,2025-01-01,5,terminated,2025-03-10\nk2,c1,r1,2025-01-01,5,terminated,2025-03-09\n",
		"targets.csv", "period,scope_id,measure,value\n2026,r1,visits,9\n",
		"commission_ledger.csv", "rep_id,period,amount\nr1,2025-01,5\nr1,2025-02,5\nr1,2025-03,5\n",
	)
	o := lenient(t, fsys)
	o.AsOf, o.Today = crm.NoDate, day("2025-03-13")
	// Newest event up to today is Wednesday 2025-03-12; the Sunday before is the 9th.
	b, r := mustRead(t, fsys, o)
	if b.AsOf != day("2025-03-09") || r.AsOf != b.AsOf {
		t.Fatalf("as-of %s", b.AsOf)
	}
	for table, want := range map[string]string{"visits": "4 1 0 0 3 3", "deals": "4 3 0 0 1 1", "stage_history": "3 2 0 0 1 1",
		"contracts": "2 2 0 0 0 0", "targets": "1 1 0 0 0 0", "commission_ledger": "3 2 0 0 1 1"} {
		if got := counts(r, table); got != want {
			t.Errorf("%s: %s, want %s", table, got, want)
		}
	}
	// March is not over: nothing closes it.
	if b.PaidFrom != day("2025-01-01") || b.PaidEnd != day("2025-03-01") {
		t.Errorf("closed from %s to before %s", b.PaidFrom, b.PaidEnd)
	}
	d := b.Deals
	if d[0].Status != crm.DealOpen || d[0].ClosedOn.Known() || d[0].Stage != 5 { // proposal
		t.Errorf("d1 %+v", d[0])
	}
	if d[1].Status != crm.DealLost || d[2].Status != crm.DealOpen || d[2].Stage != crm.StageNone {
		t.Errorf("d3, d4 %+v", d[1:])
	}
	if b.Contracts[0].Status != crm.Active || b.Contracts[1].Status != crm.Terminated {
		t.Errorf("contracts %+v", b.Contracts)
	}
	if got := strings.Join(problems(r, "deals"), "|"); got != "closed_after_as_of closed_at 2 2|closed_without_date closed_at 3 1" {
		t.Error(got)
	}
	if r.Receipts[0].Newest != day("2025-03-09") {
		t.Errorf("newest %s", r.Receipts[0].Newest)
	}
	// Without a today nothing caps the newest event: 2052-03-12 is a Tuesday.
	o.Today = crm.NoDate
	if b, _ = mustRead(t, fsys, o); b.AsOf != day("2052-03-10") {
		t.Errorf("uncapped as-of %s", b.AsOf)
	}
	// A Sunday is itself.
	fsys = folder("visits.csv", "visit_id,rep_id,customer_id,start_at\nv1,r1,c1,2025-03-09\n")
	o.Sources = lenient(t, fsys).Sources
	if b, _ = mustRead(t, fsys, o); b.AsOf != day("2025-03-09") || len(b.Visits) != 1 {
		t.Errorf("Sunday: %s", b.AsOf)
	}
	fsys = folder("targets.csv", "period,scope_id,measure,value\n2026,r1,visits,9\n")
	o.Sources = lenient(t, fsys).Sources
	var f *Fault
	if _, _, err := Read(fsys, o); !errors.As(err, &f) || f.Code != "no_events" || f.Kind != Missing {
		t.Errorf("no event table: %v", err)
	}
}

//
func TestDuplicates(t *testing.T) {
	const head = "visit_id,rep_id,customer_id,start_at,note,updated_at\n"
	for _, c := range []struct{ name, rows, want, problem, note string }{
		{"identical", "v1,r1,c1,2025-03-03,a,\nv1,r1,c1,2025-03-03,a,\n", "2 1 1 0 0 0", "", "a"},
		{"later wins", "v1,r1,c1,2025-03-03,a,2025-03-04\nv1,r1,c1,2025-03-03,b,2025-03-05\n", "2 1 1 0 0 0", "duplicate_key visit_id 3 1", "b"},
		{"earlier loses", "v1,r1,c1,2025-03-03,a,2025-03-05\nv1,r1,c1,2025-03-03,b,2025-03-04\n", "2 1 1 0 0 0", "duplicate_key visit_id 3 1", "a"},
		{"three", "v1,r1,c1,2025-03-03,a,2025-03-05\nv1,r1,c1,2025-03-03,b,2025-03-06\nv1,r1,c1,2025-03-03,a,2025-03-05\n", "3 1 2 0 0 0", "duplicate_key visit_id 3 2", "b"},
		{"no time to decide", "v1,r1,c1,2025-03-03,a,\nv1,r1,c1,2025-03-03,b,\n", "2 1 0 1 0 0", "duplicate_conflict visit_id 3 1", "a"},
		{"same time", "v1,r1,c1,2025-03-03,a,2025-03-05\nv1,r1,c1,2025-03-03,b,2025-03-05\n", "2 1 0 1 0 0", "duplicate_conflict visit_id 3 1", "a"},
		{"a rejected row takes no key", "v1,r1,c1,someday,a,\nv1,r1,c1,2025-03-03,b,\n", "2 1 0 1 0 0", "bad_date start_at 2 1", "b"},
	} {
		fsys := folder("visits.csv", head+c.rows)
		b, r := mustRead(t, fsys, lenient(t, fsys))
		if got := counts(r, "visits"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if got := strings.Join(problems(r, "visits"), "|"); got != c.problem {
			t.Errorf("%s: problems %q, want %q", c.name, got, c.problem)
		}
		if len(b.Visits) != 1 || b.Visits[0].NoteHash != noteHash(c.note) {
			t.Errorf("%s: %+v", c.name, b.Visits)
		}
	}
	// Across files, and with the receipts of both.
	fsys := folder("a.csv", head+"v1,r1,c1,2025-03-03,a,2025-03-04\n", "b.csv", head+"v1,r1,c1,2025-03-03,b,2025-03-05\n")
	o := DefaultOptions()
	o.AsOf = day("2025-03-09")
	o.Sources = []Source{{Table: "visits", Files: []string{"*.csv"}}}
	b, r := mustRead(t, fsys, o)
	if r.Receipts[0].Duplicates != 1 || r.Receipts[0].Accepted != 0 || r.Receipts[1].Accepted != 1 || b.Files[b.Visits[0].File] != "b.csv" {
		t.Errorf("%+v %+v", *r.Receipts[0], *r.Receipts[1])
	}
}

// Tables without a key: alike rows are one, except where each may be real.
func TestDuplicatesWithoutKey(t *testing.T) {
	fsys := folder(
		"stage_history.csv", "deal_id,stage,changed_at\nd1,contact,2025-03-03\nd1,contact,2025-03-03\nd1,contact,2025-03-04\n",
		"forecasts.csv", "period,rep_id,submitted_at,amount\n2025-03,r1,2025-03-03,5\n2025-03,r1,2025-03-03,5\n2025-03,r1,2025-03-03,6\n",
		"pool_moves.csv", "rep_id,date,direction,count\nr1,2025-03-03,in,1\nr1,2025-03-03,in,1\n")
	b, r := mustRead(t, fsys, lenient(t, fsys))
	if len(b.Stages) != 2 || len(b.Forecasts) != 2 || len(b.PoolMoves) != 2 {
		t.Errorf("%d entries, %d forecasts, %d moves", len(b.Stages), len(b.Forecasts), len(b.PoolMoves))
	}
	if counts(r, "stage_history") != "3 2 1 0 0 0" || fmt.Sprint(problems(r, "pool_moves")) != "[identical_rows  3 1]" {
		t.Error(counts(r, "stage_history"), problems(r, "pool_moves"))
	}
}

func TestWideStageHistory(t *testing.T) {
	const text = `Record ID,Amount,"Date entered ""Demo (Sales Pipeline)""","Date entered ""Closed Won (Sales Pipeline)""",Lost at,"Date entered ""Odd (Sales Pipeline)"""
1,5,2024-08-01 09:31,2024-08-08 15:30,,
2,,2024-08-02,,2024-08-09,2024-08-01
3,,2024-08-03,2024-08-12,,
4,,,,,
`
	fsys := folder("hubspot.csv", text)
	o := DefaultOptions()
	o.AsOf = day("2024-08-11")
	o.Sources = []Source{{Table: "stage_history", Files: []string{"hubspot.csv"}, Columns: map[string]string{"deal_id": "Record ID", "amount": "Amount", "entered:lost": "Lost at"},
		Words: map[string]map[string]string{"stage": {"Demo": "proposal"}}}}
	b, r := mustRead(t, fsys, o)
	var got []string
	for _, e := range b.Stages {
		got = append(got, fmt.Sprint(e.Deal, " ", b.Pipeline.ID(e.Stage), " ", e.At, " ", e.Line, " ", e.AmountKnown))
	}
	want := []string{"1 proposal 2024-08-01T09:31 2 true", "1 won 2024-08-08T15:30 2 true", "2 proposal 2024-08-02T00:00 3 false",
		"2 lost 2024-08-09T00:00 3 false", "3 proposal 2024-08-03T00:00 4 false"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	if counts(r, "stage_history") != "4 4 0 0 0 0" || b.StagesDateOnly {
		t.Error(counts(r, "stage_history"), b.StagesDateOnly)
	}
	if got := fmt.Sprint(problems(r, "stage_history")); got != `[unknown_word Date entered "Odd (Sales Pipeline)" 1 1 future_entry  4 1 no_entry  5 1]` {
		t.Error(got)
	}
}

//
func TestStageOrder(t *testing.T) {
	fsys := folder("stage_history.csv", `deal_id,stage,changed_at,sequence
b,won,2025-03-03,
b,proposal,2025-03-03,
b,contact,2025-03-01,
a,contact,2025-03-05,1
a,opportunity,2025-03-04,2
c,closing,2025-03-03,2
c,contact,2025-03-03,1
c,proposal,2025-03-02,
`)
	o := lenient(t, fsys)
	b, _ := mustRead(t, fsys, o)
	got := ""
	for _, e := range b.Stages {
		got += string(e.Deal) + ":" + b.Pipeline.ID(e.Stage) + " "
	}
	if got != "a:contact a:opportunity b:contact b:proposal b:won c:proposal c:contact c:closing " || !b.StagesDateOnly {
		t.Error(got, b.StagesDateOnly)
	}
}

// One export of opportunities feeds deals and, for the won ones, contracts: the
// layout of a public data set, rows written by hand.
func TestOneFileTwoTables(t *testing.T) {
	const header = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
	stages := map[string]map[string]string{"stage": {"Prospecting": "contact", "Engaging": "proposal", "Won": "won", "Lost": "lost"}}
	deals := map[string]string{"deal_id": "opportunity_id", "rep_id": "sales_agent", "customer_id": "account", "stage": "deal_stage",
		"created_at": "engage_date", "closed_at": "close_date", "amount": "close_value"}
	contracts := map[string]string{"contract_id": "opportunity_id", "deal_id": "opportunity_id", "rep_id": "sales_agent", "customer_id": "account",
		"sign_date": "close_date", "amount": "close_value"}
	for _, c := range []struct{ layout, rows string }{
		{"M/D/YYYY", "A1,Ann Lee,GTX,Acme,Won,10/20/2016,3/1/2017,1054\nA2,Bo Ek,MG,Beta,Lost,10/25/2016,3/11/2017,0\nA3,Bo Ek,MG,,Engaging,11/25/2016,,\nA4,Ann Lee,GTX,,Prospecting,,,\n"},
		{"DD-MM-YY", "A1,Ann Lee,GTX,Acme,Won,20-10-16,01-03-17,1054.0\r\nA2,Bo Ek,MG,Beta,Lost,25-10-16,11-03-17,0.0\r\nA3,Bo Ek,MG,,Engaging,25-11-16,,\r\nA4,Ann Lee,GTX,,Prospecting,,,\r\n"},
		{"", "A1,Ann Lee,GTX,Acme,Won,2016-10-20,2017-03-01,1054\nA2,Bo Ek,MG,Beta,Lost,2016-10-25,2017-03-11,0\nA3,Bo Ek,MG,,Engaging,2016-11-25,,\nA4,Ann Lee,GTX,,Prospecting,,,\n"},
	} {
		var dates []string
		if c.layout != "" {
			dates = []string{c.layout}
		}
		fsys := folder("sales_pipeline.csv", header+c.rows)
		o := DefaultOptions()
		o.Currency, o.AsOf = "USD", day("2017-03-12")
		o.Sources = []Source{
			{Table: "contracts", Files: []string{"sales_pipeline.csv"}, Columns: contracts, Dates: dates, When: []Condition{{"deal_stage", []string{"Won"}}},
				Constants: map[string]string{"type": "new"}},
			{Table: "deals", Files: []string{"*.csv"}, Columns: deals, Words: stages, Dates: dates},
		}
		b, r := mustRead(t, fsys, o)
		if counts(r, "deals") != "4 4 0 0 0 0" || counts(r, "contracts") != "4 1 0 0 3 0" {
			t.Errorf("%s: %s; %s", c.layout, counts(r, "deals"), counts(r, "contracts"))
		}
		k := b.Contracts[0]
		if k.ID != "A1" || k.Deal != "A1" || k.SignDate != day("2017-03-01") || k.Amount != (crm.Money{Minor: 105400, Currency: "USD"}) || k.Type != crm.New {
			t.Errorf("%s: %+v", c.layout, k)
		}
		var status []crm.DealStatus
		for _, d := range b.Deals {
			status = append(status, d.Status)
		}
		if !reflect.DeepEqual(status, []crm.DealStatus{crm.DealWon, crm.DealLost, crm.DealOpen, crm.DealOpen}) || b.Deals[3].CreatedOn.Known() {
			t.Errorf("%s: %v %+v", c.layout, status, b.Deals[3])
		}
	}
}

func TestContractSource(t *testing.T) {
	fsys := folder("c.csv", "contract_id,customer_id,rep_id,sign_date,amount,start,end\nk1,c1,r1,2025-03-03,50,2025-03-01,2026-03-01\n")
	o := DefaultOptions()
	o.AsOf = day("2025-03-09")
	o.Sources = []Source{{Table: "contracts", Files: []string{"c.csv"}, AmountPer: crm.PerMonth, EndExclusive: true}}
	b, _ := mustRead(t, fsys, o)
	if k := b.Contracts[0]; k.End != day("2026-02-28") || k.Per != crm.PerMonth || k.Type != crm.New || k.Base != k.Amount || k.BaseKnown {
		t.Errorf("%+v", k)
	}
}

// The order of sources and of the files in the folder changes nothing.
func TestDeterminism(t *testing.T) {
	a := "visit_id,rep_id,customer_id,start_at\nv1,r1,c2,2025-03-03\nv2,r2,c1,2025-03-03\n"
	b := "visit_id,rep_id,customer_id,start_at\nv3,r3,c1,2025-03-03\nv2,r9,c9,2025-03-03\n"
	fsys := folder("a.csv", a, "b.csv", b, "d.csv", "deal_id,rep_id,stage,created_at\nd1,r7,contact,2025-03-03\n")
	o := DefaultOptions()
	o.MaxRejects, o.AsOf = crm.One, day("2025-03-09")
	s := []Source{{Table: "visits", Files: []string{"a.csv"}}, {Table: "visits", Files: []string{"b.csv"}}, {Table: "deals", Files: []string{"d.csv"}}}
	o.Sources = s
	b1, r1 := mustRead(t, fsys, o)
	o.Sources = []Source{s[2], s[1], s[0]}
	b2, r2 := mustRead(t, fsys, o)
	if !reflect.DeepEqual(b1, b2) || !reflect.DeepEqual(r1, r2) {
		t.Errorf("got\n%+v\nand\n%+v", b1, b2)
	}
	if b1.Reps.Lookup("r9") != crm.NoRep || b1.Customers.Lookup("c9") != crm.NoCustomer {
		t.Error("a rejected row left its rep or its customer behind")
	}
	if r1.Rejects["visits"][0].File != "b.csv" {
		t.Errorf("%+v", r1.Rejects)
	}
}

func TestOverlapsAndStrangers(t *testing.T) {
	fsys := folder("reps.csv", "rep_id,name,team,valid_from,valid_to\nr1,Ann,T1,2025-01-01,2025-02-28\nr1,Ann,T2,2025-02-28,\nr1,Ann,T3,2024-01-01,2024-12-31\n",
		"visits.csv", "visit_id,rep_id,customer_id,start_at\nv1,r1,c1,2025-03-03\nv2,zz,c1,2025-03-04\n",
		"targets.csv", "period,scope_id,measure,value\n2025,T2,visits,9\n2025,T9,visits,9\n")
	b, r := mustRead(t, fsys, lenient(t, fsys))
	if got := fmt.Sprint(problems(r, "reps"), problems(r, "visits"), problems(r, "targets")); got !=
		"[overlapping_spell valid_from 3 1] [unknown_rep rep_id 3 1] [unknown_scope scope_id 3 1]" {
		t.Error(got)
	}
	leaf := b.Org.Leaves[b.Org.Leaf(b.Reps.Lookup("zz"), b.AsOf)]
	if b.Org.Nodes[leaf.Unit].ID != crm.UnassignedID {
		t.Errorf("zz is in %+v", b.Org.Nodes[leaf.Unit])
	}
}

// A visit keeps how many days later it was entered and the next contact is, on
// the quick path and the others; a next contact that is no date is only listed.
func TestLags(t *testing.T) {
	fsys := folder("visits.csv", "visit_id,rep_id,customer_id,start_at,entered_at,next_contact_on\n"+
		"v1,r1,c1,2025-03-03T09:00,2025-03-03T23:59,2025-03-10\n"+
		"v2,r1,c2,2025-03-03T09:00,2025-03-04,\n"+
		"v3,r1,c3,2025-03-03T09:00,2025-03-02,2025-03-01\n"+
		"v4,r1,c4,2025-03-03T09:00,,next week\n"+
		"v5,r1,c5,2025-03-03T09:00,2025/3/3 10:00,2026-03-03\n")
	b, r := mustRead(t, fsys, lenient(t, fsys))
	var got []string
	for _, v := range b.Visits {
		got = append(got, fmt.Sprint(v.Entered, v.Next))
	}
	if want := "[2 9 3 0 1 1 0 0 2 255]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	if got := fmt.Sprint(problems(r, "visits")); got != "[entered_before_visit entered_at 4 1 bad_date next_contact_on 5 1]" {
		t.Error(got)
	}
}

func TestAuditOrder(t *testing.T) {
	fsys := folder("visits.csv", "visit_id,rep_id,customer_id,start_at\nv1,r1,c1,2025-03-03\nv2,r1,c1,2025-03-03\nv3,r1,c1,2025-03-03\n",
		"audits.csv", "visit_id,date,result\nv1,2025-03-06,passed\nv1,2025-03-05,failed\nv2,2025-03-10,failed\nv9,2025-03-05,failed\n")
	o := lenient(t, fsys)
	b, r := mustRead(t, fsys, o)
	if b.Visits[0].Audit != crm.AuditPassed || b.Visits[1].Audit != crm.Unaudited || counts(r, "audits") != "4 3 0 0 1 1" {
		t.Errorf("%+v %s", b.Visits, counts(r, "audits"))
	}
	if got := fmt.Sprint(problems(r, "audits")); got != "[unknown_visit visit_id 5 1]" {
		t.Error(got)
	}
}
