package report

import (
	"cmp"
	"slices"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
	"crmreport/report/pack"
)

// Sections of areas and teams whose pages the script draws: tables of which the
// words stand once before the columns, and the numbers in columns of their own,
// which have no place for reps.

// fewCases is the n below which a rate's row says that it rests on too few.
const fewCases = 5

// sheet is such a section; it has the same rows for every unit, and the script
// leaves out those without any number.
type sheet struct {
	ID     string       `json:"id"`
	Title  [2]string    `json:"title"`
	Sub    [2]string    `json:"sub"`
	Tables []sheetTable `json:"tables"`
	Marks  []int        `json:"marks"` // by period: the column of what row stands out, −1 for none
}

type sheetTable struct {
	Caption [2]string   `json:"caption"`
	Heads   [][2]string `json:"heads"`
	Bar     bool        `json:"bar"` // its rows are also the parts of a bar
	Rows    []sheetRow  `json:"rows"`
}

type sheetRow struct {
	Title  [2]string `json:"title"`
	Metric string    `json:"metric"` // what the title leads to
	Cells  []int     `json:"cells"`  // numbers of the units, −1 for none; −2 and below are metrics of all scopes
}

// rateColumns are what a rate's interval and weight are read from, by period: how
// far its ends are from it, and n.
type rateColumns struct {
	Low  []int `json:"low"`
	High []int `json:"high"`
	N    []int `json:"n"`
}

// unitNumber is a number of the units.
type unitNumber struct {
	columnMetric
	Rate *rateColumns `json:"rate"`
}

// sheetMaker adds the columns of sheets.
type sheetMaker struct {
	*index
	c      *pack.Columns
	h      *columns
	units  []*snapshot.Scope
	made   map[[3]string]int
	metric map[string]int // place among the metrics of all scopes
}

// addSheets adds the sections of the units that the script draws.
func (x *index) addSheets(c *pack.Columns, h *columns, scopes []*snapshot.Scope) {
	m := sheetMaker{index: x, c: c, h: h, made: map[[3]string]int{}, metric: map[string]int{}}
	last := 0
	for i, s := range scopes {
		if x.drawn(s) && s.Level != levelRep {
			m.units, h.Units, last = append(m.units, s), append(h.Units, i-last), i
		}
	}
	if len(m.units) == 0 {
		return
	}
	for i := range h.Metrics {
		m.metric[h.Metrics[i].ID] = i
	}
	for _, s := range []sheet{m.funnel(), m.forecast(), m.cash()} {
		if len(s.Tables) > 0 {
			h.Sheets = append(h.Sheets, s)
		}
	}
}

// of is the cell of a metric, of all scopes where those have it.
func (m *sheetMaker) of(metric, key string) int {
	if i, ok := m.metric[metric]; ok && key == "" {
		return -2 - i
	}
	return m.number(metric, key, "")
}

// number adds the columns of a metric of the units, of the periods that the
// current ones are compared with where that is wanted; −1 where there are none.
func (m *sheetMaker) number(metric, key, when string) int {
	return m.add(metric, key, when, func(n *unitNumber, _ int, column []int64) int { return m.c.AddOn(column, lastOf(n.Columns)) })
}

func (m *sheetMaker) add(metric, key, when string, add func(n *unitNumber, period int, column []int64) int) int {
	id := [3]string{metric, key, when}
	if i, ok := m.made[id]; ok {
		return i
	}
	n := unitNumber{columnMetric: columnMetric{ID: metric, Title: pair(m.title(metric)), Defined: m.defs[metric] != nil}}
	at := -1
	if m.columnsFrom(&n.columnMetric, m.h.Kinds, m.units, m.reader(metric, key, when), func(k int, column []int64) int { return add(&n, k, column) }) {
		at = len(m.h.Numbers)
		m.h.Numbers = append(m.h.Numbers, n)
	}
	m.made[id] = at
	return at
}

func (m *sheetMaker) reader(metric, key, when string) func(*snapshot.Scope, columnKind) *snapshot.Value {
	return func(s *snapshot.Scope, k columnKind) *snapshot.Value {
		if when == "then" {
			return m.get(metric, s.ID, m.compare[k.Kind].Name, key)
		}
		return m.get(metric, s.ID, k.Name, key)
	}
}

