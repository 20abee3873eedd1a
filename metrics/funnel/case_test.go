package funnel

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

type unitRow struct {
	Status      string
	Current     *string
	MaxStage    *int `json:"max_stage_index"`
	Reached     *int `json:"reached_index"`
	Entered     []string
	Skipped     []string
	Regressions int
	Reopens     int
	DwellDays   map[string]float64 `json:"dwell_days"`
	StrictDepth *int               `json:"strict_depth"`
	Stalled     *bool
	BornLate    bool `json:"born_late"`
}

type stageFate struct {
	Reached, Advanced int64
	LostHere          int64 `json:"lost_here"`
	OpenHere          int64 `json:"open_here"`
}

// The worked case of: every unit, and the
// values of the company in 2024, in which all of them began.
func TestStageHistorySemantics(t *testing.T) {
	const name = "stage_history_semantics"
	var want struct {
		AsOf   string `json:"as_of"` // with a remark behind it
		Params struct {
			Reopen int `json:"reopen_new_cycle_after_days"`
		}
		Units      map[string]unitRow
		Reached    map[string]int64     `json:"reached_milestone"`
		AnyOrder   map[string]int64     `json:"entered_any_order"`
		Strict     map[string]int64     `json:"reached_strict_closed"`
		Fate       map[string]stageFate `json:"stage_fate_milestone"`
		Conversion map[string]float64   `json:"stage_conversion_milestone"`
	}
	casetest.JSON(t, &want, name, "expected.json")
	var p crm.Pipeline
	for _, row := range casetest.CSV(t, name, "stages.csv") {
		limit, err := strconv.Atoi(row["limit_days"])
		if err != nil {
			t.Fatal(err)
		}
		p.Stages = append(p.Stages, crm.StageDef{ID: row["stage"], ZH: row["name"], LimitDays: limit})
	}
	var rows []crm.StageEntry
	for i, row := range casetest.CSV(t, name, "stage_history.csv") {
		rows = append(rows, crm.StageEntry{Pos: crm.Pos{Line: int32(i + 2)}, Deal: crm.DealID(row["deal_id"]),
			Stage: stage(t, p, row["stage"]), At: stamp(t, row["changed_at"]), Rep: crm.NoRep})
	}
	asOf, _, _ := strings.Cut(want.AsOf, " ")
	b := book(t, asOf, nil, nil, nil, rows)
	b.Pipeline = p
	if DefaultOptions().ReopenDays != want.Params.Reopen {
		t.Errorf("a re-open within %d days, want %d", DefaultOptions().ReopenDays, want.Params.Reopen)
	}

	a := newAcc(b, measure.NewFrame(b), DefaultOptions())
	seen := 0
	for l := range b.DealLogs() {
		for _, u := range a.units(l) {
			id := string(l.ID) + "#" + strconv.Itoa(u.cycle)
			w, ok := want.Units[id]
			if !ok {
				t.Errorf("unit %s should not be", id)
				continue
			}
			seen++
			checkUnit(t, id, a.rules, &u, w)
		}
	}
	if seen != len(want.Units) {
		t.Errorf("%d units, want %d", seen, len(want.Units))
	}

	r := compute(b, DefaultOptions())
	for metric, counts := range map[string]map[string]int64{"reached": want.Reached, "entered": want.AnyOrder, "ordered": want.Strict} {
		for s, n := range counts {
			ratio(t, got(t, b, r, metric, "company", "2024", "stage="+s), n, 1)
		}
	}
	for s, f := range want.Fate {
		v := got(t, b, r, "step_conversion", "company", "2024", "stage="+s)
		ratio(t, v, f.Advanced, f.Reached)
		ratio(t, got(t, b, r, "drop_off", "company", "2024", "stage="+s), f.LostHere, f.Reached)
		if open := f.Reached - f.Advanced - f.LostHere; open != f.OpenHere {
			t.Errorf("%s: open %d, want %d", s, open, f.OpenHere)
		}
		fate := func(word string) int64 {
			v, _ := find(b, r, "cohort_fate", "company", "2024", "stage="+s+",fate="+word) // none is 0
			return v.Num
		}
		if fate("advanced") != f.Advanced || fate("lost") != f.LostHere || fate("in_time")+fate("overdue") != f.OpenHere {
			t.Errorf("%s: fates %d, %d, %d and %d", s, fate("advanced"), fate("lost"), fate("in_time"), fate("overdue"))
		}
		if flagged(v, "immature") != (f.OpenHere > 0) || (v.CI == nil) != (f.OpenHere > 0) {
			t.Errorf("%s: flags %v, interval %v with %d open", s, v.Flags, v.CI, f.OpenHere)
		}
		if f.OpenHere > 0 {
			casetest.Near(t, "upper bound of "+s, v.Bounds.Hi.V, float64(f.Advanced+f.OpenHere)/float64(f.Reached))
		}
	}
	for pair, rate := range want.Conversion {
		from, _, _ := strings.Cut(pair, "->")
		casetest.Near(t, pair, got(t, b, r, "step_conversion", "company", "2024", "stage="+from).V, rate)
	}
	// D3 S4, D6 S2, D7 S3, D9#2 S2 are open; of them D6 stalls (41.625 > 21).
	for key, n := range map[string]int64{"": 4, "stage=S1": 0, "stage=S2": 2, "stage=S3": 1, "stage=S4": 1} {
		ratio(t, got(t, b, r, "open", "company", "2024-06", key), n, 1)
	}
	ratio(t, got(t, b, r, "stalled", "company", "2024-06", "stage=S2"), 1, 1)
	ratio(t, got(t, b, r, "stalled", "company", "2024-06", ""), 1, 1)
	casetest.Near(t, "median", got(t, b, r, "stalled_median_days", "company", "2024-06", "").V, 41.625)
	// skipped: S1 by D5; S2 by D2, D5; S4 by D4, D5. One regression among 10.
	ratio(t, got(t, b, r, "skip_rate", "company", "2024", "stage=S2"), 2, 8)
	ratio(t, got(t, b, r, "skip_rate", "company", "2024", "stage=S4"), 2, 4)
	ratio(t, got(t, b, r, "regression_rate", "company", "2024", ""), 1, 10)
	ratio(t, got(t, b, r, "born_late", "company", "2024", ""), 1, 1)
	if of := agree(t, name, b, r); of.returns == 0 || of.skips == 0 {
		t.Errorf("moves: %+v", of)
	}
	// D6 is overdue with S2 as its deepest.
	ratio(t, got(t, b, r, "overdue_share", "company", "2024", "stage=S2"), 1, 8)
}

