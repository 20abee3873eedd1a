package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"crmreport/cmd/internal/config"
	"crmreport/cmd/internal/publish"
	"crmreport/ingest"
	"crmreport/metrics/compare"
	"crmreport/metrics/snapshot"
	"crmreport/report/verdict"
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
	fs.StringVarP(&f.rules, "rules", "r", "", "rules (docs/checks.yaml shows every key)")
	fs.StringArrayVarP(&f.forms, "output", "o", []string{"text"}, "form of the result, to a file with =FILE: text, md, json, junit, github, csv; repeatable")
	fs.StringVar(&f.failOn, "fail-on", "fail", "what makes the exit code other than 0: fail, or warn (2 where there are only warnings)")
	fs.StringVarP(&f.scope, "scope", "s", "", "only these scopes: an id, or level=name such as team=North; * stands for any text")
	fs.StringVarP(&f.metric, "metric", "m", "", "only these metrics; * stands for any text")
	fs.StringVar(&f.maxWaiver, "max-waiver", "90d", "how far ahead a waiver may end, in days")
	fs.StringVar(&f.today, "today", "", "day that waivers are held against (default: today)")
	fs.BoolVar(&f.all, "all", false, "rows for information too, in text, md and junit")
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
				code, err := compareFiles(c, f, compare.Mode(*mode), args[0], args[1])
				if err != nil || *baseline == "" {
					return code, err
				}
				return code, updateBaseline(c, args[1], *baseline, *yes)
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

func compareFiles(c *console, f verdictFlags, mode compare.Mode, basePath, headPath string) (int, error) {
	if !slices.Contains([]compare.Mode{compare.Found, compare.Exact, compare.Period}, mode) {
		return 0, usageError("--mode is exact or period, not %q", mode)
	}
	o, err := f.options()
	if err != nil {
		return 0, err
	}
	o.Mode = mode
	head, headLabel, err := loadMetrics(headPath)
	if err != nil {
		return 0, err
	}
	if basePath == "prev" {
		if basePath, err = previousOf(headPath); err != nil {
			return 0, err
		}
	}
	base, baseLabel, err := loadMetrics(basePath)
	if err != nil {
		return 0, err
	}
	d, err := compare.Compare(base, head, o)
	if err != nil {
		return 0, verdictError(err)
	}
	d.Base.Label, d.Head.Label = baseLabel, headLabel
	return f.finish(c, d)
}

