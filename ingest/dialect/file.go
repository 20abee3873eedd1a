package dialect

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// File is one file under the tokenizer.
type File struct {
	Name   string
	Facts  Facts
	Titles []string // the headers as they stand in the file, trimmed
	Header []string // the same, unique but for blank ones: the second Amount is Amount#2
	Record []string // of the last Next; the slice is valid until the next one, its texts for ever
	Line   int      // physical line on which the record begins
	Class  Class    // what the record is
	Shape  Shape    // how its cells compare with the header's; of Data only
	Fixed  bool     // a quote in it was out of place, and Lenient read it
	Mended string   // what was wrong with its delimiters, where RowsRepair read it; else blank

	headRows [][]string // the rows that Titles are made of
	counts   [classes]int
	footers  *footers
	usual    int // cells of most of the first rows
	tokens   *tokens
	stream   *stream
	spool    *Spool // of Read
	repairs  bool
	mender   *mender // made when the first damaged record comes
	again    func() (*File, error)
}

// Open opens a file of a folder. The error is a *Fault.
func Open(fsys fs.FS, name string, spec Spec) (*File, error) {
	return openFile(name, func() (io.ReadCloser, error) { return fsys.Open(name) }, spec)
}

// Head opens a file without the first pass, for a caller that reads the bytes by
// other means than Next. If the first block of the file is plain UTF-8, Facts
// have neither SHA256 nor Bytes, and that the rest is UTF-8 without NUL bytes is
// for the caller to check; where it is not, Open tells what the file is. Any
// other file is opened as by Open.
func Head(fsys fs.FS, name string, spec Spec) (*File, error) {
	open := func() (io.ReadCloser, error) { return fsys.Open(name) }
	s, err := newStream(name, open, nil)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	mark, encoding := bom(s)
	head, err := s.Peek(block)
	check := utf8Check{name: name}
	check.look(head, err == io.EOF)
	stated, _ := ParseEncoding(spec.Encoding)
	if s.compressed || encoding != "" && encoding != UTF8 || spec.Encoding != "" && stated != UTF8 || check.bad != nil || err != nil && err != io.EOF {
		return openFile(name, open, spec)
	}
	return openAs(name, open, spec, Facts{Encoding: UTF8, BOM: mark})
}

// Read opens what r gives, spooled to a temporary file that Close removes.
func Read(name string, r io.Reader, spec Spec) (*File, error) {
	s, err := NewSpool(r)
	if err != nil {
		return nil, cannotRead(name, err)
	}
	f, err := s.Open(name, spec)
	if err != nil {
		s.Close()
		return nil, err
	}
	f.spool = s
	return f, nil
}

func openFile(name string, open opener, spec Spec) (*File, error) {
	v, err := look(name, open)
	if err != nil {
		return nil, err
	}
	if err := v.settle(name, open, spec.Encoding); err != nil {
		return nil, err
	}
	return openAs(name, open, spec, v.Facts)
}

func openAs(name string, open opener, spec Spec, facts Facts) (*File, error) {
	if spec.Delimiter >= 0x80 || spec.Delimiter == '"' || spec.Delimiter == '\n' || spec.Delimiter == '\r' {
		return nil, &Fault{Code: "bad_delimiter", File: name, Message: fmt.Sprintf("%q cannot be a delimiter", spec.Delimiter), Expected: `one of "," ";" "|" tab`,
			Remedy: "correct delimiter in crmreport.yaml under sources"}
	}
	f := &File{Name: name, Facts: facts, footers: newFooters(spec.Footers), repairs: spec.Rows == RowsRepair}
	f.Facts.first = spec.Tables == TablesFirst
	f.again = func() (*File, error) { return openAs(name, open, spec, facts) }
	var err error
	if f.stream, err = newStream(name, open, nil); err != nil {
		return nil, err
	}
	bom(f.stream)
	if err := f.start(spec); err != nil {
		f.stream.Close()
		return nil, err
	}
	return f, nil
}

// start finds the form and the header and passes over what lies above the data.
func (f *File) start(spec Spec) error {
	text := bufio.NewReaderSize(decoded(f.stream.Reader, f.Facts.Encoding), block)
	s := sample{line: 1, keep: f.repairs}
	var err error
	if s.text, err = text.Peek(block); err != nil && err != io.EOF {
		return f.stream.unreadable(f.Name, err)
	}
	s.whole = err == io.EOF
	skip := s.sepLine(&spec)
	f.Facts.SepLine = skip > 0
	wanted := map[string]bool{}
	for _, w := range spec.Wanted {
		wanted[Fold(w)] = true
	}
	delete(wanted, "")
	r := s.sniff(spec, wanted)
	if f.repairs {
		f.Facts.MendedHead = r.mendHeader()
		f.Facts.Mended = count(f.Facts.MendedHead != "")
	}
	f.Facts.Delimiter, f.Facts.Quotes, f.Facts.Padded, f.Facts.LineEnds, f.Facts.loneCR = rune(r.form.delimiter), r.form.quotes, r.form.padded, r.ends, r.form.cr
	text.Discard(skip)
	f.tokens = newTokens(text, r.form)
	f.tokens.line, f.tokens.base, f.tokens.keep = s.line, int64(skip), f.repairs
	return f.pass(r)
}

