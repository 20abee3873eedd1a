package dialect

import (
	"bytes"
	"strings"
)

// piece is what stands between two delimiters of a damaged row.
type piece struct {
	text   string
	quoted bool
	seam   bool  // no delimiter stands between it and the piece before
	pairs  []int // of a quoted piece: where in text a doubled quote lies
}

// pieces cuts a damaged row at a delimiter. A quote that opens within a cell, or
// closes before the cell ends, makes a seam. It is false where a quote is never
// closed.
func pieces(row []byte, delimiter byte, form form) ([]piece, bool) {
	var out []piece
	q, seam := form.quote(), false
	for i := 0; ; {
		var p piece
		start := i
		for form.padded && start < len(row) && row[start] == ' ' {
			start++
		}
		if q != 0 && start < len(row) && row[start] == q {
			n, ok := p.enclosed(row[start+1:], q, form.quotes == Backslash)
			if !ok {
				return nil, false
			}
			i = start + 1 + n
			for form.padded && i < len(row) && row[i] == ' ' {
				i++
			}
		} else {
			n := bytes.IndexFunc(row[i:], func(c rune) bool { return c == rune(delimiter) || q == '"' && c == rune(q) })
			if n < 0 {
				n = len(row) - i
			}
			p.text = string(row[i : i+n])
			if form.padded {
				p.text = strings.TrimLeft(p.text, " ")
			}
			i += n
		}
		p.seam = seam
		out = append(out, p)
		if i == len(row) {
			return out, true
		}
		if seam = row[i] != delimiter; !seam {
			i++
		}
	}
}

// enclosed takes a quoted piece and returns its length with the closing quote.
func (p *piece) enclosed(row []byte, q byte, escapes bool) (int, bool) {
	p.quoted = true
	var text strings.Builder
	for i := 0; i < len(row); i++ {
		next := byte(0)
		if i+1 < len(row) {
			next = row[i+1]
		}
		switch c := row[i]; {
		case escapes && c == '\\' && (next == q || next == c):
			text.WriteByte(next)
			i++
		case c == '\r' && next == '\n': // a line end in a cell is LF, however it is written
		case c == q && next == q:
			p.pairs = append(p.pairs, text.Len())
			text.WriteByte(q)
			i++
		case c == q:
			p.text = text.String()
			return i + 1, true
		default:
			text.WriteByte(c)
		}
	}
	return 0, false
}
