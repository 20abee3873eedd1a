package pack

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"slices"
)

// None stands in a column where there is no number.
const None int64 = math.MinInt64

// Columns are rows of integers, column by column: what thousands of pages that
// the script draws are drawn from.
type Columns struct {
	ends []int
	body []byte
}

// Add adds a column and returns its number. Small numbers are short, and those
// that are not there are shortest.
func (c *Columns) Add(column []int64) int {
	c.body = appendColumn(c.body, column)
	c.ends = append(c.ends, len(c.body))
	return len(c.ends) - 1
}

// appendColumn appends 0 and one more than each number, or, where any is below
// zero, 1 and one more than twice each, or than −2x−1 of those below zero; 0
// where there is none.
func appendColumn(out []byte, column []int64) []byte {
	below := slices.ContainsFunc(column, func(x int64) bool { return x < 0 && x != None })
	sign := byte(0)
	if below {
		sign = 1
	}
	out = append(out, sign)
	for _, x := range column {
		u := uint64(x)
		if below {
			u = u<<1 ^ uint64(x>>63)
		}
		if u++; x == None {
			u = 0
		}
		out = binary.AppendUvarint(out, u)
	}
	return out
}

// AddOn is Add of a column, or of what to add to another where that is shorter:
// it reports which.
func (c *Columns) AddOn(column, other []int64) (n int, on bool) {
	if len(other) != len(column) {
		return c.Add(column), false
	}
	diff := slices.Clone(column)
	for i, x := range column {
		if x != None && other[i] != None {
			diff[i] = x - other[i]
		}
	}
	if len(appendColumn(nil, diff)) < len(appendColumn(nil, column)) {
		return c.Add(diff), true
	}
	return c.Add(column), false
}

// Text is a head and the columns as text for a script element: what Deflate makes
// of the length of the head (4 bytes, little-endian), the head as JSON, that
// of the ends of the columns likewise, and the columns, each number 7 bits a
// byte, the lowest first.
func (c *Columns) Text(head any) (string, error) {
	var out []byte
	for _, part := range []any{head, c.ends} {
		b, err := json.Marshal(part)
		if err != nil {
			return "", err
		}
		out = append(binary.LittleEndian.AppendUint32(out, uint32(len(b))), b...)
	}
	return Deflate(append(out, c.body...))
}

// ReadColumns is what the page's script does: it fills head and returns the columns.
func ReadColumns(text string, head any) ([][]int64, error) {
	data, err := Inflate(text)
	if err != nil {
		return nil, err
	}
	var ends []int
	for _, part := range []any{head, &ends} {
		if len(data) < 4 || uint64(len(data)-4) < uint64(binary.LittleEndian.Uint32(data)) {
			return nil, errCut
		}
		n := 4 + int(binary.LittleEndian.Uint32(data))
		if err := json.Unmarshal(data[4:n], part); err != nil {
			return nil, err
		}
		data = data[n:]
	}
	if !slices.IsSorted(ends) || len(ends) > 0 && (ends[0] < 0 || ends[len(ends)-1] > len(data)) {
		return nil, errCut
	}
	var out [][]int64
	at := 0
	for _, end := range ends {
		column, err := readColumn(data[at:end])
		if err != nil {
			return nil, err
		}
		out, at = append(out, column), end
	}
	return out, nil
}

func readColumn(data []byte) ([]int64, error) {
	if len(data) == 0 {
		return nil, errCut
	}
	var column []int64
	below := data[0] == 1
	for data = data[1:]; len(data) > 0; {
		u, k := binary.Uvarint(data)
		if k <= 0 {
			return nil, errCut
		}
		x := int64(u - 1)
		switch data = data[k:]; {
		case u == 0:
			x = None
		case below:
			x = int64((u-1)>>1) ^ -int64((u-1)&1)
		}
		column = append(column, x)
	}
	return column, nil
}