// sepLine takes the line off that Excel reads the delimiter from, and returns
// its length.
func (s *sample) sepLine(spec *Spec) int {
	line, rest, found := bytes.Cut(s.text, newline)
	if !found && !s.whole {
		return 0
	}
	text := strings.Trim(strings.TrimSuffix(string(line), "\r"), `"`)
	if len(text) != len("sep=;") || !strings.EqualFold(text[:4], "sep=") {
		return 0
	}
	if spec.Delimiter == 0 && strings.IndexByte(delimiters, text[4]) >= 0 {
		spec.Delimiter = rune(text[4])
	}
	n := len(s.text) - len(rest)
	s.text, s.line = rest, 2
	return n
}

// pass reads up to the end of the header.
func (f *File) pass(r reading) error {
	h := r.header
	if h.fault != nil {
		h.fault.File = f.Name
		return h.fault
	}
	if h.at < 0 {
		return f.withoutHeader(r)
	}
	if len(h.unsure) > 0 {
		fault := unsureFault(r.rows, h)
		fault.File = f.Name
		return fault
	}
	if h.at+h.rows > len(r.rows) {
		return &Fault{Code: "header_line", File: f.Name, Line: r.rows[h.at].line, Message: "the file ends within its header",
			Expected: fmt.Sprintf("a header of %d rows", h.rows), Remedy: "correct header_rows in crmreport.yaml under sources"}
	}
	for i := range h.at + h.rows {
		if err := f.tokens.next(); err != nil {
			return f.fault(err)
		}
		switch {
		case i >= h.at && f.tokens.odd != nil && f.Facts.MendedHead == "":
			return f.fault(f.tokens.odd)
		case i >= h.at:
			f.headRows = append(f.headRows, r.rows[i].cells)
		case r.rows[i].filled == 0:
			f.counts[Blank]++
		default:
			f.counts[Preamble]++
		}
	}
	f.Titles = joined(r.rows[h.at : h.at+h.rows])
	f.Header = unique(f.Titles)
	f.tokens.width, f.usual = len(f.Header), r.width
	f.Facts.HeaderLine, f.Facts.HeaderRows, f.Facts.Body = r.rows[h.at].line, h.rows, f.tokens.base+int64(f.tokens.to)
	return nil
}

// withoutHeader opens a file whose first row is data, or which has no row.
func (f *File) withoutHeader(r reading) error {
	f.Facts.Body = f.tokens.base
	if len(r.rows) > 0 && r.header.rows == 0 {
		f.tokens.width = r.width
		return nil
	}
	for !r.ok {
		if err := f.tokens.next(); err != nil {
			return f.fault(err)
		}
	}
	return &Fault{Code: "empty_file", File: f.Name, Message: "the file is empty", Expected: "a header line",
		Remedy: "export it again, or take it away: a table without a file is left out of the report"}
}

// Next reads a record of any class. It returns io.EOF at the end, else a *Fault.
func (f *File) Next() error {
	t := f.tokens
	if err := t.next(); err != nil {
		return f.fault(err)
	}
	f.Record, f.Line, f.Fixed = t.cells, t.first, t.fixed > f.Facts.Repaired
	f.Facts.Repaired = t.fixed
	f.Class, f.Shape = f.Classify(t.cells)
	if f.Facts.first {
		f.below()
	}
	if f.repairs {
		if err := f.mend(); err != nil {
			return err
		}
	}
	f.counts[f.Class]++
	switch f.Shape {
	case Short, Cut:
		f.Facts.Short++
	case Long:
		f.Facts.Long++
	}
	return nil
}

