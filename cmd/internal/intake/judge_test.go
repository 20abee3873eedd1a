package intake

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"crmreport/ingest"
	"crmreport/metrics/compare"
	"crmreport/metrics/snapshot"
)

func in(table, file, sha string, rows int64, newest string, age int64) snapshot.Input {
	return snapshot.Input{Table: table, File: file, SHA256: sha, Read: rows, Newest: newest, AgeWorkdays: age}
}

func src(table string, optional bool, files ...string) ingest.Source {
	return ingest.Source{Table: table, Files: files, Optional: optional, Place: "c.yaml:2"}
}

const asOf, lastWeek = "2025-03-09", "2025-03-02"

// said is what Judge finds and refuses, in short: code, + where the exit code is
// 3, ! where nothing is published.
func said(t *testing.T, r Run, before *Before) string {
	t.Helper()
	found, err := Judge(r, before)
	var out []string
	for _, f := range found {
		mark := ""
		if f.Partial {
			mark = "+"
		}
		if f.Text.ZH == "" || f.Text.EN == "" || f.Text.ZH == f.Text.EN {
			t.Errorf("%s: not said in both languages: %+v", f.Code, f.Text)
		}
		out = append(out, f.Code+mark)
	}
	if err != nil {
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
			var f *ingest.Fault
			if !errors.As(e, &f) || f.File == "" || f.Remedy == "" || f.Place == "" {
				t.Errorf("a refusal without a place or a remedy: %v", e)
				continue
			}
			out = append(out, fmt.Sprintf("%s!%d", f.Code, f.Kind))
		}
	}
	return strings.Join(out, " ")
}

