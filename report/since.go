package report

import (
	"slices"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// Rows of what changed that a page shows; the worst come first.
const (
	movedRows    = 12
	restatedRows = 12
	unitChanges  = 4 // of an area or a team beside others: they are many
)

// sinceSection says what changed since the report before: of the first scope
// with all that is compared below it, of another scope its own.
func sinceSection(a at) (section, bool) {
	d := a.d.Since
	s := section{ID: "since", Short: lang.T("较上次", "Changes"), Title: lang.T("较上次报告的变化", "Since the last report"), Wide: true}
	if d == nil {
		return s, false
	}
	s.Sub = a.sinceText()
	top := a.top()
	if t, ok := sinceTrouble(d.Trouble); ok {
		s.Notes = append(s.Notes, t)
		return s, top
	}
	if top {
		s.Notes = a.sinceNotes()
	}
	if own := a.moved(func(c snapshot.Change) bool { return c.Now.Scope == a.scope.ID }); len(own) > 0 {
		s.Tables = append(s.Tables, a.movedTable(own, a.few(len(own)), false))
	}
	if t := a.worseBelow(movedRows); top && len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	if t := a.restatedTable(a.few(restatedRows)); len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	return s, len(s.Tables) > 0 || top
}

// top reports whether the page is of the document's first scope.
func (a at) top() bool { return a.anchors[a.scope.ID] == "overview" }

func (x *index) sinceText() lang.Text {
	return lang.With("上次报告数据截至 {0}", "the last report had data to {0}", lang.Same(x.d.Since.AsOf))
}

// sinceTrouble says why two reports cannot be compared.
func sinceTrouble(t snapshot.Trouble) (lang.Text, bool) {
	switch t {
	case "":
		return lang.Text{}, false
	case snapshot.OtherCurrency:
		return lang.T("上次报告用另一种货币：不作比较。", "The last report is in another currency: nothing is compared."), true
	case snapshot.OtherZone:
		return lang.T("上次报告用另一时区：不作比较。", "The last report is in another time zone: nothing is compared."), true
	}
	return lang.T("上次报告的指标文件读不出（另一版本，或已损坏）：不作比较。", "The metrics of the last report cannot be read (another schema, or damaged): nothing is compared."), true
}

// sinceNotes say what is to be known about both reports.
func (x *index) sinceNotes() []lang.Text {
	var out []lang.Text
	for _, d := range x.d.Since.Differs {
		switch d {
		case "configuration":
			out = append(out, lang.T("配置与上次不同：变化可能来自配置。", "The configuration is another than then: changes may come from it."))
		case "tool":
			out = append(out, lang.T("程序版本与上次不同：变化可能来自程序。", "The program's version is another than then: changes may come from it."))
		}
	}
	if n := len(x.d.Since.Restated); n > 0 {
		out = append(out, lang.With("已结束期间的数字有 {0} 个被改写（迟录、质检、作废等）。", "Numbers of finished periods that were restated: {0} (late entry, audits, voids).", lang.Same(lang.Count(float64(n)))))
	} else {
		out = append(out, lang.T("已结束期间的数字没有被改写。", "No number of a finished period was restated."))
	}
	if n := x.d.Since.Settled; n > 0 {
		out = append(out, lang.With("另有 {0} 个当时尚有待定项，现已变化。", "{0} more had cases pending then, and have moved.", lang.Same(lang.Count(float64(n)))))
	}
	return out
}

// few is how many changes the page has room for: that of an area or a team
// beside others shows the worst.
func (a at) few(n int) int {
	if a.lean && !a.top() && a.scope.Level != "region" {
		return min(n, unitChanges)
	}
	return n
}

// changes are those that the page is about: the company's and its regions', or
// those of the units below too.
func (a at) changes(tops, units []snapshot.Change) []snapshot.Change {
	if a.scope.Level == levelCompany {
		return tops
	}
	return slices.Concat(tops, units)
}

// moved are the moves of this kind of period that are wanted, worst first.
func (a at) moved(want func(snapshot.Change) bool) []snapshot.Change {
	var out []snapshot.Change
	for _, c := range a.changes(a.d.Since.Moved, a.d.Since.Units.Moved) {
		if c.Kind == a.kind && a.scopes[c.Now.Scope] != nil && want(c) {
			out = append(out, c)
		}
	}
	return out
}

// worseBelow are the moves to the worse of the scopes below.
func (a at) worseBelow(limit int) table {
	rest := a.moved(func(c snapshot.Change) bool { return c.Now.Scope != a.scope.ID && c.Direction < 0 })
	if len(rest) == 0 {
		return table{}
	}
	t := a.movedTable(rest, limit, true)
	t.Caption = lang.T("下级中变差的，最差在前", "What is worse below, the worst first")
	return t
}

func (a at) movedTable(cs []snapshot.Change, limit int, named bool) table {
	first := cs[0]
	t := table{Caption: lang.T("本期与上次报告的本期，最差在前", "This period against that of the last report, the worst first"), Heads: heads(lang.T("指标", "Metric"),
		lang.With("上次 {0}", "last report, {0}", lang.Same(first.Was.Period)), lang.With("这次 {0}", "now, {0}", lang.Same(first.Now.Period)), lang.T("较上次", "against then"), lang.T("判断", "Judged"), lang.Same("n"))}
	t.Heads[4].Left = true
	if first.Was.Period == first.Now.Period {
		t.Note = lang.T("期间未结束：同一期间，上次到这次。", "The period is running: the same one, then and now.")
	}
	for _, c := range cs[:min(limit, len(cs))] {
		t.Rows = append(t.Rows, a.changeRow(c, named))
	}
	if more := len(cs) - len(t.Rows); more > 0 {
		t.Note = andMore(t.Note, more)
	}
	return t
}

// andMore is a note that also says how many more there are.
func andMore(note lang.Text, n int) lang.Text {
	if note.ZH == "" {
		return moreText(n)
	}
	return lang.Join(note, lang.T("", " "), moreText(n))
}

func moreText(n int) lang.Text {
	return lang.With("另有 {0} 项。", "{0} more.", lang.Same(lang.Count(float64(n))))
}

// changeRow is a change in a table; named says whose it is.
func (x *index) changeRow(c snapshot.Change, named bool) row {
	name := x.title(c.Now.Metric)
	if named {
		name = lang.Join(x.placed(x.scopes[c.Now.Scope]), lang.T("：", ": "), name)
	}
	tone, read := reading(c)
	return row{Cells: []cell{{Text: name, Plain: named}, x.number(&c.Was), x.number(&c.Now), {Text: x.changeText(c), Tone: tone}, {Text: read, Tone: tone, Left: true}, {Text: sizes(c)}}}
}

// changeText is the signed difference, in words too.
func (x *index) changeText(c snapshot.Change) lang.Text {
	d, _, ok := x.delta(&c.Now, &c.Was)
	switch {
	case !c.Was.OK && c.Now.OK:
		return lang.T("当时没有数据", "no data then")
	case !ok:
		return lang.T("现在没有数据", "no data now")
	case c.Now.V == c.Was.V:
		if c.Now.Num != c.Was.Num || c.Now.Den != c.Was.Den {
			return lang.T("比值不变，分子分母有变", "unchanged, its terms are not")
		}
		return lang.T("不变", "unchanged")
	}
	return lang.Join(d, lang.Same(" "), lang.Versus(c.Now.V, c.Was.V))
}

// reading says whether a change can be told from chance, and is coloured only
// then.
func reading(c snapshot.Change) (tone string, t lang.Text) {
	switch {
	case c.Judged && c.Direction < 0:
		return "bad", lang.T("变差（区间分开）", "worse (intervals apart)")
	case c.Judged:
		return "good", lang.T("变好（区间分开）", "better (intervals apart)")
	case !c.Now.Final:
		return "", lang.T("未结，不判断", "not final")
	case c.Was.CI != nil && c.Now.CI != nil:
		return "", lang.T("区间重叠，分不出", "intervals overlap")
	}
	return "", lang.T("无区间，只报差额", "no interval")
}

// sizes is what both values rest on.
func sizes(c snapshot.Change) lang.Text {
	if c.Was.CI == nil && c.Now.CI == nil {
		return lang.Same(lang.NoData)
	}
	return lang.Same(lang.Count(float64(c.Was.N)) + " → " + lang.Count(float64(c.Now.N)))
}

// restatedTable shows what finished periods read then and now.
func (a at) restatedTable(limit int) table {
	t := table{Caption: lang.T("已结束期间：当时与现在，最差在前", "Finished periods, then and now, the worst first"),
		Heads: heads(lang.T("单位", "Unit"), lang.T("指标", "Metric"), lang.T("期间", "Period"), lang.T("上次报告", "Last report"), lang.T("现在", "Now"), lang.T("较上次", "against then"))}
	t.Heads[1].Left, t.Heads[2].Left = true, true
	n := 0
	for _, c := range a.changes(a.d.Since.Restated, a.d.Since.Units.Restated) {
		s := a.scopes[c.Now.Scope]
		if s == nil || s.ID != a.scope.ID && !a.top() {
			continue
		}
		if n++; n > limit {
			continue
		}
		metric := a.title(c.Now.Metric)
		if c.Now.Key != "" {
			metric = lang.Join(metric, lang.Same(" · "), a.keyText(c.Now.Key))
		}
		t.Rows = append(t.Rows, row{Cells: []cell{{Text: a.placed(s), Plain: true}, {Text: metric, Left: true}, {Text: lang.Same(c.Now.Period), Left: true}, a.index.number(&c.Was), a.index.number(&c.Now), {Text: a.changeText(c)}}})
	}
	if n > limit {
		t.Note = moreText(n - limit)
	}
	return t
}

// aboveSection holds a cut's rates against the company's.
func aboveSection(a at) (section, bool) {
	s := section{ID: "above", Short: lang.T("参照", "Reference"), Title: lang.T("全公司参照", "The company as a reference"),
		Sub: lang.T("只有比率，不含金额", "rates only, no amounts")}
	if !a.top() {
		return s, false
	}
	t := a.table(heads(lang.T("指标", "Metric"), a.name(a.scope), lang.T("95% 区间", "95% interval"), lang.T("全公司", "Company")))
	for i := range a.d.Above {
		ref := &a.d.Above[i]
		if ref.Period != a.now || !ref.OK {
			continue
		}
		own := a.v(ref.Metric)
		c := cell{}
		if own != nil && own.OK && own.CI != nil {
			c.Text = a.interval(own, own.CI)
		}
		t.Rows = append(t.Rows, row{Cells: []cell{{Text: a.title(ref.Metric)}, a.number(own), c, a.number(ref)}})
	}
	s.Tables = []table{t}
	return s, len(t.Rows) > 0
}