func checkUnit(t *testing.T, id string, r *rules, u *unit, w unitRow) {
	t.Helper()
	status := []string{"open", "won", "lost", "void"}[u.fate]
	if status != w.Status {
		t.Errorf("%s: status %s, want %s", id, status, w.Status)
	}
	void := u.fate == crm.DealVoid
	same := func(what string, got int, want *int) {
		if void != (want == nil) || (!void && got != *want) {
			t.Errorf("%s: %s %d, want %v", id, what, got, want)
		}
	}
	deepest, ids, dwell := 0, []string{}, map[string]float64{}
	for j, e := range u.entered {
		if e {
			deepest = j
			s := r.pipeline.ID(crm.Stage(j))
			ids, dwell[s] = append(ids, s), float64(u.dwell[j])/day
		}
	}
	same("max stage", deepest, w.MaxStage)
	same("reached", int(u.depth), w.Reached)
	same("strict depth", u.ordered(r), w.StrictDepth)
	current := r.pipeline.ID(u.current())
	if (w.Current == nil) != (current == "") || (w.Current != nil && *w.Current != current) {
		t.Errorf("%s: current %q", id, current)
	}
	if (w.Stalled != nil) != (u.fate == crm.DealOpen) || (w.Stalled != nil && *w.Stalled != u.stalled(r)) {
		t.Errorf("%s: stalled %v", id, u.stalled(r))
	}
	if !slices.Equal(ids, w.Entered) {
		t.Errorf("%s: entered %v, want %v", id, ids, w.Entered)
	}
	skipped := []string{}
	for j := range u.entered {
		if u.skipped(crm.Stage(j)) {
			skipped = append(skipped, r.pipeline.ID(crm.Stage(j)))
		}
	}
	if !slices.Equal(skipped, w.Skipped) {
		t.Errorf("%s: skipped %v, want %v", id, skipped, w.Skipped)
	}
	if u.regressions != w.Regressions || u.reopens != w.Reopens || u.bornLate() != w.BornLate {
		t.Errorf("%s: %d regressions, %d reopens, born late %v", id, u.regressions, u.reopens, u.bornLate())
	}
	if !maps.EqualFunc(dwell, w.DwellDays, func(x, y float64) bool { return math.Abs(x-y) <= 1e-9 }) {
		t.Errorf("%s: dwell %v, want %v", id, dwell, w.DwellDays)
	}
}

