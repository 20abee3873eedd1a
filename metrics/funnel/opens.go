package funnel

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Open is a deal that is open on the as-of day.
type Open struct {
	ID     crm.DealID
	Name   string
	Leaf   crm.LeafNo
	Stage  crm.Stage
	Minor  int64 // minor units of the report currency; measure.NoAmount
	Type   crm.ContractType
	Due    crm.Date // the expected close; NoDate
	First  crm.Date // the first one that is known
	Pushes int64    // how often it moved later

	due string // word of Due; once all is added
}

// keepOpen keeps an open deal with what its moments tell of the expected close.
func (a *Acc) keepOpen(o Open, d *crm.Deal, ms []moment) {
	o.Due, o.First, o.Type = crm.NoDate, crm.NoDate, crm.New
	if d != nil && d.Type != "" {
		o.Type = d.Type
	}
	for i := range ms {
		if o.Due = ms[i].due; !o.First.Known() {
			o.First = o.Due
		}
		if a.pushed(ms, i) {
			o.Pushes++
		}
	}
	a.Opens.Add(o)
}

// settleOpens sorts the open deals by unit, and says when each is due.
func (a *Acc) settleOpens() {
	words := a.dueWords()
	for i := range a.Opens {
		o := &a.Opens[i]
		o.due = words(o.Due)
		for _, n := range a.org.Path(o.Leaf) {
			s := a.scope(n)
			s.opens = append(s.opens, o)
		}
	}
}

// ahead is how many months by expected close are told apart.
const ahead = 6

// dueWords says when an open deal is expected to close: overdue, a month, later
// or none.
func (r *rules) dueWords() func(crm.Date) string {
	months := make([]crm.Period, ahead)
	next := r.asOf
	for i := range months {
		months[i] = r.fiscal.Period(crm.Month, next)
		next = months[i].End
	}
	return func(due crm.Date) string {
		if !due.Known() {
			return "none"
		}
		if due <= r.asOf {
			return "overdue"
		}
		for _, m := range months {
			if due < m.End {
				return m.Name
			}
		}
		return "later"
	}
}

// pile is a number of deals and their amount.
type pile struct{ n, minor, blank int64 }

func (s *pile) add(o *Open) {
	if s.n++; o.Minor == measure.NoAmount {
		s.blank++
	} else {
		s.minor += o.Minor
	}
}

// expected adds the open deals of a unit by when they are expected to close,
// those that are overdue, and those whose date was pushed: the same for every
// current period.
func (p *page) expected() {
	if len(p.due) > 0 {
		p.again(p.due)
		return
	}
	from := len(p.values)
	piles, overdue, pushed := map[string]*pile{}, pile{}, int64(0)
	var keys []string
	if p.scope != nil {
		for _, o := range p.scope.opens {
			if piles[o.due] == nil {
				piles[o.due] = &pile{}
				keys = append(keys, o.due)
			}
			if piles[o.due].add(o); o.due == "overdue" {
				overdue.add(o)
			}
			if o.Pushes > 0 {
				pushed++
			}
		}
	}
	slices.Sort(keys)
	for _, w := range keys {
		p.count("funnel.open_by_close", piles[w].n, "close="+w, false)
		amount := p.money("funnel.open_amount_by_close", piles[w].n, piles[w].minor, piles[w].blank)
		p.add(&amount, "close="+w, false)
	}
	p.count("funnel.close_overdue", overdue.n, "", false)
	amount := p.money("funnel.close_overdue_amount", overdue.n, overdue.minor, overdue.blank)
	p.add(&amount, "", false)
	n := measure.NewCount("funnel.pushed_deals", p.slot, pushed)
	p.told(&n, "")
	p.due = p.values[from:]
}

// openLists are the deals behind funnel.close_overdue and funnel.pushed_deals.
func (a *Acc) openLists() []measure.List {
	title := func(zh, en string) measure.Column { return measure.Column{Title: text(zh, en), Kind: measure.CellText} }
	kind := func(c measure.Column, k measure.CellKind) measure.Column { c.Kind = k; return c }
	head := []measure.Column{title("商机编号", "Deal"), title("商机名称", "Name"), kind(title("负责人", "Owner"), measure.CellScope), kind(title("阶段", "Stage"), measure.CellWord)}
	amount := kind(title("金额", "Amount"), measure.CellMoney)
	cells := func(o *Open) []measure.Cell {
		return []measure.Cell{{Text: string(o.ID)}, {Text: o.Name}, {Num: int64(a.org.Leaves[o.Leaf].Node)}, {Text: a.pipeline.ID(o.Stage)}}
	}
	late := measure.List{ID: "funnel.close_overdue", Metric: "funnel.close_overdue", Title: text("预计成交日已过的商机", "Deals past their expected close"),
		Columns: append(slices.Clone(head), kind(title("预计成交日", "Expected close"), measure.CellDate), kind(title("逾期天数", "Days overdue"), measure.CellInt), amount)}
	for _, o := range a.openBy(func(o *Open) int64 {
		if !o.Due.Known() {
			return 0
		}
		return int64(a.asOf - o.Due + 1)
	}) {
		late.Rows = append(late.Rows, measure.Row{Leaf: o.Leaf, Cells: append(cells(o), measure.Cell{Num: int64(o.Due)}, measure.Cell{Num: int64(a.asOf - o.Due)}, measure.Cell{Num: o.Minor})})
	}
	pushed := measure.List{ID: "funnel.pushed_deals", Metric: "funnel.pushed_deals", Title: text("推迟过的商机", "Deals whose expected close was pushed"),
		Columns: append(slices.Clone(head), kind(title("推迟次数", "Pushes"), measure.CellInt), kind(title("最初预计成交日", "First expected close"), measure.CellDate),
			kind(title("现预计成交日", "Expected close now"), measure.CellDate), kind(title("相差天数", "Days between"), measure.CellInt), amount)}
	for _, o := range a.openBy(func(o *Open) int64 { return o.Pushes }) {
		pushed.Rows = append(pushed.Rows, measure.Row{Leaf: o.Leaf, Cells: append(cells(o), measure.Cell{Num: o.Pushes}, measure.Cell{Num: int64(o.First)},
			measure.Cell{Num: int64(o.Due)}, measure.Cell{Num: int64(o.Due - o.First)}, measure.Cell{Num: o.Minor})})
	}
	return []measure.List{late, pushed}
}

// openBy lists the open deals of which there is some, most first, then by
// amount (unknown last) and id.
func (a *Acc) openBy(some func(*Open) int64) []*Open {
	var out []*Open
	for i := range a.Opens {
		if some(&a.Opens[i]) > 0 {
			out = append(out, &a.Opens[i])
		}
	}
	slices.SortFunc(out, func(x, y *Open) int {
		return cmp.Or(cmp.Compare(some(y), some(x)), cmp.Compare(y.Minor, x.Minor), cmp.Compare(x.ID, y.ID))
	})
	return out
}
