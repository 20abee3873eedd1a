package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"crmreport/cmd/internal/config"
	"crmreport/cmd/internal/intake"
	"crmreport/cmd/internal/publish"
	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/metrics"
	"crmreport/metrics/snapshot"
	"crmreport/report"
	"github.com/spf13/pflag"
)

// buildFlags are the flags of build.
type buildFlags struct {
	data, config, out, asOf, today, period, lang, scope, files, values, maxRejects, decoder, memory string
	quiet, force                                                                                    bool
	late                                                                                            bool // the week is caught up with
	back                                                                                            int  // weeks to look back for missing ones
	outFlags
	logFlags
	settleFor time.Duration
}

func buildCommand() command {
	return command{
		name: "build", brief: "turns a folder of exports into a report and metrics",
		example: "crmreport build --data exports --out reports --as-of 2025-03-09",
		refuse:  refuseLine,
		flags: func(fs *pflag.FlagSet) func(*console, []string) (int, error) {
			var f buildFlags
			fs.StringVarP(&f.data, "data", "d", ".", "folder with the CSV exports")
			fs.StringVarP(&f.config, "config", "c", "", "configuration (docs/crmreport.yaml shows every key); none: files by name")
			fs.StringVarP(&f.out, "out", "o", "", "folder to publish under (required)")
			fs.StringVar(&f.asOf, "as-of", "", "last day that counts, such as 2025-03-09, or last-week: the Sunday of the week that is over by the clock (for what runs unattended); default: the last finished week in the data")
			fs.StringVar(&f.today, "today", "", "day that counts as today, for a rerun of what was then (default: by the clock)")
			fs.StringVar(&f.period, "period", "month", "period the page opens on: week, month, quarter or year")
			fs.StringVar(&f.lang, "lang", "", "language the page opens in: zh or en")
			fs.StringVarP(&f.scope, "scope", "s", "", "the report of one unit or rep alone, with nothing of others: a rep_id, or a unit by its path such as 华东/上海/一组")
			fs.StringVar(&f.files, "files", "auto", "files for single readers: all (units/ and statements/), units, none; auto: all where they are no more than 1000")
			fs.StringVar(&f.values, "values", "units", "values in metrics.json: units, or all (reps and every period too)")
			fs.StringVar(&f.maxRejects, "max-rejects", "", "share of a table's rows that may be rejected, such as 1% (default 1%)")
			fs.StringVar(&f.decoder, "decoder", "blocks", "how big tables are read: blocks, gocsv (every record through gocsv's binding) or rows (one after the other); the result is the same, the next is slower")
			fs.StringVar(&f.memory, "memory", "", "memory that reading may take, such as 512MB; beyond, a temporary file in $TMPDIR or /var/tmp (default: a quarter of the machine's; 0: no limit)")
			fs.IntVar(&f.back, "catch-up", 0, "first build the weeks that are missing since the first one published, at most so many back, each marked as reconstructed")
			fs.BoolVar(&f.force, "force", false, "build even where the same inputs, configuration and program have been built already")
			fs.DurationVar(&f.settleFor, "settle", 0, "wait until every export has stayed as it is for so long, such as 30s, or <file>.done is there; exit code 75 if one still grows after ten times that (default 0: do not wait)")
			fs.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing on success")
			f.outFlags.add(fs)
			f.logFlags.add(fs)
			return func(c *console, args []string) (int, error) {
				if len(args) > 0 {
					return refuse(c, f, discreet{usageError("build takes no argument %q; the folder goes to --data", args[0]), "build takes no argument"}), nil
				}
				return operate(c, f)
			}
		},
	}
}

// build builds the weeks that are missing, where that is asked for, then the one
// that is wanted.
func build(c *console, f buildFlags) (int, error) {
	if f.out == "" {
		return 0, usageError("build needs --out, the folder to publish under")
	}
	if f.back < 0 {
		return 0, usageError("--catch-up is a number of weeks, not %d", f.back)
	}
	data, conf, err := f.inputs()
	if err != nil {
		return 0, err
	}
	if err := settled(data, conf, f.settleFor); err != nil {
		return 0, err
	}
	folder, err := f.outFlags.open(c, f.out, f.quiet)
	if err != nil {
		return 0, err
	}
	defer folder.Close()
	code := exitOK
	if f.back > 0 {
		if code, err = f.catchUp(c, folder, data, conf); err != nil {
			return 0, err
		}
	}
	did, err := f.week(c, folder, data, conf)
	return max(code, did), err
}