// rate is number with the interval and n: first n, then the rest in its order.
func (m *sheetMaker) rate(metric, key string) int {
	read := m.reader(metric, key, "")
	sizes := make([][]int64, len(m.h.Kinds))
	for k, kind := range m.h.Kinds {
		sizes[k] = slices.Repeat([]int64{pack.None}, len(m.units))
		for i, s := range m.units {
			if v := read(s, kind); v != nil && v.OK {
				sizes[k][i] = v.N
			}
		}
	}
	var columns []int
	at := m.add(metric, key, "", func(n *unitNumber, k int, column []int64) int {
		if n.Rate == nil {
			n.Rate = &rateColumns{}
			for _, size := range sizes {
				columns = append(columns, m.c.AddOn(size, lastOf(columns)))
			}
			n.Rate.N = columns
		}
		return m.c.AddBy(column, true, columns[k])
	})
	if at < 0 || m.h.Numbers[at].Rate.Low != nil {
		return at
	}
	n := &m.h.Numbers[at]
	for k, kind := range m.h.Kinds {
		low, high := slices.Repeat([]int64{pack.None}, len(m.units)), slices.Repeat([]int64{pack.None}, len(m.units))
		for i, s := range m.units {
			v := read(s, kind)
			if v == nil || !v.OK {
				continue
			}
			mid := m.digitsOf(m.whole(v).EN, n)
			if iv := cmp.Or(v.CI, v.Bounds); iv != nil && iv[0] != nil {
				low[i] = mid - m.digitsOf(show(m.form(v), *iv[0]).EN, n)
			}
			if iv := cmp.Or(v.CI, v.Bounds); iv != nil && iv[1] != nil {
				high[i] = m.digitsOf(show(m.form(v), *iv[1]).EN, n) - mid
			}
		}
		by := []int{n.Rate.N[k], n.Columns[k]}
		n.Rate.Low, n.Rate.High = append(n.Rate.Low, m.c.AddBy(low, false, by...)), append(n.Rate.High, m.c.AddBy(high, false, by...))
	}
	return at
}

// digitsOf are the digits of a text with as many decimals as the number has.
func (m *sheetMaker) digitsOf(text string, n *unitNumber) int64 {
	digits, decimals, _ := printed(text)
	return scaled(digits, decimals, n.Decimals)
}

