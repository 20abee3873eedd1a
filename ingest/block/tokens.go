package block

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// Row is one record of a block.
type Row struct {
	Line  int32  // physical line it begins on
	start uint32 // of its first byte
	first uint32 // index of its first cell in Tokens.ends
}

// Tokens are the cells of a block of whole records. They are filled again by
// each Scan.
type Tokens struct {
	Blanks int // empty lines, which are no records
	CRLF   int // records and empty lines that end in CR LF
	text   []byte
	rows   []Row    // and one past the last
	ends   []uint32 // where each cell ends, the byte of the delimiter or line end; see escaped
}

// escaped marks the end of a quoted cell whose text is not its bytes: it has
// doubled quotes, or line ends that encoding/csv rewrites.
const escaped = 1 << 31

// maxBlock is how long a block may be for ends to hold its offsets.
const maxBlock = escaped - 1

// Len is the number of records.
func (t *Tokens) Len() int { return len(t.rows) - 1 }

// Line is the physical line that record r begins on.
func (t *Tokens) Line(r int) int { return int(t.rows[r].Line) }

// Text is record r as it is written, without its line end.
func (t *Tokens) Text(r int) []byte {
	end := t.ends[t.rows[r+1].first-1] &^ escaped
	return bytes.TrimSuffix(t.text[t.rows[r].start:end], []byte{'\r'})
}

// Cells appends the cells of record r to out: views into the block, good for as
// long as the block is. It reports false where a cell's text is not its bytes.
func (t *Tokens) Cells(r int, out []string) ([]string, bool) {
	from, plain := t.rows[r].start, true
	ends := t.ends[t.rows[r].first:t.rows[r+1].first]
	for i, e := range ends {
		to := e &^ escaped
		plain = plain && e == to
		cell := t.text[from:to]
		from = to + 1
		if i == len(ends)-1 && len(cell) > 0 && cell[len(cell)-1] == '\r' {
			cell = cell[:len(cell)-1]
		}
		if len(cell) > 1 && cell[0] == '"' {
			cell = cell[1 : len(cell)-1]
		}
		out = append(out, unsafe.String(unsafe.SliceData(cell), len(cell)))
	}
	return out, plain
}

// Scan finds the cells of text, whole records that begin on line and end in a
// newline. It fails where a quote is not strictly in its place.
func (t *Tokens) Scan(text []byte, comma byte, line int) error {
	t.text, t.Blanks, t.CRLF, t.rows = text, 0, 0, t.rows[:0]
	if len(text) > maxBlock || len(text) > 0 && text[len(text)-1] != '\n' {
		return ErrNotPlain
	}
	if cap(t.ends) < len(text)+1 {
		t.ends = make([]uint32, len(text)+1)
	}
	s := scan{text: text, comma: comma, line: int32(line), ends: t.ends[:cap(t.ends)], tokens: t}
	commas := uint64(comma) * ones
	for i := 0; i < len(text); {
		base, found := i, uint64(0)
		if i+8 <= len(text) {
			x := binary.LittleEndian.Uint64(text[i:])
			found = zeros(x^commas) | zeros(x^newlines) | zeros(x^quotes)
			i += 8
		} else {
			if c := text[i]; c == comma || c == '\n' || c == '"' {
				found = 0x80
			}
			i++
		}
		for ; found != 0; found &= found - 1 {
			k := base + bits.TrailingZeros64(found)>>3
			switch text[k] {
			case comma:
				s.end(k, 0)
			case '\n':
				s.newline(k)
			default:
				after, ok := s.quote(k)
				if !ok {
					return ErrNotPlain
				}
				i, found = after, 1 // and no more of this word
			}
		}
	}
	if s.start != len(text) {
		return ErrNotPlain
	}
	t.rows = append(t.rows, Row{s.line, uint32(s.start), uint32(s.n)})
	t.ends = s.ends[:s.n]
	return nil
}

// scan is the state of Scan.
type scan struct {
	tokens *Tokens
	text   []byte
	ends   []uint32
	n      int // cells so far
	cell   int // where the cell at hand begins
	start  int // where the record begins
	first  int // its first cell
	line   int32
	extra  int32 // line ends within its cells
	comma  byte
}

// end ends a cell before text[k].
func (s *scan) end(k int, mark uint32) {
	s.ends[s.n] = uint32(k) | mark
	s.n++
	s.cell = k + 1
}

// newline ends a record, or passes over an empty line.
func (s *scan) newline(k int) {
	if k > s.start && s.text[k-1] == '\r' {
		s.tokens.CRLF++
	}
	if s.n == s.first && (k == s.start || k == s.start+1 && s.text[s.start] == '\r') {
		s.tokens.Blanks++
		s.cell = k + 1
	} else {
		s.end(k, 0)
		s.record()
		return
	}
	s.start, s.line = s.cell, s.line+1
}

func (s *scan) record() {
	s.tokens.rows = append(s.tokens.rows, Row{s.line, uint32(s.start), uint32(s.first)})
	s.start, s.first = s.cell, s.n
	s.line, s.extra = s.line+1+s.extra, 0
}

// quote takes the quoted cell that text[k] opens, and what ends it. It returns
// where to go on.
func (s *scan) quote(k int) (after int, ok bool) {
	if k != s.cell {
		return 0, false
	}
	mark, from := uint32(0), k+1
	for k = from; ; k += 2 {
		n := bytes.IndexByte(s.text[k:], '"')
		if n < 0 {
			return 0, false
		}
		k += n
		if s.text[k+1] != '"' { // a text ends in a newline, so there is a byte
			break
		}
		mark = escaped
	}
	inside := s.text[from:k]
	if lines := bytes.Count(inside, newline); lines > 0 {
		s.extra += int32(lines)
		if bytes.IndexByte(inside, '\r') >= 0 {
			mark = escaped
		}
	}
	k++
	if s.text[k] == '\r' && k+1 < len(s.text) && s.text[k+1] == '\n' {
		s.tokens.CRLF++
		k++
	}
	c := s.text[k]
	s.end(k, mark)
	if c == '\n' {
		s.record()
	}
	return k + 1, c == s.comma || c == '\n'
}

var newline = []byte{'\n'}

const (
	ones     = 0x0101010101010101
	sevens   = 0x7F7F7F7F7F7F7F7F
	newlines = '\n' * ones
	quotes   = '"' * ones
)

// zeros has the top bit of each byte that is zero in x.
func zeros(x uint64) uint64 { return ^((x&sevens + sevens) | x | sevens) }