// The worked case of: 16 deals that entered S2 in April.
func TestCohortOpenDealsCensored(t *testing.T) {
	const name = "cohort_open_deals_censored"
	var want struct {
		AsOf   string `json:"as_of"`
		Params struct {
			Window int `json:"window_days"`
		}
		N      int64
		ToDate int64 `json:"advanced_to_date"`
		LostTo int64 `json:"lost_to_date"`
		Open   int64
		Within int64 `json:"advanced_within_window"`
		Mature bool  `json:"cohort_mature"`
		AJ     struct {
			Advanced, Lost float64
			Open           float64 `json:"still_open"`
			Rows           []struct {
				Time                 int
				Risk                 int64 `json:"n_risk"`
				Advanced, Lost, Open float64
			}
		} `json:"aalen_johansen_at_window"`
		Wrong struct {
			Drop     float64 `json:"drop_open"`
			AsLost   float64 `json:"count_open_as_lost"`
			Censored float64 `json:"km_with_losses_censored"`
		}
		Overdue []string `json:"open_overdue"`
		InTime  []string `json:"open_in_time"`
		Bounds  struct{ Low, High float64 }
	}
	casetest.JSON(t, &want, name, "expected.json")
	var rows []crm.StageEntry
	for _, row := range casetest.CSV(t, name, "stage_entries.csv") {
		history := "S2@" + row["entered_S2"]
		switch row["outcome"] {
		case "advanced":
			history += " S3@" + row["outcome_date"]
		case "lost":
			history += " lost@" + row["outcome_date"]
		}
		rows = append(rows, entries(t, crm.DealID(row["deal_id"]), history)...)
	}
	b := book(t, want.AsOf, nil, nil, nil, rows)
	o := DefaultOptions()
	o.WindowDays = want.Params.Window
	r := compute(b, o)
	const q2 = "2024-Q2"
	v := got(t, b, r, "cohort_step_conversion", "company", "2024-04", "stage=S2")
	if v.Num != want.Within || v.Den != want.N || !v.OK {
		t.Errorf("%d/%d, want %d/%d", v.Num, v.Den, want.Within, want.N)
	}
	casetest.Near(t, "AJ", v.V, want.AJ.Advanced)
	casetest.Near(t, "low", v.Bounds.Lo.V, want.Bounds.Low)
	casetest.Near(t, "high", v.Bounds.Hi.V, want.Bounds.High)
	if want.Mature || !flagged(v, "immature") || !v.Open || v.CI != nil {
		t.Errorf("maturity: flags %v, open %v, interval %v", v.Flags, v.Open, v.CI)
	}
	shares := func(r measure.Result, at string, advanced, lost, open float64) {
		t.Helper()
		for word, want := range map[string]float64{"advanced": advanced, "lost": lost, "open": open} {
			casetest.Near(t, word+" "+at, got(t, b, r, "cohort_share", "company", q2, "stage=S2,fate="+word).V, want)
		}
	}
	shares(r, "at W", want.AJ.Advanced, want.AJ.Lost, want.AJ.Open)
	for word, n := range map[string]int64{"advanced": want.ToDate, "lost": want.LostTo, "in_time": int64(len(want.InTime)), "overdue": int64(len(want.Overdue))} {
		ratio(t, got(t, b, r, "cohort_fate", "company", q2, "stage=S2,fate="+word), n, 1)
	}
	// Every row of the table, by taking its time as the window.
	for _, row := range want.AJ.Rows {
		o.WindowDays = row.Time
		at := "at " + strconv.Itoa(row.Time)
		r := compute(b, o)
		casetest.Near(t, "AJ "+at, got(t, b, r, "cohort_step_conversion", "company", "2024-04", "stage=S2").V, row.Advanced)
		shares(r, at, row.Advanced, row.Lost, row.Open)
	}
	endings := endingsOf(b, 2)
	for _, row := range want.AJ.Rows {
		var risk int64
		for _, e := range endings {
			if e.Days >= float64(row.Time) {
				risk += e.N
			}
		}
		if risk != row.Risk {
			t.Errorf("%d at risk at %d, want %d", risk, row.Time, row.Risk)
		}
	}
	casetest.Near(t, "wrong: open dropped", float64(want.ToDate)/float64(want.ToDate+want.LostTo), want.Wrong.Drop)
	casetest.Near(t, "wrong: open as lost", float64(want.ToDate)/float64(want.N), want.Wrong.AsLost)
	casetest.Near(t, "wrong: losses censored", 1-measure.KaplanMeier(endings, advanced).At(float64(want.Params.Window)).S, want.Wrong.Censored)
	// All fates at as-of, in the quarter in which all of them began.
	ratio(t, got(t, b, r, "step_conversion", "company", q2, "stage=S2"), want.ToDate, want.N)
	ratio(t, got(t, b, r, "drop_off", "company", q2, "stage=S2"), want.LostTo, want.N)
	ratio(t, got(t, b, r, "overdue_share", "company", q2, "stage=S2"), int64(len(want.Overdue)), want.N)
	// All open ones of the book: the 5, and the 7 that stand in S3.
	ratio(t, got(t, b, r, "open", "company", q2, "stage=S2"), want.Open, 1)
	var overdue []string
	for _, row := range r.Lists[0].Rows {
		if row.Cells[3].Text == "S2" {
			overdue = append(overdue, row.Cells[0].Text)
		}
	}
	if !slices.Equal(overdue, want.Overdue) { // E06 is the oldest, and so on: worst first
		t.Errorf("overdue %v, want %v", overdue, want.Overdue)
	}
	var inTime []string
	for _, deal := range newAcc(b, measure.NewFrame(b), o).fold(b, 1).Opens {
		if id := string(deal.ID); deal.Stage == 2 && !slices.Contains(overdue, id) {
			inTime = append(inTime, id)
		}
	}
	if !slices.Equal(inTime, want.InTime) {
		t.Errorf("in time %v, want %v", inTime, want.InTime)
	}
	// W = 20: 30 April + 20 = 20 May, just mature: 6/16 raw, with Wilson's
	// interval; nobody's window runs, so that the bounds meet.
	o.WindowDays = 20
	v = got(t, b, compute(b, o), "cohort_step_conversion", "company", "2024-04", "stage=S2")
	ratio(t, v, 6, 16)
	if flagged(v, "immature") || v.Open || v.CI == nil || v.Method != "wilson" || *v.Bounds != measure.Closed(0.375, 0.375) {
		t.Errorf("mature: %+v", v)
	}
	// The default is the stage's limit, 21, and 30 April + 21 is a day too late:
	// 6 advanced by day 20; of the open ones only E16 (20 days) is inside: 7/16.
	v = got(t, b, compute(b, DefaultOptions()), "cohort_step_conversion", "company", "2024-04", "stage=S2")
	casetest.Near(t, "AJ at 21", v.V, 0.375)
	casetest.Near(t, "high at 21", v.Bounds.Hi.V, 0.4375)
	if !flagged(v, "immature") || v.CI != nil {
		t.Errorf("a day before maturity: %+v", v)
	}
}

