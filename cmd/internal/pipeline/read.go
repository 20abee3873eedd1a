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

// What is kept of a week, by how the names of its files end.
const (
	ofDeals     = ".csv.gz"
	ofForecasts = ".forecasts.csv.gz"
)

// Name is the file of a week such as 2025-W10, below the folder of reports.
func Name(week string) string { return path.Join(Dir, week+ofDeals) }

// Week is a week that was kept.
type Week struct {
	stored
	rows []row
}

// stored is a file below the folder of reports.
type stored struct {
	AsOf         crm.Date
	File, SHA256 string // by its name below the folder of reports
	Bytes        int64
}

// receipt says that a file was read, as an export has one.
func (s *stored) receipt(table string, header []string, rows int) *ingest.Receipt {
	c := &ingest.Receipt{Table: table, File: s.File, SHA256: s.SHA256, Bytes: s.Bytes, Encoding: "utf-8", Header: header, Newest: s.AsOf, Read: rows}
	c.Form.Compressed, c.Form.Encoding, c.Form.Delimiter, c.Form.HeaderLine, c.Form.HeaderRows = true, "utf-8", ',', 1, 1
	return c
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
	var weeks []Week
	err := open(out, ofDeals, "pipeline", "history", func(s stored, text []byte) error {
		w := Week{stored: s}
		if err := scan(text, columns, w.add); err != nil {
			return err
		}
		if len(w.rows) > 0 && w.AsOf <= upTo {
			weeks = append(weeks, w)
		}
		return nil
	})
	slices.SortStableFunc(weeks, func(a, b Week) int { return int(a.AsOf - b.AsOf) })
	return weeks, err
}

// open gives take each file that is kept of one kind; what and loss are for the
// message where one is damaged.
func open(out, kind, what, loss string, take func(stored, []byte) error) error {
	dir := os.DirFS(out)
	names, err := fs.Glob(dir, path.Join(Dir, "*"+kind))
	if err != nil {
		return err
	}
	for _, name := range names {
		if kind != ofForecasts && strings.HasSuffix(name, ofForecasts) {
			continue
		}
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return &ingest.Fault{Kind: ingest.CannotRead, Code: "snapshot_unread", File: name, Message: err.Error(), Remedy: "give the user of the build the right to read it, or restore it", Err: err}
		}
		sum := sha256.Sum256(text)
		if err := take(stored{File: name, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(text))}, text); err != nil {
			return &ingest.Fault{Code: "snapshot_damaged", File: name, Message: "the " + what + " kept of this week cannot be read: " + err.Error(),
				Remedy: "restore the file, or delete it: the " + loss + " then has no such week"}
		}
	}
	return nil
}

// scan gives add each row of a kept file under the header, with its line.
func scan(text []byte, header []string, add func(cells []string, line int32) error) error {
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return err
	}
	c := csv.NewReader(z)
	head, err := c.Read()
	if err != nil || !slices.Equal(head, header) {
		return errors.Join(err, fmt.Errorf("its header is not %s", strings.Join(header, ",")))
	}
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := c.FieldPos(0)
		if err := add(cells, int32(line)); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
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
