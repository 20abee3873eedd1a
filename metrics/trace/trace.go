// Package trace finds the rows behind a number by taking rows away
// and computing it again: the code that computes is the code that explains. It
// knows no metric.
package trace

import (
	"cmp"
	"slices"
	"sync"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
)

// Rows returns the rows of groups that number rests on, by table, file and
// line: of each group a smallest set, one that gives the same number and of
// which no row can be spared. Of rows that say the same the first stays. A
// group that makes no difference to the number of no rows has none. Where rows
// of a group only mean something together (whole), the group is not cut.
func Rows[N comparable](groups []*crm.Book, whole bool, number func(*crm.Book) N) []crm.RowRef {
	return Keeping(groups, func(crm.Pos) bool { return whole }, number)
}

// Keeping is Rows, never sparing those that keep names of a group that makes a
// difference: rows of several groups, which count for each of them.
func Keeping[N comparable](groups []*crm.Book, keep func(crm.Pos) bool, number func(*crm.Book) N) []crm.RowRef {
	none := nothing(number)
	return collect(groups, func(b *crm.Book) []crm.RowRef { return behind(b, keep, number, none).Rows() })
}

// Sides is Rows for a number of two sides: rows that give both, and of them
// those that the first side rests on, and those for the second with what only
// counts for both together.
func Sides[N comparable](groups []*crm.Book, whole bool, both func(*crm.Book) (first, second N)) (first, second []crm.RowRef) {
	type pair struct{ a, b N }
	cut := make([]*crm.Book, len(groups))
	number := func(b *crm.Book) pair { x, y := both(b); return pair{x, y} }
	none := nothing(number)
	fold.Each(len(groups), func(i int) { cut[i] = behind(groups[i], func(crm.Pos) bool { return whole }, number, none) })
	first = Rows(cut, whole, func(b *crm.Book) N { x, _ := both(b); return x })
	second = Rows(cut, whole, func(b *crm.Book) N { _, y := both(b); return y })
	listed := map[crm.Pos]bool{}
	for _, r := range slices.Concat(first, second) {
		listed[r.Pos] = true
	}
	for _, b := range cut {
		second = append(second, b.Part(func(p crm.Pos) bool { return !listed[p] }).Rows()...)
	}
	return first, Sorted(second)
}

func collect(groups []*crm.Book, rows func(*crm.Book) []crm.RowRef) []crm.RowRef {
	found := make([][]crm.RowRef, len(groups))
	fold.Each(len(groups), func(i int) { found[i] = rows(groups[i]) })
	return Sorted(slices.Concat(found...))
}

// Sorted puts rows in order by table, file and line, each once.
func Sorted(rows []crm.RowRef) []crm.RowRef {
	slices.SortFunc(rows, order)
	return slices.Compact(rows)
}

func order(x, y crm.RowRef) int {
	return cmp.Or(cmp.Compare(x.Table, y.Table), cmp.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line))
}

// nothing returns the number of no rows. Groups differ in that by their Org at
// most, of which there are few.
func nothing[N comparable](number func(*crm.Book) N) func(*crm.Book) N {
	var known sync.Map // by Org
	return func(bare *crm.Book) N {
		if n, ok := known.Load(bare.Org); ok {
			return n.(N)
		}
		n := number(bare)
		known.Store(bare.Org, n)
		return n
	}
}

// behind is b with no more rows than number needs and keep names; none is the
// number of none.
func behind[N comparable](b *crm.Book, keep func(crm.Pos) bool, number, none func(*crm.Book) N) *crm.Book {
	want, bare := number(b), b.Part(func(crm.Pos) bool { return false })
	if want == none(bare) {
		return bare
	}
	rows := slices.DeleteFunc(places(b), keep)
	return spare(b, rows, len(rows) > few, func(b *crm.Book) bool { return number(b) == want })
}

// few is how many rows a group may have for each to be tried alone. Of a larger
// group whole stretches are tried first; a payment and its refund, which make no
// difference together, then go together.
const few = 64

// spare takes out of b what can be spared of rows, from the last on.
func spare(b *crm.Book, rows []crm.Pos, stretches bool, same func(*crm.Book) bool) *crm.Book {
	if len(rows) == 0 {
		return b
	}
	if stretches || len(rows) == 1 {
		out := make(map[crm.Pos]bool, len(rows))
		for _, r := range rows {
			out[r] = true
		}
		if without := b.Part(func(p crm.Pos) bool { return !out[p] }); same(without) {
			return without
		}
	}
	if len(rows) == 1 {
		return b
	}
	half := len(rows) / 2
	b = spare(b, rows[half:], stretches, same)
	return spare(b, rows[:half], stretches, same)
}

// places lists the rows of a book, each once: one that feeds two tables goes
// from both.
func places(b *crm.Book) []crm.Pos {
	var out []crm.Pos
	seen := map[crm.Pos]bool{}
	for _, r := range b.Rows() {
		if !seen[r.Pos] {
			seen[r.Pos] = true
			out = append(out, r.Pos)
		}
	}
	return out
}
