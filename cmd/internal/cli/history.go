package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"crmreport/cmd/internal/history"
	"crmreport/cmd/internal/publish"
	"crmreport/ingest"
	"crmreport/metrics"
	"crmreport/metrics/measure"
	"crmreport/metrics/weeks"
	"crmreport/report"
	"github.com/spf13/pflag"
)

// definitions are those of all metrics, made once.
var definitions = sync.OnceValue(metrics.Definitions)

// settle brings history/ and index.html up to the runs that are published. What
// is there already is not touched.
func (f buildFlags) settle(defs []measure.Definition) ([]weeks.Record, error) {
	if defs == nil {
		defs = definitions()
	}
	mode, err := f.outFlags.rights()
	if err != nil {
		return nil, err
	}
	kept, err := history.Settle(f.out, weeks.Headlines(defs), mode)
	if err == nil && len(kept) > 0 {
		err = f.writeIndex(kept, defs, mode)
	}
	if err != nil {
		return nil, &exitError{exitIO, fmt.Errorf("the reports are published, but not their place in history/ and index.html: %w", err)}
	}
	return kept, nil
}

// writeIndex writes index.html, the list of weeks.
func (f buildFlags) writeIndex(kept []weeks.Record, defs []measure.Definition, mode fs.FileMode) error {
	shown, err := history.Shown(f.out)
	if err != nil {
		return err
	}
	k := report.Weekly{Records: kept, Folders: map[string]string{}, Definitions: defs}
	for _, r := range shown {
		k.Lang = langOfRun(filepath.Join(f.out, "runs", r.Name)) // of the last
		k.Folders[r.Week] = "runs/" + r.Week
	}
	var b bytes.Buffer
	if err := report.WriteWeekly(&b, k); err != nil {
		return err
	}
	_, err = history.Replace(filepath.Join(f.out, "index.html"), b.Bytes(), mode)
	return err
}

// langOfRun is the language that a run's page opens in, where run.json says so.
func langOfRun(dir string) string {
	var run ranAs
	if b, err := os.ReadFile(filepath.Join(dir, "run.json")); err != nil || json.Unmarshal(b, &run) != nil || run.Key == nil {
		return ""
	}
	return run.Key.Lang
}

// again ends a build that has nothing to do. What a killed one left to do beside
// the run itself is done.
func (f buildFlags) again(c *console, run string) (int, error) {
	if _, err := f.settle(nil); err != nil {
		return 0, err
	}
	c.repeated(filepath.Join(f.out, "runs", run))
	if !f.quiet {
		c.printf("Nothing to do: %s was built from the same inputs, configuration and program; --force builds it again.\n", filepath.Join(f.out, "runs", run))
	}
	return exitOK, nil
}

// historyFlags are the flags of history.
type historyFlags struct{ out, metric, scope, lang, format string }

func historyCommand() command {
	return command{
		name: "history", brief: "lists the weeks that are kept, trends of their headlines, and restated numbers",
		example: "crmreport history --out reports --metric 'conversion.*' -o csv",
		flags: func(fs *pflag.FlagSet) func(*console, []string) (int, error) {
			var f historyFlags
			fs.StringVar(&f.out, "out", "", "folder that was published under (required)")
			fs.StringVarP(&f.metric, "metric", "m", "", "metrics, such as conversion.* or *.overdue; default: those that index.html shows")
			fs.StringVarP(&f.scope, "scope", "s", "", "a region, an area or a team by its path, such as 华东/上海/一组; default: the company in text, the company and its regions in csv and json")
			fs.StringVar(&f.lang, "lang", "en", "language of the text: zh or en")
			fs.StringVarP(&f.format, "output", "o", "text", "text, csv or json")
			return func(c *console, args []string) (int, error) {
				if len(args) > 0 {
					return 0, usageError("history takes no argument %q; the folder goes to --out", args[0])
				}
				return listHistory(c, f)
			}
		},
	}
}

// listHistory prints what history/ has. It reads alone, and needs no lock: each
// file is replaced by one rename.
func listHistory(c *console, f historyFlags) (int, error) {
	if f.out == "" {
		return 0, usageError("history needs --out, the folder that was published under")
	}
	if f.lang != "zh" && f.lang != "en" {
		return 0, usageError("--lang is zh or en, not %q", f.lang)
	}
	write, ok := historyFormats[f.format]
	if !ok {
		return 0, usageError("-o is text, csv or json, not %q", f.format)
	}
	kept, err := history.Load(f.out)
	if err != nil {
		return 0, &exitError{exitData, err}
	}
	if len(kept) == 0 {
		return 0, &exitError{exitNoInput, fmt.Errorf("nothing is kept under %s; name the folder of build's --out", filepath.Join(f.out, "history"))}
	}
	l, err := f.listing(kept)
	if err != nil {
		return 0, err
	}
	return exitOK, write(l, c.out)
}

var historyFormats = map[string]func(weeks.Listing, io.Writer) error{"text": weeks.Listing.Text, "csv": weeks.Listing.CSV, "json": weeks.Listing.JSON}

// listing picks what the flags ask for.
func (f historyFlags) listing(kept []weeks.Record) (weeks.Listing, error) {
	l := weeks.Listing{Records: kept, Chinese: f.lang == "zh", Titles: map[string]measure.Text{}, Kinds: map[string]measure.Kind{}}
	var heads []string
	for _, d := range definitions() {
		if d.Headline {
			heads, l.Titles[d.ID], l.Kinds[d.ID] = append(heads, d.ID), d.Title, d.Kind
		}
	}
	for _, id := range heads {
		ok, err := path.Match(f.metric, id)
		if err != nil {
			return l, usageError("--metric %q is no pattern such as conversion.*: %v", f.metric, err)
		}
		if ok {
			l.Metrics = append(l.Metrics, id)
		}
	}
	if f.metric == "" {
		l.Metrics = weeks.Shown
	}
	if len(l.Metrics) == 0 {
		return l, usageError("no headline is called %q%s; only headlines are kept", f.metric, ingest.Nearest(f.metric, heads))
	}
	tops, below := scopesOf(kept)
	switch {
	case f.scope != "" && !slices.Contains(tops, f.scope) && !slices.Contains(below, f.scope):
		return l, usageError("no scope %q is kept%s; the company and its regions are: %s", f.scope, ingest.Nearest(f.scope, append(below, tops...)), strings.Join(tops, ", "))
	case f.scope != "":
		l.Scopes = []string{f.scope}
	case f.format == "text":
		l.Scopes = []string{kept[len(kept)-1].First().ID}
	default:
		l.Scopes = tops
	}
	shown, err := history.Shown(f.out)
	if err != nil {
		return l, publish.IOError(err)
	}
	l.Pruned = map[string]bool{}
	for _, r := range kept {
		l.Pruned[r.Week] = !slices.ContainsFunc(shown, func(x history.Run) bool { return x.Week == r.Week })
	}
	return l, nil
}

// scopesOf are the scopes that weeks are kept of: the company and its regions, and
// the areas and teams below them, each once.
func scopesOf(kept []weeks.Record) (tops, below []string) {
	seen := map[string]bool{}
	add := func(to *[]string, id string) {
		if !seen[id] {
			seen[id] = true
			*to = append(*to, id)
		}
	}
	for _, r := range kept {
		for _, s := range r.Scopes {
			add(&tops, s.ID)
		}
		for _, u := range r.Below {
			add(&below, u.ID)
		}
	}
	return tops, below
}