// sheetTableOf is a table of the given rows, without those that have no number at all.
func sheetTableOf(caption lang.Text, heads []lang.Text, rows ...sheetRow) []sheetTable {
	t := sheetTable{Caption: pair(caption)}
	for _, h := range heads {
		t.Heads = append(t.Heads, pair(h))
	}
	for _, r := range rows {
		if slices.ContainsFunc(r.Cells, func(c int) bool { return c != -1 }) {
			t.Rows = append(t.Rows, r)
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []sheetTable{t}
}

// funnel is the funnel, what stands in each stage, and the step that lets the
// smallest share through.
func (m *sheetMaker) funnel() sheet {
	s := sheet{ID: "funnel", Title: pair(lang.T("销售漏斗", "Sales funnel")),
		Sub: pair(lang.T("标出通过率最低的一步，区间低于其他各步时着色；小字为未定商机允许的上下界", "the lowest step is marked, coloured where its interval is below every other; small print: what open deals still allow"))}
	var steps, stand []sheetRow
	for _, k := range m.keys["funnel.reached"] {
		title := pair(m.keyText(k))
		steps = append(steps, sheetRow{title, "", []int{m.rate("funnel.cohort_step_conversion", k), m.number("funnel.cohort_step_conversion", k, "then"), m.number("funnel.reached", k, "")}})
		stand = append(stand, sheetRow{title, "", []int{m.number("funnel.median_days", k, ""), m.number("funnel.open", k, ""), m.number("funnel.open_amount", k, ""), m.number("funnel.stalled", k, ""), m.number("funnel.stalled_amount", k, "")}})
	}
	s.Tables = append(s.Tables, sheetTableOf(lang.Text{}, []lang.Text{lang.T("阶段", "Stage"), lang.T("进入者通过率", "Step rate of entrants"), lang.T("同期", "Comparable"), lang.T("新建中到达", "New deals that reached")}, steps...)...)
	s.Tables = append(s.Tables, sheetTableOf(lang.T("各阶段的在途与停滞", "What stands in each stage"),
		[]lang.Text{lang.T("阶段", "Stage"), lang.T("停留天数（中位）", "Days in stage (median)"), lang.T("进行中", "Open"), lang.T("进行中金额", "Open amount"), lang.T("停滞", "Stalled"), lang.T("停滞额", "Stalled amount")}, stand...)...)
	if len(s.Tables) > 0 {
		s.Marks = m.marks()
	}
	return s
}

// marks are the columns of the step that lets the smallest share through: twice
// its place, and one more where it is sure.
func (m *sheetMaker) marks() []int {
	var out []int
	for _, k := range m.h.Kinds {
		column := slices.Repeat([]int64{pack.None}, len(m.units))
		for i, s := range m.units {
			key, _, sure := m.at(s, k.Kind).leak()
			if key == "" {
				continue
			}
			column[i] = 2 * int64(slices.Index(m.keys["funnel.reached"], key))
			if sure {
				column[i]++
			}
		}
		out = append(out, m.c.Add(column))
	}
	return out
}

// facts are rows of a metric each.
func (m *sheetMaker) facts(metrics ...string) []sheetRow {
	var rows []sheetRow
	for _, id := range metrics {
		r := sheetRow{Title: pair(m.title(id)), Cells: []int{m.of(id, "")}}
		if m.defs[id] != nil {
			r.Metric = id
		}
		rows = append(rows, r)
	}
	return rows
}

// forecast is what was forecast, what came of it, and the closed periods.
func (m *sheetMaker) forecast() sheet {
	s := sheet{ID: "forecast", Title: pair(lang.T("预测与目标", "Forecast and target")), Sub: pair(lang.With("“又高又准”：误差在 {0} 以内", "high and accurate: within {0}", m.tolerance()))}
	now := []lang.Text{lang.T("指标", "Metric"), hn()}
	s.Tables = sheetTableOf(lang.Text{}, now, m.facts("forecast.target", "forecast.submitted", "forecast.actual", "forecast.attainment", "forecast.deviation", "forecast.participation")...)
	for _, key := range m.keys["forecast.hit_rate"] {
		n, ok := trailingOf(key)
		if !ok {
			continue
		}
		var rows []sheetRow
		for _, id := range []string{"forecast.hit_rate", "forecast.accuracy", "forecast.deviation", "forecast.bias"} {
			rows = append(rows, sheetRow{pair(m.title(id)), id, []int{m.rate(id, key)}})
		}
		s.Tables = append(s.Tables, sheetTableOf(lang.With("已结束 {0} 期的准头", "Accuracy over {0} closed periods", lang.Same(n)), []lang.Text{lang.T("指标", "Metric"), lang.T("值", "Value")}, rows...)...)
		break
	}
	return s
}

// cash is what is due, how old it is, and the commission that rests on it.
func (m *sheetMaker) cash() sheet {
	s := sheet{ID: "cash", Title: pair(lang.T("应收、账龄与佣金", "Receivables and commission")), Sub: pair(lang.T("坏账扣回之后应付的佣金", "commission payable after bad debt"))}
	var ages []sheetRow
	for _, k := range m.keys["receivables.bucket"] {
		ages = append(ages, sheetRow{pair(m.keyText(k)), "", []int{m.of("receivables.bucket", k)}})
	}
	now := []lang.Text{lang.T("指标", "Metric"), hn()}
	if t := sheetTableOf(lang.T("账龄（逾期天数）", "Ageing (days past due)"), []lang.Text{lang.T("逾期天数", "Days past due"), m.title("receivables.bucket")}, ages...); len(t) > 0 {
		t[0].Bar = true
		s.Tables = append(s.Tables, t...)
	}
	s.Tables = append(s.Tables, sheetTableOf(lang.Text{}, now, m.facts("receivables.balance", "receivables.overdue", "receivables.overdue_share", "receivables.dso_countback")...)...)
	s.Tables = append(s.Tables, sheetTableOf(lang.T("佣金：计提到应付", "Commission: from accrued to payable"), now, m.facts("commission.accrued", "commission.clawed_back", "commission.restored", "commission.adjusted", "commission.deducted", "commission.payout", "commission.carried")...)...)
	return s
}