// endingsOf is how the units of a book left stage j, or did not.
func endingsOf(b *crm.Book, j crm.Stage) []measure.Ending {
	a := newAcc(b, measure.NewFrame(b), DefaultOptions())
	var out []measure.Ending
	for l := range b.DealLogs() {
		for _, u := range a.units(l) {
			seconds, ended := u.stay(a.rules, j)
			out = append(out, measure.Ending{Days: float64(seconds) / day, Fate: ended, N: 1})
		}
	}
	return out
}

// dealsOf reads a case's deals.csv.
func dealsOf(t *testing.T, name string) []crm.Deal {
	t.Helper()
	var deals []crm.Deal
	for _, row := range casetest.CSV(t, name, "deals.csv") {
		deals = append(deals, deal(crm.DealID(row["deal_id"]), func(d *crm.Deal) {
			d.CreatedOn = date(t, row["created"])
			d.Status = map[string]crm.DealStatus{"open": crm.DealOpen, "won": crm.DealWon, "lost": crm.DealLost, "void": crm.DealVoid}[row["status"]]
			if row["closed"] != "" {
				d.ClosedOn = date(t, row["closed"])
			}
			if row["amount"] != "" {
				minor, err := crm.ParseMinor(row["amount"], 2)
				if err != nil {
					t.Fatal(err)
				}
				d.Amount, d.AmountKnown = crm.Money{Minor: minor, Currency: "CNY"}, true
			}
		}))
	}
	return deals
}

