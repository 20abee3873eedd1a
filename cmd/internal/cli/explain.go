package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/metrics"
	"crmreport/metrics/measure"
	"github.com/spf13/pflag"
)

// explainFlags are the flags of explain: those of build that decide the
// numbers, and the number that is asked for.
type explainFlags struct {
	source                               buildFlags
	scope, period, key, rows, form, lang string
	limit                                int
}

func explainCommand() command {
	return command{
		name: "explain", brief: "shows a number's definition, its formula with the numbers in it, and the rows behind it",
		example: "crmreport explain conversion.valid_per_signing --data exports --scope 华东/上海 --period 2025-03",
		flags: func(fs *pflag.FlagSet) func(*console, []string) (int, error) {
			f := explainFlags{source: buildFlags{period: "month", values: "units"}}
			fs.StringVarP(&f.source.data, "data", "d", ".", "folder with the CSV exports")
			fs.StringVarP(&f.source.config, "config", "c", "", "configuration")
			fs.StringVar(&f.source.asOf, "as-of", "", "last day that counts, or last-week; default: the last finished week in the data")
			fs.StringVar(&f.source.out, "out", "", "folder that the reports were published under: what its snapshots/ keep of earlier weeks counts as in a build; default: the exports alone")
			fs.StringVarP(&f.scope, "scope", "s", "company", "whose number: a rep_id, or a unit by its path such as 华东/上海/一组")
			fs.StringVarP(&f.period, "period", "p", "month", "2025-W10, 2025-03, 2025-Q1, 2025; week, month, quarter or year is the current one")
			fs.StringVarP(&f.key, "key", "k", "", "a further dimension, such as stage=proposal")
			fs.StringVar(&f.rows, "rows", "", "write every row behind the number to this CSV file")
			fs.StringVarP(&f.form, "output", "o", "text", "text, json or csv")
			fs.IntVar(&f.limit, "limit", 10, "rows of each kind that text shows")
			fs.StringVar(&f.lang, "lang", "", "language of the text: zh or en")
			return func(c *console, args []string) (int, error) {
				if len(args) != 1 {
					return 0, usageError("explain takes one metric, such as conversion.valid_visits; crmreport define lists them")
				}
				return f.run(c, args[0])
			}
		},
	}
}

func (f explainFlags) run(c *console, metric string) (int, error) {
	if f.form != "text" && f.form != "json" && f.form != "csv" {
		return 0, usageError("--output is text, json or csv, not %q", f.form)
	}
	f.source.lang = f.lang
	data, conf, err := f.source.inputs()
	if err != nil {
		return 0, err
	}
	if err := hasReports(f.source.out); err != nil {
		return 0, err
	}
	stdin := ingest.Keep(conf.Ingest.Stdin) // to show its rows it is read again
	defer stdin.Close()
	conf.Ingest.Stdin = stdin
	done := watch(c, &conf.Ingest)
	book, rep, err := ingest.Read(data, conf.Ingest)
	done()
	if err != nil {
		return 0, withRejects(err, rep)
	}
	defer book.Release()
	kept, err := joinKept(f.source.keeps(), book, rep, conf.Ingest.Today)
	if err != nil {
		return 0, err
	}
	x, err := f.ask(book, rep, conf.Metrics, metric)
	if err != nil {
		return 0, err
	}
	a := &answer{Explanation: x, lang: conf.Lang, limit: f.limit}
	find := func(rows []crm.RowRef) ([]ingest.Original, error) {
		return kept.originals(data, conf.Ingest, book.Files, rows)
	}
	if err := a.find(find); err != nil {
		return 0, err
	}
	if f.rows != "" {
		if err := a.save(f.rows); err != nil {
			return 0, err
		}
	}
	if err := a.print(c, f.form); err != nil {
		return 0, err
	}
	return exitOK, nil
}

// ask explains the number; a name that is not there is a usage error.
func (f explainFlags) ask(b *crm.Book, rep *ingest.Report, o metrics.Options, metric string) (*metrics.Explanation, error) {
	x, err := metrics.Explain(b, inputs(b, rep), o, metrics.Question{Metric: metric, Scope: f.scope, Period: f.period, Key: f.key})
	var unknown *metrics.UnknownError
	if errors.As(err, &unknown) && unknown.What == "key" && unknown.Name == "" {
		return nil, usageError("%s has a number for each of several keys: say which with --key%s", metric, known(unknown))
	}
	if errors.As(err, &unknown) {
		return nil, usageError("%v%s", unknown, known(unknown))
	}
	return x, err
}

// hasReports refuses a folder of reports that has none: a name mistyped would
// explain another number than the page's.
func hasReports(out string) error {
	if out == "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(out, "runs")); err != nil {
		return &exitError{exitNoInput, fmt.Errorf("no reports are published under %s: %w; name the folder of build's --out", out, err)}
	}
	return nil
}

// known says what could have been meant.
func known(u *metrics.UnknownError) string {
	const most = 12
	near := ingest.Nearest(u.Name, u.Known)
	if near != "" || len(u.Known) == 0 {
		return near
	}
	list := slices.Clone(u.Known[:min(most, len(u.Known))])
	for i, name := range list {
		if name == "" {
			list[i] = "none"
		}
	}
	more := ""
	if len(u.Known) > most {
		more = fmt.Sprintf(" and %d more", len(u.Known)-most)
	}
	return "; there are: " + strings.Join(list, ", ") + more
}

// answer is an explanation with its rows looked up in the files.
type answer struct {
	*metrics.Explanation
	rows  [][]ingest.Original // as Evidence
	lang  string
	limit int
}

func (a *answer) find(originals func([]crm.RowRef) ([]ingest.Original, error)) error {
	var all []crm.RowRef
	for _, e := range a.Evidence {
		all = append(all, e.Rows...)
	}
	found, err := originals(all)
	if err != nil {
		return err
	}
	for _, e := range a.Evidence {
		a.rows = append(a.rows, found[:len(e.Rows)])
		found = found[len(e.Rows):]
	}
	return nil
}

// say picks the language of the text.
func (a *answer) say(t measure.Text) string {
	if a.lang == "zh" {
		return t.ZH
	}
	return t.EN
}

func (a *answer) either(zh, en string) string { return a.say(measure.Text{ZH: zh, EN: en}) }

func (a *answer) print(c *console, form string) error {
	switch form {
	case "json":
		return a.json(c.out)
	case "csv":
		return a.csv(c.out)
	}
	a.text(c)
	return nil
}

// csv writes every row behind the number, with the record as it stands in its
// file.
func (a *answer) csv(w io.Writer) error {
	c := csv.NewWriter(w)
	err := c.Write([]string{"metric", "period", "key", "side", "table", "file", "line", "id", "text"})
	for i, e := range a.Evidence {
		for _, r := range a.rows[i] {
			record := []string{e.Value.Metric, e.Value.Period, e.Value.Key, e.Side, r.Table, r.File, strconv.Itoa(int(r.Line)), r.ID, r.Text}
			for k := range record {
				record[k] = ingest.Defuse(record[k])
			}
			err = errors.Join(err, c.Write(record))
		}
	}
	c.Flush()
	return errors.Join(err, c.Error())
}

func (a *answer) save(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return &exitError{exitCannotCreate, err}
	}
	return errors.Join(a.csv(f), f.Close())
}
