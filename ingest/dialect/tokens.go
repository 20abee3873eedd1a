package dialect

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

const (
	block     = 64 << 10
	maxRecord = 16 << 20 // a longer one is a quote that is never closed
)

// form is how text is cut into cells.
type form struct {
	delimiter byte
	quotes    Quotes
	padded    bool // blanks before an opening and behind a closing quote are no text
	cr        bool // a lone CR ends a record
}

// quote is the quoting character; 0 where there is none.
func (f form) quote() byte {
	switch f.quotes {
	case Unquoted:
		return 0
	case Single:
		return '\''
	}
	return '"'
}

// tokens cuts decoded text into records.
type tokens struct {
	form
	src   io.Reader
	buf   []byte
	from  int // of the record in buf
	to    int // behind the record and its line end
	end   int // of what is filled
	eof   bool
	base  int64 // offset of buf[0] in the text
	first int   // line of the record
	line  int   // line behind the record
	cells []string
	ends  [4]int // records by ending
	width int    // cells that repair makes of a line
	fixed int    // records that repair read
	keep  bool   // a line with a quote out of place is a record of one cell, and odd
	odd   error  // of the record at hand: why it is not cut

	text []byte // of a quoted record: its cells end to end
	cuts []int  // their ends in text
}

func newTokens(src io.Reader, f form) *tokens {
	return &tokens{form: f, src: src, line: 1}
}

// next cuts the next record into cells. An empty line is a record of one empty
// cell. The error is io.EOF, a *quoteError or the reader's.
func (t *tokens) next() error {
	t.from, t.first, t.odd = t.to, t.line, nil
	for {
		n, err := t.cut(t.buf[t.from:t.end], t.eof)
		if err != nil {
			return err
		}
		if n > 0 {
			t.to = t.from + n
			return nil
		}
		if t.eof {
			return io.EOF
		}
		if err := t.fill(); err != nil {
			return err
		}
	}
}

// lineEnds says how the records so far end.
func (t *tokens) lineEnds() string {
	name, kinds := "", 0
	for end, s := range [...]string{endLF: "LF", endCRLF: "CRLF", endCR: "CR"} {
		if t.ends[end] > 0 && s != "" {
			name, kinds = s, kinds+1
		}
	}
	if kinds > 1 {
		return "mixed"
	}
	return name
}

// raw is the record with its line end.
func (t *tokens) raw() []byte { return t.buf[t.from:t.to] }

// offset is where the record begins in the text.
func (t *tokens) offset() int64 { return t.base + int64(t.from) }

// fill moves the record to the front and reads on until the buffer is full; a
// record that fills it alone makes it grow.
func (t *tokens) fill() error {
	kept := t.end - t.from
	size := max(len(t.buf), block)
	if kept > size/2 {
		size *= 2
	}
	if kept > maxRecord {
		return &quoteError{line: t.first, why: fmt.Sprintf("the cell that begins here is longer than %d MiB", maxRecord>>20)}
	}
	if size > len(t.buf) {
		buf := make([]byte, size)
		copy(buf, t.buf[t.from:t.end])
		t.buf = buf
	} else {
		copy(t.buf, t.buf[t.from:t.end])
	}
	t.base += int64(t.from)
	t.from, t.end = 0, kept
	n, err := io.ReadFull(t.src, t.buf[kept:])
	t.end += n
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		t.eof, err = true, nil
	}
	return err
}

// quoteError is a quote out of place.
type quoteError struct {
	line int
	why  string
	open bool // the text ends before the quote is closed
}

func (e *quoteError) Error() string { return e.why }

const (
	whyBare   = `bare " in non-quoted-field` // in the words of encoding/csv
	whyInside = `extraneous or missing " in quoted-field`
)

// ending is how a line ends.
type ending uint8

const (
	endNone ending = iota // the text ends here
	endLF
	endCRLF
	endCR
)

func (e ending) len() int { return [...]int{0, 1, 2, 1}[e] }

// cut cuts the record at the front of data and returns its length with its line
// end; 0 where data ends before the record does.
func (t *tokens) cut(data []byte, eof bool) (int, error) {
	if len(data) == 0 {
		return 0, nil
	}
	n, end := t.lineEnd(data, eof)
	if n < 0 {
		return 0, nil
	}
	if q := t.quote(); q == 0 || bytes.IndexByte(data[:n], q) < 0 {
		t.plain(string(data[:n]))
		return t.ended(data[:n], end), nil
	}
	m, end, err := t.quoted(data, eof)
	if err != nil && t.quotes == Lenient && t.repair(data[:n]) {
		_, end = t.lineEnd(data, eof)
		m, err = n, nil
	}
	if err != nil && t.keep {
		t.odd, t.cells, t.cuts = err, append(t.cells[:0], string(data[:n])), t.cuts[:0]
		_, end = t.lineEnd(data, eof)
		m, err = n, nil
	}
	if err != nil || m < 0 {
		return 0, err
	}
	return t.ended(data[:m], end), nil
}

// ended counts the lines of a record and returns its length with its line end.
func (t *tokens) ended(record []byte, end ending) int {
	t.ends[end]++
	if end != endNone {
		t.line++
	}
	if len(t.cuts) > 0 { // only a quoted record holds line ends
		t.line += bytes.Count(record, newline)
		if t.cr {
			t.line += bytes.Count(record, []byte{'\r'}) - bytes.Count(record, []byte("\r\n"))
		}
	}
	return len(record) + end.len()
}

var newline = []byte{'\n'}