// week builds one week, unless that was done already: it reads, computes and
// publishes. It prints what it wrote, what it could not show, and what it left
// out.
func (f buildFlags) week(c *console, folder *publish.Folder, data fs.FS, conf config.Config) (int, error) {
	start := time.Now()
	key, known := f.key(data, conf)
	if known && !f.force {
		if run := f.nothingToDo(data, key); run != "" {
			return f.again(c, run)
		}
	}
	done := func() {}
	if !f.quiet && !c.json {
		done = watch(c, &conf.Ingest)
	}
	r, err := compute(data, conf, f.keeps())
	done()
	if err != nil {
		return 0, err
	}
	defer r.book.Release()
	if known {
		r.key = key.done(r.report, keptBefore(f.keeps(), r.week()))
	}
	if f.late {
		r.doc.Warnings = append(r.doc.Warnings, reconstructed(r.book.AsOf))
	}
	if err := r.place(f); err != nil {
		return 0, err
	}
	if !f.late { // an earlier week has these inputs because they are of a later one
		if err := r.judge(f.out, conf); err != nil {
			return 0, err
		}
	}
	keep, err := f.toKeep(r, conf.Ingest.Today)
	if err != nil {
		return 0, err
	}
	if r.key != nil {
		r.key.Keeps = namesOf(keep)
	}
	r.book.Forget() // the pages are of the document
	o := report.Options{Lang: conf.Lang, Period: f.period}
	own := r.owned(o, f.files)
	files, err := withMail(r.files(o, f.values), conf.Mail, r.doc, o)
	if err != nil {
		return 0, err
	}
	pub, err := folder.Publish(r.week(), append(files, own.files...), func() []byte { return r.runFile(start) })
	if err != nil {
		return 0, err
	}
	if pub.Unchanged && !f.force {
		if err := f.noteKey(pub.Dir, r.runFile(start)); err != nil {
			return 0, err
		}
	}
	if err := f.keep(keep); err != nil {
		return 0, err
	}
	if _, err := f.settle(r.doc.Definitions); err != nil {
		return 0, err
	}
	c.built(r, pub)
	if !f.quiet {
		r.summary(c, f.out, pub, own)
	}
	for _, d := range r.report.SelfCheck.Differences {
		c.tell(logLine{Level: "warning", Event: "self_check", File: d.File, Line: d.Line,
			Message: fmt.Sprintf("%s:%d: two ways of reading table %s differ, which is a bug of crmreport; the table was read row by row, as --decoder=rows does", d.File, d.Line, d.Table)})
	}
	return r.warned(c), nil
}

// place cuts the result to the scope that was asked for, and compares it with
// the run before in the folder it goes to.
func (r *result) place(f buildFlags) error {
	if f.scope != "" {
		if err := r.only(f.scope); err != nil {
			return err
		}
	}
	if err := ownFolder(f.out, r.scope); err != nil {
		return discreet{err, "--out holds reports of another scope; name another folder"}
	}
	if r.before = findPrevious(f.out, r.doc.AsOf, r.scope); r.before != nil {
		r.doc.Since = r.before.since(f.out, r.doc)
	}
	return nil
}

// inputs opens the data folder and says how to read it.
func (f buildFlags) inputs() (fs.FS, config.Config, error) {
	conf, err := f.configuration()
	if err != nil {
		return nil, conf, err
	}
	conf.Ingest.Stdin = os.Stdin
	data, err := openData(f.data)
	if err == nil && len(conf.Ingest.Sources) == 0 {
		conf.Ingest.Sources, err = ingest.DefaultSources(data)
	}
	return data, conf, err
}

