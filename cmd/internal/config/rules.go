package config

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"crmreport/ingest"
	"crmreport/metrics/compare"
	"crmreport/metrics/measure"
	"go.yaml.in/yaml/v4"
)

// Rules are the rules of compare and check, and the hash of their file.
type Rules struct {
	compare.Rules
	SHA256 string
}

// LoadRules reads checks.yaml. The error is an *Error for faults of the content
// and an os error for a file that cannot be read.
func LoadRules(file string) (Rules, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Rules{}, err
	}
	return ParseRules(filepath.Base(file), text)
}

// ParseRules is LoadRules on text; name stands in messages.
func ParseRules(name string, text []byte) (Rules, error) {
	sum := sha256.Sum256(text)
	out := Rules{compare.Rules{New: compare.Info, Missing: compare.Fail, Redefined: compare.Warn}, hex.EncodeToString(sum[:])}
	var doc, second yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(text))
	err := d.Decode(&doc)
	if err == nil && d.Decode(&second) == nil {
		return out, &Error{[]string{fmt.Sprintf("%s:%d:%d: a second document begins here, which would be passed over; take the line --- out", name, second.Line, second.Column)}}
	}
	if err != nil && err != io.EOF {
		return out, &Error{[]string{fmt.Sprintf("%s: %v", name, strings.TrimPrefix(err.Error(), "yaml: "))}}
	}
	if len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
		return out, &Error{[]string{name + ": no rules in it; a gate without rules lets everything pass"}}
	}
	r := &reader{name: name}
	r.rules(doc.Content[0], &out.Rules)
	if len(r.faults) > 0 {
		return out, &Error{r.faults}
	}
	return out, nil
}

func (r *reader) rules(n *yaml.Node, to *compare.Rules) {
	version := 0
	level := compare.Warn // of rules that name none
	r.mapping(n, "", fields{
		"version":  func(n *yaml.Node) { r.integer(n, &version, 1, 1) },
		"defaults": func(n *yaml.Node) { r.ruleDefaults(n, to, &level) },
		"compare": func(n *yaml.Node) {
			r.sequence(n, "compare", func(n *yaml.Node) { to.Compare = append(to.Compare, r.rule(n)) })
		},
		"check": func(n *yaml.Node) {
			r.sequence(n, "check", func(n *yaml.Node) { to.Check = append(to.Check, r.limit(n)) })
		},
		"freshness": func(n *yaml.Node) {
			r.sequence(n, "freshness", func(n *yaml.Node) { to.Fresh = append(to.Fresh, r.freshness(n)) })
		},
		"waivers": func(n *yaml.Node) {
			r.sequence(n, "waivers", func(n *yaml.Node) { to.Waivers = append(to.Waivers, r.waiver(n)) })
		},
	})
	if version == 0 && n.Kind == yaml.MappingNode {
		r.fail(n, "the rules begin with version: 1")
	}
	for i := range to.Compare {
		if to.Compare[i].Level == "" {
			to.Compare[i].Level = level
		}
	}
}

func (r *reader) ruleDefaults(n *yaml.Node, to *compare.Rules, level *compare.Level) {
	r.mapping(n, "defaults", fields{
		"level":     func(n *yaml.Node) { r.level(n, level) },
		"new":       func(n *yaml.Node) { r.level(n, &to.New) },
		"missing":   func(n *yaml.Node) { r.level(n, &to.Missing) },
		"redefined": func(n *yaml.Node) { r.level(n, &to.Redefined) },
	})
}

func (r *reader) level(n *yaml.Node, to *compare.Level) { word(r, n, to, compare.Levels) }

// word reads one of the known words.
func word[T ~string](r *reader, n *yaml.Node, to *T, known []T) {
	texts := make([]string, len(known))
	for i, k := range known {
		texts[i] = string(k)
	}
	var s string
	r.oneOf(n, &s, texts...)
	*to = T(s)
}

func (r *reader) rule(n *yaml.Node) compare.Rule {
	out := compare.Rule{Place: r.place(n), Test: compare.Test{Kind: compare.Auto, Alpha: 0.05, Holm: true}}
	fs := r.matching(&out.Match)
	fs["level"] = func(n *yaml.Node) { r.level(n, &out.Level) }
	fs["better"] = func(n *yaml.Node) { word(r, n, &out.Better, []measure.Better{measure.Up, measure.Down}) }
	fs["worse"] = func(n *yaml.Node) { out.Worse = r.tolerance(n) }
	fs["min_n"] = func(n *yaml.Node) { r.integer64(n, &out.MinN, 0, 1<<40) }
	fs["test"] = func(n *yaml.Node) { r.test(n, &out.Test) }
	r.mapping(n, "a rule of compare", fs)
	r.named(n, out.Match)
	return out
}

// matching are the keys that select values.
func (r *reader) matching(m *compare.Match) fields {
	return fields{
		"metric": func(n *yaml.Node) { r.texts(n, &m.Metrics) },
		"scope":  func(n *yaml.Node) { r.ruleScope(n, &m.Level, &m.Scope) },
		"period": func(n *yaml.Node) { r.oneOf(n, &m.Period, "week", "month", "quarter", "year") },
		"key":    func(n *yaml.Node) { r.text(n, &m.Key) },
	}
}

