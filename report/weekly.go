package report

import (
	"bufio"
	"errors"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/metrics/weeks"
	"crmreport/report/lang"
)

// Rows and weeks that the list of weeks shows.
const (
	trendWeeks   = 53
	trendLeast   = 13 // by what later reports say of the weeks before the first
	correctedMax = 60
	regionTrends = 3
)

// Weekly is what the list of weeks is written from.
type Weekly struct {
	Records     []weeks.Record       // at least one; in any order
	Folders     map[string]string    // week → where its report is, below the page; a week that was pruned has none
	Definitions []measure.Definition // for titles and units
	Lang        string               // zh or en, the language shown first (zh)
}

// weekly is everything that the template prints.
type weekly struct {
	Lang, CSP, Title, AsOf, Currency, Zone, Tool string
	Style                                        template.HTML
	Name                                         lang.Text
	Latest                                       string
	Count, Span                                  lang.Text
	Cards                                        []trendCard
	Regions, Weeks, Corrected                    table
	Notes                                        []lang.Text
}

// trendCard is a headline with its weeks.
type trendCard struct {
	Title, Value, Unit, Week, Delta lang.Text
	Draw                            template.HTML
}

// WriteWeekly writes the list of weeks: links to their reports, trends of the
// headlines, and what was restated. It has no script. The same weeks give the
// same bytes. After an error w may have a part of them.
func WriteWeekly(w io.Writer, k Weekly) error {
	if len(k.Records) == 0 {
		return errors.New("a list of weeks needs at least one")
	}
	a, err := assets()
	if err != nil {
		return err
	}
	f := k.page()
	style := a.style + "\n" + a.weeklyStyle
	f.Style, f.CSP = template.HTML("<style>"+style+"</style>"), "default-src 'none'; style-src "+hash(style)+"; base-uri 'none'; form-action 'none'"
	b := bufio.NewWriter(w)
	if err := a.page.ExecuteTemplate(b, "weekly", f); err != nil {
		return err
	}
	return b.Flush()
}

// weeklyBook finds what records say.
type weeklyBook struct {
	*index
	k       Weekly
	records []weeks.Record // oldest first
	last    weeks.Record
	said    weeks.Said
	fixed   []weeks.Restated
	span    []string // weeks of the trends
}

func (k Weekly) page() *weekly {
	b := &weeklyBook{k: k, records: slices.Clone(k.Records)}
	slices.SortFunc(b.records, func(x, y weeks.Record) int { return strings.Compare(x.Week, y.Week) })
	b.last = b.records[len(b.records)-1]
	b.index = newIndex(&snapshot.Document{Currency: b.last.Currency, Definitions: k.Definitions, Scopes: []snapshot.Scope{{ID: b.last.First().ID, Level: b.last.First().Level, Name: b.last.First().Name}}})
	b.said = weeks.SaidBy(b.records)
	b.fixed = b.said.Restated()
	published := len(weeks.Between(b.records[0].Week, b.last.Week))
	b.span = weeks.Between(b.first(), b.last.Week)
	b.span = b.span[max(0, len(b.span)-min(max(published, trendLeast), trendWeeks)):]
	lead := k.Lang
	if lead != "en" {
		lead = "zh"
	}
	f := &weekly{Lang: lead, Title: map[string]string{"zh": "每周销售报告", "en": "Weekly sales reports"}[lead], AsOf: b.last.AsOf, Currency: b.last.Currency,
		Zone: b.last.Timezone, Tool: b.last.Tool, Name: b.scopeName(b.last.First()), Latest: k.Folders[b.last.Week]}
	f.Count = lang.With("{0} 周", "{0} weeks", lang.Same(lang.Count(float64(len(b.records)))))
	if len(b.records) == 1 {
		f.Count = lang.T("1 周", "1 week")
	}
	f.Cards, f.Regions, f.Weeks, f.Corrected = b.cards(), b.regions(), b.table(), b.corrected()
	f.Span = lang.Same(b.span[0] + " – " + b.last.Week)
	f.Notes = b.notes()
	return f
}