// The worked case of.
func TestWinRate(t *testing.T) {
	const name = "win_rate_velocity"
	var want struct {
		AsOf   string `json:"as_of"`
		Period string
		Count  struct {
			Won, Lost int64
			Rate      float64
			Wilson    [2]float64
		} `json:"win_rate_count"`
		Value struct {
			Won     int64 `json:"won_cents"`
			Lost    int64 `json:"lost_cents"`
			Rate    float64
			Without int64 `json:"lost_without_amount"`
		} `json:"win_rate_value"`
		Open struct {
			N      int64
			With   int64 `json:"with_amount"`
			Amount int64 `json:"amount_cents"`
		} `json:"open_deals"`
		Cycle struct {
			Mean   float64 `json:"mean_won"`
			Median float64 `json:"median_won"`
		} `json:"cycle_days"`
		Velocity  perDay  `json:"velocity_count_based"`
		ByValue   perDay  `json:"velocity_value_based"`
		WrongMix  perDay  `json:"velocity_wrong_mix"`
		WrongRate float64 `json:"win_rate_wrong_incl_open"`
	}
	casetest.JSON(t, &want, name, "expected.json")
	deals := dealsOf(t, name)
	b := book(t, want.AsOf, nil, nil, deals, nil)
	r := compute(b, DefaultOptions())
	of := func(metric string) int64 { return got(t, b, r, metric, "company", want.Period, "").Num }
	if of("won") != want.Count.Won || of("lost") != want.Count.Lost || of("won_amount") != want.Value.Won {
		t.Errorf("won %d, lost %d, amount %d", of("won"), of("lost"), of("won_amount"))
	}
	v := got(t, b, r, "win_rate_count", "company", want.Period, "")
	ratio(t, v, want.Count.Won, want.Count.Won+want.Count.Lost)
	casetest.Near(t, "rate", v.V, want.Count.Rate)
	casetest.Near(t, "Wilson low", v.CI.Lo.V, want.Count.Wilson[0])
	casetest.Near(t, "Wilson high", v.CI.Hi.V, want.Count.Wilson[1])
	v = got(t, b, r, "win_rate_value", "company", want.Period, "")
	ratio(t, v, want.Value.Won, want.Value.Won+want.Value.Lost)
	casetest.Near(t, "value rate", v.V, want.Value.Rate)
	if v.N != want.Count.Won+want.Count.Lost-want.Value.Without || !flagged(v, "no_amount") {
		t.Errorf("n %d, flags %v", v.N, v.Flags)
	}
	if of("open") != want.Open.N || of("open_amount") != want.Open.Amount {
		t.Errorf("open %d, %d", of("open"), of("open_amount"))
	}
	if v := got(t, b, r, "open_amount", "company", want.Period, ""); v.N != want.Open.With || !flagged(v, "no_amount") {
		t.Errorf("open amount: n %d, flags %v", v.N, v.Flags)
	}
	checkPace(t, b, r, want.Period, want.Cycle.Mean, want.Cycle.Median, want.Velocity.Cents, want.ByValue.Cents)
	// The usual errors: the mean of all closed deals with an amount (7.2 M
	// cents of 9), and open deals in the denominator (4 of 10 + 4).
	all := float64(want.Value.Won+want.Value.Lost) / float64(want.Count.Won+want.Count.Lost-want.Value.Without)
	casetest.Near(t, "wrong mix", 4*want.Count.Rate*all/want.Cycle.Mean, want.WrongMix.Cents)
	casetest.Near(t, "wrong rate", float64(of("won"))/float64(of("won")+of("lost")+of("open")), want.WrongRate)
	// F12 alone closed in the first quarter, on its last day.
	ratio(t, got(t, b, r, "win_rate_count", "company", "2024-Q1", ""), 1, 1)
	// No history: nothing of the funnel's depth.
	for _, v := range r.Values {
		switch v.Metric {
		case "funnel.won", "funnel.lost", "funnel.won_amount", "funnel.win_rate_count", "funnel.win_rate_value", "funnel.open", "funnel.open_amount",
			"funnel.cycle_mean_days", "funnel.cycle_median_days", "funnel.velocity_per_day", "funnel.cohort_win_rate", "funnel.lost_by_reason", "funnel.lost_amount_by_reason",
			"funnel.movement", "funnel.movement_due", "funnel.close_pushes", "funnel.pushed_deals", "funnel.close_overdue", "funnel.close_overdue_amount", "funnel.open_by_close", "funnel.open_amount_by_close",
			"funnel.lost_reason_filled", "funnel.lost_reason_pareto", "funnel.lost_amount_pareto", "funnel.lost_by_stage", "funnel.lost_by_competitor", "funnel.win_rate_by_competitor":
		default:
			t.Fatalf("%s without stage history", v.Metric)
		}
	}
	for _, l := range r.Lists {
		if l.ID == "funnel.stalled" {
			t.Error("a list of stalled deals without stage history")
		}
	}
}

