package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"crmreport/cmd/internal/config"
	"crmreport/cmd/internal/intake"
	"crmreport/cmd/internal/settle"
	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/metrics/snapshot"
)

// settled waits until the exports are written to their end.
func settled(data fs.FS, conf config.Config, quiet time.Duration) error {
	if quiet < 0 {
		return usageError("--settle is a time such as 30s, not %s", quiet)
	}
	err := settle.Watch{Data: data, Files: func() []string { return ingest.FilesOf(data, conf.Ingest.Sources) }, Done: ingest.Done, Quiet: quiet}.Wait()
	var growing *settle.Growing
	if errors.As(err, &growing) {
		return &exitError{exitHeld, fmt.Errorf("%w; try again later, or write %s%s when the export is complete", err, growing.Files[0], ingest.Done)}
	}
	return err
}

// judge holds the inputs against the configuration and against the newest run of
// an earlier week, and puts what it finds into the document.
func (r *result) judge(out string, conf config.Config) error {
	now := intake.Run{AsOf: r.doc.AsOf, Sources: conf.Ingest.Sources, Rules: conf.Intake, Inputs: r.doc.Inputs, Absent: r.report.Absent}
	for _, x := range r.report.Receipts {
		now.Headers = append(now.Headers, intake.Header{Table: x.Table, File: x.File, Columns: x.Header})
	}
	before, err := r.inputsBefore(out)
	if err != nil {
		return err
	}
	r.old = map[string]bool{"deals": onceMore("deals", before, now.Inputs), "forecasts": onceMore("forecasts", before, now.Inputs)}
	if r.intake, err = intake.Judge(now, before); err != nil {
		return err
	}
	for _, f := range r.intake {
		r.doc.Warnings = append(r.doc.Warnings, f.Warning)
	}
	return nil
}

// inputsBefore is what the newest run of the same scope read whose as-of day is
// in an earlier week than this one's: a file may well stay as it is within one.
// A run that was caught up with read files of a later week, which say nothing.
// Nil without such a run, or where it cannot be read: since says so then.
func (r *result) inputsBefore(out string) (*intake.Before, error) {
	asOf, err := crm.ParseDate(r.doc.AsOf)
	if err != nil {
		return nil, &exitError{exitBug, err}
	}
	p := findPrevious(out, crm.Fiscal{}.Period(crm.Week, asOf).Start.String(), r.scope)
	for p != nil && caughtUp(filepath.Join(out, "runs", p.Run)) {
		p = findPrevious(out, p.AsOf, r.scope)
	}
	if p == nil {
		return nil, nil
	}
	dir := filepath.Join(out, "runs", p.Run)
	f, err := os.Open(filepath.Join(dir, "metrics.json"))
	if err != nil {
		return nil, nil
	}
	defer f.Close()
	inputs, err := snapshot.DecodeInputs(f)
	if err != nil {
		return nil, nil
	}
	return &intake.Before{AsOf: p.AsOf, Run: p.Run, Inputs: inputs, Headers: headersOf(dir)}, nil
}

// caughtUp reports whether a run says that it was built later than its week.
func caughtUp(dir string) bool {
	var run ranAs
	b, err := os.ReadFile(filepath.Join(dir, "run.json"))
	return err == nil && json.Unmarshal(b, &run) == nil && run.Key != nil && run.Key.Reconstructed
}

// headersOf are the headers that a run read, as its run.json has them.
func headersOf(dir string) (out []intake.Header) {
	var run struct {
		Inputs []struct {
			Table, File string
			Header      []string
		}
	}
	if b, err := os.ReadFile(filepath.Join(dir, "run.json")); err == nil {
		_ = json.Unmarshal(b, &run) // what cannot be read has none
	}
	for _, in := range run.Inputs {
		out = append(out, intake.Header{Table: in.Table, File: in.File, Columns: in.Header})
	}
	return out
}

// warned prints what was found about the inputs, and returns the exit code of a
// run that is published all the same.
func (r *result) warned(c *console) (code int) {
	for _, f := range r.intake {
		c.tell(logLine{Level: "warning", Event: "input", Fault: f.Code, Message: fmt.Sprintf("warning: %s (%s)", strings.ReplaceAll(f.Text.EN, "\n", " "), f.Code)})
		if f.Partial {
			code = exitPartial
		}
	}
	return code
}
