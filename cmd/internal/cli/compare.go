package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"crmreport/cmd/internal/config"
	"crmreport/metrics/compare"
	"github.com/spf13/pflag"
)

// The exit codes of the commands that judge (outputs.md): only these say that
// the numbers say no.
const (
	exitNo       = 1
	exitWarnings = 2 // with --fail-on warn
)

// verdictFlags are the flags that compare and check share.
type verdictFlags struct {
	rules, failOn, scope, metric, maxWaiver, today string
	forms                                          []string
	all                                            bool
}

func (f *verdictFlags) add(fs *pflag.FlagSet) {
	fs.StringVarP(&f.rules, "rules", "r", "", "rules (docs/checks.yaml shows every key, and what compare does without)")
	fs.StringArrayVarP(&f.forms, "output", "o", []string{"text"}, "form of the result, to a file with =FILE: text, md, json, junit, github, csv; repeatable")
	fs.StringVar(&f.failOn, "fail-on", "fail", "what makes the exit code other than 0: fail, or warn (2 where there are only warnings)")
	fs.StringVarP(&f.scope, "scope", "s", "", "only these scopes: an id, or level=name such as team=North; * stands for any text")
	fs.StringVarP(&f.metric, "metric", "m", "", "only these metrics; * stands for any text")
	fs.StringVar(&f.maxWaiver, "max-waiver", "90d", "how far ahead a waiver may end, in days")
	fs.StringVar(&f.today, "today", "", "day that waivers are held against (default: today)")
	fs.BoolVar(&f.all, "all", false, "rows for information too; in json and csv those without a change too")
}

func compareCommand() command {
	return command{
		name: "compare", brief: "holds one metrics file against another: what differs, and whether it may",
		example: "crmreport compare old/metrics.json new/metrics.json -r checks.yaml -o text -o junit=junit.xml",
		flags: func(fs *pflag.FlagSet) func(*console, []string) (int, error) {
			var f verdictFlags
			f.add(fs)
			mode := fs.String("mode", "", "exact (every number equal) or period (this week against last); default: exact where exports, as-of day and configuration are the same")
			baseline := fs.String("update-baseline", "", "then copy HEAD to this file; asks for a terminal or --yes, and refuses where CI=true")
			yes := fs.Bool("yes", false, "with --update-baseline: do not ask")
			return func(c *console, args []string) (int, error) {
				if len(args) != 2 {
					return 0, usageError("compare takes two metrics files, BASE and HEAD (prev as BASE: the run that HEAD was compared with when it was built), not %d", len(args))
				}
				b := baselineFlags{*baseline, *yes}
				if err := b.allowed(args[1]); err != nil {
					return 0, err
				}
				code, err := compareFiles(c, f, compare.Mode(*mode), args[0], args[1])
				if err != nil {
					return code, err
				}
				return code, b.update(c, args[1])
			}
		},
	}
}

func checkCommand() command {
	return command{
		name: "check", brief: "holds one metrics file against absolute limits, and its inputs against their age",
		example: "crmreport check reports/latest/metrics.json -r checks.yaml",
		flags: func(fs *pflag.FlagSet) func(*console, []string) (int, error) {
			var f verdictFlags
			f.add(fs)
			return func(c *console, args []string) (int, error) {
				if len(args) != 1 {
					return 0, usageError("check takes one metrics file, not %d", len(args))
				}
				if f.rules == "" {
					return 0, usageError("check needs --rules, the limits; docs/checks.yaml shows them")
				}
				return checkFile(c, f, args[0])
			}
		},
	}
}

func compareFiles(c *console, f verdictFlags, mode compare.Mode, baseArg, headArg string) (int, error) {
	if !slices.Contains([]compare.Mode{compare.Found, compare.Exact, compare.Period}, mode) {
		return 0, usageError("--mode is exact or period, not %q", mode)
	}
	o, err := f.options()
	if err != nil {
		return 0, err
	}
	o.Mode = mode
	from, to := metricsArg(baseArg), metricsArg(headArg)
	if from.path == "-" && to.path == "-" {
		return 0, usageError("only one of both files can be the standard input")
	}
	if from.path == "prev" {
		if from, err = previousOf(to.path); err != nil {
			return 0, err
		}
	}
	base, head, err := loadBoth(from, to)
	if err != nil {
		return 0, err
	}
	d, err := compare.Compare(base, head, o)
	if err != nil {
		return 0, verdictError(err)
	}
	d.Base.Label, d.Head.Label = from.label, to.label
	return f.finish(c, d)
}

func checkFile(c *console, f verdictFlags, arg string) (int, error) {
	o, err := f.options()
	if err != nil {
		return 0, err
	}
	if len(o.Rules.Check)+len(o.Rules.Fresh) == 0 {
		return 0, &exitError{exitConfig, fmt.Errorf("%s has no limits (check:) and no ages (freshness:); a check without them lets everything pass", f.rules)}
	}
	from := metricsArg(arg)
	d, err := from.load()
	if err != nil {
		return 0, err
	}
	out, err := compare.Check(d, o)
	if err != nil {
		return 0, verdictError(err)
	}
	out.Head.Label = from.label
	return f.finish(c, out)
}

// options reads the flags and the rules.
func (f *verdictFlags) options() (compare.Options, error) {
	o := compare.Options{Rules: compare.DefaultRules(), Today: time.Now().UTC()}
	if f.failOn != "fail" && f.failOn != "warn" {
		return o, usageError("--fail-on is fail or warn, not %q", f.failOn)
	}
	if f.today != "" {
		day, err := time.Parse(time.DateOnly, f.today)
		if err != nil {
			return o, usageError("--today is a day such as 2026-11-22, not %q", f.today)
		}
		o.Today = day
	}
	text, _ := strings.CutSuffix(f.maxWaiver, "d")
	days, err := strconv.Atoi(text)
	if err != nil || days < 1 || days > 36500 {
		return o, usageError("--max-waiver is a number of days such as 90d, not %q", f.maxWaiver)
	}
	o.MaxWaiver = time.Duration(days) * 24 * time.Hour
	if err := f.checkForms(); err != nil || f.rules == "" {
		return o, err
	}
	r, err := config.LoadRules(f.rules)
	var fault *config.Error
	if err != nil && !errors.As(err, &fault) {
		return o, &exitError{exitConfig, fmt.Errorf("cannot read the rules: %w; name them with --rules", err)}
	}
	o.Rules = r.Rules
	return o, err
}

// finish writes the result in every form and decides the exit code.
func (f *verdictFlags) finish(c *console, d *compare.Diff) (int, error) {
	level, scope := "", f.scope
	if l, name, ok := strings.Cut(f.scope, "="); ok {
		level, scope = l, name
	}
	if values := d.Only(f.metric, level, scope); values == 0 && f.scope+f.metric != "" {
		return 0, usageError("no value fits --metric %q and --scope %q; a scope is an id, or level=name such as team=North", f.metric, f.scope)
	}
	if err := f.writeForms(c, d); err != nil {
		return 0, err
	}
	v := d.Verdict()
	switch {
	case v.Fail > 0:
		return exitNo, nil
	case v.Warn > 0 && f.failOn == "warn":
		return exitWarnings, nil
	}
	return exitOK, nil
}

func verdictError(err error) error {
	var fault *compare.RuleFault
	if errors.As(err, &fault) {
		return &exitError{exitConfig, err}
	}
	return &exitError{exitData, err}
}