// fault turns an error of the tokenizer into a Fault; io.EOF stays. A quote out
// of place shifts every cell behind it, so nothing behind it can be trusted.
func (f *File) fault(err error) error {
	if err == io.EOF {
		f.Facts.LineEnds = f.tokens.lineEnds()
		if f.Facts.SHA256 != "" && !f.Facts.Compressed && f.stream.bytes != f.Facts.Bytes {
			return &Fault{Code: "changed", File: f.Name, Message: "the file changed while it was read", Remedy: "run again when it is complete"}
		}
		return err
	}
	if q, ok := err.(*quoteError); ok {
		return &Fault{Code: "bad_quotes", File: f.Name, Line: q.line, Message: "a quote is out of place: " + q.why,
			Expected: `a quote inside a quoted cell doubled, as in "the ""best"" one"`, Remedy: "export the file again, double the quote, or say how the file is quoted in crmreport.yaml under sources, such as quotes: lenient, or rows: repair"}
	}
	return f.stream.unreadable(f.Name, err)
}

// shape judges a record that has not the width of the header. Blank cells too
// many are harmless where the whole file has them, or the header too; in one
// row alone they may be a delimiter too many further left.
func (f *File) shape(record []string) Shape {
	n := len(f.Header)
	switch {
	case len(record) > n && blank(record[n:]) && (len(record) == f.usual || f.Titles[n-1] == ""):
		return Whole
	case len(record) > n:
		return Long
	}
	if strings.TrimSpace(record[len(record)-1]) == "" {
		return Cut
	}
	return Short
}

// Classify says what a record of this file is, for one that was cut by other
// means than Next. Only Data has a shape.
func (f *File) Classify(record []string) (Class, Shape) {
	switch n := len(f.Header); {
	case blank(record):
		return Blank, Whole
	case f.repeatsHeader(record):
		return RepeatedHeader, Whole
	case f.footers.is(record, n):
		return Footer, Whole
	case len(record) == n || n == 0:
		return Data, Whole
	}
	return Data, f.shape(record)
}

func blank(record []string) bool {
	for _, c := range record {
		if c != "" && (c[0] > ' ' && c[0] < 0x80 || strings.TrimSpace(c) != "") {
			return false
		}
	}
	return true
}

// repeatsHeader reports one of the header's rows again. A single column may hold
// its own name as a value.
func (f *File) repeatsHeader(record []string) bool {
	if len(f.Header) < 2 {
		return false
	}
	for _, h := range f.headRows {
		if record[0] == h[0] && sameCells(record, h) {
			return true
		}
	}
	return false
}

// Text is the last record as it is written, decoded, without its line end.
func (f *File) Text() string {
	t := strings.TrimSuffix(string(f.tokens.raw()), "\n")
	return strings.TrimSuffix(t, "\r")
}

// Count returns how many records of a class there were so far, those above the
// header included.
func (f *File) Count(c Class) int { return f.counts[c] }

// Skipped returns how many records so far are no data.
func (f *File) Skipped() int {
	n := 0
	for _, k := range f.counts[Data+1:] {
		n += k
	}
	return n
}

// BytesRead is how many bytes of the file, as they lie on the disk, have been
// read so far: a block or so more than the records that Next gave.
func (f *File) BytesRead() int64 { return f.stream.bytes }

// Close closes the file and removes what was spooled.
func (f *File) Close() error {
	err := f.stream.Close()
	if f.spool != nil {
		f.spool.Close()
	}
	return err
}

// Column finds a column of the file by its header.
func (f *File) Column(name string) (column int, twice bool) { return Find(f.Titles, name) }

// Find finds the column called name: as it stands, or else as Fold makes it
// alike, or else as File.Header names it (the second Amount is Amount#2, and the
// first may be called Amount#1). It is -1 where there is none; twice where two
// columns have the name and only such a number tells them apart.
func Find(titles []string, name string) (column int, twice bool) {
	name = strings.TrimSpace(name)
	folded := Fold(name)
	for _, same := range []func(title string) bool{
		func(title string) bool { return title == name },
		func(title string) bool { return Fold(title) == folded },
	} {
		if at := which(titles, same); len(at) > 0 {
			return at[0], len(at) > 1
		}
	}
	if strings.LastIndexByte(name, '#') > 0 {
		if first, ok := strings.CutSuffix(name, "#1"); ok {
			if at := which(titles, func(title string) bool { return title == first }); len(at) > 1 {
				return at[0], false
			}
		}
		header := unique(titles)
		if at := which(header, func(h string) bool { return h == name }); len(at) > 0 {
			return at[0], false
		}
		if at := which(header, func(h string) bool { return Fold(h) == folded }); len(at) > 0 {
			return at[0], len(at) > 1
		}
	}
	return -1, false
}

func which(titles []string, same func(string) bool) (at []int) {
	for i, t := range titles {
		if same(t) {
			at = append(at, i)
		}
	}
	return at
}

func place(file string, line int) string {
	switch {
	case file == "":
		return ""
	case line > 0:
		return fmt.Sprintf("%s:%d: ", file, line)
	}
	return file + ": "
}
