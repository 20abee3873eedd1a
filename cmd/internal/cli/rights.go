package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"

	"crmreport/cmd/internal/publish"
	"crmreport/ingest"
	"crmreport/metrics/snapshot"
	"crmreport/report"
)

// manyFiles is how many files of units and reps a run writes unasked.
const manyFiles = 1000

// filesWords are the words of --files.
var filesWords = []string{"auto", "all", "units", "none"}

// owned are the files that one manager or one rep may see.
type owned struct {
	files []publish.File
	left  string // what was left out, and how to have it
}

// whose says what the files are, where there are any.
func (o owned) whose() string {
	if len(o.files) == 0 {
		return ""
	}
	return "; files.csv lists the pages that are for one reader each"
}

// owned draws each unit's and each rep's own file from the document cut to it:
// no file holds more than its reader may see. which is a word of --files.
func (r *result) owned(o report.Options, which string) owned {
	d := r.doc
	names, cut := report.FileNames(d), snapshot.NewCutter(d)
	statement := map[string]bool{}
	for i := range d.Lists {
		if d.Lists[i].ID == "commission.statement" {
			for _, row := range d.Lists[i].Rows {
				for _, s := range row.Scopes {
					statement[s] = true
				}
			}
		}
	}
	var units, reps []ownFile
	for i := range d.Scopes {
		s := &d.Scopes[i]
		switch {
		case s.Level == "rep" && (cut.Busy(s.ID) || statement[s.ID]):
			reps = append(reps, ownFile{s, "statements/" + names[s.ID] + ".html", report.Statement})
		case s.Level != "rep" && i > 0:
			units = append(units, ownFile{s, "units/" + names[s.ID] + ".html", report.Page})
		}
	}
	all := append(slices.Clone(units), reps...)
	var out owned
	switch {
	case which == "none":
		return out
	case which == "units":
		all = units
	case which == "all" || len(all) <= manyFiles:
	case len(units) <= manyFiles:
		out.left = fmt.Sprintf("Left out: statements of %d reps, which with %d units are more than %d files; --files all writes them.", len(reps), len(units), manyFiles)
		all = units
	default:
		out.left = fmt.Sprintf("Left out: files of %d units and statements of %d reps, more than %d; --files all writes them.", len(units), len(reps), manyFiles)
		return out
	}
	for _, f := range all {
		out.files = append(out.files, publish.File{Name: f.name, Write: func(w io.Writer) error {
			own, err := cut.For(f.scope.ID)
			if err != nil {
				return err
			}
			return f.draw(w, own, o)
		}})
	}
	if len(all) == 0 {
		return out
	}
	out.files = append(out.files, publish.File{Name: "files.csv", Write: func(w io.Writer) error { return whose(w, all) }})
	return out
}

// ownFile is the file of one unit or rep.
type ownFile struct {
	scope *snapshot.Scope
	name  string
	draw  func(io.Writer, *snapshot.Document, report.Options) error
}

// whose says which file is whose, for those who send them out.
func whose(w io.Writer, files []ownFile) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"file", "level", "scope", "name", "manager"}}
	for _, f := range files {
		rows = append(rows, []string{f.name, f.scope.Level, snapshot.Guard(f.scope.ID), snapshot.Guard(f.scope.Name), snapshot.Guard(f.scope.Manager)})
	}
	return c.WriteAll(rows)
}

// only cuts what was computed to a scope, for --scope.
func (r *result) only(scope string) error {
	var ids []string
	for _, s := range r.doc.Scopes {
		ids = append(ids, s.ID)
	}
	if !slices.Contains(ids, scope) {
		return discreet{usageError("--scope %q: no such unit or rep%s; a rep goes by its rep_id, a unit by its path such as 华东/上海/一组", scope, ingest.Nearest(scope, ids)),
			"--scope: the data have no such unit or rep"}
	}
	d, err := r.doc.For(scope)
	if err != nil {
		return &exitError{exitBug, err}
	}
	if d != r.doc { // the company's report is the whole
		r.doc, r.scope = d, scope
	}
	return nil
}
