package team

import (
	"slices"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// The states at the end of 2024-06-30, by hand; the clock of a reclaimed lead
// stops when it was taken back.
func TestClock(t *testing.T) {
	for name, c := range map[string]struct {
		lead   func(l *crm.Lead)
		state  State
		hours  float64
		passed bool
	}{
		"taken back after 72 h":         {func(l *crm.Lead) { l.Status, l.ReclaimedAt = leadReclaimed, stamp("2024-06-06T09:00") }, Reclaimed, 72, true},
		"taken back, day of the status": {func(l *crm.Lead) { l.Status, l.StatusAt = leadReclaimed, stamp("2024-06-07T09:00") }, Reclaimed, 96, true},
		"followed up by the next owner": {func(l *crm.Lead) {
			l.ReclaimedAt, l.FirstFollowUp = stamp("2024-06-06T09:00"), stamp("2024-06-06T10:00")
		}, Reclaimed, 72, true},
		"followed up before it was given":   {func(l *crm.Lead) { l.FirstFollowUp = stamp("2024-06-03T08:00") }, InSLA, 0, true},
		"closed in time without follow-up":  {func(l *crm.Lead) { l.Status, l.StatusAt = leadClosed, stamp("2024-06-04T09:00") }, InSLA, 663, true},
		"closed later without follow-up":    {func(l *crm.Lead) { l.Status, l.StatusAt = leadClosed, stamp("2024-06-04T09:01") }, Unclear, 663, true},
		"closed, nobody knows when":         {func(l *crm.Lead) { l.Status = leadClosed }, Unclear, 663, true},
		"72 hours without a follow-up":      {func(l *crm.Lead) { l.AssignedAt = stamp("2024-06-28T00:00") }, ReclaimDue, 72, true},
		"a minute less":                     {func(l *crm.Lead) { l.AssignedAt = stamp("2024-06-28T00:01") }, Overdue, 71 + 59.0/60, true},
		"24 hours: the last can be of July": {func(l *crm.Lead) { l.AssignedAt = stamp("2024-06-30T00:00") }, Pending, 24, false},
		"followed up, but its time runs": {func(l *crm.Lead) {
			l.AssignedAt, l.FirstFollowUp = stamp("2024-06-30T10:00"), stamp("2024-06-30T11:00")
		}, InSLA, 1, false},
	} {
		d := &draft{}
		l := d.lead("L", "R", "2024-06-03T09:00", "", leadOpen)
		c.lead(l)
		got := DefaultOptions().clock(l, day("2024-07-01").At())
		if got.State != c.state || got.Passed != c.passed {
			t.Errorf("%s: %s, passed %v; want %s, %v", name, got.State, got.Passed, c.state, c.passed)
		}
		casetest.Near(t, name, float64(got.Seconds)/3600, c.hours)
	}
}

// A change of rules holds for leads assigned from its day on, and for days of the
// pool from then on: 13 hours are late from 5 June, when 12 are given, and a pool
// of 50 is not full from then on, when it may hold 60.
func TestRulesFromADayOn(t *testing.T) {
	o := DefaultOptions()
	o.Changes = []RuleChange{{day("2024-06-05"), Rules{SLAHours: 12, PoolCap: 60}}, {day("2024-07-01"), Rules{ReclaimHours: 24}}}
	for assigned, want := range map[string]State{"2024-06-04": InSLA, "2024-06-05": Late} {
		d := &draft{}
		l := d.lead("L", "R", assigned+"T09:00", assigned+"T22:00", leadOpen)
		if got := o.clock(l, day("2024-07-01").At()); got.State != want {
			t.Errorf("assigned on %s: %s, want %s", assigned, got.State, want)
		}
	}
	if got, want := o.on(day("2024-07-01")), (Rules{12, 24, 60}); got != want {
		t.Errorf("rules of July are %v, want %v", got, want)
	}
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	d.move("A", "2024-06-03", "in", 50)
	d.move("A", "2024-06-04", "in", 1)
	d.move("A", "2024-06-05", "in", 1)
	a := &PoolDayAcc{Days: fold.Cells[PoolDays]{}, book: d.done("2024-06-30"), options: o}
	for _, m := range movesOf(a.book) {
		a.Add(&m)
	}
	if got := fold.Roll(a.Days, measure.NewFrame(a.book))[measure.Slot{Scope: crm.Root, Period: measure.NewFrame(a.book).Current[crm.Month]}]; got != (PoolDays{Full: 1}) {
		t.Errorf("full days are %+v", got)
	}
}

// A lead that was dealt with at an unknown time is no success but could be one
// without it there is Wilson's interval: 1 of 2 is 0.0945…0.9055.
func TestUnknownFollowUp(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	d.lead("L1", "A", "2024-06-03T09:00", "2024-06-03T10:00", leadOpen)
	d.lead("L2", "A", "2024-06-03T09:00", "2024-06-13T10:00", leadOpen)
	g := compute(t, d.done("2024-06-30"))
	v := g.at("lead_sla", "A", "2024-06", "")
	if v.Bounds != nil || v.Open || v.CI == nil {
		t.Fatalf("%+v", v)
	}
	casetest.Near(t, "lower end", v.CI.Lo.V, 0.09453120573423074)
	casetest.Near(t, "upper end", v.CI.Hi.V, 0.9054687942657693)
	d.lead("L3", "A", "2024-06-03T09:00", "", leadConverted)
	g = compute(t, d.done("2024-06-30"))
	g.ratio("lead_sla", "A", "2024-06", "", 1, 3)
	if v := g.at("lead_sla", "A", "2024-06", ""); v.CI != nil || v.Bounds == nil || v.Bounds.Lo.V != 1.0/3 || v.Bounds.Hi.V != 2.0/3 {
		t.Errorf("%+v", v)
	}
}

// The days to resolution by hand: 1, 3 and 5 days, one open after 2 days (at the
// as-of day), one taken back after 4. Kaplan–Meier: 4/5 at 1, × 2/3 = 0.533 at
// 3, × 0/1 = 0 at 5: the median is 5.
func TestLeadDays(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	end := func(assigned, status, on string) {
		d.lead(assigned+status, "A", assigned, "", status).StatusAt = stamp(on)
	}
	end("2024-06-03T09:00", leadClosed, "2024-06-04T08:00")
	end("2024-06-03T09:00", leadConverted, "2024-06-06T18:00")
	end("2024-06-03T09:00", leadClosed, "2024-06-08T18:00")
	end("2024-06-03T09:00", leadReclaimed, "2024-06-07T18:00")
	end("2024-06-28T09:00", leadOpen, "")
	g := compute(t, d.done("2024-06-30"))
	if v := g.at("lead_days", "company", "2024-06", ""); !v.OK || v.V != 5 || v.N != 5 || !v.Open {
		t.Errorf("median %+v, want 5 days of 5 leads", v)
	}
	g.ratio("lead_resolution", "company", "2024-06", "", 3, 5)
}

// A lead that was taken back is won where its customer then signs with somebody
// else: not before, not with the same rep, not for a renewal, not a void one.
func TestReclaimedWon(t *testing.T) {
	for name, c := range map[string]struct {
		contract func(k *crm.Contract)
		won      int64
	}{
		"with another rep":   {func(*crm.Contract) {}, 1},
		"on the day":         {func(k *crm.Contract) { k.SignDate = day("2024-06-06") }, 1},
		"before":             {func(k *crm.Contract) { k.SignDate = day("2024-06-05") }, 0},
		"with the same rep":  {func(k *crm.Contract) { k.Rep = 0 }, 0},
		"a renewal":          {func(k *crm.Contract) { k.Type = crm.Renewal }, 0},
		"a contract voided":  {func(k *crm.Contract) { k.Status = crm.ContractVoid }, 0},
		"of another company": {func(k *crm.Contract) { k.Customer++ }, 0},
	} {
		d := &draft{}
		d.seller("A", "T1", "2020-01-01")
		d.seller("B", "T2", "2020-01-01")
		l := d.lead("L1", "A", "2024-06-03T09:00", "", leadReclaimed)
		l.ReclaimedAt, l.Customer = stamp("2024-06-06T09:00"), d.customer("C")
		d.lead("L2", "A", "2024-06-03T09:00", "", leadReclaimed).ReclaimedAt = stamp("2024-06-06T09:00") // of nobody known
		d.customer("D")
		c.contract(d.sign("K", "B", "C", "2024-06-20"))
		g := compute(t, d.done("2024-06-30"))
		if v := g.at("reclaimed_won", "G1/A1/T1", "2024-06", ""); v.Num != c.won || v.Den != 1 || !v.Open {
			t.Errorf("%s: %d of %d, open %v", name, v.Num, v.Den, v.Open)
		}
		g.ratio("leads_reclaimed", "G1/A1/T1", "2024-06", "", 2, 1)
		g.ratio("leads_reclaimed", "G1/A1/T2", "2024-06", "", 0, 1)
	}
}

// by hand, cap 50: 60 on the first day is below it when it begins; then
// −5 +5 is balanced, −3 is not, and 57 at the start of the last, +1 −1, is.
func TestOneInOneOut(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	d.move("A", "2024-06-03", "in", 60)
	d.move("A", "2024-06-04", "out", 5)
	d.move("A", "2024-06-04", "in", 5)
	d.move("A", "2024-06-05", "out", 3)
	d.move("A", "2024-06-06", "in", 1)
	d.move("A", "2024-06-06", "out", 1)
	g := compute(t, d.done("2024-06-30"))
	g.ratio("pool_one_in_one_out", "company", "2024-06", "", 2, 3)
	g.ratio("pool_size", "company", "2024-06", "", 57, 1)
}

// Without a table of moves the pool is the private customers of the owner of the
// day; 30 days without a visit are untouched, 29 are not. C5 was merged into C1, and
// C6 is entered in July.
func TestPoolOfCustomers(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	d.seller("B", "T2", "2020-01-01")
	d.owned("C1", "A")
	d.owned("C2", "A")
	d.owned("C3", "A")
	d.owned("C4", "A").Private = crm.Unknown
	d.visit("B", "C1", "2024-06-01T09:00").Channel = crm.ChannelPhone
	d.visit("A", "C2", "2024-05-31T09:00")
	d.book.Ownership = []crm.Ownership{{Customer: d.customer("C3"), Rep: d.rep("B"), From: day("2024-05-01"), To: crm.NoDate}}
	d.owned("C5", "A").MergedInto = d.customer("C1")
	d.owned("C6", "A").CreatedOn = day("2024-07-01")
	b := d.done("2024-06-30")
	b.Tables["pool_moves"] = false
	g := compute(t, b)
	g.ratio("pool_size", "A", "2024-06", "", 2, 1)
	g.ratio("pool_size", "B", "2024-06", "", 1, 1)
	g.ratio("pool_untouched", "G1/A1/T1", "2024-06", "", 1, 2)
	g.ratio("pool_untouched", "company", "2024-06", "", 2, 3)
	if v := g.at("pool_size", "A", "2024-06", ""); !slices.Contains(v.Flags, "from_customers") {
		t.Errorf("flags are %v", v.Flags)
	}
}

// Nobody has left a customer untouched for 30 days who got it 29 days ago: entered
// then (C2), or taken into the pool (C4). A visit that failed the audit touched
// nobody (C5).
func TestUntouched(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	d.owned("C1", "A").CreatedOn = day("2024-05-31")
	d.owned("C2", "A").CreatedOn = day("2024-06-01")
	d.owned("C3", "A")
	d.owned("C4", "A")
	d.owned("C5", "A")
	d.move("A", "2024-05-31", "in", 1)
	d.move("A", "2024-06-01", "in", 1)
	d.book.PoolMoves[0].Customer, d.book.PoolMoves[1].Customer = d.customer("C3"), d.customer("C4")
	d.visit("A", "C5", "2024-06-20T09:00").Audit = crm.AuditFailed
	g := compute(t, d.done("2024-06-30"))
	g.ratio("pool_untouched", "company", "2024-06", "", 3, 5)
}

// What is overdue of June's leads is final once nobody waits: a lead whose time
// runs may get there, one that is overdue may be followed up.
func TestOverdueMayChange(t *testing.T) {
	for name, c := range map[string]struct {
		assigned, followed string
		open               bool
	}{
		"followed up": {"2024-06-03T09:00", "2024-06-20T09:00", false},
		"overdue":     {"2024-06-03T09:00", "", true},
		"time runs":   {"2024-06-30T09:00", "", true},
	} {
		d := &draft{}
		d.seller("A", "T1", "2020-01-01")
		d.lead("L", "A", c.assigned, c.followed, leadOpen)
		g := compute(t, d.done("2024-06-30"))
		for _, id := range []string{"leads_overdue", "leads_reclaim_due"} {
			if v := g.at(id, "company", "2024-06", ""); v.Open != c.open {
				t.Errorf("%s: %s is open: %v", name, id, v.Open)
			}
		}
	}
}

// S1-16, S1-17: 89 days after being hired a rep is new, 90 days after not.
func TestNewReps(t *testing.T) {
	d := &draft{}
	d.seller("old", "T1", "2024-03-12")
	d.seller("new", "T1", "2024-03-13")
	d.seller("unknown", "T1", "")
	d.seller("idle", "T1", "2024-05-05")
	for _, rep := range []string{"old", "new", "unknown"} {
		d.lead(rep, rep, "2024-06-10T09:00", "", leadOpen)
	}
	g := compute(t, d.done("2024-06-30"))
	g.ratio("new_rep_lead_share", "company", "2024-06", "", 1, 2)
	if l := g.lists["activity.new_reps_without_leads"]; len(l.Rows) != 1 || l.Rows[0].Cells[2].Num != 56 { // 26 + 30 days
		t.Errorf("idle new reps are %v", l.Rows)
	}
}
