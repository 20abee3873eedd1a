package report

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// Rows of a digest.
const (
	digestUnits    = 25
	digestChanges  = 8
	digestRestated = 5
)

// digest is the report in brief, in one language: what summary.html and
// summary.txt print. Its numbers are those of the page's first screen, made by
// the same functions.
type digest struct {
	tongue
	Title, Place string
	Head         []string // scope, period, compared with, currency
	Running      string
	Sentences    []sentence
	Cards        []card
	Units        plainTable
	Tonight      plainTable
	Changes      plainTable
	Worse        plainTable
	Restated     plainTable
	Notes        []string // of what changed
	Foot         string
}

// tongue picks the texts of one language.
type tongue string

func (t tongue) Text(x lang.Text) string {
	if t == "en" {
		return x.EN
	}
	return x.ZH
}

// T is one of two texts, for templates.
func (t tongue) T(zh, en string) string { return t.Text(lang.T(zh, en)) }

// HTMLLang is the language as HTML names it.
func (t tongue) HTMLLang() string { return t.T("zh-CN", "en") }

// plainTable is a table in one language: texts and nothing else.
type plainTable struct {
	Title, Note string
	Heads       []string
	Left        []bool
	Rows        [][]plainCell
}

type plainCell struct {
	Text, Tone string
	Bold       bool
}

