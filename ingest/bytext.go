package ingest

import (
	"cmp"
	"slices"
	"strings"

	"crmreport/ingest/room"
)

// stretch is records that stand together and have one text, known by its first
// eight bytes behind what all texts begin with.
type stretch struct {
	prefix   uint64
	from, to int32
}

// byText sorts by text, then by place. Records are long and texts are alike:
// what is sorted is short stretches of them, mostly by a number; each record is
// moved once.
func byText[T located](in *room.Store, s *shelf[T], text func(*T) string) []T {
	s.forget(in)
	rows := s.rows
	order := thenPlace(func(x, y *T) int { return strings.Compare(text(x), text(y)) })
	if !sorted(rows, order) {
		stretches := stretchesOf(rows, text)
		slices.SortFunc(stretches, func(x, y stretch) int {
			if x.prefix != y.prefix {
				return cmp.Compare(x.prefix, y.prefix)
			}
			return order(&rows[x.from], &rows[y.from])
		})
		if in.InFile() { // it is slow where many places are touched by turns
			s.rows = room.Reserve[T](in, nil, len(rows))
			for _, x := range stretches {
				s.rows = append(s.rows, rows[x.from:x.to]...)
			}
			room.Free(in, rows)
		} else {
			arrange(rows, rowsOf(stretches, len(rows))) // in place: new memory costs more than the moves
		}
	}
	sortRows(s.rows, order) // a newer version of a row stands where the older one was
	return s.rows
}

// rowsOf lists the rows of stretches.
func rowsOf(stretches []stretch, rows int) []int32 {
	out := make([]int32, 0, rows)
	for _, x := range stretches {
		for i := x.from; i < x.to; i++ {
			out = append(out, i)
		}
	}
	return out
}

func stretchesOf[T any](rows []T, text func(*T) string) []stretch {
	var out []stretch
	last, common := text(&rows[0]), text(&rows[0])
	for i := range rows {
		t := text(&rows[i])
		if n := len(out); n > 0 && t == last {
			out[n-1].to++
			continue
		}
		for !strings.HasPrefix(t, common) {
			common = common[:len(common)-1]
		}
		out, last = append(out, stretch{from: int32(i), to: int32(i + 1)}), t
	}
	for i := range out {
		out[i].prefix = prefix(text(&rows[out[i].from])[len(common):])
	}
	return out
}

// prefix is the first eight bytes of t as a number that orders as they do.
func prefix(t string) uint64 {
	p := uint64(0)
	for i := range 8 {
		p <<= 8
		if i < len(t) {
			p |= uint64(t[i])
		}
	}
	return p
}
