package pipeline

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"

	"crmreport/ingest"
	"crmreport/ingest/crm"
)

// identity are the columns that tell a row from others, by how the name of the
// file ends; the first is the row's subject.
func identity(name string) (header []string, id []int) {
	if strings.HasSuffix(name, ofForecasts) {
		return forecastColumns, []int{1, 2, 4, 5} // as of the table itself
	}
	return columns, []int{1, 4, 0}
}

// Originals finds rows of a Book that weeks were joined to in the kept files,
// whose names are files, in the order of rows. A row that is not there any more
// is a *ingest.Fault: the file has changed.
func Originals(out string, files []string, rows []crm.RowRef) ([]ingest.Original, error) {
	found := make([]ingest.Original, len(rows))
	wanted := map[int32]map[int32][]int{} // by file and line, places in rows
	for i, r := range rows {
		if wanted[r.File] == nil {
			wanted[r.File] = map[int32][]int{}
		}
		wanted[r.File][r.Line] = append(wanted[r.File][r.Line], i)
	}
	for file, lines := range wanted {
		name := files[file]
		text, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(name)))
		if err != nil {
			return nil, &ingest.Fault{Kind: ingest.CannotRead, Code: "snapshot_unread", File: name, Message: err.Error(), Remedy: "let it be read", Err: err}
		}
		header, id := identity(name)
		err = scan(text, header, func(cells []string, line int32) error {
			for _, i := range lines[line] {
				found[i] = original(rows[i], name, header, cells, id)
			}
			return nil
		})
		if err != nil {
			return nil, gone(name, 0)
		}
	}
	for i, r := range rows {
		if found[i].Text == "" {
			return nil, gone(files[r.File], int(r.Line))
		}
	}
	return found, nil
}

func gone(name string, line int) error {
	return &ingest.Fault{Code: "file_changed", File: name, Line: line, Message: "the row is not there any more: the file has changed since it was read", Remedy: "run it again"}
}

func original(ref crm.RowRef, name string, header, cells []string, id []int) ingest.Original {
	var text bytes.Buffer
	c := csv.NewWriter(&text)
	_ = c.Write(cells) // to memory
	c.Flush()
	o := ingest.Original{RowRef: ref, File: name, Text: strings.TrimSuffix(text.String(), "\n"), Subject: cells[id[0]], SubjectColumn: header[id[0]]}
	var ids []string
	for _, n := range id {
		if cells[n] != "" {
			ids = append(ids, cells[n])
		}
	}
	o.ID = strings.Join(ids, " ")
	return o
}