// ClickHouse's tests of windowFunnel in three of its modes, as published.
func TestChainDepth(t *testing.T) {
	const name = "window_funnel_clickhouse"
	var want struct {
		Users  map[string]int `json:"ordered_default_window_86400"`
		Strict map[string]int `json:"strict_order"`
		Window struct {
			Events [][2]int64
			Steps  []int64
			Depth  map[string]int `json:"depth_by_window"`
		} `json:"window_case"`
		Reverse struct{ Depth int } `json:"reverse_order"`
		Same    struct {
			Events [][2]int64
			Depth  int `json:"depth_default"`
			Strict int `json:"depth_strict_increase"`
		} `json:"same_timestamp"`
		Hologres []struct {
			Events, Steps []string
			Depth         int
		} `json:"hologres_doc_table"`
	}
	casetest.JSON(t, &want, name, "expected.json")
	users := map[string][]event{}
	for _, row := range casetest.CSV(t, name, "events.csv") {
		at, err := strconv.ParseInt(row["ts"], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		users[row["user"]] = append(users[row["user"]], event{1 + strings.Index("abc", row["event"]), at})
	}
	for mode, depths := range map[string]map[string]int{"default": want.Users, StrictOrder: want.Strict} {
		for u, depth := range depths {
			if d := chainDepth(users[u], 3, 86400, mode); d != depth {
				t.Errorf("user %s, %s: %d, want %d", u, mode, d, depth)
			}
		}
	}
	numbered := func(events [][2]int64, steps ...int64) []event {
		var out []event
		for _, e := range events {
			out = append(out, event{1 + slices.Index(steps, e[1]), e[0]})
		}
		return out
	}
	for w, depth := range want.Window.Depth {
		window, err := strconv.ParseInt(w, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if d := chainDepth(numbered(want.Window.Events, want.Window.Steps...), len(want.Window.Steps), window, "default"); d != depth {
			t.Errorf("window %s: %d, want %d", w, d, depth)
		}
	}
	var eight [][2]int64
	for i := int64(1); i <= 8; i++ {
		eight = append(eight, [2]int64{i, 1000 + i})
	}
	if d := chainDepth(numbered(eight, 1008, 1001), 2, 86400, "default"); d != want.Reverse.Depth {
		t.Errorf("reverse: %d", d)
	}
	if d := chainDepth(numbered(want.Same.Events, 1000, 1001, 1002, 1003, 1004), 5, 86400, "default"); d != want.Same.Depth {
		t.Errorf("same timestamp: %d, want %d", d, want.Same.Depth)
	}
	if d := chainDepth(numbered(want.Same.Events, 1000, 1001, 1002, 1003, 1004), 5, 86400, StrictIncrease); d != want.Same.Strict {
		t.Errorf("same timestamp, strict increase: %d, want %d", d, want.Same.Strict)
	}
	for _, h := range want.Hologres {
		var events []event
		for i, e := range h.Events {
			events = append(events, event{1 + slices.Index(h.Steps, e), int64(i)})
		}
		if d := chainDepth(events, len(h.Steps), 86400, "default"); d != h.Depth {
			t.Errorf("%v: %d, want %d", h.Events, d, h.Depth)
		}
	}
}
