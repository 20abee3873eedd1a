// Package pack holds the parts of a page that are shown only when somebody asks
// for them: hundreds of pages that differ in their numbers. Every piece of text
// is kept once, the parts are rows of numbers of pieces, and the whole is
// compressed; the page's script puts a part together again.
package pack

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Parts are named texts.
type Parts struct {
	index  map[string]int
	pieces []piece
	names  []string
	rows   [][]int
}

type piece struct {
	text string
	n    int // how often it occurs
}

// Add adds a part. Its name must be new.
func (p *Parts) Add(name, text string) {
	if p.index == nil {
		p.index = map[string]int{}
	}
	var row []int
	for len(text) > 0 {
		n := run(text)
		i, ok := p.index[text[:n]]
		if !ok {
			i = len(p.pieces)
			p.index[text[:n]], p.pieces = i, append(p.pieces, piece{text: text[:n]})
		}
		p.pieces[i].n++
		row, text = append(row, i), text[n:]
	}
	p.names, p.rows = append(p.names, name), append(p.rows, row)
}

// Len is how many parts there are.
func (p *Parts) Len() int { return len(p.names) }

// run is the length of the first piece of text: a number, or what stands
// before the next. Pages are alike but for their numbers.
func run(text string) int {
	digit := func(c byte) bool { return '0' <= c && c <= '9' }
	number := digit(text[0])
	for i := 1; i < len(text); i++ {
		in := digit(text[i]) || number && (text[i] == '.' || text[i] == ',')
		if in != number {
			return i
		}
	}
	return len(text)
}

// head says what the numbers are: where each part ends among them, and the
// pieces that they number.
type head struct {
	Names  []string `json:"names"`
	Ends   []int    `json:"ends"` // bytes, from the first number on
	Pieces []string `json:"pieces"`
}

// Base64 is the parts as text for a script element of the page: base64 of gzip
// of the length of the head (4 bytes, little-endian), the head as JSON, and the
// numbers, each 7 bits a byte, the lowest first. The same parts give the same text.
func (p *Parts) Base64() (string, error) {
	order := make([]int, len(p.pieces))
	for i := range order {
		order[i] = i
	}
	// Frequent pieces get short numbers.
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(p.pieces[b].n, p.pieces[a].n), cmp.Compare(p.pieces[a].text, p.pieces[b].text))
	})
	number, h := make([]int, len(order)), head{Names: p.names}
	for i, at := range order {
		number[at] = i
		h.Pieces = append(h.Pieces, p.pieces[at].text)
	}
	var body []byte
	for _, row := range p.rows {
		for _, i := range row {
			body = binary.AppendUvarint(body, uint64(number[i]))
		}
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

// Deflate is data as base64 of gzip, as the page's script reads it.
func Deflate(data []byte) (string, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err = w.Write(data); err == nil {
		err = w.Close()
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), err
}

// Inflate is what Deflate took.
func Inflate(text string) ([]byte, error) {
	packed, err := base64.StdEncoding.DecodeString(text)
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
	if len(h.Names) != len(h.Ends) {
		return nil, errCut
	}
	parts, body, at := map[string]string{}, data[n:], 0
	for i, name := range h.Names {
		var b bytes.Buffer
		for at < h.Ends[i] {
			number, k := binary.Uvarint(body[min(at, len(body)):])
			if k <= 0 || number >= uint64(len(h.Pieces)) {
				return nil, errCut
			}
			b.WriteString(h.Pieces[number])
			at += k
		}
		parts[name] = b.String()
	}
	return parts, nil
}
