package ingest

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"strings"
)

// ahead is how much is read at a time, and the longest header there may be.
const ahead = 64 << 10

// csvFile is one file under the tokenizer: a header and records with the line
// they begin on.
type csvFile struct {
	name   string
	tap    *tap
	csv    *csv.Reader
	header []string // trimmed
	record []string // valid until the next call of next
	line   int
	from   int64 // offset of the record's first byte
	blanks int   // empty lines passed over so far
	close  func() error
}

func openCSV(fsys fs.FS, name string, delimiter rune) (*csvFile, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, &Fault{Kind: CannotRead, Code: "cannot_read", File: name, Message: "cannot open the file: " + err.Error(), Err: err}
	}
	f := &csvFile{name: name, close: file.Close}
	if err := f.start(file, delimiter); err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

func (f *csvFile) start(file io.Reader, delimiter rune) error {
	var err error
	if f.tap, err = newTap(file, f.name); err != nil {
		return err
	}
	buffer := bufio.NewReaderSize(f.tap, ahead)
	head, err := buffer.Peek(ahead)
	var fault *Fault
	if errors.As(err, &fault) {
		return fault
	}
	if delimiter == 0 {
		delimiter = sniff(head)
	}
	f.csv = csv.NewReader(buffer)
	f.csv.Comma, f.csv.ReuseRecord, f.csv.FieldsPerRecord = delimiter, true, -1
	return f.readHeader()
}

func (f *csvFile) readHeader() error {
	record, err := f.csv.Read()
	if err == io.EOF {
		return &Fault{Code: "empty_file", File: f.name, Message: "the file is empty", Expected: "a header line"}
	}
	if err != nil {
		return f.structural(err)
	}
	f.from = f.csv.InputOffset()
	f.tap.keep = f.from
	text := f.tap.text(0, f.from)
	if line, _ := f.csv.FieldPos(0); line != 1 {
		return &Fault{Code: "header_line", File: f.name, Line: 1, Message: "the first line is empty", Expected: "the header on line 1",
			Remedy: "delete the lines above the header"}
	}
	if bytes.ContainsRune(bytes.TrimSuffix(bytes.TrimSuffix(text, newline), []byte{'\r'}), '\r') {
		return &Fault{Code: "line_endings", File: f.name, Line: 1, Message: "lines end in a lone carriage return (old Mac style)",
			Expected: "LF or CRLF", Remedy: saveAsCSV}
	}
	for _, h := range record {
		f.header = append(f.header, strings.Clone(strings.TrimSpace(h)))
	}
	return nil
}

// body tells, of a file that was just opened, where its first record begins:
// the bytes before it and its line.
func (f *csvFile) body() (skip int64, line int) {
	return int64(f.tap.bom) + f.from, 1 + bytes.Count(f.tap.text(0, f.from), newline)
}

// next reads a record. It returns io.EOF at the end, else a *Fault.
func (f *csvFile) next() error {
	f.from = f.csv.InputOffset()
	f.tap.keep = f.from
	record, err := f.csv.Read()
	if err != nil && err != io.EOF {
		return f.structural(err)
	}
	f.passBlanks(f.csv.InputOffset())
	if err != nil {
		return err
	}
	f.record = record
	f.line, _ = f.csv.FieldPos(0)
	return nil
}

// passBlanks counts the empty lines that the tokenizer skips before a record.
func (f *csvFile) passBlanks(to int64) {
	for text := f.tap.text(f.from, to); ; {
		switch {
		case len(text) > 0 && text[0] == '\n':
			text, f.from = text[1:], f.from+1
		case len(text) > 1 && text[0] == '\r' && text[1] == '\n':
			text, f.from = text[2:], f.from+2
		default:
			return
		}
		f.blanks++
	}
}

// text is the record as it is written, without its line end.
func (f *csvFile) text() string {
	t := string(f.tap.text(f.from, f.csv.InputOffset()))
	return strings.TrimSuffix(strings.TrimSuffix(t, "\n"), "\r")
}

// structural turns an error of the tokenizer into a Fault: a lone quote shifts
// every cell after it, so nothing behind it can be trusted.
func (f *csvFile) structural(err error) error {
	var fault *Fault
	if errors.As(err, &fault) {
		return fault
	}
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return f.tap.unreadable(err)
	}
	line := parse.Line
	if parse.Err == csv.ErrQuote {
		line = parse.StartLine // the quote that is never closed, not the end of the file
	}
	return &Fault{Code: "bad_quotes", File: f.name, Line: line, Message: "a quote is out of place: " + parse.Err.Error(),
		Expected: `a quote inside a quoted cell doubled, as in "the ""best"" one"`, Remedy: "export the file again, or double the quote"}
}

// sniff finds the delimiter from the header: of , ; tab and | the one that
// occurs most often outside quotes.
func sniff(head []byte) rune {
	const candidates = ",;\t|"
	var count [len(candidates)]int
	quoted := false
	for _, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			goto end
		default:
			if i := strings.IndexByte(candidates, c); i >= 0 {
				count[i]++
			}
		}
	}
end:
	best := 0
	for i, n := range count {
		if n > count[best] {
			best = i
		}
	}
	return rune(candidates[best])
}
