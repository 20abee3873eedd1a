package report

import (
	"math/big"
	"strings"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// missing says why there is no answer: the first of the tables it rests on that
// the run did not have, else that there are no data.
func (a at) missing(head lang.Text, tables ...string) sentence {
	for _, t := range tables {
		for _, m := range a.d.Missing {
			if m == t {
				return sentence{head, []phrase{say("没有“{0}”表，无法回答。", "No {0} table: this cannot be answered.", plainArg(tableText(t)))}}
			}
		}
	}
	return sentence{head, []phrase{say("本期没有数据。", "No data in this period.")}}
}

// goldenText is the rule's number, ruleText names it.
func (x *index) goldenText() lang.Text { return lang.Same(lang.Count(float64(x.d.Golden))) }
func (x *index) ruleText() lang.Text {
	return lang.With("规则 {0}", "rule {0}", x.goldenText())
}

// tolerance is what a forecast may be off by and still hit, such as ±10%.
func (x *index) tolerance() lang.Text {
	t := x.d.Tolerance
	if t[1] == 0 {
		return lang.Same(lang.NoData)
	}
	return lang.Same("±" + strings.TrimSuffix(strings.TrimSuffix(lang.Percent(float64(t[0])/float64(t[1])), "%"), ".0") + "%")
}

// within reports whether the deviation is within the tolerance, both ends
// included, in integers.
func (x *index) within(d *snapshot.Value) bool {
	off := new(big.Int).Mul(big.NewInt(d.Num), big.NewInt(x.d.Tolerance[1]))
	allowed := new(big.Int).Mul(big.NewInt(d.Den), big.NewInt(x.d.Tolerance[0]))
	return off.CmpAbs(allowed) <= 0
}

func (a at) arg(v *snapshot.Value) arg      { return plainArg(a.plain(v)) }
func (a at) moneyArg(v *snapshot.Value) arg { return plainArg(a.money(v)) }

func (a at) conversionSentence() sentence {
	s := sentence{Head: lang.T("拜访转化", "Conversion")}
	v := a.v("conversion.valid_per_signing")
	if v == nil {
		return a.missing(s.Head, "visits", "contracts")
	}
	rule8 := plainArg(a.goldenText())
	switch {
	case v.OK:
		tone, word := rule(v)
		s.Lines = append(s.Lines, say("每个签约用了 {0} 次有效拜访（黄金法则 {1}）：{2}。", "One signing took {0} valid visits (golden rule {1}): {2}.", toned(a.plain(v), tone), rule8, toned(word, tone)))
		if v.CI != nil {
			s.Lines = append(s.Lines, say("95% 区间 {0}，签约 n={1}", "95% interval {0}, n={1} signings", plainArg(a.interval(v, v.CI)), plainArg(lang.Same(lang.Count(float64(v.N))))))
		}
	case v.CI != nil:
		s.Lines = append(s.Lines, say("{0} 次有效拜访，还没有签约；每签约至少要 {1} 次。", "{0} valid visits and no signing yet; one takes at least {1}.", a.arg(a.v("conversion.valid_visits")), plainArg(a.interval(v, v.CI))))
	default:
		return a.missing(s.Head)
	}
	if p, ok := a.lacking(); ok {
		s.Lines = append(s.Lines, p)
	}
	return s
}

// lacking says which of quantity, quality and conversion takes the most from
// the planned signings; they are named in the order in which to look.
func (a at) lacking() (phrase, bool) {
	plan, now := a.v("conversion.plan_signings"), a.v("conversion.signings")
	if !real(plan).ok || !real(now).ok {
		return phrase{}, false
	}
	names := []lang.Text{lang.T("数量", "quantity"), lang.T("质量", "quality"), lang.T("转化", "conversion")}
	worst, args := -1, []arg{plainArg(lang.Same(lang.Signed(now.V-plan.V, 1)))}
	low := 0.0
	for i, m := range []string{"conversion.effect_quantity", "conversion.effect_quality", "conversion.effect_conversion"} {
		e := a.vk(m, "base=plan")
		if !real(e).ok {
			return phrase{}, false
		}
		args = append(args, a.arg(e))
		if e.V < low {
			worst, low = i, e.V
		}
	}
	if worst < 0 {
		return say("签约比计划 {0}：数量 {1}、质量 {2}、转化 {3}，三环都不欠。", "Signings {0} against plan: quantity {1}, quality {2}, conversion {3}; none falls short.", args...), true
	}
	args = append(args, plainArg(names[worst]))
	return say("签约比计划 {0}：数量 {1}、质量 {2}、转化 {3}；最欠的是{4}。", "Signings {0} against plan: quantity {1}, quality {2}, conversion {3}; {4} lacks most.", args...), true
}

func (a at) funnelSentence() sentence {
	s := sentence{Head: lang.T("漏斗", "Funnel")}
	if k, v, _ := a.leak(); v != nil {
		s.Lines = append(s.Lines, say("“{0}”这一步漏得最多：{2} 个商机中 {1} 通过。", "“{0}” leaks most: of {2} deals {1} get through.",
			plainArg(a.keyText(k)), a.arg(v), plainArg(lang.Same(lang.Count(float64(v.Den))))))
		if v.Bounds != nil {
			s.Lines = append(s.Lines, say("其中有商机未定，最后在 {0} 之间。", "Some are still under way; it ends within {0}.", plainArg(a.interval(v, v.Bounds))))
		} else if v.CI != nil {
			s.Lines = append(s.Lines, say("95% 区间 {0}", "95% interval {0}", plainArg(a.interval(v, v.CI))))
		}
	}
	if v := sumKeys(a, "funnel.stalled"); v != nil && v.OK {
		if m := sumKeys(a, "funnel.stalled_amount"); m != nil && m.OK && v.V > 0 {
			s.Lines = append(s.Lines, say("{0} 个商机超过阶段时限，共 {1}。", "{0} deals are over their stage's limit, {1} in all.", a.arg(v), a.moneyArg(m)))
		} else {
			s.Lines = append(s.Lines, say("{0} 个商机超过阶段时限。", "{0} deals are over their stage's limit.", a.arg(v)))
		}
	}
	if w := a.v("funnel.win_rate_count"); len(s.Lines) == 0 && w != nil && w.OK {
		s.Lines = append(s.Lines, say("关闭的 {1} 个商机中赢单 {0}。", "Of {1} closed deals {0} were won.", a.arg(w), plainArg(lang.Same(lang.Count(float64(w.Den))))))
		if w.CI != nil {
			s.Lines = append(s.Lines, say("95% 区间 {0}", "95% interval {0}", plainArg(a.interval(w, w.CI))))
		}
	}
	if len(s.Lines) == 0 {
		return a.missing(s.Head, "deals", "stage_history")
	}
	return s
}

func (a at) forecastSentence() sentence {
	s := sentence{Head: lang.T("预测", "Forecast")}
	f, v, d := a.v("forecast.submitted"), a.v("forecast.actual"), a.v("forecast.deviation")
	if f != nil && f.OK && v != nil && v.OK {
		switch {
		case !v.Final:
			s.Lines = append(s.Lines, say("预测 {0}，至今完成 {1}；期间未结束，还不能判定准不准。", "Forecast {0}, {1} in so far; the period is running, too early to judge.", a.moneyArg(f), a.moneyArg(v)))
		case d != nil && d.OK:
			word := lang.With("超出 {0}", "outside {0}", a.tolerance())
			if a.within(d) {
				word = lang.With("在 {0} 以内", "within {0}", a.tolerance())
			}
			s.Lines = append(s.Lines, say("预测 {0}，实际 {1}，偏差 {2}：{3}。", "Forecast {0}, actual {1}, deviation {2}: {3}.", a.moneyArg(f), a.moneyArg(v), a.arg(d), plainArg(word)))
		}
	}
	if h, n := a.trailing("forecast.hit_rate"); h != nil && h.OK {
		p := say("近 {0} 期 {1} 在 {4} 以内（{2}/{3}）。", "{1} of forecasts within {4} over the last {0} periods ({2}/{3}).", plainArg(lang.Same(n)), a.arg(h),
			plainArg(lang.Same(lang.Count(float64(h.Num)))), plainArg(lang.Same(lang.Count(float64(h.Den)))), plainArg(a.tolerance()))
		s.Lines = append(s.Lines, p)
	}
	if n := a.countList("forecast.who_is_off"); n > 0 {
		s.Lines = append(s.Lines, say("偏离的见名单：{0} 行。", "Who is off: {0} rows in the list.", plainArg(lang.Same(lang.Count(float64(n))))))
	}
	if len(s.Lines) == 0 {
		if v != nil && v.OK {
			return sentence{s.Head, []phrase{say("完成 {0}；没有可评分的预测。", "{0} came in; no forecast to score.", a.moneyArg(v))}}
		}
		return a.missing(s.Head, "forecasts", "contracts")
	}
	return s
}

func (a at) renewalSentence() sentence {
	s := sentence{Head: lang.T("续约", "Renewals")}
	due := a.v("renewal.due")
	if due == nil || !due.OK {
		if s := a.missing(s.Head, "contracts"); a.families["conversion"] || a.families["forecast"] {
			s.Lines = append(s.Lines, say("续约需要带起止日期（start、end）的合同。", "Renewals need contracts with their start and end."))
			return s
		}
		return a.missing(s.Head, "contracts")
	}
	s.Lines = append(s.Lines, say("到期 {0} 份：已续 {1}，待定 {2}，流失 {3}。", "{0} due: {1} renewed, {2} pending, {3} churned.", a.arg(due), a.arg(a.v("renewal.renewed")), a.arg(a.v("renewal.pending")), a.arg(a.v("renewal.churned"))))
	if r := a.first("renewal.logo_rate", "renewal.contract_rate"); r != nil && r.OK {
		if p := a.v("renewal.pending"); p != nil && p.Num == due.Num && due.Num > 0 {
			s.Lines = append(s.Lines, say("都还待定，谈不上续约率。", "All are pending: there is no rate yet."))
		} else if r.Bounds != nil {
			s.Lines = append(s.Lines, say("续约率 {0}，待定定下后在 {1} 之间。", "Rate {0}; with what is pending it ends at {1}.", a.arg(r), plainArg(a.interval(r, r.Bounds))))
		} else {
			s.Lines = append(s.Lines, say("续约率 {0}。", "Rate {0}.", a.arg(r)))
		}
	}
	if n := a.countList("renewal.due_soon"); n > 0 {
		s.Lines = append(s.Lines, say("即将到期 {0} 份，见名单。", "{0} fall due soon, see the list.", plainArg(lang.Same(lang.Count(float64(n))))))
	}
	return s
}

func (a at) cashSentence() sentence {
	s := sentence{Head: lang.T("回款与佣金", "Cash")}
	if b := a.v("receivables.balance"); b != nil && b.OK {
		s.Lines = append(s.Lines, say("应收 {0}，其中逾期 {1}（{2}）。", "{0} is owed, {1} of it overdue ({2}).", a.moneyArg(b), a.moneyArg(a.v("receivables.overdue")), a.arg(a.v("receivables.overdue_share"))))
	}
	if p := a.v("commission.payout"); p != nil && p.OK {
		s.Lines = append(s.Lines, say("扣回坏账后应付佣金 {0}（计提 {1}，扣回 {2}）。", "Commission payable after bad debt: {0} (accrued {1}, clawed back {2}).", a.moneyArg(p), a.moneyArg(a.v("commission.accrued")), a.moneyArg(a.v("commission.clawed_back"))))
	}
	if len(s.Lines) == 0 {
		return a.missing(s.Head, "invoices", "payments", "commission_rates")
	}
	return s
}
