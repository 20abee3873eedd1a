package metrics

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// strategy is what the configuration says of regions: those that are to grow
// (hunt) and those that are to earn (farm), S3-27. Their scorecards compute
// nothing but growth: they put numbers of several families side by side.
type strategy struct {
	hunt, farm []crm.NodeNo
	unknown    int64 // units that are named and not there
}

func newStrategy(o *crm.Org, hunt, farm []string) strategy {
	var s strategy
	find := func(ids []string) (out []crm.NodeNo) {
		for _, id := range ids {
			n, ok := o.Find(id)
			if !ok {
				s.unknown++
				continue
			}
			out = append(out, n)
		}
		return out
	}
	s.hunt, s.farm = find(hunt), find(farm)
	return s
}

// scored are the metrics that scorecards show.
var scored = map[string]bool{
	"forecast.actual": true, "conversion.signings": true, "activity.sales_per_head": true,
	"activity.city_customer_share": true, "activity.city_visit_share": true,
	"activity.margin_rate": true, "renewal.gross_rate": true, "renewal.logo_rate": true, "receivables.dso_countback": true,
}

// scores are the values that scorecards show.
type scores map[scoreOf][]measure.Value

type scoreOf struct {
	scope          crm.NodeNo
	period, metric string
}

// take keeps what the scorecards of s show.
func (x scores) take(values []measure.Value, s strategy) {
	for i := range values {
		v := &values[i]
		if scored[v.Metric] && s.tags(v.Slot.Scope) {
			at := scoreOf{v.Slot.Scope, v.Slot.Period.Name, v.Metric}
			x[at] = append(x[at], *v)
		}
	}
}

func (s strategy) tags(n crm.NodeNo) bool {
	return slices.Contains(s.hunt, n) || slices.Contains(s.farm, n)
}

// together are the scores of all families: each has its own metrics.
func together(families []scores) scores {
	out := scores{}
	for _, x := range families {
		maps.Copy(out, x)
	}
	return out
}

// warnings tell of units that the configuration names and nobody knows.
func (s strategy) warnings() []snapshot.Warning {
	if s.unknown == 0 {
		return nil
	}
	return []snapshot.Warning{{Code: "unknown_strategy_unit", N: s.unknown, Text: measure.Text{
		ZH: "activity.hunt 或 activity.farm 中有不认识的单位，没有计分表。", EN: "activity.hunt or activity.farm names a unit that is not there; it has no scorecard."}}}
}

// of is the one value without a key, or no value.
func (x scores) of(n crm.NodeNo, p crm.Period, metric string) measure.Value {
	for _, v := range x[scoreOf{n, p.Name, metric}] {
		if v.Key == "" {
			return v
		}
	}
	return measure.Value{}
}

// Columns that both scorecards have.
var (
	cardPlace = []measure.Column{{Title: measure.Text{ZH: "单位", EN: "Unit"}, Kind: measure.CellScope}, {Title: measure.Text{ZH: "期间", EN: "Period"}, Kind: measure.CellText}}
	cardHeads = []measure.Column{{Title: measure.Text{ZH: "人均签约额", EN: "Sales per head"}, Kind: measure.CellMoney}, {Title: measure.Text{ZH: "固定成本后贡献", EN: "Contribution after fixed cost"}, Kind: measure.CellWord}}
)

// needsCosts is the word of what no table of the inputs has.
const needsCosts = "needs_costs"