func (r *reader) named(n *yaml.Node, m compare.Match) {
	if len(m.Metrics) == 0 && n.Kind == yaml.MappingNode {
		r.fail(n, "a rule names its metric, such as metric: conversion.valid_share")
	}
}

// ruleScope reads {level: company}, {id: 华东/上海} or {team: North}.
func (r *reader) ruleScope(n *yaml.Node, level, id *string) {
	fs := fields{
		"level": func(n *yaml.Node) { r.oneOf(n, level, scopeLevels...) },
		"id":    func(n *yaml.Node) { r.text(n, id) },
	}
	for _, l := range scopeLevels {
		fs[l] = func(n *yaml.Node) {
			*level = l
			r.text(n, id)
		}
	}
	r.mapping(n, "scope", fs)
}

var scopeLevels = []string{"company", "region", "area", "team", "rep"}

func (r *reader) tolerance(n *yaml.Node) (t compare.Tolerance) {
	need := ""
	r.mapping(n, "worse", fields{
		"rel":  func(n *yaml.Node) { t.Rel = r.rational(n, percentOnly, nil) },
		"abs":  func(n *yaml.Node) { t.Abs = r.rational(n, pointsOrPlain, &t.In) },
		"need": func(n *yaml.Node) { r.oneOf(n, &need, "both", "one") },
	})
	if t.Both = need == "both"; t.Both && (t.Rel == nil || t.Abs == nil) {
		r.fail(n, "need: both asks for rel and abs")
	}
	for _, x := range []*big.Rat{t.Rel, t.Abs} {
		if x != nil && x.Sign() < 0 {
			r.fail(n, "a tolerance is not below 0")
		}
	}
	return t
}

func (r *reader) test(n *yaml.Node, t *compare.Test) {
	r.mapping(n, "test", fields{
		"kind":    func(n *yaml.Node) { word(r, n, &t.Kind, compare.Kinds) },
		"alpha":   func(n *yaml.Node) { r.alpha(n, &t.Alpha) },
		"correct": func(n *yaml.Node) { var s string; r.oneOf(n, &s, "holm", "none"); t.Holm = s == "holm" },
		"mid_p":   func(n *yaml.Node) { r.boolean(n, &t.MidP) },
	})
	if t.Kind == compare.None {
		*t = compare.Test{Kind: compare.None}
	}
}

func (r *reader) alpha(n *yaml.Node, to *float64) {
	x := r.rational(n, plainOnly, nil)
	if x == nil {
		return
	}
	if *to, _ = x.Float64(); *to <= 0 || *to >= 1 {
		r.fail(n, "alpha is between 0 and 1, such as 0.05")
	}
}

func (r *reader) limit(n *yaml.Node) compare.Limit {
	out, before := compare.Limit{Place: r.place(n)}, len(r.faults)
	fs := r.matching(&out.Match)
	fs["max"] = func(n *yaml.Node) { out.Max = r.bounds(n); r.ordered(n, out.Max, 1) }
	fs["min"] = func(n *yaml.Node) { out.Min = r.bounds(n); r.ordered(n, out.Min, -1) }
	fs["min_n"] = func(n *yaml.Node) { r.integer64(n, &out.MinN, 0, 1<<40) }
	fs["message"] = func(n *yaml.Node) { r.text(n, &out.Message) }
	r.mapping(n, "a rule of check", fs)
	r.named(n, out.Match)
	if out.Max == (compare.Bounds{}) && out.Min == (compare.Bounds{}) && len(r.faults) == before && n.Kind == yaml.MappingNode {
		r.fail(n, "a rule of check has max or min, such as max: {warn: 8%%, fail: 12%%}")
	}
	return out
}

// bounds reads {warn: 8%, fail: 12%}, or one number, which fails.
func (r *reader) bounds(n *yaml.Node) (b compare.Bounds) {
	if n.Kind == yaml.ScalarNode {
		b.Fail = r.rational(n, percentOrPlain, &b.In)
		return b
	}
	one := func(to **big.Rat) func(*yaml.Node) {
		return func(n *yaml.Node) { *to = r.rational(n, percentOrPlain, &b.In) }
	}
	r.mapping(n, "max and min", fields{"warn": one(&b.Warn), "fail": one(&b.Fail), "strict": one(&b.Strict)})
	return b
}

// ordered reports a warning that its failure comes before: it would never be one.
func (r *reader) ordered(n *yaml.Node, b compare.Bounds, sign int) {
	for _, two := range [][2]*big.Rat{{b.Warn, b.Fail}, {b.Strict, b.Warn}, {b.Strict, b.Fail}} {
		if two[0] != nil && two[1] != nil && two[0].Cmp(two[1]) == sign {
			r.fail(n, "a value passes strict first, then warn, then fail")
			return
		}
	}
}