func TestAge(t *testing.T) {
	workdays := func(n int) compare.Age { return compare.Age{Days: n, Workdays: true} }
	days := func(n int) compare.Age { return compare.Age{Days: n} }
	limits := Rule{Warn: workdays(3), Fail: days(14)}
	for name, c := range map[string]struct {
		rule     Rule
		optional bool
		newest   string
		age      int64 // working days
		want     string
	}{
		"no limit":                    {Rule{}, false, "1990-01-01", 9000, ""},
		"of the day":                  {limits, false, "2025-03-09", 0, ""},
		"on the limit":                {limits, false, "2025-03-04", 3, ""},                                                             // Wed, Thu, Fri
		"one beyond":                  {limits, false, "2025-03-03", 4, "stale_input+"},                                                 // and Tue
		"a holiday week is not stale": {limits, false, "2025-02-26", 2, ""},                                                             // 11 days, 2 of them worked
		"on the second limit":         {limits, false, "2025-02-23", 10, "stale_input+"},                                                // 9 March - 14 days
		"beyond it":                   {limits, false, "2025-02-22", 10, fmt.Sprintf("stale_input!%d", ingest.Missing)},                 // 15 days
		"beyond it, optional":         {limits, true, "2025-02-22", 10, "stale_input+"},                                                 //
		"no row with a date":          {limits, false, "", 0, fmt.Sprintf("age_unknown!%d", ingest.BadData)},                            // never fresh
		"the same, optional":          {limits, true, "", 0, "age_unknown+"},                                                            //
		"newer than the as-of day":    {limits, false, "2025-03-10", 0, fmt.Sprintf("age_unknown!%d", ingest.BadData)},                  // what the reading should have skipped
		"the year 1":                  {limits, false, "0001-01-01", 500000, fmt.Sprintf("stale_input!%d", ingest.Missing)},             // 739,000 days
		"only a limit that fails":     {Rule{Fail: workdays(1)}, false, "2025-03-05", 2, fmt.Sprintf("stale_input!%d", ingest.Missing)}, // Thu, Fri
	} {
		r := Run{AsOf: asOf, Sources: []ingest.Source{src("visits", c.optional, "v*.csv")}, Rules: []Rule{c.rule},
			Inputs: []snapshot.Input{in("visits", "v1.csv", "a", 5, c.newest, c.age)}}
		if got := said(t, r, nil); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Of several files the newest row counts, and the files of another source of
// the same table do not.
func TestAgeOfASource(t *testing.T) {
	rule := Rule{Fail: compare.Age{Days: 14}}
	r := Run{AsOf: asOf, Sources: []ingest.Source{src("visits", false, "east*.csv"), src("visits", true, "west.csv")}, Rules: []Rule{rule, rule},
		Inputs: []snapshot.Input{in("visits", "east-1.csv", "a", 5, "2024-12-01", 60), in("visits", "east-2.csv", "b", 5, "2025-03-07", 0), in("visits", "west.csv", "c", 5, "2025-01-01", 45)}}
	found, err := Judge(r, nil)
	if err != nil || len(found) != 1 || !strings.Contains(found[0].Text.EN, "west.csv is stale: its newest row is of 2025-01-01, 67 days before 2025-03-09; more than 14 days") { // 30 + 28 + 9
		t.Errorf("%v, %v", found, err)
	}
	if !strings.Contains(found[0].Text.ZH, "已 67 天，超过 14 天") {
		t.Errorf("in Chinese: %s", found[0].Text.ZH)
	}
}

func TestAgainstTheRunBefore(t *testing.T) {
	share := func(a int64) *big.Rat { return big.NewRat(a, 100) }
	head := func(cols ...string) []Header { return []Header{{"visits", "v.csv", cols}} }
	was := []snapshot.Input{in("visits", "v.csv", "a", 1000, "2025-02-28", 0)}
	one := func(sha string, rows int64) []snapshot.Input {
		return []snapshot.Input{in("visits", "v.csv", sha, rows, "2025-03-04", 3)}
	}
	table := func(name, sha string) []snapshot.Input {
		return []snapshot.Input{in(name, name+".csv", sha, 10, "", 0)}
	}
	visits := []ingest.Source{src("visits", false, "v*.csv")}
	for name, c := range map[string]struct {
		now    []snapshot.Input
		was    []snapshot.Input
		source []ingest.Source
		rule   Rule
		heads  [2][]Header // before, now
		want   string
	}{
		"another file":                      {one("b", 1000), was, visits, Rule{}, [2][]Header{}, ""},
		"the same file":                     {one("a", 1000), was, visits, Rule{}, [2][]Header{}, "same_file+"},
		"the same file, allowed":            {one("a", 1000), was, visits, Rule{SameFile: SameOK}, [2][]Header{}, ""},
		"the same file, refused":            {one("a", 1000), was, visits, Rule{SameFile: SameFail}, [2][]Header{}, fmt.Sprintf("same_file!%d", ingest.Missing)},
		"people may stay as they are":       {table("reps", "a"), table("reps", "a"), []ingest.Source{src("reps", true, "reps.csv")}, Rule{}, [2][]Header{}, ""},
		"unless they are said not to":       {table("reps", "a"), table("reps", "a"), []ingest.Source{src("reps", true, "reps.csv")}, Rule{SameFile: SameFail}, [2][]Header{}, "same_file+"},
		"the same under another name":       {[]snapshot.Input{in("visits", "v-2.csv", "a", 1000, "2025-02-28", 5)}, was, visits, Rule{}, [2][]Header{}, "same_file+"},
		"an archive, and a new file":        {append(one("b", 20), was...), was, visits, Rule{}, [2][]Header{}, ""},
		"it held this week already":         {[]snapshot.Input{in("visits", "v.csv", "a", 1000, "2025-03-06", 1)}, was, visits, Rule{}, [2][]Header{}, ""},
		"only its Monday":                   {[]snapshot.Input{in("visits", "v.csv", "a", 1000, "2025-03-03", 4)}, was, visits, Rule{}, [2][]Header{}, "same_file+"},
		"rows on the limit":                 {one("b", 800), was, visits, Rule{RowsWarn: share(80)}, [2][]Header{}, ""},
		"one row less":                      {one("b", 799), was, visits, Rule{RowsWarn: share(80)}, [2][]Header{}, "few_rows+"},
		"fewer than may be":                 {one("b", 499), was, visits, Rule{RowsWarn: share(80), RowsFail: share(50)}, [2][]Header{}, fmt.Sprintf("few_rows!%d", ingest.BadData)},
		"any number":                        {one("b", 1), was, visits, Rule{}, [2][]Header{}, ""},
		"rows of two files":                 {append(one("b", 400), in("visits", "v2.csv", "c", 400, "2025-03-05", 2)), was, visits, Rule{RowsWarn: share(80)}, [2][]Header{}, ""},
		"the same header, in another order": {one("b", 1000), was, visits, Rule{}, [2][]Header{head("a", "b"), head("b", "a")}, ""},
		"a column gone and two new":         {one("b", 1000), was, visits, Rule{}, [2][]Header{head("a", "b"), head("b", "c", "d")}, "header_changed"},
		"headers that were not kept":        {one("b", 1000), was, visits, Rule{}, [2][]Header{nil, head("b", "c", "d")}, ""},
		"a table gone":                      {one("b", 1000), append(table("payments", "x"), was...), visits, Rule{}, [2][]Header{}, "input_gone+"},
	} {
		r := Run{AsOf: asOf, Sources: c.source, Rules: []Rule{c.rule}, Inputs: c.now, Headers: c.heads[1]}
		if got := said(t, r, &Before{AsOf: lastWeek, Inputs: c.was, Headers: c.heads[0]}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if got := said(t, r, nil); got != "" {
			t.Errorf("%s: without a run before: %q", name, got)
		}
	}
}

// Where the earlier run was made late, from exports that had this week already,
// its other files were not forgotten either.
func TestARunThatWasMadeLate(t *testing.T) {
	r := Run{AsOf: asOf, Sources: []ingest.Source{src("customers", false, "c.csv"), src("visits", false, "v.csv")},
		Inputs: []snapshot.Input{in("customers", "c.csv", "c", 5, "2025-01-07", 40), in("visits", "v.csv", "v", 5, "2025-03-07", 0)}}
	if got := said(t, r, &Before{AsOf: lastWeek, Inputs: r.Inputs}); got != "" {
		t.Errorf("found %q", got)
	}
	r.Inputs = append([]snapshot.Input{}, r.Inputs...)
	r.Inputs[1].SHA256 = "w" // visits are new, customers are not
	if got := said(t, r, &Before{AsOf: lastWeek, Inputs: []snapshot.Input{r.Inputs[0], in("visits", "v.csv", "v", 5, "2025-02-28", 0)}}); got != "same_file+" {
		t.Errorf("found %q", got)
	}
}

func TestHeaderNamesTheColumns(t *testing.T) {
	r := Run{AsOf: asOf, Sources: []ingest.Source{src("visits", false, "v.csv")}, Inputs: []snapshot.Input{in("visits", "v.csv", "b", 1, "", 0)},
		Headers: []Header{{"visits", "v.csv", []string{"id", "结果", "地区"}}, {"deals", "v.csv", []string{"x"}}}}
	found, err := Judge(r, &Before{AsOf: lastWeek, Inputs: []snapshot.Input{in("visits", "v.csv", "a", 1, "", 0)}, Headers: []Header{{"visits", "v.csv", []string{"id", "outcome"}}}})
	if err != nil || len(found) != 1 || found[0].N != 3 || !strings.Contains(found[0].Text.EN, "gone outcome; new 地区, 结果") {
		t.Errorf("%+v, %v", found, err)
	}
}

// An optional file that did not come is said, and every fault at once.
func TestAllAtOnce(t *testing.T) {
	rule := Rule{Fail: compare.Age{Days: 1}}
	r := Run{AsOf: asOf, Sources: []ingest.Source{src("visits", false, "v.csv"), src("deals", false, "d.csv"), src("payments", true, "p*.csv")}, Rules: []Rule{rule, rule, rule},
		Inputs: []snapshot.Input{in("visits", "v.csv", "a", 1, "2025-01-01", 9), in("deals", "d.csv", "a", 1, "2025-01-01", 9)}, Absent: []string{"p*.csv"}}
	if got, want := said(t, r, nil), fmt.Sprintf("input_missing+ stale_input!%d stale_input!%[1]d", ingest.Missing); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
