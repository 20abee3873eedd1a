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
	all  [][]int64
	ways []way
	body []byte
}

// way is how a column is written: where it ends; from another column on, where
// that is one more than its number; whether as steps from each number to the
// next (1); and in which columns' order.
type way []int

const (
	wayEnd = iota
	wayOn
	waySteps
	wayBy
)

// Add adds a column and returns its number. Small numbers are short, and those
// that are not there are shortest.
func (c *Columns) Add(column []int64) int { return c.add(column, appendColumn(nil, column), nil) }

func (c *Columns) add(column []int64, written []byte, how way) int {
	c.body = append(c.body, written...)
	c.all, c.ways = append(c.all, column), append(c.ways, append(way{len(c.body)}, how...))
	return len(c.ways) - 1
}

// AddOn is Add of a column, or of what to add to another where that is shorter.
func (c *Columns) AddOn(column []int64, other int) int {
	plain := appendColumn(nil, column)
	if other < 0 || len(c.all[other]) != len(column) {
		return c.add(column, plain, nil)
	}
	diff := slices.Clone(column)
	for i, x := range column {
		if y := c.all[other][i]; x != None && y != None {
			diff[i] = x - y
		}
	}
	if on := appendColumn(nil, diff); len(on) < len(plain) {
		return c.add(column, on, way{other + 1})
	}
	return c.add(column, plain, nil)
}

// AddBy adds a column in the order of others: what a number depends on stands
// together, so that it packs well. Steps are for what grows with them.
func (c *Columns) AddBy(column []int64, steps bool, by ...int) int {
	var others [][]int64
	for _, i := range by {
		if i < 0 {
			return c.Add(column)
		}
		others = append(others, c.all[i])
	}
	order, ok := orderBy(len(column), others)
	if !ok {
		return c.Add(column)
	}
	sorted, last := make([]int64, len(column)), int64(0)
	for at, i := range order {
		if sorted[at] = column[i]; steps && column[i] != None {
			sorted[at], last = column[i]-last, column[i]
		}
	}
	how := way{0, 0}
	if steps {
		how[1] = 1
	}
	return c.add(column, appendColumn(nil, sorted), append(how, by...))
}

// orderBy are the places of n numbers in the order of other columns, the first
// first; none comes before all. It is false where the order would not fit in a number
// of the script's.
func orderBy(n int, by [][]int64) ([]int, bool) {
	keys, room := make([]int64, n), float64(n)
	for _, col := range by {
		if len(col) != n {
			return nil, false
		}
		lo, hi := int64(math.MaxInt64), int64(math.MinInt64)
		for _, x := range col {
			if x != None {
				lo, hi = min(lo, x), max(hi, x)
			}
		}
		lo = min(lo, hi)
		if room *= float64(hi) - float64(lo) + 2; room > 1<<53 {
			return nil, false
		}
		for i, x := range col {
			if keys[i] *= hi - lo + 2; x != None {
				keys[i] += x - lo + 1
			}
		}
	}
	for i := range keys {
		keys[i] = keys[i]*int64(n) + int64(i)
	}
	slices.Sort(keys)
	order := make([]int, n)
	for at, k := range keys {
		order[at] = int(k % int64(n))
	}
	return order, true
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

// Text is a head and the columns as text for a script element: what Deflate makes
// of the length of the head (4 bytes, little-endian), the head as JSON, that
// of the ways of the columns likewise, and the columns, each number 7 bits a
// byte, the lowest first.
func (c *Columns) Text(head any) (string, error) {
	var out []byte
	for _, part := range []any{head, c.ways} {
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
	var ways []way
	for _, part := range []any{head, &ways} {
		if len(data) < 4 || uint64(len(data)-4) < uint64(binary.LittleEndian.Uint32(data)) {
			return nil, errCut
		}
		n := 4 + int(binary.LittleEndian.Uint32(data))
		if err := json.Unmarshal(data[4:n], part); err != nil {
			return nil, err
		}
		data = data[n:]
	}
	var out [][]int64
	at := 0
	for i, w := range ways {
		if len(w) == 0 || w[wayEnd] < at || w[wayEnd] > len(data) {
			return nil, errCut
		}
		column, err := readColumn(data[at:w[wayEnd]])
		if err == nil {
			column, err = w.undo(column, out[:i])
		}
		if err != nil {
			return nil, err
		}
		out, at = append(out, column), w[wayEnd]
	}
	return out, nil
}

// undo is the column that was written this way, after those before it.
func (w way) undo(column []int64, before [][]int64) ([]int64, error) {
	if len(w) > waySteps && w[waySteps] == 1 {
		last := int64(0)
		for i, x := range column {
			if x != None {
				last += x
				column[i] = last
			}
		}
	}
	if len(w) > wayBy {
		var by [][]int64
		for _, i := range w[wayBy:] {
			if i < 0 || i >= len(before) {
				return nil, errCut
			}
			by = append(by, before[i])
		}
		order, ok := orderBy(len(column), by)
		if !ok {
			return nil, errCut
		}
		sorted := column
		column = make([]int64, len(sorted))
		for at, i := range order {
			column[i] = sorted[at]
		}
	}
	if len(w) > wayOn && w[wayOn] != 0 {
		if w[wayOn] < 0 || w[wayOn] > len(before) || len(before[w[wayOn]-1]) != len(column) {
			return nil, errCut
		}
		for i, y := range before[w[wayOn]-1] {
			if column[i] != None && y != None {
				column[i] += y
			}
		}
	}
	return column, nil
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
