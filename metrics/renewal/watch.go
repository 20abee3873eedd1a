package renewal

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Lamps counts customers by what their lamps show.
type Lamps struct {
	Any     int64        `json:",omitempty"` // customers with a lamp on
	On      [lamps]int64 // by lamp
	Grey    [lamps]int64
	Score   [lamps + 1]int64 // by number of lamps on
	AtRisk  int64            `json:",omitempty"`
	Overdue int64            `json:",omitempty"` // of customers at risk, minor units of the report currency
	Lost    int64            `json:",omitempty"` // overdue of customers who have churned
	Running Sum              `json:",omitempty"` // ACV in force
	Due     Sum              `json:",omitempty"` // of that, up for renewal
}

func (l *Lamps) add(o *Lamps) {
	l.Any += o.Any
	for i := range l.On {
		l.On[i] += o.On[i]
		l.Grey[i] += o.Grey[i]
	}
	for i := range l.Score {
		l.Score[i] += o.Score[i]
	}
	l.AtRisk += o.AtRisk
	l.Overdue += o.Overdue
	l.Lost += o.Lost
	l.Running.add(o.Running)
	l.Due.add(o.Due)
}

// Watch accumulates judged accounts for the early warning: the customers with a
// recurring contract in force or pending on the as-of day, under the owner of
// that day, and what those owe who have churned.
type Watch struct {
	Leaves map[crm.LeafNo]*Lamps `json:",omitempty"`

	reader
	room   client
	risky  fold.Bag[Watched]       // no part of the state: a list
	due    map[crm.CustomerNo]bool // up for renewal, by the customer of the row
	custom []crm.CustomerNo
}

// Watched is a customer at risk.
type Watched struct {
	customer crm.CustomerNo
	leaf     crm.LeafNo
	owner    crm.RepNo
	states   [lamps]state
	score    int
	acv      Sum
	overdue  int64
	clues    []clue // of those with something due
}

// Merge adds everything of o.
func (w *Watch) Merge(o *Watch) {
	for leaf, l := range o.Leaves {
		w.at(leaf).add(l)
	}
	w.risky = append(w.risky, o.risky...)
	if w.due == nil {
		w.due = map[crm.CustomerNo]bool{}
	}
	maps.Copy(w.due, o.due)
}

func (w *Watch) at(leaf crm.LeafNo) *Lamps {
	if w.Leaves == nil {
		w.Leaves = map[crm.LeafNo]*Lamps{}
	}
	l := w.Leaves[leaf]
	if l == nil {
		l = new(Lamps)
		w.Leaves[leaf] = l
	}
	return l
}

// Add adds the customers of one account.
func (w *Watch) Add(a *Account) {
	w.custom = w.custom[:0]
	for i := range a.Cases {
		w.custom = append(w.custom, a.Cases[i].Customer)
	}
	for i := range a.Lives {
		w.custom = append(w.custom, a.Lives[i].Contract.customer)
	}
	slices.Sort(w.custom)
	for _, n := range slices.Compact(w.custom) {
		w.look(a, n)
	}
}

// look adds one customer of an account.
func (w *Watch) look(a *Account, n crm.CustomerNo) {
	c := &w.room
	w.client(c, n)
	last, running, churned := w.contracts(a, c)
	if last.Contract == nil {
		return
	}
	owner := w.owners.of(w.book, last, w.book.AsOf)
	leaf, ok := w.leaf(owner, w.book.AsOf)
	if !ok {
		return
	}
	l := w.at(leaf)
	if churned {
		_, overdue := w.overdue(c)
		l.Lost += overdue
		return
	}
	w.worth(a, n, running, l)
	x := Watched{customer: n, leaf: leaf, owner: owner, acv: soonACV(c)}
	x.states, x.overdue = w.read(c)
	w.count(l, &x)
	if x.score >= w.opts.AtRiskLights {
		if len(x.acv) > 0 {
			x.clues = slices.Clone(w.clues)
		}
		w.risky.Add(x)
	}
}

