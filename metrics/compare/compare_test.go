package compare

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// file makes a metrics file of one week with the given values.
func file(asOf, week string, values ...snapshot.Value) *snapshot.Document {
	for i := range values {
		v := &values[i]
		if v.Period == "" {
			v.Period = week
		}
		if v.Scope == "" {
			v.Scope = "company"
		}
	}
	last, _ := time.Parse(time.DateOnly, asOf)
	return &snapshot.Document{
		Tool: "crmreport test", AsOf: asOf, Timezone: "Asia/Shanghai", Currency: "CNY",
		Inputs:  []snapshot.Input{{Table: "visits", File: "visits.csv", SHA256: week, Read: 100, Newest: asOf}},
		Scopes:  []snapshot.Scope{{ID: "company", Level: "company", Name: "All"}, {ID: "East", Level: "region", Name: "East", Parent: "company"}, {ID: "East/One", Level: "team", Name: "One", Parent: "East"}},
		Periods: []snapshot.Period{{Name: week, Kind: "week", Start: last.AddDate(0, 0, -6).Format(time.DateOnly), Last: asOf, Role: snapshot.RoleCurrent, Workdays: 5}},
		Definitions: []measure.Definition{
			{ID: "c.share", Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up},
			{ID: "c.per", Revision: 1, Kind: measure.Ratio, Unit: measure.UnitVisits, Better: measure.Down},
			{ID: "c.count", Revision: 1, Kind: measure.Count, Unit: measure.UnitVisits, Better: measure.Up},
			{ID: "c.money", Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Down},
			{ID: "c.days", Revision: 1, Kind: measure.Score, Unit: measure.UnitDays, Better: measure.Down},
			{ID: "c.none", Revision: 1, Kind: measure.Count, Unit: measure.UnitRows, Better: measure.Neither},
			{ID: "c.parts", Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up, Amounts: true},
		},
		Values: snapshot.ValuesOf(values),
	}
}

func ratio(metric string, num, den int64) snapshot.Value {
	v := snapshot.Value{Metric: metric, Num: num, Den: den, N: den, Final: true, OK: den != 0}
	if v.OK {
		v.V = float64(num) / float64(den)
	}
	return v
}

func count(metric string, n int64) snapshot.Value {
	return snapshot.Value{Metric: metric, Num: n, Den: 1, V: float64(n), OK: true, N: n, Final: true}
}

func money(metric string, minor int64) snapshot.Value {
	v := count(metric, minor)
	v.N = 1
	v.Currency = "CNY"
	return v
}

func score(metric string, x float64) snapshot.Value {
	return snapshot.Value{Metric: metric, V: x, OK: true, N: 1, Final: true}
}

func in(scope string, v snapshot.Value) snapshot.Value { v.Scope = scope; return v }

// rules of one rule at the company.
func rule(metric string, worse Tolerance, change ...func(*Rule)) Rules {
	r := Rule{Match: Match{Metrics: []string{metric}, Level: "company"}, Level: Fail, Worse: worse, Place: "checks.yaml:3", Test: Test{Kind: Auto, Alpha: 0.05}}
	for _, f := range change {
		f(&r)
	}
	return Rules{New: Info, Missing: Fail, Redefined: Warn, Compare: []Rule{r}}
}

func rat(n, d int64) *big.Rat { return big.NewRat(n, d) }

