package report

import (
	"slices"
	"strconv"
	"strings"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
	"crmreport/report/pack"
)

// Pages of reps, and of areas and teams where there are hundreds of units, are
// drawn by the script from columns of numbers: templates/levels.js. The numbers
// are what would be printed, so that the page shows what Go would show.

// maxPacked is how many units have a page made in advance, with more only the
// company and its regions.
const maxPacked = 150

// drawn reports whether the script draws the page of a scope.
func (x *index) drawn(s *snapshot.Scope) bool {
	top := s.Level == levelCompany || s.Level == "region"
	if s == &x.d.Scopes[0] {
		return false
	}
	return s.Level == levelRep || !top && len(x.scopes)-x.reps > maxPacked
}

// columns is what stands before the columns. Scopes go by their place.
type columns struct {
	Golden   float64        `json:"golden"`
	Rule     [2]string      `json:"rule"`
	Currency string         `json:"currency"`
	Kinds    []columnKind   `json:"kinds"`
	Metrics  []columnMetric `json:"metrics"`
	Below    []columnMetric `json:"below"` // what only the table of units shows
	Weeks    []string       `json:"weeks"`
	Running  bool           `json:"running"` // the last week is
	Series   []columnMetric `json:"series"`

	Anchors  []string       `json:"anchors"`
	Names    [][]string     `json:"names"` // one, or one of each language
	Levels   []int          `json:"levels"`
	Rep      int            `json:"rep"`   // the level of reps, −1 where there are none
	Words    [][2]string    `json:"words"` // of the levels
	Parents  []int          `json:"parents"`
	Managers map[int]string `json:"managers"`
	Drawn    []int          `json:"drawn"` // those whose page is drawn, each this much after the one before
	Units    []int          `json:"units"` // those of them that are no reps, likewise
	Numbers  []unitNumber   `json:"numbers"`
	Sheets   []sheet        `json:"sheets"`
}

// columnKind is a kind of period.
type columnKind struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Running bool   `json:"running"`
}

// columnMetric says how the numbers of a metric print.
type columnMetric struct {
	ID       string    `json:"id"`
	Title    [2]string `json:"title"`
	Decimals int       `json:"decimals"`
	Trim     bool      `json:"trim"` // without zeros at the end
	Sign     bool      `json:"sign"` // a + before what is above 0
	After    string    `json:"after"`
	Money    bool      `json:"money"`
	Defined  bool      `json:"defined"`
	Columns  []int     `json:"columns"` // by period, −1 where there is none; of weeks: whole ones, and hundredths where there are any
	Unit     int64     `json:"unit"`    // of weeks: what 1 stands for
	Rule     [][]int   `json:"rule"`    // of the golden rule, by period: lower end, upper end, n, verdict
}

func pair(t lang.Text) [2]string { return [2]string{t.ZH, t.EN} }

// packColumns is the columns as text for the page, none where the script draws
// nothing, and whether they have sections of units.
func (x *index) packColumns() (text string, sheets bool, err error) {
	h, scopes := x.columnScopes()
	if len(h.Drawn) == 0 {
		return "", false, nil
	}
	var c pack.Columns
	for _, k := range kinds() {
		if p, ok := x.current[k]; ok {
			h.Kinds = append(h.Kinds, columnKind{k, p.Name, p.Running})
		}
	}
	for _, m := range matrixMetrics() {
		x.columnsOf(&c, &h, m, scopes)
	}
	x.packUnits(&c, &h, scopes)
	x.columnWeeks(&c, &h, scopes)
	x.addSheets(&c, &h, scopes)
	text, err = c.Text(h)
	return text, len(h.Sheets) > 0, err
}

// columnScopes are the scopes that a drawn page names: all units, and reps that
// have a page.
func (x *index) columnScopes() (columns, []*snapshot.Scope) {
	h := columns{Golden: float64(x.d.Golden), Rule: pair(x.ruleText()), Currency: x.d.Currency, Managers: map[int]string{}}
	var scopes []*snapshot.Scope
	at, levels, last := map[string]int{}, map[string]int{}, 0
	for i := range x.d.Scopes {
		s := &x.d.Scopes[i]
		if _, twice := at[s.ID]; twice || !x.links[s.ID] {
			continue
		}
		n, name, parent := len(scopes), x.name(s), -1
		if p, ok := at[s.Parent]; ok && n > 0 {
			parent = p
		}
		at[s.ID], scopes = n, append(scopes, s)
		if _, known := levels[s.Level]; !known {
			levels[s.Level] = len(h.Words)
			h.Words = append(h.Words, pair(levelText(s.Level)))
		}
		names := []string{name.ZH}
		if name.EN != name.ZH {
			names = append(names, name.EN)
		}
		h.Anchors, h.Names, h.Levels, h.Parents = append(h.Anchors, x.anchors[s.ID]), append(h.Names, names), append(h.Levels, levels[s.Level]), append(h.Parents, parent)
		if s.Manager != "" && x.drawn(s) {
			h.Managers[n] = s.Manager
		}
		if x.drawn(s) {
			h.Drawn, last = append(h.Drawn, n-last), n
		}
	}
	h.Rep = -1
	if n, ok := levels[levelRep]; ok {
		h.Rep = n
	}
	return h, scopes
}

