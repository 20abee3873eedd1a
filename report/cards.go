package report

import (
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// cards are the KPI cards, the golden rule first.
func (a at) cards() []card {
	var out []card
	for _, make := range []func(at) (card, bool){ruleCard, amountCard, forecastCard, renewalCard, overdueCard, payoutCard} {
		if c, ok := make(a); ok {
			out = append(out, c)
		}
	}
	return out
}

// base fills what every card has.
func (a at) base(v *snapshot.Value) card {
	c := card{Title: a.title(v.Metric), Metric: v.Metric, Value: a.plain(v), Open: v.OK && !v.Final}
	switch a.form(v) {
	case asMoney:
		if v.Currency != "" && v.Currency != a.d.Currency { // the head of the page names the report's
			c.Unit = lang.Same(v.Currency)
		}
	case asPercent, asSignedPercent:
	default:
		if d := a.defs[v.Metric]; d != nil {
			c.Unit = d.Unit.Text
		}
	}
	c.Spark = spark(append(a.runUp(v), real(v)))
	ref := a.prev(v.Metric, v.Key)
	pending := !v.Final && v.Bounds != nil && v.CI == nil // a rate to date is not held against a settled one
	if t, diff, ok := a.delta(v, ref); ok && !pending {
		c.Delta, c.Tone = t, a.tone(v, ref)
		c.Word = lang.Join(lang.Versus(v.V, ref.V), lang.T("同期", " comparable"))
		switch {
		case diff > 0:
			c.Arrow = "▲"
		case diff < 0:
			c.Arrow = "▼"
		default:
			c.Arrow = "＝"
		}
	}
	return c
}

func sized(n int64) lang.Text { return lang.Same("n=" + lang.Count(float64(n))) }

func ruleCard(a at) (card, bool) {
	v := a.v("conversion.valid_per_signing")
	if v == nil {
		return winCard(a)
	}
	c := a.base(v)
	c.Unit = lang.T("次 / 签约", "visits")
	c.Left = a.ruleText()
	c.Right = sized(v.N)
	lo, hi := ends(v.CI)
	if v.OK {
		c.VerdTone, c.Verdict = rule(v)
		c.Above = a.ticks(v.Metric, v.Key)
		c.Bullet = bullet(v.V, point{float64(a.d.Golden), true}, lo, hi, c.VerdTone, c.Above...)
	}
	if v.CI != nil {
		c.Right = lang.Join(lang.T("区间 ", "range "), a.interval(v, v.CI), lang.Same(" · "), c.Right)
	}
	return c, true
}

// winCard stands where there are no visits to hold against the rule.
func winCard(a at) (card, bool) {
	v := a.v("funnel.win_rate_count")
	if v == nil {
		return card{}, false
	}
	c := a.base(v)
	c.Right = sized(v.N)
	if lo, hi := ends(v.CI); v.OK {
		c.Above = a.ticks(v.Metric, v.Key)
		c.Bullet = bullet(v.V, point{}, lo, hi, "", c.Above...)
	}
	if v.CI != nil {
		c.Left = lang.Join(lang.T("区间 ", "range "), a.interval(v, v.CI))
	}
	return c, true
}

func amountCard(a at) (card, bool) {
	v := a.first("forecast.actual", "conversion.signed_amount")
	if v == nil {
		return card{}, false
	}
	c := a.base(v)
	target := a.v("forecast.target")
	if !real(target).ok {
		if n := a.v("conversion.signings"); n != nil {
			c.Left = lang.Join(lang.T("签约 ", "signings "), a.plain(n))
		}
		return c, true
	}
	c.Above = a.ticks("forecast.attainment", "")
	c.Bullet = bullet(v.V, real(target), point{}, point{}, "", scaledBy(c.Above, target.V)...)
	c.Left = lang.Join(lang.T("目标 ", "target "), a.plain(target))
	if t := a.v("forecast.attainment"); t != nil {
		c.Right = lang.Join(lang.T("达成 ", "attained "), a.plain(t))
	}
	return c, true
}

func forecastCard(a at) (card, bool) {
	v, past := a.v("forecast.hit_rate"), false
	if v == nil || !v.OK || !v.Final {
		if t, n := a.trailing("forecast.hit_rate"); t != nil && t.OK {
			v, past = t, true
			c := a.base(v)
			c.Right = lang.With("近 {0} 期 · n={1}", "last {0} periods · n={1}", lang.Same(n), lang.Same(lang.Count(float64(v.N))))
			return a.hits(c, v), true
		}
	}
	if v == nil || !v.OK {
		if t := a.v("forecast.accuracy"); t != nil {
			v = t
		}
	}
	if v == nil {
		return card{}, false
	}
	c := a.base(v)
	if !past {
		c.Right = sized(v.N)
	}
	return a.hits(c, v), true
}

func (a at) hits(c card, v *snapshot.Value) card {
	lo, hi := ends(v.CI)
	if v.OK {
		c.Above = a.ticks(v.Metric, v.Key)
		c.Bullet = bullet(v.V, point{}, lo, hi, "", c.Above...)
	}
	if v.CI != nil && v.OK {
		c.Left = lang.Join(lang.T("区间 ", "range "), a.interval(v, v.CI))
	} else if d := a.v("forecast.deviation"); d != nil && d.OK {
		c.Left = lang.Join(lang.T("偏差 ", "deviation "), a.plain(d))
	}
	return c
}

func renewalCard(a at) (card, bool) {
	v := a.first("renewal.logo_rate", "renewal.contract_rate")
	if v == nil {
		return card{}, false
	}
	c := a.base(v)
	iv, word := v.CI, lang.T("区间 ", "range ")
	if v.Bounds != nil {
		iv, word = v.Bounds, lang.T("可能 ", "may end at ")
	}
	lo, hi := ends(iv)
	if v.OK {
		c.Above = a.ticks(v.Metric, v.Key)
		c.Bullet = bullet(v.V, point{}, lo, hi, "", c.Above...)
		if iv != nil {
			c.Left = lang.Join(word, a.interval(v, iv))
		}
	}
	c.Right = sized(v.N)
	return c, true
}

func overdueCard(a at) (card, bool) {
	v := a.v("receivables.overdue")
	if v == nil {
		return card{}, false
	}
	c := a.base(v)
	if b := a.v("receivables.balance"); real(b).ok {
		c.Above = a.ticks("receivables.overdue_share", "")
		c.Bullet = bullet(v.V, real(b), point{}, point{}, "", scaledBy(c.Above, b.V)...)
		c.Left = lang.Join(lang.T("应收 ", "owed "), a.plain(b))
	}
	if s := a.v("receivables.overdue_share"); s != nil {
		c.Right = lang.Join(lang.T("占 ", "share "), a.plain(s))
	}
	return c, true
}

func payoutCard(a at) (card, bool) {
	v := a.v("commission.payout")
	if v == nil {
		return card{}, false
	}
	c := a.base(v)
	if b := a.v("commission.accrued"); real(b).ok {
		c.Bullet = bullet(v.V, real(b), point{}, point{}, "")
		c.Left = lang.Join(lang.T("计提 ", "accrued "), a.plain(b))
	}
	if b := a.v("commission.clawed_back"); b != nil && b.OK {
		c.Right = lang.Join(lang.T("扣回 ", "clawed back "), a.plain(b))
	}
	return c, true
}

// matrixMetrics are the lines of the table that shows every period side by side.
func matrixMetrics() []string {
	return []string{"conversion.visits", "conversion.valid_visits", "conversion.signings", "conversion.valid_per_signing", "forecast.submitted", "forecast.actual", "forecast.target",
		"forecast.attainment", "forecast.deviation", "renewal.due", "renewal.logo_rate", "receivables.balance", "receivables.overdue", "commission.accrued", "commission.clawed_back", "commission.payout"}
}

// matrix is a scope's main numbers, a column for each kind of period; in grey
// what they are seen against.
func (x *index) matrix(s *snapshot.Scope) *table {
	t := table{Running: true, Heads: []head{{Text: lang.T("指标", "Metric"), Left: true}}}
	var cols []string
	running := map[string]bool{} // the head says so
	for _, k := range kinds() {
		if p, ok := x.current[k]; ok {
			cols, running[p.Name] = append(cols, p.Name), p.Running
			t.Heads = append(t.Heads, head{Text: lang.Same(p.Name), Past: !p.Running})
		}
	}
	for _, m := range matrixMetrics() {
		r, any := row{Cells: []cell{{Text: x.title(m)}}}, false
		for _, p := range cols {
			v := x.get(m, s.ID, p, "")
			c := cell{Text: x.whole(v), Sub: x.reference(s, m, p), Open: v != nil && v.OK && !v.Final && !running[p]}
			if m == "conversion.valid_per_signing" && v != nil {
				c.Tone, _ = rule(v)
			}
			any = any || v != nil && (v.OK && (v.V != 0 || v.Num != 0 || x.form(v) != asMoney))
			r.Cells = append(r.Cells, c)
		}
		if any {
			t.Rows = append(t.Rows, r)
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	t.Note = x.references(s)
	return &t
}

// rowUnit tells a better direction in words, for definitions.
func rowUnit(b measure.Better) lang.Text {
	switch b {
	case measure.Up:
		return lang.T("越高越好", "higher is better")
	case measure.Down:
		return lang.T("越低越好", "lower is better")
	}
	return lang.T("无好坏方向", "no better direction")
}