// contracts finds the contract of c that says who owns it: of those in force or
// pending the one that ends last, else of those that churned; and the pending
// ones that end soon.
func (w *Watch) contracts(a *Account, c *client) (last held, running []*Life, churned bool) {
	var lost held
	later := func(x *held, y held) {
		if x.Contract == nil || cmp.Or(cmp.Compare(x.End, y.End), cmp.Compare(x.ID, y.ID)) < 0 {
			*x = y
		}
	}
	for i := range a.Lives {
		if l := &a.Lives[i]; l.Contract.customer == c.customer && l.runs(w.book.AsOf) {
			running = append(running, l)
			later(&last, l.Contract)
		}
	}
	for i := range a.Cases {
		x := &a.Cases[i]
		if x.Customer != c.customer {
			continue
		}
		h := held{Contract: x.Contract, customer: x.Customer}
		switch x.Fate {
		case Pending:
			later(&last, h)
			if w.soon(x) {
				c.due = append(c.due, x)
			}
		case Churned:
			later(&lost, h)
		}
	}
	if last.Contract == nil {
		return lost, nil, true
	}
	return last, running, false
}

// worth adds the ACV in force of a customer, and what of it is up for renewal.
func (w *Watch) worth(a *Account, n crm.CustomerNo, running []*Life, l *Lamps) {
	for _, r := range running {
		p, why := w.acvAt(r.Contract.Contract, w.book.AsOf)
		if why != "" {
			continue
		}
		l.Running.addPart(p)
		if slices.ContainsFunc(w.room.due, func(x *Case) bool { return x.Contract == r.Contract.Contract }) {
			l.Due.addPart(p)
			if w.due == nil {
				w.due = map[crm.CustomerNo]bool{}
			}
			for _, n := range w.room.all {
				w.due[n] = true
			}
		}
	}
}

func soonACV(c *client) Sum {
	var out Sum
	for _, x := range c.due {
		if x.Unvalued == "" {
			out.addPart(x.Old)
		}
	}
	return out
}

// count adds what the lamps of x show, and its score.
func (w *Watch) count(l *Lamps, x *Watched) {
	for i, s := range x.states {
		switch s {
		case on:
			l.On[i]++
			x.score++
		case grey:
			l.Grey[i]++
		}
	}
	l.Score[x.score]++
	if x.score > 0 {
		l.Any++
	}
	if x.score >= w.opts.AtRiskLights {
		l.AtRisk++
		l.Overdue += x.overdue
	}
}

// rollUp sums the leaves into every scope.
func (w *Watch) rollUp(org *crm.Org) map[crm.NodeNo]*Lamps {
	out := map[crm.NodeNo]*Lamps{}
	for leaf, l := range w.Leaves {
		for _, scope := range org.Path(leaf) {
			if out[scope] == nil {
				out[scope] = new(Lamps)
			}
			out[scope].add(l)
		}
	}
	return out
}

// concerns reports whether there is something to show of a rep.
func (e *early) concerns(f *measure.Frame, rep crm.NodeNo) bool {
	if e == nil {
		return false
	}
	seen := e.lamps[rep] != nil
	for _, p := range f.Current {
		_, visited := e.visits[measure.Slot{Scope: rep, Period: p}]
		seen = seen || visited
	}
	return seen
}