func (r *reader) freshness(n *yaml.Node) compare.Freshness {
	out := compare.Freshness{Place: r.place(n)}
	r.mapping(n, "a rule of freshness", fields{
		"input":            func(n *yaml.Node) { r.table(n, &out.Input) },
		"warn_after":       func(n *yaml.Node) { r.age(n, &out.Warn) },
		"fail_after":       func(n *yaml.Node) { r.age(n, &out.Fail) },
		"future":           func(n *yaml.Node) { r.level(n, &out.Future) },
		"min_rows_vs_last": func(n *yaml.Node) { out.MinRows = r.rational(n, percentOnly, nil) },
		"min_rows_level":   func(n *yaml.Node) { var s string; r.oneOf(n, &s, "warn", "fail"); out.MinRowsFail = s == "fail" },
	})
	switch {
	case n.Kind != yaml.MappingNode:
	case out.Input == "":
		r.fail(n, "a rule of freshness names its input, such as input: visits")
	case out.Warn.Days+out.Fail.Days == 0 && out.Future == "" && out.MinRows == nil:
		r.fail(n, "a rule of freshness says how old is too old, such as fail_after: 7 days")
	}
	return out
}

var ageForm = regexp.MustCompile(`^([1-9][0-9]{0,3}) (days?|workdays?)$`)

func (r *reader) age(n *yaml.Node, to *compare.Age) {
	m := ageForm.FindStringSubmatch(n.Value)
	if m == nil {
		r.fail(n, "%q is not an age such as 7 days or 3 workdays", n.Value)
		return
	}
	fmt.Sscan(m[1], &to.Days)
	to.Workdays = strings.HasPrefix(m[2], "work")
}

func (r *reader) waiver(n *yaml.Node) compare.Waiver {
	out := compare.Waiver{Place: r.place(n)}
	r.mapping(n, "a waiver", fields{
		"rule":   func(n *yaml.Node) { r.waived(n, &out.Rule) },
		"scope":  func(n *yaml.Node) { r.ruleScope(n, &out.Level, &out.Scope) },
		"until":  func(n *yaml.Node) { r.until(n, &out.Until) },
		"reason": func(n *yaml.Node) { r.text(n, &out.Reason) },
		"by":     func(n *yaml.Node) { r.text(n, &out.By) },
	})
	if n.Kind == yaml.MappingNode && (out.Rule == "" || out.Until.IsZero() || strings.TrimSpace(out.Reason) == "") {
		r.fail(n, "a waiver has a rule, its last day (until: 2026-12-31) and a reason")
	}
	return out
}

// waived reads the name of a rule, as results have it.
func (r *reader) waived(n *yaml.Node, to *string) {
	groups := []string{"compare", "check", "freshness"}
	if !r.text(n, to) {
		return
	}
	if group, _, ok := strings.Cut(*to, "/"); !ok || !contains(groups, group) {
		r.fail(n, "%q is not the name of a rule, such as compare/conversion.valid_share: results have it%s", *to, ingest.Nearest(group, groups))
	}
}

func (r *reader) until(n *yaml.Node, to *time.Time) {
	d, err := time.Parse(time.DateOnly, n.Value)
	if err != nil {
		r.fail(n, "%q is not a day such as 2026-12-31", n.Value)
	}
	*to = d
}

func (r *reader) place(n *yaml.Node) string { return fmt.Sprintf("%s:%d", r.name, n.Line) }

// form is how a number may be written.
type form struct {
	percent, points, plain bool
	says                   string
}

// The forms. Points are written pp so that 2% can mean one thing only.
var (
	percentOnly    = form{percent: true, says: "a share such as 10%"}
	pointsOrPlain  = form{points: true, plain: true, says: "percentage points such as 2pp, or a number in the value's unit such as 50000.00"}
	percentOrPlain = form{percent: true, plain: true, says: "a number in the value's unit such as 12.5, or a percentage such as 8%"}
	plainOnly      = form{plain: true, says: "a number such as 0.05"}
)

var plainNumber = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,9})?$`)

// rational reads a number exactly; nil after a fault. as becomes how it was
// written, which 0 leaves open.
func (r *reader) rational(n *yaml.Node, f form, as *compare.Spelling) *big.Rat {
	text, percent := strings.CutSuffix(n.Value, "%")
	text, points := strings.CutSuffix(text, "pp")
	allowed := percent && !points && f.percent || points && !percent && f.points || !percent && !points && f.plain
	if n.Kind != yaml.ScalarNode || !allowed || !plainNumber.MatchString(text) {
		r.fail(n, "%q is not %s", n.Value, f.says)
		return nil
	}
	x, _ := new(big.Rat).SetString(text)
	spelt := compare.Plain
	if percent || points {
		spelt = compare.Percent
		x.Quo(x, big.NewRat(100, 1))
	}
	switch {
	case as == nil || x.Sign() == 0:
	case *as != "" && *as != spelt:
		r.fail(n, "%q: percentages and plain numbers are mixed", n.Value)
	default:
		*as = spelt
	}
	return x
}
