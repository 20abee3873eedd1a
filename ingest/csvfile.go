package ingest

import (
	"errors"
	"io"
	"io/fs"

	"crmreport/ingest/dialect"
)

// csvFile is one file under the tokenizer: a header and records with the line
// they begin on. What it takes to find them in the bytes is dialect's.
type csvFile struct {
	*dialect.File
	name   string
	header []string // trimmed, as the file has them
	record []string // valid until the next call of next
	line   int
	place  string // where the configuration names the file
}

// open opens a file of a source.
func (r *run) open(name string, s *Source) (*csvFile, error) {
	spec := s.spec()
	open := func() (*dialect.File, error) { return dialect.Open(r.fsys, name, spec) }
	if name == stdin {
		open = func() (*dialect.File, error) { return r.spooled(spec) }
	}
	f, err := open()
	if err != nil {
		return nil, fromDialect(err, s.Place)
	}
	return &csvFile{File: f, name: name, header: f.Titles, place: s.Place}, nil
}

// openHead opens a file whose records are read by blocks: see dialect.Head. It
// reports false where they cannot be.
func (r *run) openHead(name string, s *Source) (*csvFile, bool) {
	if name == stdin {
		return nil, false
	}
	f, err := dialect.Head(r.fsys, name, s.spec())
	if err != nil {
		return nil, false
	}
	if !f.Facts.Canonical() || len(f.Header) == 0 {
		f.Close()
		return nil, false
	}
	return &csvFile{File: f, name: name, header: f.Titles, place: s.Place}, true
}

// Kept is a standard input that several calls may read with the same Options:
// Read, then Originals. It is read when a source first asks for it, and lies in
// a temporary file until Close.
type Kept struct {
	io.Reader
	spool *dialect.Spool
}

// Keep keeps what r gives.
func Keep(r io.Reader) *Kept { return &Kept{Reader: r} }

// Close removes what was kept.
func (k *Kept) Close() error {
	if k.spool == nil {
		return nil
	}
	return k.spool.Close()
}

// spoolStdin reads the standard input to its end, if no call did before.
func (r *run) spoolStdin() (err error) {
	kept, again := r.o.Stdin.(*Kept)
	switch {
	case !again:
		r.spool, err = dialect.NewSpool(r.o.Stdin)
	case kept.spool != nil:
		r.spool = kept.spool
	default:
		r.spool, err = dialect.NewSpool(kept.Reader)
		kept.spool = r.spool
	}
	return err
}

// spooled opens the standard input, which can be read once, as often as sources
// name it.
func (r *run) spooled(spec dialect.Spec) (*dialect.File, error) {
	if r.o.Stdin == nil {
		return nil, &dialect.Fault{Code: "cannot_read", File: stdin, Message: "there is no standard input to read",
			Remedy: "pipe a file into it, or name files in crmreport.yaml under sources", Err: fs.ErrInvalid}
	}
	if r.spool == nil {
		if err := r.spoolStdin(); err != nil {
			return nil, &dialect.Fault{Code: "cannot_read", File: stdin, Message: "cannot read the standard input: " + err.Error(),
				Remedy: "check what is piped into it, and that the folder for temporary files has room", Err: err}
		}
		r.expectStdin()
	}
	return r.spool.Open(stdin, spec)
}

// spec is what a source states of its files' form, and the headers it looks for.
func (s *Source) spec() dialect.Spec {
	spec := dialect.Spec{Encoding: s.Encoding, Delimiter: s.Delimiter, Quotes: s.Quotes, Rows: s.Rows, Tables: s.Tables, HeaderLine: s.HeaderLine, HeaderRows: s.HeaderRows,
		Footers: s.Footers}
	for _, t := range Tables() {
		if t.Name != s.Table {
			continue
		}
		for _, field := range t.Columns {
			if _, ok := s.Columns[field]; !ok && !s.Only {
				spec.Wanted = append(spec.Wanted, field)
			}
		}
	}
	for _, theirs := range s.Columns {
		spec.Wanted = append(spec.Wanted, theirs)
	}
	for _, c := range s.When {
		spec.Wanted = append(spec.Wanted, c.Column)
	}
	return spec
}

// fromDialect puts a fault of dialect in the words of this package.
func fromDialect(err error, place string) error {
	var f *dialect.Fault
	if !errors.As(err, &f) {
		return err
	}
	kind := BadData
	switch {
	case f.Err != nil:
		kind = CannotRead
	case f.Code == "bad_encoding" || f.Code == "bad_delimiter":
		kind = BadConfig
	}
	return &Fault{Kind: kind, Code: f.Code, File: f.File, Line: f.Line, Message: f.Message, Found: f.Found, Expected: f.Expected, Remedy: f.Remedy,
		Place: place, Err: f.Err}
}

// next reads the next record of data; what is none is counted (see account). It
// returns io.EOF at the end, else a *Fault.
func (f *csvFile) next() error {
	for {
		if err := f.Next(); err != nil {
			return fromDialect(err, f.place)
		}
		if f.Class == dialect.Data {
			f.record, f.line = f.Record, f.Line
			return nil
		}
	}
}

// text is the record as it is written, without its line end.
func (f *csvFile) text() string { return f.Text() }

func (f *csvFile) close() error { return f.Close() }

// account adds to a receipt what the file is and its rows that are no data.
func (f *csvFile) account(c *Receipt) {
	c.Form, c.Header = f.Facts, f.Header
	if f.Facts.Below > 0 {
		c.problem("second_table", "", f.Facts.Below, "", "one table a file; what lies below this header is skipped, as tables: first says", false)
	}
	c.Bytes, c.SHA256, c.Encoding = f.Facts.Bytes, f.Facts.SHA256, f.Facts.Encoding
	c.Blank += f.Count(dialect.Blank)
	c.Titles += f.Count(dialect.Preamble)
	c.Headers += f.Count(dialect.RepeatedHeader)
	c.Footers += f.Count(dialect.Footer)
	c.Read += f.Skipped()
	c.Skipped += f.Skipped()
}