func (t tongue) table(from table) plainTable {
	out := plainTable{Title: t.Text(from.Caption), Note: t.Text(from.Note)}
	for i, h := range from.Heads {
		out.Heads, out.Left = append(out.Heads, t.Text(h.Text)), append(out.Left, h.Left || i == 0)
	}
	for _, r := range from.Rows {
		var cells []plainCell
		for _, c := range r.Cells {
			text := t.Text(c.Text)
			if c.Open {
				text += " ◦"
			}
			cells = append(cells, plainCell{Text: text, Tone: c.Tone, Bold: r.Class == "tot"})
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

// digestOf makes the digest of the document's first scope.
func digestOf(d *snapshot.Document, o Options) (*digest, error) {
	if d == nil || len(d.Scopes) == 0 {
		return nil, errors.New("a summary needs a document with at least one scope")
	}
	x := newIndex(d)
	kind, err := x.firstKind(o.Period)
	if err != nil {
		return nil, err
	}
	root := &d.Scopes[0]
	a, now := x.at(root, kind), x.current[kind]
	g := &digest{tongue: tongue(cmp.Or(o.Lang, "zh")), Sentences: a.sentences(), Cards: a.cards()}
	g.Title = g.Text(lang.With("销售报告摘要：{0}", "Sales report in brief: {0}", x.name(root)))
	g.Head = []string{g.Text(lang.With("{0}（{1} 至 {2}）", "{0} ({1} to {2})", lang.Same(now.Name), lang.Same(now.Start), lang.Same(earlier(now.Last, d.AsOf))))}
	if now.Running {
		g.Running = g.T("未结束", "running")
	}
	if then := x.compare[kind]; then.Name != "" {
		g.Head = append(g.Head, g.Text(lang.With("对比 {0}", "against {0}", periodText(then.Name))))
	}
	g.Head = append(g.Head, g.Text(lang.With("数据截至 {0}", "data to {0}", lang.Same(d.AsOf))), g.Text(lang.With("币种 {0}", "currency {0}", lang.Same(d.Currency))), g.Text(lang.With("数据采纳 {0}", "data read {0}", x.quality().Share)))
	if t := a.digestUnits(); len(t.Rows) > 1 && len(t.Heads) > 1 {
		g.Units = g.table(t)
	}
	g.Tonight = g.table(a.digestTonight())
	g.changes(a)
	// The run goes by its week, as its folder does.
	g.Place = fmt.Sprintf("runs/%s/report.html", x.current["week"].Name)
	g.Foot = d.Tool
	if d.ConfigSHA256 != "" {
		g.Foot += " · " + g.T("配置 ", "configuration ") + d.ConfigSHA256[:min(12, len(d.ConfigSHA256))]
	}
	return g, nil
}

// kpis is the table of the cards, the golden rule first.
func (g *digest) kpis() plainTable {
	t := plainTable{Title: g.T("关键指标", "Key numbers"), Heads: []string{g.T("指标", "Metric"), g.T("数值", "Value"), g.T("较同期", "vs comparable"), g.T("依据", "Rests on")}, Left: []bool{true, false, true, true}}
	for _, c := range g.Cards {
		value := strings.TrimSpace(g.Text(c.Value) + " " + g.Text(c.Unit))
		if c.Open {
			value += " ◦"
		}
		change := ""
		if c.Arrow != "" {
			change = c.Arrow + " " + g.Text(c.Delta) + " " + g.Text(c.Word)
		}
		var rests []string
		for _, r := range []lang.Text{c.Verdict, c.Left, c.Right} {
			if s := g.Text(r); s != "" {
				rests = append(rests, s)
			}
		}
		t.Rows = append(t.Rows, []plainCell{{Text: g.Text(c.Title), Bold: true}, {Text: value, Tone: c.VerdTone, Bold: true}, {Text: change, Tone: c.Tone}, {Text: strings.Join(rests, " · ")}})
	}
	return t
}

// digestUnits are the units below, the golden rule first.
func (a at) digestUnits() table {
	t := a.table(heads(lang.T("单位", "Unit"), lang.T("每签约拜访", "Per signing"), lang.T("95% 区间", "95% interval"), lang.T("规则", "Rule"), lang.T("签约", "Signings"), lang.T("签约额", "Signed"), lang.T("达成率", "Attained"), lang.T("逾期", "Overdue"), lang.T("应付佣金", "Payout")))
	t.Caption, t.Heads[3].Left = lang.T("各单位", "Units"), true
	t.Rows = append(t.Rows, a.digestUnit(a.scope, "tot"))
	n := 0
	for _, c := range a.children[a.scope.ID] {
		r := a.digestUnit(c, "")
		if !a.busy[c.ID] || !tells(r) {
			continue // such as those who left
		}
		if n++; n <= digestUnits {
			t.Rows = append(t.Rows, r)
		}
	}
	t.Note = lang.With("每签约拜访：每个签约用了几次有效拜访（{0}）；只有区间不含 {1} 时才有判断。", "Per signing: valid visits that one signing took ({0}); judged only where the interval excludes {1}.", a.ruleText(), a.goldenText())
	if n > digestUnits {
		t.Note = andMore(t.Note, n-digestUnits)
	}
	return trim(t)
}

func (a at) digestUnit(s *snapshot.Scope, class string) row {
	b := a.beside(s)
	b.lean = false
	vps := b.v("conversion.valid_per_signing")
	num, interval, word := b.number(vps), cell{}, cell{}
	if vps != nil {
		num.Tone, _ = rule(vps)
		if vps.OK {
			word = cell{Text: ruleWord(vps), Tone: num.Tone}
		}
		if vps.CI != nil {
			interval.Text = b.interval(vps, vps.CI)
		}
	}
	return row{class, []cell{{Text: a.name(s)}, num, interval, word, b.number(b.v("conversion.signings")), b.number(b.first("forecast.actual", "conversion.signed_amount")),
		b.number(b.v("forecast.attainment")), b.number(b.v("receivables.overdue")), b.number(b.v("commission.payout"))}}
}

// ruleWord is the verdict in a word.
func ruleWord(v *snapshot.Value) lang.Text {
	tone, _ := rule(v)
	switch tone {
	case "bad":
		return lang.T("低于", "below")
	case "good":
		return lang.T("优于", "better")
	}
	return lang.T("分不出", "unclear")
}

// digestTonight is the first screen's list of whom to talk to.
func (a at) digestTonight() table {
	s, ok := tonightSection(a)
	if !ok {
		return table{}
	}
	t := s.Tables[0]
	t.Caption = s.Title
	return t
}

// changes is what changed since the report before.
func (g *digest) changes(a at) {
	d := a.d.Since
	if d == nil {
		g.Notes = []string{g.T("这是第一份报告，没有上次可比。", "This is the first report: there is none before to compare with.")}
		return
	}
	g.Notes = []string{g.Text(lang.With("上次报告数据截至 {0}。", "The last report had data to {0}.", lang.Same(d.AsOf)))}
	if t, ok := sinceTrouble(d.Trouble); ok {
		g.Notes = append(g.Notes, g.Text(t))
		return
	}
	for _, n := range a.sinceNotes() {
		g.Notes = append(g.Notes, g.Text(n))
	}
	mine := func(c snapshot.Change) bool { return c.Now.Scope == a.scope.ID }
	own, week := a.moved(mine), a.index.at(a.scope, "week")
	if weeks := week.moved(mine); len(weeks) > 0 && len(own) > 0 && own[0].Was.Period == own[0].Now.Period {
		a, own = week, weeks // a running period has only grown: the week tells more
	}
	if len(own) > 0 {
		g.Changes = g.table(a.movedTable(own, digestChanges, false))
	}
	g.Worse = g.table(a.worseBelow(digestRestated))
	g.Restated = g.table(a.restatedTable(digestRestated))
}
