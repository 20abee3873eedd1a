package funnel

import (
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

// twoTeams has r1 in team A until 15 June and in B from the 16th on, and r2 in
// B throughout.
func twoTeams(t testing.TB) (*crm.Names[crm.RepNo], []crm.Spell) {
	t.Helper()
	names := &crm.Names[crm.RepNo]{}
	spell := func(rep, team, from, to string) crm.Spell {
		s := crm.Spell{Rep: names.Number(rep), Team: team, Manager: crm.NoRep, HiredOn: crm.NoDate, LeftOn: crm.NoDate, From: date(t, from), To: crm.NoDate}
		if to != "" {
			s.To = date(t, to)
		}
		return s
	}
	return names, []crm.Spell{spell("r1", "A", "2024-01-01", "2024-06-15"), spell("r1", "B", "2024-06-16", ""), spell("r2", "B", "2024-01-01", "")}
}

func amount(major int64, c crm.Currency) (crm.Money, bool) {
	return crm.Money{Minor: major * 100, Currency: c}, true
}

// by gives rows of history their reps, in order.
func by(names *crm.Names[crm.RepNo], rows []crm.StageEntry, reps ...string) []crm.StageEntry {
	for i, rep := range reps {
		rows[i].Rep = names.Lookup(rep)
	}
	return rows
}

// who is credited with what.
func TestCredit(t *testing.T) {
	names, spells := twoTeams(t)
	r1, r2 := names.Lookup("r1"), names.Lookup("r2")
	deals := []crm.Deal{
		// r1 in team A began it, r2 won it. The deals table names r2 alone.
		deal("D1", func(d *crm.Deal) {
			d.Rep, d.Status, d.ClosedOn = r2, crm.DealWon, date(t, "2024-06-20")
			d.Amount, d.AmountKnown = amount(500, "CNY")
		}),
		// r1 in team A began it and holds it still, now in team B.
		deal("D2", func(d *crm.Deal) { d.Rep = r1; d.Amount, d.AmountKnown = amount(70, "CNY") }),
		// Nobody's.
		deal("D3", func(d *crm.Deal) { d.Status, d.ClosedOn = crm.DealLost, date(t, "2024-06-10") }),
	}
	rows := by(names, entries(t, "D1", "S1@2024-06-03 S2@2024-06-10 won@2024-06-20"), "r1", "r1", "r2")
	rows = append(rows, entries(t, "D2", "S1@2024-06-04")...)
	rows = append(rows, entries(t, "D3", "S1@2024-06-05 lost@2024-06-10")...)
	b := book(t, "2024-06-30", names, spells, deals, rows)
	r := compute(b, DefaultOptions())
	for _, c := range []struct {
		metric, scope, key string
		want               int64
	}{
		{"reached", "company", "stage=S1", 3}, {"reached", "A", "stage=S1", 2}, {"reached", "B", "stage=S1", 0},
		{"reached", "r1", "stage=S1", 2}, {"reached", "(unassigned)", "stage=S1", 1},
		{"reached", "A", "stage=won", 1},                // the unit stays with whom it began
		{"cohort_step_conversion", "A", "stage=S2", 1},  // 10 days in, within 21
		{"cohort_step_conversion", "r2", "stage=S3", 1}, // skipped: reached and left with the win of r2
		{"reached", "r2", "stage=S1", 0},
		{"won", "company", "", 1}, {"won", "B", "", 1}, {"won", "r2", "", 1}, {"won", "A", "", 0},
		{"won_amount", "B", "", 50000},
		{"lost", "(unassigned)", "", 1}, {"lost", "company", "", 1},
		{"open", "A", "", 0}, {"open", "B", "", 1}, {"open", "r1", "", 1}, {"open_amount", "B", "", 7000},
		{"stalled", "B", "stage=S1", 1}, // since 4 June: 26 days > 14
	} {
		if v := got(t, b, r, c.metric, c.scope, "2024-06", c.key); v.Num != c.want {
			t.Errorf("%s of %s %s = %d, want %d", c.metric, c.scope, c.key, v.Num, c.want)
		}
	}
	for _, c := range [][2]string{{"won", "r1"}, {"open", "r2"}} {
		if _, ok := find(b, r, c[0], c[1], "2024-06", ""); ok {
			t.Errorf("%s has none, but a value of %s", c[1], c[0])
		}
	}
	if v := got(t, b, r, "cohort_step_conversion", "A", "2024-06", "stage=S2"); v.Den != 1 {
		t.Errorf("r1 was the owner when D1 reached S2: %+v", v)
	}
	row := r.Lists[0].Rows
	if len(row) != 1 || row[0].Cells[0].Text != "D2" || b.Org.Nodes[row[0].Cells[2].Num].ID != "r1" || row[0].Cells[4] != (measure.Cell{Num: 26 * day, Den: day}) || row[0].Cells[6].Num != 7000 {
		t.Errorf("stalled: %+v", row)
	}
}

// Without a deals table the newest row names the owner and the amount, also
// one that is no move; who began it keeps the reach.
func TestHistoryAlone(t *testing.T) {
	names, spells := twoTeams(t)
	rows := by(names, entries(t, "A", "S1@2024-06-01 S2@2024-06-05 S2@2024-06-20"), "r1", "r1", "r2")
	rows[1].Amount, rows[1].AmountKnown = amount(3, "CNY")
	rows[2].Amount, rows[2].AmountKnown = amount(4, "CNY")
	b := book(t, "2024-06-30", names, spells, nil, rows)
	r := compute(b, DefaultOptions())
	ratio(t, got(t, b, r, "open", "r2", "2024-06", "stage=S2"), 1, 1)
	ratio(t, got(t, b, r, "open_amount", "r2", "2024-06", ""), 400, 1)
	ratio(t, got(t, b, r, "reached", "r1", "2024-06", "stage=S2"), 1, 1)
	ratio(t, got(t, b, r, "stalled", "r2", "2024-06", ""), 1, 1) // 25 days, whatever was saved on the 20th
	if len(r.Warnings) > 0 {
		t.Errorf("warnings %v", r.Warnings)
	}
}

// An earlier cycle's loss stays lost while the deal lives on, at what
// the history says it was worth then.
func TestEarlierCycle(t *testing.T) {
	rows := entries(t, "A", "S1@2024-01-10 lost@2024-02-01 S1@2024-05-20 won@2024-05-31")
	rows[0].Amount, rows[0].AmountKnown = amount(300, "CNY")
	b := book(t, "2024-06-30", nil, nil, []crm.Deal{deal("A", func(d *crm.Deal) {
		d.Status, d.ClosedOn = crm.DealWon, date(t, "2024-06-03")
		d.Amount, d.AmountKnown = amount(900, "CNY")
	})}, rows)
	r := compute(b, DefaultOptions())
	ratio(t, got(t, b, r, "win_rate_count", "company", "2024", ""), 1, 2)
	ratio(t, got(t, b, r, "win_rate_value", "company", "2024", ""), 90000, 120000)
	ratio(t, got(t, b, r, "lost", "company", "2024-02", ""), 1, 1)
	// The deals table says when the latest unit closed.
	ratio(t, got(t, b, r, "won", "company", "2024-06", ""), 1, 1)
	// Two units: of January, which reached S1 alone, and of May.
	ratio(t, got(t, b, r, "reached", "company", "2024", "stage=S1"), 2, 1)
	ratio(t, got(t, b, r, "reached", "company", "2024-05", "stage=won"), 1, 1)
	// A loss that was re-opened in time is withdrawn.
	b = book(t, "2024-06-30", nil, nil, nil, entries(t, "A", "S1@2024-01-10 lost@2024-02-01 S1@2024-02-20 won@2024-06-12"))
	r = compute(b, DefaultOptions())
	ratio(t, got(t, b, r, "win_rate_count", "company", "2024", ""), 1, 1)
	if v := got(t, b, r, "win_rate_value", "company", "2024", ""); v.OK || v.Den != 0 || v.N != 0 || !flagged(v, "no_amount") {
		t.Errorf("without amounts: %+v", v)
	}
}

// Amounts in other currencies: at the close date's rate, at the as-of day's for
// open ones; without a rate they are left out and told.
func TestCurrencies(t *testing.T) {
	deals := []crm.Deal{
		deal("W", func(d *crm.Deal) {
			d.Status, d.ClosedOn = crm.DealWon, date(t, "2024-06-05")
			d.Amount, d.AmountKnown = amount(10, "USD")
		}),
		deal("O", func(d *crm.Deal) { d.Stage = 2; d.Amount, d.AmountKnown = amount(10, "USD") }),
		deal("P", func(d *crm.Deal) { d.Stage = 2; d.Amount, d.AmountKnown = amount(10, "EUR") }),
		deal("Q", func(d *crm.Deal) { d.Stage = crm.Won }), // open, they say, in no open stage
		deal("F", func(d *crm.Deal) { d.CreatedOn = date(t, "2024-07-01") }),
	}
	b := book(t, "2024-06-30", nil, nil, deals, nil)
	b.FX = crm.NewFX([]crm.FXRate{{Currency: "USD", Date: date(t, "2024-06-01"), Rate: 7 * crm.One}, {Currency: "USD", Date: date(t, "2024-06-10"), Rate: 8 * crm.One}})
	r := compute(b, DefaultOptions())
	ratio(t, got(t, b, r, "won_amount", "company", "2024-06", ""), 7000, 1)
	ratio(t, got(t, b, r, "open", "company", "2024-06", ""), 3, 1)
	ratio(t, got(t, b, r, "open", "company", "2024-06", "stage=S2"), 2, 1)
	v := got(t, b, r, "open_amount", "company", "2024-06", "stage=S2")
	ratio(t, v, 8000, 1)
	if v.N != 1 || !flagged(v, "no_amount") || v.Currency != "CNY" {
		t.Errorf("%+v", v)
	}
	want := map[string]int64{"deals_without_amount": 2, "deals_without_rate": 1}
	for _, w := range r.Warnings {
		if want[w.Code] != w.N {
			t.Errorf("%s: %d, want %d", w.Code, w.N, want[w.Code])
		}
		delete(want, w.Code)
	}
	if len(want) > 0 {
		t.Errorf("no warning %v", want)
	}
}

// A deal without rows in a book with a history: closed or open, in no reach.
func TestWithoutHistory(t *testing.T) {
	deals := []crm.Deal{deal("A", nil), deal("B", func(d *crm.Deal) { d.Stage = 3 }),
		deal("C", func(d *crm.Deal) { d.Status, d.ClosedOn = crm.DealLost, date(t, "2024-06-05") }),
		deal("D", func(d *crm.Deal) { d.Status = crm.DealWon }), deal("V", func(d *crm.Deal) { d.Status = crm.DealVoid })}
	b := book(t, "2024-06-30", nil, nil, deals, entries(t, "A", "S1@2024-06-20"))
	r := compute(b, DefaultOptions())
	ratio(t, got(t, b, r, "reached", "company", "2024", "stage=S1"), 1, 1)
	ratio(t, got(t, b, r, "open", "company", "2024", ""), 2, 1)
	ratio(t, got(t, b, r, "lost", "company", "2024", ""), 1, 1)
	ratio(t, got(t, b, r, "won", "company", "2024", ""), 0, 1) // nobody knows when
	codes := map[string]int64{}
	for _, w := range r.Warnings {
		codes[w.Code] = w.N
	}
	if codes["deals_without_history"] != 4 || codes["deals_closed_without_date"] != 1 {
		t.Errorf("warnings %v", codes)
	}
	if r := compute(book(t, "2024-06-30", nil, nil, nil, nil), DefaultOptions()); r.Values != nil || r.Lists != nil {
		t.Error("values of no table")
	}
}

// Zero is a fact for units in current periods, and no denominator is no data.
func TestEmptySlots(t *testing.T) {
	names, spells := twoTeams(t)
	b := book(t, "2024-06-30", names, spells, []crm.Deal{}, []crm.StageEntry{})
	r := compute(b, DefaultOptions())
	ratio(t, got(t, b, r, "reached", "A", "2024-06", "stage=S1"), 0, 1)
	ratio(t, got(t, b, r, "win_rate_count", "A", "2024-06", ""), 0, 0)
	if v := got(t, b, r, "cohort_step_conversion", "A", "2024-06", "stage=S1"); v.OK || v.CI != nil || v.Bounds != nil {
		t.Errorf("%+v", v)
	}
	if v := got(t, b, r, "stalled_median_days", "A", "2024-06", ""); v.OK {
		t.Errorf("%+v", v)
	}
	if _, ok := find(b, r, "reached", "company", "2024-05", "stage=S1"); ok {
		t.Error("a value of an empty period before")
	}
	if _, ok := find(b, r, "reached", "r1", "2024-06", "stage=S1"); ok {
		t.Error("a value of a rep without deals")
	}
}

// what is final. The as-of day ends June and its quarter and week; the
// year runs.
func TestFinal(t *testing.T) {
	b := book(t, "2024-06-30", nil, nil, nil, entries(t, "A", "S1@2024-06-03 S2@2024-06-20"))
	r := compute(b, DefaultOptions())
	for _, c := range []struct {
		metric, period, key string
		open                bool
	}{
		{"reached", "2024-06", "stage=S1", false}, {"reached", "2024-06", "stage=S2", false},
		{"reached", "2024-06", "stage=S3", true}, {"reached", "2024", "stage=S1", true},
		{"step_conversion", "2024-06", "stage=S1", false}, {"step_conversion", "2024-06", "stage=S2", true},
		{"win_rate_count", "2024-06", "", false}, {"open", "2024", "", true},
		// S1: 14 days after 30 June are not over, although A has advanced.
		{"cohort_step_conversion", "2024-06", "stage=S1", true},
	} {
		if v := got(t, b, r, c.metric, "company", c.period, c.key); v.Open != c.open {
			t.Errorf("%s %s %s: open %v", c.metric, c.period, c.key, v.Open)
		}
	}
	// No limit and no window: no cohort.
	b.Pipeline = crm.Pipeline{Stages: append([]crm.StageDef{{ID: "S1"}}, pipeline4.Stages[1:]...)}
	r = compute(b, DefaultOptions())
	if _, ok := find(b, r, "cohort_step_conversion", "company", "2024-06", "stage=S1"); ok {
		t.Error("a cohort without a window")
	}
	got(t, b, r, "cohort_step_conversion", "company", "2024-06", "stage=S2")
}

// Worst first: days beyond the limit, then amount with unknown last, then id.
func TestStalledOrder(t *testing.T) {
	known := func(id crm.DealID, n int64) crm.Deal {
		return deal(id, func(d *crm.Deal) { d.Amount, d.AmountKnown = amount(n, "CNY") })
	}
	// Limits 14 and 30: 20 days in S1 are 6 over, 35 in S3 are 5 over.
	deals := []crm.Deal{known("B", 5), known("A", 5), known("C", 9), deal("D", nil), known("E", 99)}
	var rows []crm.StageEntry
	for _, id := range []crm.DealID{"A", "B", "C", "D"} {
		rows = append(rows, entries(t, id, "S1@2024-06-10")...)
	}
	rows = append(rows, entries(t, "E", "S3@2024-05-26")...)
	b := book(t, "2024-06-30", nil, nil, deals, rows)
	r := compute(b, DefaultOptions())
	var ids []string
	for _, row := range r.Lists[0].Rows {
		ids = append(ids, row.Cells[0].Text)
	}
	if s := strings.Join(ids, " "); s != "C A B D E" {
		t.Error(s)
	}
	if c := r.Lists[0].Rows[3].Cells[6]; c.Num != measure.NoAmount {
		t.Errorf("an unknown amount prints as %d", c.Num)
	}
	// 20, 20, 20, 20 and 35 days.
	casetest.Near(t, "median", got(t, b, r, "stalled_median_days", "company", "2024", "").V, 20)
	casetest.Near(t, "median", got(t, b, r, "stalled_median_days", "company", "2024", "stage=S3").V, 35)
}

// Every definition is complete, every value has one, and the other way round.
func TestDefinitions(t *testing.T) {
	defs := map[string]bool{}
	for _, d := range Definitions() {
		for _, s := range []string{d.Title.ZH, d.Title.EN, d.Meaning.ZH, d.Meaning.EN, d.Formula.ZH, d.Formula.EN, d.Rulings, d.Unit.ZH, d.Unit.EN, string(d.Kind), string(d.Better)} {
			if s == "" {
				t.Errorf("%s lacks a field", d.ID)
			}
		}
		if defs[d.ID] || d.Revision < 1 || !strings.HasPrefix(d.ID, "funnel.") {
			t.Errorf("%s: twice, without a revision or astray", d.ID)
		}
		defs[d.ID] = true
	}
	b := book(t, "2024-06-30", nil, nil, []crm.Deal{}, []crm.StageEntry{})
	used := map[string]bool{}
	for _, v := range compute(b, DefaultOptions()).Values {
		if !defs[v.Metric] {
			t.Fatalf("%s is not defined", v.Metric)
		}
		used[v.Metric] = true
	}
	for _, id := range []string{"lost_by_reason", "lost_amount_by_reason", "lost_reason_pareto", "lost_amount_pareto", "lost_by_detail",
		"lost_by_stage", "lost_by_competitor", "win_rate_by_competitor", "open_by_close", "open_amount_by_close",
		"collected", "collected_amount", "coverage", "cohort_fate", "cohort_share", "moves", "days_quantile"} {
		used["funnel."+id] = true // where something was lost, is open or was paid
	}
	if len(used) != len(defs) {
		t.Errorf("%d metrics are emitted, %d defined", len(used), len(defs))
	}
	for _, id := range []string{"reached", "step_conversion", "cohort_step_conversion", "drop_off", "open", "stalled", "win_rate_count", "win_rate_value", "skip_rate", "regression_rate",
		"median_days", "velocity_per_day", "cycle_median_days", "lost_by_reason", "lost_by_competitor", "movement", "coverage"} {
		if !defs["funnel."+id] {
			t.Errorf("funnel.%s is promised to other tools", id)
		}
	}
}

// Two open deals without an amount are no amount of 0; one of two is
// what is known, flagged; no open deal is 0.
func TestUnknownAmounts(t *testing.T) {
	p := &page{sheet: &sheet{Acc: &Acc{desk: &desk{rules: &rules{currency: "CNY"}}}}}
	for _, c := range []struct {
		n, minor, blank int64
		ok, flagged     bool
	}{{2, 0, 2, false, true}, {2, 500, 1, true, true}, {2, 900, 0, true, false}, {0, 0, 0, true, false}} {
		v := p.money("funnel.open_amount", c.n, c.minor, c.blank)
		if v.OK != c.ok || v.Num != c.minor || (len(v.Flags) > 0) != c.flagged || v.N != c.n-c.blank {
			t.Errorf("%+v: %+v", c, v)
		}
	}
}