func only(t *testing.T, d *Diff, metric string) Row {
	t.Helper()
	var found []Row
	for _, r := range d.Rows {
		if r.Metric == metric {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d rows of %s, want one", len(found), metric)
	}
	return found[0]
}

func TestPeriods(t *testing.T) {
	both := Tolerance{Rel: rat(1, 10), Abs: rat(2, 100), Both: true}
	none := func(r *Rule) { r.Test.Kind = None }
	for _, c := range []struct {
		name       string
		base, head snapshot.Value
		rules      Rules
		state      State
		level      Level
	}{
		{"equal", ratio("c.share", 150, 1000), ratio("c.share", 150, 1000), rule("c.share", both), Same, Info},
		{"42/5 is 840/100", ratio("c.per", 840, 100), ratio("c.per", 42, 5), rule("c.per", Tolerance{}, none), Same, Info},
		// 15 % to 10 % of 1,000: one-sided p is about 0.0004.
		{"a true fall", ratio("c.share", 150, 1000), ratio("c.share", 100, 1000), rule("c.share", both), Worse, Fail},
		// 15 % to 10 % of 100: p is about 0.2.
		{"a fall that chance makes", ratio("c.share", 15, 100), ratio("c.share", 10, 100), rule("c.share", both), Noise, Info},
		{"a rise", ratio("c.share", 100, 1000), ratio("c.share", 150, 1000), rule("c.share", both), Better, Info},
		{"a rise that chance makes", ratio("c.share", 10, 100), ratio("c.share", 15, 100), rule("c.share", both), Noise, Info},
		// On the limit is within it: 20 % to 18 % is exactly 2 points and 10 %.
		{"on the limit", ratio("c.share", 200, 1000), ratio("c.share", 180, 1000), rule("c.share", both, none), Same, Info},
		{"just beyond", ratio("c.share", 2000, 10000), ratio("c.share", 1799, 10000), rule("c.share", both, none), Worse, Fail},
		// 5 % to 4 % is 20 % less but 1 point only.
		{"a small value", ratio("c.share", 50, 1000), ratio("c.share", 40, 1000), rule("c.share", both, none), Same, Info},
		{"one of both is enough", ratio("c.share", 50, 1000), ratio("c.share", 40, 1000),
			rule("c.share", Tolerance{Rel: rat(1, 10), Abs: rat(2, 100)}, none), Worse, Fail},
		{"too few", ratio("c.share", 15, 100), ratio("c.share", 0, 100), rule("c.share", both, func(r *Rule) { r.MinN = 300 }), TooFew, Info},
		{"just enough", ratio("c.share", 150, 1000), ratio("c.share", 0, 300), rule("c.share", both, func(r *Rule) { r.MinN = 300 }), Worse, Fail},
		{"few on one side", ratio("c.share", 150, 1000), ratio("c.share", 0, 100), rule("c.share", both, func(r *Rule) { r.MinN = 300 }), TooFew, Info},
		{"no data now", ratio("c.share", 150, 1000), ratio("c.share", 0, 0), rule("c.share", both), NoData, Info},
		{"no data twice", ratio("c.share", 0, 0), ratio("c.share", 0, 0), rule("c.share", both), Same, Info},
		// Visits per signing: down is better. 8.0 to 12.0 with 100 and 80 signings.
		{"more visits a signing", ratio("c.per", 800, 100), ratio("c.per", 960, 80), rule("c.per", Tolerance{Rel: rat(1, 10)}), Worse, Fail},
		{"more visits a signing, few", ratio("c.per", 80, 10), ratio("c.per", 96, 8), rule("c.per", Tolerance{Rel: rat(1, 10)}), Noise, Info},
		{"fewer visits a signing", ratio("c.per", 960, 80), ratio("c.per", 800, 100), rule("c.per", Tolerance{Rel: rat(1, 10)}), Better, Info},
		// Counts by the working days: both weeks have 5. 100 to 60: p of 60 of 160 at 1/2 is 0.001.
		{"a count falls", count("c.count", 100), count("c.count", 60), rule("c.count", Tolerance{Rel: rat(1, 10)}), Worse, Fail},
		{"a count falls a little", count("c.count", 100), count("c.count", 88), rule("c.count", Tolerance{Rel: rat(1, 10)}), Noise, Info},
		{"money by its tolerance", money("c.money", 100_000_00), money("c.money", 151_000_00), rule("c.money", Tolerance{Abs: rat(50000, 1)}), Worse, Fail},
		{"money on its tolerance", money("c.money", 100_000_00), money("c.money", 150_000_00), rule("c.money", Tolerance{Abs: rat(50000, 1)}), Same, Info},
		{"of a base of 0 only abs counts", money("c.money", 0), money("c.money", 10_00), rule("c.money", Tolerance{Rel: rat(1, 10), Abs: rat(50, 1), Both: true}), Same, Info},
		{"of a base of 0 any is more", money("c.money", 0), money("c.money", 1), rule("c.money", Tolerance{Rel: rat(1, 10)}), Worse, Fail},
		{"a negative base", money("c.money", -100_00), money("c.money", -80_00), rule("c.money", Tolerance{Rel: rat(1, 10)}), Worse, Fail},
		{"days", score("c.days", 10), score("c.days", 12), rule("c.days", Tolerance{Rel: rat(1, 10)}), Worse, Fail},
		{"a share of money is not tested", ratio("c.parts", 15, 100), ratio("c.parts", 10, 100), rule("c.parts", both), Worse, Fail},
		{"a direction by the rule", count("c.none", 500), count("c.none", 900), rule("c.none", Tolerance{}, func(r *Rule) { r.Better = measure.Down }), Worse, Fail},
		{"a warning", ratio("c.share", 150, 1000), ratio("c.share", 100, 1000), rule("c.share", both, func(r *Rule) { r.Level = Warn }), Worse, Warn},
	} {
		d, err := Compare(file("2025-03-09", "2025-W10", c.base), file("2025-03-16", "2025-W11", c.head), Options{Rules: c.rules})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		r := only(t, d, c.base.Metric)
		if d.Mode != Period || r.State != c.state || r.Level != c.level {
			t.Errorf("%s: %s, %s at level %s; want %s at %s (p %v)", c.name, d.Mode, r.State, r.Level, c.state, c.level, r.P)
		}
		if r.BasePeriod != "2025-W10" || r.HeadPeriod != "2025-W11" {
			t.Errorf("%s: periods %s and %s", c.name, r.BasePeriod, r.HeadPeriod)
		}
	}
}

func TestDeltas(t *testing.T) {
	d, err := Compare(file("2025-03-09", "2025-W10", money("c.money", 200_00), ratio("c.share", 150, 1000)),
		file("2025-03-16", "2025-W11", money("c.money", 250_00), ratio("c.share", 100, 1000)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	// 50.00 more is a quarter of 200.00; 5 points less is a third of 15.
	if m := only(t, d, "c.money"); *m.DeltaAbs != 50 || *m.DeltaRel != 0.25 {
		t.Errorf("money: %v, %v", *m.DeltaAbs, *m.DeltaRel)
	}
	if s := only(t, d, "c.share"); *s.DeltaAbs != -0.05 || *s.DeltaRel < -0.33334 || *s.DeltaRel > -0.33333 {
		t.Errorf("share: %v, %v", *s.DeltaAbs, *s.DeltaRel)
	}
}

func TestExact(t *testing.T) {
	one := func(change func(*snapshot.Value)) *snapshot.Document {
		v := ratio("c.share", 150, 1000)
		lo, hi := 0.129, 0.174
		v.CI, v.Method, v.Flags = &[2]snapshot.Bound{&lo, &hi}, "wilson", []string{"running"}
		change(&v)
		return file("2025-03-09", "2025-W10", v)
	}
	same := func(*snapshot.Value) {}
	low := 0.13
	for _, c := range []struct {
		name   string
		change func(*snapshot.Value)
		in     string
	}{
		{"equal", same, ""},
		{"reduced", func(v *snapshot.Value) { v.Num, v.Den = 15, 100 }, "num, den"},
		{"numerator", func(v *snapshot.Value) { v.Num = 151; v.V = 0.151 }, "num, value"},
		{"n", func(v *snapshot.Value) { v.N = 999 }, "n"},
		{"interval", func(v *snapshot.Value) { v.CI = &[2]snapshot.Bound{&low, v.CI[1]} }, "ci"},
		{"open interval", func(v *snapshot.Value) { v.CI = &[2]snapshot.Bound{nil, v.CI[1]} }, "ci"},
		{"no interval", func(v *snapshot.Value) { v.CI = nil }, "ci"},
		{"final", func(v *snapshot.Value) { v.Final = false }, "final"},
		{"flags", func(v *snapshot.Value) { v.Flags = nil }, "flags"},
		{"bounds", func(v *snapshot.Value) { v.Bounds = v.CI }, "bounds"},
		{"no data", func(v *snapshot.Value) { v.OK = false; v.Den = 0 }, "den, value"},
	} {
		d, err := Compare(one(same), one(c.change), Options{})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		r := only(t, d, "c.share")
		if d.Mode != Exact || (r.Level == Fail) != (c.in != "") || r.Message != c.in {
			t.Errorf("%s: mode %s, %s at %s, differs in %q; want %q", c.name, d.Mode, r.State, r.Level, r.Message, c.in)
		}
	}
}

func TestComesAndGoes(t *testing.T) {
	base := file("2025-03-09", "2025-W10", ratio("c.share", 1, 2), count("c.count", 5), in("East/One", count("c.count", 5)))
	head := file("2025-03-16", "2025-W11", ratio("c.share", 1, 2), count("c.none", 7))
	head.Definitions[0].Revision = 2
	head.Definitions = append(head.Definitions[:2:2], head.Definitions[3:]...) // without c.count
	d, err := Compare(base, head, Options{Rules: Rules{New: Info, Missing: Fail, Redefined: Warn}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, r := range d.Rows {
		got[fmt.Sprint(r.Metric, " ", r.Scope, " ", r.State, " ", r.Level)] = true
	}
	want := []string{"c.share  redefined warn", "c.share company redefined info", // one row that warns, its values for information
		"c.count  missing fail", "c.count company missing info", "c.count East/One missing info", "c.none company new info"}
	for _, w := range want {
		if !got[w] {
			t.Errorf("no row %q", w)
		}
	}
	if len(got) != len(want) || len(d.Rows) != len(want) {
		t.Errorf("%d rows, %v", len(d.Rows), got)
	}
	// A team that is no more is no fault: the metric is there for others.
	head = file("2025-03-16", "2025-W11", count("c.count", 5))
	d, err = Compare(file("2025-03-09", "2025-W10", count("c.count", 5), in("East/One", count("c.count", 5))), head, Options{Rules: DefaultRules()})
	if err != nil {
		t.Fatal(err)
	}
	if v := d.Verdict(); v.Fail != 0 || v.Warn != 0 {
		t.Errorf("a team that closed: %+v", v)
	}
}

func TestNotComparable(t *testing.T) {
	base := file("2025-03-09", "2025-W10", count("c.count", 5))
	for _, c := range []struct {
		name   string
		mode   Mode
		change func(*snapshot.Document)
		says   string
	}{
		{"currency", Found, func(d *snapshot.Document) { d.Currency = "USD" }, "USD"},
		{"zone", Found, func(d *snapshot.Document) { d.Timezone = "UTC" }, "UTC"},
		{"exact of other exports", Exact, func(d *snapshot.Document) { d.Inputs[0].SHA256 = "other" }, "visits"},
		{"exact of another day", Exact, func(d *snapshot.Document) { d.AsOf = "2025-03-16" }, "2025-03-16"},
		{"exact of another configuration", Exact, func(d *snapshot.Document) { d.ConfigSHA256 = "x" }, "configuration"},
		{"exact with a table more", Exact, func(d *snapshot.Document) { d.Inputs = nil }, "inputs"},
	} {
		head := file("2025-03-09", "2025-W10", count("c.count", 5))
		c.change(head)
		_, err := Compare(base, head, Options{Mode: c.mode})
		if !errors.Is(err, ErrNotComparable) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestRuleThatFitsNothing(t *testing.T) {
	base, head := file("2025-03-09", "2025-W10", count("c.count", 5)), file("2025-03-16", "2025-W11", count("c.count", 5))
	_, err := Compare(base, head, Options{Rules: rule("c.cuont", Tolerance{})})
	var fault *RuleFault
	if !errors.As(err, &fault) || !strings.Contains(err.Error(), "checks.yaml:3") || !strings.Contains(err.Error(), "c.cuont") {
		t.Errorf("compare: %v", err)
	}
	_, err = Check(head, Options{Rules: Rules{Check: []Limit{{Match: Match{Metrics: []string{"c.cuont"}}, Place: "checks.yaml:9", Max: Bounds{Fail: rat(1, 1)}}}}})
	if !errors.As(err, &fault) || !strings.Contains(err.Error(), "checks.yaml:9") {
		t.Errorf("check: %v", err)
	}
	_, err = Check(head, Options{Rules: Rules{Fresh: []Freshness{{Input: "deals", Place: "checks.yaml:12"}}}})
	if !errors.As(err, &fault) || !strings.Contains(err.Error(), "deals") {
		t.Errorf("freshness: %v", err)
	}
}

func TestFirstRuleCounts(t *testing.T) {
	base := file("2025-03-09", "2025-W10", count("c.count", 100), in("East", count("c.count", 100)), in("East/One", count("c.count", 100)))
	head := file("2025-03-16", "2025-W11", count("c.count", 10), in("East", count("c.count", 10)), in("East/One", count("c.count", 10)))
	at := func(m Match, l Level) Rule {
		m.Metrics = []string{"c.*"}
		return Rule{Match: m, Level: l, Place: "x", Test: Test{Kind: None}}
	}
	d, err := Compare(base, head, Options{Rules: Rules{Compare: []Rule{
		at(Match{Scope: "East/*"}, Off), at(Match{Level: "region", Scope: "East"}, Warn), at(Match{}, Fail)}}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Level{}
	for _, r := range d.Rows {
		got[r.Scope] = r.Level
	}
	if len(got) != 2 || got["East"] != Warn || got["company"] != Fail {
		t.Errorf("levels %v: the team is off, the region warns, the company fails", got)
	}
	if d.Rows[0].Scope != "company" {
		t.Errorf("worst first: %s is", d.Rows[0].Scope)
	}
}

// Of five rows that are each 0.02, none is below 0.05 when all five are asked.
func TestHolmOverTheRowsOfARule(t *testing.T) {
	var was, is []snapshot.Value
	for i := range 5 {
		scope := []string{"a", "b", "c", "d", "e"}[i]
		was, is = append(was, in(scope, count("c.count", 40))), append(is, in(scope, count("c.count", 22))) // p of 22 of 62 at 1/2 is 0.015
	}
	for _, holm := range []bool{false, true} {
		d, err := Compare(file("2025-03-09", "2025-W10", was...), file("2025-03-16", "2025-W11", is...),
			Options{Rules: rule("c.count", Tolerance{}, func(r *Rule) { r.Level, r.Match.Level, r.Test.Holm = Fail, "", holm })})
		if err != nil {
			t.Fatal(err)
		}
		if v := d.Verdict(); v.Fail != map[bool]int{false: 5, true: 0}[holm] {
			t.Errorf("holm %v: %+v (p %v)", holm, v, *d.Rows[0].P)
		}
	}
}

func TestWaivers(t *testing.T) {
	day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	base, head := file("2025-03-09", "2025-W10", count("c.count", 100)), file("2025-03-16", "2025-W11", count("c.count", 10))
	for _, c := range []struct {
		name   string
		w      Waiver
		today  string
		want   Verdict
		states []State
	}{
		{"it waives", Waiver{Rule: "compare/c.count", Until: day("2025-04-01"), Reason: "split"}, "2025-03-17", Verdict{Waived: 1}, []State{Worse}},
		{"on its last day", Waiver{Rule: "compare/c.count", Until: day("2025-03-17"), Reason: "split"}, "2025-03-17", Verdict{Waived: 1}, []State{Worse}},
		{"by pattern and scope", Waiver{Rule: "compare/*", Level: "company", Until: day("2025-04-01"), Reason: "split"}, "2025-03-17", Verdict{Waived: 1}, []State{Worse}},
		{"by one metric of several", Waiver{Rule: "compare/c.count", Until: day("2025-04-01"), Reason: "split"}, "2025-03-17", Verdict{Waived: 1}, []State{Worse}},
		{"it is over", Waiver{Rule: "compare/c.count", Until: day("2025-03-16"), Reason: "split"}, "2025-03-17", Verdict{Fail: 2}, []State{WaiverExpired, Worse}},
		{"90 days ahead", Waiver{Rule: "compare/c.count", Until: day("2025-06-15"), Reason: "split"}, "2025-03-17", Verdict{Waived: 1}, []State{Worse}},
		{"91 days ahead", Waiver{Rule: "compare/c.count", Until: day("2025-06-16"), Reason: "split"}, "2025-03-17", Verdict{Fail: 2}, []State{WaiverTooLong, Worse}},
		{"it is too long", Waiver{Rule: "compare/c.count", Until: day("2025-12-31"), Reason: "split"}, "2025-03-17", Verdict{Fail: 2}, []State{WaiverTooLong, Worse}},
		{"of another scope", Waiver{Rule: "compare/c.count", Level: "team", Until: day("2025-04-01"), Reason: "split"}, "2025-03-17", Verdict{Fail: 1, Warn: 1}, []State{Worse, WaiverUnused}},
		{"of another rule", Waiver{Rule: "compare/c.none", Until: day("2025-04-01"), Reason: "split"}, "2025-03-17", Verdict{Fail: 1, Warn: 1}, []State{Worse, WaiverUnused}},
	} {
		rules := rule("c.count", Tolerance{})
		if c.name == "by one metric of several" {
			rules.Compare[0].Metrics = []string{"c.money", "c.count"}
		}
		rules.Waivers = []Waiver{c.w}
		d, err := Compare(base, head, Options{Rules: rules, Today: day(c.today), MaxWaiver: 90 * 24 * time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		if v := d.Verdict(); v != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, v, c.want)
		}
		seen := map[State]bool{}
		for _, r := range d.Rows {
			seen[r.State] = true
		}
		for _, s := range c.states {
			if !seen[s] {
				t.Errorf("%s: no row is %s", c.name, s)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	share := Match{Metrics: []string{"c.share"}}
	d := file("2025-03-16", "2025-W11", ratio("c.share", 10, 100), money("c.money", 500_00), ratio("c.per", 0, 0))
	for _, c := range []struct {
		name  string
		limit Limit
		state State
		level Level
		says  string
	}{
		{"within", Limit{Match: share, Max: Bounds{Warn: rat(11, 100), Fail: rat(12, 100)}}, Within, Info, ""},
		{"on the limit", Limit{Match: share, Max: Bounds{Fail: rat(10, 100)}}, Within, Info, ""},
		{"over the warning", Limit{Match: share, Max: Bounds{Warn: rat(8, 100), Fail: rat(12, 100)}}, OverLimit, Warn, "at most 8%"},
		{"over both", Limit{Match: share, Max: Bounds{Warn: rat(5, 100), Fail: rat(9, 100)}, Message: "call the owner"}, OverLimit, Fail, "at most 9%; call the owner"},
		{"below", Limit{Match: share, Min: Bounds{Fail: rat(20, 100)}}, OverLimit, Fail, "at least 20%"},
		{"loose", Limit{Match: share, Max: Bounds{Fail: rat(30, 100), Strict: rat(15, 100)}}, LimitLoose, Info, "tighten"},
		{"not loose yet", Limit{Match: share, Max: Bounds{Fail: rat(30, 100), Strict: rat(5, 100)}}, Within, Info, ""},
		{"too few", Limit{Match: share, Max: Bounds{Fail: rat(1, 100)}, MinN: 200}, TooFew, Info, ""},
		{"money in major units", Limit{Match: Match{Metrics: []string{"c.money"}}, Max: Bounds{Fail: rat(499, 1)}}, OverLimit, Fail, "at most 499"},
		{"no data", Limit{Match: Match{Metrics: []string{"c.per"}}, Max: Bounds{Fail: rat(8, 1)}}, NoData, Info, ""},
	} {
		out, err := Check(d, Options{Rules: Rules{Check: []Limit{c.limit}}})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if r := out.Rows[0]; len(out.Rows) != 1 || r.State != c.state || r.Level != c.level || !strings.Contains(r.Message, c.says) {
			t.Errorf("%s: %s at %s, %q; want %s at %s, %q", c.name, r.State, r.Level, r.Message, c.state, c.level, c.says)
		}
	}
}

func TestFreshness(t *testing.T) {
	// Sunday 2025-03-16; the newest row is of Tuesday 11: 5 days, 3 of them working days.
	doc := file("2025-03-16", "2025-W11", count("c.count", 1))
	doc.Inputs[0].Newest, doc.Inputs[0].AgeWorkdays, doc.Inputs[0].FutureRows = "2025-03-11", 3, 2
	for _, c := range []struct {
		name  string
		f     Freshness
		state []State
		want  Verdict
	}{
		{"fresh", Freshness{Warn: Age{3, true}, Fail: Age{7, false}}, []State{Within}, Verdict{Info: 1}},
		{"older than working days", Freshness{Warn: Age{2, true}, Fail: Age{7, false}}, []State{Stale}, Verdict{Warn: 1}},
		{"on both days", Freshness{Warn: Age{3, true}, Fail: Age{5, false}}, []State{Within}, Verdict{Info: 1}},
		{"older than days", Freshness{Fail: Age{4, false}}, []State{Stale}, Verdict{Fail: 1}},
		{"rows of the future", Freshness{Future: Fail}, []State{Within, Future}, Verdict{Fail: 1, Info: 1}},
	} {
		c.f.Input = "visits"
		d, err := Check(doc, Options{Rules: Rules{Fresh: []Freshness{c.f}}})
		if err != nil {
			t.Fatal(err)
		}
		seen := map[State]bool{}
		for _, r := range d.Rows {
			seen[r.State] = true
		}
		for _, s := range c.state {
			if !seen[s] {
				t.Errorf("%s: no row is %s", c.name, s)
			}
		}
		if v := d.Verdict(); v != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, v, c.want)
		}
	}
	// Two files of visits: the one of the last year is old, as it should be, and the table is fresh.
	doc.Inputs = append(doc.Inputs, snapshot.Input{Table: "visits", File: "visits-2024.csv", Newest: "2024-12-31", AgeWorkdays: 50, FutureRows: 1})
	d, err := Check(doc, Options{Rules: Rules{Fresh: []Freshness{{Input: "visits", Fail: Age{7, false}, Future: Warn}}}})
	if err != nil {
		t.Fatal(err)
	}
	if v := d.Verdict(); v != (Verdict{Warn: 1, Info: 1}) || d.Rows[0].N != 3 {
		t.Errorf("two files: %+v, %d rows of the future; want 2 and 1", v, d.Rows[0].N)
	}
	doc.Inputs = doc.Inputs[:1]
	// The file says that there was no export of deals.
	doc.Missing = []string{"deals"}
	d, err = Check(doc, Options{Rules: Rules{Fresh: []Freshness{{Input: "deals", Fail: Age{7, false}}}}})
	if err != nil || len(d.Rows) != 1 || d.Rows[0].State != Missing || d.Rows[0].Level != Fail {
		t.Errorf("a missing export: %+v, %v", d, err)
	}
	// 79 of 100 rows are fewer than four fifths, 80 are not.
	for rows, fails := range map[int64]int{79: 1, 80: 0} {
		head := file("2025-03-23", "2025-W12", count("c.count", 1))
		head.Inputs[0].Read = rows
		d, err := Compare(doc, head, Options{Rules: Rules{Fresh: []Freshness{{Input: "visits", MinRows: rat(80, 100), MinRowsFail: true}}}})
		if err != nil {
			t.Fatal(err)
		}
		if v := d.Verdict(); v.Fail != fails {
			t.Errorf("%d of 100 rows: %+v", rows, v)
		}
	}
}
