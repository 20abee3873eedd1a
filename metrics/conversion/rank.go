package conversion

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

// ranking compares the reps of a company who made valid visits; the
// signings of others are no part of it.
type ranking struct {
	prior  measure.Prior
	ranked bool // there are reps and signings enough
	reps   []crm.NodeNo
	sums   []sums
}

// apart reports whether the reps differ by more than chance explains.
func (r *ranking) apart() bool { return r.ranked && r.prior.Var > 0 }

// rate is the shrunken signings per valid visit of what a rep did.
func (r *ranking) rate(s sums) float64 {
	f := s.factors()
	return r.prior.Shrink(f.S, f.V)
}

// ranking works out that of a period, once.
func (t *table) ranking(p crm.Period) *ranking {
	if r := t.rankings[p]; r != nil {
		return r
	}
	r := &ranking{}
	var k, n []float64
	signings := int64(0)
	for i, node := range t.frame.Org.Nodes {
		if node.Level != crm.RepLevel {
			continue
		}
		s, _ := t.at(t.scopes[crm.NodeNo(i)], p)
		if s.Valid == 0 {
			continue
		}
		f := s.factors()
		r.reps, r.sums = append(r.reps, crm.NodeNo(i)), append(r.sums, s)
		k, n = append(k, f.S), append(n, f.V)
		signings += s.Signings
	}
	r.ranked = len(n) >= fewestReps && signings >= fewestSignings*int64(crm.One)
	if r.ranked {
		r.prior = measure.Rates(k, n)
	}
	t.rankings[p] = r
	return r
}

// rates appends signings per valid visit and, of reps, what a ranking goes by.
func (t *table) rates(out []measure.Value, slot measure.Slot, s sums) []measure.Value {
	if !t.visited || !t.contracts || !t.frame.IsCurrent(slot.Period) {
		return out
	}
	out = append(out, t.signingRate(slot, s))
	if t.frame.Org.Nodes[slot.Scope].Level != crm.RepLevel || s.Valid == 0 {
		return out
	}
	r, v := t.ranking(slot.Period), measure.Value{Metric: shrunkenID, Slot: slot}
	if r.ranked {
		v = measure.NewReal(shrunkenID, slot, r.rate(s))
	}
	v.N = s.Valid
	return append(out, v.Flag(!r.ranked, "too_few").Flag(r.ranked && !r.apart(), "no_detectable_difference"))
}

func (t *table) signingRate(slot measure.Slot, s sums) measure.Value {
	v := measure.NewNanoRatio(signingRateID, slot, s.Signings, s.Valid*int64(crm.One)).Flag(s.restated(), "restated")
	v.N = s.Valid
	if s.Valid == 0 {
		return v.Flag(s.Signings > 0, "no_valid_visits")
	}
	f := s.factors()
	if s.Unknown > 0 && s.Signings > 0 {
		v.Bounds = between(f.S/(f.V+float64(s.Unknown)), v.V)
	}
	lo, hi := t.garwood.At(f.S)
	return v.With(measure.Closed(lo/f.V, hi/f.V), "garwood")
}

// leaderboard ranks the reps by the shrunken rate of the current month; it is
// empty where chance may explain all there is between them.
func (t *table) leaderboard() measure.List {
	l := measure.List{ID: "conversion.leaderboard", Metric: shrunkenID,
		Title: measure.Text{ZH: "本月签单率排名（收缩后）", EN: "Signings per valid visit this month, ranked after shrinkage"},
		Columns: []measure.Column{
			{Title: measure.Text{ZH: "名次", EN: "Rank"}, Kind: measure.CellInt},
			{Title: measure.Text{ZH: "销售", EN: "Rep"}, Kind: measure.CellScope},
			{Title: measure.Text{ZH: "有效拜访", EN: "Valid visits"}, Kind: measure.CellInt},
			{Title: measure.Text{ZH: "签单", EN: "Signings"}, Kind: measure.CellReal},
			{Title: measure.Text{ZH: "每次有效拜访签单", EN: "Per valid visit"}, Kind: measure.CellShare},
			{Title: measure.Text{ZH: "区间下限", EN: "Lower"}, Kind: measure.CellShare},
			{Title: measure.Text{ZH: "区间上限", EN: "Upper"}, Kind: measure.CellShare},
			{Title: measure.Text{ZH: "收缩后", EN: "Shrunken"}, Kind: measure.CellShare},
		}}
	month := t.frame.Current[slices.Index(crm.PeriodKinds[:], crm.Month)]
	if !t.frame.Wants(measure.Slot{Scope: crm.Root, Period: month}) {
		return l
	}
	r := t.ranking(month)
	if !r.apart() {
		return l
	}
	order := make([]int, len(r.reps))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return r.compare(t.frame.Org, x, y) })
	for place, i := range order {
		s, one := r.sums[i], int64(crm.One)
		f := s.factors()
		lo, hi := t.garwood.At(f.S)
		l.Rows = append(l.Rows, measure.Row{Leaf: t.frame.Org.Leaf(t.frame.Org.Nodes[r.reps[i]].Rep, t.frame.AsOf), Cells: []measure.Cell{
			{Num: int64(place + 1)}, {Num: int64(r.reps[i])}, {Num: s.Valid}, {Num: s.Signings, Den: one},
			{Num: s.Signings, Den: s.Valid * one}, share9(lo / f.V), share9(hi / f.V), share9(r.rate(s))}})
	}
	return l
}

// share9 is a share to nine decimals.
func share9(x float64) measure.Cell {
	n, _ := crm.ParseDecimal(strconv.FormatFloat(x, 'f', 9, 64))
	return measure.Cell{Num: int64(n), Den: int64(crm.One)}
}

// compare orders two reps of a ranking: by shrunken rate, raw rate, id.
func (r *ranking) compare(org *crm.Org, x, y int) int {
	raw := func(s sums) float64 { f := s.factors(); return f.S / f.V }
	return cmp.Or(cmp.Compare(r.rate(r.sums[y]), r.rate(r.sums[x])), cmp.Compare(raw(r.sums[y]), raw(r.sums[x])),
		cmp.Compare(org.Nodes[r.reps[x]].ID, org.Nodes[r.reps[y]].ID))
}
