package funnel

import (
	"fmt"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

// closings makes deals that closed on 10 June, each "rep won|lost reason
// competitor yuan", with "-" for what is not said.
func closings(t *testing.T, names *crm.Names[crm.RepNo], times int, rep, fate, reason, competitor string, yuan int64) []crm.Deal {
	t.Helper()
	var out []crm.Deal
	for i := range times {
		out = append(out, deal(crm.DealID(fmt.Sprint(rep, fate, reason, competitor, i)), func(d *crm.Deal) {
			d.Rep, d.Status, d.ClosedOn = names.Lookup(rep), crm.DealLost, date(t, "2024-06-10")
			if fate == "won" {
				d.Status = crm.DealWon
			}
			d.LostReason, d.Competitor = reason, competitor
			d.Amount, d.AmountKnown = amount(yuan, "CNY")
		}))
	}
	return out
}

// Reasons and competitors (metrics.md 6, S0-09): what has fewer than 5 at the
// company goes together, at every unit alike.
func TestReasons(t *testing.T) {
	names, spells := twoTeams(t)
	var deals []crm.Deal
	add := func(times int, rep, fate, reason, competitor string, yuan int64) {
		deals = append(deals, closings(t, names, times, rep, fate, reason, competitor, yuan)...)
	}
	add(4, "r1", "lost", "价格/预算不足", "X", 10) // team A
	add(1, "r2", "lost", " 价格 ", "X", 20)    // team B
	add(4, "r2", "lost", "late", "", 100)
	add(2, "r2", "lost", "", "Y", 1)
	add(1, "r2", "lost", "a,b=c", "", 7)
	add(1, "r1", "won", "ignored", "X", 50)
	add(2, "r1", "won", "", "Y", 50)
	b := book(t, "2024-06-30", names, spells, deals, nil)
	r := compute(b, DefaultOptions())
	for _, c := range []struct {
		metric, scope, key string
		num, den           int64
	}{
		{"lost_by_reason", "company", "reason=价格", 5, 1},
		{"lost_by_reason", "company", "reason=other", 5, 1}, // 4 late, 1 odd
		{"lost_by_reason", "company", "reason=unknown", 2, 1},
		{"lost_by_reason", "B", "reason=价格", 1, 1}, // its own though it is one of one here
		{"lost_by_reason", "A", "reason=价格", 4, 1},
		{"lost_amount_by_reason", "company", "reason=价格", 6000, 1},
		{"lost_amount_by_reason", "company", "reason=other", 40700, 1},
		{"lost_reason_filled", "company", "", 10, 12},
		{"lost_reason_filled", "A", "", 4, 4},
		// 5, 5 and 2 of 12: other comes before 价格 by name.
		{"lost_reason_pareto", "company", "reason=other", 5, 12},
		{"lost_reason_pareto", "company", "reason=价格", 10, 12},
		{"lost_reason_pareto", "company", "reason=unknown", 12, 12},
		{"lost_amount_pareto", "company", "reason=other", 40700, 46900},
		{"lost_by_detail", "company", "reason=other,detail=other", 4, 1},
		{"lost_by_competitor", "company", "competitor=X", 5, 1}, // with the one won 6
		{"lost_by_competitor", "company", "competitor=other", 2, 1},
		{"lost_by_competitor", "company", "competitor=unknown", 5, 1},
		{"win_rate_by_competitor", "company", "competitor=X", 1, 6},
		{"win_rate_by_competitor", "company", "competitor=other", 2, 4},
		{"win_rate_by_competitor", "A", "competitor=X", 1, 5},
		{"lost_by_stage", "company", "stage=unknown", 12, 1},
	} {
		v := got(t, b, r, c.metric, c.scope, "2024-06", c.key)
		if ratio(t, v, c.num, c.den); c.den > 1 && c.metric[:8] == "win_rate" && v.Method != "wilson" {
			t.Errorf("%s: no interval", c.metric)
		}
	}
	// Of five in the year and four in the month: the month has no key of its own.
	deals = append(deals, closings(t, names, 1, "r1", "lost", "late", "Z", 1)...)
	deals[len(deals)-1].ClosedOn = date(t, "2024-03-10")
	r = compute(book(t, "2024-06-30", names, spells, deals, nil), DefaultOptions())
	ratio(t, got(t, b, r, "lost_by_reason", "company", "2024", "reason=late"), 5, 1)
	ratio(t, got(t, b, r, "lost_by_reason", "company", "2024-06", "reason=other"), 5, 1)
}

// Parts of the deals have the keys of the whole, by which a number is explained.
func TestLook(t *testing.T) {
	names, spells := twoTeams(t)
	deals := append(closings(t, names, 6, "r1", "lost", "price", "", 1), closings(t, names, 1, "r2", "lost", "late", "", 1)...)
	b := book(t, "2024-06-30", names, spells, deals, nil)
	o := DefaultOptions().Look(b, measure.NewFrame(b))
	part := book(t, "2024-06-30", names, spells, deals[:1], nil)
	ratio(t, got(t, part, compute(part, o), "lost_by_reason", "company", "2024-06", "reason=price"), 1, 1)
	ratio(t, got(t, part, compute(part, DefaultOptions()), "lost_by_reason", "company", "2024-06", "reason=other"), 1, 1)
}

// S3-10, S3-11 and S0-14: three early stages, S4 is the spoken yes.
func TestEngagement(t *testing.T) {
	var rows []crm.StageEntry
	add := func(id crm.DealID, history string) { rows = append(rows, entries(t, id, history)...) }
	add("A", "S1@2024-06-01 won@2024-06-10")
	add("B", "S3@2024-06-01 lost@2024-06-10")
	add("C", "S4@2024-06-02 lost@2024-06-11")               // late, and said yes
	add("D", "S2@2024-06-02 S4@2024-06-05 lost@2024-06-11") // said yes
	add("E", "S4@2024-06-03")
	add("V", "S4@2024-06-03 void@2024-06-04")
	b := book(t, "2024-06-30", nil, nil, nil, rows)
	r := compute(b, DefaultOptions())
	of := func(metric, key string) measure.Value { return got(t, b, r, metric, "company", "2024-06", key) }
	ratio(t, of("late_entry_share", ""), 2, 5)
	ratio(t, of("win_rate_by_entry", "entry=early_stage"), 1, 3)
	ratio(t, of("win_rate_by_entry", "entry=late_stage"), 0, 1)
	ratio(t, of("fall_through", ""), 2, 3)
	ratio(t, of("lost_by_stage", "stage=S3"), 1, 1)
	ratio(t, of("lost_by_stage", "stage=S4"), 2, 1)
	o := DefaultOptions()
	o.EarlyStages, o.YesStage = 2, "S3"
	r = compute(b, o)
	ratio(t, of("late_entry_share", ""), 3, 5)
	ratio(t, of("win_rate_by_entry", "entry=early_stage"), 1, 2)
	ratio(t, of("fall_through", ""), 3, 4)
}

// by creation with R-2.8's rules: created in May, 20 days to win.
func TestCohortWinRate(t *testing.T) {
	made := func(id crm.DealID, created, status, closed string) crm.Deal {
		return deal(id, func(d *crm.Deal) {
			d.CreatedOn, d.Status = date(t, created), map[string]crm.DealStatus{"open": crm.DealOpen, "won": crm.DealWon, "lost": crm.DealLost, "void": crm.DealVoid}[status]
			if closed != "" {
				d.ClosedOn = date(t, closed)
			}
		})
	}
	deals := []crm.Deal{
		made("A", "2024-05-01", "won", "2024-05-21"),  // on day 20: within
		made("B", "2024-05-01", "won", "2024-05-22"),  // a day too late
		made("C", "2024-05-02", "lost", "2024-05-10"), // stays in the denominator
		made("D", "2024-05-25", "open", ""),
		made("V", "2024-05-25", "void", "2024-05-26"),
		made("U", "2024-05-25", "won", ""), // nobody knows when
	}
	o := DefaultOptions()
	o.CohortWinDays = 20
	b := book(t, "2024-06-20", nil, nil, deals, nil) // 31 May + 20: mature
	v := got(t, b, compute(b, o), "cohort_win_rate", "company", "2024-05", "")
	if ratio(t, v, 1, 4); v.Method != "wilson" || v.Open || v.Bounds.Hi.V != 0.25 {
		t.Errorf("mature: %+v", v)
	}
	// On 10 June D has had 16 of its 20 days. C leaves at 8 (4 at risk), D at
	// 16, A wins at 20 of two: 3/4 · 1/2.
	b = book(t, "2024-06-10", nil, nil, deals, nil)
	v = got(t, b, compute(b, o), "cohort_win_rate", "company", "2024-05", "")
	if casetest.Near(t, "Aalen–Johansen", v.V, 0.375); v.Num != 1 || v.Den != 4 || !v.Open || !flagged(v, "immature") || v.Bounds.Hi.V != 0.5 {
		t.Errorf("immature: %+v", v)
	}
	// The default window is that of a deal which never stalls: 14 + 21 + 30 + 15.
	if n := newAcc(b, measure.NewFrame(b), DefaultOptions()).window(0); n != 80 {
		t.Errorf("a window of %d days", n)
	}
}