// configuration reads the configuration and lays the flags over it.
func (f buildFlags) configuration() (config.Config, error) {
	conf := config.Default()
	if f.config != "" {
		var err error
		conf, err = config.Load(f.config)
		var fault *config.Error
		if err != nil && !errors.As(err, &fault) {
			return conf, &exitError{exitConfig, fmt.Errorf("cannot read the configuration: %w; name it with --config", err)}
		}
		if err != nil {
			return conf, err
		}
	}
	if err := f.days(&conf); err != nil {
		return conf, err
	}
	if f.lang != "" {
		if f.lang != "zh" && f.lang != "en" {
			return conf, usageError("--lang is zh or en, not %q", f.lang)
		}
		conf.Lang = f.lang
	}
	if !slices.Contains([]string{"week", "month", "quarter", "year"}, f.period) {
		return conf, usageError("--period is week, month, quarter or year, not %q", f.period)
	}
	if f.files != "" && !slices.Contains(filesWords, f.files) {
		return conf, usageError("--files is auto, all, units or none, not %q", f.files)
	}
	if f.values != "units" && f.values != "all" {
		return conf, usageError("--values is units or all, not %q", f.values)
	}
	decoder, known := decoders[f.decoder]
	if !known {
		return conf, usageError("--decoder is blocks, gocsv or rows, not %q", f.decoder)
	}
	conf.Ingest.Decoder, conf.Ingest.Scratch = decoder, scratch()
	var err error
	if conf.Ingest.Memory, err = memoryFlag(f.memory); err != nil {
		return conf, err
	}
	if f.maxRejects != "" {
		text, percent := strings.CutSuffix(f.maxRejects, "%")
		v, err := crm.ParseDecimal(text)
		if percent {
			v /= 100
		}
		if err != nil || v < 0 || v > crm.One {
			return conf, usageError("--max-rejects is a share such as 1%% or 0.01, not %q", f.maxRejects)
		}
		conf.Ingest.MaxRejects = ingest.ShareOfRejects(v)
	}
	return conf, nil
}

// decoders are the words of --decoder; explain has no such flag.
var decoders = map[string]ingest.Decoder{"": ingest.ByBlocks, "blocks": ingest.ByBlocks, "gocsv": ingest.ByGocsv, "rows": ingest.ByRows}

func openData(dir string) (fs.FS, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, &exitError{exitNoInput, fmt.Errorf("cannot read the data folder: %w; name it with --data", err)}
	}
	if !info.IsDir() {
		return nil, usageError("--data %s is a file; name the folder that holds it", dir)
	}
	return os.DirFS(dir), nil
}

// result is what one run computed.
type result struct {
	book   *crm.Book // texts of doc may lie in its memory
	doc    *snapshot.Document
	report *ingest.Report
	scope  string    // that doc is cut to; empty: the whole company
	before *previous // the run that it is compared with
	key    *buildKey // of what the bytes depend on; nil where that is not known
	intake []intake.Finding
	kept   kept
	old    map[string]bool // tables that are an earlier week's once more
}

// compute reads and computes; keeps is the folder that keeps what earlier weeks
// said, blank where that is not to be read.
func compute(data fs.FS, conf config.Config, keeps string) (*result, error) {
	book, rep, err := ingest.Read(data, conf.Ingest)
	if err != nil {
		return nil, withRejects(err, rep)
	}
	kept, err := joinKept(keeps, book, rep, conf.Ingest.Today)
	if err != nil {
		book.Release()
		return nil, err
	}
	doc, err := metrics.Compute(book, inputs(book, rep), conf.Metrics)
	if err != nil {
		book.Release()
		return nil, &exitError{exitBug, err}
	}
	doc.Tool, doc.Timezone, doc.ConfigSHA256 = "crmreport "+Version, conf.Ingest.Zone, conf.SHA256
	doc.Missing, doc.Warnings = rep.Missing, append(doc.Warnings, kept.warnings...)
	return &result{book: book, doc: doc, report: rep, kept: kept}, nil
}

// shownRejects is how many rejected rows a run that fails for them names: it
// publishes no rejects file.
const shownRejects = 20

// withRejects adds the first rejected rows of the table to an error that there
// are too many. An error that is no Fault is a bug of ours.
func withRejects(err error, rep *ingest.Report) error {
	var f *ingest.Fault
	if !errors.As(err, &f) {
		return &exitError{exitBug, err} // what is wrong with the data is a Fault
	}
	if f.Kind != ingest.TooMany || rep == nil {
		return err
	}
	var b strings.Builder
	for _, table := range slices.Sorted(maps.Keys(rep.Rejects)) {
		rs := rep.Rejects[table]
		if len(rs) == 0 || rs[0].File != f.File {
			continue
		}
		for _, r := range rs[:min(len(rs), shownRejects)] {
			fmt.Fprintf(&b, "\n%s:%d: %s (%s)", r.File, r.Line, r.Message, r.Code)
		}
		if more := len(rs) - shownRejects; more > 0 {
			fmt.Fprintf(&b, "\n… and %d more", more)
		}
	}
	return fmt.Errorf("%w%s", err, b.String())
}

// week names the run: the ISO week of its as-of day.
func (r *result) week() string { return r.doc.Periods[0].Name }