// first is the first week that anything is said of.
func (b *weeklyBook) first() string {
	first := b.records[0].Week
	for place := range b.said {
		if place.Scope == b.last.First().ID {
			first = min(first, place.Period)
		}
	}
	return first
}

// title names a metric where no chapter says what it is of.
func (b *weeklyBook) title(metric string) lang.Text {
	t := b.index.title(metric)
	if family(metric) == "forecast" && !strings.Contains(strings.ToLower(t.EN), "forecast") {
		t.EN = "Forecast: " + strings.ToLower(t.EN)
	}
	return t
}

func (b *weeklyBook) scopeName(s weeks.Scope) lang.Text {
	return b.name(&snapshot.Scope{ID: s.ID, Level: s.Level, Name: s.Name})
}

// value is a number as the page's functions take it.
func (b *weeklyBook) value(p weeks.Place, n weeks.Number, currency string) *snapshot.Value {
	return &snapshot.Value{Metric: p.Metric, Scope: p.Scope, Period: p.Period, Num: n.Num, Den: n.Den, V: n.V(), OK: n.OK, Final: n.Final, Currency: b.currencyOf(p.Metric, currency)}
}

func (b *weeklyBook) currencyOf(metric, currency string) string {
	if d := b.defs[metric]; d != nil && d.Kind == measure.Amount {
		return currency
	}
	return ""
}

func (b *weeklyBook) cards() []trendCard {
	var out []trendCard
	for _, metric := range weeks.Shown {
		ps := b.said.Trend(metric, b.last.First().ID, b.span)
		i := len(ps) - 1
		for i >= 0 && !ps[i].OK {
			i--
		}
		if i < 0 {
			continue // nothing ever was
		}
		c := trendCard{Title: b.title(metric), Week: lang.Same(ps[i].Week)}
		at := func(i int) *snapshot.Value {
			return b.value(weeks.Place{Metric: metric, Scope: b.last.First().ID, Period: ps[i].Week}, ps[i].Number, b.last.Currency)
		}
		c.Value = b.money(at(i))
		if d := b.defs[metric]; d != nil && d.Unit.EN != measure.UnitPercent.EN && d.Kind != measure.Amount {
			c.Unit = d.Unit.Text
		}
		if i > 0 && ps[i-1].OK {
			if d, diff, ok := b.delta(at(i), at(i-1)); ok && diff != 0 {
				c.Delta = lang.With("较上周 {0}", "{0} on the week before", d)
			} else if ok {
				c.Delta = lang.T("与上周相同", "as the week before")
			}
		}
		c.Draw = b.draw(b.title(metric), ps, at)
		out = append(out, c)
	}
	return out
}

// draw is the line of a trend: a dot on each week tells its number, a hollow one
// that it was restated. The scale begins at 0 where that is near.
func (b *weeklyBook) draw(title lang.Text, ps []weeks.Point, at func(int) *snapshot.Value) template.HTML {
	const w, h, left, right, top, foot = 320, 96, 4, 4, 8, 8
	points := make([]point, len(ps))
	for i, p := range ps {
		points[i] = point{at(i).V, p.OK}
	}
	lo, hi, ok := span(points)
	if !ok {
		return ""
	}
	if lo > 0 && lo < hi/2 {
		lo = 0
	}
	if hi == lo {
		lo, hi = lo-math.Max(1, math.Abs(lo)/2), hi+math.Max(1, math.Abs(hi)/2)
	}
	x := func(i int) float64 { return left + (float64(i)+0.5)*(w-left-right)/float64(len(ps)) }
	y := func(v float64) float64 { return top + (hi-v)/(hi-lo)*(h-top-foot) }
	var path, dots strings.Builder
	pen := "M"
	for i, p := range points {
		if !p.ok {
			pen = "M"
			continue
		}
		path.WriteString(pen + px(x(i)) + " " + px(y(p.v)))
		pen = "L"
		class, r := "f-s", 2.0
		if i == len(points)-1 {
			r = 3.5
		}
		tip := lang.Join(lang.Same(ps[i].Week+"  "), b.money(at(i)))
		if ps[i].Restated {
			class, r = "rs", 3.0
			tip = lang.Join(tip, lang.T("（已改写）", " (restated)"))
		}
		fmt.Fprintf(&dots, `<circle class="%s" cx="%s" cy="%s" r="%s"><title>%s</title></circle>`, class, px(x(i)), px(y(p.v)), px(r), label(tip))
	}
	body := line("gl", left, y(lo), w-right, y(lo)) + line("gl", left, y(hi), w-right, y(hi)) + `<path class="ln" d="` + path.String() + `"/>` + dots.String()
	return drawing("wk", w, h, lang.Join(title, lang.Same(" "+ps[0].Week+" – "+ps[len(ps)-1].Week)), body)
}

