package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
	"unicode"

	"crmreport/cmd/internal/config"
	"crmreport/cmd/internal/publish"
	"crmreport/ingest"
	"github.com/spf13/pflag"
)

// logFlags are the flags of who operates builds.
type logFlags struct{ log, prom string }

func (f *logFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.log, "log", "text", "what goes to stderr: text, or json (an object a line, with nothing of the reports in it)")
	fs.StringVar(&f.prom, "prom", "", "file for node_exporter's textfile collector, such as /var/lib/node_exporter/crmreport.prom")
}

func (f logFlags) check() error {
	if f.log != "text" && f.log != "json" {
		return usageError("--log is text or json, not %q", f.log)
	}
	if f.prom == "" {
		return nil
	}
	return checkProm(f.prom)
}

// logLine is one line on stderr with --log json. Files, lines and columns place a
// fault; what is written there is in none.
type logLine struct {
	Level   string `json:"level"` // info, warning or error
	Event   string `json:"event"`
	Message string `json:"message"`
	Fault   string `json:"fault,omitempty"` // the stable word of docs/errors.md
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  string `json:"column,omitempty"`
}

// tell prints what an operator should know.
func (c *console) tell(e logLine) {
	if c.json {
		printJSON(c.err, e)
		return
	}
	fmt.Fprintf(c.err, "crmreport: %s\n", strings.ReplaceAll(e.Message, "\n", "\n  "))
}

func printJSON(w io.Writer, v any) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // stderr that is gone can be told nothing
}

// discreet is an error whose text names units or reps: a log has the other text.
type discreet struct {
	error
	log string
}

func (e discreet) Unwrap() error { return e.error }

// failures are what a log says where an error's own text may have cells in it.
var failures = map[int]string{
	exitData:    "the data are bad or ambiguous, or too many rows were rejected; --log text shows what was found",
	exitNoInput: "an input is missing",
	exitBug:     "a bug of crmreport; --log text shows it",
	exitIO:      "reading or writing failed; --log text shows what",
	exitConfig:  "the configuration does not fit the inputs; --log text shows how",
}

// fail prints the error that ends a build.
func (c *console) fail(err error) {
	e := logLine{Level: "error", Event: "failed", Message: err.Error()}
	if c.json {
		e.Message = logText(err)
	}
	var f *ingest.Fault
	if errors.As(err, &f) {
		e.Fault, e.File, e.Line, e.Column = f.Code, f.File, f.Line, f.Column
	}
	c.tell(e)
}

// logText is the text of an error for a log: its own where that cannot have
// anything of the reports in it.
func logText(err error) string {
	var d discreet
	if errors.As(err, &d) {
		return d.log
	}
	code := exitCode(err)
	var own *exitError
	var p *publish.Error
	var conf *config.Error
	if code != exitBug && (errors.As(err, &own) || errors.As(err, &p) || errors.As(err, &conf)) {
		return err.Error()
	}
	return failures[code]
}

// runState is what became of a build.
type runState struct {
	start     time.Time
	week      string // "" where none was published
	unchanged bool
	inputs    []inputState // by table
}

// operate runs a build and says, last of all, what became of it: in a line on
// stderr and for the monitor, also of one that is told to stop.
func operate(c *console, f buildFlags) (int, error) {
	start := time.Now()
	if err := f.logFlags.check(); err != nil {
		return refuse(c, f, err), nil
	}
	c.json, c.run = f.log == "json", &runState{start: start}
	kept := atInterrupt.add(func() { conclude(c, f, runState{start: start}, atInterrupt.code) })
	code, err := guarded(c, f)
	if err != nil {
		code = exitCode(err)
		c.fail(err)
	}
	kept() // which does not return where an interrupt came first
	return conclude(c, f, *c.run, code), nil
}

// refuse ends a build whose command line is wrong as any other. The monitor is
// told nothing: its file may be what is wrong.
func refuse(c *console, f buildFlags, err error) int {
	c.json, f.prom = f.log == "json", ""
	c.fail(err)
	return conclude(c, f, runState{start: time.Now()}, exitCode(err))
}

