package commission

import (
	"cmp"
	"fmt"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Line is what one event of a sale brings or takes for one rep, with
// the row that says so. Amounts are in minor units of the report currency.
type Line struct {
	Rep        crm.RepNo
	Contract   crm.ContractID
	Date       crm.Date
	Kind       Kind
	Row        crm.Pos
	Base       int64 // of the whole sale
	Rate       crm.Decimal
	Share      int64    // of the rep, in units of 10^-9
	Due        [2]int64 // the part of the sale that commission is due on after it, numerator and denominator
	Cumulative int64    // of the rep and sale after it
	Amount     int64
}

// line adds to the statement. What one row says of several instalments of a sale
// is one line.
func (r *reading) line(l Line) {
	for i := len(r.cases.Lines) - 1; i >= 0; i-- {
		x := &r.cases.Lines[i]
		if x.Contract != l.Contract {
			break
		}
		if x.Rep == l.Rep && x.Kind == l.Kind && x.Row == l.Row && x.Share == l.Share && x.Rate == l.Rate {
			x.Amount, x.Cumulative, x.Due = x.Amount+l.Amount, l.Cumulative, l.Due
			return
		}
	}
	r.cases.Lines = append(r.cases.Lines, l)
}

// The lines of a statement that are of no sale; the words of the list.
const (
	carriedIn   = "carried_in"
	priorPeriod = "prior_period"
	capped      = "deduction_cap"
	carriedOn   = "carried_on"
)

// balance are those of a month. With the lines of its sales they sum to the
// payout: total + In + Prior + what the cap and the month's end carry on.
func (s *Statement) balance() []balanceLine {
	return []balanceLine{{carriedIn, s.In}, {priorPeriod, s.Prior}, {capped, s.Spared}, {carriedOn, -s.Carry - s.Spared}}
}

type balanceLine struct {
	word   string
	amount int64
}

// statement lists the running month by rep: what each event of a sale brings or
// takes, then the balance. The lines of a rep sum to the payout.
func statement(a *Acc, f *measure.Frame, pays []pay) measure.List {
	l := measure.List{ID: "commission.statement", Metric: idPayout,
		Title: measure.Text{ZH: "本月提成对账单（逐笔，合计为应发）", EN: "Commission statement of the month, by sale: its lines sum to the payout"},
		Columns: []measure.Column{
			col(measure.CellScope, "销售", "Rep"), col(measure.CellText, "合同", "Contract"), col(measure.CellDate, "日期", "Date"), col(measure.CellWord, "事项", "Event"),
			col(measure.CellMoney, "提成基数", "Base"), col(measure.CellShare, "提成比例", "Rate"), col(measure.CellShare, "分成", "Share"), col(measure.CellShare, "计提进度", "Part due"),
			col(measure.CellMoney, "累计提成", "Cumulative"), col(measure.CellMoney, "此前已计", "Before"), col(measure.CellMoney, "本次", "This line"), col(measure.CellText, "数据行", "Row")}}
	lines := map[crm.RepNo][]Line{}
	for _, x := range collect(a, func(c Cases) []Line { return c.Lines }, func(*Line) bool { return true }) {
		lines[x.Rep] = append(lines[x.Rep], x)
	}
	for i := range pays {
		p := &pays[i]
		if p.month != a.Env.month {
			continue
		}
		own := lines[p.rep]
		slices.SortStableFunc(own, func(x, y Line) int {
			return cmp.Or(cmp.Compare(x.Date, y.Date), cmp.Compare(x.Contract, y.Contract), cmp.Compare(order(x.Kind), order(y.Kind)))
		})
		for _, x := range own {
			l.Rows = append(l.Rows, measure.Row{Leaf: p.leaf, Cells: a.lineCells(p.leaf, x)})
		}
		for _, b := range p.balance() {
			if b.amount != 0 {
				l.Rows = append(l.Rows, measure.Row{Leaf: p.leaf, Cells: a.balanceCells(p, b)})
			}
		}
	}
	return l
}

func (a *Acc) lineCells(leaf crm.LeafNo, x Line) []measure.Cell {
	b := a.Env.book
	return []measure.Cell{a.scope(leaf), text(string(x.Contract)), date(x.Date), text(string(x.Kind)),
		number(x.Base), {Num: int64(x.Rate), Den: int64(crm.One)}, {Num: x.Share, Den: int64(crm.One)}, {Num: x.Due[0], Den: x.Due[1]},
		number(x.Cumulative), number(x.Cumulative - x.Amount), number(x.Amount), text(fmt.Sprintf("%s:%d", b.Files[x.Row.File], x.Row.Line))}
}

// balanceCells has no sale: what is not there prints as a dash.
func (a *Acc) balanceCells(p *pay, b balanceLine) []measure.Cell {
	none := number(measure.NoAmount)
	return []measure.Cell{a.scope(p.leaf), text(""), date(p.day), text(b.word), none, {}, {}, {}, none, none, number(b.amount), text("")}
}
