package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"crmreport/metrics/compare"
)

const example = "../../../docs/checks.yaml"

// plain is rules without the places where they stand.
func plain(t *testing.T, r compare.Rules) string {
	t.Helper()
	levels := make([]string, len(r.Compare)) // of scopes: in JSON the rule's own hides it
	for i := range r.Compare {
		r.Compare[i].Place, r.Compare[i].Worse.In = "", ""
		levels[i] = r.Compare[i].Match.Level
	}
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s\nscopes %q", b, levels)
}

// The example shows what compare does without rules, word for word.
func TestExampleShowsTheDefaultRules(t *testing.T) {
	r, err := LoadRules(example)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Check) == 0 || len(r.Fresh) == 0 || len(r.SHA256) != 64 {
		t.Errorf("%d limits, %d ages, hash %q", len(r.Check), len(r.Fresh), r.SHA256)
	}
	r.Check, r.Fresh = nil, nil
	if got, want := plain(t, r.Rules), plain(t, compare.DefaultRules()); got != want {
		t.Errorf("the example gives\n%s\nthe defaults are\n%s", got, want)
	}
}

// The waiver that the example has as a comment is one when it is uncommented.
func TestExampleWaiver(t *testing.T) {
	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	head, tail, ok := strings.Cut(string(text), "waivers: []\n")
	if !ok {
		t.Fatal("no waivers in the example")
	}
	tail = regexp.MustCompile(`(?m)^#`).ReplaceAllString(tail, "")
	r, err := ParseRules("checks.yaml", []byte(head+"waivers:\n"+tail))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Waivers) != 1 {
		t.Fatalf("%d waivers", len(r.Waivers))
	}
	w := r.Waivers[0]
	if w.Rule != "compare/conversion.valid_share" || w.Level != "team" || w.Scope != "华东/一组" || w.Until.Format("2006-01-02") != "2026-12-31" ||
		w.Reason != "the territory was split in week 46" || w.By != "anna@example.com" {
		t.Errorf("%+v", w)
	}
}

// Every key that the reader knows stands in the example.
func TestExampleNamesEveryRuleKey(t *testing.T) {
	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile("rules.go")
	if err != nil {
		t.Fatal(err)
	}
	keys := regexp.MustCompile(`(?:fs\["|")([a-z_]+)"(?:\] =|:) *(?:func\(n|one\()`).FindAllStringSubmatch(string(src), -1)
	if len(keys) < 35 {
		t.Fatalf("only %d keys found: the test is broken", len(keys))
	}
	for _, k := range keys {
		if !regexp.MustCompile(`[\s{#]`+k[1]+`: `).Match(text) && !strings.Contains(string(text), "\n"+k[1]+":\n") {
			t.Errorf("%s does not show the key %q", example, k[1])
		}
	}
}

// rulesOf puts one entry of a section into a file whose line 3 it is.
func rulesOf(section, entry string) string {
	return "version: 1\n" + section + ":\n  - " + entry + "\n"
}

