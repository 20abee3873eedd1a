package forecast

import (
	"math/big"
	"sort"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// lists names who is off, over the trailing closed months, else weeks, else
// quarters: the first kind that anybody forecasts.
func (w *writer) lists() []measure.List {
	kind := w.listed()
	if kind == noKind {
		return nil
	}
	last := w.board.last[kind]
	out := []measure.List{w.whoIsOff(last)}
	if w.cascades {
		out = append(out, w.confidenceOff(last))
	}
	if l, any := w.calibrationList(); any {
		out = append(out, l)
	}
	if l, any := w.outlierList(kind); any {
		out = append(out, l)
	}
	return out
}

// rank is a row with what it is sorted by: the larger miss first, then the
// order of the tree.
type rank struct {
	miss *big.Rat
	node crm.NodeNo
	row  measure.Row
}

func worstFirst(rs []rank) []measure.Row {
	sort.Slice(rs, func(i, j int) bool {
		if c := rs[i].miss.Cmp(rs[j].miss); c != 0 {
			return c > 0
		}
		return rs[i].node < rs[j].node
	})
	var out []measure.Row
	for _, r := range rs {
		out = append(out, r.row)
	}
	return out
}

func (w *writer) whoIsOff(last []int) measure.List {
	l := measure.List{ID: "forecast.who_is_off", Metric: "forecast.bias", Title: whoIsOffTitle, Columns: whoIsOffColumns()}
	var rs []rank
	for n := range w.board.cells {
		s := w.board.over(seriesAll, n, last)
		if !w.ranked(n) || s.n == 0 || withinMinor(w.o.Tolerance, pair{s.forecast, s.actual}) {
			continue
		}
		sum, absolute := sums(s.errors)
		signal := measure.Cell{Num: sum * int64(len(s.errors)), Den: absolute}
		if absolute == 0 {
			signal.Den = 1
		}
		rs = append(rs, rank{new(big.Rat).SetInt64(abs(sum)), n, measure.Row{Leaf: w.leafOf(n, last), Cells: []measure.Cell{
			{Num: int64(n)}, {Num: s.forecast}, {Num: s.actual}, {Num: s.actual - s.forecast, Den: max(0, s.forecast)},
			{Num: s.hits}, {Num: s.n}, signal}}})
	}
	l.Rows = worstFirst(rs)
	return l
}

func (w *writer) confidenceOff(last []int) measure.List {
	l := measure.List{ID: "forecast.confidence_off", Metric: "forecast.handed_up", Title: confidenceOffTitle, Columns: confidenceOffColumns()}
	var rs []rank
	for n := range w.board.cells {
		s := w.board.over(seriesAll, n, last)
		if w.Org.Nodes[n].Level == crm.RepLevel || !w.ranked(n) || s.up == nil || within(w.o.Tolerance, s.up, s.covered) {
			continue
		}
		off := new(big.Rat).SetInt64(s.covered)
		off.Sub(off, s.up)
		d := quotient("", measure.Slot{}, off, positive(s.up))
		rs = append(rs, rank{new(big.Rat).Abs(off), n, measure.Row{Leaf: w.leafOf(n, last), Cells: []measure.Cell{
			{Num: int64(n)}, {Num: rounded(s.up)}, {Num: s.covered}, {Num: d.Num, Den: d.Den},
			{Num: s.missed}, {Num: s.handed}}}})
	}
	l.Rows = worstFirst(rs)
	return l
}

// ranked leaves out the company, which the page shows anyway, and the two nodes
// that nobody leads.
func (w *writer) ranked(n crm.NodeNo) bool {
	return n != crm.Root && !strings.HasPrefix(w.Org.Nodes[n].ID, "(")
}

// leafOf is the leaf under which a scope's row is listed: a rep's at the last
// freeze; for a unit its manager's own, so that the row shows at the unit and
// above, else the first leaf in or below it.
func (w *writer) leafOf(n crm.NodeNo, last []int) crm.LeafNo {
	node := w.Org.Nodes[n]
	if node.Level == crm.RepLevel {
		return w.Org.Leaf(node.Rep, w.frozen(w.board.periods[last[len(last)-1]]).Date())
	}
	below := w.Org.NobodyLeaf()
	for i, l := range w.Org.Leaves {
		if l.Unit == n && l.Rep == node.Manager && l.Rep != crm.NoRep {
			return crm.LeafNo(i)
		}
		if below != w.Org.NobodyLeaf() {
			continue
		}
		for _, up := range w.Org.Path(crm.LeafNo(i)) {
			if up == n {
				below = crm.LeafNo(i)
			}
		}
	}
	return below
}