// printed reads a number as it prints: its digits, and how many are decimals.
func printed(text string) (n int64, decimals int, ok bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, 0, true // as most are
	}
	digits := unprinted.Replace(text)
	if _, frac, cut := strings.Cut(digits, "."); cut {
		decimals = len(frac)
	}
	n, err := strconv.ParseInt(strings.Replace(digits, ".", "", 1), 10, 64)
	return n, decimals, err == nil
}

// unprinted leaves of a printed number what ParseInt reads, and the point.
var unprinted = strings.NewReplacer(",", "", "%", "", "+", "", "−", "-")

// scaled is n with more decimals.
func scaled(n int64, from, to int) int64 {
	for ; from < to; from++ {
		n *= 10
	}
	return n
}

// dependsOn are what the numbers of a metric mostly follow from: columns in the
// order of those, and commission that is paid out from that accrued on, are
// half as long.
var dependsOn = map[string][]string{
	"conversion.valid_per_signing": {"conversion.signings", "conversion.valid_visits"},
	"renewal.logo_rate":            {"renewal.due"},
}

// weeksDependOn is the same of weeks.
var weeksDependOn = map[string]string{"conversion.valid_visits": "conversion.visits", "conversion.signed_amount": "conversion.signings"}

// columnsOf adds the columns of a metric.
func (x *index) columnsOf(c *pack.Columns, h *columns, metric string, scopes []*snapshot.Scope) {
	m := columnMetric{ID: metric, Title: pair(x.title(metric)), Defined: x.defs[metric] != nil}
	read := func(s *snapshot.Scope, p columnKind) *snapshot.Value { return x.get(metric, s.ID, p.Name, "") }
	any := x.columnsFrom(&m, h.Kinds, scopes, read, func(k int, column []int64) int {
		if by := h.columnsOf(k, dependsOn[metric]...); len(by) > 0 {
			return c.AddBy(column, metric == "conversion.valid_per_signing", by...)
		}
		if on := h.columnsOf(k, "commission.accrued"); metric == "commission.payout" && len(on) > 0 {
			return c.AddOn(column, on[0])
		}
		return c.AddOn(column, lastOf(m.Columns))
	})
	if metric == "conversion.valid_per_signing" {
		for k, p := range h.Kinds {
			m.Rule = append(m.Rule, x.columnRule(c, metric, p.Name, scopes, h.columnsOf(k, dependsOn[metric]...)))
		}
	}
	if any || len(m.Rule) > 0 {
		h.Metrics = append(h.Metrics, m)
	}
}

// columnsOf are the columns of other metrics in a period, of those that have any.
func (h *columns) columnsOf(period int, metrics ...string) []int {
	var out []int
	for _, id := range metrics {
		for _, m := range h.Metrics {
			if m.ID == id && m.Columns[period] >= 0 {
				out = append(out, m.Columns[period])
			}
		}
	}
	return out
}

// lastOf is the last column of a metric up to here, −1 where there is none.
func lastOf(columns []int) int {
	for _, c := range slices.Backward(columns) {
		if c >= 0 {
			return c
		}
	}
	return -1
}

// columnsFrom adds columns of what is read, one a period: twice the number, and
// one more where it is open although its period is not running. It reports
// whether there is any number, and adds nothing without.
func (x *index) columnsFrom(m *columnMetric, periods []columnKind, scopes []*snapshot.Scope, read func(*snapshot.Scope, columnKind) *snapshot.Value, add func(period int, column []int64) int) bool {
	type number struct {
		n        int64
		decimals int
		open, ok bool
	}
	rows, any := make([][]number, len(periods)), false
	for k, p := range periods {
		rows[k] = make([]number, len(scopes))
		for i, s := range scopes {
			v := read(s, p)
			if v == nil || !v.OK {
				continue
			}
			n, decimals, ok := printed(x.whole(v).EN)
			if !ok {
				continue
			}
			rows[k][i] = number{n, decimals, !v.Final && !p.Running, true}
			if m.Decimals = max(m.Decimals, decimals); !any {
				x.columnForm(m, x.form(v))
			}
			any = true
		}
	}
	if !any {
		m.Columns = slices.Repeat([]int{-1}, len(periods))
		return false
	}
	for k, row := range rows {
		column, some := make([]int64, len(row)), false
		for i, r := range row {
			if column[i] = pack.None; !r.ok {
				continue
			}
			column[i], some = 2*scaled(r.n, r.decimals, m.Decimals), true
			if r.open {
				column[i]++
			}
		}
		if !some {
			m.Columns = append(m.Columns, -1)
			continue
		}
		m.Columns = append(m.Columns, add(k, column))
	}
	return true
}

