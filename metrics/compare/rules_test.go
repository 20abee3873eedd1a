package compare

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

func uncounted(v snapshot.Value) snapshot.Value { v.N = 0; return v }

// A rule that can never fire is a fault that says why; one that can is none.
func TestRulesThatJudgeNothing(t *testing.T) {
	base := file("2025-03-09", "2025-W10", count("c.count", 5), count("c.none", 5), ratio("c.share", 1, 2), uncounted(money("c.money", 100)))
	head := file("2025-03-16", "2025-W11", count("c.count", 5), count("c.none", 5), ratio("c.share", 1, 2), uncounted(money("c.money", 100)))
	of := func(metric string, change func(*Rule)) Rule {
		r := Rule{Match: Match{Metrics: []string{metric}}, Place: "checks.yaml:7", Level: Fail, Test: Test{Kind: None}}
		change(&r)
		return r
	}
	as := func(metric string) Rule { return of(metric, func(*Rule) {}) }
	points := func(r *Rule) { r.Worse = Tolerance{Abs: rat(2, 100), In: Percent} }
	plain := func(r *Rule) { r.Worse = Tolerance{Abs: rat(2, 1), In: Plain} }
	for _, c := range []struct {
		name  string
		rules []Rule
		says  string // "" for a rule that works
	}{
		{"it works", []Rule{as("c.count")}, ""},
		{"a typo", []Rule{as("c.cuont")}, "no value of c.cuont"},
		{"taken by one above", []Rule{as("c.*"), as("c.count")}, "rules above take every value of c.count"},
		{"taken by one that is off", []Rule{of("c.*", func(r *Rule) { r.Level = Off }), as("c.count")}, "rules above take"},
		{"off is a use", []Rule{of("c.none", func(r *Rule) { r.Level = Off })}, ""},
		{"neither way is better", []Rule{as("c.none")}, "better: up or better: down"},
		{"a way by the rule", []Rule{of("c.none", func(r *Rule) { r.Better = measure.Down })}, ""},
		{"a pattern with one that has a way", []Rule{as("c.*")}, ""},
		{"a floor of what is not counted", []Rule{of("c.money", func(r *Rule) { r.MinN = 30 })}, "leave min_n out"},
		{"points of a count", []Rule{of("c.count", points)}, "abs is of another unit than c.count"},
		{"points of a share", []Rule{of("c.share", points)}, ""},
		{"a plain number of a share", []Rule{of("c.share", plain)}, "percentages take points such as 2pp"},
		{"a plain number of money", []Rule{of("c.money", plain)}, ""},
	} {
		_, err := Compare(base, head, Options{Rules: Rules{Compare: c.rules}})
		var fault *RuleFault
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.says != "" && (!errors.As(err, &fault) || !strings.HasPrefix(err.Error(), "checks.yaml:7: ") || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %v, want %q in it", c.name, err, c.says)
		}
	}
	for _, c := range []struct {
		metric string
		in     Spelling
		says   string
	}{
		{"c.share", Percent, ""}, {"c.money", Plain, ""}, {"c.share", Plain, "percentages are written 12%"}, {"c.money", Percent, "other units without a sign"},
	} {
		_, err := Check(head, Options{Rules: Rules{Check: []Limit{{Match: Match{Metrics: []string{c.metric}}, Max: Bounds{Fail: rat(9, 1), In: c.in}}}}})
		if (err != nil) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("a limit of %s in %s: %v", c.metric, c.in, err)
		}
	}
}

