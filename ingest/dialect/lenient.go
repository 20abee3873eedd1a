package dialect

import "bytes"

// A line is repaired that has at most so many cells too many, and bytes.
const (
	maxSurplus  = 64
	maxRepaired = block
)

// repair reads a line with a quote out of place, of which it knows how many
// cells it has: of all ways to cut it into that many, the one that leaves the
// fewest quotes out of place, if there is one such way alone.
func (t *tokens) repair(line []byte) bool {
	starts := []int{0}
	for i, c := range line {
		if c == t.delimiter {
			starts = append(starts, i+1)
		}
	}
	if t.width == 0 || len(starts) < t.width || len(starts) > t.width+maxSurplus || len(line) > maxRepaired {
		return false
	}
	r := repairer{line: line, delimiter: t.delimiter, starts: starts, known: map[[2]int]cutting{}}
	best := r.best(0, t.width)
	if best.ways != 1 {
		return false
	}
	t.cells, t.cuts = t.cells[:0], t.cuts[:0]
	for at, k := 0, t.width; k > 0; k-- {
		c := r.best(at, k)
		t.cells = append(t.cells, r.cell(at, c))
		at = c.next
	}
	t.fixed++
	return true
}

// cutting is the best way to cut a line from one of its starts on.
type cutting struct {
	cost, ways int
	next       int  // the start of the following cell
	quoted     bool // the cell is quoted
}

type repairer struct {
	line      []byte
	delimiter byte
	starts    []int
	known     map[[2]int]cutting // by start and number of cells
}

// best cuts what begins at starts[at] into k cells.
func (r *repairer) best(at, k int) cutting {
	if k == 0 {
		if at == len(r.starts) {
			return cutting{ways: 1}
		}
		return cutting{}
	}
	if at+k > len(r.starts) {
		return cutting{}
	}
	if c, ok := r.known[[2]int{at, k}]; ok {
		return c
	}
	var best cutting
	for next := at + 1; next <= len(r.starts)-k+1; next++ {
		for _, quoted := range []bool{true, false} {
			cost, ok := r.cost(at, next, quoted)
			if !ok {
				continue
			}
			rest := r.best(next, k-1)
			if rest.ways == 0 {
				continue
			}
			cost += rest.cost
			switch {
			case best.ways == 0 || cost < best.cost:
				best = cutting{cost, rest.ways, next, quoted}
			case cost == best.cost:
				best.ways += rest.ways
			}
		}
	}
	r.known[[2]int{at, k}] = best
	return best
}

// text is what lies between two starts, without the delimiter.
func (r *repairer) text(at, next int) []byte {
	if next == len(r.starts) {
		return r.line[r.starts[at]:]
	}
	return r.line[r.starts[at] : r.starts[next]-1]
}

// cost is how many quotes are out of place if this is one cell: as text, it
// holds no delimiter, and a quote in it is one too many; quoted, its inner
// quotes are doubled. Of a text whose quotes pair up only the first pair counts:
// "a" and "b" is as likely a text as it is a quoted cell.
func (r *repairer) cost(at, next int, quoted bool) (int, bool) {
	text := r.text(at, next)
	enclosed := len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"'
	if !quoted {
		n := bytes.Count(text, []byte{'"'})
		if !enclosed || paired(text) {
			n = min(n, 2)
		}
		return n, next == at+1
	}
	if !enclosed {
		return 0, false
	}
	inner := text[1 : len(text)-1]
	return bytes.Count(bytes.ReplaceAll(inner, []byte(`""`), nil), []byte{'"'}), true
}

// paired reports whether every other quote of a text may open a quotation and
// the next one close it: none opens behind a letter or a digit or before a
// blank, none closes behind a blank or before a letter or a digit. Chinese has
// no blanks, so that its quotes may always do either.
func paired(text []byte) bool {
	near := func(i int) byte {
		if i < 0 || i >= len(text) {
			return ' '
		}
		return text[i]
	}
	open := false
	for i, c := range text {
		if c != '"' {
			continue
		}
		before, behind := near(i-1), near(i+1)
		if open {
			before, behind = behind, before
		}
		if wordByte(before) || behind == ' ' {
			return false
		}
		open = !open
	}
	return !open
}

func wordByte(c byte) bool { return c-'0' < 10 || (c|0x20)-'a' < 26 }

func (r *repairer) cell(at int, c cutting) string {
	text := r.text(at, c.next)
	if !c.quoted {
		return string(text)
	}
	return string(bytes.ReplaceAll(text[1:len(text)-1], []byte(`""`), []byte{'"'}))
}