// files are everything a run publishes but run.json and manifest.json.
func (r *result) files(o report.Options, values string) []publish.File {
	which := snapshot.Units
	if values == "all" || r.doc.Scopes[0].Level == "rep" {
		which = snapshot.All
	}
	files := []publish.File{
		{Name: "report.html", Write: func(w io.Writer) error { return report.Page(w, r.doc, o) }},
		{Name: "summary.html", Write: func(w io.Writer) error { return report.Summary(w, r.doc, o) }},
		{Name: "summary.txt", Write: func(w io.Writer) error { return report.SummaryText(w, r.doc, o) }},
		{Name: "metrics.json", Write: func(w io.Writer) error { return r.doc.Encode(w, which) }},
		{Name: "metrics.csv", Write: func(w io.Writer) error { return r.doc.EncodeCSV(w, which) }},
		{Name: "metrics-reps.csv", Write: func(w io.Writer) error { return r.doc.EncodeCSV(w, snapshot.Reps) }},
	}
	for i := range r.doc.Lists {
		l := &r.doc.Lists[i]
		files = append(files, publish.File{Name: "lists/" + l.ID + ".csv", Write: func(w io.Writer) error { return l.EncodeCSV(w, r.doc.Currency) }})
	}
	if r.scope != "" {
		return files // rejected rows may be anybody's
	}
	for _, t := range slices.Sorted(maps.Keys(r.report.Rejects)) {
		files = append(files, publish.File{Name: "rejects/" + t + ".csv", Write: func(w io.Writer) error { return ingest.WriteRejects(w, r.report.Rejects[t]) }})
	}
	return files
}

// runFile is run.json: the only file with the clock, the host and durations.
func (r *result) runFile(start time.Time) []byte {
	host, _ := os.Hostname()
	b, err := json.MarshalIndent(struct {
		Tool     string    `json:"tool"`
		Started  string    `json:"started"`
		Millis   int64     `json:"milliseconds"`
		Host     string    `json:"host"`
		Platform string    `json:"platform"`
		Scope    string    `json:"scope,omitempty"`
		Previous *previous `json:"previous,omitempty"` // the run that it is compared with
		Key      *buildKey `json:"key,omitempty"`      // what the bytes of the run depend on
		Inputs   []form    `json:"inputs"`
		Readings []reading `json:"readings,omitempty"`  // columns that had to be decided, and why
		Checked  int       `json:"rows_read_both_ways"` // by blocks and row by row
		Memory   room      `json:"memory"`
	}{r.doc.Tool, start.UTC().Format(time.RFC3339), time.Since(start).Milliseconds(), host, runtime.GOOS + "/" + runtime.GOARCH, r.scope, r.before, r.key, forms(r.report), r.readings(), r.report.SelfCheck.Rows, room{r.report.Memory.Limit, r.report.Memory.InFile}}, "", " ")
	if err != nil {
		return nil // a struct of strings marshals
	}
	return append(b, '\n')
}

// room is the memory that reading was allowed, and what of it lay in a temporary file.
type room struct {
	Limit  int64 `json:"limit_bytes"` // 0: none
	InFile int64 `json:"in_temporary_file_bytes"`
}

// reading is how one column of a source was read.
type reading struct {
	Table  string `json:"table"`
	Column string `json:"column"`
	Says   string `json:"read_as"`
}

// readings are those of every column; each names a cell that proves it, which
// may be anybody's.
func (r *result) readings() (out []reading) {
	if r.scope != "" {
		return nil
	}
	for _, x := range r.report.Readings {
		out = append(out, reading(x))
	}
	return out
}

// form says how a file was found to be written, and what of it is no data.
type form struct {
	Table      string `json:"table"`
	File       string `json:"file"`
	Compressed bool   `json:"compressed"`
	Encoding   string `json:"encoding"`
	BOM        bool   `json:"byte_order_mark"`
	Delimiter  string `json:"delimiter"`
	SepLine    bool   `json:"sep_line"`
	Quotes     string `json:"quotes"`
	LineEnds   string `json:"line_ends"`
	HeaderLine int    `json:"header_line"`
	HeaderRows int    `json:"header_rows"`
	Skipped    struct {
		Blank   int `json:"blank"`
		Titles  int `json:"above_header"`
		Headers int `json:"repeated_headers"`
		Footers int `json:"footers"`
		Other   int `json:"other_tables"`
		Future  int `json:"future"`
	} `json:"skipped"`
	Short    int      `json:"short_rows"`
	Repaired int      `json:"repaired_rows"`
	Mended   int      `json:"mended_rows"`
	Below    int      `json:"second_header_line"` // 0 without one
	Mends    []mend   `json:"mended,omitempty"`   // the first 10,000
	Header   []string `json:"header"`
}