// A value that the same exports did not give before is a difference, too; of a
// metric that is new it is none.
func TestExactNewValues(t *testing.T) {
	base := file("2025-03-09", "2025-W10", count("c.count", 5))
	head := file("2025-03-09", "2025-W10", count("c.count", 5), in("East", count("c.count", 5)), count("c.none", 1))
	base.Definitions = slices.DeleteFunc(base.Definitions, func(d measure.Definition) bool { return d.ID == "c.none" })
	d, err := Compare(base, head, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v := d.Verdict(); v != (Verdict{Fail: 1, Info: 2}) || d.Rows[0].Scope != "East" || d.Rows[0].State != New {
		t.Errorf("%+v, first %+v", v, d.Rows[0])
	}
}

// A metric of the company that has no value any more is missing, once, however
// many scopes had one; of a company that lost one key of it nothing is.
func TestAMetricThatIsGone(t *testing.T) {
	keyed := func(v snapshot.Value) snapshot.Value { v.Key = "cause=price"; return v }
	base := file("2025-03-09", "2025-W10", count("c.count", 5), in("East", count("c.count", 5)), in("East/One", count("c.count", 5)), keyed(count("c.none", 1)))
	head := file("2025-03-16", "2025-W11", ratio("c.share", 1, 2))
	d, err := Compare(base, head, Options{Rules: DefaultRules()})
	if err != nil {
		t.Fatal(err)
	}
	if v := d.Verdict(); v.Fail != 1 || d.Rows[0].Metric != "c.count" || d.Rows[0].State != Missing || d.Rows[0].Rule != "compare/c.count" {
		t.Errorf("%+v, first %+v", v, d.Rows[0])
	}
	off := DefaultRules()
	off.Missing, off.New = Off, Off
	d, err = Compare(base, head, Options{Rules: off})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Rows) != 0 {
		t.Errorf("rows that are turned off: %+v", d.Rows)
	}
}

// A unit, kind or direction that changed is another definition, revision or not.
func TestRedefined(t *testing.T) {
	for name, change := range map[string]func(*measure.Definition){
		"revision":  func(d *measure.Definition) { d.Revision = 2 },
		"unit":      func(d *measure.Definition) { d.Unit = measure.UnitDays },
		"kind":      func(d *measure.Definition) { d.Kind = measure.Score },
		"direction": func(d *measure.Definition) { d.Better = measure.Down },
	} {
		head := file("2025-03-16", "2025-W11", count("c.count", 1))
		change(&head.Definitions[2])
		d, err := Compare(file("2025-03-09", "2025-W10", count("c.count", 500)), head, Options{Rules: rule("c.count", Tolerance{}, func(r *Rule) { r.Better = measure.Up })})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if v := d.Verdict(); v != (Verdict{Warn: 1, Info: 1}) || d.Rows[0].State != Redefined || !strings.Contains(d.Rows[0].Message, name) {
			t.Errorf("%s: %+v, first %+v", name, v, d.Rows[0])
		}
	}
}

// The head has the base's week among the weeks before, with another number; what
// was not final may change.
func TestRestated(t *testing.T) {
	open := func(v snapshot.Value) snapshot.Value { v.Final = false; return v }
	before := func(v snapshot.Value) snapshot.Value { v.Period = "2025-W10"; return v }
	base := file("2025-03-09", "2025-W10", count("c.count", 5), ratio("c.share", 1, 2), open(money("c.money", 5)))
	head := file("2025-03-16", "2025-W11", count("c.count", 7), before(count("c.count", 6)), before(ratio("c.share", 1, 2)), before(money("c.money", 9)))
	head.Periods = append(head.Periods, snapshot.Period{Name: "2025-W10", Kind: "week", Start: "2025-03-03", Last: "2025-03-09", Role: snapshot.RoleBefore})
	d, err := Compare(base, head, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var found []Row
	for _, r := range d.Rows {
		if r.State == Restated {
			found = append(found, r)
		}
	}
	if len(found) != 1 || found[0].Metric != "c.count" || *found[0].DeltaAbs != 1 || found[0].HeadPeriod != "2025-W10" || found[0].Level != Info {
		t.Errorf("restated: %+v", found)
	}
	if len(d.Notes) != 1 || !strings.HasPrefix(d.Notes[0], "1 final numbers") {
		t.Errorf("notes %q", d.Notes)
	}
}

func TestNoteOfFilesTheWrongWayRound(t *testing.T) {
	d, err := Compare(file("2025-03-16", "2025-W11", count("c.count", 5)), file("2025-03-09", "2025-W10", count("c.count", 5)), Options{})
	if err != nil || len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "wrong way round") {
		t.Errorf("notes %q, %v", d.Notes, err)
	}
}