func (x *index) columnForm(m *columnMetric, f form) {
	switch f {
	case asCount:
		m.Trim = true
	case asPercent:
		m.After = "%"
	case asSignedPercent:
		m.After, m.Sign = "%", true
	case asEffect:
		m.Sign = true
	case asMoney:
		m.Money = true
	}
}

// columnRule adds the ends of the intervals of a period in hundredths, what they
// rest on, and the verdicts: 1 is below the rule, 2 above.
func (x *index) columnRule(c *pack.Columns, metric, period string, scopes []*snapshot.Scope, by []int) []int {
	var four [4][]int64
	for i := range four {
		four[i] = make([]int64, len(scopes))
	}
	end := func(b snapshot.Bound) int64 {
		if b == nil {
			return pack.None
		}
		n, decimals, ok := printed(lang.Ratio(*b))
		if !ok {
			return pack.None
		}
		return scaled(n, decimals, 2)
	}
	for i, s := range scopes {
		four[0][i], four[1][i] = pack.None, pack.None
		v := x.get(metric, s.ID, period, "")
		if v == nil {
			continue
		}
		if v.CI != nil {
			four[0][i], four[1][i] = end(v.CI[0]), end(v.CI[1])
		}
		four[2][i] = v.N
		switch tone, _ := rule(v); tone {
		case "bad":
			four[3][i] = 1
		case "good":
			four[3][i] = 2
		}
	}
	var out []int
	for _, column := range four {
		out = append(out, c.AddBy(column, true, by...))
	}
	return out
}

// columnWeeks adds the series of weeks: a column a metric, scope by scope and
// in it week by week; amounts in whole units.
func (x *index) columnWeeks(c *pack.Columns, h *columns, scopes []*snapshot.Scope) {
	s := x.d.Series
	if s == nil || len(s.Weeks) < 2 {
		return
	}
	for _, p := range s.Weeks {
		h.Weeks = append(h.Weeks, p.Name)
	}
	h.Running = s.Weeks[len(s.Weeks)-1].Running
	for _, metric := range []string{"conversion.visits", "conversion.valid_visits", "conversion.signings", "conversion.signed_amount"} {
		m := columnMetric{ID: metric, Title: pair(x.title(metric)), Defined: x.defs[metric] != nil, Trim: true}
		d := x.defs[metric]
		m.Money = d != nil && d.Kind == measure.Amount
		rows, any := make([]*snapshot.SeriesRow, len(scopes)), false
		for i, sc := range scopes {
			if !x.drawn(sc) {
				continue
			}
			if rows[i] = s.Of(sc.ID, metric); rows[i] == nil {
				continue
			}
			for _, n := range rows[i].Weeks {
				any = any || n != 0
				if n%rows[i].Scale != 0 {
					m.Decimals = 2
				}
			}
		}
		if any {
			m.Columns = x.weekColumns(c, rows, len(s.Weeks), &m, h.weeksOf(weeksDependOn[metric]))
			h.Series = append(h.Series, m)
		}
	}
}

// weeksOf are the columns of another metric's weeks.
func (h *columns) weeksOf(metric string) []int {
	for _, m := range h.Series {
		if m.ID == metric {
			return m.Columns
		}
	}
	return nil
}

// weekColumns adds the weeks of a metric. Most counts are whole: hundredths have
// a column of their own. Where thousands of reps have amounts, which nothing
// shortens, they are rounded to about a hundredth: they are drawn, not read.
func (x *index) weekColumns(c *pack.Columns, rows []*snapshot.SeriesRow, weeks int, m *columnMetric, by []int) []int {
	whole, rest := make([]int64, len(rows)*weeks), make([]int64, len(rows)*weeks)
	digits := measure.MinorDigits(x.d.Currency)
	var sum, some int64
	for i, r := range rows {
		if r == nil {
			continue
		}
		for w, n := range r.Weeks {
			at := i*weeks + w
			if m.Money {
				if whole[at] = lang.Units(n, digits); n != 0 {
					sum, some = sum+max(n, -n)/max(1, r.Scale), some+1
				}
				continue
			}
			if n%r.Scale == 0 { // as most are
				whole[at] = n / r.Scale
				continue
			}
			cents, decimals, _ := printed(lang.Fixed(float64(n)/float64(r.Scale), m.Decimals))
			cents = scaled(cents, decimals, 2)
			whole[at], rest[at] = cents/100, cents%100
		}
	}
	if m.Unit = 1; m.Money && x.reps > crowd {
		for mean := lang.Units(sum/max(1, some), digits); mean/m.Unit >= 100; {
			m.Unit *= 10
		}
		for i, n := range whole {
			whole[i] = nearest(n, m.Unit)
		}
	}
	out := []int{c.AddBy(whole, false, by...)}
	if m.Decimals > 0 {
		out = append(out, c.Add(rest))
	}
	return out
}

// nearest is n in units, half away from zero.
func nearest(n, unit int64) int64 {
	if n < 0 {
		return -nearest(-n, unit)
	}
	return (n + unit/2) / unit
}
