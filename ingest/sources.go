package ingest

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
)

// DefaultSources maps the files of a folder that are named <table>.csv or
// <table>.csv.gz and headed as inputs.md says. A folder with none of them is a *Fault.
func DefaultSources(fsys fs.FS) ([]Source, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, &Fault{Kind: CannotRead, Code: "cannot_read", Message: "cannot read the data folder: " + err.Error(),
			Remedy: "check that it is there and that you may read it", Err: err}
	}
	var found, looked []string
	for _, e := range entries {
		if !e.IsDir() {
			found = append(found, e.Name())
		}
	}
	var out []Source
	for _, t := range Tables() {
		name := t.Name + ".csv"
		looked = append(looked, name)
		packed := slices.Contains(found, name+".gz")
		if packed && slices.Contains(found, name) {
			return nil, &Fault{Code: "two_files", File: name, Message: "the data folder has both " + name + " and " + name + ".gz", Expected: "one of them",
				Remedy: "delete one, or name it in crmreport.yaml under sources"}
		}
		if packed {
			name += ".gz"
		}
		if packed || slices.Contains(found, name) {
			out = append(out, Source{Table: t.Name, Files: []string{name}, Optional: true})
		}
	}
	if len(out) == 0 {
		return nil, &Fault{Kind: Missing, Code: "no_tables", Message: "the data folder has no file that is named after a table",
			Expected: "one or more of " + strings.Join(looked, ", "), Found: listed(found),
			Remedy: "name the files so; for exports of other programs run: crmreport inspect -o yaml FOLDER > crmreport.yaml, and build with -c crmreport.yaml"}
	}
	return out, nil
}

// stdin is the name of the standard input among the files of a source.
const stdin = "-"

// job is one file to be read by one source.
type job struct {
	source  *Source
	file    string
	number  int32 // in Book.Files
	receipt int32 // in Report.Receipts
}

// plan finds the files of every source and orders them so that nothing depends
// on the order of sources: tables in reading order, files by name.
func (r *run) plan() error {
	specs := map[string]TableSpec{}
	var names []string
	for _, t := range Tables() {
		specs[t.Name], names = t, append(names, t.Name)
	}
	all := map[string]bool{}
	for i := range r.o.Sources {
		s := &r.o.Sources[i]
		if _, ok := specs[s.Table]; !ok {
			return &Fault{Kind: BadConfig, Code: "unknown_table", Message: fmt.Sprintf("there is no table %q%s", s.Table, Nearest(s.Table, names)),
				Expected: strings.Join(names, ", "), Remedy: "correct table in crmreport.yaml under sources", Place: s.Place}
		}
		files, err := r.expand(s)
		if err != nil {
			return err
		}
		for _, f := range files {
			all[f] = true
			r.jobs[s.Table] = append(r.jobs[s.Table], job{source: s, file: f})
		}
	}
	for f := range all {
		r.files = append(r.files, f)
	}
	sort.Strings(r.files)
	r.book.Files = r.files
	for _, name := range names {
		js := r.jobs[name]
		sort.SliceStable(js, func(i, j int) bool { return js[i].file < js[j].file })
		for i := range js {
			n, _ := slices.BinarySearch(r.files, js[i].file)
			js[i].number, js[i].receipt = int32(n), int32(len(r.report.Receipts))
			r.report.Receipts = append(r.report.Receipts, newReceipt(name, js[i].file))
		}
		r.book.Tables[name] = len(js) > 0
		if len(js) == 0 {
			r.report.Missing = append(r.report.Missing, name)
		}
	}
	return nil
}

// expand returns the files that a source's globs match, each once.
func (r *run) expand(s *Source) ([]string, error) {
	if len(s.Files) == 0 {
		return nil, &Fault{Kind: BadConfig, Code: "no_files", Message: "a source of " + s.Table + " names no file",
			Remedy: "give it files: [\"" + s.Table + ".csv\"]", Place: s.Place}
	}
	var out []string
	for _, glob := range s.Files {
		if glob == stdin {
			out = append(out, glob)
			continue
		}
		files, err := fs.Glob(r.fsys, path.Clean(glob))
		if err != nil {
			return nil, &Fault{Kind: BadConfig, Code: "bad_glob", Message: fmt.Sprintf("%q is no file pattern: %v", glob, err),
				Expected: "a pattern such as visits*.csv", Remedy: "correct files in crmreport.yaml under sources", Place: s.Place}
		}
		files = slices.DeleteFunc(files, isDone)
		if len(files) == 0 && !s.Optional {
			return nil, &Fault{Kind: Missing, Code: "missing_file", File: glob, Message: "no such file for table " + s.Table,
				Found: listed(r.folder()), Remedy: "export it, correct crmreport.yaml under sources/files, or say optional: true there", Place: s.Place}
		}
		if len(files) == 0 {
			r.report.Absent = append(r.report.Absent, glob)
		}
		out = append(out, files...)
	}
	sort.Strings(out)
	return slices.Compact(out), nil
}

// Done ends the name of a file that says that another is written to its end:
// visits.csv.done beside visits.csv. It is no export, though a glob matches it.
const Done = ".done"

func isDone(file string) bool { return strings.HasSuffix(file, Done) }

// FilesOf are the files of the folder that sources name, each once and in order.
// A pattern that is none matches nothing: Read says so.
func FilesOf(fsys fs.FS, sources []Source) (out []string) {
	for i := range sources {
		for _, glob := range sources[i].Files {
			files, _ := fs.Glob(fsys, path.Clean(glob))
			out = append(out, files...)
		}
	}
	out = slices.DeleteFunc(out, isDone)
	sort.Strings(out)
	return slices.Compact(out)
}

// folder lists the files at the top of the data folder, for messages.
func (r *run) folder() []string {
	entries, _ := fs.ReadDir(r.fsys, ".")
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
