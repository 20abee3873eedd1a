// Package pack holds the parts of a page that are shown only when somebody asks
// for them: hundreds of pages that differ in their numbers. Every piece of text
// is kept once, the parts are rows of numbers of pieces, and the whole is
// compressed; the page's script puts a part together again.
package pack

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
)

// Parts are named texts.
type Parts struct {
	index  map[string]int32
	pieces []piece
	names  []string
	row    []int32 // the pieces of all parts, one part after the other
	ends   []int   // of each part in row
}

type piece struct {
	text string
	n    int32 // how often it occurs
}

// usual is how many pieces a unit's page has, about; they occur four times or
// more often.
const usual = 1 << 13

// Add adds a part. Its name must be new. The text is not kept.
func (p *Parts) Add(name string, text []byte) {
	if p.index == nil {
		p.index, p.row = make(map[string]int32, usual), make([]int32, 0, 4*usual)
	}
	for len(text) > 0 {
		n := run(text)
		i, ok := p.index[string(text[:n])]
		if !ok {
			i = int32(len(p.pieces))
			p.pieces = append(p.pieces, piece{text: string(text[:n])})
			p.index[p.pieces[i].text] = i
		}
		p.pieces[i].n++
		p.row, text = append(p.row, i), text[n:]
	}
	p.names, p.ends = append(p.names, name), append(p.ends, len(p.row))
}

// Len is how many parts there are.
func (p *Parts) Len() int { return len(p.names) }

// run is the length of the first piece of text: a number, or what stands
// before the next. Pages are alike but for their numbers.
func run(text []byte) int {
	digit := func(c byte) bool { return '0' <= c && c <= '9' }
	n := 1
	if digit(text[0]) {
		for n < len(text) && (digit(text[n]) || text[n] == '.' || text[n] == ',') {
			n++
		}
		return n
	}
	for n < len(text) && !digit(text[n]) {
		n++
	}
	return n
}

// head says what the numbers are: 0 is the next of the pieces that occur once,
// others are one more than the place of a piece.
type head struct {
	Names  []string `json:"names"`
	Ends   []int    `json:"ends"`   // of each part, in bytes from the first number on
	Firsts []int    `json:"firsts"` // of each part: the place of its first piece that occurs once
	Once   []string `json:"once"`
	Pieces []string `json:"pieces"`
}

// Text is the parts as text for a script element of the page: what Deflate
// makes of the length of the head (4 bytes, little-endian), the head as JSON,
// and the numbers, each 7 bits a byte, the lowest first. The same parts give the
// same text.
func (p *Parts) Text() (string, error) {
	var order []int // pieces that occur again
	for i := range p.pieces {
		if p.pieces[i].n > 1 {
			order = append(order, i)
		}
	}
	// Frequent pieces get short numbers.
	slices.SortFunc(order, func(a, b int) int {
		if n := cmp.Compare(p.pieces[b].n, p.pieces[a].n); n != 0 {
			return n
		}
		return cmp.Compare(p.pieces[a].text, p.pieces[b].text)
	})
	number, h := make([]uint64, len(p.pieces)), head{Names: p.names, Pieces: slices.Grow([]string(nil), len(order)), Once: slices.Grow([]string(nil), len(p.pieces)-len(order))}
	for i, at := range order {
		number[at] = uint64(i + 1)
		h.Pieces = append(h.Pieces, p.pieces[at].text)
	}
	body, from := make([]byte, 0, 2*len(p.row)), 0
	for _, end := range p.ends {
		h.Firsts = append(h.Firsts, len(h.Once))
		for _, i := range p.row[from:end] {
			body = binary.AppendUvarint(body, number[i])
			if number[i] == 0 {
				h.Once = append(h.Once, p.pieces[i].text)
			}
		}
		from = end
		h.Ends = append(h.Ends, len(body))
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(h); err != nil {
		return "", fmt.Errorf("packing pages: %w", err)
	}
	return Deflate(slices.Concat(binary.LittleEndian.AppendUint32(nil, uint32(text.Len())), text.Bytes(), body))
}

// writers are used again: each has a megabyte of room, and a run packs hundreds
// of pages. The best compression would make pages smaller by one in a thousand
// and take 1.7 times as long.
var writers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// Deflate is data as gzip as text, as the page's script reads it.
func Deflate(data []byte) (string, error) {
	var b bytes.Buffer
	w := writers.Get().(*gzip.Writer)
	defer writers.Put(w)
	w.Reset(&b)
	_, err := w.Write(data)
	if err == nil {
		err = w.Close()
	}
	return textOf(b.Bytes()), err
}

// Inflate is what Deflate took.
func Inflate(text string) ([]byte, error) {
	packed, err := bytesOf(text)
	if err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

var errCut = errors.New("packed pages are cut short")

// Read is what the page's script does: the parts by name.
func Read(text string) (map[string]string, error) {
	data, err := Inflate(text)
	if err != nil {
		return nil, err
	}
	if len(data) < 4 || uint64(len(data)-4) < uint64(binary.LittleEndian.Uint32(data)) {
		return nil, errCut
	}
	n := 4 + int(binary.LittleEndian.Uint32(data))
	var h head
	if err := json.Unmarshal(data[4:n], &h); err != nil {
		return nil, err
	}
	if len(h.Names) != len(h.Ends) || len(h.Names) != len(h.Firsts) {
		return nil, errCut
	}
	parts, body, at := map[string]string{}, data[n:], 0
	for i, name := range h.Names {
		var b bytes.Buffer
		once := h.Firsts[i]
		for at < h.Ends[i] {
			number, k := binary.Uvarint(body[min(at, len(body)):])
			switch at += k; {
			case k <= 0 || number > uint64(len(h.Pieces)), number == 0 && (once < 0 || once >= len(h.Once)):
				return nil, errCut
			case number == 0:
				b.WriteString(h.Once[once])
				once++
			default:
				b.WriteString(h.Pieces[number-1])
			}
		}
		parts[name] = b.String()
	}
	return parts, nil
}