// regions are the first headlines of each region, the latest week and the ones
// before.
func (b *weeklyBook) regions() table {
	t := table{Heads: heads(lang.T("大区", "Region"))}
	var metrics []string
	for _, m := range weeks.Shown[:regionTrends] {
		metrics = append(metrics, m)
		t.Heads = append(t.Heads, head{Text: b.title(m)}, head{Text: lang.T("走势", "Trend"), Left: true})
	}
	for _, s := range b.last.Scopes[min(1, len(b.last.Scopes)):] {
		r := row{Cells: []cell{{Text: b.scopeName(s), Plain: true}}}
		for _, m := range metrics {
			ps := b.said.Trend(m, s.ID, b.span)
			points := make([]point, len(ps))
			for i, p := range ps {
				points[i] = point{p.V(), p.OK}
			}
			last := ps[len(ps)-1]
			r.Cells = append(r.Cells, b.number(b.value(weeks.Place{Metric: m, Scope: s.ID, Period: last.Week}, last.Number, b.last.Currency)), cell{Draw: spark(points), Left: true})
			if r.Cells[len(r.Cells)-1].Draw == "" {
				r.Cells[len(r.Cells)-1].Text = lang.Same(lang.NoData)
			}
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// table lists the weeks, newest first, with those that no report is of.
func (b *weeklyBook) table() table {
	t := table{Heads: heads(lang.T("周", "Week"), lang.T("数据截至", "Data to"), lang.T("说明", "Notes"))} // notes first: a phone shows three columns
	shown := slices.DeleteFunc(slices.Clone(weeks.Shown), func(m string) bool {
		return !slices.ContainsFunc(b.records, func(r weeks.Record) bool {
			_, ok := r.Find(weeks.Place{Metric: m, Scope: r.First().ID, Period: r.Week})
			return ok
		})
	})
	for _, m := range shown {
		t.Heads = append(t.Heads, head{Text: b.title(m)})
	}
	t.Heads[1].Left, t.Heads[2].Left = true, true
	byWeek := map[string]weeks.Record{}
	for _, r := range b.records {
		byWeek[r.Week] = r
	}
	all := weeks.Between(b.records[0].Week, b.last.Week)
	for _, w := range slices.Backward(all) {
		r, ok := byWeek[w]
		line := row{Cells: []cell{{Text: lang.Same(w)}, {Text: lang.Same(r.AsOf), Left: true}, {Text: b.remarks(w, r, ok), Left: true}}}
		if folder := b.k.Folders[w]; ok && folder != "" {
			line.Cells[0].Href = folder + "/report.html"
		}
		for _, m := range shown {
			p := weeks.Place{Metric: m, Scope: b.last.First().ID, Period: w}
			n, _ := r.Find(p)
			line.Cells = append(line.Cells, b.number(b.value(p, n, r.Currency)))
			if !n.OK {
				line.Cells[len(line.Cells)-1].Open = false
			}
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

// remarks say what is to be known about a week's report.
func (b *weeklyBook) remarks(week string, r weeks.Record, ok bool) lang.Text {
	if !ok {
		return lang.T("没有报告（可用 build --catch-up 补建）", "no report (build --catch-up makes it)")
	}
	var out []lang.Text
	if r.Reconstructed {
		out = append(out, lang.T("事后补建", "reconstructed"))
	}
	if n := len(r.Revisions); n > 0 {
		out = append(out, lang.With("第 {0} 版", "revision {0}", lang.Same(lang.Count(float64(n+1)))))
	}
	n := 0
	for _, x := range b.fixed {
		if x.Period == week {
			n++
		}
	}
	if n > 0 {
		out = append(out, lang.With("{0} 个数字改写", "{0} restated", lang.Same(lang.Count(float64(n)))))
	}
	if b.k.Folders[week] == "" {
		out = append(out, lang.T("报告已清理", "report pruned"))
	}
	var t lang.Text
	for i, x := range out {
		if i > 0 {
			t = lang.Join(t, lang.Same(" · "))
		}
		t = lang.Join(t, x)
	}
	return t
}

// corrected is what numbers of finished weeks were said to be, and are.
func (b *weeklyBook) corrected() table {
	t := table{Heads: heads(lang.T("周", "Week"), lang.T("单位", "Unit"), lang.T("指标", "Metric"), lang.T("当时", "Then"), lang.T("后来", "Later"), lang.T("变化", "Change"), lang.T("自", "Since"))}
	t.Heads[1].Left, t.Heads[2].Left, t.Heads[6].Left = true, true, true
	names := map[string]lang.Text{}
	for _, r := range b.records {
		for _, s := range r.Scopes {
			names[s.ID] = b.scopeName(s)
		}
	}
	rest := 0
	for _, x := range b.fixed {
		if len(t.Rows) == correctedMax || !slices.Contains(weeks.Shown, x.Metric) {
			rest++
			continue
		}
		was, now := b.value(x.Place, x.Was, b.last.Currency), b.value(x.Place, x.Now, b.last.Currency)
		was.Final = true // the mark is for a number that may still move
		since := cell{Text: lang.Same(x.Since), Left: true}
		week, _, _ := strings.Cut(x.Since, ".r")
		if folder := b.k.Folders[week]; folder != "" {
			since.Href = folder + "/report.html"
		}
		t.Rows = append(t.Rows, row{Cells: []cell{{Text: lang.Same(x.Period)}, {Text: names[x.Scope], Plain: true, Left: true}, {Text: b.title(x.Metric), Left: true},
			b.number(was), b.number(now), {Text: b.change(was, now)}, since}})
	}
	if rest > 0 {
		t.Note = lang.With("另有 {0} 个其他指标或更早的数字：crmreport history 列出全部。", "{0} more, of other metrics or of earlier weeks: crmreport history lists them all.", lang.Same(lang.Count(float64(rest))))
	}
	return t
}

// change is the difference in sign and number.
func (b *weeklyBook) change(was, now *snapshot.Value) lang.Text {
	d, diff, ok := b.delta(now, was)
	switch {
	case !ok:
		return lang.Same(lang.NoData)
	case diff == 0:
		return lang.T("比值不变", "same ratio")
	}
	return d
}

func (b *weeklyBook) notes() []lang.Text {
	var out []lang.Text
	if slices.ContainsFunc(b.records, func(r weeks.Record) bool { return r.Reconstructed }) {
		out = append(out, lang.T("事后补建：该周当时没有报告，后来用较晚的导出还原。有日期的内容（拜访、签约、回款）不受影响；只有当前状态的内容（商机的阶段与金额、客户归属）可能是后来的。",
			"Reconstructed: that week had no report then, and was built from later exports. What has a date (visits, signings, payments) is as it was; what has only a current state (stages and amounts of deals, who owns a customer) may be that of later."))
	}
	if b.span[0] < b.records[0].Week {
		out = append(out, lang.With("{0} 之前的走势取自后来的报告。", "Before {0} the trends are as later reports tell them.", lang.Same(b.records[0].Week)))
	}
	return out
}
