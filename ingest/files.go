package ingest

import (
	"io/fs"
	"slices"

	"crmreport/ingest/crm"
)

// Files names the files that Read would read, each once, and the patterns of
// optional sources that match none. Errors are those of Read.
func Files(fsys fs.FS, o Options) (files, absent []string, err error) {
	r := &run{fsys: fsys, o: o, jobs: map[string][]job{}, report: &Report{}, book: &crm.Book{Tables: map[string]bool{}}}
	if err := r.plan(); err != nil {
		return nil, nil, err
	}
	return slices.Clone(r.files), r.report.Absent, nil
}