// check knows nothing of rows that compare judges: its waivers are not unused
// there; and a warning can be waived, too.
func TestWaiversOfTheOtherCommand(t *testing.T) {
	until := time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC)
	rules := rule("c.count", Tolerance{}, func(r *Rule) { r.Level = Warn })
	rules.Check = []Limit{{Match: Match{Metrics: []string{"c.count"}}, Max: Bounds{Warn: rat(1, 1)}}}
	rules.Waivers = []Waiver{{Rule: "compare/c.count", Until: until, Reason: "split"}, {Rule: "check/c.count", Until: until, Reason: "split"}}
	o := Options{Rules: rules, Today: time.Date(2025, 3, 17, 9, 0, 0, 0, time.UTC)}
	head := file("2025-03-16", "2025-W11", count("c.count", 10))
	d, err := Compare(file("2025-03-09", "2025-W10", count("c.count", 100)), head, o)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Check(head, o)
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]*Diff{"compare": d, "check": c} {
		if v := d.Verdict(); v != (Verdict{Waived: 1}) {
			t.Errorf("%s: %+v", name, v)
		}
	}
	// Where every number must be equal no rule judges, and no waiver lets pass.
	o.Today = until.AddDate(1, 0, 0)
	d, err = Compare(head, head, o)
	if err != nil || d.Verdict() != (Verdict{Info: 1}) {
		t.Errorf("exact: %+v, %v", d.Verdict(), err)
	}
}

// Both commands hold exports against their age: a waiver of that counts in both.
// What is waived comes after what is not.
func TestWaiverOfAnAge(t *testing.T) {
	head := file("2025-03-16", "2025-W11", count("c.count", 10))
	head.Inputs[0].Newest, head.Inputs[0].AgeWorkdays = "2025-03-03", 9
	rules := rule("c.count", Tolerance{})
	rules.Fresh = []Freshness{{Input: "visits", Fail: Age{7, false}}}
	rules.Waivers = []Waiver{{Rule: "freshness/visits", Until: time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC), Reason: "the system is being replaced"}}
	o := Options{Rules: rules, Today: time.Date(2025, 3, 17, 9, 0, 0, 0, time.UTC)}
	d, err := Compare(file("2025-03-09", "2025-W10", count("c.count", 100)), head, o)
	if err != nil {
		t.Fatal(err)
	}
	if v := d.Verdict(); v != (Verdict{Fail: 1, Waived: 1}) || d.Rows[0].State != Worse || d.Rows[1].State != Stale {
		t.Errorf("compare: %+v, first %s", v, d.Rows[0].State)
	}
	d, err = Check(head, o)
	if err != nil {
		t.Fatal(err)
	}
	if v := d.Verdict(); v != (Verdict{Waived: 1}) {
		t.Errorf("check: %+v", v)
	}
	o.Rules.Waivers[0].Rule = "compare/c.count"
	d, err = Compare(file("2025-03-09", "2025-W10", count("c.count", 100)), head, o)
	if err != nil || len(d.Rows) != 2 || d.Rows[0].State != Stale || d.Rows[1].State != Worse {
		t.Errorf("what is waived stands before what fails: %+v, %v", d.Rows, err)
	}
}

func TestOnly(t *testing.T) {
	doc := func() *Diff {
		d, err := Compare(file("2025-03-09", "2025-W10", count("c.count", 5), in("East", count("c.count", 5)), in("East/One", ratio("c.share", 1, 2))),
			file("2025-03-16", "2025-W11", count("c.count", 6), in("East", count("c.count", 5)), in("East/One", ratio("c.share", 1, 2))), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		metric, level, scope string
		left                 int
	}{{"", "", "", 3}, {"c.count", "", "", 2}, {"c.*", "team", "", 1}, {"", "", "East*", 2}, {"", "team", "One", 1}, {"c.cuont", "", "", 0}, {"", "team", "East", 0}} {
		if got := doc().Only(c.metric, c.level, c.scope); got != c.left {
			t.Errorf("%q %q %q leaves %d values, want %d", c.metric, c.level, c.scope, got, c.left)
		}
	}
}

// Every state has a place in the order.
func TestStatesAreOrdered(t *testing.T) {
	seen := map[State]bool{}
	for _, s := range States {
		seen[s] = true
	}
	if len(States) != 20 || len(seen) != 20 {
		t.Errorf("%d states, %d of them different", len(States), len(seen))
	}
}
