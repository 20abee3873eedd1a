package report

import (
	"cmp"
	"slices"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// sentences answer what a manager opens the page for: do we make it, does the
// golden rule hold, where do we leak, what cash is at risk.
func (a at) sentences() []sentence {
	return []sentence{a.landingSentence(), a.conversionSentence(), a.leakSentence(), a.riskSentence()}
}

// landingSentence holds where the running period is expected to land, or where
// a finished one landed, against its target.
func (a at) landingSentence() sentence {
	s := sentence{Head: lang.T("做得到吗", "Do we make it")}
	now, target, share := a.first("forecast.actual", "conversion.signed_amount"), a.v("forecast.target"), a.v("forecast.attainment")
	period := plainArg(lang.Same(a.now))
	landing, of := a.v("forecast.landing"), a.v("forecast.landing_share")
	switch {
	case real(landing).ok && real(of).ok && a.running:
		tone, word := met(of)
		s.Lines = append(s.Lines, say("{0} 预计签约 {1}，为目标 {2} 的 {3}：{4}。", "{0} is heading for {1} signed, {3} of the target of {2}: {4}.", period, a.moneyArg(landing), a.moneyArg(target), a.arg(of), toned(word, tone)))
		if landing.CI != nil {
			s.Lines = append(s.Lines, say("至今 {0}；80% 区间 {1}", "{0} so far; 80% range {1}", a.moneyArg(now), plainArg(a.interval(landing, landing.CI))))
		} else {
			s.Lines = append(s.Lines, say("至今 {0}；历史太短，给不出区间。", "{0} so far; too little history for a range.", a.moneyArg(now)))
		}
		if c := a.v("forecast.landing_coverage"); real(c).ok {
			s.Lines = append(s.Lines, say("回测：过去 {1} 期中有 {0} 期落在当时给出的区间里。", "Back-tested: of {1} past periods {0} ended within the range given then.", plainArg(lang.Same(lang.Count(float64(c.Num)))), plainArg(lang.Same(lang.Count(float64(c.Den))))))
		}
	case real(now).ok && real(target).ok && real(share).ok && a.running:
		s.Lines = append(s.Lines, say("{0} 至今签约 {1}，为目标 {2} 的 {3}；历史太短，给不出预计落点。", "{0}: {1} signed so far, {3} of the target of {2}; too little history to say where it lands.", period, a.moneyArg(now), a.moneyArg(target), a.arg(share)))
	case real(now).ok && real(target).ok && real(share).ok:
		tone, word := "bad", lang.T("没有达成", "the target was missed")
		if now.Num >= target.Num {
			tone, word = "good", lang.T("达成了", "the target was met")
		}
		s.Lines = append(s.Lines, say("{0} 签约 {1}，为目标 {2} 的 {3}：{4}。", "{0}: {1} signed, {3} of the target of {2}: {4}.", period, a.moneyArg(now), a.moneyArg(target), a.arg(share), toned(word, tone)))
	case real(now).ok:
		s.Lines = append(s.Lines, say("{0} 签约 {1}；没有目标可比。", "{0}: {1} signed; there is no target to hold it against.", period, a.moneyArg(now)))
	default:
		return a.missing(s.Head, "contracts", "targets")
	}
	return s
}

// met says whether a landing's range leaves any doubt.
func met(share *snapshot.Value) (tone string, word lang.Text) {
	lo, hi := ends(share.CI)
	switch {
	case lo.ok && lo.v >= 1:
		return "good", lang.T("够得到", "the target is in reach")
	case hi.ok && hi.v < 1:
		return "bad", lang.T("按现在的走法够不到", "the target will be missed as things go")
	}
	return "", lang.T("还说不准", "too close to call")
}

// leakSentence names the step that loses most, in customers and money, and the
// unit below that explains most of it.
func (a at) leakSentence() sentence {
	k, v, sure := a.leak()
	if v == nil {
		return a.funnelSentence()
	}
	s := sentence{Head: lang.T("哪里漏得最多", "Where we leak")}
	s.Lines = append(s.Lines, say("“{0}”：本期进入的 {2} 个商机估计只有 {1} 能通过。", "“{0}”: of {2} deals that came there an estimated {1} get through.", plainArg(a.keyText(k)), a.arg(v), plainArg(lang.Same(lang.Count(float64(v.Den))))))
	if !sure {
		s.Lines = append(s.Lines, say("它的区间与其他步骤重叠：还不能说它就是最弱的一步。", "Its interval overlaps the other steps': it cannot be called the weakest yet."))
	}
	if n, m := a.vk("funnel.open", k), a.vk("funnel.open_amount", k); real(n).ok && real(m).ok && n.Num > 0 {
		s.Lines = append(s.Lines, say("现在停在这一步的有 {0} 个、共 {1}。", "{0} deals, {1} in all, stand there now.", a.arg(n), a.moneyArg(m)))
	}
	if v.Bounds != nil {
		s.Lines = append(s.Lines, say("商机走完后在 {0} 之间。", "Once all are decided it ends within {0}.", plainArg(a.interval(v, v.Bounds))))
	}
	return a.explained(s, k, v)
}

// explained adds who lets fewer through than the whole: the unit whose shortfall
// is largest, if its interval excludes the whole's rate.
func (a at) explained(s sentence, stage string, whole *snapshot.Value) sentence {
	var worst *snapshot.Scope
	var rate *snapshot.Value
	short := 0.0
	for _, c := range a.children[a.scope.ID] {
		b := a.beside(c)
		v := b.rate(stage)
		if v == nil || !v.OK {
			continue
		}
		_, hi := ends(v.CI)
		if v.CI == nil {
			_, hi = ends(v.Bounds)
		}
		if lost := float64(v.Den) * (whole.V - v.V); lost > short && hi.ok && hi.v < whole.V {
			worst, rate, short = c, v, lost
		}
	}
	if worst == nil {
		if len(a.children[a.scope.ID]) > 1 {
			s.Lines = append(s.Lines, say("下级之间的差别看不出是真的。", "No unit below stands out beyond chance."))
		}
		return s
	}
	s.Lines = append(s.Lines, say("最能解释的是 {0}：只有 {1} 通过；若与整体同率可多过 {2} 个。", "{0} explains most: only {1} get through; at the common rate it would be {2} more.",
		plainArg(a.name(worst)), a.arg(rate), plainArg(lang.Same(lang.Count(short)))))
	return s
}

// riskSentence is the cash at risk: what is overdue, for long, and with whom.
func (a at) riskSentence() sentence {
	s := sentence{Head: lang.T("哪些钱有风险", "What cash is at risk")}
	over := a.v("receivables.overdue")
	if !real(over).ok {
		return a.cashSentence()
	}
	s.Lines = append(s.Lines, say("逾期 {0}，占应收的 {1}。", "{0} is overdue, {1} of what is owed.", a.moneyArg(over), a.arg(a.v("receivables.overdue_share"))))
	if keys := a.keys["receivables.bucket"]; len(keys) > 0 {
		if old := a.vk("receivables.bucket", keys[len(keys)-1]); real(old).ok && old.Num > 0 {
			s.Lines = append(s.Lines, say("其中账龄 {1} 的 {0}。", "{0} of it is {1} past due.", a.moneyArg(old), plainArg(a.keyText(old.Key))))
		}
	}
	if top, n := a.debtors(3); n > 1 && over.Num > 0 {
		s.Lines = append(s.Lines, say("最大的 {0} 家欠 {1}。", "The {0} largest debtors owe {1} of it.", plainArg(lang.Same(lang.Count(float64(n)))), plainArg(lang.Same(lang.Percent(float64(top)/float64(over.Num))))))
	}
	if n := a.countList("renewal.due_soon"); n > 0 {
		s.Lines = append(s.Lines, say("即将到期 {0} 份合同，见名单。", "{0} contracts end soon, see the list.", plainArg(lang.Same(lang.Count(float64(n))))))
	}
	return s
}

// debtors is what the largest n debtors owe past due, in minor units of the
// report's currency, and how many they are.
func (a at) debtors(n int) (sum int64, count int) {
	const amount = 2 // column of the list
	l := a.list("receivables.overdue_customers")
	if l == nil {
		return 0, 0
	}
	owed := map[string]int64{}
	for _, j := range a.rows[l.ID][a.scope.ID] {
		if c := l.Rows[j].Cells; len(c) > amount && (c[amount].Text == "" || c[amount].Text == a.d.Currency) {
			owed[c[0].Text] += c[amount].Num
		}
	}
	all := make([]int64, 0, len(owed))
	for _, x := range owed {
		all = append(all, x)
	}
	slices.SortFunc(all, func(x, y int64) int { return cmp.Compare(y, x) })
	for _, x := range all[:min(n, len(all))] {
		sum += x
	}
	return sum, min(n, len(all))
}

func (x *index) list(id string) *snapshot.List {
	for i := range x.d.Lists {
		if x.d.Lists[i].ID == id {
			return &x.d.Lists[i]
		}
	}
	return nil
}

// tonightSection is whom to talk to tonight: who missed yesterday and who
// forecasts high for tomorrow (S4-14).
func tonightSection(a at) (section, bool) {
	const rows = 6
	s := section{ID: "tonight", Short: lang.T("今晚", "Tonight"), Title: lang.T("今晚找谁谈", "Whom to talk to tonight"), Sub: lang.T("昨天没达成的，明天报得高的", "who missed yesterday, who forecasts high for tomorrow")}
	l := a.list("activity.review_tonight")
	if l == nil {
		return s, false
	}
	own := a.rows[l.ID][a.scope.ID]
	if len(own) == 0 {
		return s, false
	}
	var few []snapshot.Row
	for _, j := range own[:min(rows, len(own))] {
		few = append(few, l.Rows[j])
	}
	t := trim(a.listTable(l, few))
	if more := len(own) - len(few); more > 0 {
		t.Note = lang.With("另有 {0} 人，见 lists/{1}.csv。", "{0} more in lists/{1}.csv.", lang.Same(lang.Count(float64(more))), lang.Same(l.ID))
	}
	s.Tables = []table{t}
	return s, true
}

// errand is what a list asks for: the columns of who or what it is about, of its
// owner, its amount and its days.
type errand struct {
	list                      string
	about, owner, money, days int
	word, past                lang.Text // {0}: the days; past: where they are over
}

func errands() []errand {
	return []errand{
		{"receivables.overdue_customers", 0, 1, 2, 3, lang.T("逾期，最久 {0} 天", "overdue, the oldest by {0} days"), lang.Text{}},
		{"funnel.stalled", 1, 2, 6, 4, lang.T("在一个阶段停了 {0} 天", "in one stage for {0} days"), lang.Text{}},
		{"renewal.due_soon", 0, 4, 3, 5, lang.T("合同 {0} 天后到期", "contract ends in {0} days"), lang.T("合同已到期 {0} 天，未续", "contract ended {0} days ago, not renewed")},
	}
}

// errandsSection is what to follow up, the largest amounts of each list.
func errandsSection(a at) (section, bool) {
	const each = 3
	s := section{ID: "errands", Short: lang.T("跟进", "Follow up"), Title: lang.T("要跟进的事", "To follow up"), Sub: lang.T("每类按金额取最大的三件", "the three largest of each kind")}
	t := table{Heads: heads(lang.T("谁", "Who"), lang.T("负责人", "Owner"), lang.T("什么事", "What"), lang.T("金额", "Amount"))}
	t.Heads[1].Left, t.Heads[2].Left = true, true
	for _, e := range errands() {
		l := a.list(e.list)
		if l == nil {
			continue
		}
		for _, j := range a.largest(l, e, each) {
			t.Rows = append(t.Rows, a.errandRow(l, e, l.Rows[j].Cells))
		}
	}
	s.Tables = []table{t}
	return s, len(t.Rows) > 0
}

// largest are the n rows of a list with the largest amounts, the largest first.
func (a at) largest(l *snapshot.List, e errand, n int) []int {
	var out []int
	for _, j := range a.rows[l.ID][a.scope.ID] {
		if len(l.Rows[j].Cells) <= max(e.about, e.owner, e.money, e.days) {
			continue
		}
		at, amount := len(out), l.Rows[j].Cells[e.money].Num
		for at > 0 && l.Rows[out[at-1]].Cells[e.money].Num < amount {
			at--
		}
		if at < n {
			out = slices.Insert(out, at, j)
			out = out[:min(n, len(out))]
		}
	}
	return out
}

func (a at) errandRow(l *snapshot.List, e errand, c []measure.Cell) row {
	owner := a.listCell(l.Columns[e.owner].Kind, c[e.owner])
	owner.Left = true
	if s := a.scopes[c[e.owner].Text]; s != nil {
		owner.Text = a.name(s) // the page says where
	}
	days, word := float64(c[e.days].Num), e.word
	if d := c[e.days]; d.Den > 0 {
		days /= float64(d.Den)
	}
	if days < 0 {
		days, word = -days, e.past
	}
	what := lang.With(word.ZH, word.EN, lang.Same(lang.Fixed(days, 0)))
	return row{"", []cell{a.listCell(l.Columns[e.about].Kind, c[e.about]), owner, {Text: what, Left: true}, a.listCell(l.Columns[e.money].Kind, c[e.money])}}
}
