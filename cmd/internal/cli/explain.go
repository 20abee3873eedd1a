package cli

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"

	"crmreport/cmd/internal/config"
	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/metrics"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
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
			fs.StringVar(&f.source.asOf, "as-of", "", "last day that counts; default: the last finished week in the data")
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
	x, err := metrics.Explain(book, inputs(rep), conf.Metrics, metrics.Question{Metric: metric, Scope: f.scope, Period: f.period, Key: f.key})
	var unknown *metrics.UnknownError
	if errors.As(err, &unknown) {
		return 0, usageError("%v%s", unknown, known(unknown))
	}
	if err != nil {
		return 0, err
	}
	a := &answer{Explanation: x, lang: conf.Lang, digits: measure.MinorDigits(string(book.Currency)), limit: f.limit}
	if err := a.find(data, conf); err != nil {
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

// known says what could have been meant.
func known(u *metrics.UnknownError) string {
	const most = 12
	near := ingest.Nearest(u.Name, u.Known)
	if near != "" || len(u.Known) == 0 {
		return near
	}
	list := u.Known[:min(most, len(u.Known))]
	more := ""
	if len(u.Known) > most {
		more = fmt.Sprintf(" and %d more", len(u.Known)-most)
	}
	return "; there are: " + strings.Join(list, ", ") + more
}

// answer is an explanation with its rows looked up in the files.
type answer struct {
	*metrics.Explanation
	rows   [][]ingest.Original // as Evidence
	lang   string
	digits int
	limit  int
}

func (a *answer) find(data fs.FS, conf config.Config) error {
	var all []crm.RowRef
	for _, e := range a.Evidence {
		all = append(all, e.Rows...)
	}
	found, err := ingest.Originals(data, conf.Ingest, all)
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

func (a *answer) text(c *console) {
	d := a.Definition
	c.printf("%s  %s (%s)\n", d.ID, a.say(d.Title), d.Rulings)
	name := a.Scope.Name
	if name == "" {
		name = a.either("全公司", "Company")
	}
	c.printf("%s  %s  %s – %s", name, a.Period.Name, a.Period.Start, a.Period.End-1)
	if a.Value.Key != "" {
		c.printf("  %s", a.Value.Key)
	}
	c.printf("\n\n%s\n", a.say(d.Meaning))
	c.printf("\n  %s\n  = %s\n", a.say(d.Formula), a.number(d, &a.Value))
	if ci := a.Value.CI; ci != nil {
		level := "95"
		if a.Value.Method == "order80" {
			level = "80"
		}
		c.printf(a.either("  %s%% 区间 %s 至 %s（%s）\n", "  %s %% interval %s to %s (%s)\n"), level, a.bound(ci[0]), a.bound(ci[1]), a.Value.Method)
	}
	if len(a.Value.Flags) > 0 {
		c.printf("  %s\n", strings.Join(a.Value.Flags, ", "))
	}
	for _, in := range a.Inputs {
		c.printf(a.either("\n%s 作为 %s：读入 %d = 采纳 %d + 重复 %d + 拒收 %d + 跳过 %d\n", "\n%s as %s: read %d = accepted %d + duplicates %d + rejected %d + skipped %d\n"),
			in.File, in.Table, in.Read, in.Accepted, in.Duplicates, in.Rejected, in.Skipped)
	}
	for i, e := range a.Evidence {
		a.evidence(c, &e, a.rows[i])
	}
	if len(a.Inputs) > 0 {
		return
	}
	switch a.Alone {
	case metrics.Confirmed:
		c.printf("%s", a.either("\n仅凭以上各行重算，得到同一数字。\n", "\nThese rows alone give the same number.\n"))
	case metrics.Untested:
		c.printf("%s", a.either("\n此数按人天或席位计：依据人员、排班与日历各行。\n", "\nIt counts the days or seats of people: rows of reps, of the roster and of the calendar.\n"))
	default:
		c.printf("%s", a.either("\n仅凭以上各行重算，数字不同：这是程序错误，请报告。\n", "\nThese rows alone do not give the same number: this is a bug, please report it.\n"))
	}
}

func (a *answer) evidence(c *console, e *metrics.Evidence, rows []ingest.Original) {
	def := a.Definition
	if e.Value.Metric != def.ID {
		def = definitionOf(e.Value.Metric)
	}
	c.printf("\n%s", a.say(e.Title))
	switch e.Side {
	case "numerator":
		c.printf("%s", a.either("，分子", ", numerator"))
	case "denominator":
		c.printf("%s", a.either("，分母", ", denominator"))
	}
	c.printf(a.either("（%s）= %s：%s 行\n", " in %s = %s: rows %s\n"), e.Value.Period, a.number(def, &e.Value), lang.Fixed(float64(len(rows)), 0))
	for _, r := range rows[:min(len(rows), max(a.limit, 0))] {
		c.printf("  %s:%d  %s\n", r.File, r.Line, r.ID)
	}
	if more := len(rows) - a.limit; more > 0 {
		c.printf(a.either("  另有 %d 行；--rows 文件 可全部写出\n", "  and %d more; --rows FILE writes all of them\n"), more)
	}
}

func definitionOf(id string) measure.Definition {
	for _, d := range metrics.Definitions() {
		if d.ID == id {
			return d
		}
	}
	return measure.Definition{}
}

// bound is an end of the interval; of an amount in whole units.
func (a *answer) bound(b snapshot.Bound) string {
	if b == nil {
		return "…"
	}
	if a.Value.Currency != "" && a.Definition.Kind == measure.Amount {
		return strconv.FormatFloat(*b/math.Pow10(measure.MinorDigits(a.Value.Currency)), 'f', -1, 64)
	}
	return strconv.FormatFloat(*b, 'g', 6, 64)
}

// number writes a value with what it is worked out of: a ratio with both sides.
func (a *answer) number(d measure.Definition, v *snapshot.Value) string {
	term := func(n int64) string {
		if v.Currency != "" {
			return lang.Exact(n, a.digits) + " " + v.Currency
		}
		return lang.Fixed(float64(n), 0)
	}
	result := a.either("无数据", "no data")
	if v.OK {
		result = strconv.FormatFloat(v.V, 'g', 10, 64)
	}
	switch {
	case d.Kind == measure.Ratio:
		return term(v.Num) + " ÷ " + term(v.Den) + " = " + result
	case d.Kind == measure.Amount && v.OK:
		return term(v.Num)
	case d.Kind == measure.Count && v.Den == 1:
		return term(v.Num)
	}
	return result
}

// json writes the explanation for machines: rows as file, line, table and id.
func (a *answer) json(w io.Writer) error {
	type row struct {
		File  string `json:"file"`
		Line  int32  `json:"line"`
		Table string `json:"table"`
		ID    string `json:"id"`
	}
	type value struct {
		Num   int64    `json:"num"`
		Den   int64    `json:"den"`
		Value *float64 `json:"value"`
	}
	type evidence struct {
		Metric string `json:"metric"`
		Period string `json:"period"`
		Key    string `json:"key,omitempty"`
		Side   string `json:"side,omitempty"`
		Value  value  `json:"value"`
		Rows   []row  `json:"rows"`
	}
	of := func(v *snapshot.Value) value {
		out := value{Num: v.Num, Den: v.Den}
		if v.OK {
			out.Value = &v.V
		}
		return out
	}
	out := struct {
		Metric   string       `json:"metric"`
		Title    measure.Text `json:"title"`
		Formula  measure.Text `json:"formula"`
		Rulings  string       `json:"rulings"`
		Scope    string       `json:"scope"`
		Period   string       `json:"period"`
		Key      string       `json:"key,omitempty"`
		Currency string       `json:"currency,omitempty"`
		Value    value        `json:"value"`
		Alone    string       `json:"computed_from_these_rows_alone"`
		Evidence []evidence   `json:"evidence"`
	}{a.Definition.ID, a.Definition.Title, a.Definition.Formula, a.Definition.Rulings, a.Scope.ID, a.Period.Name, a.Value.Key,
		a.Value.Currency, of(&a.Value), string(a.Alone), []evidence{}}
	for i, e := range a.Evidence {
		ev := evidence{e.Value.Metric, e.Value.Period, e.Value.Key, e.Side, of(&e.Value), []row{}}
		for _, r := range a.rows[i] {
			ev.Rows = append(ev.Rows, row{r.File, r.Line, r.Table, r.ID})
		}
		out.Evidence = append(out.Evidence, ev)
	}
	j := json.NewEncoder(w)
	j.SetEscapeHTML(false)
	j.SetIndent("", " ")
	return j.Encode(out)
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
