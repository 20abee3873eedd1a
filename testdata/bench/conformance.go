package main

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"crmreport/ingest/dialect"
)

// dialectOf is what the suite pollock states of a file.
type dialectOf struct {
	Delimiter string `json:"delimiter"`
	Quote     string `json:"quotechar"`
	Escape    string `json:"escapechar"`
	Header    int    `json:"header_lines"`
}

// reader is one way to read a file into all of its rows, the header first.
type reader struct {
	name string
	read func(path string, text []byte, d dialectOf) ([][]string, error)

	equal, refused, silent int // files: as they should be; not so, and said; not so, in silence
}

// conformance reads the files of the suite pollock (csv/, clean/, parameters/)
// with every reader and prints how many come out cell for cell as in clean/.
// What a reader takes for blank, NULL or "", is one. As found, a reader is told
// only whether the file has a header.
func conformance(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "csv", "*.csv"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no files in %s/csv: %w", dir, errors.Join(err, os.ErrNotExist))
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer db.Close()
	var version string
	if err := db.QueryRow("SELECT version()").Scan(&version); err != nil {
		return err
	}
	readers := []*reader{
		{name: "crmreport, as found", read: ownFound},
		{name: "crmreport, form stated", read: ownStated},
		{name: "encoding/csv", read: plainCSV},
		{name: "DuckDB " + version + ", sniffed", read: func(path string, _ []byte, d dialectOf) ([][]string, error) { return duckFound(db, path, d) }},
		{name: "DuckDB " + version + ", form stated", read: func(path string, _ []byte, d dialectOf) ([][]string, error) { return duckStated(db, path, d) }},
	}
	for _, path := range files {
		name := filepath.Base(path)
		if err := judge(readers, dir, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	fmt.Printf("| pollock, %d files | equal to clean/ | refused or reported | another table in silence |\n|---|---|---|---|\n", len(files))
	for _, r := range readers {
		fmt.Printf("| %s | %d | %d | %d |\n", r.name, r.equal, r.refused, r.silent)
	}
	return nil
}

func judge(readers []*reader, dir, name string) error {
	path := filepath.Join(dir, "csv", name)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	clean, err := os.ReadFile(filepath.Join(dir, "clean", name))
	if err != nil {
		return err
	}
	want, err := csv.NewReader(bytes.NewReader(clean)).ReadAll()
	if err != nil {
		return err
	}
	stated, err := os.ReadFile(filepath.Join(dir, "parameters", name+".json"))
	if err != nil {
		return err
	}
	var d dialectOf
	if err := json.Unmarshal(stated, &d); err != nil {
		return err
	}
	for _, r := range readers {
		got, err := r.read(path, text, d)
		switch {
		case err == nil && slices.EqualFunc(got, want, slices.Equal):
			r.equal++
		case err != nil:
			r.refused++
		default:
			r.silent++
		}
	}
	return nil
}

func ownFound(path string, _ []byte, d dialectOf) ([][]string, error) {
	spec := dialect.Spec{}
	if d.Header == 0 {
		spec.HeaderRows = dialect.NoHeader
	}
	return dialectRead(path, spec)
}

func ownStated(path string, _ []byte, d dialectOf) ([][]string, error) {
	spec := dialect.Spec{Quotes: dialect.Lenient, Rows: dialect.RowsRepair, Tables: dialect.TablesFirst, HeaderRows: d.Header}
	if len(d.Delimiter) == 1 {
		spec.Delimiter = rune(d.Delimiter[0])
	}
	switch {
	case d.Quote == "'":
		spec.Quotes = dialect.Single
	case d.Escape == "\\":
		spec.Quotes = dialect.Backslash
	}
	if d.Header == 0 {
		spec.HeaderRows = dialect.NoHeader
	}
	return dialectRead(path, spec)
}

// dialectRead reads a file with crmreport's reader. A file without text is a
// table without rows. What build reports is an error here, as a file that it
// refuses is: rows too long or too short, and a header among the data.
func dialectRead(path string, spec dialect.Spec) (out [][]string, err error) {
	f, err := dialect.Open(os.DirFS(filepath.Dir(path)), filepath.Base(path), spec)
	if err != nil {
		var fault *dialect.Fault
		if errors.As(err, &fault) && fault.Code == "empty_file" {
			return nil, nil
		}
		return nil, err
	}
	defer f.Close()
	if f.Header != nil {
		out = append(out, f.Header)
	}
	reported := false
	for {
		err := f.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		reported = reported || f.Shape != dialect.Whole || f.Class == dialect.RepeatedHeader && f.Facts.Below == 0
		if f.Class == dialect.Data || f.Class == dialect.Blank && len(f.Header) < 2 {
			out = append(out, slices.Clone(f.Record))
		}
	}
	if reported {
		err = errors.New("rows of another width, or a header among them")
	}
	return out, err
}

func plainCSV(_ string, text []byte, _ dialectOf) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	return r.ReadAll()
}

// duckFound lets DuckDB find everything but that a file without a header has
// none. Cells stay texts: 00:00 is not to become a time.
func duckFound(db *sql.DB, path string, d dialectOf) ([][]string, error) {
	header := false
	if d.Header > 0 {
		if err := db.QueryRow("SELECT HasHeader FROM sniff_csv(" + quoted(path) + ")").Scan(&header); err != nil {
			return nil, err
		}
	}
	return duckRead(db, header, fmt.Sprintf("%s, all_varchar = true, header = %t", quoted(path), header))
}

// duckStated states the form, and leniency as for crmreport.
func duckStated(db *sql.DB, path string, d dialectOf) ([][]string, error) {
	options := fmt.Sprintf("%s, all_varchar = true, strict_mode = false, header = %t, delim = %s, quote = %s, escape = %s",
		quoted(path), d.Header > 0, quoted(d.Delimiter), quoted(d.Quote), quoted(d.Escape))
	return duckRead(db, d.Header > 0, options)
}

func duckRead(db *sql.DB, header bool, options string) (out [][]string, err error) {
	rows, err := db.Query("SELECT * FROM read_csv(" + options + ")")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	if header {
		out = append(out, names)
	}
	cells, into := make([]sql.NullString, len(names)), make([]any, len(names))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		record := make([]string, len(cells))
		for i, c := range cells {
			record[i] = c.String
		}
		out = append(out, record)
	}
	return out, rows.Err()
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
