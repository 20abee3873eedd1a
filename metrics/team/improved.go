package team

import (
	"cmp"
	"slices"
	"strconv"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// A ranking needs so many reps and so many signings.
const (
	fewestReps     = 4
	fewestSignings = 5
)

// shrunken are the rates of every rep with a valid visit in a stretch.
type shrunken struct {
	yields map[crm.RepNo]Yield
	prior  measure.Prior
	ranked bool
}

// newShrunken shrinks the rates of [from, last].
func newShrunken(b *crm.Book, m *marks, from, last crm.Date) *shrunken {
	s := &shrunken{yields: map[crm.RepNo]Yield{}}
	var k, n []float64
	signings := int64(0)
	for i := range b.Org.Nodes { // in a fixed order: sums of floats depend on it
		rep := b.Org.Nodes[i].Rep
		if rep == crm.NoRep {
			continue
		}
		y := m.between(rep, from, last)
		if y.Valid == 0 {
			continue
		}
		s.yields[rep] = y
		k, n = append(k, float64(y.Signings)/float64(crm.One)), append(n, float64(y.Valid))
		signings += y.Signings
	}
	if s.ranked = len(n) >= fewestReps && signings >= fewestSignings*int64(crm.One); s.ranked {
		s.prior = measure.Rates(k, n)
	}
	return s
}

func (s *shrunken) rate(rep crm.RepNo) float64 {
	y := s.yields[rep]
	return s.prior.Shrink(float64(y.Signings)/float64(crm.One), float64(y.Valid))
}

// change is how a rep's shrunken rate changed; false where one of the stretches
// has too few valid visits, or no ranking.
func change(now, before *shrunken, rep crm.RepNo, atLeast int64) (float64, bool) {
	if !now.ranked || !before.ranked || now.yields[rep].Valid < atLeast || before.yields[rep].Valid < atLeast {
		return 0, false
	}
	return now.rate(rep) - before.rate(rep), true
}

// improved computes who got better: the shrunken rate of the month and of the
// quarter against that of the stretch before (S0-39).
func improved(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("visits") || !b.Has("contracts") {
		return measure.Result{}
	}
	out := f.Out()
	l := measure.List{ID: "activity.most_improved", Metric: changeID, Title: text("进步榜：月、季", "Most improved of the month and the quarter"),
		Columns: []measure.Column{column(measure.CellText, "期间", "Period"), column(measure.CellInt, "名次", "Place"), column(measure.CellScope, "销售", "Rep"),
			column(measure.CellInt, "本期有效拜访", "Valid visits now"), column(measure.CellInt, "上期有效拜访", "Valid visits before"),
			column(measure.CellReal, "本期（收缩后）", "Rate now, shrunken"), column(measure.CellReal, "上期（收缩后）", "Rate before, shrunken"), column(measure.CellReal, "变化", "Change")}}
	var m *marks
	for _, kind := range []crm.PeriodKind{crm.Month, crm.Quarter} {
		p, q := f.Current[kind], f.Comparable[kind]
		if !slices.ContainsFunc(f.Close(), func(r crm.Period) bool { return r == p }) {
			continue
		}
		if m == nil {
			m = newMarks(b, o, f.Comparable[crm.Quarter].Start)
		}
		now, before := newShrunken(b, m, p.Start, p.End-1), newShrunken(b, m, q.Start, q.End-1)
		l.Rows = append(l.Rows, improvers(b, f, o, out, p, now, before)...)
	}
	return measure.Result{Values: out.Rest(), Lists: []measure.List{l}}
}

// improvers puts the change of every rep of a period, and lists those with most.
// Where chance explains all there is between reps nobody is listed.
func improvers(b *crm.Book, f *measure.Frame, o Options, out *measure.Out, p crm.Period, now, before *shrunken) []measure.Row {
	type better struct {
		rep crm.RepNo
		by  float64
	}
	var all []better
	for i := range b.Org.Nodes {
		rep := b.Org.Nodes[i].Rep
		if rep == crm.NoRep {
			continue
		}
		x, ok := change(now, before, rep, int64(o.ImprovedVisits))
		if !ok {
			continue
		}
		if slices.Contains(f.Wanted(crm.NodeNo(i), false), p) {
			v := measure.NewReal(changeID, measure.Slot{Scope: crm.NodeNo(i), Period: p}, x).Keyed("base=previous")
			v.N, v.Open = now.yields[rep].Valid, f.Running(p)
			out.Add(v.Flag(now.prior.Var == 0 || before.prior.Var == 0, "no_detectable_difference"))
		}
		if x > 0 && now.prior.Var > 0 && before.prior.Var > 0 {
			all = append(all, better{rep, x})
		}
	}
	slices.SortFunc(all, func(x, y better) int {
		return cmp.Or(-cmp.Compare(x.by, y.by), cmp.Compare(b.Reps.ID(x.rep), b.Reps.ID(y.rep)))
	})
	var rows []measure.Row
	for i, x := range all[:min(len(all), o.BoardPlaces)] {
		rows = append(rows, measure.Row{Leaf: b.Org.Leaf(x.rep, b.AsOf), Cells: []measure.Cell{{Text: p.Name}, {Num: int64(i + 1)}, seller(b.Org, x.rep),
			{Num: now.yields[x.rep].Valid}, {Num: before.yields[x.rep].Valid}, nine(now.rate(x.rep)), nine(before.rate(x.rep)), nine(x.by)}})
	}
	return rows
}

// nine is a number to nine decimals.
func nine(x float64) measure.Cell {
	n, _ := crm.ParseDecimal(strconv.FormatFloat(x, 'f', 9, 64))
	return measure.Cell{Num: int64(n), Den: int64(crm.One)}
}
