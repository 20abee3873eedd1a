package report

import (
	"strings"
	"testing"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// since is the sample with a report before it: the golden rule is worse beyond
// chance, the renewals cannot be told, a finished month was restated.
func since() *snapshot.Document {
	d := sample()
	lo, hi := func(x float64) snapshot.Bound { return &x }, func(x float64) snapshot.Bound { return &x }
	rate := func(scope, period string, v, l, h float64, n int64) snapshot.Value {
		return snapshot.Value{Metric: "conversion.valid_per_signing", Scope: scope, Period: period, Num: int64(v * 100), Den: 100, V: v, OK: true, CI: &[2]snapshot.Bound{lo(l), hi(h)}, N: n, Final: true}
	}
	visits := func(scope, period string, n int64) snapshot.Value {
		return snapshot.Value{Metric: "conversion.valid_visits", Scope: scope, Period: period, Num: n, Den: 1, V: float64(n), OK: true, N: n, Final: true}
	}
	d.Since = &snapshot.Since{AsOf: "2025-03-02", Differs: []string{"configuration"}, Settled: 4,
		Moved: []snapshot.Change{
			{Kind: "week", Was: rate("company", "2025-W09", 7.11, 6.5, 7.8, 301), Now: rate("company", "2025-W10", 9.22, 8.4, 10.1, 302), Better: measure.Down, Direction: -1, Judged: true},
			{Kind: "week", Was: rate("华东", "2025-W09", 8.33, 6, 11, 51), Now: rate("华东", "2025-W10", 8.44, 6.2, 11.3, 52), Better: measure.Down, Direction: -1},
			{Kind: "week", Was: visits("company", "2025-W09", 211), Now: visits("company", "2025-W10", 222), Better: measure.Up, Direction: 1},
			{Kind: "month", Was: visits("company", "2025-03", 101), Now: visits("company", "2025-03", 150), Better: measure.Up, Direction: 1}},
		Restated: []snapshot.Change{{Kind: "month", Was: visits("华东", "2024-12", 41), Now: visits("华东", "2024-12", 43), Better: measure.Up, Direction: 1}}}
	return d
}

// sectionOf is what the page has between the head of a section and the next.
func sectionOf(page, id string) string {
	_, rest, ok := strings.Cut(page, `id="`+id+`"`)
	if !ok {
		return ""
	}
	body, _, _ := strings.Cut(rest, "</section>")
	return body
}

func TestSinceOnThePage(t *testing.T) {
	page := html(t, since(), Options{Period: "week"})
	body := sectionOf(page, "overview-week-since")
	for _, want := range []string{"2025-03-02", "配置与上次不同", "7.11", "9.22", "+2.11", "高于", `class="l bad"`, "变差（区间分开）", "301 → 302", "区间重叠，分不出", "51 → 52", "211", "222", "+5.2%", "无区间", "41", "43", "+4.9%", "2024-12", "4 个"} {
		if !strings.Contains(body, want) {
			t.Errorf("the company's week does not say %q:\n%s", want, body)
		}
	}
	if strings.Count(body, `bad"`) != 2 { // the change and its judgement
		t.Errorf("something else is coloured:\n%s", body)
	}
	if month := sectionOf(page, "overview-month-since"); !strings.Contains(month, "101") || !strings.Contains(month, "期间未结束") || strings.Contains(month, "9.22") {
		t.Errorf("the company's month:\n%s", month)
	}
	if strings.Contains(html(t, sample(), Options{}), "-since") {
		t.Error("a first report has a section of changes")
	}
	for trouble, want := range map[snapshot.Trouble]string{snapshot.NotRead: "读不出", snapshot.OtherCurrency: "另一种货币", snapshot.OtherZone: "另一时区"} {
		d := sample()
		d.Since = &snapshot.Since{AsOf: "2025-03-02", Trouble: trouble}
		if body := sectionOf(html(t, d, Options{}), "overview-month-since"); !strings.Contains(body, want) {
			t.Errorf("%s: %s", trouble, body)
		}
	}
}

// A unit's own page holds its rates against the company's, where the cut has
// them, and nothing else of the company.
func TestReferenceOnAUnitsPage(t *testing.T) {
	own, err := sample().For("华东")
	if err != nil {
		t.Fatal(err)
	}
	if page := html(t, own, Options{}); strings.Contains(page, "-above") || strings.Contains(page, "北方设备") || strings.Contains(page, "马超") {
		t.Error("the page of a unit with few others shows the company, or somebody else")
	}
	own.Above = []snapshot.Value{{Metric: "conversion.valid_per_signing", Scope: "company", Period: "2025-03", Num: 777, Den: 100, V: 7.77, OK: true}}
	if body := sectionOf(html(t, own, Options{}), "overview-month-above"); !strings.Contains(body, "7.77") {
		t.Errorf("the reference is not shown:\n%s", body)
	}
}

// An area's or a team's page has what changed of its own, the worst few where units
// are many; no other page has it.
func TestSinceOfUnits(t *testing.T) {
	d := since()
	for i, metric := range []string{"conversion.valid_visits", "conversion.signings", "forecast.actual", "forecast.attainment", "receivables.overdue"} {
		for k, team := range []string{"华东/一组", "华东/二组"} {
			was := snapshot.Value{Metric: metric, Scope: team, Period: "2025-W09", Num: int64(71_003 + 10*i + k), Den: 1, V: float64(71_003 + 10*i + k), OK: true, Final: true}
			now := was
			now.Period, now.V, now.Num = "2025-W10", was.V-1000, was.Num-1000
			d.Since.Units.Moved = append(d.Since.Units.Moved, snapshot.Change{Kind: "week", Was: was, Now: now, Better: measure.Up, Direction: -1})
		}
	}
	x := newIndex(d)
	for _, lean := range []bool{false, true} {
		x.lean = lean
		s, ok := sinceSection(x.at(x.scopes["华东/一组"], "week"))
		if want := map[bool]int{false: 5, true: unitChanges}[lean]; !ok || len(s.Tables) != 1 || len(s.Tables[0].Rows) != want || strings.Contains(s.Tables[0].Note.EN, "1 more") != lean {
			t.Fatalf("lean %v: %v %+v", lean, ok, s.Tables)
		}
		if c := s.Tables[0].Rows[0].Cells; c[1].Text.EN != "71,003" || c[2].Text.EN != "70,003" {
			t.Errorf("then and now are %q and %q", c[1].Text, c[2].Text)
		}
	}
	if s, _ := sinceSection(x.at(x.scopes["company"], "week")); len(s.Tables) != 3 || len(s.Tables[1].Rows) != 1 {
		t.Errorf("the company's page names teams: %+v", s.Tables)
	}
	if s, ok := sinceSection(x.at(x.scopes["华北/三组"], "week")); ok {
		t.Errorf("a team without changes has %+v", s)
	}
}