// lineEnd returns the length of the line at the front of data; -1 where more of
// the text is needed to tell.
func (t *tokens) lineEnd(data []byte, eof bool) (int, ending) {
	i := bytes.IndexByte(data, '\n')
	if t.cr {
		before := data
		if i >= 0 {
			before = data[:i]
		}
		if c := bytes.IndexByte(before, '\r'); c >= 0 && c+1 != i {
			if c+1 == len(data) && !eof {
				return -1, endNone
			}
			return c, endCR
		}
	}
	switch {
	case i > 0 && data[i-1] == '\r':
		return i - 1, endCRLF
	case i >= 0:
		return i, endLF
	case !eof:
		return -1, endNone
	case data[len(data)-1] == '\r':
		return len(data) - 1, endCR
	}
	return len(data), endNone
}

// plain cuts a line without quotes.
func (t *tokens) plain(line string) {
	t.cells, t.cuts = t.cells[:0], t.cuts[:0]
	from := 0
	for i := 0; i < len(line); i++ {
		if line[i] == t.delimiter {
			t.cells = append(t.cells, line[from:i])
			from = i + 1
		}
	}
	t.cells = append(t.cells, line[from:])
	if t.padded {
		for i, c := range t.cells {
			t.cells[i] = strings.TrimLeft(c, " ")
		}
	}
}

func (t *tokens) unpadded(cell []byte) []byte {
	if t.padded {
		return bytes.TrimLeft(cell, " ")
	}
	return cell
}

// quoted cuts a record with quotes. It returns its length without the line end;
// -1 where data ends before the record does.
func (t *tokens) quoted(data []byte, eof bool) (int, ending, error) {
	q := t.quote()
	t.text, t.cuts = t.text[:0], t.cuts[:0]
	for i := 0; ; i++ {
		j := i
		for t.padded && j < len(data) && data[j] == ' ' {
			j++
		}
		if j < len(data) && data[j] == q {
			var err error
			if i, err = t.inside(data, j+1, eof); i < 0 || err != nil {
				return -1, endNone, err
			}
		} else if j = t.bare(data, i); j < len(data) && data[j] == q {
			return -1, endNone, &quoteError{line: t.first + bytes.Count(data[:j], newline), why: whyBare}
		} else {
			t.text = append(t.text, t.unpadded(data[i:j])...)
			i = j
		}
		if i < len(data) && data[i] == t.delimiter {
			t.cuts = append(t.cuts, len(t.text))
			continue
		}
		n, end := 0, endNone
		if i < len(data) {
			n, end = t.lineEnd(data[i:], eof)
		}
		if n < 0 || i == len(data) && !eof {
			return -1, endNone, nil
		}
		t.cuts = append(t.cuts, len(t.text))
		t.gather()
		return i, end, nil
	}
}

// bare returns the end of a cell that is not quoted: a delimiter, a line end or
// a quote that has no place in it.
func (t *tokens) bare(data []byte, i int) int {
	for ; i < len(data); i++ {
		switch c := data[i]; {
		case c == t.delimiter, c == '\n':
			return i
		case c == '"' && t.quotes != Single:
			return i
		case c == '\r' && (t.cr || i+1 == len(data) || data[i+1] == '\n'):
			return i
		}
	}
	return i
}

// inside copies the quoted cell that begins at i and returns the end of the
// cell: its delimiter, its line end or the end of the text; -1 where data ends
// before the cell does.
func (t *tokens) inside(data []byte, i int, eof bool) (int, error) {
	q := t.quote()
	for {
		k := t.stop(data[i:], q)
		if k < 0 {
			if eof {
				return -1, &quoteError{line: t.first, why: whyInside, open: true}
			}
			return -1, nil
		}
		t.text = append(t.text, data[i:i+k]...)
		i += k
		if i+1 == len(data) && !eof {
			return -1, nil
		}
		c, next := data[i], byte(0)
		if i+1 < len(data) {
			next = data[i+1]
		}
		switch {
		case c == '\r':
			switch { // a line end in a cell is LF, however it is written
			case next == '\n':
			case t.cr:
				t.text = append(t.text, '\n')
			default:
				t.text = append(t.text, c)
			}
			i++
		case c == '\\':
			if next == q || next == c {
				c, i = next, i+1
			}
			t.text = append(t.text, c)
			i++
		case next == q && i+1 < len(data):
			t.text = append(t.text, q)
			i += 2
		default:
			return t.behind(data, i+1, eof)
		}
	}
}

// behind checks that a cell ends behind its closing quote.
func (t *tokens) behind(data []byte, i int, eof bool) (int, error) {
	for t.padded && i < len(data) && data[i] == ' ' {
		i++
	}
	switch {
	case i == len(data):
		if !eof {
			return -1, nil
		}
		return i, nil
	case data[i] == t.delimiter, data[i] == '\n':
		return i, nil
	case data[i] == '\r':
		if t.cr || (i+1 < len(data) && data[i+1] == '\n') || (i+1 == len(data) && eof) {
			return i, nil
		}
		if i+1 == len(data) {
			return -1, nil
		}
	}
	return -1, &quoteError{line: t.first, why: whyInside}
}

// gather makes the cells of what quoted has copied: one text, cut.
func (t *tokens) gather() {
	all := string(t.text)
	t.cells = t.cells[:0]
	from := 0
	for _, to := range t.cuts {
		t.cells = append(t.cells, all[from:to])
		from = to
	}
}

// stop is the first byte of a quoted cell that is not copied as it stands.
func (t *tokens) stop(data []byte, q byte) int {
	first := bytes.IndexByte(data, q)
	if first >= 0 {
		data = data[:first]
	}
	if i := bytes.IndexByte(data, '\r'); i >= 0 {
		first, data = i, data[:i]
	}
	if t.quotes == Backslash {
		if i := bytes.IndexByte(data, '\\'); i >= 0 {
			return i
		}
	}
	return first
}
