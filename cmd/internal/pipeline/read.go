package pipeline

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"crmreport/ingest"
	"crmreport/ingest/crm"
)

// Dir is where weeks are kept below the folder of reports.
const Dir = "snapshots"

const ending = ".csv.gz"

// Name is the file of a week such as 2025-W10, below the folder of reports.
func Name(week string) string { return path.Join(Dir, week+ending) }

// Week is a week that was kept.
type Week struct {
	AsOf         crm.Date
	File, SHA256 string // by its name below the folder of reports
	Bytes        int64
	rows         []row
}

type row struct {
	deal, rep               string
	stage                   string
	amount                  crm.Money
	known                   bool
	due, created, enteredOn crm.Date
	line                    int32
}

// Read reads the weeks that a folder of reports keeps up to a day, the oldest
// first. A file that is damaged is a *ingest.Fault: without it, moves would be
// dated wrongly.
func Read(out string, upTo crm.Date) ([]Week, error) {
	dir := os.DirFS(out)
	names, err := fs.Glob(dir, Name("*"))
	if err != nil {
		return nil, err
	}
	var weeks []Week
	for _, name := range names {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, &ingest.Fault{Kind: ingest.CannotRead, Code: "snapshot_unread", File: name, Message: err.Error(), Remedy: "give the user of the build the right to read it, or restore it", Err: err}
		}
		w, err := parse(text)
		if err != nil {
			return nil, &ingest.Fault{Code: "snapshot_damaged", File: name, Message: "the pipeline that was kept of this week cannot be read: " + err.Error(),
				Remedy: "restore the file, or delete it: the history then has no such week"}
		}
		if len(w.rows) == 0 || w.AsOf > upTo {
			continue
		}
		sum := sha256.Sum256(text)
		w.File, w.SHA256, w.Bytes = name, hex.EncodeToString(sum[:]), int64(len(text))
		weeks = append(weeks, w)
	}
	slices.SortStableFunc(weeks, func(a, b Week) int { return int(a.AsOf - b.AsOf) })
	return weeks, nil
}

func parse(text []byte) (w Week, err error) {
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return w, err
	}
	c := csv.NewReader(z)
	head, err := c.Read()
	if err != nil || !slices.Equal(head, columns) {
		return w, errors.Join(err, fmt.Errorf("its header is not %s", strings.Join(columns, ",")))
	}
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return w, err
		}
		line, _ := c.FieldPos(0)
		if err := w.add(cells, int32(line)); err != nil {
			return w, fmt.Errorf("line %d: %w", line, err)
		}
	}
	return w, nil
}

func (w *Week) add(cells []string, line int32) error {
	var days [4]crm.Date
	for i, text := range []string{cells[0], cells[7], cells[8], cells[9]} {
		days[i] = crm.NoDate
		if text == "" {
			continue
		}
		d, err := crm.ParseDate(text)
		if err != nil {
			return err
		}
		days[i] = d
	}
	if !days[0].Known() || len(w.rows) > 0 && days[0] != w.AsOf {
		return errors.New("as_of is not the one day of the file")
	}
	w.AsOf = days[0]
	r := row{deal: cells[1], rep: cells[2], stage: cells[4], due: days[1], created: days[2], enteredOn: days[3], line: line}
	if cells[5] != "" {
		if r.amount, r.known = minor(cells[5], crm.Currency(cells[6])); !r.known {
			return fmt.Errorf("%q is no amount of %s", cells[5], cells[6])
		}
	}
	w.rows = append(w.rows, r)
	return nil
}