func checkFile(c *console, f verdictFlags, path string) (int, error) {
	o, err := f.options()
	if err != nil {
		return 0, err
	}
	if len(o.Rules.Check)+len(o.Rules.Fresh) == 0 {
		return 0, &exitError{exitConfig, fmt.Errorf("%s has no limits (check:) and no ages (freshness:); a check without them lets everything pass", f.rules)}
	}
	d, label, err := loadMetrics(path)
	if err != nil {
		return 0, err
	}
	out, err := compare.Check(d, o)
	if err != nil {
		return 0, verdictError(err)
	}
	out.Head.Label = label
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
	var days int
	if n, err := fmt.Sscanf(f.maxWaiver, "%dd", &days); n != 1 || err != nil || days < 1 {
		return o, usageError("--max-waiver is a number of days such as 90d, not %q", f.maxWaiver)
	}
	o.MaxWaiver = time.Duration(days) * 24 * time.Hour
	if f.rules == "" {
		return o, nil
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
	level, scope := f.onlyScope()
	d.Only(f.metric, level, scope)
	files := f.files()
	for _, form := range f.forms {
		name, file, _ := strings.Cut(form, "=")
		write, ok := verdict.Writers[name]
		if !ok {
			return 0, usageError("--output is text, md, json, junit, github or csv, not %q%s", name, ingest.Nearest(name, formNames()))
		}
		o := verdict.Options{All: f.all, File: files}
		if err := writeForm(c, file, func(w io.Writer) error { return write(w, d, o) }); err != nil {
			return 0, err
		}
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

func formNames() []string {
	var names []string
	for n := range verdict.Writers {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// files is a file that has every row, for the forms that leave some out.
func (f *verdictFlags) files() string {
	for _, form := range f.forms {
		if name, file, ok := strings.Cut(form, "="); ok && (name == "json" || name == "csv") {
			return file
		}
	}
	return ""
}

func (f *verdictFlags) onlyScope() (level, scope string) {
	if l, name, ok := strings.Cut(f.scope, "="); ok {
		return l, name
	}
	return "", f.scope
}

// writeForm writes to a file, or to the output where there is none.
func writeForm(c *console, file string, write func(io.Writer) error) error {
	if file == "" || file == "-" {
		return write(c.out)
	}
	to, err := os.OpenFile(file, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, publish.FileMode)
	if err != nil {
		return &exitError{exitCannotCreate, fmt.Errorf("cannot write the result: %w", err)}
	}
	if err := errors.Join(write(to), to.Close()); err != nil {
		return &exitError{exitIO, fmt.Errorf("%s: %w", file, err)}
	}
	return nil
}

// loadMetrics reads a metrics file, by its path or as label=path.
func loadMetrics(arg string) (*snapshot.Document, string, error) {
	label, path := arg, arg
	if l, p, ok := strings.Cut(arg, "="); ok {
		if _, err := os.Stat(arg); err != nil {
			label, path = l, p
		}
	}
	in := io.Reader(os.Stdin)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, "", &exitError{exitNoInput, fmt.Errorf("cannot read the metrics file: %w", err)}
		}
		defer f.Close()
		in = f
	}
	d, err := snapshot.Decode(bufio.NewReaderSize(in, 1<<16))
	if err != nil {
		return nil, "", &exitError{exitData, fmt.Errorf("%s: %w", path, err)}
	}
	return d, label, nil
}

// previousOf is the metrics file of the run that head was compared with.
func previousOf(head string) (string, error) {
	dir, err := filepath.EvalSymlinks(filepath.Dir(head))
	if err != nil {
		return "", &exitError{exitNoInput, err}
	}
	var run struct {
		Previous *previous `json:"previous"`
	}
	b, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil || json.Unmarshal(b, &run) != nil || run.Previous == nil {
		return "", &exitError{exitNoInput, fmt.Errorf("no run before that of %s is known; name the other file", head)}
	}
	return filepath.Join(filepath.Dir(dir), run.Previous.Run, "metrics.json"), nil
}

func verdictError(err error) error {
	var fault *compare.RuleFault
	if errors.As(err, &fault) {
		return &exitError{exitConfig, err}
	}
	return &exitError{exitData, err}
}

// updateBaseline copies head to file. In CI nothing is accepted unseen.
func updateBaseline(c *console, head, file string, yes bool) error {
	if os.Getenv("CI") == "true" {
		return usageError("--update-baseline is refused where CI=true: a machine must not accept its own numbers; run it at a desk and commit the file")
	}
	if !yes && !isTerminal(os.Stdin) {
		return usageError("--update-baseline needs a terminal, or --yes")
	}
	if !yes {
		fmt.Fprintf(c.err, "copy %s to %s? [y/N] ", head, file)
		var answer string
		fmt.Fscanln(os.Stdin, &answer)
		if answer != "y" && answer != "Y" && answer != "yes" {
			return nil
		}
	}
	b, err := os.ReadFile(head)
	if err != nil {
		return &exitError{exitNoInput, err}
	}
	tmp := file + ".tmp"
	if err := os.WriteFile(tmp, b, publish.FileMode); err != nil {
		return &exitError{exitCannotCreate, err}
	}
	if err := os.Rename(tmp, file); err != nil {
		return &exitError{exitCannotCreate, err}
	}
	fmt.Fprintf(c.err, "%s is the baseline now\n", file)
	return nil
}