// warned writes the early warning of a scope; reps, who are many, are shown how
// many of their customers are at risk, what those owe, and where they spend
// their visits.
func (t *table) warned(w *writer, rep bool) {
	from, l := len(w.out), orZero(t.warnings.lamps[w.slot.Scope])
	if !rep {
		w.count(warningLights, "", l.Any)
		for i, word := range lampWords {
			w.count(warningLights, "light="+word, l.On[i])
			w.some(warningLights, "light="+word+",state=grey", l.Grey[i])
		}
		for n, customers := range l.Score {
			w.some(warningLights, "score="+strconv.Itoa(n), customers)
		}
		w.rate(acvShareDue, l.Due, l.Running, 0)
	}
	w.count(atRisk, "", l.AtRisk)
	if t.warnings.owing {
		w.money(atRiskOverdue, "", l.Overdue+l.Lost)
		if !rep {
			w.money(atRiskOverdue, "customers=at_risk", l.Overdue)
			w.money(atRiskOverdue, "customers=churned", l.Lost)
		}
	}
	if a, ok := t.warnings.visits[w.slot]; ok || !rep {
		w.visited(a)
	}
	w.open(from, t.frame.Running(w.slot.Period))
}

// byDueACV orders customers at risk: the largest ACV due first, then what is
// overdue, then the id.
func (d *desk) byDueACV(x, y Watched) int {
	return cmp.Or(y.acv.Cmp(x.acv), cmp.Compare(y.overdue, x.overdue), cmp.Compare(d.book.Customers.ID(x.customer), d.book.Customers.ID(y.customer)))
}

// watchLists are the customers at risk, and the rows behind the lamps of those
// with something due.
func (d *desk) watchLists(risky []Watched) []measure.List {
	slices.SortFunc(risky, d.byDueACV)
	column := func(kind measure.CellKind, zh, en string) measure.Column {
		return measure.Column{Title: measure.Text{ZH: zh, EN: en}, Kind: kind}
	}
	l := measure.List{ID: "renewal.at_risk", Metric: atRisk, Title: measure.Text{ZH: "流失预警客户", EN: "Customers at risk"},
		Columns: []measure.Column{column(measure.CellText, "客户", "Customer"), column(measure.CellScope, "负责人", "Owner"),
			column(measure.CellMoney, "到期年化金额", "ACV due"), column(measure.CellInt, "亮灯数", "Lights on"),
			column(measure.CellWord, "采购下降", "Purchases down"), column(measure.CellWord, "投诉增加", "Complaints up"),
			column(measure.CellWord, "逾期超过 30 天", "Overdue > 30 days"), column(measure.CellWord, "60 天无有效接触", "No contact in 60 days"),
			column(measure.CellWord, "负责人变更", "Owner changed"), column(measure.CellWord, "到期无续约商机", "Expiry without a task"),
			column(measure.CellMoney, "逾期金额", "Overdue")}}
	rows := measure.List{ID: "renewal.light_rows", Metric: warningLights, Title: measure.Text{ZH: "亮灯依据", EN: "Rows behind the lights"},
		Columns: []measure.Column{column(measure.CellText, "客户", "Customer"), column(measure.CellWord, "预警灯", "Light"),
			column(measure.CellText, "表", "Table"), column(measure.CellText, "编号", "Id"), column(measure.CellDate, "日期", "Date")}}
	l.Rows = make([]measure.Row, 0, len(risky))
	for _, x := range risky {
		name := measure.Cell{Text: d.called(x.customer)}
		cells := append(make([]measure.Cell, 0, len(l.Columns)), name, measure.Cell{Num: int64(d.book.Org.RepNode(x.owner))},
			measure.Cell{Num: x.acv.Minor()}, measure.Cell{Num: int64(x.score)})
		for _, s := range x.states {
			cells = append(cells, measure.Cell{Text: stateWords[s]})
		}
		l.Rows = append(l.Rows, measure.Row{Leaf: x.leaf, Cells: append(cells, measure.Cell{Num: x.overdue})})
		for _, c := range x.clues {
			rows.Rows = append(rows.Rows, measure.Row{Leaf: x.leaf, Cells: []measure.Cell{name, {Text: lampWords[c.lamp]}, {Text: c.table}, {Text: c.id}, {Num: int64(c.date)}}})
		}
	}
	return []measure.List{l, rows}
}