// mend is a row that rows: repair read.
type mend struct {
	Line int    `json:"line"`
	What string `json:"what"`
}

func forms(r *ingest.Report) []form {
	out := make([]form, len(r.Receipts))
	for i, x := range r.Receipts {
		f := form{Table: x.Table, File: x.File, Compressed: x.Form.Compressed, Encoding: x.Form.Encoding, BOM: x.Form.BOM,
			Delimiter: string(x.Form.Delimiter), SepLine: x.Form.SepLine, Quotes: x.Form.Quotes.String(), LineEnds: x.Form.LineEnds,
			HeaderLine: x.Form.HeaderLine, HeaderRows: x.Form.HeaderRows, Short: x.Form.Short, Repaired: x.Form.Repaired, Mended: x.Form.Mended, Below: x.Form.Below, Header: x.Header}
		for _, m := range x.Mended {
			f.Mends = append(f.Mends, mend(m))
		}
		f.Skipped.Blank, f.Skipped.Titles, f.Skipped.Headers = x.Blank, x.Titles, x.Headers
		f.Skipped.Footers, f.Skipped.Other, f.Skipped.Future = x.Footers, x.OtherTable, x.FutureRows
		out[i] = f
	}
	return out
}

func (r *result) summary(c *console, out string, pub publish.Publication, own owned) {
	dir := filepath.Join(out, pub.Dir)
	if pub.Unchanged {
		c.printf("Nothing new: %s holds the same bytes already.\n", dir)
	} else {
		c.printf("Published %s (data up to %s).\n", dir, r.doc.AsOf)
	}
	c.printf("\nOpen   %s\n", filepath.Join(dir, "report.html"))
	c.printf("       %s lists every week, with trends and what was restated.\n", filepath.Join(out, "index.html"))
	c.printf("       %s has the same numbers for machines; metrics.csv and metrics-reps.csv for spreadsheets.\n", filepath.Join(dir, "metrics.json"))
	c.printf("       %s and summary.txt are for a mail%s.\n\n", filepath.Join(dir, "summary.html"), own.whose())
	var read, accepted, dup, rejected, skipped int64
	for _, i := range r.doc.Inputs {
		read, accepted, dup = read+i.Read, accepted+i.Accepted, dup+i.Duplicates
		rejected, skipped = rejected+i.Rejected, skipped+i.Skipped
	}
	c.printf("Rows read %d = accepted %d + duplicates %d + rejected %d + skipped %d.\n", read, accepted, dup, rejected, skipped)
	if rejected > 0 && r.scope == "" {
		c.printf("Every rejected row is in %s with its place and reason.\n", filepath.Join(dir, "rejects"))
	}
	if own.left != "" {
		c.printf("%s\n", own.left)
	}
	if len(r.doc.Missing) > 0 {
		c.printf("Tables without a file: %s. What rests on them is not shown.\n", strings.Join(r.doc.Missing, ", "))
	}
}

// inputs turns the receipts of reading into the document's.
func inputs(b *crm.Book, r *ingest.Report) []snapshot.Input {
	out := make([]snapshot.Input, len(r.Receipts))
	for i, x := range r.Receipts {
		in := snapshot.Input{Table: x.Table, File: x.File, SHA256: x.SHA256, Encoding: x.Encoding, Bytes: x.Bytes,
			Read: int64(x.Read), Accepted: int64(x.Accepted), Duplicates: int64(x.Duplicates), Rejected: int64(x.Rejected),
			Skipped: int64(x.Skipped), FutureRows: int64(x.FutureRows), Newest: x.Newest.String()}
		if x.Newest != crm.NoDate {
			in.AgeWorkdays = int64(b.Calendar.Workdays("", x.Newest+1, b.AsOf+1))
		}
		for _, p := range x.Problems {
			in.Problems = append(in.Problems, snapshot.Problem{Code: p.Code, Column: p.Column, Example: p.Example,
				Expected: p.Expected, Line: p.Line, Count: int64(p.Count), Rejects: p.Rejected > 0})
		}
		for _, x := range r.Rejects[in.Table] {
			if x.File == in.File {
				in.Refused = append(in.Refused, snapshot.Refused(x.Left))
			}
		}
		out[i] = in
	}
	return out
}
