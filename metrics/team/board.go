package team

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// score is what a rep or a team sold in a period.
type score struct {
	amount   int64 // minor units of the report currency
	signings int64 // 10^-9
}

// scores are by node and period.
type scores map[measure.Slot]score

// boardPeriods are the periods that boards are made for.
func boardPeriods(f *measure.Frame) []crm.Period {
	return []crm.Period{f.Current[crm.Month], f.Current[crm.Quarter], f.Current[crm.Year]}
}

// newScores sums the amounts of all contracts and the signings of new ones, by
// everybody's node and every unit.
func newScores(b *crm.Book, periods []crm.Period) scores {
	out := scores{}
	add := func(rep crm.RepNo, d crm.Date, p crm.Period, s score) {
		if rep == crm.NoRep {
			return
		}
		for _, scope := range b.Org.Path(b.Org.Leaf(rep, d)) {
			at := measure.Slot{Scope: scope, Period: p}
			was := out[at]
			out[at] = score{was.amount + s.amount, was.signings + s.signings}
		}
	}
	earned(b, func(c *crm.Contract, rep crm.RepNo, minor int64) {
		for _, p := range periods {
			if p.Contains(c.SignDate) {
				add(rep, c.SignDate, p, score{amount: minor})
			}
		}
	})
	signings(b, periods, func(c *crm.Contract, rep crm.RepNo, n int, nano int64) {
		add(rep, c.SignDate, periods[n], score{signings: nano})
	})
	return out
}

// entry is a line of a board.
type entry struct {
	node crm.NodeNo
	leaf crm.LeafNo
	score
	place, inRegion int64
}

// ranked orders those of a level who sold in a period, by amount, signings and
// id, and numbers them in the company and in their region. Who sold as much
// shares the place.
func (s scores) ranked(b *crm.Book, p crm.Period, level crm.Level) []entry {
	var out []entry
	for i, n := range b.Org.Nodes {
		if x := s[measure.Slot{Scope: crm.NodeNo(i), Period: p}]; n.Level == level && (x.amount > 0 || x.signings > 0) {
			out = append(out, entry{node: crm.NodeNo(i), leaf: leafOf(b, crm.NodeNo(i)), score: x})
		}
	}
	slices.SortFunc(out, func(x, y entry) int {
		return cmp.Or(-cmp.Compare(x.amount, y.amount), -cmp.Compare(x.signings, y.signings), cmp.Compare(b.Org.Nodes[x.node].ID, b.Org.Nodes[y.node].ID))
	})
	type standing struct {
		n, place int64
		last     score
	}
	regions := map[crm.NodeNo]*standing{}
	next := func(in crm.NodeNo, x score) int64 {
		s := regions[in]
		if s == nil {
			s = &standing{}
			regions[in] = s
		}
		s.n++
		if s.n == 1 || x != s.last {
			s.place, s.last = s.n, x
		}
		return s.place
	}
	for i := range out {
		out[i].place = next(crm.Root, out[i].score)
		if r := regionOf(b.Org, out[i].leaf); r != crm.Root {
			out[i].inRegion = next(r, out[i].score)
		}
	}
	return out
}

// regionOf is the region of a leaf, the company where it lies in none.
func regionOf(o *crm.Org, leaf crm.LeafNo) crm.NodeNo {
	for _, n := range o.Path(leaf) {
		if o.Nodes[n].Level == crm.Region {
			return n
		}
	}
	return crm.Root
}

// leafOf is a leaf to show a line of a node by: a rep's of the as-of day, any in
// a unit.
func leafOf(b *crm.Book, n crm.NodeNo) crm.LeafNo {
	if rep := b.Org.Nodes[n].Rep; rep != crm.NoRep {
		return b.Org.Leaf(rep, b.AsOf)
	}
	for i := range b.Org.Leaves {
		if slices.Contains(b.Org.Path(crm.LeafNo(i)), n) {
			return crm.LeafNo(i)
		}
	}
	return b.Org.NobodyLeaf()
}

// boards lists the top sellers, teams and areas of the month, the quarter and the year
// (S0-39, S2-18).
func boards(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("contracts") {
		return measure.Result{}
	}
	s := newScores(b, boardPeriods(f))
	return measure.Result{Lists: []measure.List{
		s.board(b, f, o, crm.RepLevel, measure.List{ID: "activity.leaderboard", Metric: "conversion.signed_amount", Title: text("销售榜：月、季、年", "Top sellers of the month, quarter and year")}, "销售", "Rep"),
		s.board(b, f, o, crm.Team, measure.List{ID: "activity.team_board", Metric: "conversion.signed_amount", Title: text("团队榜：月、季、年", "Top teams of the month, quarter and year")}, "团队", "Team"),
		s.board(b, f, o, crm.Area, measure.List{ID: "activity.area_board", Metric: "conversion.signed_amount", Title: text("区域榜：月、季、年", "Top areas of the month, quarter and year")}, "区域", "Area"),
	}}
}

// board fills a list with those near the top of the company or of their region.
func (s scores) board(b *crm.Book, f *measure.Frame, o Options, level crm.Level, l measure.List, zh, en string) measure.List {
	l.Columns = []measure.Column{column(measure.CellText, "期间", "Period"), column(measure.CellInt, "公司名次", "Place"), column(measure.CellInt, "大区名次", "In the region"),
		column(measure.CellScope, zh, en), column(measure.CellMoney, "签约金额", "Amount signed"), column(measure.CellReal, "新签数", "Signings")}
	for _, p := range boardPeriods(f) {
		for _, e := range s.ranked(b, p, level) {
			if e.place > int64(o.BoardPlaces) && (e.inRegion == 0 || e.inRegion > int64(o.BoardPlaces)) {
				continue
			}
			l.Rows = append(l.Rows, measure.Row{Leaf: e.leaf, Cells: []measure.Cell{{Text: p.Name}, {Num: e.place}, {Num: e.inRegion}, {Num: int64(e.node)},
				{Num: e.amount}, {Num: e.signings, Den: int64(crm.One)}}})
		}
	}
	return l
}