func TestRuleFaults(t *testing.T) {
	rule := func(keys string) string { return rulesOf("compare", "{metric: a.b, "+keys+"}") } // keys begin in column 18
	limit := func(keys string) string { return rulesOf("check", "{metric: a.b, "+keys+"}") }
	age := func(keys string) string { return rulesOf("freshness", "{input: visits, "+keys+"}") } // in column 20
	waiver := func(keys string) string { return rulesOf("waivers", "{"+keys+"}") }
	for name, c := range map[string]struct{ text, want string }{
		"empty":                     {"", `c.yaml: no rules in it`},
		"comments alone":            {"# nothing\n", `c.yaml: no rules in it`},
		"null":                      {"~\n", `c.yaml: no rules in it`},
		"no mapping":                {"- a\n", `c.yaml:1:1: the file must be keys and values`},
		"no YAML":                   {"a: [\n", `c.yaml: `},
		"no version":                {"compare: []\n", `c.yaml:1:1: the rules begin with version: 1`},
		"another version":           {"version: 2\n", `c.yaml:1:10: "2" is not a whole number from 1 to 1`},
		"unknown section":           {"version: 1\nchecks: []\n", `c.yaml:2:1: unknown key "checks"; did you mean "check"?`},
		"a section twice":           {"version: 1\ncheck: []\ncheck: []\n", `check`},
		"two documents":             {"version: 1\n---\nversion: 1\n", `c.yaml:2:1: a second document begins here`},
		"no list":                   {"version: 1\ncompare: {metric: a}\n", `c.yaml:2:10: compare must be a list`},
		"unknown default":           {"version: 1\ndefaults: {mising: fail}\n", `c.yaml:2:12: unknown key "mising" in defaults; did you mean "missing"?`},
		"unknown level":             {"version: 1\ndefaults: {new: error}\n", `c.yaml:2:17: "error" is not one of fail, warn, info, off`},
		"nearest level":             {"version: 1\ndefaults: {level: fai}\n", `did you mean "fail"?`},
		"no metric":                 {rulesOf("compare", "{level: fail}"), `c.yaml:3:5: a rule names its metric, such as metric: conversion.valid_share`},
		"an empty list of metrics":  {rulesOf("compare", "{metric: []}"), `c.yaml:3:5: a rule names its metric`},
		"a metric that is a map":    {rulesOf("compare", "{metric: {a: b}}"), `c.yaml:3:14: the value must be a list`},
		"unknown key of a rule":     {rule("wors: {}"), `c.yaml:3:19: unknown key "wors" in a rule of compare; did you mean "worse"?`},
		"a rule that is a text":     {rulesOf("compare", "a.b"), `c.yaml:3:5: a rule of compare must be keys and values`},
		"unknown key of a scope":    {rule("scope: {teem: x}"), `unknown key "teem" in scope; did you mean "team"?`},
		"unknown level of a scope":  {rule("scope: {level: squad}"), `c.yaml:3:34: "squad" is not one of company, region, area, team, rep`},
		"unknown period":            {rule("period: day"), `c.yaml:3:27: "day" is not one of week, month, quarter, year`},
		"unknown direction":         {rule("better: none"), `c.yaml:3:27: "none" is not one of up, down`},
		"min_n below 0":             {rule("min_n: -1"), `c.yaml:3:26: "-1" is not a whole number from 0`},
		"points as a share":         {rule("worse: {rel: 2pp}"), `c.yaml:3:32: "2pp" is not a share such as 10%`},
		"a share as a number":       {rule("worse: {rel: 0.1}"), `c.yaml:3:32: "0.1" is not a share such as 10%`},
		"percent where points are":  {rule("worse: {abs: 2%}"), `c.yaml:3:32: "2%" is not percentage points such as 2pp, or a number in the value's unit such as 50000.00`},
		"both signs":                {rule("worse: {abs: 2pp%}"), `"2pp%" is not percentage points`},
		"a thousands' comma":        {rule(`worse: {abs: "50,000"}`), `"50,000" is not percentage points`},
		"an exponent":               {rule("worse: {abs: 5e4}"), `"5e4" is not percentage points`},
		"a space":                   {rule("worse: {rel: 10 %}"), `"10 %" is not a share`},
		"below 0":                   {rule("worse: {abs: -2pp}"), `c.yaml:3:26: a tolerance is not below 0`},
		"both without both":         {rule("worse: {rel: 10%, need: both}"), `c.yaml:3:26: need: both asks for rel and abs`},
		"unknown need":              {rule("worse: {rel: 10%, need: all}"), `"all" is not one of both, one`},
		"unknown key of worse":      {rule("worse: {ref: 10%}"), `unknown key "ref" in worse; did you mean "rel"?`},
		"unknown test":              {rule("test: {kind: chi2}"), `c.yaml:3:32: "chi2" is not one of auto, fisher, binomial, none`},
		"alpha of 0":                {rule("test: {alpha: 0}"), `alpha is between 0 and 1, such as 0.05`},
		"alpha of 5 %":              {rule("test: {alpha: 5%}"), `"5%" is not a number such as 0.05`},
		"unknown correction":        {rule("test: {correct: bonferroni}"), `"bonferroni" is not one of holm, none`},
		"mid_p of yes":              {rule("test: {mid_p: yes}"), `"yes" is not one of true, false`},
		"unknown key of a test":     {rule("test: {aplha: 0.1}"), `unknown key "aplha" in test; did you mean "alpha"?`},
		"a limit of nothing":        {limit("min_n: 3"), `c.yaml:3:5: a rule of check has max or min, such as max: {warn: 8%, fail: 12%}`},
		"a limit that is a text":    {limit("max: high"), `c.yaml:3:24: "high" is not a number in the value's unit such as 12.5, or a percentage such as 8%`},
		"a limit in points":         {limit("max: 8pp"), `"8pp" is not a number in the value's unit`},
		"signs mixed":               {limit("max: {warn: 8%, fail: 12}"), `c.yaml:3:41: "12": percentages and plain numbers are mixed`},
		"max the wrong way round":   {limit("max: {warn: 12%, fail: 8%}"), `c.yaml:3:24: a value passes strict first, then warn, then fail`},
		"min the wrong way round":   {limit("min: {warn: 8%, fail: 12%}"), `a value passes strict first, then warn, then fail`},
		"strict that is loose":      {limit("max: {strict: 13%, fail: 12%}"), `a value passes strict first`},
		"unknown key of a limit":    {limit("maximum: 3"), `unknown key "maximum" in a rule of check`},
		"unknown key of bounds":     {limit("max: {error: 3}"), `unknown key "error" in max and min`},
		"a message of nothing":      {limit("max: 3, message: ~"), `a text is expected here`},
		"no input":                  {rulesOf("freshness", "{fail_after: 7 days}"), `c.yaml:3:5: a rule of freshness names its input, such as input: visits`},
		"unknown input":             {rulesOf("freshness", "{input: visit, fail_after: 7 days}"), `c.yaml:3:13: "visit" is not one of`},
		"an age of nothing":         {rulesOf("freshness", "{input: visits}"), `c.yaml:3:5: a rule of freshness says how old is too old`},
		"an age without a unit":     {age("fail_after: 7"), `c.yaml:3:33: "7" is not an age such as 7 days or 3 workdays`},
		"an age of 0":               {age("warn_after: 0 days"), `"0 days" is not an age`},
		"weeks":                     {age("warn_after: 2 weeks"), `"2 weeks" is not an age`},
		"an age that is a list":     {age("warn_after: [3]"), `"" is not an age`},
		"unknown level of future":   {age("future: never"), `"never" is not one of fail, warn, info, off`},
		"rows as a number":          {age("min_rows_vs_last: 0.8"), `"0.8" is not a share such as 10%`},
		"rows for information":      {age("min_rows_vs_last: 80%, min_rows_level: info"), `"info" is not one of warn, fail`},
		"unknown key of freshness":  {age("warn: 3 days"), `unknown key "warn" in a rule of freshness`},
		"a waiver without a rule":   {waiver("until: 2026-12-31, reason: x"), `c.yaml:3:5: a waiver has a rule, its last day (until: 2026-12-31) and a reason`},
		"a waiver without an end":   {waiver("rule: compare/a, reason: x"), `c.yaml:3:5: a waiver has a rule`},
		"a waiver without a reason": {waiver("rule: compare/a, until: 2026-12-31"), `c.yaml:3:5: a waiver has a rule`},
		"a blank reason":            {waiver(`rule: compare/a, until: 2026-12-31, reason: " "`), `c.yaml:3:5: a waiver has a rule`},
		"no day":                    {waiver("rule: compare/a, until: 2026-02-30, reason: x"), `c.yaml:3:30: "2026-02-30" is not a day such as 2026-12-31`},
		"a metric as a rule":        {waiver("rule: conversion.valid_share, until: 2026-12-31, reason: x"), `c.yaml:3:12: "conversion.valid_share" is not the name of a rule, such as compare/conversion.valid_share`},
		"nearest group":             {waiver("rule: compar/a, until: 2026-12-31, reason: x"), `did you mean "compare"?`},
		"unknown key of a waiver":   {waiver("rule: compare/a, untl: 2026-12-31"), `unknown key "untl" in a waiver; did you mean "until"?`},
	} {
		_, err := ParseRules("c.yaml", []byte(c.text))
		var fault *Error
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
}

// All faults of a file are said at once.
func TestAllRuleFaultsAtOnce(t *testing.T) {
	_, err := ParseRules("c.yaml", []byte("version: 1\ncompare:\n  - {metric: a, level: x}\n  - {metrc: b}\nwaivers:\n  - {rule: a}\n"))
	var fault *Error
	if !errors.As(err, &fault) || len(strings.Split(err.Error(), "\n")) != 5 {
		t.Errorf("want five faults: of the level, the key, the missing metric, the rule's name and the waiver: %v", err)
	}
}

func TestRulesAreRead(t *testing.T) {
	r, err := ParseRules("c.yaml", []byte(`version: 1
defaults: {level: info, new: warn, missing: off, redefined: fail}
compare:
  - metric: [a.b, "c.*"]
    scope: {id: 华东/*}
    period: quarter
    key: stage=*
  - {metric: a, level: off, scope: {rep: "00017"}}
  - {metric: a, level: fail, better: down, min_n: 7, worse: {abs: 50000.00}, test: {kind: binomial, alpha: 0.1, correct: none, mid_p: true}}
check:
  - {metric: a, max: 12.5, min: {warn: 0, fail: -3}}
  - {metric: a, max: {warn: 0, fail: 3%}}
freshness:
  - {input: visits, warn_after: 1 workday, fail_after: 10 days, future: warn, min_rows_vs_last: 80%, min_rows_level: fail}
waivers:
  - {rule: compare/a, until: 2026-12-31, reason: one}
  - {rule: check/*, scope: {level: team}, until: 2026-11-30, reason: two, by: b}
`))
	if err != nil {
		t.Fatal(err)
	}
	if r.New != compare.Warn || r.Missing != compare.Off || r.Redefined != compare.Fail {
		t.Errorf("defaults %+v", r.Rules)
	}
	if x := r.Compare[0]; len(x.Metrics) != 2 || x.Scope != "华东/*" || x.Match.Level != "" || x.Period != "quarter" || x.Key != "stage=*" || x.Level != compare.Info ||
		x.Place != "c.yaml:4" || x.Test != (compare.Test{Kind: compare.Auto, Alpha: 0.05, Holm: true}) {
		t.Errorf("rule 1: %+v", x)
	}
	if x := r.Compare[1]; x.Level != compare.Off || x.Match.Level != "rep" || x.Scope != "00017" {
		t.Errorf("rule 2: %+v", x)
	}
	if x := r.Compare[2]; x.Level != compare.Fail || x.Better != "down" || x.MinN != 7 || x.Worse.Abs.FloatString(2) != "50000.00" || x.Worse.In != compare.Plain ||
		x.Worse.Rel != nil || x.Worse.Both || x.Test != (compare.Test{Kind: compare.Binomial, Alpha: 0.1, MidP: true}) {
		t.Errorf("rule 3: %+v", x)
	}
	if x := r.Check[0]; x.Max.Fail.RatString() != "25/2" || x.Max.Warn != nil || x.Max.In != compare.Plain || x.Min.Warn.Sign() != 0 || x.Min.Fail.RatString() != "-3" {
		t.Errorf("limit: %+v", x)
	}
	if x := r.Check[1]; x.Max.In != compare.Percent || x.Max.Warn.Sign() != 0 || x.Max.Fail.RatString() != "3/100" {
		t.Errorf("limit of 0 and 3%%: %+v", x)
	}
	if x := r.Fresh[0]; x.Input != "visits" || x.Warn != (compare.Age{Days: 1, Workdays: true}) || x.Fail != (compare.Age{Days: 10}) || x.Future != compare.Warn ||
		x.MinRows.RatString() != "4/5" || !x.MinRowsFail {
		t.Errorf("freshness: %+v", x)
	}
	if len(r.Waivers) != 2 || r.Waivers[1].Level != "team" || r.Waivers[1].Reason != "two" || r.Waivers[1].Place != "c.yaml:17" {
		t.Errorf("waivers: %+v", r.Waivers)
	}
}

func TestRulesThatAreNoFile(t *testing.T) {
	_, err := LoadRules(filepath.Join(t.TempDir(), "none.yaml"))
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// Whatever the text, reading it gives rules or an error with a place, never a panic.
func FuzzRules(f *testing.F) {
	if text, err := os.ReadFile(example); err == nil {
		f.Add(string(text))
	}
	for _, s := range []string{"", "version: 1", "version: &a 1\ncompare: *a", "compare:\n  - {metric: *x}", "check: [{metric: a, max: {fail: 1%}}]", "freshness: [{input: [visits]}]",
		"waivers: [{until: ~}]", "version: 1\ncompare: [[]]", "? [a]\n: b", "!!binary x", "version: 1\ndefaults: {? {a: b} : c}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRules("c.yaml", []byte(text))
		if err != nil && !strings.HasPrefix(err.Error(), "c.yaml:") {
			t.Errorf("no place in %q", err)
		}
		if err == nil {
			for _, x := range r.Compare {
				if x.Level == "" || len(x.Metrics) == 0 {
					t.Errorf("%+v", x)
				}
			}
		}
	})
}