// cards are the scorecards of the quarter and the year.
func (s strategy) cards(x scores, f *measure.Frame) []snapshot.List {
	col := func(kind measure.CellKind, zh, en string) measure.Column {
		return measure.Column{Title: measure.Text{ZH: zh, EN: en}, Kind: kind}
	}
	hunt := s.card("activity.strategy_hunt", "forecast.actual", measure.Text{ZH: "打猎区域计分表：增长、新客户、覆盖", EN: "Scorecard of hunted regions: growth, new customers, coverage"}, f, s.hunt,
		[]measure.Column{col(measure.CellMoney, "签约额", "Signed"), col(measure.CellMoney, "上期同期", "Comparable stretch before"), col(measure.CellShare, "增长", "Growth"),
			col(measure.CellReal, "新签客户", "New customers"), col(measure.CellReal, "上期同期新签客户", "New customers before"), col(measure.CellShare, "新签客户增长", "Growth of new customers"),
			col(measure.CellText, "覆盖最不足的城市", "City least covered"), col(measure.CellShare, "客户占比 − 拜访占比", "Share of customers − of visits")},
		func(n crm.NodeNo, now, before crm.Period) []measure.Cell {
			city, gap := x.widest(n, now)
			amount, amountBefore := x.of(n, now, "forecast.actual"), x.of(n, before, "forecast.actual")
			signed, signedBefore := x.of(n, now, "conversion.signings"), x.of(n, before, "conversion.signings")
			return append([]measure.Cell{money(amount), money(amountBefore), growth(amount, amountBefore), real(signed), real(signedBefore), growth(signed, signedBefore), {Text: city}, gap}, x.perHead(n, now)...)
		})
	farm := s.card("activity.strategy_farm", "activity.margin_rate", measure.Text{ZH: "精耕区域计分表：毛利、续约、回款", EN: "Scorecard of farmed regions: margin, renewal, collection"}, f, s.farm,
		[]measure.Column{col(measure.CellShare, "毛利率", "Margin"), col(measure.CellShare, "毛续约率（金额）", "Gross renewal rate"), col(measure.CellShare, "客户续约率", "Logo renewal rate"), col(measure.CellReal, "应收周转天数（倒推法）", "DSO, count-back")},
		func(n crm.NodeNo, now, _ crm.Period) []measure.Cell {
			return append([]measure.Cell{real(x.of(n, now, "activity.margin_rate")), real(x.of(n, now, "renewal.gross_rate")), real(x.of(n, now, "renewal.logo_rate")), real(x.of(n, now, "receivables.dso_countback"))}, x.perHead(n, now)...)
		})
	var out []snapshot.List
	for _, l := range []snapshot.List{hunt, farm} {
		if len(l.Rows) > 0 {
			out = append(out, l)
		}
	}
	return out
}

// card is a list with a row for each unit, of the quarter and the year.
func (s strategy) card(id, metric string, title measure.Text, f *measure.Frame, units []crm.NodeNo, columns []measure.Column, cells func(n crm.NodeNo, now, before crm.Period) []measure.Cell) snapshot.List {
	l := snapshot.List{ID: id, Metric: metric, Title: title, Columns: append(append(append([]measure.Column{}, cardPlace...), columns...), cardHeads...)}
	for _, n := range units {
		for _, k := range []crm.PeriodKind{crm.Quarter, crm.Year} {
			var path []string
			for at := n; at >= 0; at = f.Org.Nodes[at].Parent {
				path = append(path, f.Org.Nodes[at].ID)
			}
			now := f.Current[k]
			row := append([]measure.Cell{{Text: f.Org.Nodes[n].ID, Num: int64(n)}, {Text: now.Name}}, cells(n, now, f.Comparable[k])...)
			l.Rows = append(l.Rows, snapshot.Row{Scopes: path, Cells: row})
		}
	}
	return l
}

// perHead are the cells of cardHeads.
func (x scores) perHead(n crm.NodeNo, p crm.Period) []measure.Cell {
	return []measure.Cell{money(x.of(n, p, "activity.sales_per_head")), {Text: needsCosts}}
}

// widest is the city whose share of the visits is furthest below its share of
// the customers (S0-37), and the one less the other.
func (x scores) widest(n crm.NodeNo, p crm.Period) (city string, gap measure.Cell) {
	visits := map[string]measure.Value{}
	for _, v := range x[scoreOf{n, p.Name, "activity.city_visit_share"}] {
		visits[v.Key] = v
	}
	width := math.Inf(-1)
	for _, c := range x[scoreOf{n, p.Name, "activity.city_customer_share"}] {
		v := visits[c.Key]
		d := c.V - v.V
		if !c.OK || !v.OK || cmp.Or(cmp.Compare(width, d), cmp.Compare(c.Key, city)) >= 0 {
			continue
		}
		width, city = d, c.Key
		gap = measure.Cell{Num: c.Num*v.Den - v.Num*c.Den, Den: c.Den * v.Den}
	}
	if city != "" {
		city = city[len("city="):]
	}
	return city, gap
}

// money is an amount, or none.
func money(v measure.Value) measure.Cell {
	if !v.OK {
		return measure.Cell{Num: measure.NoAmount}
	}
	return measure.Cell{Num: v.Num}
}

// real is a number, or none.
func real(v measure.Value) measure.Cell {
	switch {
	case !v.OK:
		return measure.Cell{}
	case v.Den != 0:
		return measure.Cell{Num: v.Num, Den: v.Den}
	}
	const digits = 1_000_000 // a number without sides, as far as it is shown
	return measure.Cell{Num: int64(math.Round(v.V * digits)), Den: digits}
}

// growth is what has been added, of what was there; nothing to grow from is no
// data.
func growth(now, before measure.Value) measure.Cell {
	if !now.OK || !before.OK || before.V <= 0 {
		return measure.Cell{}
	}
	if now.Den == before.Den {
		return measure.Cell{Num: now.Num - before.Num, Den: before.Num}
	}
	return real(measure.Value{V: now.V/before.V - 1, OK: true})
}