// refuseLine ends a build whose flags cannot be parsed, in the form that they
// ask for as far as that can be told.
func refuseLine(c *console, args []string, err error) int {
	f := buildFlags{out: given(args, "OUT", "--out", "-o")}
	f.log = given(args, "LOG", "--log")
	return refuse(c, f, err)
}

// given is the last value of a flag on a line that cannot be parsed, or that of
// the environment.
func given(args []string, variable string, names ...string) string {
	v := os.Getenv("CRMREPORT_" + variable)
	for i, a := range args {
		if a == "--" {
			break
		}
		for _, name := range names {
			if x, ok := strings.CutPrefix(a, name+"="); ok {
				v = x
			} else if a == name && i+1 < len(args) {
				v = args[i+1]
			}
		}
	}
	return v
}

// guarded makes an error of a panic, so that the monitor hears of it too.
func guarded(c *console, f buildFlags) (code int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = bug(p)
		}
	}()
	return build(c, f)
}

// bug is the error of a panic.
func bug(p any) error {
	return &exitError{exitBug, fmt.Errorf("a bug: %v\n%s\nplease report it with the command you ran", p, debug.Stack())}
}

// conclude writes the file for the monitor and the last line, and returns the
// exit code: a monitor that cannot be told makes a good run a failed one.
func conclude(c *console, f buildFlags, o runState, code int) int {
	end := time.Now()
	if f.prom != "" {
		if err := writeProm(f.prom, o.state(end, code)); err != nil {
			c.tell(logLine{Level: "error", Event: "prom", Message: fmt.Sprintf("the monitor's file --prom was not written: %v", err)})
			if code == exitOK || code == exitPartial {
				code = exitIO
			}
		}
	}
	c.result(f, o, end, code)
	return code
}

// word is what became of a build with that exit code.
func (o runState) word(code int) string {
	switch {
	case code == exitPartial:
		return "partial"
	case code != exitOK:
		return "error"
	case o.unchanged:
		return "nothing_to_do"
	}
	return "ok"
}

// rows are the rows read and those rejected.
func (o runState) rows() (read, rejected int64) {
	for _, i := range o.inputs {
		read, rejected = read+i.accepted+i.rejected+i.duplicate+i.skipped, rejected+i.rejected
	}
	return read, rejected
}

// ending is the last line of a build.
type ending struct {
	Level    string `json:"level"`
	Event    string `json:"event"`
	Message  string `json:"message"`
	Result   string `json:"result"`
	Code     int    `json:"code"`
	Week     string `json:"week,omitempty"`
	Rows     *int64 `json:"rows,omitempty"` // nil where none were counted
	Rejected *int64 `json:"rejected,omitempty"`
	Millis   int64  `json:"ms"`
	Out      string `json:"out"`
}

// result prints the last line; a quiet build that did well prints none.
func (c *console) result(f buildFlags, o runState, end time.Time, code int) {
	if f.quiet && code == exitOK {
		return
	}
	e := ending{Level: "info", Event: "result", Result: o.word(code), Code: code, Week: o.week, Millis: end.Sub(o.start).Milliseconds(), Out: f.out}
	switch e.Result {
	case "error":
		e.Level = "error"
	case "partial":
		e.Level = "warning"
	}
	if o.week != "" {
		read, rejected := o.rows()
		e.Rows, e.Rejected = &read, &rejected
	}
	e.Message = e.text()
	if c.json {
		printJSON(c.err, e)
		return
	}
	fmt.Fprintln(c.err, e.Message)
}

// text is the line as key=value.
func (e ending) text() string {
	line := "result=" + e.Result
	if e.Code != exitOK {
		line += fmt.Sprintf(" code=%d", e.Code)
	}
	if e.Week != "" {
		line += fmt.Sprintf(" week=%s rows=%d rejected=%d", e.Week, *e.Rows, *e.Rejected)
	}
	return line + fmt.Sprintf(" ms=%d out=%s", e.Millis, quoted(e.Out))
}

// quoted puts a value in quotes where it would not end at the next blank.
func quoted(v string) string {
	odd := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`"=\`, r) }
	if v == "" || strings.ContainsFunc(v, odd) {
		return strconv.Quote(v)
	}
	return v
}
