package dialect

import (
	"slices"
	"strings"
)

// partial is a way to read the first pieces as the first columns.
type partial struct {
	cost   float64
	from   int // the first piece of the last column
	rank   int // which of the ways to read what is before
	likely bool
}

// mostWays is how many ways to join a row are told apart, the likeliest first.
const mostWays = 4

// joined are the likeliest ways to make one cell a column of pieces that are
// more: some unquoted cells hold the delimiter. Without what, it says which.
func (m *mender) joined(cut []piece, delimiter byte, what string) []mended {
	n, surplus := len(m.fits), len(cut)-len(m.fits)
	if surplus < 0 || surplus > maxSurplus {
		return nil
	}
	ways := make([][][]partial, n+1) // by columns and pieces taken
	ways[0] = [][]partial{{{likely: true}}}
	for c := range n {
		ways[c+1] = make([][]partial, len(cut)+1)
		for from := c; from <= c+surplus; from++ {
			if from >= len(ways[c]) || len(ways[c][from]) == 0 {
				continue
			}
			for to := from + 1; to <= c+1+surplus; to++ {
				p, ok := join(cut[from:to], delimiter)
				if !ok {
					break
				}
				cost := m.fits[c].cost(p)
				likely := m.fits[c].likely(p, cost)
				for rank, w := range ways[c][from] {
					ways[c+1][to] = keepBest(ways[c+1][to], partial{w.cost + cost, from, rank, w.likely && likely})
				}
			}
		}
	}
	var out []mended
	for rank := range ways[n][len(cut)] {
		out = append(out, m.follow(ways, cut, rank, delimiter, what))
	}
	return out
}

// join makes one cell of pieces; a quoted one stands alone. What is no blank is
// written between two words, not at an end of a text nor twice.
func join(cut []piece, delimiter byte) (piece, bool) {
	if len(cut) == 1 {
		return cut[0], true
	}
	var text strings.Builder
	for i, p := range cut {
		if p.quoted || p.text == "" && (delimiter != ' ' || i == 0) {
			return piece{}, false
		}
		if i > 0 {
			text.WriteByte(delimiter)
		}
		text.WriteString(p.text)
	}
	return piece{text: text.String()}, true
}

func keepBest(ways []partial, w partial) []partial {
	at := slices.IndexFunc(ways, func(x partial) bool { return w.cost < x.cost })
	if at < 0 {
		at = len(ways)
	}
	ways = slices.Insert(ways, at, w)
	return ways[:min(len(ways), mostWays)]
}

// follow goes back from the last column to the first.
func (m *mender) follow(ways [][][]partial, cut []piece, rank int, delimiter byte, what string) mended {
	n, to := len(m.fits), len(cut)
	out := mended{cells: make([]string, n), cost: ways[n][to][rank].cost, likely: ways[n][to][rank].likely, what: what}
	for c := n; c > 0; c-- {
		w := ways[c][to][rank]
		p, _ := join(cut[w.from:to], delimiter)
		out.cells[c-1] = p.text
		if what == "" && to-w.from > 1 {
			out.what = "the cell of " + m.header[c-1] + " holds the delimiter and is not quoted"
		}
		to, rank = w.from, w.rank
	}
	return out
}
