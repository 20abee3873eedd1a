package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"crmreport/cmd/internal/publish"
	"crmreport/metrics/snapshot"
)

// promMode is that of the file for node_exporter, which is another user; there
// is nothing of the reports in it.
const promMode = 0o644

const secondsADay = 24 * 60 * 60

// inputState is what a table's files came to.
type inputState struct {
	table                                  string
	accepted, rejected, duplicate, skipped int64 // rows
	age                                    int64 // seconds from the end of the newest day to that of the as-of day
	dated                                  bool  // age is known
}

// built notes what was published. The document's texts lie in memory that is
// given back: what is kept of them is copied.
func (c *console) built(r *result, pub publish.Publication) {
	if c.run != nil {
		c.run.week, c.run.unchanged, c.run.inputs = strings.Clone(r.week()), pub.Unchanged, inputStates(r.doc.AsOf, r.doc.Inputs)
	}
}

// repeated notes that the run in dir is what a build would have published.
func (c *console) repeated(dir string) {
	if c.run == nil {
		return
	}
	week, _, _ := strings.Cut(filepath.Base(dir), ".r")
	c.run.week, c.run.unchanged, c.run.inputs = week, true, nil
	f, err := os.Open(filepath.Join(dir, "metrics.json"))
	if err != nil {
		return
	}
	defer f.Close()
	if inputs, err := snapshot.DecodeInputs(f); err == nil {
		c.run.inputs = inputStates(asOfRun(dir), inputs)
	}
}

// inputStates are those of every table, by name: a table may have many files.
func inputStates(asOf string, inputs []snapshot.Input) (out []inputState) {
	for n := range inputs {
		in := &inputs[n]
		at := slices.IndexFunc(out, func(s inputState) bool { return s.table == in.Table })
		if at < 0 {
			at, out = len(out), append(out, inputState{table: strings.Clone(in.Table)})
		}
		s := &out[at]
		s.accepted, s.rejected = s.accepted+in.Accepted, s.rejected+in.Rejected
		s.duplicate, s.skipped = s.duplicate+in.Duplicates, s.skipped+in.Skipped
		if days, ok := in.Age(asOf); ok && (!s.dated || days*secondsADay < s.age) {
			s.age, s.dated = days*secondsADay, true
		}
	}
	slices.SortFunc(out, func(a, b inputState) int { return cmp.Compare(a.table, b.table) })
	return out
}

// promState is what the monitor is told of a run.
type promState struct {
	end     time.Time
	seconds float64
	code    int
	success string // when a run last published, in seconds since 1970
	inputs  []inputState
}

func (o runState) state(end time.Time, code int) promState {
	return promState{end: end, seconds: end.Sub(o.start).Seconds(), code: code, inputs: o.inputs}
}

const lastSuccess = "crmreport_last_success_timestamp_seconds"

// checkProm refuses a file in a folder that is not there before anything is
// built.
func checkProm(file string) error {
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return usageError("--prom %s is a folder; name a file in it, such as %s", file, filepath.Join(file, "crmreport.prom"))
	}
	if _, err := os.Stat(filepath.Dir(file)); err != nil {
		return &exitError{exitCannotCreate, fmt.Errorf("--prom: %w; name a file in a folder that is there", err)}
	}
	return nil
}

// writeProm replaces the monitor's file: it sees the one before or this one. A
// run that failed leaves the time of the last success as the file has it.
func writeProm(file string, s promState) (err error) {
	s.success = strconv.FormatInt(s.end.Unix(), 10)
	if s.code != exitOK && s.code != exitPartial {
		s.success = successIn(file)
	}
	beside := fmt.Sprintf("%s.%d", file, os.Getpid()) // node_exporter reads *.prom alone
	defer func() {
		if err != nil {
			err = errors.Join(err, removed(beside))
		}
	}()
	if err := removed(beside); err != nil {
		return err
	}
	w, err := os.OpenFile(beside, os.O_CREATE|os.O_EXCL|os.O_WRONLY, promMode)
	if err != nil {
		return err
	}
	_, err = w.WriteString(s.text())
	if err := errors.Join(err, w.Chmod(promMode), w.Sync(), w.Close()); err != nil {
		return err
	}
	return os.Rename(beside, file)
}

// removed removes a file that need not be there.
func removed(file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// successIn is the time of the last success that the file tells; 0, which
// raises every alarm, where it tells none.
func successIn(file string) string {
	b, _ := os.ReadFile(file)
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, lastSuccess+" "); ok {
			if n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64); err == nil && n >= 0 {
				return strconv.FormatInt(n, 10)
			}
		}
	}
	return "0"
}

// text is the file in the text format of Prometheus.
func (s promState) text() string {
	var b strings.Builder
	gauge := func(name, help string) { fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name) }
	one := func(name, help, value string) {
		gauge(name, help)
		fmt.Fprintf(&b, "%s %s\n", name, value)
	}
	one(lastSuccess, "When a run last published or had nothing to do; 0: never.", s.success)
	one("crmreport_last_run_timestamp_seconds", "When the last run ended.", strconv.FormatInt(s.end.Unix(), 10))
	one("crmreport_exit_code", "Exit code of the last run; 0 and 3 are published.", strconv.Itoa(s.code))
	one("crmreport_duration_seconds", "How long the last run took.", strconv.FormatFloat(s.seconds, 'f', 3, 64))
	if len(s.inputs) == 0 {
		return b.String() // a run that failed knows nothing of its inputs
	}
	gauge("crmreport_input_age_seconds", "From the end of the day of an input's newest row to the end of the as-of day.")
	for _, i := range s.inputs {
		if i.dated {
			fmt.Fprintf(&b, "crmreport_input_age_seconds{input=\"%s\"} %d\n", escaped(i.table), i.age)
		}
	}
	gauge("crmreport_rows", "Rows read of an input, by what became of them.")
	for _, i := range s.inputs {
		for _, x := range []struct {
			state string
			n     int64
		}{{"accepted", i.accepted}, {"rejected", i.rejected}, {"duplicate", i.duplicate}, {"skipped", i.skipped}} {
			fmt.Fprintf(&b, "crmreport_rows{input=\"%s\",state=\"%s\"} %d\n", escaped(i.table), x.state, x.n)
		}
	}
	return b.String()
}

var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// escaped is a label's value between its quotes.
func escaped(v string) string { return labelEscapes.Replace(v) }
